"""Batches: which samples each network sees in each step, and which are held out."""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor

from numerics.errors import TrainingError
from numerics.networks.network_runs import NetworkRun
from numerics.networks.problem import NetworkProblem
from numerics.networks.training import Training


class Batches:
    """The samples of each step: an order for each seed and epoch, drawn on the CPU."""

    def __init__(
        self, problem: NetworkProblem, cases: tuple[NetworkRun, ...], training: Training, samples: Tensor
    ) -> None:
        self._problem, self._samples, self._size = problem, samples, training.batch
        self._seeds = sorted({case.seed for case in cases})
        places = [self._seeds.index(case.seed) for case in cases]
        self._place = torch.tensor(places, device=samples.device)
        self._epoch, self._order = -1, samples
        if self._size is not None and self._size > len(samples):
            raise TrainingError(f"batch: got {self._size}; accepted is at most {len(samples)}, the training samples")

    def gradient(self, weights: Tensor, done: int) -> Tensor:
        """The gradient (K, m) over the batch that follows ``done`` steps."""
        problem = self._problem
        if self._size is None:
            return problem.evaluated(weights, self._samples)[1]
        # The order follows from the number of steps, so that a training that goes on from a checkpoint sees the same
        # batches.
        epoch, place = divmod(done, len(self._samples) // self._size)
        if epoch != self._epoch:
            orders = [self._samples.cpu()[order_of(seed, epoch, len(self._samples))] for seed in self._seeds]
            self._epoch, self._order = epoch, torch.stack(orders).to(self._samples.device)
        chosen = self._order[:, place * self._size : (place + 1) * self._size]
        # One seed is one order: the inputs are then shared, and not copied for each network.
        if len(self._seeds) == 1:
            law = problem.laws[:, chosen[0]][problem.which]
            return problem.gradient(weights, law, problem.inputs[chosen[0]], shared=True)
        samples = chosen[self._place]
        law = problem.laws[problem.which[:, None], samples]
        return problem.gradient(weights, law, problem.inputs[samples], shared=False)


def order_of(seed: int, epoch: int, samples: int) -> Tensor:
    """The order of the samples in one epoch of a network with ``seed``."""
    # By a hash, since a generator seeded with seed + epoch would give two seeds the same order in neighbouring epochs.
    drawn = int.from_bytes(hashlib.sha256(f"{seed}:{epoch}".encode()).digest()[:8], "big") >> 1
    return torch.randperm(samples, generator=torch.Generator().manual_seed(drawn))


def parts_of(samples: int, training: Training, device: torch.device) -> tuple[Tensor, Tensor]:
    """The samples that are trained on and those held out, the same for all networks."""
    count = round(training.validation * samples)
    if training.validation and not 1 <= count < samples:
        raise TrainingError(
            f"validation: got {training.validation}, which of {samples} samples leaves {count} to hold out; accepted "
            "is a share that leaves at least one sample on both sides"
        )
    # The seed is fixed: all networks are judged on the same samples.
    order = torch.randperm(samples, generator=torch.Generator().manual_seed(0)) if count else torch.arange(samples)
    return order[count:].sort().values.to(device), order[:count].sort().values.to(device)
