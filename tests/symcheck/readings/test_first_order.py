"""Gradients at kinks: what the reading says is what difference quotients of values show, and it says no more."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

import pytest

import symcheck as sc
from symcheck.field.constant_reading import constant
from symcheck.field.field import Field
from symcheck.intake.parser import parsed, parsed_constant
from symcheck.language.formula import Formula, symbols
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Scalar, Vec
from symcheck.readings.expansion import Gradient
from symcheck.readings.explicit.explicit import value_at
from symcheck.readings.first_order import FirstOrderReading
from symcheck.readings.stops import Kink
from symcheck.reason import Undecided

SEEDS = 12
TRIED = 60
"""Formulas tried for each seed."""

STEP = Fraction(1, 10**15)
"""A step at which |t|^(3/2)/t is far below ``NEAR``."""

NEAR = 1e-6


def gradient(formula: Formula, classes: int | None = None) -> Gradient:
    scope = Scope(Classes() if classes is None else Classes(classes, classes), formula.parameters)
    return FirstOrderReading(Field(scope)).gradient(formula.with_powers_of_abs(classes))


class Written:
    """Random formulas of C numbers z with kinks at z = 0: sizes, ties, norms, branches and clamps of one another."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.z, self.y = symbols()

    def vector(self, depth: int) -> Vec:
        z, y, choice = self.z, self.y, self.random.choice
        if not depth:
            leaves: list[Callable[[], Vec]] = [
                lambda: z,
                lambda: z - sc.onehot(y),
                lambda: sc.onehot(y) * z,
                lambda: z - sc.amax(z),
                lambda: z - z[y],
            ]  # fmt: skip
            return choice(leaves)()
        v, s = (lambda: self.vector(depth - 1)), (lambda: self.number(depth - 1))
        made: list[Callable[[], Vec]] = [
            lambda: sc.abs(v()), lambda: sc.relu(v()), lambda: v() - v(), lambda: v() * v(), lambda: sc.softmax(v()),
            lambda: sc.maximum(v(), s()), lambda: sc.branch(v(), v(), v()), lambda: v() - s(), lambda: -2 * v(),
            lambda: v() / (1 + sc.abs(v())), lambda: sc.minimum(v(), choice([0, 1, Fraction(1, 2)])),
        ]  # fmt: skip
        return choice(made)()

    def number(self, depth: int) -> Scalar:
        z, y, choice = self.z, self.y, self.random.choice
        if not depth:
            leaves: list[Callable[[], Scalar]] = [
                lambda: z[y], lambda: sc.amax(z), lambda: sc.amin(z), lambda: sc.amax(z, but=y), lambda: sc.mean(z),
                lambda: sc.sqrt(sc.total(z**2)),
            ]  # fmt: skip
            return choice(leaves)()
        v, s = (lambda: self.vector(depth - 1)), (lambda: self.number(depth - 1))
        made: list[Callable[[], Scalar]] = [
            lambda: sc.total(v()), lambda: v()[y], lambda: sc.amax(v()), lambda: sc.relu(s()), lambda: s() * s(),
            lambda: sc.abs(s()) ** choice([1, 2, Fraction(3, 2), 3]), lambda: sc.branch(s(), s(), s()),
            lambda: sc.logsumexp(v()), lambda: s() - s(), lambda: s() + choice([0, 1, -2]), lambda: sc.mean(v()),
        ]  # fmt: skip
        return choice(made)()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_gradient_is_that_of_difference_quotients(seed: int) -> None:
    written, compared = Written(seed), 0
    for _ in range(TRIED):
        formula = Formula.of(written.number(3))
        classes = written.random.choice([2, 3, 5, 10])
        try:
            found = gradient(formula, classes)
        except Undecided:
            continue
        point = {"C": Fraction(classes)}
        g_y, g_k = float(found.g_y.ball(point)), float(found.g_k.ball(point))
        for line, slope in _quotients(formula, classes, written.random):
            expected = g_y * float(line[0]) + g_k * float(sum(line[1:]))
            assert abs(slope - expected) < NEAR * (1 + abs(expected)), (str(formula), classes, line)
            compared += 1
    assert compared > TRIED


def _quotients(formula: Formula, classes: int, random: Random) -> list[tuple[list[Fraction], float]]:
    """(f(t d) - f(0))/t for a small t along random d, where balls are narrow."""
    found = []
    for _ in range(6):
        line = [Fraction(random.randrange(-5, 6)) for _ in range(classes)]
        try:
            slope = value_at(formula, [STEP * x for x in line], {}) - value_at(formula, [Fraction(0)] * classes, {})
        except Undecided:
            continue
        # A branch on 0 = 0 in balls that are not exact is the hull of its sides, and shows nothing.
        slope = slope * int(1 / STEP)
        if float(slope.rad()) < NEAR:
            found.append((line, float(slope)))
    return found


