"""A certificate of a loss alone, or with an anchor: what trains as it is, and what a run would need besides."""

from __future__ import annotations

import pytest
import torch

import symcheck as sc
from numerics import audit_model, confirm, counterexample, torch_loss
from numerics.errors import ConfirmationError, LossError


def test_it_is_a_module_without_a_weight() -> None:
    criterion = torch_loss(sc.certify("gce"), q=0.5)
    z, labels = torch.tensor([[0.0, 1.0, 2.0]], dtype=torch.float64), torch.tensor([2])
    share = float(torch.softmax(z, 1)[0, 2])
    assert abs(float(criterion(z, labels)) - (1 - share**0.5) / 0.5) < 1e-12
    assert criterion.weight is None


def test_a_weight_or_a_second_penalty_is_refused() -> None:
    cert = sc.certify("mae")
    with pytest.raises(LossError, match="there is no regularizer to weigh"):
        torch_loss(cert, weight=1.0)
    with pytest.raises(LossError, match="is about the loss without one"):
        torch_loss(cert, regularizer="l2")


@pytest.mark.parametrize("run", [lambda c: confirm(c, "iris"), lambda c: audit_model(c, "mlp", "iris"), counterexample])
def test_what_needs_a_penalty_says_what_to_do(run: object) -> None:
    with pytest.raises(ConfirmationError, match=r'mae alone.*certify\(loss, "l2"\)'):
        run(sc.certify("mae"))  # type: ignore[operator]


def test_an_anchor_is_known_to_no_run() -> None:
    cert = sc.certify("mae", "l2", anchor="z_ref")
    with pytest.raises(LossError, match="knows no z_ref"):
        torch_loss(cert)
    for run in (lambda: confirm(cert, "iris"), lambda: audit_model(cert, "mlp", "iris"), lambda: counterexample(cert)):
        with pytest.raises(ConfirmationError, match="certify the pair without anchor="):
            run()
