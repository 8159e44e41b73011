"""The gradient of a preference loss where both scores are 0, part by part of the scope: kappa and the drift c.

d f/d chosen = -kappa/2 + c and d f/d rejected = kappa/2 + c at (0, 0); in h alone c = 0 and phi'(0) = -kappa/2.
"""

from __future__ import annotations

from symcheck.certificates.preferences.asked import Asked
from symcheck.conditions.gradient.gradient_form import GradientForm
from symcheck.field.signs.sign import Kind
from symcheck.findings.tier import Tier

BACKWARDS = "the gradient is kappa times that of DPO with beta = 1, kappa < 0: it points to the rejected answer"
"""What is said of a gradient that is so in the whole scope."""


def forms(asked: Asked) -> tuple[GradientForm | None, ...]:
    """The form of the gradient in each part of the scope, None where there is none or it is open."""
    found = tuple(report.form for _, report in asked.material.loss.parts)
    return found or (None,)


def is_free_of_drift(form: GradientForm | None) -> bool:
    """Whether c = 0 in the whole part."""
    return form is not None and form.single


def kinds_of_kappa(asked: Asked) -> frozenset[Kind]:
    """The signs that kappa has in the parts of the scope where there is a gradient."""
    return frozenset(form.sign(form.kappa).kind for form in forms(asked) if form is not None)


def gradient_in_words(asked: Asked) -> str:
    """What the gradient where both scores are 0 is, in a sentence."""
    tier = asked.material.loss.tier
    if tier is Tier.FAIL and all(map(is_free_of_drift, forms(asked))) and kinds_of_kappa(asked) == {Kind.NEGATIVE}:
        return BACKWARDS
    return "it is open what the gradient is" if tier is None else _TIERS[tier]


_TIERS = {
    Tier.EXACT: "the gradient is that of DPO with beta = 1",
    Tier.SCALED: "the gradient is kappa times that of DPO with beta = 1, kappa > 0",
    Tier.SYMLIN: "the gradients of the two labels add up to 0",
    Tier.QUOTIENT: "the gradient has a drift, the same for both scores, beside kappa > 0, at least somewhere",
    Tier.CLASSWISE: "the two labels carry different weights",
    Tier.ZERO: "the gradient vanishes, at least somewhere",
    Tier.NONDIFF: "there is no gradient, at least somewhere",
    Tier.FAIL: "at least somewhere the gradient points to the rejected answer, kappa < 0, or is a drift alone",
}
