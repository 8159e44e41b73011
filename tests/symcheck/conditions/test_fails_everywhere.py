"""A case that fails "everywhere" fails at each of its points: those on the quotient by (1, ..., 1) are among them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import symcheck as sc
from symcheck.findings.verdict import Verdict
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.parameter import Parameter

t = Parameter("t")
RISING = MatrixParameter("A", rule="diagonal")
MATRIX, WEIGHTS = MatrixParameter("A", [[2, 0], [0, 1]]), ClassParameter("w", [1, 2])


def cross_entropy(z: Any, y: Any) -> Any:
    return sc.logsumexp(z) - z[y]


def spread(z: Any) -> Any:
    """Its Hessian is 2 (I - 11'/C): flat along (1, ..., 1), and it is invariant under z + t (1, ..., 1)."""
    return sc.total((z - sc.mean(z)) ** 2)


# By hand: at these points both formulas are shift-invariant, and the second eigenvalue is 2; elsewhere one of the two
# is not, and D^2 g(0) (1, ..., 1) = 0, so that the pair fails on R^C.
SOMEWHERE = [
    (cross_entropy, lambda z: spread(z) + (z.C - 3) * sc.mean(z) ** 4, {"C": 3}, {"C": 4}),
    (cross_entropy, lambda z: spread(z) + t * sc.mean(z) ** 4, {"t": 0}, {"t": 1}),
    (cross_entropy, lambda z: spread(z) + (t - 1) ** 2 * sc.mean(z) ** 4, {"t": 1}, {"t": 2}),
    (lambda z, y: cross_entropy(z, y) + t * sc.mean(z) ** 2, spread, {"t": 0}, {"t": 1}),
    (lambda z, y: cross_entropy(z, y) + (z.C - 3) * sc.mean(z) ** 2, spread, {"C": 3}, {"C": 4}),
    (lambda z, y: cross_entropy(z, y) + (t**2 - z.C) * sc.mean(z), spread, {"t": 2, "C": 4}, {"t": 0}),
    # Given entries settle C, and not the parameter.
    (cross_entropy, lambda z: t * sc.quadratic_form(MATRIX, z), {"t": 1}, {"t": -1}),
    (cross_entropy, lambda z: (t - 1) * sc.total(WEIGHTS * z**2), {"t": 2}, {"t": 0}),
    (lambda z, y: (1 + t * WEIGHTS[y]) * cross_entropy(z, y), "l2", {"t": 0}, {"t": 1}),
    # A matrix that follows a rule is not free, and settles no C: diag(1, ..., C)/2.
    (cross_entropy, lambda z: sc.total(z**2) + (z.C - 3) * sc.total(RISING @ z), {"C": 3}, {"C": 4}),
]


@pytest.mark.parametrize(("loss", "penalty", "proved", "refuted"), SOMEWHERE)
def test_what_holds_somewhere_does_not_fail_everywhere(loss: Any, penalty: Any, proved: Any, refuted: Any) -> None:
    cert = sc.certify(loss, penalty)
    assert cert.at(**proved).verdict is Verdict.PROVED
    assert cert.at(**refuted).verdict is Verdict.REFUTED
    assert not any(c.verdict is Verdict.REFUTED and c.is_uniform and not c.where for c in cert.cases)
    assert not sc.region(loss, penalty).is_nowhere


@pytest.mark.parametrize("classes", [None, (2, 4)])
def test_a_rule_says_nothing_of_other_numbers_of_classes(classes: tuple[int, int] | None) -> None:
    """D^2 g(0) = (C - 3) diag(1, ..., C) is definite from C = 4 on, and is not for C = 2, 3."""
    cert = sc.certify(cross_entropy, lambda z: (z.C - 3) * sc.quadratic_form(RISING, z), classes=classes)
    assert [(c.verdict, c.is_uniform) for c in cert.cases] == [(Verdict.REFUTED, False)]


@pytest.mark.parametrize("factor", [-((t**3 - t - 1) ** 2), -((t**3 - 2) ** 2) * (2 + t**2)])
def test_an_eigenvalue_that_is_0_at_an_irrational_value(factor: Any) -> None:
    """D^2 g(0) (1, ..., 1) = 2 ``factor`` (1, ..., 1)/C, which is 0 at the root of the cubic, and < 0 elsewhere."""

    def penalty(z: Any) -> Any:
        return spread(z) + factor * sc.mean(z) ** 2

    cert = sc.certify(cross_entropy, penalty)
    assert [(c.verdict, c.is_uniform) for c in cert.cases] == [(Verdict.REFUTED, False)]
    found = sc.region(cross_entropy, penalty)
    assert not found.is_nowhere
    assert not found.is_proved_somewhere
    assert [piece.ranges[0].is_point for piece in found.open] == [True]
    # The same cubic at a root that is rational is settled by a case of its own.
    there = sc.region(cross_entropy, lambda z: spread(z) - (t**3 - t) ** 2 * sc.mean(z) ** 2)
    assert [p.where for p in there.proved] == ["t = -1", "t = 0", "t = 1"]


@pytest.mark.parametrize(
    ("loss", "penalty"),
    [
        ("square", "entropy"),  # D^2 l(0) (1, ..., 1) = (1, ..., 1) for every C
        ("one_vs_rest_logistic", "logit_variance"),
        (lambda z, y: cross_entropy(z, y) + (1 + t**2) * sc.mean(z) ** 2, spread),
        (cross_entropy, lambda z: spread(z) - (1 + t**2) * sc.mean(z) ** 2),
        (cross_entropy, lambda z: -spread(z)),
        (cross_entropy, "coupling"),
    ],
)
def test_what_fails_at_every_point_is_said_to(loss: Any, penalty: Any) -> None:
    cases = [c for c in sc.certify(loss, penalty, classes=(3, 50)).cases if not c.is_special]
    assert all(c.verdict is Verdict.REFUTED and c.is_uniform for c in cases)


def test_a_flat_point_between_two_conditions_is_open() -> None:
    """At C = 2, t = -1/6 the penalty is the entropy/(2 + t^2): the pair is PROVED there, on the quotient."""

    def penalty(z: Any) -> Any:
        entropy = sc.total(sc.softmax(z) * sc.log_softmax(z))
        return entropy / (2 + t**2) + (t * z.C + Fraction(1, 3)) * sc.total(z**2)

    assert sc.certify(cross_entropy, penalty).at(C=2, t="-1/6").verdict is Verdict.PROVED
    found = sc.region(cross_entropy, penalty, classes=2)
    assert [p.where for p in found.open] == ["t = -1/6"]
    assert "flat along (1, ..., 1)" in found.open[0].note
