"""Matching: the weight of a regularizer with which two losses have the same leading outputs."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from numerics.errors import LossError
from symcheck.certificates.certify import certify
from symcheck.findings.tier import Tier
from symcheck.language.scope import Classes
from symcheck.problem import Subject


def matched_kappa(loss: Subject, regularizer: Subject, classes: Classes, numbers: Mapping[str, float]) -> float:
    """kappa at these values: with lambda = kappa lambda_0 the outputs are, to leading order, those at kappa = 1.

    They are (kappa/lambda) a S H^(-1) in the tiers EXACT and SCALED, H the Hessian of g at 0 (Theorem 2'), and
    cross-entropy has kappa = 1.  Raises ``LossError`` where that is not certified, or kappa depends on a C that is
    left open.
    """
    # A float is the number that Python writes for it: 0.1 is 1/10.
    exact = {name: Fraction(repr(value)) for name, value in numbers.items()}
    certificate = certify(loss, regularizer, classes=classes).at(None, **exact)
    prediction = certificate.prediction
    if prediction is None or certificate.tier not in (Tier.EXACT, Tier.SCALED):
        raise LossError(
            "weight: 'matched' needs a pair that is PROVED with the tier EXACT or SCALED, and this one is "
            f"{certificate.headline}; give a number, or name other classes"
        )
    kappa = prediction.kappa
    if kappa.free_symbols:
        raise LossError(f"weight: kappa = {kappa} depends on the number of classes; name it, as in classes=10")
    return float(kappa)
