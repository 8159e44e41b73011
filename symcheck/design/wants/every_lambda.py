"""Pairs that a theorem shows to be robust at every lambda, and not in the limit of large lambda alone (Theorem 1)."""

from __future__ import annotations

from symcheck.certificates.certificate import Certificate
from symcheck.design.want import Want
from symcheck.findings.verdict import Verdict
from symcheck.theorems import theorem_named


def _decided(certificate: Certificate) -> tuple[Verdict, str]:
    theorem = theorem_named("Theorem 1")
    if theorem in certificate.theorems:
        return Verdict.PROVED, f"{theorem.name}: {theorem.concludes}"
    # That its premises fail refutes nothing: pairs that it does not cover may be robust for other reasons.
    return Verdict.UNDECIDED, f"{theorem.name} does not apply, and nothing else is known at a given lambda"


WANT = Want(
    name="every_lambda",
    statement="clean and noisy predictions are the same at every lambda, on cones",
    decided=_decided,
    about_loss=False,
)
