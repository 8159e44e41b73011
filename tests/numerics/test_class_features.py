"""Families whose features depend on the class: cones, dependent features, the quotient, and training on them."""

from __future__ import annotations

import pytest
import torch

from numerics.confirmations.experiment import Experiment
from numerics.confirmations.judge import agreement_of
from numerics.confirmations.measure import measured
from numerics.confirmations.predict import Curve, Expected
from numerics.errors import DataError
from numerics.formulas.objective import Objective
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.linear.class_features import ClassFeatures
from numerics.linear.solve import ScaledProblem, minimisers
from numerics.models.linear import LinearFamily, Outputs
from numerics.noise.laws import clean_law, noisy_law
from numerics.runs.agreement import Outcome
from symcheck.language import functions as sc
from symcheck.language.formula import Formula, symbols

CHANCE = torch.Generator().manual_seed(0)
RAW = torch.randn(40, 3, 4, dtype=torch.float64, generator=CHANCE)
SHARED = torch.randn(40, 4, dtype=torch.float64, generator=CHANCE)
LABELS = torch.arange(40) % 3
z, y = symbols()
CE, L2 = Formula.of(sc.logsumexp(z) - z[y]), Formula.of(sc.total(z**2) / 2)
SQUARE = Formula.of(sc.total((z - sc.onehot(y)) ** 2) / 2)


def kronecker(shared):
    """Shared features as class-dependent ones: phi_ic = phi_i in the block of class c."""
    return torch.einsum("nd,ck->nckd", shared, torch.eye(3, dtype=torch.float64)).reshape(len(shared), 3, -1)


@pytest.mark.parametrize("centred", [False, True])
def test_the_norm_of_the_outputs_is_that_of_the_weights(centred):
    family = ClassFeatures.of(RAW, centred=centred)
    weights = torch.randn(2, *family.size, dtype=torch.float64)
    outputs = family.outputs(weights)
    assert outputs.shape == (2, 40, 3)
    torch.testing.assert_close(outputs.square().sum(2).mean(1), weights.square().sum((1, 2)))
    if centred:
        assert float(outputs.mean(2).abs().max()) < 1e-14


def test_pulling_back_is_the_adjoint_and_forms_are_restricted():
    family = ClassFeatures.of(RAW)
    weights = torch.randn(*family.size, dtype=torch.float64)
    gradient = torch.randn(40, 3, dtype=torch.float64)
    matrix = torch.randn(3, 3, dtype=torch.float64)
    outputs = family.outputs(weights)
    paired = (outputs * gradient).sum(1).mean()
    torch.testing.assert_close((weights * family.pulled_back(gradient)).sum(), paired)
    form = torch.einsum("nc,cd,nd->n", outputs, matrix, outputs).mean()
    torch.testing.assert_close((weights @ family.restricted(matrix) * weights).sum(), form)
    assert (family.outputs(weights).abs().amax(1) <= family.leverage * weights.norm() * (1 + 1e-12)).all()


def test_outputs_are_those_of_the_raw_weights():
    family = ClassFeatures.of(RAW)
    weights = torch.randn(*family.size, dtype=torch.float64)
    torch.testing.assert_close(torch.einsum("ncd,d->nc", RAW, family.raw_weights(weights)), family.outputs(weights))
    shared = LinearFamily.of(SHARED, 3)
    weights = torch.randn(*shared.size, dtype=torch.float64)
    torch.testing.assert_close(SHARED @ shared.raw_weights(weights), shared.outputs(weights))


def test_dependent_features_are_reported_and_get_the_smallest_weights():
    twice = torch.cat([SHARED, SHARED[:, :1]], 1)
    family = LinearFamily.of(twice, 3)
    assert family.rank == 4
    assert family.notes == ("the 5 features have rank 4: 1 direction of weights moves no score and gets the weight 0",)
    (dropped,) = family.whitened.dropped
    # the column that is there twice: its two weights may trade places
    torch.testing.assert_close(dropped.abs(), torch.tensor([0.5**0.5, 0, 0, 0, 0.5**0.5], dtype=torch.float64))
    weights = family.raw_weights(torch.randn(*family.size, dtype=torch.float64))
    torch.testing.assert_close(weights[0], weights[4])
    assert LinearFamily.of(SHARED, 3).notes == ()


