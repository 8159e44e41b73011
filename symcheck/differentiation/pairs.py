"""Quantities of two classes as a whole: turned, on the diagonal, and with the sums of their rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from symcheck.differentiation.algebra import Algebra
from symcheck.differentiation.sums import ONE, Atom, Monomial, Sum, added, number, scaled, single

Places = Mapping[str, Callable[[Sum], Sum]]
"""What stands for the entries at the first and at the second class."""


def turned(algebra: Algebra, q: Sum) -> Sum:
    """``q`` with the two classes changed for each other."""
    return _mapped(algebra, q, {"first": algebra.second, "second": algebra.first})


def diagonal(algebra: Algebra, q: Sum) -> Sum:
    """``q`` at one class twice, a class-vector."""
    return _mapped(algebra, q, {"first": lambda v: v, "second": lambda v: v}, same=ONE)


def _mapped(algebra: Algebra, q: Sum, at: Places, same: Sum | None = None) -> Sum:
    def of(atom: Atom) -> Sum:
        if atom.rank < 2:
            return single(atom)
        if atom.op in at:
            return at[atom.op](atom.args[0])
        if atom.op == "same":
            return single(atom) if same is None else same
        if atom.op in ("entries", "entries_turned"):
            if same is not None:
                return algebra.atom("diagonal", data=atom.data, rank=1)
            return algebra.atom("entries" if atom.op == "entries_turned" else "entries_turned", data=atom.data, rank=2)
        args = [_mapped(algebra, a, at, same) for a in atom.args]
        if atom.op == "sum":
            return args[0]
        return algebra.atom(atom.op, *args, data=atom.data, rank=max(a.rank for a in args))

    return added(*(
        algebra.times(number(c), *(algebra.power(of(a), e) for a, e in m)) for m, c in q.terms.items()
    ))  # fmt: skip


def row_total(algebra: Algebra, q: Sum) -> Sum:
    """The class-vector with the sums of ``q`` over the second class."""
    return added(*(scaled(_row_total(algebra, m), c) for m, c in q.terms.items()))


def _row_total(algebra: Algebra, monomial: Monomial) -> Sum:
    is_same = any(a.op == "same" for a, _ in monomial)
    powers = [(a, e) for a, e in monomial if a.op != "same"]
    outside = [(a, e) for a, e in powers if a.rank == 0 or a.op == "first"]
    inside = [(a, e) for a, e in powers if not (a.rank == 0 or a.op == "first")]
    factors = [algebra.power(a.args[0] if a.op == "first" else single(a), e) for a, e in outside]
    if is_same:
        return algebra.times(*factors, *(algebra.power(diagonal(algebra, single(a)), e) for a, e in inside))
    if all(a.op == "second" for a, _ in inside):
        summand = algebra.times(*(algebra.power(a.args[0], e) for a, e in inside))
        return algebra.times(*factors, algebra.total(summand))
    return algebra.times(*factors, algebra.atom("row_total", Sum({tuple(inside): Fraction(1)}), rank=1))
