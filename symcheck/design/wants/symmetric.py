"""Symmetric losses: sum_y l(z, y) does not depend on z (Ghosh, Kumar, Sastry 2017)."""

from __future__ import annotations

from symcheck.certificates.certificate import Certificate
from symcheck.design.want import Want, by_condition, is_function
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict

AFFINE = (
    "it is convex, bounded below and not constant, as its gradient at 0 is not 0: convex and symmetric losses are "
    "affine, and of these only constant ones are bounded below"
)

_BOTH = (Condition.LOSS_BOUNDED_BELOW, Condition.LOSS_CONVEX)


def _decided(certificate: Certificate) -> tuple[Verdict, str]:
    # Of a convex loss that is bounded below no sum has to be looked at (THEORY 2).
    if is_function(certificate) and all(certificate.property(c).verdict is Verdict.PROVED for c in _BOTH):
        return Verdict.REFUTED, AFFINE
    return by_condition(certificate, Condition.LOSS_SYMMETRIC)


WANT = Want("symmetric", "sum_y l(z, y) does not depend on z", _decided)
