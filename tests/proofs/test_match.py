"""Weights and values of parameters at which two losses have one kappa/lambda (THEORY 16).

Expected values are derived by hand from the kappas of THEORY 3, or are differences of the definitions in mpmath: kappa
is the derivative of l(t (e_k - e_y), y) at t = 0.
"""

from __future__ import annotations

import pickle
import random
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
import sympy
from mpmath import diff, mp, mpf

import symcheck as sc
from symcheck.design.match import match
from symcheck.design.matching.value import EVERY, Match
from symcheck.errors import FormulaError, ParameterError, ScopeError
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named, names
from symcheck.language.interval import Interval
from symcheck.reason import Code
from tests.definitions import TABLES

losses = sc.losses
C_ = sympy.Symbol("C", positive=True, integer=True)
UNLIKE = {n for n in names("loss") if loss_named(n).recorded.is_classwise}
DETACHED = {"focal_detached", "nfl_detached"}
ALIKE = [n for n in names("loss") if n not in UNLIKE | DETACHED]
"""Losses that treat all classes alike, and have a value whose differences are their gradients."""


def kappa(name: str, classes: int, **parameters: Any) -> Any:
    """The kappa of a loss of the catalogue, by differences of its definition."""
    with mp.workdps(40):

        def along(t: Any) -> Any:
            z = [mpf(0)] * classes
            z[0], z[1] = -t, t
            return TABLES["loss"][name](z, 0, **parameters)

        return diff(along, mpf(0))


def number(x: Fraction) -> Any:
    return mpf(x.numerator) / x.denominator


def defaults(name: str) -> dict[str, Fraction]:
    """The values of the paper for all parameters."""
    return {n: p.default for n, p in loss_named(name).declared.items() if p.default is not None}


def test_kappas_by_differences_are_those_of_the_theory() -> None:
    with mp.workdps(40):
        assert abs(kappa("mae", 10) - mpf(2) / 10) < mpf(10) ** -18
        assert abs(kappa("gce", 10, q=mpf("0.5")) - mpf(10) ** mpf("-0.5")) < mpf(10) ** -18


@pytest.mark.parametrize("name", ALIKE)
def test_weights_are_ratios_of_kappas(name: str) -> None:
    """At the paper's values: lambda_a/lambda_b = kappa_a/kappa_b, and the other way round its inverse."""
    entry = loss_named(name).at(**defaults(name))
    classes = entry.classes.fixed or 7
    found = match(entry, to="mae", C=classes)
    back = match("mae", to=entry, C=classes)
    assert found.verdict is back.verdict
    if found.verdict is not Verdict.PROVED:
        assert found.exceptions
        assert not found.solutions
        tier = sc.certify(entry, "l2", classes=classes).tier
        assert tier not in (Tier.EXACT, Tier.SCALED, Tier.QUOTIENT)
        return
    assert found.value is not None
    assert back.value is not None
    with mp.workdps(40):
        expected = kappa(name, classes, **{n: number(v) for n, v in defaults(name).items()}) * classes / 2
        assert abs(mpf(found.decimal) - expected) < abs(expected) * mpf(10) ** -10
        assert abs(mpf(back.decimal) * expected - 1) < mpf(10) ** -10
    assert sympy.N(found.value * back.value - 1, 30, chop=True) == 0
    assert found.is_quotient is (sc.certify(entry, "l2", classes=classes).tier is Tier.QUOTIENT)


