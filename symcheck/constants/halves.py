"""Signs from both halves of a box."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from symcheck.constants.box import Box
from symcheck.constants.constant import Constant
from symcheck.constants.sign import Claim, Proof
from symcheck.language.parameter import Interval

if TYPE_CHECKING:
    from symcheck.constants.ladder import Ladder


def by_halves(ladder: Ladder, f: Constant, box: Box, level: int) -> Proof | None:
    """One sign on both parts of a parameter's interval; ``level`` says whose turn it is."""
    names = [n for n in box.names if n != "C"]
    if not names:
        return None
    name = names[level % len(names)]
    premises = []
    for half in _halves(box.side(name)):
        proof = ladder.prove(f, box.with_side(name, half))
        if proof is None:
            return None
        premises.append(proof)
    claims = [p.claim for p in premises]
    if all(c.at_least_zero for c in claims):
        claim = Claim.POSITIVE if all(c.is_strict for c in claims) else Claim.NONNEGATIVE
    elif all(c.at_most_zero for c in claims):
        claim = Claim.NEGATIVE if all(c.is_strict for c in claims) else Claim.NONPOSITIVE
    else:
        return None
    return Proof(claim, f, box, f"so it is on both parts of the interval of {name}", tuple(premises))


def _halves(side: Interval) -> Iterator[Interval]:
    """The two parts, the cut in both of them."""
    low, high = side.low, side.high
    if low is not None and high is not None:
        cut = (low + high) / 2
    elif low is not None:
        cut = 2 * low + 1 if low >= 0 else Fraction(0)
    else:
        cut = Fraction(0) if high is None or high > 0 else 2 * high - 1
    yield Interval(low, cut, low_open=side.low_open, high_open=False)
    yield Interval(cut, high, low_open=False, high_open=side.high_open)
