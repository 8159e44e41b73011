"""Every operation with a reading is used once, and what is recorded is what torch computes.

``recorded_torch`` itself compares values and gradients with torch and refuses what differs; that this
comparison can fail is shown in ``test_comparison``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import symcheck.intake.torch.recorder
import symcheck.intake.torch.written.calls
from symcheck.intake.torch.operators import attributes, operators
from symcheck.intake.torch.outcome import FixedClasses
from symcheck.intake.torch.runs import in_vectors, written_out
from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.scope import Classes

THREE = Classes(3, 3)
W = torch.tensor([1.0, 2.0, 4.0])
T = torch.tensor([[0.8, 0.1, 0.1], [0.25, 0.5, 0.25], [0.3, 0.3, 0.4]])


def C_OF(z):
    return z.shape[1]


def p_y(z, y):
    return z.softmax(1).gather(1, y.unsqueeze(1)).squeeze(1)


def e_y(z, y):
    return F.one_hot(y, z.shape[1]).float()


ENTRIES: dict[str, Callable[..., object]] = {
    "add": lambda z, y: torch.add(z, 2, alpha=3),
    "radd": lambda z, y: 1 + z,
    "sub": lambda z, y: torch.sub(z, e_y(z, y), alpha=2),
    "rsub": lambda z, y: torch.rsub(z, 1),
    "mul": lambda z, y: z.mul(z),
    "rmul": lambda z, y: 2 * z,
    "neg": lambda z, y: torch.neg(z),
    "positive": lambda z, y: +z,
    "abs": lambda z, y: z.abs() + abs(z),
    "square": lambda z, y: torch.square(z),
    "pow": lambda z, y: z.pow(3) + torch.pow(z, exponent=2) + torch.float_power(z, 2),
    "rpow": lambda z, y: 2**z + torch.pow(2, z),
    "relu": lambda z, y: F.relu(z) + z.relu() + torch.relu(z),
    "maximum": lambda z, y: torch.maximum(z, other=2 * z) + torch.max(z, 3 * z),
    "minimum": lambda z, y: torch.minimum(z, 2 * z) + torch.min(z, z**2),
    "clamp": lambda z, y: z.clamp(-0.5, 0.25) + torch.clamp(z, max=0.5) + z.clip(min=-1),
    "clamp_min": lambda z, y: z.clamp_min(0.1) + torch.clamp_min(z, min=0.1),
    "clamp_max": lambda z, y: z.clamp_max(0.1),
    "div": lambda z, y: z / 3 + torch.div(z, 2) + z.true_divide(5),
    "rdiv": lambda z, y: 1 / z.exp(),
    "reciprocal": lambda z, y: torch.reciprocal(z.exp()),
    "exp": lambda z, y: z.exp() + torch.exp(input=z),
    "exp2": lambda z, y: torch.exp2(z) + torch.special.exp2(z),
    "expm1": lambda z, y: torch.expm1(z) + torch.special.expm1(z),
    "log": lambda z, y: z.softmax(1).log(),
    "log2": lambda z, y: z.softmax(1).log2(),
    "log10": lambda z, y: z.softmax(1).log10(),
    "log1p": lambda z, y: torch.log1p(z.softmax(1)) + torch.special.log1p(z.exp()),
    "sqrt": lambda z, y: torch.sqrt(z.softmax(1)),
    "rsqrt": lambda z, y: torch.rsqrt(z.softmax(1)),
    "sigmoid": lambda z, y: torch.sigmoid(z) + F.sigmoid(z) + torch.special.expit(z),
    "logsigmoid": lambda z, y: F.logsigmoid(z),
    "softplus": lambda z, y: F.softplus(z) + F.softplus(z, beta=2, threshold=30),
    "tanh": lambda z, y: torch.tanh(z) + F.tanh(z),
    "cosh": lambda z, y: torch.cosh(z),
    "sinh": lambda z, y: torch.sinh(z),
    "arccos": lambda z, y: torch.arccos(z.tanh()) + torch.acos(z.tanh()),
    "silu": lambda z, y: F.silu(z),
    "softsign": lambda z, y: F.softsign(z),
    "leaky_relu": lambda z, y: F.leaky_relu(z) + F.leaky_relu(z, 0.2),
    "hardtanh": lambda z, y: F.hardtanh(z) + F.hardtanh(z, -0.5, 0.5),
    "elu": lambda z, y: F.elu(z) + F.elu(z, alpha=0.5),
    "logit": lambda z, y: torch.logit(z.sigmoid()) + torch.special.logit(z.sigmoid(), eps=0.4),
    "xlogy": lambda z, y: torch.xlogy(z, z.softmax(1)) + torch.special.xlogy(z, z.exp()),
    "entr": lambda z, y: torch.special.entr(z.softmax(1)),
    "logaddexp": lambda z, y: torch.logaddexp(z, 2 * z),
    "sin": lambda z, y: torch.sin(z) + z.sin(),
    "cos": lambda z, y: torch.cos(z) + z.cos(),
    "tan": lambda z, y: torch.tan(z),
    "arctan": lambda z, y: torch.arctan(z) + z.atan(),
    "arcsin": lambda z, y: torch.arcsin(z.tanh()) + torch.asin(z.tanh()),
    "asinh": lambda z, y: torch.asinh(z) + torch.arcsinh(z),
    "acosh": lambda z, y: torch.acosh(1 + z.exp()) + torch.arccosh(2 + z.exp()),
    "atanh": lambda z, y: torch.atanh(z.tanh()) + torch.arctanh(z.softmax(1) / 2),
    "deg2rad": lambda z, y: torch.deg2rad(z) + torch.rad2deg(z),
    "erf": lambda z, y: torch.erf(z) + torch.special.erf(z),
    "erfc": lambda z, y: torch.erfc(z) + torch.special.erfc(z),
    "ndtr": lambda z, y: torch.special.ndtr(z),
    "gelu": lambda z, y: F.gelu(z) + F.gelu(z, approximate="tanh"),
    "relu6": lambda z, y: F.relu6(5 * z) + F.relu6(z),
    "mish": lambda z, y: F.mish(z),
    "hardswish": lambda z, y: F.hardswish(z) + F.hardswish(5 * z),
    "hardsigmoid": lambda z, y: F.hardsigmoid(z) + F.hardsigmoid(5 * z),
    "selu": lambda z, y: F.selu(z),
    "celu": lambda z, y: F.celu(z) + F.celu(z, alpha=0.5),
    "softshrink": lambda z, y: F.softshrink(z) + F.softshrink(z, 0.25),
    "hardshrink": lambda z, y: F.hardshrink(z) + torch.hardshrink(z, lambd=0.25),
    "tanhshrink": lambda z, y: F.tanhshrink(z),
    "threshold": lambda z, y: F.threshold(z, 0.1, 20.0),
    "sign": lambda z, y: torch.sign(z) * z + torch.sgn(z - 0.1),
    "logaddexp2": lambda z, y: torch.logaddexp2(z, 2 * z),
    "xlog1py": lambda z, y: torch.special.xlog1py(z, z.exp()),
    "hypot": lambda z, y: torch.hypot(z, 1 + z.exp()),
    "nan_to_num": lambda z, y: torch.nan_to_num(z, nan=0.0) + z.nan_to_num(0.0, posinf=1e4, neginf=-1e4),
    "isnan": lambda z, y: z.masked_fill(torch.isnan(z) | torch.isinf(z), 0.0),
    "isfinite": lambda z, y: torch.where(torch.isfinite(z), z, torch.zeros_like(z)),
    "isposinf": lambda z, y: z.masked_fill(torch.isposinf(z).logical_or(torch.isneginf(z)), 0.0),
    "lerp": lambda z, y: torch.lerp(z, e_y(z, y), 0.25),
    "softmax": lambda z, y: F.softmax(z, dim=1) + torch.softmax(z, -1) + torch.special.softmax(z, 1) + z.softmax(dim=1),
    "log_softmax": lambda z, y: F.log_softmax(z, 1) + torch.log_softmax(z, dim=1) + z.log_softmax(-1),
    "softmin": lambda z, y: F.softmin(z, dim=1),
    "normalize": lambda z, y: F.normalize(1 + z.exp()) + F.normalize(z.exp(), p=1),
    "subtract": lambda z, y: torch.subtract(z, 1),
    "multiply": lambda z, y: torch.multiply(z, 2),
    "divide": lambda z, y: torch.divide(z, 2),
    "negative": lambda z, y: z.negative(),
    "absolute": lambda z, y: z.absolute(),
    "eq": lambda z, y: (y.unsqueeze(1) == torch.arange(z.shape[1])) * z,
    "ne": lambda z, y: (torch.arange(z.shape[1])[None, :] != y[:, None]).float() * z,
    "gt": lambda z, y: torch.where(z > 0.2, z, z**2),
    "ge": lambda z, y: torch.where(z >= 0.2, z, z**2),
    "lt": lambda z, y: torch.where(z < 2 * z, z, z**2),
    "le": lambda z, y: torch.where(torch.le(z, 0.2), z, z**2),
    "greater": lambda z, y: z.greater(0.1) * z,
    "less": lambda z, y: z.less(0.1) * z,
    "not_equal": lambda z, y: F.one_hot(y, z.shape[1]).not_equal(1) * z,
    "invert": lambda z, y: ~F.one_hot(y, z.shape[1]).bool() * z,
    "logical_not": lambda z, y: torch.logical_not(z > 0.3) * z,
    "and": lambda z, y: ((z > 0.1) & (z < 0.9)).double() * z,
    "or": lambda z, y: ((z < 0.1) | e_y(z, y).bool()).logical_or(z > 2).bitwise_or(z < -2).to(z.dtype) * z,
    "logical_and": lambda z, y: torch.logical_and(z > 0.1, (e_y(z, y) == 0).bitwise_and(z < 1)) * z,
    "where": lambda z, y: torch.where(F.one_hot(y, z.shape[1]).bool(), z, -1.0),
    "masked_fill": lambda z, y: z.masked_fill(e_y(z, y).bool(), 0.5),
    "expand": lambda z, y: z.gather(1, y.unsqueeze(1)).expand(-1, z.shape[1]) * z,
    "expand_as": lambda z, y: z.sum(1, keepdim=True).expand_as(z) * z,
    "broadcast_to": lambda z, y: torch.broadcast_to(z.mean(1, keepdims=True), z.shape) * z,
    "repeat": lambda z, y: z.mean(1, keepdim=True).repeat(1, z.size(1)) * z,
    "scatter": lambda z, y: torch.zeros_like(z).scatter(1, y.unsqueeze(1), 0.5) + z.scatter(1, y[:, None], value=2.0),
    "take_along_dim": lambda z, y: z * torch.take_along_dim(z, y.unsqueeze(1), 1),
    "zeros": lambda z, y: torch.zeros(len(y), z.shape[1]) + z,
    "ones": lambda z, y: torch.ones(z.shape) * z,
    "empty": lambda z, y: torch.empty(z.size()).fill_(0.25) * z,
    "full": lambda z, y: torch.full((1, z.shape[1]), 0.5) * z + torch.full(z.shape, 2) * z,
    "zeros_like": lambda z, y: torch.zeros_like(z) + z,
    "ones_like": lambda z, y: torch.ones_like(z, dtype=torch.float32) * z,
    "empty_like": lambda z, y: torch.empty_like(z).zero_() + z,
    "full_like": lambda z, y: torch.full_like(z, 0.1) * z,
    "new_zeros": lambda z, y: z.new_zeros(z.size()) + z,
    "new_ones": lambda z, y: z.new_ones(1, z.shape[1]) * z,
    "new_empty": lambda z, y: z.new_empty(z.shape).fill_(3) * z,
    "new_full": lambda z, y: z.new_full(z.shape, 0.5) * z,
    "fill": lambda z, y: torch.fill(z, 0.5) * z,
    "zero": lambda z, y: torch.ones_like(z).zero_() + z,
    "eye": lambda z, y: torch.eye(z.shape[1])[y] * z + torch.eye(z.shape[1])[y, :],
    "float": lambda z, y: F.one_hot(y, z.shape[1]).float() * z.half().bfloat16(),
    "double": lambda z, y: e_y(z, y).double() * z.float(),
    "long": lambda z, y: (e_y(z, y).long() == 1).int() * z + e_y(z, y).byte().short(),
    "bool": lambda z, y: F.one_hot(y, z.shape[1]).bool().bitwise_not() * z,
    "to": lambda z, y: F.one_hot(y, z.shape[1]).to(z) * z.to("cpu").to(torch.float32).to(device=z.device),
    "type_as": lambda z, y: F.one_hot(y, z.shape[1]).type_as(z) * z,
    "type": lambda z, y: F.one_hot(y, z.shape[1]).type(torch.FloatTensor) * z.type(torch.float64),
    "contiguous": lambda z, y: z.contiguous().cpu().clone().cuda(),
    "T": lambda z, y: z.T.T * z.t().t(),
    "data": lambda z, y: z.data * z,
    "movedim": lambda z, y: z.movedim(1, 0).moveaxis(0, 1).exp(),
    "index_put": lambda z, y: z * torch.zeros_like(z).index_put_((torch.arange(len(y)), y), torch.tensor(2.0)),
    "remainder": lambda z, y: z.exp() * (y % 1 == 0)[:, None],
    "_is_all_true": lambda z, y: z * (2 if torch._is_all_true(y >= 0) else 3),
    "_is_any_true": lambda z, y: z * (2 if torch._is_any_true(y < 0) else 3),
}  # fmt: skip
"""Operations whose result has an entry for each class."""

NUMBERS: dict[str, Callable[..., object]] = {
    "select": lambda z, y: torch.stack([z.select(0, i).exp().sum() for i in range(len(y))]),
    "sum": lambda z, y: torch.sum(input=z, dim=1) + z.sum((1,)) + torch.special.logsumexp(z, 1),
    "mean": lambda z, y: torch.mean(z, 1) + z.mean(dim=-1),
    "prod": lambda z, y: torch.prod(1 + z.exp(), 1),
    "logsumexp": lambda z, y: torch.logsumexp(z, dim=1) + z.logsumexp(1),
    "amax": lambda z, y: torch.amax(z, 1) + z.amax(dim=1),
    "amin": lambda z, y: z.amin(1),
    "max": lambda z, y: z.max(1)[0] + torch.max(z, dim=1).values,
    "min": lambda z, y: z.min(1).values,
    "norm": lambda z, y: z.norm(dim=1) + torch.norm(z, p=1, dim=1) + z.exp().norm(3, dim=1),
    "linalg_norm": lambda z, y: torch.linalg.norm(z, dim=1),
    "linalg_vector_norm": lambda z, y: torch.linalg.vector_norm(z, ord=2, dim=1),
    "var": lambda z, y: z.var(1) + torch.var(z, dim=1, unbiased=False) + torch.var(z, dim=1, correction=0),
    "std": lambda z, y: z.std(dim=1),
    "cross_entropy": F.cross_entropy,
    "nll_loss": F.nll_loss,
    "multi_margin_loss": F.multi_margin_loss,
    "multilabel_soft_margin_loss": lambda z, y: F.multilabel_soft_margin_loss(z, e_y(z, y)),
    "mse_loss": lambda z, y: F.mse_loss(z, e_y(z, y)),
    "l1_loss": lambda z, y: F.l1_loss(z, e_y(z, y)),
    "smooth_l1_loss": lambda z, y: F.smooth_l1_loss(3 * z, e_y(z, y)),
    "huber_loss": lambda z, y: F.huber_loss(3 * z, e_y(z, y), delta=0.7),
    "soft_margin_loss": lambda z, y: F.soft_margin_loss(z, 2 * e_y(z, y) - 1),
    "binary_cross_entropy": lambda z, y: F.binary_cross_entropy(z.sigmoid(), e_y(z, y)),
    "binary_cross_entropy_with_logits": lambda z, y: F.binary_cross_entropy_with_logits(z, e_y(z, y)),
    "kl_div": lambda z, y: F.kl_div(z.log_softmax(1), (2 * z).softmax(1), reduction="batchmean"),
    "one_hot": lambda z, y: (F.one_hot(y, num_classes=z.shape[1]) * z).sum(1),
    "gather": lambda z, y: torch.gather(input=z, dim=1, index=y.unsqueeze(1)) + z.gather(dim=-1, index=y[:, None]),
    "index_select": lambda z, y: torch.index_select(z[0], 0, y) if len(y) == 1 else p_y(z, y) * 0 + z[range(len(y)), y],
    "getitem": lambda z, y: z[range(len(y)), y] + z[np.arange(len(y)), y] + z[torch.arange(len(y)), y] + z[..., None][
        list(range(len(y))), y, 0],
    "setitem": lambda z, y: _written(z, y),
    "matmul": lambda z, y: z @ W + (z @ T).sum(1) + (T @ z.t()).sum(0) + (T.t()[y] * z).sum(1) if len(y) == 1 else
        z @ W + (z @ T).sum(1) + (z @ T.t()).sum(1) + (T.t()[y] * z).sum(1),
    "mm": lambda z, y: torch.mm(z, T).sum(1),
    "mv": lambda z, y: torch.mv(z, W),
    "dot": lambda z, y: torch.dot(z[0], z[0]) if len(y) == 1 else (z * z).sum(1),
    "counted": lambda z, y: z.sum(1) * (C_OF(z) - torch.tensor(2.0)) * (C_OF(z) / torch.tensor(2.0)) + (
        C_OF(z) ** torch.tensor(0.5)) + C_OF(z) * torch.tensor(0.5) + (C_OF(z) + torch.tensor(0.5)),
    "any": lambda z, y: z.sum(1) * (y < 0).logical_not().any(),
    "all": lambda z, y: z.sum(1) * (y >= 0).all(),
    "view": lambda z, y: z.view(-1, 1, z.shape[1]).view(z.shape).sum(-1),
    "reshape": lambda z, y: z.reshape(len(y), -1).sum(1),
    "broadcast_tensors": lambda z, y: torch.broadcast_tensors(z.sum(1, keepdim=True), z)[0].mean(1),
    "view_as": lambda z, y: z[:, None].view_as(z).sum(1),
    "reshape_as": lambda z, y: z[:, None].reshape_as(z).sum(1),
    "unsqueeze": lambda z, y: z.unsqueeze(-1).sum((1, 2)),
    "squeeze": lambda z, y: z.unsqueeze(2).squeeze(2).sum(1) + z.gather(1, y.view(-1, 1)).squeeze(-1),
    "flatten": lambda z, y: z.unsqueeze(2).flatten(1).sum(1),
    "ravel": lambda z, y: z.ravel().sum(),
    "permute": lambda z, y: z.permute(1, 0).sum(0) + z.permute((1, 0)).sum(0),
    "transpose": lambda z, y: z.transpose(0, 1).sum(0),
    "swapaxes": lambda z, y: z.swapaxes(0, 1).sum(0),
    "t": lambda z, y: z.t().sum(0),
    "detach": lambda z, y: (1 - p_y(z, y)).detach() * F.cross_entropy(z, y, reduction="none"),
    "dropout": lambda z, y: F.dropout(z, 0.5, training=False).sum(1),
    "requires_grad_": lambda z, y: (2 * z).requires_grad_().sum(1),
    "size": lambda z, y: z.sum(1) / z.size(1) * z.size()[0] / len(y) * y.size(0) / z.size(0),
    "item": lambda z, y: z.sum(1) * torch.ones(1).item() * torch.full((1,), 0.5).item(),
    "dim": lambda z, y: z.sum(1) * z.dim() * z.ndimension() * y.dim(),
    "numel": lambda z, y: z.sum(1) / z.shape.numel() * z.shape[0] / z[0].numel() / y[:1].nelement(),
    "is_floating_point": lambda z, y: z.sum(1) * (z.is_floating_point() - y.is_floating_point()),
    "is_contiguous": lambda z, y: z.sum(1) * z.is_contiguous(),
    "arange": lambda z, y: ((torch.arange(0, z.shape[1]) == y[:, None]) * z).sum(1),
    "tensor": lambda z, y: z.sum(1) * torch.tensor(0.5) * torch.tensor(z.shape[1]) * torch.tensor([0.1]),
    "as_tensor": lambda z, y: z.sum(1) * torch.as_tensor(z.shape[1]),
    "shape": lambda z, y: z.sum(1) / z.shape[1],
    "ndim": lambda z, y: z.sum(1) * z.ndim,
    "dtype": lambda z, y: z.sum(1) * (z.dtype is torch.float64),
    "device": lambda z, y: z.sum(1) * (z.device.type == "cpu"),
    "is_cuda": lambda z, y: z.sum(1) * (1 - z.is_cuda),
    "requires_grad": lambda z, y: z.sum(1) * z.requires_grad,
}  # fmt: skip
"""Operations with one number for each sample."""


def samples(function: Callable[..., Any], *tensors: torch.Tensor) -> torch.Tensor:
    """``function`` of the rows of tensors, one sample after the other."""
    return torch.stack([function(*rows) for rows in zip(*tensors, strict=True)])


WRITTEN: dict[str, Callable[..., object]] = {
    "addmm": lambda z, y: torch.addmm(z, e_y(z, y), T, beta=2, alpha=0.5).exp().sum(1),
    "addmv": lambda z, y: samples(lambda a: torch.addmv(a, T, a), z).exp().sum(1),
    "baddbmm": lambda z, y: torch.baddbmm(z[:, None], z[:, None], T.expand(len(y), 3, 3)).exp().sum((1, 2)),
    "bmm": lambda z, y: torch.bmm(e_y(z, y)[:, None], z.softmax(1)[:, :, None]).view(-1),
    "inner": lambda z, y: samples(torch.inner, z.exp(), e_y(z, y)) + torch.inner(z, T).exp().sum(1),
    "vdot": lambda z, y: samples(torch.vdot, z, z.exp()),
    "outer": lambda z, y: (samples(torch.outer, z, z.exp()) * T).sum((1, 2)),
    "trace": lambda z, y: samples(lambda a, e: torch.trace(a[:, None] * e), z.exp(), e_y(z, y)),
    "rmatmul": lambda z, y: torch.Tensor.__rmatmul__(z.t(), T).exp().sum(0),
    "einsum": lambda z, y: torch.einsum("nc,cd,nd->n", z.exp(), T, e_y(z, y)),
    "cat": lambda z, y: torch.cat([z, 2 * z[:, :1]], dim=1).logsumexp(1),
    "concat": lambda z, y: torch.concat((z[:, 1:], z), 1).logsumexp(1),
    "concatenate": lambda z, y: torch.concatenate((z[:, 1:], z), 1).logsumexp(1),
    "stack": lambda z, y: torch.stack([z, 2 * z], 2).logsumexp((1, 2)),
    "cosine_similarity": lambda z, y: F.cosine_similarity(z.exp(), T[y], dim=1),
    "cosine_embedding_loss": lambda z, y: F.cosine_embedding_loss(z.exp(), e_y(z, y), torch.ones(len(y))) + (
        F.cosine_embedding_loss(z.exp(), e_y(z, y), -torch.ones(len(y)), margin=0.1, reduction="sum") / len(y)),
    "pairwise_distance": lambda z, y: F.pairwise_distance(z.softmax(1), e_y(z, y)) + (
        F.pairwise_distance(z.exp(), e_y(z, y), p=1, eps=0.5)),
    "hinge_embedding_loss": lambda z, y: F.hinge_embedding_loss(z, torch.ones_like(z)) + (
        F.hinge_embedding_loss(z / 9, -torch.ones_like(z), margin=0.7)),
    "poisson_nll_loss": lambda z, y: F.poisson_nll_loss(z, e_y(z, y)) + (
        F.poisson_nll_loss(z.exp(), e_y(z, y), log_input=False)),
    "argmax": lambda z, y: z[range(len(y)), z.argmax(1)] + z[range(len(y)), z.argmin(dim=1)],
    "sort": lambda z, y: (z.sort(1)[0] * W).sum(1) + (torch.sort(z, descending=True).values * W).sum(1),
    "msort": lambda z, y: (torch.msort(z.t()).t() * W).sum(1),
    "argsort": lambda z, y: z[range(len(y)), z.argsort(1)[:, -1]],
    "topk": lambda z, y: z.topk(2, dim=1)[0].logsumexp(1) + z.topk(1, largest=False).values.squeeze(1),
    "cumsum": lambda z, y: (z.cumsum(1) * W).exp().sum(1),
    "cumprod": lambda z, y: (z.exp().cumprod(dim=1) * W).sum(1),
    "nonzero": lambda z, y: z[z.exp().nonzero(as_tuple=True)].view(len(y), -1).exp().sum(1) * (
        torch.count_nonzero(z.exp()) / len(y)),
    "scatter_add": lambda z, y: (z.scatter_add(1, y[:, None], torch.full((len(y), 1), 2.0)) * W).exp().sum(1),
    "new": lambda z, y: (z.new(z.shape).fill_(2) * z).sum(1) * z.new([0.5]) + (z.new(len(y), 3).zero_() + z
        ).exp().sum(1),
    "new_tensor": lambda z, y: z.sum(1) * z.new_tensor(0.25) * z.new_tensor([3.0]),
    "numpy": lambda z, y: torch.as_tensor(z.detach().numpy()).sum(1) + z.exp().sum(1),
    "retain_grad": lambda z, y: _kept(2 * z).exp().sum(1),
}  # fmt: skip
"""Operations that are read for one number of classes, or that need one: here for three."""


def _kept(x):
    x.retain_grad()
    return x


@pytest.mark.parametrize("name", WRITTEN)
def test_an_operation_that_is_written_out(name: str) -> None:
    recorded_torch(WRITTEN[name], "loss", classes=THREE)


def _written(z, y):
    mask = torch.zeros(len(y), z.shape[1])
    mask[torch.arange(len(y)), y] = 1
    other = torch.ones_like(z)
    other[mask.bool()] = 0.5
    return (mask * z).sum(1) + (other * z**2).sum(1)


@pytest.mark.parametrize("name", ENTRIES)
def test_an_operation_with_entries(name: str) -> None:
    code = ENTRIES[name]
    recorded_torch(lambda z, y: (code(z, y) * torch.cos(torch.tensor(0.0)) * (1 + e_y(z, y))).sum(1).mean(), "loss")


@pytest.mark.parametrize("name", NUMBERS)
def test_an_operation_with_a_number(name: str) -> None:
    recorded_torch(NUMBERS[name], "loss")


class Asked(dict):  # type: ignore[type-arg]
    """A table that keeps the names that were looked up."""

    def __init__(self, rows: dict[str, object]) -> None:
        super().__init__(rows)
        self.names: set[str] = set()

    def get(self, name: str, default: object = None) -> object:
        self.names.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> object:
        self.names.add(name)
        return super().__getitem__(name)


def test_every_operation_with_a_reading_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    called, read = Asked(operators()), Asked(attributes())
    monkeypatch.setattr(symcheck.intake.torch.recorder, "operators", lambda: called)
    monkeypatch.setattr(symcheck.intake.torch.recorder, "attributes", lambda: read)
    for code in (*ENTRIES.values(), *NUMBERS.values()):

        def loss(z: Any, y: Any, code: Any = code) -> Any:
            return code(z, y).sum()

        try:
            in_vectors(loss, "loss", Classes())
        except FixedClasses as stop:
            in_vectors(loss, "loss", Classes(stop.classes, stop.classes))
    monkeypatch.setattr(symcheck.intake.torch.written.calls, "operators", lambda: called)
    for code in WRITTEN.values():
        written_out(code, "loss", THREE)
    assert sorted(set(operators()) - called.names) == []
    assert sorted(set(attributes()) - read.names) == []
