"""Losses whose Hessian at 0 is the same for every label: on it the order of convergence depends (THEORY 5)."""

from __future__ import annotations

from symcheck.certificates.certificate import Certificate
from symcheck.design.want import Want, by_condition
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict


def _decided(certificate: Certificate) -> tuple[Verdict, str]:
    return by_condition(certificate, Condition.LOSS_HESSIAN_LABEL_FREE)


WANT = Want("label_free_hessian", "D^2 l(0, y) is the same for every y", _decided)
