"""Training as practitioners do it: Adam on batches of noisy labels, several networks of one size at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from benchmarks.study.plan import BATCH, LAST, LEARNING_RATES, TEST, TUNED_WITH, VALIDATION, Job, Place
from numerics import datasets
from numerics.data.prepared import test_rows
from numerics.datasets.base import Dataset
from numerics.formulas.objective import Objective, WithoutPenalty
from numerics.models.start import Start
from numerics.networks.batches import order_of
from numerics.networks.stack import Stack
from numerics.networks.train import stack_of
from numerics.noise.laws import sampled_labels
from numerics.sweeps.grid import at_defaults
from symcheck.intake.given import subject_of

MEMORY = 0.9, 0.999
"""Adam's decay rates."""
TINY = 1e-8


@dataclass(frozen=True, eq=False)
class Samples:
    """Inputs and labels of a place: ``train`` (n, ...) with clean labels (n,), ``test`` with clean ones; float32."""

    dataset: Dataset
    train: Tensor
    labels: Tensor
    test: Tensor
    test_labels: Tensor

    @classmethod
    def of(cls, place: Place) -> Samples:
        """A fifth of each class is the test part; inputs are scaled by the training part."""
        whole = datasets.load(place.data)
        chosen = test_rows(whole.labels, TEST, 0)
        dataset = whole.part(~chosen)
        read = [place.model.inputs(dataset, features) for features in (None, whole.features[chosen])]
        inputs = [torch.from_numpy(x).float() for x in read]
        return cls(
            dataset, inputs[0], torch.from_numpy(dataset.labels), inputs[1], torch.from_numpy(whole.labels[chosen])
        )


@dataclass(frozen=True)
class Curves:
    """The accuracy of each network after each epoch (K, epochs): on held-out noisy labels, and on clean test labels."""

    validation: np.ndarray
    test: np.ndarray


def objective_of(job: Job, dataset: Dataset) -> Objective:
    """l and g at their defaults; without a penalty g counts nothing."""
    pair = subject_of(job.pair.loss, "loss"), subject_of(job.pair.penalty or "l2", "regularizer")
    objective = at_defaults(pair, dataset)[2]
    if job.pair.penalty is None:
        return WithoutPenalty(objective.loss, objective.regularizer, objective.parameters)
    return objective


def curves_of(job: Job, samples: Samples, seeds: list[int], learning_rates: list[float]) -> Curves:
    """K networks, each with a seed for weights, noise, batches and what is held out, and a learning rate."""
    place, count = job.place, len(samples.train)
    held = round(VALIDATION * count)
    objective = objective_of(job, samples.dataset)
    stack, _ = stack_of(
        place.model, samples.dataset, seeds, Start.ZERO_LAST_LAYER, torch.device("cpu"), torch.float32
    )  # fmt: skip
    noisy = torch.stack([sampled_labels(samples.labels, samples.dataset.classes, job.rho, seed) for seed in seeds])
    parts = torch.stack([order_of(seed, -1, count) for seed in seeds])
    adam = Adam(stack.start.clone(), torch.tensor(learning_rates)[:, None])
    found: list[tuple[Tensor, Tensor]] = []
    for epoch in range(place.epochs):
        order = torch.stack([order_of(seed, epoch, count - held) for seed in seeds])
        rows = parts[:, held:].gather(1, order)
        for batch in rows.split(BATCH, 1):
            adam.step(
                _gradient(stack, adam.weights, objective, job.lambda_, samples.train[batch], noisy.gather(1, batch))
            )
        kept = parts[:, :held]
        validation = _accuracy(stack, adam.weights, samples.train[kept], noisy.gather(1, kept), shared=False)
        found.append((validation, _accuracy(stack, adam.weights, samples.test, samples.test_labels, shared=True)))
    curves = [torch.stack(each, 1).numpy() for each in zip(*found, strict=True)]
    return Curves(curves[0], curves[1])


def tuned(job: Job, samples: Samples) -> dict[float, float]:
    """The accuracy on held-out noisy labels at the end of training with each learning rate, all from one seed."""
    curves = curves_of(job, samples, [TUNED_WITH] * len(LEARNING_RATES), list(LEARNING_RATES))
    return dict(zip(LEARNING_RATES, curves.validation[:, -LAST:].mean(1).tolist(), strict=True))


class Adam:
    """Adam on networks in rows, each with a learning rate of its own."""

    def __init__(self, weights: Tensor, rate: Tensor) -> None:
        self.weights, self.rate, self.steps = weights, rate, 0
        self._first, self._second = torch.zeros_like(weights), torch.zeros_like(weights)

    def step(self, gradient: Tensor) -> None:
        """Move the weights (K, m)."""
        self.steps += 1
        of_first, of_second = MEMORY
        self._first.lerp_(gradient, 1 - of_first)
        self._second.mul_(of_second).addcmul_(gradient, gradient, value=1 - of_second)
        # The two means begin at 0, which is divided out.
        size = (self._second / (1 - of_second**self.steps)).sqrt_().add_(TINY)
        self.weights.sub_(self.rate / (1 - of_first**self.steps) * self._first / size)


def _gradient(
    stack: Stack, weights: Tensor, objective: Objective, lambda_: float, inputs: Tensor, labels: Tensor
) -> Tensor:
    """The gradient of mean l + lambda mean g of each network, (K, m): networks do not mix."""
    point = weights.detach().requires_grad_()
    scores = stack.outputs(point, inputs, shared=False)
    each = objective.losses(scores, labels)
    if lambda_:
        each = each + lambda_ * objective.penalties(scores)
    return torch.autograd.grad(each.mean(1).sum(), point)[0]


def _accuracy(stack: Stack, weights: Tensor, inputs: Tensor, labels: Tensor, *, shared: bool) -> Tensor:
    """The share of samples with the label as their class, (K,); 0 where scores are no numbers."""
    with torch.no_grad():
        scores = stack.outputs(weights, inputs, shared=shared)
    right = (scores.argmax(-1) == labels) & scores.isfinite().all(-1)
    return right.double().mean(1)
