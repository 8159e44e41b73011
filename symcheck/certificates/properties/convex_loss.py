"""Convex losses: for every label y, l(., y) is convex in z on all of R^C."""

from symcheck.conditions.convexity.finding import convex_loss as finding
from symcheck.findings.condition import Condition

CONDITION = Condition.LOSS_CONVEX
ABOUT = "loss"

__all__ = ["ABOUT", "CONDITION", "finding"]
