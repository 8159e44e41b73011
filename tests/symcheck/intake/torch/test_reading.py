"""The small float reading: values against exact fractions, slopes against torch's own."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from symcheck.intake.parser import parsed
from symcheck.intake.torch.reading import Dual, FloatReading
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import FUNCTIONS
from symcheck.language.term import Term

Z = (0.3, -0.7, 1.1)
DIRECTION = (1.0, 0.5, -2.0)


def read(text: str, z: tuple[float, ...] = Z, y: int = 1) -> Dual:
    (found,) = FloatReading(z, DIRECTION[: len(z)], y).read(parsed(text))
    return found


@pytest.mark.parametrize(
    ("text", "value", "slope"),
    [
        ("z[y]", -0.7, 0.5),
        ("total(z)", 0.7, -0.5),
        ("mean(z)*C", 0.7, -0.5),
        ("total(z, but=y)", 1.4, -1.0),
        ("z[y]**2", 0.49, -0.7),
        ("1/z[y]", -1 / 0.7, -0.5 / 0.49),
        ("exp(z[y])", math.exp(-0.7), 0.5 * math.exp(-0.7)),
        ("abs(z[y])", 0.7, -0.5),
        ("relu(z[y])", 0.0, 0.0),
        ("amax(z)", 1.1, -2.0),
        ("amin(z)", -0.7, 0.5),
        ("amax(z, but=y)", 1.1, -2.0),
        ("product(z)", -0.231, 0.5 * 0.33 + 1 * -0.77 - 2 * -0.21),
        ("product(z, but=y)", 0.33, 1.1 - 0.6),
        ("maximum(z[y], -1)", -0.7, 0.5),
        ("minimum(z[y], -1)", -1.0, 0.0),
        ("branch(z[y], 5, z[y]**3)", -0.343, 3 * 0.49 * 0.5),
        ("branch(1, 5, log(z[y]))", 5.0, 0.0),  # the case that is not taken has no value
        ("detach(z[y])*z[y]", 0.49, -0.35),
        ("total(onehot_argmax(z)*z)", 1.1, -2.0),
        # z = (-0.7, 0.3, 1.1): sparsemax is (0, 0.1, 0.9), slopes (d_k - mean of d over the last two), d = (0.5, 1, -2)
        ("entmax(z, 2)[y]", 0.0, 0.0),
        ("total(entmax(z, 2)**2)", 0.82, 2 * (0.1 * 1.5 - 0.9 * 1.5)),
        ("entmax(z, 1)[y] - softmax(z)[y]", 0.0, 0.0),
        ("total(entmax(z, 3/2))", 1.0, 0.0),
        ("arccos(z[y])", math.acos(-0.7), -0.5 / math.sqrt(0.51)),
        ("sin(z[y])", math.sin(-0.7), 0.5 * math.cos(0.7)),
        ("cos(z[y])", math.cos(0.7), 0.5 * math.sin(0.7)),
        ("arctan(z[y])", math.atan(-0.7), 0.5 / 1.49),
        ("erf(z[y])", math.erf(-0.7), 0.5 * 2 / math.sqrt(math.pi) * math.exp(-0.49)),
        ("tanh(z[y])", math.tanh(-0.7), 0.5 / math.cosh(0.7) ** 2),
        ("2**z[y]", 2**-0.7, 0.5 * math.log(2) * 2**-0.7),
    ],
)
def test_values_and_slopes(text: str, value: float, slope: float) -> None:
    found = read(text)
    assert found.value == pytest.approx(value, rel=1e-14, abs=1e-15)
    assert found.slope == pytest.approx(slope, rel=1e-13, abs=1e-14)


@pytest.mark.parametrize(
    "text", ["log(z[y])", "1/(z[y] - z[y])", "z[y]**(1/2)", "exp(1000 + z[y])", "0*log(z[y])", "arccos(3 + z[y])",
             "branch(log(z[y]), 1, 2)", "amax(log(z))", "entmax(log(z), 2)[y]", "(z[y] - z[y])**(-1)"],
)  # fmt: skip
def test_what_has_no_value(text: str) -> None:
    assert math.isnan(read(text).value)


@pytest.mark.parametrize(
    "text", ["abs(z[y])", "relu(z[y])", "sqrt(z[y])", "amax(z)", "branch(z[y], z[y], 0)", "maximum(z[y], 0)"]
)
def test_what_has_no_slope(text: str) -> None:
    found = read(text, z=(0.0, 0.0, 0.0))
    assert found.value == 0.0
    assert found.slope is None


def test_a_kink_of_a_constant_has_a_slope() -> None:
    assert read("abs(0*z[y] + 0)*1 + relu(C - 3)").slope is not None
    assert read("z[y]**2", z=(0.0, 0.0)) == Dual(0.0, 0.0)


UNARY = ("neg", "exp", "log", "sqrt", "softplus", "sigmoid", "tanh", "cosh")
IN_TORCH = {
    "neg": torch.neg, "exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt,
    "softplus": torch.nn.functional.softplus, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "cosh": torch.cosh,
}  # fmt: skip


@st.composite
def programs(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """Random straight-line programs: an operator and the places of its arguments."""
    steps = draw(st.integers(1, 8))
    ops = st.sampled_from((*UNARY, "add", "mul", "div", "softmax"))
    return [(draw(ops), draw(st.integers(0, k + 1)), draw(st.integers(0, k + 1))) for k in range(steps)]


@given(programs())
def test_slopes_are_those_of_torch(program: list[tuple[str, int, int]]) -> None:
    """Both run the same program; torch's autograd is the other derivation."""
    z, y = symbols()
    terms: list[Term] = [z, FUNCTIONS["onehot"](y) + Fraction(1, 2)]
    logits = torch.tensor(Z, dtype=torch.float64, requires_grad=True)
    tensors = [logits, torch.tensor([0.5, 1.5, 0.5], dtype=torch.float64)]
    for op, i, j in program:
        if op in ("add", "mul", "div"):
            a, b = terms[i], terms[j]
            terms.append(a + b if op == "add" else a * b if op == "mul" else a / b)
            tensors.append(getattr(torch, op)(tensors[i], tensors[j]))
        elif op == "softmax":
            terms.append(FUNCTIONS["softmax"](terms[i]))
            tensors.append(tensors[i].softmax(0))
        else:
            terms.append(-terms[i] if op == "neg" else FUNCTIONS[op](terms[i]))
            tensors.append(IN_TORCH[op](tensors[i]))
    (found,) = FloatReading(Z, DIRECTION, 1).read(Formula.of(FUNCTIONS["total"](terms[-1])))
    value = tensors[-1].sum()
    if not torch.isfinite(value):
        assert math.isnan(found.value) or math.isinf(float(value))
        return
    if math.isnan(found.value):  # an intermediate value has overflowed, or is infinite and divides
        return
    assert found.value == pytest.approx(float(value.detach()), rel=1e-9, abs=1e-9)
    if value.requires_grad and found.slope is not None:
        (gradient,) = torch.autograd.grad(value, logits)
        slope = float(gradient @ torch.tensor(DIRECTION, dtype=torch.float64))
        if math.isfinite(slope):
            assert found.slope == pytest.approx(slope, rel=1e-8, abs=1e-8)
