"""Arithmetic without the terms that change nothing: 1*x, x + 0, x**1."""

from __future__ import annotations

from symcheck.language.term import Scalar, Term, lift

ONE = lift(1)


def is_number(term: Term, number: int) -> bool:
    """Whether it is this number by its form."""
    return term.op == "number" and term.data == number


def plus(x: Term, y: Term, alpha: Term = ONE) -> Term:
    """x + alpha y."""
    added = times(alpha, y)
    return added if is_number(x, 0) else x if is_number(added, 0) else x + added


def minus(x: Term, y: Term, alpha: Term = ONE) -> Term:
    """x - alpha y."""
    taken = times(alpha, y)
    if x is taken:  # the label's own margin z_y - z_y, whose kink no derivation has to look at
        return lift(0)
    return x if is_number(taken, 0) else x - taken


_DEFINED = frozenset((
    "logits", "number", "parameter", "classes", "onehot", "onehot_argmax", "class_parameter", "filled", "add", "sub",
    "mul", "neg", "exp", "abs", "relu", "branch", "detach", "total", "product", "amax", "take", "softmax",
    "log_softmax", "logsumexp", "softplus", "sigmoid", "log_sigmoid", "tanh", "mean", "apply", "apply_transposed",
))  # fmt: skip
"""Operations that have a value wherever their arguments have one."""


def is_defined(term: Term) -> bool:
    """Whether ``term`` has a value at every z, by its form."""
    waiting, seen = [term], {id(term)}
    while waiting:
        part = waiting.pop()
        if part.op not in _DEFINED:
            return False
        for arg in part.args:
            if id(arg) not in seen:
                seen.add(id(arg))
                waiting.append(arg)
    return True


def times(x: Term, y: Term) -> Term:
    """x y."""
    for zero, other in ((x, y), (y, x)):
        if is_number(zero, 0) and isinstance(other, Scalar) and is_defined(other):
            return zero
    return y if is_number(x, 1) else x if is_number(y, 1) else x * y


def over(x: Term, y: Term) -> Term:
    """x / y."""
    return x if is_number(y, 1) else x / y


def power(x: Term, y: Term) -> Term:
    """x^y."""
    return x if is_number(y, 1) else x**y
