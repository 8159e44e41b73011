"""A lambda that was chosen, with all that were tried."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from numerics.finite.choose.candidate import Candidate
from numerics.finite.choose.rule import Choice
from numerics.finite.result import Result
from symcheck.arguments.public import public
from symcheck.render.block import Block, Item, Items, Table, Title

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CERTIFIED = (
    "the share of the samples whose prediction is shown to be the same with the clean labels and with their exact "
    "noisy law, at this lambda"
)
_FORECAST = "at the test points, in the mean over {} draws of the training labels, with the standard error of that mean"
_BIASED = (
    "the labels are noisy, so that nothing is certified: that compares with predictions from clean labels.  Nor is "
    "anything forecast: a forecast draws noise on top of the labels, which would be there twice, and "
    "would compare with noisy labels"
)


@public
@final
@dataclass(frozen=True, repr=False)
class ChosenLambda(Result):
    """The lambda that was chosen for the ``pair`` on ``data``, of ``candidates``, for uniform noise of rate ``rho``.

    ``has_clean_labels`` says what the labels of the data are; ``level`` is what ``certified`` rests on, "" where
    nothing is; ``samples`` and ``points`` count the training and the test part, ``draws`` those of a forecast;
    ``share`` is what has to be certified, and ``choice`` says by which rule the lambda was taken; ``notes`` say
    what a reader has to know of the data.

    >>> import symcheck as sc
    >>> from numerics import choose_lambda
    >>> found = choose_lambda(sc.certify("cross_entropy", "l2"), "iris", rho=0.2, lambdas=[0.1, 1, 10], draws=20)
    >>> found.lambda_, found.choice.candidate == found.candidates[0]
    (0.1, True)
    """

    pair: str
    data: str
    rho: float
    has_clean_labels: bool
    samples: int
    points: int
    draws: int
    share: float
    level: str
    candidates: tuple[Candidate, ...]
    choice: Choice
    notes: tuple[str, ...] = ()

    @property
    def lambda_(self) -> float | None:
        """The lambda that was chosen, None if none could be."""
        return None if self.choice.candidate is None else self.choice.candidate.lambda_

    @property
    def figure(self) -> Figure:
        """The columns of the table against lambda."""
        from numerics.finite.choose.choice_figure import choice_figure

        return choice_figure(
            self.candidates, self.lambda_, f"{self.pair} on {self.data}", f"uniform noise, rho = {self.rho:g}"
        )

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        return {
            "pair": self.pair, "data": self.data, "rho": self.rho, "samples": self.samples, "points": self.points,
            "draws": self.draws, "share": self.share, "level": self.level, "lambda": self.lambda_,
            "labels": "clean" if self.has_clean_labels else "noisy", "rule": self.choice.rule, "but": self.choice.but,
            "candidates": [c.to_record() for c in self.candidates],
        }  # fmt: skip

    def blocks(self) -> Iterator[Block]:
        """The choice, all that were tried, and what each column is."""
        chosen = "none" if self.lambda_ is None else f"{self.lambda_:g}"
        yield Title((f"lambda = {chosen} for {self.pair} on {self.data}, uniform noise, rho = {self.rho:g}",))
        yield Table(self._head, tuple(tuple((cell,) for cell in self._row(c)) for c in self.candidates))
        told = {
            "rule": self.choice.rule,
            "but": self.choice.but,
            "contradiction": self._contradiction,
            "certified": f"{_CERTIFIED} ({self.level})" if self.level else "",
            "forecast": _FORECAST.format(self.draws) if self._has_forecast else "",
            "one standard error": self._error_said,
            "noisy labels": self._validation_said,
            "not known": self._unknown,
            "labels": "" if self.has_clean_labels else _BIASED,
            "holds for": "uniform noise of one known rate, independent labels, the features as given and a bias",
            "data": "; ".join(self.notes),
        }
        yield Items(tuple(Item(label, (line,)) for label, line in told.items() if line))

    @property
    def _has_forecast(self) -> bool:
        return any(c.accuracy is not None for c in self.candidates)

    @property
    def _head(self) -> tuple[str, ...]:
        forecast = ("certified", "agreement", "accuracy") if self.has_clean_labels else ()
        return ("", "lambda", *forecast, "right on noisy labels", "by clean labels", "interval")

    def _row(self, c: Candidate) -> tuple[str, ...]:
        forecast = (
            "" if c.certified is None else _percent(c.certified),
            "" if c.agreement is None else c.agreement.text,
            "" if c.accuracy is None else c.accuracy.text,
        )
        seen = c.validation
        shown = ("", "", "") if seen is None else (
            f"{float(seen.noisy):.4f}", f"{seen.value:.4f}", f"{seen.low:.4f} to {seen.high:.4f}"
        )  # fmt: skip
        mark = "chosen" if c is self.choice.candidate else ""
        return (mark, f"{c.lambda_:g}", *(forecast if self.has_clean_labels else ()), *shown)

    @property
    def _error_said(self) -> str:
        best = max((c for c in self.candidates if c.score is not None), key=lambda c: c.score or 0.0, default=None)
        if best is None:
            return ""
        what = "forecast" if best.accuracy is not None else "on noisy labels"
        also = " and the draws" if best.accuracy is not None else ""
        return (
            f"{best.standard_error:.4f}, of the best, {best.score:.4f} {what} at lambda = {best.lambda_:g}: that of "
            f"{best.points} test points{also}, as an estimate for other points"
        )

    @property
    def _validation_said(self) -> str:
        if not any(c.validation is not None for c in self.candidates):
            return ""
        made = "one draw of noisy labels for all samples" if self.has_clean_labels else "the labels as given"
        chosen_by = (
            "" if self.has_clean_labels
            else " for a lambda that is fixed before: the one that is chosen by these labels looks better than it is"
        )  # fmt: skip
        return (
            f"{made}: a fit to those of {self.samples} samples, the share of {self.points} others whose noisy label it "
            f"predicts, and the accuracy by clean labels that this is, with confidence 0.95{chosen_by}"
        )

    @property
    def _contradiction(self) -> str:
        """What the noisy labels say against the rate, at the lambda that was chosen."""
        candidate = self.choice.candidate
        return "" if candidate is None or candidate.validation is None else candidate.validation.contradiction

    @property
    def _unknown(self) -> str:
        last = max((c for c in self.candidates if c.why), key=lambda c: c.lambda_, default=None)
        return "" if last is None else f"anything, up to lambda = {last.lambda_:g}: {last.why}"


def _percent(share: float) -> str:
    """In percent, rounded down, so that 100 is said of all alone."""
    return f"{math.floor(share * 1000 + 1e-9) / 10:.1f}%"
