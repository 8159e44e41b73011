"""The batch reading: a formula on torch tensors, so that what is trained is what was certified.

Each operator by its rule of stability (``stability.py``), and where that has nothing to say as the plain reading has
it (``plain.py``, where the shapes stand).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from torch import Tensor

from numerics.formulas.plain import PlainReading
from numerics.formulas.stability import Quantity, Rule, rules_of, valued
from numerics.formulas.stable_form import stable_form
from symcheck.language.formula import Formula

Given = Mapping[str, float | Tensor]
"""The value of each parameter, and the entries (C,) or (C, C) of arrays that are not to be taken from the formula."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A ``formula`` in its stable form, with the rules for it: what is the same for every batch."""

    formula: Formula
    rules: Mapping[str, Rule]

    def values_by_label(self, z: Tensor, parameters: Given) -> Tensor:
        """l(z, k) for every class k, of the shape (..., C) of ``z``."""
        return self._read(z, None, parameters).squeeze(-1).expand(z.shape)

    def values(self, z: Tensor, label: Tensor | None, parameters: Given) -> Tensor:
        """l(z, y), or its mean under a law of y, for each sample."""
        if not self.formula.uses_label:
            label = None
        elif label is None:
            raise TypeError(
                "label: got None, and the formula uses the label; give class indices or a law on the classes"
            )
        elif label.is_floating_point():
            return (self.values_by_label(z, parameters) * label).sum(-1)
        return self._read(z, label, parameters).squeeze(-1).squeeze(-1).expand(z.shape[:-1])

    def _read(self, z: Tensor, label: Tensor | None, parameters: Given) -> Tensor:
        """The value with the two trailing axes (L, K)."""
        plain = PlainReading(z, label, parameters)
        found: list[Quantity] = []
        for node in self.formula.nodes:
            args = [found[a] for a in node.args]
            rule = self.rules.get(node.op)
            carried = () if node.array is None else (node.array,)
            value = None if rule is None else rule(plain, *carried, *args)
            found.append(plain.value(node, [valued(a) for a in args]) if value is None else value)
        last = plain.tensor(valued(found[-1]))
        return last.reshape(1, 1) if last.ndim == 0 else last


@lru_cache(maxsize=256)
def prepared(formula: Formula) -> Prepared:
    """``formula`` made ready, once."""
    stable = stable_form(formula)
    for array in stable.arrays:
        for known in ("ends", "level", "isotropic"):
            getattr(array, known, None)  # computed now: torch.compile cannot trace how
    return Prepared(stable, rules_of(stable))


def values_by_label(formula: Formula, z: Tensor, parameters: Given | None = None) -> Tensor:
    """l(z, k) for every class k.

    Parameters: ``z`` of shape (..., C), any floating dtype and device; ``parameters`` the value of each
    parameter of the formula.  Returns a tensor of shape (..., C); a formula without a label, such as a
    regularizer, has the same value in all C places.  Raises ``ParameterError`` for a parameter without value.
    """
    return prepared(formula).values_by_label(z, parameters or {})


def values(formula: Formula, z: Tensor, label: Tensor | None, parameters: Given | None = None) -> Tensor:
    """l(z, y), or its mean under a law of y.

    Parameters: ``z`` of shape (..., C); ``label`` an integer tensor of shape (...) with entries in 0..C-1, or
    a floating tensor of shape (..., C) whose rows are laws on the classes, or None for a formula without a
    label.  Returns a tensor of shape (...).
    """
    return prepared(formula).values(z, label, parameters or {})
