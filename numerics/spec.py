"""Specifications: everything that decides what a run does, as a frozen value whose hash names the run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class RunSpec:
    """Train ``loss`` with ``regularizer`` (formula strings) on ``data`` with uniform noise of rate ``rho``.

    ``parameters`` are (name, value) pairs, values as exact fractions; ``fingerprint`` is that of features and labels;
    ``outputs`` is the subspace of the scores; ``noise`` is "exact", or "sampled" with the ``seed``; ``alphas`` are
    1/lambda; ``goals`` the gradient norms asked for.
    """

    loss: str
    regularizer: str
    parameters: tuple[tuple[str, str], ...]
    data: str
    fingerprint: str
    samples: int
    classes: int
    outputs: str
    rank: int
    rho: float
    noise: str
    seed: int | None
    alphas: tuple[float, ...]
    goals: tuple[float, ...]
    device: str = "cpu"
    dtype: str = "float64"

    @property
    def hash(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the specification's JSON."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]
