"""Models of which answers about preference losses speak, in words: which of them are cones of scores.

A log-linear policy has log pi(a | x) = theta'phi(x, a) - A(theta, x).  In h the A cancels, so that its differences of
log ratios are a linear space; each log ratio by itself keeps A(theta) - A(theta_ref), which no cone has.
"""

from __future__ import annotations

from symcheck.certificates.preferences.asked import Asked

EVERY = "every model of the scores, policy networks too"

NETWORKS = "reward models and policies, networks too, that are smooth near a point at which all scores are 0"


def cones(asked: Asked) -> str:
    """The models whose scores are a cone, as the loss and the penalty read them."""
    if not asked.is_in_margin:
        return "linear reward models; not policies, whose log partition function stays in each of the two scores"
    if asked.preference.reference_free:
        return "linear reward models; not policies whose log-likelihoods are divided by the length of the answer"
    return "linear reward models, and log-linear policies where h is the difference of log ratios to the reference"


def at_the_reference(asked: Asked) -> str:
    """The models whose first step is spoken of."""
    where = "h = 0" if asked.preference.in_margin else "both scores are 0"
    return f"every model that is differentiable at the reference, where {where}"
