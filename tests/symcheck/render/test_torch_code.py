"""Formulas as torch code: pasted, it computes what the formulas are, for values and gradients."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any

import pytest
import torch
from torch import Tensor

import symcheck as sc
from numerics.formulas.batch import values
from symcheck.conditions.agreement.points import array_points
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.differentiation.asked import derivatives
from symcheck.errors import FormulaError
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Scope
from symcheck.render.torch_code import torch_code

EVERY = [("loss", n) for n in names("loss")] + [("regularizer", n) for n in names("regularizer")]

OTHERS = [
    "pair_total(exp(first(z)*second(softmax(z))))*z[y]",
    "pair_total(first(onehot(y))*second(z)**2)",
    "product(1 + exp(z), but=y)*erf(z[y]) + arctan(z[y])",
    "product(softmax(z))*arccos(tanh(z[y]))",
    "amax(z**2, but=y) + amin(z, but=y)*z[y] + amin(z)",
    "total(onehot_argmax(z)*z**2) + cosh(z[y])*sin(z[y])*cos(z[y])",
    "total(entmax(z, 3/2)**2) + entmax(z, 1/2)[y] + entmax(z, 1)[y]",
    "mean(z, but=y)**2 + C",
    "branch(z[y], z[y]**2, 0) + clamp(z[y], -1/4, 3)*mean(z)",
    "total(branch(z, 1, -1))*z[y]",
    "maximum(branch(C - 2, 1, z[y]), mean(z)) + total(branch(C - 3, z, mean(z)))*z[y]",
    "branch(z[y], sin(1), 1/3) + branch(C - 2, z[y], mean(z)) + maximum(branch(mean(z), 1/3, 1/7), z[y])",
    "logsumexp(2*z, but=y) + total(abs(z)) + log(1 + exp(z[y]))",
    "detach(z[y])*z[y]**2 + total(detach(softmax(z))*z)",
    "log(total(exp(z))) - log(sigmoid(z[y])) + log(softmax(z))[y]",
    "maximum(z[y], mean(z)) + total(minimum(z, softmax(z)))",
    "exp(C)/C**(1/2) + log(C)*relu(C - 2) + 0*z[y]",
    "softplus(1) + sigmoid(1)*z[y]",
]


def code_of(source: str, name: str) -> Any:
    namespace: dict[str, Any] = {}
    exec(compile(source, "pasted", "exec"), namespace)  # noqa: S102 - it is to be pasted
    return namespace[name]


def compared(formula: Formula, classes: int, dtype: torch.dtype = torch.float64) -> int:
    """Compares values and gradients at a few values of the parameters, and returns at how many."""
    function = code_of(torch_code(formula, "pasted"), "pasted")
    seen = 0
    for here in list(array_points(formula, scope_with(Scope(), formula), classes))[:2]:
        drawn = torch.Generator().manual_seed(classes)
        z = torch.randn(6, classes, generator=drawn, dtype=torch.float64).to(dtype)
        label = torch.arange(6) % classes
        numbers = {p.name: float(here.values[p.name]) for p in formula.parameters}
        arrays = {a.name: _tensor(here.arrays[a.name].values, dtype) for a in formula.arrays if a.values is None}
        ours, theirs = z.clone().requires_grad_(), z.clone().requires_grad_()
        expected = values(formula.with_arrays(here.arrays), theirs, label if formula.uses_label else None, numbers)
        found = function(ours, *([label] if formula.uses_label else []), **numbers, **arrays)
        assert found.shape == (6,)
        assert found.dtype == dtype
        near = {"rtol": 1e-9, "atol": 1e-10} if dtype == torch.float64 else {"rtol": 1e-4, "atol": 1e-4}
        torch.testing.assert_close(found, expected.expand(6), **near)
        if expected.requires_grad:
            (slope,) = torch.autograd.grad(found.sum(), ours)
            (other,) = torch.autograd.grad(expected.sum(), theirs)
            torch.testing.assert_close(slope, other, **near)
        seen += 1
    return seen


def _tensor(rows: Any, dtype: torch.dtype) -> Tensor:
    found = torch.tensor([[float(x) for x in row] for row in rows], dtype=dtype)
    return found[0] if len(found) == 1 else found


@pytest.mark.parametrize(("kind", "name"), EVERY, ids=[":".join(e) for e in EVERY])
def test_it_is_the_formula_over_the_whole_catalogue(kind: str, name: str) -> None:
    of = loss_named(name) if kind == "loss" else regularizer_named(name)
    formula = of.recorded
    numbers = [c for c in (2, 3, 5) if c in of.classes and formula.fixed_classes in (None, c)]
    assert sum(compared(formula, c) for c in numbers) >= len(numbers) > 0


@pytest.mark.parametrize("text", OTHERS)
def test_it_is_the_formula_for_every_operator(text: str) -> None:
    formula = derivatives(text).subject.formula if "z[y]" not in text else parsed(text, kind="loss")
    assert compared(formula, 2)
    assert compared(formula, 4)
    compared(formula, 3, torch.float32)


@pytest.mark.parametrize(
    ("name", "values_"), [("class_weighted_ce", {"w": (1, 2, 4)}), ("forward", {"T": ((1, 0), (0, 1))})]
)
def test_given_entries_stand_in_the_text(name: str, values_: dict[str, Any]) -> None:
    formula = loss_named(name, **values_).recorded
    source = torch_code(formula, "pasted")
    assert "logits.new_tensor(" in source
    assert compared(formula, len(next(iter(values_.values()))))


def test_it_is_readable() -> None:
    assert torch_code(loss_named("gce").recorded, "gce") == (
        "import torch\n\n\n"
        "def gce(logits: torch.Tensor, target: torch.Tensor, *, q: float = 0.7) -> torch.Tensor:\n"
        "    log_p = torch.log_softmax(logits, dim=1)\n"
        "    return ((1 - torch.exp(q * log_p.gather(1, target[:, None]))) / q).squeeze(1)"
    )
    assert torch_code(regularizer_named("l2").recorded, "l2").endswith(
        "def l2(logits: torch.Tensor) -> torch.Tensor:\n    return ((logits ** 2).sum(1, keepdim=True) / 2).squeeze(1)"
    )


@pytest.mark.parametrize("name", ["cross_entropy", "gce", "focal", "one_vs_rest_logistic", "mae", "label_smoothing"])
def test_far_logits_are_no_nan(name: str) -> None:
    function = code_of(torch_code(loss_named(name).recorded, name), name)
    parameters = {p.name: float(p.default or 1) for p in loss_named(name).recorded.parameters}
    z = torch.tensor([[900.0, -900.0, 0.0], [-1e4, 0.0, 1e4]], requires_grad=True)
    value = function(z, torch.tensor([1, 0]), **parameters)
    value.sum().backward()
    assert z.grad is not None
    assert bool(torch.isfinite(value).all())
    assert bool(torch.isfinite(z.grad).all())


def test_nothing_cancels() -> None:
    # (1 - p_y)^2 at p_y = 1 - 4e-18 is 1.8e-35, and 0 by subtraction.
    squared = code_of(torch_code(loss_named("squared_mae").recorded, "mae"), "mae")
    near = squared(torch.tensor([[40.0, 0.0]], dtype=torch.float64), torch.tensor([0])).item()
    assert near == pytest.approx(math.exp(-80), rel=1e-6)


def test_names_that_code_cannot_have() -> None:
    formula = loss_named("gce").recorded
    for name in ("my loss", "torch", "lambda", "", 3):
        with pytest.raises(FormulaError, match="accepted is a name that Python takes for a function"):
            torch_code(formula, name)  # type: ignore[arg-type]
    for word in ("F", "math", "logits", "at_label", "is"):
        p = Parameter(word)
        formula = sc.derivatives(lambda z, y, p=p: p * z[y]).subject.formula  # type: ignore[misc]
        with pytest.raises(FormulaError, match=f"{word}: this name means something else in code"):
            torch_code(formula)


def test_what_has_no_form_is_named() -> None:
    from symcheck.problem import UNREAD

    with pytest.raises(FormulaError, match="unread has no form in code here"):
        torch_code(UNREAD)


def test_torch_is_named_in_the_text_alone() -> None:
    code = "import sys, symcheck.render.torch_code; assert 'torch' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
