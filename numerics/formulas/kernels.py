"""What the losses of classification take of the softmax.

    margin           g = log sum_(k != y) e^z_k - z_y, so that log p_y = -softplus(g), log(1 - p_y) = -softplus(-g)
    entry_and_sum    log p_y and sum_k log p_k
    power_of_others  (1 - p_k)^b for every class k

The values of g and of 1 - p are exact for every z, also where p is 0 or 1 as a float.  Cross-entropy, the
generalised cross-entropy, the focal loss and their like are functions of g (THEORY 3).

Each is written once in torch's operators, and once as a kernel with a gradient of its own, in about the passes over
memory that torch's cross-entropy takes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad

FAR = 16.0
"""Logits whose mean is so far from 0 are shifted before they are added."""


def is_plain_run() -> bool:
    """Whether torch runs the code as it stands, and neither traces nor transforms it, nor carries tangents forward."""
    if torch.compiler.is_compiling() or torch._C._are_functorch_transforms_active():
        return False
    return forward_ad._current_level < 0


def has_kernels(x: Tensor) -> bool:
    """Whether the kernels are for ``x``."""
    # They look whether shares underflow, for which a GPU would be waited for; there a pass over memory costs little.
    return x.device.type == "cpu" and is_plain_run()


def margin(z: Tensor, label: Tensor) -> Tensor:
    """g for each sample: ``z`` of shape (..., 1, C) and ``label`` (...) in 0..C-1 give (..., 1, 1)."""
    place, z = _broadcast(z, label)
    found: Tensor = _Margin.apply(z, place) if has_kernels(z) else _margin(z, place)  # type: ignore[no-untyped-call]
    return found


def entry_and_sum(z: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
    """log p_y and sum_k log p_k for each sample: shapes as for ``margin``."""
    place, z = _broadcast(z, label)
    if not has_kernels(z):
        return _entry_and_sum(z, place)
    found: tuple[Tensor, Tensor] = _EntryAndSum.apply(z, place)  # type: ignore[no-untyped-call]
    return found


def log_of_others(log: Tensor) -> Tensor:
    """log(1 - p) from log p, for p that add up to 1 on the last axis."""
    # 1 - p is known from p but where p is above 1/2, and so it is for one class at most: there the others are added.
    large = log > -math.log(2)
    others = torch.where(large, -torch.inf, log).logsumexp(-1, keepdim=True)
    return torch.where(large, others, torch.log1p(-torch.where(large, -1.0, log).exp()))


def power_of_others(log: Tensor, exponent: float) -> Tensor:
    """(1 - p)^b from log p, for p that add up to 1 on the last axis."""
    if not has_kernels(log):
        return _power_of_others(log, exponent)
    found: Tensor = _PowerOfOthers.apply(log, exponent)  # type: ignore[no-untyped-call]
    return found


def log_of_sum(value: Tensor, by_logarithms: Callable[[], Tensor]) -> Tensor:
    """log of ``value``, a sum of two, ``by_logarithms`` of these where it is too small or too large for a float."""
    is_known = has_kernels(value) and not _underflows(value, 2) and bool(value.amax() < torch.inf)
    return value.log() if is_known else by_logarithms()


def _broadcast(v: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
    """The labels as places in ``v``, and ``v`` for each of them."""
    shape = torch.broadcast_shapes(v.shape[:-2], label.shape)  # type: ignore[no-untyped-call]
    return label.expand(shape)[..., None, None], v.expand(*shape, *v.shape[-2:])


def _margin(z: Tensor, place: Tensor) -> Tensor:
    return _leads(z, place).logsumexp(-1, keepdim=True)


def _leads(z: Tensor, place: Tensor) -> Tensor:
    """z_k - z_y, and -inf at the label."""
    # The difference comes first: of large logits that are nearly equal, logsumexp has lost the digits.
    return (z - z.gather(-1, place)).scatter(-1, place, -torch.inf)


def _entry_and_sum(z: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
    log = z.log_softmax(-1)
    return log.gather(-1, place), log.sum(-1, keepdim=True)


def _power_of_others(log: Tensor, exponent: float) -> Tensor:
    return (exponent * log_of_others(log)).exp()


def _underflows(sums: Tensor, classes: int) -> bool:
    """Whether a sum of ``classes`` shares may have lost digits of some that are too small for a float."""
    info = torch.finfo(sums.dtype)
    return not sums.numel() or bool(sums.amin() < info.tiny * classes / info.eps)


class _Margin(torch.autograd.Function):
    """The gradient is softmax over the others - e_y."""

    @staticmethod
    def forward(ctx: Any, z: Tensor, place: Tensor) -> Tensor:
        shares = z.softmax(-1)
        entry = shares.gather(-1, place)
        others = shares.scatter_(-1, place, 0).sum(-1, keepdim=True)
        if _underflows(torch.minimum(entry, others), z.shape[-1]):
            leads = _leads(z, place)
            shares, others = leads.softmax(-1), torch.ones_like(others)
            value = leads.logsumexp(-1, keepdim=True)
        else:
            value = (others / entry).log()
        ctx.save_for_backward(z, place, shares, others)
        return value

    @staticmethod
    def backward(ctx: Any, along: Tensor) -> tuple[Tensor, None]:
        z, place, shares, others = ctx.saved_tensors
        if torch.is_grad_enabled():  # the gradient will be differentiated, and what was kept would not show how
            return _differentiated(lambda x: _margin(x, place), z, along), None
        return (shares * (along / others)).scatter_(-1, place, -along), None


class _EntryAndSum(torch.autograd.Function):
    """The gradients are e_y - p and 1 - C p, for both of which one buffer is enough."""

    @staticmethod
    def forward(ctx: Any, z: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
        classes, shares, sums = z.shape[-1], z.softmax(-1), z.sum(-1, keepdim=True)
        entry = shares.gather(-1, place)
        # sum_k log p_k = sum_k (z_k - z_y) + C log p_y loses digits where all logits are far from 0 together.
        if _underflows(entry, 1) or bool(sums.abs().amax() > FAR * classes):
            entry, total = _entry_and_sum(z, place)
        else:
            entry = entry.log()
            total = sums + classes * (entry - z.gather(-1, place))
        ctx.save_for_backward(z, place, shares)
        return entry, total

    @staticmethod
    def backward(ctx: Any, of_entry: Tensor, of_sum: Tensor) -> tuple[Tensor, None]:
        z, place, shares = ctx.saved_tensors
        if torch.is_grad_enabled():
            return _differentiated(lambda x: _entry_and_sum(x, place), z, (of_entry, of_sum)), None
        gradient = shares * -(of_entry + z.shape[-1] * of_sum)
        return gradient.add_(of_sum).scatter_add_(-1, place, of_entry), None


class _PowerOfOthers(torch.autograd.Function):
    """d q_k = -p_k d log p_k, and sum_(j != k) p_j d log p_j where p_k is above 1/2."""

    @staticmethod
    def forward(ctx: Any, log: Tensor, exponent: float) -> Tensor:
        large = log > -math.log(2)
        small = log.exp().masked_fill_(large, 0)
        others = small.sum(-1, keepdim=True)
        ctx.exponent, ctx.is_by_logarithms = exponent, _underflows(others, log.shape[-1])
        if ctx.is_by_logarithms:
            ctx.save_for_backward(log)
            return _power_of_others(log, exponent)
        rest = torch.where(large, others, 1 - small)
        value = rest**exponent
        ctx.save_for_backward(log, large, small, rest, value)
        return value

    @staticmethod
    def backward(ctx: Any, along: Tensor) -> tuple[Tensor, None]:
        log, *kept = ctx.saved_tensors
        if ctx.is_by_logarithms or torch.is_grad_enabled():
            return _differentiated(lambda x: _power_of_others(x, ctx.exponent), log, along), None
        large, small, rest, value = kept
        along_rest = (along * value).div_(rest)
        # The shares below 1/2 are seen by their own rest and by that of the one above.
        of_large = (along_rest * large).sum(-1, keepdim=True)
        return (of_large - along_rest).mul_(small).mul_(ctx.exponent), None


Values = Tensor | tuple[Tensor, ...]


def _differentiated(function: Callable[[Tensor], Values], at: Tensor, along: Values) -> Tensor:
    """The gradient by autograd, of which a gradient can be taken where that is wanted."""
    is_wanted = torch.is_grad_enabled()
    with torch.enable_grad():
        point = at if is_wanted else at.detach().requires_grad_()
        gradient: Tensor = torch.autograd.grad(function(point), point, along, create_graph=is_wanted)[0]
    return gradient
