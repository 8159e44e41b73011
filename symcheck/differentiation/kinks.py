"""Where derivatives that were found by the rules hold: away from kinks, jumps and ties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symcheck.differentiation.algebra import Algebra
from symcheck.differentiation.factored import Terms
from symcheck.differentiation.gradient import Rules
from symcheck.differentiation.pairs import diagonal
from symcheck.differentiation.sums import Atom, Sum, content_of, less, scaled, single


def kinks_of(sums: Sequence[Sum], rules: Rules, terms: Terms) -> list[str]:
    """What has to hold at z, each as a sentence; every entry is meant where a class-vector stands."""
    found: dict[str, None] = {}
    seen: set[Atom] = set()
    waiting = list(sums)
    while waiting:
        s = waiting.pop()
        for monomial in s.terms:
            for atom, e in monomial:
                if not rules.is_moving(atom):
                    continue
                found |= dict.fromkeys(_of_power(atom, e, rules.algebra, terms))
                if atom not in seen:
                    seen.add(atom)
                    found |= dict.fromkeys(_of_atom(atom, rules.algebra, terms))
                    waiting.extend(atom.args)
    return sorted(found)


def _of_power(atom: Atom, e: Sum, algebra: Algebra, terms: Terms) -> Iterator[str]:
    """A power of 0 that is not whole may have no derivative there."""
    n = e.number
    if atom.op in ("relu", "entmax"):  # 0 on whole neighbourhoods; where these end is told of themselves
        return
    if (n is None or n.denominator > 1) and not algebra.is_positive_atom(atom):
        yield _nonzero(atom.args[0] if atom.op == "sum" else single(atom), algebra, terms)


def _of_atom(atom: Atom, algebra: Algebra, terms: Terms) -> Iterator[str]:
    if atom.op in ("relu", "abs"):
        yield _nonzero(atom.args[0], algebra, terms)
    elif atom.op in ("maximum", "minimum"):
        yield _nonzero(less(*atom.args), algebra, terms)
    elif atom.op == "branch" and not _is_share(atom.args[0]):
        yield _nonzero(atom.args[0], algebra, terms)
    elif atom.op in ("amax", "onehot_argmax"):
        yield f"the largest entry of {terms.of(atom.args[0])} is that of one class alone"
    elif atom.op == "amax_others":
        yield f"the largest entry of {terms.of(atom.args[0])} but that of y is that of one class alone"
    elif atom.op in ("product", "product_others") and not algebra.is_positive(atom.args[0]):
        yield f"{terms.of(atom.args[0])} != 0"
    elif atom.op == "entmax" and not algebra.is_positive_atom(atom):
        yield f"no class is at the end of the support of {terms.of(single(atom))}"
    elif atom.op == "arccos":
        yield f"-1 < {terms.of(atom.args[0])} < 1"


def _is_share(s: Sum) -> bool:
    """Whether it is an entmax, of which the ends of the support are told instead."""
    return all(atom.op in ("entmax", "take") for atom in s.atoms()) and len(s.terms) == 1


def _nonzero(s: Sum, algebra: Algebra, terms: Terms) -> str:
    """That ``s`` is not 0, told of the shortest of its multiples."""
    plain = s if s.is_zero else scaled(s, 1 / content_of(s))
    told = f"{terms.of(plain)} != 0"
    # Of a class with itself z_i - z_j is 0 at every z, and what stands before it in the derivative is 0 as well.
    if s.rank == 2 and diagonal(algebra, s).is_zero:
        return f"{told} for two different classes"
    if s.rank == 1 and algebra.take(s).is_zero:
        return f"{told} for every class but y"
    return told
