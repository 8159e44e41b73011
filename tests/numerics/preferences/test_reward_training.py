"""Training of linear rewards: minima against solutions by hand, and where there is none to be found."""

from __future__ import annotations

import pytest
import torch

from numerics.formulas.objective import Objective
from numerics.linear.class_features import ClassFeatures
from numerics.noise.laws import clean_law, noisy_law
from numerics.preferences.generated_pairs import generated_pairs
from numerics.preferences.reward_problems import RewardProblems
from numerics.preferences.reward_training import trained_rewards
from symcheck.intake.given import subject_of

H = "(z[y] - total(z, but=y))"
MARGIN = "total((z - mean(z))**2)"
"""h^2/2: the two entries of z - mean(z) are h/2 and -h/2."""


def problems(loss, penalty, pairs, lambdas, rates, centred=True):
    """One for each lambda and flip rate, in the order of the lambdas."""
    objective = Objective(subject_of(loss, "loss").formula, subject_of(penalty, "regularizer").formula)
    clean = clean_law(torch.zeros(len(pairs), dtype=torch.int64), 2)
    laws = torch.stack([noisy_law(clean, rate) for _ in lambdas for rate in rates])
    weights = torch.tensor([x for x in lambdas for _ in rates], dtype=torch.float64)
    return RewardProblems(ClassFeatures.of(pairs.answers, centred=centred), objective, laws, weights)


@pytest.mark.parametrize("features", [1, 5, 20])
@pytest.mark.parametrize("lambda_", [0.0, 1e-3, 1.0, 1e6])
def test_a_square_is_solved_as_least_squares(features, lambda_):
    """mean (h - 1/2)^2 -> a(-h) + h^2 (1 + lambda/2): (2 + lambda) D'D w = a D'1, with a = 1 - 2 eps."""
    pairs = generated_pairs(60, features, 5, seed=2)
    made = problems(f"({H} - 1/2)**2", MARGIN, pairs, [lambda_], [0.0, 0.3])
    found = made.raw(trained_rewards(made, is_convex=True).weights)
    rows = pairs.differences
    for weights, a in zip(found, (1.0, 0.4), strict=True):
        by_hand = torch.linalg.solve((2 + lambda_) * rows.T @ rows, a * rows.sum(0))
        assert float((weights - by_hand).norm() / by_hand.norm()) < 1e-12


@pytest.mark.parametrize(("pairs", "features"), [(6, 20), (3, 3), (2, 5)])
def test_a_square_that_fits_every_pair_has_a_minimum_and_no_kink(pairs, features):
    """D w = 1/2 has a solution: each pair adds 0 to the gradient; with flips w is (1 - 2 eps) times that."""
    made = problems(f"({H} - 1/2)**2", MARGIN, generated_pairs(pairs, features, 5, seed=3), [0.0], [0.0, 0.3])
    reached = trained_rewards(made, is_convex=True)
    assert reached.is_smooth.all()
    assert not reached.is_kink.any()
    clean, flipped = made.raw(reached.weights)
    torch.testing.assert_close(flipped, 0.4 * clean, rtol=1e-11, atol=1e-13)


def test_flips_that_leave_next_to_nothing_make_no_kink():
    """At eps = 1/2 - 1e-7 the minimum is at (1 - 2 eps) w, which rounding of the two orders hides in part."""
    made = problems(f"({H} - 1/2)**2", MARGIN, generated_pairs(60, 3, 5, seed=3), [0.0], [0.5 - 1e-7])
    assert not trained_rewards(made, is_convex=True).is_kink.any()


def test_a_minimum_is_one_also_for_a_derivative_by_hand():
    """softplus(-h) + lambda h^2/2 with flips: the gradient in w, written out, is 0."""
    pairs = generated_pairs(80, 4, 5, seed=4)
    made = problems(f"softplus(-{H})", MARGIN, pairs, [1e-3, 0.1, 10.0], [0.0, 0.4])
    reached = trained_rewards(made, is_convex=True)
    assert reached.is_minimum.all()
    rows = pairs.differences
    for weights, lambda_, eps in zip(made.raw(reached.weights), made.lambdas, [0.0, 0.4] * 3, strict=True):
        h = rows @ weights
        slopes = -(1 - eps) * (-h).sigmoid() + eps * h.sigmoid() + lambda_ * h
        assert float((slopes @ rows).abs().max()) < 1e-12 * float(rows.abs().sum())


