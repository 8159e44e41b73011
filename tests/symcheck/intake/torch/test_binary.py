"""Binary losses: of one logit s and a label 0 or 1, read at two classes with s = z_2 - z_1, or one for each class.

With two classes o_2 = (-1/2, 1/2) = -o_1.  A loss phi(s) at the label 1 and phi(-s) at 0 has b_2 = phi'(0) (-1, 1), so
kappa = -2 phi'(0).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp
import torch
import torch.nn.functional as F
from torch import nn

import symcheck as sc
from symcheck.errors import FormulaError
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.scope import Classes
from symcheck.reason import Undecided
from tests.symcheck.intake.torch.at_zero import Coded, Row, check_row, tier_at_zero

EXACT, SCALED, QUOTIENT = Tier.EXACT, Tier.SCALED, Tier.QUOTIENT
HALF = sp.Rational(1, 2)


class BinaryFocal(nn.Module):
    """(1 - p_t)^2 (-log p_t): phi = (1 - q)^2 (-log q), q = sigmoid(s); phi'(0) = -(1/4) (log 2 + 1/2) ."""

    def __init__(self, gamma=2):
        super().__init__()
        self.gamma = gamma

    def forward(self, inputs, targets):
        bce = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
        pt = torch.exp(-bce)
        return ((1 - pt) ** self.gamma * bce).mean()


class Hinge(nn.Module):
    """max(0, 1 - t s), t = 2y - 1: phi'(0) = -1."""

    def forward(self, output, target):
        t = 2 * target - 1
        return torch.clamp(1 - t * output, min=0).mean()


def by_probability(p, y):
    return F.binary_cross_entropy(torch.sigmoid(p), y)


def by_hand(s, y):
    p = torch.sigmoid(s)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


def squared(s, y):
    """(sigmoid(s) - y)^2: phi'(0) = -2 (1/2) (1/4)."""
    return ((torch.sigmoid(s) - y) ** 2).mean()


def squeezed(s, y):
    """Takes scores of shape (N, 1)."""
    return F.binary_cross_entropy_with_logits(s.squeeze(1), y.squeeze(1))


def dice(s, y):
    """1 - 2 p y/(p + y) of the batch: it mixes the samples."""
    p = torch.sigmoid(s)
    return 1 - (2 * (p * y).sum() + 1) / (p.sum() + y.sum() + 1)


def one_logit(loss: Coded, labels: Callable[[Any], Any] = torch.Tensor.double) -> Coded:
    """The loss of two classes that a binary one is."""
    return lambda z, y: loss(z[:, 1] - z[:, 0], labels(y))


# phi'(0) of (1 - q)^2 (-log q): 2 (1 - q) (-q') (-log q) - (1 - q)^2 q'/q with q = 1/2, q' = 1/4
FOCAL = -(-HALF * HALF * sp.log(2) - sp.Rational(1, 8))

BINARY = [
    (nn.BCEWithLogitsLoss(), 1),  # phi = log(1 + e^(-s)), phi'(0) = -1/2
    (F.binary_cross_entropy_with_logits, 1),
    (nn.BCEWithLogitsLoss(reduction="sum"), 1),
    (by_probability, 1),
    (by_hand, 1),
    (BinaryFocal(), 2 * FOCAL),
    (BinaryFocal(0), 1),
    (Hinge(), 2),
    (squared, HALF),
    (lambda s, y: F.softplus(-s * (2 * y - 1)).mean(), 1),
    (lambda s, y: F.softplus((1 - 2 * y) * 3 * s).mean(), 3),
]


@pytest.mark.parametrize("place", range(len(BINARY)))
def test_a_binary_loss_of_one_logit_is_read_at_two_classes(place: int) -> None:
    loss, kappa = BINARY[place]
    expected = float(sp.N(kappa))
    reference = one_logit(loss)
    assert tier_at_zero(reference, 2) == (EXACT if kappa == 1 else SCALED, pytest.approx(expected))
    certificate = sc.certify(loss, "l2", classes=2)
    assert (certificate.verdict, certificate.tier) == (Verdict.PROVED, EXACT if kappa == 1 else SCALED)
    assert sp.simplify(certificate.kappa - kappa) == 0
    assert certificate.scope.classes == Classes(2, 2)


@pytest.mark.parametrize("loss", [by_hand, BinaryFocal(), Hinge(), squared])
def test_the_form_is_noted(loss: Coded) -> None:
    found = recorded_torch(loss, "loss", classes=Classes(2, 2))
    assert any(n.what.startswith("a binary loss of one logit: it is read as loss(z[:, 1] - z[:, 0], y") for n in
               found.notes)  # fmt: skip


