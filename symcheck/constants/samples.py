"""Signs from points and from proofs, put together."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING

from symcheck.constants.ball import PRECISIONS, Point
from symcheck.constants.box import Box
from symcheck.constants.constant import Constant
from symcheck.constants.points import some_value
from symcheck.constants.roots import critical_values, only_variable
from symcheck.constants.sign import Claim, Kind, Proof, Sample, Sign
from symcheck.reason import Undecided

if TYPE_CHECKING:
    from symcheck.constants.field import Field

DIGITS = 12
"""Decimal digits of the values that are shown."""

_KINDS = {Claim.POSITIVE: Kind.POSITIVE, Claim.NEGATIVE: Kind.NEGATIVE, Claim.ZERO: Kind.ZERO}


def is_decisive(proof: Proof) -> bool:
    """Whether the sign is the same everywhere on the box of ``proof``."""
    return proof.claim in _KINDS


def proved(proof: Proof) -> Sign:
    """The sign that ``proof`` shows on its whole box."""
    return Sign(
        _KINDS[proof.claim],
        proof.exact,
        proof.claim.at_least_zero,
        proof.claim.at_most_zero,
        proof.steps,
        lambda: _one_point(proof),
    )


def sampled(samples: tuple[Sample, ...], proof: Proof | None) -> Sign:
    """MIXED if two of the samples differ, else UNKNOWN; ``proof`` may show that no sign is negative, or positive."""
    kind = Kind.MIXED if len({s.sign for s in samples}) > 1 else Kind.UNKNOWN
    shown = tuple(f"{s.value} at {s.place}" for s in samples)
    return Sign(
        kind,
        False,
        proof is not None and proof.claim.at_least_zero,
        proof is not None and proof.claim.at_most_zero,
        lambda: (() if proof is None else proof.steps()) + shown,
        lambda: samples,
    )


def joined(signs: list[Sign], proof: Proof | None = None) -> Sign:
    """The sign on the union of the parts of a scope whose signs are known."""
    kinds = {s.kind for s in signs}
    below = all(s.nonpositive for s in signs) or (proof is not None and proof.claim.at_most_zero)
    above = all(s.nonnegative for s in signs) or (proof is not None and proof.claim.at_least_zero)
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


def two_signs(field: Field, c: Constant, box: Box) -> tuple[Sample, ...]:
    """Samples of two different signs in ``box``, or of one, or none if no sign was shown anywhere."""
    found: dict[int, Sample] = {}
    for point in chain(field.ladder.points(box.only(field.depends(c))), _critical(field, c, box)):
        if point.sign(c, PRECISIONS[:1]) in found:
            continue
        sample = sample_at(field, c, point)
        if sample is not None and sample.sign not in found:
            found[sample.sign] = sample
            if len(found) == 2:
                break
    return tuple(found.values())


def _critical(field: Field, c: Constant, box: Box) -> Iterator[Point]:
    """Points at, and between, the zeros of factors that are polynomials in one parameter alone."""
    first = field.ladder.points(box.only(field.depends(c)))[0]
    for f, _ in field.factors(c)[1]:
        name = only_variable(field.ladder, f)
        if name is None or name == "C":
            continue
        for value in critical_values(f):
            if value in box.side(name):
                yield Point(field, {**first.values, name: value})


def sample_at(field: Field, c: Constant, point: Point) -> Sample | None:
    """The sign of ``c`` at ``point``: from a ball, or 0 if it is the canonical form there."""
    sign = point.sign(c)
    if sign is None:
        try:
            if not c.at(point.values).is_zero:
                return None
        except Undecided:
            return None
    shown = point.ball(c).str(DIGITS) if sign else "0"
    return None if "inf" in shown else Sample(_completed(field, point), shown, sign or 0)


def _completed(field: Field, point: Point) -> tuple[tuple[str, Fraction], ...]:
    """The values of ``point``, of the variables on which nothing depends there, and of C where it is fixed."""
    classes, box = field.scope.classes, field.box
    values = {} if classes.fixed is None else {"C": Fraction(classes.fixed)}
    for name, side in zip(box.names, box.sides, strict=True):
        value = point.values.get(name)
        values[name] = some_value(side) if value is None else Fraction(value)
    return tuple(values.items())


def _one_point(proof: Proof) -> tuple[Sample, ...]:
    c = proof.subject
    for point in c.field.ladder.points(proof.box.only(c.field.depends(c))):
        sample = sample_at(c.field, c, point)
        if sample is not None:
            return (sample,)
    return ()
