"""What torch itself says at z = 0, and certificates of torch code held against that and against a hand derivation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp
import torch

import symcheck as sc
from symcheck.field.symbols import C_SYMBOL
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict

Coded = Callable[..., Any]

TEN = 10
CLOSE = 1e-5
"""Code may compute in 32 bits."""

STEP = 1e-3
"""So far from 0, and nearer, the slopes to both sides are compared."""


@dataclass(frozen=True)
class Row:
    """Torch ``code`` and its ``tier`` and ``kappa`` with ten classes, derived by hand.

    ``every_c``: whether it is read without classes=10 as well.  ``alone``: code that autograd differentiates in its
    place, where a batch of one is special, as in a mean that divides by the weight of the label.
    """

    code: Coded
    tier: Tier
    kappa: object = None
    every_c: bool = True
    alone: Coded | None = None


def gradients(code: Coded, classes: int = TEN) -> torch.Tensor:
    """grad l(0, y) by autograd, a row for each label."""
    rows = []
    for y in range(classes):
        z = torch.zeros(1, classes, dtype=torch.float64, requires_grad=True)
        value = torch.as_tensor(code(z.clone(), torch.tensor([y]))).sum()
        (row,) = torch.autograd.grad(value, z, allow_unused=True) if value.requires_grad else (None,)
        rows.append(torch.zeros(classes, dtype=torch.float64) if row is None else row[0])
    return torch.stack(rows)


def has_kink(code: Coded, classes: int = TEN) -> bool:
    """Whether slopes at 0 to both sides differ along some of a few directions, at some label."""
    drawn = torch.randn(4, classes, dtype=torch.float64, generator=torch.Generator().manual_seed(5))
    for y in range(classes):
        label = torch.tensor([y])

        def value(z: torch.Tensor, label: torch.Tensor = label) -> float:
            return float(torch.as_tensor(code(z[None], label)).sum())

        there = value(torch.zeros(classes, dtype=torch.float64))
        for d in (*drawn, torch.nn.functional.one_hot(label, classes)[0].double()):
            wide, near = (abs(value(h * d) + value(-h * d) - 2 * there) / h for h in (STEP, STEP / 8))
            # Of a smooth function it tends to 0 as h does.
            if near > max(0.01, wide / 2):
                return True
    return False


def tier_at_zero(code: Coded, classes: int = TEN) -> tuple[Tier, float | None]:
    """The tier and kappa by a fit of b_y = -kappa_y o_y + c_y 1 to what autograd gives."""
    if has_kink(code, classes):
        return Tier.NONDIFF, None
    b = gradients(code, classes)
    assert bool(torch.isfinite(b).all())
    if bool((b.abs() < CLOSE).all()):
        return Tier.ZERO, 0.0
    centred = b - b.mean(1, keepdim=True)
    o = torch.eye(classes, dtype=torch.float64) - 1 / classes
    kappas, drifts = -(centred * o).sum(1) / (1 - 1 / classes), b.mean(1)
    if _size(centred + kappas[:, None] * o) > CLOSE:
        return (Tier.SYMLIN if _size(b.sum(0)) < CLOSE else Tier.FAIL), None
    if _size(kappas - kappas[0]) > CLOSE:
        return (Tier.CLASSWISE if _size(drifts) < CLOSE else Tier.FAIL), None
    kappa = float(kappas[0])
    if kappa <= CLOSE or _size(drifts - drifts[0]) > CLOSE:
        return Tier.FAIL, None
    if _size(drifts) > CLOSE:
        return Tier.QUOTIENT, kappa
    return (Tier.EXACT if abs(kappa - 1) < CLOSE else Tier.SCALED), kappa


def _size(x: torch.Tensor) -> float:
    return float(x.abs().max())


def check_row(row: Row) -> None:
    """Torch and the certificates say what was derived: those for C = 10 alone, and for every C where it is read so."""
    found, kappa = tier_at_zero(row.alone or row.code)
    expected = None if row.kappa is None else float(sp.N(row.kappa, 20))
    assert found is row.tier
    assert expected is None if kappa is None else expected is not None and abs(kappa - expected) < CLOSE
    certificate = sc.certify(row.code, "l2", classes=TEN)
    _check(certificate, row)
    everywhere = sc.certify(row.code, "l2")
    if everywhere.scope.classes.fixed is None and TEN in everywhere.scope.classes and len(everywhere.cases) > 1:
        everywhere = everywhere.at(C=TEN)  # for other C the tier may be another one
    if row.every_c or (TEN in everywhere.scope.classes and everywhere.verdict is not Verdict.UNDECIDED):
        _check(everywhere, row)


def _check(certificate: sc.Certificate, row: Row) -> None:
    assert certificate.tier is row.tier, [str(f.reason) for f in certificate.findings if f.reason is not None]
    if not row.tier.meets_condition:
        assert certificate.verdict is Verdict.REFUTED
    if row.kappa is None:
        assert certificate.kappa is None
    else:
        difference = (certificate.kappa - sp.sympify(row.kappa)).subs(C_SYMBOL, TEN)
        assert abs(complex(sp.N(difference, 25))) < 1e-12
