"""Certificates of preference losses as JSON: the same certificate is the same text, in every process."""

from __future__ import annotations

import json

from symcheck.certificates.preferences.answer import PreferenceAnswer
from symcheck.certificates.preferences.said import PreferenceSaid
from symcheck.certificates.record import Json, claim, record, why_not
from symcheck.version import SCHEMA

KIND = "preference"
"""What ``kind`` says in the JSON of a certificate of a preference loss; that of a pair (l, g) has no such field."""

KEYS = (
    "schema", "kind", "preference", "penalty", "reference", "verdict", "tier", "kappa", "headline", "gradient",
    "answers", "left",
)  # fmt: skip
"""The fields, in the order in which they are checked."""

CERTIFICATE = "certificate"
"""One more field: the record of the certificate of the loss l(z, y) of two classes, with its proof."""


def json_text(c: PreferenceSaid, headline: str) -> str:
    """``c`` as JSON with sorted keys and no time, path or machine in it."""
    inner = record(c.certificate, proof=c.certificate.proof)
    return json.dumps(
        {**preference_record(c, headline), CERTIFICATE: inner}, ensure_ascii=False, indent=2, sort_keys=True
    )


def preference_record(c: PreferenceSaid, headline: str) -> dict[str, Json]:
    """What ``c`` says of the preference loss as plain values under ``KEYS``, in their order."""
    said = claim(c.certificate)
    return {
        "schema": SCHEMA,
        "kind": KIND,
        "preference": {
            "name": c.preference.name,
            "formula": c.preference.text,
            "in_margin": c.preference.in_margin,
            "reference_free": c.preference.reference_free,
        },
        "penalty": c.penalty_text or None,
        "reference": c.reference,
        "verdict": c.verdict.name,
        "tier": said["tier"],
        "kappa": said["kappa"],
        "headline": headline,
        "gradient": c.gradient,
        "answers": [_answer(a) for a in c.answers],
        "left": list(c.left),
    }


def _answer(a: PreferenceAnswer) -> Json:
    return {
        "name": a.name,
        "statement": a.statement,
        "verdict": a.verdict.name,
        "about": a.about,
        "detail": a.detail,
        "assumptions": list(a.assumptions),
        "degree": None if a.degree is None else str(a.degree),
        "decides": a.decides,
        **why_not(a.witness, a.reason),
    }