@pytest.mark.parametrize("loss", [by_hand, by_probability, BinaryFocal()])
@pytest.mark.parametrize("classes", [None, 3, 10])
def test_at_other_numbers_of_classes_it_is_told_what_to_do(loss: Coded, classes: int | None) -> None:
    with pytest.raises((FormulaError, Undecided), match="if it is a binary loss of one logit, ask for classes=2"):
        recorded_torch(loss, "loss", classes=None if classes is None else Classes(classes, classes))


def test_a_column_of_logits() -> None:
    certificate = sc.certify(squeezed, "l2", classes=2)
    assert (certificate.verdict, certificate.tier) == (Verdict.PROVED, EXACT)


def test_a_loss_of_the_whole_batch_is_not_proved() -> None:
    assert sc.certify(dice, "l2", classes=2).verdict is not Verdict.PROVED


def test_a_loss_of_two_classes_is_not_taken_for_one_of_one_logit() -> None:
    # It runs with (N, 2) logits and class numbers, and that is what it is about.
    certificate = sc.certify(lambda z, y: F.cross_entropy(z, y), "l2", classes=2)
    assert (certificate.tier, certificate.kappa) == (EXACT, 1)
    assert not any("one logit" in n.what for n in recorded_torch(F.cross_entropy, "loss", classes=Classes(2, 2)).notes)


# one for each class: (sigmoid(0) - e_y)/C = -(1/C) o_y + (1/2 - 1/C)/C 1


def onehot(z, y):
    return F.one_hot(y, z.shape[1]).to(z.dtype)


def of_vectors(loss: Coded) -> Coded:
    return lambda z, y: loss(z, onehot(z, y))


def of_signs(loss: Coded) -> Coded:
    return lambda z, y: loss(z, 2 * onehot(z, y) - 1)


OF_CLASSES = [
    (nn.BCEWithLogitsLoss(), of_vectors, sp.Rational(1, 10)),
    (F.binary_cross_entropy_with_logits, of_vectors, sp.Rational(1, 10)),
    (nn.BCEWithLogitsLoss(reduction="sum"), of_vectors, 1),
    (nn.MultiLabelSoftMarginLoss(), of_vectors, sp.Rational(1, 10)),
    (F.multilabel_soft_margin_loss, of_vectors, sp.Rational(1, 10)),
    # -t_k/2 is 1/2 - e_y as well
    (nn.SoftMarginLoss(), of_signs, sp.Rational(1, 10)),
    (F.soft_margin_loss, of_signs, sp.Rational(1, 10)),
]


@pytest.mark.parametrize("place", range(len(OF_CLASSES)))
def test_binary_losses_of_torch_are_one_for_each_class(place: int) -> None:
    loss, form, kappa = OF_CLASSES[place]
    check_row(Row(loss, QUOTIENT, kappa, alone=form(loss)))
    (note,) = [n.what for n in recorded_torch(loss, "loss").notes]
    assert note.startswith("class numbers are handed over as vectors, one entry for each class: loss(z, ")


def test_positive_weights() -> None:
    # (1 + (w - 1) t) softplus(-z) + (1 - t) z: at the label -w/2, elsewhere 1/2: kappa = (w + 1)/2 / C.
    loss = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(3.0))
    check_row(Row(loss, QUOTIENT, sp.Rational(2, 10), alone=of_vectors(loss)))


def test_a_loss_of_two_logits_that_is_infinite_somewhere_is_no_loss_of_one() -> None:
    # Of one logit softmax, and the sparsemax as well, is 1: the loss would be 0 and its tier ZERO.
    def loss(z, y):
        s = z.sort(1, descending=True)[0]
        k = torch.arange(1, z.shape[1] + 1)
        sums = s.cumsum(1) - 1
        n = (s * k > sums).sum(1, keepdim=True)
        p = (z - sums.gather(1, n - 1) / n).clamp(min=0)
        t = (torch.arange(z.shape[1]) == y[:, None]).to(z.dtype)
        return -(t * p.log()).sum(1).mean()

    for classes in (None, 2, 10):
        cert = sc.certify(loss, "l2", classes=classes)
        # p_y = (1 + z_y - z_k)/2 for two classes: -log p_y has the slope -1 = -2 (1 - 1/2) along z_y, and kappa = C.
        assert cert.tier is None or (cert.tier.name, cert.kappa) == ("SCALED", classes or cert.kappa)


W = torch.arange(1.0, 11.0)


@pytest.mark.parametrize(
    "loss",
    [
        lambda z, y: F.cross_entropy(z + W, y),
        lambda z, y: ((z.softmax(1) - F.one_hot(y, 10)) ** 2).sum(1).mean(),
        lambda z, y: (z.softmax(1) * W).sum(1).mean(),
    ],
)
def test_code_for_ten_classes_is_no_loss_of_one_logit(loss) -> None:
    # Of one logit softmax is 1, repeated ten times: the loss would not depend on it.
    with pytest.raises(FormulaError, match="at C = 2"):
        recorded_torch(loss, "loss", classes=Classes(2, 2))
