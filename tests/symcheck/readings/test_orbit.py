"""The orbit reading against closed forms, and where it stops."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

from symcheck.budget import Budget
from symcheck.errors import FormulaError, ParameterError
from symcheck.field.symbols import C_SYMBOL as C
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import abs as absolute
from symcheck.language.functions import (
    exp,
    log,
    log_softmax,
    logsumexp,
    mean,
    onehot,
    relu,
    softmax,
    sqrt,
    total,
)
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.readings.expansion import Expansion
from symcheck.readings.orbit.orbit import (
    OrbitReading,
    orbit_expansion,
    two_class_expansion,
)
from symcheck.reason import Code, Undecided

Z, Y = symbols()
EVERY = Scope()


def expansion(term, classes=None, sign=None):
    formula = Formula.of(term)
    return orbit_expansion(formula, Scope(Classes.of(classes), formula.parameters), sign)


def stopped(term, **options):
    with pytest.raises(Undecided) as stop:
        expansion(term, **options)
    return stop.value.reason


def equal(left, right):
    return sympy.simplify(left - right) == 0


# closed forms


def test_gradients_are_those_of_the_theory(closed, tools):
    # b_y = -kappa o_y + c 1 (THEORY 3): its entries are c - kappa (1 - 1/C) at y and c + kappa/C elsewhere.
    shown = orbit_expansion(closed.formula, closed.scope, tools.sign)
    names = {str(s): s for s in shown.g_k.free_symbols}
    kappa, c = (sympy.sympify(text, {"C": C, **names}) for text in (closed.kappa, closed.c))
    assert equal(shown.g_y, c - kappa * (1 - 1 / C))
    assert equal(shown.g_k, c + kappa / C)
    assert not equal(shown.g_k, c + kappa / C + sympy.Rational(1, 10**20))


def test_curvatures_of_regularizers_are_those_of_the_theory():
    # THEORY 4, confidence penalties: H = s I + t 11' with s = 1/C, t = -1/C^2 for sum p log p and KL(u||p);
    # g = z'z/2: s = 1, t = 0; sum log cosh z: cosh'' (0) = 1, so the same; mean(z)^2/2: s = 0, t = 1/C^2.
    p = softmax(Z)
    for term, s, t in (
        (total(p * log_softmax(Z)), 1 / C, -1 / C**2),
        (-mean(log_softmax(Z)) - log(Z.C), 1 / C, -1 / C**2),
        (total(Z**2) / 2, 1, 0),
        (total(log((exp(Z) + exp(-Z)) / 2)), 1, 0),
        (mean(Z) ** 2 / 2, 0, 1 / C**2),
        (total(Z**4), 0, 0),
    ):
        shown = expansion(term)
        assert shown.g_y == shown.g_k == 0
        assert shown.h_yy == shown.h_kk
        assert equal(shown.h_kk, s + t)
        assert shown.h_yk == shown.h_kl
        assert equal(shown.h_kl, t)


def test_cross_entropy_is_written_as_a_reader_would():
    # grad CE(0, y) = u - e_y, D^2 CE = diag(p) - p p' at p = u.
    assert expansion(logsumexp(Z) - Z[Y]) == Expansion(
        sympy.log(C), 1 / C - 1, 1 / C, 1 / C - 1 / C**2, -1 / C**2, 1 / C - 1 / C**2, -1 / C**2
    )
    tenth = sympy.Rational(1, 10)
    assert expansion(logsumexp(Z) - Z[Y], classes=10) == Expansion(
        sympy.log(10), tenth - 1, tenth, tenth - tenth**2, -(tenth**2), tenth - tenth**2, -(tenth**2)
    )


def test_two_classes_have_no_third():
    # CE at C = 2 is log(1 + exp(-(z_1 - z_2))): value log 2, slope -1/2, curvature 1/4 in the margin.
    half, quarter = sympy.Rational(1, 2), sympy.Rational(1, 4)
    expected = Expansion(sympy.log(2), -half, half, quarter, -quarter, quarter, None)
    formula = Formula.of(logsumexp(Z) - Z[Y])
    assert two_class_expansion(formula, EVERY) == expected == expansion(logsumexp(Z) - Z[Y], classes=2)


def test_symbols_carry_what_the_scope_says():
    q = Parameter("q", at_least=0)
    formula = Formula.of(q * Z[Y])
    assert orbit_expansion(formula, Scope(parameters=(q,))).g_y.is_positive is None
    narrower = Scope(parameters=(Parameter("q", above=0),))
    assert orbit_expansion(formula, narrower).g_y.is_positive is True
    with pytest.raises(ParameterError, match=r"q: no free parameter has this name; free here: none"):
        orbit_expansion(formula, EVERY)


def test_a_class_vector_is_no_loss():
    with pytest.raises(FormulaError) as error:
        orbit_expansion(Formula.of(2 * softmax(Z)), EVERY)
    assert str(error.value) == ("formula: 2*softmax(z) is a class-vector; take its entry at y, or sum over the classes")


# branches and kinks


def test_branches_follow_the_sign():
    assert expansion(relu(1 + Z[Y])).g_y == 1
    assert expansion(relu(-1 + Z[Y])).g_y == 0
    assert expansion(absolute(-1 + Z[Y])).g_y == -1
    assert expansion(absolute(-log(1 + exp(Z[Y])))).g_y == sympy.Rational(1, 2)  # log(1 + e^x) has slope 1/2 at 0


def test_branches_ask_the_sign_procedure():
    asked = []

    def sign(expression):
        asked.append(expression)
        return -1

    shown = expansion(absolute(softmax(Z)[Y] - 1), sign=sign)
    assert asked == [1 / C - 1]
    assert equal(shown.g_y, -(1 / C - 1 / C**2))


def test_an_unknown_branch_is_undecided():
    for sign in (None, lambda _: None):
        reason = stopped(absolute(softmax(Z)[Y] - 1), sign=sign)
        assert reason.code is Code.SIGN_UNKNOWN
        assert reason.where == "abs(softmax(z)[y] - 1)"
        assert reason.why == "its branch at z = 0 is decided by the sign of -1 + 1/C, which is not known"
    assert stopped(Z[Y] * relu(Parameter("a"))).why.endswith("the sign of a, which is not known")


@pytest.mark.parametrize(
    "term",
    [
        relu(Z[Y]),
        total(absolute(Z)),
        relu(Z[Y] ** 2),  # smooth, but the form does not show it
        absolute(0 * Z[Y]),
        relu(1 - Z.C * softmax(Z)[Y]),
        total(relu(onehot(Y) * Z)),
    ],
)
def test_a_kink_is_undecided(term):
    assert stopped(term).code is Code.KINK


def test_zero_told_by_the_sign_procedure_is_a_kink_too():
    assert stopped(relu(log(2 + Z[Y]) - log(2)), sign=lambda _: 0).code is Code.KINK


def test_what_does_not_depend_on_z_has_no_kink():
    # relu(e_y) = e_y and |e_y - 1| = 1 - e_y
    assert expansion(total(relu(onehot(Y)) * Z)) == expansion(Z[Y])
    assert expansion(total(absolute(onehot(Y) - 1) * Z)) == expansion(total(Z) - Z[Y])


@pytest.mark.parametrize(
    ("term", "why", "where"),
    [
        (log(Z[Y]), "its derivatives at z = 0 need the logarithm of 0", "log(z[y])"),
        (1 / Z[Y], "its derivatives at z = 0 need a quotient by 0", "1/z[y]"),
        (sqrt(Z[Y] ** 2), "its derivatives at z = 0 need the logarithm of 0", "sqrt(z[y]**2)"),
        (log(-1 - exp(Z[Y])), "its derivatives at z = 0 need the logarithm of a negative number", None),
        ((Z[Y] ** 2) ** Fraction(3, 2), "its derivatives at z = 0 need the logarithm of 0", None),
        (Z[Y] ** -2, "its derivatives at z = 0 need a quotient by 0", "z[y]**(-2)"),
        (Z[Y] ** Parameter("q", above=0), "its derivatives at z = 0 need the logarithm of 0", "z[y]**q"),
        (Z[Y] ** Z[Y], "its derivatives at z = 0 need a quotient by 0", "z[y]**z[y]"),
    ],
)
def test_no_value_no_expansion(term, why, where):
    reason = stopped(term)
    assert (reason.code, reason.why) == (Code.KINK, why)
    assert where is None or reason.where == where


# the redundant derivatives along t


def test_derivatives_along_t_are_checked():
    class Miscounting(OrbitReading):
        """Counts C-1 classes in the third orbit instead of C-2, in one operator only."""

        def mean(self, v):
            wrong = self.slice.multiplicities[2] + self.slice.multiplicities[0]
            summed = self.slice.weighted(list(zip((*self.slice.multiplicities[:2], wrong), v, strict=True)))
            return self.div((summed,), self.classes())

    for term, law in ((mean(Z), "F_t = (C-2) g_k"), (mean(Z**2), "F_tt = (C-2) h_kk + (C-2)(C-3) h_kl")):
        right, wrong = OrbitReading(EVERY), Miscounting(EVERY)
        right.slice.expansion(right.read(Formula.of(term))[0])
        with pytest.raises(Undecided) as stop:
            wrong.slice.expansion(wrong.read(Formula.of(term))[0])
        assert stop.value.reason.code is Code.NOT_EQUIVARIANT
        assert stop.value.reason.why == (
            f"the derivatives at z = 0 do not show {law}, which holds if all classes but y are treated alike"
        )


# limits


def test_the_budget_is_kept():
    swelling = total(softmax(Z) ** 2)
    for _ in range(5):
        swelling = (swelling + Z.C + 1 / swelling) ** 6
    reason = None
    with pytest.raises(Undecided) as stop:
        orbit_expansion(Formula.of(swelling), EVERY, None, Budget(0.5))
    reason = stop.value.reason
    assert reason.code is Code.BUDGET
    with pytest.raises(Undecided) as stop:
        orbit_expansion(Formula.of(3**Z.C**40 * Z[Y]), Scope(Classes(9, 9)))
    assert stop.value.reason.code is Code.BUDGET


def test_towers_of_exponentials_are_read():
    # SymPy would evaluate e^e^e^e^3 to put terms in order, and never come back.
    tower = Z[Y] + 3
    for _ in range(4):
        tower = exp(tower)
    assert stopped(relu(tower - 2 * Z.C)).why.startswith("its branch at z = 0 is decided by the sign of ")
    assert expansion(tower + Z.C).g_k == 0


def test_deep_formulas_are_read():
    term = Z[Y]
    for _ in range(3000):
        term = term + 1
    assert expansion(term).value == 3000
