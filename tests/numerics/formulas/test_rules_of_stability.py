"""Each rule of stability and each identity has digits that are lost without it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from numerics.formulas import stability, stable_form
from numerics.formulas.batch import Prepared, values, values_by_label
from symcheck.language import functions as sc
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.formula import Formula, symbols
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Term, Vec

FIRST = ClassParameter("w", (1, 0))
HALF = MatrixParameter("A", (("1/2", 0), (0, 1)))
FAR, NEAR, WRONG = (0.0, 1000.0), (1000.0, 0.0), (-1000.0, 0.0)
"""Logits of two classes; the label is the first.  There p = (e^-1000, 1), but for 1 + e^-1000, and (1, e^-1000)."""


@dataclass(frozen=True)
class Row:
    """A formula, logits, and its value there by hand; ``slope`` is its derivative along z_1."""

    code: Callable[[Vec, Label], Term]
    z: Sequence[float]
    value: float
    slope: float


RULES = {
    "softmax": [Row(lambda z, y: -sc.log(sc.softmax(z)[y]), FAR, 1000, -1)],
    # log sigmoid(a) = a - log(1 + e^a)
    "sigmoid": [
        Row(lambda z, y: sc.log(sc.sigmoid(z))[y], WRONG, -1000, 1),
        Row(lambda z, y: sc.log(1 - sc.sigmoid(z))[y], NEAR, -1000, -1),
    ],
    "exp": [Row(lambda z, y: sc.log(sc.total(sc.exp(z))), NEAR, 1000, 1)],
    "cosh": [Row(lambda z, y: sc.log(sc.cosh(z))[y], WRONG, 1000 - math.log(2), -1)],
    "onehot": [Row(lambda z, y: sc.log(sc.total(sc.onehot(y) * sc.softmax(z))), FAR, -1000, 1)],
    # the predicted class of -z is the first
    "onehot_argmax": [Row(lambda z, y: sc.log(sc.total(sc.onehot_argmax(-z) * sc.softmax(z))), FAR, -1000, 1)],
    "class_parameter": [Row(lambda z, y: sc.log(sc.total(FIRST * sc.softmax(z))), FAR, -1000, 1)],
    "apply": [Row(lambda z, y: sc.log(HALF @ sc.softmax(z))[y], FAR, -1000 - math.log(2), 1)],
    "apply_transposed": [Row(lambda z, y: sc.log((HALF.T @ sc.softmax(z))[y]), FAR, -1000 - math.log(2), 1)],
    "take": [Row(lambda z, y: sc.log((sc.softmax(z) ** 2)[y]), FAR, -2000, 2)],
    "detach": [Row(lambda z, y: sc.log(sc.detach(sc.softmax(z)[y])) + z[y], FAR, -1000, 1)],
    "log": [Row(lambda z, y: -sc.log(sc.softmax(z)[y]), FAR, 1000, -1)],
    "pow": [Row(lambda z, y: sc.log(sc.softmax(z)[y] ** 0.7), FAR, -700, 0.7)],
    "nonnegative_power": [Row(lambda z, y: sc.log(sc.total(sc.onehot(y) * sc.softmax(z)) ** 1.5), FAR, -1500, 1.5)],
    "sqrt": [Row(lambda z, y: sc.log(sc.sqrt(sc.softmax(z)[y])), FAR, -500, 0.5)],
    "sub": [
        Row(lambda z, y: sc.log(1 - sc.softmax(z)[y]), NEAR, -1000, -1),
        # 1 - p^2 = (1 - p)(1 + p)
        Row(lambda z, y: sc.log(1 - sc.softmax(z)[y] ** 2), NEAR, math.log(2) - 1000, -1),
        # 1 - p = e^-20/(1 + e^-20) beside p_2 = e^-40, about
        Row(lambda z, y: sc.log(1 - sc.softmax(z)[y] + sc.sigmoid(-2 * z)[y]), (20.0, 0.0), -20, -1),
        # the same beside powers of 1 - p for all classes, (e^-40, 1)
        Row(
            lambda z, y: sc.log(1 - sc.softmax(z)[y] + sc.sigmoid(-2 * z)[y]) + sc.total((1 - sc.softmax(z)) ** 2),
            (20.0, 0.0),
            -19,
            -1,
        ),
    ],
    "add": [Row(lambda z, y: sc.log(sc.softmax(z)[y] + sc.sigmoid(z)[y]), (-1000.0, 0.0), math.log(2) - 1000, 1)],
    "mul": [Row(lambda z, y: sc.log(sc.softmax(z)[y] * sc.sigmoid(z)[y]), WRONG, -2000, 2)],
    "div": [Row(lambda z, y: sc.log(sc.softmax(z)[y] / (1 + sc.sigmoid(z)[y])), WRONG, -1000, 1)],
    "total": [Row(lambda z, y: sc.log(sc.total(sc.exp(z) ** 2)), NEAR, 2000, 2)],
    "mean": [Row(lambda z, y: sc.log(sc.mean(sc.exp(z))), NEAR, 1000 - math.log(2), 1)],
    # p_2^2, and -2 d(z_1 - z_2)
    "total_others": [Row(lambda z, y: sc.log(sc.total(sc.softmax(z) ** 2, but=y)), NEAR, -2000, -2)],
    # p_2^2 again
    "mean_others": [Row(lambda z, y: sc.log(sc.mean(sc.softmax(z) ** 2, but=y)), NEAR, -2000, -2)],
    "amax_others": [Row(lambda z, y: sc.log(sc.amax(sc.softmax(z) ** 2, but=y)), NEAR, -2000, -2)],
    "amax": [Row(lambda z, y: sc.log(sc.amax(sc.exp(z))), NEAR, 1000, 1)],
    "maximum": [Row(lambda z, y: sc.log(sc.maximum(sc.softmax(z)[y], sc.exp(-2000 + 0 * z[y]))), FAR, -1000, 1)],
    "minimum": [Row(lambda z, y: sc.log(sc.minimum(sc.softmax(z)[y], 0.5)), FAR, -1000, 1)],
    "relu": [Row(lambda z, y: sc.log(sc.relu(sc.total(FIRST * sc.softmax(z)))), FAR, -1000, 1)],
    "abs": [Row(lambda z, y: sc.log(sc.abs(sc.total(FIRST * sc.softmax(z)))), FAR, -1000, 1)],
}

# log(1 + e^-20), and its derivative -1/(1 + e^20)
CROSS_ENTROPY = (20.0, 0.0), math.log1p(math.exp(-20)), -1 / (1 + math.exp(20))
# p_2 = 1/(1 + e^20), and its derivative -p_1 p_2
SECOND = (20.0, 0.0), 1 / (1 + math.exp(20)), -math.exp(-20) / (1 + math.exp(-20)) ** 2

IDENTITIES = {
    "sub": [
        Row(lambda z, y: sc.logsumexp(z) - z[y], *CROSS_ENTROPY),
        # log(2 e^10000) - 10000, and 10000 is known to 10^-3
        Row(lambda z, y: sc.logsumexp(z, but=y) - z[y], (1e4, 1e4, 1e4), math.log(2), -1),
        Row(lambda z, y: 1 - sc.total(sc.softmax(z) * FIRST), *SECOND),
    ],
    "add": [Row(lambda z, y: -z[y] + sc.logsumexp(z), *CROSS_ENTROPY)],
    "take": [Row(lambda z, y: -sc.log(sc.softmax(z))[y], *CROSS_ENTROPY)],
    "log_softmax": [Row(lambda z, y: -sc.log_softmax(z)[y], *CROSS_ENTROPY)],
}
"""By class index: of all labels at once the logarithms are those of log_softmax, which is known to 10^-7."""

FOR_SPACE = {"total_others": (lambda z, y: sc.total(sc.softmax(z), but=y))}
"""Identities without which all labels at once take C^2 numbers for each sample."""


def close(row: Row, formula: Formula, *, at_once: bool = True) -> bool:
    """Whether value and slope are those by hand, to single precision; by class index and for all labels ``at_once``."""
    z = torch.tensor([row.z], dtype=torch.float32, requires_grad=True)
    read = Prepared(stable := stable_form.stable_form(formula), stability.rules_of(stable))
    for found in (read.values(z, torch.tensor([0]), {}), *([read.values_by_label(z, {})[:, 0]] if at_once else [])):
        (gradient,) = torch.autograd.grad(found.sum(), z)
        pairs = ((found.item(), row.value), (gradient[0, 0].item(), row.slope))
        if not all(math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-30) for a, b in pairs):
            return False
    return True


def formula_of(row: Row) -> Formula:
    return Formula.of(row.code(*symbols()))


class Largest(TorchDispatchMode):
    """Keeps the size of the largest tensor that torch makes."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        found = func(*args, **(kwargs or {}))
        if isinstance(found, Tensor):
            self.size = max(self.size, found.numel())
        return found


