"""Rules of stability: what an operator makes of quantities that are kept by their logarithms.

One rule a function, found by its operator.  A rule is given the plain reading and the operator's arguments, and
returns None where it has nothing better to say than the plain reading.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor

from numerics.formulas.entmax import log_entmax
from numerics.formulas.kernels import log_of_sum
from numerics.formulas.plain import PlainReading, Value, softplus
from numerics.formulas.positive import NONE, Positive, log_of
from numerics.formulas.shares import EntryOfAll, LogShares, Shares
from symcheck.language.array import Array
from symcheck.language.formula import Formula


class Sum(Positive):
    """a + b, each of them kept by its logarithm or a number."""

    def __init__(self, plain: PlainReading, a: Positive | float, b: Positive | float) -> None:
        super().__init__(
            lambda: torch.logaddexp(_log(plain, a), _log(plain, b)),
            lambda: plain.tensor(plain.add(valued(a), valued(b))),
        )

    @property
    def log(self) -> Tensor:
        """log(a + b), from the sum itself unless it is too small or too large for a float."""
        if not isinstance(self._log, Tensor):
            self._log = log_of_sum(self.value, self._log)
        return self._log


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
        column = torch.nn.functional.embedding(label, self._columns).unsqueeze(-2)
        return Positive(lambda: (self._v.log + _log_or_none(column)).logsumexp(-1, keepdim=True))


def _log_or_none(entries: Tensor) -> Tensor:
    return torch.where(entries > 0, entries.log(), NONE)


Quantity = Value | Positive | LogShares
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
    return a.value if isinstance(a, (Positive, LogShares)) else a


@_rule("softmax")
def softmax(plain: PlainReading, v: Quantity) -> Quantity:
    """By log_softmax, which is a number where the share is 0 as a float."""
    return Shares(plain.tensor(valued(v)), plain.label)


@_rule("entmax")
def entmax(plain: PlainReading, v: Quantity, alpha: Quantity) -> Quantity | None:
    """softmax at alpha = 1, and below by the logarithms; above it some shares are 0."""
    order, x = float(valued(alpha)), plain.tensor(valued(v))
    if order == 1:
        return Shares(x, plain.label)
    return Positive(lambda: log_entmax(x, order)) if order < 1 else None


@_rule("sigmoid")
def sigmoid(plain: PlainReading, a: Quantity) -> Quantity:
    """log sigmoid(a) = -softplus(-a) and log(1 - sigmoid(a)) = -softplus(a)."""
    x = plain.tensor(valued(a))
    return Positive(lambda: -softplus(-x), lambda: torch.sigmoid(x), lambda: -softplus(x))


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
    """The label's share from g; else the entry of the logarithm."""
    if plain.label is not None and isinstance(v, Shares):
        return v.entry
    if plain.label is not None and isinstance(v, Mixed):
        return v.at(plain.label)
    return v.mapped(lambda x: plain.tensor(plain.take(x))) if isinstance(v, Positive) else None


def _take_of_all(plain: PlainReading, v: Quantity) -> Quantity | None:
    """The label's share, and powers of 1 minus it, from those of all classes, in formulas that need these as well."""
    if plain.label is None or not isinstance(v, Shares):
        return take(plain, v)
    return EntryOfAll(v, lambda x: plain.tensor(plain.take(x)))


def _take_with_sum(plain: PlainReading, v: Quantity) -> Quantity | None:
    """The label's share beside the sum of the logarithms, in formulas that have both."""
    return v.entry_with_sum if plain.label is not None and isinstance(v, Shares) else take(plain, v)


@_rule("detach")
def detach(plain: PlainReading, a: Quantity) -> Quantity | None:  # noqa: ARG001
    """Detached in each of its forms."""
    return a.mapped(Tensor.detach) if isinstance(a, Positive) else None


@_rule("log")
def log(plain: PlainReading, a: Quantity) -> Quantity | None:  # noqa: ARG001
    """What it is kept by."""
    if isinstance(a, Shares):
        return LogShares(a)
    return a.log if isinstance(a, Positive) else None


@_rule("pow")
def power(plain: PlainReading, a: Quantity, b: Quantity) -> Quantity | None:  # noqa: ARG001
    """v^b = exp(b log v)."""
    if not isinstance(a, Positive):
        return None
    exponent, rest = valued(b), a.rest
    if isinstance(exponent, float) and exponent in (0, 1):
        return a if exponent else torch.ones_like(a.log)  # a vector of them: their sum is C
    log_of_rest = None
    if rest is not None and isinstance(exponent, float) and exponent > 0:
        log_of_rest = partial(_log_of_rest, a, rest, exponent)
    return Positive(lambda: exponent * a.log, lambda: a.power(exponent), log_of_rest)


def _log_of_rest(a: Positive, rest: Positive, exponent: float) -> Tensor:
    """log(1 - v^b) from log v and log(1 - v); near v = 1 it is log(1 - v) + log b + (b - 1)/2 log v."""
    near = a.log > -(torch.finfo(a.log.dtype).eps ** 0.5)
    far = torch.log(-torch.expm1(exponent * torch.where(near, -1.0, a.log)))
    return torch.where(near, rest.log + math.log(exponent) + (exponent - 1) / 2 * a.log, far)


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
def add(plain: PlainReading, a: Any, b: Any) -> Quantity | None:
    """A sum of two that are at least 0."""
    if not _are_nonnegative(a, b):
        return None
    return Sum(plain, a, b)


