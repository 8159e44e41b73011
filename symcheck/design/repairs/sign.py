"""Turn the sign: -l where kappa < 0, and -g where 0 is a maximum of g."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.certificates.certificate import Certificate
from symcheck.design.change import Change, Rule, refutes, with_loss, with_regularizer
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.language.label_terms import negative
from symcheck.language.terms_of import term_of_formula


def _changes(certificate: Certificate) -> Iterator[Change]:
    if certificate.tier is Tier.FAIL:
        yield with_loss(
            certificate,
            negative(term_of_formula(certificate.loss.formula)),
            "the opposite loss: it rewards what the loss punished",
        )
    if refutes(certificate, Condition.REGULARIZER_CURVATURE):
        yield with_regularizer(
            certificate,
            negative(term_of_formula(certificate.regularizer.formula)),
            "the opposite penalty: its maximum at 0 is a minimum",
        )


RULE = Rule("turn the sign", 30, _changes)
