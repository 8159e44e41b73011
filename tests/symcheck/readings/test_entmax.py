"""entmax in every reading: values by bisection, derivatives by the implicit function theorem, laws for all z.

The truth is ``tests.definitions.shares``: the definition in mpmath, with tau by bisection.
"""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

import mpmath
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

import symcheck as sc
from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import agreed_expansion
from symcheck.conditions.everywhere.symmetric import symmetry_finding
from symcheck.errors import FormulaError
from symcheck.field.constant_reading import constant
from symcheck.field.everywhere_field import EverywhereField
from symcheck.field.field import Field
from symcheck.field.indexed_field import IndexedField
from symcheck.findings.verdict import Verdict
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula, symbols
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.readings.explicit.explicit import directional, value_at
from symcheck.readings.explicit.rays import growth_of
from symcheck.readings.jet import JetReading, expansion_at_zero, gradient_at_zero
from symcheck.readings.labelled import labelled_expansion
from symcheck.readings.orbit.orbit import orbit_expansion
from symcheck.readings.ranges import RangeReading
from symcheck.readings.weight import degree, is_continuous, shift_weight
from symcheck.reason import Code, Undecided
from tests.definitions import shares

A = Parameter("a")
ALPHAS = ["2", "3/2", "1", "3", "5/2", "1/2", "0", "-2", "4/5", "101/100", "20"]
POINTS: list[list[Fraction]] = [
    [Fraction(0)] * 3, [Fraction(1), Fraction(0)], [Fraction(2), Fraction(0), Fraction(0), Fraction(-5)],
    [Fraction(3, 10), Fraction(1, 5), Fraction(-1, 2), Fraction(1, 7)], [Fraction(100), Fraction(99), Fraction(-3)],
    [Fraction(1, 9), Fraction(1, 9), Fraction(1, 9), Fraction(1, 9), Fraction(1, 10)],
]  # fmt: skip


def formula_of(text: str) -> Formula:
    return parsed(text, parameters={"a": A, "q": Parameter("q", above=0)})


def wanted(z: list[Fraction], alpha: str) -> list[mpmath.mpf]:
    a = Fraction(alpha)
    return shares([mpmath.mpf(x.numerator) / x.denominator for x in z], mpmath.mpf(a.numerator) / a.denominator)


# ---------------------------------------------------------------- what it is


def test_it_is_softmax_sparsemax_and_the_tempered_softmax() -> None:
    """alpha = 2 - t: (alpha - 1) v - tau = 1 + (1 - t)(v - lambda) with tau = (alpha - 1) lambda - 1 (Amid et al.)."""
    with mpmath.workdps(40):
        z = [mpmath.mpf(x) for x in ("0.3", "-1.2", "0.9")]
        raised = [mpmath.exp(x) for x in z]
        near = shares(z, 1 + mpmath.mpf(10) ** -15)
        assert all(abs(a - b / sum(raised)) < 1e-14 for a, b in zip(near, raised, strict=True))
        # sparsemax: 0.3 and 0.9 are in the support, tau = (0.3 + 0.9 - 1)/2
        sparse = [mpmath.mpf("0.2"), 0, mpmath.mpf("0.8")]
        assert all(abs(a - b) < 1e-30 for a, b in zip(shares(z, 2), sparse, strict=True))
        t = mpmath.mpf("1.2")
        s = shares(z, 2 - t)
        level = [x - (s_k ** (1 - t) - 1) / (1 - t) for x, s_k in zip(z, s, strict=True)]  # z_k - log_t s_k = lambda
        assert max(level) - min(level) < 1e-30


@pytest.mark.parametrize("alpha", ALPHAS)
def test_balls_contain_the_values_of_the_definition(alpha: str) -> None:
    formula = formula_of(f"entmax(z, {alpha})[y]")
    for z in POINTS:
        with mpmath.workdps(70):
            truth = wanted(z, alpha)
            for y, s in enumerate(truth, 1):
                ball = value_at(formula, z, {}, y=y)
                assert ball.rad() < 1e-20
                with ctx.workprec(300):
                    assert (ball + arb(0, 1e-25)).contains(arb(mpmath.nstr(s, 60))), (z, y)


def test_a_ball_about_the_end_of_the_support_says_no_more_than_it_knows() -> None:
    end = value_at(formula_of("entmax(z, 2)[y]"), [1, 0], {}, y=2)  # exactly 0, at the end of the support
    assert end.contains(0)
    with pytest.raises(Undecided) as caught:
        directional(formula_of("entmax(z + onehot(y), 2)[y]"), 2, [1, 0], {}, order=2)
    assert caught.value.reason.code is Code.KINK
    rounded = Parameter("a", at_least="0.999", at_most="1.001")
    near = parsed("entmax(z, a)[y]", parameters={"a": rounded})
    assert value_at(near, [1, 0], {"a": 1}, y=1).overlaps(value_at(formula_of("softmax(z)[y]"), [1, 0], {}, y=1))


