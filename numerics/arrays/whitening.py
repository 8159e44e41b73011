"""Whitening: features in coordinates in which they are uncorrelated, and what of them says nothing."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.errors import DataError

RANK_TOLERANCE = 1e-10
"""Singular values of the features below this share of the largest one count as 0."""


@dataclass(frozen=True, eq=False)
class Whitened:
    """X T = Q with Q'Q/n = 1, from raw features X (n, d) of rank r.

    ``features`` Q (n, r); ``back`` T (d, r), so that the raw weights T w have the outputs Q w and no others of smaller
    norm do; ``dropped`` (d - r, d), orthonormal directions of raw weights that move no output.
    """

    features: Tensor
    back: Tensor
    dropped: Tensor

    @classmethod
    def of(cls, raw: Tensor, samples: int) -> Whitened:
        """The whitened ``raw`` features, rows summed over and divided by ``samples``.

        Raises ``DataError`` if all features are 0.
        """
        # Not by the eigenvalues of X'X: these are squares, and of a feature below 1e-8 of the largest nothing would be
        # left.
        left, size, right = torch.linalg.svd(raw, full_matrices=False)
        kept = size > RANK_TOLERANCE * size[0]
        if not bool(kept.any()):
            raise DataError(
                "features: every feature is 0 on every sample; a linear family on them has only the output 0"
            )
        root = samples**0.5
        back = right[kept].T / size[kept] * root
        rank = int(kept.sum())
        # what is orthogonal to the rows that were kept
        rest = torch.linalg.qr(right[kept].T, mode="complete").Q[:, rank:].T
        return cls(left[:, kept] * root, back, rest)

    @property
    def notes(self) -> tuple[str, ...]:
        """That features depend on one another, if they do."""
        count, raw = len(self.dropped), len(self.back)
        if not count:
            return ()
        said = (
            "direction of weights moves no score and gets"
            if count == 1
            else "directions of weights move no score and get"
        )
        return (f"the {raw} features have rank {raw - count}: {count} {said} the weight 0",)
