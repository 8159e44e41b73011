"""Convex regularizers: g is convex on all of R^C, so that its stationary points are minima."""

from symcheck.conditions.convexity.finding import convex_regularizer as finding
from symcheck.findings.condition import Condition

CONDITION = Condition.REGULARIZER_CONVEX
ABOUT = "regularizer"

__all__ = ["ABOUT", "CONDITION", "finding"]
