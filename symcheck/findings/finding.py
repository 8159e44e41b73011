"""Findings: one condition, what is known of it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from symcheck.findings.step import Derivation
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.reason import Reason


class Trust(Enum):
    """What a finding rests on."""

    EXACT = "exact"
    """Canonical forms only."""
    BALL = "exact+ball"
    """Canonical forms and rigorous interval arithmetic."""


class Condition(Enum):
    """The conditions that a certificate decides, by the short name that theorems refer to."""

    LOSS_SMOOTH = "l(., y) is twice continuously differentiable near 0"
    LOSS_GRADIENT = "grad l(0, y) = kappa grad l_MUH(0, y) with kappa > 0"
    LOSS_GRADIENT_SUM = "the sum over y of grad l(0, y) is 0"
    REGULARIZER_SMOOTH = "g is twice continuously differentiable near 0"
    REGULARIZER_GRADIENT = "grad g(0) = 0"
    REGULARIZER_CURVATURE = "D^2 g(0) is positive definite"
    SHIFT_INVARIANT = "l and g do not change under z + t(1, ..., 1)"
    LOSS_SYMMETRIC = "sum_y l(z, y) does not depend on z"
    LOSS_CONVEX = "l(., y) is convex for every y"
    REGULARIZER_CONVEX = "g is convex"
    LOSS_BOUNDED = "l is bounded"
    LOSS_BOUNDED_BELOW = "l is bounded below"
    MINIMISERS_HELD = "minimisers are held: on finite samples and closed cones some exist for small alpha, near 0"
    REFERENCE_CURVATURE = "D^2 g(0) is positive definite on outputs with z_C = 0"
    REGULARIZER_POSITIVE = "g(z) > 0 for z != 0"
    LOSS_HESSIAN_LABEL_FREE = "D^2 l(0, y) is the same for every y"

    def __str__(self) -> str:
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True)
class Finding:
    """``condition`` is ``verdict`` in the whole scope, by ``derivation``; with a witness or a reason if not PROVED.

    ``detail`` is the sentence a reader is shown: what was found, in which part of the scope.
    """

    condition: Condition
    verdict: Verdict
    detail: str
    trust: Trust = Trust.EXACT
    derivation: Derivation = ()
    witness: Witness | None = None
    reason: Reason | None = None
