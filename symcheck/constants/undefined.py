"""Preconditions: what has to be positive or non-zero for a constant to exist."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from symcheck.constants.pieces import pieces
from symcheck.constants.samples import zero_of
from symcheck.constants.sign import Kind, Sample
from symcheck.reason import Code, Reason, Undecided

if TYPE_CHECKING:
    from symcheck.constants.constant import Constant
    from symcheck.constants.field import Field


class Undefined(Undecided):
    """A logarithm, power or quotient does not exist at ``sample``, a point of the scope."""

    def __init__(self, reason: Reason, sample: Sample) -> None:
        super().__init__(reason)
        self.sample = sample

    def at(self, where: str) -> Undefined:
        """The same stop, naming the innermost subexpression."""
        return self if self.reason.where else Undefined(replace(self.reason, where=where), self.sample)


def require_positive(field: Field, c: Constant, what: str) -> None:
    """Nothing if c > 0 on the whole scope; else raises ``Undefined`` with a point where c <= 0, or ``Undecided``."""
    sign = field.sign(c)
    if sign.kind is Kind.POSITIVE:
        return
    if sign.kind is not Kind.UNKNOWN:
        bad = next((s for s in sign.points if s.sign <= 0), None)
        if bad is not None:
            shown = "0" if bad.sign == 0 else "negative"
            raise Undefined(
                Reason(
                    Code.SIGN_UNKNOWN,
                    f"{what} of {c.text()} does not exist where this is {shown}, as at {bad.place}",
                    "narrow the scope, so that it is positive",
                ),
                bad,
            )
    raise Undecided(
        Reason(
            Code.SIGN_UNKNOWN,
            f"{what} of {c.text()} needs a positive number, and that it is positive for {field.scope} was not shown",
            "narrow the scope, or give values to C or the parameters",
        )
    )


def require_nonzero(field: Field, c: Constant) -> None:
    """Nothing if c vanishes nowhere in the scope; else raises ``Undefined`` with a zero, or ``Undecided``."""
    sign = field.sign(c)
    if sign.kind in (Kind.POSITIVE, Kind.NEGATIVE):
        return
    zero = next((s for s in sign.points if s.sign == 0), None) or zero_of(c)
    if zero is not None:
        raise Undefined(
            Reason(
                Code.SIGN_UNKNOWN,
                f"the division by {c.text()} does not exist where this is 0, as at {zero.place}",
                "narrow the scope, so that it is not 0",
            ),
            zero,
        )
    if sign.kind is Kind.MIXED and not field.real and _is_strict_on_runs(c):
        return
    raise Undecided(
        Reason(
            Code.SIGN_UNKNOWN,
            f"the division by {c.text()} needs a number that is not 0, and this was not shown for {field.scope}",
            "narrow the scope, or give values to C or the parameters",
        )
    )


def _is_strict_on_runs(c: Constant) -> bool:
    return all(sign.kind in (Kind.POSITIVE, Kind.NEGATIVE) for _, sign in pieces(c))
