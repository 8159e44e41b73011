"""Trusted predictions: how often one is wrong, how many there are, and what is refused."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch
from scipy import stats

import numerics
from numerics.errors import DataError, FiniteError, NoiseError
from numerics.finite.samples import Samples, samples_of
from numerics.finite.trusted.decisions import decisions_at
from numerics.finite.trusted.rates import rates_of
from numerics.finite.trusted.result import Trusted
from numerics.finite.trusted.trusting import trusted
from numerics.finite.weights import Weights
from numerics.noise.laws import sampled_labels
from numerics.noise.noise_rate import noise_rate
from numerics.progress import silent


def noisy(samples: Samples, rho: float, seed: int) -> Samples:
    drawn = sampled_labels(torch.from_numpy(samples.labels), samples.classes, rho, seed)
    return replace(samples, labels=drawn.numpy())


@pytest.fixture(scope="module")
def digits() -> Samples:
    """Two thirds to learn from, and the rest as test points."""
    return samples_of("digits", test=0.33)


def wrong(found: Trusted, clean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each of the tests trusts a class that the clean labels do not give."""
    differs = found.predicted != clean
    return found.proved & differs, found.normal & differs


def most_wrong(draws: int, delta: float, points: int) -> float:
    """The count of wrong ones that a point exceeds with probability 1e-6/``points`` if its probability is ``delta``."""
    return float(stats.binom.isf(1e-6 / points, draws, delta))


def words(found: Trusted) -> str:
    return " ".join(str(found).split())


SHARES = {0.1: (0.65, 0.75), 0.2: (0.50, 0.65), 0.4: (0.15, 0.40)}
"""What has to be decided on test points of digits, by the bound and by the normal law, in the mean over draws."""


@pytest.mark.parametrize("rho", SHARES)
def test_shares_and_errors_on_digits(digits: Samples, rho: float) -> None:
    _check_draws(digits, rho, 6)


@pytest.mark.slow
@pytest.mark.parametrize("rho", SHARES)
def test_shares_and_errors_on_digits_in_a_thousand_draws(digits: Samples, rho: float) -> None:
    _check_draws(digits, rho, 1000)


@pytest.mark.slow
@pytest.mark.parametrize("rho", SHARES)
def test_errors_at_samples_without_their_own_label(digits: Samples, rho: float) -> None:
    _check_draws(replace(digits, test=None), rho, 500, shares=False)


def _check_draws(samples: Samples, rho: float, draws: int, *, shares: bool = True) -> None:
    clean = trusted(samples, rho=0).predicted
    shares_found, counts = np.zeros(2), np.zeros((2, len(clean)))
    for seed in range(draws):
        found = trusted(noisy(samples, rho, seed), rho=rho)
        assert found.level == "proved"
        shares_found += [found.share_by_bound, found.share_normal]
        counts += wrong(found, clean)
    assert counts.max() <= most_wrong(draws, 0.05, len(clean))
    by_bound, by_normal = counts.mean(axis=1) / draws
    assert by_bound < 1e-4
    # measured 3e-5 to 5e-5 in a thousand draws: a dozen may have some by chance
    assert by_normal < (1e-4 if draws >= 1000 else 1e-3)
    if shares:
        for found_share, asked in zip(shares_found / draws, SHARES[rho], strict=True):
            assert found_share >= asked


@pytest.mark.parametrize(("classes", "rho"), [(2, 0.4), (3, 0.2)])
def test_clean_labels_with_no_leads(classes: int, rho: float) -> None:
    _check_no_leads(classes, rho, count=60, draws=40)


@pytest.mark.slow
@pytest.mark.parametrize(("classes", "rho"), [(2, 0.05), (2, 0.2), (2, 0.4), (3, 0.4), (10, 0.7), (100, 0.5)])
def test_clean_labels_with_no_leads_in_a_thousand_draws(classes: int, rho: float) -> None:
    _check_no_leads(classes, rho, count=200, draws=1000)


def _check_no_leads(classes: int, rho: float, count: int, draws: int) -> None:
    """Labels that the features say nothing of: all leads are small, and every trusted class may be wrong."""
    chance = np.random.default_rng(classes)
    samples = samples_of((chance.normal(size=(count, 1)), np.arange(count) % classes))
    clean = trusted(samples, rho=0).predicted
    for given in (rho, (0.0, rho), None):
        counts = sum(
            np.array(wrong(trusted(noisy(samples, rho, s), rho=given, delta=0.2), clean)) for s in range(draws)
        )
        assert counts.max() <= most_wrong(draws, 0.2, count)
        assert counts.sum() > 0 or classes > 3


