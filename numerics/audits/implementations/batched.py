"""Code on batches: is it the mean, the sum or the list of what it is for the single samples, also in its gradients?"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

import torch
from torch import Tensor

from numerics.audits.implementations.code_runs import CodeRuns, Returned, in_double
from symcheck.budget import Budget

WAYS = {"mean": "mean", "sum": "sum", "none": "list"}
"""What ``reduction=`` says, and how code is called that does it."""

CLOSE = 1e-8
"""Numbers of a batch and of its samples are the same up to this, relative to the largest of them."""

HANDED = 3.0
"""What a backward is handed in the place of 1: of three times the loss the gradient is three times as large.

Of a list each loss is handed another number: 3, 4, 5, ...
"""

# Of two classes every other label is the same one, so each of them has to lead once; far ahead a loss is 0 in floats,
# which code that counts the losses that are not 0 sees, or code that turns a small loss round.
_LEADS = (0.0, 8.0, -8.0, 60.0, -60.0)


@dataclass(frozen=True, eq=False)
class Batch:
    """Logits ``z`` (N, C) and labels ``y`` (N,), what was ``returned``, and ``values`` and ``gradients`` one by one.

    ``handed`` is the gradient where the backward is handed other numbers than 1; the scales are how large values and
    gradients were in this batch or one before.
    """

    z: Tensor
    y: Tensor
    returned: Returned
    values: Tensor
    gradients: Tensor
    handed: Tensor | None
    value_scale: float
    gradient_scale: float

    @property
    def value_ways(self) -> set[str]:
        """Which of the ways its values are."""
        found = self.returned.values
        wanted = by_way(self.values).items()
        return {way for way, v in wanted if found.shape == v.shape and _close(found, v, self.value_scale)}

    @property
    def gradient_ways(self) -> set[str]:
        """Which of the ways its gradients are; all of them where a gradient is no number."""
        gradient = self.returned.gradient
        if not (gradient.isfinite().all() and self.gradients.isfinite().all()):
            return set(WAYS.values())
        found = set()
        if _close(gradient, self.gradients / len(self.y), self.gradient_scale):
            found.add("mean")
        if _close(gradient, self.gradients, self.gradient_scale):
            found |= {"sum", "list"}
        return found

    @property
    def takes_what_is_handed(self) -> bool:
        """Whether the gradient is as many times as large as what the backward is handed."""
        if self.handed is None or not self.handed.isfinite().all():
            return True
        return _close(self.handed, self.wanted_of_handed, len(self.y) * HANDED * self.gradient_scale)

    @property
    def wanted_of_handed(self) -> Tensor:
        """What the gradient has to be where the backward is handed other numbers than 1."""
        return _weights(self.returned.values, len(self.y)) * self.returned.gradient


@dataclass(frozen=True)
class Batched:
    """What the code does with batches: the ``ways`` that are left, and what it ``says`` it does.

    ``mixing`` says how the last of the ``batches`` is none of them, ``backward`` how its gradients are not those of its
    values; ``notes`` are for the reader.  ``is_known`` if some batch was run; ``before`` are the ways that were left
    before the batch that mixes.
    """

    ways: tuple[str, ...]
    says: str | None
    is_known: bool = True
    mixing: str = ""
    backward: str = ""
    notes: tuple[str, ...] = ()
    batches: tuple[Batch, ...] = field(default=(), repr=False)
    before: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether it does what it says, if it says anything and something is known."""
        return not self.is_known or not self.ways or self.says is None or WAYS[self.says] in self.ways


def batched(runs: CodeRuns, code: Callable[..., object], classes: int, budget: Budget) -> Batched:
    """What ``code`` does with batches of ``classes`` classes."""
    values, gradients, seen = set(WAYS.values()), set(WAYS.values()), list[Batch]()
    says = said(code)
    for z, y in _drawn(classes):
        if budget.left < budget.seconds / 4 and len(seen) > 2:
            break
        found = _run(runs, z, y, seen[-1] if seen else None)
        if isinstance(found, Exception):
            name = type(found).__name__
            notes = (f"the code raises {name} on a batch of {len(y)}: it is compared for one sample at a time",)
            return Batched(tuple(WAYS.values()), says, is_known=False, notes=notes)
        if found is None:
            continue
        seen.append(found)
        before = values & gradients or values
        values &= found.value_ways
        if not values:
            return Batched((), says, mixing=_mixing(found, before), batches=tuple(seen), before=_ordered(before))
        gradients &= found.gradient_ways
        if not values & gradients:
            backward = (
                f"for a batch of {len(y)} samples the code returns the {_first(values)} of its values for the single "
                f"samples, and its gradient is {_gradient(found, values)}"
            )
            return Batched(_ordered(values), says, backward=backward, batches=tuple(seen))
        if not found.takes_what_is_handed:
            listed = found.returned.values.numel() > 1
            what = "a weighted sum of the losses" if listed else "three times the loss"
            backward = (
                f"autograd returns a wrong gradient for {what} of a batch of {len(y)} samples: the backward does not "
                "multiply by the gradient that it is handed"
            )
            return Batched(_ordered(values), says, backward=backward, batches=tuple(seen))
    return Batched(_ordered(values & gradients), says, is_known=bool(seen), batches=tuple(seen))


