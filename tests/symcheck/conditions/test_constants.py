"""Constants of losses at every z, held against derivatives at points by a reading that knows nothing of them."""

from __future__ import annotations

import random
from fractions import Fraction
from math import inf, sqrt

import pytest

from symcheck.conditions.constants.curvature_bounds import curvature_bounds
from symcheck.conditions.constants.loss_constants import LossConstants, loss_constants
from symcheck.conditions.constants.strong_convexity import strong_convexity
from symcheck.conditions.constants.third_derivative import OF_SOFTMAX
from symcheck.errors import ParameterError, ScopeError
from symcheck.intake.catalogue import loss_named, names
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.reason import Undecided
from tests.each import of_each
from tests.symcheck.conditions.constants_at_points import at_gap, derivatives_along, length, points

NEAR = 1e-9
"""Points are fractions of a million: what rounding makes of a bound that is attained."""


def constants_of(name: str, classes: int) -> tuple[Formula, dict[str, Fraction], LossConstants]:
    formula = loss_named(name).recorded
    values = {p.name: p.default for p in formula.parameters if p.default is not None}
    return formula, values, loss_constants(formula, classes=classes, parameters=values)


def require_bounds(
    formula: Formula, values: dict[str, Fraction], found: LossConstants, classes: int, count: int
) -> None:
    draw = random.Random(f"{formula}{classes}")
    for z, v in points(classes, draw, count):
        at = derivatives_along(formula, z, v, values)
        if at is None:
            continue
        second, third = at
        size = length(v)
        assert second >= -(found.mu + NEAR) * size**2, (str(formula), z, v)
        if found.third is not None:
            assert abs(third) <= (found.third + NEAR) * size**3, (str(formula), z, v)


