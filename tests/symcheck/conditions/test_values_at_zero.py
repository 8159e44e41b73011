"""Formulas that have a value at z = 0 are certified, and those that have none are errors that name the point."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
import sympy

import symcheck as sc
from symcheck.conditions.agreement import checks, comparison
from symcheck.errors import FormulaError
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.language.scope import Scope
from symcheck.language.term import Term
from symcheck.reason import Code, Reason
from tests.sampled import one_in

CE = "(logsumexp(z) - z[y])"
N = sc.Parameter("n", at_least=0, integer=True)
M = sc.Parameter("m", at_least=1, integer=True)
Q = sc.Parameter("q", above=0, below=1)


def _ce(z: Term, y: object) -> Term:
    return sc.logsumexp(z) - z[y]


FACTORS = [
    ("sqrt(C - 2) + 1", ["1", "2", "1 + sqrt(2)"]),
    ("(C - 2)**(3/2) + 1", ["1", "2", "1 + 2*sqrt(2)"]),
    ("(C - 2)**(1/C) + 1", ["1", "2", "1 + 2**(1/4)"]),
    ("1/(1 + sqrt(C - 2))", ["1", "1/2", "1/(1 + sqrt(2))"]),
    ("log(1 + sqrt(C - 2)) + 1", ["1", "log(2) + 1", "log(1 + sqrt(2)) + 1"]),
    ("sqrt(relu(C - 3)) + 1", ["1", "1", "2"]),
    ("sqrt((C - 3)**2) + 1", ["2", "1", "2"]),
    ("sqrt((C - 2)*(C - 3)) + 1", ["1", "1", "1 + sqrt(2)"]),
    ("0**(3/2) + 1", ["1", "1", "1"]),
    ("arccos(1/(C - 1)) + 1", ["1", "1 + pi/3", "1 + acos(1/3)"]),
    ("arccos(-1)", ["pi", "pi", "pi"]),
    ("arccos(1) + arccos(0)", ["pi/2", "pi/2", "pi/2"]),
    ("3*arccos(1/2)/arccos(-1)", ["1", "1", "1"]),
    ("6*arccos(sqrt(3)/2)/arccos(-1)", ["1", "1", "1"]),
    ("2 + (-1)**C", ["3", "1", "3"]),
    ("(2 + (-1)**(C + 1))**2", ["1", "9", "1"]),
    ("sqrt(3 + 2*sqrt(2)) - sqrt(2)", ["1", "1", "1"]),
    ("C*(sqrt(5 + 2*sqrt(6)) - sqrt(2) - sqrt(3)) + 1", ["1", "1", "1"]),
]


@pytest.mark.parametrize(("factor", "kappas"), FACTORS)
def test_factors_of_cross_entropy(factor, kappas):
    cert = sc.certify(f"({factor})*{CE}", "l2")
    assert cert.verdict is Verdict.PROVED
    assert [cert.at(C=classes).kappa for classes in (2, 3, 4)] == [sympy.sympify(k) for k in kappas]
    assert sc.recheck(cert.to_json()).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "factor",
    ["3*arccos(1/2)/arccos(-1)", "sqrt(3 + 2*sqrt(2)) - sqrt(2)", "(sqrt(5) + 2)**(1/3) - (sqrt(5) - 2)**(1/3)"],
)
def test_what_is_one_is_exact(factor):
    assert sc.certify(f"({factor})*{CE}", "l2").tier is Tier.EXACT


@pytest.mark.parametrize("factor", ["sqrt(3 + 2*sqrt(2)) - sqrt(2) + 1/10**40", "3*arccos(1/2)/arccos(-1) + 1/10**40"])
def test_what_is_nearly_one_is_not(factor):
    assert sc.certify(f"({factor})*{CE}", "l2").tier is Tier.SCALED


def test_whatis_shown_zero_is_refuted_as_zero():
    assert sc.certify(f"(sqrt(3 + 2*sqrt(2)) - sqrt(2) - 1)*{CE}", "l2").tier is Tier.ZERO


@pytest.mark.parametrize(
    ("factor", "where"),
    [
        ("sqrt(C - 3)", "C - 3 to a power that is no whole number does not exist at C = 2"),
        ("(C - 2)**(-1/2)", "does not exist at C = 2, where this is 0"),
        ("log(sqrt(C - 2))", "is undefined at z = 0 and C = 2: the logarithm of 0 does not exist"),
        ("1/sqrt(C - 2)", "is undefined at z = 0 and C = 2: the division by 0 does not exist"),
        ("arccos(C - 3)", "does not exist at C = 5"),
        ("arccos(2)", "does not exist"),
        ("total(onehot(y)**(-1))", "the division by 0 does not exist"),
        ("total(onehot(y)**(-3/2))", "0 to the power -3/2 does not exist"),
        ("(-1)**(1/2)", "-1 to a power that is no whole number does not exist"),
        ("(-1)**(C/2)", "does not exist at C = 3"),
    ],
)
def test_what_has_no_value_is_an_error_with_the_point(factor, where):
    with pytest.raises(FormulaError) as caught:
        sc.certify(f"({factor})*{CE}", "l2")
    assert where in str(caught.value)
    assert str(caught.value).startswith("loss: ")


W = sc.ClassParameter("w", above=0)
UNDEFINED = (
    "is undefined at z = 0: the logarithm of 0 does not exist, in {0}; narrow the scope, so that it is positive, or "
    "write the formula so that it has a value at z = 0"
)


@pytest.mark.parametrize(
    ("pair", "argument", "shown"),
    [
        (("log(z[y])", "l2"), "loss", "log(z[y])"),
        (("log(z[y])",), "loss", "log(z[y])"),
        ((CE, "log(total(z))"), "regularizer", "log(total(z))"),
        ((lambda z, y: sc.log(sc.total(W * z)) + 0 * z[y], "l2"), "loss", "log(total(w*z))"),
        ((CE, lambda z: sc.log(sc.total(W * z))), "regularizer", "log(total(w*z))"),
    ],
    ids=["loss", "loss alone", "regularizer", "loss with entries", "regularizer with entries"],
)
def test_a_formula_without_a_value_at_0_is_named_by_its_argument(pair, argument, shown):
    with pytest.raises(FormulaError) as caught:
        sc.certify(*pair)
    assert str(caught.value).startswith(f"{argument}: {shown}")
    assert str(caught.value).endswith(UNDEFINED.format(shown))


Factor = Callable[[Term], object]

PARITIES: list[tuple[Factor, Verdict, Callable[[int, int], Fraction]]] = [
    (lambda z: (-1) ** N + 2, Verdict.PROVED, lambda n, c: Fraction((-1) ** n + 2)),
    (lambda z: (-1) ** N, Verdict.REFUTED, lambda n, c: Fraction((-1) ** n)),
    (lambda z: (-1) ** (N + 1) + 2, Verdict.PROVED, lambda n, c: Fraction(2 - (-1) ** n)),
    (lambda z: (-1) ** (2 * N), Verdict.PROVED, lambda n, c: Fraction(1)),
    (lambda z: (-1) ** (N * N + N), Verdict.PROVED, lambda n, c: Fraction(1)),
    (lambda z: (-2) ** N + Fraction(5, 2) * 2**N, Verdict.PROVED, lambda n, c: (-2) ** n + Fraction(5, 2) * 2**n),
    (lambda z: (-z.C) ** N, Verdict.REFUTED, lambda n, c: Fraction((-c) ** n)),
    (lambda z: 1 / (2 + (-1) ** N), Verdict.PROVED, lambda n, c: Fraction(1, 2 + (-1) ** n)),
    (lambda z: (-1) ** (N * z.C) + 2, Verdict.PROVED, lambda n, c: Fraction((-1) ** (n * c) + 2)),
    (lambda z: 2 * N + 1 + (-1) ** N, Verdict.PROVED, lambda n, c: Fraction(2 * n + 1 + (-1) ** n)),
    (lambda z: N + Fraction(1, 2) - (-1) ** N, Verdict.REFUTED, lambda n, c: n + Fraction(1, 2) - (-1) ** n),
]


@pytest.mark.parametrize(("factor", "verdict", "kappa"), PARITIES)
def test_powers_of_negative_numbers(factor, verdict, kappa):
    cert = sc.certify(lambda z, y: factor(z) * _ce(z, y), "l2")
    assert cert.verdict is verdict
    for n in (0, 1, 2, 7):
        for classes in (2, 3):
            at = cert.at(C=classes, n=n) if N in cert.problem.loss.formula.parameters else cert.at(C=classes)
            expected = kappa(n, classes)
            assert at.kappa == expected or at.tier is Tier.ZERO
            assert (at.verdict is Verdict.PROVED) == (expected > 0)
    if verdict is Verdict.REFUTED:
        n = cert.witness.parameters["n"]
        assert n.denominator == 1
        assert kappa(int(n), cert.witness.classes) <= 0
    assert sc.recheck(cert.to_json()).verdict is verdict


def test_products_of_whole_numbers():
    half = Fraction(-1, 2)
    cert = sc.certify(lambda z, y: (sc.exp(0) * half) ** (N * M) * _ce(z, y) + _ce(z, y), "l2")
    assert cert.verdict is Verdict.PROVED
    assert cert.at(n=3, m=5).kappa == 1 - Fraction(1, 2**15)
    assert cert.at(n=3, m=2).kappa == 1 + Fraction(1, 2**6)


PENALTIES = [
    ("sqrt(total(z**2))**2/2", Verdict.PROVED, "1"),
    ("norm(z)**2/2", Verdict.PROVED, "1"),
    ("norm(z)*norm(z)", Verdict.PROVED, "2"),
    ("norm(z - mean(z))**2/2", Verdict.PROVED, "1"),
    ("norm(z)**2 + norm(z)**3", Verdict.PROVED, "2"),
    ("norm(z)**2 + norm(z)**(5/2)", Verdict.PROVED, "2"),
    ("norm(z)**2/2 + total(abs(z)**3)**(4/3)", Verdict.PROVED, "1"),
    ("(total(abs(z)**4)**(1/4))**4 + total(z**2)/2", Verdict.PROVED, "1"),
    ("total(sqrt(z**2)**3) + total(z**2)/2", Verdict.PROVED, "1"),
    ("sqrt(total(z**2)/3)**2", Verdict.PROVED, "2/3"),
    ("norm(z)", Verdict.REFUTED, None),
    ("norm(z)**(3/2)", Verdict.REFUTED, None),
    ("norm(z)**3", Verdict.REFUTED, "0"),
    ("norm(z)**4", Verdict.REFUTED, "0"),
    ("norm(z)**2*norm(z)", Verdict.REFUTED, "0"),
]


@pytest.mark.parametrize(("penalty", "verdict", "curvature"), PENALTIES)
def test_norms_as_regularizers(penalty, verdict, curvature):
    cert = sc.certify("cross_entropy", penalty)
    assert cert.verdict is verdict
    if verdict is Verdict.PROVED:
        assert str(cert.prediction.curvature) == curvature
    assert sc.recheck(cert.to_json()).verdict is verdict


def test_the_square_of_the_norm_is_l2():
    for mine in ("norm(z)**2/2", "sqrt(total(z**2))**2/2"):
        assert (
            sc.certify("cross_entropy", mine).prediction.orders == sc.certify("cross_entropy", "l2").prediction.orders
        )


@pytest.mark.parametrize(
    ("term", "verdict"),
    [
        ("sqrt((z[y]**3 + (C - 3))**2)", Verdict.PROVED),
        ("sqrt((z[y]**2 + (C - 3))**2)", Verdict.PROVED),
        ("abs(z[y]**3 + (C - 3))", Verdict.PROVED),
        ("(z[y]**2 + (C - 2))**(3/2)", Verdict.PROVED),
        ("(z[y]**4)**(5/8)", Verdict.PROVED),
        ("abs(z[y]**3)", Verdict.PROVED),
        ("sqrt(z[y]**4)", Verdict.PROVED),
        ("total(onehot(y)**(3/2))", Verdict.PROVED),
        ("total((1 - onehot(y))**(1/2))", Verdict.PROVED),
        ("total(onehot(y)**0)", Verdict.PROVED),
        ("total((onehot(y) - 2)**onehot(y))", Verdict.PROVED),
    ],
)
def test_terms_that_are_flat_at_zero(term, verdict):
    cert = sc.certify(f"{term} + {CE}", "l2")
    assert cert.verdict is verdict
    for classes in (2, 3, 4, 9):
        at = sc.certify(f"{term} + {CE}", "l2", classes=classes)
        assert at.verdict is verdict
        assert at.kappa == cert.at(C=classes).kappa


@pytest.mark.parametrize("term", ["sqrt((z[y] + (C - 3))**2)", "sqrt(z[y])**2", "(z[y]**2)**(-1/2)", "sqrt(z[y]**2)"])
def test_terms_with_a_kink_are_never_proved(term):
    assert sc.certify(f"{term} + {CE}", "l2").verdict is not Verdict.PROVED


EXPONENTIALS = ["log(1 + exp(-softmax(z)[y]))", "total(softplus(softmax(z))) - 2*softplus(softmax(z)[y])"]


@pytest.mark.parametrize("loss", EXPONENTIALS)
@pytest.mark.parametrize("first", one_in(4, range(4)))
def test_what_holds_for_every_number_of_classes_holds_at_one(loss, first):
    assert sc.certify(loss, "l2").verdict is Verdict.PROVED
    numbers = (*range(2, 40), *range(58, 68), 81, 97, 100, 101, 125, 128, 144, 199, 200)
    for classes in numbers[first::4]:
        assert sc.certify(loss, "l2", classes=classes).verdict is Verdict.PROVED


@pytest.mark.parametrize("classes", [1000, 1024, 10**6, 2**20, 10**9])
def test_and_at_large_ones(classes):
    cert = sc.certify(EXPONENTIALS[0], "l2", classes=classes)
    assert cert.verdict is Verdict.PROVED
    exact = sc.certify(EXPONENTIALS[0], "l2").at(C=classes).kappa
    assert abs(float((cert.kappa - exact).evalf(40))) < 1e-30


@pytest.mark.parametrize(
    "loss",
    ["log(2 + exp(-softmax(z)[y]) + exp(-2*softmax(z)[y]))", "-log(1 - exp(-softmax(z)[y]))",
     "-log(1 + 2**softmax(z)[y])",
     "log(1 + exp(-softmax(z)[y]**2))", "sqrt(1 + exp(-softmax(z)[y]))", "log(1 + exp(-softmax(z)[y]))**2"],
)  # fmt: skip
def test_sums_of_exponentials(loss):
    every = sc.certify(loss, "l2")
    assert every.verdict is Verdict.PROVED
    for classes in (2, 7, 16, 60, 61, 64, 72, 100, 128, 1000):
        assert sc.certify(loss, "l2", classes=classes).verdict is Verdict.PROVED


@pytest.mark.parametrize("classes", [3, 5, 64])
def test_one_number_of_classes_is_read_off_from_all(classes, monkeypatch):
    """Where the canonical forms at one C do not show that two readings are equal, those for every C may."""
    loss = f"log(1 + exp(-softmax(z)[y])) + {classes}*z[y]*0"
    expected = sc.certify(loss, "l2", classes=classes).kappa

    def not_shown(name, who, a, b):
        if not ((a - b).is_zero and a.field.scope.classes.fixed is None):
            raise comparison.NotShownEqual(REASON)

    monkeypatch.setattr(checks, "require_equal", not_shown)
    cert = sc.certify(f"{loss} + 0", "l2", classes=classes)
    assert cert.verdict is Verdict.PROVED
    assert cert.kappa == expected
    # at C = 2 the comparison with the formula read with two classes alone is open too
    assert sc.certify(f"{loss} + 0", "l2", classes=2).verdict is Verdict.UNDECIDED


REASON = Reason(Code.READINGS_DISAGREE, "not shown to be equal", "nothing")


def test_a_difference_that_is_an_algebraic_zero_is_one():
    c = Field(Scope())
    root = c.power(c.number(3) + 2 * c.power(c.number(2), c.number(Fraction(1, 2))), c.number(Fraction(1, 2)))
    zero = root - c.power(c.number(2), c.number(Fraction(1, 2))) - 1
    assert not zero.is_zero
    assert comparison.is_shown_zero(zero)
    assert not comparison.is_shown_zero(zero + Fraction(1, 10**50))
    assert c.sign(zero).kind is Kind.ZERO


@pytest.mark.parametrize(
    ("loss", "anchor", "where"),
    [
        ("muh", "log(z_ref - z_ref)", "log(z_ref - z_ref)"),
        ("cross_entropy", "1/(C - 2)", "1/(C - 2)"),
        ("log(z[y] + 1)", "-1", "log(z[y])"),
    ],
)
def test_what_an_anchor_does_is_said_of_the_anchor(loss: str, anchor: str, where: str) -> None:
    sc.certify(loss, "l2")  # without it there is a value
    with pytest.raises(FormulaError) as raised:
        sc.certify(loss, "l2", anchor=anchor)
    assert str(raised.value).startswith(f"loss at the anchor {anchor}: ")
    assert "is undefined at z = 0" in str(raised.value)
