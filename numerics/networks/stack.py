"""Many networks of one architecture at once: their weights as the rows of one matrix.

``torch.func`` evaluates all of them in one call, so that K small matrix products become one batched product, and an
optimiser moves all the weights in one operation.  Networks that it cannot evaluate so (an LSTM, a branch on the values)
are evaluated one after the other, with the same numbers.
"""

from __future__ import annotations

import copy
import math
import warnings
from collections.abc import Sequence, Sized
from contextlib import nullcontext
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from numerics.errors import ModelError
from numerics.models.base import CANNOT, line_of
from numerics.networks.inputs import Inputs, at_once

AT_ONCE = 2**16
"""How many samples, over all networks together, are evaluated in one go."""
FEW = 8
"""On so many samples it is tried whether networks can be evaluated at once."""
LOOPED = (
    "the networks are evaluated one after the other, which takes longer: evaluated at once, by torch.func.vmap, their "
    "forward pass fails or does something else"
)
SAME = 1e-3
"""Networks evaluated at once and one after the other differ by less than this, relatively, with room for float32."""


@dataclass(frozen=True, eq=False)
class Stack:
    """K networks: ``start`` (K, m) their initial weights, ``fixed`` what is not trained (buffers, frozen weights).

    ``module`` is the architecture; its own weights are not used.  ``names`` and ``shapes`` are those of the m weights.
    ``is_looped`` says that networks are evaluated one after the other, since they cannot be evaluated at once.
    """

    module: nn.Module
    names: tuple[str, ...]
    shapes: tuple[torch.Size, ...]
    start: Tensor
    fixed: dict[str, Tensor]
    is_looped: bool = False

    @classmethod
    def of(cls, modules: Sequence[nn.Module], device: torch.device, dtype: torch.dtype, few: Tensor) -> Stack:
        """The stack of ``modules``, which have one architecture, on ``device`` in ``dtype``.

        Parameters: ``few`` (b, ...) samples, on which it is tried whether the networks can be evaluated at once.
        """
        placed = [module.to(device, dtype) for module in modules]
        # Asked of the first module: all have one architecture, frozen parts included.
        is_trained = {name for name, p in placed[0].named_parameters() if p.requires_grad}
        # Not by torch's stack_module_state: it refuses modules of a class that a function makes anew at each call.
        state = _stacked([dict((*module.named_parameters(), *module.named_buffers())) for module in placed])
        trained = {name: value for name, value in state.items() if name in is_trained}
        fixed = {name: value for name, value in state.items() if name not in is_trained}
        start = torch.cat([p.reshape(len(placed), -1) for p in trained.values()], 1)
        found = cls(placed[0], tuple(trained), tuple(p.shape[1:] for p in trained.values()), start, fixed)
        return replace(found, is_looped=not _is_evaluated_at_once(found, few[:FEW]))

    def __len__(self) -> int:
        return len(self.start)

    @property
    def weights_each(self) -> int:
        """m, the number of weights of one network."""
        return self.start.shape[1]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader has to know of how the networks are evaluated."""
        if not self.is_looped:
            return ()
        return (LOOPED,)

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

        if self.is_looped:
            return torch.stack(
                [self.output(k, weights[k], inputs if shared else inputs[k]) for k in range(len(weights))]
            )

        def one(named: dict[str, Tensor], fixed: dict[str, Tensor], x: Tensor) -> Tensor:
            found: Tensor = functional_call(self.module, (named, fixed), (x,))
            return found

        found: Tensor = vmap(one, in_dims=(0, 0, None if shared else 0))(self.named(weights), self.fixed, inputs)
        return found

    def output(self, k: int, theta: Tensor, inputs: Tensor) -> Tensor:
        """What network ``k`` by itself computes with the weights ``theta`` (m,) on ``inputs`` (b, ...), (b, C)."""
        # A copy of what is not trained: a module that counts its calls, say, begins each of them in the same state.
        fixed = {name: value[k].clone() for name, value in self.fixed.items()}
        # cudnn has no derivative of a recurrent layer in evaluation mode.
        is_without = inputs.is_cuda and any(isinstance(part, nn.RNNBase) for part in self.module.modules())
        with torch.backends.cudnn.flags(enabled=False) if is_without else nullcontext():
            found: Tensor = functional_call(self.module, (self.named(theta), fixed), (inputs,))
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


def _stacked(states: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Parameters and buffers of modules of one architecture, by name, each with the modules as its first axis."""
    return {name: torch.stack([state[name].detach() for state in states]) for name in states[0]}


def _is_evaluated_at_once(stack: Stack, few: Tensor) -> bool:
    """Whether vmap evaluates ``stack``, with and without gradients, and finds what its networks compute by themselves.

    Tried at random weights about the start, where the scores may all be 0.
    """
    chance = torch.Generator().manual_seed(5)
    moved = stack.start + torch.randn(stack.start.shape, generator=chance, dtype=torch.float64).to(stack.start) / 4
    fixed = {name: value.clone() for name, value in stack.fixed.items()}
    at_once, looped = replace(stack, fixed=fixed), replace(stack, is_looped=True)
    try:
        with warnings.catch_warnings():
            # torch's own loop, over the operations that vmap has no rule for, is slower than one over the networks
            warnings.filterwarnings("error", "There is a performance drop")
            found, each = _tried(at_once, moved, few)
        expected, same = _tried(looped, moved, few)
    # What a forward pass raises under vmap can be anything; the loop then says whether it is the module's own fault.
    except Exception:  # noqa: BLE001
        return False
    if any(not torch.equal(value, stack.fixed[name]) for name, value in fixed.items()):
        return False  # the forward pass changes a buffer, which a stack would keep
    return _is_same(found, expected) and _is_same(each, same)


def _tried(stack: Stack, weights: Tensor, few: Tensor) -> tuple[Tensor, Tensor]:
    """Scores and their gradient, of samples that are shared and of samples of its own of each network."""
    of_each = few.expand(len(stack), *few.shape)
    with torch.no_grad():
        plain = [stack.outputs(weights, few, shared=True), stack.outputs(weights, of_each, shared=False)]
    moved = weights.detach().requires_grad_()
    scores = [stack.outputs(moved, few, shared=True), stack.outputs(moved, of_each, shared=False)]
    pull = torch.randn(plain[0].shape, generator=torch.Generator().manual_seed(6), dtype=torch.float64).to(few)
    gradients = [torch.autograd.grad(z, moved, pull)[0] for z in scores]
    return torch.stack([*plain, *(z.detach() for z in scores)]), torch.stack(gradients)


def _is_same(found: Tensor, expected: Tensor) -> bool:
    return found.shape == expected.shape and bool((found - expected).norm() <= SAME * expected.norm())


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
