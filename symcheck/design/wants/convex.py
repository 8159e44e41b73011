"""Convex losses: l(., y) is convex in z for every y."""

from __future__ import annotations

from symcheck.certificates.certificate import Certificate
from symcheck.design.want import Want, by_condition, has_bounds, is_function
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict

NOT_CONSTANT = "it is bounded, and not constant, as its gradient at 0 is not 0: no such function is convex"


def _decided(certificate: Certificate) -> tuple[Verdict, str]:
    # Of a function that is bounded and not constant no rule of composition and no point has to be asked (THEORY 16).
    if is_function(certificate) and has_bounds(certificate):
        return Verdict.REFUTED, NOT_CONSTANT
    return by_condition(certificate, Condition.LOSS_CONVEX)


WANT = Want("convex", "l(., y) is convex for every y", _decided)
