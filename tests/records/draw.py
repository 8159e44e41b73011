"""Generated pairs of all kinds, drawn once: what the records ask besides the catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import symcheck as sc
from benchmarks.soundness.kinds import kinds, trial_of
from symcheck.certificates.certificate import Certificate
from symcheck.errors import SymcheckError
from symcheck.language.scope import Classes
from tests.records.questions import Made

SEED = 16
NUMBERS = (*range(6), *range(100, 105))
"""Of each kind these are drawn: some of those that are listed, then random ones."""

ANCHORED = (
    ("cross_entropy", "l2", ("z_ref", "log(pi)", [1, 2], [1, 1, 1], [0, 0])),
    ("mae", "l2", ("z_ref", [1, 2, 3], [0, 0, 0])),
    ("muh", "l2", ("z_ref", "log(pi)", [1, 2])),
    ("square", "l2", ("z_ref", [1, 1], [1, 0, 0])),
    ("one_vs_rest_logistic", "l2", ("z_ref", "-log(C - 1)", [1, 1, 1])),
    ("gce", "entropy", ("z_ref", "log(pi)", [0, 0, 0])),
    ("logsumexp(z) - z[y] + abs(z[y] - 1)", "l2", ("z_ref", [1, 1], [2, 1, 1])),
    ("class_weighted_ce", "l2", ("z_ref", [1, 2])),
    ("log(1 + exp(-z[y] + mean(z)))", "logit_variance", ("z_ref", [1, 1, 1])),
)
"""Losses and penalties, with what the penalty may be anchored at."""

DETACHED = (
    "detach(1 - softmax(z)[y])*(logsumexp(z) - z[y])", "abs(z[y] - detach(z[y])) + logsumexp(z) - z[y]",
    "detach(softmax(z)[y])**2*(logsumexp(z) - z[y])", "relu(2*detach(z[y]) - 2*z[y]) - log_softmax(z)[y]",
    "logsumexp(z - detach(amax(z))) - (z[y] - detach(amax(z)))", "detach(total(z**2)) + mean(z) - z[y]",
    "maximum(softmax(z)[y], detach(softmax(z)[y])) - log_softmax(z)[y]", "amax(z - detach(z)) - log_softmax(z)[y]",
    "detach(abs(z[y]))*(mean(z) - z[y]) + logsumexp(z) - z[y]", "(1 - detach(softmax(z)[y]))*log(1 + exp(-z[y]))",
    "total(detach(softmax(z))*(logsumexp(z) - z)) - z[y] + mean(z)", "detach(z[y]) - z[y] + mean(z)",
    "branch(z[y] - detach(z[y]), z[y], 2*log_softmax(z)[y]) - 3*log_softmax(z)[y]",
)  # fmt: skip
"""Losses with parts through which no gradient flows."""

PENALTIES = (
    "l2", "detach(total(z**2))*total(z**2) + total(z**2)/2", "norm(z)", "total(abs(z)**3)", "total(z**2)/(1 + C)",
    "total(relu(z)**2)", "amax(z)**2",
)  # fmt: skip


def drawn() -> Iterator[Made]:
    """The questions, those of each kind together."""
    for kind, certificate, anchored in _certificates():
        record = json.loads(certificate.to_json())
        if record["loss"]["formula"] is None:  # code that was not read is no formula that could be asked about again
            continue
        classes = certificate.problem.classes
        yield Made(
            0,
            kind,
            record["loss"],
            record["regularizer"],
            (classes.low, classes.high),
            record.get("anchor") if anchored else None,
        )


def _certificates() -> Iterator[tuple[str, Certificate, bool]]:
    for kind in kinds():
        for number in NUMBERS:
            for given in _given(kind, number):
                try:
                    yield kind, sc.certify(*given[:-1], classes=given[-1], budget=5), False
                except SymcheckError:
                    continue
    for loss, g, anchors in ANCHORED:
        for anchor in anchors:
            yield "anchors", sc.certify(loss, g, anchor=anchor), True
    for k, loss in enumerate(DETACHED):
        yield "detached", sc.certify(loss, PENALTIES[k % len(PENALTIES)]), False


def _given(kind: str, number: int) -> Iterator[tuple[Any, ...]]:
    """What the trial of this kind asks ``certify``, and now and then the loss alone; nothing for other trials."""
    trial: Any = trial_of(kind, SEED, number)
    loss = getattr(trial, "given", None) or getattr(trial, "loss", None)
    g = getattr(trial, "regularizer", None) or getattr(trial, "penalty", None)
    if loss is None or g is None:
        return
    classes = getattr(trial, "classes", None) or Classes()
    yield loss, g, classes
    if number % 4 == 1:
        yield loss, classes
