"""Limits for penalties of another degree than 2: the minimiser of l_lin + g on a family, found by Newton's method.

For a quadratic penalty the limit has a closed form, -Q' b B/n (B'HB)^(-1), and nothing here is needed.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.func import jacrev

from numerics.errors import ConfirmationError
from numerics.formulas.batch import values_by_label
from numerics.formulas.objective import Linearised, Objective
from numerics.linear.score_family import ScoreFamily
from numerics.linear.solve import ScaledProblem, minimisers

ACCURACY = 1e-12
"""The gradient norm, relative to that at 0, below which a limit counts as found."""
GOAL = 64 * torch.finfo(torch.float64).eps
"""The relative gradient norm that the solver is asked for."""
AT_ONCE = 2**22
"""Scores that are held at once while a curvature matrix is built."""


def loss_slopes(objective: Objective, like: Tensor) -> Tensor:
    """b_y = grad l(0, y) for every label y, the rows of a matrix (C, C); ``like`` (C,) gives C, dtype and device."""
    found: Tensor = jacrev(lambda z: values_by_label(objective.loss, z, objective.parameters))(torch.zeros_like(like))
    return found


def limit_problem(family: ScoreFamily, objective: Objective, rows: Tensor, law: Tensor, power: float) -> ScaledProblem:
    """min <b_Y, Z> + G(Z) with ``rows`` b_y (C, C), for one ``law`` (n, C) and a penalty of degree 1 + 1/``power``."""
    linear = Linearised(objective.loss, objective.regularizer, objective.parameters, rows=rows)
    return ScaledProblem(family, linear, torch.ones(1).to(law), law[None], power)


def limit(problem: ScaledProblem) -> Tensor:
    """The minimiser of a limit problem, shape (r, m), to rounding.

    Raises ``ConfirmationError`` if Newton's method does not get there.
    """
    slope = problem.pull
    size = slope.norm()
    # The slope at 0 is 0, so the minimiser is 0, and a goal relative to that slope would be 0 as well.
    if not bool(size):
        return torch.zeros_like(slope[0])
    found = minimisers(problem, (GOAL * size).expand(1))
    # Written as not <=, so that nan is refused too.
    if not bool(found.gradient_norm[0] <= ACCURACY * size):
        raise ConfirmationError(
            f"regularizer: the minimiser of the limit problem l_lin + g was found to a gradient norm of "
            f"{float(found.gradient_norm[0] / size):.1e} only, relative to that at 0; take a regularizer that is "
            "smoother away from 0"
        )
    return found.weights[0]


def curvature_at(problem: ScaledProblem, weights: Tensor) -> Tensor:
    """D^2 F at ``weights`` (r, m) of one problem, a matrix (rm, rm)."""
    count = weights.numel()
    identity = torch.eye(count).to(weights).view(count, *weights.shape)
    together = max(1, AT_ONCE // (problem.family.samples * problem.family.classes))
    rows = []
    for some in torch.split(identity, together):
        every = ScaledProblem(
            problem.family,
            problem.objective,
            problem.alpha.expand(len(some)),
            problem.laws.expand(len(some), *problem.laws.shape[1:]),
            problem.power,
        )
        rows.append(every.curvature_product(weights.expand_as(some), some).flatten(1))
    matrix = torch.cat(rows)
    # Rounding leaves it slightly unsymmetric, and eigvalsh reads one triangle only.
    return (matrix + matrix.T) / 2
