"""Quantities that are at least 0, kept by their logarithms.

A share of 10^-400 is 0 as a float, and 1 minus it is 1; the logarithms of the two are plain numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

NONE = -1e30
"""The logarithm of 0: so far below all others that its power is 0, and still a number to calculate with."""

Thunk = Callable[[], Tensor]
"""A tensor that is computed when it is asked for."""


class Positive:
    """A quantity v >= 0: log v, v itself, and 1 - v where its logarithm is known better than from v.

    Each of them is computed once, when it is first asked for.
    """

    def __init__(self, log: Thunk, value: Thunk | None = None, rest: Thunk | None = None) -> None:
        """``log`` gives log v; ``value`` v, if there is a shorter way to it; ``rest`` log(1 - v), for v <= 1."""
        self._log: Thunk | Tensor = log
        self._value: Thunk | Tensor | None = value
        self._rest = rest

    # Kept by hand: torch.compile does not know the lock of functools.cached_property, and a function that is kept in
    # the object that it refers to would keep its tensors until they are collected.
    @property
    def log(self) -> Tensor:
        """log v."""
        if not isinstance(self._log, Tensor):
            self._log = self._log()
        return self._log

    @property
    def value(self) -> Tensor:
        """v."""
        if not isinstance(self._value, Tensor):
            self._value = self.log.exp() if self._value is None else self._value()
        return self._value

    @property
    def rest(self) -> Positive | None:
        """1 - v, None if nothing is known about it."""
        return None if self._rest is None else Positive(self._rest, lambda: -torch.expm1(self.log), lambda: self.log)

    def power(self, exponent: float | Tensor) -> Tensor:
        """v^b."""
        return (exponent * self.log).exp()

    def mapped(self, to: Callable[[Tensor], Tensor]) -> Positive:
        """The entries that ``to`` picks."""
        return _Mapped(self, to)


class _Mapped(Positive):
    """What ``to`` makes of each form in which ``whole`` is known."""

    def __init__(self, whole: Positive, to: Callable[[Tensor], Tensor]) -> None:
        super().__init__(lambda: to(whole.log), lambda: to(whole.value))
        self._whole, self._to = whole, to

    @property
    def rest(self) -> Positive | None:
        rest = self._whole.rest
        return None if rest is None else _Mapped(rest, self._to)

    def power(self, exponent: float | Tensor) -> Tensor:
        return self._to(self._whole.power(exponent))


def log_of(value: float) -> float:
    """The logarithm of a number that is at least 0."""
    return math.log(value) if value > 0 else NONE
