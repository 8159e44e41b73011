"""Values of a formula at points z near and far from 0, one label at a time: a plain fold with numbers of 300 digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import mpmath

from benchmarks.soundness.truth.numbers import NoOpinion
from symcheck.language.formula import Formula
from symcheck.language.node import Node

DIGITS = 300
MP = mpmath.mp.clone()
MP.dps = DIGITS

LARGEST = MP.mpf(10) ** 80
"""Exponentials of larger numbers are not computed."""

Values = list[Any]
"""The entries by class; a scalar has one."""


def value_at(formula: Formula, z: Sequence[Fraction], label: int, values: Mapping[str, Fraction]) -> Any | None:
    """``formula`` at z for the ``label`` from 0; None where it has no value.

    Raises ``NoOpinion`` for operators that are not known here.
    """
    if formula.is_classwise or formula.pairs:
        raise NoOpinion("arrays, or pairs of classes")
    found: list[Values] = []
    try:
        for node in formula.nodes:
            found.append(_value(node, [found[a] for a in node.args], z, label, values))
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    value = found[-1][0]
    return value if MP.isfinite(value) else None


def _value(node: Node, args: list[Values], z: Sequence[Fraction], label: int, values: Mapping[str, Fraction]) -> Values:
    op, n = node.op, len(z)
    if op == "number":
        assert node.number is not None
        return [_of(node.number)]
    if op == "parameter":
        assert node.parameter is not None
        return [_of(values[node.parameter])]
    if op == "classes":
        return [MP.mpf(n)]
    if op == "logits":
        return list(map(_of, z))
    if op == "onehot":
        return [MP.mpf(int(k == label)) for k in range(n)]
    if op == "filled":
        return args[0] * n
    if op in _EACH:
        size = max(map(len, args))
        return [_EACH[op](*x) for x in zip(*(v * (size // len(v)) for v in args), strict=True)]
    if op not in _OVER and op.removesuffix("_others") not in _OVER and op != "take":
        raise NoOpinion(f"the operator {op}")
    wide = args[0] * (n // len(args[0]))
    if op == "take":
        return [wide[label]]
    if op.endswith("_others"):
        wide = [x for k, x in enumerate(wide) if k != label]
    result = _OVER[op.removesuffix("_others")](wide)
    return result if isinstance(result, list) else [result]


def _of(x: Fraction) -> Any:
    return MP.mpf(x.numerator) / x.denominator


def _exp(a: Any) -> Any:
    if abs(a) > LARGEST:
        raise NoOpinion("the exponential of too large a number")
    return MP.exp(a)


def _power(a: Any, b: Any) -> Any:
    if a < 0 and b != MP.floor(b):
        raise ValueError("a root of a negative number")
    if abs(b) > 1000 or (a and abs(MP.log(abs(a))) > LARGEST):
        raise NoOpinion("too large a power")
    return a**b


def _branch(u: Any, a: Any, b: Any) -> Any:
    if u == 0:
        raise NoOpinion("what is 0 here may be a small number that was lost beside a larger one")
    return a if u > 0 else b


def _log(a: Any) -> Any:
    if a <= 0:
        raise ValueError("a logarithm of a number that is not positive")
    return MP.log(a)


def _softplus(a: Any) -> Any:
    return max(a, MP.mpf(0)) + MP.log1p(_exp(-abs(a)))


def _logsumexp(v: Values) -> Any:
    top = max(v)
    return top + MP.log(MP.fsum(_exp(x - top) for x in v))


_EACH: Mapping[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "neg": lambda a: -a, "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b, "pow": _power, "abs_power": lambda a, b: _power(abs(a), b), "nonnegative_power": _power,
    "exp": _exp, "log": _log, "sqrt": lambda a: _power(a, MP.mpf(1) / 2), "abs": abs,
    "relu": lambda a: max(a, MP.mpf(0)),
    "maximum": max, "minimum": min, "branch": _branch, "detach": lambda a: a,
    "softplus": _softplus, "sigmoid": lambda a: _exp(-_softplus(-a)), "tanh": lambda a: 1 - 2 / (1 + _exp(2 * a)),
    "cosh": lambda a: (_exp(a) + _exp(-a)) / 2,
    "arccos": MP.acos, "log_sigmoid": lambda a: -_softplus(-a),
}  # fmt: skip

_OVER: Mapping[str, Callable[[Values], Any]] = {
    "total": MP.fsum, "mean": lambda v: MP.fsum(v) / len(v), "amax": max, "amin": min, "product": MP.fprod,
    "logsumexp": _logsumexp, "softmax": lambda v: [_exp(x - _logsumexp(v)) for x in v],
    "log_softmax": lambda v: [x - _logsumexp(v) for x in v],
}  # fmt: skip
