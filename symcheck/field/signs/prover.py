"""What a rule asks of the prover that tries it: proofs of simpler signs, and where the generators lie on a box."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from fractions import Fraction

from symcheck.field.ball import Point
from symcheck.field.base import AbstractField
from symcheck.field.element import Element, Parts
from symcheck.field.signs.box import Box
from symcheck.field.signs.points import Points
from symcheck.field.signs.proof import Proof
from symcheck.language.parameter import Interval
from symcheck.language.scope import Classes


class Prover(ABC):
    """Proofs of signs for the elements of ``field``: a rule proves one sign from others that it asks for here."""

    field: AbstractField

    # proofs

    @abstractmethod
    def prove(self, c: Element, box: Box) -> Proof | None:
        """A proof of a sign of ``c`` on ``box``, or None."""

    @abstractmethod
    def quick(self, c: Element, box: Box) -> Proof | None:
        """The same by the rules that only look at the terms."""

    @abstractmethod
    def narrowed(self, values: Mapping[str, Fraction], classes: Classes | None) -> Prover:
        """The prover where variables have ``values``, for all real C between the ends of ``classes``."""

    # where generators lie

    @abstractmethod
    def range(self, place: int, box: Box) -> Interval:
        """An interval that contains every value on ``box`` of the generator at ``place``."""

    @abstractmethod
    def has_exact_range(self, place: int, box: Box) -> bool:
        """Whether no ball was used for the range of this generator."""

    @abstractmethod
    def has_exact_sign(self, place: int, box: Box) -> bool:
        """Whether no ball was used for the sign of this generator."""

    @abstractmethod
    def enclosure(self, c: Element, box: Box) -> Interval:
        """An interval that contains every value of ``c`` on ``box``, from the ranges of the generators alone."""

    @abstractmethod
    def is_smooth(self, c: Element, box: Box) -> bool:
        """Whether all generators of ``c`` exist, and are smooth, at every real point of ``box``."""

    # what balls show

    @abstractmethod
    def points(self, box: Box) -> Points:
        """Points of ``box``, made as they are asked for."""

    @abstractmethod
    def signs_at(self, c: Element, points: Iterable[Point]) -> set[int]:
        """The signs that balls of ``c`` show at ``points``, until two are seen."""

    @abstractmethod
    def number_sign(self, parts: Parts) -> int | None:
        """The sign of a polynomial in generators that are numbers, from balls; None if they do not tell."""
