"""Findings: one condition, what is known of it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from symcheck.findings.condition import Condition
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
    CHECKED = "checked"
    """A proof that the small checker, ``symcheck.proof.check``, has verified."""


@dataclass(frozen=True)
class Finding:
    """``condition`` is ``verdict`` in the scope, by ``derivation``; with a ``witness`` or a ``reason`` if not PROVED.

    ``detail`` is the sentence a reader is shown: what was found, in which part of the scope, and ``trust`` what that
    rests on.
    """

    condition: Condition
    verdict: Verdict
    detail: str
    trust: Trust = Trust.EXACT
    derivation: Derivation = ()
    witness: Witness | None = None
    reason: Reason | None = None


def not_derived(condition: Condition, reason: Reason) -> Finding:
    """The open finding on a ``condition`` that could not be derived, for ``reason``."""
    return Finding(condition, Verdict.UNDECIDED, "not derived", reason=reason)
