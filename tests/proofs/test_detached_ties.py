"""Sides that are equal but for a detached part: autograd takes a derivative there by a convention of each operator."""

from __future__ import annotations

import pytest

import symcheck as sc
from symcheck.language.classwise import ClassParameter
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import abs as abs_
from symcheck.language.functions import detach, softmax

# x - detach(x) is 0 at every z, and its derivative is that of x.  Of abs, relu and maximum autograd takes 0, 0 and 1/2
# times it there, and with detach(x) held each of them has a kink.
TIES = (
    "abs(X - detach(X)) - log_softmax(z)[y]",
    "abs(detach(X) - X) + 1 - softmax(z)[y]",
    "relu(X - detach(X)) - log_softmax(z)[y]",
    "relu(2*detach(X) - 2*X) - log_softmax(z)[y]",
    "maximum(X, detach(X)) - log_softmax(z)[y]",
    "minimum(detach(X), X) - log_softmax(z)[y]",
    "sqrt((X - detach(X))**2) - log_softmax(z)[y]",
)

# Of entries that are all equal autograd shares the derivative of the largest out.
TIED_ENTRIES = (
    "amax(z - detach(z)) - log_softmax(z)[y]",
    "amin(softmax(z) - detach(softmax(z))) - log_softmax(z)[y]",
    "amax(2*z - 2*detach(z) + 3) - log_softmax(z)[y]",
)


@pytest.mark.parametrize("x", ["softmax(z)[y]", "z[y]", "log_softmax(z)[y]**2"])
@pytest.mark.parametrize("loss", TIES)
@pytest.mark.parametrize("classes", [None, 2, 10])
def test_a_tie_with_a_detached_part_is_undecided(loss: str, x: str, classes: int | None) -> None:
    cert = sc.certify(loss.replace("X", x), "l2", classes=classes)
    assert (cert.verdict, cert.tier, cert.kappa) == (sc.Verdict.UNDECIDED, None, None)


@pytest.mark.parametrize("loss", TIED_ENTRIES)
@pytest.mark.parametrize("classes", [None, 3, 10])
def test_entries_that_are_tied_at_every_z_are_undecided(loss: str, classes: int | None) -> None:
    cert = sc.certify(loss, "l2", classes=classes)
    assert (cert.verdict, cert.tier, cert.kappa) == (sc.Verdict.UNDECIDED, None, None)


def test_entries_that_are_tied_at_0_alone_have_a_kink() -> None:
    cert = sc.certify("amax(z - detach(z[y])) - log_softmax(z)[y]", "l2", classes=3)
    assert (cert.verdict, str(cert.tier.name)) == (sc.Verdict.REFUTED, "NONDIFF")


@pytest.mark.parametrize(
    ("loss", "kappa"),
    [
        # The branch takes its second side where its switch is 0, whatever the switch's derivative is.
        ("branch(z[y] - detach(z[y]), z[y], 2*log_softmax(z)[y]) - 3*log_softmax(z)[y]", 1),
        # Equal sides without a detached part, and kinks elsewhere than at 0.
        ("relu(total(onehot(y)*z) - z[y]) - log_softmax(z)[y]", 1),
        ("maximum(detach(softmax(z)[y]), 2) - log_softmax(z)[y]", 1),
        ("abs(detach(softmax(z)[y]) - 2) - log_softmax(z)[y]", 1),
    ],
)
def test_other_sides_are_taken(loss: str, kappa: int) -> None:
    cert = sc.certify(loss, "l2")
    assert (cert.verdict, cert.kappa) == (sc.Verdict.PROVED, kappa)


@pytest.mark.parametrize("classes", [2, 3])
def test_ties_of_a_loss_that_treats_classes_differently_are_undecided(classes: int) -> None:
    z, y = symbols()
    w = ClassParameter("w", tuple(range(1, classes + 1)))
    q = softmax(z)[y]
    cert = sc.certify(Formula.of(w[y] * (abs_(q - detach(q)) + 1 - q)), "l2", classes=classes)
    assert (cert.verdict, cert.tier) == (sc.Verdict.UNDECIDED, None)
