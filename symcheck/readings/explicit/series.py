"""Power series with balls along a line: what the explicit reading computes with."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Final, TypeAlias

from flint import arb, arb_series, ctx

from symcheck.field.ball import ball_of, entry_balls
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.readings.explicit.entmax import bases_of, series_of, shares
from symcheck.readings.written_out import WrittenOut, by_entry
from symcheck.reason import Code, Undecided

BITS: Final = 200
"""Working precision: 60 decimal digits."""

Entry: TypeAlias = arb | arb_series
"""A series where z occurs, whether or not it moves along the line; a ball where z does not occur."""

Entries: TypeAlias = tuple[Entry, ...]


class Undefined(Undecided):
    """The formula has no real value at the point, as the balls show."""


class SeriesReading(WrittenOut[Entry]):
    """Gives every operator its power series at z = ``base`` + t ``direction``, in powers of t below ``order``.

    ``y`` counts from 0 here.  Where the argument of ``relu`` or ``abs`` is 0 at t = 0, the series is the one
    for small t > 0 if ``one_sided``, and is refused if not; so is that of a branch or a tie.  Where the balls do
    not tell which of two series it is, a branch is their hull.  With ``order`` 1 there are values only.

    Only the layout is that of other readings: the series of every operator are FLINT's.
    """

    takes_rounded = True

    def __init__(
        self,
        base: Sequence[Fraction],
        direction: Sequence[Fraction],
        parameters: Mapping[str, Fraction | arb],
        *,
        y: int,
        order: int,
        one_sided: bool,
    ) -> None:
        super().__init__(len(base), y)
        pairs = list(zip(base, direction, strict=True))
        # Where a number is one object at many places, so is what follows from it, which is then computed once.
        found = {(id(b), id(d)): (b, d) for b, d in pairs}
        known = {key: arb_series([ball_of(b), ball_of(d)][:order]) for key, (b, d) in found.items()}
        self._logits = tuple(known[id(b), id(d)] for b, d in pairs)
        self._parameters = parameters
        self._order, self._one_sided = order, one_sided

    def coefficients(self, formula: Formula) -> list[arb]:
        """The coefficients of a number; raises ``Undecided`` where not all of them are known, and finite."""
        (found,) = self.read(formula)
        return [finite(c) for c in coefficients(found, self._order)]

    # leaves

    def constant(self, value: Fraction) -> arb:
        return ball_of(value)

    def parameter(self, name: str) -> Entries:
        value = self._parameters[name]
        return (value if isinstance(value, arb) else ball_of(value),)

    def logits(self) -> Entries:
        return self._logits

    def rows(self, array: Array) -> Sequence[Sequence[arb]]:
        if array.is_free:
            self._not_alike(array)
        return entry_balls(array.at_default(self.count))

    # arithmetic and functions

    add = by_entry(operator.add)
    sub = by_entry(operator.sub)
    neg = by_entry(operator.neg)
    mul = by_entry(operator.mul)
    exp = by_entry(lambda x: x.exp())
    sin = by_entry(lambda x: x.sin())
    cos = by_entry(lambda x: x.cos())
    arctan = by_entry(lambda x: x.atan())
    erf = by_entry(lambda x: x.erf())
    detach = by_entry(lambda x: like(x, at_0(x)))

    def pow(self, a: Entries, b: Entries) -> Entries:
        return self.each(self._power, a, b)

    def arccos(self, a: Entries) -> Entries:
        return self.each(self._arccos, a)

    def branch(self, u: Entries, positive: Entries, otherwise: Entries) -> Entries:
        return self.each(self._chosen, u, positive, otherwise)

    def div(self, a: Entries, b: Entries) -> Entries:
        """a/b where b is shown not to be 0 at t = 0; raises ``Undefined`` where it is 0."""
        for y in b:
            _require_not_zero(at_0(y))
        return self.each(operator.truediv, a, b)

    def log(self, a: Entries) -> Entries:
        """log a where a > 0 at t = 0; raises ``Undefined`` where it is at most 0."""
        for x in a:
            _require_positive(at_0(x), "the logarithm")
        return self.each(lambda x: x.log(), a)

    def relu(self, a: Entries) -> Entries:
        return self.each(lambda x: self._sided(x, 0), a)

    def abs(self, a: Entries) -> Entries:
        return self.each(lambda x: self._sided(x, -1), a)

    def maximum(self, a: Entries, b: Entries) -> Entries:
        return self.each(lambda x, y: self._chosen(x - y, x, y), a, b)

    def minimum(self, a: Entries, b: Entries) -> Entries:
        return self.each(lambda x, y: self._chosen(x - y, y, x), a, b)

    # over the classes

    def summed(self, entries: Iterable[Entry]) -> Entry:
        first, *rest = entries
        return sum(rest, first)

    def largest(self, entries: Sequence[Entry]) -> Entry:
        """The series of the entry that is largest for small t > 0; refused where several are, if it is two-sided."""
        first, *rest = (entries[i] for i in self._leaders(entries))
        for x in rest:
            first = self._side(self._lead(first - x), first, x)
        return first

    def onehot_argmax(self, v: Entries) -> Entries:
        """1 at the entry that is largest for small t > 0; where balls do not tell, each that may be is from 0 to 1."""
        # Which of several largest entries is meant is open whether or not they move.
        series = [arb_series([x]) if isinstance(x, arb) else x for x in v]
        leaders = self._leaders(series)
        for i in leaders[:]:
            if any(self._lead(series[j] - series[i]) == 1 for j in leaders if j != i):
                leaders.remove(i)
        share = arb(1) if len(leaders) == 1 else arb(0).union(arb(1))
        return tuple(like(x, share if i in leaders else arb(0)) for i, x in enumerate(v))

    def entmax(self, v: Entries, alpha: Entries) -> Entries:
        """The shares in balls; their series where no class is at the end of the support."""
        a, wide = at_0(alpha[0]), self.wide(v)
        if a == 1:
            return self.softmax(wide)
        if a.contains(1):
            raise _unknown(f"the alpha of entmax is {_shown(a)}, which may be 1")
        q, bases = bases_of([at_0(x) for x in wide], a)
        if self._order == 1 or isinstance(wide[0], arb):
            return tuple(map(like, wide, shares(q, bases, a)))
        if any(base.contains(0) for base in bases):
            raise _kink("a class is at the end of the support of entmax there, as far as the balls tell,")
        return tuple(series_of([coefficients(x, self._order) for x in wide], bases, a))

    # one entry

    def _leaders(self, entries: Sequence[Entry]) -> list[int]:
        """The places of the entries that may be the largest one for small t > 0, by their values at t = 0."""
        values = [at_0(x) for x in entries]
        found = [i for i, x in enumerate(values) if not any(y > x for y in values)]
        if len(found) > 1 and isinstance(entries[0], arb_series) and self._is_two_sided:
            raise _kink("its largest entries are equal there, as far as the balls tell,")
        return found

    def _lead(self, x: Entry) -> int | None:
        """The sign of ``x`` for small t > 0, None if its coefficients do not tell."""
        moves = isinstance(x, arb_series)
        if moves and at_0(x).is_zero() and self._is_two_sided:
            raise _kink("its argument is 0 there and moves with z,")
        # For small t > 0 the first coefficient that is not 0 decides.  One that may be 0 decides nothing, nor do
        # later ones.
        for coefficient in coefficients(x, self._order):
            if coefficient > 0 or coefficient < 0:
                return 1 if coefficient > 0 else -1
            if moves and self._is_two_sided:
                raise _unknown(f"its branch is decided by the sign of {_shown(coefficient)}")
            if not coefficient.is_zero():
                return None
        return None if moves and self._order > 1 else 0

    def _side(self, sign: int | None, above: Entry, below: Entry) -> Entry:
        """``above`` for the sign 1, ``below`` for -1 and 0, and what contains both if it is not known."""
        if sign is not None:
            return above if sign > 0 else below
        # The true series is one of the two, and the hull contains both: coarse, and never wrong.
        pairs = zip(coefficients(above, self._order), coefficients(below, self._order), strict=True)
        return arb_series([x.union(y) for x, y in pairs])

    def _chosen(self, u: Entry, positive: Entry, otherwise: Entry) -> Entry:
        """``positive`` where u > 0 for small t > 0, else ``otherwise``; the hull of the two where balls do not tell."""
        found = self._side(self._lead(u), positive, otherwise)
        if all(isinstance(x, arb) for x in (u, positive, otherwise)):
            return at_0(found)
        return arb_series([found]) if isinstance(found, arb) else found

    @property
    def _is_two_sided(self) -> bool:
        return self._order > 1 and not self._one_sided

    def _power(self, base: Entry, exponent: Entry) -> Entry:
        """Whole powers by products, others for a base > 0 as e^(b log a); 0 to a positive constant power is 0."""
        value, n = at_0(base), at_0(exponent)
        moves = isinstance(base, arb_series) or isinstance(exponent, arb_series)
        nothing = arb_series([]) if moves else arb(0)
        whole = n.unique_fmpz() if n.is_exact() and isinstance(exponent, arb) else None
        if whole is not None:
            if whole < 0:
                _require_not_zero(value)
            if value.is_zero() and whole >= self._order:  # FLINT answers nan for z**(10**30)
                return nothing
            if whole > 0 and value.contains(0):  # FLINT answers nan for a ball about 0
                return _multiplied(base, int(whole))
            if whole >= 0:
                return base ** int(whole)
            return (1 / base if isinstance(base, arb) else base.inv()) ** int(-whole)
        what = "a power that is not whole"
        # 0**n has the value 0 for n > 0, and derivatives for some n only.
        if value.is_zero() and n > 0:
            if self._order > 1 and moves:
                settle = "no expansion in whole powers exists there"
                raise Undecided.of(Code.KINK, f"{what} is taken of 0, where it need not be smooth", settle)
            return nothing
        if n.contains_integer() and not value > 0:
            raise _unknown(f"the power {_shown(n)} is taken of {_shown(value)}, which may not be positive")
        _require_positive(value, what)
        return (exponent * base.log()).exp()

    def _sided(self, x: Entry, below: int) -> Entry:
        """``x`` where it is positive for small t > 0, ``below`` times ``x`` where it is negative."""
        value = at_0(x)
        if value > 0:
            return x
        if value < 0:
            return below * x
        if self._order == 1:
            return like(x, value.max(arb(0)) if below == 0 else abs(value))
        if value.is_zero() and isinstance(x, arb_series) and not self._one_sided:
            raise _kink("its argument is 0 there and moves with z,")
        for coefficient in coefficients(x, self._order):
            if coefficient > 0:
                return x
            if coefficient < 0:
                return below * x
            if not coefficient.is_zero():
                raise _unknown(f"its branch is decided by the sign of {_shown(coefficient)}")
        return like(x, arb(0))

    def _arccos(self, x: Entry) -> Entry:
        """arccos x for |x| < 1: at the ends it has no derivative, and beyond them no value."""
        root = at_0(1 - x * x)
        if isinstance(x, arb):
            if not root >= 0:
                _require_positive(root, "arccos, a function of x with 1 - x^2 >= 0,")
        elif self._order > 1 or not root >= 0:
            _require_positive(root, "the derivative of arccos, a root of 1 - x^2,")
        return x.acos()


@contextmanager
def series_of_length(order: int) -> Iterator[None]:
    """FLINT's precision and series length, which are global, for the time of one reading."""
    # FLINT has one context for the whole process: what is not put back changes every later series.
    cap = ctx.cap
    ctx.cap = order
    try:
        with ctx.workprec(BITS):
            yield
    finally:
        ctx.cap = cap


