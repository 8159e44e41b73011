"""What the exact solver asks of a family: scores that are linear in weights, in coordinates of unit metric."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor

from numerics.models.linear import Outputs


class ScoreFamily(Protocol):
    """Z = J W with weights W (..., k, m) such that the mean of ||Z_i||^2 over the samples is the sum of squares of W.

    Every quadratic form of the outputs, the mean of Z_i'M Z_i, is <W, W restricted(M)>: one matrix (m, m) for all k
    rows of W.
    """

    @property
    def kind(self) -> Outputs:
        """The space of the scores of one sample."""
        ...

    @property
    def samples(self) -> int:
        """n, the number of samples."""
        ...

    @property
    def classes(self) -> int:
        """C, the number of classes."""
        ...

    @property
    def rank(self) -> int:
        """The number of linearly independent features."""
        ...

    @property
    def size(self) -> tuple[int, int]:
        """(k, m), the shape of the weights."""
        ...

    @property
    def parameters(self) -> int:
        """k m, the dimension of the family."""
        ...

    @property
    def like(self) -> Tensor:
        """Zeros of shape (C,), with the dtype and the device of the family."""
        ...

    @property
    def leverage(self) -> Tensor:
        """A bound on |Z_ic|/||W|| for every sample i, shape (n,)."""
        ...

    def outputs(self, weights: Tensor) -> Tensor:
        """Z, shape (..., n, C)."""
        ...

    def pulled_back(self, gradient: Tensor) -> Tensor:
        """J'X/n, shape (..., k, m): the gradient in W of a mean over the samples whose gradients in z are X."""
        ...

    def restricted(self, matrix: Tensor) -> Tensor:
        """The quadratic form ``matrix`` (..., C, C) of a sample's scores as one of the weights, (..., m, m)."""
        ...

    def scatter(self, form: Tensor, law: Tensor) -> float:
        """The mean of <X, X form>, X = pulled_back(e - law), over independent one-hot labels e with laws (n, C)."""
        ...

    def raw_weights(self, weights: Tensor) -> Tensor:
        """The weights of the features as they came in, of smallest norm among those with these outputs."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know about the features, such as directions that were dropped."""
        ...
