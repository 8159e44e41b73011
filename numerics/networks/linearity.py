"""Whether the scores of a network are linear in its weights, Z = theta phi(X), so that they form a subspace."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan

import torch
from torch import Tensor

from numerics.networks.forms import Kind
from numerics.networks.single import single_outputs
from numerics.networks.stack import Stack
from numerics.networks.tracing import traced

ROUNDING = 1e-9
"""A relative error below this is rounding: that of sums of some thousand terms, with room."""


@dataclass(frozen=True)
class Linearity:
    """``bend``: how far Z is from the chord between two random weights, relatively.

    ``offset`` is the size of Z at the weights 0 or at theta_0, the smaller one, relatively.  ``is_followed``: each
    operation on the way to the scores is linear in the weights, or adds something fixed; ``lost`` names those of which
    that is not known.
    """

    bend: float
    offset: float
    is_followed: bool
    lost: tuple[str, ...]

    @property
    def is_affine(self) -> bool:
        """Whether Z is linear in the weights up to a fixed term."""
        return self.is_followed and self.bend <= ROUNDING

    @property
    def is_linear(self) -> bool:
        """Whether the scores of all weights are a subspace, Z = theta phi(X) about some weights."""
        return self.is_affine and self.offset == 0


def linearity(stack: Stack, inputs: Tensor) -> Linearity:
    """Z of the first network of ``stack`` on ``inputs`` (n, ...), followed through its operations and tried."""
    trace = traced(stack, inputs, stack.names)
    kind = trace.form.kind
    theta = stack.start[0]
    chance = torch.Generator().manual_seed(1)
    noise = torch.randn(2, len(theta), generator=chance, dtype=torch.float64).to(theta)
    # A short and a long way: a bend may be small nearby, or flat out far away.
    ends = (theta + noise[0], theta - 10 * noise[1])
    with torch.no_grad():
        first, last = (single_outputs(stack, end, inputs) for end in ends)
        between = single_outputs(stack, (2 * ends[0] + ends[1]) / 3, inputs)
        size = max(float(first.norm()), float(last.norm()))
        begin, origin = (float(single_outputs(stack, w, inputs).norm()) for w in (theta, torch.zeros_like(theta)))
    bend = float((between - (2 * first + last) / 3).norm()) / size if size else 0.0
    offset = min(begin, origin) / size if size else 0.0
    followed = not trace.is_branched and kind in (Kind.ZERO, Kind.FIXED, Kind.LINEAR, Kind.AFFINE)
    # Scores that overflow are not linear, and a comparison with nan is false.
    return Linearity(inf if isnan(bend) else bend, inf if isnan(offset) else offset, followed, trace.open)


def is_linear_in_weights(stack: Stack, inputs: Tensor) -> bool:
    """Whether the scores of all weights form a subspace; False where that cannot be shown.

    Parameters: the first network of ``stack``, on ``inputs`` (n, ...).
    """
    return linearity(stack, inputs).is_linear
