"""The Jacobian J = grad Z(theta_0) of a network on data: its singular values and the direction v of Theorem 2.

J is formed for a few samples at a time.  A QR decomposition that takes in one part after the other (TSQR) leaves a
triangle R with R'R = E[J'HJ]; unlike E[J'HJ] itself, it has the singular values of J to rounding, not their squares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.func import jacrev, vjp, vmap

from numerics.formulas.forward import jvp
from numerics.networks.stack import Stack

ENTRIES_AT_ONCE = 2**22
"""How many entries of J are formed in one go."""
MOST_WORK = 4e11
"""Products that a decomposition may take: a minute or so."""
MOST_ENTRIES = 2**26
"""Entries of a matrix that may be held."""
MOST_PRODUCTS = 300
"""Steps of conjugate gradients where J is too large to be decomposed."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Singular values of A = B'J/sqrt(n), so that A'A = E[J'BB'J], in ``rows`` n C and ``columns`` m.

    ``zero_columns`` weights move no score at all; ``singular`` has the singular values of the other columns, in
    falling order, None if there are too many of them.
    """

    rows: int
    columns: int
    zero_columns: int
    singular: Tensor | None

    @property
    def tolerance(self) -> float:
        """eps max(rows, columns) sigma_max: what rounding can make of a singular value that is 0 (as in LAPACK)."""
        if self.singular is None or not len(self.singular):
            return 0.0
        return torch.finfo(torch.float64).eps * max(self.rows, self.columns) * float(self.singular[0])

    @property
    def rank(self) -> int | None:
        """How many singular values exceed the tolerance."""
        return None if self.singular is None else int((self.singular > self.tolerance).sum())

    @property
    def smallest_eigenvalue(self) -> float | None:
        """The smallest eigenvalue of A'A, an m by m matrix."""
        if self.zero_columns or self.columns > self.rows:
            return 0.0
        return None if self.singular is None else float(self.singular[-1] ** 2)


