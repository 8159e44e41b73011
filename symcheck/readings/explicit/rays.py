"""Growth along rays: bounds on a formula at z = x d for all x >= 1, linear in x, or in log x.

With t = x (z = t d), or t = log x (z = e^t d), every part of the formula is kept between two linear functions of t,
valid for all t >= START, and a positive part between the exponentials of two others.  All numbers are balls, so a
lower bound with a positive slope is a proof that the part grows without bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from flint import arb

from symcheck.field.ball import ball_in, ball_of, entry_balls
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray
from symcheck.readings.explicit.growth import (
    Growth,
    Line,
    at_most_0,
    completed,
    constant,
    level,
    negative,
    number_in,
    positive,
)
from symcheck.readings.explicit.growth_rules import (
    absolute,
    chosen,
    inverse,
    larger,
    largest_of,
    log_sum_exp,
    power_of,
    product_of,
    scaled,
    softplus_of,
    total_of,
)
from symcheck.readings.written_out import WrittenOut, by_entry

GrowthEntries = tuple[Growth, ...]


def _exp(x: Growth) -> Growth:
    """e^x: the bounds of x are those of its logarithm."""
    return positive(x.low, x.high)


class RayReading(WrittenOut[Growth]):
    """Bounds at z = ``direction`` times t, or times e^t if ``steep``, for one C, a label ``y`` from 0 and numbers.

    Each entry of the direction stands for so many equal classes as ``counts`` says, by default for one.
    """

    takes_rounded = True

    def __init__(
        self,
        direction: Sequence[Fraction],
        parameters: Mapping[str, arb],
        *,
        y: int,
        steep: bool,
        counts: Sequence[int] | None = None,
    ) -> None:
        super().__init__(len(direction), y)
        self._direction, self._parameters, self._steep = direction, parameters, steep
        self._counts = tuple(counts or (1,) * self.count)

    # leaves

    def constant(self, value: Fraction) -> Growth:
        return constant(ball_of(value))

    def parameter(self, name: str) -> GrowthEntries:
        return (constant(self._parameters[name]),)

    def classes(self) -> GrowthEntries:
        return self.number(Fraction(sum(self._counts)))

    def logits(self) -> GrowthEntries:
        """z = t d, or e^t d: a line, or a size that is one."""
        return tuple(map(self._logit, self._direction))

    def _logit(self, d: Fraction) -> Growth:
        # log of the score 0 has no size.
        if not self._steep or d == 0:
            line = Line(ball_of(d), arb(0))
            return completed(Growth(line, line))
        size = Line(arb(1), ball_of(abs(d)).log())
        found = positive(size, size)
        return found if d > 0 else negative(found)

    def rows(self, array: Array) -> Sequence[Sequence[Growth]]:
        self._require_single("class_parameter" if isinstance(array, VectorArray) else "apply")
        return [tuple(map(constant, row)) for row in entry_balls(array.at_default(self.count))]

    # entrywise

    add = by_entry(lambda x, y: total_of([x, y]))
    neg = by_entry(negative)
    mul = by_entry(product_of)
    div = by_entry(lambda x, y: product_of(x, inverse(y)))
    pow = by_entry(power_of)
    exp = by_entry(_exp)
    log = by_entry(lambda x: completed(Growth(x.size_low, x.size_high) if x.positive else Growth()))
    abs = by_entry(absolute)
    relu = by_entry(lambda x: larger(x, constant(arb(0))))
    maximum = by_entry(larger)
    minimum = by_entry(lambda x, y: negative(larger(negative(x), negative(y))))
    branch = by_entry(chosen)
    arccos = by_entry(lambda _: Growth(level(arb(0)), level(arb(4))))  # 4 is more than pi
    sin = by_entry(lambda x: _of_number(x, arb.sin) or _between(1))
    cos = by_entry(lambda x: _of_number(x, arb.cos) or _between(1))
    arctan = by_entry(lambda x: _of_number(x, arb.atan) or _rising(x, arb.atan, 2))  # 2 is more than pi/2
    erf = by_entry(lambda x: _of_number(x, arb.erf) or _rising(x, arb.erf, 1))
    softplus = by_entry(softplus_of)

    def detach(self, a: GrowthEntries) -> GrowthEntries:
        """The value, as rays are about values."""
        return a

    def sigmoid(self, a: GrowthEntries) -> GrowthEntries:
        """e^(-softplus(-x)): a quotient of two exponentials would lose that it is below 1."""
        return self.each(lambda x: _exp(negative(softplus_of(negative(x)))), a)

    # over the classes

    # An entry that stands for several classes is no factor of a product alone.
    product, product_others = Reading.product, Reading.product_others

    def total(self, v: GrowthEntries) -> GrowthEntries:
        """The sum over all classes, each entry as often as it stands for one."""
        return (total_of(self._times(range(self.count), v)),)

    def total_others(self, v: GrowthEntries) -> GrowthEntries:
        return (total_of(self._times(self._rest, v)),)

    def summed(self, entries: Sequence[Growth]) -> Growth:
        return total_of(list(entries))

    def largest(self, entries: Sequence[Growth]) -> Growth:
        return largest_of(list(entries))

    def onehot_argmax(self, v: GrowthEntries) -> GrowthEntries:
        """1 at an entry that is above all others for every t >= START; else each entry is from 0 to 1."""
        self._require_single("onehot_argmax")
        return self._share_of_leader(v, constant(arb(0)))

    def entmax(self, v: GrowthEntries, alpha: GrowthEntries) -> GrowthEntries:
        """From 0 to 1; 1 for one class that leads all others by 1/(alpha - 1) for every t; softmax for alpha = 1."""
        a = number_in(alpha[0])
        if a is not None and a == 1:
            return self.softmax(v)
        # Without a bound on the lead that is needed nobody has it.
        return self._share_of_leader(v, constant(-1 / (a - 1)) if a is not None and a > 1 else Growth())

    def _share_of_leader(self, v: GrowthEntries, shift: Growth) -> GrowthEntries:
        """1 for a single class whose lead over each other one is above 0 with ``shift`` added; else from 0 to 1."""
        wide = self.wide(v)
        for i, x in enumerate(wide):
            gaps = [total_of([x, negative(o), shift]) for j, o in enumerate(wide) if j != i]
            if self._counts[i] == 1 and all(g.positive or (g.low is not None and g.low.is_positive) for g in gaps):
                return tuple(constant(arb(int(j == i))) for j in range(self.count))
        return tuple(Growth(level(arb(0)), level(arb(1))) for _ in wide)

    def logsumexp(self, v: GrowthEntries) -> GrowthEntries:
        return (log_sum_exp(self._raised(range(self.count), v)),)

    def logsumexp_others(self, v: GrowthEntries) -> GrowthEntries:
        return (log_sum_exp(self._raised(self._rest, v)),)

    def log_softmax(self, v: GrowthEntries) -> GrowthEntries:
        """v - logsumexp(v), at most 0: the two move together, which their bounds apart do not know."""
        over = log_sum_exp(self._raised(range(self.count), v))
        return tuple(at_most_0(total_of([x, negative(over)])) for x in self.wide(v))

    def softmax(self, v: GrowthEntries) -> GrowthEntries:
        """exp(log_softmax(v)), from 0 to 1."""
        return self.each(_exp, self.log_softmax(v))

    def first(self, v: GrowthEntries) -> GrowthEntries:
        self._require_single("first")
        return super().first(v)

    @property
    def _rest(self) -> list[int]:
        """The places but that of the label."""
        return [i for i in range(self.count) if i != self.y]

    def _times(self, places: Iterable[int], v: GrowthEntries) -> list[Growth]:
        """Entries at ``places``, each as often as it is there."""
        wide = self.wide(v)
        return [scaled(wide[i], arb(self._counts[i])) if self._counts[i] > 1 else wide[i] for i in places]

    def _raised(self, places: Iterable[int], v: GrowthEntries) -> list[Growth]:
        """Entries at ``places`` plus the logarithm of how often each is there: n e^x = e^(x + log n)."""
        wide = self.wide(v)
        more = [constant(arb(n).log()) if n > 1 else None for n in self._counts]
        return [wide[i] if (extra := more[i]) is None else total_of([wide[i], extra]) for i in places]

    def _require_single(self, op: str) -> None:
        """Raise ``Undecided`` where classes that are treated differently are taken together."""
        if max(self._counts) > 1:
            self._unmapped(op)


def _of_number(g: Growth, function: Callable[[arb], arb]) -> Growth | None:
    """``function`` of what is a number."""
    number = number_in(g)
    return None if number is None else constant(function(number))


def _between(most: int) -> Growth:
    return completed(Growth(level(arb(-most)), level(arb(most))))


def _rising(g: Growth, function: Callable[[arb], arb], most: int) -> Growth:
    """f of a number for an f that rises from -``most`` to ``most``: f(low) at START where low does not fall."""
    low, high = level(arb(-most)), level(arb(most))
    if g.low is not None and g.low.slope >= 0:
        low = level(function(g.low.at_start()))
    if g.high is not None and g.high.slope <= 0:
        high = level(function(g.high.at_start()))
    return completed(Growth(low, high))


def growth_of(
    formula: Formula,
    direction: Sequence[Fraction],
    parameters: Mapping[str, Fraction],
    *,
    y: int,
    steep: bool,
    counts: Sequence[int] | None = None,
) -> Growth:
    """Bounds on ``formula`` along a ray, ``counts`` classes to each entry; raises ``Undecided`` without a reading."""
    # Of a rounded number the ball is its whole interval, so that bounds hold wherever in it the number lies.
    balls = {p.name: ball_in(p.interval) for p in formula.parameters if p.rounded}
    balls |= {name: ball_of(value) for name, value in parameters.items()}
    (found,) = RayReading(direction, balls, y=y, steep=steep, counts=counts).read(formula)
    return found
