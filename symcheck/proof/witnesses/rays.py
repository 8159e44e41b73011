"""Formulas along rays: at z = t v for small t > 0 they are series in a root of t, with intervals for coefficients.

f(t v, y) = sum_p c_p s^p + o(s^(end - 1)) with t = s^fold and finitely many p < 0.  Sums, products, and what a
convergent Taylor series makes of them have such series again; a branch is decided by the sign that its switch has for
all small t > 0: that of its lowest coefficient, or 0 if it is 0 for all of them.  Exact numbers stay exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias

from symcheck.proof.check import Refused, Tape, need, sure
from symcheck.proof.witnesses.intervals import ZERO, Interval
from symcheck.proof.witnesses.points import Point

NEVER = math.inf

Series: TypeAlias = tuple[float, list[Interval], float]
"""(first, terms, end): sum_i terms[i] s^(first + i) + o(s^(end - 1)), the sum alone where ``end`` is ``NEVER``.

Its first term is not the exact 0; where there is none, ``first`` is ``end``.
"""

NOTHING: Series = (NEVER, [], NEVER)

Entries: TypeAlias = list[Series]
"""A class-vector by its groups of equal entries, or a scalar, a list of one."""

OF_A_FUNCTION = 30
"""The work of an exponential or a logarithm, in terms."""


def known(x: Series, p: int) -> Interval:
    """The coefficient of s^p."""
    first, terms, end = x
    need(p < end, "terms", f"they do not reach the power {p}")
    return terms[p - int(first)] if terms and 0 <= p - first < len(terms) else ZERO


def sign(x: Series) -> int:
    """The sign for all small s > 0: 0 where it is 0 for all of them."""
    _, terms, end = x
    found = terms[0].sign if terms else 0 if end == NEVER else None
    if found is None:
        raise Refused("rays: the sign of a number or a switch is not known along a ray")
    return found


def number_of(x: Series) -> Fraction | None:
    """The rational number that it is for all s, or None."""
    first, terms, end = x
    if end < NEVER or (terms and (first or len(terms) > 1 or terms[0].low < terms[0].high)):
        return None
    return terms[0].low if terms else Fraction(0)


class Ray:
    """The values of the nodes of a formula at z = s^fold v and a label, for all small s > 0.

    ``direction`` has the entries of v by the groups of ``point.sizes``; ``label`` is the place of the label, a group of
    one; ``most`` is the number of terms that are kept.
    """

    def __init__(self, point: Point, direction: Sequence[Fraction], label: int, most: int, fold: int) -> None:
        self.point, self.direction, self.label, self.most, self.fold = point, direction, label, most, fold
        self.at_zero: list[Entries | Refused] | None = None
        self.detaches = False

    def values(self, tape: Tape) -> list[Entries | Refused]:
        """The values of all nodes, with a refusal for those that have none."""
        self.detaches = any(op == "detach" for op, *_ in tape.nodes)
        if self.detaches and any(self.direction):
            # Autograd takes a detached part as it is at z = 0.
            still = Ray(self.point, [Fraction(0)] * len(self.direction), self.label, self.most, self.fold)
            self.at_zero = still.values(tape)
        values: list[Entries | Refused] = []
        for op, args, data in tape.nodes:
            given = [(self.at_zero if op == "detach" and self.at_zero else values)[a] for a in args]
            try:
                power = self._as_power(tape, values, args) if op == "exp" else None
                # A refusal may stand on the side of a branch that is not taken.
                refusals = (v for v in (given[:1] if op in ("branch", "flat") else given) if isinstance(v, Refused))
                need(op in OPERATORS, "formula", f"{op} is not followed along rays")
                values.append(power or next(refusals, None) or OPERATORS[op](self, data, *given))
            except Refused as refusal:
                values.append(refusal)
        return values

    def _as_power(self, tape: Tape, values: list[Entries | Refused], args: tuple[int, ...]) -> Entries | None:
        """a^b for exp(b log a) with a rational number b, also where a tends to 0; None for another exponent."""
        op, factors, _ = tape.nodes[args[0]]
        if op != "mul" or tape.nodes[factors[1]][0] != "log":
            return None
        base, exponent = values[tape.nodes[factors[1]][1][0]], values[factors[0]]
        if isinstance(base, Refused) or isinstance(exponent, Refused) or None in map(number_of, exponent):
            return None
        return self.each(self.raised, base, exponent)

    def each(self, f: Callable[..., Series], *vectors: Entries) -> Entries:
        width = max(map(len, vectors))
        return [f(*x) for x in zip(*(v if len(v) == width else v * width for v in vectors), strict=True)]

    def wide(self, v: Entries) -> Entries:
        return v if len(v) > 1 else v * len(self.point.sizes)

    def number(self, x: Interval | Fraction | int) -> Series:
        return self.series(0, [x if isinstance(x, Interval) else Interval(Fraction(x))])

    def dot(self, numbers: Iterable[Interval | int], v: Entries) -> Series:
        total = NOTHING
        for n, x in zip(numbers, self.wide(v), strict=True):
            total = self.plus(total, self.times(self.number(n), x))
        return total

    def product(self, v: Entries, sizes: Iterable[int]) -> Entries:
        found = self.number(1)
        for x, n in zip(v, sizes, strict=True):
            power = self.number(1)
            for bit in f"{n:b}":
                power = self.times(power, power)
                power = self.times(power, x) if bit == "1" else power
            found = self.times(found, power)
        return [found]

    def branch(self, switch: Entries, positive: Entries | Refused, otherwise: Entries | Refused) -> Entries:
        signs = [sign(x) for x in switch]
        need(not self.detaches or all(signs), "rays", "a branch beside a detached part is at its kink")
        sides: list[Entries] = []
        for side in (positive if s > 0 else otherwise for s in signs):
            if isinstance(side, Refused):
                raise side
            sides.append(side)
        width = max(map(len, [switch, *sides]))
        return [side[e if len(side) > 1 else 0] for e, side in enumerate(sides * (width // len(sides)))]

    def flat(self, u: Entries, value: Entries | Refused) -> Entries:  # noqa: ARG002, what is near u = 0 needs it
        return list(sure(value))

    def is_larger(self, a: Series, b: Series) -> bool:
        return sign(self.plus(a, self.times(self.number(-1), b))) > 0

    def largest(self, v: Entries) -> Entries:
        found = v[0]
        for x in v[1:]:
            found = x if self.is_larger(x, found) else found
        return [found]

    def largest_place(self, v: Entries) -> Entries:
        ahead = [all(self.is_larger(x, v[j]) for j in range(len(v)) if j != e) for e, x in enumerate(v)]
        alone = any(a and n == 1 for a, n in zip(ahead, self.point.sizes, strict=True))
        need(alone, "rays", "two entries are the largest ones along a ray")
        return [self.number(int(a)) for a in ahead]

    def centred(self, v: Entries) -> Entries:
        # What stands here for entmax is its 2-jet at equal entries, which is it up to o(|u|^2) in u = v - mean(v).
        limits = {(c.low, c.high) for c in (known(x, 0) for x in v)}
        equal = all(x[0] >= 0 for x in v) and len(limits) == 1 and len(set(*limits)) == 1
        need(equal, "rays", "entmax is followed from equal entries")
        mean = self.times(self.number(Fraction(-1, self.point.C)), self.dot(self.point.sizes, v))
        u = [self.plus(x, mean) for x in v]
        end = 2 * min(x[0] for x in u) + 1
        return [self.plus(x, (end, [], end)) for x in u]

    # arithmetic

    def series(self, first: float, terms: list[Interval], end: float = NEVER) -> Series:
        """The series without zeros in front and with at most ``most`` terms."""
        self.point.counted(1 + len(terms))
        terms = terms[: max(0, int(end - first))] if end < NEVER else terms
        zeros = next((i for i, x in enumerate(terms) if x.sign != 0), len(terms))
        first, terms = first + zeros, terms[zeros:]
        if len(terms) > self.most:
            terms, end = terms[: self.most], first + self.most
        return (first, terms, end) if terms else (end, [], end)

    def plus(self, a: Series, b: Series) -> Series:
        if NEVER in (a[0], b[0]):
            return b if a[0] == NEVER else a
        first, end = min(a[0], b[0]), min(a[2], b[2])
        last = min(end, max(a[0] + len(a[1]), b[0] + len(b[1])))
        return self.series(first, [known(a, p) + known(b, p) for p in range(int(first), int(last))], end)

    def times(self, a: Series, b: Series) -> Series:
        if NEVER in (a[0], b[0]):
            return NOTHING
        self.point.counted(len(a[1]) * len(b[1]))
        r = [ZERO] * max(0, len(a[1]) + len(b[1]) - 1)
        for i, x in enumerate(a[1]):
            for j, y in enumerate(b[1]):
                r[i + j] += x * y
        return self.series(a[0] + b[0], r, min(a[0] + b[2], b[0] + a[2]))

    def composed(self, h: Series, coefficients: Sequence[Fraction]) -> Series:
        """sum_k coefficients[k] h^k for an ``h`` that tends to 0, up to the last coefficient."""
        total = NOTHING
        for c in reversed(coefficients):
            total = self.plus(self.times(total, h), self.number(c))
        end = len(coefficients) * h[0]
        return self.plus(total, (end, [], end))

    def exp(self, a: Series) -> Series:
        need(a[0] >= 0, "rays", "an exponent has no limit along a ray")
        self.point.counted(OF_A_FUNCTION)
        terms = [known(a, p) for p in range(1, int(a[0]) + len(a[1]))] if a[1] else []
        series = self.composed(self.series(1, terms, a[2]), [Fraction(1, math.factorial(k)) for k in range(self.most)])
        return self.times(self.number(known(a, 0).exp()), series)

    def log(self, a: Series) -> Series:
        need(sign(a) > 0 and a[0] == 0, "rays", "a logarithm has no limit along a ray")
        self.point.counted(OF_A_FUNCTION)
        coefficients = [Fraction(0), *(Fraction(1 if k % 2 else -1, k) for k in range(1, self.most))]
        return self.plus(self.number(a[1][0].log()), self.composed(self._over_first(a), coefficients))

    def _over_first(self, a: Series) -> Series:
        """a divided by its first term, minus 1."""
        first, terms, end = a
        over = terms[0].power(Fraction(-1))
        return self.series(1, [x * over for x in terms[1:]], end - first)

    def raised(self, a: Series, b: Series) -> Series:
        exponent = number_of(b)
        positive = exponent is not None and (sign(a) > 0 or (sign(a) == 0 and exponent > 0))
        need(positive, "rays", "a power of a number that is not positive")
        return self.power(a, exponent or Fraction(0)) if sign(a) else a

    def power(self, a: Series, b: Fraction) -> Series:
        """a^b, for a negative a with b = -1 only."""
        need(sign(a) != 0, "rays", "a denominator is 0 along a ray")
        self.point.counted(OF_A_FUNCTION)
        first, coefficients = int(a[0]) * b, [Fraction(1)]
        need(first.denominator == 1, "fold", f"powers of t^(1/{self.fold}) occur that are no whole ones")
        for k in range(1, self.most):
            coefficients.append(coefficients[-1] * (b - k + 1) / k)
        lowest = self.series(int(first), [a[1][0].power(b)])
        return self.times(lowest, self.composed(self._over_first(a), coefficients))


OPERATORS: dict[str, Callable[..., Entries]] = {
    "number": lambda ray, q: [ray.number(q)],
    "letter": lambda ray, place: [ray.number(ray.point.value(place))],
    "classes": lambda ray, _: [ray.number(ray.point.C)],
    "logits": lambda ray, _: [ray.series(ray.fold, [Interval(x)]) for x in ray.direction],
    "onehot": lambda ray, _: [ray.number(int(e == ray.label)) for e in range(len(ray.direction))],
    "array": lambda ray, name: [ray.number(x) for x in ray.point.arrays[name][0]],
    "apply": lambda ray, name, v: [ray.dot(row, v) for row in ray.point.arrays[name]],
    "apply_transposed": lambda ray, name, v: [ray.dot(x, v) for x in zip(*ray.point.arrays[name], strict=True)],
    "add": lambda ray, _, a, b: ray.each(ray.plus, a, b),
    "mul": lambda ray, _, a, b: ray.each(ray.times, a, b),
    "inverse": lambda ray, _, a: [ray.power(x, Fraction(-1)) for x in a],
    "exp": lambda ray, _, a: [ray.exp(x) for x in a],
    "log": lambda ray, _, a: [ray.log(x) for x in a],
    "total": lambda ray, _, v: [ray.dot(ray.point.sizes, v)],
    "take": lambda ray, _, v: [ray.wide(v)[ray.label]],
    "detach": lambda _ray, _, v: v,
    "flat": lambda ray, _, u, value: ray.flat(u, value),
    "branch": lambda ray, _, switch, positive, otherwise: ray.branch(switch, positive, otherwise),
    "amax": lambda ray, _, v: ray.largest(ray.wide(v)),
    "amax_others": lambda ray, _, v: ray.largest([x for e, x in enumerate(ray.wide(v)) if e != ray.label]),
    "product": lambda ray, _, v: ray.product(ray.wide(v), ray.point.sizes),
    "product_others": lambda ray, _, v: ray.product(
        ray.wide(v), [n * (e != ray.label) for e, n in enumerate(ray.point.sizes)]
    ),
    "argmax": lambda ray, _, v: ray.largest_place(ray.wide(v)),
    "centred": lambda ray, _, v: ray.centred(ray.wide(v)),
}  # fmt: skip
"""What an operator makes of the data of its node and of its arguments."""
