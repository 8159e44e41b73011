"""Losses that are bounded below."""

from __future__ import annotations

from symcheck.certificates.certificate import Certificate
from symcheck.design.want import Want, by_condition
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict


def _decided(certificate: Certificate) -> tuple[Verdict, str]:
    return by_condition(certificate, Condition.LOSS_BOUNDED_BELOW)


WANT = Want("bounded_below", "l is bounded below", _decided)
