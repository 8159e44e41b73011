"""Linear families whose features depend on the class: Z_ic = phi_ic . theta, one weight vector for all classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from numerics.arrays.whitening import Whitened
from numerics.errors import DataError
from numerics.models.linear import Outputs


@final
@dataclass(frozen=True, eq=False)
class ClassFeatures:
    """Z_ic = q_ic . w with weights w of shape (..., 1, r): ``features`` q (n, C, r), mean over i of sum_c q q' = 1.

    ``kind`` is GIVEN, or CENTRED if the mean score of every sample was taken out, which is how a family is brought to
    the quotient by (1, ..., 1).
    """

    features: Tensor
    kind: Outputs
    whitened: Whitened

    @classmethod
    def of(cls, raw: Tensor, *, centred: bool = False) -> ClassFeatures:
        """The family on ``raw`` features (n, C, d), float64, of any rank.

        Raises ``DataError`` for another shape, or if all features are 0 (on the quotient: if none differs between
        classes).
        """
        if raw.ndim != 3 or raw.shape[1] < 2:
            raise DataError(
                f"features: got the shape {tuple(raw.shape)}; class-dependent features have the shape (n, C, d) with "
                "C >= 2, shared ones (n, d)"
            )
        used = raw - raw.mean(1, keepdim=True) if centred else raw
        samples, classes, count = raw.shape
        if centred and not bool((used.abs() > 1e-12 * raw.abs().amax()).any()):
            raise DataError(
                "features: no feature differs between the classes of a sample, so on R^C/(1, ..., 1) the only output "
                "is 0"
            )
        # The rows are those of all classes, but what is divided by is the number of samples: means are over samples.
        whitened = Whitened.of(used.reshape(samples * classes, count), samples)
        kind = Outputs.CENTRED if centred else Outputs.GIVEN
        return cls(whitened.features.view(samples, classes, -1), kind, whitened)

    @classmethod
    def cone(cls, direction: Tensor) -> ClassFeatures:
        """The outputs {t d: t real} of one ``direction`` d (n, C)."""
        return cls.of(direction.unsqueeze(-1))

    @property
    def samples(self) -> int:
        """n, the number of samples."""
        return self.features.shape[0]

    @property
    def classes(self) -> int:
        """C, the number of classes."""
        return self.features.shape[1]

    @property
    def rank(self) -> int:
        """r, the number of linearly independent features."""
        return self.features.shape[2]

    @property
    def size(self) -> tuple[int, int]:
        """(1, r), the shape of the weights."""
        return 1, self.rank

    @property
    def parameters(self) -> int:
        """r, the dimension of the family."""
        return self.rank

    @property
    def like(self) -> Tensor:
        """Zeros of shape (C,)."""
        return torch.zeros_like(self.features[0, :, 0])

    @property
    def leverage(self) -> Tensor:
        """The largest ||q_ic|| of every sample, which bounds |Z_ic|/||w||."""
        lengths: Tensor = torch.linalg.vector_norm(self.features, dim=2)
        return lengths.amax(1)

    @property
    def notes(self) -> tuple[str, ...]:
        """That features depend on one another, if they do."""
        return self.whitened.notes

    def outputs(self, weights: Tensor) -> Tensor:
        """Z, shape (..., n, C)."""
        flat = weights.squeeze(-2) @ self._rows.T
        return flat.reshape(*flat.shape[:-1], self.samples, self.classes)

    def pulled_back(self, gradient: Tensor) -> Tensor:
        """The gradient in w, (..., 1, r), of a mean over the samples whose gradients in z are ``gradient``."""
        return (gradient.flatten(-2) @ self._rows / self.samples).unsqueeze(-2)

    def restricted(self, matrix: Tensor) -> Tensor:
        """The mean over i of q_i' M q_i, shape (..., r, r): a quadratic form of the scores as one of the weights."""
        turned = torch.einsum("...cd,ndr->...ncr", matrix, self.features)
        return self._rows.T @ turned.flatten(-3, -2) / self.samples

    def scatter(self, form: Tensor, law: Tensor) -> float:
        """The mean of <X, X form>, X = pulled_back(e - law), over independent one-hot labels e with laws (n, C)."""
        mean = torch.einsum("nc,ncr->nr", law, self.features)
        second = torch.einsum("nc,ncr,rs,ncs->n", law, self.features, form, self.features)
        return float((second - ((mean @ form) * mean).sum(1)).sum()) / self.samples**2

    def raw_weights(self, weights: Tensor) -> Tensor:
        """The weights (..., d) of the raw features, of smallest norm among those with these outputs."""
        return weights.squeeze(-2) @ self.whitened.back.T

    @property
    def _rows(self) -> Tensor:
        return self.features.flatten(0, 1)
