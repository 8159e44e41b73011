"""The vocabulary: the functions that a formula is written with."""

from __future__ import annotations

from collections.abc import Callable

from symcheck.arguments.public import public
from symcheck.errors import FormulaError, shown
from symcheck.language.misuse import WITHOUT_LABEL, instead, misuse
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


@public
def exp(x: object) -> Term:
    """e^x, on every entry.

    Parameters: ``x`` a number or a term of any kind.  Returns a term of that kind.  Raises ``FormulaError`` for what is
    no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.exp(-z[y])).gradient_formula)
    -(exp(-z[y])*onehot(y))
    """
    return entrywise("exp", x)


@public
def log(x: object) -> Term:
    """The natural logarithm, on every entry.

    Parameters: ``x`` a number or a term of any kind that is > 0.  Returns a term of that kind.  Raises ``FormulaError``
    for what is no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: -sc.log(sc.softmax(z)[y])).gradient_formula)
    softmax(z) - onehot(y)
    """
    return entrywise("log", x)


@public
def sqrt(x: object) -> Term:
    """The square root x^(1/2), on every entry; smooth where x > 0.

    Parameters: ``x`` a number or a term of any kind that is >= 0.  Returns a term of that kind.  Raises
    ``FormulaError`` for what is no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z: sc.mean(sc.sqrt(1 + z**2))).gradient_formula)
    z/(C*sqrt(1 + z**2))
    """
    return entrywise("sqrt", x)


@public
def abs(x: object) -> Term:
    """The absolute value |x|, on every entry; not differentiable where x = 0.

    Parameters: ``x`` a number or a term of any kind.  Returns a term of that kind.  Raises ``FormulaError`` for what is
    no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.abs(1 - z[y])).gradient_formula)
    -(branch(1 - z[y], 1, -1)*onehot(y))
    """
    return entrywise("abs", x)


@public
def relu(x: object) -> Term:
    """max(0, x), on every entry; not differentiable where x = 0.

    Parameters: ``x`` a number or a term of any kind.  Returns a term of that kind.  Raises ``FormulaError`` for what is
    no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.relu(1 - z[y])).gradient_formula)
    -(branch(1 - z[y], 1, 0)*onehot(y))
    """
    return entrywise("relu", x)


@public
def softplus(x: object) -> Term:
    """log(1 + e^x), on every entry.

    Parameters: ``x`` a number or a term of any kind.  Returns a term of that kind.  Raises ``FormulaError`` for what is
    no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.softplus(-z[y])).gradient_formula)
    -(sigmoid(-z[y])*onehot(y))
    """
    return entrywise("softplus", x)


@public
def sigmoid(x: object) -> Term:
    """1/(1 + e^(-x)), on every entry.

    Parameters: ``x`` a number or a term of any kind.  Returns a term of that kind.  Raises ``FormulaError`` for what is
    no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: 1 - sc.sigmoid(z[y])).gradient_formula)
    -(sigmoid(z[y])*sigmoid(-z[y])*onehot(y))
    """
    return entrywise("sigmoid", x)


@public
def log_sigmoid(x: object) -> Term:
    """log(sigmoid(x)) = -log(1 + e^(-x)), on every entry.

    Parameters: ``x`` a number or a term of any kind.  Returns a term of that kind.  Raises ``FormulaError`` for what is
    no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: -sc.log_sigmoid(z[y])).gradient_formula)
    -(sigmoid(-z[y])*onehot(y))
    """
    return entrywise("log_sigmoid", x)


@public
def tanh(x: object) -> Term:
    """The hyperbolic tangent (e^x - e^(-x))/(e^x + e^(-x)), on every entry.

    Parameters: ``x`` a number or a term of any kind.  Returns a term of that kind.  Raises ``FormulaError`` for what is
    no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: -sc.tanh(z[y])).gradient_formula)
    -((1 - tanh(z[y])**2)*onehot(y))
    """
    return entrywise("tanh", x)


@public
def cosh(x: object) -> Term:
    """The hyperbolic cosine (e^x + e^(-x))/2, on every entry.

    Parameters: ``x`` a number or a term of any kind.  Returns a term of that kind.  Raises ``FormulaError`` for what is
    no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z: sc.mean(sc.cosh(z))).gradient_formula)
    cosh(z)*tanh(z)/C
    """
    return entrywise("cosh", x)


