"""Preconditions: what has to be positive or non-zero for an element to exist."""

from __future__ import annotations

from dataclasses import replace

from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.parity import parities
from symcheck.field.signs.pieces import pieces
from symcheck.field.signs.prover import Prover
from symcheck.field.signs.samples import zero_of
from symcheck.field.signs.sign import Kind, Sample
from symcheck.reason import Code, Reason, Undecided


class Undefined(Undecided):
    """A logarithm, power or quotient does not exist at ``sample``, a point of the scope."""

    def __init__(self, reason: Reason, sample: Sample) -> None:
        super().__init__(reason)
        self.sample = sample

    def at(self, where: str) -> Undefined:
        """The same stop, naming the innermost subexpression."""
        return self if self.reason.where else Undefined(replace(self.reason, where=where), self.sample)


MOST_SHOWN = 20
"""Forms with more terms than this are told by their number."""

_PASSING = Undecided.of(Code.SIGN_UNKNOWN, "a rule of the sign procedure does not apply", "another one is tried")
"""Stops a rule of the ladder, which drops it: nobody reads its text."""


def require_positive(field: AbstractField, c: Element, what: str) -> None:
    """Nothing if c > 0 on the whole scope; else raises ``Undefined`` with a point where c <= 0, or ``Undecided``.

    ``what`` needs it, such as "the logarithm of {}".
    """
    sign = field.sign(c)
    if sign.kind is Kind.POSITIVE:
        return
    while_passing(field)
    bad = next((s for s in sign.points if s.sign <= 0), None)
    if bad is not None:
        raise undefined(what, c, bad, "positive")
    raise undecided(what, c, "> 0")


def while_passing(field: AbstractField) -> None:
    """Raises the stop of a rule that does not apply while a sign is looked for."""
    if field.effort.depth:
        raise _PASSING


def require_nonzero(prover: Prover, c: Element) -> None:
    """Nothing if c vanishes nowhere in the scope; else raises ``Undefined`` with a zero, or ``Undecided``."""
    field = prover.field
    sign = field.sign(c)
    if sign.kind in (Kind.POSITIVE, Kind.NEGATIVE):
        return
    if field.effort.depth and sign.kind is not Kind.MIXED:
        raise _PASSING
    # 1 + 2 (-1)**n has both signs and vanishes nowhere, and its square shows it.
    if parities(field, c) and field.sign(c * c).kind is Kind.POSITIVE:
        return
    zero = next((s for s in sign.points if s.sign == 0), None)
    if zero is None and sign.kind is Kind.MIXED and not field.real:
        # C - 5/2 changes its sign between two numbers of classes.
        runs = [run for _, run in pieces(c)]
        if all(run.kind in (Kind.POSITIVE, Kind.NEGATIVE) for run in runs):
            return
        zero = next((s for run in runs for s in run.points if s.sign == 0), None) or zero_of(prover, c)
    if zero is not None:
        raise undefined("the division by {}", c, zero, "different from 0")
    raise undecided("the division by {}", c, "different from 0")


def undefined(what: str, c: Element, sample: Sample, needed: str, *, also: Element | None = None) -> Undefined:
    """The stop at ``sample``, where ``what`` does not exist; its variables are those of ``c`` and ``also``."""
    shown, depends = c.text(), c.field.depends(c)
    if also is not None:
        depends |= c.field.depends(also)
    place = ", ".join(f"{n} = {v}" for n, v in sample.point if n in depends)
    why = f"{what.format(shown)} does not exist"
    at = f" at {place}" if place else ""
    why += at if c.is_zero else f"{at}, where this is {'0' if sample.sign == 0 else 'negative'}"
    return Undefined(Reason(Code.SIGN_UNKNOWN, why, f"narrow the scope, so that it is {needed}"), sample)


def undecided(what: str, c: Element, needed: str) -> Undecided:
    """The stop at what is not shown to be ``needed`` in the whole scope, and not shown to fail either."""
    # A text takes longer than the look for a sign, and nobody reads one of that length.
    terms = len(c.n) + len(c.d)
    shown, again = (c.text(),) * 2 if terms <= MOST_SHOWN else (f"a form of {terms} terms", "it")
    why = f"{what.format(shown)} exists where {again} is {needed}, which was not shown for {c.field.scope}"
    return Undecided.of(Code.SIGN_UNKNOWN, why, "narrow the scope, or give values to C or the parameters")
