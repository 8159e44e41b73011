"""What torch_loss makes is read as the formula that it computes, by all that take a loss."""

from __future__ import annotations

import pytest
import torch

import symcheck as sc
from numerics import audit_implementation, torch_loss
from symcheck.errors import FormulaError
from symcheck.findings.verdict import Verdict


@pytest.mark.parametrize(
    ("name", "values"),
    [("gce", {"q": 0.3}), ("cross_entropy", {}), ("nfl", {"gamma": 2}), ("mae", {}), ("js_divergence", {"pi_1": 0.3})],
)
def test_it_has_the_certificate_of_its_formula(name, values):
    found = sc.certify(torch_loss(name, **values), "l2")
    wanted = sc.certify(name, "l2").at(None, **values)
    assert (found.verdict, found.tier) == (wanted.verdict, wanted.tier)
    assert (found.kappa - wanted.kappa).simplify() == 0
    assert found.loss.title == wanted.loss.title


def test_what_a_buffer_has_now_is_what_is_read():
    module = torch_loss("gce", q=0.7)
    module.values.q.fill_(0.25)
    assert sc.certify(module, "l2").loss.title == "gce(q=1/4)"


def test_with_its_regularizer_it_is_the_sum():
    # CE + 1/10 ||z||^2/2: kappa is that of CE, as the penalty has no gradient at 0
    module = torch_loss("cross_entropy", regularizer="l2", weight=0.1)
    assert str(module.subject.formula) == "logsumexp(z) - z[y] + 1/10*(total(z**2)/2)"
    found = sc.certify(module, "l2")
    assert (found.verdict, str(found.kappa)) == (Verdict.PROVED, "1")


def test_its_classes_are_the_scope():
    assert str(sc.certify(torch_loss("mae", classes=10), "l2").kappa) == "1/5"
    weighted = sc.certify(torch_loss("class_weighted_ce", w=[1, 2, 3]), "l2")
    assert str(weighted.scope.classes) == "C = 3"


def test_an_audit_compares_it_with_its_formula():
    # its kernels have a backward of their own, which agrees wherever it is looked at, and is no formula
    same = audit_implementation(torch_loss("gce", q=0.7), "gce", q="7/10", classes=5)
    assert (same.verdict, same.difference) == (Verdict.UNDECIDED, None)
    assert same.reason.startswith("the values are equal by canonical forms, and the code has a backward of its own")
    other = audit_implementation(torch_loss("gce", q=0.5), "gce", q="7/10", classes=5)
    assert (other.verdict, other.difference.kind.name) == (Verdict.REFUTED, "IGNORED_ARGUMENT")


def test_it_is_no_regularizer():
    with pytest.raises(FormulaError, match=r"^regularizer: got the loss gce\(q=7/10\); pass a regularizer$"):
        sc.certify("gce", torch_loss("gce", q=0.7))


def test_another_object_with_a_subject_is_read_as_code():
    class Mine(torch.nn.Module):
        subject = "cross entropy"

        def forward(self, z, y):
            return torch.nn.functional.cross_entropy(z, y)

    assert sc.certify(Mine(), "l2").verdict is Verdict.PROVED
