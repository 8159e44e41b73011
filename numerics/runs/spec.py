"""Specifications: everything that decides what a run does, as a frozen value whose hash names the run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, kw_only=True)
class RunSpec:
    """Train ``loss`` with ``regularizer`` (formula strings) on ``data`` with clean labels and with noisy ones.

    ``parameters`` are (name, value) pairs, values as exact fractions; ``fingerprint`` is that of features and labels as
    the model meets them: with ``transform``, and with a share ``test`` set aside, drawn with the seed ``split``;
    ``outputs`` is the subspace of the scores, ``rank`` that of the features where it is known beforehand.  ``noise`` is
    "exact", "sampled" with the ``seed``, or "given" with the data; uniform of rate ``rho``, or by the matrix
    ``transition``.  ``alphas`` are 1/lambda; ``goals`` the gradient norms asked for; ``samples`` and ``classes`` their
    numbers; ``model``, ``device`` and ``dtype`` what is trained, where and in which precision.  The names of the pair,
    ``loss_name`` and ``regularizer_name``, are for people: they are no part of what is run, nor of the hash.
    """

    loss: str
    regularizer: str
    parameters: tuple[tuple[str, str], ...]
    data: str
    fingerprint: str
    samples: int
    classes: int
    outputs: str
    rank: int | None
    rho: float
    noise: str
    seed: int | None
    alphas: tuple[float, ...]
    goals: tuple[float, ...]
    device: str = "cpu"
    dtype: str = "float64"
    model: str = "linear"
    transform: str = "standardised"
    test: float = 0.0
    split: int = 0
    transition: Matrix | None = None
    loss_name: str = field(default="", compare=False)
    regularizer_name: str = field(default="", compare=False)

    @property
    def hash(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the specification's JSON, without the names."""
        # The names of the pair are left out: one formula under two names is one run.
        record = {f.name: getattr(self, f.name) for f in fields(self) if f.compare}
        return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def lambdas(self) -> tuple[float, ...]:
        """1/alpha, to 12 digits: dividing twice would turn 49 into 49.00000000000001."""
        return tuple(float(f"{1 / alpha:.12g}") for alpha in self.alphas)

    @property
    def title(self) -> str:
        """The run in a few words."""
        seed = "" if self.seed is None else f", seed {self.seed}"
        pair = f"{self.loss_name or self.loss} + {self.regularizer_name or self.regularizer}"
        return f"{pair} on {self.data}, rho = {self.rho:g}{seed}"

    def to_record(self) -> dict[str, Any]:
        """The specification as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> RunSpec:
        """The specification that ``to_record`` wrote; raises ``TypeError`` for a record with other fields."""
        return cls(**{name: _frozen(value) for name, value in record.items()})


def _frozen(value: Any) -> Any:
    # JSON gives lists back where tuples were, and the two do not compare equal.
    return tuple(_frozen(entry) for entry in value) if isinstance(value, list | tuple) else value
