"""Matching: the weight of a regularizer with which two losses have the same leading outputs."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from numerics.errors import LossError
from symcheck.certificates.certificate import Certificate
from symcheck.findings.tier import Tier
from symcheck.language.array import Array
from symcheck.language.scope import Classes


def matched_kappa(
    certificate: Certificate, classes: Classes, numbers: Mapping[str, float], arrays: Mapping[str, Array]
) -> float:
    """kappa at these values: with lambda = kappa lambda_0 the outputs are, to leading order, those at kappa = 1.

    They are (kappa/lambda) a S H^(-1) in the tiers EXACT and SCALED, H the Hessian of g at 0 (Theorem 2'), and
    cross-entropy has kappa = 1.  Raises ``LossError`` where that is not certified, or kappa depends on a C that is
    left open.
    """
    entries = {name: array.entries for name, array in arrays.items()}
    here = certificate.at(classes.fixed, **{name: Fraction(repr(v)) for name, v in numbers.items()}, **entries)
    prediction = here.prediction
    if prediction is None or here.tier not in (Tier.EXACT, Tier.SCALED):
        raise LossError(
            f"weight: 'matched' needs a pair that is PROVED with the tier EXACT or SCALED, and this one is "
            f"{here.headline}; give a number, or name the classes"
        )
    kappa = prediction.kappa
    if kappa.free_symbols:
        raise LossError(f"weight: kappa = {kappa} depends on the number of classes; name it, as in classes=10")
    return float(kappa)
