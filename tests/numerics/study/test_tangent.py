"""Least squares on the derivatives in all weights is that on the Jacobian that torch computes."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.func import functional_call, jacrev

from benchmarks.study.tangent import by_all_weights, by_features

CLASSES = 3


def drawn(samples: int, inputs: int, units: int) -> tuple[nn.Sequential, torch.Tensor, torch.Tensor, torch.Tensor]:
    chance = torch.Generator().manual_seed(1)
    module = nn.Sequential(nn.Linear(inputs, units), nn.ReLU(), nn.Linear(units, CLASSES)).double()
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(torch.randn(p.shape, generator=chance))
    train, test = (torch.randn(n, inputs, generator=chance).double() for n in (samples, 7))
    return module, train, test, torch.randn(samples, CLASSES, generator=chance).double()


def jacobian(module: nn.Sequential, x: torch.Tensor) -> torch.Tensor:
    """Rows for every sample and class, columns for every weight."""
    named = {name: p.detach() for name, p in module.named_parameters()}
    found = jacrev(lambda weights: functional_call(module, weights, (x,)))(named)
    return torch.cat([part.reshape(len(x) * CLASSES, -1) for part in found.values()], 1)


@pytest.mark.parametrize("units", [2, 5])
def test_with_fewer_weights_than_scores(units: int) -> None:
    module, train, test, rows = drawn(40, 4, units)
    of_train, of_test = jacobian(module, train), jacobian(module, test)
    found = by_all_weights(module, train, test)
    expected = of_test @ torch.linalg.pinv(of_train, rtol=1e-9) @ rows.reshape(-1)
    assert found.rank == int(torch.linalg.matrix_rank(of_train, rtol=1e-9))
    assert found.most == 40 * CLASSES
    assert torch.allclose(found.scores(rows), expected.reshape(7, CLASSES), atol=1e-8)


def test_with_more_weights_than_scores_all_labels_are_fitted() -> None:
    module, train, _, rows = drawn(6, 4, 30)
    found = by_all_weights(module, train, train)
    assert found.leverage == 1
    assert torch.allclose(found.scores(rows), rows, atol=1e-6)


def test_by_features() -> None:
    _, train, test, rows = drawn(20, 4, 2)
    found = by_features(train, test, CLASSES)
    assert (found.rank, found.leverage) == (4 * CLASSES, 0.2)
    assert torch.allclose(found.scores(rows), test @ torch.linalg.lstsq(train, rows).solution)
