"""Detached parts: the values of the formula, and the gradients that it has if a part is taken for a constant."""

from __future__ import annotations

from collections.abc import Iterator

from numerics.audits.implementations.evidence import Evidence, Explanation
from numerics.audits.implementations.kind import Kind
from numerics.audits.implementations.mutations import spots
from symcheck.language.formula import Formula
from symcheck.language.functions import detach
from symcheck.language.term import Term


def detached_parts(evidence: Evidence) -> Iterator[Explanation]:
    """A part has no gradient, or has one where the formula has none."""
    if not evidence.values_agree:
        return
    free = evidence.asked.free
    if free.detaches:
        plain = without_detach(free)
        if evidence.explains(plain):
            parts = _detached(free)
            yield Explanation(
                Kind.DETACHED, f"the formula with a gradient of {parts}, which the formula detaches", plain
            )
    for spot in spots(free):
        if spot.op in ("logits", "number", "parameter", "classes", "onehot", "detach"):
            continue
        found = spot.with_change(detach)
        if evidence.explains(found):
            yield Explanation(Kind.DETACHED, f"the formula without the gradient of {spot.name}: it is detached", found)
    if evidence.read is not None and evidence.read.detaches:
        plain = without_detach(evidence.read)
        if evidence.is_formula(plain):
            sentence = f"the formula but for gradients: it detaches {_detached(evidence.read)}"
            yield Explanation(Kind.DETACHED, sentence)


def without_detach(formula: Formula) -> Formula:
    """``formula`` with a gradient of all its parts."""

    def plain(place: int, args: list[Term]) -> Term | None:
        return args[0] if formula.nodes[place].op == "detach" else None

    return formula.replaced(plain)


def _detached(formula: Formula) -> str:
    parts = [formula.named(n.args[0]) for n in formula.nodes if n.op == "detach"]
    return " and ".join(parts)