@_rule("mul")
def mul(plain: PlainReading, a: Quantity, b: Quantity) -> Quantity | None:
    """Logarithms are added, or a factor that overflows would meet one that underflows."""
    if not _are_nonnegative(a, b):
        return None
    is_scaled = isinstance(a, float) or isinstance(b, float)
    value = (lambda: plain.tensor(plain.mul(valued(a), valued(b)))) if is_scaled else None
    return Positive(lambda: _log(plain, a) + _log(plain, b), value)


@_rule("div")
def div(plain: PlainReading, a: Quantity, b: Quantity) -> Quantity | None:
    """One logarithm is taken from the other."""
    if not _are_nonnegative(a, b):
        return None
    value = (lambda: plain.tensor(plain.div(valued(a), b))) if isinstance(b, float) else None
    return Positive(lambda: _log(plain, a) - _log(plain, b), value)


def _are_nonnegative(a: Quantity, b: Quantity) -> bool:
    """Whether one is kept by its logarithm, and the other one as well or a number that is at least 0."""
    kinds = [isinstance(x, Positive) or (isinstance(x, float) and x >= 0) for x in (a, b)]
    return all(kinds) and not (isinstance(a, float) and isinstance(b, float))


def _log(plain: PlainReading, a: Quantity) -> Tensor:
    assert isinstance(a, (Positive, float))
    return a.log if isinstance(a, Positive) else plain.tensor(log_of(a))


@_rule("total")
def total(plain: PlainReading, v: Quantity) -> Quantity | None:  # noqa: ARG001
    """log of the sum by logsumexp."""
    if isinstance(v, LogShares):
        return v.shares.sum_of_logs
    if not isinstance(v, Positive):
        return None
    return Positive(lambda: v.log.logsumexp(-1, keepdim=True), lambda: v.value.sum(-1, keepdim=True))


@_rule("mean")
def mean(plain: PlainReading, v: Quantity) -> Quantity | None:
    """The sum over the classes, by C."""
    found = total(plain, v)
    if isinstance(found, Positive):
        return div(plain, found, plain.classes())
    return None if found is None else plain.div(valued(found), plain.classes())


@_rule("total_others")
def total_others(plain: PlainReading, v: Quantity) -> Quantity | None:
    """The sum without the label's entry, which is left out and not taken away."""
    if not isinstance(v, Positive):
        return None
    return Positive(lambda: plain.but_label(v.log, NONE).logsumexp(-1, keepdim=True))


@_rule("mean_others")
def mean_others(plain: PlainReading, v: Quantity) -> Quantity | None:
    """That sum, by C - 1."""
    found = total_others(plain, v)
    return None if found is None else div(plain, found, float(plain.classes()) - 1)


@_rule("amax")
def amax(plain: PlainReading, v: Quantity) -> Quantity | None:  # noqa: ARG001
    """The largest entry has the largest logarithm."""
    if not isinstance(v, Positive):
        return None
    return Positive(lambda: v.log.amax(-1, keepdim=True), lambda: v.value.amax(-1, keepdim=True))


@_rule("amax_others")
def amax_others(plain: PlainReading, v: Quantity) -> Quantity | None:
    """The same without the label's entry."""
    if not isinstance(v, Positive):
        return None
    return Positive(lambda: plain.but_label(v.log, NONE).amax(-1, keepdim=True))


@_rule("maximum")
def maximum(plain: PlainReading, a: Quantity, b: Quantity) -> Quantity | None:
    """The larger logarithm: a bound from below stays where a share underflows."""
    if not _are_nonnegative(a, b):
        return None
    return Positive(lambda: torch.maximum(_log(plain, a), _log(plain, b)))


@_rule("minimum")
def minimum(plain: PlainReading, a: Quantity, b: Quantity) -> Quantity | None:
    """The smaller logarithm."""
    if not _are_nonnegative(a, b):
        return None
    return Positive(lambda: torch.minimum(_log(plain, a), _log(plain, b)))


@_rule("relu")
def relu(plain: PlainReading, a: Quantity) -> Quantity | None:  # noqa: ARG001
    """What is at least 0 is itself."""
    return a if isinstance(a, Positive) else None


@_rule("abs")
def absolute(plain: PlainReading, a: Quantity) -> Quantity | None:
    """What is at least 0 is itself."""
    return relu(plain, a)


def rules_of(formula: Formula) -> Mapping[str, Rule]:
    """The rules for a formula in its stable form, by one pass over it: what does it take of the softmax?"""
    nodes = formula.nodes
    raised = {nodes[n.args[0]] for n in nodes if n.op in ("log", "pow", "sqrt", "nonnegative_power")}
    rests = {nodes[n.args[1]] for n in raised if n.op == "sub" and nodes[n.args[0]].number == 1}
    summed = {nodes[n.args[0]] for n in nodes if n.op in ("total", "mean")}

    if any(n.op == "softmax" for n in rests):
        return RULES | {"take": _take_of_all}
    if any(n.op == "log" and nodes[n.args[0]].op == "softmax" for n in summed):
        return RULES | {"take": _take_with_sum}
    return RULES