# ---------------------------------------------------------------- derivatives at 0


@pytest.mark.parametrize(
    ("alpha", "g_y", "h_yy", "h_kl"),
    [
        # w = C^(alpha - 2): ds_y/dz_y = w (1 - 1/C); s'' = (2 - alpha) w^2 C ((z_k - m)^2 - mean of these squares)
        ("2", "1 - 1/C", "0", "0"),
        ("3/2", "(C - 1)/C**(3/2)", "(C - 1)*(C - 2)/(2*C**2)", "1/C**2"),
        ("1", "(C - 1)/C**2", "(C - 1)*(C - 2)/C**3", "2/C**3"),
        ("0", "(C - 1)/C**3", "2*(C - 1)*(C - 2)/C**5", "4/C**5"),
        ("3", "C - 1", "-C*(C - 1)*(C - 2)", "-2*C"),
        ("a", "(C - 1)*C**(a - 3)", "(2 - a)*(C - 1)*(C - 2)*C**(2*a - 5)", "2*(2 - a)*C**(2*a - 5)"),
    ],
)
def test_derivatives_by_hand(alpha: str, g_y: str, h_yy: str, h_kl: str) -> None:
    formula = formula_of(f"entmax(z, {alpha})[y]")
    found = expansion_at_zero(formula, field := Field(Scope(parameters=formula.parameters), Budget()))
    for entry, text in ((found.value, "1/C"), (found.g_y, g_y), (found.h_yy, h_yy), (found.h_kl, h_kl)):
        assert entry is not None
        assert (entry - constant(field, formula_of(text))).is_zero, text


AGREED = [
    "entmax(z, a)[y]", "entmax(z, 2)[y]*z[y]", "total(entmax(z, 3/2)**3*z**2)", "total(entmax(q*z, a)*z)**2",
    "log(entmax(z**2 - 3*z, a))[y]", "entmax(2*z*onehot(y), a)[y]", "total(entmax(detach(z) + z, 2 - q)**q)",
    "entmax(entmax(z, a), q)[y]", "entmax(softmax(z) + z[y], 1/2)[y]", "entmax(z - mean(z, but=y), a**2)[y]*q",
    "total(entmax(exp(z), 1 + 1/C)*log_softmax(z))", "detach(entmax(z, a))[y]*z[y]", "entmax(onehot(y)*0, a)[y]*z[y]",
    "total(entmax(z, C)*z, but=y)", "amax(entmax(z, a) + 2*onehot(y))", "entmax(z, 3)[y]**(3/2)",
]  # fmt: skip


@pytest.mark.parametrize("classes", [None, 2, 3, 7])
@pytest.mark.parametrize("text", AGREED)
def test_jet_and_orbit_agree_and_the_power_series_does_not_object(text: str, classes: int | None) -> None:
    formula = formula_of(text)
    agreed = agreed_expansion(formula, Scope(Classes.of(classes), formula.parameters), Budget())
    assert agreed.compared == ((2, 3, 5, 11) if classes is None else (classes,))


@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("text", AGREED)
def test_class_by_class_the_derivatives_are_the_same(text: str, classes: int) -> None:
    formula = formula_of(text)
    scope = Scope(Classes(classes, classes), formula.parameters)
    found = expansion_at_zero(formula, field := Field(scope, Budget()))
    at = {"C": classes, "a": Fraction(7, 5), "q": Fraction(2, 3)}
    at = {name: value for name, value in at.items() if name in field.variables or name == "C"}
    labelled = labelled_expansion(formula, scope, Budget())
    hessian = labelled.hessians[-1]
    last = len(labelled.gradients) - 1
    other = 0
    pairs = [(labelled.gradients[-1][last], found.g_y), (labelled.gradients[-1][other], found.g_k)]
    pairs += [
        (hessian[last][last], found.h_yy),
        (hessian[last][other], found.h_yk),
        (hessian[other][other], found.h_kk),
    ]
    pairs += [(hessian[0][1], found.h_kl)] if classes > 2 and found.h_kl is not None else []
    if not formula.uses_label:
        pairs = pairs[:2]
    for one, other_one in pairs:
        assert (one.ball(at) - other_one.ball(at)).contains(0)
        assert float(one.ball(at).rad()) < 1e-9


