"""Code that rounds to fewer digits than float32 has is not the formula, and is never PROVED to be it."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from numerics import audit_implementation
from symcheck.findings.verdict import Verdict

COARSE = {
    "logits in half": lambda z, y: F.cross_entropy(z.half().float(), y),
    "logits in bfloat16": lambda z, y: F.cross_entropy(z.to(torch.bfloat16).to(z.dtype), y),
    "logarithms in half": lambda z, y: F.nll_loss(F.log_softmax(z, 1).type(torch.float16).float(), y),
    "loss in bfloat16": lambda z, y: F.cross_entropy(z, y).bfloat16().float(),
}
FINE = {
    "logits in float": lambda z, y: F.cross_entropy(z.float(), y),
    "loss in float": lambda z, y: F.cross_entropy(z, y).to(torch.float32),
    "logits in double": lambda z, y: F.cross_entropy(z.double(), y),
}


@pytest.mark.parametrize("name", COARSE)
@pytest.mark.parametrize("classes", [None, 3])
def test_it_is_undecided(name, classes):
    found = audit_implementation(COARSE[name], "cross_entropy", classes=classes)
    assert (found.verdict, found.difference) == (Verdict.UNDECIDED, None)


@pytest.mark.parametrize("name", FINE)
def test_single_and_double_precision_are_no_difference(name):
    assert audit_implementation(FINE[name], "cross_entropy").verdict is Verdict.PROVED


def test_the_reason_is_told():
    found = audit_implementation(COARSE["logits in half"], "cross_entropy", classes=3)
    assert found.reason == (
        "the values are equal by canonical forms, and the code rounds to fewer than 32 bits, and was read and run "
        "without that"
    )
