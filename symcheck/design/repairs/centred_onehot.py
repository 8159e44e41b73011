"""Centre the one-hot vector: o_y = e_y - 1/C in the place of e_y (Corollary 1 of the paper)."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.certificates.certificate import Certificate
from symcheck.design.change import Change, Rule, fails, with_loss, with_nodes
from symcheck.findings.condition import Condition
from symcheck.language.functions import centred_onehot
from symcheck.language.term import Label


def _changes(certificate: Certificate) -> Iterator[Change]:
    formula = certificate.loss.formula
    places = [place for place, node in enumerate(formula.nodes) if node.op == "onehot"]
    if places and fails(certificate, Condition.LOSS_GRADIENT):
        changed = with_nodes(formula, {place: lambda _: centred_onehot(Label()) for place in places})
        yield with_loss(certificate, changed, "another loss: its targets have the mean 0, as e_y - 1/C has")


RULE = Rule("centre the one-hot vector", 20, _changes, completes=True)
