"""The batch reading: a formula on torch tensors, so that what is trained is what was certified.

Every value is laid out as (..., L, K): L the labels it is read for (1 if it does not depend on the
label), K the classes of a class-vector (1 for a scalar).  Without a label the formula is read for all C
labels at once, l(z, 1), ..., l(z, C): the mean under any law of the label is then exact, also where the
label enters in a nonlinear way, as in softmax(z)[y]**q.  Constants stay Python floats, in float64.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

import torch
from torch import Tensor

from numerics.formulas.entmax import entmax
from symcheck.errors import ParameterError
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.node import Node
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray

Value = Tensor | float
"""A tensor of shape (..., L, K), or a constant."""


def values_by_label(formula: Formula, z: Tensor, parameters: Mapping[str, float] | None = None) -> Tensor:
    """l(z, k) for every class k.

    Parameters: ``z`` of shape (..., C), any floating dtype and device; ``parameters`` the value of each
    parameter of the formula.  Returns a tensor of shape (..., C); a formula without a label, such as a
    regularizer, has the same value in all C places.  Raises ``ParameterError`` for a parameter without value.
    """
    value = BatchReading(z, None, parameters or {}).read_tensor(formula)
    return value.squeeze(-1).expand(z.shape)


def values(formula: Formula, z: Tensor, label: Tensor | None, parameters: Mapping[str, float] | None = None) -> Tensor:
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
        return BatchReading(z, None, given).read_tensor(formula).squeeze(-1).squeeze(-1).expand(z.shape[:-1])
    if label.is_floating_point():
        return (values_by_label(formula, z, given) * label).sum(-1)
    return BatchReading(z, label, given).read_tensor(formula).squeeze(-1).squeeze(-1).expand(z.shape[:-1])


@lru_cache(maxsize=256)
def smooth_form(formula: Formula) -> Formula:
    """The same function, written so that autograd finds its derivatives at 0: sqrt(total(z**2))**2 is total(z**2)."""
    return formula.with_powers_of_abs()


class BatchReading(Reading[Value]):
    """A formula on a batch of logits; ``label`` holds class indices, or is None for all labels at once."""

    takes_rounded = True

    def __init__(self, z: Tensor, label: Tensor | None, parameters: Mapping[str, float]) -> None:
        if not z.is_floating_point():
            raise TypeError(f"z: got a tensor of {z.dtype}; accepted are floating dtypes, such as z.double()")
        self._z = z.unsqueeze(-2)
        self._label = label
        self._parameters = parameters
        self._classes = z.shape[-1]

    def read_tensor(self, formula: Formula) -> Tensor:
        """The value of ``formula`` as a tensor with the two trailing axes (L, K)."""
        value = self.tensor(self.read(smooth_form(formula)))
        return value.reshape(1, 1) if value.ndim == 0 else value

    def read_all(self, formula: Formula) -> list[Value]:
        found: list[Value] = []
        for node in formula.nodes:
            # The formula stays as it was certified; only its value is computed in another order.
            stable = self._log_of_softmax(formula, node, found)
            args = [found[a] for a in node.args]
            found.append(self._value(node, args) if stable is None else stable)
        return found

    def _log_of_softmax(self, formula: Formula, node: Node, found: list[Value]) -> Value | None:
        """log(softmax(v)) and log(softmax(v)[y]), which would be log(0) for a class far behind."""
        if node.op != "log":
            return None
        inner = formula.nodes[node.args[0]]
        if inner.op == "softmax":
            return self.log_softmax(found[inner.args[0]])
        if inner.op == "take" and formula.nodes[inner.args[0]].op == "softmax":
            return self.take(self.log_softmax(found[formula.nodes[inner.args[0]].args[0]]))
        return None

    def tensor(self, a: Value) -> Tensor:
        """A constant as a tensor."""
        return a if isinstance(a, Tensor) else torch.tensor(a, dtype=self._z.dtype, device=self._z.device)

    def _apply(self, function: Callable[[Tensor], Tensor], a: Value) -> Value:
        return function(self.tensor(a))

    def number(self, value: Fraction) -> Value:
        return float(value)

    def parameter(self, name: str) -> Value:
        if name not in self._parameters:
            raise ParameterError(
                f"{name}: the formula has this parameter and no value came with it; pass parameters={{{name!r}: ...}}"
            )
        return float(self._parameters[name])

    def classes(self) -> Value:
        return float(self._classes)

    def logits(self) -> Value:
        return self._z

    def onehot(self) -> Value:
        if self._label is None:
            return torch.eye(self._classes, dtype=self._z.dtype, device=self._z.device)
        return torch.nn.functional.one_hot(self._label, self._classes).to(self._z.dtype).unsqueeze(-2)

    def take(self, v: Value) -> Value:
        vector = self.tensor(v)
        if self._label is not None:
            place = self._label[..., None, None]
            return vector.expand(*place.shape[:-1], self._classes).gather(-1, place)
        if vector.shape[-2] == 1:  # the entries of a vector that ignores the label are its values at the labels
            return vector.transpose(-1, -2)
        return vector.diagonal(dim1=-2, dim2=-1).unsqueeze(-1)

    def add(self, a: Value, b: Value) -> Value:
        return a + b

    def sub(self, a: Value, b: Value) -> Value:
        return a - b

    def neg(self, a: Value) -> Value:
        return -a

    def mul(self, a: Value, b: Value) -> Value:
        return a * b

    def div(self, a: Value, b: Value) -> Value:
        # Python raises for a float divided by 0.0; a tensor gives inf or nan.
        return self.tensor(a) / self.tensor(b) if isinstance(b, float) and b == 0 else a / b

    def pow(self, a: Value, b: Value) -> Value:
        if isinstance(b, Tensor):  # torch's own second derivative is wrong where b = 0
            return self.exp(b * self.log(a))
        return self.tensor(a) ** b

    def nonnegative_power(self, a: Value, b: Value) -> Value:
        if isinstance(b, Tensor) or b <= 1:
            return self.pow(a, b)
        x = self.tensor(a)
        inside = x > 0  # torch's second derivative is no number at 0
        return torch.where(inside, torch.where(inside, x, 1.0) ** b, 0.0)

    def exp(self, a: Value) -> Value:
        return self._apply(torch.exp, a)

    def log(self, a: Value) -> Value:
        return self._apply(torch.log, a)

    def sqrt(self, a: Value) -> Value:
        return self._apply(torch.sqrt, a)

    def abs(self, a: Value) -> Value:
        return self._apply(torch.abs, a)

    def relu(self, a: Value) -> Value:
        return self._apply(torch.relu, a)

    def softplus(self, a: Value) -> Value:
        # torch's softplus is linear from 20 on (an error of 2e-9); this one is exact, and smooth at 0
        return self._apply(lambda x: torch.logaddexp(x, torch.zeros((), dtype=x.dtype, device=x.device)), a)

    def sigmoid(self, a: Value) -> Value:
        return self._apply(torch.sigmoid, a)

    def tanh(self, a: Value) -> Value:
        return self._apply(torch.tanh, a)

    def cosh(self, a: Value) -> Value:
        return self._apply(torch.cosh, a)

    def arccos(self, a: Value) -> Value:
        return self._apply(torch.arccos, a)

    def sin(self, a: Value) -> Value:
        return self._apply(torch.sin, a)

    def cos(self, a: Value) -> Value:
        return self._apply(torch.cos, a)

    def arctan(self, a: Value) -> Value:
        return self._apply(torch.arctan, a)

    def erf(self, a: Value) -> Value:
        return self._apply(torch.erf, a)

    def maximum(self, a: Value, b: Value) -> Value:
        return torch.maximum(self.tensor(a), self.tensor(b))

    def minimum(self, a: Value, b: Value) -> Value:
        return torch.minimum(self.tensor(a), self.tensor(b))

    def branch(self, u: Value, positive: Value, otherwise: Value) -> Value:
        return torch.where(self.tensor(u) > 0, self.tensor(positive), self.tensor(otherwise))

    def detach(self, a: Value) -> Value:
        return a.detach() if isinstance(a, Tensor) else a

    def total(self, v: Value) -> Value:
        return self.tensor(v).sum(-1, keepdim=True)

    def mean(self, v: Value) -> Value:
        return self.tensor(v).mean(-1, keepdim=True)

    def product(self, v: Value) -> Value:
        return self.tensor(v).prod(-1, keepdim=True)

    def first(self, v: Value) -> Value:
        """The entry at the first of two classes, for all K * K pairs on the last axis."""
        # The pair (i, j) stands at the place i K + j: each v_i K times here, all of v K times in ``second``.
        return self._every(v).repeat_interleave(self._classes, -1)

    def second(self, v: Value) -> Value:
        vector = self._every(v)
        return vector.repeat(*[1] * (vector.ndim - 1), self._classes)

    def pair_total(self, pairs: Value) -> Value:
        value = self.tensor(pairs)
        # A pair without an entry for each of the K * K pairs is one number, that of all of them.
        return value.sum(-1, keepdim=True) * (1 if value.ndim and value.shape[-1] > 1 else self._classes**2)

    def _every(self, v: Value) -> Tensor:
        """A class-vector with all its K entries."""
        vector = self.tensor(v)
        return vector.expand(*vector.shape[:-1], self._classes)

    def total_others(self, v: Value) -> Value:
        return self.but_label(v, 0.0).sum(-1, keepdim=True)

    def product_others(self, v: Value) -> Value:
        return self.but_label(v, 1.0).prod(-1, keepdim=True)

    def amax(self, v: Value) -> Value:
        return self.tensor(v).amax(-1, keepdim=True)

    def amax_others(self, v: Value) -> Value:
        return self.but_label(v, -math.inf).amax(-1, keepdim=True)

    def logsumexp_others(self, v: Value) -> Value:
        return self.but_label(v, -math.inf).logsumexp(-1, keepdim=True)

    def onehot_argmax(self, v: Value) -> Value:
        value = self.tensor(v)
        return torch.nn.functional.one_hot(value.argmax(-1), self._classes).to(value.dtype)

    def but_label(self, v: Value, value: float) -> Tensor:
        """A class-vector with ``value`` in the place of its entry at the label."""
        return torch.where(self.tensor(self.onehot()) > 0, value, self.tensor(v))

    def filled(self, a: Value) -> Value:
        return self.tensor(a) + torch.zeros((1, self._classes), dtype=self._z.dtype, device=self._z.device)

    def class_parameter(self, array: VectorArray) -> Value:
        return self._entries(array)

    def apply(self, array: MatrixArray, v: Value, *, transposed: bool) -> Value:
        matrix = self._entries(array)
        return self.tensor(v) @ (matrix if transposed else matrix.T)

    def _entries(self, array: Array) -> Tensor:
        """The entries of an array that are given, else its default ones for this number of classes."""
        given = array.at_default(self._classes)
        if given.classes != self._classes:
            raise ParameterError(f"{array.name}: it has entries for C = {given.classes}, and z has C = {self._classes}")
        rows = [[float(entry) for entry in row] for row in given.values or ()]
        return torch.tensor(rows, dtype=self._z.dtype, device=self._z.device)

    def logsumexp(self, v: Value) -> Value:
        return self.tensor(v).logsumexp(-1, keepdim=True)

    def entmax(self, v: Value, alpha: Value) -> Value:
        return entmax(self.tensor(v), float(alpha))

    def softmax(self, v: Value) -> Value:
        return self.tensor(v).softmax(-1)

    def log_softmax(self, v: Value) -> Value:
        return self.tensor(v).log_softmax(-1)
