"""Bounded losses: for each label |l(z, y)| has a bound for all z."""

from symcheck.conditions.everywhere.bounded import boundedness_finding as finding
from symcheck.findings.condition import Condition

CONDITION = Condition.LOSS_BOUNDED
ABOUT = "loss"

__all__ = ["ABOUT", "CONDITION", "finding"]