@dataclass(frozen=True, eq=False)
class Linearised:
    """One network of ``stack`` (K = 1) on ``inputs`` (n, ...), to first order about its initial weights."""

    stack: Stack
    inputs: Tensor

    @property
    def theta(self) -> Tensor:
        """theta_0, (m,)."""
        return self.stack.start[0]

    def scores(self, theta: Tensor) -> Tensor:
        """Z(theta), (n, C)."""
        return self.stack.outputs(theta[None], self.inputs, shared=True)[0]

    def pushed(self, direction: Tensor) -> Tensor:
        """J v, (n, C)."""
        return jvp(self.scores, (self.theta,), (direction,))[1]

    def pulled(self, rows: Tensor) -> Tensor:
        """E[J'x], (m,), for ``rows`` x (n, C)."""
        found: Tensor = vjp(self.scores, self.theta)[1](rows / len(self.inputs))[0]
        return found

    def parts(self, root: Tensor) -> Iterator[Tensor]:
        """root J/sqrt(n), (b * c, m), for a few samples at a time; ``root`` is (c, C)."""
        classes, count = root.shape[1], self.stack.weights_each
        size = max(1, ENTRIES_AT_ONCE // (classes * count))

        def one(x: Tensor) -> Tensor:
            found: Tensor = jacrev(lambda w: self.stack.outputs(w[None], x[None], shared=True)[0, 0])(self.theta)
            return found

        for i in range(0, len(self.inputs), size):
            found = torch.einsum("cd,bdm->bcm", root, vmap(one)(self.inputs[i : i + size]))
            yield found.reshape(-1, count) / len(self.inputs) ** 0.5

    def active(self) -> Tensor:
        """The weights that move a score of some sample, as places (m',)."""
        # Columns that are exactly 0 are left out early: with a last layer of 0 those are nearly all.
        largest = torch.zeros_like(self.theta)
        for part in self.parts(torch.eye(self._classes, dtype=self.theta.dtype, device=self.theta.device)):
            largest = torch.maximum(largest, part.abs().amax(0))
        return largest.nonzero()[:, 0]

    @property
    def _classes(self) -> int:
        return int(self.stack.outputs(self.theta[None], self.inputs[:1], shared=True).shape[-1])


def triangle(network: Linearised, root: Tensor, active: Tensor) -> Tensor | None:
    """R with R'R = E[(root J)'(root J)] on the ``active`` weights, None if it is too large to be found.

    R has as many columns as there are active weights, and at most as many rows.
    """
    rows, columns = len(network.inputs) * len(root), len(active)
    small = min(rows, columns)
    if float(rows) * columns * small > MOST_WORK or small * columns > MOST_ENTRIES:
        return None
    found, waiting, height = network.theta.new_zeros(0, columns), [], 0
    for part in network.parts(root):
        waiting.append(part[:, active])
        height += len(part)
        # A decomposition costs about as much for few rows as for as many as there are columns, so it waits for more of
        # them.
        if height >= 2 * columns:
            found, waiting, height = _folded(found, waiting), [], 0
    return _folded(found, waiting)


def _folded(found: Tensor, waiting: list[Tensor]) -> Tensor:
    stacked = torch.cat([found, *waiting])
    return torch.linalg.qr(stacked, mode="r").R if len(stacked) > stacked.shape[1] else stacked


@dataclass(frozen=True, eq=False)
class Decomposition:
    """root J/sqrt(n) = U diag(``singular``) ``right`` on the ``active`` weights; None where it is too large."""

    rows: int
    columns: int
    active: Tensor
    singular: Tensor | None
    right: Tensor | None

    @classmethod
    def of(cls, network: Linearised, root: Tensor, active: Tensor) -> Decomposition:
        """The decomposition for ``root`` (c, C)."""
        rows, columns = len(network.inputs) * len(root), network.stack.weights_each
        found = triangle(network, root, active)
        if found is None:
            return cls(rows, columns, active, None, None)
        _, singular, right = torch.linalg.svd(found, full_matrices=False)
        return cls(rows, columns, active, singular, right)

    def scaled(self, factor: float) -> Decomposition:
        """That of ``factor`` times the root."""
        singular = None if self.singular is None else factor * self.singular
        return replace(self, singular=singular)

    @property
    def spectrum(self) -> Spectrum:
        """The singular values alone."""
        return Spectrum(self.rows, self.columns, self.columns - len(self.active), self.singular)


def limit_direction(network: Linearised, pull: Tensor, root: Tensor, found: Decomposition) -> Tensor:
    """v = -E[J'HJ]^+ g, (m,), the smallest one: ``pull`` g = E[J'b_Y], ``found`` for a ``root`` with root'root = H."""
    if found.singular is None or found.right is None:
        return _by_conjugate_gradients(network, pull, root)
    # A pseudo-inverse: dividing by a singular value that is rounding would turn v anywhere.
    kept = found.singular > found.spectrum.tolerance
    coefficients = (found.right[kept] @ pull[found.active]) / found.singular[kept].square()
    v = torch.zeros_like(pull)
    v[found.active] = -(coefficients @ found.right[kept])
    return v


def _by_conjugate_gradients(network: Linearised, pull: Tensor, root: Tensor) -> Tensor:
    """The same from products with E[J'HJ] alone; from 0 they lead to the smallest solution."""
    curvature = root.T @ root
    v, residual = torch.zeros_like(pull), -pull
    direction, size = residual, residual.dot(residual)
    for _ in range(MOST_PRODUCTS):
        # Squares: the residual is 1e-12 of what it was.
        if float(size) <= 1e-24 * float(pull.dot(pull)):
            break
        product = network.pulled(network.pushed(direction) @ curvature)
        length = size / direction.dot(product)
        v, residual = v + length * direction, residual - length * product
        new_size = residual.dot(residual)
        direction, size = residual + new_size / size * direction, new_size
    return v
