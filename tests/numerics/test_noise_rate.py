"""Noise rates: the two conventions converted exactly, matrices with and without one rate, and what is refused."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics.errors import NoiseError
from numerics.noise.noise_rate import MOST_CLASSES, noise_rate
from numerics.noise.uniform import UniformNoise
from symcheck.errors import NumberError
from tests.conftest import Fresh

F = Fraction


def uniform(rho, classes):
    """T of uniform noise in double precision."""
    return np.full((classes, classes), rho / (classes - 1)) + (1 - rho - rho / (classes - 1)) * np.eye(classes)


@given(classes=st.integers(2, 10**6), resample=st.fractions(0, F(99, 100), max_denominator=1000))
def test_both_conventions_are_one_noise(classes, resample):
    # of the labels that are drawn anew 1 in C stays: rho = r (C-1)/C, a = 1 - r = 1 - rho C/(C-1)
    found = noise_rate(resample=resample, classes=classes)
    assert found.flip == resample * F(classes - 1, classes)
    assert found.a == 1 - resample == 1 - found.flip * F(classes, classes - 1)
    assert noise_rate(flip=found.flip, classes=classes) == found
    assert (found.average, found.resample) == (found.flip, resample)


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_the_matrix_is_that_of_the_noise_that_is_drawn(classes):
    found = noise_rate(flip="3/10", classes=classes)
    assert all(sum(row) == 1 for row in found.T)
    made = UniformNoise.flipping(0.3, classes).transition
    torch.testing.assert_close(torch.tensor([[float(x) for x in row] for row in found.T], dtype=torch.float64), made)
    assert noise_rate(T=found.T).flip == found.flip


@pytest.mark.parametrize(
    "rate",
    [0.3, "0.3", "3/10", F(3, 10), Decimal("0.3"), np.float64(0.3), np.float32(0.3), torch.tensor(0.3), 1 - 0.7,
     torch.tensor(0.3, dtype=torch.float64), np.float16(0.3)],
)  # fmt: skip
def test_a_rate_is_exact_in_whatever_type_it_comes(rate):
    assert noise_rate(flip=rate, classes=10).flip == F(3, 10)
    assert noise_rate(resample=rate, classes=np.int64(10)).flip == F(27, 100)


def test_a_rate_that_is_no_simple_number_is_the_decimal_that_python_writes():
    found = noise_rate(flip=0.123456789, classes=3)
    assert found.flip == F(123456789, 10**9)
    assert 'rho="0.123456789"' in str(found)


@pytest.mark.parametrize("rho", [0.4, 1 / 3, 0.123])
@pytest.mark.parametrize(
    "kind",
    [np.array, torch.tensor, pd.DataFrame, lambda x: x.tolist(), lambda x: list(x), lambda x: np.array(x).T,
     lambda x: torch.tensor(x, requires_grad=True)],
)  # fmt: skip
@pytest.mark.parametrize("classes", [2, 3, 7])
def test_uniform_matrices_of_every_library_have_their_rate(rho, kind, classes):
    assert noise_rate(T=kind(uniform(rho, classes))).flip == F(rho).limit_denominator(1000)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_matrix_that_is_uniform_up_to_rounding_says_so(dtype):
    found = noise_rate(T=uniform(0.723456789 * 0.8, 7).astype(dtype))
    assert float(found.flip) == pytest.approx(0.723456789 * 0.8, abs=4 * float(np.finfo(dtype).eps))
    assert "uniform up to rounding" in " ".join(str(found).split())
    off = uniform(0.4, 7)
    off[0, 1] += 1e-4
    off[0, 2] -= 1e-4
    assert noise_rate(T=off.astype(dtype)).flip is None


@given(rho=st.floats(0.01, 0.49), classes=st.integers(2, 6))
def test_rounding_makes_no_noise_other_than_uniform(rho, classes):
    matrix = uniform(rho, classes) @ uniform(rho / 3, classes)  # of the factor a times that of rho/3, and of rounding
    a = (1 - rho * classes / (classes - 1)) * (1 - rho / 3 * classes / (classes - 1))
    for given_as in (matrix, matrix.tolist()):
        assert float(noise_rate(T=given_as).a) == pytest.approx(a, abs=1e-14)


def test_a_rate_that_is_chance_up_to_rounding_is_chance():
    off = np.full((3, 3), 1 / 3) * (1 + 1e-16)
    off[0] = [0.33333333333333331, 0.33333333333333337, 0.33333333333333326]
    with pytest.raises(NoiseError, match="the labels say nothing"):
        noise_rate(T=off)


def test_a_matrix_that_is_not_uniform_has_no_single_rate():
    found = noise_rate(T=[["9/10", "1/10", 0], [0, "4/5", "1/5"], ["1/10", "1/10", "4/5"]])
    assert (found.flip, found.resample, found.a) == (None, None, None)
    assert found.moved == (F(1, 10), F(1, 5), F(1, 5))
    assert found.average == F(1, 6)
    words = " ".join(str(found).split())
    assert "it is not uniform, no single rate describes it" in words
    assert "1/6 (16.67%) of the labels move" in words
    assert "do not apply; symcheck.noise_condition(T) decides" in words
    assert "human_labels" not in words


def test_counts_are_rates_and_the_page_says_who_tests_them():
    found = noise_rate(T=pd.crosstab(pd.Series(list("aabbb")), pd.Series(list("abbbb"))))
    assert found.moved == (F(1, 2), F(0))
    assert "numerics.human_labels(counts=T)" in str(found)
    for counts in ([[70, 30], [30, 70]], [[70.0, 30.0], [30.0, 70.0]], [[5, 0], [0, 9]]):
        found = noise_rate(T=counts)
        assert "numerics.human_labels(counts=T)" in str(found)
        assert found.to_record()["counted"] is True
        assert (found.flip is not None) == ("T is uniform, as it was counted" in " ".join(str(found).split()))
    assert noise_rate(T=[[70, 30], [30, 70]]).flip == F(3, 10)
    assert noise_rate(T=[["7/10", "3/10"], ["3/10", "7/10"]]).to_record()["counted"] is False


def test_the_page_says_what_a_generator_really_makes():
    words = " ".join(str(noise_rate(resample=0.4, classes=10)).split())
    assert words.startswith("Uniform noise on 10 classes: flip rate rho = 9/25, resampling rate r = 2/5, a = 3/5")
    assert "draws anew from all 10 classes with probability 2/5 (40%)" in words
    assert "so it moves 36% of the labels and not 40%" in words
    assert 'the flip rate: rho="9/25"' in words
    # measured: 36 % of 200,000 labels move, within 4 standard deviations
    chance = np.random.default_rng(0)
    clean = chance.integers(10, size=200_000)
    made = np.where(chance.random(200_000) < 0.4, chance.integers(10, size=200_000), clean)
    assert abs((made != clean).mean() - 0.36) < 4 * (0.36 * 0.64 / 200_000) ** 0.5
    assert "no label moves" in str(noise_rate(flip=0, classes=3))
    assert "the other one" in str(noise_rate(flip="1/10", classes=2))
    # at many classes the two rates are shown alike, and nothing is said to differ
    assert "and not" not in str(noise_rate(flip=0.3, classes=10**6))


ABOVE = (
    "the labels are swapped or complementary, and no certificate applies; if that is what they are, swap them back, or "
    'correct the loss for T: symcheck.noise_condition(T, correction="forward")'
)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"flip": 0.95, "classes": 10},
         f"flip: got a flip rate of 19/20; accepted is below chance, (C-1)/C = 9/10: {ABOVE}"),
        ({"T": [[0.1, 0.9], [0.9, 0.1]]},
         f"T: got a flip rate of 9/10; accepted is below chance, (C-1)/C = 1/2: {ABOVE}"),
        ({"flip": "9/10", "classes": 10},
         "flip: got a flip rate of 9/10; accepted is below chance, (C-1)/C = 9/10: the labels say nothing about the "
         "clean ones; no certificate and no correction applies"),
        ({"resample": 1, "classes": 3},
         "resample: got 1; accepted is 0 <= resample < 1: at 1 every label is drawn from all 3 classes, and the labels "
         "say nothing"),
        ({"flip": "30 %", "classes": 3}, "flip: got '30 %'; accepted is a number from 0 to 1: write 3/10"),
        ({"flip": 30, "classes": 3},
         "flip: got 30; accepted is a number from 0 to 1; if that is in percent, write 3/10"),
        ({"flip": -0.1, "classes": 3}, "flip: got -0.1; accepted is a number from 0 to 1, such as 0.4 or '2/5'"),
        ({"flip": 200, "classes": 3}, "flip: got 200; accepted is a number from 0 to 1, such as 0.4 or '2/5'"),
        ({"flip": float("nan"), "classes": 3}, "flip: got nan; accepted is a number from 0 to 1, such as 0.4 or '2/5'"),
        ({"flip": np.inf, "classes": 3}, "flip: got inf; accepted is a number from 0 to 1, such as 0.4 or '2/5'"),
        ({"flip": True, "classes": 3},
         "flip: got the truth value True; accepted is a number from 0 to 1, such as 0.4 or '2/5'"),
        ({"flip": np.bool_(True), "classes": 3},
         "flip: got the truth value True; accepted is a number from 0 to 1, such as 0.4 or '2/5'"),
        ({"flip": [0.1], "classes": 3}, "flip: got [0.1]; accepted is a number from 0 to 1, such as 0.4 or '2/5'"),
        ({"flip": torch.tensor([0.1, 0.2]), "classes": 3},
         "flip: got tensor([0.1000, 0.2000]); accepted is one number from 0 to 1"),
        ({"flip": 0.1}, "classes: got none; a rate is one of some number of classes: give classes=10, say"),
        ({"flip": 0.1, "classes": 1}, "classes: got 1; accepted is a whole number of at least 2 classes"),
        ({"flip": 0.1, "classes": 2.5}, "classes: got 2.5; accepted is a whole number of at least 2 classes"),
        ({"flip": 0.1, "classes": True}, "classes: got True; accepted is a whole number of at least 2 classes"),
        ({"T": [[0.5, 0.5], [0.1, 0.9]], "classes": 3},
         "classes: got 3; T is for 2 classes: leave classes= out, or give that number"),
        ({}, "noise_rate: got no rate; accepted is exactly one of flip= (a label becomes another class), resample= (it "
         "is drawn anew from all classes, its own included) and T= (a matrix)"),
        ({"flip": 0.1, "resample": 0.1, "classes": 3},
         "noise_rate: got flip and resample; accepted is exactly one of flip= (a label becomes another class), "
         "resample= (it is drawn anew from all classes, its own included) and T= (a matrix)"),
        ({"T": [[0.9, 0.3], [0.1, 0.7]]},
         "T: row 1 sums to 6/5; accepted are rows that sum to 1, a row for each clean class; its columns do: give T "
         "transposed"),
        ({"T": [[0.9, 0.2], [0.1, 0.9]]},
         "T: row 1 sums to 11/10; accepted are rows that sum to 1, a row for each clean class"),
        ({"T": [[0.33, 0.33, 0.33]] * 3},
         "T: row 1 sums to 99/100; accepted are rows that sum to 1, a row for each clean class; divide each row by its "
         "sum"),
        ({"T": [[1.5, -0.5], [0, 1]]},
         "T[1,1]: got 3/2; accepted are probabilities from 0 to 1, or counts, which are whole numbers"),
        ({"T": [[80.5, 19.5], [20, 80]]},
         "T[1,1]: got 161/2; accepted are probabilities from 0 to 1, or counts, which are whole numbers; every row "
         "sums to 100: divide them by that"),
        ({"T": [[1, 2], [0, 0]]},
         "T: row 2 has no label at all; these are counts, and its rates are not known: leave the class out, row and "
         "column"),
        ({"T": 3}, "T: got int; give rows of numbers such as ((0.9, 0.1), (0.2, 0.8))"),
        ({"T": "no.csv"},
         "T: cannot read no.csv: No such file or directory; give a file of rows of numbers, or the rows themselves, "
         "0.9 0.1; 0.2 0.8"),
        ({"T": ""}, "T: got no numbers; accepted are rows such as 0.9 0.1; 0.2 0.8, or a file of them"),
        ({"T": [[1, 2, 3], [1, 2, 3]]},
         "T: got 2 rows of 3 entries; accepted are C rows of C entries, C >= 2, a row for each class"),
        ({"T": pd.crosstab(pd.Series(list("abc")), pd.Series(list("abb")))},
         "T: the frame has the rows a, b, c and the columns a, b; accepted are the same classes in the same order "
         "(table.reindex(index=classes, columns=classes, fill_value=0) does so)"),
    ],
)  # fmt: skip
def test_what_is_no_rate(given, message):
    with pytest.raises(NoiseError) as raised:
        noise_rate(**given)
    assert str(raised.value) == message


def test_a_text_that_is_no_number():
    with pytest.raises(NumberError) as raised:
        noise_rate(flip="a third", classes=3)
    assert str(raised.value) == (
        "flip: got 'a third'; write an integer, a fraction or a decimal, such as 2, 7/10 or 0.7"
    )


def test_a_matrix_is_read_from_text():
    assert noise_rate(T="0.8 0.2; 0.2 0.8").flip == F(1, 5)


def test_a_matrix_of_many_classes_is_not_written_out():
    found = noise_rate(flip=0.3, classes=MOST_CLASSES + 1)
    with pytest.raises(NoiseError, match=re.escape(f"T: it has {MOST_CLASSES + 1}^2 entries")):
        found.T  # noqa: B018


def test_rates_and_accuracies_need_no_torch(fresh: Fresh) -> None:
    code = (
        "import sys; from numerics import clean_accuracy, noise_rate;"
        "print(noise_rate(T=[[.7, .3], [.3, .7]]).flip, clean_accuracy(.64, n=1000, rho=.3, classes=4).value > 0);"
        "print(sorted({'torch', 'sympy', 'flint', 'pandas', 'sklearn'} & set(sys.modules)))"
    )
    assert fresh("-c", code).stdout == "3/10 True\n[]\n"