def bounds_hold(name: str, classes: int, count: int) -> None:
    if classes not in loss_named(name).classes:
        return
    formula, values, found = constants_of(name, classes)
    assert found.kind in ("convex", "one scalar", "none")
    assert (found.mu == inf) == (found.kind == "none")
    assert (found.mu == 0) == (found.kind == "convex")
    assert found.lower is not None or found.reach == inf
    if found.kind != "none":
        assert found.reach == inf or classes == 2  # at C = 2 every loss is a function of the gap, quotients as well
        require_bounds(formula, values, found, classes, count if found.mu else (count + 1) // 2)


ALIKE = [name for name in names("loss") if not loss_named(name).recorded.arrays]


@of_each(ALIKE)
def test_the_constants_are_bounds_at_points(name: str) -> None:
    bounds_hold(name, 4, count=2)


@pytest.mark.slow
@pytest.mark.parametrize("classes", [2, 3, 7])
@of_each(ALIKE)
def test_the_constants_are_bounds_at_many_points(name: str, classes: int) -> None:
    bounds_hold(name, classes, count=30)


SHARP = ["agce", "alpha_loss", "aul", "focal", "forward_uniform", "gce", "mae", "nmae", "phuber_ce", "phuber_gce",
         "poly_loss", "reverse_cross_entropy", "soft_capped_ce", "squared_mae", "symmetric_cross_entropy", "taylor_ce",
         "tempered_mae"]  # fmt: skip
CONVEX = ["cross_entropy", "cosface", "ldr_kl", "temperature_ce", "sce", "adaboost_mr", "alpha_loss_below_one"]


@of_each(SHARP)
def test_mu_is_near_to_what_is_attained(name: str) -> None:
    """Within 3 %: the least D^2 l[v, v] over points at which one class has all of the rest, on a grid of gaps."""
    formula, values, found = constants_of(name, 4)
    assert found.kind == "one scalar"
    attained = 0.0
    for gap in (*(n / 6 for n in range(-24, 49)), 2.1973):  # phuber_ce is worst beyond its switch, at log 9
        z, v = at_gap(gap, 4)
        at = derivatives_along(formula, z, v, values)
        assert at is not None
        attained = max(attained, -at[0] / 2)  # ||v||^2 = 2
    assert attained <= found.mu + NEAR
    assert found.mu <= 1.03 * attained


@of_each(CONVEX)
def test_convex_losses_have_none(name: str) -> None:
    for classes in (2, 3, 10):
        found = constants_of(name, classes)[2]
        assert (found.kind, found.mu, found.reach) == ("convex", 0, inf)


@pytest.mark.parametrize(
    ("text", "mu"),
    [
        ("1 - softmax(z)[y]", sqrt(3) / 9),  # 2 sup p (1 - p) (1 - 2 p), at p = (1 + sqrt(3)/3)/2
        ("(1 - softmax(z)[y]**(7/10))/(7/10)", 0.2007),  # THEORY 12
        ("-(1 - softmax(z)[y])**2*log_softmax(z)[y]", 0.0944),  # THEORY 12
        ("3*softmax(5*z)[y]", 3 * 25 * sqrt(3) / 9),  # -phi has the curvature of phi turned
    ],
)
def test_mu_by_hand(text: str, mu: float) -> None:
    found = loss_constants(parsed(text), classes=5, parameters={})
    assert mu * (1 - 1e-3) <= found.mu <= 1.03 * mu


def test_where_phi_falls_two_other_classes_count() -> None:
    """l = -10 tanh(g/100): phi' = -.1 at g = 0, phi'' ~ 0; .05 = .1/2 is attained at pi = (1/2, 1/2) for C >= 3."""
    formula = parsed("-10*tanh((logsumexp(z, but=y) - z[y])/100)")
    found = loss_constants(formula, classes=3, parameters={})
    assert found.mu == pytest.approx(0.05, rel=0.02)
    assert loss_constants(formula, classes=2, parameters={}).mu < 0.002  # 2 sup|phi''| = 20/100^2 * 4/(3 sqrt(3))


def test_a_curvature_that_is_worst_far_out_is_not_missed() -> None:
    """-A sech^2-like dents at g = 0 and, deeper, at g = 200: 2 sup(-phi'') is that of the deeper one."""
    dent = "4*sigmoid({0})*sigmoid(-({0}))"
    gap = "(logsumexp(z, but=y) - z[y]"
    text = f"{dent.format(gap + ')')} + 5*{dent.format(gap + ' - 200)')}"
    near = loss_constants(parsed(dent.format(gap + ")")), classes=3, parameters={})
    far = loss_constants(parsed(text), classes=3, parameters={})
    assert near.mu == pytest.approx(1.0, rel=0.02)  # phi = sech^2(g/2), phi''(0) = -1/2
    assert far.mu == pytest.approx(5.0, rel=0.02)
    assert far.reach == inf


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "maximum(softmax(z)[y], 1/5)",
            "one scalar",
        ),  # constant, then p_y from 1/5 on: the slope in g goes from - to 0
        ("abs(softmax(z)[y] - 2/7)", "one scalar"),
        ("-maximum(softmax(z)[y], 1/5)", "none"),
        ("minimum(logsumexp(z) - z[y], 3)", "none"),
        ("-abs(logsumexp(z, but=y) - z[y])", "none"),  # the kink is at the gap 0
        ("branch(softmax(z)[y] - 1/5, 1, 0)", "none"),  # it jumps
        ("branch(softmax(z)[y] - 1/5, softmax(z)[y]**2, softmax(z)[y]/5)", "one scalar"),  # the slope in g rises
        ("branch(softmax(z)[y] - 1/5, softmax(z)[y]/5, softmax(z)[y]**2)", "none"),  # it falls
        ("branch(softmax(z)[y] - 1/5, softmax(z)[y]**2, 2/5*softmax(z)[y] - 1/25)", "one scalar"),  # a tangent
        ("branch(softmax(z)[y] - 1/5, softmax(z)[y]**2, 2/5*softmax(z)[y] - 1/25 - 1/10**9)", "none"),  # not quite
        ("branch(softmax(z)[y] - 1/5, softmax(z)[y]**2, (2/5 + 1/10**9)*(softmax(z)[y] - 1/5) + 1/25)", "none"),
        # two kinks that no cell keeps apart, the second one downwards
        ("2*relu(logsumexp(z) - z[y] - 1) - relu(logsumexp(z) - z[y] - 1 - 1/10**12)", "none"),
        ("clamp(1 - softmax(z)[y], 1/10, 9/10)", "none"),
    ],
)
def test_kinks(text: str, kind: str) -> None:
    formula = parsed(text)
    found = loss_constants(formula, classes=4, parameters={})
    assert found.kind == kind
    assert found.third is None
    if kind == "none":
        assert found.mu == inf
        assert found.why
    else:
        require_bounds(formula, {}, found, 4, count=8)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("z[y] - logsumexp(2*z)", "not shown to be convex"),
        ("total((softmax(z) - onehot(y))**2)", "not shown to be convex"),
        ("-log_softmax(z)[y]*(1 - detach(softmax(z)[y]))", "detached"),
        ("-(logsumexp(z) - z[y])**2", "no lower bound"),
        ("sin(exp(logsumexp(z, but=y) - z[y]))", "no lower bound"),
    ],
)
def test_what_has_no_bound_says_why(text: str, why: str) -> None:
    found = loss_constants(parsed(text), classes=3, parameters={})
    assert (found.kind, found.mu, found.third) == ("none", inf, None)
    assert why in found.why


@pytest.mark.parametrize("text", ["cosh({})", "arctan({})/9", "erf({})", "log(1 + ({})**2)", "exp(-({})**2)"])
def test_where_it_is_open_how_phi_is_far_out_the_reach_says_so(text: str) -> None:
    formula = parsed(text.format("logsumexp(z, but=y) - z[y]"))
    found = loss_constants(formula, classes=3, parameters={})
    if found.kind == "one scalar":
        assert found.third is None or found.reach < inf
        require_bounds(formula, {}, found, 3, count=6)
    assert found.reach == inf or 1e7 < found.reach < 2e7


def test_free_entries_are_named() -> None:
    found = constants_of("class_weighted_ce", 3)[2]
    assert found.kind == "none"
    assert "w" in found.why


