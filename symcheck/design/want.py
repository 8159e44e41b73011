"""What a want is: a statement about a certified pair, and how it is decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symcheck.budget import Budget, stopping
from symcheck.certificates.certificate import Certificate
from symcheck.conditions.everywhere.bounded import range_of
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.reason import Undecided

WORDS = {Verdict.PROVED: "yes", Verdict.REFUTED: "no", Verdict.UNDECIDED: "open"}
"""Answers as a table has them."""


@dataclass(frozen=True)
class Answered:
    """Whether the want ``name`` is met: PROVED, REFUTED or UNDECIDED, and ``why``."""

    name: str
    verdict: Verdict
    why: str

    @property
    def word(self) -> str:
        """``yes``, ``no`` or ``open``."""
        return WORDS[self.verdict]


@dataclass(frozen=True)
class Want:
    """What is wished: its ``name``, the ``statement`` about l or the pair, and what it is ``decided`` by.

    ``decided`` is asked of pairs that are PROVED at one C only, and once for all penalties if it is ``about_loss``.
    """

    name: str
    statement: str
    decided: Callable[[Certificate], tuple[Verdict, str]]
    about_loss: bool = True

    def answered(self, certificate: Certificate) -> Answered:
        """Whether the pair of ``certificate`` meets it."""
        verdict, why = self.decided(certificate)
        return Answered(self.name, verdict, why)


def by_condition(certificate: Certificate, condition: Condition) -> tuple[Verdict, str]:
    """What the certificate finds of ``condition``, with its detail or the reason why it is open."""
    found = certificate.property(condition)
    return found.verdict, found.detail or str(found.reason)


def is_function(certificate: Certificate) -> bool:
    """Whether l has no detached part, so that what is derived at 0 is the gradient of l.

    That of a pair that is PROVED is not 0, for one label at least: l is not constant.
    """
    return not certificate.loss.formula.detaches


def has_bounds(certificate: Certificate) -> bool:
    """Whether the range of l for all z has two ends, which is all that is needed of the bounds of a bounded loss."""
    formula = certificate.loss.formula
    try:
        with Budget.share(certificate.origin.seconds).in_force() as budget, stopping():
            return range_of(formula, certificate.scope.of(formula), budget).range.is_bounded
    except Undecided:
        return False
