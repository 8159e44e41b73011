"""Sampled labels: what a draw does to the limit, which is the variance of the labels and no failure of the pair.

S = kappa P (e - 1/C) H^(-1) for labels e that are drawn independently from their noisy laws p, S_clean for the clean
ones: the mean of S over all draws is a S_clean, and what a draw adds, kappa P (e - p) H^(-1), does not depend on alpha.
"""

from __future__ import annotations

import math

import torch

from numerics.confirmations.experiment import Experiment
from numerics.confirmations.measure import predicted_classes
from numerics.confirmations.predict import Expected
from numerics.noise.laws import noisy_law


def sampling_notes(expected: Expected) -> list[str]:
    """How many labels a draw has changed, and how far from the clean limit it leads by itself."""
    here, samples = expected.experiment, expected.experiment.family.samples
    drawn = (
        f"the labels were drawn with seed {here.seed}: {here.changed} of {samples} are not the clean ones, a rate of "
        f"{here.changed / samples:.4f} where {here.rho:g} was asked for"
    )
    if here.claim.power != 1:
        return [drawn]  # the limit is not linear in the labels, and has no such mean
    mean, s = here.a * here.claimed_limit(here.clean), here.claimed_limit(here.noisy)
    size = float(mean.norm())
    differ = int((predicted_classes(expected, mean) != predicted_classes(expected, s)).sum())
    apart = (
        f"their limit S lies {float((s - mean).norm()) / size:.3f}, relatively, from a S of the clean labels, which "
        f"is its mean over all draws (root of the mean square: {spread(here) / size:.3f}), and {differ} of {samples} "
        "predicted classes differ there; this is the variance of the labels and no failure of the pair: with exact "
        "noise both are 0"
    )
    return [drawn, apart]


def spread(experiment: Experiment) -> float:
    """The root of the mean of ||S - a S_clean||^2 over all draws of the labels."""
    family, claim = experiment.family, experiment.claim
    law = noisy_law(experiment.clean, experiment.rho)
    inverse = torch.linalg.inv(family.restricted(claim.hessian.to(law)))
    return claim.kappa * math.sqrt(family.scatter(inverse @ inverse, law))
