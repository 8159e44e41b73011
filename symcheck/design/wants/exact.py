"""Losses that meet the paper's own condition, without a factor: the tier EXACT."""

from __future__ import annotations

from symcheck.certificates.certificate import Certificate
from symcheck.design.want import Want
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict


def _decided(certificate: Certificate) -> tuple[Verdict, str]:
    tier = certificate.tier
    if tier is None:
        return Verdict.UNDECIDED, "the tier is open"
    return Verdict.PROVED if tier is Tier.EXACT else Verdict.REFUTED, f"tier {tier.name}"


WANT = Want("exact", "kappa = 1, the paper's own condition", _decided)
