"""The base of every regularizer."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from symcheck.entry import Entry
from symcheck.language.recording import Kind
from symcheck.language.term import Term, Vec


class Regularizer(Entry):
    """A function g(z) of the logits alone.

    >>> from symcheck.language.functions import total
    >>> class Half(Regularizer):
    ...     def formula(self, z):
    ...         return total(z**2) / 2
    >>> print(Half().recorded)
    total(z**2)/2
    """

    kind: ClassVar[Kind] = "regularizer"

    @abstractmethod
    def formula(self, z: Vec) -> Term:
        """g(z), written with the vocabulary; it runs on symbols, so every C is meant at once."""
