"""Trials of what is said of l and g at every z: minimisers that exist, and properties, against values far and near."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from benchmarks.soundness.trial import Outcome, Trial, Wrong
from benchmarks.soundness.truth.expressions import Unreadable, number_of_text
from benchmarks.soundness.truth.numbers import NoOpinion, ball
from benchmarks.soundness.truth.value import DIGITS, MP, value_at
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.conditions import remembered
from symcheck.conditions.agreement.points import array_points
from symcheck.errors import SymcheckError
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes

BUDGET = 5.0
CLASSES = (2, 3)
TINY = Fraction(1, 10**18)
"""An alpha for which (B') leaves nothing below 0, unless K/c is as large as its inverse."""
ALPHAS = (Fraction(1, 10), Fraction(1, 10**3), Fraction(1, 10**6))
FARTHEST = 40
"""Points up to 10^FARTHEST u are looked at where a ray is said to have no end."""
SLACK = MP.mpf(10) ** -60
"""Rounding of values of the size of 1."""


@dataclass(frozen=True)
class Far(Trial):
    """What is said of ``loss`` and ``regularizer`` far from 0, for these ``conditions``; ``seed`` draws the points."""

    loss: Formula
    regularizer: Formula
    conditions: tuple[Condition, ...]
    classes: Classes = field(default_factory=Classes)
    seed: str = ""

    @property
    def text(self) -> str:
        about = {p.name: p for p in (*self.loss.parameters, *self.regularizer.parameters)}
        return "; ".join([f"l = {self.loss}", f"g = {self.regularizer}", str(self.classes), *map(repr, about.values())])

    def run(self) -> Outcome:
        rng = random.Random(f"far {self.seed}")
        remembered.forget()
        start = time.perf_counter()
        try:
            certificate = certify(self.loss, self.regularizer, classes=self.classes, budget=BUDGET)
            findings = [
                certificate.property(c)
                for c in self.conditions
                if c is not Condition.MINIMISERS_HELD or certificate.verdict is Verdict.PROVED
            ]
        except SymcheckError as error:
            return Outcome(type(error).__name__, time.perf_counter() - start)
        seconds = time.perf_counter() - start
        wrong, judged, open_ = [], 0, 0
        for found in findings:
            if found.verdict is Verdict.UNDECIDED:
                continue
            judge = _JUDGES[found.condition]
            try:
                said = judge(certificate, found, rng)
                judged += 1
            except (NoOpinion, Unreadable):
                open_ += 1
                continue
            wrong += [] if said is None else [said]
        answer = f"{sum(f.verdict is Verdict.PROVED for f in findings)} of {len(findings)} PROVED"
        return Outcome(answer, seconds, tuple(wrong), judged, open_)


def _places(certificate: Certificate) -> Iterator[tuple[int, dict[str, Fraction]]]:
    """Classes and values of the parameters of the scope."""
    for classes in CLASSES:
        if classes in certificate.scope.classes:
            for f in (certificate.loss.formula, certificate.regularizer.formula):
                for point in list(array_points(f, certificate.scope, classes))[:4]:
                    known = dict(point.values)
                    if all(p.name in known for p in certificate.scope.parameters):
                        yield classes, known


def _points(rng: random.Random, classes: int, sizes: Sequence[int]) -> Iterator[tuple[Fraction, ...]]:
    """Points of many sizes, along axes and in general directions."""
    for size in sizes:
        for _ in range(3):
            yield tuple(Fraction(10) ** size * Fraction(rng.randint(-9, 9), 7) for _ in range(classes))
        for k in range(classes):
            for sign in (1, -1):
                yield tuple(Fraction(10) ** size * sign * int(i == k) for i in range(classes))


def _is_below(value: Any, end: Any, size: Any) -> bool:
    """Whether ``value`` is below ``end`` by more than the rounding of numbers of this ``size``."""
    return bool(value - end < -(MP.mpf(10) ** (20 - DIGITS)) * (1 + abs(size)))


def _known(formula: Formula, z: Sequence[Fraction], y: int, values: dict[str, Fraction]) -> Any | None:
    """The value, None where there is none or where it is too large to be found."""
    try:
        return value_at(formula, z, y, values)
    except NoOpinion:
        return None


def _rise(pair: Certificate, z: Sequence[Fraction], y: int, values: dict[str, Fraction], alpha: Fraction) -> Any | None:
    """alpha (l(z, y) - l(0, y)) + g(z) - g(0), None where a value is missing or is lost beside another one."""
    zero = (Fraction(0),) * len(z)
    found, sizes = MP.mpf(0), [MP.mpf(1)]
    for formula, weight in ((pair.loss.formula, alpha), (pair.regularizer.formula, Fraction(1))):
        far, near = _known(formula, z, y, values), _known(formula, zero, y, values)
        if far is None or near is None:
            return None
        found += MP.mpf(weight.numerator) / weight.denominator * (far - near)
        sizes.append(abs(far))
    return found if abs(found) > max(sizes) * MP.mpf(10) ** (20 - DIGITS) else None


def _minimisers(certificate: Certificate, found: Finding, rng: random.Random) -> Wrong | None:
    if found.verdict is Verdict.REFUTED:
        return _escapes(certificate, found)
    for classes, values in _places(certificate):
        for z in _points(rng, classes, (0, 1, 2, 4, 8, 16, 32)):
            if (certificate.quotient and len(set(z)) == 1) or not any(z):
                continue
            rise = _rise(certificate, z, rng.randrange(classes), values, TINY)
            if rise is not None and rise < 0:
                told = f"alpha l + g is below its value at 0 at z = {z}, alpha = {TINY}"
                return Wrong("minimisers are held", "PROVED", told, f"C = {classes}, {values}")
    return None


def _escapes(certificate: Certificate, found: Finding) -> Wrong | None:
    """Whether the ray, or the point, of the witness beats what is near 0 for several alpha."""
    witness = found.witness
    assert witness is not None
    told = re.search(r"z = (t )?\(([^)]*)\), y = (\d+)", witness.quantity)
    assert told is not None, witness.quantity
    direction = [Fraction(x) for x in told[2].split(",")]
    values, y = dict(witness.parameters), int(told[3]) - 1
    sizes = [10**k for k in range(1, FARTHEST)] if told[1] else [1]
    for alpha in ALPHAS if told[1] else (TINY,):
        need = -MP.mpf(alpha.numerator) / alpha.denominator / 1000 if told[1] else MP.mpf(0)
        rises = [_rise(certificate, [t * x for x in direction], y, values, alpha) for t in sizes]
        known = [rise for rise in rises if rise is not None]
        if not known:
            raise NoOpinion("no value along the ray")
        if min(known) >= need:
            if len(known) > 2 and known[-1] < known[len(known) // 2]:
                raise NoOpinion("it is still falling at the farthest point that is looked at")
            said = f"along it alpha l + g stays above its value at 0, alpha = {alpha}"
            return Wrong("minimisers escape", str(witness), said)
    return None


def _bounded_below(certificate: Certificate, found: Finding, rng: random.Random) -> Wrong | None:
    """A loss that is bounded below does not fall from each of several far points to one that is farther out."""
    if found.verdict is Verdict.REFUTED:
        return None
    for classes, values in _places(certificate):
        for z in _points(rng, classes, (1,)):
            lows = [_known(certificate.loss.formula, [x * 10**k for x in z], 0, values) for k in (6, 12, 24)]
            if None not in lows and lows[0] - lows[1] > 1 and lows[1] - lows[2] > 1:
                return Wrong("l is bounded below", "PROVED", f"it falls along z = {z}", f"C = {classes}, {values}")
    return None


def _bounded(certificate: Certificate, found: Finding, rng: random.Random) -> Wrong | None:
    """The ends that are told hold at points of all sizes."""
    told = re.fullmatch(r"(.*) <= l\(z, y\) <= (.*) for every z(?: for which it exists)?", found.detail)
    if found.verdict is Verdict.REFUTED or told is None:
        return None
    for classes, values in _places(certificate):
        names = {"C": Fraction(classes), **values}
        low, high = (ball(number_of_text(end, names)).mid for end in told.groups())
        for z in _points(rng, classes, (-1, 0, 1, 3, 6)):
            value = _known(certificate.loss.formula, z, rng.randrange(classes), values)
            if value is not None and (value < low - SLACK or value > high + SLACK):
                said = f"it is {MP.nstr(value, 15)} at z = {z}"
                return Wrong("l is bounded", found.detail, said, f"C = {classes}, {values}")
    return None


def _convex(certificate: Certificate, found: Finding, rng: random.Random) -> Wrong | None:
    """A convex function is at most the mean of two values in the middle between them."""
    if found.verdict is Verdict.REFUTED:
        return None
    is_loss = found.condition is Condition.LOSS_CONVEX
    formula = certificate.loss.formula if is_loss else certificate.regularizer.formula
    for classes, values in _places(certificate):
        for size in (-1, 0, 0, 1, 1, 2):
            scale = Fraction(10) ** size / 7
            x, w = (tuple(scale * rng.randint(-30, 30) for _ in range(classes)) for _ in "xw")
            middle = tuple((a + b) / 2 for a, b in zip(x, w, strict=True))
            y = rng.randrange(classes)
            ends = [_known(formula, z, y, values) for z in (x, w, middle)]
            if None not in ends and _is_below(ends[0] + ends[1], 2 * ends[2], ends[2]):
                told = f"not between {x} and {w}, y = {y + 1}"
                return Wrong(found.condition.value, "PROVED", told, f"C = {classes}, {values}")
    return None


def _symmetric(certificate: Certificate, found: Finding, rng: random.Random) -> Wrong | None:
    """The sum over the labels is the same at 0 and at any z."""
    if found.verdict is Verdict.REFUTED:
        return None
    for classes, values in _places(certificate):
        sums = []
        for z in ((Fraction(0),) * classes, *list(_points(rng, classes, (0, 1)))[:4]):
            each = [_known(certificate.loss.formula, z, y, values) for y in range(classes)]
            if None not in each:
                sums.append(sum(each))
        if any(abs(s - sums[0]) > SLACK for s in sums):
            return Wrong(found.condition.value, "PROVED", "two of the sums differ", f"C = {classes}, {values}")
    return None


_JUDGES = {
    Condition.MINIMISERS_HELD: _minimisers,
    Condition.LOSS_BOUNDED: _bounded,
    Condition.LOSS_BOUNDED_BELOW: _bounded_below,
    Condition.LOSS_CONVEX: _convex,
    Condition.REGULARIZER_CONVEX: _convex,
    Condition.LOSS_SYMMETRIC: _symmetric,
}