def test_every_rule_and_every_identity_stands_here() -> None:
    assert set(RULES) == set(stability.RULES)
    assert {*IDENTITIES, *FOR_SPACE} == set(stable_form._IDENTITIES)


@pytest.mark.parametrize("op", RULES)
def test_a_rule_is_needed(monkeypatch: pytest.MonkeyPatch, op: str) -> None:
    formulas = [formula_of(row) for row in RULES[op]]
    for row, formula in zip(RULES[op], formulas, strict=True):
        assert close(row, formula)
    monkeypatch.delitem(stability.RULES, op)
    for row, formula in zip(RULES[op], formulas, strict=True):
        assert not close(row, formula), formula


@pytest.mark.parametrize("op", IDENTITIES)
def test_an_identity_is_needed(monkeypatch: pytest.MonkeyPatch, op: str) -> None:
    formulas = [formula_of(row) for row in IDENTITIES[op]]
    for row, formula in zip(IDENTITIES[op], formulas, strict=True):
        assert close(row, formula, at_once=False)
    monkeypatch.delitem(stable_form._IDENTITIES, op)
    for row, formula in zip(IDENTITIES[op], formulas, strict=True):
        assert not close(row, formula, at_once=False), formula


@pytest.mark.parametrize("op", FOR_SPACE)
def test_an_identity_saves_space(monkeypatch: pytest.MonkeyPatch, op: str) -> None:
    formula = Formula.of(FOR_SPACE[op](*symbols()))

    def largest() -> int:
        stable = stable_form.stable_form(formula)
        with Largest() as largest:
            Prepared(stable, stability.rules_of(stable)).values_by_label(torch.zeros(5, 100), {})
        return largest.size

    assert largest() == 5 * 100
    monkeypatch.delitem(stable_form._IDENTITIES, op)
    assert largest() == 5 * 100 * 100


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("exponent", [0.5, 2, 10])
def test_1_minus_a_power_of_a_share_next_to_1_keeps_its_digits(dtype: torch.dtype, exponent: float) -> None:
    z, y = symbols()
    formula = Formula.of(sc.log(1 - sc.softmax(z)[y] ** exponent))
    # the rule changes at p = 1 - sqrt(eps), which is at 7.97 and 18.02
    for lead in (1.0, 7.9, 8.0, 8.1, 9.0, 17.9, 18.1, 20.0, 30.0, 500.0):
        p_rest = math.exp(-lead) / (1 + math.exp(-lead))
        # 1 - p^b with log p = -log(1 + e^-a); at 500 it is b e^-a
        expected = math.log(-math.expm1(-exponent * math.log1p(math.exp(-lead))))
        slope = -exponent * (1 - p_rest) ** exponent * p_rest / math.exp(expected)
        at = torch.tensor([[lead, 0.0]], dtype=dtype, requires_grad=True)
        read = Prepared(stable := stable_form.stable_form(formula), stability.rules_of(stable))
        found = read.values(at, torch.tensor([0]), {})
        (gradient,) = torch.autograd.grad(found, at)
        # of its relative error, which an absolute one of the logarithm is
        tolerance = 64 * torch.finfo(dtype).eps
        assert found.item() == pytest.approx(expected, rel=tolerance, abs=tolerance), lead
        assert gradient[0].tolist() == pytest.approx([slope, -slope], rel=1e-3 if dtype is torch.float32 else 1e-7), (
            lead
        )


@pytest.mark.parametrize("at_once", [False, True], ids=["index", "all at once"])
def test_a_power_0_of_a_vector_has_an_entry_for_each_class(at_once: bool) -> None:
    z, y = symbols()
    q = Parameter("q", at_least=0)
    # sums of p^0 over C = 3 classes, and the share of one of three equal entries
    for term, expected in (
        (sc.total(sc.softmax(z) ** q), 3.0),
        (sc.total((1 - sc.softmax(z)) ** q, but=y), 2.0),
        (sc.product(2 * sc.softmax(z) ** q), 8.0),
        (sc.softmax(sc.softmax(z) ** q)[y], 1 / 3),
        (sc.logsumexp(sc.exp(1000 * z) ** q), 1 + math.log(3)),
    ):
        formula, at = Formula.of(term), torch.tensor([[0.3, -1.2, 0.7]])
        found = (
            values_by_label(formula, at, {"q": 0.0})[:, 1]
            if at_once
            else values(formula, at, torch.tensor([1]), {"q": 0.0})
        )
        assert found.item() == pytest.approx(expected, rel=1e-6)
