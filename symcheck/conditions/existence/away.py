"""Penalties that stay away from g(0): inf over ||z|| >= r of g is above g(0) for every r > 0, and how fast they grow.

Shown by the form of g, up to its constant, on R^C or on the quotient by (1, ..., 1):

    norms             sum_i |z_i|^k, max_i |z_i|, z'Qz with Q definite, their powers, products and sums
    a function        h(N) of one norm N, where h rises on (0, oo)
    entry by entry    sum_i h(z_i), where h falls on (-oo, 0) and rises on (0, oo)
    of probabilities  sum_i h(p_i), p = softmax(z), where h is convex on (0, 1) and D^2 g(0) > 0 on the quotient

The last by Jensen's inequality: sum_i h(p_i) >= C h(1/C), with equality at p = u alone, as h bends at 1/C; and h has
limits at 0 and 1, so that it holds on the closed simplex, which is compact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from symcheck.conditions.convexity.bounds import Bounds
from symcheck.conditions.convexity.combination import Atom, Combination, moves
from symcheck.conditions.convexity.functions import at, bases
from symcheck.conditions.convexity.one_variable import Cut, convex_on
from symcheck.conditions.convexity.proved_signs import is_positive as is_positive_constant
from symcheck.conditions.existence.degrees import degrees_of
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.findings.step import Derivation, Step
from symcheck.reason import Undecided


@dataclass(frozen=True)
class Away:
    """For every r > 0 there is a c > 0 with g(z) >= g(0) + c (1 + ||z||)^``growth`` for ||z|| >= r, by ``steps``.

    Norms are those of R^C; with ``of_differences`` those of the quotient, with ``is_of_either`` those of the space on
    which D^2 g(0) is positive definite; with ``by_definiteness`` all of it needs D^2 g(0) to be that on the quotient.
    """

    growth: Fraction
    steps: Derivation
    of_differences: bool = False
    is_of_either: bool = False
    by_definiteness: bool = False


RAY = "r''"
"""The variable that runs over the numbers above 0 (``line_parameters``)."""


def away_from_zero(g: Combination) -> Away | None:
    """Why g stays away from g(0) off 0, None if its form does not show it.

    What it says of functions of probabilities needs D^2 g(0) positive definite on the quotient.
    """
    # (sum_i z_i)^2 grows along (1, ..., 1) alone, and so adds what a norm of differences lacks.
    powers = [(e, a, c) for a, c in g.terms if (e := _power_of_sum(a, c)) is not None]
    taken = {a.key for _, a, _ in powers}
    moving = g.part((a, c) for a, c in g.terms if a.key not in taken)
    found = _sum_of_norms(moving) or _of_a_norm(moving) or _entry_by_entry(moving) or _of_probabilities(moving)
    if found is None or not powers or not found.of_differences:
        return found
    most = max(e for e, _, _ in powers)
    step = Step("g", "positive along (1, ..., 1) as well", f"by (sum_i z_i)^{most}")
    growth = min(found.growth, most)
    return replace(found, growth=growth, steps=(*found.steps, step), of_differences=False)


def _power_of_sum(a: Atom, c: Element) -> Fraction | None:
    """The e of c (sum_i z_i)^e, e even and c > 0."""
    e = a.exponent.rational if a.kind == "power" and a.exponent is not None else None
    only = a.args[0].only if e is not None and e > 0 and e.denominator == 1 and e % 2 == 0 else None
    if only is None or only[0].kind != "all" or not _is_entry(only[0].args[0]):
        return None
    return e if c.field.sign(c).kind is Kind.POSITIVE else None


# norms


def _sum_of_norms(u: Combination) -> Away | None:
    found = _norm(u)
    if found is None:
        return None
    growth, of_differences = found
    step = Step("g - g(0)", f">= c ||z||^{growth} far out", "a sum of powers of norms")
    return Away(growth, (step,), of_differences)


Norm = tuple[Fraction, bool]
"""The degree by which a norm grows, and whether it is one of differences z_i - z_k."""


def _norm(u: Combination) -> Norm | None:
    """The norm that ``u`` >= 0, 0 at z = 0 alone, grows by."""
    return None if any(moves(c) for _, c in u.terms) else _best(u, _norm_atom)


def _best(u: Combination, norm_of: Callable[[Atom], Norm | None]) -> Norm | None:
    """The best of the norms of the terms of ``u``; one term that may be negative could take away what others show."""
    if not _is_sum_of_zeros(u):
        return None
    found = [norm_of(a) for a, c in u.terms if u.field.sign(c).kind is Kind.POSITIVE]
    # A norm of z is better than one of differences, and among equals the one that grows faster.
    return min((n for n in found if n is not None), key=lambda n: (n[1], -n[0]), default=None)


def _norm_atom(a: Atom) -> Norm | None:
    if a.kind in ("all", "amax"):
        return _size_of_entry(a.args[-1])
    if a.kind == "form":
        return (Fraction(2), False) if all(_of_entry(x) == "entry" for x in a.args) else None
    if a.kind == "power" and a.exponent is not None:
        e = a.exponent.rational
        inner = _norm(a.args[0])
        return None if e is None or e <= 0 or inner is None else (inner[0] * e, inner[1])
    if a.kind == "product":
        inner_norms = [_norm(x) for x in a.args]
        known = [n for n in inner_norms if n is not None]
        if len(known) < len(inner_norms):
            return None
        return sum((n for n, _ in known), Fraction(0)), any(d for _, d in known)
    return None


def _size_of_entry(x: Combination) -> Norm | None:
    """The k of x = c |z_i|^k or c |z_i - mean(z)|^k with c > 0."""
    return _best(x, _power_of_entry)


def _power_of_entry(a: Atom) -> Norm | None:
    if a.kind == "abs":
        inside = _of_entry(a.args[0])
        return None if inside is None else (Fraction(1), inside == "difference")
    if a.kind != "power" or a.exponent is None:
        return None
    e, x = a.exponent.rational, a.args[0]
    if e is None or e <= 0:
        return None
    even = e.denominator == 1 and e % 2 == 0
    inside = _of_entry(x) if even else None
    if inside is not None:
        return e, inside == "difference"
    found = _size_of_entry(x)
    return None if found is None else (found[0] * e, found[1])


def _of_entry(x: Combination) -> str | None:
    """Whether x is c z_i or c (z_i - mean(z)) with c != 0."""
    if not x.constant.is_zero or any(moves(c) for _, c in x.terms):
        return None
    entry = [(a, c) for a, c in x.terms if a.kind == "entry"]
    sums = [(a, c) for a, c in x.terms if a.kind == "all"]
    if len(entry) != 1 or len(entry) + len(sums) != len(x.terms):
        return None
    slope = entry[0][1]
    if x.field.sign(slope).kind not in (Kind.POSITIVE, Kind.NEGATIVE):
        return None
    if not sums:
        return "entry"
    inner = sums[0][0].args[0].only
    if inner is None or inner[0].kind != "entry":
        return None
    rest = sums[0][1] * inner[1] * x.field.C + slope
    return "difference" if rest.is_zero else None


def _is_zero_at_least(a: Atom) -> bool:
    """Whether the atom is at least 0, and 0 at z = 0, by its form."""
    if a.kind == "form":
        return all(_vanishes(x) for x in a.args)
    if a.kind == "abs":
        return _vanishes(a.args[0])
    if a.kind in ("all", "others", "pairs", "amax"):
        return _is_sum_of_zeros(a.args[-1]) and (a.kind != "amax" or len({x.key for x in a.args}) == 1)
    if a.kind == "product":
        return all(_is_sum_of_zeros(x) for x in a.args)
    if a.kind != "power" or a.exponent is None:
        return False
    e = a.exponent.rational
    if e is None or e <= 0:
        return False
    even = e.denominator == 1 and e % 2 == 0
    return (even and _vanishes(a.args[0])) or _is_sum_of_zeros(a.args[0])


def _is_sum_of_zeros(x: Combination) -> bool:
    """Whether it is a sum of such atoms with coefficients of at least 0."""
    if not x.constant.is_zero:
        return False
    return all(x.field.sign(c).nonnegative and _is_zero_at_least(a) for a, c in x.terms)


def _vanishes(x: Combination) -> bool:
    """Whether it is linear in the scores, so that it is 0 at z = 0."""
    if not x.constant.is_zero:
        return False
    return all(a.kind in ("entry", "first", "second") or (a.kind == "all" and _vanishes(a.args[0])) for a, _ in x.terms)


# functions of a norm, of an entry, of a probability


def _of_a_norm(u: Combination) -> Away | None:
    for base in bases(u):
        found = _norm(base)
        if found is None:
            continue
        slope = _slope(u, base, side=1)
        if slope is not None and is_positive_constant(u.field, slope):
            step = Step("dh/dt", slope.text(), f"above 0 for {RAY} > 0, where g = h(t) + const, t = {base.text()}")
            return Away(Fraction(0), (step,), found[1])
    return None


def _entry_by_entry(u: Combination) -> Away | None:
    inner = _summed(u)
    if inner is None:
        return None
    base = next((b for b in bases(inner) if _is_entry(b)), None)
    if base is None:
        return None
    steps = []
    for side in (1, -1):
        slope = _slope(inner, base, side=side)
        if slope is None or not is_positive_constant(u.field, slope):
            return None
        steps.append(Step(f"dh({'-' * (side < 0)}t)/dt", slope.text(), f"above 0 for t = {RAY} > 0, g = sum_i h(z_i)"))
    return Away(Fraction(0), tuple(steps))


def _is_entry(b: Combination) -> bool:
    only = b.only
    return only is not None and only[0].kind == "entry" and only[1].rational == 1


def _of_probabilities(u: Combination) -> Away | None:
    inner = _summed(u)
    if inner is None:
        return None
    base = next((p for b in bases(inner) if (p := _log_probability(b)) is not None), None)
    if base is None:
        return None
    field = u.field
    zero, one = field.zero, field.one
    # h is convex in p, not in log p: the atoms are made of log p_i, and t = log p is put in.
    lines = convex_on(field, lambda p: at(inner, base, field.log(p)), Bounds(zero, one, True, True), increasing=False)
    if lines is None:
        return None
    by_jensen = Step(
        "g", "sum_i h(p_i) + const", "h convex on (0, 1): smallest at p = (1/C, ..., 1/C) alone, by Jensen"
    )
    growth = _growth_by_logarithm(inner, base)
    # Convex alone is not enough: a linear h gives a constant g.  D^2 g(0) > 0 makes h bend at 1/C.
    return Away(growth, (by_jensen, *lines), of_differences=True, by_definiteness=True)


def _growth_by_logarithm(inner: Combination, base: Combination) -> Fraction:
    """1 for h(p) = -c log p + (what is bounded below) with c > 0, as -sum_i log p_i >= ||z - mean(z)||/2; else 0."""
    field = inner.field
    rest, logarithms = inner, field.zero
    for a, c in inner.terms:
        if a.kind != "product" or len(a.args) != 2:
            continue
        for x, y in (a.args, a.args[::-1]):
            ratio = y.multiple_of(base)
            if ratio is not None and y.constant.is_zero and not x.constant.is_zero:
                moved = c * ratio * x.constant
                product = Atom("product", (x.part(x.terms), y), free=a.free)
                rest = rest - Combination.of(field, a).times(c) + Combination.of(field, product).times(c)
                logarithms = logarithms + moved
                break
    lead, slope = base.terms[0]
    coefficient = rest.coefficient(lead)
    if coefficient is not None:
        rest = rest - base.times(coefficient / slope)
        logarithms = logarithms + coefficient / slope
    falls = degrees_of(rest).fall
    return Fraction(int(falls == 0 and field.sign(logarithms).kind is Kind.NEGATIVE))


def _log_probability(b: Combination) -> Combination | None:
    """z_i - logsumexp(z), if ``b`` is a multiple of it."""
    spread = next((a for a, _ in b.terms if a.kind == "lse"), None)
    if spread is None or not all(_is_entry(x) for x in spread.args):
        return None
    found = spread.args[-1] - Combination.of(b.field, spread)
    return found if b.multiple_of(found) is not None else None


def _summed(u: Combination) -> Combination | None:
    """The h of u = sum_i h_i, the sums over all classes taken together."""
    inner = Combination(u.field, u.field.zero)
    for a, c in u.terms:
        if a.kind != "all" or moves(c):
            return None
        inner = inner + a.args[0].times(c)
    return inner


def _slope(u: Combination, base: Combination, *, side: int) -> Element | None:
    """The derivative of t -> h(t) or h(-t) at t > 0, where u = h(base)."""
    field = u.field
    try:
        value = at(u, base, field.parameter(RAY) * side)
    except (Undecided, Cut):
        return None
    return field.derivative(value, RAY)
