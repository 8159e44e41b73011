"""Identities that hold at every lambda: noise as smoothing, and noise as a weight of the label-free part (THEORY 2)."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from numerics import datasets
from numerics.confirmations.judge import smoothing_row
from numerics.confirmations.measure import measured
from numerics.formulas.objective import Linearised, Objective, Smoothed
from numerics.linear.solve import ScaledProblem, minimisers
from numerics.models.linear import LinearFamily
from numerics.noise.laws import clean_law, noisy_law
from numerics.runs.agreement import Outcome
from symcheck.intake.catalogue import loss_named
from symcheck.language import functions as sc
from symcheck.language.formula import Formula, symbols
from symcheck.language.parameter import Parameter

IRIS = datasets.load("iris")
CLEAN = clean_law(torch.from_numpy(IRIS.labels), 3)
FAMILY = LinearFamily.of(torch.from_numpy(IRIS.standardised()), 3)
RHO = 0.4
R = RHO * 3 / 2
LAMBDAS = torch.tensor([0.01, 0.1, 1.0, 10.0], dtype=torch.float64)
z, y = symbols()
L2 = Formula.of(sc.total(z**2) / 2)


def trained(objective, law, alpha=None):
    alpha = 1 / LAMBDAS if alpha is None else alpha
    found = minimisers(
        ScaledProblem(FAMILY, objective, alpha, torch.stack([law] * len(alpha))), torch.full_like(alpha, 1e-12)
    )
    assert found.solved.all()
    return alpha[:, None, None] * found.weights


def same(first, second):
    """Both gradients are at most 1e-12, and the objectives are lambda-convex."""
    apart = (first - second).flatten(1).norm(dim=1) * LAMBDAS
    return float(apart.max()) <= 2.1e-12


def test_training_cross_entropy_on_noisy_labels_is_label_smoothing_on_clean_ones():
    ce = Formula.of(sc.logsumexp(z) - z[y])
    noisy = trained(Objective(ce, L2), noisy_law(CLEAN, RHO))
    # the loss of the catalogue, (1 - r) CE + r mean_k CE(z, k), is another formula
    smoothing = loss_named("label_smoothing").recorded
    (name,) = (p.name for p in smoothing.parameters)
    assert same(noisy, trained(Objective(smoothing, L2, {name: R}), CLEAN))
    assert same(noisy, trained(Smoothed(ce, L2, smoothing=R), CLEAN))
    # another amount of smoothing leads elsewhere
    assert not same(noisy, trained(Objective(smoothing, L2, {name: R + 1e-6}), CLEAN))


def test_noise_weighs_the_label_free_part_by_1_over_a():
    # Lbar_l + lambda G = a [L_sym + (1/a)(L_ins + lambda G)]; cross-entropy: sym = mean(z) - z_y, ins = LSE - mean
    a = 1 - R
    ce = Formula.of(sc.logsumexp(z) - z[y])
    noisy = trained(Objective(ce, L2), noisy_law(CLEAN, RHO))
    weighed = Formula.of(sc.mean(z) - z[y] + (sc.logsumexp(z) - sc.mean(z)) / Parameter("a", above=0))
    assert same(noisy, trained(Objective(weighed, L2, {"a": a}), CLEAN, alpha=a / LAMBDAS))


def test_for_a_symmetric_loss_noise_weighs_the_penalty_by_1_over_a():
    # MAE sums to a constant over the labels: argmin(Lbar + lambda G) = argmin(L + lambda G/a) (Lemma 1)
    mae = Formula.of(2 * (1 - sc.softmax(z)[y]))
    a = 1 - R
    large = torch.tensor([1.0, 10.0], dtype=torch.float64)  # MAE + l2 is convex there
    noisy = trained(Objective(mae, L2), noisy_law(CLEAN, RHO), alpha=1 / large)
    clean = trained(Objective(mae, L2), CLEAN, alpha=a / large)
    torch.testing.assert_close(noisy, clean, rtol=0, atol=1e-11)


def test_any_loss_is_smoothed_by_noise(expecting):
    expected = expecting("gce", "l2", "iris")
    run = measured(expected)
    row = smoothing_row(expected, run)
    assert row.outcome is Outcome.AGREES
    assert f"r = {R:g}" in row.name
    spoiled = replace(run, measurements=(replace(run.measurements[0], smoothed=1e-9), *run.measurements[1:]))
    assert smoothing_row(expected, spoiled).outcome is Outcome.CONTRADICTS


def test_without_noise_or_with_drawn_labels_nothing_is_said_about_smoothing(expecting):
    assert expecting("gce", "l2", "iris", 0.0).smoothing == 0
    assert expecting("gce", "l2", "iris", 0.4).smoothing == pytest.approx(R)


def test_the_curvatures_of_a_smoothed_and_of_a_linearised_loss():
    ce = Formula.of((1 - sc.softmax(z)[y] ** 0.7) / 0.7)
    every = torch.eye(3, dtype=torch.float64)
    plain = Objective(ce, L2).loss_curvature(every)
    smooth = Smoothed(ce, L2, smoothing=0.3).loss_curvature(every)
    torch.testing.assert_close(smooth, 0.7 * plain + 0.3 * plain.mean(0))
    rows = torch.eye(3, dtype=torch.float64)
    linear = Linearised(ce, L2, rows=rows)
    assert not linear.loss_curvature(every).any()
    scores = torch.tensor([[1.0, 2.0, 3.0]], dtype=torch.float64)
    assert linear.losses(scores, rows[2:]).tolist() == [3.0]
    assert linear.loss_gradient(scores, rows[1:2]).tolist() == [[0.0, 1.0, 0.0]]
