"""Take the symmetric part of a loss alone: sym(l) = l - (1/C) sum_k l(., k), which noise only shrinks (THEORY 2)."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.certificates.certificate import Certificate
from symcheck.decomposition import decompose
from symcheck.design.change import Change, Rule, Setting, with_loss
from symcheck.language.terms_of import term_of_formula


def _changes(certificate: Certificate) -> Iterator[Change]:
    symmetric = decompose(certificate.loss, classes=certificate.scope.classes).symmetric
    if symmetric is not None:
        yield with_loss(certificate, term_of_formula(symmetric), "another loss: its sum over the labels is 0")


RULE = Rule("take the symmetric part", 5, _changes, settings=(Setting.ALONE,))
