"""Small convolutional networks for images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray
from torch import nn

from numerics.datasets.base import Dataset
from numerics.errors import ModelError
from numerics.models.base import Model, images

CHANNELS = (1, 3, 4)
"""How many channels images mostly have."""


@final
@dataclass(frozen=True)
class Network(Model):
    """Two convolutions of 3 x 3, the second with stride 2, each with relu; then one linear layer.

    ``channels`` of the two convolutions; ``shape`` (channels, height, width) of an image, square with one channel
    if it is left out.
    """

    channels: tuple[int, int] = (8, 16)
    shape: tuple[int, int, int] | None = None

    def __post_init__(self) -> None:
        if len(self.channels) != 2 or min(self.channels) < 1:
            raise ModelError(f"channels: got {self.channels}; accepted are two numbers >= 1, such as (8, 16)")

    def inputs(self, dataset: Dataset, features: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """The features as images, with mean 0 and variance 1 over all of them together."""
        return images(dataset, self.shape, features)

    def module(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """Two convolutions and a linear layer, for inputs of ``shape`` (channels, height, width)."""
        if len(shape) != 3:
            raise ModelError(
                f"model: cnn reads images (channels, height, width), and the samples have the shape {shape}; take the "
                "model mlp, or a module for such samples"
            )
        if self.shape is None and shape[-1] in CHANNELS and shape[0] not in CHANNELS:
            raise ModelError(
                f"model: cnn reads images (channels, height, width), and samples of shape {shape} look as if the "
                "channels came last; give them first, as X.transpose(0, 3, 1, 2) does, or, if they are first already, "
                f" numerics.models.cnn.Network(shape={shape})"
            )
        channels, height, width = shape
        first, second = self.channels
        return nn.Sequential(
            nn.Conv2d(channels, first, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(first, second, 3, padding=1, stride=2),
            nn.ReLU(),
            nn.Flatten(),
            # Stride 2 with padding 1 leaves half of each side, rounded up.
            nn.Linear(second * ((height + 1) // 2) * ((width + 1) // 2), classes),
        )
