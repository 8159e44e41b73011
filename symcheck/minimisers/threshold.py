"""The noise rate at which predictions of quadratic risks flip, at every lambda of a range."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symcheck.findings.verdict import Verdict
from symcheck.language.interval import Interval
from symcheck.minimisers.exact import is_positive_on, margins
from symcheck.minimisers.prediction_verdict import Shown, Winners
from symcheck.minimisers.training import Training


def threshold_shown(
    training_at: Callable[[Fraction], Training],
    threshold: Fraction,
    inside: Fraction,
    clean: Winners,
    noisy: Winners,
    lambdas: Interval,
) -> Shown:
    """Whether, for every lambda, ``clean`` is predicted for rho < threshold and ``noisy`` above it.

    Parameters: ``training_at`` the training at a rate; ``inside`` a rate between threshold and (C - 1)/C.
    With a quadratic part that is the same for every label, the margins are affine in rho: one that is >= 0 at both
    ends of an interval and > 0 at a point of it is > 0 inside.
    """
    start = training_at(Fraction(0))
    end = Fraction(start.classes - 1, start.classes)
    last = training_at(end)
    if not (0 < threshold < inside < end and start.is_quadratic and start.is_strictly_convex):
        return Shown(Verdict.UNDECIDED, "the risk is not a convex quadratic, or the rates are not in order")
    # The law of the label is affine in rho, and so is the bend: equal at two rates, it is the same at all.
    if start.bend != last.bend:
        return Shown(Verdict.UNDECIDED, "the quadratic part of the risk depends on the label")
    middle, above = training_at(threshold), training_at(inside)
    holds = (
        all(is_positive_on(m, lambdas) for m in margins(start, clean))
        # At the threshold itself they tie: both predictions hold there weakly.
        and all(is_positive_on(m, lambdas, weakly=True) for m in margins(middle, clean))
        and all(is_positive_on(m, lambdas, weakly=True) for m in margins(middle, noisy))
        and all(is_positive_on(m, lambdas) for m in margins(above, noisy))
        and all(is_positive_on(m, lambdas, weakly=True) for m in margins(last, noisy))
    )
    by = f"the margins are affine in rho, and 0 is reached at rho = {threshold} first"
    return Shown(Verdict.PROVED if holds else Verdict.UNDECIDED, by)
