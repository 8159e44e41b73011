"""Every pair of the catalogue with a prediction, trained: certificates and training know nothing of each other."""

from __future__ import annotations

import pytest

from numerics.confirmations.confirmation import confirm
from numerics.runs.agreement import Outcome
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.intake.catalogue import loss_named, names

DATA = {2: "breast_cancer", 3: "iris"}


def at_default(certificate: Certificate, classes: int) -> Certificate | None:
    """The certificate at this C and the defaults of what is free, None where that makes no prediction."""
    values = {p.name: p.default for p in certificate.scope.parameters if p.default is not None}
    arrays = {a.name: a.at_default(classes).values for a in certificate.scope.arrays if a.default is not None}
    entries = {n: rows[0] if rows and len(rows) == 1 else rows for n, rows in arrays.items()}
    narrower = certificate.at(classes, **values, **entries)
    return None if narrower.prediction is None else narrower


@pytest.mark.slow
@pytest.mark.parametrize("classes", list(DATA))
@pytest.mark.parametrize(
    ("loss", "regularizer"),
    [
        *((name, "l2") for name in names("loss")),
        *((loss, g) for g in names("regularizer") for loss in ("cross_entropy", "gce")),
    ],
)
def test_what_is_certified_at_the_defaults_agrees_with_training(loss: str, regularizer: str, classes: int) -> None:
    if classes not in loss_named(loss).classes:
        return
    certificate = at_default(certify(loss, regularizer, classes=classes), classes)
    if certificate is None:
        return
    found = confirm(certificate, data=DATA[classes])
    assert [row.name for row in found.agreement.rows if row.outcome is not Outcome.AGREES] == []


@pytest.mark.slow
def test_most_of_them_have_a_prediction() -> None:
    # the test above passes over those without one
    found = [at_default(certify(name, "l2", classes=3), 3) for name in names("loss") if 3 in loss_named(name).classes]
    assert sum(c is not None for c in found) > 50