@pytest.mark.parametrize("loss", [CE, SQUARE])
def test_shared_features_written_as_class_dependent_ones_give_the_same_minimisers(loss):
    law = torch.stack([clean_law(LABELS, 3), noisy_law(clean_law(LABELS, 3), 0.4)])
    alpha = torch.tensor([0.3, 2.0], dtype=torch.float64)
    goal = torch.full_like(alpha, 1e-13)
    one, other = LinearFamily.of(SHARED, 3), ClassFeatures.of(kronecker(SHARED))
    found = [minimisers(ScaledProblem(f, Objective(loss, L2), alpha, law), goal) for f in (one, other)]
    assert all(f.solved.all() for f in found)
    torch.testing.assert_close(one.outputs(found[0].weights), other.outputs(found[1].weights), rtol=1e-10, atol=1e-11)


def test_scatter_is_the_mean_over_draws():
    law = torch.softmax(torch.randn(2, 3, dtype=torch.float64, generator=CHANCE), 1)
    for family in (LinearFamily.of(torch.ones(2, 1, dtype=torch.float64), 3), ClassFeatures.of(RAW[:2, :, :2])):
        form = torch.eye(family.size[1], dtype=torch.float64) + 0.1
        mean = 0.0
        for i in range(3):
            for j in range(3):
                drawn = torch.eye(3, dtype=torch.float64)[[i, j]]
                pulled = family.pulled_back(drawn - law)
                mean += float(law[0, i] * law[1, j] * (pulled @ form * pulled).sum())
        assert family.scatter(form, law) == pytest.approx(mean, rel=1e-12)


def expected_on(certificate, features, rho=0.4, **options):
    claim = predicted_numbers(certificate, 3, "made")
    kind = Outputs.CENTRED if claim.quotient else Outputs.FULL
    return Expected.of(Experiment.of(claim, "made", features, LABELS, rho, kind, **options))


@pytest.mark.parametrize(
    ("loss", "regularizer"), [("cross_entropy", "l2"), ("cross_entropy", "entropy"), ("mae", "l2")]
)
def test_what_is_certified_agrees_with_training_on_class_dependent_features(certified, loss, regularizer):
    expected = expected_on(certified(loss, regularizer), RAW)
    found = agreement_of(expected, measured(expected))
    assert {row.name: row.outcome for row in found.rows} == dict.fromkeys([r.name for r in found.rows], Outcome.AGREES)
    # orders are stated for features that the classes share; on a cone cross-entropy with l2 is of order 1 (THEORY 5)
    assert not any("order in 1/lambda" in row.name for row in found.rows)
    assert expected.powers[Curve.CLEAN].order == 1


def test_the_square_with_the_plain_one_hot_flips_on_a_cone():
    # THEORY 10: C = 2, outputs {t (1, -2)}, one point with y = 1, rho = .4: 1 -> 2 at every lambda >= 0; z = t (1, -2)
    # with t = a'd/(|d|^2 (1 + lambda)), a'd = .6 - 2 (.4) < 0 under noise and 1 without
    family = ClassFeatures.cone(torch.tensor([[1.0, -2.0]], dtype=torch.float64))
    clean = clean_law(torch.tensor([0]), 2)
    lambdas = torch.tensor([1e-3, 0.1, 1.0, 10.0, 1e3], dtype=torch.float64).repeat_interleave(2)
    laws = torch.stack([clean, noisy_law(clean, 0.4)] * 5)
    found = minimisers(ScaledProblem(family, Objective(SQUARE, L2), 1 / lambdas, laws), torch.full_like(lambdas, 1e-13))
    scores = family.outputs(found.weights)[:, 0] / lambdas[:, None]
    assert scores.argmax(1).tolist() == [0, 1] * 5
    expected = torch.tensor([1.0, -0.2], dtype=torch.float64).repeat(5) / (5 * (1 + lambdas))
    torch.testing.assert_close(scores[:, 0], expected, rtol=1e-10, atol=1e-13)


def test_features_of_a_wrong_shape():
    with pytest.raises(DataError) as raised:
        ClassFeatures.of(SHARED)
    assert str(raised.value) == (
        "features: got the shape (40, 4); class-dependent features have the shape (n, C, d) with C >= 2, shared ones "
        "(n, d)"
    )


def test_features_for_another_number_of_classes(certified):
    with pytest.raises(DataError) as raised:
        expected_on(certified("cross_entropy", "l2"), RAW[:, :2])
    assert str(raised.value) == (
        "features: got the shape (40, 2, 4), for C = 2 classes, and there are 3 of them; accepted is (n, 3, d)"
    )


def test_features_that_move_all_classes_alike_say_nothing_on_the_quotient():
    with pytest.raises(DataError) as raised:
        ClassFeatures.of(SHARED.unsqueeze(1).expand(-1, 3, -1), centred=True)
    assert str(raised.value) == (
        "features: no feature differs between the classes of a sample, so on R^C/(1, ..., 1) the only output is 0"
    )
