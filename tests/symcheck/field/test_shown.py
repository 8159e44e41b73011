"""Constants as readers see them: text in the grammar of formulas, and SymPy."""

from __future__ import annotations

import pytest
import sympy

from symcheck.field.field import Field
from symcheck.field.symbols import C_SYMBOL, symbol_of
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Code, Undecided

Q = Parameter("q", above=0, at_most=1)
R = Parameter("r", at_least=0, below=1)
G = Parameter("g", above=0)
T = Parameter("t")
C, q, r, g, t = C_SYMBOL, symbol_of(Q), symbol_of(R), symbol_of(G), symbol_of(T)

SHOWN = [
    ("C**(-q)", "C**(-q)", C**-q),
    ("1/C**q", "C**(-q)", C**-q),
    ("2/C", "2/C", 2 / C),
    ("1 - r", "1 - r", 1 - r),
    ("C - 1", "C - 1", C - 1),
    ("1 - C", "1 - C", 1 - C),
    ("-log(C)", "-log(C)", -sympy.log(C)),
    ("log(C)/2 - 1/3", "log(C)/2 - 1/3", sympy.log(C) / 2 - sympy.Rational(1, 3)),
    ("C**(q - 1)", "C**(q - 1)", C ** (q - 1)),
    ("C**2*C**(-q)", "C**(2 - q)", C ** (2 - q)),
    ("1/(C*log(C))", "1/(C*log(C))", 1 / (C * sympy.log(C))),
    ("(1 - 1/C)**g", "C**(-g)*(C - 1)**g", C**-g * (C - 1) ** g),
    ("C**(1/2)", "C**(1/2)", sympy.sqrt(C)),
    ("C**(7/10)", "C**(7/10)", C ** sympy.Rational(7, 10)),
    ("30**(1/2)", "30**(1/2)", sympy.sqrt(30)),
    ("10**(-7/10)", "10**(3/10)/10", sympy.Integer(10) ** sympy.Rational(-7, 10)),
    ("exp(t)*exp(-q)", "exp(t - q)", sympy.exp(t - q)),
    ("exp(-t/3)", "exp(-t/3)", sympy.exp(-t / 3)),
    ("exp(1)", "exp(1)", sympy.E),
    ("log(log(C) + 1)", "log(log(C) + 1)", sympy.log(sympy.log(C) + 1)),
    ("log(12)", "2*log(2) + log(3)", 2 * sympy.log(2) + sympy.log(3)),
    ("-3/4", "-3/4", sympy.Rational(-3, 4)),
    ("(C + g)/(2*C*(C - 1))", "(C + g)/(2*C*(C - 1))", (C + g) / (2 * C * (C - 1))),
    ("2**log(C)", "C**log(2)", C ** sympy.log(2)),
]


@pytest.mark.parametrize(("text", "expected", "expression"), SHOWN)
def test_shown_as(text, expected, expression, written):
    field = Field(Scope(Classes(), (Q, R, G, T)))
    c = written(text, field=field)
    assert c.text() == str(c) == expected
    assert repr(c) == f"<{expected}>"
    shown = c.sympy()
    assert sympy.simplify(shown - expression) == 0
    assert shown.free_symbols == expression.free_symbols, "the symbols carry the same assumptions"
    assert (field.from_sympy(shown) - c).is_zero
    assert (field.from_sympy(expression) - c).is_zero


def test_sympy_knows_only_what_the_interval_says():
    field = Field(Scope(Classes(), (Q, T)))
    assert field.parameter("q").sympy().is_positive is True
    assert field.parameter("t").sympy().is_positive is None
    assert field.C.sympy().is_integer is True


def test_with_c_fixed_there_is_no_symbol(written):
    c = written("C**(-7/10)", classes=(10, 10))
    assert c.sympy() == sympy.Integer(10) ** sympy.Rational(-7, 10)


UNMAPPED = [
    (sympy.Symbol("x"), "the symbol x: x: no free parameter has this name; free here: q"),
    (sympy.gamma(C), "gamma in gamma(C)"),
    (sympy.oo, "Infinity in oo"),
    (sympy.nan, "NaN in nan"),
    (sympy.I, "ImaginaryUnit in I"),
    (sympy.Float("0.5"), "Float in 0.5"),
    (sympy.Abs(symbol_of(Parameter("q")) - C), "Abs in "),
    (sympy.Piecewise((C, C > 3), (1, True)), "Piecewise in "),
]


@pytest.mark.parametrize(("expression", "named"), UNMAPPED)
def test_what_is_no_constant_is_refused(expression, named):
    with pytest.raises(Undecided) as caught:
        Field(Scope(Classes(), (Q,))).from_sympy(C + expression)
    assert caught.value.reason.code is Code.UNMAPPED_OP
    assert f"no constant of the scope: {named}" in caught.value.reason.why


def test_a_symbol_with_other_assumptions_is_the_parameter_of_its_name():
    field = Field(Scope(Classes(), (Q,)))
    assert field.from_sympy(sympy.Symbol("q")) == field.parameter("q")
    assert field.from_sympy(C_SYMBOL) == field.C


def test_sympy_expressions_of_the_orbit_are_read():
    """Derivatives as SymPy leaves them, at z = 0: of -log softmax(z)[y] by z_y, for C classes."""
    u = sympy.Symbol("u")
    slope = sympy.diff(-sympy.log(sympy.exp(u) / (sympy.exp(u) + C - 1)), u).subs(u, 0)
    field = Field(Scope())
    assert (field.from_sympy(slope) - (1 / field.C - 1)).is_zero
