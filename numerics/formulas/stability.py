"""Rules of stability: what an operator makes of quantities that are kept by their logarithms.

One rule a function, found by its operator.  A rule is given the plain reading and the operator's arguments, and
returns None where it has nothing better to say than the plain reading.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from numerics.formulas.margin import margin
from numerics.formulas.plain import PlainReading, Value
from numerics.formulas.positive import NONE, Positive, log_of
from symcheck.language.array import Array

Quantity = Value | Positive
"""A tensor, a number, or a quantity kept by its logarithm."""

Rule = Callable[..., Quantity | None]

RULES: dict[str, Rule] = {}
"""The rule of each operator that has one."""


def _rule(op: str) -> Callable[[Rule], Rule]:
    def entered(rule: Rule) -> Rule:
        RULES[op] = rule
        return rule

    return entered


def valued(a: Quantity) -> Value:
    """``a`` as the plain reading takes it."""
    return a.value if isinstance(a, Positive) else a


class Shares(Positive):
    """softmax(v)."""

    def __init__(self, v: Tensor) -> None:
        super().__init__(lambda: v.log_softmax(-1), lambda: v.softmax(-1), lambda: _log_of_others(self.log))
        self.logits = v


class Known(Positive):
    """Entries from 0 to 1 that do not depend on z."""

    def __init__(self, entries: Tensor) -> None:
        super().__init__(lambda: _log_or_none(entries), lambda: entries, lambda: _log_or_none(1 - entries))


class Mixed(Positive):
    """The class-vector W'v for a ``matrix`` W with entries that are at least 0."""

    def __init__(self, plain: PlainReading, v: Positive, matrix: Tensor) -> None:
        super().__init__(
            lambda: (v.log.unsqueeze(-2) + _log_or_none(matrix.T)).logsumexp(-1), lambda: plain.tensor(v.value @ matrix)
        )
        self._v, self._columns = v, matrix.T

    def at(self, label: Tensor) -> Positive:
        """The entry at the ``label``, for which one column of W is enough."""
        column = self._columns[label].unsqueeze(-2)
        return Positive(lambda: (self._v.log + _log_or_none(column)).logsumexp(-1, keepdim=True))


def _log_of_others(log: Tensor) -> Tensor:
    """log(1 - p_k) for every class, from log p."""
    # 1 - p is known from p but where p is above 1/2, and so it is for one class at most: there the others are added.
    large = log > -math.log(2)
    others = torch.where(large, -torch.inf, log).logsumexp(-1, keepdim=True)
    return torch.where(large, others, torch.log1p(-torch.where(large, -1.0, log).exp()))


def _log_or_none(entries: Tensor) -> Tensor:
    return torch.where(entries > 0, entries.log(), NONE)


def _softplus(x: Tensor) -> Tensor:
    return torch.logaddexp(x, torch.zeros((), dtype=x.dtype, device=x.device))


@_rule("softmax")
def softmax(plain: PlainReading, v: Quantity) -> Quantity:
    """By log_softmax, which is a number where the share is 0 as a float."""
    return Shares(plain.tensor(valued(v)))


@_rule("sigmoid")
def sigmoid(plain: PlainReading, a: Quantity) -> Quantity:
    """log sigmoid(a) = -softplus(-a) and log(1 - sigmoid(a)) = -softplus(a)."""
    x = plain.tensor(valued(a))
    return Positive(lambda: -_softplus(-x), lambda: torch.sigmoid(x), lambda: -_softplus(x))


@_rule("exp")
def exp(plain: PlainReading, a: Quantity) -> Quantity:
    """Its argument is its logarithm."""
    x = plain.tensor(valued(a))
    return Positive(lambda: x)


@_rule("cosh")
def cosh(plain: PlainReading, a: Quantity) -> Quantity:
    """log cosh(a) = log(e^a + e^-a) - log 2."""
    x = plain.tensor(valued(a))
    return Positive(lambda: torch.logaddexp(x, -x) - math.log(2), lambda: torch.cosh(x))


