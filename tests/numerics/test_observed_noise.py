"""Noise as people have it, counts, matrices and frames: read, compared with (C-1)/C, or refused with what to do."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import stats

from numerics.errors import NoiseError
from numerics.noise.class_conditional import ClassConditional
from numerics.noise.human_labels import human_labels
from numerics.noise.label_counts import LabelCounts
from numerics.noise.label_theory import LabelTheory
from numerics.noise.observed import TransitionEstimate
from numerics.noise.stated import StatedNoise, observed
from numerics.noise.uniform import UniformNoise
from symcheck.class_conditional.condition import noise_condition
from symcheck.errors import NumberError, ParameterError
from symcheck.findings.verdict import Verdict

SWAPPED = "the labels are swapped or complementary, and no certificate applies"


def uniform(rho, classes):
    """T of uniform noise in double precision."""
    return np.full((classes, classes), rho / (classes - 1)) + (1 - rho - rho / (classes - 1)) * np.eye(classes)


@pytest.mark.parametrize(
    "noise",
    [
        [[12, 88], [89, 11]],  # swapped: realised .885
        [[0, 50], [50, 0]],
        np.where(np.eye(4), 0, 33),  # complementary labels: rate 1
        np.where(np.eye(3), 0, 500),
        torch.where(torch.eye(10, dtype=torch.bool), 2, 50),
        pd.DataFrame([[5, 95], [96, 4]], index=["cat", "dog"], columns=["cat", "dog"]),
        human_labels([0] * 50 + [1] * 50, [1] * 45 + [0] * 45 + [1] * 10),
        uniform(0.881, 2),
        uniform(1.0, 4),
        torch.tensor(uniform(0.7, 3), dtype=torch.float32),
        uniform(0.723456789, 3),  # no simple number: known up to rounding
    ],
)
def test_rates_above_chance_are_swapped_or_complementary(noise):
    found = LabelTheory(noise)
    assert found.is_above_chance is True
    assert found.sentences[1].endswith(SWAPPED)
    assert not any("certificate says applies" in sentence for sentence in found.sentences)
    assert found.lead is None
    assert len(found.lost) == found.labels.classes


@pytest.mark.parametrize(
    "noise",
    [
        [[50, 50], [45, 55]],
        [[55, 45], [45, 55]],
        [[2, 1], [1, 2]],
        [[30, 35, 35], [35, 30, 35], [35, 35, 30]],
        human_labels([0, 1] * 4, [0, 1, 0, 1, 0, 1, 1, 0]),
        TransitionEstimate(*(torch.tensor([[x, 1 - x], [1 - x, x]]) for x in (0.5, 0.5, 0.5)), 0.95),
    ],
)
def test_where_the_interval_contains_chance_it_cannot_be_told(noise):
    if isinstance(noise, TransitionEstimate):
        noise = TransitionEstimate(noise.matrix, noise.matrix - 0.1, noise.matrix + 0.1, 0.95)
    found = LabelTheory(noise)
    assert found.is_above_chance is None
    assert "cannot be told" in found.sentences[1]
    assert not any("certificate says applies" in sentence for sentence in found.sentences)


@pytest.mark.parametrize(
    ("noise", "rho"),
    [
        ([[70, 30], [30, 70]], 0.3),
        (np.array([[60, 21, 19], [20, 61, 19], [21, 20, 59]]), 0.4),
        (torch.tensor([[60, 21, 19], [20, 61, 19], [21, 20, 59]]), 0.4),
        (np.array([[60.0, 21, 19], [20, 61, 19], [21, 20, 59]]), 0.4),  # counts as floats
        (uniform(0.4, 10), 0.4),
        (torch.tensor(uniform(0.4, 10), dtype=torch.float32), 0.4),
        (uniform(0.123456789, 3), 0.123456789),
        (uniform(0.4, 10).tolist(), 0.4),
        (UniformNoise.flipping(0.3, 5).transition, 0.3),
        (np.eye(3), 0.0),
        (pd.DataFrame(uniform(0.2, 3)), 0.2),
    ],
)
def test_rates_below_chance_apply(noise, rho):
    found = LabelTheory(noise)
    assert found.is_above_chance is False
    assert f"what a certificate says applies, with rho about {rho:.4f}" in found.sentences[1]
    assert found.sentences[1].endswith(f"below (C-1)/C = {Fraction(found.labels.classes - 1, found.labels.classes)}")


def test_at_chance_itself_the_labels_say_nothing():
    # 1/3 in double precision is below 1/3, and so is the rate; the matrix is read as the one that it is rounded from
    found = LabelTheory(np.full((3, 3), 1 / 3))
    assert found.is_above_chance is True
    assert found.sentences[1].endswith("the labels say nothing, and no certificate applies")


@pytest.mark.parametrize("rate", [0.3, 0.45, 0.55, 0.881, 1.0])
def test_the_interval_of_the_rate_covers_it(rate):
    # the exact interval, by the definition: the tail beyond its ends is 2.5 % at each
    count = round(200 * rate)
    counts = [[100 - count // 2, count // 2], [count - count // 2, 100 - count + count // 2]]
    found = LabelTheory(counts).labels.rate(0.95)
    assert found.value == count / 200
    if found.low > 0:
        assert stats.binom.sf(count - 1, 200, float(found.low)) == pytest.approx(0.025)
    if found.high < 1:
        assert stats.binom.cdf(count, 200, float(found.high)) == pytest.approx(0.025)


def test_other_noise_is_rejected_by_a_matrix_as_well():
    found = LabelTheory([[0.7, 0.3, 0], [0, 0.7, 0.3], [0.3, 0, 0.7]])
    assert found.is_rejected
    assert found.sentences[1].startswith("not uniform noise (by its entries): ")
    assert found.condition.verdict is Verdict.REFUTED
    assert not LabelTheory(uniform(0.3, 4)).is_rejected
    assert LabelTheory(np.random.default_rng(0).dirichlet([1, 1, 1], 3)).is_rejected


def test_the_lead_of_counts_and_of_their_matrix_are_one():
    counts = np.array([[80, 15, 5], [10, 70, 20], [5, 25, 70]])
    first, second = LabelTheory(counts), LabelTheory(counts / 100)
    assert (type(first.labels), type(second.labels)) == (LabelCounts, StatedNoise)
    assert first.lead == pytest.approx(second.lead)
    assert second.sure_lead == pytest.approx(second.lead)
    assert first.sure_lead > first.lead


def test_labels_and_their_table_say_the_same():
    clean, noisy = ["cat", "dog", "owl"] * 20, ["cat", "dog", "owl"] * 15 + ["dog", "owl", "cat"] * 5
    table = pd.crosstab(pd.Series(clean), pd.Series(noisy))
    assert LabelTheory(table).sentences == LabelTheory(human_labels(clean, noisy)).sentences


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            [[0.9, 0.3], [0.1, 0.7]],
            "T: row 1 sums to 6/5; accepted are rows that sum to 1, a row for each clean class; its columns do: give T "
            "transposed",
        ),
        (
            torch.tensor([[0.9, 0.3], [0.1, 0.7]]),
            "T: row 1 sums to 6/5; accepted are rows that sum to 1, a row for each clean class; its columns do: give T "
            "transposed",
        ),
        (
            [[0.333, 0.333, 0.333]] * 3,
            "T: row 1 sums to 999/1000; accepted are rows that sum to 1, a row for each clean class; divide each row "
            "by its sum",
        ),
        ([[1.1, -0.1], [0, 1]], "T[1,1]: got 11/10; accepted are probabilities from 0 to 1, or counts, which are whole "
         "numbers"),
        ([[-1, 2], [1, 1]], "T[1,1]: got -1; probabilities and counts are not negative"),
        ([[np.nan, 1], [0, 1]], "T[1,1]: got nan; accepted is a number from 0 to 1, such as 0.4 or '2/5'"),
        ([[np.inf, 1], [0, 1]], "T[1,1]: got inf; accepted is a number from 0 to 1, such as 0.4 or '2/5'"),
        (
            np.ones((2, 3)),
            "T: got 2 rows of 3 entries; accepted are C rows of C entries, C >= 2, a row for each class",
        ),
        ([[3, 0], [0, 0]], "T: row 2 has no label at all; these are counts, and its rates are not known: leave the "
         "class out, row and column"),
        (
            np.ma.masked_array([[0.8, 0.2], [0.2, 0.8]], mask=[[0, 1], [0, 0]]),
            "T: got a masked array, whose masked entries are missing; fill them in (filled(value)), or leave their "
            "rows and columns out",
        ),
        (
            pd.crosstab(pd.Series(list("abc")), pd.Series(list("abb"))),
            "T: the frame has the rows a, b, c and the columns a, b; accepted are the same classes in the same order "
            "(table.reindex(index=classes, columns=classes, fill_value=0) does so)",
        ),
    ],
)  # fmt: skip
def test_what_is_no_noise(given, message):
    with pytest.raises(NoiseError) as raised:
        LabelTheory(given)
    assert str(raised.value) == message


@pytest.mark.parametrize("given", [3, None, "ab", [["a", "b"], ["c", "d"]], [[1, 2], [3]], object()])
def test_what_has_no_rows_of_numbers(given):
    with pytest.raises(NoiseError, match=r"^T(\[1,1\])?: "):
        observed(given)


@pytest.mark.parametrize("read", [noise_condition, observed])
def test_rows_of_text_are_no_rows(read):
    for given, kind in ((["0.8 0.2", "0.2 0.8"], "str"), ([b"1 2", b"3 4"], "bytes")):
        with pytest.raises((ParameterError, NoiseError)) as raised:
            read(given)
        assert str(raised.value) == (
            f"T: got {kind} in the place of row 1; give rows of numbers such as ((0.9, 0.1), (0.2, 0.8))"
        )
    with pytest.raises(ParameterError, match=r"^T: got str; give rows of numbers"):
        noise_condition("0.8 0.2; 0.2 0.8")
    assert observed("8 2; 2 8").samples == 20


def test_intervals_that_hold_no_matrix():
    matrix = torch.tensor([[0.5, 0.5], [0.5, 0.5]])
    for lower, upper in ((matrix + 0.1, matrix + 0.2), (matrix - 0.2, matrix - 0.1), (matrix, matrix[:1])):
        with pytest.raises(NoiseError, match=r"^T: "):
            observed(TransitionEstimate(matrix, lower, upper, 0.95))


# noise_condition reads the same


@pytest.mark.parametrize(
    "kind",
    [np.array, torch.tensor, pd.DataFrame, lambda x: torch.tensor(x, dtype=torch.float32), lambda x: x,
     lambda x: np.array(x, dtype=np.float32), lambda x: [np.array(row) for row in x], lambda x: np.array(x).T],
)  # fmt: skip
def test_noise_condition_reads_matrices_of_every_library(kind):
    proved = noise_condition(kind([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]]))
    assert proved.verdict is Verdict.PROVED
    other = kind([[0.7, 0.3, 0.0], [0.0, 0.7, 0.3], [0.3, 0.0, 0.7]])
    assert noise_condition(other).verdict is Verdict.REFUTED


@pytest.mark.parametrize("rho", [0.1, 0.3, 0.4, 0.6, 1 / 3, 4 / 7])
@pytest.mark.parametrize("classes", [3, 4, 10])
def test_noise_condition_sees_uniform_noise_through_rounding(rho, classes):
    # in lists as in arrays: 1/3 is computed in both
    for given in (uniform(rho, classes), uniform(rho, classes).tolist()):
        assert noise_condition(given).verdict is Verdict.PROVED


@pytest.mark.parametrize("counts", [[[6, 2, 2], [2, 6, 2], [1, 1, 3]], [[3, 1], [1, 3]], [[0, 5], [5, 0]]])
@pytest.mark.parametrize("kind", [np.array, torch.tensor, pd.DataFrame, tuple])
def test_noise_condition_of_counts_is_that_of_their_shares(counts, kind):
    shares = [[Fraction(n, sum(row)) for n in row] for row in counts]
    assert str(noise_condition(kind(counts))) == str(noise_condition(shares))


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (np.array([[0.9, 0.3], [0.1, 0.7]]), ParameterError,
         "T: row 1 adds up to 6/5; the rows of a noise matrix add up to 1; its columns do: give T transposed"),
        ([["9/10", "3/10"], ["1/10", "7/10"]], ParameterError,
         "T: row 1 adds up to 6/5; the rows of a noise matrix add up to 1; its columns do: give T transposed"),
        (np.array([[0.9, 0.2], [0.1, 0.9]]), ParameterError,
         "T: row 1 adds up to 11/10; the rows of a noise matrix add up to 1"),
        (np.array([[1.5, -0.5], [0.0, 1.0]]), ParameterError,
         "T[1,2]: got -1/2; the entries of a noise matrix are probabilities"),
        ([[-1, 2], [1, 1]], ParameterError, "T[1,1]: got -1; probabilities and counts are not negative"),
        ([[1, 2], [0, 0]], ParameterError,
         "T: row 2 has no label at all; these are counts, and its rates are not known: leave the class out, row and "
         "column"),
        (torch.tensor([[float("nan"), 1.0], [0.0, 1.0]]), NumberError, "T[1,1]: got nan; write a finite number"),
        (np.eye(3)[:2], ParameterError, "T: got 3 entries in row 1 and 2 rows; give as many of both"),
        (np.ma.masked_array([[0.8, 0.2], [0.2, 0.8]]), ParameterError,
         "T: got a masked array, whose masked entries are missing; fill them in (filled(value)), or leave their rows "
         "and columns out"),
        ([np.ma.masked_array([0.8, 0.2]), [0.2, 0.8]], ParameterError,
         "T, row 1: got a masked array, whose masked entries are missing; fill them in (filled(value)), or leave "
         "their rows and columns out"),
        (np.array([[0.123456789, 0.876543211], [0.5, 0.5]]), ParameterError,
         "T[1,1]: the float 0.123456789 is rounded, and no simple number is near it; write the exact one, such as "
         "Fraction(1, 3) or '1/3', give counts, or ask numerics.human_labels(T=T), which takes it with its rounding"),
        (7, ParameterError,
         "T: got int; give rows of numbers such as ((0.9, 0.1), (0.2, 0.8)), UniformNoise() or PairFlip(rate)"),
    ],
)  # fmt: skip
def test_what_noise_condition_refuses(given, error, message):
    with pytest.raises(error) as raised:
        noise_condition(given)
    assert str(raised.value) == message


def test_a_matrix_for_training_reads_single_precision_and_refuses_masks():
    single = torch.tensor(uniform(0.4, 10), dtype=torch.float32)
    torch.testing.assert_close(
        ClassConditional.of(single).transition, torch.tensor(uniform(0.4, 10)), rtol=0, atol=1e-7
    )
    with pytest.raises(NoiseError, match=r"^T: got a masked array"):
        ClassConditional.of(np.ma.masked_array([[0.8, 0.2], [0.2, 0.8]]))
