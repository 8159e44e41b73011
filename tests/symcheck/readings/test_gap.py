"""Functions of the gap: values against the reading with all logits, and what is not one."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from flint import arb

from symcheck.field.ball import ball_of, working
from symcheck.intake.catalogue import loss_named, names
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.readings.explicit.explicit import value_at
from symcheck.readings.explicit.series import BITS, series_of_length
from symcheck.readings.gap.of_gap import function_of_gap
from symcheck.readings.gap.series import GapSeries, slopes_on
from symcheck.readings.gap.tail import slopes_beyond
from symcheck.reason import Undecided
from tests.each import of_each

OF_ONE = {
    "adaboost_mr", "agce", "alpha_loss", "alpha_loss_below_one", "aul", "cosface", "cross_entropy", "focal",
    "forward_uniform", "gce", "ldr_kl", "mae", "nmae", "phuber_ce", "phuber_gce", "poly_loss", "reverse_cross_entropy",
    "sce", "soft_capped_ce", "squared_mae", "symmetric_cross_entropy", "taylor_ce", "temperature_ce", "tempered_mae",
    "truncated_gce",
}  # fmt: skip
"""Losses of p_y alone for every C, those of a scaled z, and those with a margin at the label, by their formulas."""


def gap_at(z: list[Fraction], scale: Fraction) -> arb:
    """logsumexp of the entries but the first, less the first, of ``scale`` z."""
    balls = [ball_of(scale * x) for x in z]
    return sum((x.exp() for x in balls[1:]), arb(0)).log() - balls[0]


def of_gap_value(phi: Formula, gap: arb) -> arb:
    with series_of_length(1):
        return GapSeries(gap, 1).coefficients(phi)[0]


def points(classes: int, seed: int, count: int = 4) -> list[list[Fraction]]:
    draw = random.Random(seed)
    sizes = (1, 4, 30)
    return [[Fraction(draw.randint(-99, 99), 97) * s for _ in range(classes)] for s in sizes for _ in range(count)]


def agree(formula: Formula, classes: int, parameters: dict[str, Fraction]) -> bool:
    """Whether phi has the values of the formula, at points at which balls give one; False if there is no phi."""
    found = function_of_gap(formula, classes=classes, parameters=parameters)
    if found is None:
        return False
    compared = 0
    for z in points(classes, seed=classes):
        try:
            direct = value_at(formula, z, parameters)
        except Undecided:
            continue
        with working(BITS):
            other = of_gap_value(found.phi, gap_at(z, found.scale))
            assert other.is_finite()
            assert other.overlaps(direct), (str(formula), z, other, direct)
            assert other.rad() < 1e-20 * (1 + abs(other)), (str(formula), z, other)
        compared += 1
    assert compared >= 4
    return True


@pytest.mark.parametrize("classes", [2, 3, 6])
@of_each([name for name in names("loss") if not loss_named(name).recorded.arrays])
def test_the_function_of_the_gap_has_the_values_of_the_loss(name: str, classes: int) -> None:
    loss = loss_named(name)
    if classes not in loss.classes:
        return
    values = {p.name: p.default for p in loss.recorded.parameters if p.default is not None}
    found = agree(loss.recorded, classes, values)
    if classes > 2 or name in OF_ONE:
        assert found == (name in OF_ONE)


def written(draw: random.Random, depth: int) -> str:
    """A formula in p_y and log p_y in the many ways in which these are written."""
    if depth == 0:
        return draw.choice([
            "softmax(z)[y]", "log_softmax(z)[y]", "logsumexp(z) - z[y]", "exp(z)[y]/total(exp(z))",
            "exp(z[y])/(exp(z[y]) + total(exp(z), but=y))", "total(softmax(z), but=y)", "(1 - softmax(z))[y]", "1/C",
            "logsumexp(z, but=y) - z[y]", "total(exp(z - z[y]), but=y)", "log(total(exp(z - z[y])))",
            "softmax(z - z[y])[y]", "log_softmax(z + mean(onehot(y)))[y]", "3/7", "logsumexp(z - onehot(y)) - z[y]",
        ])  # fmt: skip
    inside = written(draw, depth - 1)
    return draw.choice([
        f"({inside})**2", f"tanh({inside})", f"sigmoid({inside})", f"softplus({inside})", f"exp(-(({inside})**2))",
        f"sqrt(1 + ({inside})**2)", f"-({inside})", f"({inside})*({written(draw, depth - 1)})", f"arctan({inside})",
        f"({inside}) - ({written(draw, depth - 1)})", f"({inside}) + 2*({written(draw, depth - 1)})",
        f"({inside})/(2 + sin({written(draw, depth - 1)}))", f"maximum({inside}, 1/3)",
    ])  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_generated_formulas_have_the_values_of_their_functions_of_the_gap(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(4):
        text = written(draw, draw.randint(0, 2))
        assert agree(parsed(text), draw.choice([2, 3, 5]), {}), text


@pytest.mark.parametrize(
    "text",
    [
        "z[y] - logsumexp(2*z)",
        "1 - softmax(z)[y] + mean(z)",
        "logsumexp(z) - 2*z[y]",
        "softmax(z)[y] + softmax(2*z)[y]",
        "-log_softmax(z)[y]*detach(softmax(z)[y])",
        "total(softmax(z)**2)",
        "entmax(z, 2)[y]",
        "amax(z) - z[y]",
        "exp(z[y])*softmax(z)[y]",
        "exp(z[y])/total(exp(2*z))",
        "logsumexp(z, but=y)",
        "softplus(z[y])",
        "total(log_softmax(z), but=y)",
        "logsumexp(abs(z)) - abs(z)[y]",
    ],
)
def test_what_depends_on_more_than_the_gap_is_not_taken_for_a_function_of_it(text: str) -> None:
    assert function_of_gap(parsed(text), classes=3, parameters={}) is None


def test_the_derivatives_on_an_interval_hold_those_at_its_points() -> None:
    """Of GCE at its default by the formulas of p = 1/(1 + e^g): phi' = p^q (1 - p), and on from dp/dg = -p (1 - p)."""
    loss = loss_named("gce").recorded
    found = function_of_gap(loss, classes=3, parameters={"q": Fraction(7, 10)})
    assert found is not None
    for low in (-9, -1, 0, 3, 20):
        over, middle = slopes_on(found.phi, Fraction(low), Fraction(low + 1))
        assert middle is not None
        with working(BITS):
            for step in range(5):
                p = 1 / (1 + ball_of(Fraction(4 * low + step, 4)).exp())
                q = ball_of(Fraction(7, 10))
                first = p**q * (1 - p)
                second = p**q * (1 - p) * ((1 + q) * p - q)
                third = p**q * (1 - p) * (q**2 - (1 + 3 * q + 2 * q**2) * p + (1 + q) * (2 + q) * p**2)
                for ball, exact in ((over.first, first), (over.second, second), (over.third, third)):
                    assert ball.overlaps(exact)
                if step == 2:
                    for ball, exact in ((middle.first, first), (middle.second, second), (middle.third, third)):
                        assert ball.overlaps(exact)
                        assert ball.rad() < 1e-30


@pytest.mark.parametrize("sign", [-1, 1])
@of_each(sorted(OF_ONE - {"adaboost_mr", "alpha_loss_below_one", "phuber_gce"}))
def test_the_tail_holds_the_derivatives_beyond(name: str, sign: int) -> None:
    loss = loss_named(name).recorded
    values = {p.name: p.default for p in loss.parameters if p.default is not None}
    found = function_of_gap(loss, classes=3, parameters=values)
    assert found is not None
    beyond = slopes_beyond(found.phi, Fraction(60), sign)
    assert abs(beyond.second) < 1e-6
    for far in (60, 61, 75, 200, 5000, 10**7):
        at = slopes_on(found.phi, Fraction(sign * far), Fraction(sign * far))[0]
        for ball, point in ((beyond.first, at.first), (beyond.second, at.second), (beyond.third, at.third)):
            assert ball.overlaps(point)
