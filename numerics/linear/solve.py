"""The exact solver for linear families: damped Newton in scaled scores, many problems at once.

The minimiser of alpha L + G is O(alpha), and so is the gradient near it.  In Z' = Z/alpha everything is O(1):

    F(Z') = [alpha (L(alpha Z') - L(0)) + G(alpha Z') - G(0)]/alpha^2,
    grad F = Q' [grad l(alpha Z') + grad g(alpha Z')/alpha] B / n.

Newton's equation is solved by conjugate gradients.  Their preconditioner is the curvature at z = 0, which on
whitened features is one small matrix for all of them and which is exact as alpha -> 0; curvature times a vector
comes from differentiation of the gradient.  So no second derivative is stored, and a step near
alpha = 0 costs a few gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from numerics.formulas.forward import jvp
from numerics.formulas.objective import Objective
from numerics.linear.score_family import ScoreFamily

MOST_STEPS = 60
MOST_PRODUCTS = 200
MOST_HALVINGS = 40
SEEN = 64
"""Samples whose curvatures make up a preconditioner."""


@dataclass(frozen=True, eq=False)
class Solution:
    """Minimisers of B problems: ``weights`` (B, r, m) of Z' = Z/alpha, and what is left of the gradient.

    ``gradient_norm`` (B,) is the norm of grad F; ``steps`` (B,) counts Newton steps; ``solved`` (B,) says
    whether the norm asked for was reached.
    """

    weights: Tensor
    gradient_norm: Tensor
    steps: Tensor
    solved: Tensor


@dataclass(frozen=True, eq=False)
class ScaledProblem:
    """B problems min alpha L + G on one family: ``alpha`` (B,), ``laws`` (B, n, C) of the labels.

    Where each label is known the ``laws`` may be the labels themselves, integers (B, n).  ``power`` is 1/(k-1) for a
    penalty of degree k: then Z' = Z/alpha^power.
    """

    family: ScoreFamily
    objective: Objective
    alpha: Tensor
    laws: Tensor
    power: float = 1.0

    @cached_property
    def scale(self) -> Tensor:
        """s = alpha^power, shape (B,)."""
        return self.alpha**self.power

    def value(self, weights: Tensor) -> Tensor:
        """F, shape (B,); where parts of a formula are detached, no F has that field, and it is ||grad F||^2/2."""
        if self.objective.has_detached_parts:
            return self.gradient(weights).square().sum((-1, -2)) / 2
        z = self._logits(weights)
        losses, penalties = self._at_zero
        # The values at 0 come off sample by sample: divided by alpha^2 they would drown F in rounding.
        rise = (self.objective.losses(z, self.laws) - losses).mean(-1)
        cost = (self.objective.penalties(z) - penalties).mean(-1)
        return rise / self.scale + cost / (self.alpha * self.scale)

    @cached_property
    def _at_zero(self) -> tuple[Tensor, Tensor]:
        """Loss and penalty of each sample at z = 0, (B, n) each."""
        zero = self._zero
        return self.objective.losses(zero, self.laws), self.objective.penalties(zero)

    @property
    def _zero(self) -> Tensor:
        return self.alpha.new_zeros((*self.laws.shape[:2], self.family.classes))

    def value_noise(self, weights: Tensor, value: Tensor) -> Tensor:
        """The size of a change of F near ``weights`` that is rounding, shape (B,).

        What F does when the weights move by a few units in the last place, and at least what the sums of terms
        of size 1 leave of a difference that is divided by alpha^2.
        """
        unit = torch.finfo(weights.dtype).eps
        # Asked of F itself, since nobody knows how its formulas round.  The weights have to move: at one point F always
        # rounds alike.
        seen = [(self.value(weights * (1 + k * unit)) - value).abs() for k in (-4, 4)]
        return 4 * torch.stack(seen).amax(0) + 8 * unit * (1 / self.scale + self._unit_cost)

    @property
    def _unit_cost(self) -> Tensor:
        """What a penalty of size 1 is in F; that of a homogeneous one is small where the scores are."""
        return 1 / (self.alpha * self.scale) if self.power == 1 else torch.ones_like(self.alpha)

    def gradient(self, weights: Tensor) -> Tensor:
        """grad F in the weights, shape (B, r, m)."""
        return self.family.pulled_back(self._gradient_in_z(self._logits(weights)))

    def curvature_product(self, weights: Tensor, direction: Tensor) -> Tensor:
        """D^2 F in ``direction``, shape (B, r, m)."""
        return self.curvature(weights)(direction)

    def curvature(self, weights: Tensor) -> Callable[[Tensor], Tensor]:
        """The products of D^2 F at ``weights`` with directions, each of shape (B, r, m)."""
        z = self._logits(weights)
        if self.objective.has_detached_parts:
            # The derivative of what is no gradient is no symmetric matrix: its products are not those of the transpose.
            return lambda d: self.family.pulled_back(jvp(self._gradient_in_z, (z,), (self._logits(d),))[1])
        # D^2 is symmetric, so its products are those of the transpose: what these need is kept for all directions.
        transposed = torch.func.vjp(self._gradient_in_z, z)[1]
        return lambda d: self.family.pulled_back(transposed(self._logits(d))[0])

    def preconditioner(self, weights: Tensor) -> Tensor:
        """Cholesky factors (B, m, m) of the curvature at z = 0, the same for every row of the weights.

        Where alpha D^2 L(0) + H is not positive definite, those of H.  For a penalty of another degree than 2, the mean
        of its curvature at the scores of ``weights``.
        """
        family, like = self.family, self.family.like
        of_loss = self.objective.loss_curvature(self.mean_law)
        if self.power == 1:
            penalty = family.restricted(self.objective.penalty_curvature(like))
        else:
            penalty = family.restricted(self._mean_curvature(weights))
        curvature = self.scale[:, None, None] * family.restricted(of_loss) + penalty
        # cholesky_ex reports a failure for each problem: one curvature that is not definite must not stop the others.
        factor, failed = torch.linalg.cholesky_ex(curvature)
        return torch.where((failed == 0)[:, None, None], factor, torch.linalg.cholesky(penalty))

    def start(self) -> Tensor:
        """Where the iteration begins: 0, or the best point of the ray of steepest descent of b_Y + g."""
        if self.power == 1:
            size = (len(self.alpha), *self.family.size)
            return torch.zeros(size, dtype=self.alpha.dtype, device=self.alpha.device)
        # At Z = 0 the curvature of such a penalty is 0 or infinite, so Newton's method cannot begin there.  Along t
        # down the objective is -t gain + t^k cost, which is lowest at t = (gain/(k cost))^(1/(k-1)).
        down = -self.pull
        gain = _dot(down, down)
        cost = self.objective.penalties(self.family.outputs(down)).mean(-1)
        degree = 1 + 1 / self.power
        return (gain / (degree * cost)).pow(self.power)[:, None, None] * down

    @property
    def pull(self) -> Tensor:
        """The gradient of L at Z = 0 in the weights, J'b_Y/n, shape (B, r, m)."""
        return self.family.pulled_back(self.objective.loss_gradient(self._zero, self.laws))

    @property
    def mean_law(self) -> Tensor:
        """The mean of the laws over the samples, (B, C)."""
        if self.laws.is_floating_point():
            return self.laws.mean(1)
        counts = self.alpha.new_zeros((len(self.laws), self.family.classes))
        return counts.scatter_add_(1, self.laws, counts.new_ones(self.laws.shape)) / self.family.samples

    def _mean_curvature(self, weights: Tensor) -> Tensor:
        """The mean of D^2 g over scores of ``weights`` where it is finite, shape (B, C, C)."""
        z = self.family.outputs(weights)
        z = z[:, :: max(1, z.shape[1] // SEEN)]
        each = torch.stack([self.objective.penalty_curvatures(some) for some in z])
        # Where a score is 0, |z|^k with k < 2 has an infinite curvature.
        finite = each.isfinite().all(-1).all(-1)[..., None, None]
        return torch.where(finite, each, 0).sum(1) / finite.sum(1).clamp(min=1)

    def _logits(self, weights: Tensor) -> Tensor:
        return self.scale[:, None, None] * self.family.outputs(weights)

    def _gradient_in_z(self, z: Tensor) -> Tensor:
        pull = self.objective.loss_gradient(z, self.laws)
        return pull + self.objective.penalty_gradient(z) / self.alpha[:, None, None]


def minimisers(
    problem: ScaledProblem, goal: Tensor, most_steps: int = MOST_STEPS, start: Tensor | None = None
) -> Solution:
    """The minimisers reached from ``start``, by default ``problem.start()``, by damped Newton steps.

    Parameters: ``goal`` (B,), the norm of grad F at which a problem counts as solved; ``start`` (B, r, m).  A
    problem also ends where F cannot be lowered any more within rounding; its ``solved`` is then False.
    """
    weights = problem.start() if start is None else start
    factor = problem.preconditioner(weights)
    value, gradient = problem.value(weights), problem.gradient(weights)
    norm = _norm(gradient)
    steps = torch.zeros(len(norm), dtype=torch.int64, device=norm.device)
    open_ = norm > goal
    for _ in range(most_steps):
        if not bool(open_.any()):
            break
        # An infinite goal: problems that are done cost no products while the others go on.
        step = newton_direction(problem, weights, gradient, factor, torch.where(open_, goal, torch.inf))
        slope, noise = _dot(gradient, step), problem.value_noise(weights, value)
        length = torch.ones_like(slope)
        for _ in range(MOST_HALVINGS):
            moved = weights + length[:, None, None] * step
            lowered = problem.value(moved)
            # Written as not <=, so that nan is bad too.  Without `noise` the search would stall at a gradient of about
            # 1e-8, the root of the rounding of F: closer to the minimiser no step is seen to lower F.
            bad = ~(lowered <= value + 1e-4 * length * slope + noise) & open_
            if not bool(bad.any()):
                break
            length = torch.where(bad, length / 2, length)
        new_gradient = problem.gradient(moved)
        new_norm = _norm(new_gradient)
        # once the steps are lost in the rounding of F, only a smaller gradient says that there is progress
        stuck = (slope.abs() <= noise) & (new_norm > norm / 2)
        taken = open_ & ~bad & ~(stuck & (new_norm >= norm))
        weights = torch.where(taken[:, None, None], moved, weights)
        gradient = torch.where(taken[:, None, None], new_gradient, gradient)
        value, norm = torch.where(taken, lowered, value), torch.where(taken, new_norm, norm)
        steps = steps + taken
        open_ = open_ & taken & ~stuck & (norm > goal)
    return Solution(weights, norm, steps, norm <= goal)


def newton_direction(problem: ScaledProblem, weights: Tensor, gradient: Tensor, factor: Tensor, goal: Tensor) -> Tensor:
    """An approximate solution of D^2 F d = -grad F by preconditioned conjugate gradients, shape (B, r, m).

    The residual falls below min(1/10, ||grad F||) ||grad F||, which keeps the convergence superlinear, or
    below ``goal``/10.  Directions of negative curvature end the iteration, so d always descends.
    """
    norm = _norm(gradient)
    enough = torch.maximum(norm.clamp(max=0.1) * norm, goal / 10)
    found = torch.zeros_like(gradient)
    residual = -gradient
    preconditioned = _solved(factor, residual)
    direction = preconditioned
    size = _dot(residual, preconditioned)
    live = (norm > enough) & (size > 0)
    curvature = problem.curvature(weights)
    for count in range(MOST_PRODUCTS):
        if not bool(live.any()):
            break
        product = curvature(direction)
        bend = _dot(direction, product)
        if count == 0:  # no curvature to trust: the preconditioned gradient descends at least
            found = torch.where((live & (bend <= 0))[:, None, None], direction, found)
        live = live & (bend > 0)
        length = torch.where(live, size / torch.where(live, bend, 1), 0)[:, None, None]
        found, residual = found + length * direction, residual - length * product
        live = live & (_norm(residual) > enough)
        preconditioned = _solved(factor, residual)
        new_size = _dot(residual, preconditioned)
        direction = preconditioned + (new_size / size)[:, None, None] * direction
        size = new_size
    return found


def _solved(factor: Tensor, right: Tensor) -> Tensor:
    """X M^-1 for every row of X, M = factor factor'."""
    return torch.cholesky_solve(right.transpose(-1, -2), factor).transpose(-1, -2)


def _dot(a: Tensor, b: Tensor) -> Tensor:
    return (a * b).sum((-1, -2))


def _norm(a: Tensor) -> Tensor:
    return a.square().sum((-1, -2)).sqrt()
