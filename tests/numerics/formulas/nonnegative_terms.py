"""Random formulas of what is at least 0: shares, exponentials, laws; products, powers, sums and logarithms of them."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from symcheck.language import functions as sc
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.formula import Formula, symbols
from symcheck.language.term import lift

Z, Y = symbols()
EXPONENTS = (Fraction(1, 2), Fraction(7, 10), 1, Fraction(3, 2), 2, 3, -1, Fraction(-1, 2), 0)
NUMBERS = (Fraction(1, 10), Fraction(1, 3), 1, 2, 5)


def law(classes: int) -> Any:
    """A class-vector with entries from 0 to 1, one of them 0."""
    return ClassParameter("w", [Fraction(k, classes) for k in range(classes)])


def matrix(classes: int) -> Any:
    """A matrix with entries that are at least 0, some of them 0."""
    return MatrixParameter("A", [[Fraction((i + 2 * j) % 3, 2) for j in range(classes)] for i in range(classes)])


def formula_of_nonnegatives(rng: random.Random, classes: int) -> Formula:
    """A scalar formula in which logarithms of what is small are taken; some have given arrays for C classes."""
    first, second = (_scalar(rng, classes, 3) for _ in range(2))
    term = rng.choice((
        lambda: first, lambda: sc.log(first), lambda: sc.log(first) - sc.log(second), lambda: -first * sc.log(second),
        lambda: first / second, lambda: sc.log(first + second), lambda: sc.log(first) / (1 + first),
        lambda: sc.softplus(sc.log(first)), lambda: sc.tanh(first) - sc.log(second),
    ))()  # fmt: skip
    return Formula.of(lift(term))


def _scalar(rng: random.Random, classes: int, depth: int) -> Any:
    v = _vector(rng, classes, depth - 1)
    scalars = (
        lambda: v[Y], lambda: sc.total(v), lambda: sc.mean(v), lambda: sc.total(v, but=Y), lambda: sc.amax(v),
        lambda: sc.mean(v, but=Y), lambda: sc.product(1 + v), lambda: sc.softmax(Z)[Y], lambda: 1 - sc.softmax(Z)[Y],
    )  # fmt: skip
    found = rng.choice(scalars)()
    return found if depth < 2 or rng.random() < 0.5 else _changed(rng, found, _scalar(rng, classes, depth - 1))


def _vector(rng: random.Random, classes: int, depth: int) -> Any:
    if depth == 0 or rng.random() < 0.2:
        return rng.choice((
            lambda: sc.softmax(Z), lambda: sc.softmax(Z), lambda: sc.softmax(2 * Z), lambda: sc.sigmoid(Z),
            lambda: sc.exp(Z), lambda: sc.exp(-Z), lambda: sc.cosh(Z), lambda: 1 - sc.softmax(Z),
            lambda: -sc.log_sigmoid(Z),
            lambda: 1 - sc.sigmoid(Z), lambda: sc.softmax(Z) + Fraction(1, 10), lambda: sc.onehot(Y) + sc.softmax(Z),
            lambda: law(classes) + Fraction(1, 5), lambda: sc.onehot_argmax(Z) * sc.softmax(Z) + Fraction(1, 3),
        ))()  # fmt: skip
    v = _vector(rng, classes, depth - 1)
    if rng.random() < 0.25:
        return matrix(classes) @ v if rng.random() < 0.5 else matrix(classes).T @ v
    return _changed(rng, v, _vector(rng, classes, depth - 1))


def _changed(rng: random.Random, a: Any, b: Any) -> Any:
    k, c = rng.choice(EXPONENTS), rng.choice(NUMBERS)
    return rng.choice((
        lambda: a**k, lambda: a + b, lambda: a * b, lambda: a / (c + b), lambda: c * a, lambda: sc.sqrt(a),
        lambda: sc.maximum(a, c * b), lambda: sc.minimum(a, c), lambda: sc.relu(a), lambda: sc.abs(a),
        lambda: a + sc.detach(b), lambda: a / b, lambda: c / (1 + a),
    ))()  # fmt: skip