@pytest.mark.parametrize("alpha", ["2", "3/2", "3", "1/2", "-1", "1"])
@pytest.mark.parametrize("classes", [2, 3, 5])
def test_higher_orders_are_those_of_the_power_series(alpha: str, classes: int) -> None:
    """Along e_y all derivatives are those by z_y: the pattern (0, 0, ..., 0)."""
    formula = formula_of(f"total(entmax(z, {alpha})**2) + entmax(z, {alpha})[y]")
    field = Field(Scope(Classes(classes, classes)))
    jet = JetReading(field, order=5).read(formula)
    series = directional(formula, classes, [1] + [0] * (classes - 1), {}, order=6)
    factorial = 1
    for n, coefficient in enumerate(series):
        factorial *= max(n, 1)
        entry = jet.at.get((0,) * (n + 1), field.zero)
        assert (entry.ball({"C": classes}, 200) / factorial).overlaps(coefficient), n


@pytest.mark.parametrize(
    "text",
    [
        "entmax(z + onehot(y), 3/2)[y]", "entmax(z - q*onehot(y), a)[y]", "total(entmax(onehot(y), 2)*z)",
        "entmax(exp(z*0 + onehot(y)), 2)[y]",
    ],
)  # fmt: skip
def test_entries_that_differ_at_0_are_left_open(text: str) -> None:
    formula = formula_of(text)
    every, two = Scope(parameters=formula.parameters), Scope(Classes(2, 2), formula.parameters)
    for read in (
        lambda: expansion_at_zero(formula, Field(every, Budget())), lambda: orbit_expansion(formula, every),
        lambda: labelled_expansion(formula, two, Budget()),
    ):  # fmt: skip
        with pytest.raises(Undecided) as caught:
            read()
        assert caught.value.reason.code is Code.UNMAPPED_OP
        assert caught.value.reason.where.startswith("entmax(")
        assert "equal at z = 0" in caught.value.reason.why


def test_entries_of_a_free_array_are_not_equal_though_they_are_made_alike() -> None:
    z, y = symbols()
    w = sc.ClassParameter("w")
    apart, together = Formula.of(sc.entmax(z + w, 2)[y]), Formula.of(sc.entmax(w * z + w[y], 2)[y])
    with pytest.raises(Undecided) as caught:
        gradient_at_zero(apart, IndexedField(Scope(), Budget()))
    assert caught.value.reason.code is Code.UNMAPPED_OP
    found = gradient_at_zero(together, IndexedField(Scope(), Budget()))  # w_y (1 - 1/C), and -w_k/C
    assert (found.g_y.text(), found.g_k.text()) == ("w[0]*(C - 1)/C", "-w[1]/C")


# ---------------------------------------------------------------- laws for all z


@pytest.mark.parametrize(
    ("text", "shift", "scaling"),
    [
        ("entmax(z, 2)[y]", "0", None),
        ("entmax(z - z[y], a)[y]", "0", None),
        ("entmax(3*z + 1, a)[y]", "0", None),
        ("entmax(z**2, 2)[y]", None, None),
        ("entmax(z/sqrt(total(z**2)), 2)[y]", None, "0"),
        ("entmax(exp(z), 2)[y]", None, None),
    ],
)
def test_laws_of_shift_and_scaling(text: str, shift: str | None, scaling: str | None) -> None:
    formula = formula_of(text)
    field = Field(Scope(parameters=formula.parameters))
    assert [None if w is None else w.text() for w in (shift_weight(formula, field), degree(formula, field))] == [
        shift, scaling,
    ]  # fmt: skip
    assert is_continuous(formula) or "/" in text


@pytest.mark.parametrize(
    ("text", "low", "high", "above"),
    [
        ("entmax(z, 2)[y]", "0", "1", False), ("entmax(z, 1)[y]", "0", "1", True),
        ("entmax(z, 1/2)[y]", "0", "1", True), ("entmax(z, a)[y]", "0", "1", False),
        ("entmax(z, 2)[y]**2 - 3", "-3", "-2", False),
    ],
)  # fmt: skip
def test_ranges(text: str, low: str, high: str, above: bool) -> None:
    formula = formula_of(text)
    found = RangeReading(EverywhereField(Scope(parameters=formula.parameters), Budget())).read(formula)
    assert found.low is not None
    assert found.high is not None
    assert (found.low.text(), found.high.text(), found.above) == (low, high, above)