def test_where_the_loss_falls_for_ever_no_minimum_is_reported():
    """On pairs that one reward orders, softplus(-h) and exp(-h) fall along it to 0 and take no least value."""
    pairs = generated_pairs(50, 3, 5, choice="truth", seed=1)
    for loss in (f"softplus(-{H})", f"exp(-{H})"):
        reached = trained_rewards(problems(loss, MARGIN, pairs, [0.0], [0.0, 0.2]), is_convex=True)
        # with flips every pair counts for both answers, and the convex loss rises in both directions
        assert reached.is_minimum.tolist() == [False, True]


def test_where_the_risk_is_unbounded_below_no_minimum_is_reported():
    """[(1 - e) softplus(-h) - e softplus(h)]/(1 - 2e), e = 1/5, falls like -h/3 on ordered pairs."""
    pairs = generated_pairs(50, 3, 5, choice="truth", seed=1)
    loss = f"(4*softplus(-{H}) - softplus({H}))/3"
    made = problems(loss, MARGIN, pairs, [0.0, 0.1], [0.0])
    reached = trained_rewards(made, is_convex=True)
    assert reached.is_minimum.tolist() == [False, True]


@pytest.mark.parametrize(
    "loss", [pytest.param("-1/(1 + exp(-{h}))", marks=pytest.mark.slow, id="levels off"), "z[y]**2*0 - {h}"]
)
def test_a_bounded_or_linear_loss_alone_has_none_either(loss):
    pairs = generated_pairs(50, 3, 5, choice="truth", seed=1)
    reached = trained_rewards(problems(loss.format(h=H), MARGIN, pairs, [0.0], [0.0]), is_convex=False)
    assert not reached.is_minimum.any()


def test_at_a_kink_the_minimum_is_that_of_a_support_vector_machine():
    """relu(1 - h) + lambda h^2/2: the dual, max sum a - |w|^2/2 over 0 <= a <= 1/n, solved entry by entry."""
    pairs, lambda_ = generated_pairs(40, 3, 5, seed=1), 0.1
    made = problems(f"relu(1 - {H})", MARGIN, pairs, [lambda_, 30.0], [0.0])
    reached = trained_rewards(made, is_convex=True)
    # at lambda = 30 all margins stay below 1, and there the loss is linear
    assert (reached.is_kink.tolist(), reached.is_smooth.tolist()) == ([True, False], [False, True])
    rows = pairs.differences
    inverse = torch.linalg.inv(lambda_ * rows.T @ rows / len(rows))
    dual, weights = torch.zeros(len(rows)), torch.zeros(3, dtype=torch.float64)
    for _ in range(400):
        for i, row in enumerate(rows):
            step = (1 - row @ weights) / (row @ inverse @ row)
            new = (dual[i] + step).clamp(0, 1 / len(rows))
            weights, dual[i] = weights + (new - dual[i]) * (inverse @ row), new
    found = made.raw(reached.weights)[0]
    assert float((found - weights).norm() / weights.norm()) < 1e-5


def test_the_lowest_of_several_minima_is_taken():
    """-1/(1 + (h - 3)^2) - 1/4/(1 + (h + 3)^2) on one feature with all differences 1: a low and a less low minimum."""
    pairs = generated_pairs(10, 1, 5, seed=0)
    ones = torch.ones_like(pairs.chosen)
    pairs = type(pairs)("ones", ones, 0 * ones, pairs.items, pairs.known, "nobody")
    deep = f"-1/(1 + ({H} - 3)**2) - 1/4/(1 + ({H} + 3)**2)"
    turned = f"-1/(1 + ({H} + 3)**2) - 1/4/(1 + ({H} - 3)**2)"
    for loss, sign in ((deep, 1.0), (turned, -1.0)):
        made = problems(loss, MARGIN, pairs, [1e-4], [0.0])
        reached = trained_rewards(made, is_convex=False)
        assert reached.is_minimum.all()
        assert float(made.raw(reached.weights)[0, 0]) == pytest.approx(3 * sign, abs=0.1)


def test_losses_of_both_scores_are_trained_in_both():
    """(chosen - 1/2)^2 + (rejected + 1/2)^2: (C'C + R'R) w = (C'1 - R'1)/2."""
    pairs = generated_pairs(60, 4, 5, seed=5)
    made = problems(
        "(z[y] - 1/2)**2 + (total(z, but=y) + 1/2)**2", "total(z**2)/2", pairs, [0.0], [0.0, 0.3], centred=False
    )
    found = made.raw(trained_rewards(made, is_convex=True).weights)
    c, r = pairs.chosen, pairs.rejected
    by_hand = torch.linalg.solve(c.T @ c + r.T @ r, (c.sum(0) - r.sum(0)) / 2)
    assert float((found[0] - by_hand).norm() / by_hand.norm()) < 1e-12
    assert float((found[1] - 0.4 * by_hand).norm() / by_hand.norm()) < 1e-12