# a, b, C, the parameter of a, the weight, and all its values.  By hand, from the kappas in the comments.
BY_HAND: list[tuple[Any, Any, int | None, str, Any, list[str]]] = [
    ("gce", "mae", 100, "q", 1, ["log(50)/log(100)"]),  # C^-q = 2/C
    ("gce", "mae", 2, "q", 1, []),  # 2^-q = 1 needs q = 0
    ("gce", "mae", None, "q", 1, ["log(C/2)/log(C)"]),
    ("gce", "cross_entropy", 10, "q", 1, []),  # 10^-q < 1
    ("gce", "cross_entropy", 10, "q", "1/10", ["1"]),
    ("sce", "cross_entropy", 10, "lambda_", 2, ["10"]),  # 1 + lambda/C
    ("poly_loss", "cross_entropy", 10, "eps", "9/10", ["-1"]),  # 1 + eps/C, at the end of eps >= -1
    ("poly_loss", "cross_entropy", 10, "eps", "8/10", []),
    ("label_smoothing", "cross_entropy", None, "r", "9/10", ["1/10"]),  # 1 - r
    ("label_smoothing", "mae", None, "r", 1, ["1 - 2/C"]),
    ("temperature_ce", "mae", 10, "tau", 1, ["5"]),  # 1/tau
    ("phuber_ce", "mae", 10, "tau", 1, ["2"]),  # min(1, tau/C)
    ("phuber_ce", "mae", 10, "tau", 10, []),  # at most 1, and 2 is needed
    ("js_divergence", "mae", 10, "pi_1", 1, ["8/9"]),  # (9 pi + 1)(1 - pi) = 1
    ("reverse_cross_entropy", "cross_entropy", 10, "A", 1, ["-10"]),  # -A/C
    ("amse", "brier", 10, "a", 1, ["10"]),  # 2 a/C^2 = 2/C
    ("soft_capped_ce", "cross_entropy", 10, "eps", "1/2", ["1/10"]),  # 1/(1 + eps C)
    ("forward_uniform", "mae", 10, "a", 1, ["1/5"]),  # a
    ("backward_uniform", "cross_entropy", 10, "a", 4, ["1/4"]),  # 1/a
    ("alpha_loss", "mae", 16, "alpha", 1, ["4"]),  # C^(1/alpha - 1) = 2/C: 16^(1/alpha) = 2
    (losses.AGCE(a=1), "mae", 10, "q", 2, ["1 + log(4)/log(11/10)"]),  # (a + 1/C)^(q-1)/C = 4/C
    (losses.AGCE(q=3), "mae", 10, "a", 2, ["19/10"]),  # (a + 1/10)^2 = 4
]


@pytest.mark.parametrize(("a", "b", "classes", "parameter", "weight", "values"), BY_HAND)
def test_values_of_parameters_by_hand(
    a: Any, b: Any, classes: int | None, parameter: str, weight: Any, values: list[str]
) -> None:
    found = match(a, to=b, C=classes, parameter=parameter, weight=weight)
    assert found.verdict is (Verdict.PROVED if values else Verdict.REFUTED), found.reason
    shown = [s.value for s in found.solutions]
    assert len(shown) == len(values)
    for value, expected in zip(shown, values, strict=True):
        assert value is not None
        by_hand = sympy.sympify(expected, locals={"C": C_})
        for c in (3, 10, 1000):  # the same formula in C has the same values
            assert abs(sympy.N((value - by_hand).subs(C_, c), 40, chop=True)) < sympy.Float("1e-30")


SLOW = {"bi_tempered", "entmax"}
"""Their definitions in mpmath solve an equation for each value."""


def with_free(name: str, parameter: str) -> Any:
    """The loss at the paper's values, but for one parameter."""
    return loss_named(name).at(**{n: v for n, v in defaults(name).items() if n != parameter})


ONE_PARAMETER = [
    (n, p) for n in ALIKE if n not in SLOW for p in defaults(n) if p in {q.name for q in with_free(n, p).parameters}
]


def inside(interval: Interval, count: int) -> list[Fraction]:
    """Numbers of an interval from its one end to the other."""
    low, high = interval.low, interval.high
    if low is None and high is not None:
        return [high - Fraction(k + 1, 4) for k in range(count)][::-1]
    if high is None:
        return [(low or Fraction(0)) + Fraction(k * k + 1, 16) for k in range(count)]
    assert low is not None
    return [low + (high - low) * Fraction(k + 1, count + 1) for k in range(count)]


