"""Arguments in brackets, ``(gamma=2, weights=[1, 2])``: literals alone, and nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from symcheck.errors import FormulaError


@dataclass(frozen=True)
class Literals:
    """The values given ``by_place`` and ``by_name``."""

    by_place: tuple[object, ...] = ()
    by_name: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        written = [*map(repr, self.by_place), *(f"{name}={value!r}" for name, value in self.by_name.items())]
        return f"({', '.join(written)})"


def literals(text: str, what: str) -> Literals:
    """The arguments that ``text`` writes, of ``what``; raises ``FormulaError`` for anything but literals.

    >>> print(literals("(2, alpha=[0.25, -1], name='a')", "loss"))
    (2, alpha=[0.25, -1], name='a')
    """
    try:
        tree = ast.parse(f"f{text}", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError(f"{what}: got the arguments {text}, which are no Python: {error}; {_ACCEPTED}") from None
    # The text f(1)(2) is a call as well, and not of f.
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name):
        raise FormulaError(f"{what}: got {text}; {_ACCEPTED}")
    by_place = tuple(_literal(value, what) for value in tree.args)
    by_name: dict[str, object] = {}
    for keyword in tree.keywords:
        if keyword.arg is None:
            raise FormulaError(f"{what}: got {ast.unparse(tree)[1:]}; name each argument; {_ACCEPTED}")
        by_name[keyword.arg] = _literal(keyword.value, what)
    return Literals(by_place, by_name)


_ACCEPTED = "accepted are literals, as in (gamma=2, alpha=0.25, weights=[1, 2], name='sum')"


def _literal(value: ast.expr, what: str) -> object:
    try:
        return ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        shown = ast.unparse(value)
        raise FormulaError(
            f"{what}: got the argument {shown}, which is no literal: nothing on a command line is run; {_ACCEPTED}; "
            "write a function in the file that makes what is needed, and name that"
        ) from None
