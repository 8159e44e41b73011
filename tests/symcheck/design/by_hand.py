"""Formula strings as numbers, by Python itself: no reading of the package has a part in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mpmath
from mpmath import mp, mpf

DIGITS = 60

STEP = mpf(10) ** -12
"""Differences of second order are off by STEP^2 times a third derivative, 10^-24, and by rounding, 10^-48."""

NEAR = mpf(10) ** -18
"""What is 0 by such a difference, at derivatives of moderate size."""


class Row:
    """A class-vector: its entries, with the arithmetic that acts on each of them."""

    def __init__(self, entries: Sequence[Any]) -> None:
        self.entries = list(entries)

    def __getitem__(self, k: int) -> Any:
        return self.entries[k]

    def _with(self, other: Any, of: Callable[[Any, Any], Any]) -> Row:
        others = other.entries if isinstance(other, Row) else [other] * len(self.entries)
        return Row([of(a, b) for a, b in zip(self.entries, others, strict=True)])

    def __add__(self, other: Any) -> Row:
        return self._with(other, lambda a, b: a + b)

    def __sub__(self, other: Any) -> Row:
        return self._with(other, lambda a, b: a - b)

    def __rsub__(self, other: Any) -> Row:
        return self._with(other, lambda a, b: b - a)

    def __mul__(self, other: Any) -> Row:
        return self._with(other, lambda a, b: a * b)

    def __truediv__(self, other: Any) -> Row:
        return self._with(other, lambda a, b: a / b)

    def __rtruediv__(self, other: Any) -> Row:
        return self._with(other, lambda a, b: b / a)

    def __pow__(self, other: Any) -> Row:
        return self._with(other, lambda a, b: a**b)

    def __neg__(self) -> Row:
        return Row([-a for a in self.entries])

    __radd__, __rmul__ = __add__, __mul__


def _entrywise(of: Callable[..., Any]) -> Callable[..., Any]:
    def applied(*args: Any) -> Any:
        rows = [a for a in args if isinstance(a, Row)]
        if not rows:
            return of(*args)
        spread = [a.entries if isinstance(a, Row) else [a] * len(rows[0].entries) for a in args]
        return Row([of(*entries) for entries in zip(*spread, strict=True)])

    return applied


def _over(of: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    def applied(v: Row, but: int | None = None) -> Any:
        return of([a for k, a in enumerate(v.entries) if k != but])

    return applied


def _lse(entries: list[Any]) -> Any:
    return mpmath.log(sum(map(mpmath.exp, entries)))


WORDS: dict[str, Any] = {
    "exp": _entrywise(mpmath.exp), "log": _entrywise(mpmath.log), "sqrt": _entrywise(mpmath.sqrt),
    "abs": _entrywise(abs), "relu": _entrywise(lambda x: max(x, mpf(0))), "tanh": _entrywise(mpmath.tanh),
    "softplus": _entrywise(lambda x: mpmath.log(1 + mpmath.exp(x))), "cosh": _entrywise(mpmath.cosh),
    "sigmoid": _entrywise(lambda x: 1 / (1 + mpmath.exp(-x))), "arctan": _entrywise(mpmath.atan),
    "maximum": _entrywise(max), "minimum": _entrywise(min),
    "branch": _entrywise(lambda u, a, b: a if u > 0 else b),
    "total": _over(sum), "mean": _over(lambda v: sum(v) / len(v)), "logsumexp": _over(_lse), "amax": _over(max),
    "amin": _over(min), "product": _over(mpmath.fprod), "mpf": mpf,
    "softmax": lambda v: Row([mpmath.exp(a - _lse(v.entries)) for a in v.entries]),
    "log_softmax": lambda v: Row([a - _lse(v.entries) for a in v.entries]),
}  # fmt: skip


def value(
    text: str, z: Sequence[Any], y: int, numbers: Mapping[str, Any], rows: Mapping[str, Any] | None = None
) -> Any:
    """The formula ``text`` at z for the label y, counted from 0; numbers are not rounded to floats on the way."""
    with mp.workdps(DIGITS):
        classes = len(z)
        names = {
            **WORDS, **{n: mpf(x.numerator) / x.denominator for n, x in numbers.items()},
            **{n: Row(r) for n, r in (rows or {}).items()},
            "z": Row(z), "y": y, "C": mpf(classes),
            "onehot": lambda k: Row([mpf(j == k) for j in range(classes)]),
        }  # fmt: skip
        *named, last = text.split("; ")
        for line in named:
            name, _, code = line.partition(" = ")
            names[name] = eval(_long(code), {"__builtins__": {}}, names)  # noqa: S307
        return +eval(_long(last), {"__builtins__": {}}, names)  # noqa: S307


def _long(code: str) -> str:
    """``code`` with whole numbers of mpmath, so that 1/3 is no float."""
    return re.sub(r"(?<![\w.])(\d+)(?![\w.])", r"mpf(\1)", code)


def gradient(f: Callable[[list[Any]], Any], classes: int) -> list[Any]:
    """The gradient of f at 0 by central differences."""
    with mp.workdps(DIGITS):

        def at(k: int, t: Any) -> Any:
            return f([t if j == k else mpf(0) for j in range(classes)])

        return [(at(k, STEP) - at(k, -STEP)) / (2 * STEP) for k in range(classes)]
