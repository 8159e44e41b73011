"""What no change of a kind can give, where that is a theorem (THEORY 2, 16)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from symcheck.certificates.certificate import Certificate
from symcheck.design.change import fails
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict

CLASSWISE = (
    "Impossible: to make the loss EXACT or SCALED for C >= 3 by adding a term that is linear in z and has no label in "
    "it, where the kappa_y differ: (kappa_y - kappa) o_y would have to be one vector for all y, and then all kappa_y "
    "are equal."
)

CONSTANT = "only losses that are constant in z are both"
"""Of convex and bounded."""

AFFINE = "only losses that are affine in z are both, and of these only constant ones are bounded below"
"""Of convex and symmetric."""

BOUNDED = f"Impossible: to keep the loss bounded and make it convex: {CONSTANT}."

SYMMETRIC = f"Impossible: to keep the loss convex and make its sum over the labels constant: {AFFINE}."


def impossible(certificate: Certificate) -> Iterator[str]:
    """What need not be looked for, one sentence each."""
    if certificate.problem.is_alone:
        if certificate.property(Condition.LOSS_CONVEX).verdict is Verdict.PROVED:
            yield SYMMETRIC
        return
    if not fails(certificate, Condition.LOSS_GRADIENT):
        return
    cases = (case for case in certificate.cases if case.tier is Tier.CLASSWISE)
    if any(case.classes.high is None or case.classes.high > 2 for case in cases):
        yield CLASSWISE
    if certificate.property(Condition.LOSS_BOUNDED).verdict is Verdict.PROVED:
        yield BOUNDED


def conflicts(wants: Collection[str]) -> Iterator[str]:
    """Which of the ``wants``, by their names, no certified loss meets together, or affine ones alone, in a sentence.

    >>> list(conflicts(["convex", "bounded"]))
    ['convex and bounded: only losses that are constant in z are both, and no constant loss is certified.']
    """
    if {"convex", "bounded"} <= set(wants):
        yield f"convex and bounded: {CONSTANT}, and no constant loss is certified."
    if {"convex", "symmetric"} <= set(wants):
        yield f"convex and symmetric: {AFFINE}."
