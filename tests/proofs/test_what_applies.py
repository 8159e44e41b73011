"""No theorem applies, and no kind of model is covered, where a hypothesis of the theory fails.

Over every loss with regularizers of every verdict.  The hypotheses are those of THEORY 4 and 6: sum_y b_y = 0
with a signal (tiers EXACT, SCALED, SYMLIN), or a drift that all classes share on shared features with H 1
parallel to 1; g stationary at 0, and definite there or homogeneous.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.conditions.remembered import forget
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.theorems import theorems
from symcheck.theorems.base import CONE, REFERENCE, SHARED
from tests.each import of_each
from tests.proofs.test_near_misses import LOSSES as ATTACKED_LOSSES
from tests.proofs.test_near_misses import REGULARIZERS as ATTACKED_REGULARIZERS

REGULARIZERS = ("l2", "entropy", "quartic", "l1_5", "max_squared", "label_smoothing_as_printed", "z_loss", "l1")
SHARED_FEATURES = "Theorem on shared features"


@of_each(names("loss"))
def test_theorems_apply_only_under_their_hypotheses(loss: str) -> None:
    for regularizer in REGULARIZERS:
        check(sc.certify(loss, regularizer))


def check(cert: Certificate) -> None:
    applying = {t.name for t in cert.theorems}
    verdicts = {f.name: f.verdict for f in cert.families}
    signal = cert.tier is not None and cert.tier.meets_condition
    gradient = cert.finding(Condition.LOSS_GRADIENT) or cert.finding(Condition.LOSS_GRADIENT_SUM)
    assert gradient is not None
    assert (gradient.condition is Condition.LOSS_GRADIENT_SUM) == (cert.tier is Tier.SYMLIN)
    assert (gradient.verdict is Verdict.PROVED) == signal
    stationary = cert.finding(Condition.REGULARIZER_GRADIENT)
    assert stationary is not None
    if not signal or stationary.verdict is not Verdict.PROVED:
        assert applying <= ({SHARED_FEATURES} if cert.tier is Tier.QUOTIENT else set())
        assert verdicts[CONE] is not Verdict.PROVED
        assert verdicts[REFERENCE] is not Verdict.PROVED
    if SHARED_FEATURES in applying:
        assert cert.tier is Tier.QUOTIENT
        assert stationary.verdict is Verdict.PROVED
    if verdicts[SHARED] is Verdict.PROVED:
        assert applying
    if cert.verdict is not Verdict.PROVED:
        assert not applying & {"Theorem 2", "Theorem 2'", "Theorem 3"}


STRONGEST_FIRST = [
    "Theorem 1", "Theorem 3", "Theorem 2'", "Theorem 2", "Theorem 2' for homogeneous penalties", SHARED_FEATURES,
    "Theorem 2 with a reference class",
]  # fmt: skip


def test_the_theorems_of_every_certificate_come_strongest_first() -> None:
    found = [t.name for t in theorems() if not t.on_request]
    assert [name for name in found if name in STRONGEST_FIRST] == STRONGEST_FIRST


@pytest.mark.parametrize("name", [t.name for t in theorems()])
def test_every_theorem_has_a_test_of_its_own(name: str) -> None:
    """A file beside this one that names it."""
    here = Path(__file__)
    others = [file for file in here.parent.glob("test_*.py") if file != here]
    assert [file.name for file in others if f'"{name}"' in file.read_text("utf-8")]


def test_no_two_theorems_have_the_same_rank() -> None:
    ranks = [t.rank for t in theorems()]
    assert len(set(ranks)) == len(ranks)


@pytest.mark.parametrize("quadratic", ["l2", "logit_squeezing"])
def test_a_quadratic_penalty_does_not_save_a_loss_that_weighs_classes(quadratic: str) -> None:
    cert = sc.certify("class_weighted_ce", quadratic)
    assert cert.theorems == ()
    assert cert.verdict is Verdict.REFUTED


ABOUT_THE_PAIR = (
    "Theorem 1", "Theorem 2", "Theorem 2'", "Theorem 3", "Theorem 2' for homogeneous penalties", "Confidence penalties",
    "Corollary 1",
)  # fmt: skip


@pytest.mark.parametrize("name", ATTACKED_LOSSES)
def test_no_theorem_about_noise_applies_to_a_loss_that_fails_somewhere(name: str) -> None:
    """The attacks of test_near_misses.py: false in one corner of their scope."""
    cert = sc.certify(ATTACKED_LOSSES[name][0], "l2")
    for theorem in ABOUT_THE_PAIR:
        applied = cert.theorem(theorem)
        assert applied.verdict is not Verdict.PROVED, theorem
        assert applied.failing is not None
        assert applied.failing.witness or applied.failing.reason or applied.failing.detail


@pytest.mark.parametrize("name", ATTACKED_REGULARIZERS)
def test_no_theorem_about_limits_applies_to_a_penalty_that_fails_somewhere(name: str) -> None:
    cert = sc.certify("square_centred", ATTACKED_REGULARIZERS[name])
    for theorem in ("Theorem 2", "Theorem 2'", "Theorem 3", "Confidence penalties", "Lemma 3", "Lemma 4"):
        assert cert.theorem(theorem).verdict is not Verdict.PROVED, theorem


def test_a_premise_that_is_not_decided_keeps_a_theorem_from_applying() -> None:
    forget()  # what was derived before costs no budget
    cert = sc.certify("cross_entropy", "l2", classes=(2, 77), budget=1e-9)
    for theorem in theorems():
        verdict = cert.theorem(theorem.name).verdict
        # the two identities ask for nothing
        free = theorem.name in ("Lemma 1", "Lemma 2")
        assert (verdict is Verdict.PROVED) is free, theorem.name
