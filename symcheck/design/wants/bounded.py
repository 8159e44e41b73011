"""Bounded losses: |l(z, y)| has a bound for all z."""

from __future__ import annotations

from symcheck.certificates.certificate import Certificate
from symcheck.design.want import Want, by_condition, has_bounds, is_function
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict

CONVEX = "it is convex, and not constant, as its gradient at 0 is not 0: no such function is bounded"


def _decided(certificate: Certificate) -> tuple[Verdict, str]:
    # Of a convex loss no ray has to be looked for.
    may_follow = is_function(certificate) and not has_bounds(certificate)
    if may_follow and certificate.property(Condition.LOSS_CONVEX).verdict is Verdict.PROVED:
        return Verdict.REFUTED, CONVEX
    return by_condition(certificate, Condition.LOSS_BOUNDED)


WANT = Want("bounded", "l is bounded", _decided)
