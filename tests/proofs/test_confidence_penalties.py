"""Section 6: confidence penalties live on the quotient by (1, ..., 1), and so has the loss to."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

import symcheck as sc
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.theorems.base import NO_TIES
from tests.each import of_each
from tests.proofs.table import LOSSES, NOT_C2, REGULARIZERS
from tests.proofs.test_theorem_2 import is_invariant

NAME = "Confidence penalties"


ESCAPING = frozenset({
    # fall without end along a ray on which the entropy stays bounded (THEORY 11)
    "muh", "unhinged_margin", "negative_label_smoothing", "backward_uniform", "peer_uniform",
})  # fmt: skip


@of_each(names("loss"))
def test_the_loss_has_to_be_invariant_as_well(loss: str) -> None:
    signal = Tier[LOSSES[loss][0]].meets_condition and loss not in NOT_C2
    applied = sc.certify(loss, "entropy").theorem(NAME)
    expected = signal and is_invariant(loss) and loss not in ("focal_detached", "nfl_detached", *ESCAPING)
    assert (applied.verdict is Verdict.PROVED) is expected
    if expected:
        assert NO_TIES in applied.assumptions


@pytest.mark.parametrize("regularizer", names("regularizer"))
def test_the_penalty_has_to_be_definite_on_the_quotient(regularizer: str) -> None:
    cert = sc.certify("cross_entropy", regularizer)
    applied = cert.theorem(NAME)
    assert (applied.verdict is Verdict.PROVED) is (REGULARIZERS[regularizer][0] == "QUOT")
    if applied.verdict is Verdict.PROVED:
        assert cert.quotient


def test_l2_is_no_confidence_penalty() -> None:
    applied = sc.certify("cross_entropy", "l2").theorem(NAME)
    assert applied.verdict is Verdict.REFUTED
    assert applied.failing is not None
    assert applied.failing.condition is Condition.SHIFT_INVARIANT
    assert applied.failing.witness is not None


def test_the_printed_label_smoothing_penalty_has_its_maximum_at_the_uniform() -> None:
    applied = sc.certify("cross_entropy", "label_smoothing_as_printed").theorem(NAME)
    assert applied.verdict is Verdict.REFUTED
    assert applied.failing is not None
    assert applied.failing.condition is Condition.REGULARIZER_CURVATURE
    # C = 2, z = (t, 0): sum_i log p_i = t - 2 log(1 + e^t) is -2 log 2 at t = 0 and lower elsewhere
    t = sp.Symbol("t", real=True)
    h = t - 2 * sp.log(1 + sp.exp(t))
    assert sp.diff(h, t).subs(t, 0) == 0
    assert sp.diff(h, t, 2).subs(t, 0) == -sp.Rational(1, 2)


def test_an_invariant_penalty_alone_has_a_singular_hessian() -> None:
    # D^2 of entropy and of KL(u||p) at 0: s I + t 11' with s = 1/C, t = -1/C^2, so s + C t = 0
    for c in (2, 3, 7):
        hessian = sp.eye(c) / c - sp.ones(c, c) / c**2
        assert hessian * sp.ones(c, 1) == sp.zeros(c, 1)
    for name in ("entropy", "label_smoothing_penalty"):
        prediction = sc.certify("cross_entropy", name, classes=5).prediction
        assert prediction is not None
        assert prediction.curvature == sp.Rational(1, 5)
    assert Fraction(1, 5) + 5 * Fraction(-1, 25) == 0
