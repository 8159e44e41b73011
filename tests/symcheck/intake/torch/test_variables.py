"""The variables that a function reads from other scopes: also those that are not bound."""

from __future__ import annotations

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor

import symcheck as sc
from symcheck.findings.tier import Tier
from symcheck.intake.torch.variables import enclosed, names_in

SCALE = 2


def made(*, penalised: bool) -> Callable[[Tensor, Tensor], Tensor]:
    num_classes = 10

    def loss(z: Tensor, y: Tensor) -> Tensor:
        inner = lambda: SCALE * F.cross_entropy(z, y)  # noqa: E731 - a function inside, which names SCALE
        return inner() + penalty(z) / num_classes if penalised else inner()

    if penalised:

        def penalty(z: Tensor) -> Tensor:
            return (z**2).sum(1).mean()

    return loss


def test_a_variable_that_is_not_bound_is_none_of_them() -> None:
    assert set(enclosed(made(penalised=False))) == {"num_classes", "penalised"}  # type: ignore[arg-type]
    assert set(enclosed(made(penalised=True))) == {"num_classes", "penalised", "penalty"}  # type: ignore[arg-type]


def test_names_of_functions_inside_are_found() -> None:
    assert {"SCALE", "F", "cross_entropy"} <= set(names_in(made(penalised=False).__code__))


def test_code_with_a_variable_that_is_not_bound_is_read() -> None:
    for penalised in (False, True):
        found = sc.certify(made(penalised=penalised), "l2")
        assert (found.tier, str(found.kappa)) == (Tier.SCALED, "2")
        assert any(note.startswith("num_classes = 10 of the code is a plain number") for note in found.loss.notes)
