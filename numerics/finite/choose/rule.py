"""The rule by which one of several lambda is taken, and what is said of the choice.

Two things are wanted: accuracy under the noise, and predictions that the noise does not move.  Accuracies that differ
by less than their standard error cannot be told apart, so that among the best ones the second decides; and beyond what
is asked for, a larger lambda buys nothing and takes outputs nearer to 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from numerics.finite.choose.candidate import Candidate


@dataclass(frozen=True)
class Choice:
    """The ``candidate`` that is taken, None if none can be, ``rule`` in words, and what else is to be said: ``but``."""

    candidate: Candidate | None
    rule: str
    but: str = ""


def chosen(candidates: Sequence[Candidate], share: float, *, has_limit: bool = False) -> Choice:
    """The lambda that a careful person takes: see ``by_forecast`` and ``by_validation``.

    Parameters: ``candidates`` in the order of their lambda, ``share`` in (0, 1] of the samples, to be certified;
    ``has_limit`` says that the pair is certified to have one limit under clean and noisy labels.
    """
    known = [c for c in candidates if c.score is not None]
    if not known:
        return Choice(None, "none: of no lambda is anything known", candidates[-1].why if candidates else "")
    best = max(known, key=lambda c: c.score or 0.0)
    near = [c for c in known if (c.score or 0.0) >= (best.score or 0.0) - best.standard_error]
    return (
        by_forecast(near, share) if best.accuracy is not None else by_validation(near, known[-1], has_limit=has_limit)
    )


def by_forecast(near: Sequence[Candidate], share: float) -> Choice:
    """With clean labels: the smallest lambda within one standard error of the best, with ``share`` certified.

    Where none of these has so much certified, the one with the most.
    """
    rule = (
        "the smallest lambda whose forecast accuracy is within one standard error of the best, and at which "
        f"{_percent(share)} of the samples are certified"
    )
    enough = [c for c in near if (c.certified or 0.0) >= share]
    if enough:
        return Choice(enough[0], rule)
    most = max(near, key=lambda c: c.certified or 0.0)
    if most.certified is None:
        return Choice(
            near[0],
            "the smallest lambda whose forecast accuracy is within one standard error of the best",
            "nothing is certified: no bound is known for this pair",
        )
    return Choice(
        most,
        "the lambda with the most samples certified, of those whose forecast accuracy is within one standard error of "
        "the best",
        f"at none of these {_percent(share)} of the samples are certified: what noise does to the others is forecast "
        "and not known",
    )


def by_validation(near: Sequence[Candidate], last: Candidate, *, has_limit: bool) -> Choice:
    """Without clean labels: the largest lambda within one standard error of the best on noisy labels.

    Nothing can be certified.  Of what cannot be told apart, the largest lambda is nearest to the limit, which exact
    noise does not move if the pair ``has_limit``.
    """
    end = "it is the largest that was tried: larger ones may do as well" if near[-1].lambda_ == last.lambda_ else ""
    rule = (
        "the largest lambda whose accuracy on the noisy labels of other samples is within one standard error of the "
        "best: of those it is nearest to the limit, "
    )
    if has_limit:
        return Choice(near[-1], rule + "where exact noise moves no prediction that is not a tie", end)
    return Choice(near[-1], rule + "which exact noise is not shown to leave as it is for this pair", end)


def _percent(share: float) -> str:
    """As it was given, not rounded to whole percents."""
    return f"{100 * share:.10g}%"
