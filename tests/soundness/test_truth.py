"""The truth of the campaign: against the facts of the catalogue, which were derived by hand, and on hand-made cases."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from benchmarks.soundness.truth import numbers
from benchmarks.soundness.truth.expressions import number_of
from benchmarks.soundness.truth.loss import LossTruth
from benchmarks.soundness.truth.pair import PairTruth
from benchmarks.soundness.truth.point import Point
from benchmarks.soundness.truth.regularizer import RegularizerTruth
from symcheck.entry import Entry
from symcheck.findings.tier import Tier
from symcheck.intake.catalogue import loss_named, regularizer_named
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import (
    abs,
    amax,
    arccos,
    branch,
    exp,
    log,
    logsumexp,
    mean,
    onehot,
    relu,
    softmax,
    sqrt,
    total,
)  # fmt: skip
from symcheck.language.term import lift
from tests.proofs.table import LOSSES, REGULARIZERS

Z, Y = symbols()
C: Any = Z.C
CE: Any = logsumexp(Z) - Z[Y]

BRANCHING = {"phuber_ce", "phuber_gce", "truncated_gce"}
"""Their kappa in the table is that of one side of a threshold."""

LABELLED = {"bce_pos_weight", "forward"}
"""At their default parameters they are better than the worst in their scope."""


def _point(entry: Entry, classes: int) -> Point:
    names = {p.name for p in entry.recorded.parameters}
    values = {n: p.default for n, p in entry.declared.items() if n in names and p.default is not None}
    values |= {n: Fraction(2) for n in names if n not in values}
    return Point(classes, values, {a.name: a.at_default(classes) for a in entry.recorded.arrays})


def _names(entry: Entry, point: Point) -> dict[str, Fraction]:
    """C and the parameters by name, those as well that the code of the entry needs as numbers."""
    given = {n: p.default for n, p in entry.declared.items() if p.default is not None}
    return {**given, **point.values, "C": Fraction(point.classes)}


def _loss(term: Any, classes: int, **values: Fraction) -> LossTruth:
    return LossTruth(Formula.of(lift(term)), Point(classes, values))


@pytest.mark.parametrize("name", sorted(set(LOSSES) - BRANCHING))
def test_losses_of_the_catalogue(name: str) -> None:
    tier, kappa, others = LOSSES[name]
    entry = loss_named(name)
    for classes in [entry.classes.fixed] if entry.classes.fixed else [2, 3, 6]:
        point = _point(entry, classes)
        truth = LossTruth(entry.recorded, point)
        if name not in LABELLED:
            assert str(truth.tier) == others.get(classes, tier)
        if kappa is not None and truth.tier is not Tier.NONDIFF:
            expected = number_of(kappa, _names(entry, point))
            assert truth.kappa is not None
            assert numbers.same(truth.kappa, expected)


def test_losses_with_huge_c() -> None:
    for name in ("gce", "focal", "nce", "pairwise_logistic", "one_vs_rest_logistic", "mae", "sce"):
        entry = loss_named(name)
        point = _point(entry, 10**7)
        truth = LossTruth(entry.recorded, point)
        kappa = LOSSES[name][1]
        assert truth.kappa is not None
        assert numbers.same(truth.kappa, number_of(kappa, _names(entry, point)))


@pytest.mark.parametrize("name", sorted(set(REGULARIZERS) - {"quadratic_form"}))
def test_regularizers_of_the_catalogue(name: str) -> None:
    verdict, across, along = REGULARIZERS[name]
    entry = regularizer_named(name)
    for classes in (2, 3, 6):
        point = _point(entry, classes)
        truth = RegularizerTruth(entry.recorded, point)
        if verdict == "NOTC2":
            assert truth.is_smooth is False
            continue
        expected = [number_of(e, _names(entry, point)) for e in (across, along)]
        for found, wanted in zip(truth.eigenvalues, expected, strict=True):
            assert numbers.same(found, wanted)
        minimum = truth.is_stationary and truth.is_definite(quotient=True)
        assert minimum == (verdict in ("FULL", "QUOT"))
        assert truth.is_definite(quotient=False) == (all(numbers.sign(e) > 0 for e in expected))


SEAMS: list[tuple[Any, int, Tier, bool | None]] = [
    (CE + (C - 3) * abs(Z[Y]), 3, Tier.EXACT, True),
    (CE + (C - 3) * abs(Z[Y]), 4, Tier.NONDIFF, False),
    (CE + abs(Z[Y]) ** 3, 4, Tier.EXACT, True),
    (CE + abs(Z[Y]) * mean(Z) ** 2, 4, Tier.EXACT, False),  # a kink away from 0, as close as one likes
    (CE + relu(Z[Y]) ** 2, 4, Tier.EXACT, False),
    (CE + branch(Z[Y], Z[Y] ** 2, Z[Y] ** 3), 3, Tier.EXACT, False),
    (CE + branch(Z[Y] ** 5, Z[Y], 0), 3, Tier.NONDIFF, False),
    (CE + relu(Z[Y]) - relu(-Z[Y]), 3, Tier.FAIL, True),  # z_y is added, so that d l/d z_y = 1/3
    (CE + abs(Z[Y]) - relu(Z[Y]) - relu(-Z[Y]), 3, Tier.EXACT, True),
    (CE + (C - 5) * (C - 7) * total(abs(Z) ** 3), 10**7, Tier.EXACT, True),  # steep, and C^2 all the same
    (amax(Z) - Z[Y], 3, Tier.NONDIFF, False),
    (CE + (amax(Z) - mean(Z)) ** 2, 3, Tier.EXACT, False),
    (Z[Y] / sqrt(total(Z**2)), 3, Tier.NONDIFF, False),
    (CE + total(abs(Z) ** Fraction(3, 2)), 3, Tier.EXACT, False),
    (CE + branch((C - 2) * Z[Y], (3 - C) * Z[Y], 0), 2, Tier.EXACT, True),
    (CE + branch((C - 2) * Z[Y], (3 - C) * Z[Y], 0), 3, Tier.EXACT, True),
]


@pytest.mark.parametrize(
    ("term", "classes", "tier", "smooth"), SEAMS, ids=[str(Formula.of(s[0])) + f"-{s[1]}" for s in SEAMS]
)
def test_kinks(term: Any, classes: int, tier: Tier, smooth: bool | None) -> None:
    truth = _loss(term, classes)
    assert truth.tier is tier
    assert truth.is_smooth is smooth


ONES: list[Any] = [
    sqrt(3 + 2 * sqrt(lift(2))) - sqrt(lift(2)), log(lift(8)) / log(lift(2)) / 3, exp(log(lift(3)) / 2) / sqrt(lift(3)),
    arccos(lift(-1)) / arccos(lift(0)) / 2, log(C**2) / log(C) / 2, 1 + sqrt(C - 3), total(onehot(Y) ** Fraction(3, 2)),
]  # fmt: skip


@pytest.mark.parametrize("one", ONES, ids=lambda t: str(Formula.of(t)))
def test_what_is_one_in_disguise(one: Any) -> None:
    assert _loss(one * CE, 3).tier is Tier.EXACT
    assert _loss((one + Fraction(1, 10**40)) * CE, 3).tier is Tier.SCALED


def test_what_has_no_value() -> None:
    assert not _loss(log(C - 2) * CE, 2).has_value
    assert not _loss(CE / (C - 2), 2).has_value
    assert not _loss(sqrt(2 - C) * CE, 3).has_value
    assert _loss(sqrt(C - 2) * CE, 2).has_value
    assert _loss(branch(C - 2, log(C - 2), 1) * CE, 2).tier is Tier.EXACT


def test_thresholds_are_exact() -> None:
    tau = Fraction(3) + Fraction(1, 10**45)
    phuber = branch(tau * softmax(Z)[Y] - 1, CE, 1 + log(lift(tau)) - tau * softmax(Z)[Y])
    assert _loss(phuber, 3).tier is Tier.EXACT
    below = 6 - tau
    phuber = branch(below * softmax(Z)[Y] - 1, CE, 1 + log(lift(below)) - below * softmax(Z)[Y])
    assert _loss(phuber, 3).tier is Tier.SCALED


def test_pairs_on_the_quotient() -> None:
    variance = total((Z - mean(Z)) ** 2) / 2
    g = (C - 2) * total(Z**2) / 2 + variance
    assert PairTruth.at(Formula.of(CE), Formula.of(g), Point(2)).holds is True
    assert PairTruth.at(Formula.of(CE), Formula.of(g), Point(3)).holds is True
    assert PairTruth.at(Formula.of(CE + mean(Z) ** 2), Formula.of(g), Point(2)).holds is False
    assert PairTruth.at(Formula.of(CE), Formula.of(-1 * variance), Point(3)).holds is False


def test_a_number_that_is_lost_beside_another_is_not_zero() -> None:
    with pytest.raises(numbers.NoOpinion):
        _ = _loss((1 + exp(-C)) * CE, 10**7).tier
    assert _loss((1 + exp(-C)) * CE, 100).tier is Tier.SCALED


def test_a_ball_that_is_too_wide_is_no_number() -> None:
    wide = numbers.Ball(numbers.CONTEXT.mpf(0), -20.0)
    with pytest.raises(numbers.NoOpinion):
        numbers.sign(wide)
