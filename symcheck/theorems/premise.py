"""Premises: what has to hold for l and g before a theorem says anything about them."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.step import Derivation
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.reason import Code, Reason


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
    def by_form(cls, statement: str, why: str, settle: str, found: Witness | None, fails: str) -> Premise:
        """One that the form does not show, which is ``why`` it is open; REFUTED, as ``fails``, if a point was found."""
        if found is not None:
            return cls(statement, Verdict.REFUTED, fails, witness=found)
        return cls(statement, Verdict.UNDECIDED, why, reason=Reason(Code.SIGN_UNKNOWN, why, settle))

    @classmethod
    def of(cls, finding: Finding) -> Premise:
        """The premise that a finding is about."""
        f = finding
        return cls(f.condition.value, f.verdict, f.detail, f.derivation, f.witness, f.reason, f.condition)
