"""Shifts that drop out: a number m(z) in a formula that says the same whatever number stands in its place.

exp(z - m)/total(exp(z - m)) is softmax(z) for m = amax(z), as it is for every m.  A number s is put in the place of m,
and the formula is folded with the law of its parts under s -> s + t at a fixed z; where the whole does not change with
t, it is for every z what it is for s = 0.  A kink in m is then no kink of the formula, and a detached m no part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symcheck.field.field import Field
from symcheck.language.formula import Formula
from symcheck.language.interval import Interval
from symcheck.language.operators import JOINED
from symcheck.language.parameter import Parameter
from symcheck.language.term import Term, Vec, lift
from symcheck.readings.defined import defined_everywhere
from symcheck.readings.weight import ShiftReading, Weighted
from symcheck.reason import Undecided

_ROUGH = frozenset({
    "abs", "relu", "maximum", "minimum", "branch", "amax", "amin", "amax_others", "amin_others", "sqrt", "detach",
    *JOINED,
})  # fmt: skip
"""Operators for whose sake a shift is looked for: kinks, norms and detached parts; smooth shifts do no harm."""

_SHIFTING = frozenset({"add", "sub", "neg", "filled"})
"""Operators by which a shift is added to something."""

MOST_TRIED = 24
"""So many subexpressions are tried, from the innermost on."""


@dataclass(frozen=True)
class WithoutShifts:
    """``formula`` is the same function without the ``shifts``, the texts of the subexpressions that drop out."""

    formula: Formula
    shifts: tuple[str, ...] = ()


def without_free_shifts(formula: Formula, field: Field) -> WithoutShifts:
    """The function without the shifts that drop out of it; ``field`` is that of its scope.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import amax, exp, total
    >>> from symcheck.language.scope import Scope
    >>> z, y = symbols()
    >>> raised = exp(z - amax(z))
    >>> print(without_free_shifts(Formula.of(raised[y]/total(raised)), Field(Scope())).formula)
    exp(z)[y]/total(exp(z))
    """
    found = WithoutShifts(formula)
    while (place := _free_shift(found.formula, field)) is not None:
        shorter = _at_zero(found.formula, place)
        found = WithoutShifts(shorter, (*found.shifts, found.formula.named(place)))
    return found


def _free_shift(formula: Formula, field: Field) -> int | None:
    """The first subexpression that is a number with a kink and drops out."""
    for _, place in zip(range(MOST_TRIED), _candidates(formula), strict=False):
        if _drops_out(formula, place, field):
            return place
    return None


def _candidates(formula: Formula) -> Iterator[int]:
    """Numbers that vary with z, have a kink or a detached part, are defined at every z, and are added to something."""
    if not any(node.op in _ROUGH for node in formula.nodes):
        return
    shifting = {a for node in formula.nodes if node.op in _SHIFTING for a in node.args}
    rough: list[bool] = []
    moves: list[bool] = []
    defined = defined_everywhere(formula)
    for place, node in enumerate(formula.nodes):
        args = node.args
        moves.append(node.op == "logits" or any(moves[a] for a in args))
        rough.append((node.op in _ROUGH and moves[place]) or any(rough[a] for a in args))
        # What is undefined somewhere makes the formula undefined there, and must not be dropped.
        if rough[place] and defined[place] and place in shifting and not formula.vectors[place]:
            yield place


def _drops_out(formula: Formula, place: int, field: Field) -> bool:
    """Whether the formula is the same for every number in the place of the subexpression."""
    number = Parameter.of(formula.unused_name("shift"), Interval(None, None, low_open=True, high_open=True))
    with_number = formula.replaced(lambda at, _: number if at == place else None)
    try:
        law = _NumberShiftReading(field, number.name).read(with_number)
    except Undecided:
        return False
    return law.added is not None and law.added.is_zero


def _at_zero(formula: Formula, place: int) -> Formula:
    """The formula with 0 in the place of a number, and without the sums that then add nothing."""
    gone: set[int] = set()
    kept: list[Term] = []

    def nothing(term: Term) -> Term:
        kept.append(term)  # an id is only one as long as its term lives
        gone.add(id(term))
        return term

    def other(at: int, args: list[Term]) -> Term | None:
        if at == place:
            return nothing(lift(0))
        op, is_vector = formula.nodes[at].op, formula.vectors[at]
        if op not in _SHIFTING or not any(id(a) in gone for a in args):
            return None
        if all(id(a) in gone for a in args):
            return nothing(Vec("filled", lift(0)) if is_vector else lift(0))
        left, right = args  # neg and filled have one argument
        rest = right if id(left) in gone else left
        if is_vector and not isinstance(rest, Vec):
            return None
        return -rest if op == "sub" and rest is right else rest

    return formula.replaced(other)


class _NumberShiftReading(ShiftReading):
    """The law of a formula under s -> s + t for the parameter s of this ``name``; z stays where it is."""

    def __init__(self, field: Field, name: str) -> None:
        super().__init__(field)
        self._name = name

    def logits(self) -> Weighted:
        return Weighted(self.zero, self.zero, vector=True)

    def parameter(self, name: str) -> Weighted:
        if name == self._name:
            return Weighted(self.field.number(1), None)
        return super().parameter(name)
