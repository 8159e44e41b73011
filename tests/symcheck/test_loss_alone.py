"""Certificates of a loss without a penalty: pages, JSON, copies, narrower scopes, and what needs a penalty."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.errors import CertificateError, ParameterError, ScopeError
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.problem import NO_PENALTY

KINDS = ["mae", "square_centred", "square", "gce", "focal_detached", "class_weighted_ce", "aul"]


@pytest.fixture(scope="module", params=KINDS)
def cert(request: pytest.FixtureRequest) -> Certificate:
    return sc.certify(request.param)


def test_none_is_no_penalty(cert: Certificate) -> None:
    assert sc.certify(cert.loss, None) == cert
    assert cert.regularizer == NO_PENALTY
    assert cert.degree is None


@pytest.mark.parametrize("full", [False, True])
def test_the_json_holds(cert: Certificate, full: bool) -> None:
    text = cert.to_json(full=full)
    assert json.loads(text)["regularizer"] is None
    assert json.loads(text)["schema"] == "symcheck/2"
    derived = sc.recheck(text)
    assert derived == cert
    assert derived.to_json(full=full) == text


def test_a_json_that_says_something_else_does_not() -> None:
    said = json.loads(sc.certify("gce").to_json())
    for change in ({"verdict": "PROVED"}, {"headline": "PROVED for every C >= 2: gce alone, no penalty"}):
        with pytest.raises(CertificateError):
            sc.recheck(json.dumps({**said, **change}))
    pair = json.loads(sc.certify("gce", "l2").to_json())
    with pytest.raises(CertificateError):
        sc.recheck(json.dumps({**pair, "regularizer": None}))
    with pytest.raises(CertificateError):
        sc.recheck(json.dumps({**said, "regularizer": pair["regularizer"]}))
    named = {**pair["regularizer"], "name": "no penalty", "formula": "0"}
    with pytest.raises(CertificateError, match=r"regularizer\.name"):
        sc.recheck(json.dumps({**said, "regularizer": named}))


def test_copies_are_equal(cert: Certificate) -> None:
    for other in (pickle.loads(pickle.dumps(cert)), copy.deepcopy(cert), cert.check()):
        assert other == cert
        assert hash(other) == hash(cert)
        assert other.to_json() == cert.to_json()


def test_every_format_says_that_there_is_no_penalty(cert: Certificate) -> None:
    for write in (Certificate.to_text, Certificate.to_markdown, Certificate.to_latex):
        plain, full = write(cert), write(cert, full=True)
        assert full.startswith(plain.rstrip("\n"))
        assert "alone, no penalty" in " ".join(plain.split())
        # a repair may have one
        assert "regularizer" not in plain.partition("What now")[0]
    assert cert.to_text(full=True).isascii()
    assert " alone, " in repr(cert)
    assert "+ no penalty" not in cert.to_text(full=True)


def test_narrower_scopes() -> None:
    cert = sc.certify("gce")
    there = cert.at(10, q=1)
    assert there.verdict is Verdict.PROVED
    assert there.problem.is_alone
    assert there == sc.certify(sc.losses.GCE(q=1), classes=10)
    with pytest.raises(ScopeError):
        cert.at(1)
    with pytest.raises(ParameterError):
        cert.at(t=3)


def test_the_full_report_is_about_the_loss() -> None:
    full = sc.certify("mae").full()
    assert {a.theorem.name for a in full.applying} == {"Ghosh"}
    assert all(a.theorem.is_alone for a in full.theorems)
    assert not any(f.condition is Condition.REGULARIZER_CONVEX for f in full.properties)


def test_theorems_about_a_penalty_can_be_asked_for() -> None:
    cert = sc.certify("muh")
    assert cert.theorem("Theorem 3").verdict is Verdict.REFUTED
    assert cert.theorem("Theorem 1").verdict is Verdict.PROVED
    assert cert.theorem("Lemma 1").verdict is Verdict.PROVED
    assert "muh alone, no penalty" in str(cert.theorem("Ghosh"))


def test_a_pair_has_no_finding_on_the_loss_alone() -> None:
    for pair in (("gce", "l2"), ("muh", "0")):
        cert = sc.certify(*pair)
        assert not cert.problem.is_alone
        assert not {Condition.LOSS_HOMOGENEOUS, Condition.LOSS_QUADRATIC} & {f.condition for f in cert.findings}


def test_a_budget_of_nothing_is_undecided() -> None:
    cert = sc.certify("gce", budget=0)
    assert cert.verdict is Verdict.UNDECIDED
    assert {f.reason.code.value for f in cert.findings if f.reason} == {"budget"}
    assert cert.headline.startswith("UNDECIDED")
