"""The lambda of a row of advice gives the leading outputs of the reference, measured on fits, clean and noisy."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

import symcheck as sc
from numerics import torch_loss
from symcheck.design.advising.choice import Choice

X = torch.tensor([[1.0, 0.5], [0.3, -1.0], [-0.7, 0.2], [0.1, 1.1], [-1.0, -0.4], [0.8, -0.6]], dtype=torch.float64)
Y = torch.tensor([0, 1, 2, 0, 2, 1])
RHO = 0.3
CLEAN = torch.nn.functional.one_hot(Y, 3).to(torch.float64)
NOISY = (1 - RHO) * CLEAN + RHO / 2 * (1 - CLEAN)


def outputs(choice: Choice, laws: Tensor) -> Tensor:
    """The scores of the linear model that minimises the pair at the lambda of its row, less their means."""
    assert not isinstance(choice.weight, str)
    criterion = torch_loss(choice.certificate, weight=float(choice.weight.digits))
    weights = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS(
        [weights], max_iter=200, tolerance_grad=1e-15, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def value() -> Tensor:
        optimiser.zero_grad()
        found: Tensor = criterion(X @ weights, laws)
        found.backward()
        return found

    optimiser.step(value)
    scores = (X @ weights).detach()
    return scores - scores.mean(1, keepdim=True)


@pytest.mark.parametrize(
    ("loss", "regularizer"),
    [("mae", "l2"), ("mae", "entropy"), ("gce", "logit_squeezing"), ("pairwise_logistic", "label_smoothing_penalty")],
)
def test_the_leading_outputs_are_those_of_the_reference(loss: str, regularizer: str) -> None:
    """Outputs are s (A + s B + ...) with s = kappa/(lambda s_g), so that they are apart by a share of s."""

    def apart(weight: int, laws: Tensor) -> float:
        found = sc.advise(3, losses=[loss, "cross_entropy"], regularizers=[regularizer, "l2"], weight=weight, rho=RHO)
        pairs = {(c.loss.name, c.regularizer.name): c for c in found.choices}
        reference = outputs(pairs["cross_entropy", "l2"], laws)
        return float((outputs(pairs[loss, regularizer], laws) - reference).norm() / reference.norm())

    for laws in (CLEAN, NOISY):
        near, far = apart(100, laws), apart(1000, laws)
        assert far < 1e-2
        assert near / far == pytest.approx(10, rel=0.2)


def test_noise_multiplies_the_outputs_by_the_factor_that_is_told() -> None:
    found = sc.advise(3, rho=RHO, losses=["focal"], regularizers=["l2"], weight=1000)
    assert float(found.noise_factor) == pytest.approx(1 - RHO * 3 / 2)
    (choice,) = found.choices
    clean, noisy = outputs(choice, CLEAN), outputs(choice, NOISY)
    torch.testing.assert_close(noisy, float(found.noise_factor) * clean, rtol=0, atol=2e-3 * float(clean.abs().max()))
