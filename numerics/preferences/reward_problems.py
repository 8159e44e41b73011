"""Problems of linear rewards: B of them on the same pairs, each with its laws of who is preferred and its lambda.

A linear reward gives the scores w . phi to the two answers of a pair.  What is trained is

    mean over the pairs of [(1 - e) f(chosen, rejected) + e f(rejected, chosen)] + lambda g(chosen, rejected),

e the probability that the pair is flipped.  At a large lambda w is O(1/lambda), so what is solved for is w' = w/s with
s = 1/(1 + lambda), in coordinates in which the scores have a unit metric.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from numerics.formulas.forward import jvp
from numerics.formulas.objective import Objective
from numerics.linear.class_features import ClassFeatures


@dataclass(frozen=True, eq=False)
class RewardProblems:
    """``objective`` on ``family``, whose class 0 is the chosen answer and class 1 the rejected one.

    ``laws`` (B, n, 2): the probability that an answer is the one preferred; ``lambdas`` (B,), 0 for the loss alone.
    """

    family: ClassFeatures
    objective: Objective
    laws: Tensor
    lambdas: Tensor

    def only(self, which: Tensor) -> RewardProblems:
        """The problems at the places ``which``."""
        return replace(self, laws=self.laws[which], lambdas=self.lambdas[which])

    @cached_property
    def scale(self) -> Tensor:
        """s, shape (B,)."""
        return 1 / (1 + self.lambdas)

    def value(self, weights: Tensor) -> Tensor:
        """The objective less its value at 0, divided by s, for weights w' (B, 1, r): shape (B,)."""
        z = self._scores(weights)
        zero = torch.zeros_like(z)
        # The values at 0 come off sample by sample: divided by s they would drown the rest in rounding.
        rise = self.objective.losses(z, self.laws) - self.objective.losses(zero, self.laws)
        if self._has_penalty:
            cost = self.objective.penalties(z) - self.objective.penalties(zero)
            rise = rise + self.lambdas[:, None] * cost
        return rise.mean(-1) / self.scale

    def value_noise(self, weights: Tensor, value: Tensor) -> Tensor:
        """The size of a change of the value that is rounding, shape (B,): what a few units in the last place do."""
        unit = torch.finfo(weights.dtype).eps
        seen = [(self.value(weights * (1 + k * unit)) - value).abs() for k in (-4, 4)]
        return 4 * torch.stack(seen).amax(0) + 8 * unit / self.scale

    def value_and_gradient(self, weights: Tensor) -> tuple[Tensor, Tensor]:
        """Both at once, for methods that need no more."""
        z = self._scores(weights).detach().requires_grad_()
        zero = torch.zeros_like(z)
        with torch.enable_grad():
            rise = self.objective.losses(z, self.laws)
            if self._has_penalty:
                rise = rise + self.lambdas[:, None] * self.objective.penalties(z)
            (slopes,) = torch.autograd.grad(rise.sum(), z)
        at_zero = self.objective.losses(zero, self.laws)
        if self._has_penalty:
            at_zero = at_zero + self.lambdas[:, None] * self.objective.penalties(zero)
        value = (rise.detach() - at_zero.detach()).mean(-1) / self.scale
        return value, self.family.pulled_back(slopes)

    def gradient(self, weights: Tensor) -> Tensor:
        """Its gradient in w', shape (B, 1, r)."""
        return self.family.pulled_back(self._gradient_in_z(self._scores(weights)))

    def gradient_size(self, weights: Tensor) -> Tensor:
        """The unit of rounding of the gradient, shape (B,).

        The root of the mean square of what each pair adds to it, of either order before the two cancel, and of what
        its scores change of that if they change by themselves: where a square fits all pairs, that alone is left.
        """
        z = self._scores(weights)
        found = self._added(jvp(self._gradient_in_z, (z,), (z,))[1]).nan_to_num()
        for preferred in range(2):
            law = torch.zeros_like(self.laws)
            law[..., preferred] = self.laws[..., preferred]
            found = found + self._added(self.objective.loss_gradient(z, law))
        if self._has_penalty:
            found = found + self.lambdas * self._added(self.objective.penalty_gradient(z))
        return found

    def _added(self, in_scores: Tensor) -> Tensor:
        each = torch.einsum("bnc,ncr->bnr", in_scores, self.family.features)
        found: Tensor = each.square().sum(-1).mean(-1).sqrt()
        return found

    def curvature(self, weights: Tensor) -> Tensor:
        """Its second derivatives, shape (B, r, r)."""
        z = self._scores(weights)
        columns = []
        for place in range(2):
            along = torch.zeros_like(z)
            along[..., place] = 1
            columns.append(jvp(self._gradient_in_z, (z,), (along,))[1])
        blocks, rows = torch.stack(columns, -1), self.family.features
        found = torch.einsum("ncr,bncd,nds->brs", rows, blocks, rows) / self.family.samples
        symmetric: Tensor = self.scale[:, None, None] * (found + found.mT) / 2
        return symmetric

    def sizes(self, weights: Tensor) -> Tensor:
        """The root of the mean square of the scores, shape (B,)."""
        found: Tensor = self.scale * weights.flatten(1).norm(dim=1)
        return found

    def raw(self, weights: Tensor) -> Tensor:
        """w (B, d), in the features as they were given: of smallest norm among those with these scores."""
        return self.scale[:, None] * self.family.raw_weights(weights)

    @property
    def _has_penalty(self) -> bool:
        # 0 times a penalty that is infinite somewhere is no number.
        return bool((self.lambdas > 0).any())

    def _scores(self, weights: Tensor) -> Tensor:
        return self.scale[:, None, None] * self.family.outputs(weights)

    def _gradient_in_z(self, z: Tensor) -> Tensor:
        found = self.objective.loss_gradient(z, self.laws)
        if self._has_penalty:
            found = found + self.lambdas[:, None, None] * self.objective.penalty_gradient(z)
        return found
