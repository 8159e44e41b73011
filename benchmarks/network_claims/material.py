"""Data and models of the runs: data sets by name, generated ones, and networks of several kinds."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import final

import numpy as np
import torch
from torch import Tensor, nn

from numerics import datasets
from numerics.datasets.base import Dataset
from numerics.models import cnn, mlp
from numerics.models.base import Model

NAMED = ("iris", "wine", "breast_cancer", "digits")
SAMPLES = (20, 50, 100, 200, 500)
MANY = 2000


def named(rng: random.Random) -> Dataset:
    """A data set by its name."""
    return datasets.load(rng.choice(NAMED))


def first(data: Dataset, count: int = 300) -> Dataset:
    """The first ``count`` samples, for networks that are slow."""
    return replace(data, name=f"{count} of {data.name}", features=data.features[:count], labels=data.labels[:count])


def generated(rng: random.Random, *, images: bool = False) -> Dataset:
    """Normal clouds, one a class, of 2 to 10 classes of unequal size; some with rows that occur twice."""
    classes = rng.choice((2, 2, 3, 4, 5, 10))
    count = MANY if rng.random() < 0.05 else rng.choice([n for n in SAMPLES if n >= 2 * classes])
    width = 36 if images else rng.randint(2, 10)
    chance = np.random.default_rng(rng.getrandbits(32))
    shares = chance.dirichlet(np.full(classes, rng.choice((1.0, 10.0))))
    # each class has a sample, whatever its share
    labels = np.concatenate([np.arange(classes), chance.choice(classes, size=count - classes, p=shares)])
    places = rng.choice((0.3, 1.0, 3.0)) * chance.normal(size=(classes, width))
    features = places[labels] + chance.normal(size=(count, width))
    if rng.random() < 0.1:
        features[count // 2 : 2 * (count // 2)] = features[: count // 2]
    name = f"clouds {count} x {width}, C = {classes}"
    return Dataset(name, features, labels.astype(np.int64), classes, "generated", "none")


@final
@dataclass(frozen=True)
class Made(Model):
    """What ``make`` makes of the number of features and of classes, called ``title``."""

    title: str
    make: Callable[[int, int], nn.Module]

    @property
    def name(self) -> str:
        """The title."""
        return self.title

    def module(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """The module."""
        return self.make(shape[0], classes)


class Skipping(nn.Module):
    """A last layer that reads what a hidden layer adds to its inputs."""

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(width, 8), nn.ReLU(), nn.Linear(8, width))
        self.last = nn.Linear(width, classes)

    def forward(self, x: Tensor) -> Tensor:
        """The scores."""
        found: Tensor = self.last(x + self.inner(x))
        return found


class Recurrent(nn.Module):
    """An Elman network that reads one feature after the other."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.read, self.keep, self.last = nn.Linear(1, 6), nn.Linear(6, 6), nn.Linear(6, classes)

    def forward(self, x: Tensor) -> Tensor:
        """The scores."""
        state = torch.zeros(6).to(x)
        for place in range(x.shape[1]):
            state = torch.tanh(self.read(x[:, place : place + 1]) + self.keep(state))
        found: Tensor = self.last(state)
        return found


class Normed(nn.Module):
    """A hidden layer with layer normalisation, and a last layer without bias."""

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(width, 12), nn.LayerNorm(12), nn.GELU())
        self.last = nn.Linear(12, classes, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """The scores."""
        found: Tensor = self.last(self.inner(x))
        return found


MODELS: dict[str, Model] = {
    "mlp relu 32": mlp.Network(),
    "mlp tanh 8": mlp.Network(widths=(8,), activation="tanh"),
    "mlp softplus 16": mlp.Network(widths=(16,), activation="softplus"),
    "mlp relu 16-16-16": mlp.Network(widths=(16, 16, 16)),
    "mlp relu 128": mlp.Network(widths=(128,)),
    "mlp relu 2": mlp.Network(widths=(2,)),
    "skip connection": Made("skip connection", Skipping),
    "layer norm": Made("layer norm", Normed),
}
"""Models of rows of features, by name."""
RECURRENT = Made("recurrent", lambda _, classes: Recurrent(classes))
"""Only for few features: it takes a step for each."""
CNN = cnn.Network(channels=(3, 4))
"""For square images."""


def drawn(rng: random.Random) -> tuple[Dataset, str, Model]:
    """Data, and the name and the model of a network for them."""
    if rng.random() < 0.12:
        return (first(datasets.load("digits")) if rng.random() < 0.3 else generated(rng, images=True)), "cnn", CNN
    data = named(rng) if rng.random() < 0.4 else generated(rng)
    if data.features.shape[1] <= 6 and rng.random() < 0.15:
        return data, "recurrent", RECURRENT
    name = rng.choice(sorted(MODELS))
    return data, name, MODELS[name]