def half_of_them_slow(cases: list[tuple[str, str]]) -> list[Any]:
    return [pytest.param(*c, marks=[pytest.mark.slow] * (i % 2)) for i, c in enumerate(cases)]


@pytest.mark.parametrize(("name", "parameter"), half_of_them_slow(ONE_PARAMETER))
def test_values_match_by_differences_and_none_is_missed(name: str, parameter: str) -> None:
    """Each value found has the kappa of the target, and each change of side on a grid has a value between."""
    entry = with_free(name, parameter)
    classes = entry.classes.fixed or 6
    rest = {n: number(v) for n, v in defaults(name).items() if n != parameter}
    interval = loss_named(name).declared[parameter].interval
    rng = random.Random(f"{name} {parameter}")
    target = losses.GCE(q=Fraction(rng.randrange(1, 20), 20))
    found = match(entry, to=target, C=classes, parameter=parameter)
    if found.verdict is Verdict.UNDECIDED:
        assert found.reason is not None
        return
    with mp.workdps(40):
        wanted = kappa("gce", classes, q=number(target.values["q"]))
        values = [mpf(s.decimal) for s in found.solutions if s.decimal != EVERY]
        for value in values:
            assert abs(kappa(name, classes, **rest, **{parameter: value}) - wanted) < wanted * mpf(10) ** -8
        grid = [x for x in inside(interval, 9) if x in interval]
        sides = [(number(x), kappa(name, classes, **rest, **{parameter: number(x)}) - wanted) for x in grid]
        for (x, one), (y, two) in pairwise(sides):
            if one * two < 0 and not found.exceptions:
                assert any(x - mpf(10) ** -9 <= v <= y + mpf(10) ** -9 for v in values), (x, y, values)


@pytest.mark.parametrize(
    ("a", "b", "classes", "parameter"),
    [("sce", "gce", 10, "lambda_"), ("label_smoothing", "mae", 10, "r"), ("phuber_ce", "mae", 10, "tau"),
     ("temperature_ce", "mae", 9, "tau"), ("js_divergence", "mae", 10, "pi_1"), ("amse", "brier", 7, "a")],
)  # fmt: skip
def test_matches_are_certified(a: str, b: str, classes: int, parameter: str) -> None:
    """certify gives both losses one kappa."""
    target = loss_named(b).at(**defaults(b)) if b != "gce" else losses.GCE(q="1/10")
    found = match(a, to=target, C=classes, parameter=parameter, weight=1 if b != "gce" else 2)
    for solution in found.solutions:
        assert solution.value is not None
        if solution.value.is_Rational:
            there = sc.certify(loss_named(a).at(**{parameter: str(solution.value)}), "l2", classes=classes)
            assert there.kappa == sc.certify(target, "l2", classes=classes).kappa
    assert found.solutions


def test_a_value_without_an_expression_lies_in_an_interval_that_certify_confirms() -> None:
    """Focal loss has kappa 1 at gamma = 0 and once more: (9/10)^g (1 + g log(10)/9) = 1."""
    found = match("focal", to="cross_entropy", C=10, parameter="gamma")
    assert found.verdict is Verdict.PROVED
    exact, other = found.solutions
    assert exact.value == 0
    assert other.value is None
    assert other.low is not None
    assert other.high is not None
    assert other.high - other.low < Fraction(1, 10**12)
    with mp.workdps(40):
        assert number(other.low) < mpf("14.9239926480") + mpf(10) ** -9
        assert kappa("focal", 10, gamma=number(other.low)) > 1 > kappa("focal", 10, gamma=number(other.high))
    for gamma, above in (("149239/10000", True), ("149240/10000", False)):
        there = sc.certify(losses.Focal(gamma=gamma), "l2", classes=10)
        assert there.kappa is not None
        assert bool(sympy.N(there.kappa, 30) > 1) is above


