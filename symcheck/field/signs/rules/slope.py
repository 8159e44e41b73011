"""Signs from the derivative: what rises from a value that is not negative is positive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from symcheck.field.element import Element
from symcheck.field.signs.box import Box
from symcheck.field.signs.proof import Proof
from symcheck.field.signs.prover import Prover
from symcheck.field.signs.sign import ProvedSign
from symcheck.language.scope import Classes
from symcheck.reason import Undecided

MOST_TERMS = 60
"""A derivative with more terms than this is not followed."""


def by_slope(prover: Prover, f: Element, box: Box, goal: int) -> Proof | None:
    """A derivative of one sign and the value at the end it rises from; ``goal`` is the sign looked for, 0 if either."""
    if not prover.is_smooth(f, box):
        return None
    depends = prover.field.depends(f)
    for name in (*(n for n in box.names if n != "C"), "C"):
        if name not in depends or name not in box.names:
            continue
        slope = prover.field.derivative(f, name)
        # A long derivative leads away from a proof.
        if len(slope.n) > MOST_TERMS:
            continue
        premise = prover.prove(slope, box)
        if premise is None:
            continue
        for wanted in (goal,) if goal else (1, -1):
            proof = _from_end(prover, f, box, name, premise, wanted)
            if proof is not None:
                return proof
    return None


def _from_end(prover: Prover, f: Element, box: Box, name: str, slope: Proof, wanted: int) -> Proof | None:
    """f > 0 from the end at which f is least, f < 0 from the end at which it is greatest.

    The value at the end is formed in a field whose statements hold for real C too, so that every part of f
    is continuous up to the end, at each point of the box that has no whole number of classes.
    """
    side = box.side(name)
    for rises in _directions(slope.proved):
        at_low = rises == (wanted > 0)
        value, is_open = (side.low, side.low_open) if at_low else (side.high, side.high_open)
        # No end in this direction: that is what the limit is for.
        if value is None:
            continue
        narrow = prover.narrowed({name: value}, _classes(box, name))
        try:
            end = prover.field.restricted(f, narrow.field, {} if name == "C" else {name: value})
        except Undecided:
            continue
        premise = narrow.prove(end, box.without(name))
        if premise is None:
            continue
        proved = premise.proved if wanted > 0 else premise.proved.negated
        if not proved.at_least_zero:
            continue
        # From an end that is not reached f has moved on at every point of the box.
        strict = proved is ProvedSign.POSITIVE or (slope.proved.is_strict and is_open)
        found = ProvedSign.POSITIVE if strict else ProvedSign.NONNEGATIVE
        return Proof(
            found if wanted > 0 else found.negated, f, box, _because(slope, end, name, value), (slope, premise)
        )
    return None


def _classes(box: Box, name: str) -> Classes | None:
    """The numbers of classes between the ends of ``box``; None where C is fixed."""
    if name == "C" or "C" not in box.names:
        return None
    side = box.side("C")
    assert side.low is not None
    return Classes(int(side.low), None if side.high is None else int(side.high))


def _because(slope: Proof, end: Element, name: str, value: Fraction) -> Callable[[], str]:
    return lambda: f"its derivative by {name} is {slope.subject.text()}, and at {name} = {value} it is {end.text()}"


def _directions(proved: ProvedSign) -> Iterator[bool]:
    if proved.at_least_zero:
        yield True
    if proved.at_most_zero:
        yield False


RULE, RANK = by_slope, 30