@_rule("onehot")
def onehot(plain: PlainReading) -> Quantity:
    """A law of the label."""
    return Known(plain.tensor(plain.onehot()))


@_rule("onehot_argmax")
def onehot_argmax(plain: PlainReading, v: Quantity) -> Quantity:
    """The same of the predicted class."""
    return Known(plain.tensor(plain.onehot_argmax(valued(v))))


@_rule("class_parameter")
def class_parameter(plain: PlainReading, array: Array) -> Quantity | None:
    """Entries from 0 to 1."""
    least, greatest = plain.ends(array)
    return Known(plain.entries(array)) if least >= 0 and greatest <= 1 else None


@_rule("apply")
def apply(plain: PlainReading, array: Array, v: Quantity) -> Quantity | None:
    """The logarithm of each sum, by the matrix's own."""
    return _mixed(plain, array, v, plain.entries(array).T)


@_rule("apply_transposed")
def apply_transposed(plain: PlainReading, array: Array, v: Quantity) -> Quantity | None:
    """The same with the matrix transposed."""
    return _mixed(plain, array, v, plain.entries(array))


def _mixed(plain: PlainReading, array: Array, v: Quantity, matrix: Tensor) -> Quantity | None:
    # A one-hot vector takes a row out, which needs no logarithms.
    if not isinstance(v, Positive) or isinstance(v, Known) or plain.ends(array)[0] < 0:
        return None
    return Mixed(plain, v, matrix)


@_rule("take")
def take(plain: PlainReading, v: Quantity) -> Quantity | None:
    """The label's share by the margin; else the entry of the logarithm."""
    if isinstance(v, Shares) and plain.label is not None:
        g = margin(v.logits, plain.label)
        return Positive(lambda: -_softplus(g), lambda: torch.sigmoid(-g), lambda: -_softplus(-g))
    if isinstance(v, Mixed) and plain.label is not None:
        return v.at(plain.label)
    return v.mapped(lambda x: plain.tensor(plain.take(x))) if isinstance(v, Positive) else None


@_rule("detach")
def detach(plain: PlainReading, a: Quantity) -> Quantity | None:  # noqa: ARG001
    """Detached in each of its forms."""
    return a.mapped(Tensor.detach) if isinstance(a, Positive) else None


@_rule("log")
def log(plain: PlainReading, a: Quantity) -> Quantity | None:  # noqa: ARG001
    """What it is kept by."""
    return a.log if isinstance(a, Positive) else None


@_rule("pow")
def power(plain: PlainReading, a: Quantity, b: Quantity) -> Quantity | None:  # noqa: ARG001
    """v^b = exp(b log v)."""
    if not isinstance(a, Positive):
        return None
    exponent, rest = valued(b), a.rest
    if isinstance(exponent, Tensor) or exponent < 0 or rest is None:
        return Positive(lambda: exponent * a.log)
    if exponent in (0, 1):
        return a if exponent else 1.0
    return Positive(lambda: exponent * a.log, None, lambda: _log_of_rest(a.log, rest.log, exponent))


def _log_of_rest(log: Tensor, rest: Tensor, exponent: float) -> Tensor:
    """log(1 - v^b) from log v and log(1 - v); near v = 1 it is log(1 - v) + log b."""
    near = log > -(torch.finfo(log.dtype).eps ** 0.5)
    far = torch.log(-torch.expm1(exponent * torch.where(near, -1.0, log)))
    return torch.where(near, rest + math.log(exponent), far)


@_rule("nonnegative_power")
def nonnegative_power(plain: PlainReading, a: Quantity, b: Quantity) -> Quantity | None:
    """As any other power of it."""
    return power(plain, a, b)


@_rule("sqrt")
def sqrt(plain: PlainReading, a: Quantity) -> Quantity | None:
    """The power 1/2."""
    return power(plain, a, 0.5)


