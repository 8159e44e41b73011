"""Second derivatives of formulas at z = 0, as few numbers as there are.

A formula without arrays treats all classes alike: at z = 0 they may change places, so that D^2 l(0, y) has five numbers
for every y at once, at (y, y), (y, j), (j, y), (j, j) and (j, k), and D^2 g(0) has two.  They come from two products
with unit vectors in the place of C^3 and of C^2 entries.  (j, y) is not (y, j) where parts of l are detached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor
from torch.func import grad, vjp

from numerics.formulas.batch import values
from numerics.formulas.forward import hessian
from symcheck.language.formula import Formula

ORDERED = frozenset({"onehot_argmax", "first", "second"})
"""Operations that choose one of several equal entries by its place, so that classes are not alike at z = 0."""
AT_ONCE = 2**24
"""Entries that are differentiated together where a matrix is written out."""


@dataclass(frozen=True)
class AlikeCurvatures:
    """The entries of D^2 l(0, y) by where they are: 0-dimensional tensors, j and k classes that are not y."""

    at_label: Tensor
    label_other: Tensor
    other_label: Tensor
    at_other: Tensor
    others: Tensor

    @classmethod
    def of(cls, loss: Formula, like: Tensor, parameters: Mapping[str, float]) -> AlikeCurvatures:
        """Those of a ``loss`` that treats classes alike, for scores ``like`` (C,)."""
        label = torch.zeros((), dtype=torch.int64, device=like.device)
        product = _products(lambda z: values(loss, z, label, parameters), like)
        of_label, of_other = product(0), product(1)
        others = of_other[2] if len(like) > 2 else torch.zeros_like(of_other[1])
        return cls(of_label[0], of_label[1], of_other[0], of_other[1], others)

    def mean(self, law: Tensor) -> Tensor:
        """The mean over the labels of each row of ``law`` (..., C), shape (..., C, C)."""
        rows, columns = law.unsqueeze(-1), law.unsqueeze(-2)
        off = _times(rows, self.label_other) + _times(columns, self.other_label)
        found = off + _times((1 - rows - columns).expand_as(off), self.others)
        diagonal = _times(law, self.at_label) + _times(1 - law, self.at_other)
        return torch.diagonal_scatter(found, diagonal, dim1=-2, dim2=-1)


def treats_classes_alike(formula: Formula) -> bool:
    """Whether a change of the places of classes changes neither value nor derivatives at z = 0."""
    return not formula.arrays and not any(node.op in ORDERED for node in formula.nodes)


def loss_curvature(loss: Formula, law: Tensor, parameters: Mapping[str, float]) -> Tensor:
    """The mean of D^2 l(0, y) over the labels of each row of ``law`` (..., C), shape (..., C, C)."""
    like = torch.zeros_like(law[(0,) * (law.ndim - 1)])
    if treats_classes_alike(loss):
        return _alike(loss, len(like), like.dtype, like.device, tuple(parameters.items())).mean(law)
    # Many problems share few laws.
    kinds, which = torch.unique(law.reshape(-1, len(like)), dim=0, return_inverse=True)
    of_kinds = [written_out(lambda z, q=q: values(loss, z, q, parameters), like) for q in kinds]  # type: ignore[misc]
    return torch.stack(of_kinds)[which].view(*law.shape, len(like))


@lru_cache(maxsize=64)  # whoever asks for one label at a time derives nothing again
def _alike(
    loss: Formula, classes: int, dtype: torch.dtype, device: torch.device, parameters: tuple[tuple[str, float], ...]
) -> AlikeCurvatures:
    return AlikeCurvatures.of(loss, torch.zeros(classes, dtype=dtype, device=device), dict(parameters))


def penalty_curvature(penalty: Formula, like: Tensor, parameters: Mapping[str, float]) -> Tensor:
    """H = D^2 g(0), (C, C); ``like`` (C,) gives C, dtype and device."""

    def value(z: Tensor) -> Tensor:
        return values(penalty, z, None, parameters)

    if not treats_classes_alike(penalty):
        return written_out(value, like)
    row = _products(value, like)(0)
    return torch.diagonal_scatter(row[1].expand(len(like), len(like)), row[0].expand(len(like)))


def written_out(value: Callable[[Tensor], Tensor], like: Tensor) -> Tensor:
    """D^2 of a function of (C,) at 0, entry by entry: (C, C)."""
    return hessian(value, max(1, AT_ONCE // len(like) ** 2))(torch.zeros_like(like))


def _products(value: Callable[[Tensor], Tensor], like: Tensor) -> Callable[[int], Tensor]:
    """The rows of D^2 of a function at 0, (C,), by their number."""
    transposed = vjp(grad(value), torch.zeros_like(like))[1]
    unit = torch.eye(2, len(like), dtype=like.dtype, device=like.device)
    return lambda row: transposed(unit[row])[0]


def _times(share: Tensor, entry: Tensor) -> Tensor:
    """share entry, and 0 where the share is 0, also of an entry that is no number at a kink."""
    return torch.where(share == 0, 0, share * entry)
