"""Batches: code has to return the mean, the sum or the list of its values for the single samples, always the same."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

from symcheck.intake.torch.eager import SPREAD, EagerError, close
from symcheck.intake.torch.outcome import Note
from symcheck.reason import Code, Undecided

if TYPE_CHECKING:
    from torch import Tensor

_WAYS = ("mean", "sum", "list")
"""What code returns for a batch, always the same of these."""

FAR = 60.0
"""A lead with which a softmax is 0 or 1 in floats, so that code that counts the losses that are not 0 is seen."""

SURE = 8.0
"""By so much the right label leads, or another one, where samples far away from 0 are looked at."""

_MOST_DRAWN = 12
"""So many samples are drawn for a batch."""

MOST_FIRST = 16
"""Labels that a batch begins with, where they have numbers of their own."""

Sample = Callable[[list[float], list[float], int], tuple[float, float]]
"""Value and slope of the code at the logits, along a direction, with the label."""


class Batches:
    """Batches of ``classes`` classes: ``eager`` computes one sample, ``call`` a batch of them.

    What their values can be, and what their gradients can be those of, is narrowed from batch to batch.
    """

    def __init__(self, eager: Sample, call: Callable[[Tensor, Tensor], Tensor], classes: int) -> None:
        self._eager, self._call, self._classes = eager, call, classes
        self._values, self._gradients = set(_WAYS), set(_WAYS)

    def notes(self, *, has_class_numbers: bool) -> list[Note]:
        """What was noticed; raises ``Undecided`` if no way is left."""
        # Of two classes every other label is the same one, so each of them has to lead once.
        leads = (0.0, SURE, -SURE, FAR, -FAR, 0.0, 0.0)
        found = [note for seed, sure in enumerate(leads) for note in self._check(sure, seed=seed)]
        found += self._check(0.0, level=SURE)
        # Code that counts the labels of a batch, or asks for that of its first sample, is not seen where all of them
        # differ, or where that one is no special one.
        firsts = range(1, min(self._classes, MOST_FIRST)) if has_class_numbers else ()
        for first in (0, *firsts):
            found += self._check(0.0, first, repeats=2)
        if not self._values & self._gradients:
            # As where a backward leaves out the gradient that it is handed.
            value, gradient = (next(way for way in _WAYS if way in ways) for ways in (self._values, self._gradients))
            found.append(Note(f"for a batch the code returns the {value}, and gradients of the {gradient}"))
        return list(dict.fromkeys(found))

    def _check(self, sure: float, first: int = 0, repeats: int = 1, *, level: float = 0.0, seed: int = 0) -> list[Note]:
        """A batch has to be the mean, the sum or the list of its samples: one of the ways that are left.

        Their labels are counted up from ``first`` on, each so often as ``repeats`` says.

        Every other label leads by ``sure``, and the others are behind by as much: a level below which a loss is
        turned round (flooding), or a mask of easy samples that is divided by its sum, is seen only there.  So is a mask
        of samples whose loss is positive, where all logits are at a low ``level`` or, of the others, at a high one.
        """
        classes = self._classes
        random = Random(classes + 1000 * seed)
        # Not as many samples as classes, or code that mixes up the two axes would not be found out.
        samples = 3 if classes != 3 else 4
        rows: list[list[float]] = []
        labels: list[int] = []
        alone: list[float] = []
        slopes: list[float] = []
        directions: list[list[float]] = []
        # A sample at which the code has no value says nothing about the others.
        for k in range(_MOST_DRAWN):
            z, y = [random.gauss(0, SPREAD) for _ in range(classes)], (first + k // repeats) % classes
            z = [v + (level if k % 2 else -level) for v in z]
            z[y] += sure if k % 2 else -sure
            direction = [random.gauss(0, 1) for _ in range(classes)]
            value, slope = self._eager(z, direction, y)
            if math.isfinite(value):
                rows, labels, alone = [*rows, z], [*labels, y], [*alone, value]
                slopes, directions = [*slopes, slope], [*directions, direction]
            if len(rows) == samples:
                break
        else:
            return [Note(f"the code returns no finite number at most samples for C = {classes}: no batch was compared")]
        torch = sys.modules["torch"]
        try:
            logits = torch.tensor(rows, requires_grad=True)
            found = self._call(logits.clone(), torch.tensor(labels))
        except EagerError as stop:
            name = type(stop.error).__name__
            return [Note(f"the code raises {name} on a batch of {samples}: it is read for one sample at a time")]
        values = found.reshape(-1).tolist()
        mean, total = math.fsum(alone) / samples, math.fsum(alone)
        expected = {"mean": [mean], "sum": [total], "list": alone}
        # Of values that are all 0, as those of l - l.detach(), the gradients tell.
        of_batch = _slopes(found, logits, directions)
        self._values &= {way for way, wanted in expected.items() if _all_close(wanted, values)}
        self._gradients &= {way for way in _WAYS if _shares(slopes, of_batch, samples if way == "mean" else 1)}
        if not self._values or not self._gradients:
            shown = f"{values[0]:.12g}" if len(values) == 1 else f"{len(values)} values"
            one = f"the mean of its values for the single samples is {mean:.12g} and their sum {total:.12g}"
            differ = f"the code returns {shown}, where {one}"
            if _all_close([mean], values) or _all_close([total], values) or _all_close(alone, values):
                differ += ", and in the gradients or in other batches it is not the same of the two"
            why = f"on a batch of {samples} {differ}: it mixes the samples of a batch"
            settle = "write a loss of one sample; a formula is about (z, y), and a batch is averaged"
            raise Undecided.of(Code.UNMAPPED_OP, why, settle, where=f"C = {classes}")
        return []


def _slopes(found: Tensor, logits: Tensor, directions: list[list[float]]) -> list[float]:
    """The slope of the sum of the values of a batch along one direction for each sample."""
    torch: Any = sys.modules["torch"]
    if not found.requires_grad:
        return [0.0] * len(directions)
    try:
        (gradient,) = torch.autograd.grad(found.sum(), logits, allow_unused=True)
    except RuntimeError:  # of code that runs for one sample at a time
        return [math.nan] * len(directions)
    if gradient is None:
        return [0.0] * len(directions)
    return [float(g @ torch.tensor(d)) for g, d in zip(gradient, directions, strict=True)]


def _all_close(wanted: list[float], values: list[float]) -> bool:
    return len(wanted) == len(values) and all(map(close, wanted, values))


def _shares(alone: list[float], batch: list[float], count: int) -> bool:
    """Whether the slopes of a batch are those of its samples alone, divided by ``count``."""
    if not all(map(math.isfinite, (*alone, *batch))):
        return True  # what has no gradient is told of one sample
    return _all_close([a / count for a in alone], batch)