@_rule("sub")
def sub(plain: PlainReading, a: Quantity, b: Quantity) -> Quantity | None:  # noqa: ARG001
    """1 - v, where it is known better than by taking the difference."""
    if not isinstance(b, Positive) or not isinstance(a, float) or a != 1:
        return None
    return -torch.expm1(b.log) if b.rest is None else b.rest


@_rule("add")
def add(plain: PlainReading, a: Quantity, b: Quantity) -> Quantity | None:
    """The logarithm of a sum by logaddexp."""
    logs = _logs(plain, a, b)
    if logs is None:
        return None
    return Positive(lambda: torch.logaddexp(*logs), lambda: plain.tensor(plain.add(valued(a), valued(b))))


@_rule("mul")
def mul(plain: PlainReading, a: Quantity, b: Quantity) -> Quantity | None:
    """Logarithms are added, or a factor that overflows would meet one that underflows."""
    logs = _logs(plain, a, b)
    return None if logs is None else Positive(lambda: logs[0] + logs[1])


@_rule("div")
def div(plain: PlainReading, a: Quantity, b: Quantity) -> Quantity | None:
    """One logarithm is taken from the other."""
    logs = _logs(plain, a, b)
    return None if logs is None else Positive(lambda: logs[0] - logs[1])


def _logs(plain: PlainReading, a: Quantity, b: Quantity) -> tuple[Tensor, Tensor] | None:
    """The logarithms of the two, if one of them is kept by it and the other one is plainly at least 0."""
    if not any(isinstance(x, Positive) for x in (a, b)) or any(isinstance(x, Tensor) for x in (a, b)):
        return None
    if any(isinstance(x, float) and x < 0 for x in (a, b)):
        return None
    first, second = (x.log if isinstance(x, Positive) else plain.tensor(log_of(float(x))) for x in (a, b))
    return first, second


@_rule("total")
def total(plain: PlainReading, v: Quantity) -> Quantity | None:  # noqa: ARG001
    """log of the sum by logsumexp."""
    if not isinstance(v, Positive):
        return None
    return Positive(lambda: v.log.logsumexp(-1, keepdim=True), lambda: v.value.sum(-1, keepdim=True))


@_rule("mean")
def mean(plain: PlainReading, v: Quantity) -> Quantity | None:
    """The sum over the classes, by C."""
    found = total(plain, v)
    return None if found is None else div(plain, found, plain.classes())


@_rule("total_others")
def total_others(plain: PlainReading, v: Quantity) -> Quantity | None:
    """The sum without the label's entry, which is left out and not taken away."""
    if not isinstance(v, Positive):
        return None
    return Positive(lambda: plain.but_label(v.log, NONE).logsumexp(-1, keepdim=True))


@_rule("amax")
def amax(plain: PlainReading, v: Quantity) -> Quantity | None:  # noqa: ARG001
    """The largest entry has the largest logarithm."""
    if not isinstance(v, Positive):
        return None
    return Positive(lambda: v.log.amax(-1, keepdim=True), lambda: v.value.amax(-1, keepdim=True))


@_rule("maximum")
def maximum(plain: PlainReading, a: Quantity, b: Quantity) -> Quantity | None:
    """The larger logarithm: a bound from below stays where a share underflows."""
    logs = _logs(plain, a, b)
    return None if logs is None else Positive(lambda: torch.maximum(*logs))


@_rule("minimum")
def minimum(plain: PlainReading, a: Quantity, b: Quantity) -> Quantity | None:
    """The smaller logarithm."""
    logs = _logs(plain, a, b)
    return None if logs is None else Positive(lambda: torch.minimum(*logs))


@_rule("relu")
def relu(plain: PlainReading, a: Quantity) -> Quantity | None:  # noqa: ARG001
    """What is at least 0 is itself."""
    return a if isinstance(a, Positive) else None


@_rule("abs")
def absolute(plain: PlainReading, a: Quantity) -> Quantity | None:
    """What is at least 0 is itself."""
    return relu(plain, a)
