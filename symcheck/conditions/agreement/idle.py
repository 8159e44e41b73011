"""Idle sides: those that a branch does not take near z = 0, which need not have a value there.

branch(a - 1, sqrt(a - 1), 0) has a value for every a: where a <= 1 it is 0, whatever the other side is.
"""

from __future__ import annotations

from symcheck.field.branching import branching
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.term import Term
from symcheck.readings.jet import JetReading
from symcheck.reason import Undecided


def without_idle_sides(formula: Formula, field: Field) -> Formula:
    """The formula with each scalar branch replaced by the side that is taken near z = 0 in the scope of ``field``.

    Raises ``Branching`` where it depends on the scope which side that is.
    """
    taken: dict[int, int] = {}
    for place, node in enumerate(formula.nodes):
        value = _value(formula, node.args[0], field) if node.op == "branch" and not formula.vectors[place] else None
        if value is not None:
            kind = field.sign(value).kind
            if kind in (Kind.MIXED, Kind.UNKNOWN):
                raise branching("branch", value).at(formula.named(place))
            # branch(u, a, b) is a where u > 0 and b elsewhere, at u = 0 too.
            taken[place] = 1 if kind is Kind.POSITIVE else 2

    def side(place: int, args: list[Term]) -> Term | None:
        return args[taken[place]] if place in taken else None

    return formula.replaced(side)


def _value(formula: Formula, place: int, field: Field) -> Element | None:
    """The value at z = 0 that decides a branch; None if it is not one number, or is 0 there and not elsewhere."""
    alone = formula.alone(place)
    try:
        jet = JetReading(field, 0).read(alone)
    except Undecided:
        return None
    # A value of 0 that moves with z is a kink of the branch, and no side of it is idle.
    if len(jet.at) > 1 or jet.entry or (not jet.at and jet.varies):
        return None
    return next(iter(jet.at.values()), field.zero)
