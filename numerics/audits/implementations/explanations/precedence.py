"""Other brackets: two operators of the formula that are applied in the other order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from numerics.audits.implementations.evidence import Evidence, Explanation
from numerics.audits.implementations.kind import Kind
from numerics.audits.implementations.mutations import changed, term_of_node
from symcheck.language.formula import Formula
from symcheck.language.operators import ACROSS, ENTRYWISE, LABELLED
from symcheck.language.term import Term

_INFIX = frozenset({"add", "sub", "mul", "div", "pow"})


def rebracketed(evidence: Evidence) -> Iterator[Explanation]:
    """Two operators, one of which is applied to the other, have changed their places."""
    seen: set[Formula] = set()
    for form in evidence.forms:
        for place, found in _rotated(form):
            if found is not None and found not in seen and evidence.explains(found):
                sentence = f"{found}: other brackets than in {form.named(place)}"
                yield Explanation(Kind.PRECEDENCE, sentence, found)
            if found is not None:
                seen.add(found)


def _rotated(formula: Formula) -> Iterator[tuple[int, Formula | None]]:
    """The formula with (a o b) p c as a o (b p c) at one place, f(a o b) as f(a) o b, and so on."""
    for place, node in enumerate(formula.nodes):
        for index, child in enumerate(node.args):
            for side in (0, 1):
                if side < len(formula.nodes[child].args):
                    yield place, changed(formula, place, partial(_rotation, formula, place, child, index, side))


def _rotation(formula: Formula, place: int, child: int, index: int, side: int, args: list[Term]) -> Term | None:
    """The inner operator outside, and the outer one on the part ``side`` of what the inner one is applied to."""
    outer, inner = formula.nodes[place], formula.nodes[child]
    if not (_is_free(outer.op) and _is_free(inner.op)):
        return None
    # (a o b) p c without its bracket is a o (b p c), and a o (b p c) without its own (a o b) p c: no other part of the
    # inner one meets c.
    if outer.op in _INFIX and inner.op in _INFIX and side == index:
        return None
    if outer.op not in _INFIX and inner.op in _INFIX and side == 1:
        return None
    # (a - b) + c as a - (b + c) needs brackets where none were: the sign of a part is turned.
    if index == 0 and outer.op in ("add", "sub") and inner.op in ("add", "sub", "neg"):
        return None
    parts = list(args[index].args)
    new = [*args]
    new[index] = parts[side]
    parts[side] = term_of_node(formula, place, new)
    return term_of_node(formula, child, parts)


def _is_free(op: str) -> bool:
    """Whether the operator has a place in a text that it may change: arithmetic, and functions of one argument."""
    return op in _INFIX or ENTRYWISE.get(op) == 1 or op in ACROSS or op in LABELLED
