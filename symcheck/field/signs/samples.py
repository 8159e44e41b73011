"""Signs from points and from proofs, put together."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, islice

from flint import arb

from symcheck.field.ball import PRECISIONS, Point
from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.signs.box import Box
from symcheck.field.signs.points import some_value
from symcheck.field.signs.proof import Proof
from symcheck.field.signs.prover import Prover
from symcheck.field.signs.rules.roots import critical_values, only_variable
from symcheck.field.signs.sign import Kind, ProvedSign, Sample, Sign
from symcheck.field.whole_powers import whole_power
from symcheck.reason import Undecided

MOST_TRIED = 12
"""Points from which an exact zero is looked for."""

DIGITS = 12
"""Decimal digits of the values that are shown."""

_KINDS = {ProvedSign.POSITIVE: Kind.POSITIVE, ProvedSign.NEGATIVE: Kind.NEGATIVE, ProvedSign.ZERO: Kind.ZERO}


def is_decisive(proof: Proof) -> bool:
    """Whether the sign is the same everywhere on the box of ``proof``."""
    return proof.proved in _KINDS


def sign_of_proof(prover: Prover, proof: Proof) -> Sign:
    """The sign that a decisive ``proof`` shows on its whole box."""
    return Sign(
        _KINDS[proof.proved],
        proof.exact,
        proof.proved.at_least_zero,
        proof.proved.at_most_zero,
        proof.steps,
        lambda: _one_point(prover, proof),
    )


def sampled(samples: tuple[Sample, ...], proof: Proof | None) -> Sign:
    """MIXED if two of the samples differ, else UNKNOWN; ``proof`` may show that no sign is negative, or positive."""
    kind = Kind.MIXED if len({s.sign for s in samples}) > 1 else Kind.UNKNOWN
    shown = tuple(f"{s.value} at {s.place}" for s in samples)
    return Sign(
        kind,
        False,
        proof is not None and proof.proved.at_least_zero,
        proof is not None and proof.proved.at_most_zero,
        lambda: (() if proof is None else proof.steps()) + shown,
        lambda: samples,
    )


def joined(signs: list[Sign], proof: Proof | None = None) -> Sign:
    """The sign on the union of the parts of a scope whose signs are known."""
    kinds = {s.kind for s in signs}
    below = all(s.nonpositive for s in signs) or (proof is not None and proof.proved.at_most_zero)
    above = all(s.nonnegative for s in signs) or (proof is not None and proof.proved.at_least_zero)
    if len(kinds) == 1:
        kind = kinds.pop()
    elif Kind.MIXED in kinds or len(kinds - {Kind.UNKNOWN}) > 1:
        kind = Kind.MIXED
    else:
        kind = Kind.UNKNOWN
    return Sign(
        kind,
        all(s.exact for s in signs),
        above,
        below,
        lambda: tuple(dict.fromkeys(step for s in signs for step in s.steps)),
        lambda: tuple(dict.fromkeys(p for s in signs for p in s.points)),
    )


def two_signs(prover: Prover, c: Element, box: Box) -> tuple[Sample, ...]:
    """Samples of two different signs in ``box``, or of one, or none if no sign was shown anywhere."""
    field = prover.field
    found: dict[int, Sample] = {}
    for point in chain(prover.points(box.only(field.depends(c))), _critical(prover, c, box)):
        # A sign that is known is not shown a second time: exact zeros and long balls are costly.
        if point.sign(c, PRECISIONS[:1]) in found:
            continue
        sample = sample_at(field, c, point, box)
        if sample is not None and sample.sign not in found:
            found[sample.sign] = sample
            if len(found) == 2:
                break
    return tuple(found.values())


def _critical(prover: Prover, c: Element, box: Box) -> Iterator[Point]:
    """Points at, and between, the zeros of factors that are polynomials in one parameter alone."""
    field = prover.field
    first = prover.points(box.only(field.depends(c))).first
    for f, _ in field.factors(c)[1]:
        name = only_variable(f)
        if name is None or name not in first.values or name == "C":
            continue
        for value in critical_values(f):
            if value in box.side(name):
                yield Point(field, {**first.values, name: value})


def zero_of(prover: Prover, c: Element) -> Sample | None:
    """A point of the scope at which ``c`` is exactly 0, found where a factor is linear in one of the variables."""
    field = prover.field
    box = field.box.only(field.depends(c))
    for f, _ in field.factors(c)[1]:
        if any(field.generators[place].of is not None for place in f.places):
            continue
        for point in islice(prover.points(box), MOST_TRIED):
            for name in point.values:
                value = _zero_along(f, point, name)
                if value is not None and value in box.side(name):
                    sample = sample_at(field, c, Point(field, {**point.values, name: value}))
                    if sample is not None and sample.sign == 0:
                        return sample
    return None


def _zero_along(f: Element, point: Point, name: str) -> Fraction | None:
    """The zero of a polynomial in the variables along ``name``, the others as in ``point``, if it is linear in it."""
    rest = slope = Fraction(0)
    for coefficient, powers in f.parts:
        value, degree = Fraction(coefficient), 0
        for place, k in powers:
            other = f.field.generators[place].name
            if other == name:
                degree = k
            elif other not in point.values:  # a rounded number
                return None
            else:
                value *= whole_power(Fraction(point.values[other]), k)
        if degree > 1:
            return None
        rest, slope = (rest + value, slope) if degree == 0 else (rest, slope + value)
    return -rest / slope if slope else None


def sample_at(field: AbstractField, c: Element, point: Point, box: Box | None = None) -> Sample | None:
    """The sign of ``c`` at ``point``: from a ball, or 0 if it is the canonical form there."""
    sign = point.sign(c)
    if sign is None and not point.values:  # c itself, whose canonical form is looked at first
        return None
    if sign is None:
        try:
            # A ball around 0 shows nothing: only the canonical form at the point proves a zero there.
            if not c.at(point.values).is_zero:
                return None
        except Undecided:
            return None
    shown = _shown(point.ball(c), point.ball(c, PRECISIONS[1])) if sign else "0"
    return None if "inf" in shown else Sample(_completed(field, point, box or field.box), shown, sign or 0)


def _shown(ball: arb, finer: arb) -> str:
    return (ball if ball.rel_accuracy_bits() > 3 * DIGITS else finer).str(DIGITS)


def _completed(field: AbstractField, point: Point, box: Box) -> tuple[tuple[str, Fraction], ...]:
    """The values of ``point``, of the variables on which nothing depends there, and of C where it is fixed.

    Rounded numbers have none.
    """
    fixed = field.scope.classes.fixed
    values = {} if fixed is None else {"C": Fraction(fixed)}
    for name, side in zip(field.box.names, field.box.sides, strict=True):
        value = point.values.get(name)
        if value is None and side.rounded:
            continue
        if value is None:
            value = some_value(box.side(name) if name in box.names else side)
        values[name] = Fraction(value)
    return tuple(values.items())


def _one_point(prover: Prover, proof: Proof) -> tuple[Sample, ...]:
    """A point of the box with the sign that is proved there."""
    field, c = prover.field, proof.subject
    sign = 0 if proof.proved is ProvedSign.ZERO else 1 if proof.proved.at_least_zero else -1
    points = prover.points(proof.box.only(field.depends(c)))
    for point in islice(points, MOST_TRIED):
        shown = _shown(point.ball(c), point.ball(c, PRECISIONS[1])) if sign else "0"
        if "inf" not in shown and "nan" not in shown:
            return (Sample(_completed(field, point, proof.box), shown, sign),)
    return (Sample(_completed(field, points.first, proof.box), "too large to be shown", sign),)
