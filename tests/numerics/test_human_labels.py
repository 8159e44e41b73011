"""Human label noise: columns read, T estimated, uniform noise tested, and what cannot be read."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import stats

from numerics.class_conditional import ClassConditional
from numerics.errors import DataError, NoiseError
from numerics.human_labels import human_labels, human_labels_from_csv
from numerics.uniform import UniformNoise

CLEAN = ["cat", "dog", "owl", "cat", "cat", "dog", "owl", "owl", "owl", "cat"]
NOISY = ["cat", "dog", "cat", "cat", "dog", "dog", "owl", "cat", "owl", "cat"]
COUNTS = [[3, 1, 0], [0, 2, 0], [2, 0, 2]]  # counted by hand: cat, dog, owl


@pytest.mark.parametrize(
    ("clean", "noisy"),
    [
        (CLEAN, NOISY),
        (np.array(CLEAN), np.array(NOISY)),
        (pd.Series(CLEAN), pd.Series(NOISY, index=range(10, 20))),
        (pd.Series(CLEAN, dtype="category"), pd.Series(NOISY, dtype="category")),
    ],
    ids=["lists", "arrays", "pandas", "categories"],
)
def test_names_are_numbered_in_order_and_kept(clean, noisy):
    found = human_labels(clean, noisy)
    assert found.names == ("cat", "dog", "owl")
    assert found.counts.tolist() == COUNTS
    assert found.realised_rate == 0.3


@pytest.mark.parametrize("kind", [list, np.array, torch.tensor, pd.Series, lambda x: np.array(x, dtype=float)])
def test_numbers_are_labels_too(kind):
    found = human_labels(kind([2, 10, 2, 10]), kind([2, 2, 2, 10]))
    assert found.names == ("2", "10")  # in the order of numbers
    assert found.counts.tolist() == [[2, 0], [1, 1]]


def test_two_columns_of_a_csv_file(tmp_path):
    path = tmp_path / "labels.csv"
    rows = "\n".join(f"{i},{c},{n}" for i, (c, n) in enumerate(zip(CLEAN, NOISY, strict=True)))
    path.write_text(f'id,"clean, label",worse_label\n{rows}\n\n', encoding="utf-8-sig")
    found = human_labels_from_csv(str(path), clean="clean, label", noisy="worse_label")
    assert (found.names, found.counts.tolist()) == (("cat", "dog", "owl"), COUNTS)


def test_wilson_intervals_are_those_of_scipy():
    found = human_labels(CLEAN, NOISY).transition(0.9)
    for i, row in enumerate(COUNTS):
        for j, count in enumerate(row):
            interval = stats.binomtest(count, sum(row)).proportion_ci(0.9, method="wilson")
            assert float(found.matrix[i, j]) == count / sum(row)
            assert float(found.lower[i, j]) == pytest.approx(interval.low, abs=1e-12)
            assert float(found.upper[i, j]) == pytest.approx(interval.high, abs=1e-12)


def test_simultaneous_intervals_are_those_of_scipy_at_the_bonferroni_level():
    found = human_labels(CLEAN, NOISY).simultaneous(0.9)
    for i, row in enumerate(COUNTS):
        for j, count in enumerate(row):
            interval = stats.binomtest(count, sum(row)).proportion_ci(1 - 0.1 / 9, method="exact")
            assert float(found.lower[i, j]) == pytest.approx(interval.low, abs=1e-12)
            assert float(found.upper[i, j]) == pytest.approx(interval.high, abs=1e-12)


def test_simultaneous_intervals_hold_the_truth_as_often_as_they_say():
    # 300 draws at 95 %: fewer than 270 hits would have a probability below 10^-4
    clean = torch.arange(3).repeat(60)
    noise = ClassConditional.of([[0.8, 0.2, 0], [0.1, 0.6, 0.3], [0.3, 0.3, 0.4]])
    hits = 0
    for seed in range(300):
        found = human_labels(clean, noise.draw(clean, seed).labels).simultaneous()
        hits += bool(((found.lower <= noise.transition) & (noise.transition <= found.upper)).all())
    assert hits >= 270


def test_the_statistics_by_hand():
    # C = 3: [[30, 12, 8], [6, 40, 4], [0, 0, 20]]; moved 20, 10, 0
    clean = np.repeat([0, 1, 2], [50, 50, 20])
    noisy = np.repeat([0, 1, 2, 0, 1, 2, 2], [30, 12, 8, 6, 40, 4, 20])
    found = human_labels(clean, noisy)
    # within: (12-10)^2/10 + (8-10)^2/10 + (6-5)^2/5 + (4-5)^2/5 = .8 + .4; the third class has none that moved
    assert (found.within_rows.statistic, found.within_rows.degrees) == (pytest.approx(1.2), 2)
    assert found.within_rows.p_value == pytest.approx(math.exp(-0.6))  # the law of chi-square on 2 degrees
    # between: as scipy's table of moved and kept
    table = stats.chi2_contingency([[20, 10, 0], [30, 40, 20]], correction=False)
    assert found.between_rows.statistic == pytest.approx(table.statistic)
    assert (found.between_rows.degrees, found.between_rows.p_value) == (2, pytest.approx(table.pvalue))
    assert found.between_rows.smallest_expected == pytest.approx(table.expected_freq.min())
    assert found.against_uniform.statistic == pytest.approx(1.2 + table.statistic)
    assert found.against_uniform.degrees == 4


def test_uniform_noise_passes_as_often_as_it_should_and_other_noise_does_not():
    clean = torch.arange(3).repeat(400)
    values = [
        human_labels(clean, UniformNoise.flipping(0.3, 3).draw(clean, seed).labels).against_uniform.p_value
        for seed in range(300)
    ]
    assert stats.kstest(values, "uniform").pvalue > 1e-3  # p-values of a true claim are uniform
    turned = ClassConditional.pair_flip(0.3, 3).draw(clean, 0).labels
    assert human_labels(clean, turned).against_uniform.p_value < 1e-30
    uneven = ClassConditional.of([[1, 0, 0], [0.15, 0.7, 0.15], [0.15, 0.15, 0.7]]).draw(clean, 0).labels
    found = human_labels(clean, uneven)
    assert found.between_rows.p_value < 1e-10
    assert found.within_rows.p_value > 1e-3


def test_two_classes_have_rates_only_and_no_noise_has_nothing_to_test():
    clean = torch.arange(2).repeat(100)
    found = human_labels(clean, UniformNoise.flipping(0.2, 2).draw(clean, 0).labels)
    assert (found.within_rows.degrees, found.within_rows.statistic, found.within_rows.p_value) == (0, 0.0, 1.0)
    assert found.against_uniform.degrees == 1
    none = human_labels(clean, clean).against_uniform
    assert (none.degrees, none.p_value) == (0, 1.0)


def test_a_rough_p_value_says_so():
    shown = str(human_labels(CLEAN, NOISY).within_rows)
    assert shown == "chi-square 3 on 2 degrees of freedom, p = 0.223 (rough: an expected count is 0.5)"


@pytest.mark.parametrize(
    ("clean", "noisy", "message"),
    [
        (CLEAN, [*NOISY[:9], "emu"], "noisy: got the label 'emu' in row 9; accepted are the clean ones: cat, dog, owl"),
        (CLEAN, [*NOISY[:9], ""], "noisy: the label in row 9 is missing; leave such rows out"),
        ([0, 1, None], [0, 1, 1], "clean: the label in row 2 is missing; leave such rows out"),
        ([0, 1, math.nan], [0, 1, 1], "clean: the label in row 2 is missing; leave such rows out"),
        (
            pd.Series([0, 1, None], dtype="Int64"),
            [0, 1, 1],
            "clean: the label in row 2 is missing; leave such rows out",
        ),
        (
            [0, 1, 0.5],
            [0, 1, 1],
            "clean: got the label 0.5 in row 2; accepted are integers and names",
        ),
        (["a", "a"], ["a", "a"], "clean: every label is 'a'; a classifier needs at least two classes"),
        ([], [], "clean: got shape (0,); accepted is a column (n,) of at least one label"),
        ([[0, 1]], [0, 1], "clean: got shape (1, 2); accepted is a column (n,) of at least one label"),
    ],
)
def test_columns_that_cannot_be_read(clean, noisy, message):
    with pytest.raises(DataError) as raised:
        human_labels(clean, noisy)
    assert str(raised.value) == message


def test_columns_of_different_length():
    with pytest.raises(NoiseError) as raised:
        human_labels(CLEAN, NOISY[:9])
    assert str(raised.value) == (
        "noisy: got labels of shape (9,) beside clean ones of shape (10,); accepted is one noisy label for each clean "
        "one, in the same order"
    )


@pytest.mark.parametrize("level", [0, 1, 95, math.nan])
def test_what_is_no_level(level):
    found = human_labels(CLEAN, NOISY)
    for attempt in (found.transition, found.simultaneous):
        with pytest.raises(NoiseError) as raised:
            attempt(level)
        assert str(raised.value) == f"level: got {level}; accepted is a confidence between 0 and 1, such as 0.95"


def test_files_that_cannot_be_read(tmp_path):
    missing = tmp_path / "no.csv"
    short, empty = tmp_path / "short.csv", tmp_path / "empty.csv"
    short.write_text("clean,noisy\na,b\nb\n")
    empty.write_text("")
    for path, clean, message in [
        (missing, "clean", f"path: cannot read {missing}: No such file or directory; name a CSV file in UTF-8"),
        (short, "clear", f"column: {short} has 'clear' not at all in its first line; there are: clean, noisy"),
        (empty, "clean", f"column: {empty} has 'clean' not at all in its first line; there are: none"),
        (short, "clean", f"noisy: line 3 of {short} ends before this column; fill it in or leave the line out"),
    ]:
        with pytest.raises(DataError) as raised:
            human_labels_from_csv(str(path), clean=clean, noisy="noisy")
        assert str(raised.value) == message
