"""One model as it is tried: its scores at its initial weights and at random ones about them, on a few samples."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor, nn
from torch.func import functional_call

from numerics.models.base import CANNOT

FEW = 64
"""A model is tried on at most so many samples, evenly from the first to the last."""
MOVES = (0.1, 0.3, 1.0)
"""How far from the initial weights the random ones are, in the size of these."""

Weights = dict[str, Tensor]


@dataclass(frozen=True, eq=False)
class Trials:
    """A copy of a ``module`` on ``inputs`` (b, ...); ``places`` are weights by name, the first the initial ones.

    In double precision, whatever the model is trained in, where its forward pass leaves it there.
    """

    module: nn.Module
    inputs: Tensor
    places: tuple[Weights, ...]

    @classmethod
    def of(cls, module: nn.Module, inputs: Tensor) -> Trials:
        """Those of ``module``, which is left as it is."""
        found, inputs = _in_double(module, inputs)
        begin = {name: p.detach().clone() for name, p in found.named_parameters()}
        trained = {name for name, p in found.named_parameters() if p.requires_grad}
        moved = (_moved(begin, trained, size, seed) for seed, size in enumerate(MOVES))
        return cls(found, inputs, (begin, *moved))

    @property
    def near(self) -> Weights:
        """Random weights near the initial ones, and off these, where a kink may lie."""
        return self.places[2]

    @property
    def trained(self) -> tuple[str, ...]:
        """The names of the weights that are trained."""
        return tuple(name for name, p in self.module.named_parameters() if p.requires_grad)

    def buffers(self) -> Weights:
        """Copies of what is not trained: each pass begins with the same."""
        return {name: value.detach().clone() for name, value in self.module.named_buffers()}

    def scores(self, weights: Weights, inputs: Tensor | None = None, buffers: Weights | None = None) -> Tensor:
        """Z (b, C) at ``weights``, on all inputs unless others are given."""
        state = weights | (self.buffers() if buffers is None else buffers)
        # The recurrent layers of cudnn have no backward pass in evaluation mode.
        with torch.backends.cudnn.flags(enabled=False):
            found: Tensor = functional_call(self.module, state, (self.inputs if inputs is None else inputs,))
        return found

    def gradient(self, weights: Weights, pull: Tensor, inputs: Tensor | None = None) -> Weights:
        """The gradient of sum(pull Z) in the weights that are trained, over all inputs unless others are given."""
        moved = weights | {name: weights[name].clone().requires_grad_() for name in self.trained}
        # Also where the caller is inside of torch.no_grad().
        with torch.enable_grad():
            scores = self.scores(moved, inputs)
        if not scores.requires_grad:
            return {name: torch.zeros_like(weights[name]) for name in self.trained}
        found = torch.autograd.grad(scores, [moved[name] for name in self.trained], pull, materialize_grads=True)
        return dict(zip(self.trained, found, strict=True))


@contextmanager
def own_draws(inputs: Tensor) -> Iterator[None]:
    """Leaves torch's generators, which belong to the caller, as they were: a forward pass may draw from them."""
    with torch.random.fork_rng(devices=[inputs.device] if inputs.is_cuda else []):
        yield


def spread(count: int, most: int = FEW) -> Tensor:
    """At most ``most`` places among ``count`` samples, evenly from the first to the last."""
    return torch.linspace(0, count - 1, min(most, count)).round().long()


def drawn_like(values: Tensor, seed: int) -> Tensor:
    """Standard normal numbers of the shape, dtype and device of ``values``, the same on every device."""
    chance = torch.Generator().manual_seed(seed)
    return torch.randn(values.shape, generator=chance, dtype=torch.float64).to(values)


def few_of(scores: Tensor, digits: int = 4) -> str:
    """The first scores of a sample (C,), in ``digits`` digits."""
    first: Sequence[float] = scores[:3].tolist()
    return "[" + ", ".join(f"{x:.{digits}g}" for x in first) + (", ...]" if len(scores) > 3 else "]")


def is_same(found: Tensor, expected: Tensor) -> bool:
    """Whether two ways to the same scores agree up to rounding; where both are no numbers they do."""
    tolerance = 1e-8 if expected.dtype == torch.float64 else 1e-4
    if found.shape != expected.shape or not torch.equal(found.isfinite(), expected.isfinite()):
        return False
    first, second = (x[expected.isfinite()] for x in (found, expected))
    if not len(second):
        return True
    return float((first - second).abs().max()) <= tolerance * float(second.abs().max())


def _in_double(module: nn.Module, inputs: Tensor) -> tuple[nn.Module, Tensor]:
    try:
        found, wide = copy.deepcopy(module).double(), inputs.double()
        with torch.no_grad():
            found(wide)
    except CANNOT:  # a forward pass that asks for single precision, or a device without double
        return copy.deepcopy(module), inputs
    return found, wide


def size_of(value: Tensor) -> float:
    """The root mean square of weights, or where these are 0 what a layer of their shape begins with."""
    found = float(value.square().mean().sqrt()) if value.numel() else 0.0
    return found or max(prod(value.shape[1:]), 1) ** -0.5


def _moved(begin: Weights, trained: set[str], size: float, seed: int) -> Weights:
    return {
        name: value + size * size_of(value) * drawn_like(value, 100 * seed + place) if name in trained else value
        for place, (name, value) in enumerate(begin.items())
    }
