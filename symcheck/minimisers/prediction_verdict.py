"""What has been shown about the predictions of minimisers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symcheck.findings.finding import Trust
from symcheck.findings.verdict import Verdict

Winners = tuple[int, ...]
"""The predicted class of each point; classes count from 1."""


@dataclass(frozen=True)
class Shown:
    """Whether the minimiser predicts the winners for every lambda asked for, ``by`` what argument, on what trust.

    ``at`` is a lambda at which it does not, with REFUTED.
    """

    verdict: Verdict
    by: str
    trust: Trust = Trust.EXACT
    at: Fraction | None = None
