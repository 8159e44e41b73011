"""Take the symmetric part of a loss alone: sym(l) = l - (1/C) sum_k l(., k), which noise only shrinks (THEORY 2)."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.certificates.certificate import Certificate
from symcheck.decomposition import decompose
from symcheck.design.change import Change, Rule, Setting, with_loss
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.terms_of import term_of_formula


def _changes(certificate: Certificate) -> Iterator[Change]:
    # The canonical form of a loss with a free matrix takes seconds, and shows nothing.
    if any(isinstance(a, MatrixArray) and a.is_free for a in certificate.loss.formula.arrays):
        return
    symmetric = decompose(certificate.loss, classes=certificate.scope.classes).symmetric
    if symmetric is not None:
        yield with_loss(certificate, term_of_formula(symmetric), "another loss: its sum over the labels is 0")


RULE = Rule("take the symmetric part", 5, _changes, settings=(Setting.ALONE,))
