"""Certificates as JSON, of every kind of input: what the kinds about recheck begin with."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from benchmarks.soundness.kinds._material import CE, L2, P, Y, Z
from benchmarks.soundness.pair import BUDGET
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.errors import SymcheckError
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.formula import Formula
from symcheck.language.functions import log, total
from symcheck.language.parameter import Parameter

Q = Parameter("q", above=0, at_most=1, default="7/10")
A = Parameter("a", above=0)
WEIGHTS = ClassParameter("w", (1, 10, 1), above=0)
NOISE = MatrixParameter("T", ((8, 1, 1), (1, 8, 1), (2, 2, 6)))
FORM = MatrixParameter("Q", ((2, 1, 0), (1, 3, 0), (0, 0, 5)), positive_definite=True)

MADE: Sequence[tuple[str, Callable[[], Certificate]]] = (
    ("gce + l2", lambda: _made("gce", "l2")),
    ("gce(q=7/10) + l2", lambda: _made(loss_named("gce", q="7/10"), "l2")),
    ("focal + entropy for C = 10", lambda: _made("focal", "entropy", 10)),
    ("one_vs_rest_logistic + l2 for C = 3", lambda: _made("one_vs_rest_logistic", "l2", 3)),
    ("mae + logit_variance", lambda: _made("mae", "logit_variance")),
    ("square + l2", lambda: _made("square", "l2")),
    ("cross_entropy + quartic", lambda: _made("cross_entropy", "quartic")),
    ("phuber_ce + l2", lambda: _made("phuber_ce", "l2")),
    ("class_weighted_ce + quadratic_form", lambda: _made("class_weighted_ce", "quadratic_form")),
    ("class_weighted_ce(w=(1, 10, 1)) + quadratic_form with entries", lambda: _made(
        loss_named("class_weighted_ce", w=WEIGHTS), regularizer_named("quadratic_form", Q=FORM))),
    ("-log (T'p)_y + total(v z)^2", lambda: _made(
        Formula.of(-log((NOISE.T @ P)[Y] / 10)), Formula.of(L2 + total(WEIGHTS * Z) ** 2))),
    ("a formula with parameters", lambda: _made(Formula.of((1 - P[Y] ** Q) / Q + A * CE), Formula.of(A * L2))),
    ("a function", lambda: _made(curved_by_sevenths, lambda z: 3 * total(z**2))),
    ("torch: label smoothing .1/7", lambda: _made(_torch(), "l2")),
)  # fmt: skip
"""Certificates of every kind, by what they are about."""


def curved_by_sevenths(z: Any, y: Any) -> Any:
    """A function with a name of its own."""
    return 2 * total(z * z) / 7 - z[y]


def _torch() -> Any:
    import torch

    return torch.nn.CrossEntropyLoss(label_smoothing=0.1 / 7)


def _made(loss: Any, regularizer: Any, classes: int | None = None) -> Certificate:
    return certify(loss, regularizer, classes=classes, budget=BUDGET)


@cache
def _listed(place: int, full: bool) -> tuple[str, str]:
    name, make = MADE[place]
    return f"{name}{', full' if full else ''}", make().to_json(full=full)


def some_json(rng: random.Random, index: int) -> tuple[str, str]:
    """What a certificate is about, and its JSON: one of those above in turn, now and then a pair of the catalogue."""
    places = range(len(MADE) if importlib.util.find_spec("torch") else len(MADE) - 1)
    if rng.random() < 0.8:
        return _listed(places[index % len(places)], rng.random() < 0.15)
    while True:
        loss, regularizer = rng.choice(names("loss")), rng.choice(names("regularizer"))
        try:
            return f"{loss} + {regularizer}", _made(loss, regularizer).to_json()
        except SymcheckError:  # no number of classes in common
            continue
