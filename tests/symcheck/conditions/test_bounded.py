"""Bounded losses: ranges and rays over the whole catalogue, and attacks on both."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, ctx

import symcheck as sc
from symcheck.budget import Budget
from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.everywhere.bounded import boundedness_finding, bounds_of
from symcheck.conditions.everywhere.everywhere import ball_at, classes_tried, logits_tried, points_of
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named, names
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula, symbols
from symcheck.language.scope import Classes, Scope
from symcheck.readings.explicit.growth import START
from symcheck.readings.explicit.rays import growth_of
from tests.each import of_each

BOUNDED = frozenset({
    # a bounded function of p on [0, 1], or a share of a sum; the flag B of the literature's tables
    "agce", "alpha_loss", "amse", "anl_ce", "aul", "beta_divergence", "bi_tempered", "brier", "cosine", "gce", "jal_ce",
    "js_divergence", "logit_norm", "mae", "nce", "nce_agce", "nce_aul", "nce_mae", "nce_rce", "nfl", "nfl_detached",
    "nfl_mae", "nfl_rce", "nmae", "ova_sigmoid", "pairwise_sigmoid", "phuber_ce", "phuber_gce", "ramp",
    "reverse_cross_entropy", "sigmoid_margin", "soft_capped_ce", "squared_mae", "taylor_ce", "tempered_mae",
    "truncated_gce",
})  # fmt: skip

UNBOUNDED_BELOW = frozenset({
    # MUH and what has a negative multiple of a cross entropy, or of a score, in it
    "backward_uniform", "carlini_wagner", "muh", "negative_label_smoothing", "peer", "peer_uniform", "unhinged_margin",
})  # fmt: skip


def finding(formula: Formula, classes: Classes | None = None) -> Finding:
    return boundedness_finding(formula, Scope(classes or Classes()), Budget(20))


@of_each(names("loss"))
def test_which_losses_are_bounded(name: str) -> None:
    entry = loss_named(name)
    found = finding(entry.recorded, entry.classes)
    assert found.condition is Condition.LOSS_BOUNDED
    assert found.verdict is (Verdict.PROVED if name in BOUNDED else Verdict.REFUTED)
    assert ("not bounded below" in found.detail) is (name in UNBOUNDED_BELOW)
    assert (found.witness is None) is (name in BOUNDED)
    assert found.trust is (Trust.EXACT if name in BOUNDED else Trust.BALL)


@of_each(names("loss"))
def test_values_lie_in_the_range(name: str) -> None:
    """At C = 2, 3, 5 and at points z of several sizes the loss lies between the ends that were found."""
    entry = loss_named(name)
    scope = scope_with(Scope(entry.classes), entry.recorded)
    found = bounds_of(entry.recorded, scope, Budget(20)).range
    for classes in classes_tried(scope):
        for point in points_of(entry.recorded, scope, classes, 2):
            for z in (*logits_tried(classes, 2), *(tuple(20 * x for x in z) for z in logits_tried(classes, 2))):
                value = ball_at(entry.recorded, point, z, 1)
                for end, side in ((found.low, 1), (found.high, -1)):
                    if value is not None and end is not None and end.field.depends(end) <= {"C", *point.values}:
                        bound = end.ball({"C": Fraction(classes), **point.values}, 200)
                        assert not (value - bound) * side < 0, (classes, z, point.values)


RAYS = [
    (Fraction(0), Fraction(1)),
    (Fraction(0), Fraction(-1)),
    (Fraction(2), Fraction(-1)),
    (Fraction(1), Fraction(1)),
]


@of_each(names("loss"))
def test_values_lie_between_the_lines_of_a_ray(name: str) -> None:
    """Along several rays the loss lies between its linear bounds at t = 8, 16 and 40, and at the same log t."""
    entry = loss_named(name)
    scope = scope_with(Scope(entry.classes), entry.recorded)
    point = next(points_of(entry.recorded, scope, 2))
    lies_between_its_lines(entry.recorded.with_arrays(point.arrays), point)


WAVES = [
    "sin(z[y])", "cos(3)*z[y]", "z[y]*erf(z[y] + 1)", "arctan(-z[y])*total(z) + 1", "erf(exp(z[y]) - 2)**2",
    "exp(z[y])*(1 + arctan(exp(z[y])))", "z[y]/2*(1 + erf(z[y]/sqrt(2)))", "cos(total(z))/(2 + sin(z[y]))",
    "log(2 + arctan(z[y]))", "arctan(1)*erf(1/2)*z[y]**2",
]  # fmt: skip


@pytest.mark.parametrize("text", WAVES)
def test_values_of_angles_lie_between_the_lines_of_a_ray(text: str) -> None:
    lies_between_its_lines(parsed(text), ArrayPoint(2, {}, {}))


def lies_between_its_lines(formula: Formula, point: ArrayPoint) -> None:
    """Along several rays the formula lies between its linear bounds at t = 8, 16 and 40, and at the same log t."""
    for direction in RAYS:
        for steep in (False, True):
            with ctx.workprec(128):
                growth = growth_of(formula, direction, point.values, y=0, steep=steep)
            for size in (2**12, 2**14) if steep else (START, 2 * START, 5 * START):
                value = ball_at(formula, ArrayPoint(2, {}, point.values), [d * size for d in direction], 1)
                with ctx.workprec(128):
                    t = arb(size).log() if steep else arb(size)
                    for line, side in ((growth.low, 1), (growth.high, -1)):
                        if value is not None and line is not None:
                            assert not (value - line.slope * t - line.level) * side < 0, (direction, steep, size)


def recorded(code: object) -> Formula:
    z, y = symbols()
    return Formula.of(code(z, y))  # type: ignore[operator]


NOT_BOUNDED = {
    # each is one change away from a bounded loss
    "log of p_y alone": lambda z, y: -sc.log(sc.softmax(z)[y]),
    "p_y to a negative power": lambda z, y: sc.softmax(z)[y] ** Fraction(-1, 100),
    "NCE with the logits": lambda z, y: z[y] / sc.total(sc.log_softmax(z)) * sc.total(z**2),
    "x log x of a logit": lambda z, y: sc.exp(z[y]) * z[y],
    "a score over half of its norm": lambda z, y: z[y] / sc.total(z**2) ** Fraction(1, 4),
    "an iterated logarithm": lambda z, y: sc.log(1 + sc.softplus(z[y])),
    "a bounded function and a little of a score": lambda z, y: sc.softmax(z)[y] + z[y] / 10**9,
    "the square root of a score": lambda z, y: sc.sqrt(1 + z[y] ** 2),
    "a share that is 0/0 off a set": lambda z, y: z[y] / sc.total(z),
}


@pytest.mark.parametrize("name", NOT_BOUNDED)
def test_unbounded_formulas_are_not_proved_bounded(name: str) -> None:
    assert finding(recorded(NOT_BOUNDED[name])).verdict is not Verdict.PROVED


IS_BOUNDED = {
    # each looks as if it might not be
    "x log x of p": lambda z, y: sc.total(sc.softmax(z) * sc.log_softmax(z)),
    "p_y to a positive power": lambda z, y: sc.softmax(z)[y] ** Fraction(1, 100),
    "a score over its norm": lambda z, y: z[y] / sc.sqrt(sc.total(z**2)),
    "the cross entropy, clamped": lambda z, y: sc.minimum(-sc.log_softmax(z)[y], 7),
    "the hyperbolic tangent": lambda z, y: sc.tanh(z[y]) * sc.tanh(-z[y]),
    "a score in an exponent of a negative square": lambda z, y: sc.exp(-sc.total(z**2)),
    "a sine and a cosine": lambda z, y: sc.sin(z[y]) * sc.cos(sc.total(z)),
    "an arc tangent and an error function": lambda z, y: sc.arctan(z[y]) - sc.erf(sc.exp(z[y])),
    "an arc cosine": lambda z, y: sc.arccos(sc.softmax(z)[y]),
}


@pytest.mark.parametrize("name", IS_BOUNDED)
def test_bounded_formulas_are_not_refuted(name: str) -> None:
    assert finding(recorded(IS_BOUNDED[name])).verdict is Verdict.PROVED


def test_a_parameter_may_decide() -> None:
    """Forward correction is bounded for a < 1, -log(a p_y + (1 - a)/C) <= -log((1 - a)/C), and not for a = 1."""
    free = loss_named("forward_uniform")
    assert finding(free.recorded).verdict is Verdict.REFUTED
    found = finding(free.at(a="2/3").recorded)
    assert found.verdict is Verdict.PROVED
    assert finding(free.at(a=1).recorded).verdict is Verdict.REFUTED


def test_given_weights_are_bounded() -> None:
    """w_y (1 - p_y) lies between 0 and the largest weight."""
    w = sc.ClassParameter("w", (1, 10, 1), above=0)
    found = finding(recorded(lambda z, y: w[y] * (1 - sc.softmax(z)[y])), Classes(3, 3))
    assert (found.verdict, found.detail) == (Verdict.PROVED, "0 <= l(z, y) <= 10 for every z")


@of_each(names("loss"))
def test_large_numbers_of_classes_have_the_bounds_of_small_ones(name: str) -> None:
    """What is bounded or not for 5 classes is so for 100, where rays have three entries, and the rest is equal."""
    entry = loss_named(name)
    if entry.recorded.is_classwise or 100 not in entry.classes:
        return
    formula = entry.at(**{p.name: p.default for p in entry.parameters}).recorded
    small, large = finding(formula, Classes(5, 5)), finding(formula, Classes(100, 100))
    if small.verdict is Verdict.UNDECIDED or name in SHARE_IS_OPEN:
        assert large.verdict in (small.verdict, Verdict.UNDECIDED)
        return
    assert large.verdict is small.verdict
    assert large.witness is None or large.witness.classes == 100


SHARE_IS_OPEN = frozenset({"epsilon_softmax"})
"""Of classes that stand for many no leader is known, which it takes."""


def test_a_ray_with_many_classes_is_shown_with_its_equal_entries_once() -> None:
    found = finding(parsed("logsumexp(z) - z[y]", kind="loss"), Classes(100, 100))
    assert found.witness is not None
    assert found.witness.quantity == (
        f"the slope of a linear lower bound of l(z, 1) along z = t (0, 1, 0, ..., 0), t >= {START},"
    )
