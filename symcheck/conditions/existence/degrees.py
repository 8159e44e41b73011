"""How fast a quantity can rise and fall with ||z||: degrees p with v <= K (1 + ||z||)^p and v >= -K (1 + ||z||)^p.

K may depend on C and on the parameters, not on z.  Terms that are bounded only together are taken together:

    logsumexp(v) >= sum_i w_i v_i  and  max_i v_i >= sum_i w_i v_i  for w_i >= 0 that add up to 1
    softplus(x) >= w x  and  relu(x) >= w x  for 0 <= w <= 1
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from symcheck.conditions.convexity.averages import without_averages
from symcheck.conditions.convexity.bounds import bounds, is_nonnegative, is_positive
from symcheck.conditions.convexity.combination import SUMS, Atom, Combination
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind

Degree = Fraction | None
"""None where there is no such power."""

BOUNDED: Degree = Fraction(0)


@dataclass(frozen=True)
class Degrees:
    """v <= K (1 + ||z||)^``rise`` and v >= -K (1 + ||z||)^``fall`` for all z, with one K."""

    rise: Degree = None
    fall: Degree = None

    @property
    def turned(self) -> Degrees:
        """Those of -v."""
        return Degrees(self.fall, self.rise)

    @property
    def size(self) -> Degree:
        """That of |v|."""
        return largest((self.rise, self.fall))


CONSTANT = Degrees(BOUNDED, BOUNDED)
LINEAR = Degrees(Fraction(1), Fraction(1))


def largest(found: Iterable[Degree]) -> Degree:
    """The degree of a sum."""
    most = BOUNDED
    for degree in found:
        if degree is None or most is None:
            return None
        most = max(most, degree)
    return most


def degrees_of(u: Combination) -> Degrees:
    """The degrees of ``u``, for every label and class.

    The constant of ``u`` may depend on entries of arrays, which are bounded for one C.
    """
    # logsumexp(z) - z[y] does not fall, though -z[y] falls linearly: such terms are bounded together only.
    kept, rests = without_averages(u, shifted=True)
    rises, falls = [BOUNDED], [BOUNDED]
    for a, c in _merged(kept):
        degrees, sign = _of_atom(a), u.field.sign(c)
        if sign.nonpositive:
            degrees = degrees.turned
        # With a sign that is not known the term may rise or fall like either side.
        elif not sign.nonnegative:
            degrees = Degrees(degrees.size, degrees.size)
        rises.append(degrees.rise)
        falls.append(degrees.fall)
    rises += map(_size_by_terms, rests)  # together they are at least a constant, so that they do not fall
    found = Degrees(largest(rises), largest(falls))
    # Bounds on values may show an end that the degrees of the terms, one by one, do not.
    ends = bounds(u)
    return Degrees(BOUNDED if ends.high is not None else found.rise, BOUNDED if ends.low is not None else found.fall)


def _size_by_terms(u: Combination) -> Degree:
    """The degree of |u| by its terms one by one."""
    return largest(_of_atom(a).size for a, _ in u.terms)


def _merged(u: Combination) -> list[tuple[Atom, Element]]:
    """The terms, with sums over the same classes taken together."""
    found = []
    for kind in SUMS:
        sums = [(a, c) for a, c in u.terms if a.kind == kind]
        if len(sums) > 1:
            inner = Combination(u.field, u.field.zero)
            for a, c in sums:
                inner = inner + a.args[0].times(c)
            free = frozenset[str]().union(*(a.free for a, _ in sums))
            found.append((Atom(kind, (inner,), free=free), u.field.one))
        else:
            found += sums
    return [*found, *((a, c) for a, c in u.terms if a.kind not in SUMS)]


def _of_atom(a: Atom) -> Degrees:
    if a.kind in ("own", "entry", "first", "second"):
        return LINEAR
    if a.kind in ("sigmoid", "tanh", "arccos", "onehot_argmax", "entmax", "sin", "cos", "arctan", "erf"):
        return CONSTANT
    if a.kind == "power":
        return _of_power(a)
    if a.kind == "product":
        return _of_product(a)
    parts = [degrees_of(x) for x in a.args]
    rise, fall = largest(d.rise for d in parts), largest(d.fall for d in parts)
    if a.kind in ("lse", "amax", "larger", "lse_others", "amax_others", "conjugate"):
        # A maximum falls no faster than the argument that falls least.
        known = [d.fall for d in parts if d.fall is not None]
        return Degrees(rise, min(known) if known else None)  # at least as large as each
    if a.kind in SUMS or a.kind == "apply":
        return Degrees(rise, fall) if a.kind in SUMS else Degrees(largest((rise, fall)), largest((rise, fall)))
    if a.kind == "branch":
        return Degrees(largest(d.rise for d in parts[1:]), largest(d.fall for d in parts[1:]))
    if a.kind == "form":
        size = largest(d.size for d in parts)
        return Degrees(None if size is None else 2 * size, BOUNDED)
    if a.kind == "exp":
        return Degrees(BOUNDED if rise == 0 else None, BOUNDED)
    if a.kind == "cosh":
        return Degrees(BOUNDED if rise == 0 and fall == 0 else None, BOUNDED)
    if a.kind == "abs":
        return Degrees(largest((rise, fall)), BOUNDED)
    if a.kind in ("relu", "softplus"):
        return Degrees(rise, BOUNDED)
    if a.kind == "log":
        return _of_log(a.args[0], parts[0])
    return Degrees()


def _of_log(x: Combination, inner: Degrees) -> Degrees:
    """log x for x > 0: below every positive power of x; bounded below where x is at least a number above 0."""
    low = bounds(x).low
    away = low is not None and x.field.sign(low).kind is Kind.POSITIVE
    # log of what grows like a power grows slower than ||z||; 1 is not the least degree, but a valid one.
    rise = inner.rise if inner.rise is None or inner.rise == 0 else Fraction(1)
    return Degrees(rise, BOUNDED if away else None)


def _of_power(a: Atom) -> Degrees:
    assert a.exponent is not None
    x, e = a.args[0], a.exponent
    inner, whole = degrees_of(x), e.rational
    sign = x.field.sign(e)
    if sign.nonnegative:
        positive = is_nonnegative(x)
        even = whole is not None and whole.denominator == 1 and whole % 2 == 0
        size = inner.rise if positive else inner.size
        power = BOUNDED if size == 0 else None if size is None or whole is None else size * whole
        if positive or even:
            return Degrees(power, BOUNDED)
        return Degrees(power, power) if whole is not None and whole.denominator == 1 else Degrees()
    low = bounds(x).low
    if sign.nonpositive and low is not None and x.field.sign(low).kind is Kind.POSITIVE:
        return CONSTANT
    return Degrees(None, BOUNDED) if is_positive(x) else Degrees()


def _of_product(a: Atom) -> Degrees:
    # e^x x is bounded where x is bounded above, although x is not: so p log p of a probability is.
    if _is_bounded_together(a):
        return CONSTANT
    inner = [degrees_of(x) for x in a.args]
    sizes = [d.size for d in inner]
    size = None if None in sizes else sum((s for s in sizes if s is not None), Fraction(0))
    sign = 1
    for x in a.args:
        if is_nonnegative(x):
            continue
        if not is_nonnegative(x.times(x.field.number(-1))):
            return Degrees(size, size)
        sign = -sign
    found = Degrees(size, BOUNDED)
    return found if sign > 0 else found.turned


def _is_bounded_together(a: Atom) -> bool:
    """Whether it is e^x times multiples of x, where x is bounded above."""
    for place, factor in enumerate(a.args):
        only = factor.only
        if only is None or only[0].kind != "exp":
            continue
        x = only[0].args[0]
        if degrees_of(x).rise != 0:
            continue
        others = [b for i, b in enumerate(a.args) if i != place]
        if all(b.multiple_of(x) is not None or degrees_of(b) == CONSTANT for b in others):
            return True
    return False
