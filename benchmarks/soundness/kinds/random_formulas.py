"""Formulas drawn from the whole vocabulary, with up to two parameters."""

from __future__ import annotations

import random

from benchmarks.soundness.kinds._material import (
    CE,
    L2,
    POSITIVE,
    SMOOTH,
    C,
    Term,
    Y,
    Z,
    free,
    number,
    pair,
    some_classes,
)
from benchmarks.soundness.pair import Pair
from symcheck.language.functions import (
    abs,
    amax,
    branch,
    cosh,
    exp,
    log,
    log_sigmoid,
    log_softmax,
    logsumexp,
    maximum,
    mean,
    minimum,
    onehot,
    product,
    relu,
    sigmoid,
    softmax,
    softplus,
    sqrt,
    tanh,
    total,
)  # fmt: skip
from symcheck.language.parameter import Parameter
from symcheck.language.term import lift


def trial(rng: random.Random, index: int) -> Pair:  # noqa: ARG001 - nothing is listed
    """A pair drawn by ``rng``."""
    names = [free("a", rng)] * (rng.random() < 0.5) + [Parameter("n", at_least=0, at_most=4, integer=True)] * (
        rng.random() < 0.2
    )
    part = _scalar(rng, 2 + (rng.random() < 0.4), names)
    loss = rng.choice((
        lambda: rng.choice(SMOOTH) + part,
        lambda: _constant(rng, 2, names) * rng.choice(SMOOTH),
        lambda: rng.choice(SMOOTH) + _constant(rng, 2, names) * part,
        lambda: _of(rng, rng.choice((CE, part))),
        lambda: part,
    ))()  # fmt: skip
    g = rng.choice((
        lambda: L2,
        lambda: rng.choice(POSITIVE),
        lambda: L2 + _constant(rng, 1, names) * _label_free(rng),
        lambda: _constant(rng, 1, names) * rng.choice(POSITIVE),
        lambda: _label_free(rng),
    ))()  # fmt: skip
    return pair(loss, g, classes=some_classes(rng), at=(3, 4), a=(1,))


def _constant(rng: random.Random, depth: int, names: list[Parameter]) -> Term:
    """Something made of numbers, C and parameters."""
    if depth == 0 or rng.random() < 0.2:
        return rng.choice([lift(number(rng)), C, 1 / C, *names, *names])
    a, b = _constant(rng, depth - 1, names), _constant(rng, depth - 1, names)
    return rng.choice((
        a + b, a - b, a * b, a / (1 + b**2), abs(a), relu(a), maximum(a, b), minimum(a, b), exp(-abs(a)), log(1 + a**2),
        sqrt(1 + b**2), branch(a - b, a, b), tanh(a), a**2,
    ))  # fmt: skip


def _vector(rng: random.Random, depth: int, names: list[Parameter]) -> Term:
    if depth == 0 or rng.random() < 0.25:
        return rng.choice((Z, Z, softmax(Z), log_softmax(Z), onehot(Y), Z - mean(Z), sigmoid(Z)))
    a = _vector(rng, depth - 1, names)
    return rng.choice((
        a * number(rng), a**2, exp(a), sigmoid(a), softplus(a), log_sigmoid(a), tanh(a), relu(a - number(rng)), abs(a),
        a + onehot(Y),
        a - _constant(rng, 1, names), cosh(a), softmax(a), maximum(a, number(rng)), relu(a), a * Z,
    ))  # fmt: skip


def _scalar(rng: random.Random, depth: int, names: list[Parameter]) -> Term:
    if depth == 0:
        return rng.choice((Z[Y], softmax(Z)[Y], CE, mean(Z)))
    v = _vector(rng, depth - 1, names)
    if rng.random() < 0.6:
        return rng.choice((
            v[Y], total(v), mean(v), total(v, but=Y), mean(v, but=Y), logsumexp(v), logsumexp(v, but=Y), amax(v),
            amax(v, but=Y), total(v * onehot(Y)), product(1 + v**2),
        ))  # fmt: skip
    a, b = _scalar(rng, depth - 1, names), _scalar(rng, depth - 1, names)
    return rng.choice((a + b, a - b, a * b, _constant(rng, 1, names) * a, a / (1 + b**2), _of(rng, a), branch(a, a, b)))


def _of(rng: random.Random, a: Term) -> Term:
    return rng.choice(
        (exp(-a), log(1 + exp(a)), a**2, abs(a), relu(a), sigmoid(a), log(1 + a**2), tanh(a), a**3, sqrt(1 + a**2))
    )


def _label_free(rng: random.Random) -> Term:
    v = rng.choice((Z, softmax(Z), log_softmax(Z), Z - mean(Z), sigmoid(Z)))
    w = rng.choice((
        v**2, exp(v), cosh(v), v * log_softmax(Z), abs(v), abs(v) ** 3, relu(v) ** 2, softplus(v), v**4,
        -log_sigmoid(v),
    ))  # fmt: skip
    return rng.choice((total(w), mean(w), total(v) ** 2, mean(w) - mean(Z), logsumexp(v) ** 2, amax(v) ** 2))
