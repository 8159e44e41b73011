"""Multi-layer perceptrons."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import final

from torch import nn

from numerics.errors import ModelError
from numerics.models.base import Model
from symcheck.errors import shown

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "softplus": nn.Softplus}
"""What may come between two layers; tanh and softplus make the scores smooth in the weights."""


@final
@dataclass(frozen=True)
class Network(Model):
    """z = W_2 s(W_1 x + b_1) + b_2, with ``widths`` units in each hidden layer and the ``activation`` s."""

    widths: tuple[int, ...] = (32,)
    activation: str = "relu"

    def __post_init__(self) -> None:
        if not self.widths or min(self.widths) < 1:
            raise ModelError(f"widths: got {self.widths}; accepted are one or more numbers >= 1, such as (32,)")
        if self.activation not in ACTIVATIONS:
            raise ModelError(f"activation: got {shown(self.activation, 80)}; accepted: {', '.join(ACTIVATIONS)}")

    def module(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """The layers one after the other, for inputs of ``shape`` (d,), or others, which are written as one row."""
        hidden = itertools.chain.from_iterable(
            (nn.Linear(before, after), ACTIVATIONS[self.activation]())
            for before, after in itertools.pairwise((math.prod(shape), *self.widths))
        )
        rows = () if len(shape) == 1 else (nn.Flatten(),)
        return nn.Sequential(*rows, *hidden, nn.Linear(self.widths[-1], classes))
