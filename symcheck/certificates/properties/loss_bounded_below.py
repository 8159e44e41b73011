"""Losses that are bounded below, on which the existence of minimisers rests (THEORY 11)."""

from symcheck.conditions.existence.fall import bounded_below_finding as finding
from symcheck.findings.condition import Condition

CONDITION = Condition.LOSS_BOUNDED_BELOW
ABOUT = "loss"

__all__ = ["ABOUT", "CONDITION", "finding"]
