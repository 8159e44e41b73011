"""Products of tensors: einsum, bmm, matmul with one-hot vectors, angles and distances.  At C = 10, u = 1/10."""

from __future__ import annotations

import pytest
import sympy as sp
import torch
import torch.nn.functional as F

import symcheck as sc
from symcheck.errors import SymcheckError
from symcheck.findings.tier import Tier
from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.scope import Classes
from symcheck.reason import Undecided
from tests.symcheck.intake.torch.at_zero import Coded, Row, check_row

EXACT, SCALED, QUOTIENT, SYMLIN = Tier.EXACT, Tier.SCALED, Tier.QUOTIENT, Tier.SYMLIN
U = sp.Rational(1, 10)


def onehot(z, y):
    return F.one_hot(y, z.shape[1]).to(z.dtype)


def logs(z):
    return F.log_softmax(z, dim=1)


MIXING = torch.full((10, 10), 0.05).fill_diagonal_(0.55)
"""1/2 I + 1/20 11', whose rows add up to 1."""

SHIFTED = torch.roll(torch.eye(10), 1, 1)
"""The matrix that sends class k to k + 1."""

EPS = sp.Rational(1, 10**6)
DISTANCE = sp.sqrt(9 * (U + EPS) ** 2 + (U - 1 + EPS) ** 2)

ROWS = [
    Row(lambda z, y: -torch.einsum("nc,nc->n", onehot(z, y), logs(z)).mean(), EXACT, 1),
    Row(lambda z, y: -torch.einsum("bi,bi->b", [logs(z), onehot(z, y)]).mean(), EXACT, 1),
    Row(lambda z, y: -torch.einsum("ij,ij->i", z.softmax(1), onehot(z, y)).log().mean(), EXACT, 1),
    Row(lambda z, y: -torch.einsum("ij, ij -> ", onehot(z, y), logs(z)) / len(y), EXACT, 1),
    Row(lambda z, y: (torch.einsum("ij->i", z) - torch.einsum("ij,ij->i", z, onehot(z, y))).mean(), QUOTIENT, 1),
    Row(lambda z, y: -torch.bmm(onehot(z, y).unsqueeze(1), logs(z).unsqueeze(2)).squeeze().mean(), EXACT, 1),
    Row(lambda z, y: -(onehot(z, y)[:, None, :] @ logs(z)[:, :, None]).view(-1).mean(), EXACT, 1),
    Row(lambda z, y: -torch.matmul(logs(z).unsqueeze(1), onehot(z, y).unsqueeze(2)).flatten().mean(), EXACT, 1),
    Row(lambda z, y: -torch.diagonal(logs(z) @ onehot(z, y).t()).mean(), EXACT, 1, every_c=False),
    Row(lambda z, y: -torch.trace(torch.mm(logs(z), onehot(z, y).t())) / len(y), EXACT, 1, every_c=False),
    Row(lambda z, y: -torch.stack([torch.dot(a, b) for a, b in zip(onehot(z, y), logs(z), strict=True)]).mean(),
        EXACT, 1, every_c=False),
    # Forward correction: -log (Tp)_y has b_y = -(T_y. J)/(1/10), J = u (I - 11'/C): kappa = 1/2.
    Row(lambda z, y: F.nll_loss(torch.log(z.softmax(1) @ MIXING.to(z.dtype)), y), SCALED, sp.Rational(1, 2)),
    Row(lambda z, y: F.nll_loss(torch.log(torch.einsum("nc,ck->nk", z.softmax(1), MIXING.to(z.dtype))), y), SCALED,
        sp.Rational(1, 2), every_c=False),
    Row(lambda z, y: F.nll_loss(torch.log(torch.bmm(z.softmax(1)[:, None], MIXING.to(z.dtype)[None])[:, 0]), y), SCALED,
        sp.Rational(1, 2), every_c=False),
    # To the next class: b_y = -o_(y - 1), whose sum over y is 0.
    Row(lambda z, y: F.nll_loss(torch.log(z.softmax(1) @ SHIFTED.to(z.dtype)), y), SYMLIN, every_c=False),
    # p_y/|p|: p'dp = 0 at 0 and |p| = sqrt(u), so that the slope is u o_y/sqrt(u).
    Row(lambda z, y: 1 - F.cosine_similarity(z.softmax(1), onehot(z, y)).mean(), SCALED, sp.sqrt(U)),
    Row(lambda z, y: (1 - F.cosine_similarity(z.softmax(1), onehot(z, y), dim=-1, eps=1e-6)).mean(), SCALED,
        sp.sqrt(U)),
    Row(lambda z, y: 1 - (F.normalize(z.softmax(1), dim=1) * onehot(z, y)).sum(1).mean(), SCALED, sp.sqrt(U)),
    # d = p - e_y + eps: b_y = u (d - mean d)/|d| = -u o_y/|d|.
    Row(lambda z, y: F.pairwise_distance(z.softmax(1), onehot(z, y)).mean(), SCALED, U / DISTANCE),
    Row(lambda z, y: torch.outer(onehot(z, y)[0], logs(z)[0]).diagonal().sum() * -1 if len(y) == 1
        else F.cross_entropy(z, y), EXACT, 1, every_c=False),
    Row(lambda z, y: F.cross_entropy(torch.addmm(z, onehot(z, y), torch.zeros(z.shape[1], z.shape[1], dtype=z.dtype)),
                                     y), EXACT, 1, every_c=False),
]  # fmt: skip


@pytest.mark.parametrize("place", range(len(ROWS)))
def test_products(place: int) -> None:
    check_row(ROWS[place])


@pytest.mark.parametrize(
    "code",
    [
        lambda z, y: -torch.einsum("...c,...c->...", onehot(z, y), logs(z)).mean(),
        lambda z, y: -torch.einsum("nc,nc->n", onehot(z, y), logs(z), z).mean(),
        lambda z, y: torch.einsum("cc->c", z.t() @ z).sum(),
        lambda z, y: torch.einsum("nc,mc->nm", z, z).mean(),
        lambda z, y: (z @ z.t()).sum(),
        lambda z, y: torch.bmm(z, z).sum(),
    ],
)
def test_a_product_that_is_not_read_or_none_never_gets_a_wrong_formula(code: Coded) -> None:
    # What comes back at all was compared with torch.
    for classes in (None, Classes(10, 10)):
        try:
            found = recorded_torch(code, "loss", classes=classes)
        except (Undecided, SymcheckError):
            continue
        assert sc.certify(code, "l2", classes=10).loss.formula == found.formula
