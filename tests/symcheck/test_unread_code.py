"""Code that has no formula: the certificate is UNDECIDED, says why, and states nothing else."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F

import symcheck as sc
from numerics import confirm
from numerics.errors import ConfirmationError
from symcheck.certificates.certificate import Certificate
from symcheck.errors import CertificateError, FormulaError
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.losses import ClassWeightedCE  # type: ignore[attr-defined]
from symcheck.reason import Code
from symcheck.theorems import theorems


def unread_loss(z, y):
    return torch.erfinv(z / 9).sum(1) + F.cross_entropy(z, y)


def unread_penalty(z):
    return torch.erfinv(z / 9).sum(1)


def random_loss(z, y):
    return F.cross_entropy(z + torch.rand_like(z), y)


def mixing(z, y):
    return F.cross_entropy(z, y) * len(y) ** 2


PAIRS: list[tuple[Any, Any, str]] = [
    (unread_loss, "l2", "torch.erfinv"),
    (unread_loss, "entropy", "torch.erfinv"),
    (unread_loss, "z_loss", "torch.erfinv"),
    (unread_loss, "quadratic_form", "torch.erfinv"),
    (unread_loss, unread_penalty, "torch.erfinv"),
    (random_loss, "l2", "torch.rand_like"),
    (mixing, "l2", ""),
    ("cross_entropy", unread_penalty, "torch.erfinv"),
    ("one_vs_rest_logistic", unread_penalty, "torch.erfinv"),
    ("mae", unread_penalty, "torch.erfinv"),
    ("focal_detached", unread_penalty, "torch.erfinv"),
    ("class_weighted_ce", unread_penalty, "torch.erfinv"),
    (ClassWeightedCE(w=(1, 2, 3)), unread_penalty, "torch.erfinv"),
    ("logit_norm", unread_penalty, "torch.erfinv"),
]


@pytest.fixture(params=range(len(PAIRS)))
def pair(request: pytest.FixtureRequest) -> tuple[Certificate, str]:
    loss, regularizer, where = PAIRS[request.param]
    return sc.certify(loss, regularizer), where


def test_nothing_is_claimed(pair: tuple[Certificate, str]) -> None:
    certificate, where = pair
    assert certificate.verdict is Verdict.UNDECIDED
    assert (certificate.tier, certificate.kappa, certificate.prediction, certificate.degree) == (None,) * 4
    assert (certificate.theorems, certificate.assumptions, certificate.witness) == ((), (), None)
    assert {f.verdict for f in certificate.findings} == {Verdict.UNDECIDED}
    assert {f.verdict for f in certificate.families} == {Verdict.UNDECIDED}
    assert {c.verdict for c in certificate.cases} == {Verdict.UNDECIDED}
    for finding in certificate.findings:
        assert finding.reason is not None
        assert finding.reason.code is Code.UNMAPPED_OP
        assert finding.reason.where.startswith(where)
        assert " was not read: " in finding.reason.why


def test_the_place_is_a_line_of_the_code() -> None:
    reason = sc.certify(unread_loss, "l2").findings[0].reason
    assert reason is not None
    line = unread_loss.__code__.co_firstlineno + 1
    assert reason.where == f"torch.erfinv (test_unread_code.py, line {line})"
    assert reason.why.startswith("the loss unread_loss was not read: ")


def test_nothing_is_claimed_that_is_asked_later(pair: tuple[Certificate, str]) -> None:
    certificate, _ = pair
    full = certificate.full()
    assert {f.verdict for f in full.properties} == {Verdict.UNDECIDED}
    # Every function is shrunk by noise in its symmetric part, and code that was not read may be no function.
    assert {a.verdict for a in full.theorems} == {Verdict.UNDECIDED}
    assert full.orders == ()
    assert certificate.reference_orders == ()
    for condition in Condition:
        assert certificate.property(condition).verdict is Verdict.UNDECIDED
    for theorem in theorems():
        assert certificate.theorem(theorem.name).verdict is Verdict.UNDECIDED


def test_every_page_says_that_there_is_no_formula(pair: tuple[Certificate, str]) -> None:
    certificate, _ = pair
    for page in (certificate.to_text(full=True), certificate.to_markdown(full=True), certificate.to_latex(full=True)):
        assert "UNDECIDED" in page
        assert "code that was not read" in page
        assert "unread(" not in page
    assert certificate.headline.startswith("UNDECIDED")


def test_the_record_has_no_formula_and_is_not_confirmed(pair: tuple[Certificate, str]) -> None:
    certificate, _ = pair
    text = certificate.to_json(full=True)
    record = json.loads(text)
    unread = [side for side in ("loss", "regularizer") if record[side]["formula"] is None]
    assert unread == [s for s in ("loss", "regularizer") if getattr(certificate, s).unread is not None]
    with pytest.raises(CertificateError, match=rf"{unread[0]}.formula: the code of the {unread[0]} was not read"):
        sc.recheck(text)


def test_it_is_a_value_like_any_certificate(pair: tuple[Certificate, str]) -> None:
    certificate, _ = pair
    for other in (copy.deepcopy(certificate), pickle.loads(pickle.dumps(certificate)), certificate.check()):
        assert other == certificate
        assert hash(other) == hash(certificate)
        assert other.full().theorems == certificate.full().theorems


def test_a_narrower_scope_reads_no_more() -> None:
    narrow = sc.certify(unread_loss, "l2").at(C=3)
    assert narrow.headline == "UNDECIDED for C = 3: unread_loss + l2 on R^C"


def test_no_formula_of_the_vocabulary_means_unread_code() -> None:
    with pytest.raises(FormulaError, match="unknown function unread"):
        sc.certify("unread(z[y])", "l2")


@pytest.mark.parametrize("asks", [sc.decompose, sc.symmetrize])
def test_what_needs_a_formula_says_why_there_is_none(asks: Callable[[Any], object]) -> None:
    for given in (unread_loss, sc.certify(unread_loss, "l2").loss):
        with pytest.raises(FormulaError, match=r"loss: unmapped-op at torch\.erfinv .* was not read"):
            asks(given)


def test_it_is_not_trained() -> None:
    with pytest.raises(ConfirmationError, match="unread_loss: there is no formula to train with: unmapped-op"):
        confirm(sc.certify(unread_loss, "l2"), data="iris")


def test_a_survey_has_a_question_mark() -> None:
    table = sc.survey([unread_loss, "cross_entropy"], ["l2", unread_penalty])
    assert [p.mark for p in table.pairs] == ["?", "?", "P", "?"]


def test_bad_input_is_still_an_error() -> None:
    for given in (lambda z: torch.erfinv(z), lambda z, y: torch.missing(z), torch.nn.CrossEntropyLoss):  # type: ignore[attr-defined]
        with pytest.raises(FormulaError):
            sc.certify(given, "l2")


def test_why_code_was_not_read_is_told_once() -> None:
    page = str(sc.certify(unread_loss, "l2"))
    assert "What is open: everything. Reason: unmapped-op at torch.erfinv" in " ".join(page.split())
    assert page.count("was not read:") == 1
    assert page.count("not derived") == 5
