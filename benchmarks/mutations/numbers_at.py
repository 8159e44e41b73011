"""Formulas as numbers of 100 digits: a plain fold that shares nothing with the small checker."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import mpmath

from symcheck.language.reading import Reading

MP = mpmath.mp.clone()
MP.dps = 100

Values = list[Any]
"""The entries by class; a scalar has one."""


class NoValue(Exception):
    """The formula has no value there, or a part has no meaning here."""


class NumbersAt(Reading[Values]):
    """The value at the scores ``z`` for the label ``y`` from 0, with ``values`` of parameters.

    ``held`` are the values that detached parts keep, in the order in which they are met; None: they are those at z.
    """

    def __init__(
        self,
        z: Sequence[Any],
        y: int,
        values: Mapping[str, Any],
        held: Sequence[Values] | None = None,
    ) -> None:
        self.z, self.y, self.values = list(z), y, values
        self.held, self.met = held, list[Values]()

    def number(self, value: Fraction) -> Values:
        return [exactly(value)]

    def parameter(self, name: str) -> Values:
        return [self.values[name]]

    def classes(self) -> Values:
        return [MP.mpf(len(self.z))]

    def logits(self) -> Values:
        return self.z

    def onehot(self) -> Values:
        return [MP.mpf(k == self.y) for k in range(len(self.z))]

    def add(self, a: Values, b: Values) -> Values:
        return _each(lambda x, w: x + w, a, b)

    def mul(self, a: Values, b: Values) -> Values:
        return _each(lambda x, w: x * w, a, b)

    def div(self, a: Values, b: Values) -> Values:
        return _each(_quotient, a, b)

    def pow(self, a: Values, b: Values) -> Values:
        return _each(_power, a, b)

    def exp(self, a: Values) -> Values:
        return _each(_exponential, a)

    def log(self, a: Values) -> Values:
        return _each(_logarithm, a)

    def abs(self, a: Values) -> Values:
        return _each(abs, a)

    def relu(self, a: Values) -> Values:
        return _each(lambda x: max(x, MP.mpf(0)), a)

    def branch(self, u: Values, positive: Values, otherwise: Values) -> Values:
        return _each(lambda x, a, b: a if x > 0 else b, u, positive, otherwise)

    def total(self, v: Values) -> Values:
        return [MP.fsum(self._wide(v))]

    def take(self, v: Values) -> Values:
        return [self._wide(v)[self.y]]

    def amax(self, v: Values) -> Values:
        return [max(self._wide(v))]

    def amax_others(self, v: Values) -> Values:
        return [max(x for k, x in enumerate(self._wide(v)) if k != self.y)]

    def onehot_argmax(self, v: Values) -> Values:
        v = self._wide(v)
        return [MP.mpf(k == v.index(max(v))) for k in range(len(v))]

    def arccos(self, a: Values) -> Values:
        return _each(MP.acos, a)

    def sin(self, a: Values) -> Values:
        return _each(MP.sin, a)

    def cos(self, a: Values) -> Values:
        return _each(MP.cos, a)

    def arctan(self, a: Values) -> Values:
        return _each(MP.atan, a)

    def erf(self, a: Values) -> Values:
        return _each(MP.erf, a)

    def detach(self, a: Values) -> Values:
        value = a if self.held is None else self.held[len(self.met)]
        self.met.append(a)
        return value

    def entmax(self, v: Values, alpha: Values) -> Values:
        """The shares by Newton's steps, where all of them are positive, which is so near equal entries."""
        (a,), v = alpha, self._wide(v)
        if a == 1:
            raised = [MP.exp(x - max(v)) for x in v]
            return [x / MP.fsum(raised) for x in raised]
        power = 1 / (a - 1)
        tau = (a - 1) * MP.fsum(v) / len(v) - MP.mpf(len(v)) ** (1 - a)
        for _ in range(12):
            bases = [(a - 1) * x - tau for x in v]
            if min(bases) <= 0:
                raise NoValue("a share of 0")
            tau += (MP.fsum(b**power for b in bases) - 1) / (power * MP.fsum(b ** (power - 1) for b in bases))
        return [((a - 1) * x - tau) ** power for x in v]

    def _wide(self, v: Values) -> Values:
        return v * (len(self.z) // len(v))


def exactly(q: Fraction) -> Any:
    """The fraction as a number of 100 digits."""
    return MP.mpf(q.numerator) / q.denominator


def _each(f: Callable[..., Any], *vectors: Values) -> Values:
    size = max(map(len, vectors))
    return [f(*x) for x in zip(*(v * (size // len(v)) for v in vectors), strict=True)]


def _quotient(a: Any, b: Any) -> Any:
    if b == 0:
        raise NoValue("a denominator of 0")
    return a / b


def _power(a: Any, b: Any) -> Any:
    if (a < 0 and b != MP.floor(b)) or (a == 0 and b < 0) or abs(b) > 10_000:
        raise NoValue("a power that is not real, or too large")
    return a**b


def _exponential(a: Any) -> Any:
    if abs(a) > 100_000:
        raise NoValue("too large an exponential")
    return MP.exp(a)


def _logarithm(a: Any) -> Any:
    if a <= 0:
        raise NoValue("the logarithm of a number that is not positive")
    return MP.log(a)
