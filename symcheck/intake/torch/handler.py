"""What symbols ask of the run of torch code that they were made in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Any, NoReturn

from symcheck.language.term import Scalar


class Handler(ABC):
    """One run of torch code; it answers for every operation on its symbols.

    It is abstract so that symbols know what they call, and the run knows what it makes, without a circle.
    """

    @abstractmethod
    def called(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
        """The result of a function of torch."""

    @abstractmethod
    def method(self, name: str, *args: object, **kwargs: object) -> object:
        """The result of a method or operator of a symbolic tensor, which is the first argument."""

    @abstractmethod
    def attribute(self, owner: Any, name: str) -> object:
        """``owner.name`` of a symbolic tensor."""

    @abstractmethod
    def count(self) -> object:
        """The number of classes as torch code sees it."""

    @abstractmethod
    def number(self, value: object) -> Scalar:
        """A number of torch code as a term."""

    @abstractmethod
    def compares(self, name: str, count: Any, other: Fraction) -> bool:
        """Whether the number of classes is equal to ``other``, less than it, and so on."""

    @abstractmethod
    def refuse(self, operation: str, why: str, settle: str) -> NoReturn:
        """Stop: ``operation`` has no reading."""
