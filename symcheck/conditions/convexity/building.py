"""Building combinations: operators applied to combinations, brought to a normal form.

exp(log x) = x, log(exp x) = x, exp(x) exp(y) = exp(x + y), (e^x)^k = e^(kx), log sum exp = logsumexp, and
logsumexp and amax without what all of their entries share.  What has to be positive, or not negative, for a
quantity to exist is kept in ``needs``: a simplification does not lose it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from fractions import Fraction
from typing import Final

from symcheck.conditions.convexity.combination import NOTHING, Atom, Combination, Free, moves
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.reason import Code, Undecided

MOST_TERMS = 12
"""Products of sums of exponentials with more terms than this are not multiplied out."""

AT: Final[Mapping[str, Callable[[Field, Element], Element]]] = {
    "exp": Field.exp, "log": Field.log, "arccos": Field.arccos, "sin": Field.sin, "cos": Field.cos,
    "arctan": Field.arctan, "erf": Field.erf,
    "softplus": lambda field, c: field.log(1 + field.exp(c)),
    "sigmoid": lambda field, c: 1 / (1 + field.exp(-c)),
    "tanh": lambda field, c: (field.exp(2 * c) - 1) / (field.exp(2 * c) + 1),
    "cosh": lambda field, c: (field.exp(c) + field.exp(-c)) / 2,
}  # fmt: skip
"""The functions of one number that do not branch, at a constant."""


@dataclass(frozen=True)
class Need:
    """``of`` has to be positive, or with ``zero_allowed`` not negative, or with ``sign_free`` not 0."""

    of: Combination
    zero_allowed: bool = False
    sign_free: bool = False


@dataclass(frozen=True)
class Builder:
    """Operators on combinations over one ``field``."""

    field: Field
    needs: list[Need] = made(default_factory=list)
    totals: Mapping[str, Fraction] = made(default_factory=dict)
    """What the entries of class-vectors add up to, by their names, where it is known."""

    def constant(self, c: Element) -> Combination:
        """``c`` without atoms."""
        return Combination(self.field, c)

    def atom(
        self, kind: str, *args: Combination, free: Free | None = None, exponent: Element | None = None
    ) -> Combination:
        """The atom ``kind(args)``, free in what its arguments are free in unless it binds."""
        known = NOTHING.union(*(a.free for a in args)) if free is None else free
        return Combination.of(self.field, Atom(kind, args, exponent, free=known))

    def is_positive(self, c: Element) -> bool:
        """Whether c > 0 is proved on the scope."""
        return self.field.sign(c).kind is Kind.POSITIVE

    # functions

    def exp(self, u: Combination) -> Combination:
        """e^u, with the constant of ``u`` as a factor; e^(k log x) is x^k."""
        shift = self.field.exp(u.constant)
        rest = u.part(u.terms)
        if rest.is_constant:
            return self.constant(shift)
        only = rest.only
        if only is not None and only[0].kind == "log":
            return self.power(only[0].args[0], only[1]).times(shift)
        return self.atom("exp", rest).times(shift)

    def log(self, u: Combination) -> Combination:
        """log u: v + log c for c e^v, logsumexp for a sum of exponentials, else an atom, which needs u > 0."""
        if u.is_constant:
            return self.constant(self.field.log(u.constant))
        # log(c e^v) = v + log c for c > 0 alone, and then nothing has to be positive any more.
        only = u.only
        if only is not None and self.is_positive(only[1]):
            a, c = only
            if a.kind == "exp":
                return a.args[0].plus(self.field.log(c))
            if c.rational != 1:
                return self.log(Combination.of(self.field, a)).plus(self.field.log(c))
        found = self._sum_of_exponentials(u)
        if found is not None:
            return found
        self.needs.append(Need(u))
        return self.atom("log", u)

    def _sum_of_exponentials(self, u: Combination) -> Combination | None:
        """log u for u = c sum_i exp(v_i), c sum_{i != y} exp(v_i) or c (1 + exp(v))."""
        sums = [(a, c) for a, c in u.terms if a.kind in ("others", "all")]
        exps = [(a, c) for a, c in u.terms if a.kind == "exp"]
        if len(sums) > 1 or len(sums) + len(exps) != len(u.terms):
            return None
        if len(exps) == 1 and not sums and self.is_positive(exps[0][1]) and self.is_positive(u.constant):
            v = exps[0][0].args[0].plus(self.field.log(exps[0][1] / u.constant))
            return self.softplus(v).plus(self.field.log(u.constant))
        if len(sums) != 1:
            return None
        (binder, c), inner = sums[0], sums[0][0].args[0].only
        if inner is None or inner[0].kind != "exp" or moves(c):
            return None
        if not self.is_positive(c) or not self.is_positive(inner[1]):
            return None
        other = inner[0].args[0].plus(self.field.log(inner[1] * c))
        if moves(u.constant) or any(a.free or moves(d) for a, d in exps):
            return None
        if not u.constant.is_zero:
            if exps or binder.kind == "all" or not self.is_positive(u.constant):
                return None
            return self.spread("lse", self.constant(self.field.log(u.constant)), other)
        if not exps:
            return self.spread("lse" if binder.kind == "all" else "lse_others", other, other)
        if len(exps) > 1 or binder.kind == "all" or not self.is_positive(exps[0][1]):
            return None
        return self.spread("lse", exps[0][0].args[0].plus(self.field.log(exps[0][1])), other)

    def power(self, u: Combination, e: Element) -> Combination:
        """u**e for a constant e."""
        whole = e.rational
        if whole == 1:
            return u
        if whole == 0:
            return self.constant(self.field.one)
        if u.is_constant:
            return self.constant(self.field.power(u.constant, e))
        only = u.only
        if only is not None and self.is_positive(only[1]):
            a, c = only
            if a.kind == "exp":
                return self.exp(a.args[0].times(e)).times(self.field.power(c, e))
            if a.kind == "abs" and whole is not None and whole.denominator == 1 and whole % 2 == 0:
                return self.power(a.args[0], e).times(self.field.power(c, e))
            if c.rational != 1:
                return self.power(Combination.of(self.field, a), e).times(self.field.power(c, e))
        # A whole power of a sum stays one: it is multiplied out, and 1/(1 + e^v) is e^(-softplus(v)).
        found = None if whole is not None and whole > 0 else self._sum_of_exponentials(u)
        if found is not None and any(a.kind.startswith("lse") for a, _ in found.terms):
            return self.exp(found.times(e))
        if whole is None or whole.denominator > 1:
            positive = self.field.sign(e).kind is Kind.POSITIVE
            self.needs.append(Need(u, zero_allowed=positive))
        elif whole < 0:
            self.needs.append(Need(u, sign_free=True))
        return self.atom("power", u, exponent=e)

    def function(self, kind: str, u: Combination) -> Combination:
        """abs, relu, sigmoid, tanh, cosh, arccos, sin, cos, arctan or erf of ``u``."""
        if u.is_constant:
            return self._of_constant(kind, u.constant)
        if kind == "arccos":
            for side in (1, -1):
                self.needs.append(Need(u.times(self.field.number(side)).plus(self.field.one), zero_allowed=True))
        return self.atom(kind, u)

    def softplus(self, u: Combination) -> Combination:
        """log(1 + e^u)."""
        if u.is_constant:
            return self._of_constant("softplus", u.constant)
        return self.atom("softplus", u)

    def _of_constant(self, kind: str, c: Element) -> Combination:
        f = self.field
        if kind in ("abs", "relu"):
            sign = f.sign(c)
            if sign.nonnegative:
                return self.constant(c)
            if sign.nonpositive:
                return self.constant(-c if kind == "abs" else f.zero)
            return Combination.of(f, Atom(kind, (self.constant(c),), note="constant"))
        return self.constant(AT[kind](f, c))

    # products

    def product(self, x: Combination, y: Combination) -> Combination:
        """x y: a multiple, a square, a sum of exponentials multiplied out, or an atom with its factors in order."""
        for a, b in ((x, y), (y, x)):
            if a.is_constant:
                return b.times(a.constant)
        if x.key == y.key:
            return self.power(x, self.field.number(2))
        # e^u e^v = e^(u + v) makes equal quantities look equal; other products have no such form.
        if all(self._is_exponential(u) for u in (x, y)) and len(x.terms) * len(y.terms) <= MOST_TERMS:
            return self._multiplied(x, y)
        factors = sorted((*_factors(x), *_factors(y)), key=lambda u: u.key)
        return self.atom("product", *factors)

    def _is_exponential(self, u: Combination) -> bool:
        return all(a.kind == "exp" for a, _ in u.terms)

    def _multiplied(self, x: Combination, y: Combination) -> Combination:
        one = self.constant(self.field.zero)
        left = [(a.args[0], c) for a, c in x.terms] + [(one, x.constant)]
        right = [(a.args[0], c) for a, c in y.terms] + [(one, y.constant)]
        found = self.constant(self.field.zero)
        for u, c in left:
            for v, d in right:
                if not c.is_zero and not d.is_zero:
                    found = found + self.exp(u + v).times(c * d)
        return found

    # over the classes

    def spread(
        self, kind: str, at_label: Combination, other: Combination, *, exponent: Element | None = None
    ) -> Combination:
        """lse, amax or conjugate of the entries ``own`` at the label and ``other`` elsewhere, less what they share."""
        moving = [(a, c) for a, c in other.terms if "i" in a.free or moves(c)]
        kept = other.part(moving)
        if moves(other.constant):
            kept = kept.plus(other.constant)
        shift = other - kept
        # logsumexp(v + s) = logsumexp(v) + s: taken out, the atom is the same for all shifts.
        args = (kept,) if kind.endswith("others") else (at_label - shift, kept)
        if kind == "amax" and all(a.only is not None and a.only[0].kind == "exp" for a in args):
            tops = [a.only for a in args if a.only is not None]
            if len({c.key for _, c in tops}) == 1 and self.is_positive(tops[0][1]):
                inner = self.spread(kind, tops[0][0].args[0], tops[-1][0].args[0])
                return self.exp(inner).times(tops[0][1]) + shift
        return self.atom(kind, *args, free=NOTHING, exponent=exponent) + shift

    def larger(self, x: Combination, y: Combination) -> Combination:
        """max(x, y)."""
        difference = x - y
        if difference.is_constant:
            sign = self.field.sign(difference.constant)
            if sign.nonnegative:
                return x
            if sign.nonpositive:
                return y
        return self.atom("larger", *sorted((x, y), key=lambda u: u.key))

    def summed(self, other: Combination, kind: str, count: Element) -> Combination:
        """The sum of ``other`` over the classes that ``kind`` names, ``count`` of them."""
        bound = {"i"} if kind != "pairs" else {"1", "2"}
        found = self.constant(self.field.zero)
        sum_ = self._sum(other.constant, kind, count)
        if sum_ is None:
            found = found + self.atom(kind, self.constant(other.constant), free=NOTHING)
        else:
            found = found.plus(sum_)
        for a, c in other.terms:
            alone = Combination.of(self.field, a)
            # What does not move with the class is counted; of what does, the sum stays an atom.
            sum_ = None if a.free & bound else self._sum(c, kind, count)
            if sum_ is not None:
                found = found + alone.times(sum_)
            elif moves(c):
                found = found + self.atom(kind, alone.times(c), free=a.free - bound)
            else:
                found = found + self.atom(kind, alone, free=a.free - bound).times(c)
        return found

    def _sum(self, c: Element, kind: str, count: Element) -> Element | None:
        """The sum of ``c`` over the classes of ``kind``: ``count`` times it, or k times a known total less w[y]."""
        if not moves(c):
            return c * count
        for name, total in self.totals.items():
            k = self.field.derivative(c, f"{name}[i]")
            if not moves(k) and (c - k * self.field.parameter(f"{name}[i]")).is_zero and kind != "pairs":
                label = self.field.parameter(f"{name}[y]") if kind == "others" else self.field.zero
                return k * (self.field.number(total) - label)
        return None


def _factors(u: Combination) -> tuple[Combination, ...]:
    only = u.only
    if only is not None and only[0].kind == "product" and only[1].rational == Fraction(1):
        return only[0].args
    return (u,)


def open_here(what: str) -> Undecided:
    """The convexity rules have nothing to say about ``what``."""
    return Undecided.of(Code.UNMAPPED_OP, f"the rules on convexity leave it open: {what}", "write it otherwise")
