"""Trials: what a kind of input gives the campaign, and what a trial of it finds.

A kind is a module of ``benchmarks.soundness.kinds`` with

    def trial(rng: random.Random, index: int) -> Trial

that makes the trial with this number, from ``rng`` alone, so that it can be made again.  Adding a kind is adding such
a module; what it tries need not be a pair (l, g).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass


class Skipped(Exception):
    """This kind of input needs something that is not installed."""


@dataclass(frozen=True)
class Wrong:
    """A false ``statement``: what was ``said`` of ``where``, and what is true."""

    statement: str
    said: str
    truth: str
    where: str = ""

    def __str__(self) -> str:
        place = f" at {self.where}" if self.where else ""
        return f"{self.statement}{place}: said {self.said}; true is {self.truth}"


@dataclass(frozen=True)
class Outcome:
    """``answer``: the verdict with its reasons, or the kind of error; ``seconds`` that it took.

    ``wrong`` are the false statements; ``judged`` and ``not_judged`` count the statements that were compared with
    the truth, and those that could not be; ``unread`` are texts that say where a row holds and could not be read.
    """

    answer: str
    seconds: float
    wrong: tuple[Wrong, ...] = ()
    judged: int = 0
    not_judged: int = 0
    unread: frozenset[str] = frozenset()


class Trial(ABC):
    """One input."""

    @property
    @abstractmethod
    def text(self) -> str:
        """The input as a reader can write it again."""

    @abstractmethod
    def run(self) -> Outcome:
        """What comes of it."""

    def smaller(self) -> tuple[Trial, ...]:
        """Simpler inputs that may show the same."""
        return ()
