"""Let every class have a share: softmax in the place of the one-hot vector of the largest entry."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.certificates.certificate import Certificate
from symcheck.design.change import Change, Rule, fails, with_loss, with_nodes
from symcheck.findings.condition import Condition
from symcheck.language.functions import softmax


def _changes(certificate: Certificate) -> Iterator[Change]:
    formula = certificate.loss.formula
    places = [place for place, node in enumerate(formula.nodes) if node.op == "onehot_argmax"]
    if places and fails(certificate, Condition.LOSS_SMOOTH):
        changed = with_nodes(formula, {place: lambda args: softmax(args[0]) for place in places})
        yield with_loss(certificate, changed, "another loss: what the largest class alone had is shared by all classes")


RULE = Rule("take softmax in the place of the largest class", 27, _changes)
