"""Quantities that are functions of the gap, up to a multiple of logits or a power of their exponentials.

With g = logsumexp_(k != y) z_k - z_y, a part at a class k is

    phi(g) + slope z_y + weight z_k     or, where it is ``raised``,     phi(g) exp(slope z_y + weight z_k),

and a number, or an entry at the label, has weight 0.  Sums over the classes but the label then have closed forms, as
sum_k exp(z_k) = exp(g + z_y).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, cast

from symcheck.language.term import Term, entrywise, lift

ZERO: Final = Fraction(0)


@dataclass(frozen=True, eq=False)
class Part:
    """phi(g), a ``term`` in which the gap is z[y], with ``slope``, ``weight`` and ``raised`` as above."""

    term: Term
    slope: Fraction = ZERO
    weight: Fraction = ZERO
    raised: bool = False

    @property
    def is_pure(self) -> bool:
        """Whether it is a function of the gap alone."""
        return not self.slope and not self.weight

    @property
    def number(self) -> Fraction | None:
        """The rational number that it is, None if it is something else or a constant that is not written as one."""
        return cast(Fraction, self.term.data) if self.is_pure and self.term.op == "number" else None

    def like(self, other: Part) -> bool:
        """Whether both have the same logits, in the same place."""
        return (self.slope, self.weight) == (other.slope, other.weight) and (
            self.is_pure or self.raised == other.raised
        )

    def with_term(self, term: Term) -> Part:
        """phi replaced by ``term``."""
        return replace(self, term=term)


def pure(value: object) -> Part:
    """A number or a term of the gap as a part."""
    return Part(lift(value))


def raised(term: Term, slope: Fraction, weight: Fraction) -> Part:
    """``term`` times exp(slope z_y + weight z_k)."""
    return Part(term, slope, weight, raised=bool(slope or weight))


def plus(a: Part, b: Part) -> Part | None:
    """a + b."""
    if a.number == 0:
        return b
    if b.number == 0:
        return a
    if a.raised or b.raised:
        return a.with_term(added(a.term, b.term)) if a.like(b) else None
    return Part(added(a.term, b.term), a.slope + b.slope, a.weight + b.weight)


def minus(a: Part, b: Part) -> Part | None:
    """a - b."""
    if a.is_pure and b.is_pure:
        return pure(difference(a.term, b.term))
    return plus(a, negative(b))


def negative(a: Part) -> Part:
    """-a."""
    term = a.term.args[0] if a.term.op == "neg" else entrywise("neg", a.term)
    return a.with_term(term) if a.raised else Part(term, -a.slope, -a.weight)


def times(a: Part, b: Part) -> Part | None:
    """a b."""
    for x, y in ((a, b), (b, a)):
        if x.number == 1:
            return y
        if x.number is not None and not y.raised:
            return Part(entrywise("mul", x.term, y.term), x.number * y.slope, x.number * y.weight)
    if not all(x.is_pure or x.raised for x in (a, b)):
        return None
    return raised(multiplied(a.term, b.term), a.slope + b.slope, a.weight + b.weight)


def over(a: Part, b: Part) -> Part | None:
    """a / b."""
    if b.number == 1:
        return a
    if b.number and not a.raised:
        return Part(entrywise("div", a.term, b.term), a.slope / b.number, a.weight / b.number)
    if not all(x.is_pure or x.raised for x in (a, b)):
        return None
    return raised(quotient(a.term, b.term), a.slope - b.slope, a.weight - b.weight)


def power(a: Part, b: Part) -> Part | None:
    """a**b."""
    if a.is_pure and b.is_pure:
        # s**q at a small s = sigmoid(x) has no enclosure as a power of a ball about 0, and exp(q log s) has one.
        if a.term.op == "sigmoid" and (b.number is None or b.number.denominator > 1 or b.number < 0):
            return pure(entrywise("exp", entrywise("mul", b.term, entrywise("log_sigmoid", *a.term.args))))
        return pure(entrywise("pow", a.term, b.term))
    n = b.number
    return None if n is None or not a.raised else raised(entrywise("pow", a.term, b.term), n * a.slope, n * a.weight)


def exponential(a: Part) -> Part | None:
    """e^a."""
    if a.raised:
        return None
    term = lift(1) if a.term.op == "number" and a.term.data == 0 else entrywise("exp", a.term)
    return raised(term, a.slope, a.weight)


def logarithm(a: Part) -> Part | None:
    """log a, which exists where phi > 0."""
    return Part(_log(a.term), a.slope, a.weight) if a.raised or a.is_pure else None


def multiplied(a: Term, b: Term) -> Term:
    """a b, without a factor 1."""
    for x, y in ((a, b), (b, a)):
        if x.op == "number" and x.data == 1:
            return y
    return entrywise("mul", a, b)


def quotient(a: Term, b: Term) -> Term:
    """a / b, where e^x/(e^x + e^y) is sigmoid(x - y): a quotient of wide balls says nothing."""
    x, y = _exponents(b)
    if x is None or y is None:
        return entrywise("div", a, b)
    first, second = b.args
    if repr(a) == repr(first):
        return entrywise("sigmoid", difference(x, y))
    if repr(a) == repr(second):
        return entrywise("sigmoid", difference(y, x))
    share = entrywise("sigmoid", difference(x, y))
    return multiplied(a, share if x.op == "number" and x.data == 0 else entrywise("div", share, first))


def _log(a: Term) -> Term:
    """log a, where log(e^x + e^y) is x + softplus(y - x)."""
    if a.op == "sigmoid":
        return entrywise("log_sigmoid", *a.args)
    x, y = _exponents(a)
    if x is None or y is None:
        return entrywise("log", a)
    return added(x, entrywise("softplus", difference(y, x)))


def _exponents(a: Term) -> tuple[Term | None, Term | None]:
    """x and y where ``a`` is e^x + e^y."""
    if a.op != "add":
        return None, None
    x, y = (_exponent(t) for t in a.args)
    return x, y


def _exponent(a: Term) -> Term | None:
    """x where ``a`` is e^x."""
    if a.op == "exp":
        return a.args[0]
    if a.op == "number" and isinstance(a.data, Fraction) and a.data > 0:
        return lift(0) if a.data == 1 else entrywise("log", a)
    return None


def added(a: Term, b: Term) -> Term:
    """a + b, where -x + y is y - x."""
    for x, y in ((a, b), (b, a)):
        if x.op == "number" and x.data == 0:
            return y
    if a.op == "neg" and b.op != "neg":
        return difference(b, a.args[0])
    return difference(a, b.args[0]) if b.op == "neg" else entrywise("add", a, b)


def difference(a: Term, b: Term) -> Term:
    """a - b, where 1 - sigmoid(x) is sigmoid(-x), which keeps its digits where it is small."""
    if b.op == "sigmoid" and a.op == "number" and a.data == 1:
        return entrywise("sigmoid", opposite(b.args[0]))
    if b.op == "number" and b.data == 0:
        return a
    if a.op == "number" and a.data == 0:
        return opposite(b)
    return entrywise("sub", a, b)


def opposite(a: Term) -> Term:
    """-a, without a double sign."""
    return a.args[0] if a.op == "neg" else entrywise("neg", a)