@public
def arccos(x: object) -> Term:
    """The arc cosine in [0, pi], on every entry; smooth where -1 < x < 1.

    Parameters: ``x`` a number or a term of any kind in [-1, 1].  Returns a term of that kind.  Raises ``FormulaError``
    for what is no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.arccos(z[y])).gradient_formula)
    -(onehot(y)/sqrt(1 - z[y]**2))
    """
    return entrywise("arccos", x)


@public
def sin(x: object) -> Term:
    """The sine, on every entry.

    Parameters: ``x`` a number or a term of any kind.  Returns a term of that kind.  Raises ``FormulaError`` for what is
    no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: -sc.sin(z[y])).gradient_formula)
    -(cos(z[y])*onehot(y))
    """
    return entrywise("sin", x)


@public
def cos(x: object) -> Term:
    """The cosine, on every entry.

    Parameters: ``x`` a number or a term of any kind.  Returns a term of that kind.  Raises ``FormulaError`` for what is
    no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z: -sc.mean(sc.cos(z))).gradient_formula)
    sin(z)/C
    """
    return entrywise("cos", x)


@public
def arctan(x: object) -> Term:
    """The arc tangent in (-pi/2, pi/2), on every entry.

    Parameters: ``x`` a number or a term of any kind.  Returns a term of that kind.  Raises ``FormulaError`` for what is
    no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: -sc.arctan(z[y])).gradient_formula)
    -(onehot(y)/(1 + z[y]**2))
    """
    return entrywise("arctan", x)


@public
def erf(x: object) -> Term:
    """The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x, on every entry.

    Parameters: ``x`` a number or a term of any kind.  Returns a term of that kind.  Raises ``FormulaError`` for what is
    no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: -sc.erf(z[y])).gradient_formula)
    -(2*exp(-z[y]**2)*onehot(y)/sqrt(arccos(-1)))
    """
    return entrywise("erf", x)


@public
def maximum(a: object, b: object) -> Term:
    """The larger of a and b, on every entry; not differentiable where they are equal.

    Parameters: ``a`` and ``b`` numbers or terms.  Returns a term of their kind, a class-vector for one beside a
    scalar.  Raises ``FormulaError`` for what is no term, and for a class-vector beside a quantity of two classes,
    ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.maximum(-z[y], -1)).gradient_formula)
    -(branch(1 - z[y], 1, 0)*onehot(y))
    """
    return entrywise("maximum", a, b)


@public
def minimum(a: object, b: object) -> Term:
    """The smaller of a and b, on every entry; not differentiable where they are equal.

    Parameters: ``a`` and ``b`` numbers or terms.  Returns a term of their kind, a class-vector for one beside a
    scalar.  Raises ``FormulaError`` for what is no term, and for a class-vector beside a quantity of two classes,
    ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.minimum(-z[y], 1)).gradient_formula)
    -(branch(1 + z[y], 1, 0)*onehot(y))
    """
    return entrywise("minimum", a, b)


@public
def clamp(x: object, low: object = None, high: object = None) -> Term:
    """min(max(x, low), high), on every entry; without ``low`` or ``high`` that end is free.

    Parameters: ``x``, ``low`` and ``high`` numbers or terms; where low > high it is high.  Returns a term of their
    kind.  Raises ``FormulaError`` if neither end is given, for what is no term, and for a class-vector beside a
    quantity of two classes, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.clamp(-z[y], low=-1)).gradient_formula)
    -(branch(1 - z[y], 1, 0)*onehot(y))
    """
    if low is None and high is None:
        raise FormulaError("clamp: got neither low nor high: write clamp(x, low=0), clamp(x, high=1) or clamp(x, 0, 1)")
    # The lower end first, as numpy and torch do: with low > high the result is high.
    above = lift(x) if low is None else maximum(x, low)
    return above if high is None else minimum(above, high)


@public
def branch(u: object, positive: object, otherwise: object) -> Term:
    """``positive`` where u > 0 and ``otherwise`` elsewhere, on every entry: a function that is given by cases.

    Parameters: ``u``, ``positive`` and ``otherwise`` numbers or terms.  Returns a term of their kind.  Derivatives are
    those of the two cases, and u = 0 is looked at as a kink.  Raises ``FormulaError`` for what is no term, and for a
    class-vector beside a quantity of two classes, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.branch(z[y], -z[y], -2*z[y])).gradient_formula)
    -((branch(z[y], 1, 0) + 2*branch(z[y], 0, 1))*onehot(y))
    """
    return entrywise("branch", u, positive, otherwise)


