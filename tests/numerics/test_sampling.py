"""Sampled labels: drawn as they should be, with a limit of their own, and kept apart from exact noise."""

from __future__ import annotations

import json

import pytest
import torch

from numerics import datasets
from numerics.confirmations.confirmation import confirm
from numerics.confirmations.experiment import Experiment
from numerics.confirmations.judge import agreement_of
from numerics.confirmations.measure import measured, predicted_classes, run_spec
from numerics.confirmations.predict import Curve, Expected
from numerics.confirmations.report import record_text, report_text
from numerics.confirmations.sampling import spread
from numerics.distance import distance
from numerics.errors import ConfirmationError, NoiseError
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.noise.laws import checked_seed, clean_law, noisy_law, sampled_labels
from numerics.runs.agreement import Outcome

CPU = torch.device("cpu")


def experiment(certified, loss="cross_entropy", regularizer="l2", data="iris", seed=3, rho=0.4):
    dataset = datasets.load(data)
    return Experiment.on(
        predicted_numbers(certified(loss, regularizer), dataset.classes, data), dataset, rho, CPU, seed=seed
    )


# drawing


def test_labels_are_drawn_from_the_law():
    # 10^5 draws for each class: the rates of all pairs (i, j) within 5 standard deviations, sqrt(p (1 - p)/10^5)
    clean = torch.arange(4).repeat_interleave(10**5)
    drawn = sampled_labels(clean, 4, 0.6, seed=7)
    rates = torch.stack([torch.bincount(drawn[clean == i], minlength=4) for i in range(4)]) / 10**5
    law = noisy_law(torch.eye(4, dtype=torch.float64), 0.6)
    assert ((rates - law).abs() < 5 * (law * (1 - law) / 10**5).sqrt()).all()


def test_equal_seeds_give_equal_labels_and_others_do_not():
    clean = torch.arange(3).repeat(100)
    first, second, third = (sampled_labels(clean, 3, 0.4, seed) for seed in (1, 1, 2))
    assert torch.equal(first, second)
    assert not torch.equal(first, third)
    assert torch.equal(sampled_labels(clean, 3, 0.0, 1), clean)


# what is predicted


@pytest.mark.parametrize(
    ("loss", "regularizer", "data"),
    [
        ("cross_entropy", "l2", "iris"),
        ("gce", "l2", "iris"),
        ("mae", "entropy", "breast_cancer"),
        ("muh", "l2", "wine"),
    ],
)
def test_what_is_certified_agrees_with_training_on_sampled_labels(certified, loss, regularizer, data):
    found = confirm(certified(loss, regularizer), data=data, noise="sampled", seed=3)
    assert {row.name: row.outcome for row in found.agreement.rows} == {
        row.name: Outcome.AGREES for row in found.agreement.rows
    }
    names = [row.name for row in found.agreement.rows]
    # a is an expectation only, and there is no order between clean and sampled: their limits differ
    assert not any(name.startswith(("noise factor", "distance of clean to noisy")) for name in names)
    assert any(name.startswith("distance of clean to sampled, as lambda -> oo") for name in names)


def test_the_limit_is_that_of_the_drawn_labels_by_hand(certified):
    # CE + l2: S = P (e - 1/C), by least squares on the drawn labels
    here = experiment(certified)
    dataset = datasets.load("iris")
    features = torch.from_numpy(dataset.standardised())
    drawn = sampled_labels(torch.from_numpy(dataset.labels), 3, 0.4, 3)
    target = torch.nn.functional.one_hot(drawn, 3).double() - 1 / 3
    fitted = features @ torch.linalg.lstsq(features, target).solution
    torch.testing.assert_close(here.family.outputs(here.claimed_limit(here.noisy)), fitted, rtol=1e-10, atol=1e-12)
    expected = Expected.of(here)
    limits = here.claimed_limit(here.clean), here.claimed_limit(here.noisy)
    gap = expected.powers[Curve.GAP]
    assert gap is not None
    assert (gap.order, gap.constant) == (0, pytest.approx(distance(*limits), rel=1e-12))
    assert expected.factor == pytest.approx(float(limits[1].norm() / limits[0].norm()), rel=1e-12)


def test_sampled_labels_judged_as_exact_noise_are_contradicted(certified):
    # the two are kept apart: the exact claims are false for a draw
    drawn = experiment(certified)
    dataset = datasets.load("iris")
    exact = Expected.of(Experiment.on(drawn.claim, dataset, 0.4, CPU))
    run = measured(Expected.of(drawn))
    rows = {row.name: row.outcome for row in agreement_of(exact, run).rows}
    wrong = {name for name, outcome in rows.items() if outcome is Outcome.CONTRADICTS}
    assert any(name.startswith("noise factor") for name in wrong)
    assert any(name.startswith("distance of clean to noisy, order") for name in wrong)
    # and so is a false limit of the drawn labels
    other = Expected.of(experiment(certified, seed=4))
    assert agreement_of(other, run).outcome is Outcome.CONTRADICTS


