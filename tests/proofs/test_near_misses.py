"""Attacks: pairs that are false in one corner of their scope.  None of them may come out as PROVED."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

import symcheck as sc
from symcheck.errors import FormulaError
from symcheck.findings.verdict import Verdict

Term = object

r_closed = sc.Parameter("r", at_least=0, at_most=1)
r_open = sc.Parameter("r", at_least=0, below=1)
w = sc.Parameter("w", at_least=0, at_most=5)
tau = sc.Parameter("tau", above=0)


def ce(z, y):
    return sc.logsumexp(z) - z[y]


def muh(z, y):
    return sc.mean(z) - z[y]


LOSSES: dict[str, tuple[Callable[..., Term], str, dict[str, int]]] = {
    # name: (loss, the tier that the theory gives, the classes of the witness)
    "kappa = 0 at C = 3 only": (lambda z, y: (z.C - 3) ** 2 * ce(z, y), "ZERO", {"C": 3}),
    "kappa = g C^-g is 0 at the closed end g = 0": (lambda z, y: -(sc.softmax(z)[y] ** r_closed), "ZERO", {}),
    "kappa < 0 at C = 2 only": (lambda z, y: (z.C - sc.exp(1)) * muh(z, y), "FAIL", {"C": 2}),
    "kappa = 0 at C = 7 only": (lambda z, y: (z.C - 7) ** 4 / z.C * muh(z, y), "ZERO", {"C": 7}),
    "kappa = 0 at the closed end r = 1": (lambda z, y: (1 - r_closed) * ce(z, y), "ZERO", {}),
    "a sign turned": (lambda z, y: z[y] - sc.logsumexp(z), "FAIL", {}),
    "a drift that vanishes at C = 2 only": (
        lambda z, y: ce(z, y) + (z.C - 2) * sc.total(z),
        "QUOTIENT",
        {"C": 3},
    ),
    "a drift at C = 10**6 only": (
        # prod (C - k)^2 does not help an attacker: a drift (C - 10**6)**2 vanishes at one C and is non-zero elsewhere
        lambda z, y: ce(z, y) + (z.C - 10**6) ** 2 * sc.mean(z),
        "QUOTIENT",
        {},
    ),
    "a drift at one end of a parameter": (lambda z, y: ce(z, y) + w * sc.mean(z), "QUOTIENT", {}),
    "the plain one-hot": (lambda z, y: sc.total((z - sc.onehot(y)) ** 2) / 2, "QUOTIENT", {}),
    "constant": (lambda z, y: sc.total(z * 0), "ZERO", {}),
    "only second order": (lambda z, y: (sc.mean(z) - z[y]) ** 2, "ZERO", {}),
    "no signal for any class": (lambda z, y: sc.total(sc.softmax(z) ** 2), "ZERO", {}),
    "perceptron": (lambda z, y: sc.total(sc.relu(z - z[y])), "NONDIFF", {}),
    "absolute value": (lambda z, y: ce(z, y) + sc.abs(z[y]), "NONDIFF", {}),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_that_fails_somewhere_is_refuted(name: str) -> None:
    loss, tier, where = LOSSES[name]
    cert = sc.certify(loss, "l2")
    assert cert.verdict is not Verdict.PROVED
    assert cert.verdict is Verdict.REFUTED
    assert cert.tier is not None
    assert cert.tier.name == tier
    finding = next(f for f in cert.findings if f.verdict is Verdict.REFUTED)
    assert finding.witness is not None
    assert finding.witness.classes == where.get("C", finding.witness.classes)


def test_a_norm_is_not_proved() -> None:
    assert sc.certify(lambda z, y: sc.sqrt(sc.total(z**2)) - z[y], "l2").verdict is not Verdict.PROVED


def test_a_loss_that_fails_in_a_narrow_window_is_not_proved() -> None:
    # kappa = (r - 1/sqrt 2)^2 - 10^-6 is negative for 0.7061 < r < 0.7081 only
    cert = sc.certify(lambda z, y: ((r_closed - sc.sqrt(2) / 2) ** 2 - Fraction(1, 10**6)) * ce(z, y), "l2")
    assert cert.verdict is not Verdict.PROVED


REGULARIZERS: dict[str, Callable[..., Term]] = {
    "negative along (1, ..., 1) for large C only": lambda z: sc.total(z**2) / 2 - sc.total(z) ** 2 / 200,
    "singular along (1, ..., 1)": lambda z: sc.total(z**2) - sc.total(z) ** 2 / z.C,
    "singular on the complement": lambda z: sc.total(z) ** 2,
    "zero at C = 2": lambda z: (z.C - 2) * sc.total(z**2),
    "zero at one end of a parameter": lambda z: w * sc.total(z**2),
    "a slope": lambda z: sc.total(z**2) + sc.total(z) / 10**6,
    "a kink": lambda z: sc.total(z**2) + sc.total(sc.abs(z)) / 10**6,
    "z-loss": lambda z: sc.logsumexp(z) ** 2,
    "quartic": lambda z: sc.total(z**4),
    "minus l2": lambda z: -sc.total(z**2),
    "entropy with its sign turned": lambda z: -sc.total(sc.softmax(z) * sc.log_softmax(z)),
}


@pytest.mark.parametrize("name", REGULARIZERS)
def test_a_regularizer_that_fails_somewhere_is_not_proved(name: str) -> None:
    # squared loss with onehot* is not shift-invariant, so the quotient is no way out
    cert = sc.certify("square_centred", REGULARIZERS[name])
    assert cert.verdict is not Verdict.PROVED
    if name != "a kink":
        assert cert.verdict is Verdict.REFUTED


def test_the_same_loss_in_a_scope_without_the_bad_corner_is_proved() -> None:
    """The attacks fail for the right reason: without the corner they hold."""
    assert sc.certify(lambda z, y: (z.C - 3) ** 2 * ce(z, y), "l2", classes=(4, 1000)).verdict is Verdict.PROVED
    assert sc.certify(lambda z, y: (z.C - sc.exp(1)) * muh(z, y), "l2", classes=(3, 50)).verdict is Verdict.PROVED
    assert sc.certify(lambda z, y: (1 - r_open) * ce(z, y), "l2").verdict is Verdict.PROVED
    assert sc.certify("square_centred", lambda z: (z.C - 2) * sc.total(z**2), classes=5).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (lambda z, y: sc.log(z[y]), "the logarithm"),
        (lambda z, y: sc.log(sc.total(z)), "the logarithm"),
        (lambda z, y: z[y] / sc.total(z), "the division"),
        (lambda z, y: 1 / (1 - sc.total(sc.softmax(z))), "the division"),
        (lambda z, y: ce(z, y) * sc.log(z.C - 2), "the logarithm"),
        (lambda z, y: ce(z, y) / (z.C - 5), "the division"),
    ],
)
def test_a_formula_without_a_value_at_0_is_an_error(loss: Callable[..., Term], words: str) -> None:
    with pytest.raises(FormulaError, match=f"undefined at z = 0: {words}"):
        sc.certify(loss, "l2")


def test_a_detached_part_is_not_taken_for_a_function() -> None:
    """Its field is certified; minimisers and second derivatives are those of no function, and are not spoken of."""
    cert = sc.certify("focal_detached", "l2")
    assert cert.verdict is Verdict.PROVED
    assert [t.name for t in cert.theorems] == ["Theorem 2"]
    # the field of sum sg[z_k] z_k is z, so a curvature of 0 would be a wrong refutation
    assert sc.certify("cross_entropy", lambda z: sc.total(sc.detach(z) * z)).verdict is Verdict.UNDECIDED
