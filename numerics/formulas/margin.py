"""The one scalar of the losses that see the label's share of the softmax alone.

    g = log sum_(k != y) e^z_k - z_y,    log p_y = -log(1 + e^g),    log(1 - p_y) = -log(1 + e^-g),

each exact for every z, where p_y itself would be 0 or 1 as a float.  Cross-entropy, the generalised cross-entropy,
the focal loss, the mean absolute error and their like are functions of g (docs/theory.md, "One lambda").
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def margin(z: Tensor, label: Tensor) -> Tensor:
    """g for each sample: ``z`` of shape (..., 1, C) and ``label`` (...) in 0..C-1 give (..., 1, 1)."""
    shape = torch.broadcast_shapes(z.shape[:-2], label.shape)  # type: ignore[no-untyped-call]
    # What torch traces or transforms is written in its own operators; it could not look into a kernel.
    if torch.compiler.is_compiling() or torch._C._are_functorch_transforms_active():
        return _plainly(z.expand(*shape, *z.shape[-2:]), label.expand(shape)[..., None, None])
    flat = z.expand(*shape, *z.shape[-2:]).reshape(-1, z.shape[-1])
    found: Tensor = _Margin.apply(flat, label.expand(shape).reshape(-1, 1))  # type: ignore[no-untyped-call]
    return found.reshape(*shape, 1, 1)


def _plainly(z: Tensor, place: Tensor) -> Tensor:
    """g from the logits without the label's."""
    return z.scatter(-1, place, -torch.inf).logsumexp(-1, keepdim=True) - z.gather(-1, place)


class _Margin(torch.autograd.Function):
    """g with its gradient softmax over the others - e_y, in about the passes over memory that cross-entropy takes."""

    @staticmethod
    def forward(ctx: Any, z: Tensor, place: Tensor) -> Tensor:
        shares = z.softmax(-1)
        largest = shares.amax(-1, keepdim=True)  # 1/sum_k e^(z_k - max z)
        others = shares.scatter_(-1, place, 0).sum(-1, keepdim=True)
        info = torch.finfo(z.dtype)
        # The others' shares are sums of floats that are exact but for their rounding, unless they underflow.
        if len(z) and others.amin() > info.tiny * z.shape[-1] / info.eps:
            value = (others / largest).log() + (z.amax(-1, keepdim=True) - z.gather(-1, place))
        else:
            rest = z.scatter(-1, place, -torch.inf)
            shares, others = rest.softmax(-1), torch.ones_like(others)
            value = rest.logsumexp(-1, keepdim=True) - z.gather(-1, place)
        ctx.save_for_backward(z, place, shares, others)
        return value

    @staticmethod
    def backward(ctx: Any, along: Tensor) -> tuple[Tensor, None]:
        z, place, shares, others = ctx.saved_tensors
        if torch.is_grad_enabled():  # the gradient will be differentiated, which the kept shares would not show
            (gradient,) = torch.autograd.grad(_plainly(z, place), z, along, create_graph=True)
            return gradient, None
        return (shares * (along / others)).scatter_(-1, place, -along), None
