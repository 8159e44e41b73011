"""The mean of a loss over all its labels, written without the label.

A scalar of the formula becomes f + v[y] + sum_j P(y, j) with f, the class-vector v and the quantity of two classes P
free of the label; a class-vector becomes a sum of products a(y) b(i) at the entries i != y, or a quantity of two
classes, and a class-vector of the values at i = y.  Then the mean over the labels is f + mean(v) + pair_total(P)/C.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Never, cast

from symcheck.language.formula import Formula
from symcheck.language.functions import exp, first, log, logsumexp, mean, pair_total, second, softmax, total
from symcheck.language.node import Node
from symcheck.language.term import ENTRYWISE, Pairs, Scalar, Term, Vec, entrywise
from symcheck.language.terms_of import terms_of
from symcheck.reason import Code, Reason, Undecided


@dataclass(frozen=True)
class OfLabel:
    """The scalar ``free`` + ``own``[y] + sum_j ``pairs``(y, j); None stands for 0."""

    free: Term | None = None
    own: Term | None = None
    pairs: Term | None = None

    @property
    def is_free(self) -> bool:
        return self.own is None and self.pairs is None


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
    """A class-vector: ``others`` at i != y, a sum of products or a quantity of two classes, and ``own``[y] at i = y."""

    others: tuple[Product, ...] | Pairs
    own: Term


Part = OfLabel | Row


def mean_over_labels(formula: Formula) -> Term:
    """(1/C) sum_k l(z, k) as a term without the label.

    Raises ``Undecided`` (``unmapped-op``), naming the subexpression, where the language cannot say it.

    >>> from symcheck.language.formula import symbols
    >>> z, y = symbols()
    >>> print(Formula.of(mean_over_labels(Formula.of(logsumexp(z) - z[y]))))
    logsumexp(z) - mean(z)
    """
    value = _Labels(formula).value()
    parts = [] if value.free is None else [value.free]
    if value.pairs is not None:
        parts.append(_over_classes(pair_total(value.pairs)))
    mean_ = None if value.own is None else _mean(value.own)
    if mean_ is not None:
        parts.append(mean_)
    return _sum(parts)


class _Labels:
    """One walk over a formula."""

    def __init__(self, formula: Formula) -> None:
        self._formula = formula
        self._terms = terms_of(formula)

    def value(self) -> OfLabel:
        parts: list[Part | None] = []  # None: the label does not occur in it
        for place, node in enumerate(self._formula.nodes):
            args = [parts[a] for a in node.args]
            labelled = any(a is not None for a in args) or node.op in ("onehot", "take") or node.op.endswith("_others")
            if not labelled:
                parts.append(None)
                continue
            try:
                parts.append(self._made(node, place, parts))
            except Undecided as stop:
                raise stop.at(self._formula.part(place)) from None
        last = parts[-1]
        if last is None:
            return OfLabel(free=self._terms[-1])
        assert isinstance(last, OfLabel)
        return last

    def _made(self, node: Node, place: int, parts: list[Part | None]) -> Part:
        terms = [self._terms[a] for a in node.args]
        args = [parts[a] for a in node.args]
        if node.op == "onehot":
            return Row((), _filled(1))
        if node.op in ENTRYWISE:
            if place in self._formula.pairs:
                self._unsaid("a quantity of two classes in which the label occurs")
            if self._formula.vectors[place]:
                return self._row(node.op, [_row_of(p, t) for p, t in zip(args, terms, strict=True)])
            return self._scalar(node.op, [_scalar_of(p, t) for p, t in zip(args, terms, strict=True)])
        if len(args) != 1 or node.array is not None:
            self._unsaid(f"{node.op} of what depends on the label")
        return self._across(node.op, args[0], terms[0])

    # scalars

    def _scalar(self, op: str, args: list[OfLabel]) -> OfLabel:
        match op:
            case "neg":
                return _times(args[0], Scalar("number", data=Fraction(-1)))
            case "add":
                return _added(args[0], args[1])
            case "sub":
                return _added(args[0], _times(args[1], Scalar("number", data=Fraction(-1))))
            case "mul" if args[0].is_free:
                return _times(args[1], _free(args[0]))
            case "mul" if args[1].is_free:
                return _times(args[0], _free(args[1]))
            case "div" if args[1].is_free:
                return _each(args[0], lambda x: entrywise("div", x, _free(args[1])))
        if any(a.pairs is not None for a in args):
            self._unsaid(f"{op} of a sum over the classes of a quantity of the label and a class")
        return OfLabel(own=_made(op, [_as_vector(a) for a in args]))

    # class-vectors

    def _row(self, op: str, args: list[Row]) -> Row:
        own = _made(op, [a.own for a in args])
        products = _of_products(op, [a.others for a in args])
        if products is not None:
            return Row(products, own)
        others = entrywise(op, *(_as_pairs(a.others) for a in args))
        return Row(others if isinstance(others, Pairs) else (Product(Fraction(1), factor=others),), own)

    # over the classes

    def _across(self, op: str, part: Part | None, term: Term) -> Part:
        row = _row_of(part, term)
        if part is None:
            return self._of_free(op, term)
        if op == "take":
            return OfLabel(own=row.own)
        if op in ("softmax", "log_softmax"):
            scale = _as_vector(self._log_of_sum(row))
            minus = (Product(Fraction(-1), scale, None),)
            if isinstance(row.others, Pairs):
                self._unsaid(f"{op} of a quantity of the label and a class")
            logged = Row((*row.others, *minus), entrywise("sub", row.own, scale))
            return logged if op == "log_softmax" else self._row("exp", [logged])
        if op == "total":
            return self._total(row)
        if op == "mean":
            return _each(self._total(row), _over_classes)
        if op == "total_others":
            return self._total(Row(row.others, _filled(0)))
        if op == "mean_others":
            return _each(self._total(Row(row.others, _filled(0))), _over_others)
        if op == "logsumexp":
            return self._log_of_sum(row)
        self._unsaid(f"{op} of a class-vector in which the label occurs")

    def _of_free(self, op: str, v: Term) -> OfLabel:
        """What uses the label of a class-vector that does not."""
        match op:
            case "take":
                return OfLabel(own=v)
            case "total_others":
                return OfLabel(free=total(v), own=_negative(v))
            case "mean_others":
                return _each(OfLabel(free=total(v), own=_negative(v)), _over_others)
            case "logsumexp_others":
                return OfLabel(free=logsumexp(v), own=log(entrywise("sub", 1, softmax(v))))
        self._unsaid(f"the largest, the least or the product of all entries but that at the label ({op})")

    def _total(self, row: Row) -> OfLabel:
        if isinstance(row.others, Pairs):
            own = entrywise("sub", row.own, _diagonal(row.others))
            return OfLabel(own=own, pairs=row.others)
        value = OfLabel()
        for p in row.others:
            over = Scalar("classes") if p.entry is None else _total_of(p.entry)
            summed = OfLabel(free=over) if p.label is None else OfLabel(own=entrywise("mul", p.label, over))
            value = _added(value, _times(summed, _weight(p)))
        for n, term in _at_label(row.others):
            value = _added(value, OfLabel(own=_scaled(term, Scalar("number", data=-n))))
        return _added(value, OfLabel(own=row.own))

    def _log_of_sum(self, row: Row) -> OfLabel:
        """log sum_i exp(a(y) + b(i)) = a(y) + L + log(1 - softmax(b)_y + exp(own_y - a(y) - L)), L = logsumexp(b)."""
        split = None if isinstance(row.others, Pairs) else _separated(row.others)
        if split is None:
            self._unsaid("the logarithm of a sum over the classes of a quantity of the label and a class")
        shift, b = split
        over = logsumexp(b)
        own = row.own if shift is None else _difference(row.own, shift)
        value = OfLabel(free=over, own=shift)
        if repr(own) == repr(b):
            return value
        rest = entrywise("add", entrywise("sub", 1, softmax(b)), exp(entrywise("sub", own, over)))
        return _added(value, OfLabel(own=log(rest)))

    def _unsaid(self, what: str) -> Never:
        raise Undecided(
            Reason(
                Code.UNMAPPED_OP,
                f"the language has no formula without the label for the mean over the labels of {what}",
                "read the canonical form of the mean instead",
            )
        )


# scalars


def _scalar_of(part: Part | None, term: Term) -> OfLabel:
    if part is None:
        return OfLabel(free=term)
    assert isinstance(part, OfLabel)
    return part


def _free(a: OfLabel) -> Term:
    return Scalar("number", data=Fraction(0)) if a.free is None else a.free


def _added(a: OfLabel, b: OfLabel) -> OfLabel:
    return OfLabel(*(_plus(x, y) for x, y in ((a.free, b.free), (a.own, b.own), (a.pairs, b.pairs))))


def _times(a: OfLabel, factor: Term) -> OfLabel:
    return _each(a, lambda x: _scaled(x, factor))


def _each(a: OfLabel, function: Callable[[Term], Term]) -> OfLabel:
    return OfLabel(*(None if x is None else function(x) for x in (a.free, a.own, a.pairs)))


def _as_vector(a: OfLabel) -> Term:
    """The class-vector whose entry at y the scalar is."""
    if a.own is None:
        return Vec("filled", _free(a))
    return a.own if a.free is None else _sum([_filled(a.free), a.own])


# products


def _row_of(part: Part | None, term: Term) -> Row:
    """A part beside class-vectors: without the label it is the same at every entry, a scalar is repeated."""
    if isinstance(part, Row):
        return part
    if isinstance(part, OfLabel):
        own = _as_vector(part)
        return Row((Product(Fraction(1), own, None),), own)
    if isinstance(term, Vec):
        return Row((Product(Fraction(1), None, term),), term)
    if term.op == "number":
        return Row((Product(cast(Fraction, term.data), None, None),) if term.data else (), _filled(term))
    return Row((Product(Fraction(1), factor=term),), _filled(term))


def _of_products(op: str, args: list[tuple[Product, ...] | Pairs]) -> tuple[Product, ...] | None:
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
            return tuple(_multiplied(p, q) for p in found[0] for q in found[1])
        case "div" if len(found[1]) == 1 and found[1][0].number:
            (q,) = found[1]
            under = Product(1 / q.number, *map(_inverse, (q.label, q.entry, q.factor)))
            return tuple(_multiplied(p, under) for p in found[0])
        case "pow" if _whole(found[1]) in (1, 2):
            n = _whole(found[1])
            return found[0] if n == 1 else tuple(_multiplied(p, q) for p in found[0] for q in found[0])
        case "exp":
            split = _separated(found[0])
            if split is not None:
                shift, entry = split
                return (Product(Fraction(1), None if shift is None else exp(shift), _made("exp", [entry])),)
    if all(p.label is None for f in found for p in f):
        vectors = [_entries(f) for f in found]
        return (Product(Fraction(1), None, _made(op, vectors)),)
    return None


def _whole(products: tuple[Product, ...]) -> int | None:
    if len(products) == 1 and products[0].key == "":
        n = products[0].number
        return int(n) if n.denominator == 1 else None
    return None


def _separated(products: tuple[Product, ...]) -> tuple[Term | None, Term] | None:
    """a(y) + b(i) as a and b, if each product depends on one of the two alone."""
    if any(p.label is not None and p.entry is not None for p in products):
        return None
    shift = [_scaled(p.label, _weight(p)) for p in products if p.label is not None]
    entries = tuple(p for p in products if p.label is None)
    return (_sum(shift) if shift else None), _entries(entries)


def _entries(products: tuple[Product, ...]) -> Term:
    """A sum of products without the label as a class-vector."""
    parts = [_filled(_weight(p)) if p.entry is None else _scaled(p.entry, _weight(p)) for p in products]
    return _sum(parts) if parts else _filled(0)


def _multiplied(p: Product, q: Product) -> Product:
    pairs = ((p.label, q.label), (p.entry, q.entry), (p.factor, q.factor))
    return Product(p.number * q.number, *(_product(a, b) for a, b in pairs))


def _weight(p: Product) -> Term:
    """The scalar in front of a product."""
    number = Scalar("number", data=p.number)
    return number if p.factor is None else _scaled(p.factor, number)


def _as_pairs(others: tuple[Product, ...] | Pairs) -> Term:
    if isinstance(others, Pairs):
        return others
    parts = []
    for p in others:
        factors = [_of_pair(first, p.label)] if p.label is not None else []
        factors += [_of_pair(second, p.entry)] if p.entry is not None else []
        value = _weight(p)
        for f in factors:
            value = _scaled(f, value)
        parts.append(value)
    return _sum(parts) if parts else Scalar("number", data=Fraction(0))


def _of_pair(which: Callable[[Term], Term], v: Term) -> Term:
    """An entry of ``v`` at one of two classes, with its sign in front."""
    if not isinstance(v, Vec):
        return v
    if v.op == "filled":
        return v.args[0]
    if v.op in ("neg", "add", "sub"):
        return _summed(v.op, [_of_pair(which, a) for a in v.args])
    return which(v)


def _diagonal(pairs: Term) -> Term:
    """The class-vector of the quantity at i = y."""
    if pairs.op in ("first", "second"):
        return pairs.args[0]
    if not isinstance(pairs, Pairs):
        return pairs
    inside = [_diagonal(a) for a in pairs.args]
    if pairs.op in ("add", "sub"):
        return _cancelled(pairs)
    return _made(pairs.op, [_filled(x) for x in inside])


def _cancelled(pairs: Term) -> Term:
    """A sum on the diagonal, in which x - x is left out."""
    counts: dict[str, tuple[Fraction, Term]] = {}

    def gather(term: Term, n: Fraction) -> None:
        if term.op in ("add", "sub") and isinstance(term, Pairs):
            gather(term.args[0], n)
            gather(term.args[1], n if term.op == "add" else -n)
            return
        value = _diagonal(term)
        while value.op == "neg" or (value.op == "mul" and value.args[0].op == "number"):
            n = -n if value.op == "neg" else n * cast(Fraction, value.args[0].data)
            value = value.args[-1]
        key = repr(value)
        counts[key] = counts.get(key, (Fraction(0), value))[0] + n, value

    gather(pairs, Fraction(1))
    left = [_scaled(v, n) for n, v in counts.values() if n]
    return _filled(_sum(left)) if left else _filled(0)


def _at_label(products: tuple[Product, ...]) -> list[tuple[Fraction, Term]]:
    """The products at i = y as class-vectors with their numbers, those that cancel left out."""
    counts: dict[str, tuple[Fraction, Term]] = {}
    for p in products:
        value = _product(_product(p.label, p.entry), None if p.factor is None else _filled(p.factor))
        value = _filled(1) if value is None else value
        counts[p.key] = counts.get(p.key, (Fraction(0), value))[0] + p.number, value
    return [(n, v) for n, v in counts.values() if n]


# terms


def _filled(value: object) -> Term:
    if isinstance(value, Vec):
        return value
    return Vec("filled", value if isinstance(value, Term) else Scalar("number", data=Fraction(cast(int, value))))


def _is_number(t: Term, n: int) -> bool:
    return t.op == "number" and t.data == n


def _scaled(x: Term, factor: Term | Fraction) -> Term:
    t = factor if isinstance(factor, Term) else Scalar("number", data=factor)
    if _is_number(t, 1):
        return x
    if _is_number(t, -1):
        return _negative(x)
    if _is_number(x, 1):
        return t
    if x.op == "neg":
        return _negative(_scaled(x.args[0], t))
    if x.op == "filled":
        return Vec("filled", entrywise("mul", t, x.args[0]))
    return entrywise("mul", t, x)


def _negative(x: Term) -> Term:
    if x.op == "neg":
        return x.args[0]
    if x.op == "filled":
        return Vec("filled", _negative(x.args[0]))
    if x.op == "sub":
        return entrywise("sub", x.args[1], x.args[0])
    return entrywise("neg", x)


def _made(op: str, args: list[Term]) -> Term:
    """``op`` of class-vectors, in which those with one number in every entry are scalars."""
    plain = [a.args[0] if a.op == "filled" else a for a in args]
    value = _summed(op, plain)
    return value if isinstance(value, Vec) else Vec("filled", value)


def _summed(op: str, args: list[Term]) -> Term:
    if op == "neg":
        return _negative(args[0])
    if op in ("add", "sub"):
        return _sum([args[0], args[1] if op == "add" else _negative(args[1])])
    if op == "mul" and any(a.op in ("neg", "number") for a in args):
        return _scaled(args[0], args[1]) if args[1].op == "number" else _scaled(args[1], args[0])
    if (op == "pow" and _is_number(args[1], 1)) or (op == "div" and _is_number(args[0], 0)):
        return args[0]
    return entrywise(op, *args)


def _plus(x: Term | None, y: Term | None) -> Term | None:
    if x is None or y is None:
        return x if y is None else y
    for one, other in ((x, y), (y, x)):
        zero = one.args[0] if one.op == "filled" else one
        if _is_number(zero, 0):
            return _filled(other) if isinstance(one, Vec) else other
        if one.op == "filled" and isinstance(other, Vec) and other.op != "filled":
            return _plus(one.args[0], other) if one is x else _plus(other, one.args[0])
    if repr(x) == repr(_negative(y)):
        return Vec("filled", Scalar("number", data=Fraction(0))) if isinstance(x, Vec) else _filled(0).args[0]
    if x.op == "filled" and y.op == "filled":
        return Vec("filled", entrywise("add", x.args[0], y.args[0]))
    if y.op == "neg":
        return entrywise("sub", x, y.args[0])
    return entrywise("sub", y, x.args[0]) if x.op == "neg" else entrywise("add", x, y)


def _sum(parts: list[Term]) -> Term:
    value: Term | None = None
    for part in parts:
        value = _plus(value, part)
    return Scalar("number", data=Fraction(0)) if value is None else value


def _difference(x: Term, y: Term) -> Term:
    """x - y, where y is left out of a sum in which it occurs."""
    if x.op == "add":
        for i in (0, 1):
            if repr(x.args[i]) == repr(y):
                return _filled(x.args[1 - i])
    if x.op == "sub" and repr(x.args[1]) == repr(_negative(y)):
        return _filled(x.args[0])
    return _sum([x, _negative(y)])


def _product(a: Term | None, b: Term | None) -> Term | None:
    if a is None or b is None:
        return a if b is None else b
    for x, y in ((a, b), (b, a)):
        if x.op == "filled":
            return _scaled(y, x.args[0]) if y.op != "filled" else Vec("filled", entrywise("mul", x.args[0], y.args[0]))
    if a.op == b.op == "exp":
        exponent = _sum([a.args[0], b.args[0]])
        return _filled(1) if exponent.op == "filled" and _is_number(exponent.args[0], 0) else exp(exponent)
    return entrywise("mul", a, b)


def _inverse(a: Term | None) -> Term | None:
    return None if a is None else entrywise("div", 1, a)


def _over_classes(x: Term) -> Term:
    return entrywise("div", x, Scalar("classes"))


def _over_others(x: Term) -> Term:
    return entrywise("div", x, entrywise("sub", Scalar("classes"), 1))


def _total_of(v: Term) -> Term:
    return entrywise("mul", Scalar("classes"), v.args[0]) if v.op == "filled" else total(v)


def _mean(v: Term) -> Term | None:
    """mean(v) with the factors that all entries share outside; None for 0."""
    if v.op == "filled":
        return None if _is_number(v.args[0], 0) else v.args[0]
    if v.op == "neg":
        inside = _mean(v.args[0])
        return None if inside is None else _negative(inside)
    if v.op in ("add", "sub"):
        parts = [_mean(_filled(a)) for a in v.args]
        if v.op == "sub" and parts[1] is not None:
            parts[1] = _negative(parts[1])
        return _plus(parts[0], parts[1])
    if v.op == "mul":
        for x, other in ((v.args[0], v.args[1]), (v.args[1], v.args[0])):
            if not isinstance(x, Vec) and isinstance(other, Vec):
                inside = _mean(other)
                return None if inside is None else _scaled(inside, x)
    if v.op == "div" and not isinstance(v.args[1], Vec):
        inside = _mean(_filled(v.args[0]))
        return None if inside is None else _negative_outside("div", inside, v.args[1])
    if v.op == "softmax":
        return entrywise("div", 1, Scalar("classes"))
    return mean(v)


def _negative_outside(op: str, x: Term, y: Term) -> Term:
    return entrywise("neg", entrywise(op, x.args[0], y)) if x.op == "neg" else entrywise(op, x, y)
