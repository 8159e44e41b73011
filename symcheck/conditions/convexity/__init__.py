"""Convexity of losses and regularizers on the whole space: a normal form, rules of composition, refuting points."""

from symcheck.conditions.convexity.finding import convexity_finding

__all__ = ["convexity_finding"]
