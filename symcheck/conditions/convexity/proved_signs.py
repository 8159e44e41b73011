"""Signs that are proved on a whole scope, without a look at points: those far out are costly on a line."""

from __future__ import annotations

from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.effort import Exhausted
from symcheck.field.signs.proof import Proof
from symcheck.field.signs.samples import is_decisive
from symcheck.field.signs.sign import ProvedSign, Sign
from symcheck.reason import Undecided


class ProofField(Field):
    """A field that notices when a sign that was asked for rests on balls."""

    is_exact: bool = True

    def sign(self, c: Element) -> Sign:
        """The sign of ``c``, as ``Field.sign`` has it; whether it rests on balls is kept in ``is_exact``."""
        found = super().sign(c)
        # A sign that stays open is part of no proof, and does not count.
        if not found.exact and (found.nonnegative or found.nonpositive):
            self.is_exact = False
        return found


MOST_TERMS = 400
"""The sign of a constant with more terms than this is left open."""


def proof_of_sign(field: Field, c: Element) -> Proof | None:
    """What is proved of ``c`` on the scope of ``field``: > 0, >= 0, = 0, <= 0 or < 0; None if nothing is."""
    field.budget.check()
    # Open is always sound: nothing is proved convex by a sign that was not asked for.
    if len(c.n) + len(c.d) > MOST_TERMS:
        return None
    try:
        with field.effort.climb():
            proof = field.ladder.quick(c, field.box)
            if proof is None or not is_decisive(proof):
                proof = field.ladder.prove(c, field.box) or proof
    except (Exhausted, Undecided):
        return None
    if proof is not None and not proof.exact and isinstance(field, ProofField):
        field.is_exact = False
    return proof


def is_at_least_zero(c: Element) -> bool:
    """Whether c >= 0 is proved on the scope of its field, by all means."""
    return c.field.sign(c).nonnegative


def is_nonnegative(field: Field, c: Element) -> bool:
    """Whether c >= 0 is proved."""
    proof = proof_of_sign(field, c)
    return proof is not None and proof.proved.at_least_zero


def is_nonpositive(field: Field, c: Element) -> bool:
    """Whether c <= 0 is proved."""
    proof = proof_of_sign(field, c)
    return proof is not None and proof.proved.at_most_zero


def is_positive(field: Field, c: Element) -> bool:
    """Whether c > 0 is proved."""
    proof = proof_of_sign(field, c)
    return proof is not None and proof.proved is ProvedSign.POSITIVE
