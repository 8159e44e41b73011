"""The plateau at large lambda by section 13 of docs/theory.md, for features that the network has before training.

In the limit the scores at a point x are S~(x) = sum_j k_j(x) o_j with the noisy labels' rows o_j: nothing is trained.
The features are those of the last layer; and, for all weights together, the derivatives of an output in the weights
(the tangent kernel), with the squares of the last layer's weights at their mean for torch's own start.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from benchmarks.study.plan import RATES, VALIDATION, Place
from benchmarks.study.training import Samples
from numerics.networks.batches import order_of
from numerics.noise.laws import sampled_labels

DRAWS = 10
"""Of the labels."""
FIRST_DRAW = 1000
"""The seed of the first one: others than those of the networks."""
SMALLEST = 1e-10
"""Directions of the kernel with less than this share of the largest eigenvalue do not count."""
PIXELS, LAST_LAYER, ALL_WEIGHTS = "pixels and a bias", "last layer at the start", "all weights, about the start"


@dataclass(frozen=True)
class Plateau:
    """What is predicted for ``features``: the test ``accuracy``, a mean over draws, for each of ``rates`` of noise.

    ``leverage`` is the mean of h_i over the training samples, rank/n.
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
    kernels = _kernels(module, samples.train[chosen].double(), samples.test.double())
    found = []
    for name, (inner, across) in kernels.items():
        values, vectors = torch.linalg.eigh(inner)
        kept = values > SMALLEST * values[-1]
        weights = across @ (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
        accuracies = [_accuracy(weights, samples, chosen, rho) for rho in sorted(RATES)]
        rank = int(kept.sum())
        found.append(
            Plateau(place.name, name, rank, round(rank / len(chosen), 4), tuple(sorted(RATES)), tuple(accuracies))
        )
    return found


def _accuracy(weights: Tensor, samples: Samples, chosen: Tensor, rho: float) -> float:
    """The mean over draws of the share of test points that S~ gives their clean label."""
    classes = samples.dataset.classes
    found = []
    for draw in range(FIRST_DRAW, FIRST_DRAW + DRAWS):
        labels = sampled_labels(samples.labels, classes, rho, draw)[chosen]
        # Centred or not: the same number for all classes does not move the largest score.
        scores = weights @ nn.functional.one_hot(labels, classes).to(weights)
        found.append((scores.argmax(1) == samples.test_labels).double().mean())
    return round(float(torch.stack(found).mean()), 4)


@torch.no_grad()
def _kernels(module: nn.Module, train: Tensor, test: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
    """Phi Phi' of the training samples, and of test with training samples, for each kind of features."""
    layers = [layer for layer in module.modules() if isinstance(layer, nn.Linear)]
    first, last = layers
    before = [first(x) for x in (train, test)]
    hidden = [_with_bias(x.relu()) for x in before]
    active = [(x > 0).to(x) for x in before]
    inputs = [_with_bias(x) for x in (train, test)]
    square = last.weight.square().mean()

    def products(of: list[Tensor]) -> list[Tensor]:
        return [of[0] @ of[0].T, of[1] @ of[0].T]

    of_last, of_active, of_inputs = products(hidden), products(active), products(inputs)
    all_weights = [a + square * b * c for a, b, c in zip(of_last, of_active, of_inputs, strict=True)]
    found = {PIXELS: of_inputs, LAST_LAYER: of_last, ALL_WEIGHTS: all_weights}
    return {name: (inner, across) for name, (inner, across) in found.items()}


def _with_bias(x: Tensor) -> Tensor:
    return torch.cat([x, x.new_ones(len(x), 1)], 1)
