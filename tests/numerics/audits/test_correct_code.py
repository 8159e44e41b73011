"""Correct code, written with care and without: none of it is REFUTED, and what is read is PROVED."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import symcheck as sc
from numerics import audit_implementation
from numerics.audits.implementations.asked import asked_of
from numerics.formulas.batch import values
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.language.scope import Classes
from tests.sampled import one_in


def p(z):
    return F.softmax(z, dim=1)


def at(v, y):
    return v.gather(1, y[:, None]).squeeze(1)


def onehot(z, y):
    return F.one_hot(y, z.shape[1]).to(z.dtype)


def hinge_over_the_others(z, y):
    margins = (1 - z.gather(1, y[:, None]) + z).clamp(min=0).scatter(1, y[:, None], 0.0)
    return margins.sum(1).mean() / z.shape[1]


def gce_in_single(z, y):
    q = torch.tensor(0.7, dtype=torch.float32)
    return ((1 - at(p(z), y) ** q) / q).mean()


class Kept(nn.Module):
    """A buffer of 32 bits, and a factor that is a Parameter of torch."""

    def __init__(self):
        super().__init__()
        self.register_buffer("q", torch.tensor(0.7))

    def forward(self, z, y):
        return ((1 - at(p(z), y) ** self.q) / self.q).mean()


CORRECT = [
    ("cross_entropy", nn.CrossEntropyLoss()),
    ("cross_entropy", lambda z, y: F.nll_loss(F.log_softmax(z, 1), y)),
    ("cross_entropy", lambda z, y: -at(p(z), y).log().mean()),  # log of a softmax, which is 0 far out
    ("cross_entropy", lambda z, y: -(onehot(z, y) * F.log_softmax(z, -1)).sum(-1).mean()),
    ("cross_entropy", lambda z, y: (torch.logsumexp(z, 1) - at(z, y)).mean()),
    ("cross_entropy", lambda z, y: (z.exp().sum(1).log() - at(z, y)).mean()),  # overflows
    ("cross_entropy", lambda z, y: at((z.exp() / z.exp().sum(1, keepdim=True)).log().neg(), y).mean()),
    ("cross_entropy", lambda z, y: F.cross_entropy(z - z.max(1, keepdim=True).values.detach(), y)),
    ("cross_entropy", lambda z, y: F.cross_entropy(z.float(), y)),
    ("label_smoothing", nn.CrossEntropyLoss(label_smoothing=0.1)),
    ("gce", lambda z, y: ((1 - at(p(z), y).pow(0.7)) / 0.7).mean()),
    ("gce", gce_in_single),
    ("gce", Kept()),
    ("mae", lambda z, y: 2 * (1 - at(p(z), y)).mean()),  # 1 - p cancels
    ("mae", lambda z, y: (p(z) - onehot(z, y)).abs().sum(1).mean()),
    ("mae", lambda z, y: F.l1_loss(p(z), onehot(z, y), reduction="sum") / len(z)),
    ("brier", lambda z, y: ((p(z) - onehot(z, y)) ** 2).sum(1).mean()),
    ("focal", lambda z, y: (-((1 - at(p(z), y)) ** 2) * at(p(z).log(), y)).mean()),
    ("nce", lambda z, y: (at(F.log_softmax(z, 1), y) / F.log_softmax(z, 1).sum(1)).mean()),
    ("reverse_cross_entropy", lambda z, y: (9.2103 * (1 - at(p(z), y))).mean()),
    ("square", lambda z, y: F.mse_loss(z, onehot(z, y), reduction="sum") / (2 * len(z))),
    (
        "one_vs_rest_logistic",
        lambda z, y: F.binary_cross_entropy_with_logits(z, onehot(z, y), reduction="sum") / len(z),
    ),
    ("multi_margin", nn.MultiMarginLoss()),
    ("multi_margin", hinge_over_the_others),
    ("multi_margin_squared", nn.MultiMarginLoss(p=2)),
    ("focal_detached", lambda z, y: -((1 - at(p(z), y).detach()) ** 0.5 * at(F.log_softmax(z, 1), y)).mean()),
    ("temperature_ce", lambda z, y: F.cross_entropy(z / 0.5, y)),
    ("muh", lambda z, y: (z.mean(1) - at(z, y)).mean()),
    ("-log(softmax(z)[y])", nn.CrossEntropyLoss(reduction="none")),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "code"), one_in(3, CORRECT))
def test_correct_code_is_proved(formula, code):
    found = audit_implementation(code, formula)
    assert (found.verdict, found.difference) == (Verdict.PROVED, None)


@pytest.mark.parametrize(("formula", "code"), one_in(3, CORRECT))
def test_correct_code_that_is_not_read_is_not_refuted(formula, code):
    def hidden(z, y):
        return code(z, y) if float(z.detach().sum()) < 1e9 else 0 * code(z, y)

    found = audit_implementation(hidden, formula)
    assert (found.verdict, found.difference) == (Verdict.UNDECIDED, None)
    assert "which is no proof" in found.reason


def test_code_of_numpy_is_compared_at_points():
    def code(z, y):
        counted = np.arange(z.shape[1])  # as a rule is made by a user
        return F.cross_entropy(z, y) + 0 * torch.from_numpy(counted).to(z.dtype).sum()

    assert audit_implementation(code, "cross_entropy").difference is None


@pytest.mark.parametrize("name", names("loss")[3::16])  # all of them are among the slow tests: test_whole_catalogue.py
def test_each_entry_of_the_catalogue_is_its_own_formula(name):
    # The batch reading is code on tensors that writes probabilities and logarithms in its own way.
    asked = asked_of(name, {}, Classes())
    classes = None if asked.classes.fixed else 3
    found = audit_implementation(lambda z, y: values(asked.free, z, y, asked.numbers).mean(), name, classes=classes)
    assert (found.difference, found.exit_code == 1) == (None, False)


def test_what_overflows_far_out_is_noted():
    found = audit_implementation(lambda z, y: -at(p(z), y).log().mean(), "cross_entropy")
    assert any("overflows or loses its digits, first at z = (" in note for note in found.notes)


def test_a_clamp_that_never_acts_is_no_difference():
    # p <= 1 and p >= 0 everywhere, and -log p >= 0.
    for code in (
        lambda z, y: -at(p(z).clamp(0, 1), y).log().mean(),
        lambda z, y: F.cross_entropy(z, y, reduction="none").clamp(min=0).mean(),
        lambda z, y: -at(p(z) + 0.0, y).log().mean(),
    ):
        assert audit_implementation(code, "cross_entropy").difference is None


def test_a_value_that_is_missing_near_0_is_a_difference():
    # p - 1/5 is below 0 at most points of five classes: there the code has no value, and the formula has one.
    def code(z, y):
        return (at(p(z), y) - 0.2).sqrt().square().mean() + 0.2

    found = audit_implementation(code, "softmax(z)[y]", classes=5)
    assert found.verdict is Verdict.REFUTED
    assert "no finite value at points near 0" in found.difference.sentence
    assert math.isnan(found.difference.witness.code)


def test_what_torch_cuts_far_from_0_is_told():
    # F.binary_cross_entropy cuts logarithms at -100, and 1 - sigmoid(z) is 0 from z = 37 on.
    def code(z, y):
        return F.binary_cross_entropy(torch.sigmoid(z), onehot(z, y), reduction="sum") / len(z)

    found = audit_implementation(code, "one_vs_rest_logistic")
    assert (found.verdict, found.difference) == (Verdict.UNDECIDED, None)
    assert "far from 0 the code rounds, or cuts what it computes" in found.reason


def test_a_certificate_stands_for_its_loss():
    cert = sc.certify(sc.losses.GCE(q="1/2"), "l2")
    assert audit_implementation(lambda z, y: (2 - 2 * at(p(z), y).sqrt()).mean(), cert).verdict is Verdict.PROVED


def test_a_function_of_symcheck_stands_for_its_formula():
    def formula(z, y):
        return sc.logsumexp(z) - z[y]

    assert audit_implementation(nn.CrossEntropyLoss(), formula).verdict is Verdict.PROVED


def test_sums_of_entries_are_formulas():
    def code(z, y):
        share = p(z)
        return F.cross_entropy(z, y) + 0.1 * (share * share.log()).sum(1).mean()

    found = audit_implementation(code, "cross_entropy + 1/10*entropy")
    assert (found.verdict, found.difference) == (Verdict.PROVED, None)

    def other(z, y):
        return ((1 - at(p(z), y) ** 0.7) / 0.7 + 4 * (1 - at(p(z), y))).mean()

    assert audit_implementation(other, "gce + 2*mae").verdict is Verdict.PROVED
    assert audit_implementation(other, "gce + 2*mae", q="1/2").verdict is Verdict.REFUTED
    assert audit_implementation(other, "gce + k*mae", k=2).verdict is Verdict.PROVED
    assert "(gce + 2*mae)" in audit_implementation(other, "gce + 2*mae", q="7/10").title
