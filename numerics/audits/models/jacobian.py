"""The Jacobian J = grad Z(theta_0) of a network on data: its singular values and the direction v of Theorem 2.

J is formed for a few samples at a time.  A QR decomposition that takes in one part after the other (TSQR) leaves a
triangle R with R'R = E[J'HJ]; unlike E[J'HJ] itself, it has the singular values of J to rounding, not their squares.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from numerics.audits.models.linearised import Linearised
from numerics.errors import ModelError

MOST_WORK = 4e11
"""Products that a decomposition may take: a minute or so."""
MOST_ENTRIES = 2**26
"""Entries of a matrix that may be held."""
SAME = 1e-7
"""Two sums of one gradient agree if they differ by less than this, relatively."""
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


def triangle(network: Linearised, root: Tensor, active: Tensor) -> Tensor | None:
    """R with R'R = E[(root J)'(root J)] on the ``active`` weights, None if it is too large to be found.

    R has as many columns as there are active weights, and at most as many rows.
    """
    rows, columns = len(network.inputs) * len(root), len(active)
    small = min(rows, columns)
    if float(rows) * columns * small > MOST_WORK or small * columns > MOST_ENTRIES:
        return None
    found, waiting, height = network.theta.new_zeros(0, columns), [], 0
    chance = torch.Generator().manual_seed(5)
    drawn = torch.randn(rows, generator=chance, dtype=torch.float64).to(network.theta)
    pulled, done = torch.zeros_like(network.theta), 0
    for part in network.parts(root):
        pulled += part.T @ drawn[done : done + len(part)]
        done += len(part)
        waiting.append(part[:, active])
        height += len(part)
        # A decomposition costs about as much for few rows as for as many as there are columns, so it waits for more of
        # them.
        if height >= 2 * columns:
            found, waiting, height = _folded(found, waiting), [], 0
    _check_samples_apart(pulled, network.pulled(drawn.reshape(-1, len(root)) @ root) * len(network.inputs) ** 0.5)
    return _folded(found, waiting)


def _check_samples_apart(by_rows: Tensor, by_batch: Tensor) -> None:
    """Raises ``ModelError`` unless E[J'x] by the rows of J, sample by sample, is that of all samples at once."""
    error = float((by_rows - by_batch).norm())
    if not error <= SAME * max(float(by_rows.norm()), float(by_batch.norm())):
        raise ModelError(
            f"model: a gradient is {float(by_rows.norm()):.6g} sample by sample and {float(by_batch.norm()):.6g} over "
            "all samples at once (norms): the score of a sample depends on the other samples, which no theorem covers; "
            "take what mixes them out of the forward pass"
        )


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
        network.tell(f"singular values of a {len(found)} x {found.shape[1]} matrix, which takes longest")
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
