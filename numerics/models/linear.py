"""Linear families with features shared by the classes, in coordinates that make the output metric the identity.

The outputs are Z = Q W B', with Q the whitened features, Q'Q/n = I, and B orthonormal columns that span the
outputs a class-vector may take: all of R^C, the complement of (1, ..., 1), or a reference class z_C = 0.
So ||Z||^2, the mean over the samples of sum_i z_i^2, is the sum of the squares of W.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from numerics.arrays.whitening import Whitened
from numerics.datasets.base import Dataset
from numerics.errors import DataError
from numerics.models.base import Model


class Outputs(Enum):
    """The subspace of R^C in which the scores of a sample lie."""

    FULL = "R^C"
    CENTRED = "R^C, mean score 0"
    REFERENCE = "z_C = 0"
    GIVEN = "the span of class-dependent features"


@dataclass(frozen=True, eq=False)
class LinearFamily:
    """Z = Q W B': ``features`` Q (n, r), ``basis`` B (C, m), weights W (..., r, m)."""

    features: Tensor
    basis: Tensor
    kind: Outputs
    whitened: Whitened | None = None

    @classmethod
    def of(cls, raw: Tensor, classes: int, kind: Outputs = Outputs.FULL) -> LinearFamily:
        """The family on ``raw`` features (n, d), float64, of any rank r: their span is what counts.

        Raises ``DataError`` if all features are 0.
        """
        whitened = Whitened.of(raw, len(raw))
        return cls(whitened.features, basis_of(classes, kind).to(raw), kind, whitened)

    @property
    def samples(self) -> int:
        """n, the number of samples."""
        return self.features.shape[0]

    @property
    def rank(self) -> int:
        """r, the number of linearly independent features."""
        return self.features.shape[1]

    @property
    def classes(self) -> int:
        """C, the number of classes."""
        return self.basis.shape[0]

    @property
    def size(self) -> tuple[int, int]:
        """(r, m), the shape of the weights."""
        return self.rank, self.basis.shape[1]

    @property
    def parameters(self) -> int:
        """r m, the dimension of the family."""
        return self.rank * self.basis.shape[1]

    @property
    def like(self) -> Tensor:
        """Zeros of shape (C,)."""
        return torch.zeros_like(self.basis[:, 0])

    @property
    def leverage(self) -> Tensor:
        """||q_i|| for every sample, which bounds |Z_ic|/||W||."""
        lengths: Tensor = torch.linalg.vector_norm(self.features, dim=1)
        return lengths

    @property
    def notes(self) -> tuple[str, ...]:
        """That features depend on one another, if they do."""
        return () if self.whitened is None else self.whitened.notes

    def outputs(self, weights: Tensor) -> Tensor:
        """Z = Q W B', shape (..., n, C)."""
        return self.features @ self.spread(weights)

    def spread(self, weights: Tensor) -> Tensor:
        """W B', shape (..., r, C): one column for each class."""
        return weights if self.kind is Outputs.FULL else weights @ self.basis.T

    def gathered(self, columns: Tensor) -> Tensor:
        """X B, shape (..., r, m), from X (..., r, C)."""
        return columns if self.kind is Outputs.FULL else columns @ self.basis

    def pulled_back(self, gradient: Tensor) -> Tensor:
        """Q' X B/n, shape (..., r, m): the gradient in W of a mean over the samples whose gradients in z are X."""
        return self.gathered(self.features.T @ gradient) / self.samples

    def restricted(self, matrix: Tensor) -> Tensor:
        """B' M B, shape (..., m, m): a quadratic form on R^C as one on the outputs that occur."""
        # Of many classes the products with a basis that is the identity would be most of the work.
        return matrix if self.kind is Outputs.FULL else self.basis.T @ matrix @ self.basis

    def scatter(self, form: Tensor, law: Tensor) -> float:
        """The mean of <X, X form>, X = pulled_back(e - law), over independent one-hot labels e with laws (n, C).

        The rows of e - law have mean 0 and covariance diag(p) - p p'.
        """
        metric = self.basis @ form @ self.basis.T
        # E[x'Mx] = tr(M Cov x) for x of mean 0, sample by sample; independent samples have no cross terms.
        spread = law @ metric.diagonal() - ((law @ metric) * law).sum(1)
        return float((self.leverage.square() * spread).sum()) / self.samples**2

    def raw_weights(self, weights: Tensor) -> Tensor:
        """The weights (..., d, C) of the raw features, of smallest norm among those with these outputs."""
        if self.whitened is None:
            raise DataError("features: this family was made of whitened features; make it by LinearFamily.of")
        found: Tensor = self.whitened.back @ weights @ self.basis.T
        return found


def basis_of(classes: int, kind: Outputs) -> Tensor:
    """An orthonormal basis B (C, m) of the scores of ``kind``: all of R^C, those of sum 0, or those with z_C = 0."""
    identity = torch.eye(classes, dtype=torch.float64)
    if kind is Outputs.FULL:
        return identity
    if kind is Outputs.REFERENCE:
        return identity[:, :-1]
    # the Helmert basis: column j compares class j + 1 with the mean of the classes 0, ..., j
    place = torch.arange(1, classes, dtype=torch.float64)
    ahead = torch.triu(torch.ones(classes, classes - 1, dtype=torch.float64))
    ahead[1:] -= torch.diag(place)
    return ahead / (place * (place + 1)).sqrt()


@final
@dataclass(frozen=True)
class Network(Model):
    """z = W x on the standardised features and a constant one: the linear family as a module."""

    needs_table: ClassVar[bool] = True

    def inputs(self, dataset: Dataset, features: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """The standardised features with the column of ones."""
        return dataset.standardised(features)

    def module(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """A linear layer without bias, since the inputs have a column of ones."""
        return nn.Linear(shape[0], classes, bias=False)
