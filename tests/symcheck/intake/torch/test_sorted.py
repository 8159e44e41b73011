"""Sparsemax, entmax and tempered softmax as public code computes them: by sorting, by bisection, by fixed points.

Their Fenchel-Young losses have the gradient p - e_y, which at 0 is that of CE: EXACT.
"""

from __future__ import annotations

import pytest
import sympy as sp
import torch
import torch.nn.functional as F
from torch import nn
from torch.autograd import Function

import symcheck as sc
from symcheck.field.symbols import C_SYMBOL
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.scope import Classes
from tests.symcheck.intake.torch.at_zero import Coded, Row, check_row

EXACT, SCALED = Tier.EXACT, Tier.SCALED
U = sp.Rational(1, 10)


def sparsemax(z):
    """As of Martins, Astudillo 2016: by sorting."""
    ordered = torch.sort(z, dim=1, descending=True)[0]
    k = torch.arange(1, z.size(1) + 1, dtype=z.dtype).view(1, -1)
    bound = 1 + k * ordered
    sums = torch.cumsum(ordered, 1)
    support = torch.gt(bound, sums).type(z.type())
    size = torch.max(support * k, 1, keepdim=True)[0]
    inside = support * ordered
    tau = (torch.sum(inside, 1, keepdim=True) - 1) / size
    return torch.max(torch.zeros_like(z), z - tau)


def sparsemax_by_gather(z):
    """As in the package entmax: shifted, topk, the threshold gathered."""
    z = z - z.max(dim=1, keepdim=True)[0]
    top, _ = torch.topk(z, k=z.shape[1], dim=1)
    sums = top.cumsum(1) - 1
    rho = torch.arange(1, z.shape[1] + 1, dtype=z.dtype)
    support = rho * top > sums
    size = support.sum(dim=1).unsqueeze(1)
    tau = sums.gather(1, size - 1) / size.to(z.dtype)
    return torch.clamp(z - tau, min=0)


def entmax15(z):
    """alpha = 3/2 by sorting."""
    z = (z - z.max(dim=1, keepdim=True)[0]) / 2
    top, _ = torch.sort(z, dim=1, descending=True)
    rho = torch.arange(1, z.shape[1] + 1, dtype=z.dtype)
    mean = top.cumsum(1) / rho
    mean_sq = (top**2).cumsum(1) / rho
    ss = rho * (mean_sq - mean**2)
    delta = (1 - ss) / rho
    tau = mean - torch.sqrt(torch.clamp(delta, 0))
    size = (tau <= top).sum(1).unsqueeze(1)
    return torch.clamp(z - tau.gather(1, size - 1), min=0) ** 2


class Sparsemax(Function):
    @staticmethod
    def forward(ctx, z):
        p = sparsemax(z)
        ctx.save_for_backward(p)
        return p

    @staticmethod
    def backward(ctx, g):
        (p,) = ctx.saved_tensors
        support = (p > 0).to(g.dtype)
        mean = (g * support).sum(1, keepdim=True) / support.sum(1, keepdim=True)
        return support * (g - mean)


class SparsemaxLoss(nn.Module):
    """sum over p > 0 of (z_k^2 - tau^2)/2 + 1/2 - z_y, as (p, z) has it."""

    def forward(self, z, y):
        p = Sparsemax.apply(z)
        loss = (p * (z - p / 2)).sum(1) + 0.5 - z.gather(1, y[:, None]).squeeze(1)
        return loss.mean()


class FenchelYoung(Function):
    """A loss with its own gradient p - e_y, as in the package entmax."""

    @staticmethod
    def forward(ctx, z, y, alpha):
        p = sparsemax_by_gather(z) if alpha == 2 else entmax15(z)
        omega = (1 - (p**alpha).sum(1)) / (alpha * (alpha - 1))
        q = p.clone()
        q.scatter_add_(1, y.unsqueeze(1), torch.full_like(q, -1))
        ctx.save_for_backward(q)
        return omega + (q * z).sum(1)

    @staticmethod
    def backward(ctx, g):
        (q,) = ctx.saved_tensors
        return g.unsqueeze(1) * q, None, None


def p_y(p, y):
    return p.gather(1, y.unsqueeze(1)).squeeze(1)


