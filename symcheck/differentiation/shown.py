"""Entries of derivatives as text: softmax(z)[j]*([j = k] - softmax(z)[k])."""

from __future__ import annotations

from collections.abc import Sequence

from symcheck.language.formula import Formula
from symcheck.language.interval import Interval
from symcheck.language.node import Symbol
from symcheck.language.operators import ENTRYWISE
from symcheck.language.term import Pairs, Scalar, Term, Vec, entrywise
from symcheck.language.terms_of import terms_of

_ANY = Interval(None, None, low_open=True, high_open=True)


def entry_text(formula: Formula, names: Sequence[str] = ("j", "k")) -> str:
    """The entry at j of a class-vector, or that at j and k of a quantity of two classes, as text.

    ``names``: what j and k are called.

    >>> from symcheck.language.functions import onehot, softmax
    >>> from symcheck.language.formula import symbols
    >>> z, y = symbols()
    >>> entry_text(Formula.of(softmax(z) - onehot(y)))
    'softmax(z)[j] - [j=y]'
    """
    return str(Formula.of(_Entries(formula, names).of(len(formula.nodes) - 1, names[0])))


class _Entries:
    """The entries of the nodes of a formula, made once each; names of entries stand as symbols in them."""

    def __init__(self, formula: Formula, names: Sequence[str]) -> None:
        self._formula, self._terms = formula, terms_of(formula)
        self._first, self._second = names[:2]
        self._done: dict[tuple[int, str], Term] = {}

    def of(self, place: int, index: str) -> Term:
        """The entry of the node at ``place``: of a class-vector at ``index``."""
        key = place, index
        if key not in self._done:
            self._done[key] = self._made(place, index)
        return self._done[key]

    def _made(self, place: int, index: str) -> Term:
        node, term = self._formula.nodes[place], self._terms[place]
        if node.op == "same":
            return _named(f"[{self._first}={self._second}]")
        if node.op in ("entries", "entries_turned"):
            assert node.array is not None
            places = (self._first, self._second)
            return _named(f"{node.array.name}[{', '.join(places if node.op == 'entries' else places[::-1])}]")
        if node.op in ("first", "second"):
            return self.of(node.args[0], self._first if node.op == "first" else self._second)
        if not isinstance(term, Vec | Pairs):
            return term
        if node.op == "filled":
            return self._terms[node.args[0]]
        if node.op == "onehot":
            return _named(f"[{index}=y]")
        if node.op == "diagonal":
            assert node.array is not None
            return _named(f"{node.array.name}[{index}, {index}]")
        if node.op not in ENTRYWISE:
            return _named(f"{self._formula.part(place)}[{index}]")
        return entrywise(node.op, *(self.of(a, index) for a in node.args))


def _named(text: str) -> Term:
    return Scalar("parameter", data=Symbol(text, _ANY))
