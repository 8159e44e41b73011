"""The campaign: trials of every kind in turn, until the time is up."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.soundness.kinds import kinds, trial_of
from benchmarks.soundness.trial import Outcome, Skipped, Trial, Wrong

SMALLER_SECONDS = 10.0
"""A wrong one is made smaller for at most so long."""


@dataclass(frozen=True)
class Fault:
    """A trial that found false statements, and how it is made again."""

    kind: str
    index: int
    trial: Trial
    wrong: tuple[Wrong, ...]
    smallest: Trial | None = None


@dataclass
class Record:
    """What a campaign has found so far: ``answers`` by kind, times, and the ``faults``."""

    answers: dict[str, Counter[str]] = field(default_factory=dict)
    seconds: list[tuple[float, str, int]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    judged: int = 0
    not_judged: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    is_interrupted: bool = False

    @property
    def trials(self) -> int:
        """How many trials were run."""
        return len(self.seconds)

    def add(self, kind: str, index: int, outcome: Outcome) -> None:
        """Count ``outcome``."""
        self.answers.setdefault(kind, Counter())[outcome.answer] += 1
        self.seconds.append((outcome.seconds, kind, index))
        self.judged += outcome.judged
        self.not_judged += outcome.not_judged
        self.unread.update(outcome.unread)


def run(
    seed: int, seconds: float, only: Sequence[str] = (), *, first: int = 0, most: int | None = None
) -> Iterator[Record]:
    """The record after each trial; one trial of each kind in turn, at most ``most`` of each, from ``first`` on.

    An interrupt ends it: the last record says so.
    """
    record = Record()
    names = [name for name in kinds() if not only or name in only]
    deadline = time.monotonic() + seconds
    index = first
    try:
        while names and time.monotonic() < deadline and (most is None or index < first + most):
            for name in list(names):
                if time.monotonic() >= deadline:
                    break
                try:
                    _try(record, name, seed, index)
                except Skipped as reason:
                    record.skipped[name] = str(reason)
                    names.remove(name)
                yield record
            index += 1
    except KeyboardInterrupt:
        record.is_interrupted = True
    yield record


def _try(record: Record, name: str, seed: int, index: int) -> None:
    trial = trial_of(name, seed, index)
    outcome = outcome_of(trial)
    record.add(name, index, outcome)
    if outcome.wrong:
        record.faults.append(Fault(name, index, trial, outcome.wrong))


def outcome_of(trial: Trial) -> Outcome:
    """What comes of ``trial``; an exception that is no answer is wrong as well."""
    start = time.perf_counter()
    try:
        return trial.run()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is found here and reported
        name = type(error).__name__
        said = Wrong("crash", f"{name}: {error}", "an answer, or an error that names the argument")
        return Outcome(f"crash: {name}", time.perf_counter() - start, (said,))


def smallest(fault: Fault, seconds: float = SMALLER_SECONDS) -> Trial:
    """A smaller trial that shows one of the same false statements, as small as was found in that time."""
    wanted = {w.statement for w in fault.wrong}
    found, deadline = fault.trial, time.monotonic() + seconds
    is_smaller = True
    while is_smaller and time.monotonic() < deadline:
        is_smaller = False
        for trial in found.smaller():
            if time.monotonic() >= deadline:
                break
            if wanted & {w.statement for w in outcome_of(trial).wrong}:
                found, is_smaller = trial, True
                break
    return found