def test_two_values_of_one_parameter() -> None:
    """(1 + b) 10^-b = 2/10 at b = 1, and nowhere else: it falls for b > 1/log(10) - 1, which is below 0."""
    found = match("beta_divergence", to="mae", C=10, parameter="beta")
    assert [s.decimal for s in found.solutions] in (["1"], ["1.00000000000"])
    # At C = 2 the same function rises up to b = 1/log(2) - 1 = .4427 and falls from there, and 1.05 < its value there.
    twice = match("beta_divergence", to="cross_entropy", C=2, parameter="beta", weight="21/20")
    assert twice.verdict is Verdict.PROVED
    assert len(twice.solutions) == 2
    with mp.workdps(30):
        for solution in twice.solutions:
            b = mpf(solution.decimal)
            assert abs((1 + b) * mpf(2) ** -b - mpf("1.05")) < mpf(10) ** -9
    assert (
        match("beta_divergence", to="cross_entropy", C=2, parameter="beta", weight="107/100").verdict is Verdict.REFUTED
    )


def test_a_parameter_that_kappa_does_not_depend_on() -> None:
    every = match("ldr_kl", to="cross_entropy", C=10, parameter="lambda_")
    assert [s.decimal for s in every.solutions] == [EVERY]
    none = match("ldr_kl", to="mae", C=10, parameter="lambda_")
    assert (none.verdict, none.solutions) == (Verdict.REFUTED, ())
    assert none.why == "kappa_a is more than kappa_b at all of them"


@pytest.mark.parametrize(
    ("a", "b", "parameter", "with_a_value"),
    [
        ("gce", "mae", "q", ["every C >= 3"]),  # C^-q = 2/C: q = 1 - log 2/log C, which is 0 at C = 2, outside (0, 1]
        ("sce", "mae", "lambda_", ["C = 2"]),  # 1 + lambda/C = 2/C: lambda = 2 - C >= 0
        ("poly_loss", "mae", "eps", ["C = 2", "C = 3"]),  # 1 + eps/C = 2/C: eps = 2 - C >= -1
    ],
)
def test_classes_without_a_value_are_not_claimed(a: str, b: str, parameter: str, with_a_value: list[str]) -> None:
    found = match(a, to=b, parameter=parameter)
    assert [str(s.classes) for s in found.solutions] == with_a_value
    title = str(found).split("\n\n")[0].replace("\n  ", " ")
    assert title.endswith(f"the values of {parameter} that make {a} match {b} are these, and no others")
    for classes in (2, 3, 4, 50):
        alone = match(a, to=b, C=classes, parameter=parameter)
        assert (alone.verdict is Verdict.PROVED) == any(classes in s.classes for s in found.solutions)


def test_values_under_a_condition_on_other_parameters_are_not_claimed_without_it() -> None:
    """1 + eps/10 = kappa of focal(gamma) has a solution eps >= -1 only where that kappa is at least 9/10."""
    found = match("poly_loss", to="focal", C=10, parameter="eps")
    assert found.solutions[0].where
    assert "are these, and no others" in str(found)


def test_a_weight_is_told() -> None:
    """C^-q = weight 2/C at C = 100: q = 1 at the weight 1/2; at 1/10 the right-hand side is 1/500 < 1/100."""
    half = match("gce", to="mae", C=100, parameter="q", weight="1/2")
    assert half.value == 1
    assert "at lambda_a/lambda_b = 1/2, both have one kappa/lambda" in str(half).replace("\n  ", " ")
    none = match("gce", to="mae", C=100, parameter="q", weight="1/10")
    assert none.why == "kappa_a is more than 1/10 kappa_b at all of them"


def test_weights_by_cases() -> None:
    """min(1, tau/C) over 2/C."""
    found = match("phuber_ce", to="mae")
    assert {(s.where, str(s.value)) for s in found.solutions} == {
        ("tau < C", "tau/2"), ("tau = C", "C/2"), ("tau > C", "C/2"),
    }  # fmt: skip
    assert all(s.classes == found.scope.classes for s in found.solutions)


