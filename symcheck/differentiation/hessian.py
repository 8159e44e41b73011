"""Jacobians of class-vectors by z: a diagonal, products of two class-vectors, and what is neither."""

from __future__ import annotations

from dataclasses import dataclass, field

from symcheck.differentiation.expanded import applied, unknown
from symcheck.differentiation.gradient import ENTRYWISE, SHARES, Rules
from symcheck.differentiation.grouped import grouped, primitive
from symcheck.differentiation.pairs import diagonal, row_total
from symcheck.differentiation.sums import ONE, ZERO, Atom, Sum, added, less, negative, number, single


@dataclass(frozen=True)
class Jacobian:
    """The matrix diag(``diagonal``) + sum of u w' over ``outer``, as u by w, + ``full``, a quantity of two classes."""

    diagonal: Sum = ZERO
    outer: dict[Sum, Sum] = field(default_factory=dict)
    full: Sum = ZERO


class Jacobians:
    """The Jacobians of class-vectors, each atom's derived once; rows are entries, columns are those of z."""

    def __init__(self, rules: Rules) -> None:
        self.rules, self.algebra = rules, rules.algebra
        self._atoms: dict[Atom, Jacobian] = {}

    def of(self, v: Sum) -> Jacobian:
        """The Jacobian of a class-vector; a scalar stands for all its entries."""
        return self._joined([
            self._outer(part, self.gradient(atom)) if atom.rank == 0 else self._scaled(part, self._atom(atom))
            for atom, part in self.rules.by_atoms(v)
        ])  # fmt: skip

    def gradient(self, atom: Atom) -> Sum:
        """The gradient of a scalar."""
        return self.rules.pulled(single(atom), ONE, 0)

    def entries(self, j: Jacobian) -> Sum:
        """The entries of a Jacobian, as a quantity of two classes."""
        algebra = self.algebra
        j, centred = self._centred(j)
        parts = [algebra.times(common, algebra.same, algebra.first(v)) for common, v in grouped(j.diagonal)]
        sides = (self._sides(u, w) for w, u in j.outer.items())
        parts += [algebra.times(scale, algebra.first(u), algebra.second(w)) for scale, u, w in sides]
        for p, v in centred:
            scale, direction = primitive(v)
            around = algebra.atom("centred", single(p), rank=2)
            parts.append(algebra.times(scale, algebra.first(self._factor(direction)), around))
        return added(*parts, j.full)

    def diagonal(self, j: Jacobian) -> Sum:
        """The entries on the diagonal, a class-vector."""
        algebra = self.algebra
        j, centred = self._centred(j)
        parts = [algebra.times(common, v) for common, v in grouped(j.diagonal)]
        sides = (self._sides(u, w) for w, u in j.outer.items())
        # The class-vectors first: the square of a sum stays one.
        parts += [algebra.times(self._squared(u) if u == w else algebra.times(u, w), scale) for scale, u, w in sides]
        parts += [algebra.times(v, algebra.atom("rest", single(p), rank=1)) for p, v in centred]
        return added(*parts, diagonal(algebra, j.full))

    def _centred(self, j: Jacobian) -> tuple[Jacobian, list[tuple[Atom, Sum]]]:
        """``j`` without the parts diag(v) - v p' for shares p, and these as p and v: near p = 1 they cancel."""
        left, outer, found = j.diagonal, dict(j.outer), []
        for w, u in j.outer.items():
            only = w.only
            if only is None or only[1] != 1 or len(only[0]) != 1 or only[0][0][0].op != "softmax":
                continue
            both = Sum({m: c for m, c in left.terms.items() if u.terms.get(m) == -c})
            if not both.is_zero and only[0][0][1] == ONE:
                left, outer[w] = less(left, both), added(u, both)
                found.append((only[0][0][0], both))
        return Jacobian(left, {w: u for w, u in outer.items() if not u.is_zero}, j.full), found

    def _sides(self, u: Sum, w: Sum) -> tuple[Sum, Sum, Sum]:
        """u w' as a scalar and two class-vectors: a sum is one factor, so that its parts are not spread over all."""
        (a, left), (b, right) = primitive(u), primitive(w)
        return self.algebra.times(a, b), self._factor(left), self._factor(right)

    def _squared(self, u: Sum) -> Sum:
        return self.algebra.power(self._factor(u), number(2))

    def _factor(self, v: Sum) -> Sum:
        return v if len(v.terms) == 1 or v.rank == 0 else self.algebra.atom("sum", v, rank=1)

    def _atom(self, atom: Atom) -> Jacobian:
        known = self._atoms.get(atom)
        if known is None:
            known = self._atoms[atom] = self._derived(atom)
        return known

    def _derived(self, atom: Atom) -> Jacobian:
        algebra, op = self.algebra, atom.op
        if op == "logits":
            return Jacobian(ONE)
        if op in ENTRYWISE:
            slopes = ENTRYWISE[op](self.rules, atom)
            pairs = zip(atom.args, slopes, strict=True)
            return self._joined([self._scaled(slope, self.of(v)) for v, slope in pairs if not slope.is_zero])
        if op in SHARES:
            w, mass = self.rules.weights(atom)
            mean = self._outer(negative(algebra.over(w, mass)), self.rules.pulled(atom.args[0], w, 1))
            return self._joined([self._scaled(w, self.of(atom.args[0])), mean])
        if op == "log_softmax":
            shares = self.rules.reading.softmax(atom.args[0])
            mean = self._outer(negative(ONE), self.rules.pulled(atom.args[0], shares, 1))
            return self._joined([self.of(atom.args[0]), mean])
        if op in ("apply", "apply_transposed"):
            return self._applied(atom)
        if op == "row_total":
            return self._row_totals(atom.args[0])
        if op == "sum":
            return self.of(atom.args[0])
        unknown(op)

    def _applied(self, atom: Atom) -> Jacobian:
        inner, algebra = self.of(atom.args[0]), self.algebra
        if not inner.full.is_zero:
            unknown("a matrix applied to a class-vector with a matrix in it")
        matrix = algebra.atom("entries" if atom.op == "apply" else "entries_turned", data=atom.data, rank=2)
        outer = {w: applied(algebra, atom.op, atom.data, u) for w, u in inner.outer.items()}  # type: ignore[arg-type]
        return Jacobian(ZERO, outer, algebra.times(matrix, algebra.second(inner.diagonal)))

    def _row_totals(self, q: Sum) -> Jacobian:
        """Of sum_j q_ij: by z_i through the first class, by z_j through the second one, and through scalars."""
        at_first, at_second, outer = self._of_pairs(q)
        algebra = self.algebra
        sums = [self._outer(row_total(algebra, u), w) for u, w in outer]
        return self._joined([Jacobian(row_total(algebra, at_first), {}, at_second), *sums])

    def _of_pairs(self, q: Sum) -> tuple[Sum, Sum, list[tuple[Sum, Sum]]]:
        algebra = self.algebra
        at_first, at_second, outer = ZERO, ZERO, []
        for atom, part in self.rules.by_atoms(q):
            if atom.rank == 0:
                outer.append((part, self.gradient(atom)))
                continue
            if atom.op in ("first", "second"):
                inner = self.of(atom.args[0])
                if not inner.full.is_zero:
                    unknown("a quantity of two classes with a matrix in it")
                at = algebra.first if atom.op == "first" else algebra.second
                direct = algebra.times(part, at(inner.diagonal))
                found = (direct, ZERO) if atom.op == "first" else (ZERO, direct)
                more = [(algebra.times(part, at(u)), w) for w, u in inner.outer.items()]
            else:
                found, more = (ZERO, ZERO), []
                slopes = (ONE,) if atom.op == "sum" else ENTRYWISE[atom.op](self.rules, atom)
                for argument, slope in zip(atom.args, slopes, strict=True):
                    if not slope.is_zero:
                        weight = algebra.times(part, slope)
                        a, b, pairs = self._of_pairs(argument)
                        found = (added(found[0], algebra.times(weight, a)), added(found[1], algebra.times(weight, b)))
                        more += [(algebra.times(weight, u), w) for u, w in pairs]
            at_first, at_second = added(at_first, found[0]), added(at_second, found[1])
            outer += more
        return at_first, at_second, outer

    def _outer(self, u: Sum, w: Sum) -> Jacobian:
        if u.is_zero or w.is_zero:
            return Jacobian()
        scale, direction = primitive(w)
        return Jacobian(ZERO, {direction: self.algebra.times(u, scale)})

    def _scaled(self, factor: Sum, j: Jacobian) -> Jacobian:
        algebra = self.algebra
        outer = {w: algebra.times(factor, u) for w, u in j.outer.items()}
        return Jacobian(algebra.times(factor, j.diagonal), outer, algebra.times(algebra.first(factor), j.full))

    def _joined(self, found: list[Jacobian]) -> Jacobian:
        outer: dict[Sum, Sum] = {}
        for j in found:
            for w, u in j.outer.items():
                outer[w] = added(outer[w], u) if w in outer else u
        return Jacobian(
            added(*(j.diagonal for j in found)),
            {w: u for w, u in outer.items() if not u.is_zero},
            added(*(j.full for j in found)),
        )
