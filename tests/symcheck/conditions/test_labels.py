"""The table of tiers (THEORY 3) from the gradients of all labels: all eight rows, at a point and over a scope."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symcheck as sc
from symcheck.budget import Budget
from symcheck.conditions.gradient.gradient_form import (
    GradientForm,
    indexed_form,
    labelled_form,
    tier_at_point,
    worst_possible,
)
from symcheck.field.indexed_field import IndexedField
from symcheck.findings.tier import Tier
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.formula import Formula, symbols
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Term
from symcheck.readings.jet import gradient_at_zero
from symcheck.readings.labelled import labelled_expansion

z, y = symbols()
tiny = Fraction(1, 10**12)


def linear(*rows: tuple[object, ...]) -> Formula:
    """The loss with the gradients ``rows``: <b_y, z>."""
    return Formula.of(sc.total(MatrixParameter("S", rows)[y] * z))  # type: ignore[arg-type]


def at(formula: Formula, classes: int) -> GradientForm:
    scope = Scope(Classes(classes, classes), formula.parameters)
    return labelled_form(labelled_expansion(formula, scope, Budget(), order=1))


# b_1, b_2, ... and their row of the table, each worked out by hand with o_y = e_y - 1/C
POINTS: list[tuple[tuple[tuple[object, ...], ...], Tier]] = [
    # C = 3
    ((("-2/3", "1/3", "1/3"), ("1/3", "-2/3", "1/3"), ("1/3", "1/3", "-2/3")), Tier.EXACT),
    (((-2, 1, 1), (1, -2, 1), (1, 1, -2)), Tier.SCALED),  # kappa = 3
    (((-1, 1, 0), (0, -1, 1), (1, 0, -1)), Tier.SYMLIN),  # e_(y+1) - e_y
    (((-1, 0, 0), (0, -1, 0), (0, 0, -1)), Tier.QUOTIENT),  # -o_y - 1/3 1
    (((-4, 2, 2), (1, -2, 1), (1, 1, -2)), Tier.CLASSWISE),  # kappa = (6, 3, 3)
    (((-4, 2, 2), (0, 0, 0), (-1, -1, 2)), Tier.CLASSWISE),  # kappa = (6, 0, -3): real ones
    (((0, 0, 0), (0, 0, 0), (0, 0, 0)), Tier.ZERO),
    (((2, -1, -1), (-1, 2, -1), (-1, -1, 2)), Tier.FAIL),  # kappa = -3
    (((-1, 2, 2), (2, -1, 2), (2, 2, -1)), Tier.QUOTIENT),  # kappa = 3, c = 1
    (((1, 0, 0), (0, 1, 0), (0, 0, 1)), Tier.FAIL),  # kappa = -1 with a drift
    (((1, 1, 1), (1, 1, 1), (1, 1, 1)), Tier.FAIL),  # kappa = 0 with a drift
    (((-1, 1, 1), (2, 0, 2), (1, 1, -1)), Tier.FAIL),  # kappa = (2, 2, 2), c = (1/3, 4/3, 1/3)
    (((-1, 1, 1), (0, -2, 0), (1, 1, -1)), Tier.SYMLIN),  # kappa = (2, 2, 2), c = (1/3, -2/3, 1/3), whose sum is 0
    (((-1, 1, 1), (2, 0, 2), (-1, -1, -3)), Tier.SYMLIN),  # kappa = 2, c = (1/3, 4/3, -5/3), whose sum is 0
    (((-2, 1, 1), (1, -2, 1), (1, 1, -1)), Tier.FAIL),  # one entry off
    (((-2, 2, 0), (1, -2, 1), (1, 1, -2)), Tier.FAIL),  # mixtures
    (((-2, 1, 1 + tiny), (1, -2, 1), (1, 1, -2)), Tier.FAIL),
    (((-2, 1, 1), (1, -2, 1), (1, 1, -2 - tiny)), Tier.FAIL),
    (((-2 * (1 + tiny), 1 + tiny, 1 + tiny), (1, -2, 1), (1, 1, -2)), Tier.CLASSWISE),
    # C = 2: o_2 = -o_1
    ((("-1/2", "1/2"), ("1/2", "-1/2")), Tier.EXACT),
    (((-1, 1), (1, -1)), Tier.SCALED),
    (((-1, 1), (2, -2)), Tier.CLASSWISE),
    (((1, -1), (-1, 1)), Tier.FAIL),
    (((-1, 0), (0, -1)), Tier.QUOTIENT),
    (((-1, 2), (0, -1)), Tier.FAIL),
    (((0, 1), (0, -1)), Tier.SYMLIN),  # kappa = 1, c = (1/2, -1/2)
    (((1, 2), (-1, -2)), Tier.SYMLIN),
    (((0, 0), (0, 0)), Tier.ZERO),
    (((1, -1), (1, -1)), Tier.CLASSWISE),  # kappa = (-2, 2): a common drift orthogonal to 1
]


@pytest.mark.parametrize(("rows", "tier"), POINTS, ids=range(len(POINTS)))
def test_every_row_of_the_table(rows: tuple[tuple[object, ...], ...], tier: Tier) -> None:
    formula = linear(*rows)
    if not formula.is_classwise:  # a I + b 11': read as it is by the labelled reading all the same
        assert tier in (Tier.EXACT, Tier.SCALED, Tier.QUOTIENT, Tier.ZERO, Tier.FAIL)
    form = at(formula, len(rows))
    assert tier_at_point(form) is tier
    assert worst_possible(form) is tier  # nothing is free, so nothing else is possible


def test_all_tiers_of_differentiable_losses_occur() -> None:
    assert {tier for _, tier in POINTS} == set(Tier) - {Tier.NONDIFF}


w = ClassParameter("w", above=0)
loose = ClassParameter("u")
pi = ClassParameter("pi", above=0, total=1)
D = MatrixParameter("D", doubly_stochastic=True)
q = sc.Parameter("q", above=0, at_most=1)
r = sc.Parameter("r", at_least=0, at_most=1)
half = sc.Parameter("h", at_least=0, below="1/2")


def ce(logits: object) -> Term:
    return -sc.log_softmax(logits)[y]


# what is possible in the scope, by identities and signs alone
SCOPES: list[tuple[Term, Tier]] = [
    (w[y] * ce(z) / w[y], Tier.EXACT),
    (q * ce(z) + 0 * w[y], Tier.SCALED),
    (sc.total(w) * ce(z), Tier.SCALED),
    (w[y] * ce(z), Tier.CLASSWISE),
    ((w[y] + r) * ce(z), Tier.CLASSWISE),
    (loose[y] ** 2 * ce(z), Tier.ZERO),  # kappa_y = u_y^2 may vanish for all y
    (loose[y] * ce(z), Tier.FAIL),
    ((w[y] - sc.mean(w)) * ce(z), Tier.ZERO),  # the kappa_y add up to 0: never all negative
    ((1 - half) * ce(z) - half * sc.total(D[y] * sc.log_softmax(z)), Tier.SYMLIN),
    (-sc.total(D[y] * sc.log_softmax(z)), Tier.FAIL),  # D may be a permutation: kappa < 0
    (ce(z) + sc.total(z) * sc.total(w), Tier.QUOTIENT),
    (q * ce(z) + sc.total(w * z), Tier.FAIL),
    (ce(z + sc.log(pi)), Tier.FAIL),
    (0 * w[y] * z[y], Tier.ZERO),
]


@pytest.mark.parametrize("place", range(len(SCOPES)))
def test_what_is_possible_for_every_c(place: int) -> None:
    term, tier = SCOPES[place]
    formula = Formula.of(term)
    scope = Scope(Classes(3, None), formula.parameters, formula.arrays)
    field = IndexedField(scope, Budget(30))
    assert worst_possible(indexed_form(gradient_at_zero(formula, field), field)) is tier


@pytest.mark.parametrize("place", range(len(SCOPES)))
def test_what_is_possible_at_one_c(place: int) -> None:
    """Entry by entry no more is possible than for every C."""
    term, tier = SCOPES[place]
    formula = Formula.of(term)
    for classes in (2, 3):
        scope = Scope(Classes(classes, classes), formula.parameters)
        found = worst_possible(labelled_form(labelled_expansion(formula, scope, Budget(30), order=1)))
        assert found.rank <= tier.rank
        if classes == 3 or tier is not Tier.FAIL:
            assert found in (tier, Tier.SCALED, Tier.CLASSWISE)


def test_the_common_drift() -> None:
    # pi - 1/C for logit adjustment, with kappa = 1
    given = at(Formula.of(ce(z + sc.log(ClassParameter("pi", ("6/10", "1/10", "3/10"))))), 3)
    assert given.common_drift is not None
    assert [c.text() for c in given.common_drift] == ["4/15", "-7/30", "-1/30"]
    field = IndexedField(Scope(), Budget())
    free = indexed_form(gradient_at_zero(Formula.of(ce(z + sc.log(pi))), field), field)
    assert free.common_drift is not None
    assert free.text(free.common_drift[0]) == "(C*pi[k] - 1)/C"
    assert at(Formula.of(w[y] * ce(z)), 3).common_drift is None
    turned = linear((1, 0, 0), (0, 1, 0), (0, 0, 1))  # kappa < 0
    assert at(turned, 3).common_drift is None
