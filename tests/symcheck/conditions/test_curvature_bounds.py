"""Bounds near 0 for Theorem B, and strong convexity of regularizers."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from symcheck.conditions.constants.curvature_bounds import CurvatureBounds, curvature_bounds
from symcheck.conditions.constants.strong_convexity import On, strong_convexity
from symcheck.errors import ParameterError, ScopeError
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.intake.parser import parsed
from symcheck.language.classwise import MatrixParameter
from symcheck.reason import Undecided
from tests.each import of_each
from tests.symcheck.conditions.constants_at_points import derivatives_along, fractions, length
from tests.symcheck.readings.test_norms import in_ball

L2 = parsed("total(z**2)/2")
NEAR = 1e-9


@pytest.mark.parametrize("radius", [0.1, 0.5])
@of_each([name for name in names("loss") if not loss_named(name).recorded.arrays])
def test_the_bounds_hold_in_the_ball(name: str, radius: float) -> None:
    formula = loss_named(name).recorded
    values = {p.name: p.default for p in formula.parameters if p.default is not None}
    found = curvature_bounds(formula, L2, classes=4, parameters=values, radius=radius)
    if isinstance(found, Undecided):
        assert found.reason.why
        return
    assert found.penalty == 0
    draw = random.Random(name)
    for _ in range(4):
        z, v = in_ball(4, radius, draw), fractions([draw.gauss(0, 1) for _ in range(4)])
        at = derivatives_along(formula, z, v, values)
        if at is not None:
            assert abs(at[0]) <= (found.loss + NEAR) * length(v) ** 2
            assert abs(at[1]) <= (found.third + NEAR) * length(v) ** 3


def of_smooth(name: str, classes: int, radius: float) -> CurvatureBounds:
    formula = loss_named(name).recorded
    values = {p.name: p.default for p in formula.parameters if p.default is not None}
    found = curvature_bounds(formula, L2, classes=classes, parameters=values, radius=radius)
    assert isinstance(found, CurvatureBounds), name
    return found


SMOOTH = ["cross_entropy", "label_smoothing", "gce", "mae", "focal", "brier", "nce", "nce_mae", "poly_loss", "agce",
          "aul", "one_vs_rest_logistic", "square", "beta_divergence", "confidence_penalty", "taylor_ce",
          "js_divergence",
          "z_loss_ce", "sigmoid_focal", "bootstrap_soft", "amse", "logistic_margin"]  # fmt: skip


@pytest.mark.parametrize("classes", [3, 10])
@of_each(SMOOTH)
def test_smooth_losses_have_bounds(name: str, classes: int) -> None:
    for radius in (0.01, 0.1, 0.5):
        assert of_smooth(name, classes, radius).loss < 1000


@of_each(SMOOTH)
def test_a_small_ball_has_the_norm_at_zero(name: str) -> None:
    """||D^2 l(0)|| by the largest |D^2 l(0)[v, v]| over the eigenvectors: (a, b, ..., b), and e_k - e_l."""
    formula = loss_named(name).recorded
    values = {p.name: p.default for p in formula.parameters if p.default is not None}
    found = of_smooth(name, 3, 1e-6)
    norm = 0.0
    for n in range(-20, 21):
        for v in (fractions([n / 8, 1.0, 1.0]), fractions([1.0, n / 20, n / 20]), fractions([0.0, 1.0, -1.0])):
            at = derivatives_along(formula, [Fraction(0)] * 3, v, values)
            assert at is not None
            norm = max(norm, abs(at[0]) / length(v) ** 2)
    assert norm - NEAR <= found.loss <= norm * 1.01 + 1e-3


def test_the_penalty_is_bounded_by_its_third_derivatives() -> None:
    """sum exp(z) - z has e^r and sum z^4 has 24 r as its largest third derivative, entry by entry."""
    ce = loss_named("cross_entropy").recorded
    found = curvature_bounds(
        ce, regularizer_named("exponential_penalty").recorded, classes=5, parameters={}, radius=0.5
    )
    assert isinstance(found, CurvatureBounds)
    assert found.penalty == pytest.approx(1.6487, rel=1e-3)  # e^r
    found = curvature_bounds(ce, parsed("total(z**4)"), classes=3, parameters={}, radius=0.25)
    assert isinstance(found, CurvatureBounds)
    assert found.penalty == pytest.approx(6, rel=1e-3)  # 24 r


def test_a_kink_is_told() -> None:
    found = curvature_bounds(loss_named("hinge").recorded, L2, classes=3, parameters={}, radius=2)
    assert isinstance(found, Undecided)
    assert found.reason.code.value == "kink"


def test_free_arrays_are_told_and_given_ones_are_read() -> None:
    found = curvature_bounds(loss_named("class_weighted_ce").recorded, L2, classes=3, parameters={}, radius=0.1)
    assert isinstance(found, Undecided)
    assert "w" in found.reason.why
    weighted = loss_named("class_weighted_ce", w=[1, 10, 1]).recorded
    given = curvature_bounds(weighted, L2, classes=3, parameters={}, radius=0.1)
    assert isinstance(given, CurvatureBounds)
    assert 10 / 3 <= given.loss < 10  # 10 times the D^2 of cross entropy, whose norm at 0 is 1/3


@pytest.mark.parametrize("radius", [0, -1, float("inf"), float("nan"), True, "1"])
def test_a_radius_is_a_positive_number(radius: object) -> None:
    with pytest.raises(ParameterError, match="radius"):
        curvature_bounds(L2, L2, classes=3, parameters={}, radius=radius)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "on", "s"),
    [
        ("total(z**2)/2", On.SPACE, 1),
        ("3*total(z**2)", On.SPACE, 6),
        ("total(cosh(z) - 1)", On.SPACE, 1),  # cosh'' >= 1
        ("total(z**2)/2 + total(z**4)", On.SPACE, 1),
        ("total(z**2)/2 + total(abs(z))", On.SPACE, 1),
        ("total(z**2)/2 + logsumexp(z) - mean(z)", On.SPACE, 1),  # the Hessian of logsumexp is 0 along (1, ..., 1)
        ("total((z - mean(z))**2)/2", On.SPACE, None),
        ("total((z - mean(z))**2)/2", On.QUOTIENT, 1),
        ("total((z - mean(z))**2)/2", On.REFERENCE, Fraction(1, 4)),  # 1 - (C - 1)/C at C = 4
        ("total(z**2)/2", On.QUOTIENT, 1),
        ("total(z**2)/2", On.REFERENCE, 1),
        ("mean(z) + total(log(cosh(z)))", On.SPACE, None),
        ("total(log(cosh(z)))", On.SPACE, None),  # definite at 0, and flat far out
        ("logsumexp(z) - mean(z)", On.QUOTIENT, None),
        ("total(z**4)", On.SPACE, None),
        ("-total(z**2)", On.SPACE, None),
        ("total(z**2)/2 - amax(z)/3", On.SPACE, None),
        ("total(detach(z)*z)", On.SPACE, None),
    ],
)
def test_strong_convexity(text: str, on: On, s: Fraction | int | None) -> None:
    found = strong_convexity(parsed(text), classes=4, parameters={}, on=on)
    if s is None:
        assert found is None
    else:
        assert found is not None
        assert s * (1 - 1e-12) <= found <= s


def test_a_quadratic_form_that_is_given() -> None:
    rows = [[2, 1, 0], [1, 3, 0], [0, 0, 1]]
    form = parsed("total(z*apply(Q, z))", parameters={"Q": MatrixParameter("Q", rows)})
    found = strong_convexity(form, classes=3, parameters={})
    assert found is None or found <= 2  # twice the least eigenvalue of Q, which is 1


def test_the_arrays_say_which_classes() -> None:
    form = parsed("total(z*apply(Q, z))", parameters={"Q": MatrixParameter("Q", [[1, 0], [0, 1]])})
    with pytest.raises(ScopeError, match="classes=2"):
        strong_convexity(form, classes=3, parameters={})
