"""The sign of a constant on a whole scope: by the ladder at once, else run by run of the classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symcheck.field.element import Element
from symcheck.field.signs.effort import Exhausted
from symcheck.field.signs.runs import runs_of
from symcheck.field.signs.samples import is_decisive, joined, proved, sampled, two_signs
from symcheck.field.signs.sign import Proof, Sign

if TYPE_CHECKING:
    from symcheck.field.field import Field


def sign_of(field: Field, c: Element) -> Sign:
    """The sign of ``c`` on the scope of ``field``, proved, refuted by two points, or UNKNOWN."""
    proof: Proof | None = None
    try:
        with field.effort.climb():
            proof = field.ladder.quick(c, field.box)
            if proof is None or not is_decisive(proof):
                proof = field.ladder.prove(c, field.box)
            if proof is not None and is_decisive(proof):
                return proved(proof)
            samples = two_signs(field, c, field.box)
            if len(samples) < 2 and "C" in field.depends(c) and not field.real:
                return joined([sign for _, sign in runs_of(c)], proof)
    except Exhausted:
        if field.effort.is_running:
            raise
        samples = two_signs(field, c, field.box)
    return sampled(samples, proof)