ROWS = [
    # s_y has the slope o_y at 0: -log s_y has kappa = C, 1 - s_y has 1, (s_y - 1)^2 has 2 (1 - u).
    Row(lambda z, y: -p_y(sparsemax(z), y).log().mean(), SCALED, 10),
    Row(lambda z, y: (1 - p_y(sparsemax(z), y)).mean(), EXACT, 1),
    Row(lambda z, y: ((1 - p_y(sparsemax_by_gather(z), y)) ** 2).mean(), SCALED, sp.Rational(18, 10)),
    # ds_y = s^(2 - alpha) (dz_y - mean) = C^(-1/2) o_y at alpha = 3/2.
    Row(lambda z, y: (1 - p_y(entmax15(z), y)).mean(), SCALED, sp.sqrt(U)),
    Row(lambda z, y: -p_y(entmax15(z), y).log().mean(), SCALED, sp.sqrt(10)),
    Row(lambda z, y: (1 - p_y(Sparsemax.apply(z), y)).mean(), EXACT, 1),
    Row(SparsemaxLoss(), EXACT, 1),
    Row(lambda z, y: FenchelYoung.apply(z, y, 2).mean(), EXACT, 1),
    Row(lambda z, y: FenchelYoung.apply(z, y, 1.5).mean(), EXACT, 1),
    Row(lambda z, y: F.cross_entropy(torch.log(entmax15(z) + 1), y), SCALED, sp.sqrt(U) / (1 + U)),
]


@pytest.mark.parametrize("place", range(len(ROWS)))
def test_shares_by_sorting(place: int) -> None:
    check_row(ROWS[place])


def test_what_is_recognised_is_noted_with_the_number_of_samples() -> None:
    found = recorded_torch(lambda z, y: (1 - p_y(sparsemax(z), y)).mean(), "loss")
    assert found.classes == Classes()
    assert any("it agrees with that at" in note.what for note in found.notes)


# near misses: what is no entmax is not taken for one


def too_high(z):
    """A threshold with 2 in the place of 1: the shares add up to 2."""
    ordered = torch.sort(z, dim=1, descending=True)[0]
    k = torch.arange(1, z.size(1) + 1, dtype=z.dtype)
    support = 2 + k * ordered > ordered.cumsum(1)
    size = support.sum(1, keepdim=True)
    tau = (ordered.cumsum(1).gather(1, size - 1) - 2) / size
    return torch.clamp(z - tau, min=0)


def nearly(z):
    """Sparsemax with a hundredth of softmax."""
    return 0.99 * sparsemax(z) + 0.01 * z.softmax(1)


def cut(z):
    """The two largest shares of softmax alone."""
    p = z.softmax(1)
    second = p.topk(2, dim=1)[0][:, -1:]
    kept = torch.where(p >= second, p, torch.zeros_like(p))
    return kept / kept.sum(1, keepdim=True)


def by_rank(z):
    """Shares by the rank alone."""
    order = z.argsort(1).argsort(1)
    return (order + 1).to(z.dtype) / (order + 1).sum(1, keepdim=True)


@pytest.mark.parametrize("share", [cut, by_rank])
def test_shares_that_are_no_entmax_are_not_taken_for_one(share: Coded) -> None:
    for classes in (None, 10):
        certificate = sc.certify(lambda z, y: (1 - p_y(share(z), y)).mean(), "l2", classes=classes)
        assert certificate.verdict is not Verdict.PROVED
        assert "entmax" not in str(certificate.loss.formula)


@pytest.mark.parametrize("share", [too_high, nearly])
def test_shares_close_to_an_entmax_are_right_or_undecided(share: Coded) -> None:
    for classes in (None, 10):
        certificate = sc.certify(lambda z, y: (1 - p_y(share(z), y)).mean(), "l2", classes=classes)
        # too_high: s_y = z_y - mean z + 2/C near 0, with the slope o_y; nearly: 99/100 o_y + u/100 o_y.
        expected = 1 if share is too_high else sp.Rational(991, 1000)
        if certificate.verdict is Verdict.PROVED:
            assert abs(sp.N(certificate.kappa.subs(C_SYMBOL, 10) - expected)) < 1e-12
