"""Accuracy by clean labels, from accuracy measured on noisy ones: the formula, its interval, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch
from scipy import stats

from numerics.errors import NoiseError
from numerics.noise.accuracy import clean_accuracy
from numerics.noise.confidence import exact_interval
from numerics.noise.uniform import UniformNoise


def test_by_simulation():
    # THEORY 15: 90 of 100 predictions are right, labels move with rho = .3 among 4 classes
    chance = torch.Generator().manual_seed(1)
    noise, count = UniformNoise.flipping(0.3, 4), 400_000
    clean = torch.randint(4, (count,), generator=chance)
    told = torch.where(torch.rand(count, generator=chance) < 0.9, clean, (clean + 1) % 4)
    correct = int((told == noise.draw(clean, 3).labels).sum())
    found = clean_accuracy(Fraction(correct, count), n=count, rho=0.3, classes=4)
    assert found.low < 0.9 < found.high
    assert found.value == pytest.approx(0.9, abs=5e-3)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    # 1000 measurements of a model that is right on 80 %: fewer than 930 hits of 95 % would have a probability of 10^-3
    chance = np.random.default_rng(3)
    seen = 0.8 * 0.7 + 0.2 * 0.1  # kept and right, or wrong and moved to just that class: rho = .3, C = 4
    hits = 0
    for correct in chance.binomial(500, seen, size=1000):
        found = clean_accuracy(Fraction(int(correct), 500), n=500, rho=0.3, classes=4)
        hits += found.low <= 0.8 <= found.high
    assert hits >= 930


def test_by_hand():
    # a = .6, A_clean = (.64 - .1)/.6; the ends are those of the interval of .64, over a
    found = clean_accuracy(0.64, n=1000, rho=0.3, classes=4)
    assert found.value == pytest.approx(0.9)
    ends = stats.binomtest(640, 1000).proportion_ci(0.95, "exact")
    assert (found.low, found.high) == (pytest.approx((ends.low - 0.1) / 0.6), pytest.approx((ends.high - 0.1) / 0.6))
    words = " ".join(str(found).split())
    assert words.startswith("Accuracy by clean labels: 0.9000 (0.8490 to 0.9497 with confidence 0.95)")
    assert "640 of 1000 noisy labels are as predicted" in words
    assert "all right is seen as 7/10, all wrong as 1/10" in words
    assert "labels that the model was not trained on" in words
    assert "clipped" not in words


@pytest.mark.parametrize(("hits", "samples"), [(0, 7), (7, 7), (3, 7), (640, 1000), (1, 10**6), (10**6 - 1, 10**6)])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_the_interval_is_that_of_clopper_and_pearson(hits, samples, level):
    low, high = exact_interval(hits, samples, level)
    ends = stats.binomtest(hits, samples).proportion_ci(level, "exact")
    assert (low, high) == (pytest.approx(ends.low, rel=1e-9), pytest.approx(ends.high, rel=1e-9))


@pytest.mark.parametrize(
    ("noisy", "clipped", "contradicts"), [(0.0, 0.0, True), (0.05, 0.0, False), (0.74, 1.0, False), (0.99, 1.0, True)]
)
def test_what_noise_does_not_allow_is_clipped_and_said(noisy, clipped, contradicts):
    # C = 4, a = .6: from 1/10 to 7/10
    found = clean_accuracy(noisy, n=100, rho=0.3, classes=4)
    assert found.value == clipped
    assert 0 <= found.low <= found.value <= found.high <= 1
    words = " ".join(str(found).split())
    side = "below" if noisy < 0.5 else "above"
    assert f"what was measured lies {side} what this noise allows: set to {clipped:.0f}" in words
    assert bool(found.contradiction) is contradicts
    assert ("even the whole interval" in words) is contradicts
    assert "more labels" not in words


@pytest.mark.parametrize(
    "given",
    [2 / 3, "2/3", Fraction(2, 3), np.float32(2 / 3), np.float64(2 / 3), torch.tensor(2 / 3), 0.6667, "0.667",
     float(torch.tensor(2 / 3))],
)  # fmt: skip
def test_an_accuracy_is_the_count_that_it_is_rounded_from(given):
    found = clean_accuracy(given, n=300, rho=0.3, classes=4)
    assert found.counts == (200, 200)
    assert found.noisy == Fraction(2, 3)


def test_an_accuracy_of_few_digits_stands_for_several_counts_and_the_interval_is_for_all():
    found = clean_accuracy(0.64, n=999, rho=0.3, classes=4)
    # from .635 to .645 of 999
    assert found.counts == (635, 644)
    first, last = (clean_accuracy(Fraction(k, 999), n=999, rho=0.3, classes=4) for k in found.counts)
    assert (found.low, found.high) == (first.low, last.high)
    assert "0.64 of 999 labels is rounded: 635 to 644 of them" in " ".join(str(found).split())


@pytest.mark.parametrize(
    ("given", "n", "several"),
    [(0.64, 1000, True), (0.64, 10_000, True), (0.64, 100, False), ("2/3", 300, False), (0.643, 1000, False)],
)
def test_an_accuracy_that_may_be_rounded_is_said_to_be_taken_as_it_stands(given, n, several):
    found = clean_accuracy(given, n=n, rho=0.1, classes=4)
    assert found.counts[0] == found.counts[1]
    assert (f"if {given} is not rounded" in " ".join(str(found).split())) is several


@pytest.mark.parametrize("reach", [0.01, 0.03])
def test_how_many_labels_it_takes(reach):
    found = clean_accuracy(0.64, n=1000, rho=0.3, classes=4)
    needed = found.labels_for(reach)
    # the normal law: (1.96/(a reach))^2 p (1 - p), and the exact interval is a little wider
    normal = (stats.norm.ppf(0.975) / (0.6 * reach)) ** 2 * 0.64 * 0.36
    assert normal < needed < 1.1 * normal
    there = clean_accuracy(Fraction(round(Fraction(16, 25) * needed), needed), n=needed, rho=0.3, classes=4)
    assert max(there.high - there.value, there.value - there.low) < reach * 1.01


def test_no_noise_leaves_the_accuracy_as_it_is():
    found = clean_accuracy("0.64", n=1000, rho=0, classes=4)
    assert (found.value, found.low, found.high) == (0.64, *exact_interval(640, 1000, 0.95))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"noisy_accuracy": 0.645, "n": 100},
         "noisy_accuracy: got 0.645, which is no count of 100 labels: 64 are 0.64 and 65 are 0.65; give the share that "
         "was measured, or the n that it is of"),
        ({"noisy_accuracy": "64 %"}, "noisy_accuracy: got '64 %'; accepted is a number from 0 to 1: write 16/25"),
        ({"noisy_accuracy": 64},
         "noisy_accuracy: got 64; accepted is a number from 0 to 1; if that is in percent, write 16/25"),
        ({"n": 0}, "n: got 0; accepted is a whole number of labels, from 1 to 1e+12"),
        ({"n": 100.0}, "n: got 100.0; accepted is a whole number of labels, from 1 to 1e+12"),
        ({"n": True}, "n: got True; accepted is a whole number of labels, from 1 to 1e+12"),
        ({"level": 95}, "level: got 95; accepted is a confidence between 0 and 1, such as 0.95"),
        ({"level": "0.9"}, "level: got '0.9'; accepted is a confidence between 0 and 1, such as 0.95"),
        ({"rho": 0.75},
         "rho: got a flip rate of 3/4; accepted is below chance, (C-1)/C = 3/4: the labels say nothing about the clean "
         "ones; no certificate and no correction applies"),
        ({"classes": 1}, "classes: got 1; accepted is a whole number of at least 2 classes"),
    ],
)  # fmt: skip
def test_what_is_no_measurement(options, message):
    with pytest.raises(NoiseError) as raised:
        clean_accuracy(**{"noisy_accuracy": 0.64, "n": 1000, "rho": 0.3, "classes": 4} | options)
    assert str(raised.value) == message


def test_a_reach_that_no_number_of_labels_has():
    found = clean_accuracy(0.5, n=10, rho="0.499999", classes=2)
    assert "more labels" not in str(clean_accuracy(0.5, n=10, rho="0.49999999", classes=2))
    for reach, message in ((0, "reach: got 0; accepted is a number between 0 and 1"), (1e-6, "more than 1e+12 labels")):
        with pytest.raises(NoiseError) as raised:
            found.labels_for(reach)
        assert message in str(raised.value)


@pytest.mark.parametrize(
    ("given", "n", "others"),
    [
        (0.64, 10_000, (6350, 6450)),
        ("0.64", 10_000, (6350, 6450)),
        (0.3, 810, (203, 283)),  # 249 of 810 is written so as well
        (0.64, 100, None),
        ("0.6400", 10_000, None),
        (Fraction(64, 100), 10_000, None),
        ("6400/10000", 10_000, None),
        (249 / 810, 810, None),
    ],
)
def test_a_multiple_of_one_label_may_be_rounded_and_that_is_said(given, n, others):
    found = clean_accuracy(given, n=n, rho=0.1, classes=4)
    assert found.others == others
    assert found.counts[0] == found.counts[1]
    words = " ".join(str(found).split())
    assert ("is not rounded; if it is" in words) == (others is not None)
    assert found.to_record()["others"] == (None if others is None else list(others))
