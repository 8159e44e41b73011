"""Losses whose Hessian at 0 is the same for every label, on which orders of convergence rest (THEORY 5)."""

from symcheck.conditions.everywhere.label_free import label_free_finding as finding
from symcheck.findings.condition import Condition

CONDITION = Condition.LOSS_HESSIAN_LABEL_FREE
ABOUT = "loss"

__all__ = ["ABOUT", "CONDITION", "finding"]
