"""Detached parts: the values of the formula, and the gradients that it has if a part is taken for a constant."""

from __future__ import annotations

from collections.abc import Iterator

from numerics.audits.implementations.evidence import Evidence, Explanation
from numerics.audits.implementations.kind import Kind
from numerics.audits.implementations.mutations import spots_of
from symcheck.language.formula import Formula
from symcheck.language.functions import detach
from symcheck.language.term import Term

_WITHOUT = frozenset({"logits", "number", "parameter", "classes", "onehot", "detach", "onehot_argmax"})
"""Parts that have no gradient, or all of it."""


def detached_parts(evidence: Evidence) -> Iterator[Explanation]:
    """A part has no gradient, or has one where the formula has none."""
    free = evidence.asked.free
    plain = without_detach(free)
    if free.detaches and evidence.explains(plain):
        sentence = f"the formula with a gradient of {_detached(free)}, which the formula detaches"
        yield Explanation(Kind.DETACHED, sentence, plain)
    for spot in spots_of(dict.fromkeys((*evidence.forms, plain))):
        found = None if spot.op in _WITHOUT else spot.with_change(detach)
        if evidence.explains(found):
            sentence = f"the formula without the gradient of {spot.name}: it is detached"
            yield Explanation(Kind.DETACHED, sentence, found)
    if evidence.read is not None and evidence.read.detaches and evidence.is_formula(without_detach(evidence.read)):
        sentence = f"the formula but for its gradients: it detaches {_detached(evidence.read)}"
        yield Explanation(Kind.DETACHED, sentence)


def without_detach(formula: Formula) -> Formula:
    """``formula`` with a gradient of all its parts."""

    def plain(place: int, args: list[Term]) -> Term | None:
        return args[0] if formula.nodes[place].op == "detach" else None

    return formula.replaced(plain)


def _detached(formula: Formula) -> str:
    parts = [formula.named(n.args[0]) for n in formula.nodes if n.op == "detach"]
    return " and ".join(parts)
