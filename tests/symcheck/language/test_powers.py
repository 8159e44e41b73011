"""Powers that are joined are the same functions, and what is called nonnegative is."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcheck.errors import FormulaError
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import abs, exp, norm, relu, softmax, sqrt, total
from symcheck.language.nonnegative import Nonnegative
from symcheck.language.parameter import Parameter
from symcheck.language.term import Term, entrywise, lift
from symcheck.language.terms_of import term_of_formula
from symcheck.readings.explicit.explicit import value_at
from symcheck.reason import Undecided

# What a formula is written as, with C known or not.
JOINED = [
    ("sqrt(z[y]**2)", None, "abs(z[y])"),
    ("sqrt(z[y]*z[y])", None, "abs(z[y])"),
    ("sqrt((-z[y])**2)", None, "abs(z[y])"),
    ("sqrt(z[y]**6)", None, "abs(z[y])**3"),
    ("sqrt(z[y]**4)", None, "z[y]**2"),
    ("sqrt((z[y]**3)**2)", None, "abs(z[y])**3"),
    ("(z[y]**4)**(5/8)", None, "abs(z[y])**(5/2)"),
    ("(z[y]**4)**(1/3)", None, "abs(z[y])**(4/3)"),
    ("abs(z[y]**3)", None, "abs(z[y])**3"),
    ("abs(z[y]**2)", None, "z[y]**2"),
    ("abs(z[y])**3", None, "abs(z[y])**3"),
    ("(abs(z[y])**(3/2))**2", None, "abs(z[y])**3"),
    ("(abs(z[y])**(3/2))**4", None, "z[y]**6"),
    ("abs(z[y])*z[y]**2", None, "abs(z[y])**3"),
    ("abs(z[y])*abs(z[y])", None, "z[y]**2"),
    ("relu(z[y]**2)", None, "z[y]**2"),
    ("sqrt(total(z**2))**2", None, "total(z**2)"),
    ("sqrt(total(z**2))**3", None, "total(z**2)**(3/2)"),
    ("sqrt(total(z**2))**4", None, "total(z**2)**2"),
    ("sqrt(total(z**2))*sqrt(total(z**2))", None, "total(z**2)"),
    ("total(z**2)*sqrt(total(z**2))", None, "total(z**2)**(3/2)"),
    ("sqrt(sqrt(total(z**2))**3)", None, "total(z**2)**(3/4)"),
    ("(total(abs(z)**3)**(1/3))**3", None, "total(abs(z)**3)"),
    ("total(sqrt(z**2)**3)", None, "total(abs(z)**3)"),
    ("sqrt(total(z**2)/(C - 1))**2", None, "total(z**2)/(C - 1)"),
    ("sqrt(exp(z[y]))**2", None, "exp(z[y])"),
    ("norm(z - mean(z))**2", None, "total((z - mean(z))**2)"),
    ("abs(z[y]**3 + (C - 3))", 3, "abs(z[y])**3"),
    ("sqrt((z[y]**3 + (C - 3))**2)", 3, "abs(z[y])**3"),
    ("sqrt((z[y] + (C - 3))**2)", 3, "abs(z[y])"),
    ("(z[y]**2 + (C - 2))**(3/2)", 2, "abs(z[y])**3"),
    ("abs((C - 2)*z[y]**3)", 3, "abs(z[y])**3"),
    ("(total(z**2) + (C - 2))**(3/2)", 2, "total(z**2)**(3/2)"),
]

# These stay as they are: the function would be another one, or is no smoother for it.
KEPT = [
    ("sqrt(z[y])**2", None),  # has no value for z[y] < 0
    ("(z[y]**3)**(1/3)", None),
    ("(z[y]**2)**(-1/2)", None),
    ("total(z**2)/sqrt(total(z**2))", None),  # has no value at 0
    ("sqrt(total(z))**2", None),
    ("abs(z[y])", None),
    ("abs(z[y])*z[y]", None),
    ("relu(z[y]**3)", None),
    ("sqrt(total(z**2))", None),
    ("abs(z[y]**3 + (C - 3))", None),
    ("abs(z[y]**3 + (C - 3))", 4),
    ("sqrt(C - 3)**2 + z[y]", None),
]


@pytest.mark.parametrize(("text", "classes", "expected"), JOINED)
def test_powers_are_joined(text, classes, expected):
    assert str(parsed(text, kind="loss").with_powers_of_abs(classes)) == expected


@pytest.mark.parametrize(("text", "classes"), KEPT)
def test_other_powers_are_kept(text, classes):
    formula = parsed(text, kind="loss")
    assert str(formula.with_powers_of_abs(classes)) == str(formula)


def test_a_quotient_by_a_square_of_a_norm_keeps_its_pole():
    assert str(parsed("1/norm(z)**2", kind="loss").with_powers_of_abs()) == "1/total(z**2)"


def test_norm_is_the_root_of_the_sum_of_squares():
    z, y = symbols()
    assert str(Formula.of(norm(z))) == "sqrt(total(z**2))"
    assert str(parsed("norm(z - mean(z))**3", kind="loss")) == "sqrt(total((z - mean(z))**2))**3"
    for no_vector in (z[y], z.C, 3):
        with pytest.raises(FormulaError, match="norm takes a class-vector and got"):
            norm(no_vector)


Q = Parameter("q", above=0)
EXPONENTS = st.sampled_from([Fraction(k) for k in ("1/2", "1/3", "2/3", "3/2", "5/2", "2", "3", "4", "6")])


@st.composite
def _terms(draw: st.DrawFn) -> Term:
    z, y = symbols()
    term: Term = draw(st.sampled_from([z, z - Fraction(1, 3), softmax(z), z * 2, z[y], lift(1) - z[y]]))
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.integers(0, 7))
        if kind < 3:
            term = term ** draw(EXPONENTS)
        elif kind == 3:
            term = sqrt(term)
        elif kind == 4:
            term = abs(term)
        elif kind == 5:
            term = term * term if draw(st.booleans()) else term + (z.C - draw(st.integers(2, 4)))
        elif kind == 6:
            term = draw(st.sampled_from([relu, exp, abs]))(term)
        else:
            term = entrywise("mul", term, term ** draw(EXPONENTS))
    return total(term) if Formula.of(term).vectors[-1] else term


@given(_terms(), st.lists(st.fractions(-2, 2, max_denominator=7), min_size=2, max_size=4))
@settings(max_examples=300, deadline=None)
def test_joined_powers_have_the_same_values(term, point):
    formula = Formula.of(term)
    for classes in (None, len(point)):
        other = formula.with_powers_of_abs(classes)
        try:
            value = value_at(formula, point, {})
        except Undecided:
            continue
        assert value.overlaps(value_at(other, point, {}))


@given(_terms(), st.lists(st.fractions(-2, 2, max_denominator=7), min_size=2, max_size=4))
@settings(max_examples=300, deadline=None)
def test_what_is_plainly_nonnegative_is(term, point):
    if not Nonnegative(len(point)).holds(term):
        return
    try:
        value = value_at(Formula.of(term), point, {})
    except Undecided:
        return
    assert not value < 0


@pytest.mark.parametrize(
    ("text", "holds"),
    [("total(z**2)", True), ("total(z**3)", False), ("z[y]**2 + 1", True), ("z[y]**2 - 1", False),
     ("C - 2", True), ("C - 3", False), ("total(exp(z)*softmax(z))", True), ("-z[y]**2", False), ("q*z[y]**2", True),
     ("t*z[y]**2", False), ("maximum(z[y], 0)", True), ("minimum(z[y]**2, 1)", True), ("log(1 + z[y]**2)", False),
     ("branch(z[y], z[y]**2, 1)", True), ("z[y]**q", False), ("z[y]**(1/3)", True), ("mean(abs(z)) + arccos(0)", True),
     ("0*z[y]", False), ("z[y]*z[y]", True), ("1/softmax(z)[y]", True)],
)  # fmt: skip
def test_nonnegative_terms(text, holds):
    formula = parsed(text, parameters={"q": Q, "t": Parameter("t")}, kind="loss")
    assert Nonnegative(None).holds(term_of_formula(formula)) is holds
