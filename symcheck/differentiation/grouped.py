"""What the products of a sum have in common: factors, numbers, and class-vectors of one direction."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from symcheck.differentiation.sums import (
    ONE,
    Atom,
    Monomial,
    Sum,
    added,
    content_of,
    is_constant,
    less,
    ordered,
    scaled,
    single,
)

Factors = list[tuple[Atom, Sum]]


def shared_factors(s: Sum) -> tuple[Factors, Fraction, Sum]:
    """The powers that all products of ``s`` have as factors, a number, and ``s`` over these."""
    first, *others = (dict(m) for m in s.terms)
    if not others:
        return [], Fraction(1), s
    shared: Factors = []
    for atom, e in first.items():
        gaps = [less(m[atom], e).number if atom in m else None for m in others]
        if any(g is None for g in gaps):
            continue
        lowest = min((g for g in gaps if g is not None), default=Fraction(0))
        shared.append((atom, added(e, Sum({(): lowest}) if lowest < 0 else Sum({}))))
    shared = [(a, e) for a, e in shared if not e.is_zero]
    numbers = s.terms.values()
    content = Fraction(gcd(*(c.numerator for c in numbers)), gcd(*(c.denominator for c in numbers)))
    if all(c < 0 for c in numbers):
        content = -content
    out = dict(shared)
    rest = {
        tuple((a, f) for a, e in m if not (f := less(e, out[a]) if a in out else e).is_zero): c / content
        for m, c in s.terms.items()
    }
    return shared, content, added(Sum(rest))


def primitive(v: Sum) -> tuple[Sum, Sum]:
    """A scalar and a class-vector that make ``v`` together: class-vectors of one direction meet in the second one."""
    groups = grouped(v)
    if len(groups) == 1:
        ((common, inside),) = groups
        c = content_of(inside)
        return scaled(common, c), scaled(inside, 1 / c)
    first, *others = v.terms
    shared = [p for p in first if p[0].rank == 0 and all(p in m for m in others)]
    c = content_of(v)
    rest = Sum({tuple(p for p in m if p not in shared): d / c for m, d in v.terms.items()})
    return Sum({tuple(shared): c}), rest


def grouped(s: Sum) -> list[tuple[Sum, Sum]]:
    """The class-vectors of ``s`` by the scalar before them: ``s`` is the sum of the scalars times these sums."""
    coefficients: dict[Monomial, Sum] = {}
    for m, c in s.terms.items():
        vectors = tuple(p for p in m if p[0].rank)
        scalars = tuple(p for p in m if not p[0].rank)
        coefficients[vectors] = added(coefficients.get(vectors, Sum({})), Sum({scalars: c}))
    if s.rank == 0:
        return [(ONE, Sum({m: c})) for m, c in s.terms.items()]
    groups: dict[Sum, dict[Monomial, Fraction]] = {}
    for vectors, coefficient in coefficients.items():
        if not coefficient.is_zero:
            c = content_of(coefficient)
            groups.setdefault(scaled(coefficient, 1 / c), {})[vectors] = c
    found = [(common, Sum(inside)) for common, inside in groups.items()]
    # The class-vectors begin with a plus, so that those of one direction are one.
    signs = [content_of(inside) / abs(content_of(inside)) for _, inside in found]
    return [(scaled(common, sign), scaled(inside, sign)) for (common, inside), sign in zip(found, signs, strict=True)]


def without_others(s: Sum) -> Sum:
    """1 - onehot(y) with what else there is of onehot(y): others - onehot(y) is 1 - 2 onehot(y)."""
    if s.rank != 1 or not any(_vectors(m) == ("onehot",) for m in s.terms):
        return s
    parts = []
    for m, c in s.terms.items():
        if _vectors(m) != ("others",):
            parts.append(Sum({m: c}))
            continue
        scalars = tuple(p for p in m if not p[0].rank)
        label = next(p for other in s.terms for p in other if p[0].op == "onehot")
        parts += [Sum({scalars: c}), Sum({tuple(sorted([*scalars, label], key=lambda p: p[0].serial)): -c})]
    return added(*parts)


def with_residuals(s: Sum, residuals: dict[Atom, Atom]) -> Sum:
    """``s`` with a (p - onehot(y)) in the place of a p - a onehot(y), for shares p: near p_y = 1 these cancel.

    ``residuals``: the atoms that were made for this, by the shares.
    """
    if s.rank != 1:
        return s
    label = next((a for a in s.atoms() if a.op == "onehot"), None)
    shares = next((a for a in s.atoms() if a.op == "softmax"), None)
    if label is None or shares is None:
        return s
    at_label, at_shares = (_beside(s, a) for a in (label, shares))
    both = {m: c for m, c in at_shares.items() if at_label.get(m) == -c}
    if len(both) == len(at_label) == len(at_shares):
        return s
    # softmax(z) - (1 - eps)*onehot(y) is short as it is.
    both = {m: c for m, c in both.items() if not all(is_constant(a) for a, _ in m)}
    if not both:
        return s
    residual = residuals.setdefault(shares, Atom("residual", (single(shares),), None, 1, label.serial))
    terms = {m: c for m, c in s.terms.items() if _vector(m) not in (label, shares)}
    for atom, found in ((label, at_label), (shares, at_shares)):
        terms |= {(*m, (atom, ONE)): c for m, c in found.items() if m not in both}
    return Sum(terms | {(*m, (residual, ONE)): c for m, c in both.items()})


def _beside(s: Sum, atom: Atom) -> dict[Monomial, Fraction]:
    """The coefficient of ``atom`` in ``s``, where it is the one class-vector of a product; brackets are written out."""
    found: dict[Monomial, Fraction] = {}
    for m, c in s.terms.items():
        if _vector(m) is atom:
            for n, d in _spread(tuple(p for p in m if not p[0].rank)).items():
                found[n] = found.get(n, Fraction(0)) + c * d
    return {m: c for m, c in found.items() if c}


def _spread(m: Monomial) -> dict[Monomial, Fraction]:
    """A product of scalars with its first sum in brackets written out."""
    bracket = next((a for a, e in m if a.op == "sum" and e == ONE), None)
    if bracket is None:
        return {m: Fraction(1)}
    found: dict[Monomial, Fraction] = {}
    for n, d in bracket.args[0].terms.items():
        powers = {a: e for a, e in m if a is not bracket}
        for a, e in n:
            powers[a] = added(powers[a], e) if a in powers else e
        product = ordered({a: e for a, e in powers.items() if not e.is_zero})
        found[product] = found.get(product, Fraction(0)) + d
    return found


def _vector(m: Monomial) -> Atom | None:
    """The class-vector in a product that has no other one, and that without a power."""
    vectors = [p for p in m if p[0].rank]
    return vectors[0][0] if len(vectors) == 1 and vectors[0][1] == ONE else None


def _vectors(m: Monomial) -> tuple[str, ...]:
    return tuple(a.op for a, _ in m if a.rank)
