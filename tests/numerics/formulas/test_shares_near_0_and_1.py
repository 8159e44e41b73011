"""Losses by hand, in hundreds of digits, where the label's share is next to 0 and next to 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest
import torch
from torch import Tensor

from numerics.torch_losses.torch_loss import torch_loss

LEADS = (0.0, 1.0, 5.0, 20.0, 90.0, 200.0, 600.0)
T = (0.5, 0.25, 0.25)

Shares = list[Any]


def shares(z: list[Any]) -> Shares:
    powers = [mpmath.exp(x) for x in z]
    return [v / sum(powers) for v in powers]


def jensen_shannon(p: Shares) -> Any:
    """pi_1 = 1/2: (H(m) - H(p)/2)/(log(2)/2) with m = (e_1 + p)/2, by the entropy H."""
    m = [(p[0] + 1) / 2, *(v / 2 for v in p[1:])]
    entropies = [-sum(v * mpmath.log(v) for v in law) for law in (m, p)]
    return (entropies[0] - entropies[1] / 2) / (mpmath.log(2) / 2)


def normalised_focal(p: Shares) -> Any:
    terms = [mpmath.sqrt(1 - v) * mpmath.log(v) for v in p]
    return terms[0] / sum(terms)


LOSSES: dict[str, tuple[str, dict[str, Any], Callable[[Shares], Any]]] = {
    # the label is the first of three classes
    "cross-entropy": ("cross_entropy", {}, lambda p: -mpmath.log(p[0])),
    "focal, gamma = 1/2": ("focal", {"gamma": 0.5}, lambda p: -mpmath.sqrt(1 - p[0]) * mpmath.log(p[0])),
    "focal, gamma = 2": ("focal", {}, lambda p: -((1 - p[0]) ** 2) * mpmath.log(p[0])),
    "gce, q = 1/4": ("gce", {"q": 0.25}, lambda p: 4 * (1 - p[0] ** 0.25)),
    "gce, q = 1": ("gce", {"q": 1}, lambda p: 1 - p[0]),
    "nfl": ("nfl", {}, normalised_focal),
    "nce": ("nce", {}, lambda p: mpmath.log(p[0]) / sum(map(mpmath.log, p))),
    "js_divergence": ("js_divergence", {}, jensen_shannon),
    "elr": (
        "elr",
        {"t": T},
        lambda p: -mpmath.log(p[0]) + 3 * mpmath.log(1 - sum(a * b for a, b in zip(p, T, strict=True))),
    ),
    # the class before the first is the last
    "forward_pair_flip": ("forward_pair_flip", {"rho": 0.25}, lambda p: -mpmath.log(0.75 * p[0] + 0.25 * p[2])),
}

RELATIVE = ("cross-entropy", "focal, gamma = 1/2", "focal, gamma = 2", "gce, q = 1/4", "gce, q = 1")
"""Losses of log p_y alone keep their digits where they are nearly 0."""


def logits(lead: float, sign: int) -> list[float]:
    return [sign * lead, 0.0, -lead / 4]


def by_hand(loss: Callable[[Shares], Any], z: list[float]) -> tuple[float, list[float]]:
    """The value, and its gradient from differences."""
    with mpmath.workdps(60 + int(2.5 * (max(z) - min(z)))):
        at = list(map(mpmath.mpf, z))
        step = mpmath.mpf(10) ** -30

        def along(place: int, size: Any) -> Any:
            return loss(shares([x + size * (k == place) for k, x in enumerate(at)]))

        slopes = [(along(k, step) - along(k, -step)) / (2 * step) for k in range(len(at))]
        return float(loss(shares(at))), list(map(float, slopes))


@pytest.mark.parametrize("sign", [1, -1], ids=["right", "wrong"])
@pytest.mark.parametrize("name", LOSSES)
def test_values_and_gradients_are_those_by_hand(name: str, sign: int) -> None:
    given, numbers, loss = LOSSES[name]
    criterion = torch_loss(given, classes=3, **numbers)
    for lead in LEADS:
        value, gradient = by_hand(loss, logits(lead, sign))
        for dtype, tolerance in ((torch.float32, 2e-6), (torch.float64, 1e-14)):
            unit = tolerance * max(1.0, lead)  # of a logsumexp of large logits, its gradient is known to so much
            z = torch.tensor([logits(lead, sign)], dtype=dtype, requires_grad=True)
            found: Tensor = criterion(z, torch.tensor([0]))
            (slope,) = torch.autograd.grad(found, z)
            assert found.item() == pytest.approx(value, rel=5 * tolerance, abs=unit), (lead, dtype)
            assert slope[0].tolist() == pytest.approx(gradient, rel=5 * tolerance, abs=unit), (lead, dtype)
            if name in RELATIVE and abs(value) > torch.finfo(dtype).tiny:
                assert found.item() == pytest.approx(value, rel=2e-5 if dtype is torch.float32 else 1e-12), lead
