"""Modules that a user hands over: any torch.nn.Module from samples to scores."""

from __future__ import annotations

import copy
import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.parameter import is_lazy

from numerics.datasets.base import Dataset
from numerics.errors import ModelError
from numerics.models.base import CANNOT, Model, line_of


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

    @property
    def has_one_start(self) -> bool:
        """Whether a module was handed over, whose weights are there: those of lazy layers are drawn by the seed."""
        return isinstance(self.made, nn.Module) and not _is_lazy(self.made)

    def module(self, shape: tuple[int, ...], classes: int) -> nn.Module:  # noqa: ARG002 - the user knows them
        """A copy of the module, or what the function makes; raises ``ModelError`` if that cannot be trained."""
        # A copy: the module that was handed over keeps its weights, and every seed starts from them.
        found = copy.deepcopy(self.made) if isinstance(self.made, nn.Module) else _made(self.made)
        # What torch.compile returns computes what the module in it does; that one can be given other weights.
        found = getattr(found, "_orig_mod", found)
        if not isinstance(found, nn.Module):
            raise ModelError(f"model: the function returned a {type(found).__name__}; accepted is a torch.nn.Module")
        if isinstance(found, torch.jit.ScriptModule):
            raise ModelError(
                f"model: got a module of torch.jit ({type(found).__name__}), which cannot be run with weights that are "
                "given to it; accepted is the torch.nn.Module that it was made of"
            )
        if any(part.is_meta for part in (*found.parameters(), *found.buffers())):
            raise ModelError(
                "model: its weights are on the device meta, which keeps no numbers; make the module on the cpu"
            )
        if _is_lazy(found):
            _materialised(found.eval(), shape)
        if not any(p.requires_grad for p in found.parameters()):
            raise ModelError("model: the module has no parameter with requires_grad=True, so there is nothing to train")
        return found


def _made(function: Callable[[], nn.Module]) -> nn.Module:
    """What ``function`` returns; raises ``ModelError`` if it needs arguments, or raises an error itself."""
    name = getattr(function, "__name__", type(function).__name__)
    if needed := _needed(function):
        what = "the class" if isinstance(function, type) else "the function"
        raise ModelError(
            f"model: {what} {name} needs arguments ({', '.join(needed)}); accepted is a function without any, such as "
            f"lambda: {name}(...), or a module"
        )
    try:
        return function()
    except CANNOT as error:
        raise ModelError(
            f"model: {name} raised {type(error).__name__} when it was called for a module: {line_of(error)}; mend it"
        ) from error


def _needed(function: Callable[[], nn.Module]) -> list[str]:
    """The arguments without which ``function`` cannot be called."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    is_free = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p.name for p in found if p.default is inspect.Parameter.empty and p.kind not in is_free]


def _is_lazy(module: nn.Module) -> bool:
    return any(is_lazy(part) for part in (*module.parameters(), *module.buffers()))


def _materialised(module: nn.Module, shape: tuple[int, ...]) -> None:
    """Draws the weights of lazy layers, whose shapes a sample of ``shape`` decides."""
    try:
        with torch.no_grad():
            module(torch.zeros(2, *shape))
    except CANNOT as error:
        raise ModelError(
            f"model: its lazy layers cannot be made for samples of shape {shape}: {line_of(error)}; give a model for "
            "such samples"
        ) from error
    if _is_lazy(module):
        raise ModelError(
            "model: the forward pass leaves lazy layers out, so that they have no weights; take them out of the module"
        )
