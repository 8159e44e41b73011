"""Trials of known counterexamples: the classes that are proved beside those that training finds, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from numerics.runs.agreement import Outcome
from symcheck.minimisers.prediction_verdict import Winners
from symcheck.render.block import Block, Line, Paragraph, Strong, Table, Title
from symcheck.render.page import Page
from symcheck.render.prose import line_of

UNDECIDED = 0
"""The class of a point whose leading score is not ahead by more than the solver's error."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One training of a ``case`` at ``rho`` and ``lambda_``: the classes ``predicted`` and ``found``: (clean, noisy).

    ``part`` names what is trained: "" for the case itself, else a control or a side of a threshold; a class that was
    found is 0 where training leaves it open.
    """

    case: str
    part: str
    rho: Fraction
    lambda_: Fraction
    predicted: tuple[Winners, Winners]
    found: tuple[Winners, Winners]

    @property
    def agrees(self) -> bool:
        """Whether every class was found, and is the one predicted."""
        return self.found == self.predicted


@dataclass(frozen=True)
class KnownCounterexamples(Page):
    """The ``trials`` of one or more cases, and the names of those ``without_minimiser`` at lambda = 0.

    >>> from numerics import known_counterexamples
    >>> len(known_counterexamples("square_on_a_line").trials)
    20

    Source: docs/theory.md, section 10.
    """

    trials: tuple[Trial, ...]
    without_minimiser: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether all trials do."""
        return all(trial.agrees for trial in self.trials)

    @property
    def outcome(self) -> Outcome:
        """Contradicts if some class is another one, else inconclusive if some was not found, else agrees."""
        found = [trial for trial in self.trials if not trial.agrees]
        if any(_contradicts(trial) for trial in found):
            return Outcome.CONTRADICTS
        return Outcome.INCONCLUSIVE if found else Outcome.AGREES

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, and why."""
        if not self.without_minimiser:
            return ()
        names = ", ".join(self.without_minimiser)
        return (f"lambda = 0 is left out of {names}: without a penalty the loss of the clean labels has no minimiser",)

    def only(self, case: str) -> tuple[Trial, ...]:
        """The trials of one ``case``."""
        return tuple(trial for trial in self.trials if trial.case == case)

    def to_rows(self) -> list[dict[str, object]]:
        """One dictionary for each trial, as ``pandas.DataFrame`` takes them."""
        return [
            {
                "case": t.case, "part": t.part, "rho": float(t.rho), "lambda": float(t.lambda_),
                "predicted_clean": t.predicted[0], "predicted_noisy": t.predicted[1],
                "found_clean": t.found[0], "found_noisy": t.found[1], "agrees": t.agrees,
            }
            for t in self.trials
        ]  # fmt: skip

    def to_record(self) -> dict[str, object]:
        """The trials as plain values for JSON."""
        return {"outcome": str(self.outcome), "trials": self.to_rows(), "notes": list(self.notes)}

    def __repr__(self) -> str:
        return f"<KnownCounterexamples {len(self.trials)} trials: {self.outcome}>"

    def blocks(self) -> Iterator[Block]:
        """How many trials agree, and the trials; neighbours that differ in lambda alone share a line."""
        cases = len({trial.case for trial in self.trials})
        wrong = sum(not trial.agrees for trial in self.trials)
        told = f"{wrong} of {len(self.trials)} trials do not agree" if wrong else "all trials agree"
        counted = f"{cases} counterexample{'' if cases == 1 else 's'} in {len(self.trials)} trials"
        yield Title((f"{counted}, predicted beside trained: ", Strong(told)))
        yield Table(("case", "rho", "lambda", "predicted", "found", "agrees"), tuple(self._lines()))
        for note in self.notes:
            yield Paragraph(line_of(note))

    def _lines(self) -> Iterator[tuple[Line, ...]]:
        def alike(t: Trial) -> tuple[object, ...]:
            return t.case, t.part, t.rho, t.predicted, t.found

        for _, group in groupby(self.trials, key=alike):
            trials = list(group)
            first = trials[0]
            name = f"{first.case}, {first.part}" if first.part else first.case
            lambdas = ", ".join(f"{float(t.lambda_):g}" for t in trials)
            agrees: Line = ("yes",) if first.agrees else (Strong("no"),)
            yield (name,), (str(first.rho),), (lambdas,), (_turn(first.predicted),), (_turn(first.found),), agrees


def _contradicts(trial: Trial) -> bool:
    pairs = zip(trial.predicted, trial.found, strict=True)
    # A class that training leaves open contradicts nothing.
    return any(g not in (f, UNDECIDED) for p, q in pairs for f, g in zip(p, q, strict=True))


def _turn(winners: Sequence[Winners]) -> str:
    """(1, 2) -> (1, 3), with ? for what training leaves open."""
    return " -> ".join(f"({', '.join('?' if c == UNDECIDED else str(c) for c in row)})" for row in winners)
