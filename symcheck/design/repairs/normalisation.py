"""Leave the logits as they are: without the division by their norm, which has no derivative at z = 0."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.certificates.certificate import Certificate
from symcheck.design.change import Change, Rule, fails, with_loss, with_nodes
from symcheck.findings.condition import Condition
from symcheck.language.formula import Formula
from symcheck.language.term import lift


def _changes(certificate: Certificate) -> Iterator[Change]:
    formula = certificate.loss.formula
    norms = [place for place, node in enumerate(formula.nodes) if node.op == "sqrt" and _is_norm(formula, place)]
    if norms and fails(certificate, Condition.LOSS_SMOOTH, Condition.LOSS_GRADIENT):
        changed = with_nodes(formula, {place: lambda _: lift(1) for place in norms})
        yield with_loss(certificate, changed, "another loss: the size of the logits counts, which the norm took away")


def _is_norm(formula: Formula, place: int) -> bool:
    """Whether the root is one of a sum of squares of the logits."""
    (inside,) = formula.nodes[place].args
    return str(formula.alone(inside)) == "total(z**2)"


RULE = Rule("leave the logits unnormalised", 26, _changes)
