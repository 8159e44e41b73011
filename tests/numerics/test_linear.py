"""Linear families in whitened coordinates."""

from __future__ import annotations

import pytest
import torch

from numerics.errors import DataError
from numerics.models.linear import LinearFamily, Outputs

RAW = torch.randn(20, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("kind", list(Outputs))
def test_the_norm_of_the_outputs_is_that_of_the_weights(kind):
    family = LinearFamily.of(RAW, 3, kind)
    weights = torch.randn(4, family.basis.shape[1], dtype=torch.float64)
    outputs = family.outputs(weights)
    assert outputs.shape == (20, 3)
    assert float(outputs.square().sum(1).mean().sqrt()) == pytest.approx(float(weights.norm()), rel=1e-13)


@pytest.mark.parametrize("kind", list(Outputs))
def test_pulling_back_is_the_adjoint_of_the_outputs(kind):
    family = LinearFamily.of(RAW, 3, kind)
    weights = torch.randn(4, family.basis.shape[1], dtype=torch.float64)
    gradient = torch.randn(20, 3, dtype=torch.float64)
    paired = float((family.outputs(weights) * gradient).sum(1).mean())
    assert float((weights * family.pulled_back(gradient)).sum()) == pytest.approx(paired, rel=1e-12)


def test_the_outputs_are_those_of_the_raw_features():
    family = LinearFamily.of(RAW, 3)
    theta = torch.randn(4, 3, dtype=torch.float64)
    outputs = RAW @ theta
    # the projection on the family, P = Q Q'/n, leaves them where they are
    torch.testing.assert_close(family.outputs(family.pulled_back(outputs)), outputs)


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_centred_outputs_have_mean_0_and_all_the_rest(classes):
    family = LinearFamily.of(RAW, classes, Outputs.CENTRED)
    assert family.basis.shape == (classes, classes - 1)
    torch.testing.assert_close(family.basis.sum(0), torch.zeros(classes - 1, dtype=torch.float64), rtol=0, atol=1e-15)
    torch.testing.assert_close(
        family.basis @ family.basis.T, torch.eye(classes, dtype=torch.float64) - 1 / classes, rtol=0, atol=1e-15
    )


def test_a_reference_class_has_score_0():
    family = LinearFamily.of(RAW, 3, Outputs.REFERENCE)
    outputs = family.outputs(torch.ones(4, 2, dtype=torch.float64))
    assert (outputs[:, 2] == 0).all()
    assert (outputs[:, 0] != 0).all()
    assert family.parameters == 8


def test_dependent_features_count_once():
    family = LinearFamily.of(torch.cat([RAW, RAW @ RAW[:4], RAW[:, :1]], dim=1), 3)
    assert (family.samples, family.rank, family.classes) == (20, 4, 3)
    torch.testing.assert_close(
        family.features.T @ family.features / 20, torch.eye(4, dtype=torch.float64), rtol=0, atol=1e-13
    )


def test_features_that_are_all_0_are_refused():
    with pytest.raises(DataError) as raised:
        LinearFamily.of(torch.zeros(5, 2, dtype=torch.float64), 3)
    assert str(raised.value) == (
        "features: every feature is 0 on every sample; a linear family on them has only the output 0"
    )
