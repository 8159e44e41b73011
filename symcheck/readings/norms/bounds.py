"""Bounds of a function of z and its derivatives on the ball ||z|| <= r, and what chain and product rule make of them.

Of a number f: a ball that holds its values, one that holds f(0), and sizes of |grad f|, ||D^2 f||, ||D^3 f||, the
largest values of the forms on unit vectors.  Of a class-vector F the same for its entries, and of the whole of it sizes
of ||F||, ||DF u||, ||D^2 F[u, u]||, ||D^3 F[u, u, u]|| in the Euclidean norm over the classes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from flint import arb

from symcheck.readings.explicit.series import finite

Sizes: TypeAlias = tuple[arb, arb, arb, arb]
"""Upper ends of sizes: of the values, and of the first three derivatives."""

NONE: Final = arb(0)


@dataclass(frozen=True, eq=False)
class Number:
    """The ``values`` of a number on the ball, its value ``at_zero``, and the sizes ``d1``, ``d2``, ``d3``."""

    values: arb
    at_zero: arb
    d1: arb = NONE
    d2: arb = NONE
    d3: arb = NONE

    @property
    def sizes(self) -> Sizes:
        """The largest |f|, and those of its derivatives."""
        return size(self.values), self.d1, self.d2, self.d3

    @property
    def is_constant(self) -> bool:
        """Whether z does not occur in it."""
        return bool(self.d1 == 0 and self.d2 == 0 and self.d3 == 0)

    def within(self, radius: arb) -> Number:
        """The same, where f(0) and the gradient tell more of the values than is known."""
        near = self.at_zero + symmetric(self.d1 * radius)
        return replace(self, values=narrower(self.values, near))


@dataclass(frozen=True, eq=False)
class Row:
    """A class-vector: its entry ``at_label``, one that stands for any ``other``, and sizes of the ``whole``.

    ``apart``: each entry depends on the logit of its class alone, so that derivatives are diagonal.
    """

    at_label: Number
    other: Number
    whole: Sizes
    apart: bool = False

    @property
    def entries(self) -> Sizes:
        """Sizes of the largest entry."""
        return largest_of(self.at_label.sizes, self.other.sizes)


def size(x: arb) -> arb:
    """The largest absolute value in a ball, as a number; raises ``Undecided`` where it has none."""
    return finite(arb(abs(x).upper()))


def symmetric(x: arb) -> arb:
    """The ball of all numbers of at most this size."""
    return arb(0, 1) * x


def narrower(a: arb, b: arb) -> arb:
    """What two balls about one number have in common."""
    return a.intersection(b)


def smaller(a: arb, b: arb) -> arb:
    """The smaller one of two upper bounds; one that is not finite bounds nothing."""
    if not a.is_finite():
        return b
    return a if not b.is_finite() else arb(a.min(b).upper())


def largest_of(a: Sizes, b: Sizes) -> Sizes:
    """The larger sizes of two."""
    found = [arb(x.max(y).upper()) for x, y in zip(a, b, strict=True)]
    return found[0], found[1], found[2], found[3]


def constant(x: arb) -> Number:
    """A number in which z does not occur."""
    return Number(x, x)


def chained(f: Sequence[arb], x: Number, values: arb, at_zero: arb) -> Number:
    """h(x) for a function h of one number, whose derivatives are at most ``f``[1], ``f``[2] and ``f``[3] in size."""
    _, f1, f2, f3 = f
    return Number(
        values,
        at_zero,
        f1 * x.d1,
        f2 * x.d1**2 + f1 * x.d2,
        f3 * x.d1**3 + 3 * f2 * x.d1 * x.d2 + f1 * x.d3,
    )


def chained_whole(f: Sequence[arb], values: Sizes, entries: Sizes, whole: Sizes, count: int) -> Sizes:
    """Sizes of the class-vector of all h(v_k), from those of the ``entries`` and the ``whole`` of v.

    ``values`` are the sizes of an entry of the result.  In a sum over k of a product of entries one factor is taken by
    its sum and the others by their largest entry.
    """
    _, f1, f2, f3 = f
    _, e1, e2, _ = entries
    _, w1, w2, w3 = whole
    root = arb(count).sqrt()
    found = (
        root * values[0],
        f1 * w1,
        f2 * e1 * w1 + f1 * w2,
        f3 * e1**2 * w1 + 3 * f2 * smaller(e1 * w2, e2 * w1) + f1 * w3,
    )
    return _no_more(found, values, root)


def product(a: Number, b: Number) -> Number:
    """a b."""
    a0, a1, a2, a3 = a.sizes
    b0, b1, b2, b3 = b.sizes
    return Number(
        a.values * b.values,
        a.at_zero * b.at_zero,
        a0 * b1 + a1 * b0,
        a0 * b2 + 2 * a1 * b1 + a2 * b0,
        a0 * b3 + 3 * a1 * b2 + 3 * a2 * b1 + a3 * b0,
    )


def product_whole(a: Row, b: Row, values: Sizes, count: int) -> Sizes:
    """Sizes of the class-vector of all a_k b_k."""
    e, f, v, w = a.entries, b.entries, a.whole, b.whole

    def of(i: int, j: int) -> arb:
        return smaller(v[i] * f[j], e[i] * w[j])

    found = (
        of(0, 0),
        of(0, 1) + of(1, 0),
        of(0, 2) + 2 * of(1, 1) + of(2, 0),
        of(0, 3) + 3 * of(1, 2) + 3 * of(2, 1) + of(3, 0),
    )
    return _no_more(found, values, arb(count).sqrt())


def combined(a: Number, b: Number, of: Callable[[arb, arb], arb]) -> Number:
    """a + b or a - b."""
    return Number(of(a.values, b.values), of(a.at_zero, b.at_zero), a.d1 + b.d1, a.d2 + b.d2, a.d3 + b.d3)


def added(a: Sizes, b: Sizes) -> Sizes:
    """Sizes of a sum."""
    return a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]


def _no_more(found: Sizes, entries: Sizes, root: arb) -> Sizes:
    """``found``, and no more than the root of C times the largest entry."""
    a, b, c, d = (smaller(x, root * y) for x, y in zip(found, entries, strict=True))
    return a, b, c, d
