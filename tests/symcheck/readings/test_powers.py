"""Powers where their base is 0 at z = 0: what the readings say, against power series and against each other."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import agreed_expansion
from symcheck.field.branching import Branching
from symcheck.field.field import Field
from symcheck.field.undefined import Undefined
from symcheck.intake.parser import parsed
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.readings.explicit.explicit import explicit_expansion, value_at
from symcheck.readings.jet import JetReading, expansion_at_zero
from symcheck.readings.orbit.orbit import orbit_expansion
from symcheck.readings.stops import Kink
from symcheck.reason import Undecided

N = Parameter("n", at_least=0, integer=True)
Q = Parameter("q", above=0, below=1)
SCOPE = Scope(Classes(), (N, Q))
ENTRIES = ("value", "g_y", "g_k", "h_yy", "h_yk", "h_kk", "h_kl")

# Numbers that have a value where their derivatives have none, beside what depends on z.
WITH_NUMBERS = [
    "0**(3/2) + z[y]",
    "total(onehot(y)**(3/2)) + z[y]**2",
    "total(z*onehot(y)**q)",
    "total(z*(1 - onehot(y))**(1/2))",
    "total(exp(z)*sqrt(onehot(y)))",
    "total(z**2*onehot(y)**(2*onehot(y)))",
    "total(z**2*(onehot(y) - 2)**onehot(y))",
    "arccos(-1)*z[y]**2",
    "arccos(1)*z[y] + z[y]",
    "total(z*arccos(onehot(y)))",
    "(-1)**n*z[y] + (-2)**n*logsumexp(z)",
    "(z[y] - 1)**n*exp(z[y])",
    "z[y]/(2 + (-1)**C)",
]


@pytest.mark.parametrize("text", WITH_NUMBERS)
def test_the_readings_agree(text):
    agreed = agreed_expansion(parsed(text, parameters={"n": N, "q": Q}, kind="loss"), SCOPE, Budget())
    assert set(agreed.compared) == {2, 3, 5, 11}


def test_a_power_of_zero_with_a_whole_exponent_that_may_be_zero_is_a_branch():
    with pytest.raises(Branching):
        agreed_expansion(parsed("total(z*(1 - onehot(y))**n)", parameters={"n": N}, kind="loss"), SCOPE, Budget())


@pytest.mark.parametrize("n", [0, 1, 2, 3, 8])
def test_powers_of_negative_numbers_have_the_values_of_the_series(n):
    formula = parsed("(-1)**n*z[y] + (z[y] - 1)**n*exp(z[y]) + (-1/2)**(n + 1)", parameters={"n": N}, kind="loss")
    constants = agreed_expansion(formula, SCOPE, Budget()).constants
    for classes in (2, 4):
        series = explicit_expansion(formula, classes, {"n": n})
        for name in ENTRIES:
            enclosure = getattr(series, name)
            if enclosure is not None:
                assert getattr(constants, name).ball({"C": classes, "n": n, "q": Fraction(1, 2)}).overlaps(enclosure)


@pytest.mark.parametrize("text", ["total(onehot(y)**(-1))", "total(onehot(y)**(-1/2))", "arccos(2)", "0**(-q)"])
def test_what_has_no_value_has_none(text):
    with pytest.raises(Undefined):
        JetReading(Field(SCOPE)).read(parsed(f"{text} + z[y]", parameters={"q": Q}, kind="loss"))


@pytest.mark.parametrize(
    "text",
    ["sqrt(total(z**2))", "total(z**2)**(1/3)", "total(abs(z)**3)**(2/3)", "arccos(1 - total(z**2))",
     "arccos(z[y] - 1)", "sqrt(sqrt(3 + 2*sqrt(2)) - sqrt(2) - 1 + z[y])"],
)  # fmt: skip
def test_what_depends_on_z_has_a_kink_there(text):
    formula = parsed(text, kind="loss").with_powers_of_abs()
    with pytest.raises(Kink):
        JetReading(Field(Scope())).read(formula)


# Functions of which the derivatives up to the order are 0 at 0, and not those of the order after it.
FLAT = [
    ("norm(z)**3", 2),
    ("norm(z)**(5/2)", 2),
    ("norm(z)**5", 4),
    ("norm(z - mean(z))**3", 2),
    ("(total(z**2) + z[y]**4)**(3/2)", 2),
    ("total(abs(z)**3)**(4/3)", 2),
    ("(z[y]**2)**(3/2)", 2),
]


@pytest.mark.parametrize(("text", "order"), FLAT)
def test_powers_of_what_is_nonnegative_are_flat(text, order):
    formula = parsed(text, kind="loss").with_powers_of_abs()
    field = Field(Scope())
    assert not JetReading(field, order).read(formula).at
    with pytest.raises(Undecided):
        JetReading(field, order + 1).read(formula)
    constants = expansion_at_zero(formula, field)
    shown = orbit_expansion(formula, Scope())
    assert all(getattr(constants, name).is_zero and getattr(shown, name) == 0 for name in ENTRIES)


def test_second_derivatives_of_a_norm_cubed_tend_to_zero():
    """||z||^3 has the Hessian 3 ||z|| I + 3 z z'/||z||, as central differences at small points show."""
    formula = parsed("norm(z)**3", kind="regularizer")
    for scale in (Fraction(1, 10), Fraction(1, 1000)):
        h = scale / 100
        at = [value_at(formula, [scale + k * h, scale], {}) for k in (-1, 0, 1)]
        second = (at[0] - 2 * at[1] + at[2]) / (h * h).numerator * (h * h).denominator
        assert abs(second) < 10 * scale.numerator / scale.denominator


def test_a_base_that_is_zero_for_one_label_pattern_only():
    formula = parsed("total((onehot(y) + total(z**2))**(3/2))", kind="loss").with_powers_of_abs()
    constants = expansion_at_zero(formula, Field(Scope()))
    assert str(constants.h_kk) == "3"  # 3/2 of the second derivative 2 at the label, 0 elsewhere
    assert constants.g_k.is_zero
