"""Orders of convergence, kappa and curvature of a certificate against fits of 100 digits on small random data."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from benchmarks.soundness.kinds._material import CE, ENTROPY, HALF, L2, MAE, MUH, VARIANCE, P, Y, Z
from benchmarks.soundness.trial import Outcome, Trial, Wrong
from benchmarks.soundness.truth.expressions import Unreadable, number_of
from benchmarks.soundness.truth.fits import Data, Orders, fitted_orders
from benchmarks.soundness.truth.numbers import CONTEXT, NoOpinion, Undefined, ball
from symcheck.certificates.certify import certify
from symcheck.findings.prediction import Order, Prediction
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.functions import cosh, exp, log, mean, total

BUDGET = 5.0
CLOSE = 1e-4
"""How far kappa/s may be from the size that is measured at alpha = 1e-8."""

LOSSES: tuple[Any, ...] = (
    CE, 2 * MAE, MUH, (1 - P[Y] ** HALF) / HALF, (1 - P[Y] ** Fraction(7, 10)) * 2, (1 - P[Y]) ** 2 * CE,
    Fraction(9, 10) * CE - mean(log(P)) / 10, total(P**2) - 2 * P[Y],
    log(1 + exp(CE)), CE + MAE, CE**2 / 2 + CE, (1 - log(P[Y]) / 3) ** 2,
)  # fmt: skip
PENALTIES: tuple[Any, ...] = (
    L2, 3 * L2, L2 + VARIANCE, total(exp(Z) - Z - 1), total(log(cosh(Z))), L2 + mean(Z) ** 2, ENTROPY, -mean(log(P)),
    VARIANCE, total(exp(Z - mean(Z))),
)  # fmt: skip


@dataclass(frozen=True)
class Fit(Trial):
    """The formulas of a pair, data, and other data that decide where the first have a higher order than is stated."""

    loss: Formula
    penalty: Formula
    data: Data
    other: Data

    @property
    def text(self) -> str:
        return f"l = {self.loss}; g = {self.penalty}; {self.data}"

    def run(self) -> Outcome:
        start = time.perf_counter()
        certificate = certify(self.loss, self.penalty, classes=self.data.classes, budget=BUDGET)
        seconds = time.perf_counter() - start
        prediction = certificate.prediction
        if certificate.verdict is not Verdict.PROVED or prediction is None:
            return Outcome(f"{certificate.verdict}: no prediction", seconds)
        order = next((o for o in prediction.orders if self.data.classes in o.classes), None)
        try:
            kappa, s, t = self._numbers(prediction)
            found = fitted_orders(self.loss, self.penalty, self.data, (s, t))
            wrong = [*self._size(kappa / s, found), *(self._orders(order, found, (s, t)) if order else ())]
        except (NoOpinion, Undefined, Unreadable):
            return Outcome("PROVED, no fit", seconds, not_judged=1)
        return Outcome(f"PROVED, {'order' if order else 'no order'}", seconds, tuple(wrong), judged=4 if order else 1)

    def _numbers(self, prediction: Prediction) -> tuple[Fraction, Fraction, Fraction]:
        """kappa, s and t to 90 digits; on the quotient t says nothing."""
        names = {"C": Fraction(self.data.classes)}
        values = []
        for expression in (prediction.kappa, prediction.curvature, prediction.coupling):
            middle = ball(number_of(expression, names)).mid
            values.append(Fraction(CONTEXT.nstr(middle, 90)))
        return values[0], values[1], Fraction(0) if prediction.quotient else values[2]

    def _size(self, claimed: Fraction, found: Orders) -> list[Wrong]:
        if abs(found.size / float(claimed) - 1) < CLOSE:
            return []
        return [Wrong("size of the limit", f"kappa/s = {float(claimed):.8g}", f"{found.size:.8g}", str(self.data))]

    def _orders(self, order: Order, found: Orders, curvature: tuple[Fraction, Fraction]) -> list[Wrong]:
        """What is stated is the order on generic data: these, or else the other ones, show it, and none a lower one."""
        stated = (order.to_limit, order.to_limit, order.clean_to_noisy)
        names = ("clean labels to their limit", "noisy labels to their limit", "clean to noisy")
        seen = (found.clean, found.noisy, found.apart)
        if all(claim is None or claim == x for claim, x in zip(stated, seen, strict=True)):
            return []
        again = fitted_orders(self.loss, self.penalty, self.other, curvature)
        wrong = []
        for name, claim, *both in zip(names, stated, seen, (again.clean, again.noisy, again.apart), strict=True):
            lower = [x for x in both if claim is not None and x is not None and x < claim]
            if lower or (claim is not None and claim not in both):
                wrong.append(Wrong(f"order of {name}", str(claim), str(both), str(self.data)))
        return wrong


def trial(rng: random.Random, index: int) -> Trial:  # noqa: ARG001 - every number draws another one
    """Two terms of a loss with random weights, or one, and one or two of a penalty."""
    loss = rng.choice(LOSSES)
    if rng.random() < 0.5:
        loss = _weight(rng) * loss + _weight(rng) * rng.choice(LOSSES)
    penalty = rng.choice(PENALTIES)
    if rng.random() < 0.3:
        penalty = _weight(rng) * penalty + _weight(rng) * rng.choice(PENALTIES)
    classes, a = rng.choice((2, 2, 3, 3, 4)), Fraction(rng.randint(1, 9), 10)
    return Fit(Formula.of(loss), Formula.of(penalty), _data(rng, classes, a), _data(rng, classes, a))


def _weight(rng: random.Random) -> Fraction:
    return Fraction(rng.randint(1, 9), rng.randint(1, 9))


def _data(rng: random.Random, classes: int, a: Fraction) -> Data:
    """Two features and every class at least once."""
    samples = classes + 3
    features = tuple((rng.randint(-9, 9), 2 * rng.randint(-5, 4) + 1) for _ in range(samples - 1))
    labels = (*range(classes), *(rng.randrange(classes) for _ in range(samples - classes)))
    # a first sample with large features of its own, so that the features are independent and know something of labels
    return Data(classes, ((11, 2), *features), labels, a)