def test_a_rate_that_is_not_known_is_the_widest_range(digits: Samples) -> None:
    seen = noisy(digits, 0.2, 1)
    known, up_to, nothing = (trusted(seen, rho=rho) for rho in (0.2, (0.0, 0.2), None))
    assert known.share_by_bound > nothing.share_by_bound > 0.3
    # that the rate may be smaller costs next to nothing
    assert up_to.share_by_bound == pytest.approx(known.share_by_bound, abs=0.005)
    wider = trusted(seen, rho=(0.0, 0.4))
    assert nothing.share_by_bound < wider.share_by_bound < up_to.share_by_bound


def test_for_two_classes_and_no_rate_the_bound_is_at_least_that_of_hoeffding() -> None:
    # THEORY 13: sqrt(2 h log((C - 1)/delta)) with h = sum_j k_j^2; without skewness the exponent is its own
    chance = np.random.default_rng(0)
    samples = samples_of((chance.normal(size=(400, 1)), np.arange(400) % 2))
    found = trusted(samples, delta=0.05)
    weights = found_weights(samples)
    hoeffding = np.sqrt(2 * (weights**2).sum(axis=1) * math.log(1 / 0.05))
    assert found.bound_needs == pytest.approx(hoeffding, rel=0.02)


def found_weights(samples: Samples) -> np.ndarray:
    projection = samples.span.basis @ samples.span.basis.T
    freedom = 1 - np.diag(projection)
    return (projection - np.diag(np.diag(projection))) / freedom[:, None]


def test_without_noise_every_lead_is_enough() -> None:
    found = trusted("iris", rho=0, delta=1e-9)
    assert found.proved.all()
    assert found.normal.all()
    tied = trusted(([[0.0], [0.0], [1.0], [1.0]], [0, 1, 0, 1]), rho=0, test=([[0.0], [1.0]], [0, 1]))
    assert not tied.proved.any()


def test_the_class_is_that_of_a_fit_without_the_sample() -> None:
    found = trusted("iris", rho=0.1)
    samples = samples_of("iris")
    votes = found_weights(samples) @ samples.one_hot
    assert (found.predicted == votes.argmax(axis=1)).all()
    assert found.at_samples
    ordered = np.sort(votes, axis=1)
    assert found.lead == pytest.approx(ordered[:, -1] - ordered[:, -2])


def test_with_the_data_as_points_the_own_label_counts() -> None:
    samples = samples_of("iris")
    data = (samples.features, samples.labels)
    found = trusted(data, rho=0.1, test=data)
    assert not found.at_samples
    assert (found.predicted == samples.span.projected(samples.one_hot).argmax(axis=1)).all()


