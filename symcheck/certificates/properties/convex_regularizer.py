"""Convex regularizers, whose stationary points are minima."""

from symcheck.conditions.convexity.finding import convex_regularizer as finding
from symcheck.findings.finding import Condition

CONDITION = Condition.REGULARIZER_CONVEX
ABOUT = "regularizer"
OF_A_FUNCTION = True

__all__ = ["ABOUT", "CONDITION", "OF_A_FUNCTION", "finding"]
