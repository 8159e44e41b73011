"""Torch code certified: the tiers and kappas are those that the theory gives for what the code computes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy as sp
import torch
import torch.nn.functional as F
from torch import nn

import symcheck as sc
from symcheck.field.symbols import C_SYMBOL as C
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from tests.symcheck.intake.torch import public_style as public

L = sp.log(C)


@pytest.mark.parametrize(
    ("loss", "kappa"),
    [
        (nn.CrossEntropyLoss(), 1),
        (nn.CrossEntropyLoss(label_smoothing=0.1), sp.Rational(9, 10)),  # 1 - r
        (nn.MultiMarginLoss(), 1),  # MUH + (C - 1)/C near 0
        (nn.MultiMarginLoss(p=2), 2),  # 2m for the margin m
        (public.GeneralizedCrossEntropy(), C ** sp.Rational(-7, 10)),  # C^(-q)
        (public.MeanAbsoluteError(), 1 / C),  # phi = 1 - p, -phi'(u)/C
        (public.NormalizedCrossEntropy(), 1 / (C * L)),
        (public.FocalLoss(), (1 - 1 / C) ** 2 + 2 * (1 - 1 / C) * L / C),
        # The factor is a constant for autograd: (1 - 1/C)^gamma times that of CE.
        (public.FocalLoss(0.5, detach=True), sp.sqrt(1 - 1 / C)),
        (public.TaylorCrossEntropy(3), 1 - (1 - 1 / C) ** 3),
        # 9/10 of the target at the label and 1/10/(C - 1) at the others: 9/10 - 1/10/(C - 1).
        (public.LabelSmoothingLoss(), sp.Rational(9, 10) - 1 / (10 * (C - 1))),
    ],
)
def test_the_tier_for_every_number_of_classes(loss: Callable[..., object], kappa: sp.Expr) -> None:
    cert = sc.certify(loss, "l2")
    assert cert.verdict is Verdict.PROVED
    assert cert.tier is (Tier.EXACT if kappa == 1 else Tier.SCALED)
    assert all(abs(sp.N((cert.kappa - kappa).subs(C, c), 30)) < 1e-25 for c in (2, 3, 10, 1000))
    assert str(cert.scope) == "every C >= 2"


def test_code_for_ten_classes_is_certified_for_ten() -> None:
    cert = sc.certify(public.SymmetricCrossEntropy(0.1, 1.0), "l2")
    # alpha - beta A/C with A = log 1e-4.
    assert abs(sp.N(cert.kappa - (sp.Rational(1, 10) + 4 * sp.log(10) / 10), 30)) < 1e-25
    assert str(cert.scope) == "C = 10"


def test_a_mixture_of_classes() -> None:
    # Forward correction with T = 7/10 I + 1/10 11': kappa = a = 7/10.
    cert = sc.certify(public.ForwardCorrection([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]]), "l2")
    assert (cert.verdict, cert.tier, cert.kappa) == (Verdict.PROVED, Tier.SCALED, sp.Rational(7, 10))


@pytest.mark.parametrize(
    ("loss", "tier"),
    [
        (public.CrammerSinger(), Tier.NONDIFF),
        (lambda z, y: F.cross_entropy(z.detach(), y), Tier.ZERO),
        (lambda z, y: F.mse_loss(z, F.one_hot(y, z.shape[1]).float()), Tier.QUOTIENT),
    ],
)
def test_code_that_fails_the_condition(loss: Callable[..., object], tier: Tier) -> None:
    cert = sc.certify(loss, "l2")
    assert (cert.verdict, cert.tier) == (Verdict.REFUTED, tier)


def test_a_regularizer_of_torch() -> None:
    cert = sc.certify("cross_entropy", lambda z: (torch.softmax(z, 1) * torch.log_softmax(z, 1)).sum(1).mean())
    assert cert.verdict is Verdict.PROVED
    assert cert.quotient