CANCELS = {
    # By hand: the derivative by the kink is 0 at 0, or its two occurrences have opposite derivatives.
    "z[y]*abs(z[y]) - z[y]": ("-1", "0"),  # |z|' is multiplied with z = 0
    "z[y]/(abs(z[y]) + 1/10)": ("10", "0"),  # d/du z/(u + 1/10) = -z/(...)^2 = 0 at 0
    "relu(z[y])**2 - z[y]": ("-1", "0"),  # 2 relu = 0
    "relu(mean(z))*amax(z) + z[y]": ("1", "0"),  # of order ||z||^2
    "abs(z[y])**(3/2) - z[y]": ("-1", "0"),  # o(||z||)
    "total(z**2)**(3/4) - z[y]": ("-1", "0"),  # ||z||^(3/2)
    "relu(z[y]) - relu(-z[y])": ("1", "0"),  # z
    "maximum(z[y], mean(z)) + minimum(mean(z), z[y])": ("1 + 1/C", "1/C"),  # their sum
    "total(abs(z - onehot(y)) - abs(onehot(y) - z)) - z[y]": ("-1", "0"),
    "total(relu(z) + log(1 + exp(-abs(z))))": ("1/2", "1/2"),  # softplus: (1 + 1)/2 - 1/2 by |z| is 0
    "total((z - amax(z))**2)": ("0", "0"),  # of order ||z||^2, whatever m is
    "branch(z[y], z[y], exp(z[y]) - 1)": ("1", "0"),  # the two sides have one slope
    "branch(amax(z), 2*mean(z), total(2*z)/C)": ("2/C", "2/C"),
    "log(total(exp(abs(z) - abs(z) + z)))": ("1/C", "1/C"),
    "total(branch(abs(z - onehot(y)) - 1, abs(z - onehot(y)) - 1/2, (z - onehot(y))**2/2))": ("-1", "0"),  # smooth L1
    "amax(z)*relu(z[y]) + sqrt(total(z**2))*amin(z) - mean(z)": ("-1/C", "-1/C"),
    "abs(amax(z)**2) + z[y]": ("1", "0"),
    "amax(z**2 + z**3) + z[y]": ("1", "0"),  # the largest of numbers of order ||z||^2
    "relu(sqrt(total(z**2)) - 1) + z[y]": ("1", "0"),
    "abs(z[y] - z[y]) + z[y]": ("1", "0"),
}  # fmt: skip


@pytest.mark.parametrize("text", CANCELS)
def test_a_kink_that_cancels_leaves_a_gradient(text: str) -> None:
    found = gradient(parsed(text, kind="loss"))
    field = Field(Scope())
    at_label, elsewhere = (constant(field, parsed_constant(x)).text() for x in CANCELS[text])
    assert (found.g_y.text(), found.g_k.text()) == (at_label, elsewhere)


@pytest.mark.parametrize(
    "text",
    [
        "abs(z[y])",
        "abs(z[y])**1",
        "relu(z[y])",
        "amax(z)",
        "amax(z, but=y)",
        "sqrt(total(z**2))",
        "(z - amax(z))[y]",
        "total(abs(z - amax(z)))",
        "z[y]/(abs(z[y]) + 1/10) + abs(z[y])/10**9",
        "relu(z[y]) + relu(-z[y])",  # |z|
        "maximum(z[y], mean(z)) - minimum(mean(z), z[y])",
        "total(relu(z) + log(1 + exp(-2*abs(z))))",  # 1/2 - 1
        "branch(z[y], z[y], 2*z[y])",
        "branch(z[y], 1 + z[y], z[y])",  # it jumps
        "branch(z[y], 1, 0)*z[y]",
        "sqrt(abs(z[y]))",
        "sqrt(total(abs(z)))",  # of order ||z||^(1/2)
        "total(z**2)**(1/3)",
        "onehot_argmax(z)[y]",
        "relu(amax(z) - 0)",
        "total(maximum(1/2*onehot(y) - 1/2 + z - z[y], -1/2))",
        "amax(z**2 + z)",
    ],
)  # fmt: skip
def test_what_has_no_gradient_gets_none(text: str) -> None:
    with pytest.raises(Kink):
        gradient(parsed(text, kind="loss"), 3)


def test_a_detached_kink_has_to_cancel_as_well() -> None:
    # Autograd takes the value for a number, and the field is continuous at 0 only where the kink has no say in it.
    assert gradient(parsed("z[y]*detach(abs(z[y])) - z[y]", kind="loss")).g_y.rational == -1
    with pytest.raises(Kink):
        gradient(parsed("abs(z[y] + detach(z[y]))", kind="loss"))
    with pytest.raises(Kink):
        gradient(parsed("branch(detach(z[y]), z[y], 2*z[y])", kind="loss"))


def test_a_parameter_may_be_in_it() -> None:
    beta = sc.Parameter("beta", above=0)
    z, y = symbols()
    d = sc.abs(z - sc.onehot(y))
    # |d| = 1 at the label, and d = 0 elsewhere: with beta = 1 both are kinks in the form, and none is one.
    for b in (Fraction(1), Fraction(1, 2), Fraction(2)):
        loss = sc.total(sc.branch(d - beta, d - beta / 2, d**2 / (2 * beta)))
        found = gradient(Formula.of(loss).with_values({"beta": b}))
        # d/d z_y is -1 where |d| = 1 >= beta, and d/beta = -1/beta where it is below.
        assert found.g_y.rational == (-1 if b <= 1 else -1 / b)
        assert found.g_k.rational == 0
