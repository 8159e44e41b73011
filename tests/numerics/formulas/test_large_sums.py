"""Sums with exponentials that are too large for a float, of which a logarithm or a quotient is taken."""

from __future__ import annotations

import pytest
import torch

from numerics.torch_losses.torch_loss import torch_loss

# log(1 + e^x) is softplus(x), and 1/(1 + e^x) is sigmoid(-x).
PAIRS = [
    ("log(1 + exp(-2*(z[y] - amax(z, but=y))))", "softplus(-2*(z[y] - amax(z, but=y)))"),
    ("total(log(1 + exp(z - z[y])), but=y)", "total(softplus(z - z[y]), but=y)"),
    ("log(1 + total(exp(z - z[y]), but=y))", "logsumexp(z) - z[y]"),
    ("1/(1 + exp(z[y] - logsumexp(z, but=y)))", "1 - softmax(z)[y]"),
    ("log(1 + exp(z[y] - amax(z, but=y)))", "-log_sigmoid(amax(z, but=y) - z[y])"),
    ("1/(1 + exp(2*z[y]))", "1 - exp(log_sigmoid(2*z[y]))"),
    ("(1 + exp(-z[y]))**(-1/2)", "sigmoid(z[y])**(1/2)"),
]


@pytest.mark.parametrize(("plain", "stable"), PAIRS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("size", [1.0, 88.0, 100.0, 800.0, 1e4])
def test_values_and_gradients_are_those_of_the_stable_writing(plain, stable, dtype, size):
    rows = [[1, -1, 0], [-1, 1, 0.5], [0, 0, 0], [1, 1, -1]]
    found = []
    for formula in (plain, stable):
        z = (size * torch.tensor(rows, dtype=dtype)).requires_grad_()
        value = torch_loss(formula, reduction="none")(z, torch.zeros(4, dtype=torch.long))
        (gradient,) = torch.autograd.grad(value.sum(), z)
        assert bool(value.isfinite().all())
        assert bool(gradient.isfinite().all())
        found.append((value.detach(), gradient))
    tolerance = 1e-4 if dtype is torch.float32 else 1e-10
    torch.testing.assert_close(found[0], found[1], rtol=tolerance, atol=tolerance)
