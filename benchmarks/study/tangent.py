"""Least squares on the derivatives of a perceptron's scores in all its weights, at its start, for given labels.

The network is z = A s(W x~) + b with the hidden layer s = relu and x~ = (x, 1); about the start its scores move by
``sum_j A_cj s'_j(x) <dW_j, x~>``, which the classes share, and by ``<dA_c, s(x)> + db_c``, of which each class has its
own.  The last layer is that of torch's own start: where it is 0 the scores have no derivative in W.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

SMALLEST = 1e-10
"""Directions with less than this share of the largest eigenvalue do not count."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """A family of scores: its ``rank`` on the training samples beside ``most``, that of all scores there are.

    ``scores`` takes rows of labels (n, C) to the scores at the test samples (m, C) of the least squares solution.
    """

    rank: int
    most: int
    scores: Callable[[Tensor], Tensor]

    @property
    def leverage(self) -> float:
        """The mean over training samples and classes of how much a score follows its own label, rank/most."""
        return self.rank / self.most


def by_features(train: Tensor, test: Tensor, classes: int) -> Fitted:
    """For features (n, d) and (m, d) of which each class has weights of its own."""
    return by_kernel(train @ train.T, test @ train.T, classes)


def by_kernel(inner: Tensor, across: Tensor, classes: int) -> Fitted:
    """The same by products of features, (n, n) and (m, n): of the least squares solutions the smallest."""
    values, vectors = torch.linalg.eigh(inner)
    kept = values > SMALLEST * values[-1]
    weights = across @ (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    rank = int(kept.sum()) * classes
    return Fitted(rank, len(inner) * classes, lambda rows: weights @ rows)


@torch.no_grad()
def by_all_weights(module: nn.Sequential, train: Tensor, test: Tensor) -> Fitted:
    """For all weights of a perceptron with one hidden layer.

    With fewer weights than scores the normal equations are solved, less what the last layer can do by itself.  With
    more the mean over the classes is taken for the kernel, as if each class had weights of its own: the exact one has
    n C rows.
    """
    first, last = (layer for layer in module if isinstance(layer, nn.Linear))
    classes, units = last.weight.shape
    inputs = [with_bias(x) for x in (train, test)]
    before = [first(x) for x in (train, test)]
    hidden, active = [with_bias(x.relu()) for x in before], [(x > 0).to(x) for x in before]
    if sum(p.numel() for p in module.parameters()) >= len(train) * classes:
        square = last.weight.square().mean()
        inner, across = (
            hidden[k] @ hidden[0].T + square * (active[k] @ active[0].T) * (inputs[k] @ inputs[0].T) for k in (0, 1)
        )
        return by_kernel(inner, across, classes)
    of_train, of_test = ((a[:, :, None] * x[:, None, :]).flatten(1) for a, x in zip(active, inputs, strict=True))
    by_class = last.weight.repeat_interleave(inputs[0].shape[1], 1)
    basis = torch.linalg.qr(hidden[0])[0]
    rest = of_train - basis @ (basis.T @ of_train)
    values, vectors = torch.linalg.eigh((rest.T @ rest) * (by_class.T @ by_class))
    kept = values > SMALLEST * values[-1]
    directions, values = vectors[:, kept], values[kept]

    def scores(rows: Tensor) -> Tensor:
        shared = directions @ (directions.T @ (rest.T @ rows * by_class.T).sum(1) / values)
        moved = shared[:, None] * by_class.T
        alone = torch.linalg.lstsq(hidden[0], rows - of_train @ moved).solution
        return of_test @ moved + hidden[1] @ alone

    return Fitted(int(kept.sum()) + classes * (units + 1), len(train) * classes, scores)


def with_bias(x: Tensor) -> Tensor:
    """``x`` (n, d) and a column of 1."""
    return torch.cat([x, x.new_ones(len(x), 1)], 1)
