"""Many classes with given entries: what is read by names says of them, entries put in, what each class says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest

import symcheck as sc
from symcheck.budget import Budget
from symcheck.conditions.gradient.gradient_form import labelled_form, tier_at_point, worst_possible
from symcheck.conditions.gradient.placed import LARGE, is_large, placed_form, relaxed
from symcheck.findings.tier import Tier
from symcheck.intake.catalogue import loss_named
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import entmax, exp, log, logsumexp, mean, softmax, total
from symcheck.language.scope import Classes, Scope
from symcheck.readings.labelled import labelled_expansion

z, y = symbols()
N = LARGE + 2
WEIGHTS = [1 + k % 7 for k in range(N)]
PRIOR = [Fraction(2 * k, N * (N + 1)) for k in range(1, N + 1)]


def matrix(other: Any) -> list[list[Fraction]]:
    """7/10 I + 3/10 times the rows that are 1 at ``other`` of the class."""
    return [[Fraction(7, 10) * (i == j) + Fraction(3, 10) * (j == other(i)) for j in range(N)] for i in range(N)]


LOSSES = {
    "weights": (loss_named("class_weighted_ce", w=WEIGHTS), Tier.CLASSWISE),
    "prior": (loss_named("logit_adjusted_ce", pi=PRIOR), Tier.FAIL),
    "margins": (loss_named("ldam", m=WEIGHTS, s=1), Tier.CLASSWISE),
    "target": (loss_named("elr", t=[1, *[0] * (N - 1)], lambda_=3), Tier.FAIL),
    "peer without effect": (loss_named("peer", pi=PRIOR, alpha=0), Tier.EXACT),
    "pair flip": (loss_named("forward", T=matrix(lambda i: (i + 1) % N)), Tier.SYMLIN),
    "to the first class": (loss_named("forward", T=matrix(lambda i: 0)), Tier.CLASSWISE),
    "to the first class or the next": (loss_named("forward", T=matrix(lambda i: (i + 1) // 3)), Tier.FAIL),
}


def weighted(term: Callable[[Any], Any], weights: Sequence[int] = WEIGHTS) -> Formula:
    """The formula with these class weights."""
    return Formula.of(term(ClassParameter("w", weights)))


P, CE = softmax(z), logsumexp(z) - z[y]
WITHOUT_A_LABEL = {
    "linear": weighted(lambda w: total(w * z)),
    "centred": weighted(lambda w: total(w * (z - mean(z)))),
    "shares": weighted(lambda w: total(w * P)),
    "exponentials": weighted(lambda w: total(w * exp(z)) / mean(w)),
    "priors of all": weighted(lambda w: logsumexp(z + log(w))),
    "entmax": weighted(lambda w: total(w * entmax(z, 2))),
    "beside the label": weighted(lambda w: CE + total(w * P)),
    "beside the label, weighted": weighted(lambda w: w[y] * CE + total(w * z) * mean(z + 1)),
    "the weight of the label, all scores": weighted(lambda w: w[y] * total(w * z) + CE),
    "all but one alike": weighted(lambda w: total(w * P), [1] * (N - 1) + [2]),
}
"""d l/d z_k has the weight of the class k, whatever the label is."""


@pytest.mark.parametrize("name", [*LOSSES, *WITHOUT_A_LABEL])
def test_it_is_what_the_classes_say_one_by_one(name: str) -> None:
    entry, tier = LOSSES.get(name, (None, Tier.FAIL))
    formula, scope = entry.recorded if entry else WITHOUT_A_LABEL[name], Scope(Classes(N, N))
    assert is_large(formula, scope)
    placed, general, value = placed_form(formula, scope, Budget(60))
    own = labelled_expansion(formula, scope, Budget(60), order=1)
    one_by_one = labelled_form(own)
    assert tier_at_point(placed) is tier_at_point(one_by_one) is tier
    assert worst_possible(placed) is tier
    assert general.compared == (2, 3)
    assert placed.field.restricted(value, own.field) == own.values[0]

    def same(many: Any, single: Any) -> bool:
        return all((placed.field.restricted(a, own.field) - b).is_zero for a, b in zip(many, single, strict=True))

    if not placed.bends:
        assert same(placed.kappas, one_by_one.kappas)
    for many, single in ((placed.drifts, one_by_one.drifts), (placed.sums, one_by_one.sums)):
        assert same(many, single) if many else all(c.is_zero for c in single)
    assert (placed.common_drift is None) is (one_by_one.common_drift is None) or general.field is not placed.field
    if placed.common_drift is not None:
        assert one_by_one.common_drift is not None
        assert same(placed.common_drift, one_by_one.common_drift)


def test_a_free_parameter_beside_the_entries() -> None:
    cert = sc.certify(loss_named("alpha_balanced_focal", alpha=WEIGHTS), "l2")
    assert (cert.tier, cert.scope.classes.fixed) == (Tier.CLASSWISE, N)
    cert = sc.certify(loss_named("peer", pi=PRIOR), "l2")
    assert cert.tier is Tier.FAIL


def test_a_thousand_classes() -> None:
    cert = sc.certify(loss_named("class_weighted_ce", w=[1 + k % 7 for k in range(1000)]), "l2")
    assert cert.tier is Tier.CLASSWISE
    almost = [1] * 999 + [1 + Fraction(1, 10**12)]
    assert sc.certify(loss_named("class_weighted_ce", w=almost), "l2").tier is Tier.CLASSWISE
    assert sc.certify(loss_named("class_weighted_ce", w=[1] * 1000), "l2").tier is Tier.EXACT


def test_operators_that_the_indexed_reading_does_not_know() -> None:
    """Then the classes are read one by one, if they are not too many."""

    def loss(z: Any, y: Any) -> Any:
        w = ClassParameter("w", tuple(WEIGHTS))
        return w[y] * (sc.logsumexp(z) - z[y]) + 0 * sc.amax(w)

    assert sc.certify(loss, "l2", budget=60).tier is Tier.CLASSWISE


def test_what_is_known_of_given_entries() -> None:
    vector = relaxed(ClassParameter("w", (3, 1, 2), above=0).array)
    assert str(vector) == "w_k in [1, 3] with the sum 6"
    rows = relaxed(MatrixParameter("T", ((1, 2), (3, 0))).array)
    assert str(rows) == "T (rows with the sum 3, entries in [0, 3])"
    loops = relaxed(MatrixParameter("T", ((1, 2), (4, 1))).array)
    assert "positive diagonal" in str(loops)
    assert vector.is_free


def test_few_classes_are_read_one_by_one() -> None:
    formula = Formula.of(ClassParameter("w", (1, 2))[y] * z[y])
    assert not is_large(formula, Scope(Classes(2, 2)))
    free = Formula.of(ClassParameter("w")[y] * z[y])
    assert not is_large(free, Scope(Classes(50, 50)))
