"""weight="matched": the lambda with which outputs are, to leading order, those of cross-entropy."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

import symcheck as sc
from numerics import torch_loss
from numerics.torch_losses.formula_loss import FormulaLoss
from symcheck.intake.given import Given

X = torch.tensor([[1.0, 0.5], [0.3, -1.0], [-0.7, 0.2], [0.1, 1.1], [-1.0, -0.4], [0.8, -0.6]], dtype=torch.float64)
Y = torch.tensor([0, 1, 2, 0, 2, 1])

KAPPAS: dict[str, tuple[Given, int, float, dict[str, float]]] = {
    # the gradient at 0 is -kappa (e_y - 1/C)
    "cross-entropy: p - e_y": ("cross_entropy", 3, 1.0, {}),
    "2 (1 - p_y), and d p_y = (e_y - 1/C)/C": ("mae", 10, 2 / 10, {}),
    "log(1 + e^(z_j - z_y)) has the slope 1/2 for each of C - 1 others": ("pairwise_logistic", 10, 10 / 2, {}),
    "z/tau": ("temperature_ce", 3, 1 / 4, {"tau": 4}),
    "p^(q-1) dp at p = 1/C": ("gce", 4, 4**-0.5, {"q": 0.5}),
    "one and a half of it": ("3/2*(logsumexp(z) - z[y])", 3, 1.5, {}),
    "q that is no short decimal": ("gce", 3, 3 ** -(1 / 7), {"q": 1 / 7}),
}


def weight(criterion: FormulaLoss) -> float:
    return float(criterion.values.get_buffer("weight"))


@pytest.mark.parametrize(("loss", "classes", "kappa", "numbers"), KAPPAS.values(), ids=KAPPAS)
def test_the_weight_is_kappa_times_that_of_cross_entropy(
    loss: Given, classes: int, kappa: float, numbers: dict[str, float]
) -> None:
    of = {"regularizer": "l2", "weight": "matched", "classes": classes, **numbers}
    assert weight(torch_loss(loss, **of)) == pytest.approx(kappa, rel=1e-14)
    assert weight(torch_loss(loss, cross_entropy_weight=0.02, **of)) == pytest.approx(0.02 * kappa, rel=1e-14)
    assert weight(torch_loss(loss, cross_entropy_weight=0, **of)) == 0


def test_a_certificate_is_matched_at_the_classes_that_are_named() -> None:
    certificate = sc.certify("mae", "l2")
    assert weight(torch_loss(certificate, weight="matched", classes=5)) == pytest.approx(2 / 5, rel=1e-14)
    assert weight(torch_loss(sc.certify("mae", "l2", classes=5), weight="matched")) == pytest.approx(2 / 5, rel=1e-14)


def test_two_classes_are_matched_without_naming_them() -> None:
    # relu(1 - v), v = z_y - z_j: the slope -1 along e_y - e_j = 2 (e_y - 1/2)
    assert weight(torch_loss("hinge", regularizer="l2", weight="matched")) == pytest.approx(2, rel=1e-14)


def outputs(criterion: FormulaLoss) -> Tensor:
    """The scores of the linear model that minimises it."""
    weights = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS(
        [weights], max_iter=200, tolerance_grad=1e-15, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def value() -> Tensor:
        optimiser.zero_grad()
        found: Tensor = criterion(X @ weights, Y)
        found.backward()
        return found

    optimiser.step(value)
    return (X @ weights).detach()


@pytest.mark.parametrize("regularizer", ["l2", "log_cosh", "entropy"])
@pytest.mark.parametrize(
    ("loss", "numbers"),
    [("mae", {}), ("gce", {"q": 0.4}), ("pairwise_logistic", {}), ("focal", {}), ("temperature_ce", {"tau": 2})],
    ids=lambda v: str(v),
)
def test_the_leading_outputs_are_those_of_cross_entropy(loss: str, numbers: dict[str, float], regularizer: str) -> None:
    def apart(reference: float) -> float:
        of = {"regularizer": regularizer, "weight": "matched", "cross_entropy_weight": reference, "classes": 3}
        matched, reference_outputs = (
            outputs(torch_loss(loss, **of, **numbers)),
            outputs(torch_loss("cross_entropy", **of)),
        )
        return float((matched - reference_outputs).norm() / reference_outputs.norm())

    # outputs are s (A + s B + ...) with s = kappa/lambda, so that they are apart by a share of s
    near, far = apart(100), apart(1000)
    assert far < 5e-3
    assert near / far == pytest.approx(10, rel=0.15)
