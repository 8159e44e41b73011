"""Plans: a specification with the formulas and the data that it names, ready to be run."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from numerics.datasets.base import Dataset
from numerics.formulas.objective import Objective
from numerics.models.linear import Outputs
from numerics.runs.spec import RunSpec

SHIFTS = 8
"""At how many random scores a penalty is tried for a change along (1, ..., 1)."""
SMALLEST = 1e-9
"""A relative slope along (1, ..., 1) below this is 0."""


@dataclass(frozen=True, eq=False)
class Plan:
    """A ``spec`` with the ``objective`` that it trains and the ``dataset`` that it trains on.

    Arrays that were given as a loss's entries or as data have no text that they could be read back from, so a run on
    another process or machine gets them with the specification.

    >>> from numerics import grid
    >>> plan = grid("cross_entropy", "l2", "iris", rho=0.2, lambdas=[1.0])[0]
    >>> plan.dataset.name, plan.spec.rho
    ('iris', 0.2)
    """

    spec: RunSpec
    objective: Objective
    dataset: Dataset

    @property
    def hash(self) -> str:
        """The name of the run."""
        return self.spec.hash


def outputs_for(objective: Objective, classes: int) -> Outputs:
    """Scores with mean 0 where the penalty does not see what all classes share, else all of R^C.

    Along (1, ..., 1) such a penalty would hold nothing: minimisers would not be unique, or would not exist.
    """
    scores = torch.randn(SHIFTS, classes, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    # Tried and not derived: a sweep trains any formulas, certified or not.
    slope = objective.penalty_gradient(scores)
    along = slope.sum(1).abs()
    return Outputs.CENTRED if bool((along <= SMALLEST * slope.abs().sum(1)).all()) else Outputs.FULL