def test_class_weights_that_are_given_leave_cross_entropy_convex() -> None:
    weighted = loss_named("class_weighted_ce", w=[1, 10, 1]).recorded
    assert loss_constants(weighted, classes=3, parameters={}).kind == "convex"
    with pytest.raises(ScopeError, match="classes=3"):
        loss_constants(weighted, classes=4, parameters={})


def test_parts_add_up() -> None:
    """5 (1 - p_y) beside a convex rest has mu = 5 sqrt(3)/9, and 1 - p_y with one of 2 z four times as much on top."""
    both = loss_constants(parsed("5*(1 - softmax(z)[y]) + mean(z**2) + logsumexp(z)"), classes=4, parameters={})
    assert both.mu == pytest.approx(5 * sqrt(3) / 9, rel=0.02)
    assert both.kind == "one scalar"
    scaled = parsed("1 - softmax(z)[y] - softmax(2*z)[y] + mean(z**2)")
    found = loss_constants(scaled, classes=4, parameters={})
    assert found.mu == pytest.approx(5 * sqrt(3) / 9, rel=0.02)
    require_bounds(scaled, {}, found, 4, count=8)


def test_the_third_derivative_of_cross_entropy() -> None:
    """sqrt(6)/9 from THEORY 12, attained at C = 2: p = (1 + sqrt(3)/3)/2, v = (1, -1)/sqrt(2)."""
    found = constants_of("cross_entropy", 10)[2]
    assert found.third == pytest.approx(sqrt(6) / 9, rel=1e-12)
    assert found.third is not None
    assert Fraction(found.third) ** 2 * 27 >= 2  # 6/81
    assert constants_of("cross_entropy", 2)[2].third == pytest.approx(sqrt(6) / 9, rel=1e-12)
    assert constants_of("one_vs_rest_logistic", 5)[2].third == pytest.approx(2 * sqrt(3) / 18, rel=1e-12)
    assert Fraction(OF_SOFTMAX) ** 2 * 27 >= 2
    assert constants_of("temperature_ce", 3)[2].third == pytest.approx(8 * sqrt(6) / 9, rel=1e-12)  # tau = 1/2
    assert constants_of("label_smoothing", 3)[2].third == pytest.approx(sqrt(6) / 9, rel=1e-12)
    assert constants_of("square", 3)[2].third == 0


def test_the_numbers_at_zero() -> None:
    """GCE: kappa = C^-q and eta = C^(-1-q) (1 - q)... by D^2 l(0) = phi'' d d' + phi' Cov over the labels."""
    _, _, found = constants_of("cross_entropy", 4)
    assert (found.kappa, found.eta) == (pytest.approx(1), pytest.approx(1 / 4))
    _, _, gce = constants_of("gce", 10)
    assert gce.kappa == pytest.approx(10**-0.7)
    assert gce.eta == pytest.approx(0.3 * 10**-1.7)  # (f_2 - f_1)/C with f_1 = -p^q, f_2 = -q p^q


def test_lower_bounds_of_losses() -> None:
    assert constants_of("cross_entropy", 3)[2].lower == 0
    assert constants_of("focal", 3)[2].lower == 0
    assert constants_of("muh", 3)[2].lower is None


def test_many_classes_cost_no_more() -> None:
    """phi does not depend on C, so that C = 1000 is what C = 3 is."""
    few, many = (constants_of("gce", classes)[2] for classes in (3, 1000))
    assert (few.mu, few.third) == (many.mu, many.third)


def test_parameters_need_values() -> None:
    gce = loss_named("gce").recorded
    with pytest.raises(ParameterError, match="no value for q"):
        loss_constants(gce, classes=3, parameters={})
    with pytest.raises(ParameterError, match="q"):
        loss_constants(gce, classes=3, parameters={"q": Fraction(2)})
    with pytest.raises(ScopeError, match="C >= 2"):
        loss_constants(gce, classes=1, parameters={"q": Fraction(1)})


def test_a_rounded_number_leaves_it_open() -> None:
    q = Parameter("q", at_least="1/2", at_most="51/100", rounded=True)
    formula = parsed("1 - softmax(z)[y]**q", parameters={"q": q})
    found = loss_constants(formula, classes=3, parameters={})
    assert (found.kind, found.mu) == ("none", inf)
    assert "rounding" in found.why
    assert isinstance(curvature_bounds(formula, parsed("total(z**2)"), classes=3, parameters={}, radius=1), Undecided)
    assert strong_convexity(parsed("q*total(z**2)", parameters={"q": q}), classes=3, parameters={}) is None


def test_the_exponent_is_a_parameter_as_it_is_a_number() -> None:
    q = Parameter("q", above=0, at_most=1)
    free = parsed("(1 - softmax(z)[y]**q)/q", parameters={"q": q})
    given = parsed("(1 - softmax(z)[y]**(1/2))/(1/2)")
    one, other = (loss_constants(f, classes=3, parameters=v) for f, v in ((free, {"q": Fraction(1, 2)}), (given, {})))
    assert (one.mu, one.third) == (other.mu, other.third)
