"""Signs of quadratic polynomials: a x**2 + b x + c > 0 for every real x if a > 0 and 4 a c > b**2."""

from __future__ import annotations

from symcheck.field.element import Element
from symcheck.field.signs.box import Box
from symcheck.field.signs.proof import Proof
from symcheck.field.signs.prover import Prover
from symcheck.field.signs.sign import ProvedSign

MOST_TERMS = 12
"""Longer polynomials are not looked at."""


def by_discriminant(prover: Prover, f: Element, box: Box, _goal: int) -> Proof | None:
    """``f`` is quadratic in a variable or another generator, which may then be any real number."""
    if len(f.parts) > MOST_TERMS:
        return None
    found: Proof | None = None
    for place, degree in enumerate(f.lift().n.degrees()):
        # C and log C, say, count as independent here: what holds for every real number holds for the values it has.
        if degree == 2 and prover.field.generators[place].depends:
            proof = _in(prover, f, box, place)
            if proof is not None and proof.proved.is_strict:
                return proof
            found = found or proof
    return found


def _in(prover: Prover, f: Element, box: Box, place: int) -> Proof | None:
    field = prover.field
    coefficients = [field.zero] * 3
    for coefficient, powers in f.parts:
        k = dict(powers).get(place, 0)
        rest = field.monomial(tuple(x for x in powers if x[0] != place))
        coefficients[k] = coefficients[k] + rest * coefficient
    c, b, a = coefficients
    top = prover.prove(a, box)
    if top is None or not top.proved.is_strict:
        return None
    room = prover.prove(a * c * 4 - b * b, box)
    if room is None or not room.proved.at_least_zero:
        return None
    proved = top.proved.times(ProvedSign.NONNEGATIVE if room.proved is ProvedSign.ZERO else room.proved)
    what = "has no real zero" if proved.is_strict else "does not change its sign"
    return Proof(proved, f, box, lambda: f"it is quadratic in {field.generator(place).text()} and {what}", (top, room))


RULE, RANK = by_discriminant, 10
