"""The vocabulary: the functions that a formula is written with."""

from __future__ import annotations

from symcheck.errors import FormulaError
from symcheck.language.term import Label, Scalar, Term, Vec, across, entrywise, lift, mixing


def exp(x: object) -> Term:
    """e^x, on every entry."""
    return entrywise("exp", x)


def log(x: object) -> Term:
    """The natural logarithm, on every entry; x > 0."""
    return entrywise("log", x)


def sqrt(x: object) -> Term:
    """The square root, on every entry; smooth where x > 0."""
    return entrywise("sqrt", x)


def abs(x: object) -> Term:
    """|x| on every entry; not differentiable where x = 0."""
    return entrywise("abs", x)


def relu(x: object) -> Term:
    """max(0, x) on every entry; not differentiable where x = 0."""
    return entrywise("relu", x)


def softplus(x: object) -> Term:
    """log(1 + e^x), on every entry."""
    return entrywise("softplus", x)


def sigmoid(x: object) -> Term:
    """1 / (1 + e^(-x)), on every entry."""
    return entrywise("sigmoid", x)


def tanh(x: object) -> Term:
    """The hyperbolic tangent, on every entry."""
    return entrywise("tanh", x)


def cosh(x: object) -> Term:
    """The hyperbolic cosine, on every entry."""
    return entrywise("cosh", x)


def total(v: object) -> Scalar:
    """sum_i v_i over the classes."""
    return across("total", v)


def mean(v: object) -> Scalar:
    """(1/C) sum_i v_i over the classes."""
    return across("mean", v)


def logsumexp(v: object) -> Scalar:
    """log sum_i exp(v_i) over the classes."""
    return across("logsumexp", v)


def softmax(v: object) -> Vec:
    """exp(v_i) / sum_k exp(v_k)."""
    return mixing("softmax", v)


def log_softmax(v: object) -> Vec:
    """v_i - log sum_k exp(v_k)."""
    return mixing("log_softmax", v)


def onehot(y: object) -> Vec:
    """The vector e_y: 1 at the label, 0 elsewhere."""
    if not isinstance(y, Label):
        raise FormulaError(f"onehot takes the label and got {y!r}: write onehot(y) with the y of the formula")
    return Vec("onehot")


def centred_onehot(y: object) -> Vec:
    """The vector o_y = e_y - 1/C: the paper's onehot*(y), orthogonal to (1, ..., 1)."""
    vector = onehot(y)
    centred = vector - lift(1) / vector.C
    assert isinstance(centred, Vec)
    return centred


FUNCTIONS = {f.__name__: f for f in (
    exp, log, sqrt, abs, relu, softplus, sigmoid, tanh, cosh,
    total, mean, logsumexp, softmax, log_softmax, onehot, centred_onehot,
)}  # fmt: skip
"""Every function of the vocabulary by its name in formulas and formula strings."""
