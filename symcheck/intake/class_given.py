"""A class that is handed in where one of its instances is meant."""

from __future__ import annotations

import inspect

from symcheck.errors import FormulaError
from symcheck.language.recording import Kind


def class_given(given: type, kind: Kind) -> FormulaError:
    """The refusal of the class ``given``, with the arguments that making one takes."""
    name = given.__name__
    if any(base.__module__ == "torch.autograd.function" for base in given.__mro__):
        return FormulaError(f"{kind}: got the class {name}, an autograd function; hand in {name}.apply")
    needed = ", ".join(f"{argument}=..." for argument in needed_arguments(given))
    return FormulaError(f"{kind}: got the class {name}; make one of it, as in {name}({needed})")


def needed_arguments(code: object) -> list[str]:
    """The names of the arguments that have no default, none where there is no signature."""
    try:
        parameters = inspect.signature(code).parameters.values()  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return []
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p.name for p in parameters if p.default is p.empty and p.kind not in variable]
