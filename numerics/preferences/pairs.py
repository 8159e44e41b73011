"""Pairs of answers: features of the chosen and of the rejected ones, and the items that a reward is to rank."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.errors import DataError


@dataclass(frozen=True, eq=False)
class Pairs:
    """``chosen`` and ``rejected`` (n, d) are the features of the two answers of each pair, float64.

    ``items`` (m, d), m >= 2, are ranked by the rewards that are trained, and no pair is; ``known`` (k, d) are
    differences phi(better) - phi(worse) of items of which ``truth`` says in words who knows it.  Raises ``DataError``
    for other shapes, entries that are no finite numbers, fewer than two pairs, or a pair of two equal answers.
    """

    name: str
    chosen: Tensor
    rejected: Tensor
    items: Tensor
    known: Tensor
    truth: str
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        chosen, rejected = self.chosen, self.rejected
        if chosen.ndim != 2 or chosen.shape != rejected.shape or not chosen.numel():
            raise DataError(
                f"{self.name}: got chosen answers of shape {tuple(chosen.shape)} and rejected ones of shape "
                f"{tuple(rejected.shape)}; accepted are two arrays (n, d) of one shape, a row for each answer"
            )
        for what, part in (("chosen", chosen), ("rejected", rejected)):
            bad = (~part.isfinite().all(1)).nonzero().flatten()
            if len(bad):
                raise DataError(
                    f"{self.name}: {what}: {len(bad)} rows hold entries that are no finite numbers, the first is row "
                    f"{int(bad[0])}; leave such pairs out or fill them in"
                )
        if len(chosen) < 2:
            raise DataError(f"{self.name}: got {len(chosen)} pair; two or more are needed; give more pairs")
        equal = (chosen == rejected).all(1).nonzero().flatten()
        if len(equal):
            raise DataError(
                f"{self.name}: both answers of {len(equal)} pairs have equal features, first in row {int(equal[0])}, "
                "so that no reward prefers one; leave such pairs out, or give features that tell them apart"
            )

    @property
    def differences(self) -> Tensor:
        """phi(chosen) - phi(rejected), shape (n, d): a linear reward w has the margins ``differences @ w``."""
        return self.chosen - self.rejected

    @property
    def answers(self) -> Tensor:
        """The features of both answers, shape (n, 2, d), the chosen one first."""
        return torch.stack([self.chosen, self.rejected], 1)

    @property
    def fingerprint(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of shapes and entries."""
        found = hashlib.sha256()
        for part in (self.answers, self.items, self.known):
            found.update(repr(tuple(part.shape)).encode())
            found.update(part.contiguous().numpy().tobytes())
        return found.hexdigest()[:16]

    def __len__(self) -> int:
        return len(self.chosen)
