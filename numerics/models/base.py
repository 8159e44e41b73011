"""What a model is: a kind of network, which for data and a seed gives a module with fixed initial weights."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from numerics.datasets.base import Dataset
from numerics.errors import ModelError

# NotImplementedError and LinAlgError are RuntimeErrors.
CANNOT = (RuntimeError, ValueError, TypeError, AttributeError, LookupError, AssertionError, ArithmeticError)
"""What torch, and code of a user's own, may raise where a model cannot be made or run."""


def line_of(error: Exception) -> str:
    """The first line of what ``error`` says."""
    return next(iter(str(error).splitlines()), type(error).__name__)


class Model(ABC):
    """A kind of network; its fields are the sizes.

    A model is one file of this folder, called as the file, with a frozen dataclass named ``Network``.
    """

    @property
    def name(self) -> str:
        """The file's stem."""
        return type(self).__module__.rpartition(".")[2]

    needs_table: ClassVar[bool] = False
    """Whether the model is one of standardised features and a constant, and of nothing else."""

    def inputs(self, dataset: Dataset, features: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """What the network reads of each sample, (n, ...): the standardised features, constant ones dropped.

        Of other ``features`` (m, d), such as those of a test part, it reads what it would if they were in ``dataset``,
        whose means and variances are kept.
        """
        # Without the last column, which is 1: networks have biases.
        return dataset.standardised(features)[:, :-1]

    @property
    def has_one_start(self) -> bool:
        """Whether the initial weights are the same for every seed."""
        return False

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


def images(
    dataset: Dataset, shape: tuple[int, int, int] | None, features: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """The features as images (n, channels, height, width), with mean 0 and variance 1 over all of them together.

    Other ``features`` (m, d) are moved and scaled as those of the data are.

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
    mean, spread = dataset.features.mean(), dataset.features.std() or 1.0
    rows = dataset.features if features is None else features
    found: NDArray[np.float64] = ((rows - mean) / spread).reshape(-1, *asked)
    return found
