"""What is known of the rate of uniform noise: one number, two ends, or nothing."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from typing import Any, final

from numerics.errors import NoiseError
from numerics.noise.laws import checked_rate, noise_factor
from numerics.noise.noise_rate import NoiseRate
from numerics.noise.shares import share_of
from symcheck.errors import shown


@final
@dataclass(frozen=True)
class Rates:
    """A rate of flipping between ``low`` and ``high``, both included, on C = ``classes`` classes.

    ``is_open``: nothing is known but that the clean class is the likeliest label, ``high`` is (C-1)/C itself.
    """

    low: float
    high: float
    classes: int
    is_open: bool = False

    @property
    def is_one(self) -> bool:
        """Whether the rate is known."""
        return self.low == self.high

    @property
    def a_low(self) -> float:
        """The least a = 1 - rho C/(C-1), 0 if nothing is known."""
        return 0.0 if self.is_open else noise_factor(self.high, self.classes)

    @property
    def a_high(self) -> float:
        """The largest a."""
        return noise_factor(self.low, self.classes)

    @property
    def text(self) -> str:
        """What is known, in words."""
        if self.is_open:
            return f"a rate that is not known, below {self.classes - 1}/{self.classes}"
        if self.is_one:
            return f"the rate {self.low:.6g}"
        return f"a rate from {self.low:.6g} to {self.high:.6g}"

    def to_record(self) -> dict[str, object]:
        """The ends for JSON."""
        return {"low": self.low, "high": None if self.is_open else self.high, "classes": self.classes}


def rates_of(rho: object, classes: int) -> Rates:
    """The rates that ``rho`` says: a rate in [0, (C-1)/C), a pair (low, high) of them, a ``NoiseRate``, or None.

    Raises ``NoiseError`` for anything else, such as a matrix or a rate for each class or sample.

    >>> rates_of((0.25, 0.375), 4).a_low
    0.5
    """
    if rho is None:
        return Rates(0.0, (classes - 1) / classes, classes, is_open=True)
    if isinstance(rho, NoiseRate):
        rho = _flip(rho, classes)
    if isinstance(rho, tuple | list) and len(rho) == 2 and not any(isinstance(end, list | tuple) for end in rho):
        low, high = (_rate(end, classes) for end in rho)
        if low > high:
            raise NoiseError(
                f"rho: got the range {shown(rho)}; accepted is (low, high) with low <= high: turn it round"
            )
        return Rates(low, high, classes)
    is_number = getattr(rho, "ndim", None) == 0
    if isinstance(rho, Sized) and not isinstance(rho, str) and not is_number:
        raise NoiseError(
            f"rho: got {shown(rho, 60)}; accepted is one rate of uniform noise, a range (low, high) that it lies in, "
            "or None if it is not known: what is trusted rests on labels that all move at one rate, to each other "
            "class alike; for other noise ask symcheck.noise_condition(T)"
        )
    found = _rate(rho, classes)
    return Rates(found, found, classes)


def _rate(rho: Any, classes: int) -> float:
    return checked_rate(share_of(rho, "rho") if isinstance(rho, str) else rho, classes)


def _flip(noise: NoiseRate, classes: int) -> object:
    if noise.flip is None:
        raise NoiseError(
            "rho: got noise of a matrix T that is not uniform; what is trusted rests on labels that move to each other "
            "class alike; ask symcheck.noise_condition(T) for such noise"
        )
    if noise.classes != classes:
        raise NoiseError(
            f"rho: got noise on {noise.classes} classes beside labels of {classes}; give that of the labels"
        )
    return noise.flip
