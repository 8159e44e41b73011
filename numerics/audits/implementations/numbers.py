"""Numbers as people write them: what a measured one is likely to be, also as a function of C."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

CLOSE = 1e-7
"""A measured number is a written one if they differ by no more than this, relative to it."""

_OF_C: dict[str, Callable[[int], float]] = {
    "": lambda _: 1.0,
    "1/C": lambda n: 1 / n,
    "C": float,
    "(C - 1)": lambda n: n - 1.0,
    "1/(C - 1)": lambda n: 1 / (n - 1),
    "C/(C - 1)": lambda n: n / (n - 1),
    "(C - 1)/C": lambda n: (n - 1) / n,
    "log(C)": math.log,
    "1/log(C)": lambda n: 1 / math.log(n),
    "1/C**2": lambda n: 1 / n**2,
}


@dataclass(frozen=True)
class Number:
    """A number that may depend on C: its ``text``, its ``value`` at a C, and whether it is one that people write."""

    text: str
    value: Callable[[int], float]
    is_written: bool = True


def written(value: float) -> Fraction | None:
    """The fraction or short decimal that ``value`` is likely to be."""
    if not math.isfinite(value):
        return None
    if value == 0:
        return Fraction(0)
    for digits in (1, 2, 3, 4):
        decimal = Fraction(f"{value:.{digits - 1}e}")
        if abs(decimal - Fraction(value)) <= CLOSE * abs(decimal):
            return decimal
    near = Fraction(value).limit_denominator(100)
    return near if near and abs(near - Fraction(value)) <= CLOSE * abs(near) else None


def logarithm(value: float) -> str:
    """``value`` as the logarithm of a number that people write, empty if it is none."""
    of = written(math.exp(abs(value))) if 0 < abs(value) < 20 else None
    return "" if of in (None, 1) or written(value) is not None else f"{'-' if value < 0 else ''}log({of})"


def shown(value: float) -> str:
    """``value`` as people write it, a fraction where it is one."""
    number = written(value)
    if number is None:
        return logarithm(value) or f"{value:.12g}"
    plain = str(number)
    return plain if len(plain) <= 7 else f"{float(number):g}"


def of_classes(values: Mapping[int, float]) -> Number | None:
    """The number that has these ``values`` at these numbers of classes; None if there is none that people write."""
    single = len(values) == 1
    for text, function in _OF_C.items():
        factors = {n: v / function(n) for n, v in values.items()}
        first = next(iter(factors.values()))
        if any(abs(f - first) > CLOSE * abs(first) for f in factors.values()):
            continue
        number = written(first)
        if number is None and text:
            continue
        # Of one number of classes a plain number says as much, but that 1/C is likelier than 1/10 where C is 10.
        if single and text not in ("", "1/C"):
            continue
        if single and text == "" and number is not None and number == Fraction(1, next(iter(values))):
            continue
        if single and text == "1/C" and number != 1:
            continue
        factor = first if number is None else float(number)
        return Number(_product(factor, text), _times(factor, function), number is not None or bool(logarithm(first)))
    return None


def _times(factor: float, function: Callable[[int], float]) -> Callable[[int], float]:
    return lambda n: factor * function(n)


def _product(factor: float, text: str) -> str:
    if not text:
        return shown(factor)
    if factor == 1:
        return text
    return f"-{text}" if factor == -1 else f"{shown(factor)}*{text}"