def test_where_there_is_no_kappa() -> None:
    found = match("carlini_wagner", to="mae")
    assert found.verdict is Verdict.REFUTED
    assert [(str(s.classes), str(s.value)) for s in found.solutions] == [("C = 2", "2")]
    assert "carlini_wagner has the tier NONDIFF" in str(found)
    cut = match(losses.TruncatedGCE(k="1/2"), to="mae", C=10)
    assert cut.verdict is Verdict.REFUTED
    assert "ZERO" in cut.exceptions[0]


def test_the_quotient_is_told() -> None:
    found = match("one_vs_rest_logistic", to="cross_entropy", C=10)
    assert found.is_quotient
    assert "linear families with shared features" in str(found)
    assert not match("gce", to="cross_entropy", C=10).is_quotient


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        ("class_weighted_ce", {"to": "mae"}, FormulaError, "a: class_weighted_ce treats the classes differently, by w"),
        ("mae", {"to": "logit_adjusted_ce"}, FormulaError, "to: logit_adjusted_ce treats the classes differently"),
        ("gce", {"to": "mae", "parameter": "r"}, ParameterError, "gce has no free parameter r; free there: q"),
        (
            "gce",
            {"to": "mae", "parameter": sc.Parameter("q")},
            ParameterError,
            "the name of a free parameter of gce, as text",
        ),
        ("mae", {"to": "gce", "parameter": "q"}, ParameterError, "mae has no free parameter q; free there: none"),
        (losses.GCE(q="1/2"), {"to": "mae", "parameter": "q"}, ParameterError, "given as 1/2: leave it free"),
        ("gce", {"to": "gce", "parameter": "q"}, ParameterError, "q is free in both"),
        ("gce", {"to": "agce"}, ParameterError, "one name is one number"),
        ("hinge", {"to": "mae", "C": 3}, ScopeError, "hinge is about C = 2"),
        ("gce", {"to": "mae", "C": 1}, ScopeError, "C: got 1"),
        ("gce", {"to": "mae", "C": "ten"}, ScopeError, "C: got 'ten'"),
        ("gce", {"to": "mae", "C": 10, "classes": (2, 5)}, ScopeError, "give one of the two"),
        ("gce", {"to": "mae", "weight": 0}, ParameterError, "a number > 0"),
        ("gce", {"to": "mae", "weight": "1/2"}, ParameterError, "weight: got 1/2, and without a parameter it is what"),
        (3, {"to": "mae"}, FormulaError, "a: got int; "),
        ("mae", {"to": None}, FormulaError, "to: got NoneType; "),
        ("gce", {"to": "l2"}, FormulaError, "to: got l2, which has no label in it"),
        ("l2", {"to": "gce"}, FormulaError, "a: got l2"),
    ],
)
def test_bad_input_is_told_what_to_do(
    arguments: Any, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as caught:
        match(arguments, **options)
    assert words in str(caught.value)


def test_a_short_budget_is_open_and_no_error() -> None:
    found = match("nfl_rce", to="anl_ce", budget=1e-6)
    assert found.verdict is Verdict.UNDECIDED


def test_an_equation_with_other_free_parameters_says_what_to_give() -> None:
    found = match("agce", to="mae", C=10, parameter="q")
    assert found.verdict is Verdict.UNDECIDED
    assert found.reason is not None
    assert found.reason.code is Code.SIGN_UNKNOWN
    assert "values to other parameters" in found.reason.settle


def test_answers_are_values_and_pages() -> None:
    found: Match = match("focal", to="cross_entropy", C=10, parameter="gamma")
    again = match("focal", to="cross_entropy", C=10, parameter="gamma")
    assert (found, hash(found)) == (again, hash(again))
    assert pickle.loads(pickle.dumps(found)) == found
    assert repr(found) == "<Match PROVED: focal to cross_entropy, gamma, C = 10, every gamma in [0, oo)>"
    for page in (found.to_text(), found.to_markdown(), found.to_latex(), str(found)):
        assert "14.9239926480" in page
    assert found.value is None
    assert match("mae", to="cross_entropy", C=10).decimal == "0.2"
