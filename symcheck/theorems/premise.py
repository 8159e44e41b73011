"""Premises: what has to hold for l and g before a theorem says anything about them."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.derivation import Derivation
from symcheck.finding import Condition, Finding
from symcheck.reason import Reason
from symcheck.verdict import Verdict
from symcheck.witness import Witness


@dataclass(frozen=True)
class Premise:
    """``statement`` is ``verdict`` in the whole scope: ``detail`` says why, ``derivation`` how.

    The ``witness`` is a point where it fails, the ``reason`` why it is open.  ``condition`` if it is one of those
    that certificates decide.
    """

    statement: str
    verdict: Verdict
    detail: str
    derivation: Derivation = ()
    witness: Witness | None = None
    reason: Reason | None = None
    condition: Condition | None = None

    @classmethod
    def of(cls, finding: Finding) -> Premise:
        """The premise that a finding is about."""
        f = finding
        return cls(f.condition.value, f.verdict, f.detail, f.derivation, f.witness, f.reason, f.condition)
