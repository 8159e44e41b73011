"""A formula beside the code: where both have a number, and by how much these differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.audits.implementations.formula_runs import values_and_gradients, values_at
from numerics.audits.implementations.measured import Measured
from symcheck.language.formula import Formula

NEAR = 4.0
"""Logits up to this size make nothing overflow that is written with care or without."""

SURE = 10.0
"""A difference is one if it is so many times as large as rounding may be."""

ALIKE = 5.0
"""A formula explains the code if the two differ by no more than so many times what rounding may be."""


@dataclass(frozen=True, eq=False)
class Compared:
    """A formula with ``values`` and ``gradients`` beside the ``code`` at its points."""

    code: Measured
    values: Tensor
    gradients: Tensor

    @property
    def value_known(self) -> Tensor:
        """Where both have a value."""
        return self.code.value_known & self.values.isfinite()

    @property
    def gradient_known(self) -> Tensor:
        """Where both have a gradient, and no kink is met."""
        return self._both_slopes & ~self._special

    @property
    def _both_slopes(self) -> Tensor:
        return self.value_known & self.code.gradient_known & self.gradients.isfinite().all(-1)

    @property
    def _special(self) -> Tensor:
        return torch.tensor([p.special for p in self.code.points])

    @property
    def value_excess(self) -> Tensor:
        """By how many times what rounding may be the values differ."""
        scale = self.code.values.abs().maximum(self.values.abs()).nan_to_num(1.0).maximum(self.code.value_size)
        found = (self.code.values - self.values).abs() / (self.code.value_room * scale)
        return torch.where(self.value_known, found, 0.0)

    @property
    def gradient_excess(self) -> Tensor:
        """The same of the gradients, at each point that of the entry that differs most."""
        return torch.where(self.gradient_known, self._gradient_excess, 0.0)

    @property
    def _gradient_excess(self) -> Tensor:
        largest = self.code.gradients.abs().amax(-1).maximum(self.gradients.abs().amax(-1))
        return (self.code.gradients - self.gradients).abs().amax(-1) / (
            self.code.gradient_room * largest.nan_to_num(1.0).clamp(min=self.code.gradient_size)
        )

    @property
    def values_agree(self) -> bool:
        """Whether the values do at all points that count, and there are enough of them."""
        known = self.value_known
        enough = 2 * int(known.sum()) >= int(self.code.value_known.sum()) > 0
        return enough and bool((self.value_excess <= ALIKE).all())

    @property
    def gradients_agree(self) -> bool:
        """Whether the gradients do."""
        known = self.gradient_known
        return bool(known.any()) and bool((self.gradient_excess <= ALIKE).all()) and not self.gradient_missing.any()

    @property
    def gradient_missing(self) -> Tensor:
        """Where the code has a value and no finite gradient, so near 0 that nothing can overflow."""
        broken = ~self.code.gradients.isfinite().all(-1) & self.gradients.isfinite().all(-1)
        return self.value_known & broken & self._near

    @property
    def value_missing(self) -> Tensor:
        """Where the formula has a value and the code has none, so near 0."""
        return ~self.code.value_known & self.values.isfinite() & self._near

    @property
    def _near(self) -> Tensor:
        return ~self._special & (self.code.z.abs().amax(-1) <= NEAR)

    @property
    def agrees_at_kinks(self) -> bool:
        """Whether the gradients are the same at the special points too."""
        known = self._both_slopes & self._special
        return bool((torch.where(known, self._gradient_excess, 0.0) <= ALIKE).all())

    @property
    def count(self) -> int:
        """The number of points at which values are compared."""
        return int(self.value_known.sum())


def compared(code: Measured, formula: Formula, numbers: Mapping[str, float]) -> Compared | None:
    """The formula beside the ``code``, None if the formula cannot be read at these points."""
    found = values_and_gradients(formula, code.z, code.y, numbers)
    return None if found is None else Compared(code, *found)


def has_values(code: Measured, formula: Formula, numbers: Mapping[str, float]) -> bool:
    """Whether the formula has the values of the ``code``."""
    found = values_at(formula, code.z, code.y, numbers)
    return found is not None and Compared(code, found, code.gradients).values_agree


def has_gradients(code: Measured, formula: Formula, numbers: Mapping[str, float]) -> bool:
    """Whether the formula has the gradients of the ``code``."""
    found = compared(code, formula, numbers)
    return found is not None and found.gradients_agree
