"""The vocabulary: the functions that a formula is written with."""

from __future__ import annotations

from collections.abc import Callable

from symcheck.errors import FormulaError, shown
from symcheck.language.misuse import instead, misuse
from symcheck.language.term import (
    Label,
    Pairs,
    Scalar,
    Term,
    Vec,
    across,
    class_vector,
    constant,
    entrywise,
    lift,
    mixing,
    of_pair,
    over_pairs,
)
from symcheck.public import public


@public
def exp(x: object) -> Term:
    """e^x, on every entry."""
    return entrywise("exp", x)


@public
def log(x: object) -> Term:
    """The natural logarithm, on every entry; x > 0."""
    return entrywise("log", x)


@public
def sqrt(x: object) -> Term:
    """The square root, on every entry; smooth where x > 0."""
    return entrywise("sqrt", x)


@public
def abs(x: object) -> Term:
    """|x| on every entry; not differentiable where x = 0."""
    return entrywise("abs", x)


@public
def relu(x: object) -> Term:
    """max(0, x) on every entry; not differentiable where x = 0."""
    return entrywise("relu", x)


@public
def softplus(x: object) -> Term:
    """log(1 + e^x), on every entry."""
    return entrywise("softplus", x)


@public
def sigmoid(x: object) -> Term:
    """1 / (1 + e^(-x)), on every entry."""
    return entrywise("sigmoid", x)


@public
def log_sigmoid(x: object) -> Term:
    """log(sigmoid(x)) = -log(1 + e^(-x)), on every entry."""
    return entrywise("log_sigmoid", x)


@public
def tanh(x: object) -> Term:
    """The hyperbolic tangent, on every entry."""
    return entrywise("tanh", x)


@public
def cosh(x: object) -> Term:
    """The hyperbolic cosine, on every entry."""
    return entrywise("cosh", x)


@public
def arccos(x: object) -> Term:
    """The arc cosine in [0, pi], on every entry; smooth where -1 < x < 1."""
    return entrywise("arccos", x)


@public
def sin(x: object) -> Term:
    """The sine, on every entry."""
    return entrywise("sin", x)


@public
def cos(x: object) -> Term:
    """The cosine, on every entry."""
    return entrywise("cos", x)


@public
def arctan(x: object) -> Term:
    """The arc tangent in (-pi/2, pi/2), on every entry."""
    return entrywise("arctan", x)


@public
def erf(x: object) -> Term:
    """The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x, on every entry."""
    return entrywise("erf", x)


@public
def maximum(a: object, b: object) -> Term:
    """The larger of a and b, on every entry; not differentiable where they are equal."""
    return entrywise("maximum", a, b)


@public
def minimum(a: object, b: object) -> Term:
    """The smaller of a and b, on every entry; not differentiable where they are equal."""
    return entrywise("minimum", a, b)


@public
def clamp(x: object, low: object = None, high: object = None) -> Term:
    """min(max(x, low), high), on every entry; without ``low`` or ``high`` that end is free.

    Raises ``FormulaError`` if neither is given.
    """
    if low is None and high is None:
        raise FormulaError("clamp: got neither low nor high: write clamp(x, low=0), clamp(x, high=1) or clamp(x, 0, 1)")
    # The lower end first, as numpy and torch do: with low > high the result is high.
    above = lift(x) if low is None else maximum(x, low)
    return above if high is None else minimum(above, high)


@public
def branch(u: object, positive: object, otherwise: object) -> Term:
    """``positive`` where u > 0 and ``otherwise`` elsewhere, on every entry: a function that is given by cases."""
    return entrywise("branch", u, positive, otherwise)


@public
def detach(x: object) -> Term:
    """x as a constant, on every entry: its value is kept and its derivatives are dropped, as autograd does."""
    return entrywise("detach", x)


@public
def total(v: object, *, but: object = None) -> Scalar:
    """sum_i v_i over the classes; ``but=y`` leaves out the label."""
    return _over("total", v, but)


@public
def mean(v: object, *, but: object = None) -> Scalar:
    """(1/C) sum_i v_i over the classes; ``but=y`` leaves out the label and divides by C - 1."""
    return _over("mean", v, but)


