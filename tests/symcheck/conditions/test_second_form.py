"""SymPy's polynomials as the second judge of equality."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy
from sympy import Rational, exp, log, sqrt

from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import agreed_expansion
from symcheck.conditions.agreement.agreed import Agreed
from symcheck.conditions.agreement.second_form import SecondForm, unconfirmed
from symcheck.field.symbols import C_SYMBOL as C
from symcheck.field.symbols import symbol_of
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Undecided

Q, GAMMA, T = Parameter("q", above=0, at_most=1), Parameter("gamma", at_least=0), Parameter("t", above=0)
PARAMETERS = {p.name: p for p in (Q, GAMMA, T)}
q, gamma, t = map(symbol_of, (Q, GAMMA, T))
SCOPE = Scope(parameters=(GAMMA, Q, T))


def agreed(formula: Formula, classes: Classes | None = None) -> Agreed:
    return agreed_expansion(formula, Scope(classes or Classes(), formula.parameters), Budget())


@pytest.mark.parametrize("kind", ["loss", "regularizer"])
def test_it_confirms_the_catalogue(kind: str) -> None:
    named = loss_named if kind == "loss" else regularizer_named
    for name in names(kind):
        entry = named(name)
        try:
            both = agreed(entry.recorded, entry.classes)
        except Undecided:  # a kink or the like: the certificate says so, and there is nothing to confirm
            continue
        assert unconfirmed(both) == (), name


@pytest.mark.parametrize(
    "text",
    [
        "(1 - softmax(z)[y]**(7/10))/(7/10)",
        "((t + 1)**q - (t + softmax(z)[y])**q)/q",
        "sqrt(1 - softmax(z)[y]/2)",
        "-log(softmax(z*t)[y] + 1/100)",
        "(1 - softmax(z)[y])**gamma*(-log(softmax(z)[y]))**q",
        "-log((1 - q/2)*softmax(z)[y] + q/2*(1 - softmax(z)[y])/(C - 1))",
        "tanh(1 + softmax(z)[y])",
        "log(1 + q*C/(1 - q/2)*softmax(z)[y])/(C*log(1 - q/2))",
        "exp(q*log(softmax(z)[y])*log(C))",
        "(C*softmax(z)[y])**(1/3) + C**(1/3)*softmax(z)[y]",
    ],
)
def test_it_confirms_roots_logarithms_and_powers(text: str) -> None:
    assert unconfirmed(agreed(parsed(text, parameters=PARAMETERS))) == ()


@pytest.mark.parametrize(
    "zero",
    [
        C**-q * C ** (q - 1) - 1 / C,
        (1 - 1 / C) ** gamma - (C - 1) ** gamma / C**gamma,
        (C - 1) ** (gamma - 1) * (C - 1) - (C - 1) ** gamma,
        log(100) - 2 * log(10),
        log(C**2 - 1) - log(C - 1) - log(C + 1),
        log((2 - q) / 2) + log(2) - log(2 - q),
        exp(t * log(C)) - C**t,
        exp(q + t) - exp(q) * exp(t),
        exp((C + 1) / C) - exp(1) * exp(1 / C),
        sqrt(2) * sqrt(3) - sqrt(6),
        sqrt(C) ** 3 - C * sqrt(C),
        C ** Rational(1, 2) * C ** Rational(1, 3) - C ** Rational(5, 6),
        1 / (1 + sqrt(C)) - (sqrt(C) - 1) / (C - 1),
        log(C) ** (q - 1) * log(C) - log(C) ** q,
        (1 + C**q) ** q * (1 + C**q) ** -q - 1,
    ],
)
def test_what_is_zero(zero: sympy.Expr) -> None:
    assert SecondForm(SCOPE).is_zero(zero)


@pytest.mark.parametrize(
    "other",
    [
        C**-q - C ** (-q - 1), log(C) - log(C + 1), sqrt(C**2 + 1) - C, exp(q) - 1 - q,
        sqrt(2) - Rational(141421, 100000),
        (1 - 1 / C) ** gamma - 1, log(2 - q), exp(1) - Rational(19, 7), sqrt((q - 1) ** 2) - (q - 1),
        sympy.gamma(C) - sympy.gamma(C) + sympy.Symbol("u"),
    ],
)  # fmt: skip
def test_what_is_not_zero_or_is_beyond_its_reach(other: sympy.Expr) -> None:
    assert not SecondForm(SCOPE).is_zero(other)


def test_logarithms_are_taken_apart_where_the_signs_of_the_factors_are_known() -> None:
    # 1 - q >= 0 for q in (0, 1] and C - 1 > 0; for t > 0 the sign of t - 1 is not known
    form = SecondForm(SCOPE)
    assert form.is_zero(log((q - 1) ** 2) - 2 * log(1 - q))
    assert form.is_zero(log((1 - C) ** 2) - 2 * log(C - 1))
    assert not form.is_zero(log((t - 1) ** 2) - 2 * log(t - 1))
    assert not form.is_zero(log((t - 1) ** 2) - 2 * log(1 - t))


def test_an_entry_that_differs_is_not_confirmed() -> None:
    """The check can fail: one of the orbit's entries is changed by a little that is not zero."""
    both = agreed(loss_named("focal").recorded)
    gamma_ = symbol_of(both.field.scope.parameters[0])
    wrong = replace(both.shown, h_kk=both.shown.h_kk + (1 - 1 / C) ** gamma_ / 10**30)
    assert unconfirmed(replace(both, shown=wrong)) == ("h_kk",)


def test_at_one_number_of_classes() -> None:
    assert unconfirmed(agreed(loss_named("gce").recorded, Classes(2, 2))) == ()
    assert unconfirmed(agreed(loss_named("focal").recorded, Classes(10, 10))) == ()
