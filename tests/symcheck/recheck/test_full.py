"""recheck of a full report: what it adds to a certificate is derived again, and the first wrong field is named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from symcheck.certificates.certify import certify
from symcheck.certificates.recheck import recheck
from symcheck.certificates.record import FULL, KEYS, PROOF
from symcheck.errors import CertificateError


@pytest.fixture(scope="module")
def text() -> str:
    return certify("gce", "l2").to_json(full=True)


@pytest.mark.parametrize(("loss", "regularizer"), [("gce", "l2"), ("square", "entropy"), ("class_weighted_ce", "l2")])
def test_a_full_report_holds(loss: str, regularizer: str) -> None:
    certificate = certify(loss, regularizer)
    full = certificate.to_json(full=True)
    assert recheck(full).to_json(full=True) == full


def test_it_is_the_certificate_and_one_more_field(text: str) -> None:
    plain = certify("gce", "l2").to_json()
    fields = json.loads(text)
    assert tuple(sorted(fields)) == tuple(sorted((*KEYS, PROOF, FULL)))
    del fields[FULL]
    assert fields == json.loads(plain)
    assert FULL not in json.loads(plain)


def _changed(text: str, path: str, value: object) -> str:
    fields = json.loads(text)
    place: Any = fields
    *steps, last = [int(s) if s.isdigit() else s for s in path.split(".")]
    for step in steps:
        place = place[step]
    place[last] = value
    return json.dumps(fields)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("full.properties.0.verdict", "PROVED", "full.properties[0].verdict: the certificate says PROVED, derived is"),
        ("full.properties.1.condition", "x", "full.properties[1].condition: the certificate says x, derived is loss-b"),
        ("full.theorems.0.verdict", "PROVED", "full.theorems[0].verdict: the certificate says PROVED, derived is REF"),
        ("full.theorems.0.premises.1.witness.value", "1", "full.theorems[0].premises[1].witness.value: the certific"),
        ("full.theorems.4.assumptions", [], "full.theorems[4].assumptions: the certificate has 0 of them, derived"),
        ("full.theorems.4.discharged", [], "full.theorems[4].discharged: the certificate has 0 of them, derived are"),
        ("full.orders.0.noise_degree", 7, "full.orders[0].noise_degree: the certificate says 7, derived is 2"),
        ("full.orders.1.to_limit", 2, "full.orders[1].to_limit: the certificate says 2, derived is 1"),
        ("full", {}, "full.properties: the field is missing"),
        ("full", [], "full: the certificate says a list, derived is an object"),
        ("verdict", "REFUTED", "verdict: the certificate says REFUTED, derived is PROVED"),
    ],
)
def test_the_first_field_that_does_not_hold_is_named(text: str, path: str, value: object, message: str) -> None:
    with pytest.raises(CertificateError) as raised:
        recheck(_changed(text, path, value))
    assert str(raised.value).startswith(message)


def test_a_field_of_another_name_is_not_taken(text: str) -> None:
    fields = json.loads(text)
    fields["fuller"] = fields.pop(FULL)
    with pytest.raises(CertificateError, match=r"^fuller: the certificate has this field and should not$"):
        recheck(json.dumps(fields))