def by_way(values: Tensor) -> dict[str, Tensor]:
    """What each of the ways makes of the ``values`` (N,) of the single samples."""
    return {"mean": values.mean().reshape(1), "sum": values.sum().reshape(1), "list": values}


def said(code: Callable[..., object]) -> str | None:
    """The reduction that the code says it does: its attribute, or the default of its argument."""
    known = getattr(code, "reduction", None)
    if known is None:
        inner = code.func if isinstance(code, functools.partial) else code
        given = code.keywords.get("reduction") if isinstance(code, functools.partial) else None
        try:
            parameter = inspect.signature(inner).parameters.get("reduction")
        except (TypeError, ValueError):
            parameter = None
        known = given if given is not None else None if parameter is None else parameter.default
    return known if isinstance(known, str) and known in WAYS else None


def _drawn(classes: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of several sizes, with labels that differ and that come more than once, near 0 and far from it."""
    random = Random(100 + classes)
    # Not only as many samples as classes: code that mixes up the two axes would not be found out.
    for samples in (3, 4, 2, 5, 6, 7, 16, 64):
        yield _batch(random, samples, classes, 0.0, 0.0)
    for samples, lead in zip((3, 4, 3, 4), _LEADS[1:], strict=True):
        yield _batch(random, samples, classes, lead, 0.0)
    for level in (8.0, -8.0):
        yield _batch(random, 4, classes, 0.0, level)
    for first in range(min(classes, 12)):  # of code that asks for the label of the first sample, or counts labels
        z, _ = _batch(random, 3, classes, 0.0, 0.0)
        yield z, torch.tensor([first, first, (first + 1) % classes])


def _batch(random: Random, samples: int, classes: int, lead: float, level: float) -> tuple[Tensor, Tensor]:
    labels = [(k * k) % classes for k in range(samples)]
    rows = [[round(random.gauss(0, 1), 4) for _ in range(classes)] for _ in range(samples)]
    for k, (row, label) in enumerate(zip(rows, labels, strict=True)):
        sign = 1 if k % 2 else -1
        row[:] = [round(v + sign * level, 4) for v in row]
        row[label] = round(row[label] + sign * lead, 4)
    return torch.tensor(rows, dtype=torch.float64), torch.tensor(labels)


def _run(runs: CodeRuns, z: Tensor, y: Tensor, last: Batch | None) -> Batch | Exception | None:
    """The batch after the ``last`` one, without samples at which the code has no value; None for less than two."""
    with in_double():
        single = [runs.on(z[i : i + 1], y[i : i + 1]) for i in range(len(y))]
        fine = [i for i, r in enumerate(single) if isinstance(r, Returned) and r.values.numel() == 1 and _finite(r)]
        if len(fine) < 2:
            return None
        z, y = z[fine], y[fine]
        found = runs.on(z, y)
        if isinstance(found, Exception):
            return found
        weights = _weights(found.values, len(y))
        again = runs.on(z, y, handed=weights.reshape(-1) if weights.numel() == found.values.numel() else HANDED)
    alone = [r for r in (single[i] for i in fine) if isinstance(r, Returned)]
    gradients = torch.stack([r.gradient.reshape(-1) for r in alone])
    values = torch.cat([r.values.reshape(1) for r in alone])
    handed = again.gradient if isinstance(again, Returned) else None
    # Far out all losses may be 0 but for rounding.
    before = (1e-300, 1e-300) if last is None else (last.value_scale, last.gradient_scale)
    slope = float(gradients.abs().nan_to_num(0.0, 0.0).max())
    scales = max(float(values.abs().max()), before[0]), max(slope, before[1])
    return Batch(z, y, found, values, gradients, handed, *scales)


def _weights(values: Tensor, samples: int) -> Tensor:
    """What a backward is handed: (N, 1) for the list of N losses, else one number."""
    if values.numel() != samples:
        return torch.full((1, 1), HANDED, dtype=torch.float64)
    return torch.arange(samples, dtype=torch.float64).unsqueeze(1) + HANDED


def _finite(returned: Returned) -> bool:
    return bool(returned.values.isfinite().all())


def _close(found: Tensor, wanted: Tensor, scale: float) -> bool:
    return bool(found.isfinite().all()) and float((found - wanted).abs().max()) <= CLOSE * scale


def _ordered(ways: set[str]) -> tuple[str, ...]:
    return tuple(way for way in WAYS.values() if way in ways)


def _first(ways: set[str]) -> str:
    return _ordered(ways)[0]


def _mixing(found: Batch, before: set[str]) -> str:
    here, samples = found.value_ways, len(found.y)
    if here:
        return f"the code returns the {_first(before)} for some batches, and the {_first(here)} for one of {samples}"
    return (
        f"for a batch of {samples} samples the code is neither the mean, nor the sum, nor the list of its values for "
        "the single samples"
    )


def _gradient(found: Batch, values: set[str]) -> str:
    here = found.gradient_ways
    if here:
        return f"that of the {_first(here)}, {len(found.y)} times as {'large' if 'mean' in values else 'small'}"
    return "neither that of the mean nor that of the sum"
