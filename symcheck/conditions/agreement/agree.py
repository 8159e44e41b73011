"""The expansion at z = 0 that all readings agree on, or the reason why there is none.

The jet judges.  It has to equal the orbit reading (SymPy on a slice, canonical forms compared), itself
read at C = 2 alone, where there is no third class, and it must not be contradicted by the explicit
reading at a few numbers of classes, in balls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import TypeVar

from sympy import Expr, sstr

from symcheck.budget import Budget
from symcheck.conditions.agreement.idle import without_idle_sides
from symcheck.errors import FormulaError
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.field.undefined import Undefined as UndefinedConstant
from symcheck.field.writable import require_writable
from symcheck.language.formula import Formula
from symcheck.language.interval import Interval
from symcheck.language.scope import FEWEST, Classes, Scope
from symcheck.readings.expansion import Expansion
from symcheck.readings.explicit.explicit import Undefined, explicit_expansion
from symcheck.readings.jet import JetReading, expansion_of
from symcheck.readings.orbit.orbit import orbit_expansion
from symcheck.reason import Code, Reason, Undecided

A = TypeVar("A")
B = TypeVar("B")

EXPLICIT_CLASSES = (2, 3, 5, 11)
"""Numbers of classes at which the explicit reading looks."""

LARGEST_EXPLICIT = 100
"""The explicit reading works with every class on its own, so it leaves larger numbers out."""


@dataclass(frozen=True)
class Agreed:
    """``formula`` as it was read, ``constants``: the judge's expansion in ``field``, ``shown``: the orbit's in SymPy.

    ``explicit`` lists the numbers of classes at which the explicit reading had no objection.
    """

    formula: Formula
    constants: Expansion[Element]
    shown: Expansion[Expr]
    field: Field
    explicit: tuple[int, ...]

    def taken_over(self, field: Field) -> Expansion[Element]:
        """The constants in another field of the same scope."""
        e, move = self.constants, self.field.restricted
        return Expansion(
            value=move(e.value, field),
            g_y=move(e.g_y, field),
            g_k=move(e.g_k, field),
            h_yy=move(e.h_yy, field),
            h_yk=move(e.h_yk, field),
            h_kk=move(e.h_kk, field),
            h_kl=None if e.h_kl is None else move(e.h_kl, field),
        )


def agreed_expansion(formula: Formula, scope: Scope, budget: Budget) -> Agreed:
    """The second-order expansion of ``formula`` at z = 0 for the whole ``scope``.

    Raises ``FormulaError`` where the formula has no value at z = 0, and ``Undecided`` with the jet's reason (a
    kink, an unknown sign, the budget) and its subexpression, or with ``readings-disagree``.
    """
    try:
        return _agreed(formula, scope, budget)
    except _NotShownEqual as stop:
        found = _from_more_classes(formula, scope, budget)
        if found is None:
            raise stop from None
        return found


def _agreed(formula: Formula, scope: Scope, budget: Budget) -> Agreed:
    # abs(x)**3 is smooth where abs(x) is not: as two operators it would stop the jet at a kink that is none.
    formula = formula.with_powers_of_abs(scope.classes.fixed)
    field = Field(scope, budget)
    try:
        constants = expansion_of(JetReading(field).read(formula), field)
    except UndefinedConstant as stop:
        # A side of a branch that is taken nowhere near z = 0 may be undefined there: sqrt(a - 1) where a <= 1.
        taken = without_idle_sides(formula, field)
        if taken != formula:
            return _agreed(taken, scope, budget)
        at = "" if scope.classes.fixed is None else f" and {scope.classes}"
        raise FormulaError(
            f"{formula} is undefined at z = 0{at}: {stop.reason.why}, in {stop.reason.where}; {stop.reason.settle}, "
            "or write the formula so that it has a value at z = 0"
        ) from stop
    # All but the value at 0, which no condition is about.
    for name in _NAMES[1:]:
        if (c := getattr(constants, name)) is not None:
            require_writable(c)
    budget.check()
    # The orbit reading derives on its own, but asks the judge for signs: which side a relu takes is proved once, and
    # what is compared is the derivatives.
    shown = orbit_expansion(formula, scope, sign=lambda e: _orientation(field, field.from_sympy(e)), budget=budget)
    for name, by_jet, by_orbit in _entries(constants, shown):
        orbit_element = field.from_sympy(by_orbit)
        if not is_shown_zero(by_jet - orbit_element):
            raise _not_equal(name, "the jet and the orbit reading", by_jet, orbit_element)
    budget.check()
    if 2 in scope.classes and scope.classes.fixed is None:
        # At C = 2 there is no third class.  A formula that picks one (the largest of the others) or divides by C - 2
        # may be another function there, though the general constants have values at C = 2 as well.
        _compare_two_classes(formula, scope, constants, field, budget)
    return Agreed(formula, constants, shown, field, tuple(_unopposed(formula, scope, constants)))


def _from_more_classes(formula: Formula, scope: Scope, budget: Budget) -> Agreed | None:
    """The expansion for one C from that for every C from there on: what holds of all holds of one."""
    fixed = scope.classes.fixed
    if fixed is None:
        return None
    try:
        wide = agreed_expansion(formula, Scope(Classes(fixed), scope.parameters, scope.arrays), budget)
        field = Field(scope, budget)
        constants = wide.taken_over(field)
    except Undecided:
        # Out of time is a reason of its own; anything else leaves the stop of the narrow scope, which came first.
        budget.check()
        return None
    if fixed == FEWEST:
        # With two classes no k and m are different from y and from each other.
        constants = replace(constants, h_kl=None)
    shown = Expansion(*(None if c is None else c.sympy() for c in map(constants.__getattribute__, _NAMES)))
    return Agreed(wide.formula, constants, shown, field, tuple(_unopposed(wide.formula, scope, constants)))


_NAMES = tuple(f.name for f in fields(Expansion))


def is_shown_zero(c: Element) -> bool:
    """Whether ``c`` is shown to be 0: by its canonical form, or by the sign procedure."""
    return c.is_zero or c.field.sign(c).kind is Kind.ZERO


class _NotShownEqual(Undecided):
    """Two derivations were not shown to be equal, nor to differ."""


def _orientation(field: Field, value: Element) -> int | None:
    return {Kind.POSITIVE: 1, Kind.NEGATIVE: -1, Kind.ZERO: 0}.get(field.sign(value).kind)


def _compare_two_classes(
    formula: Formula, scope: Scope, constants: Expansion[Element], field: Field, budget: Budget
) -> None:
    two = Field(Scope(Classes(2, 2), scope.parameters), budget)
    alone = expansion_of(JetReading(two).read(formula), two)
    for name, general, at_two in _entries(constants, alone):
        there = field.restricted(general, two)
        if not is_shown_zero(there - at_two):
            raise _not_equal(name, "the general formula at C = 2 and C = 2 read on its own", there, at_two)


def _unopposed(formula: Formula, scope: Scope, constants: Expansion[Element]) -> Iterator[int]:
    fixed = scope.classes.fixed
    numbers = EXPLICIT_CLASSES if fixed is None else (fixed,) if fixed <= LARGEST_EXPLICIT else ()
    values = sample_values(scope)
    for classes in numbers:
        if classes not in scope.classes:
            continue
        try:
            explicit = explicit_expansion(formula, classes, values)
        except Undefined as stop:
            raise disagreement("the domain", f"the power series has no value there: {stop}") from stop
        # A series that stops (at a tie of balls, say) has no objection, and is not listed as having looked.
        except Undecided:
            continue
        for name, by_jet, by_series in _entries(constants, explicit):
            ball = by_jet.ball({"C": classes, **values})
            if not ball.overlaps(by_series):
                where = ", ".join([f"C = {classes}", *(f"{n} = {v}" for n, v in values.items())])
                raise disagreement(name, f"at {where} the jet gives {ball} and the power series {by_series}")
        yield classes


def _entries(left: Expansion[A], right: Expansion[B]) -> Iterator[tuple[str, A, B]]:
    for f in fields(left):
        a, b = getattr(left, f.name), getattr(right, f.name)
        if a is not None and b is not None:
            yield f.name, a, b


def _not_equal(name: str, who: str, a: Element, b: Element) -> Undecided:
    """A contradiction if balls of the two exclude each other at a point; else an equality that was not shown."""
    # A difference that is not 0 in canonical form refutes nothing: generators such as log 6, log 2 and log 3 depend
    # on each other.  Only a ball that excludes 0 shows that the two derivations differ.
    field = a.field
    point = sample_values(field.scope)
    difference = (a - b).ball({"C": Fraction(field.scope.classes.low), **point}, 256)
    if not difference.contains(0):
        return disagreement(name, f"{who} give {a.text()} and {b.text()}, which differ")
    return _NotShownEqual(
        Reason(
            Code.READINGS_DISAGREE,
            f"{who} give {a.text()} and {b.text()} for {name}, which were not shown to be equal",
            "write the formula with fewer nested logarithms and exponentials of constants",
        )
    )


def disagreement(name: str, why: str) -> Undecided:
    """Two derivations of ``name`` contradict each other."""
    return Undecided(
        Reason(
            Code.READINGS_DISAGREE,
            f"two derivations of {name} do not agree: {why}",
            "this is a bug of symcheck or of its libraries: please report the formula",
        )
    )


def sample_values(scope: Scope) -> dict[str, Fraction]:
    """A value inside the interval of each free parameter; a rounded number has none: it may lie anywhere."""
    # What is shown at the float itself would be about that number, and the number that was meant may be its
    # neighbour.
    return {p.name: sample_value(p.interval) for p in scope.parameters if not p.rounded}


def sample_value(interval: Interval) -> Fraction:
    """A number inside ``interval``, away from its ends and from where formulas degenerate."""
    # No end, middle or small whole number: formulas degenerate there, as 1 - 2 q does at 1/2 and C**(q - 1) at 1.
    low, high = interval.whole_ends
    if interval.integer:
        start = low if low is not None else (high - 3 if high is not None else Fraction(0))
        inside = [start + k for k in range(4) if start + k in interval]
        return inside[min(2, len(inside) - 1)]
    if low is not None and high is not None:
        return low + (high - low) * Fraction(5, 17)
    if low is not None:
        return low + Fraction(23, 17)
    return Fraction(5, 17) if high is None else high - Fraction(23, 17)


def shown(expression: Expr) -> str:
    """``expression`` as text, its terms in the order they stand in: sorting them would evaluate towers of exp."""
    try:
        return str(sstr(expression, order="none"))
    except ValueError:  # Python shows no integer of more than 4300 digits
        return "an expression with a number that is too long to be written"
