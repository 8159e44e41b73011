"""Every PROVED finding of the catalogue is verified by the small checker, but for those that are listed here."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.conditions.agreement.sample_point import sample_values
from symcheck.errors import SymcheckError
from symcheck.intake.catalogue import names
from tests.sampled import one_in
from tests.symcheck.proof.of_pairs import not_verified

ARRAYS = {
    "alpha_balanced_focal", "class_weighted_ce", "elr", "forward", "ldam", "logit_adjusted_ce", "mixup_prior", "peer",
}  # fmt: skip
"""Class-vectors and matrices of which the entries are free."""

LONG = ARRAYS | {"forward_pair_flip"}
"""At one number of classes all entries are written out, which takes seconds."""

WITH_A_KINK = {"phuber_ce", "phuber_gce", "l1_5", "max_squared"}
"""A gradient is proved where second derivatives do not exist, and the checker reads 2-jets."""

ALONE = {"softplus_sum", "z_loss"}
"""The Hessian is definite where the gradient is not 0: of the one without the other no statement is made."""

WITHOUT = WITH_A_KINK | ALONE

PAIRS = [*(("loss", name) for name in names("loss")), *(("regularizer", name) for name in names("regularizer"))]
CLASSES = [(kind, name, c) for c in (2, 3, 10, 1000, (2, 10_000)) for kind, name in PAIRS if name not in LONG]


def certificate_of(kind: str, name: str, classes: int | tuple[int, int] | None = None) -> Certificate:
    """The entry with a partner of which all is verified."""
    pair = (name, "l2") if kind == "loss" else ("cross_entropy", name)
    return certify(*pair, classes=classes)


@pytest.mark.parametrize(("kind", "name"), PAIRS, ids=[name for _, name in PAIRS])
def test_for_every_number_of_classes(kind: str, name: str) -> None:
    left = not_verified(certificate_of(kind, name))
    assert bool(left) == (name in WITHOUT), left


@pytest.mark.parametrize(("kind", "name", "classes"), one_in(12, CLASSES))
def test_at_some_numbers_of_classes(kind: str, name: str, classes: int | tuple[int, int]) -> None:
    try:
        certificate = certificate_of(kind, name, classes)
    except SymcheckError:  # an entry may be for every C alone, or undefined there
        return
    left = not_verified(certificate)
    # At C = 2 the largest of the others is the other one, of which the checker has no word.
    without = WITHOUT | ({"carlini_wagner", "crammer_singer"} if classes == 2 else set())
    assert not left or name in without, left


ROOTS = {"focal_detached", "nce_agce", "nce_aul"}
"""kappa at q = 23/17 is what it is by relations between 17th roots, which the checker does not know."""


WITH_A_MATRIX = {"forward_pair_flip"}
"""At rho = 0 grad l(0, y) is that of MUH, and with matrices only its sum over y is shown."""


@pytest.mark.parametrize(("kind", "name"), one_in(4, [p for p in PAIRS if p[1] not in WITHOUT | ARRAYS]))
def test_at_values_of_the_parameters(kind: str, name: str) -> None:
    """Inside of their intervals, and at the ends that belong to them."""
    certificate = certificate_of(kind, name)
    inside = sample_values(certificate.scope)
    ends = [
        {p.name: end}
        for p in certificate.scope.parameters
        for end, is_open in ((p.interval.low, p.interval.low_open), (p.interval.high, p.interval.high_open))
        if end is not None and not is_open
    ]
    for values in [inside] * bool(inside) + ends:
        left = not_verified(certificate.at(**values))
        assert not left or name in (ROOTS if values is inside else WITH_A_MATRIX), (values, left)


def test_usual_values() -> None:
    """The values of the papers, with ten classes."""
    for name, values in (("gce", {"q": "7/10"}), ("focal", {"gamma": 2}), ("sce", {}), ("agce", {"a": 1, "q": 2})):
        certificate = certify(name, "l2").at(C=10, **values)
        assert not not_verified(certificate), name


@pytest.mark.parametrize("anchor", ["-log(C - 1)", "log(C)", "1", "2*C/(C + 1)"])
@pytest.mark.parametrize("name", ["cross_entropy", "gce", "mae", "brier", "focal", "square_centred"])
def test_with_an_anchor(name: str, anchor: str) -> None:
    assert not not_verified(certify(name, "l2", anchor=anchor))


def test_numbers_of_python_in_the_formula() -> None:
    """0.7 is 7/10, and Fraction(1, 3) too is exact."""
    for q in ("7/10", Fraction(1, 3)):
        assert not not_verified(certify("gce", "l2").at(q=q))
