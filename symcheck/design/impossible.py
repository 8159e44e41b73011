"""What no change of a kind can give, where that is a theorem (THEORY 2, 16)."""

from __future__ import annotations

from symcheck.certificates.certificate import Certificate
from symcheck.findings.tier import Tier


def impossible(certificate: Certificate) -> tuple[str, ...]:
    """What need not be looked for, one sentence each."""
    told = []
    classes = certificate.scope.classes
    if certificate.tier is Tier.CLASSWISE and (classes.high is None or classes.high > 2):
        told.append(
            "No term <v, z> without the label makes this loss EXACT or SCALED for C >= 3: (kappa_y - kappa) o_y would "
            "have to be one vector for all y, and then all kappa_y are equal."
        )
    return tuple(told)
