"""The effort that one sign may take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

MOST_RUNGS = 150
"""Irreducible polynomials looked at for one sign, before it is left unknown."""

MOST_HALVINGS = 6
"""A box is halved so many times, one after the other."""


class Exhausted(Exception):
    """The ladder has used up its effort."""


class Effort:
    """What is left to spend on one sign, shared with the fields that are narrowed on the way."""

    __slots__ = ("depth", "halvings", "is_running", "left")

    def __init__(self) -> None:
        self.left = MOST_RUNGS
        self.depth = self.halvings = 0
        self.is_running = False

    @contextmanager
    def whole_boxes(self) -> Iterator[None]:
        """No box is cut into halves meanwhile."""
        halvings, self.halvings = self.halvings, MOST_HALVINGS
        try:
            yield
        finally:
            self.halvings = halvings

    @contextmanager
    def climb(self, rungs: int | None = None) -> Iterator[None]:
        """Begin with ``rungs`` (those of one sign), or go on with what an outer climb has left."""
        outer, depth, halvings = self.is_running, self.depth, self.halvings
        if not outer:
            self.is_running, self.left = True, MOST_RUNGS if rungs is None else rungs
        try:
            yield
        finally:
            self.is_running, self.depth, self.halvings = outer, depth, halvings

    def spend(self, terms: int) -> None:
        """Count one rung, or more for a long polynomial; raises ``Exhausted`` when there are none left."""
        self.left -= 1 + terms // 8
        if self.left < 0:
            raise Exhausted
