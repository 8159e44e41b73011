"""The batch reading: a formula on torch tensors, so that what is trained is what was certified.

Each operator by its rule of stability (``stability.py``), and where that has nothing to say as the plain reading has
it (``plain.py``, where the shapes stand).
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from numerics.formulas.plain import PlainReading
from numerics.formulas.stability import Quantity, rules_of, valued
from numerics.formulas.stable_form import stable_form
from symcheck.language.formula import Formula

Given = Mapping[str, float | Tensor]
"""The value of each parameter, and the entries (C,) or (C, C) of arrays that are not to be taken from the formula."""


def values_by_label(formula: Formula, z: Tensor, parameters: Given | None = None) -> Tensor:
    """l(z, k) for every class k.

    Parameters: ``z`` of shape (..., C), any floating dtype and device; ``parameters`` the value of each
    parameter of the formula.  Returns a tensor of shape (..., C); a formula without a label, such as a
    regularizer, has the same value in all C places.  Raises ``ParameterError`` for a parameter without value.
    """
    return _read(stable_form(formula), z, None, parameters or {}).squeeze(-1).expand(z.shape)


def values(formula: Formula, z: Tensor, label: Tensor | None, parameters: Given | None = None) -> Tensor:
    """l(z, y), or its mean under a law of y.

    Parameters: ``z`` of shape (..., C); ``label`` an integer tensor of shape (...) with entries in 0..C-1, or
    a floating tensor of shape (..., C) whose rows are laws on the classes, or None for a formula without a
    label.  Returns a tensor of shape (...).
    """
    given = parameters or {}
    if label is None or not formula.uses_label:
        if formula.uses_label:
            raise TypeError(
                "label: got None, and the formula uses the label; give class indices or a law on the classes"
            )
        label = None
    elif label.is_floating_point():
        return (values_by_label(formula, z, given) * label).sum(-1)
    return _read(stable_form(formula), z, label, given).squeeze(-1).squeeze(-1).expand(z.shape[:-1])


def _read(formula: Formula, z: Tensor, label: Tensor | None, parameters: Given) -> Tensor:
    """The value of a formula in its stable form, with the two trailing axes (L, K)."""
    plain = PlainReading(z, label, parameters)
    rules = rules_of(formula)
    found: list[Quantity] = []
    for node in formula.nodes:
        args = [found[a] for a in node.args]
        rule = rules.get(node.op)
        carried = () if node.array is None else (node.array,)
        value = None if rule is None else rule(plain, *carried, *args)
        found.append(plain.value(node, [valued(a) for a in args]) if value is None else value)
    last = plain.tensor(valued(found[-1]))
    return last.reshape(1, 1) if last.ndim == 0 else last
