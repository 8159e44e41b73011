"""The plain reading: what each operator means on torch tensors, one by one.

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
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.node import Node
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray

Value = Tensor | float
"""A tensor of shape (..., L, K), or a constant."""


class PlainReading(Reading[Value]):
    """A formula on a batch of logits; ``label`` holds class indices, or is None for all labels at once."""

    takes_rounded = True

    def __init__(self, z: Tensor, label: Tensor | None, parameters: Mapping[str, float | Tensor]) -> None:
        if not z.is_floating_point():
            raise TypeError(f"z: got a tensor of {z.dtype}; accepted are floating dtypes, such as z.double()")
        self._z = z.unsqueeze(-2)
        self.label = label
        self._parameters = parameters
        self._classes = z.shape[-1]

    def value(self, node: Node, args: list[Value]) -> Value:
        """What one ``node`` of a formula makes of its arguments."""
        return self._value(node, args)

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
        if self.label is None:
            return torch.eye(self._classes, dtype=self._z.dtype, device=self._z.device)
        return self._one_at(self.label[..., None]).unsqueeze(-2)

    def take(self, v: Value) -> Value:
        vector = self.tensor(v)
        if self.label is not None:
            place = self.label[..., None, None]
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

    def entrywise(self, op: str, *args: Value) -> Value:
        # torch has the names of the language.
        return self._apply(getattr(torch, op), *args)

    def sqrt(self, a: Value) -> Value:
        return self._apply(torch.sqrt, a)

    def softplus(self, a: Value) -> Value:
        return self._apply(softplus, a)

    def sigmoid(self, a: Value) -> Value:
        return self._apply(torch.sigmoid, a)

    def tanh(self, a: Value) -> Value:
        return self._apply(torch.tanh, a)

    def cosh(self, a: Value) -> Value:
        return self._apply(torch.cosh, a)

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
        return self._one_at(self.tensor(v).argmax(-1, keepdim=True))

    def _one_at(self, place: Tensor) -> Tensor:
        """1 at the ``place`` (..., 1) of a class, and 0 elsewhere."""
        # torch's one_hot looks at values, which vmap does not allow.
        return (torch.arange(self._classes, device=place.device) == place).to(self._z.dtype)

    def but_label(self, v: Value, value: float) -> Tensor:
        """A class-vector with ``value`` in the place of its entry at the label."""
        return torch.where(self.tensor(self.onehot()) > 0, value, self.tensor(v))

    def filled(self, a: Value) -> Value:
        return self.tensor(a) + torch.zeros((1, self._classes), dtype=self._z.dtype, device=self._z.device)

    def class_parameter(self, array: VectorArray) -> Value:
        return self.entries(array)

    def apply(self, array: MatrixArray, v: Value, *, transposed: bool) -> Value:
        matrix = self.entries(array)
        return self.tensor(v) @ (matrix if transposed else matrix.T)

    def entries(self, array: Array) -> Tensor:
        """The entries of ``array``: those that came with the parameters, its given ones, else its default ones.

        Shape (1, C) of a class-vector and (C, C) of a matrix.
        """
        rows = self._parameters.get(array.name)
        if rows is None:
            rows = torch.tensor(self._given(array).floats, dtype=torch.float64)
        return torch.as_tensor(rows, dtype=self._z.dtype, device=self._z.device)

    def ends(self, array: Array) -> tuple[Fraction, Fraction]:
        """The least and the greatest entry."""
        found = self._given(array).ends
        assert found is not None
        return found

    def _given(self, array: Array) -> Array:
        given = array if array.values is not None else _at_default(array, self._classes)
        if given.classes != self._classes:
            raise ParameterError(f"{array.name}: it has entries for C = {given.classes}, and z has C = {self._classes}")
        return given

    def logsumexp(self, v: Value) -> Value:
        return self.tensor(v).logsumexp(-1, keepdim=True)

    def entmax(self, v: Value, alpha: Value) -> Value:
        return entmax(self.tensor(v), float(alpha))

    def softmax(self, v: Value) -> Value:
        return self.tensor(v).softmax(-1)

    def log_softmax(self, v: Value) -> Value:
        return self.tensor(v).log_softmax(-1)


@lru_cache(maxsize=32)
def _at_default(array: Array, classes: int) -> Array:
    return array.at_default(classes)


def softplus(x: Tensor) -> Tensor:
    """log(1 + e^x), smooth at 0."""
    # torch's own is x from 20 on, an error of 2e-9; from 40 on it is less than half a unit in the last place.
    return torch.nn.functional.softplus(x, threshold=40.0)
