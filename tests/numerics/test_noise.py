"""Uniform noise: the exact law, and the rates that are none."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch

from numerics.errors import NoiseError
from numerics.noise import checked_rate, clean_law, noise_factor, noisy_law


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


def test_the_ends_of_the_interval():
    assert checked_rate(0, 2) == 0.0
    assert checked_rate(0.4999999, 2) == 0.4999999
