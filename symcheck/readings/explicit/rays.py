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
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
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

GrowthEntries = tuple[Growth, ...]


class RayReading(Reading[GrowthEntries]):
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
        self._direction, self._parameters, self._y, self._steep = direction, parameters, y, steep
        self._count = len(direction)
        self._counts = tuple(counts or (1,) * self._count)

    # leaves

    def number(self, value: Fraction) -> GrowthEntries:
        return (constant(ball_of(value)),)

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

    def onehot(self) -> GrowthEntries:
        return tuple(constant(arb(int(i == self._y))) for i in range(self._count))

    def class_parameter(self, array: VectorArray) -> GrowthEntries:
        self._require_single("class_parameter")
        return tuple(map(constant, entry_balls(array.at_default(self._count))[0]))

    def apply(self, array: MatrixArray, v: GrowthEntries, *, transposed: bool) -> GrowthEntries:
        self._require_single("apply")
        rows = entry_balls(array.at_default(self._count))
        lines = tuple(zip(*rows, strict=True)) if transposed else rows
        wide = self._wide(v)
        return tuple(total_of([product_of(constant(a), x) for a, x in zip(line, wide, strict=True)]) for line in lines)

    def _wide(self, v: GrowthEntries) -> GrowthEntries:
        return v * (self._count // len(v))

    # entrywise

    def _each(self, function: Callable[..., Growth], *values: GrowthEntries) -> GrowthEntries:
        size = max(map(len, values))
        return tuple(function(*x) for x in zip(*(v * (size // len(v)) for v in values), strict=True))

    def add(self, a: GrowthEntries, b: GrowthEntries) -> GrowthEntries:
        return self._each(lambda x, y: total_of([x, y]), a, b)

    def neg(self, a: GrowthEntries) -> GrowthEntries:
        return self._each(negative, a)

    def mul(self, a: GrowthEntries, b: GrowthEntries) -> GrowthEntries:
        return self._each(product_of, a, b)

    def div(self, a: GrowthEntries, b: GrowthEntries) -> GrowthEntries:
        return self._each(lambda x, y: product_of(x, inverse(y)), a, b)

    def pow(self, a: GrowthEntries, b: GrowthEntries) -> GrowthEntries:
        return self._each(power_of, a, b)

    def exp(self, a: GrowthEntries) -> GrowthEntries:
        """e^x: the bounds of x are those of its logarithm."""
        return self._each(lambda x: positive(x.low, x.high), a)

    def log(self, a: GrowthEntries) -> GrowthEntries:
        """log x: the bounds are those on the size of x, known for x > 0 only."""
        return self._each(lambda x: completed(Growth(x.size_low, x.size_high) if x.positive else Growth()), a)

    def abs(self, a: GrowthEntries) -> GrowthEntries:
        return self._each(absolute, a)

    def relu(self, a: GrowthEntries) -> GrowthEntries:
        return self._each(lambda x: larger(x, constant(arb(0))), a)

    def maximum(self, a: GrowthEntries, b: GrowthEntries) -> GrowthEntries:
        return self._each(larger, a, b)

    def minimum(self, a: GrowthEntries, b: GrowthEntries) -> GrowthEntries:
        return self.neg(self.maximum(self.neg(a), self.neg(b)))

    def branch(self, u: GrowthEntries, positive: GrowthEntries, otherwise: GrowthEntries) -> GrowthEntries:
        return self._each(chosen, u, positive, otherwise)

    def detach(self, a: GrowthEntries) -> GrowthEntries:
        """The value, as rays are about values."""
        return a

    def arccos(self, a: GrowthEntries) -> GrowthEntries:
        """From 0 to 4, which is more than pi."""
        return self._each(lambda _: Growth(level(arb(0)), level(arb(4))), a)

    def sin(self, a: GrowthEntries) -> GrowthEntries:
        """From -1 to 1; that of a number is one."""
        return self._each(lambda x: _of_number(x, arb.sin) or _between(1), a)

    def cos(self, a: GrowthEntries) -> GrowthEntries:
        return self._each(lambda x: _of_number(x, arb.cos) or _between(1), a)

    def arctan(self, a: GrowthEntries) -> GrowthEntries:
        """From -2 to 2, which is more than pi/2, and between the values at its bounds where these are level."""
        return self._each(lambda x: _of_number(x, arb.atan) or _rising(x, arb.atan, 2), a)

    def erf(self, a: GrowthEntries) -> GrowthEntries:
        return self._each(lambda x: _of_number(x, arb.erf) or _rising(x, arb.erf, 1), a)

    def softplus(self, a: GrowthEntries) -> GrowthEntries:
        return self._each(softplus_of, a)

    def sigmoid(self, a: GrowthEntries) -> GrowthEntries:
        """e^(-softplus(-x)): a quotient of two exponentials would lose that it is below 1."""
        return self.exp(self.neg(self.softplus(self.neg(a))))

    # over the classes

    def total(self, v: GrowthEntries) -> GrowthEntries:
        """The sum over all classes, each entry as often as it stands for one."""
        return (total_of(self._times(range(self._count), v)),)

    def total_others(self, v: GrowthEntries) -> GrowthEntries:
        return (total_of(self._times(self._rest, v)),)

    def take(self, v: GrowthEntries) -> GrowthEntries:
        return (self._wide(v)[self._y],)

    def amax(self, v: GrowthEntries) -> GrowthEntries:
        return (largest_of(list(v)),)

    def amax_others(self, v: GrowthEntries) -> GrowthEntries:
        return (largest_of(self._others(v)),)

    def onehot_argmax(self, v: GrowthEntries) -> GrowthEntries:
        """1 at an entry that is above all others for every t >= START; else each entry is from 0 to 1."""
        self._require_single("onehot_argmax")
        wide = self._wide(v)
        for i, x in enumerate(wide):
            others = [total_of([x, negative(o)]) for j, o in enumerate(wide) if j != i]
            if all(o.positive or (o.low is not None and o.low.is_positive) for o in others):
                return tuple(constant(arb(int(j == i))) for j in range(self._count))
        return tuple(Growth(level(arb(0)), level(arb(1))) for _ in wide)

    def entmax(self, v: GrowthEntries, alpha: GrowthEntries) -> GrowthEntries:
        """From 0 to 1; 1 for one class that leads all others by 1/(alpha - 1) for every t; softmax for alpha = 1."""
        a, wide = number_in(alpha[0]), self._wide(v)
        if a is not None and a == 1:
            return self.softmax(v)
        if a is not None and a > 1:
            lead = constant(-1 / (a - 1))
            for i, x in enumerate(wide):
                gaps = [total_of([x, negative(o), lead]) for j, o in enumerate(wide) if j != i]
                if self._counts[i] == 1 and all(g.positive or (g.low is not None and g.low.is_positive) for g in gaps):
                    return tuple(constant(arb(int(j == i))) for j in range(self._count))
        return tuple(Growth(level(arb(0)), level(arb(1))) for _ in wide)

    def logsumexp(self, v: GrowthEntries) -> GrowthEntries:
        return (log_sum_exp(self._raised(range(self._count), v)),)

    def logsumexp_others(self, v: GrowthEntries) -> GrowthEntries:
        return (log_sum_exp(self._raised(self._rest, v)),)

    def log_softmax(self, v: GrowthEntries) -> GrowthEntries:
        """v - logsumexp(v), at most 0: the two move together, which their bounds apart do not know."""
        over = log_sum_exp(self._raised(range(self._count), v))
        return tuple(at_most_0(total_of([x, negative(over)])) for x in self._wide(v))

    def softmax(self, v: GrowthEntries) -> GrowthEntries:
        """exp(log_softmax(v)), from 0 to 1."""
        return self.exp(self.log_softmax(v))

    def first(self, v: GrowthEntries) -> GrowthEntries:
        self._require_single("first")
        return tuple(x for x in self._wide(v) for _ in range(self._count))

    def second(self, v: GrowthEntries) -> GrowthEntries:
        return self._wide(v) * self._count

    def pair_total(self, pairs: GrowthEntries) -> GrowthEntries:
        return (total_of(list(pairs * (self._count**2 // len(pairs)))),)

    @property
    def _rest(self) -> list[int]:
        """The places but that of the label."""
        return [i for i in range(self._count) if i != self._y]

    def _times(self, places: Iterable[int], v: GrowthEntries) -> list[Growth]:
        """Entries at ``places``, each as often as it is there."""
        wide = self._wide(v)
        return [scaled(wide[i], arb(self._counts[i])) if self._counts[i] > 1 else wide[i] for i in places]

    def _raised(self, places: Iterable[int], v: GrowthEntries) -> list[Growth]:
        """Entries at ``places`` plus the logarithm of how often each is there: n e^x = e^(x + log n)."""
        wide = self._wide(v)
        more = [constant(arb(n).log()) if n > 1 else None for n in self._counts]
        return [wide[i] if (extra := more[i]) is None else total_of([wide[i], extra]) for i in places]

    def _require_single(self, op: str) -> None:
        """Raise ``Undecided`` where classes that are treated differently are taken together."""
        if max(self._counts) > 1:
            self._unmapped(op)

    def _others(self, v: GrowthEntries) -> list[Growth]:
        wide = self._wide(v)
        return [x for i, x in enumerate(wide) if i != self._y]


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
