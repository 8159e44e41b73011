"""The gradient at z = 0 of a formula with kinks there, where it exists all the same.

The first-order reading derives it, with kinks as unknowns that have to cancel; one-sided power series in balls, which
know nothing of unknowns, have to agree with it along both sides of lines through 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from symcheck.budget import Budget
from symcheck.conditions.agreement.checks import explicit_numbers
from symcheck.conditions.agreement.comparison import disagreement, is_shown_zero
from symcheck.conditions.agreement.sample_point import sample_values
from symcheck.field.ball import ball_of
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.writable import require_writable
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.readings.expansion import Gradient
from symcheck.readings.explicit.explicit import Undefined, directional
from symcheck.readings.first_order import FirstOrderReading
from symcheck.readings.stops import Branching
from symcheck.reason import Undecided


@dataclass(frozen=True)
class KinkGradient:
    """The ``gradient`` at 0 over ``field``; ``explicit`` are the numbers of classes at which series agreed with it."""

    gradient: Gradient[Element]
    field: Field
    explicit: tuple[int, ...]

    @property
    def reason(self) -> str:
        """How it was found, in words."""
        return "kinks as unknowns, which cancel to first order" + (
            f"; one-sided series agree at C = {', '.join(map(str, self.explicit))}" if self.explicit else ""
        )


def gradient_at_kink(formula: Formula, scope: Scope, budget: Budget) -> KinkGradient | None:
    """The gradient at 0 in the whole ``scope``, None where it was not shown to exist.

    Raises ``Branching`` where a constant has another sign elsewhere in the scope, and ``Undecided`` with
    ``readings-disagree`` where series contradict it.
    """
    formula = formula.with_powers_of_abs(scope.classes.fixed)
    field = Field(scope, budget)
    try:
        found = FirstOrderReading(field).gradient(formula)
        for c in (found.g_y, found.g_k):
            require_writable(c)
        if (
            2 in scope.classes
            and scope.classes.fixed is None
            and not _holds_at_two(formula, scope, found, field, budget)
        ):
            return None
    except Branching:
        raise
    except Undecided:
        budget.check()
        return None
    return KinkGradient(found, field, _agreeing(formula, scope, found))


def _holds_at_two(formula: Formula, scope: Scope, found: Gradient[Element], field: Field, budget: Budget) -> bool:
    """Whether C = 2, read on its own, has the same gradient: a formula may be another function there."""
    two = Field(Scope(Classes(2, 2), scope.parameters), budget)
    alone = FirstOrderReading(two).gradient(formula)
    pairs: tuple[tuple[Element, Element], ...] = ((found.g_y, alone.g_y), (found.g_k, alone.g_k))
    return all(is_shown_zero(field.restricted(general, two) - at_two) for general, at_two in pairs)


def _agreeing(formula: Formula, scope: Scope, found: Gradient[Element]) -> tuple[int, ...]:
    """The numbers of classes at which series from both sides have the slopes of the gradient."""
    values = sample_values(scope)
    agreeing = []
    for classes in explicit_numbers(scope.classes):
        point = {"C": Fraction(classes), **values}
        g_y, g_k = found.g_y.ball(point), found.g_k.ball(point)
        try:
            slopes = [(line, _slope(formula, classes, line, values)) for line in _lines(classes)]
        except Undefined as stop:
            raise disagreement("the domain", f"the power series has no value there: {stop}") from stop
        # A series that stops has no objection, and is not listed as having looked.
        except Undecided:
            continue
        for line, slope in slopes:
            expected = ball_of(line[0]) * g_y + ball_of(sum(line[1:], Fraction(0))) * g_k
            if not slope.overlaps(expected):
                where = f"at C = {classes} along {tuple(map(str, line))}"
                raise disagreement("the gradient at a kink", f"{where} it gives {expected} and a series {slope}")
        agreeing.append(classes)
    return tuple(agreeing)


def _slope(formula: Formula, classes: int, line: tuple[Fraction, ...], values: dict[str, Fraction]) -> arb:
    return directional(formula, classes, line, values, order=2)[1]


def _lines(classes: int) -> list[tuple[Fraction, ...]]:
    """Both directions of e_1 (the label's), e_2 and (2, 1, 3, -4, 5, ...)."""
    bent = [Fraction((i + 1) * (-1 if i % 4 == 3 else 1)) for i in range(classes)]
    bent[:2] = [Fraction(2), Fraction(1)]
    ahead = [tuple(Fraction(int(i == k)) for i in range(classes)) for k in (0, 1)] + [tuple(bent)]
    return [line for d in ahead for line in (d, tuple(-x for x in d))]
