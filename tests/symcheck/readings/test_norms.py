"""Sizes of derivatives on a ball about 0, held against derivatives at points of it."""

from __future__ import annotations

import random
from fractions import Fraction
from math import sqrt

import pytest

from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.intake.parser import parsed
from symcheck.language.classwise import MatrixParameter
from symcheck.language.formula import Formula
from symcheck.readings.norms.reading import derivative_sizes
from symcheck.reason import Undecided
from tests.each import of_each
from tests.symcheck.conditions.constants_at_points import derivatives_along, fractions, length

NEAR = 1e-9


def entry(name: str) -> Formula:
    return (loss_named(name) if name in names("loss") else regularizer_named(name)).recorded


def in_ball(classes: int, radius: float, draw: random.Random) -> list[Fraction]:
    """A point on the sphere, or on one in it; or one far out along the label or another class."""
    z = [draw.gauss(0, 1) for _ in range(classes)]
    if draw.random() < 0.4:
        z = [0.0] * classes
        z[draw.randrange(2)] = draw.choice([-1.0, 1.0])
    norm = sqrt(sum(x * x for x in z)) / (radius * draw.choice([0.999, 0.999, 0.4]))
    return fractions([x / norm for x in z])


def hold(formula: Formula, values: dict[str, Fraction], classes: int, radius: Fraction, count: int) -> bool:
    """Whether sizes are known; they hold then at ``count`` points of the ball."""
    try:
        _, _, second, third = derivative_sizes(formula, classes=classes, parameters=values, radius=radius)
    except Undecided:
        return False
    draw = random.Random(f"{formula}{classes}{radius}")
    for _ in range(count):
        z = in_ball(classes, float(radius), draw)
        v = fractions([draw.gauss(0, 1) for _ in range(classes)])
        if draw.random() < 0.5:
            v = fractions([-1.0, *[1.0 * (k == 0) for k in range(classes - 1)]])
        at = derivatives_along(formula, z, v, values)
        if at is not None:
            assert abs(at[0]) <= (float(second) + NEAR) * length(v) ** 2, (str(formula), z, v)
            assert abs(at[1]) <= (float(third) + NEAR) * length(v) ** 3, (str(formula), z, v)
    return True


ALIKE = [n for n in (*names("loss"), *names("regularizer")) if not entry(n).arrays]


@pytest.mark.parametrize(("classes", "radius"), [(3, "1/10"), (6, "1/2")])
@of_each(ALIKE)
def test_the_sizes_hold_at_points(name: str, classes: int, radius: str) -> None:
    formula = entry(name)
    values = {p.name: p.default for p in formula.parameters if p.default is not None}
    hold(formula, values, classes, Fraction(radius), count=4)


@pytest.mark.slow
@pytest.mark.parametrize("classes", [2, 3, 6, 11])
@pytest.mark.parametrize("radius", ["1/100", "1/10", "1/2", "2"])
@of_each(ALIKE)
def test_the_sizes_hold_at_many_points(name: str, classes: int, radius: str) -> None:
    formula = entry(name)
    values = {p.name: p.default for p in formula.parameters if p.default is not None}
    hold(formula, values, classes, Fraction(radius), count=20)


def written(draw: random.Random, depth: int) -> str:
    """A number made of class-vectors in many ways."""
    if depth == 0:
        return draw.choice([
            "z[y]", "softmax(z)[y]", "log_softmax(2*z)[y]", "logsumexp(z, but=y)", "mean(z)", "total(softmax(z)**2)",
            "total(z*softmax(z))", "total(tanh(z), but=y)", "logsumexp(z**2)", "total(exp(z - z[y]), but=y)",
            "total((z - onehot(y))**2)", "logsumexp(z*softmax(z))", "mean(softplus(z - mean(z)))", "(z*sigmoid(z))[y]",
            "total(softmax(z)*log_softmax(z))", "log_softmax(z + sin(z))[y]", "total(softmax(z*z[y]), but=y)",
        ])  # fmt: skip
    inside, other = written(draw, depth - 1), written(draw, depth - 1)
    return draw.choice([
        f"({inside})**2", f"tanh({inside})", f"softplus({inside})", f"exp({inside})", f"({inside})*({other})",
        f"({inside}) - ({other})", f"({inside})/(3 + sin({other}))", f"sqrt(2 + ({inside})**2)", f"arctan({inside})",
        f"total(softmax(z*({inside}))**2)", f"logsumexp(z + ({inside})*onehot(y))", f"maximum({inside}, -9)",
    ])  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_the_sizes_of_generated_formulas_hold_at_points(seed: int) -> None:
    draw = random.Random(seed)
    found = [
        hold(parsed(written(draw, draw.randint(0, 2))), {}, draw.choice([2, 3, 5]), Fraction(draw.choice([1, 3]), 8), 5)
        for _ in range(5)
    ]
    assert any(found)


def test_quadratic_forms_have_no_third_derivative_and_known_second_ones() -> None:
    for text, second in (("total(z**2)/2", 1), ("3*total(z**2)", 6), ("z[y]", 0), ("total(z*(z + onehot(y)))", 2)):
        sizes = derivative_sizes(parsed(text), classes=5, parameters={}, radius=Fraction(1))
        assert float(sizes[2]) == pytest.approx(second)
        assert sizes[3] == 0


def test_a_matrix_that_is_given() -> None:
    rows = [[2, 1, 0], [1, 3, 0], [0, 0, 1]]
    formula = parsed("total(z*apply(Q, z))/2", parameters={"Q": MatrixParameter("Q", rows)})
    assert hold(formula, {}, 3, Fraction(1, 2), count=20)


@pytest.mark.parametrize(
    "text",
    ["total(abs(z))", "norm(z)", "amax(z)", "relu(z[y])", "entmax(z, 2)[y]", "-log_softmax(z)[y]*detach(z[y])",
     "log(z[y] + 1/10)", "branch(z[y], z[y], 0)"],
)  # fmt: skip
def test_kinks_and_poles_in_the_ball_are_left_open(text: str) -> None:
    with pytest.raises(Undecided):
        derivative_sizes(parsed(text), classes=3, parameters={}, radius=Fraction(1, 5))