def test_points_are_drawn_without_a_look_at_the_labels() -> None:
    # a share of each noisy class would make the labels that are left depend on one another
    features = np.random.default_rng(0).normal(size=(60, 2))
    data = [(features, labels) for labels in (np.arange(60) % 2, np.arange(60) // 30)]
    first, second = (samples_of(pair, test=0.3, by_class=False) for pair in data)
    assert (first.features == second.features).all()
    assert len(first) == 42
    found = trusted(data[0], rho=0.1, test=0.3)
    assert (found.lead == trusted(first, rho=0.1).lead).all()


def test_all_points_share_delta(digits: Samples) -> None:
    seen = noisy(digits, 0.1, 0)
    together = trusted(seen, rho=0.1, all_points=True)
    each = trusted(seen, rho=0.1, delta=0.05 / int(together.said.sum()))
    assert (together.proved == each.proved).all()
    assert together.expected_wrong == 0.05
    alone = trusted(seen, rho=0.1)
    assert alone.expected_wrong == pytest.approx(0.05 * len(alone))
    assert together.share_by_bound < alone.share_by_bound


def test_points_of_which_nothing_is_said() -> None:
    # the third column is 0 but for one sample, which is alone in that direction
    features = np.c_[np.arange(12.0), np.arange(12.0) ** 2, np.eye(12)[3]]
    found = trusted((features, np.arange(12) // 6), rho=0)
    assert np.flatnonzero(~found.said).tolist() == [3]
    assert found.predicted[3] == -1
    assert found.proved.sum() == 11
    assert "1 sample" in str(found)
    # more columns than samples: each is alone
    wide = trusted((np.random.default_rng(0).normal(size=(8, 20)), [0, 1] * 4), rho=0)
    assert not wide.said.any()
    assert not wide.proved.any()
    assert wide.share_by_bound == 0


def test_scores_are_probabilities_that_a_tool_for_label_errors_can_take(digits: Samples) -> None:
    seen = noisy(digits, 0.2, 0)
    at_samples = trusted(replace(seen, test=None), rho=0.2)
    for found, count in ((trusted(seen, rho=0.2), len(digits.test or ())), (at_samples, len(digits))):
        assert found.scores.shape == (count, 10)
        assert (found.scores >= 0).all()
        assert found.scores.sum(axis=1) == pytest.approx(np.ones(count))
    is_right = at_samples.predicted == at_samples.scores.argmax(axis=1)
    assert is_right[at_samples.said].all()
    # of the labels that moved most are unlikely: the area under the curve of one against the other
    moved = seen.labels != digits.labels
    own = at_samples.scores[np.arange(len(moved)), seen.labels]
    assert stats.mannwhitneyu(own[~moved], own[moved]).statistic / (moved.sum() * (~moved).sum()) > 0.95


def test_the_page_says_what_it_is_and_what_it_is_not(digits: Samples) -> None:
    found = trusted(replace(noisy(digits, 0.2, 0), test=None), rho=0.2)
    page = " ".join(str(found).split())
    for words in (
        "proved",
        "normal law",
        "without its own label",
        "not a verdict on the label",
        "no bound on how often a trusted prediction is wrong among the trusted ones",
        "each at delta/2",
        "all with one rate",
    ):
        assert words in page
    record = json.loads(json.dumps(found.to_record()))
    assert record["by_bound"] == np.flatnonzero(found.by_bound).tolist()
    assert record["without_own_label"] is True
    assert found.differing is not None
    assert f"{int(found.differing.sum())} trusted by the bound were given another label" in page
    assert len(found.figure.axes) == 1


def test_features_of_no_shown_rank_are_not_called_proved() -> None:
    x = np.arange(20.0)
    found = trusted((np.c_[x, 2 * x], np.arange(20) // 10), rho=0.05)
    assert found.level == "bound, computed in double precision"
    assert "nothing here is proved" in " ".join(str(found).split())
    assert found.by_bound.any()
    assert not found.proved.any()
    assert not found.is_shown


def test_rates_in_every_form_are_the_same() -> None:
    wanted = trusted("iris", rho=0.25)
    for rho in (Fraction(1, 4), "1/4", noise_rate(flip="1/4", classes=3), (0.25, 0.25), np.float64(0.25)):
        assert (trusted("iris", rho=rho).bound_needs == wanted.bound_needs).all()


@pytest.mark.parametrize(
    ("rho", "words"),
    [
        (0.7, "accepted is 0 <= rho < (C-1)/C = 2/3"),
        (-0.1, "accepted is 0 <= rho"),
        (float("nan"), "accepted is 0 <= rho"),
        ((0.3, 0.1), "turn it round"),
        ((0.1, 0.9), "accepted is 0 <= rho"),
        ([0.1, 0.2, 0.3], "one rate of uniform noise"),
        (np.eye(3), "noise_condition"),
        (noise_rate(flip=0.1, classes=4), "noise on 4 classes"),
        (noise_rate(T=[["9/10", "1/10", 0], [0, 1, 0], [0, 0, 1]]), "not uniform"),
    ],
)
def test_other_noise_is_refused(rho: object, words: str) -> None:
    with pytest.raises(NoiseError) as error:
        trusted("iris", rho=rho)
    assert words in str(error.value)
    assert "rho" in str(error.value)


@pytest.mark.parametrize("delta", [0, 1, -0.1, float("nan"), "0.05", True, None])
def test_a_delta_that_is_no_probability_is_refused(delta: object) -> None:
    with pytest.raises(FiniteError, match="delta: got"):
        trusted("iris", rho=0.1, delta=delta)  # type: ignore[arg-type]


def test_bad_data_is_refused() -> None:
    with pytest.raises(DataError, match="not finite"):
        trusted(([[1.0], [math.nan], [2.0]], [0, 1, 0]), rho=0.1)
    with pytest.raises(DataError):
        trusted(([[1.0], [2.0]], [0, 1, 0]), rho=0.1)


@pytest.mark.parametrize("classes", [2, 5])
def test_settings_at_their_ends_give_numbers(classes: int) -> None:
    n = 60
    chance = np.random.default_rng(classes)
    labels = np.concatenate([np.arange(classes), chance.integers(0, classes, n - classes)])
    samples = samples_of((labels[:, None] + chance.normal(size=(n, 2)), labels))
    top = (classes - 1) / classes
    rates = [
        1e-300,
        1e-17,
        1e-9,
        np.nextafter(top, 0),
        (0, 1e-300),
        (0, np.nextafter(top, 0)),
        (top / 2, top / 2),
        None,
    ]
    for rho in rates:
        for delta in (1e-300, 0.05, 0.5, np.nextafter(1, 0)):
            found = trusted(samples, rho=rho, delta=delta, all_points=bool(delta == 0.05))
            assert (found.bound_needs > 0).all()
            assert (found.normal_needs > 0).all()
            json.dumps(found.to_record(), allow_nan=False)


def exact_law(weights: np.ndarray, labels: np.ndarray, rho: float) -> tuple[np.ndarray, np.ndarray]:
    """The values of the noisy lead of class 0 over class 1, by whole weights, and their probabilities."""
    law, total = np.ones(1), int(weights.sum())
    for k, label in zip(weights, labels, strict=True):
        moved = np.zeros(len(law) + 2 * k)
        stays = rho if label else 1 - rho
        moved[2 * k :] += stays * law
        moved[: len(law)] += (1 - stays) * law
        law = moved
    return np.arange(-total, total + 1), law


def most_errors(chance: np.random.Generator, cases: int, delta: float) -> tuple[float, float]:
    """The largest exact probabilities of a wrong one over delta, by the bound and by the normal law, at C = 2."""
    largest = np.zeros(2)
    for _ in range(cases):
        heavy, light = chance.integers(1, 9, 2)
        k = np.concatenate([np.full(chance.integers(3, 160), heavy), np.full(chance.integers(3, 160), light)])
        n, rho = len(k), float(np.exp(chance.uniform(np.log(0.002), np.log(0.45))))
        labels = np.zeros(n, dtype=int)
        for j in chance.permutation(n):  # leads are 0 or nearly so
            if k[labels == 0].sum() - k[labels == 1].sum() >= 2 * k[j]:
                labels[j] = 1
        weights = Weights(k[None].astype(float), np.eye(n), None, np.ones(1, dtype=bool), np.zeros(1), is_exact=True)
        some = replace(samples_of((np.arange(n)[:, None], np.arange(n) % 2)), labels=np.zeros(n, dtype=np.int64))
        # with two classes what is asked of a lead does not depend on the labels
        asked = decisions_at(weights, some, rates_of(rho, 2), delta, True, silent)
        leads, law = exact_law(k, labels, rho)
        errs = [law[-leads > needs].sum() / delta for needs in (asked.bound[0], asked.normal[0])]
        np.maximum(largest, errs, out=largest)
    return float(largest[0]), float(largest[1])


@pytest.mark.parametrize("delta", [0.05, 0.001])
def test_with_two_classes_the_exact_probability_of_a_wrong_one_is_below_delta(delta: float) -> None:
    bound, normal = most_errors(np.random.default_rng(0), 60, delta)
    assert 0.01 < bound <= 1
    assert normal <= {0.05: 1.0, 0.001: 2.7}[delta]


@pytest.mark.slow
@pytest.mark.parametrize(("delta", "times"), [(0.05, 1.0), (0.01, 1.4), (0.001, 2.7), (0.0001, 4.4)])
def test_the_page_says_how_often_the_normal_law_errs(delta: float, times: float) -> None:
    bound, normal = most_errors(np.random.default_rng(5), 3000, delta)
    assert bound <= 1
    # rounded on the page
    assert normal <= times + 0.05
    assert f"{times:.1f} {'delta ' if delta == 0.05 else ''}at {'delta = ' if delta == 0.05 else ''}{delta:g}" in words(
        trusted("iris", rho=0.2)
    )


def test_it_is_a_name_of_the_package() -> None:
    assert numerics.trusted is trusted
    assert numerics.Trusted is Trusted
