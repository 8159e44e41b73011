"""The label's part of a loss that is linear in it: l(z, y) = T(z) + c z_y, read off the formula.

For such a loss the labels enter a linear family only through Q'(law - 1/C)/n, however many samples there are:
cross-entropy, the unhinged loss, one-vs-rest logistic, label smoothing.  Nothing is differentiated or sampled here;
where the formula does not have this form on its face, the answer is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from numerics.formulas.batch import values
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import logsumexp
from symcheck.language.node import Node
from symcheck.language.operators import WITH_LABEL

LOGSUMEXP = Formula.of(logsumexp(symbols()[0]))


@dataclass(frozen=True)
class Sum:
    """constant + coefficient z_y + sum_j weight_j F_j(z), the ``parts`` (weight_j, F_j) without the label."""

    constant: float
    coefficient: float = 0.0
    parts: tuple[tuple[float, Formula], ...] = ()

    @property
    def is_constant(self) -> bool:
        """Whether neither z nor the label occurs."""
        return not self.coefficient and not self.parts

    def plus(self, other: Sum, sign: float = 1.0) -> Sum:
        """self + sign other; parts of the same formula are put together."""
        # Equal formulas are one part, so that logsumexp(z) - logsumexp(z) leaves nothing.
        weights = {formula: weight for weight, formula in self.parts}
        for weight, formula in other.parts:
            weights[formula] = weights.get(formula, 0.0) + sign * weight
        kept = tuple((weight, formula) for formula, weight in weights.items() if weight)
        return Sum(self.constant + sign * other.constant, self.coefficient + sign * other.coefficient, kept)

    def times(self, factor: float) -> Sum:
        """factor self."""
        return Sum(0.0).plus(self, factor)


def linear_in_label(formula: Formula, classes: int, parameters: Mapping[str, float]) -> Sum | None:
    """``formula`` at C = ``classes`` as T(z) + c z_y, or None if it is not seen to be of that form."""
    found: list[Sum | None] = []
    labelled: list[bool] = []
    varies: list[bool] = []
    for place, node in enumerate(formula.nodes):
        labelled.append(node.op in WITH_LABEL or any(labelled[a] for a in node.args))
        varies.append(node.op == "logits" or any(varies[a] for a in node.args))
        whole = None
        if not formula.vectors[place]:
            # The sum is taken apart as far as it goes; what is left whole and has no label is a part of its own.
            whole = _of_arguments(formula, node, found)
            if whole is None and not labelled[place]:
                part = subexpression(formula, place)
                whole = Sum(0.0, 0.0, ((1.0, part),)) if varies[place] else Sum(_number(part, classes, parameters))
        found.append(whole)
    return found[-1]


def subexpression(formula: Formula, place: int) -> Formula:
    """The node at ``place`` with what it depends on, and nothing else of the tape."""
    needed = {place}
    for at in range(place, -1, -1):
        if at in needed:
            needed.update(formula.nodes[at].args)
    kept = sorted(needed)
    moved = {at: new for new, at in enumerate(kept)}
    nodes = tuple(replace(formula.nodes[at], args=tuple(moved[a] for a in formula.nodes[at].args)) for at in kept)
    used = {node.parameter for node in nodes}
    parameters = tuple(p for p in formula.parameters if p.name in used)
    return Formula(nodes, tuple(formula.vectors[at] for at in kept), parameters)


def _of_arguments(formula: Formula, node: Node, found: list[Sum | None]) -> Sum | None:
    """What follows from the arguments alone, None if nothing does."""
    if node.op in ("take", "log"):
        return _taken(formula, node)
    first, *others = (found[a] for a in node.args) if node.args else (None,)
    if first is None or any(other is None for other in others):
        return None
    if node.op == "neg":
        return first.times(-1)
    second = others[0] if others else None
    if second is None:
        return None
    if node.op in ("add", "sub"):
        return first.plus(second, 1 if node.op == "add" else -1)
    if node.op == "mul" and (first.is_constant or second.is_constant):
        return second.times(first.constant) if first.is_constant else first.times(second.constant)
    if node.op == "div" and second.is_constant and second.constant:
        return first.times(1 / second.constant)
    return None


def _taken(formula: Formula, node: Node) -> Sum | None:
    """z[y], log_softmax(z)[y] and log(softmax(z)[y])."""
    inner = formula.nodes[node.args[0]]
    if node.op == "take" and inner.op == "logits":
        return Sum(0.0, 1.0)
    if node.op == "log" and inner.op == "take":
        vector, name = formula.nodes[inner.args[0]], "softmax"
    else:
        vector, name = inner, "log_softmax"
    if node.op in ("take", "log") and vector.op == name and formula.nodes[vector.args[0]].op == "logits":
        return Sum(0.0, 1.0, ((-1.0, LOGSUMEXP),))
    return None


def _number(formula: Formula, classes: int, parameters: Mapping[str, float]) -> float:
    return float(values(formula, torch.zeros(classes, dtype=torch.float64), None, parameters))


def degree(formula: Formula) -> float:
    """The degree of ``formula`` in z if it is seen to be a polynomial, else infinity."""
    found: list[float] = []
    for node in formula.nodes:
        found.append(_degree(formula, node, [found[a] for a in node.args]))
    return found[-1]


KEEP = frozenset({"neg", "total", "mean", "filled", "apply", "apply_transposed", "pair_total", "first", "second"})
"""Operators that are linear in their arguments."""


def _degree(formula: Formula, node: Node, args: list[float]) -> float:
    if node.op == "logits":
        return 1.0
    if node.op in KEEP or node.op in ("add", "sub"):
        return max(args)
    if node.op == "mul":
        return sum(args)
    if node.op == "div" and args[1] == 0:
        return args[0]
    if node.op == "pow":
        power = formula.nodes[node.args[1]].number
        # A power of constants is a constant, whatever the exponent is.
        if args[0] == 0 and args[1] == 0:
            return 0.0
        return args[0] * int(power) if power is not None and power.denominator == 1 and power >= 0 else float("inf")
    return float("inf") if any(args) else 0.0


def is_quadratic_form(formula: Formula, like: Tensor, parameters: Mapping[str, float]) -> bool:
    """Whether ``formula`` is 1/2 z'Hz: a polynomial of degree 2 with value and gradient 0 at z = 0.

    Parameters: ``like`` (C,) gives C, dtype and device.
    """
    if formula.uses_label or degree(formula) > 2:
        return False
    zero = torch.zeros_like(like).requires_grad_()
    with torch.enable_grad():
        value = values(formula, zero, None, parameters)
        (slope,) = torch.autograd.grad(value, zero) if value.requires_grad else (torch.zeros_like(like),)
    return float(value.detach()) == 0 and not bool(slope.any())
