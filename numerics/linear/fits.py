"""Many linear fits at once, for losses in which the label enters linearly (cross-entropy and its kin).

Fit b minimises, over W of shape (r, m),

    mean_i [s logsumexp(z_i) + R(z_i) + lambda_b P(z_i)] + 1/2 <W, W B'(K + lambda_b H)B> + c <M_b + u, W>,  Z = Q W B',

where all that is known of the labels is M_b = Q'(law - 1/C)B/n, of shape (r, m): ``moments``; u = Q'(1/C)B/n.
The method is L-BFGS on whitened features with a line search for each fit.  Its first matrix is the inverse of the
curvature at z = 0, the same for every feature; where fits converge so slowly that it pays, the inverse of the whole
curvature matrix at the point reached, in single precision: it only steers, the gradients are in double precision.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from numerics.errors import DataError
from numerics.formulas.objective import Objective
from numerics.linear.curvature import Curvature
from numerics.linear.evaluation import Evaluation
from numerics.linear.recession import check_minimiser
from numerics.models.linear import LinearFamily
from numerics.progress import Progress, silent

MEMORY = 8
"""Pairs of steps and changes of the gradient that L-BFGS keeps."""
MOST_STEPS = 2000
MOST_HALVINGS = 25
AT_ONCE = 128
"""The most fits that are solved together on a processor; more would leave its cache."""
ON_DEVICE = 2**30
"""Scores that are held at once on an accelerator."""
LOOK = 5
"""After so many steps the speed of convergence is looked at again."""
AFTER = 8
"""Steps that are left to do after the curvature matrix has been put in."""


@dataclass(frozen=True, eq=False)
class FitProblem:
    """B problems min L + lambda G on one family: ``lambda_`` (B,) and ``moments`` (B, r, m)."""

    family: LinearFamily
    objective: Objective
    lambda_: Tensor
    moments: Tensor


@dataclass(frozen=True, eq=False)
class Fits:
    """``weights`` (B, r, m) of Z = Q W B', and of each fit the norm of its gradient, steps and evaluations.

    ``solved`` (B,): whether the norm asked for was reached.  ``factorised`` counts curvature matrices.
    """

    weights: Tensor
    gradient_norm: Tensor
    steps: Tensor
    evaluations: Tensor
    factorised: int
    solved: Tensor


def fitted(
    problem: FitProblem, goal: float | Tensor, *, at_once: int | None = None, most_steps: int = MOST_STEPS,
    progress: Progress = silent,
) -> Fits:  # fmt: skip
    """The minimisers, to gradient norms of ``goal``: one number, or one for each fit (B,).

    Fits that are equal, such as those of labels drawn at the rate 0, are solved once.

    Raises ``ValueError`` if the label does not enter the loss linearly: ``numerics.linear.solve`` takes any pair.
    Raises ``DataError`` for a lambda below 0, or one of 0 where the loss alone has no minimiser.
    """
    evaluation = Evaluation.of(problem.family, problem.objective)
    if evaluation is None:
        raise ValueError(
            f"objective: the label does not enter {problem.objective.loss} linearly, so moments do not hold what is "
            "needed of the labels; use numerics.linear.solve.minimisers with their laws"
        )
    if not bool((problem.lambda_ >= 0).all()):
        raise DataError(f"lambda: got {float(problem.lambda_.min()):g}; accepted are weights >= 0 of the penalty")
    goals = torch.as_tensor(goal).to(problem.lambda_).expand_as(problem.lambda_)
    first, which = _distinct(problem, goals)
    once = FitProblem(problem.family, problem.objective, problem.lambda_[first], problem.moments[first])
    found = _solved(evaluation, once, goals[first], at_once, most_steps, progress)
    for fit in (once.lambda_ == 0).nonzero()[:, 0].tolist():
        check_minimiser(evaluation, found.weights[fit], once.moments[fit], int(first[fit]))
    return Fits(
        found.weights[which], found.gradient_norm[which], found.steps[which], found.evaluations[which],
        found.factorised, found.gradient_norm[which] <= goals,
    )  # fmt: skip


def _distinct(problem: FitProblem, goals: Tensor) -> tuple[Tensor, Tensor]:
    """The first fit of each kind, and for each fit which of these it is: equal to the last bit."""
    rows = torch.cat([problem.lambda_[:, None], goals[:, None], problem.moments.flatten(1)], 1).cpu().numpy()
    seen: dict[bytes, int] = {}
    which = [seen.setdefault(row.tobytes(), fit) for fit, row in enumerate(rows)]
    first, place = np.unique(which, return_inverse=True)
    device = problem.lambda_.device
    return torch.from_numpy(first).to(device), torch.from_numpy(place).to(device)


def _solved(
    evaluation: Evaluation, problem: FitProblem, goals: Tensor, at_once: int | None, most_steps: int, progress: Progress
) -> Fits:
    """The fits of ``problem``, chunk by chunk."""
    count, device = len(problem.lambda_), problem.moments.device
    together = at_once or _together(problem.family, device)
    found = Fits(
        torch.empty_like(problem.moments),
        torch.empty_like(problem.lambda_),
        torch.zeros(count, dtype=torch.int64, device=device),
        torch.zeros(count, dtype=torch.int64, device=device),
        0,
        torch.zeros(count, dtype=torch.bool, device=device),
    )
    factorised = 0
    order = problem.lambda_.argsort(descending=True, stable=True)  # equally hard ones side by side
    first = 0
    while first < count:
        progress(first, count, "fits")
        chosen = order[first : first + _alike(problem.lambda_[order[first : first + together]])]
        first += len(chosen)
        chunk = _Chunk(evaluation, problem.lambda_[chosen], problem.moments[chosen], goals[chosen], chosen)
        factorised += chunk.solve(found, most_steps)
    progress(count, count, "done")
    return replace(found, factorised=factorised)


def _alike(lambdas: Tensor) -> int:
    """How many of the first fits to take: those before the last change of lambda, if that leaves at least half."""
    changes = lambdas.diff().nonzero()[:, 0] + 1
    last = int(changes[-1]) if len(changes) else len(lambdas)
    return last if 2 * last >= len(lambdas) else len(lambdas)


def _together(family: LinearFamily, device: torch.device) -> int:
    size = family.samples * family.classes
    if device.type == "cpu":
        return max(1, min(AT_ONCE, 2**27 // size))
    return max(1, ON_DEVICE // size)


class _Chunk:
    """Fits that are solved together; those that are done are written out and leave when there are enough of them."""

    def __init__(self, evaluation: Evaluation, lambda_: Tensor, moments: Tensor, goal: Tensor, place: Tensor) -> None:
        self.evaluation, self.goal = evaluation, goal
        self.lambda_, self.moments, self.place = lambda_, moments, place
        self.rough = evaluation.rough_inverse(lambda_)
        self.curvature: Curvature | None = None
        self.weights = -evaluation.separated.label * (moments @ self.rough)
        self.value, self.gradient = evaluation(self.weights, lambda_, moments)
        self.evaluations = torch.ones_like(place)
        self.steps = torch.zeros_like(place)
        self.history: list[tuple[Tensor, Tensor, Tensor]] = []
        self.gamma = torch.ones_like(lambda_)
        self.stuck = torch.zeros_like(place)

    def solve(self, found: Fits, most_steps: int) -> int:
        """Solve, writing into ``found``; returns how many curvature matrices were factorised."""
        factorised = 0
        written = torch.zeros_like(self.place, dtype=torch.bool)
        norm = _norm(self.gradient)
        before = norm
        ratio = self.evaluation.cost_of_curvature()
        for count in range(most_steps + 1):
            # Stuck a second time: the first time the history was forgotten, so nothing else is left to try.
            done = (norm <= self.goal) | (self.stuck > 1)
            if count == most_steps:
                done = torch.ones_like(done)
            fresh = done & ~written
            finished, new = torch.stack([done.sum(), fresh.sum()]).tolist()
            if new:
                at = self.place[fresh]
                found.weights[at], found.gradient_norm[at] = self.weights[fresh], norm[fresh]
                found.steps[at], found.evaluations[at] = self.steps[fresh], self.evaluations[fresh]
                written = written | fresh
                if finished == len(done):
                    break
                # To leave, a fit costs a copy of everything that the others remember: so they leave an eighth at a
                # time.
                if 8 * finished >= len(done):
                    self._keep(~done)
                    written, norm, before = written[~done], norm[~done], before[~done]
            if ratio is not None and count and count % LOOK == 0:
                if _steps_left(norm, before, self.goal) > ratio + AFTER:
                    factorised += self._put_in_curvature()
                before = norm
            norm = self._step(norm)
        return factorised

    def _step(self, norm: Tensor) -> Tensor:
        """One step of every fit; returns the norms of the new gradients."""
        direction = self._direction()
        slope = _dot(self.gradient, direction)
        noise = 64 * torch.finfo(slope.dtype).eps * (1 + self.value.abs())
        length = torch.ones_like(slope)
        moved = self.weights + direction
        value, gradient = self.evaluation(moved, self.lambda_, self.moments)
        self.evaluations += 1
        new_norm = _norm(gradient)
        for _ in range(MOST_HALVINGS):
            # within the rounding of the values only the gradient tells progress from its opposite
            good = (value <= self.value + 1e-4 * length * slope + noise) & ((slope < -noise) | (new_norm <= 2 * norm))
            bad = (~good).nonzero()[:, 0]
            if not len(bad):
                break
            length[bad] /= 2
            moved[bad] = self.weights[bad] + length[bad, None, None] * direction[bad]
            value[bad], gradient[bad] = self.evaluation(moved[bad], self.lambda_[bad], self.moments[bad])
            self.evaluations[bad] += 1
            new_norm[bad] = _norm(gradient[bad])
        else:
            moved[bad], value[bad], gradient[bad] = self.weights[bad], self.value[bad], self.gradient[bad]
            new_norm[bad] = norm[bad]
            self.stuck[bad] += 1
            # A pair of weight 0 changes nothing in the two loops: these fits forget, the others do not.
            for entry in self.history:
                entry[2][bad] = 0
        step, change = moved - self.weights, gradient - self.gradient
        bend = _dot(step, change)
        usable = bend > 0
        inverse = torch.where(usable, 1 / torch.where(usable, bend, 1), 0)
        if self.curvature is None:
            size = _dot(change, change @ self.rough)
            self.gamma = torch.where(usable, bend / torch.where(usable, size, 1), self.gamma)
        self.history.append((step, change, inverse))
        if len(self.history) > MEMORY:
            self.history.pop(0)
        self.weights, self.value, self.gradient = moved, value, gradient
        self.steps += 1
        return new_norm

    def _direction(self) -> Tensor:
        """-(inverse curvature) gradient by the two loops of L-BFGS."""
        direction = -self.gradient
        factors = []
        for step, change, inverse in reversed(self.history):
            factor = inverse * _dot(step, direction)
            factors.append(factor)
            direction = torch.addcmul(direction, change, factor[:, None, None], value=-1)
        if self.curvature is None:
            direction = (direction @ self.rough) * self.gamma[:, None, None]
        else:
            direction = self.curvature.solved(direction)
        for (step, change, inverse), factor in zip(self.history, reversed(factors), strict=True):
            back = factor - inverse * _dot(change, direction)
            direction = torch.addcmul(direction, step, back[:, None, None])
        return direction

    def _put_in_curvature(self) -> int:
        found = self.evaluation.curvature(self.weights, self.lambda_)
        if found is None:
            return 0
        self.curvature, self.history = found, []
        return len(self.lambda_)

    def _keep(self, kept: Tensor) -> None:
        self.lambda_, self.moments, self.place = self.lambda_[kept], self.moments[kept], self.place[kept]
        self.goal = self.goal[kept]
        self.rough, self.weights, self.gradient = self.rough[kept], self.weights[kept], self.gradient[kept]
        self.value, self.gamma, self.stuck = self.value[kept], self.gamma[kept], self.stuck[kept]
        self.steps, self.evaluations = self.steps[kept], self.evaluations[kept]
        self.history = [(s[kept], y[kept], i[kept]) for s, y, i in self.history]
        self.curvature = None if self.curvature is None else self.curvature.only(kept)


def _steps_left(norm: Tensor, before: Tensor, goal: Tensor) -> float:
    """Steps that the median fit still needs at the speed of the last ``LOOK`` ones."""
    open_ = norm > goal
    gained = (before / norm).log()[open_] / LOOK
    left = (norm / goal).log()[open_] / gained.clamp(min=1e-3)
    return float(left.median()) if len(left) else 0.0


def _dot(a: Tensor, b: Tensor) -> Tensor:
    found: Tensor = torch.linalg.vecdot(a.flatten(1), b.flatten(1))
    return found


def _norm(a: Tensor) -> Tensor:
    found: Tensor = torch.linalg.vector_norm(a.flatten(1), dim=1)
    return found
