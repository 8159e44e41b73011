"""What of an answer stands behind its verdict: the cases of each verdict, and the finding that decides it."""

from __future__ import annotations

from symcheck.certificates.answer import Answer
from symcheck.findings.case import Case
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.verdict import Verdict


def verdict_groups(c: Answer, *, is_special: bool = False) -> list[tuple[Verdict, list[Case]]]:
    """The cases by verdict, PROVED first; special cases inside of others only if ``is_special``."""
    cases = [case for case in c.cases if is_special or not case.is_special]
    order = (Verdict.PROVED, Verdict.REFUTED, Verdict.UNDECIDED)
    found = [(verdict, [case for case in cases if case.verdict is verdict]) for verdict in order]
    return [(v, group) for v, group in found if group]


def deciding_finding(c: Answer) -> Finding | None:
    """The first finding that decides the verdict of ``c``, None where it is PROVED (no gauge decides one)."""
    found = [f for f in c.findings if f.verdict is c.verdict and (f.witness or f.reason)]
    # Invariance under shifts only says on which space the rest is stated: on R^C its failure decides nothing.
    needed = [f for f in found if c.quotient or f.condition is not Condition.SHIFT_INVARIANT]
    return next(iter(needed or found), None)
