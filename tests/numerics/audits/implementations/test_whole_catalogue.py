"""Every loss of the catalogue, run on tensors by its own formula: as it is, and with one change of each kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from numerics import audit_implementation
from numerics.formulas.batch import values
from symcheck import losses
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named
from tests.numerics.audits.implementations.sample import Code

NAMES = sorted(path.stem for path in Path(losses.__path__[0]).glob("*.py") if path.stem not in ("__init__", "base"))

CHANGES: dict[str, tuple[Callable[[Code], Code], set[str]]] = {
    "SCALE": (lambda loss: lambda z, y: 3 * loss(z, y).mean(), {"SCALE"}),
    "CONSTANT": (lambda loss: lambda z, y: (loss(z, y) + 0.25).mean(), {"CONSTANT"}),
    "CLAMP": (lambda loss: lambda z, y: loss(z.clamp(-8, 8), y).mean(), {"CLAMP", "OTHER"}),
    "DETACHED": (
        lambda loss: lambda z, y: (loss(z, y) / 2 + loss(z, y).detach() / 2).mean(),
        {"DETACHED", "WRONG_BACKWARD"},
    ),
    "REDUCTION": (lambda loss: lambda z, y: loss(z, y).square().mean().sqrt(), {"REDUCTION", "OTHER"}),
    "one label": (lambda loss: lambda z, y: loss(z, y) * torch.where(y == 1, 1.5, 1.0), {"OTHER"}),
}


def code_of(name: str) -> Code:
    """The loss of each sample at the defaults of the entry."""
    formula = loss_named(name).recorded
    given = {p.name: float(p.default) for p in formula.parameters}
    return lambda z, y: values(formula, z, y, given)


def classes_of(name: str) -> int:
    """Four, or two for a loss of two classes."""
    return 4 if 4 in loss_named(name).classes else 2


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_loss_is_no_other_than_itself(name: str) -> None:
    audit = audit_implementation(code_of(name), name, classes=classes_of(name))
    assert audit.verdict is not Verdict.REFUTED


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_changed_loss_is_another(name: str, change: str) -> None:
    changed, kinds = CHANGES[change]
    audit = audit_implementation(changed(code_of(name)), name, classes=classes_of(name))
    assert audit.verdict is Verdict.REFUTED
    assert audit.difference.kind.name in kinds
