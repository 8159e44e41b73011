"""Take a smooth maximum: logsumexp in the place of the largest entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symcheck.certificates.certificate import Certificate
from symcheck.design.change import Change, Rule, fails, with_loss, with_nodes, with_regularizer
from symcheck.findings.condition import Condition
from symcheck.language.formula import Formula
from symcheck.language.label_terms import negative
from symcheck.language.term import Scalar, Term

_SMOOTH: dict[str, Callable[[list[Term]], Term]] = {
    "amax": lambda args: Scalar("logsumexp", *args),
    "amax_others": lambda args: Scalar("logsumexp_others", *args),
    # The smallest entry is the largest one of -v, but for its sign.
    "amin": lambda args: negative(Scalar("logsumexp", negative(args[0]))),
    "amin_others": lambda args: negative(Scalar("logsumexp_others", negative(args[0]))),
}


def _changes(certificate: Certificate) -> Iterator[Change]:
    if fails(certificate, Condition.LOSS_SMOOTH) and _places(certificate.loss.formula):
        changed = with_nodes(certificate.loss.formula, _places(certificate.loss.formula))
        yield with_loss(certificate, changed, "another loss: every class has a part in it, and not the largest alone")
    if fails(certificate, Condition.REGULARIZER_SMOOTH) and _places(certificate.regularizer.formula):
        changed = with_nodes(certificate.regularizer.formula, _places(certificate.regularizer.formula))
        yield with_regularizer(certificate, changed, "another penalty: every class has a part in it")


def _places(formula: Formula) -> dict[int, Callable[[list[Term]], Term]]:
    return {place: _SMOOTH[node.op] for place, node in enumerate(formula.nodes) if node.op in _SMOOTH}


RULE = Rule("take logsumexp in the place of the largest entry", 25, _changes, completes=True)