# what a draw does by itself


@pytest.mark.parametrize(("loss", "regularizer"), [("gce", "l2"), ("mae", "entropy")])
def test_the_spread_is_the_root_mean_square_over_draws(certified, loss, regularizer):
    here = experiment(certified, loss, regularizer)
    labels = here.clean.argmax(1)
    mean = here.a * here.claimed_limit(here.clean)
    draws = [clean_law(sampled_labels(labels, 3, here.rho, seed), 3) for seed in range(400)]
    apart = torch.stack([here.claimed_limit(law) - mean for law in draws])
    squares = apart.square().sum((1, 2))
    # within five standard errors of the 400 squares, and their mean is near 0: E S = a S
    error = float(squares.std()) / 20
    assert float(squares.mean()) == pytest.approx(spread(here) ** 2, abs=5 * error)
    assert float(apart.mean(0).norm()) < 2 * spread(here) / 20


def test_the_notes_give_the_rate_and_call_the_distance_variance(certified):
    found = confirm(certified("cross_entropy", "l2"), data="iris", noise="sampled", seed=3)
    here = found.expected.experiment
    labels = torch.from_numpy(datasets.load("iris").labels)
    changed = int((sampled_labels(labels, 3, 0.4, 3) != labels).sum())
    assert here.changed == changed
    mean, drawn = here.a * here.claimed_limit(here.clean), here.claimed_limit(here.noisy)
    apart, size = float((drawn - mean).norm()), float(mean.norm())
    differ = int((predicted_classes(found.expected, mean) != predicted_classes(found.expected, drawn)).sum())
    assert found.agreement.notes == (
        f"the labels were drawn with seed 3: {changed} of 150 are not the clean ones, a rate of {changed / 150:.4f} "
        "where 0.4 was asked for",
        f"their limit S lies {apart / size:.3f}, relatively, from a S of the clean labels, which is its mean over all "
        f"draws (root of the mean square: {spread(here) / size:.3f}), and {differ} of 150 predicted classes differ "
        "there; this is the variance of the labels and no failure of the pair: with exact noise both are 0",
    )
    assert found.agreement.title == "cross_entropy + l2 on iris (C = 3, rho = 0.4, labels sampled with seed 3)"


def test_seed_and_kind_are_in_record_report_and_name(certified):
    found = confirm(certified("muh", "l2"), data="iris", noise="sampled", seed=3)
    spec = json.loads(record_text(found))["spec"]
    assert (spec["noise"], spec["seed"], spec["rho"]) == ("sampled", 3, 0.4)
    assert "under labels drawn once, with seed 3, from uniform noise of rate 0.4" in report_text(found)
    exact = run_spec(Expected.of(experiment(certified, "muh", seed=None)))
    assert (exact.noise, exact.seed) == ("exact", None)
    hashes = {run_spec(Expected.of(experiment(certified, "muh", seed=seed))).hash for seed in (None, 3, 4)}
    assert len(hashes) == 3


# bad input, word for word


@pytest.mark.parametrize(
    ("noise", "seed", "message"),
    [
        (
            "sample",
            0,
            "noise: got 'sample'; accepted is 'exact' (each label is replaced by its law) or 'sampled' (by one draw "
            "from it)",
        ),
        ("sampled", -1, "seed: got -1; accepted is an integer from 0 to 2^63 - 1"),
        ("sampled", 2**63, "seed: got 9223372036854775808; accepted is an integer from 0 to 2^63 - 1"),
        ("sampled", 0.5, "seed: got 0.5; accepted is an integer from 0 to 2^63 - 1"),
        ("sampled", True, "seed: got True; accepted is an integer from 0 to 2^63 - 1"),
        ("exact", 3, "seed: got 3, and exact noise draws nothing; ask for noise='sampled', or leave it out"),
    ],
)
def test_what_is_no_seed(noise, seed, message):
    with pytest.raises(NoiseError) as raised:
        checked_seed(noise, seed)
    assert str(raised.value) == message


def test_seeds():
    assert (checked_seed("exact", 0), checked_seed("sampled", 0), checked_seed("sampled", 2**63 - 1)) == (
        None, 0, 2**63 - 1,
    )  # fmt: skip


def test_a_draw_that_leaves_nothing_to_learn(certified):
    # two points (-1), (1) with labels 1, 2: where both are drawn equal, E[e phi] = 0
    claim = predicted_numbers(certified("muh", "l2"), 2, "made")
    features, labels = torch.tensor([[-1.0], [1.0]], dtype=torch.float64), torch.tensor([0, 1])
    seed = next(s for s in range(100) if len(set(sampled_labels(labels, 2, 0.4, s).tolist())) == 1)
    with pytest.raises(ConfirmationError) as raised:
        Expected.of(Experiment.of(claim, "made", features, labels, 0.4, seed=seed))
    assert str(raised.value) == (
        "seed: in made no feature says anything about the labels that were drawn, so the limit of muh + l2 is 0 and "
        "has no direction; take another seed or a smaller rho"
    )
