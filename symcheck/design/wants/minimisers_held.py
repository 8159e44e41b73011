"""Pairs whose minimisers are held: they exist for large lambda, near 0, and no local branch alone is meant."""

from __future__ import annotations

from symcheck.certificates.certificate import Certificate
from symcheck.design.want import Want, by_condition
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict


def _decided(certificate: Certificate) -> tuple[Verdict, str]:
    return by_condition(certificate, Condition.MINIMISERS_HELD)


WANT = Want("minimisers_held", "l + lambda g has minimisers for large lambda, near 0", _decided, about_loss=False)
