"""The plateau at large lambda by section 13 of docs/theory.md, for features that the network has before training.

In the limit the scores are the least squares fit of the drawn labels' rows: nothing is trained.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from benchmarks.study.plan import RATES, VALIDATION, Place
from benchmarks.study.tangent import Fitted, by_all_weights, by_features, with_bias
from benchmarks.study.training import Samples
from numerics.networks.batches import order_of
from numerics.noise.laws import sampled_labels

DRAWS = 10
"""Of the labels."""
FIRST_DRAW = 1000
"""The seed of the first one: others than those of the networks."""
PIXELS, LAST_LAYER, ALL_WEIGHTS = "pixels and a bias", "last layer at the start", "all weights, about the start"


@dataclass(frozen=True)
class Plateau:
    """What is predicted for ``features``: the test ``accuracy``, a mean over draws, for each of ``rates`` of noise.

    ``leverage`` is the mean of h over the training samples.
    """

    place: str
    features: str
    rank: int
    leverage: float
    rates: tuple[float, ...]
    accuracy: tuple[float, ...]


def plateaus_of(place: Place, seed: int = 0) -> list[Plateau]:
    """The plateaus of a perceptron with one hidden layer, the one that training starts from with ``seed``."""
    samples = Samples.of(place)
    count, classes = len(samples.train), samples.dataset.classes
    chosen = order_of(seed, -1, count)[round(VALIDATION * count) :]
    module = place.model.seeded(tuple(samples.train.shape[1:]), classes, seed).double()
    assert isinstance(module, nn.Sequential)
    train, test = samples.train[chosen].double(), samples.test.double()
    with torch.no_grad():
        hidden = [with_bias(module[:-1](x)) for x in (train, test)]
    kinds = {
        PIXELS: by_features(with_bias(train), with_bias(test), classes),
        LAST_LAYER: by_features(hidden[0], hidden[1], classes),
        ALL_WEIGHTS: by_all_weights(module, train, test),
    }
    rates = tuple(sorted(RATES))
    return [
        Plateau(
            place.name, name, fitted.rank, round(fitted.leverage, 4), rates,
            tuple(_accuracy(fitted, samples, chosen, rho) for rho in rates),
        )
        for name, fitted in kinds.items()
    ]  # fmt: skip


def _accuracy(fitted: Fitted, samples: Samples, chosen: Tensor, rho: float) -> float:
    """The mean over draws of the share of test points that are given their clean label."""
    classes = samples.dataset.classes
    found = []
    for draw in range(FIRST_DRAW, FIRST_DRAW + DRAWS):
        labels = sampled_labels(samples.labels, classes, rho, draw)[chosen]
        rows = nn.functional.one_hot(labels, classes).to(torch.float64) - 1 / classes
        found.append((fitted.scores(rows).argmax(1) == samples.test_labels).double().mean())
    return round(float(torch.stack(found).mean()), 4)
