"""Observed noise that says by itself what the theory says about it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from numerics.noise.counted import ChiSquare
from numerics.noise.observed import Observed
from numerics.noise.theory import Theory
from symcheck.render.block import Block
from symcheck.render.page import Page


class Explained(Observed, Page):
    """Noise that somebody observed: ``print`` says, and a notebook shows, what it means for certificates."""

    @cached_property
    def theory(self) -> Theory:
        """The theory's answers, at the confidence ``level``."""
        return Theory(self, self.level)

    @property
    def lead(self) -> float | None:
        """By how much a clean class has to lead to stay the prediction, for T as observed; None: no lead will do.

        Of MUH with an isotropic quadratic penalty, as are ``sure_lead``, ``lost`` and ``unsure``.
        """
        return self.theory.lead

    @property
    def sure_lead(self) -> float | None:
        """The same with confidence ``level``."""
        return self.theory.sure_lead

    @property
    def lost(self) -> list[tuple[str, str]]:
        """The classes i that are labelled j at least as often as i: (i, j)."""
        return self.theory.lost

    @property
    def unsure(self) -> list[str]:
        """The classes that keep by T as it was observed, but not with confidence."""
        return self.theory.unsure

    @property
    def uniformity(self) -> ChiSquare | None:
        """The test of uniform noise; None for a matrix, in which nothing was counted."""
        return self.theory.uniformity

    def blocks(self) -> Iterator[Block]:
        """What the theory says."""
        return self.theory.blocks()

    def to_record(self) -> dict[str, object]:
        """The numbers and sentences for JSON."""
        return self.theory.to_record()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.said}>"
