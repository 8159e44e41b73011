"""Which parts of a formula have a value at every z: what has none somewhere must not be dropped from a formula."""

from __future__ import annotations

from symcheck.language.formula import Formula
from symcheck.language.operators import JOINED, LEAVES
from symcheck.readings.weight import CONTINUOUS

_DEFINED = frozenset({*CONTINUOUS, *LEAVES, "detach", "branch", "onehot_argmax"})
"""Operators that have a value whatever the values of their arguments are."""


def defined_everywhere(formula: Formula) -> list[bool]:
    """Of each subexpression whether its form shows that it has a value at every z."""
    defined: list[bool] = []
    for node, is_total in zip(formula.nodes, defined_by_form(formula), strict=True):
        defined.append(is_total and all(defined[a] for a in node.args))
    return defined


def defined_by_form(formula: Formula) -> list[bool]:
    """Of each subexpression whether its form shows that it has a value wherever its arguments have one."""
    return [node.op in _DEFINED or _is_defined(formula, place) for place, node in enumerate(formula.nodes)]


def _is_defined(formula: Formula, place: int) -> bool:
    """Whether it is a quotient by a number, a power with a number as its exponent that is real, or a norm."""
    op, args = formula.nodes[place].op, formula.nodes[place].args
    if op == "sqrt":
        return _is_sum_of_squares(formula, args[0])
    if op not in ("div", "pow", *JOINED):
        return False
    number = formula.nodes[args[1]].number
    if number is None or op == "div":
        return bool(number)
    return number >= 0 and (number.denominator == 1 or op in JOINED)


def _is_sum_of_squares(formula: Formula, place: int) -> bool:
    node = formula.nodes[place]
    if node.op in ("total", "mean"):
        return _is_sum_of_squares(formula, node.args[0])
    if node.op == "mul":
        return node.args[0] == node.args[1]
    number = formula.nodes[node.args[1]].number if node.op == "pow" else None
    return number is not None and number.denominator == 1 and number >= 0 and number % 2 == 0
