"""A network to first order about its initial weights: its scores, and products with their Jacobian J.

Forward derivatives and those of many samples at once are taken where torch can take them of this network; where it
cannot (an LSTM, a program that branches) the rows of J are found one after the other by ordinary autograd.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor
from torch.func import jacrev, vmap
from torch.nn.attention import SDPBackend, sdpa_kernel

from numerics.errors import ModelError
from numerics.formulas.forward import jvp
from numerics.models.base import CANNOT, line_of
from numerics.networks.single import single_outputs
from numerics.networks.stack import Stack
from numerics.networks.train import NOT_FINITE

ENTRIES_AT_ONCE = 2**22
"""How many entries of J are formed in one go."""
PULLS_AT_ONCE = 256
"""How many rows of J are found together where the samples cannot be."""
TOLD_EVERY = 100
"""After how many samples whose rows are found one by one it is told how many are left."""
SAME = 1e-8
"""Two ways to one derivative agree if they differ by less than this, relatively."""


@dataclass(frozen=True)
class Way:
    """The ``name`` of a method that finds J, and how many samples it takes at ``most``."""

    name: str
    most: int


def _nothing(_: str) -> None:
    """Tells nobody."""


@contextmanager
def _plain_kernels() -> Iterator[None]:
    # The fast kernels of attention have no forward derivatives and no second ones; those of recurrent layers on a GPU
    # have none at all in evaluation mode.
    with sdpa_kernel(SDPBackend.MATH), torch.backends.cudnn.flags(enabled=False):
        yield


@dataclass(frozen=True, eq=False)
class Linearised:
    """One network of ``stack`` (K = 1) on ``inputs`` (n, ...), to first order about its initial weights.

    ``tell`` hears how far a long search is.
    """

    stack: Stack
    inputs: Tensor
    tell: Callable[[str], None] = _nothing

    @property
    def theta(self) -> Tensor:
        """theta_0, (m,)."""
        return self.stack.start[0]

    @cached_property
    def classes(self) -> int:
        """C."""
        return int(self.scores(self.theta, self._ends).shape[-1])

    def scores(self, theta: Tensor, inputs: Tensor | None = None) -> Tensor:
        """Z(theta), (n, C)."""
        with _plain_kernels():
            return single_outputs(self.stack, theta, self.inputs if inputs is None else inputs)

    def pulled(self, rows: Tensor) -> Tensor:
        """E[J'x], (m,), for ``rows`` x (n, C)."""
        return self.gradient(self.theta, rows / len(self.inputs))

    def gradient(self, theta: Tensor, pull: Tensor) -> Tensor:
        """The gradient of sum(pull Z) at ``theta``, (m,)."""
        moved = theta.detach().requires_grad_()
        scores = self.scores(moved)
        if not scores.requires_grad:
            return torch.zeros_like(theta)
        try:
            (found,) = torch.autograd.grad(scores, moved, pull)
        except RuntimeError as error:
            raise ModelError(
                f"model: autograd cannot take the derivatives of its scores: {line_of(error)}; mend the forward pass, "
                "which may change a tensor in place that its gradient needs"
            ) from error
        return found

    def pushed(self, direction: Tensor) -> Tensor:
        """J v, (n, C)."""
        if self._forward is not None:
            return self._forward(direction)
        rows = [self._rows(x[None])[0] @ direction for x in self._counted()]
        return torch.stack(rows)

    def parts(self, root: Tensor) -> Iterator[Tensor]:
        """root J/sqrt(n), (b * c, m), for a few samples at a time; ``root`` is (c, C)."""
        count = self.stack.weights_each
        size = max(1, min(self._way.most, ENTRIES_AT_ONCE // (self.classes * count)))
        for i in range(0, len(self.inputs), size):
            if i:
                self.tell(f"sample {i} of {len(self.inputs)}")
            jacobian = getattr(self, self._way.name)(self.inputs[i : i + size])
            found = torch.einsum("cd,bdm->bcm", root, jacobian)
            yield found.reshape(-1, count) / len(self.inputs) ** 0.5

    def active(self) -> Tensor:
        """The weights that move a score of some sample, as places (m',)."""
        # A column of J that is not 0 is orthogonal to a random vector with probability 0.
        chance = torch.Generator().manual_seed(2)
        drawn = torch.randn(2, len(self.inputs), self.classes, generator=chance, dtype=torch.float64).to(self.theta)
        largest = torch.maximum(*(self.pulled(rows).abs() for rows in drawn))
        return largest.nonzero()[:, 0]

    def check(self) -> None:
        """Raises ``ModelError`` where the scores at theta_0 or their derivatives are no numbers."""
        with torch.no_grad():
            begin = self.scores(self.theta)
        if not bool(begin.isfinite().all()):
            raise ModelError(NOT_FINITE)
        if not bool(self.pulled(torch.ones_like(begin)).isfinite().all()):
            raise ModelError(
                "start: the derivatives of the scores at the initial weights are not finite: a root or a norm is taken "
                "of 0, say; take another start, such as start='subtracted' or 'as-is'"
            )

    @cached_property
    def _forward(self) -> Callable[[Tensor], Tensor] | None:
        """J v by forward derivatives, or by two backward ones; None if torch can take neither of this network."""
        few = Linearised(self.stack, self._ends)
        chance = torch.Generator().manual_seed(4)
        direction = torch.randn(len(self.theta), generator=chance, dtype=torch.float64).to(self.theta)
        expected = few._rows(self._ends) @ direction
        for way in ("_by_jvp", "_by_two_gradients"):
            try:
                found = getattr(few, way)(direction)
            except CANNOT:
                continue
            if _is_same(found, expected):
                return getattr(self, way)  # type: ignore[no-any-return]
        return None

    def _by_jvp(self, direction: Tensor) -> Tensor:
        return jvp(self.scores, (self.theta,), (direction,))[1]

    def _by_two_gradients(self, direction: Tensor) -> Tensor:
        moved = self.theta.detach().requires_grad_()
        scores = self.scores(moved)
        # J'x is linear in x, and the derivative of v'J'x in x is J v.
        x = torch.zeros_like(scores, requires_grad=True)
        (pulled,) = torch.autograd.grad(scores, moved, x, create_graph=True)
        (found,) = torch.autograd.grad(pulled, x, direction)
        return found

    @cached_property
    def _way(self) -> Way:
        """The fastest way to J (b, C, m) on some inputs that torch can take, and that gives what the rows do."""
        expected = self._rows(self._ends)
        for way in (Way("_batch", ENTRIES_AT_ONCE), Way("_gradients_at_once", PULLS_AT_ONCE // self.classes)):
            try:
                if _is_same(getattr(self, way.name)(self._ends), expected):
                    return way
            except CANNOT:
                continue
        return Way("_rows", TOLD_EVERY)

    @property
    def is_batched(self) -> bool:
        """Whether torch can find J for many samples at once."""
        return self._way.name == "_batch"

    @property
    def _ends(self) -> Tensor:
        return self.inputs[[0, -1]]

    def _batch(self, inputs: Tensor) -> Tensor:
        def one(x: Tensor) -> Tensor:
            found: Tensor = jacrev(lambda w: self.scores(w, x[None])[0])(self.theta)
            return found

        with warnings.catch_warnings():
            # torch says how fast its own loop is, over the operations that vmap has no rule for
            warnings.filterwarnings("ignore", "There is a performance drop")
            found: Tensor = vmap(one)(inputs)
        return found

    def _gradients_at_once(self, inputs: Tensor) -> Tensor:
        """J (b, C, m) by one pass forward, and b C passes back that torch takes together."""
        moved = self.theta.detach().requires_grad_()
        scores = self.scores(moved, inputs)
        each = torch.eye(scores.numel(), dtype=scores.dtype, device=scores.device).reshape(-1, *scores.shape)
        (found,) = torch.autograd.grad(scores, moved, each, is_grads_batched=True)
        return found.reshape(*scores.shape, -1)

    def _rows(self, inputs: Tensor) -> Tensor:
        """J (b, C, m), row by row."""
        found = self.theta.new_zeros(len(inputs), self.classes, len(self.theta))
        for i, x in enumerate(inputs):
            moved = self.theta.detach().requires_grad_()
            scores = self.scores(moved, x[None])[0]
            if scores.requires_grad:
                for c, score in enumerate(scores):
                    (found[i, c],) = torch.autograd.grad(score, moved, retain_graph=True)
        return found

    def _counted(self) -> Iterator[Tensor]:
        for i, x in enumerate(self.inputs):
            if i and not i % TOLD_EVERY:
                self.tell(f"sample {i} of {len(self.inputs)}")
            yield x


def _is_same(found: Tensor, expected: Tensor) -> bool:
    return found.shape == expected.shape and float((found - expected).norm()) <= SAME * float(expected.norm())
