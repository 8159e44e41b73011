"""The floor under linear fits on this machine: how fast it multiplies matrices and takes exponentials."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from benchmarks.clock import best_of
from benchmarks.fit_task import Task, different_among
from numerics.linear.fits import Fits

SIZE = 1024
IN_CACHE = 2**16


@dataclass(frozen=True)
class Rates:
    """Operations per second: ``double`` and ``single`` in a product of 1024 x 1024 matrices, ``exp`` in double."""

    double: float
    single: float
    exp: float


def measured_rates() -> Rates:
    """The rates of this machine, with as many threads as torch has now."""

    def product(dtype: torch.dtype) -> float:
        a = torch.rand(SIZE, SIZE, dtype=dtype)
        out = torch.empty_like(a)
        return 2 * SIZE**3 / best_of(lambda: torch.mm(a, a, out=out))

    x = torch.rand(IN_CACHE, dtype=torch.float64)
    out = torch.empty_like(x)
    seconds = best_of(lambda: [torch.exp(x, out=out) for _ in range(50)])
    return Rates(product(torch.float64), product(torch.float32), 50 * IN_CACHE / seconds)


@dataclass(frozen=True)
class Work:
    """What the fits took: operations in double and in single precision, and exponentials."""

    double: float
    single: float
    exps: float

    @classmethod
    def of(cls, task: Task, fits: Fits) -> Work:
        """An evaluation is two products with the features and n C exponentials.

        A curvature matrix is one product for its blocks, r(r+1)/2 by n by C(C-1)/2, and one Cholesky factor.
        """
        n, r, c = task.family.samples, task.family.rank, task.family.classes
        # A fit that others repeat was evaluated once.
        evaluations = float(fits.evaluations[different_among(task)].sum())
        matrix = 2 * n * (r * (r + 1) / 2) * (c * (c - 1) / 2) + (r * c) ** 3 / 3
        return cls(evaluations * 4 * n * r * c, fits.factorised * matrix, evaluations * n * c)

    def seconds(self, rates: Rates) -> float:
        """The time that these operations take at the ``rates``, and nothing else."""
        return self.double / rates.double + self.single / rates.single + self.exps / rates.exp