@public
def norm(v: object) -> Term:
    """(sum_i v_i^2)^(1/2) over the classes; not differentiable where all the v_i are 0, and its square is."""
    return sqrt(total(class_vector("norm", v) ** 2))


@public
def logsumexp(v: object, *, but: object = None) -> Scalar:
    """log sum_i exp(v_i) over the classes; ``but=y`` leaves out the label."""
    return _over("logsumexp", v, but)


@public
def product(v: object, *, but: object = None) -> Scalar:
    """The product of the v_i over the classes; ``but=y`` leaves out the label."""
    return _over("product", v, but)


@public
def amax(v: object, *, but: object = None) -> Scalar:
    """max_i v_i over the classes, ``but=y`` leaves out the label; not differentiable where it ties."""
    return _over("amax", v, but)


@public
def amin(v: object, *, but: object = None) -> Scalar:
    """min_i v_i over the classes, ``but=y`` leaves out the label; not differentiable where it ties."""
    return _over("amin", v, but)


def _over(op: str, v: object, but: object) -> Scalar:
    if but is not None and not isinstance(but, Label):
        raise FormulaError(f"{op}: but leaves out the label and got {shown(but, 80)}: write {op}(v, but=y)")
    return across(op, v, but_label=but is not None)


@public
def first(v: object) -> Pairs:
    """v_i, as a quantity of two classes i and j."""
    return of_pair("first", v)


@public
def second(v: object) -> Pairs:
    """v_j, as a quantity of two classes i and j."""
    return of_pair("second", v)


@public
def pair_total(pairs: object) -> Scalar:
    """sum_ij over all ordered pairs of classes, i = j included: pair_total((first(z) - second(z))**2)."""
    return over_pairs("pair_total", pairs)


@public
def softmax(v: object) -> Vec:
    """exp(v_i) / sum_k exp(v_k)."""
    return mixing("softmax", v)


@public
def log_softmax(v: object) -> Vec:
    """v_i - log sum_k exp(v_k)."""
    return mixing("log_softmax", v)


@public
def onehot_argmax(v: object) -> Vec:
    """1 at the class with the largest v_i, 0 elsewhere; constant where there is only one, a jump where it ties."""
    return mixing("onehot_argmax", v)


@public
def entmax(v: object, alpha: object) -> Vec:
    """The alpha-entmax of v: s_k = [(alpha - 1) v_k - tau]_+^(1/(alpha - 1)), tau so that sum_k s_k = 1.

    softmax for alpha = 1, for which it is the limit, sparsemax for alpha = 2; with alpha = 2 - t the tempered softmax
    exp_t(v_k - lambda).  alpha is any real constant: a number or an expression of Parameters and C.

    Source: Peters, Niculae, Martins 2019; Amid et al. 2019.
    """
    return mixing("entmax", v, constant("entmax", "alpha", alpha))


@public
def onehot(y: object) -> Vec:
    """The vector e_y: 1 at the label, 0 elsewhere."""
    if not isinstance(y, Label):
        raise misuse(
            f"onehot takes the label and got {shown(y, 80)}: write onehot(y) with the y of the formula",
            f"the formula hands its argument to onehot, which is over classes: {instead('onehot')}",
        )
    return Vec("onehot")


@public
def centred_onehot(y: object) -> Vec:
    """The vector o_y = e_y - 1/C: the paper's onehot*(y), orthogonal to (1, ..., 1)."""
    vector = onehot(y)
    centred = vector - lift(1) / vector.C
    assert isinstance(centred, Vec)
    return centred


FUNCTIONS: dict[str, Callable[..., Term]] = {f.__name__: f for f in (
    exp, log, sqrt, abs, relu, softplus, sigmoid, log_sigmoid, tanh, cosh, arccos,
    sin, cos, arctan, erf,
    maximum, minimum, clamp, branch, detach,
    total, mean, norm, logsumexp, product, amax, amin, first, second, pair_total, softmax, log_softmax, onehot_argmax,
    entmax, onehot, centred_onehot,
)}  # fmt: skip
"""Every function of the vocabulary by its name in formulas and formula strings."""
