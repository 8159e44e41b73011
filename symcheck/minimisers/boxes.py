"""What minimisers predict on a whole range of lambda, by boxes that cover it and balls that decide the margins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from flint import arb, arb_mat, ctx

from symcheck.field.ball import ball_of
from symcheck.findings.finding import Trust
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.language.interval import Interval
from symcheck.minimisers.enclosure import Balls, Enclosure, approximation, enclosure
from symcheck.minimisers.exact import samples
from symcheck.minimisers.log_linear import LogLinear
from symcheck.minimisers.prediction_verdict import Shown, Winners
from symcheck.minimisers.training import Training

BITS: Final = 96
MOST_BOXES: Final = 400
NARROWEST: Final = Fraction(1, 2**30)
"""A box narrower than this part of the range is given up."""
HALVINGS: Final = 40


@dataclass(frozen=True)
class Stretch:
    """The numbers from ``first`` to ``last``, walked in this order: of lambda, or of 1/lambda if ``inverse``."""

    first: Fraction
    last: Fraction
    inverse: bool

    def __str__(self) -> str:
        low, high = sorted((self.first, self.last))
        return f"{'1/lambda' if self.inverse else 'lambda'} in [{low}, {high}]"


def by_balls(training: Training, winners: Winners, lambdas: Interval) -> Shown:
    """The verdict on the winners for every lambda of the interval."""
    if not training.is_strictly_convex:
        return Shown(Verdict.UNDECIDED, "the objective is not shown to be strictly convex")
    low, high = lambdas.low, lambdas.high
    assert low is not None
    if lambdas.low == 0 and not lambdas.low_open:
        return Shown(Verdict.UNDECIDED, "at lambda = 0 there need not be a minimiser")
    found = []
    with ctx.workprec(BITS):
        balls = Balls(training.reduced)
        for x, margins in _at_points(balls, winners, lambdas):
            if any(m < 0 for m in margins):
                why = f"the minimiser at lambda = {x} predicts otherwise, by Krawczyk's test"
                return Shown(Verdict.REFUTED, why, Trust.BALL, at=x)
        for stretch in _stretches(low, high):
            shown = _walk(balls, winners, stretch)
            if shown.verdict is Verdict.REFUTED:
                return shown
            found.append(shown)
    return Shown(conjunction(s.verdict for s in found), "; ".join(s.by for s in found), Trust.BALL)


def outputs_at(training: Training, x: Fraction) -> list[list[arb]] | None:
    """Balls around the outputs of the minimiser at lambda = ``x`` > 0, a row for each point; None if not shown."""
    with ctx.workprec(BITS):
        if not training.is_strictly_convex or x <= 0:
            return None
        balls = Balls(training.reduced)
        box = _at_point(balls, arb_mat(len(balls.training.basis), 1), x)
        return None if box is None else balls.outputs(box.middle + box.rest)


def _at_points(balls: Balls, winners: Winners, lambdas: Interval) -> Iterator[tuple[Fraction, list[arb]]]:
    """Some lambdas of the interval with the margins there, from the largest on."""
    near = arb_mat(len(balls.training.basis), 1)
    # For large lambda the minimiser is close to 0, where the walk begins; each one is the start of the next.
    for x in sorted(samples(lambdas), reverse=True):
        box = _at_point(balls, near, x)
        if box is None:
            return
        near = box.middle
        yield x, box.margins(balls, winners)


def _at_point(balls: Balls, near: arb_mat, x: Fraction) -> Enclosure | None:
    found = approximation(balls, near, x, inverse=False)
    return None if found is None else enclosure(balls, found, x, x, inverse=False)


def _stretches(low: Fraction, high: Fraction | None) -> Iterator[Stretch]:
    """The stretches that cover the interval."""
    turn = max(low, Fraction(1)) if high is None else high
    # In 1/lambda the end at infinity is a point like any other: lambda theta has a limit there.
    if high is None:
        yield Stretch(Fraction(0), 1 / turn, inverse=True)
    if low < turn or high is not None:
        yield Stretch(turn, low, inverse=False)


def _walk(balls: Balls, winners: Winners, stretch: Stretch) -> Shown:
    """Boxes from the first number to the last: narrower where a test fails, wider again where it holds."""
    prefix, last = "", stretch.last
    if last == 0:
        last = _separated_below(balls, winners, stretch.first)
        if last:
            prefix = f"lambda in (0, {last}]: {_SEPARATED}; "
    inverse = stretch.inverse
    whole = abs(last - stretch.first)
    up = 1 if last > stretch.first else -1
    at, step = stretch.first, whole
    nothing, last_box, run = arb_mat(len(balls.training.basis), 1), None, 0
    for count in range(1, MOST_BOXES + 1):
        end = at + up * min(step, abs(last - at))
        low, high = sorted((at, end))
        middle = (low + high) / 2
        start = nothing if last_box is None else last_box.beside(middle)
        found = approximation(balls, start, middle, inverse=inverse)
        box = None if found is None else enclosure(balls, found, low, high, inverse=inverse)
        margins = [arb(0)] if box is None else box.margins(balls, winners)
        # The ball is negative on the whole box, so at its middle as well.
        if any(m < 0 for m in margins):
            wrong = 1 / middle if inverse else middle
            why = f"the minimiser at lambda = {wrong} predicts otherwise, by Krawczyk's test"
            return Shown(Verdict.REFUTED, why, Trust.BALL, at=wrong)
        if all(m > 0 for m in margins):
            if end == last:
                boxes = f"{count} box{'es' if count > 1 else ''}"
                done = f"{prefix}{Stretch(stretch.first, last, inverse)}: Krawczyk's test in {boxes}"
                return Shown(Verdict.PROVED, done, Trust.BALL)
            at, last_box, run = end, box, run + 1
            # Not after each success: a step that is too long costs a whole test.
            step *= 2 if run % 4 == 0 else 1
        else:
            step, run = step / 2, 0
            if step <= whole * NARROWEST:
                break
    return Shown(Verdict.UNDECIDED, f"{stretch}: no box shows it at {at}", Trust.BALL)


_SEPARATED = "a wrong or tied prediction costs w_i log 2 or more, and the minimum is below that"


def _separated_below(balls: Balls, winners: Winners, high: Fraction) -> Fraction:
    """A lambda_0 <= ``high`` up to which every point is predicted right, by the value of the minimum; 0 if none.

    For cross entropies of one label each: a prediction that is wrong or tied costs log 2 at least, no point costs
    less than 0, and the minimum of R + lambda G does not fall as lambda grows.
    """
    training = balls.training
    if any(not _is_cross_entropy(r, w - 1) for r, w in zip(training.risks, winners, strict=True)):
        return Fraction(0)
    allowed = ball_of(min(training.weights)) * arb(2).log()
    near, x = arb_mat(len(training.basis), 1), high
    for _ in range(HALVINGS):
        found = approximation(balls, near, x, inverse=False)
        if found is None:
            return Fraction(0)
        near, spent = found, arb(0)
        for w, risk, z in zip(training.weights, training.risks, balls.outputs(near), strict=True):
            # The value at any parameters is at least the minimum, so nothing has to be shown about ``near``.
            spent += ball_of(w) * (risk.value(z) + ball_of(x) * training.penalty.value(z))
        if spent < allowed:
            return x
        x /= 2
    return Fraction(0)


def _is_cross_entropy(risk: LogLinear, label: int) -> bool:
    """Whether the risk is log P - z_label with P >= e^(z_label) + e^(z_k) for every other class k."""
    if len(risk.logs) != 1 or risk.logs[0][1] != 1 or set(risk.polynomial.terms) != {((label, 1),)}:
        return False
    inside = risk.logs[0][0].terms
    return risk.linear(label) == -1 and all(inside.get(((k, 1),), 0) >= 1 for k in range(risk.classes))
