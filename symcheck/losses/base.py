"""The base of every loss."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from symcheck.entry import Entry
from symcheck.language.recording import Kind
from symcheck.language.term import Label, Term, Vec


class Loss(Entry):
    """A function l(z, y) of the logits and the label.

    >>> class Half(Loss):
    ...     def formula(self, z, y):
    ...         return -z[y] / 2
    >>> print(Half().recorded)
    -z[y]/2
    """

    kind: ClassVar[Kind] = "loss"
    noise_factor: ClassVar[str] = ""
    """The parameter that stands for a = 1 - rho C/(C - 1) of uniform noise, in losses that take its rate."""

    @abstractmethod
    def formula(self, z: Vec, y: Label) -> Term:
        """l(z, y), written with the vocabulary; it runs on symbols, so every C is meant at once."""
