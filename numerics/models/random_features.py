"""A linear layer on random features, which are drawn once and not trained: a linear family on other features."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor, nn

from numerics.errors import ModelError
from numerics.models.base import Model


@final
@dataclass(frozen=True)
class Network(Model):
    """z = W phi(x) with phi(x) = ((2/width)^(1/2) relu(A x + b), 1).

    ``width`` is the number of random features; the entries of A have variance 1/d, those of b variance 1.
    """

    width: int = 100

    def __post_init__(self) -> None:
        if self.width < 1:
            raise ModelError(f"width: got {self.width}; accepted is a number >= 1")

    def module(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """The random features and the layer on them, for inputs of ``shape`` (d,), or others as one row."""
        return RandomFeatures(math.prod(shape), self.width, classes)


class RandomFeatures(nn.Module):
    """The module: ``last`` is the one layer that is trained."""

    weight: Tensor
    bias: Tensor

    def __init__(self, features: int, width: int, classes: int) -> None:
        super().__init__()
        # Buffers and no parameters: drawn once, never trained.
        self.register_buffer("weight", torch.randn(width, features) / features**0.5)
        self.register_buffer("bias", torch.randn(width))
        self.last = nn.Linear(width, classes)

    def forward(self, x: Tensor) -> Tensor:
        """The scores (n, C) of inputs (n, d)."""
        features = torch.relu(nn.functional.linear(x.flatten(1), self.weight, self.bias))
        found: Tensor = self.last(features * (2 / len(self.bias)) ** 0.5)
        return found
