"""Other features of the samples: some columns, the leading directions, or random ReLU features."""

from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import Final

import numpy as np

from numerics.errors import FiniteError
from numerics.finite.forecast.fit import Labels, Real
from numerics.finite.forecast.task import Task
from numerics.finite.forecast.view import Features, standardised
from symcheck.errors import shown

KINDS: Final = {
    "subset": "so many of the columns, standardised, at random in each draw",
    "leading": "the leading principal directions of the standardised columns",
    "relu": "relu(A x + b) of the standardised columns x, A with entries of variance 1/d and b of variance 1, drawn "
    "anew in each draw",
}
"""Kinds of features, and what they are."""


def checked_kind(kind: str) -> None:
    """Raises ``FiniteError`` for another kind."""
    if kind not in KINDS:
        raise FiniteError(
            f"kind: got {shown(kind, 80)}; accepted are " + ", ".join(f"{k!r} ({v})" for k, v in KINDS.items())
        )


def fewer_features(task: Task, count: int, kind: str) -> Callable[[int], Features]:
    """For each draw a map from standardised features to ``count`` others; raises ``FiniteError`` for another count."""
    most = task.samples.span.columns - 1
    try:
        found = 0 if isinstance(count, bool) else index(count)
    except TypeError:
        found = 0
    if found < 1 or (kind != "relu" and found > most):
        limit = "at least 1" if kind == "relu" else f"1 to {most}, the columns that vary"
        raise FiniteError(f"counts: got {shown(count, 80)} features; accepted are {limit}")
    if kind == "leading":
        directions = _directions(task)[:, :found]
        return lambda _: lambda z: z @ directions
    if kind == "relu":
        return lambda draw: _relu(found, most, task.seed, draw)
    return lambda draw: _columns(np.random.default_rng([task.seed, draw, 2]).permutation(most)[:found])


def _columns(chosen: Labels) -> Features:
    return lambda z: z[:, chosen]


def _relu(count: int, columns: int, seed: int, draw: int) -> Features:
    chance = np.random.default_rng([seed, draw, 3])
    weights = chance.standard_normal((columns, count)) / columns**0.5
    bias = chance.standard_normal(count)
    return lambda z: np.maximum(z @ weights + bias, 0)


def _directions(task: Task) -> Real:
    """The principal directions (d, d) of the standardised features, the one with the largest variance first."""
    span = task.samples.span
    z = standardised(span, span.basis)
    return np.asarray(np.linalg.eigh(z.T @ z)[1][:, ::-1])
