"""Symmetric losses: sum_y l(z, y) does not depend on z (Ghosh, Kumar, Sastry 2017)."""

from symcheck.conditions.everywhere.symmetric import symmetry_finding as finding
from symcheck.findings.condition import Condition

CONDITION = Condition.LOSS_SYMMETRIC
ABOUT = "loss"

__all__ = ["ABOUT", "CONDITION", "finding"]
