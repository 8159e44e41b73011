"""How far code is from a formula, found without the audit: values and gradients of batches, in float64.

The code may give the loss of each sample, their sum or their mean, the same for all batches; code with an attribute or
a default ``reduction`` gives what that says.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import torch
from torch import Tensor

from numerics.formulas.batch import values
from symcheck.intake.catalogue import loss_named
from symcheck.intake.given import subject_of
from symcheck.language.formula import Formula
from tests.numerics.audits.implementations.sample import Code, Correct

REDUCTIONS = {"none": lambda losses: losses, "sum": torch.sum, "mean": torch.mean}


def formula_of(sample: Correct) -> tuple[Formula, dict[str, float]]:
    """The formula that the sample claims to be, and the values of what is left free in it."""
    if "(" in sample.formula:
        return subject_of(sample.formula, "loss").formula, {}
    formula = loss_named(sample.formula).at(**sample.values).recorded
    return formula, {p.name: float(p.default) for p in formula.parameters if p.default is not None}


def batches(classes: int, spreads: tuple[float, ...]) -> Iterator[tuple[Tensor, Tensor]]:
    """Logits and labels: batches of 1, 3, 5 and 8 samples at each spread, one of them with a label three times."""
    draws = torch.Generator().manual_seed(5)
    for spread in spreads:
        for steps in ([0], [0, 1, 2], [0, 0, 0, 1, 2], range(8)):
            z = spread * torch.randn(len(steps), classes, generator=draws, dtype=torch.float64)
            first = int(torch.randint(classes, (), generator=draws))
            yield z, (first + torch.tensor(steps)) % classes


def distances(sample: Correct, spreads: tuple[float, ...] = (0.1, 1.0, 5.0)) -> tuple[float, float]:
    """The largest differences of values and of gradients, relative to 1 or to the larger of both.

    Of the reductions that are open the one that is nearest.
    """
    stated = stated_reduction(sample.code)
    named = REDUCTIONS if stated is None else {stated: REDUCTIONS[stated]}
    found = [_distances(sample, reduction, spreads) for reduction in named.values()]
    # A constant leaves the gradients right and a detached factor the values: the reduction is the one that shows it.
    return min(found, key=lambda distance: (min(distance), max(distance)))


def stated_reduction(code: Code) -> str | None:
    """The reduction that the code says it has, by an attribute or by the default of an argument."""
    argument = inspect.signature(code).parameters.get("reduction")
    return getattr(code, "reduction", None if argument is None else argument.default)


def _distances(sample: Correct, reduction: object, spreads: tuple[float, ...]) -> tuple[float, float]:
    formula, given = formula_of(sample)

    def stated(z: Tensor, y: Tensor) -> Tensor:
        return reduction(values(formula, z, y, given))

    looked_at = list(batches(sample.classes_to_look_at, spreads))
    pairs = [(_with_gradient(sample.code, z, y), _with_gradient(stated, z, y)) for z, y in looked_at]
    # Relative to 1, but not for a loss that is small everywhere.
    least = min(1.0, max(float(expected[0].abs().max()) for _, expected in pairs))
    worst = [0.0, 0.0]
    for found, expected in pairs:
        if found[0].shape != expected[0].shape and found[0].squeeze(-1).shape != expected[0].shape:
            return float("inf"), float("inf")
        for k, (a, b) in enumerate(zip(found, expected, strict=True)):
            if not a.isfinite().any():
                worst[k] = float("inf")
            inside = torch.isfinite(a) & torch.isfinite(b.reshape(a.shape))
            gap = (a - b.reshape(a.shape)).abs() / torch.maximum(a.abs(), b.reshape(a.shape).abs()).clamp(min=least)
            worst[k] = max(worst[k], float(torch.where(inside, gap, 0.0).max()))
    return worst[0], worst[1]


def _with_gradient(function: Code, z: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The value, and the gradient of it; of several values, of a sum with weights 1, 2, ..."""
    z = z.clone().requires_grad_()
    value = function(z, y)
    if not value.requires_grad:
        return value, torch.zeros_like(z)
    weights = torch.arange(1, value.numel() + 1, dtype=z.dtype).reshape(value.shape)
    (gradient,) = torch.autograd.grad((weights * value).sum(), z, allow_unused=True, materialize_grads=True)
    return value.detach(), gradient