@public
def detach(x: object) -> Term:
    """x as a constant, on every entry: its value is kept and its derivatives are dropped, as autograd does.

    Parameters: ``x`` a number or a term of any kind.  Returns a term of that kind.  Raises ``FormulaError`` for what is
    no term, ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: -sc.detach(sc.softmax(z)[y])*z[y]).gradient_formula)
    -(detach(softmax(z)[y])*onehot(y))
    """
    return entrywise("detach", x)


@public
def total(v: object, *, but: object = None) -> Scalar:
    """sum_i v_i, over the classes.

    Parameters: ``v`` a class-vector; ``but`` the label y, which is then left out, or None.  Returns a scalar.  Raises
    ``FormulaError`` for what is none.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.total(z, but=y) - z[y]).gradient_formula)
    1 - 2*onehot(y)
    """
    return _over("total", v, but)


@public
def mean(v: object, *, but: object = None) -> Scalar:
    """(1/C) sum_i v_i, over the classes; without the label it is divided by C - 1.

    Parameters: ``v`` a class-vector; ``but`` the label y, which is then left out, or None.  Returns a scalar.  Raises
    ``FormulaError`` for what is none.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.mean(z) - z[y]).gradient_formula)
    1/C - onehot(y)
    """
    return _over("mean", v, but)


@public
def norm(v: object) -> Term:
    """(sum_i v_i^2)^(1/2), over the classes; not differentiable where all the v_i are 0, and its square is.

    Parameters: ``v`` a class-vector.  Returns a scalar.  Raises ``FormulaError`` for what is none.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z: sc.norm(z)**2/2).gradient_formula)
    z
    """
    return sqrt(total(class_vector("norm", v) ** 2))


@public
def logsumexp(v: object, *, but: object = None) -> Scalar:
    """log sum_i exp(v_i), over the classes.

    Parameters: ``v`` a class-vector; ``but`` the label y, which is then left out, or None.  Returns a scalar.  Raises
    ``FormulaError`` for what is none.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.logsumexp(z) - z[y]).gradient_formula)
    softmax(z) - onehot(y)
    """
    return _over("logsumexp", v, but)


@public
def product(v: object, *, but: object = None) -> Scalar:
    """The product of the v_i over the classes.

    Parameters: ``v`` a class-vector; ``but`` the label y, which is then left out, or None.  Returns a scalar.  Raises
    ``FormulaError`` for what is none.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z: sc.product(1 + z**2)).gradient_formula)
    2*product(1 + z**2)*z/(1 + z**2)
    """
    return _over("product", v, but)


@public
def amax(v: object, *, but: object = None) -> Scalar:
    """max_i v_i, over the classes; not differentiable where it ties.

    Parameters: ``v`` a class-vector; ``but`` the label y, which is then left out, or None.  Returns a scalar.  Raises
    ``FormulaError`` for what is none.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.amax(z, but=y) - z[y]).gradient_formula)
    branch(amax(z, but=y) - z, 0, 1)*(1 - onehot(y)) - onehot(y)
    """
    return _over("amax", v, but)


@public
def amin(v: object, *, but: object = None) -> Scalar:
    """min_i v_i, over the classes; not differentiable where it ties.

    Parameters: ``v`` a class-vector; ``but`` the label y, which is then left out, or None.  Returns a scalar.  Raises
    ``FormulaError`` for what is none.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.amin(z) - z[y]).gradient_formula)
    onehot_argmax(-z) - onehot(y)
    """
    return _over("amin", v, but)


def _over(op: str, v: object, but: object) -> Scalar:
    if but is not None and not isinstance(but, Label):
        what = f"{op}: but leaves out the label and got {shown(but, 80)}"
        said = f"{what}: write {op}(v, but=y)"
        raise misuse(said, said, f"{what}: {WITHOUT_LABEL}")
    return across(op, v, but_label=but is not None)


@public
def first(v: object) -> Pairs:
    """v_i, as a quantity of two classes i and j: the entry at the first of them.

    Parameters: ``v`` a class-vector.  Returns a quantity of two classes, which ``pair_total`` sums.  Raises
    ``FormulaError`` for what is no class-vector.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z: sc.pair_total(sc.first(z)**2)/2).gradient_formula)
    C*z
    """
    return of_pair("first", v)


