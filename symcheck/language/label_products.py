"""Class-vectors in which the label occurs: sums of products a(y) b(i), and values of their own at i = y."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import cast

from symcheck.language.functions import exp, first, second
from symcheck.language.label_terms import arithmetic, entrywise_of, filled, inverse, product_of, scaled, sum_of
from symcheck.language.term import Pairs, Scalar, Term, Vec


@dataclass(frozen=True)
class OfLabel:
    """The scalar ``free`` + ``taken``[y] + sum_j ``pairs``(y, j); None stands for 0."""

    free: Term | None = None
    taken: Term | None = None
    pairs: Term | None = None

    @property
    def is_free(self) -> bool:
        """Whether the label does not occur in it."""
        return self.taken is None and self.pairs is None

    @property
    def free_term(self) -> Term:
        """The part without the label, the number 0 if there is none."""
        return Scalar("number", data=Fraction(0)) if self.free is None else self.free


@dataclass(frozen=True)
class Product:
    """``number`` times the scalar ``factor`` times ``label``[y] times ``entry``[i]; None stands for 1."""

    number: Fraction
    label: Term | None = None
    entry: Term | None = None
    factor: Term | None = None

    @property
    def key(self) -> str:
        """What the product is at i = y but for the number, in which the order does not matter."""
        return " ".join(sorted(repr(t) for t in (self.label, self.entry, self.factor) if t is not None))


@dataclass(frozen=True)
class Row:
    """A class-vector: ``taken``[y] at i = y, else ``others``, a sum of products or a quantity of two classes."""

    others: tuple[Product, ...] | Pairs
    taken: Term


Part = OfLabel | Row


def as_vector(a: OfLabel) -> Term:
    """The class-vector whose entry at y the scalar is."""
    if a.taken is None:
        return Vec("filled", a.free_term)
    return a.taken if a.free is None else sum_of([filled(a.free), a.taken])


def row_of(part: Part | None, term: Term) -> Row:
    """A part beside class-vectors: without the label it is the same at every entry, a scalar is repeated."""
    if isinstance(part, Row):
        return part
    if isinstance(part, OfLabel):
        taken = as_vector(part)
        return Row((Product(Fraction(1), taken, None),), taken)
    if isinstance(term, Vec):
        return Row((Product(Fraction(1), None, term),), term)
    if term.op == "number":
        return Row((Product(cast(Fraction, term.data), None, None),) if term.data else (), filled(term))
    return Row((Product(Fraction(1), factor=term),), filled(term))


def of_products(op: str, args: list[tuple[Product, ...] | Pairs]) -> tuple[Product, ...] | None:
    """``op`` of sums of products as such a sum, if it is one."""
    found = [a for a in args if not isinstance(a, Pairs)]
    if len(found) < len(args):
        return None
    match op:
        case "add":
            return found[0] + found[1]
        case "sub":
            return found[0] + tuple(replace(p, number=-p.number) for p in found[1])
        case "neg":
            return tuple(replace(p, number=-p.number) for p in found[0])
        case "mul":
            return tuple(multiplied(p, q) for p in found[0] for q in found[1])
        # 1/(a(y) b(i)) is such a product again, one over a sum of several is not.
        case "div" if len(found[1]) == 1 and found[1][0].number:
            (q,) = found[1]
            under = Product(1 / q.number, *map(inverse, (q.label, q.entry, q.factor)))
            return tuple(multiplied(p, under) for p in found[0])
        # The square of n products is n^2 of them; higher powers are left to quantities of two classes.
        case "pow" if whole(found[1]) in (1, 2):
            n = whole(found[1])
            return found[0] if n == 1 else tuple(multiplied(p, q) for p in found[0] for q in found[0])
        # exp(a(y) + b(i)) = exp(a(y)) exp(b(i)), if no product in the exponent has both.
        case "exp":
            split = separated(found[0])
            if split is not None:
                shift, entry = split
                return (Product(Fraction(1), None if shift is None else exp(shift), entrywise_of("exp", [entry])),)
    if all(p.label is None for f in found for p in f):
        vectors = [entries_of(f) for f in found]
        return (Product(Fraction(1), None, entrywise_of(op, vectors)),)
    return None


def whole(products: tuple[Product, ...]) -> int | None:
    """The whole number that a sum of products is, None if it is none."""
    if len(products) == 1 and products[0].key == "":
        n = products[0].number
        return int(n) if n.denominator == 1 else None
    return None


def separated(products: tuple[Product, ...]) -> tuple[Term | None, Term] | None:
    """a(y) + b(i) as a and b, if each product depends on one of the two alone."""
    if any(p.label is not None and p.entry is not None for p in products):
        return None
    shift = [scaled(p.label, weight(p)) for p in products if p.label is not None]
    entries = tuple(p for p in products if p.label is None)
    return (sum_of(shift) if shift else None), entries_of(entries)


def entries_of(products: tuple[Product, ...]) -> Term:
    """A sum of products without the label as a class-vector."""
    parts = [filled(weight(p)) if p.entry is None else scaled(p.entry, weight(p)) for p in products]
    return sum_of(parts) if parts else filled(0)


def multiplied(p: Product, q: Product) -> Product:
    """The product of two products."""
    pairs = ((p.label, q.label), (p.entry, q.entry), (p.factor, q.factor))
    return Product(p.number * q.number, *(product_of(a, b) for a, b in pairs))


def weight(p: Product) -> Term:
    """The scalar in front of a product."""
    number = Scalar("number", data=p.number)
    return number if p.factor is None else scaled(p.factor, number)


def as_pairs(others: tuple[Product, ...] | Pairs) -> Term:
    """A sum of products a(y) b(i) as a quantity of the two classes y and i."""
    if isinstance(others, Pairs):
        return others
    parts = []
    for p in others:
        factors = [entry_of_pair(first, p.label)] if p.label is not None else []
        factors += [entry_of_pair(second, p.entry)] if p.entry is not None else []
        value = weight(p)
        for f in factors:
            value = scaled(f, value)
        parts.append(value)
    return sum_of(parts) if parts else Scalar("number", data=Fraction(0))


def entry_of_pair(which: Callable[[Term], Term], v: Term) -> Term:
    """An entry of ``v`` at one of two classes, with its sign in front."""
    if not isinstance(v, Vec):
        return v
    if v.op == "filled":
        return v.args[0]
    if v.op in ("neg", "add", "sub"):
        return arithmetic(v.op, [entry_of_pair(which, a) for a in v.args])
    return which(v)


def diagonal(pairs: Term) -> Term:
    """The class-vector of the quantity at i = y."""
    if pairs.op in ("first", "second"):
        return pairs.args[0]
    if not isinstance(pairs, Pairs):
        return pairs
    inside = [diagonal(a) for a in pairs.args]
    # (first(v) - second(v))**2 is 0 on the diagonal, whatever v is: sums are collected before they are written.
    if pairs.op in ("add", "sub"):
        return cancelled(pairs)
    return entrywise_of(pairs.op, [filled(x) for x in inside])


def cancelled(pairs: Term) -> Term:
    """A sum on the diagonal, in which x - x is left out."""
    counts: dict[str, tuple[Fraction, Term]] = {}

    def gather(term: Term, n: Fraction) -> None:
        if term.op in ("add", "sub") and isinstance(term, Pairs):
            gather(term.args[0], n)
            gather(term.args[1], n if term.op == "add" else -n)
            return
        value = diagonal(term)
        while value.op == "neg" or (value.op == "mul" and value.args[0].op == "number"):
            n = -n if value.op == "neg" else n * cast(Fraction, value.args[0].data)
            value = value.args[-1]
        key = repr(value)
        counts[key] = counts.get(key, (Fraction(0), value))[0] + n, value

    gather(pairs, Fraction(1))
    left = [scaled(v, n) for n, v in counts.values() if n]
    return filled(sum_of(left)) if left else filled(0)


def at_label(products: tuple[Product, ...]) -> list[tuple[Fraction, Term]]:
    """The products at i = y as class-vectors with their numbers, those that cancel left out."""
    counts: dict[str, tuple[Fraction, Term]] = {}
    for p in products:
        value = product_of(product_of(p.label, p.entry), None if p.factor is None else filled(p.factor))
        value = filled(1) if value is None else value
        # At i = y a(y) b(i) and b(y) a(i) are the same, and may cancel: that is why the key is sorted.
        counts[p.key] = counts.get(p.key, (Fraction(0), value))[0] + p.number, value
    return [(n, v) for n, v in counts.values() if n]
