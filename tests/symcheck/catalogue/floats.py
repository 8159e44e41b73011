"""A formula at one z and y in plain floats."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray


class FloatReading(Reading[Any]):
    """A formula at one z and y in plain floats: a class-vector is a list."""

    def __init__(self, z: list[float], y: int, values: Mapping[str, float]) -> None:
        self.z, self.y, self.values = z, y, values

    def _each(self, f: Callable[..., float], *args: Any) -> Any:
        if not any(isinstance(a, list) for a in args):
            return f(*args)
        columns = (a if isinstance(a, list) else [a] * len(self.z) for a in args)
        return [f(*entries) for entries in zip(*columns, strict=True)]

    def number(self, value: Fraction) -> float:
        return float(value)

    def parameter(self, name: str) -> float:
        return self.values[name]

    def classes(self) -> float:
        return float(len(self.z))

    def logits(self) -> list[float]:
        return self.z

    def onehot(self) -> list[float]:
        return [float(j == self.y) for j in range(len(self.z))]

    def class_parameter(self, array: VectorArray) -> list[float]:
        return [float(x) for x in array.at_default(len(self.z)).vector]

    def apply(self, array: MatrixArray, v: Any, *, transposed: bool) -> list[float]:
        rows = array.at_default(len(self.z)).values or ()
        lines = zip(*rows, strict=True) if transposed else rows
        return [math.fsum(float(a) * x for a, x in zip(line, v, strict=True)) for line in lines]

    def add(self, a: Any, b: Any) -> Any:
        return self._each(lambda s, t: s + t, a, b)

    def mul(self, a: Any, b: Any) -> Any:
        return self._each(lambda s, t: s * t, a, b)

    def div(self, a: Any, b: Any) -> Any:
        return self._each(lambda s, t: s / t, a, b)

    def pow(self, a: Any, b: Any) -> Any:
        return self._each(lambda s, t: s**t, a, b)

    def exp(self, a: Any) -> Any:
        return self._each(math.exp, a)

    def log(self, a: Any) -> Any:
        return self._each(math.log, a)

    def abs(self, a: Any) -> Any:
        return self._each(math.fabs, a)

    def relu(self, a: Any) -> Any:
        return self._each(lambda s: max(0.0, s), a)

    def total(self, v: Any) -> float:
        return math.fsum(v)

    def take(self, v: Any) -> float:
        return v[self.y]

    def branch(self, u: Any, positive: Any, otherwise: Any) -> Any:
        return self._each(lambda s, a, b: a if s > 0 else b, u, positive, otherwise)

    def detach(self, a: Any) -> Any:
        return a

    def amax(self, v: Any) -> float:
        return max(v)

    def amax_others(self, v: Any) -> float:
        return max(v[: self.y] + v[self.y + 1 :])

    def entmax(self, v: Any, alpha: float) -> list[float]:
        """tau by bisection, from s_k = [(alpha - 1) v_k - tau]_+^(1/(alpha - 1)) and 1/C <= max_k s_k <= 1."""
        if alpha == 1:
            return self.softmax(v)
        rate = alpha - 1

        def at(b: float) -> list[float]:  # b = max_k s_k^(alpha - 1)
            return [base ** (1 / rate) if (base := rate * (x - max(v)) + b) > 0 else 0.0 for x in v]

        low, high = len(v) ** -rate, 1.0
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if math.fsum(at(middle)) < 1 else (low, middle)
        return at(high)

    def onehot_argmax(self, v: Any) -> list[float]:
        return [float(i == v.index(max(v))) for i in range(len(v))]


def value(formula: Formula, z: np.ndarray, y: int, values: Mapping[str, float] | None = None) -> float:
    return FloatReading([float(x) for x in z], y, values or {}).read(formula)
