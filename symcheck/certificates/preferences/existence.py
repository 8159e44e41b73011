"""Whether a loss that scales by itself has minimisers: its even part has to grow in every direction."""

from __future__ import annotations

from fractions import Fraction

from symcheck.certificates.preferences.asked import Asked
from symcheck.conditions.curvature.regularizer_report import regularizer_report
from symcheck.conditions.remembered import remembered
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.over_labels import mean_over_labels
from symcheck.language.scope import Scope
from symcheck.language.terms_of import term_of_formula
from symcheck.readings.jet import expansion_at_zero
from symcheck.reason import Undecided

EXIST = "the even part grows in every direction, so that there are minimisers on finite samples"
FALLS = "the even part falls in every direction, so that there are no minimisers but on scores that are all 0"
QUADRATIC = 2

OPEN = "it was not shown that the even part grows in every direction, and there may be no minimisers"


def existence(asked: Asked, degree: Fraction) -> str:
    """What is known of minimisers of a loss alone, of which the even part is of ``degree`` k > 1 up to a constant."""
    try:
        kind = _even_sign(asked) if asked.preference.in_margin else _definite(asked, degree)
    except Undecided:
        return OPEN
    return {Kind.POSITIVE: EXIST, Kind.NEGATIVE: FALLS}.get(kind, OPEN)


def _definite(asked: Asked, degree: Fraction) -> Kind:
    """The sign of an even part of degree 2 that is twice differentiable at 0, and so its own quadratic form."""
    even = Formula.of(mean_over_labels(asked.loss.formula))
    found = remembered(regularizer_report, even, asked.certificate.scope.of(even), asked.budget)
    if degree != QUADRATIC or found.curvature is None or found.agreed is None:
        return Kind.UNKNOWN
    kinds = {found.agreed.field.sign(c).kind for c in (found.curvature.s, found.curvature.along)}
    return kinds.pop() if len(kinds) == 1 else Kind.UNKNOWN


def _even_sign(asked: Asked) -> Kind:
    """The sign of phi(1) + phi(-1) - 2 phi(0) in the scope."""
    formula = asked.preference.formula
    scope = asked.certificate.scope.of(asked.loss.formula)
    field = Field(Scope(scope.classes, scope.parameters), asked.budget)

    def at(chosen: int) -> Element:
        values = {"h": Fraction(chosen), "chosen": Fraction(chosen), "rejected": Fraction(0)}
        there = formula.with_values({n: v for n, v in values.items() if n in formula.names})
        return expansion_at_zero(Formula.of(term_of_formula(there)), field).value

    return field.sign(at(1) + at(-1) - 2 * at(0)).kind
