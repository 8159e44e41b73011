"""Readings in which an operator is a function of one entry: e^v of a class-vector v is e^(v_k) for every class k."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

from symcheck.language.reading import Reading

V = TypeVar("V")


class Entrywise(Reading[V]):
    """A reading that says how a function of entries is applied, whatever the layout of its values."""

    @abstractmethod
    def each(self, function: Callable[..., Any], *values: V) -> V:
        """``function`` of the entries of ``values`` at each place; a scalar is the same at all of them."""


def entrywise(function: Callable[..., Any]) -> Callable[..., Any]:
    """The operator of a reading that is ``function`` at each place, as in ``neg = entrywise(operator.neg)``."""

    def operator(reading: Entrywise[V], *values: V) -> V:
        return reading.each(function, *values)

    return operator


def entrywise_by(function_of: Callable[[Any], Callable[..., Any]]) -> Callable[..., Any]:
    """The same for a function that a reading has, as in ``exp = entrywise_by(lambda reading: reading.field.exp)``."""

    def operator(reading: Entrywise[V], *values: V) -> V:
        return reading.each(function_of(reading), *values)

    return operator
