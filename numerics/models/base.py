"""What a model is: a kind of network, which for data and a seed gives a module with fixed initial weights."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from numerics.datasets.base import Dataset
from numerics.errors import ModelError


class Model(ABC):
    """A kind of network; its fields are the sizes.

    A model is one file of this folder, called as the file, with a frozen dataclass named ``Network``.
    """

    @property
    def name(self) -> str:
        """The file's stem."""
        return type(self).__module__.rpartition(".")[2]

    def inputs(self, dataset: Dataset) -> NDArray[np.float64]:
        """What the network reads of each sample, (n, ...): the standardised features, constant ones dropped."""
        # Without the last column, which is 1: networks have biases.
        return dataset.standardised()[:, :-1]

    @abstractmethod
    def module(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """A new module from inputs (n, ``*shape``) to scores (n, C), its weights drawn from torch's generator."""

    def seeded(self, shape: tuple[int, ...], classes: int, seed: int) -> nn.Module:
        """``module`` with the weights that belong to ``seed``, in evaluation mode; torch's generator is left as it was.

        Drawn in float32 on the CPU, so equal seeds give equal weights on every device and in every dtype.
        """
        # Modules draw from torch's one generator, which belongs to the caller: it is put back afterwards.
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(seed)
            return self.module(shape, classes).eval()


def images(dataset: Dataset, shape: tuple[int, int, int] | None) -> NDArray[np.float64]:
    """The features as images (n, channels, height, width), with mean 0 and variance 1 over all of them together.

    Without a ``shape`` they are square, with one channel.  Raises ``ModelError`` if the features do not fill it.
    """
    count = dataset.features.shape[1]
    side = math.isqrt(count)
    asked = shape or (1, side, side)
    if math.prod(asked) != count:
        what = f"images of shape {shape}" if shape else "a square image"
        raise ModelError(
            f"model: {dataset.name} has {count} features, which are not {what}; give shape=(channels, height, width) "
            "with that many entries, or take the model mlp"
        )
    centred = dataset.features - dataset.features.mean()
    found: NDArray[np.float64] = (centred / (centred.std() or 1.0)).reshape(-1, *asked)
    return found
