"""The Taylor reading: a formula along a curve of logits, as the coefficients of its series in one variable.

The curve is z(s) = z_0 + s z_1 + s^2 z_2 + ...; every value is a truncated series, a list of coefficients laid
out as in the batch reading, and a constant is a list of one.  An order costs a few operations more than the
one before, where nested derivatives would cost three times as much.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import torch
from torch import Tensor
from torch.func import grad

from numerics.formulas.plain import PlainReading, Value
from numerics.formulas.stable_form import smooth_form
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray

Series = list[Value]
"""The coefficients of 1, s, s^2, ...; what lies beyond the end is 0."""


def gradient_coefficient(
    formula: Formula,
    scores: Sequence[Tensor],
    k: int,
    law: Tensor,
    parameters: Mapping[str, float],
    base: Tensor | None = None,
) -> Tensor:
    """The coefficient of s^k in grad f(z(s)), z(s) = z_0 + s z_1 + s^2 z_2 + ..., sample by sample.

    Parameters: ``scores`` are z_1, z_2, ... of shape (..., C), ``base`` is z_0, or None for 0; ``law`` (..., C) is the
    law of the label, used if the formula has one.  Returns shape (..., C): the gradient at x = 0 of the coefficient of
    s^k in f(x + z(s)).
    """

    def along(x: Tensor) -> Tensor:
        first = x if base is None else x + base
        # In the smooth form: autograd finds no derivative of sqrt(total(z**2))**2 at 0, though it is total(z**2).
        series = TaylorReading([first, *scores], k, parameters).read(smooth_form(formula))
        if len(series) <= k:
            # No such power of s: the gradient is 0, and has to depend on x to be one.
            return 0 * x.sum()
        value = series[k] * torch.ones_like(x).unsqueeze(-1)
        return (value.squeeze(-1) * law).sum() if formula.uses_label else value[..., 0, 0].sum()

    found: Tensor = grad(along)(torch.zeros_like(law))
    return found


class TaylorReading(Reading[Series]):
    """A formula on the curve with ``coefficients`` z_0, z_1, ..., up to and including s^``order``, for all labels."""

    takes_rounded = True

    def __init__(self, coefficients: Sequence[Tensor], order: int, parameters: Mapping[str, float]) -> None:
        self._batch = PlainReading(coefficients[0], None, parameters)
        self._curve: Series = [z.unsqueeze(-2) for z in coefficients[: order + 1]]
        self._order = order
        self._classes = coefficients[0].shape[-1]

    def _value_at(self, formula: Formula, place: int, args: list[Series]) -> Series:
        value = super()._value_at(formula, place, args)
        is_vector = formula.vectors[place] and place not in formula.pairs
        return [self._wide(c) for c in value] if is_vector else value

    def _wide(self, coefficient: Value) -> Tensor:
        """A coefficient of a class-vector, which may have come from a scalar alone, with its C entries."""
        value = self._batch.tensor(coefficient)
        shape = value.shape[:-1] if value.ndim > 1 else (1,)
        return value.expand(*shape, self._classes)

    def number(self, value: Fraction) -> Series:
        return [self._batch.number(value)]

    def parameter(self, name: str) -> Series:
        return [self._batch.parameter(name)]

    def classes(self) -> Series:
        return [self._batch.classes()]

    def logits(self) -> Series:
        return self._curve

    def onehot(self) -> Series:
        return [self._batch.onehot()]

    def add(self, a: Series, b: Series) -> Series:
        shared = [x + y for x, y in zip(a, b, strict=False)]
        return shared + a[len(shared) :] + b[len(shared) :]

    def mul(self, a: Series, b: Series) -> Series:
        length = min(len(a) + len(b) - 1, self._order + 1)
        return [_sum(a[j] * b[k - j] for j in range(k + 1) if j < len(a) and k - j < len(b)) for k in range(length)]

    def div(self, a: Series, b: Series) -> Series:
        if len(b) == 1:
            return [self._batch.div(x, b[0]) for x in a]
        found: Series = []
        # From found b = a, coefficient by coefficient.
        for k in range(self._order + 1):
            known = [-b[j] * found[k - j] for j in range(1, min(k, len(b) - 1) + 1)]
            found.append(_sum([*known, *a[k : k + 1]]) / b[0])
        return found

    def pow(self, a: Series, b: Series) -> Series:
        if len(b) > 1 or isinstance(b[0], Tensor):
            return self.exp(self.mul(b, self.log(a)))
        if len(a) == 1:
            return [self._batch.pow(a[0], b[0])]
        if b[0] == int(b[0]) and b[0] >= 0:  # also where a(0) = 0
            found: Series = [1.0]
            for _ in range(int(b[0])):
                found = self.mul(found, a)
            return found
        # a p' = r a' p for p = a^r
        power: Series = [self._batch.pow(a[0], b[0])]
        for k in range(1, self._order + 1):
            known = _sum((j * b[0] - (k - j)) * a[j] * power[k - j] for j in range(1, min(k, len(a) - 1) + 1))
            power.append(known / (k * a[0]))
        return power

    def exp(self, a: Series) -> Series:
        found: Series = [self._batch.exp(a[0])]
        for k in range(1, self._order + 1 if len(a) > 1 else 1):  # e' = a' e
            found.append(_sum(j / k * a[j] * found[k - j] for j in range(1, min(k, len(a) - 1) + 1)))
        return found

    def log(self, a: Series) -> Series:
        found: Series = [self._batch.log(a[0])]
        for k in range(1, self._order + 1 if len(a) > 1 else 1):  # a l' = a'
            known = [-(k - j) / k * a[j] * found[k - j] for j in range(1, min(k - 1, len(a) - 1) + 1)]
            found.append(_sum([*known, *a[k : k + 1]]) / a[0])
        return found

    def abs(self, a: Series) -> Series:
        return self.mul([torch.sign(self._leading(a))], a)

    def relu(self, a: Series) -> Series:
        leading = self._leading(a)
        return self.mul([(leading > 0).to(leading.dtype)], a)

    def _leading(self, a: Series) -> Tensor:
        """The first coefficient that is not 0, entry by entry: it has the sign that a has for all small s > 0.

        Also at a kink, as that of |h|^3 at h = 0; where all of them are 0 it is 0, as torch takes it.
        """
        found = self._batch.tensor(a[0]).detach()
        for coefficient in a[1:]:
            found = torch.where(found == 0, self._batch.tensor(coefficient).detach(), found)
        return found

    def arccos(self, a: Series) -> Series:
        # w = (1 - a^2)^(-1/2) and c' = -a' w
        one, half = self.number(Fraction(1)), self.number(Fraction(-1, 2))
        slope = self.pow(self.sub(one, self.mul(a, a)), half)
        found: Series = [self._batch.arccos(a[0])]
        for k in range(1, self._order + 1 if len(a) > 1 else 1):
            found.append(_sum(-j / k * a[j] * slope[k - j] for j in range(1, min(k, len(a) - 1) + 1)))
        return found

    def sin(self, a: Series) -> Series:
        return self._rotation(a)[1]

    def cos(self, a: Series) -> Series:
        return self._rotation(a)[0]

    def _rotation(self, a: Series) -> tuple[Series, Series]:
        """The cosine c and the sine s of a: c' = -a' s and s' = a' c."""
        cosine: Series = [self._batch.cos(a[0])]
        sine: Series = [self._batch.sin(a[0])]
        for k in range(1, self._order + 1 if len(a) > 1 else 1):
            inner = range(1, min(k, len(a) - 1) + 1)
            cosine.append(_sum(-j / k * a[j] * sine[k - j] for j in inner))
            sine.append(_sum(j / k * a[j] * cosine[k - j] for j in inner))
        return cosine, sine

    def arctan(self, a: Series) -> Series:
        one = self.number(Fraction(1))
        return self._integrated(self._batch.arctan(a[0]), a, self.div(one, self.add(one, self.mul(a, a))))

    def erf(self, a: Series) -> Series:
        raised = self.exp(self.mul([-1.0], self.mul(a, a)))
        return self._integrated(self._batch.erf(a[0]), a, self.mul([2 / math.sqrt(math.pi)], raised))

    def _integrated(self, first: Value, a: Series, slope: Series) -> Series:
        """f(a) from its value at s = 0 and from the series of f'(a): (f(a))' = a' f'(a)."""
        found: Series = [first]
        for k in range(1, self._order + 1 if len(a) > 1 else 1):
            inner = range(1, min(k, len(a) - 1) + 1)
            found.append(_sum(j / k * a[j] * slope[k - j] for j in inner if k - j < len(slope)))
        return found

    def branch(self, u: Series, positive: Series, otherwise: Series) -> Series:
        length = max(len(positive), len(otherwise))
        first, second = (series + [0.0] * (length - len(series)) for series in (positive, otherwise))
        return [self._batch.branch(self._leading(u), a, b) for a, b in zip(first, second, strict=True)]

    def detach(self, a: Series) -> Series:
        return [self._batch.detach(x) for x in a]

    def class_parameter(self, array: VectorArray) -> Series:
        return [self._batch.class_parameter(array)]

    def apply(self, array: MatrixArray, v: Series, *, transposed: bool) -> Series:
        return [self._batch.apply(array, x, transposed=transposed) for x in v]

    def amax(self, v: Series) -> Series:
        return self._entry_of_largest(v, self._batch.tensor(v[0]))

    def amax_others(self, v: Series) -> Series:
        return self._entry_of_largest(v, self._batch.but_label(v[0], -math.inf))

    def _entry_of_largest(self, v: Series, first: Tensor) -> Series:
        """The entry that is the largest at s = 0: what the largest one is near it, if it is alone."""
        place = first.argmax(-1, keepdim=True)
        return [(self._batch.tensor(c) + torch.zeros_like(first)).gather(-1, place) for c in v]

    def entmax(self, v: Series, alpha: Series) -> Series:
        """s' = w (v' - m'), w = s^(2 - alpha) on the support at s = 0, and the sum of the s' is 0: order by order."""
        shares = self._batch.tensor(self._batch.entmax(v[0], alpha[0]))
        inside, power = shares > 0, 2 - float(alpha[0])
        base = torch.where(inside, shares, 1.0)
        found: Series = [shares]
        weights: Series = [torch.where(inside, base**power, 0.0)]
        heavy = self._batch.tensor(weights[0])
        slopes: list[Value] = [0.0]  # j (v_j - m_j), by the power j of s
        for k in range(1, self._order + 1 if len(v) > 1 else 1):
            moved = k * v[k] if k < len(v) else 0.0
            known = _sum([heavy * moved, *(slopes[j] * weights[k - j] for j in range(1, k))])
            level = self._batch.total(known) / self._batch.total(heavy)
            slopes.append(moved - level)
            found.append((known - heavy * level) / k)
            # s w' = (2 - alpha) s' w
            raised = _sum((j * power - (k - j)) * found[j] * weights[k - j] for j in range(1, k + 1))
            weights.append(torch.where(inside, raised / (k * base), 0.0))
        return found

    def first(self, v: Series) -> Series:
        return [self._batch.first(c) for c in v]

    def second(self, v: Series) -> Series:
        return [self._batch.second(c) for c in v]

    def pair_total(self, pairs: Series) -> Series:
        return [self._batch.pair_total(c) for c in pairs]

    def total(self, v: Series) -> Series:
        return [self._batch.total(x) for x in v]

    def take(self, v: Series) -> Series:
        return [self._batch.take(x) for x in v]


def _sum(terms: Iterable[Value]) -> Value:
    found: Value | None = None
    for term in terms:  # nothing is added to the first one: a sum of large tensors is a pass over memory
        found = term if found is None else found + term
    return 0.0 if found is None else found
