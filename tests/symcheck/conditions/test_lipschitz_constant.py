"""The Lipschitz constant of a loss at 0, ||grad l(0, y)||_2."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

import symcheck as sc
from symcheck.budget import Budget
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.field.symbols import C_SYMBOL
from symcheck.intake.catalogue import loss_named, names
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.readings.explicit.explicit import explicit_expansion
from symcheck.reason import Code, Undecided
from tests.symcheck.conditions.lipschitz_constant import LipschitzConstant, lipschitz_constant


def slope(formula: Formula, classes: Classes | None = None) -> LipschitzConstant:
    return lipschitz_constant(formula, Scope(classes or Classes()), Budget(20))


KNOWN = {
    # sqrt(kappa^2 (C - 1)/C + c^2 C) with the kappa and c of the catalogue's table
    "cross_entropy": "sqrt(1 - 1/C)",
    "mae": "2/C*sqrt(1 - 1/C)",
    "weston_watkins": "C*sqrt(1 - 1/C)",
    "square": "1",  # grad = -e_y
    "one_vs_rest_logistic": "sqrt(C)/2",  # grad = 1/2 - e_y
    "z_loss_ce": "sqrt(1 - 1/C + 4*zeta**2*log(C)**2/C)",  # c = 2 zeta log(C)/C
    "rescaled_square": "2*M*k",
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_constants(name: str) -> None:
    (value,) = slope(loss_named(name).recorded).values
    symbols = {str(s): s for s in value.free_symbols} | {"C": C_SYMBOL}
    for C in (2, 3, 7):
        numbers = {s: (C if n == "C" else sympy.Rational(3, 2)) for n, s in symbols.items()}
        expected = sympy.sympify(KNOWN[name], locals=symbols)
        assert abs(sympy.N((value - expected).subs(numbers), 30)) < 1e-25


@pytest.mark.parametrize("name", [n for n in names("loss") if not loss_named(n).recorded.is_classwise])
def test_it_is_the_norm_of_the_gradient(name: str) -> None:
    """The explicit reading has the gradient at C = 2, 3 and 5 in balls: its squares add up to K^2."""
    entry = loss_named(name)
    found = slope(entry.recorded, entry.classes)
    if not found.values:
        assert found.reason is not None
        assert found.reason.code in (Code.KINK, Code.SIGN_UNKNOWN)
        return
    parameters = {p.name: p.default for p in entry.recorded.parameters}
    assert all(v is not None for v in parameters.values())
    for C in (2, 3, 5):
        if C not in entry.classes:
            continue
        try:
            e = explicit_expansion(entry.recorded, C, parameters)  # type: ignore[arg-type]
        except Undecided:
            continue
        square = e.g_y**2 + (C - 1) * e.g_k**2
        numbers = {s: C if str(s) == "C" else _rational(parameters[str(s)]) for s in found.values[0].free_symbols}
        value = sympy.N(found.values[0].subs(numbers) ** 2, 40)
        assert abs(float(value) - float(square.mid())) < 1e-12 * max(1, float(value))


def _rational(x: Fraction | None) -> sympy.Rational:
    assert x is not None
    return sympy.Rational(x.numerator, x.denominator)


def test_one_for_each_class_where_the_entries_are_known() -> None:
    """Weighted cross entropy has grad l(0, y) = -w_y o_y, and ||o_y|| = sqrt(2/3) at C = 3."""
    weighted = sc.losses.ClassWeightedCE(w=(1, 10, 1)).recorded
    found = slope(weighted, Classes(3, 3))
    assert [sympy.N(v**2 - Fraction(2, 3) * w * w, 30) for v, w in zip(found.values, (1, 10, 1), strict=True)] == [
        0
    ] * 3


def test_free_entries_are_named() -> None:
    assert slope(loss_named("class_weighted_ce").recorded).text == "sqrt(w[y]**2*(C - 1)/C)"
    assert slope(loss_named("logit_adjusted_ce").recorded).text == "sqrt(1 + sum_i(pi[i]**2) - 2*pi[y])"


def test_a_kink_has_a_reason() -> None:
    found = slope(loss_named("perceptron").recorded, Classes(2, 2))
    assert found.values == ()
    assert found.reason is not None
    assert found.reason.code is Code.KINK


def test_the_scope_is_that_of_the_formula() -> None:
    formula = loss_named("gce").recorded
    assert scope_with(Scope(), formula).parameters == formula.parameters
