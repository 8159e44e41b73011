"""The mean of a loss over all its labels, written without the label.

A scalar of the formula becomes f + v[y] + sum_j P(y, j) with f, the class-vector v and the quantity of two classes P
free of the label; a class-vector becomes a sum of products a(y) b(i) at the entries i != y, or a quantity of two
classes, and a class-vector of the values at i = y.  Then the mean over the labels is f + mean(v) + pair_total(P)/C.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Never

from symcheck.budget import look
from symcheck.language.formula import Formula
from symcheck.language.functions import exp, log, logsumexp, pair_total, softmax, total
from symcheck.language.label_products import (
    OfLabel,
    Part,
    Product,
    Row,
    as_pairs,
    as_vector,
    at_label,
    diagonal,
    of_products,
    row_of,
    separated,
    weight,
)
from symcheck.language.label_terms import (
    difference,
    entrywise_of,
    filled,
    mean_of,
    negative,
    over_classes,
    over_others,
    plus,
    scaled,
    sum_of,
    total_of,
)
from symcheck.language.node import Node
from symcheck.language.operators import ENTRYWISE
from symcheck.language.term import Pairs, Scalar, Term, entrywise
from symcheck.language.terms_of import terms_of
from symcheck.reason import Code, Undecided


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
        parts.append(over_classes(pair_total(value.pairs)))
    mean_ = None if value.taken is None else mean_of(value.taken)
    if mean_ is not None:
        parts.append(mean_)
    return sum_of(parts)


class _Labels:
    """One walk over a formula."""

    def __init__(self, formula: Formula) -> None:
        self._formula = formula
        self._terms = terms_of(formula)

    def value(self) -> OfLabel:
        """What the formula is at a label, as a sum of terms that are written without it."""
        parts: list[Part | None] = []  # None: the label does not occur in it
        for place, node in enumerate(self._formula.nodes):
            args = [parts[a] for a in node.args]
            labelled = any(a is not None for a in args) or node.op in ("onehot", "take") or node.op.endswith("_others")
            if not labelled:
                parts.append(None)
                continue
            try:
                look()
                parts.append(self._made(node, place, parts))
            except Undecided as stop:
                raise stop.at(self._formula.named(place)) from None
        last = parts[-1]
        if last is None:
            return OfLabel(free=self._terms[-1])
        assert isinstance(last, OfLabel)
        return last

    def _made(self, node: Node, place: int, parts: list[Part | None]) -> Part:
        terms = [self._terms[a] for a in node.args]
        args = [parts[a] for a in node.args]
        if node.op == "onehot":
            return Row((), filled(1))
        if node.op in ENTRYWISE:
            if place in self._formula.pairs:
                self._unsaid("a quantity of two classes in which the label occurs")
            if self._formula.vectors[place]:
                return self._row(node.op, [row_of(p, t) for p, t in zip(args, terms, strict=True)])
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
            # A factor without the label comes out of the sum of parts; any other product is taken entry by entry below.
            case "mul" if args[0].is_free:
                return _times(args[1], args[0].free_term)
            case "mul" if args[1].is_free:
                return _times(args[0], args[1].free_term)
            case "div" if args[1].is_free:
                return _each(args[0], lambda x: entrywise("div", x, args[1].free_term))
        if any(a.pairs is not None for a in args):
            self._unsaid(f"{op} of a sum over the classes of a quantity of the label and a class")
        return OfLabel(taken=entrywise_of(op, [as_vector(a) for a in args]))

    # class-vectors

    def _row(self, op: str, args: list[Row]) -> Row:
        taken = entrywise_of(op, [a.taken for a in args])
        products = of_products(op, [a.others for a in args])
        if products is not None:
            return Row(products, taken)
        others = entrywise(op, *(as_pairs(a.others) for a in args))
        return Row(others if isinstance(others, Pairs) else (Product(Fraction(1), factor=others),), taken)

    # over the classes

    def _across(self, op: str, part: Part | None, term: Term) -> Part:
        row = row_of(part, term)
        if part is None:
            return self._of_free(op, term)
        if op == "take":
            return OfLabel(taken=row.taken)
        if op in ("softmax", "log_softmax"):
            scale = as_vector(self._log_of_sum(row))
            minus = (Product(Fraction(-1), scale, None),)
            if isinstance(row.others, Pairs):
                self._unsaid(f"{op} of a quantity of the label and a class")
            logged = Row((*row.others, *minus), entrywise("sub", row.taken, scale))
            return logged if op == "log_softmax" else self._row("exp", [logged])
        if op == "total":
            return self._total(row)
        if op == "mean":
            return _each(self._total(row), over_classes)
        if op == "total_others":
            return self._total(Row(row.others, filled(0)))
        if op == "mean_others":
            return _each(self._total(Row(row.others, filled(0))), over_others)
        if op == "logsumexp":
            return self._log_of_sum(row)
        self._unsaid(f"{op} of a class-vector in which the label occurs")

    def _of_free(self, op: str, v: Term) -> OfLabel:
        """What uses the label of a class-vector that does not."""
        match op:
            case "take":
                return OfLabel(taken=v)
            case "total_others":
                return OfLabel(free=total(v), taken=negative(v))
            case "mean_others":
                return _each(OfLabel(free=total(v), taken=negative(v)), over_others)
            case "logsumexp_others":
                # log(sum of e^v_i over i != y) = logsumexp(v) + log(1 - softmax(v)_y)
                return OfLabel(free=logsumexp(v), taken=log(entrywise("sub", 1, softmax(v))))
        self._unsaid(f"the largest, the least or the product of all entries but that at the label ({op})")

    def _total(self, row: Row) -> OfLabel:
        if isinstance(row.others, Pairs):
            # pair_total has i = y in it as well, where another value stands.
            taken = entrywise("sub", row.taken, diagonal(row.others))
            return OfLabel(taken=taken, pairs=row.others)
        value = OfLabel()
        for p in row.others:
            over = Scalar("classes") if p.entry is None else total_of(p.entry)
            summed = OfLabel(free=over) if p.label is None else OfLabel(taken=entrywise("mul", p.label, over))
            value = _added(value, _times(summed, weight(p)))
        # The sums above run over every i: what the products are at i = y is taken out, and what does stand there put
        # in.
        for n, term in at_label(row.others):
            value = _added(value, OfLabel(taken=scaled(term, Scalar("number", data=-n))))
        return _added(value, OfLabel(taken=row.taken))

    def _log_of_sum(self, row: Row) -> OfLabel:
        """log sum_i exp(a(y) + b(i)) = a(y) + L + log(1 - softmax(b)_y + exp(taken_y - a(y) - L)), L = logsumexp(b)."""
        split = None if isinstance(row.others, Pairs) else separated(row.others)
        # Only from exp(a(y) + b(i)) = exp(a(y)) exp(b(i)) does the label come out of the sum over i.
        if split is None:
            self._unsaid("the logarithm of a sum over the classes of a quantity of the label and a class")
        shift, b = split
        over = logsumexp(b)
        taken = row.taken if shift is None else difference(row.taken, shift)
        value = OfLabel(free=over, taken=shift)
        # Terms refuse ==, so texts are compared.  Then the last logarithm is that of 1 - softmax(b)_y + softmax(b)_y =
        # 1.
        if repr(taken) == repr(b):
            return value
        rest = entrywise("add", entrywise("sub", 1, softmax(b)), exp(entrywise("sub", taken, over)))
        return _added(value, OfLabel(taken=log(rest)))

    def _unsaid(self, what: str) -> Never:
        raise Undecided.of(
            Code.UNMAPPED_OP,
            f"the language has no formula without the label for the mean over the labels of {what}",
            "read the canonical form of the mean instead",
        )


# scalars


def _scalar_of(part: Part | None, term: Term) -> OfLabel:
    if part is None:
        return OfLabel(free=term)
    assert isinstance(part, OfLabel)
    return part


def _added(a: OfLabel, b: OfLabel) -> OfLabel:
    return OfLabel(*(plus(x, y) for x, y in ((a.free, b.free), (a.taken, b.taken), (a.pairs, b.pairs))))


def _times(a: OfLabel, factor: Term) -> OfLabel:
    return _each(a, lambda x: scaled(x, factor))


def _each(a: OfLabel, function: Callable[[Term], Term]) -> OfLabel:
    return OfLabel(*(None if x is None else function(x) for x in (a.free, a.taken, a.pairs)))
