"""Regions: their ends by hand, and each statement about a point against the certificate at that point."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import symcheck as sc
from symcheck.design.region import region
from symcheck.design.regions.piece import Inequality, Piece, Range, Words
from symcheck.design.regions.root import Root
from symcheck.design.regions.value import Region
from symcheck.errors import FormulaError, ScopeError, UnknownNameError
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.language.formula import Formula, symbols
from symcheck.language.parameter import Parameter
from tests.sampled import one_in

P, R, U = Verdict.PROVED, Verdict.REFUTED, Verdict.UNDECIDED
F = Fraction


def cross_entropy(z: Any, y: Any) -> Any:
    return sc.logsumexp(z) - z[y]


t, u = Parameter("t", default=1), Parameter("u", above=0, below=10)
m, n = Parameter("m", at_least=1, at_most=7, integer=True), Parameter("n", at_least=0, integer=True)
k = Parameter("k", at_least=-2, at_most=3)


def scaled(factor: Any) -> Any:
    """Cross entropy times a factor in C, whose kappa is that factor (b_y = -o_y for cross entropy)."""
    return lambda z, y: factor(z.C) * cross_entropy(z, y)


def discopop(z: Any, y: Any) -> Any:
    """Lu et al. 2024, at C = 2: h = beta (z_y - z_other), a mix of the logistic and the exponential loss."""
    beta, tau = Parameter("beta", above=0), Parameter("tau", above=0)
    h = beta * (2 * z[y] - sc.total(z))
    share = sc.sigmoid(h / tau)
    return -(1 - share) * sc.log(sc.sigmoid(h)) + share * sc.exp(-h)


BY_HAND = [
    # THEORY 16: kappa = beta (3 tau - 1 + log 2)/(2 tau)
    (discopop, "l2", 2, "PROVED exactly where tau > (1 - log(2))/3", ["tau in ((1 - log(2))/3, oo)"]),
    # kappa = 1 + eps/C
    (lambda z, y: cross_entropy(z, y) - Parameter("eps") * sc.softmax(z)[y], "l2", None,
     "PROVED exactly where eps > -C", ["eps in (-C, oo)"]),
    # the gradient at 0 jumps where log p is cut at p = 1/C
    ("phuber_ce", "l2", None, "PROVED exactly where tau != C", ["tau in (1, oo) without C"]),
    ("phuber_gce", "l2", None, "PROVED exactly where tau != C**(1 - q)", ["tau in (1, oo) without C**(1 - q)"]),
    ("truncated_gce", "l2", None, "PROVED exactly where k < 1/C", ["k in (0, 1/C)"]),
    ("bce_pos_weight", "l2", None, "PROVED exactly where w = C - 1", ["w = C - 1"]),
    ("one_vs_rest_logistic", "l2", None, "PROVED exactly for C = 2", [""]),
    ("gce", "l2", None, "PROVED everywhere", [""]),
    ("square", "l2", None, "PROVED nowhere", []),
    # a clamp at 1e-7 is dead while 1/C is above it
    (lambda z, y: -sc.log(sc.maximum(sc.softmax(z)[y], F(1, 10**7))), "l2", None,
     "PROVED exactly for 2 <= C <= 9,999,999", [""]),
    # forward correction of noise rho: kappa = 1 - rho C/(C - 1), which is > 0 iff rho < (C - 1)/C
    (lambda z, y: (1 - Parameter("rho", at_least=0, below=1) * z.C / (z.C - 1)) * cross_entropy(z, y), "l2", None,
     "PROVED exactly where rho < (C - 1)/C", ["rho in [0, (C - 1)/C)"]),
    (scaled(lambda C: t - sc.log(C)), "l2", None, "PROVED exactly where t > log(C)", ["t in (log(C), oo)"]),
    (scaled(lambda C: 2 - sc.exp(t)), "l2", None, "PROVED exactly where t < log(2)", ["t in (-oo, log(2))"]),
    (scaled(lambda C: (t - 1) * (t - 2)), "l2", None, "PROVED exactly where t < 1 or where t > 2",
     ["t in (-oo, 1)", "t in (2, oo)"]),
    (scaled(lambda C: t**2 - t - 1), "l2", None,
     "PROVED exactly where t < (1 - sqrt(5))/2 or where t > (1 + sqrt(5))/2",
     ["t in (-oo, (1 - sqrt(5))/2)", "t in ((1 + sqrt(5))/2, oo)"]),
    (scaled(lambda C: (t - 1) ** 2), "l2", None, "PROVED exactly where t != 1", ["t in (-oo, oo) without 1"]),
    # the plastic number 1.32471795...
    (scaled(lambda C: t**3 - t - 1), "l2", None,
     "PROVED exactly where t > the root of t**3 - t - 1 between 1.324717 and 1.324718",
     ["t in (the root of t**3 - t - 1 between 1.324717 and 1.324718, oo)"]),
    # 2 - W(e^2) = 0.44285440100...
    (scaled(lambda C: sc.exp(t) + t - 2), "l2", None,
     "PROVED exactly where t > the root of t + exp(t) - 2 between 0.442854 and 0.442855",
     ["t in (the root of t + exp(t) - 2 between 0.442854 and 0.442855, oo)"]),
    # no end is found for every C: the inequality says it
    (scaled(lambda C: t**3 - C), "l2", None, "PROVED exactly where -C + t**3 > 0", ["-C + t**3 > 0"]),
    # at a fixed C it has one
    (scaled(lambda C: t**3 - C), "l2", 2, "PROVED exactly where t > the root of t**3 - 2 between 1.259921 and 1.259922",
     ["t in (the root of t**3 - 2 between 1.259921 and 1.259922, oo)"]),
    (scaled(lambda C: n - 3), "l2", None, "PROVED exactly where n >= 4", ["n in [4, oo) of integers"]),
    (scaled(lambda C: n**2 - 7), "l2", None, "PROVED exactly where n >= 3", ["n in [3, oo) of integers"]),
    (scaled(lambda C: 2 - k), "l2", None, "PROVED exactly where k < 2", ["k in [-2, 2)"]),
    (scaled(lambda C: k + 2), "l2", None, "PROVED exactly where k > -2", ["k in (-2, 3]"]),
    (scaled(lambda C: 4 - k), "l2", None, "PROVED everywhere", [""]),
    (scaled(lambda C: k - 3), "l2", None, "PROVED nowhere", []),
    (scaled(lambda C: t - u), lambda z: (u - 2) * sc.total(z**2), None, "PROVED exactly where t > u and u > 2",
     ["t in (u, oo), u in (2, 10)"]),
    # the eigenvalues of total(z^2) + t total(z)^2 are 2 and 2 + 2 t C; where the second is 0, invariance decides
    ("cross_entropy", lambda z: sc.total(z**2) + t * sc.total(z) ** 2, None, "PROVED where t > -1/C",
     ["t in (-1/C, oo)"]),
    ("cross_entropy", lambda z: (t**3 - t - 1) * sc.total(z**2), None,
     "PROVED exactly where t > the root of t**3 - t - 1 between 1.324717 and 1.324718",
     ["t in (the root of t**3 - t - 1 between 1.324717 and 1.324718, oo)"]),
    ("class_weighted_ce", "l2", None, "PROVED where w_1 = ... = w_C", ["w_1 = ... = w_C"]),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "penalty", "classes", "headline", "pieces"), BY_HAND)
def test_by_hand(loss: Any, penalty: Any, classes: int | None, headline: str, pieces: list[str]) -> None:
    found = region(loss, penalty, classes=classes)
    assert found.headline.startswith(f"{headline}: ")
    assert [", ".join(c.text if isinstance(c, Range) else c.where for c in (*p.ranges, *p.besides))
            for p in found.proved] == pieces  # fmt: skip
    assert found.is_nowhere is (headline == "PROVED nowhere")
    assert found.is_proved_somewhere is not found.is_nowhere
    assert len(repr(found)) < 100
    assert found.is_everywhere is (headline == "PROVED everywhere")
    assert found.is_exact is ("PROVED where" not in headline)
    check(found)


# each statement about a point, against the certificate there


def number(end: sp.Expr | Root, classes: int, values: dict[str, Fraction]) -> tuple[Any, Any]:
    """The interval in which an end lies at a point, of one number where it is an expression."""
    if isinstance(end, Root):
        return sp.Rational(end.low.numerator, end.low.denominator), sp.Rational(
            end.high.numerator, end.high.denominator
        )
    value = at(end, classes, values)
    return value, value


def at(expression: sp.Expr, classes: int, values: dict[str, Fraction]) -> Any:
    known = {"C": sp.Integer(classes), **{n: sp.Rational(v.numerator, v.denominator) for n, v in values.items()}}
    value = expression.subs({s: known[s.name] for s in expression.free_symbols})
    return value if value.is_Rational else sp.N(value, 60)


def in_range(one: Range, classes: int, values: dict[str, Fraction]) -> bool | None:
    """Whether the point is in the range; None if it lies in the interval of a root."""
    x = sp.Rational(values[one.parameter].numerator, values[one.parameter].denominator)
    sides = []
    for end, is_open, sign in ((one.low, one.low_open, 1), (one.high, one.high_open, -1)):
        if end is None:
            continue
        low, high = number(end, classes, values)
        if low < x < high:
            return None
        if isinstance(end, Root):  # it lies strictly between the two
            sides.append(sign * (x - (low + high) / 2) > 0)
        else:
            sides.append(sign * (x - low) > 0 or (x == low and not is_open))
    return all(sides) and all(isinstance(e, Root) or x != number(e, classes, values)[0] for e in one.without)


def holds(piece: Piece, classes: int, values: dict[str, Fraction]) -> bool | None:
    if classes not in piece.classes:  # its ends need not exist there
        return False
    found = [in_range(one, classes, values) for one in piece.ranges]
    for one in piece.besides:
        if isinstance(one, Words):
            return None
        assert isinstance(one, Inequality)
        value = at(one.function, classes, values)
        found.append(bool({">": value > 0, "<=": value <= 0, "<": value < 0, "=": value == 0}[one.relation]))
    return False if False in found else None if None in found else True


NEAR = tuple(map(F, ("1/7", "-2", "1", "1/2", "3/2", "2", "5/2", "3", "7/2", "12")))


def points(found: Region) -> Iterator[tuple[int, dict[str, Fraction]]]:
    """Small numbers of classes and values inside; and for each end of a range both of its sides."""
    parameters = found.scope.parameters
    few = [[v for v in NEAR if v in p.interval][:4] or [inside(p)] for p in parameters]
    rows = [dict(zip([p.name for p in parameters], row, strict=True)) for row in product(*few)]
    every = [c for c in (2, 3, 11) if c in found.scope.classes] or [found.scope.classes.low]
    for classes in every:
        for row in rows[:: max(1, len(rows) // 3)]:
            yield classes, row
    for piece in (*found.proved, *found.refuted):
        for one, classes in product(piece.ranges, [c for c in every if c in piece.classes]):
            for end, row in product(one.ends, rows[:1]):
                low, high = number(end, classes, row)
                for value in (low - sp.Rational(1, 10**4), low, high, high + sp.Rational(1, 10**4)):
                    # of an irrational end the sides alone are points that can be written down
                    near = F(str(sp.nsimplify(value, rational=True))) if value.is_Rational else F(f"{value:.7f}")
                    if near in one.interval:
                        yield classes, {**row, one.parameter: near}


def inside(p: Parameter) -> Fraction:
    low, high = p.interval.low, p.interval.high
    assert low is not None
    return (low + high) / 2 if high is not None else low + 1


def check(found: Region) -> int:
    """Each statement about the points against the certificate there; how many points were looked at."""
    if found.scope.arrays:
        return 0
    looked = 0
    for classes, values in dict.fromkeys((c, tuple(sorted(v.items()))) for c, v in points(found)):
        row = dict(values)
        told = {v for v, ps in ((P, found.proved), (R, found.refuted), (U, found.open)) for p in ps
                if holds(p, classes, row)}  # fmt: skip
        unsure = any(holds(p, classes, row) is None for p in (*found.proved, *found.refuted, *found.open))
        assert told or unsure, (classes, row, "nothing is said of it")
        assert not {P, R} <= told, (classes, row)
        if told and U not in told:
            there = sc.certify(found.loss, found.regularizer).at(C=classes, **row)
            assert there.verdict is next(iter(told)), (found.headline, classes, row, there.headline)
            looked += 1
    return looked


@pytest.mark.parametrize("loss", one_in(8, names("loss")))
def test_losses_of_the_catalogue(loss: str) -> None:
    check(region(loss, "l2"))


WITH_CASES = [
    "phuber_ce", "phuber_gce", "truncated_gce", "bce_pos_weight", "one_vs_rest_logistic", "sigmoid_focal",
]  # fmt: skip


@pytest.mark.parametrize("loss", WITH_CASES)
def test_losses_that_are_told_by_cases(loss: str) -> None:
    found = region(loss, "l2")
    assert check(found) >= 3
    assert {p.verdict for p in sc.certify(loss, "l2").cases if not p.is_special} <= {P, R}


@pytest.mark.parametrize("regularizer", one_in(6, names("regularizer")))
def test_regularizers_of_the_catalogue(regularizer: str) -> None:
    check(region("cross_entropy", regularizer))


@pytest.mark.parametrize("loss", one_in(9, names("loss")))
def test_it_is_what_the_certificate_says(loss: str) -> None:
    found, cert = region(loss, "l2"), sc.certify(loss, "l2")
    assert found.is_everywhere is (cert.verdict is P)
    assert found.is_proved_somewhere is any(case.verdict is P for case in cert.cases)
    assert (found.loss, found.regularizer, found.scope) == (cert.loss, cert.regularizer, cert.scope)


numbers = st.fractions(min_value=-3, max_value=3, max_denominator=4)
Z, Y = symbols()
C = Z.C


@st.composite
def factors(draw: st.DrawFn) -> Any:
    """A factor whose sign changes at a zero that has an expression, at a root, or where an inequality alone says it."""
    a, b = draw(numbers), draw(numbers)
    return draw(
        st.sampled_from(
            [t - a, a - t, t - C, C - t, t * C - a, (t - a) * (t**3 - b), (t - a) * (t - b), t**2 - a * t - b,
             t**3 - a * t - b, t**3 - C, sc.exp(t) - a * a - F(1, 4), sc.exp(t) + t - a, t - a * sc.log(C),
             t**5 + t - b, (t - a) / (1 + t**2), (t**2 - t - a) * (t**2 - b), (t - C) * (t**3 - a),
             (t - sc.exp(a)) * (t**3 - b), sc.abs(t - a) - F(1, 2), sc.relu(t - a), sc.maximum(t, a),
             sc.branch(t - a, 1, b), t - u, u - a, k - a, a - k, k**3 - a, k**4 - a * k, n - C * a, n - a, m**2 - 5,
             (n - a) * (n - C)]
        )
    )  # fmt: skip


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Formula, Formula]:
    """Cross entropy with one or two such factors, and half the squared norm with one or none."""
    loss, penalty = cross_entropy(Z, Y), sc.total(Z**2) / 2
    for _ in range(draw(st.integers(1, 2))):
        loss = draw(factors()) * loss
    if draw(st.integers(0, 3)) == 0:
        penalty = draw(factors()) * penalty
    return Formula.of(loss), Formula.of(penalty)


def check_generated(pair: tuple[Formula, Formula]) -> None:
    try:
        found = region(*pair, classes=(2, 12))
    except sc.SymcheckError:  # one parameter in two roles, a formula without a value
        return
    check(found)
    assert pickle.loads(pickle.dumps(found)) == found


@given(pairs())
@settings(max_examples=6, deadline=None)
def test_generated_pairs(pair: tuple[Formula, Formula]) -> None:
    check_generated(pair)


@pytest.mark.slow
@given(pairs())
@settings(max_examples=400, deadline=None)
def test_more_generated_pairs(pair: tuple[Formula, Formula]) -> None:
    check_generated(pair)


def test_ends_have_their_decimals() -> None:
    # (1 - log 2)/3 = (1 - 0.69314718...)/3 = 0.10228427..., and (1 - sqrt 5)/2 = -0.61803398...
    assert "(1 - log(2))/3 = 0.102284..." in str(region(discopop, "l2", classes=2))
    text = str(region(scaled(lambda C: t**2 - t - 1), "l2"))
    assert "(1 - sqrt(5))/2 = -0.618033..." in text
    assert "(1 + sqrt(5))/2 = 1.618033..." in text
    # log C has one where C is one number, and none is written beside a rational end
    assert "log(3) = 1.098612..." in str(region(scaled(lambda C: t - sc.log(C)), "l2", classes=3))
    assert "..." not in str(region(scaled(lambda C: t - F(1, 3)), "l2"))


def test_a_double_root_and_roots_that_are_close() -> None:
    # (t^3 - 2)(1000001 t^3 - 2000003) has roots that agree in 6 decimals and more: 2^(1/3)(1 + 1.7e-7)
    found = region(scaled(lambda C: (t**3 - 2) * (10**7 * t**3 - 20000003)), "l2")
    check(found)
    # of one irreducible polynomial: t^4 - (2 + 10^-13) t^2 + 1 has two roots near 1 +- 1.6e-7
    close = region(scaled(lambda C: t**4 - (2 + F(1, 10**13)) * t**2 + 1), "l2")
    ends = [end for piece in close.proved for end in piece.ends]
    assert len(ends) == 4
    assert all(isinstance(end, Root) and end.high - end.low == F(1, 10**12) for end in ends)
    check(close)
    # (t^2 - 5)(t^2 - t - 1) changes its sign four times: at -2.236, -0.618, 1.618, 2.236
    four = region(scaled(lambda C: (t**2 - 5) * (t**2 - t - 1)), "l2")
    assert [[r.where for r in p.ranges] for p in four.proved] == [
        ["t < -sqrt(5)"], ["t > (1 - sqrt(5))/2 and t < (1 + sqrt(5))/2"], ["t > sqrt(5)"],
    ]  # fmt: skip
    check(four)


def test_values_and_pages() -> None:
    found = region("truncated_gce", "l2")
    assert found == region("truncated_gce", "l2")
    assert hash(found) == hash(region("truncated_gce", "l2"))
    assert found != region("truncated_gce", "l2", classes=3)
    assert pickle.loads(pickle.dumps(found)) == found
    assert repr(found) == "<Region PROVED exactly where k < 1/C: truncated_gce + l2>"
    assert found.to_text().startswith("PROVED exactly where k < 1/C: truncated_gce + l2")
    assert found.to_markdown().startswith("### **PROVED** exactly where $k \\lt 1/C$".replace("\\\\", "\\"))
    assert r"\textbf{PROVED} exactly where" in found.to_latex()
    assert found._repr_markdown_() == found.to_markdown()
    assert sc.region is region


def test_classes_that_are_asked_for() -> None:
    assert region("one_vs_rest_logistic", "l2", classes=2).is_everywhere
    assert region("one_vs_rest_logistic", "l2", classes=(3, 9)).is_nowhere
    assert region("truncated_gce", "l2", classes=10).headline.startswith("PROVED exactly where k < 1/10")


def test_what_is_open_says_why() -> None:
    found = region("carlini_wagner", "l2")
    assert [p.note for p in found.open] == ["it fails at some points there"]
    unread = region("cross_entropy", "l2", budget=1e-9)
    assert not unread.is_nowhere  # what was derived before costs no budget
    kinked = region("cross_entropy", lambda z: sc.total(z**2) + sc.total(sc.sin(z) ** 2) * t, classes=3)
    check(kinked)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        (("gcee", "l2"), {}, UnknownNameError, "loss: there is no loss called 'gcee'; did you mean gce"),
        (("l2", "gce"), {}, UnknownNameError, "loss: l2 is a regularizer; the loss comes first"),
        (("gce", "gce"), {}, UnknownNameError, "regularizer: gce is a loss"),
        (("z[y]**p", "l2"), {}, FormulaError, "loss: the formula uses the unknown name p"),
        (("hinge", "l2"), {"classes": 3}, ScopeError, "classes: got C = 3, and hinge is about C = 2"),
        (("gce", "l2"), {"classes": 1}, ScopeError, "classes: got 1"),
    ],
)
def test_bad_input(arguments: Any, options: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        region(*arguments, **options)
    assert str(caught.value).startswith(message)