def at_0(x: Entry) -> arb:
    """The value at t = 0."""
    return x if isinstance(x, arb) else x[0]


def like(x: Entry, value: arb) -> Entry:
    """``value`` as a series if ``x`` is one."""
    return value if isinstance(x, arb) else arb_series([value])


def _multiplied(base: Entry, power: int) -> Entry:
    """``base`` to a whole ``power`` >= 1, by products."""
    found: Entry = arb(1)
    square = base
    while power:
        if power % 2:
            found = found * square
        power //= 2
        if power:
            square = square * square
    return found


def coefficients(x: Entry, order: int) -> list[arb]:
    """The first coefficients, all of which have to be known: FLINT shows one beyond the precision as 0."""
    if isinstance(x, arb):
        return [x] + [arb(0)] * (order - 1)
    # A short series is not one that ends: 0 beyond its precision would be made up.
    if x.prec < order:
        raise _unknown(f"only {x.prec} of {order} coefficients are known")
    return [x[n] for n in range(order)]


def _shown(ball: arb) -> str:
    return str(ball.str(12))


def _require_positive(value: arb, what: str) -> None:
    if value > 0:
        return
    if value <= 0:
        raise Undefined.of(Code.SIGN_UNKNOWN, f"{what} is taken of {_shown(value)}", "a positive number is needed")
    raise _unknown(f"{what} is taken of {_shown(value)}, which may not be positive")


def _require_not_zero(value: arb) -> None:
    if value.is_zero():
        raise Undefined.of(Code.SIGN_UNKNOWN, "the divisor is 0", "a number other than 0 is needed")
    if not (value > 0 or value < 0):
        raise _unknown(f"the divisor is {_shown(value)}, which may be 0")


def finite(value: arb) -> arb:
    """``value``, unless it is a ball that contains every number."""
    # Such a ball overlaps everything, so that it would agree with whatever it is compared with.
    if not value.is_finite():
        raise _unknown(f"the ball {_shown(value)} says nothing")
    return value


def _kink(why: str) -> Undecided:
    settle = "compare the one-sided derivatives, or use a smooth function"
    return Undecided.of(Code.KINK, f"{why} so derivatives may not exist", settle)


def _unknown(why: str) -> Undecided:
    return Undecided.of(Code.SIGN_UNKNOWN, f"{why}, to {BITS} bits", "use another point or another number of classes")
