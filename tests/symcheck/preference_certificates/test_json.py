"""The JSON of a preference certificate: the same bytes, derived again, and every change found."""

from __future__ import annotations

import copy
import json
import pickle
from functools import cache
from typing import Any

import pytest

import symcheck as sc
from symcheck.certificates.preferences.certify_preference import certify_preference
from symcheck.certificates.preferences.value import PreferenceCertificate
from symcheck.certificates.recheck_json import recheck
from symcheck.errors import CertificateError
from symcheck.language.functions import softplus
from symcheck.language.parameter import Parameter

BETA = Parameter("beta", above=0)

GIVEN: list[tuple[Any, Any]] = [
    ("dpo", None), ("ipo", "h**2/2"), ("apo_down", "l2"), ("bco", "l2"), ("simpo", None),
    ("softplus(-chosen) + softplus(rejected)", "chosen**2 + rejected**2"),
    (lambda h: softplus(-BETA * h), lambda h: h**2), ("softplus(-h)", "huber"),
    ("softplus(-h)", "huber(delta=1)"), (sc.preferences.DPO(beta="1/10"), "l2"),
]  # fmt: skip


@pytest.mark.parametrize("given", GIVEN, ids=["code" if callable(a) else f"{a}, {b}" for a, b in GIVEN])
def test_rechecked(given: tuple[Any, Any]) -> None:
    found = certify_preference(*given)
    text = found.to_json()
    again = recheck(text)
    assert isinstance(again, PreferenceCertificate)
    assert again.answers == found.answers
    assert again.to_json() == text == certify_preference(*given).to_json()


def test_rechecked_with_values() -> None:
    found = certify_preference("discopop", "h**2/2").at(tau="1/20")
    assert recheck(found.to_json()) == found
    renamed = certify_preference("softplus(-h)", lambda h: BETA * h**2).at(beta=2)
    assert recheck(renamed.to_json()).to_json() == renamed.to_json()


def test_a_reference_that_was_given() -> None:
    found = certify_preference("dpo", reference=False)
    assert recheck(found.to_json()) == found
    assert json.loads(found.to_json())["reference"] is False


@cache
def _ipo() -> str:
    return certify_preference("ipo", "h**2/2").to_json()


def _changed(path: str, value: Any) -> str:
    record = json.loads(_ipo())
    *way, last = path.split(".")
    place = record
    for key in way:
        place = place[int(key)] if isinstance(place, list) else place[key]
    place[int(last) if isinstance(place, list) else last] = value
    return json.dumps(record)


@pytest.mark.parametrize(("path", "value", "told"), [
    ("schema", "symcheck/9", "schema"),
    ("verdict", "REFUTED", "verdict"),
    ("kappa", "3/beta", "kappa"),
    ("headline", "PROVED: everything", "headline"),
    ("penalty", "l2", "penalty"),
    ("penalty", None, "penalty"),
    ("preference.formula", "(h - 1/beta)**2", "preference.formula"),
    ("preference.name", "dpo", "preference.formula"),
    ("preference.reference_free", True, "preference.reference_free"),
    ("reference", False, "answers"),
    ("reference", 3, "reference"),
    ("answers.0.verdict", "PROVED", r"answers\[0\].verdict"),
    ("answers.1.degree", "3", r"answers\[1\].degree"),
    ("answers.2.about", "everything", r"answers\[2\].about"),
    ("left", ["It is PROVED."], "left"),
    ("certificate.verdict", "REFUTED", "certificate.verdict"),
    ("certificate.loss.formula", "-z[y]", "certificate.loss.formula"),
])  # fmt: skip
def test_what_does_not_hold_is_named(path: str, value: Any, told: str) -> None:
    with pytest.raises(CertificateError, match=f"^{told}"):
        recheck(_changed(path, value))


def test_another_kind_or_field() -> None:
    pair = json.loads(sc.certify("gce", "l2").to_json())
    for wrong in (_changed("kind", "loss"), _changed("kind", None), json.dumps({**pair, "kind": "pair"})):
        for read in (recheck, sc.verify):
            with pytest.raises(CertificateError, match=r"^kind: .*accepted is 'preference', or no"):
                read(wrong)
    record = json.loads(certify_preference("ipo").to_json())
    for key in ("answers", "certificate", "reference"):
        with pytest.raises(CertificateError, match=key):
            recheck(json.dumps({k: v for k, v in record.items() if k != key}))
    with pytest.raises(CertificateError, match="more"):
        recheck(json.dumps({**record, "more": 1}))


def test_the_proof_inside_is_verified() -> None:
    found = sc.verify(certify_preference("dpo", "h**2/2").to_json())
    assert found.verified
    assert found.verdict is sc.Verdict.PROVED
    assert found.preference is sc.Verdict.PROVED
    assert sc.verify(sc.certify("gce", "l2").to_json()).preference is None


def test_what_is_verified_is_told_apart_from_what_flips_do() -> None:
    # apo_zero is symmetric, and depends on both scores: h**2/2 is flat along their sum, so it is no pair of Theorem 2
    certificate = certify_preference("apo_zero", "h**2/2")
    assert (certificate.verdict, certificate.certificate.verdict) == (sc.Verdict.PROVED, sc.Verdict.REFUTED)
    found = sc.verify(certificate.to_json())
    assert (found.verdict, found.preference) == (sc.Verdict.REFUTED, sc.Verdict.PROVED)
    page = found.to_text()
    assert page.startswith("VERIFIED: REFUTED of the two classes inside, at scores 0, asked for C = 2")
    assert "of which it says PROVED under flips" in page
    assert "recheck's" in page
    with pytest.raises(CertificateError, match=r"^verdict: got 'TRUE'"):
        sc.verify(_changed("verdict", "TRUE"))


@pytest.mark.parametrize("given", [("bco", "l2"), ("ipo", None)])
def test_copies(given: tuple[str, str | None]) -> None:
    found = certify_preference(*given)
    for other in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found), copy.copy(found)):
        assert other == found
        assert hash(other) == hash(found)
        assert other.to_json() == found.to_json()
        assert other.at(beta=1) == found.at(beta=1)
