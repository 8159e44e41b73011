"""Convex losses: l(., y) for every label y."""

from symcheck.conditions.convexity.finding import convex_loss as finding
from symcheck.findings.condition import Condition

CONDITION = Condition.LOSS_CONVEX
ABOUT = "loss"

__all__ = ["ABOUT", "CONDITION", "finding"]