def test_a_leading_class_has_all_the_share_along_a_ray() -> None:
    """s = e_1 where z_1 leads by 1/(alpha - 1); a tie, a lead of another class or alpha <= 1 have no such end."""
    one = [Fraction(1), Fraction(0), Fraction(0)]

    def share(direction: list[Fraction], alpha: str, y: int = 0) -> tuple[float, float]:
        found = growth_of(formula_of(f"entmax(z, {alpha})[y]"), direction, {}, y=y, steep=False)
        assert found.low is not None
        assert found.high is not None
        return float(found.low.at_start()), float(found.high.at_start())

    assert share(one, "2") == share(one, "3/2") == (1, 1)
    assert share(one, "2", y=1) == (0, 0)
    assert share(one, "1/2") == (0, 1)
    assert share([Fraction(1), Fraction(1), Fraction(0)], "2") == (0, 1)
    assert share(one, "11/10") == (0, 1)  # at t = 8 it leads by 8 < 10


@pytest.mark.parametrize("op", ["onehot_argmax(z*z[y])", "entmax(z*z[y], 2)"])
def test_shares_of_entries_that_depend_on_the_label_add_up_to_nothing_known(op: str) -> None:
    """At z = (3, -2): z z_1 = (9, -6) and z z_2 = (-6, 4), so that both labels have all the share: 1 + 1, not 1."""
    formula = parsed(f"{op}[y]", kind="loss")
    assert sum(float(value_at(formula, [3, -2], {}, y=y)) for y in (1, 2)) == pytest.approx(2)
    for classes in (Classes(), Classes(2, 2)):
        assert symmetry_finding(formula, Scope(classes), Budget(20)).verdict is not Verdict.PROVED


@settings(max_examples=40, deadline=None)
@given(
    alpha=st.fractions(min_value=-3, max_value=6, max_denominator=7),
    z=st.lists(st.fractions(min_value=-4, max_value=4, max_denominator=6), min_size=2, max_size=6),
)
def test_the_shares_solve_their_equations(alpha: Fraction, z: list[Fraction]) -> None:
    """They add up to 1, keep the order of the z_k, and where positive (s_k^(a - 1) - 1)/(a - 1) - z_k is one number."""
    formula = parsed(f"entmax(z, {alpha})[y]".replace("(z, -", "(z, 0 - "))
    found = [value_at(formula, z, {}, y=y) for y in range(1, len(z) + 1)]
    with ctx.workprec(200):
        assert sum(found, arb(0)).contains(1)
        ordered = sorted(zip(z, found, strict=True), key=lambda pair: pair[0])
        assert not any(a > b for (_, a), (_, b) in pairwise(ordered))
        rate = arb(alpha.numerator) / alpha.denominator - 1
        inside = [(x, s) for x, s in ordered if s > 1e-9]
        if alpha != 1:
            levels = [(s**rate - 1) / rate - arb(x.numerator) / x.denominator for x, s in inside]
        else:
            levels = [s.log() - arb(x.numerator) / x.denominator for x, s in inside]
        assert all(level.overlaps(levels[0]) for level in levels)


# ---------------------------------------------------------------- what is written


def test_a_certificate_with_it_is_written_and_read_again() -> None:
    alpha = Parameter("alpha", above=1, at_most=3)

    def loss(z: sc.language.term.Vec, y: sc.language.term.Label) -> sc.language.term.Term:
        s = sc.entmax(z, alpha)
        return sc.total(s * z) - z[y] + sc.total(s - s**alpha) / (alpha * (alpha - 1))

    cert = sc.certify(loss, "l2")
    assert str(cert.kappa) == "1"
    again = sc.recheck(cert.to_json(full=True))
    assert (again.headline, again.kappa) == (cert.headline, cert.kappa)
    assert r"\mathrm{entmax}_{\alpha}(z)_{k}" in cert.to_latex()


@pytest.mark.parametrize("alpha", ["z", "z[y]", "total(z)", "first(z)", "onehot(y)"])
def test_alpha_is_a_constant(alpha: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parsed(f"entmax(z, {alpha})[y]")
    assert "takes a constant for alpha" in str(caught.value)
    assert "pass a number, a parameter" in str(caught.value)


def test_random_alphas_certify_exact() -> None:
    draw = random.Random(7)
    for _ in range(4):
        alpha = Fraction(draw.randint(11, 60), 10)
        found = sc.certify(f"s = entmax(z, {alpha}); total(s*z) - z[y] + total(s - s**({alpha}))/3", "l2")
        # any multiple of the entropy is stationary at s = 1/C: sum_k (1 - alpha s_k^(alpha - 1)) s_k' = 0 there
        assert str(found.kappa) == "1"
