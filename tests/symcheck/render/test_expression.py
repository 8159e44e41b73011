"""SymPy expressions as text of the formula grammar, and back through the parser."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy import Rational, exp, log, sqrt

from symcheck.field.symbols import C_SYMBOL as C
from symcheck.field.symbols import symbol_of
from symcheck.intake.parser import parsed_constant
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.render.expression import expression_text

PARAMETERS = {
    "q": Parameter("q", above=0, at_most=1),
    "gamma": Parameter("gamma", at_least=0),
    "lambda_": Parameter("lambda_", at_least=0),
}
q, gamma, lambda_ = (symbol_of(PARAMETERS[n]) for n in ("q", "gamma", "lambda_"))

CASES = {
    "C**(-q)": C**-q,
    "2/C": 2 / C,
    "1 - 1/C": 1 - 1 / C,
    "log(C)/C": log(C) / C,
    "1/(C*log(C))": 1 / (C * log(C)),
    "(1 - 1/C)**gamma + gamma*(1 - 1/C)**(gamma - 1)*log(C)/C": (1 - 1 / C) ** gamma
    + gamma * (1 - 1 / C) ** (gamma - 1) * log(C) / C,
    "sqrt(C)": sqrt(C),
    "1/sqrt(C)": 1 / sqrt(C),
    "C**(-7/10)": C ** Rational(-7, 10),
    "C**(3/2)": C ** Rational(3, 2),
    "1/C**2": C**-2,
    "-(C - 1)/C**2": sympy.Mul(-1, C - 1, C**-2),
    "2*(C - 1)/(3*C)": sympy.Mul(Rational(2, 3), C - 1, 1 / C),
    "-C/2": -C / 2,
    "-1/2": Rational(-1, 2),
    "-3": sympy.Integer(-3),
    "0": sympy.Integer(0),
    "exp(1)": sympy.E,
    "exp(-C)": exp(-C),
    "exp(1 - C)/2": exp(1 - C) / 2,
    "log(log(C) + 1)": log(log(C) + 1),
    "log(log(log(C) + 1) + 1)": log(log(log(C) + 1) + 1),
    "(C - 1)**2": (C - 1) ** 2,
    "1/(1 + 1/C)": 1 / (1 + 1 / C),
    "C**(1/q)": C ** (1 / q),
    "2**q": 2**q,
    "(2/3)**q": Rational(2, 3) ** q,
    "-C**(-q)/2": -(C**-q) / 2,
    "1 + lambda_/C": 1 + lambda_ / C,
    "cosh(C)*tanh(1/2)": sympy.cosh(C) * sympy.tanh(Rational(1, 2)),
    "abs(log(C) - 1)": abs(1 - log(C)),
    "arccos(1/C)/C": sympy.acos(1 / C) / C,
    "arccos(-1)": sympy.pi,
    "C**2 + arccos(-1)*C/2": C**2 + sympy.pi * C / 2,
}


def in_sympy(formula: Formula) -> sympy.Expr:
    """A formula of constants as SymPy builds it; the factors of a product meet at once, so that none is expanded."""
    values: list[list[sympy.Expr]] = []  # the factors of each node
    functions = {"exp": exp, "log": log, "sqrt": sqrt, "abs": sympy.Abs, "tanh": sympy.tanh, "cosh": sympy.cosh}
    functions["arccos"] = sympy.acos
    for node in formula.nodes:
        args = [values[a] for a in node.args]
        one = [sympy.Mul(*a) for a in args]
        if node.op == "number":
            value = [Rational(node.number.numerator, node.number.denominator)]
        elif node.op == "parameter":
            value = [symbol_of(PARAMETERS[node.parameter])]
        elif node.op == "classes":
            value = [C]
        elif node.op == "mul":
            value = args[0] + args[1]
        elif node.op == "div":
            value = [*args[0], *(1 / f for f in args[1])]
        elif node.op == "neg":
            value = [sympy.Integer(-1), *args[0]]
        elif node.op in ("add", "sub"):
            value = [one[0] + one[1] if node.op == "add" else one[0] - one[1]]
        else:
            value = [one[0] ** one[1] if node.op == "pow" else functions[node.op](one[0])]
        values.append(value)
    return sympy.Mul(*values[-1])


@pytest.mark.parametrize(("text", "expression"), CASES.items())
def test_text_and_back(text: str, expression: sympy.Expr) -> None:
    assert expression_text(expression) == text
    assert in_sympy(parsed_constant(text, parameters=PARAMETERS)) == expression


_leaves = st.one_of(
    st.just(C),
    st.just(q),
    st.fractions(min_value=Fraction(1, 9), max_value=9, max_denominator=9).map(
        lambda f: Rational(f.numerator, f.denominator)
    ),
)


def _grown(inner: st.SearchStrategy[sympy.Expr]) -> st.SearchStrategy[sympy.Expr]:
    pairs = st.tuples(inner, inner)
    exponents = st.sampled_from([-q, q / 3, Rational(-1, 2), Rational(-7, 10), sympy.Integer(-2), Rational(1, 2)])
    return st.one_of(
        pairs.map(lambda p: p[0] + p[1]),
        pairs.map(lambda p: p[0] - p[1]),
        pairs.map(lambda p: p[0] * p[1]),
        st.tuples(inner, exponents).map(lambda p: (1 + p[0] ** 2) ** p[1]),
        inner.map(lambda e: log(1 + e**2)),
        inner.map(lambda e: exp(-(e**2))),
    )


@given(st.recursive(_leaves, _grown, max_leaves=8))
def test_random_expressions_come_back_with_the_same_value(expression: sympy.Expr) -> None:
    back = in_sympy(parsed_constant(expression_text(expression), parameters=PARAMETERS))
    point = {C: sympy.Integer(7), q: Rational(3, 11)}
    written, read = (sympy.N(e.xreplace(point), 60) for e in (expression, back))
    # both are rounded to 60 digits, so they may differ in the last ones, and cancellation may cost some more
    assert abs(written - read) <= Rational(1, 10**40) * (1 + abs(written))


@pytest.mark.parametrize("expression", [sympy.gamma(C), sympy.EulerGamma * C, sympy.Max(C, q), sympy.oo])
def test_what_the_language_has_no_word_for(expression: sympy.Expr) -> None:
    with pytest.raises(TypeError, match="the formula grammar has no word for it"):
        expression_text(expression)
