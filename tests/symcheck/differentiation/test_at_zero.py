"""``cert.gradient`` and ``cert.hessian``: by hand, against differences of the definitions at 0, and by cases."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
import sympy
from mpmath import isnan, mpf
from sympy import KroneckerDelta, Symbol

import symcheck as sc
from symcheck.differentiation.indices import index_names
from symcheck.differentiation.symbolic import Y
from symcheck.field.symbols import C_SYMBOL as C
from symcheck.field.symbols import symbol_of
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.language.matrix_array import MatrixArray
from tests.sampled import one_in
from tests.symcheck.differentiation.values import (
    At,
    close,
    definition,
    differences,
    entry,
    points,
    precise,
    second_differences,
)

J, K = (Symbol(name, integer=True, positive=True) for name in "jk")
UNDECIDED = Verdict.UNDECIDED

SLOW = {"entmax", "sparsemax", "bi_tempered"}


def test_by_hand() -> None:
    # p = 1/C at 0: p - e_y, and p_j ([j = k] - p_k).
    cert = sc.certify("cross_entropy", "l2")
    assert cert.gradient == 1 / C - KroneckerDelta(J, Y)
    assert cert.hessian == KroneckerDelta(J, K) / C - 1 / C**2
    # (z - e_y)'(z - e_y)/2.
    square = sc.certify("square", "l2")
    assert (square.gradient, square.hessian) == (-KroneckerDelta(J, Y), KroneckerDelta(J, K))
    # One loss without a penalty.
    assert sc.certify("cross_entropy").gradient == cert.gradient


def test_class_weights_stand_in_it() -> None:
    cert = sc.certify("class_weighted_ce", "l2")
    w = sympy.IndexedBase("w", real=True)
    assert sympy.expand(cert.gradient - w[Y] * (1 / C - KroneckerDelta(J, Y))) == 0
    assert sympy.expand(cert.hessian - w[Y] * (KroneckerDelta(J, K) / C - 1 / C**2)) == 0
    assert cert.at(w=(1, 2, 4)).gradient is not None


def test_cases_that_are_decided_by_a_parameter() -> None:
    # Where tau p_y <= 1 at p_y = 1/C the loss is linear in p_y: the slope is -tau p_y (e_y - p).
    cert = sc.certify("phuber_ce", "l2")
    tau = symbol_of(sc.losses.PHuberCE().parameters[0])
    assert isinstance(cert.gradient, sympy.Piecewise)
    small = cert.gradient.subs({C: 4, tau: 2})
    assert sympy.expand(small - 2 * (sympy.Rational(1, 16) - KroneckerDelta(J, Y) / 4)) == 0
    large = cert.gradient.subs({C: 4, tau: 10})
    assert sympy.expand(large - (sympy.Rational(1, 4) - KroneckerDelta(J, Y))) == 0
    # At tau = C the slopes of both sides are equal, and their second derivatives are not.
    assert cert.at(C=4, tau=4).gradient == sympy.Rational(1, 4) - KroneckerDelta(J, Y)
    assert cert.at(C=4, tau=4).hessian is None


def test_kinks_have_a_gradient_or_none() -> None:
    # sum |z_k - [k = y]| has kinks at 0 in the other entries; |z|^3 has none.
    cert = sc.certify("l1_on_logits", "l2")
    assert cert.finding(Condition.LOSS_GRADIENT).verdict is Verdict.REFUTED  # type: ignore[union-attr]
    assert (cert.gradient, cert.hessian) == (None, None)
    # relu(z)^2 has the slope 0 at 0, and second derivatives of 2 and 0 on the two sides.
    bent = sc.certify("total(relu(z)**2) - z[y]", "l2")
    assert bent.gradient == -KroneckerDelta(J, Y)
    assert bent.hessian is None
    # For C = 2 there is no third class that ties.
    largest = sc.certify("crammer_singer", "l2")
    assert largest.gradient.subs(C, 2) == 1 - 2 * KroneckerDelta(J, Y)  # type: ignore[union-attr]
    assert largest.at(C=3).gradient is None


def test_what_is_open_says_so() -> None:
    def loss(logits: Any, target: Any) -> Any:
        import torch

        return torch.linalg.svdvals(logits[None])[0]

    cert = sc.certify(loss, "l2")
    assert cert.verdict is UNDECIDED
    assert (cert.gradient, cert.hessian) == (UNDECIDED, UNDECIDED)


def test_copies_have_them_too() -> None:
    import pickle

    cert = pickle.loads(pickle.dumps(sc.certify("gce", "l2")))
    assert cert.gradient == sc.certify("gce", "l2").gradient
    assert cert == sc.certify("gce", "l2")


def value(e: Any, at: At, of: Any, j: int, k: int) -> Any:
    symbols = {str(s): s for s in e.free_symbols}
    first, second = index_names(of.recorded)[:2]
    numbers: dict[Any, Any] = {"C": len(at.z), "y": at.y + 1, first: j + 1, second: k + 1}
    numbers |= {n: sympy.Rational(v.numerator, v.denominator) for n, v in at.values.items()}
    e = e.subs({s: numbers[n] for n, s in symbols.items() if n in numbers}).doit()
    for array in at.arrays.values():
        base, is_matrix = sympy.IndexedBase(array.name, real=True), isinstance(array, MatrixArray)
        for r, row in enumerate(array.values or ()):
            for c, x in enumerate(row):
                e = e.subs(base[(r + 1, c + 1) if is_matrix else (c + 1,)], sympy.Rational(x.numerator, x.denominator))
    return mpf(str(e.evalf(50)))


@pytest.mark.parametrize("name", one_in(3, [n for n in names("loss") if n not in SLOW]))
def test_differences_at_zero(name: str) -> None:
    of, cert = entry("loss", name), sc.certify(name, "l2")
    gradient, hessian = cert.gradient, cert.hessian
    for classes in (2, 3):
        for there in list(points(of, classes, 2))[:: classes + 1]:
            at = At((Fraction(0),) * classes, there.y, there.values, there.arrays)
            with precise():
                function = definition("loss", name, of, at)
                places = [(0, 0), (0, 1), (1, 1), (classes - 1, 1)]
                if isinstance(gradient, sympy.Expr) and (number := known(gradient, at, of, 0, 0)) is not None:
                    expected = differences(function, at)
                    assert close(number, expected[0], 18)
                    assert close(value(gradient, at, of, classes - 1, 0), expected[-1], 18)
                if isinstance(hessian, sympy.Expr):
                    for j, k in places:
                        number = known(hessian, at, of, j, k)
                        if number is not None:
                            assert close(number, second_differences(function, at, j, k), 18), (at, j, k)


def known(e: Any, at: At, of: Any, j: int, k: int) -> Any:
    """The value, None in a case that is left out."""
    try:
        found = value(e, at, of, j, k)
    except (ValueError, TypeError):
        return None
    return None if isnan(found) else found


@pytest.mark.parametrize("name", ["gce", "focal", "bce_balanced", "brier", "nce", "label_smoothing", "nfl_detached"])
def test_they_are_the_derivatives_for_every_z_at_zero(name: str) -> None:
    # Two derivations: the certificate's expansion at 0, and the rules for every z with 0 put in.
    cert, found = sc.certify(name, "l2"), sc.derivatives(name)
    z = sympy.IndexedBase("z", real=True)
    for c, y, (j, k) in product((2, 3), (1, 2), ((1, 1), (1, 2), (2, 1))):
        here = {C: c, Y: y, found.indices[0]: j, found.indices[1]: k}
        zero = {z[i]: 0 for i in range(1, c + 1)}
        half = {s: sympy.Rational(1, 2) for s in cert.gradient.free_symbols if s.name in ("q", "r", "gamma")}  # type: ignore[union-attr]
        for ours, theirs in ((cert.gradient, found.gradient), (cert.hessian, found.hessian)):
            other = theirs.subs(here).doit().subs(zero).subs(half)
            assert abs((ours.subs(here).subs(half) - other).evalf(40)) < 1e-30  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["focal", "mae", "gce", "nfl", "js_divergence"])
def test_the_gradient_at_0_has_its_factor_once(name: str) -> None:
    # kappa (1/C - [j = y]), where the entries have the sum 0.
    found = sc.certify(name, "l2").gradient
    assert isinstance(found, sympy.Mul)
    assert 1 / C - KroneckerDelta(J, Y) in found.args
