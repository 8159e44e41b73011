"""Modules that a user hands over: any torch.nn.Module from samples to scores."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray
from torch import nn

from numerics.datasets.base import Dataset
from numerics.errors import ModelError
from numerics.models.base import Model


@final
@dataclass(frozen=True)
class GivenModule(Model):
    """A module, used in evaluation mode, or a function without arguments that makes one.

    Parameters: ``made`` a module, which is copied and has the same initial weights for every seed, or a function,
    which is called once for each seed with torch's generator set to it; ``shape`` of one sample, by default that of
    a row of features; ``standardised`` whether features get mean 0 and variance 1 first (constant ones are then
    dropped).
    """

    made: nn.Module | Callable[[], nn.Module]
    shape: tuple[int, ...] | None = None
    standardised: bool = True

    @property
    def name(self) -> str:
        """The class of the module; "given module" for what a function makes."""
        return type(self.made).__name__ if isinstance(self.made, nn.Module) else "given module"

    def inputs(self, dataset: Dataset, features: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """The features, standardised or as they are, in ``shape``; raises ``ModelError`` if they do not fill it."""
        plain = dataset.features if features is None else features
        rows = dataset.standardised(features)[:, :-1] if self.standardised else plain
        if self.shape is None:
            return rows
        if math.prod(self.shape) != rows.shape[1]:
            kept = " that vary" if self.standardised else ""
            raise ModelError(
                f"shape: got {self.shape}, and {dataset.name} has {rows.shape[1]} features{kept}; accepted is a shape "
                "with that many entries" + (", or standardised=False, which keeps constant ones" if kept else "")
            )
        return rows.reshape(-1, *self.shape)

    def module(self, shape: tuple[int, ...], classes: int) -> nn.Module:  # noqa: ARG002 - the user knows them
        """A copy of the module, or what the function makes; raises ``ModelError`` if that cannot be trained."""
        # A copy: the module that was handed over keeps its weights, and every seed starts from them.
        found = copy.deepcopy(self.made) if isinstance(self.made, nn.Module) else self.made()
        if not isinstance(found, nn.Module):
            raise ModelError(f"model: the function returned a {type(found).__name__}; accepted is a torch.nn.Module")
        if not any(p.requires_grad for p in found.parameters()):
            raise ModelError("model: the module has no parameter with requires_grad=True, so there is nothing to train")
        return found