@public
def second(v: object) -> Pairs:
    """v_j, as a quantity of two classes i and j: the entry at the second of them.

    Parameters: ``v`` a class-vector.  Returns a quantity of two classes, which ``pair_total`` sums.  Raises
    ``FormulaError`` for what is no class-vector.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z: sc.pair_total(sc.second(z)**2)/2).gradient_formula)
    C*z
    """
    return of_pair("second", v)


@public
def pair_total(pairs: object) -> Scalar:
    """sum_ij p_ij, over all ordered pairs of classes, i = j included.

    Parameters: ``pairs`` p, a quantity of two classes, made with ``first`` and ``second``.  Returns a scalar.  Raises
    ``FormulaError`` for what is none.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z: sc.pair_total((sc.first(z) - sc.second(z))**2)).gradient_formula)
    4*(C*z - total(z))
    """
    return over_pairs("pair_total", pairs)


@public
def softmax(v: object) -> Vec:
    """p_i = exp(v_i)/sum_k exp(v_k), the classes' shares.

    Parameters: ``v`` a class-vector.  Returns one: its entries are > 0 and add up to 1.  Raises ``FormulaError`` for
    what is no class-vector.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: -sc.softmax(z)[y]).gradient_formula)
    softmax(z)[y]*(softmax(z) - onehot(y))
    """
    return mixing("softmax", v)


@public
def log_softmax(v: object) -> Vec:
    """log p_i = v_i - log sum_k exp(v_k).

    Parameters: ``v`` a class-vector.  Returns one.  Raises ``FormulaError`` for what is no class-vector.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: -sc.log_softmax(z)[y]).gradient_formula)
    softmax(z) - onehot(y)
    """
    return mixing("log_softmax", v)


@public
def onehot_argmax(v: object) -> Vec:
    """1 at the class with the largest v_i, 0 elsewhere; constant where there is only one, a jump where it ties.

    Parameters: ``v`` a class-vector.  Returns one.  Raises ``FormulaError`` for what is no class-vector.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.total(sc.onehot_argmax(z)*z) - z[y]).gradient_formula)
    onehot_argmax(z) - onehot(y)
    """
    return mixing("onehot_argmax", v)


@public
def entmax(v: object, alpha: object) -> Vec:
    """The alpha-entmax of v: ``s_k = [(alpha - 1) v_k - tau]_+^(1/(alpha - 1))``, tau so that sum_k s_k = 1.

    softmax for alpha = 1, for which it is the limit, sparsemax for alpha = 2; with alpha = 2 - t the tempered softmax
    exp_t(v_k - lambda).

    Parameters: ``v`` a class-vector; ``alpha`` any real constant: a number or an expression of Parameters and C.
    Returns a class-vector: its entries are >= 0 and add up to 1.  Raises ``FormulaError`` for what is no class-vector,
    or an alpha in which z or the label occurs, and ``NumberError`` for a rounded float.

    >>> import symcheck as sc
    >>> sc.certify(lambda z, y: -sc.entmax(z, 2)[y], "l2").kappa
    1

    Source: Peters, Niculae, Martins 2019; Amid et al. 2019.
    """
    return mixing("entmax", v, constant("entmax", "alpha", alpha))


@public
def onehot(y: object) -> Vec:
    """The vector e_y: 1 at the label, 0 elsewhere.

    Parameters: ``y`` the label.  Returns a class-vector.  Raises ``FormulaError`` for what is not the label.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: sc.total((z - sc.onehot(y))**2)/2).gradient_formula)
    z - onehot(y)
    """
    if not isinstance(y, Label):
        raise misuse(
            f"onehot takes the label and got {shown(y, 80)}: write onehot(y) with the y of the formula",
            f"the formula hands its argument to onehot, which is over classes: {instead('onehot')}",
            f"onehot takes the label and got {shown(y, 80)}: {WITHOUT_LABEL}",
        )
    return Vec("onehot")


@public
def centred_onehot(y: object) -> Vec:
    """The vector o_y = e_y - 1/C: the paper's onehot*(y), orthogonal to (1, ..., 1).

    Parameters: ``y`` the label.  Returns a class-vector.  Raises ``FormulaError`` for what is not the label.

    >>> import symcheck as sc
    >>> print(sc.derivatives(lambda z, y: -sc.total(sc.centred_onehot(y)*z)).gradient_formula)
    1/C - onehot(y)

    Source: Shoham, Avidor and Israel 2021; docs/theory.md, section 1.
    """
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
