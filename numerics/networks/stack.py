"""Many networks of one architecture at once: their weights as the rows of one matrix.

``torch.func`` evaluates all of them in one call, so that K small matrix products become one batched product, and an
optimiser moves all the weights in one operation.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence, Sized
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap

from numerics.errors import ModelError
from numerics.models.base import CANNOT, line_of
from numerics.networks.inputs import Inputs, at_once

AT_ONCE = 2**16
"""How many samples, over all networks together, are evaluated in one go."""


@dataclass(frozen=True, eq=False)
class Stack:
    """K networks: ``start`` (K, m) their initial weights, ``fixed`` what is not trained (buffers, frozen weights).

    ``module`` is the architecture; its own weights are not used.  ``names`` and ``shapes`` are those of the m weights.
    """

    module: nn.Module
    names: tuple[str, ...]
    shapes: tuple[torch.Size, ...]
    start: Tensor
    fixed: dict[str, Tensor]

    @classmethod
    def of(cls, modules: Sequence[nn.Module], device: torch.device, dtype: torch.dtype) -> Stack:
        """The stack of ``modules``, which have one architecture, on ``device`` in ``dtype``."""
        placed = [module.to(device, dtype) for module in modules]
        parameters, buffers = stack_module_state(placed)
        # Asked of the first module: all have one architecture, frozen parts included.
        is_trained = {n: p.requires_grad for n, p in placed[0].named_parameters()}
        trained = {n: p.detach() for n, p in parameters.items() if is_trained[n]}
        fixed = {n: p.detach() for n, p in parameters.items() if n not in trained} | dict(buffers)
        start = torch.cat([p.reshape(len(placed), -1) for p in trained.values()], 1)
        return cls(placed[0], tuple(trained), tuple(p.shape[1:] for p in trained.values()), start, fixed)

    def __len__(self) -> int:
        return len(self.start)

    @property
    def weights_each(self) -> int:
        """m, the number of weights of one network."""
        return self.start.shape[1]

    def named(self, weights: Tensor) -> dict[str, Tensor]:
        """``weights`` (..., m) by name, each (..., *shape), without a copy."""
        parts = torch.split(weights, [math.prod(shape) for shape in self.shapes], -1)
        return {
            name: part.reshape(*weights.shape[:-1], *shape)
            for name, part, shape in zip(self.names, parts, self.shapes, strict=True)
        }

    def outputs(self, weights: Tensor, inputs: Tensor, *, shared: bool) -> Tensor:
        """What the networks with ``weights`` (K, m) compute, (K, b, C).

        Parameters: ``inputs`` (b, ...) if they are ``shared`` by the networks, else (K, b, ...).
        """

        def one(named: dict[str, Tensor], fixed: dict[str, Tensor], x: Tensor) -> Tensor:
            found: Tensor = functional_call(self.module, (named, fixed), (x,))
            return found

        found: Tensor = vmap(one, in_dims=(0, 0, None if shared else 0))(self.named(weights), self.fixed, inputs)
        return found

    def chunks(self, inputs: Sized, most: int | None = None) -> list[slice]:
        """Samples in parts that are not too many to be evaluated at once, and at most ``most``."""
        size = max(1, min(AT_ONCE // len(self), most or AT_ONCE))
        return [slice(i, i + size) for i in range(0, len(inputs), size)]

    def all_outputs(self, weights: Tensor, inputs: Inputs) -> Tensor:
        """``outputs`` on shared ``inputs`` (n, ...), part by part and without derivatives."""
        parts = self.chunks(inputs, at_once(inputs, len(weights)))
        with torch.no_grad():
            return torch.cat([self.outputs(weights, inputs[c], shared=True) for c in parts], 1)

    def loaded(self, weights: Tensor, k: int) -> nn.Module:
        """Network ``k`` with its row of ``weights`` as a module of its own."""
        found = copy.deepcopy(self.module)
        state = {n: v.detach().clone() for n, v in self.named(weights[k]).items()}
        found.load_state_dict(state | {n: v[k] for n, v in self.fixed.items()}, strict=False)
        return found


def checked_outputs(module: nn.Module, inputs: Tensor, classes: int, name: str) -> Tensor:
    """What ``module`` computes on a few of the ``inputs``, if these are scores of ``classes`` classes.

    Raises ``ModelError`` for an output of another shape, one that is no tensor of floats, or one that is not finite.
    """
    few = inputs[:8]
    try:
        with torch.no_grad():
            found = module(few)
    except CANNOT as error:
        raise ModelError(
            f"model: {name} cannot read samples of shape {tuple(few.shape[1:])}: {line_of(error)}; give a model for "
            "such samples"
        ) from error
    if not isinstance(found, Tensor) or not found.is_floating_point():
        what = f"a tensor of {found.dtype}" if isinstance(found, Tensor) else f"a {type(found).__name__}"
        raise ModelError(f"model: {name} returns {what}; accepted is one tensor of scores (n, C), floating")
    if found.shape != (len(few), classes):
        raise ModelError(
            f"model: for {len(few)} samples {name} returns the shape {tuple(found.shape)}; accepted is "
            f"{(len(few), classes)}, a score for each of the C = {classes} classes: mend its last layer"
        )
    if not bool(found.isfinite().all()):
        raise ModelError(
            f"model: the outputs of {name} are not finite at its initial weights; start from other weights"
        )
    return found
