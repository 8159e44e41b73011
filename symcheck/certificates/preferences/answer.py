"""Answers about a preference loss: one question each, with what it is about and why."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.reason import Reason


@dataclass(frozen=True)
class PreferenceAnswer:
    """The ``statement`` called ``name`` is ``verdict`` for the models that it is ``about``: ``detail`` says why.

    REFUTED means that the statement is false somewhere in the scope, with a ``witness`` where there is a point to
    evaluate; UNDECIDED has a ``reason``.  ``assumptions`` on models and data stay open.  One that ``decides`` is enough
    for the verdict of the certificate.  ``degree``: the k of minimisers that flips multiply by (1 - 2 eps)^(1/(k - 1)).
    """

    name: str
    statement: str
    about: str
    verdict: Verdict = Verdict.UNDECIDED
    detail: str = "not derived"
    assumptions: tuple[str, ...] = ()
    witness: Witness | None = None
    reason: Reason | None = None
    decides: bool = True
    degree: Fraction | None = None
