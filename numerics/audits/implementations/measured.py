"""The code at all the points of one number of classes, and how far from it a formula may be for rounding alone."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.audits.implementations.code_runs import CodeRuns, Returned, in_double, in_single
from numerics.audits.implementations.formula_runs import values_and_gradients
from numerics.audits.implementations.points import Point
from symcheck.budget import Budget
from symcheck.language.formula import Formula

ROUNDING = 2e-8
"""A difference of this size, relative to the loss at its largest label, may be rounding.

Constants of 32 bits, such as torch.tensor(0.7) or np.float32(0.3), are rounded by up to 6e-8 of themselves, and what
is ten times ``ROUNDING`` is a difference.
"""

IN_ONE_PRECISION = 1e-6
"""The same for code that runs in double precision only: by how much it loses digits is not known."""

OF_SINGLE = 64 * 2.0**-29
"""So much of the difference between single and double precision may be left in double: 2^-29 of it, times 64."""

TRUSTED = 1e-3
"""Where single and double precision differ by more than this, nothing is said: the code loses its digits there."""

FEWEST = 12
"""So many points of one number of classes are looked at in any case."""

MOST_LABELS = 12
"""Up to so many labels the formula is looked at to see how large it is."""

AGAIN = 8
"""So many points are run a second time, to see whether the code returns the same."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What the code returns at ``points`` of ``classes`` classes, in double precision.

    ``values`` (n,) and ``gradients`` (n, C); what they may be off by, relative to the ``value_size`` of the formula at
    its largest label (n,) and to the ``gradient_size`` of it anywhere; and where something can be said of them.  It
    ``varies`` if it returns another value when it is called again.
    """

    classes: int
    points: Sequence[Point]
    z: Tensor
    y: Tensor
    values: Tensor
    gradients: Tensor
    value_room: Tensor
    gradient_room: Tensor
    value_known: Tensor
    gradient_known: Tensor
    value_size: Tensor
    gradient_size: float
    has_own_backward: bool
    varies: bool


def measured(
    runs: CodeRuns, points: Sequence[Point], formula: Formula, numbers: Mapping[str, float], budget: Budget
) -> Measured:
    """The code at ``points``, of one number of classes; its numbers are as large as those of ``formula``.

    Of slow code at as many points as half of the ``budget`` is enough for, and at ``FEWEST`` in any case.
    """
    points, room, classes = _affordable(runs, points, budget), ROUNDING, len(points[0].z)
    z = torch.tensor([p.z for p in points], dtype=torch.float64)
    y = torch.tensor([p.y for p in points])
    with in_double():
        double = [_one(runs, z[i : i + 1], y[i : i + 1]) for i in range(len(points))]
        again = [_one(runs, z[i : i + 1], y[i : i + 1]) for i in range(min(len(points), AGAIN))]
    with in_single():
        single = [_one(runs, z[i : i + 1].float(), y[i : i + 1]) for i in range(len(points))]
    values, gradients = _stacked(double, z)
    narrow_values, narrow_gradients = _stacked(single, z)
    if not narrow_values.isfinite().any():  # code that runs in double precision only
        narrow_values, narrow_gradients, room = values, gradients, IN_ONE_PRECISION
    value_size, gradient_size = _sizes(formula, z, numbers)
    lost = (values - narrow_values).abs() / values.abs().nan_to_num(1.0).maximum(value_size)
    largest = gradients.abs().amax(-1).nan_to_num(1.0).clamp(min=gradient_size)
    lost_slope = (gradients - narrow_gradients).abs().amax(-1) / largest
    return Measured(
        classes=classes,
        points=points,
        z=z,
        y=y,
        values=values,
        gradients=gradients,
        value_room=room + OF_SINGLE * lost.nan_to_num(1.0),
        gradient_room=room + OF_SINGLE * lost_slope.nan_to_num(1.0),
        value_known=values.isfinite() & (lost <= TRUSTED),
        gradient_known=gradients.isfinite().all(-1) & (lost_slope <= TRUSTED),
        value_size=value_size,
        gradient_size=gradient_size,
        varies=any(a is not None and b is not None and _differ(a, b) for a, b in zip(double, again, strict=False)),
        has_own_backward=any(r is not None and r.has_own_backward for r in double),
    )


def _affordable(runs: CodeRuns, points: Sequence[Point], budget: Budget) -> Sequence[Point]:
    start = time.monotonic()
    first = points[0]
    with in_double():
        _one(runs, torch.tensor([first.z], dtype=torch.float64), torch.tensor([first.y]))
    # Each point is run twice, at each of a few numbers of classes.
    once = time.monotonic() - start
    count = max(FEWEST, int(min(budget.left / (16 * once + 1e-9), len(points))))
    if count >= len(points):
        return points
    # Spread over all of them, so that each kind of point is met.
    return [points[k * len(points) // count] for k in range(count)]


def _one(runs: CodeRuns, z: Tensor, y: Tensor) -> Returned | None:
    found = runs.on(z, y)
    return found if isinstance(found, Returned) and found.values.numel() == 1 else None


def _differ(one: Returned, two: Returned) -> bool:
    return not torch.equal(one.values.nan_to_num(), two.values.nan_to_num())


def _stacked(found: list[Returned | None], z: Tensor) -> tuple[Tensor, Tensor]:
    nothing = z.new_full(z.shape[1:], float("nan"))
    values = torch.stack([z.new_tensor(float("nan") if r is None else float(r.values)) for r in found])
    gradients = [nothing if r is None else r.gradient.reshape(-1).double() for r in found]
    return values, torch.stack(gradients)


def _sizes(formula: Formula, z: Tensor, numbers: Mapping[str, float]) -> tuple[Tensor, float]:
    """How large the formula is at each point, at its largest label, and its gradient anywhere; neither is above 1 for
    small losses, nor below what they are elsewhere."""
    labels = [torch.full((len(z),), k) for k in range(min(z.shape[1], MOST_LABELS))]
    found = [values_and_gradients(formula, z, y, numbers) for y in labels]
    values = [v.abs().nan_to_num(0.0, 0.0) for v, _ in (pair for pair in found if pair is not None)]
    slopes = [float(g.abs().nan_to_num(0.0, 0.0).max()) for _, g in (pair for pair in found if pair is not None)]
    largest = torch.stack(values).amax(0) if values else torch.ones(len(z), dtype=z.dtype)
    floor = min(1.0, float(largest.max())) or 1.0
    return largest.clamp(min=floor), min(1.0, max(slopes, default=1.0)) or 1.0
