"""Noise: exact laws and draws, the two rates of uniform noise, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch

from numerics.errors import NoiseError
from numerics.noise.class_conditional import ClassConditional
from numerics.noise.labels import DrawnLabels, LabelLaw, given_labels
from numerics.noise.laws import checked_rate, clean_law, noise_factor, noisy_law
from numerics.noise.uniform import UniformNoise
from symcheck.errors import SymcheckError


def test_the_law_is_the_definition_entry_by_entry():
    # P(other class) = rho/(C-1) each, P(same) = 1 - rho: THEORY 1
    law = noisy_law(clean_law(torch.tensor([1, 0]), 4), 0.6)
    expected = torch.tensor([[0.2, 0.4, 0.2, 0.2], [0.4, 0.2, 0.2, 0.2]], dtype=torch.float64)
    torch.testing.assert_close(law, expected, rtol=0, atol=1e-16)


def test_noise_shrinks_the_centred_law_by_a():
    law = clean_law(torch.tensor([2, 0, 1]), 3)
    torch.testing.assert_close(noisy_law(law, 0.5) - 1 / 3, noise_factor(0.5, 3) * (law - 1 / 3))


@pytest.mark.parametrize(("rho", "classes", "a"), [(0, 2, 1), (0.4, 2, 0.2), (0.5, 3, 0.25), (0.4, 10, 5 / 9)])
def test_the_noise_factor(rho, classes, a):
    assert noise_factor(rho, classes) == pytest.approx(a, abs=1e-15)


def test_noise_twice_is_noise_once_with_the_product_of_the_factors():
    law = clean_law(torch.tensor([0, 1, 2]), 3)
    twice = noisy_law(noisy_law(law, 0.2), 0.3)
    torch.testing.assert_close(twice - 1 / 3, noise_factor(0.2, 3) * noise_factor(0.3, 3) * (law - 1 / 3))


@pytest.mark.parametrize(
    ("rho", "classes", "shown"),
    [
        (0.9, 10, "rho: got 0.9; accepted is 0 <= rho < (C-1)/C = 9/10 for C = 10 classes, "),
        (Fraction(1, 2), 2, "rho: got 1/2; accepted is 0 <= rho < (C-1)/C = 1/2 for C = 2 classes, "),
        (-0.1, 3, "rho: got -0.1; accepted is 0 <= rho < (C-1)/C = 2/3 for C = 3 classes, "),
        (float("nan"), 3, "rho: got nan; accepted is 0 <= rho < (C-1)/C = 2/3 for C = 3 classes, "),
        (float("inf"), 3, "rho: got inf; accepted is 0 <= rho < (C-1)/C = 2/3 for C = 3 classes, "),
    ],
)
def test_a_rate_outside_is_refused(rho, classes, shown):
    with pytest.raises(NoiseError) as raised:
        checked_rate(rho, classes)
    assert str(raised.value) == shown + "where the clean class is still the likeliest label; choose a smaller rate"


@pytest.mark.parametrize("classes", range(2, 40))
def test_the_exact_rate_of_chance_is_refused_though_its_float_may_lie_below(classes):
    chance = Fraction(classes - 1, classes)
    for rho in (chance, str(chance)):
        with pytest.raises(NoiseError, match="rho: got"):
            checked_rate(rho, classes)


def test_a_rate_may_be_text():
    assert checked_rate("1/5", 3) == checked_rate("0.2", 3) == 0.2
    with pytest.raises(SymcheckError, match="rho: got 'x'; write"):
        checked_rate("x", 3)


def test_the_ends_of_the_interval():
    assert checked_rate(0, 2) == 0.0
    assert checked_rate(0.4999999, 2) == 0.4999999


# the two rates


@pytest.mark.parametrize(
    ("r", "classes", "rho"), [(0.75, 3, 0.5), (0.5, 2, 0.25), (Fraction(1, 2), 10, 0.45), (0, 4, 0)]
)
def test_resampling_among_all_is_flipping_to_another_class_less_often(r, classes, rho):
    # of the labels that are drawn anew, 1 in C stays: rho = r (C-1)/C
    found = UniformNoise.resampling(r, classes)
    assert found == UniformNoise.flipping(rho, classes)
    assert (found.r, found.a) == (pytest.approx(float(r)), pytest.approx(float(1 - r)))
    # entry by entry: kept with 1 - r + r/C, each other class r/C
    expected = float(1 - r) * torch.eye(classes, dtype=torch.float64) + float(r) / classes
    torch.testing.assert_close(found.transition, expected)


def test_drawing_from_all_classes_is_the_same_noise():
    # done by hand, not by the formula: 20000 labels of which r are replaced by one of all C
    chance = torch.Generator().manual_seed(5)
    clean = torch.zeros(20000, dtype=torch.int64)
    anew = torch.rand(20000, generator=chance) < 0.6
    moved = torch.where(anew, torch.randint(5, (20000,), generator=chance), clean)
    rho = UniformNoise.resampling(0.6, 5).rho
    assert DrawnLabels(moved, clean, 5).realised_rate == pytest.approx(rho, abs=5 * (rho * (1 - rho) / 20000) ** 0.5)


@pytest.mark.parametrize("classes", range(2, 60))
def test_every_rate_of_resampling_below_1_is_one_of_flipping(classes):
    assert Fraction(UniformNoise.resampling(1 - 2**-53, classes).rho) < Fraction(classes - 1, classes)


@pytest.mark.parametrize("r", [1, -0.1, 1.5, float("nan"), float("inf")])
def test_a_rate_of_resampling_outside_is_refused(r):
    with pytest.raises(NoiseError) as raised:
        UniformNoise.resampling(r, 4)
    assert str(raised.value) == (
        f"r: got {r}; accepted is 0 <= r < 1, the probability that a label is drawn anew from all 4 classes; at r = 1 "
        "nothing is left of the clean label"
    )


def test_both_rates_are_named():
    assert str(UniformNoise.flipping(0.4, 10)) == (
        "uniform noise: a label moves with rho = 0.4 (is drawn anew with r = 0.444444)"
    )
    with pytest.raises(NoiseError, match=r"^rho: got 0.9; accepted is 0 <= rho < \(C-1\)/C = 9/10"):
        UniformNoise(rho=0.9, classes=10)


# laws and draws


CLEAN = torch.tensor([0, 2, 1, 1, 0])
KINDS = [UniformNoise.flipping(0.3, 3), ClassConditional.of([[0.8, 0.2, 0.0], [0.0, 1.0, 0.0], [0.1, 0.3, 0.6]])]


@pytest.mark.parametrize("noise", KINDS, ids=["uniform", "T"])
def test_a_law_is_no_draw_and_a_draw_is_no_law(noise):
    law, drawn = noise.law(CLEAN), noise.draw(CLEAN, seed=1)
    assert (type(law), type(drawn)) == (LabelLaw, DrawnLabels)
    assert law.probabilities.shape == (5, 3)
    assert drawn.labels.shape == (5,)
    assert not hasattr(drawn, "probabilities")
    assert not hasattr(law, "labels")
    assert torch.equal(drawn.one_hot.argmax(1), drawn.labels)


@pytest.mark.parametrize("noise", KINDS, ids=["uniform", "T"])
def test_the_mean_of_the_draws_is_the_law(noise):
    clean = torch.arange(3).repeat_interleave(10**5)
    drawn = noise.draw(clean, seed=7)
    rates = torch.stack([torch.bincount(drawn.labels[clean == i], minlength=3) for i in range(3)]) / 10**5
    law = noise.law(torch.arange(3)).probabilities
    torch.testing.assert_close(law, noise.transition)
    assert ((rates - law).abs() <= 5 * (law * (1 - law) / 10**5).sqrt()).all()  # where law is 0 or 1, exactly
    assert drawn.realised_rate == pytest.approx(noise.law(clean).expected_rate, abs=0.005)


@pytest.mark.parametrize("noise", KINDS, ids=["uniform", "T"])
def test_equal_seeds_draw_equal_labels(noise):
    clean = torch.arange(3).repeat(200)
    first, second, third = (noise.draw(clean, seed) for seed in (1, 1, 2))
    assert torch.equal(first.labels, second.labels)
    assert not torch.equal(first.labels, third.labels)
    assert (first.seed, first.changed) == (1, int((first.labels != clean).sum()))


def test_the_rate_of_a_law_and_of_a_draw_by_hand():
    # T of KINDS: kept with .8, .6, 1, 1, .8
    assert KINDS[1].law(CLEAN).expected_rate == pytest.approx(1 - (0.8 + 0.6 + 1 + 1 + 0.8) / 5)
    assert DrawnLabels(torch.tensor([0, 1, 1, 1, 2]), CLEAN, 3).realised_rate == 0.4


def test_labels_that_came_with_the_data_have_no_seed():
    found = given_labels(CLEAN, torch.tensor([0, 2, 1, 0, 0]), 3)
    assert (found.seed, found.realised_rate) == (None, 0.2)


def test_pair_flip_moves_to_the_next_class():
    expected = torch.tensor([[0.7, 0.3, 0], [0, 0.7, 0.3], [0.3, 0, 0.7]], dtype=torch.float64)
    torch.testing.assert_close(ClassConditional.pair_flip(0.3, 3).transition, expected)


def test_the_law_of_a_soft_label_is_eta_T():
    eta = torch.tensor([[0.5, 0.25, 0.25]], dtype=torch.float64)
    torch.testing.assert_close(KINDS[1].noisy(eta), torch.tensor([[0.425, 0.425, 0.15]], dtype=torch.float64))


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (
            [[0.9, 0.2], [0.1, 0.9]],
            "T: row 1 sums to 11/10; accepted are rows that sum to 1, a row for each clean class",
        ),
        (
            [[0.9, 0.3], [0.1, 0.7]],
            "T: row 1 sums to 6/5; accepted are rows that sum to 1, a row for each clean class; its columns do: give T "
            "transposed",
        ),
        (
            [[0.5, 0.3, 0.2], [0.5, 0.4, 0.1]],
            "T: got 2 rows of 3 entries; accepted are C rows of C entries, C >= 2, a row for each class",
        ),
        ([[1.0]], "T: got 1 row of 1 entries; accepted are C rows of C entries, C >= 2, a row for each class"),
        (
            [[1.2, -0.2], [0, 1]],
            "T[1,1]: got 6/5; accepted are probabilities from 0 to 1, or counts, which are whole numbers",
        ),
        (
            [[0.5, 0.5], [float("nan"), 1]],
            "T[2,1]: got nan; accepted is a number from 0 to 1, such as 0.4 or '2/5'",
        ),
        (
            [["a", "b"], ["c", "d"]],
            "T[1,1]: got 'a'; write an integer, a fraction or a decimal, such as 2, 7/10 or 0.7",
        ),
        (
            [[70, 30], [30, 70]],
            "T: got whole numbers, which are counts; accepted are probabilities: divide each row by its sum, or give "
            "the counts to numerics.human_labels(counts=)",
        ),
    ],
)
def test_what_is_no_transition_matrix(matrix, message):
    with pytest.raises(NoiseError) as raised:
        ClassConditional.of(matrix)
    assert str(raised.value) == message


def test_a_matrix_that_misses_1_by_rounding_is_taken():
    third = [[1 / 3, 1 / 3, 1 / 3], [0.1, 0.2, 0.7], [0.7, 0.2, 0.1]]
    assert float((ClassConditional.of(third).transition.sum(1) - 1).abs().max()) < 1e-15


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (torch.tensor([0, 3]), "clean: got the label 3 in row 1; accepted are 0 to C-1 = 2"),
        (torch.tensor([-1, 0]), "clean: got the label -1 in row 0; accepted are 0 to C-1 = 2"),
        (torch.tensor([0.0, 1.0]), "clean: got labels of type torch.float32; accepted are integers from 0 to 2"),
    ],
)
@pytest.mark.parametrize("noise", KINDS, ids=["uniform", "T"])
def test_labels_out_of_range_are_refused(noise, labels, message):
    for attempt in (noise.law, lambda clean: noise.draw(clean, 0)):
        with pytest.raises(NoiseError) as raised:
            attempt(labels)
        assert str(raised.value) == message


def test_given_labels_of_another_length_or_range_are_refused():
    with pytest.raises(NoiseError) as raised:
        given_labels(CLEAN, CLEAN[:4], 3)
    assert str(raised.value) == (
        "noisy: got labels of shape (4,) beside clean ones of shape (5,); accepted is one noisy label for each clean "
        "one, in the same order"
    )
    with pytest.raises(NoiseError, match=r"^noisy: got the label 5 in row 0; accepted are 0 to C-1 = 2$"):
        given_labels(CLEAN, CLEAN + 5, 3)
