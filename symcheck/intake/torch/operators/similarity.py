"""Angles and distances of two tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symcheck.intake.torch.axes import Unreadable
from symcheck.intake.torch.maker import Maker
from symcheck.intake.torch.operators.across import across, norm
from symcheck.intake.torch.operators.entrywise import each
from symcheck.intake.torch.symbolic import Symbolic


def cosine_similarity(maker: Maker, x1: object, x2: object, dim: int = 1, eps: float = 1e-8) -> Symbolic:
    """x'y / (max(|x|, eps) max(|y|, eps)) along ``dim``."""
    product = across(maker, "sum", each(maker, "mul", x1, x2), dim)
    lengths = [each(maker, "maximum", norm(maker, x, 2, dim), eps) for x in (x1, x2)]
    return each(maker, "div", product, each(maker, "mul", *lengths))


def cosine_embedding_loss(
    maker: Maker, input1: object, input2: object, target: object, margin: float = 0.0,
    size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean",
) -> Symbolic:  # fmt: skip
    """1 - cos for the target 1, max(0, cos - margin) for -1, where cos = x'y / sqrt((|x|^2 + eps) (|y|^2 + eps))."""
    side = maker.lift(target).number
    if side not in (1, -1) or size_average is not None or reduce is not None:
        raise Unreadable("its targets are not all 1 or all -1", "write the two cases with torch.where")
    product = across(maker, "sum", each(maker, "mul", input1, input2), -1)
    squares = [across(maker, "sum", each(maker, "square", x), -1) for x in (input1, input2)]
    padded = [each(maker, "add", s, 1e-12) for s in squares]  # torch's own guard
    cosine = each(maker, "div", product, each(maker, "sqrt", each(maker, "mul", *padded)))
    found = each(maker, "sub", 1, cosine) if side == 1 else each(maker, "relu", each(maker, "sub", cosine, margin))
    return found if reduction == "none" else across(maker, reduction, found)


def pairwise_distance(
    maker: Maker, x1: object, x2: object, p: object = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Symbolic:
    """The norm of x - y + eps along the last axis."""
    return norm(maker, each(maker, "add", each(maker, "sub", x1, x2), eps), p, -1, keepdim)


OPERATORS: dict[str, Callable[..., Any]] = {
    "cosine_similarity": cosine_similarity,
    "cosine_embedding_loss": cosine_embedding_loss,
    "pairwise_distance": pairwise_distance,
}
"""The rows of this file."""
