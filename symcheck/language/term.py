"""Terms: what a formula's code leaves behind when it runs once, on symbols.

A term is an operator of the vocabulary applied to terms.  It is a ``Scalar`` or a ``Vec`` (one entry
for each class); arithmetic between the two acts on every entry.  Code that would only make sense for
one number of classes (``z[0]``, ``len(z)``, a loop, a branch, numpy) is refused where it happens.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import isfinite
from numbers import Rational
from typing import Never, cast

from symcheck.budget import MOST_BITS, look
from symcheck.errors import FormulaError, NumberError, ParameterError, shortened
from symcheck.language.exact import exact
from symcheck.language.misuse import WITHOUT_LABEL, instead, misuse
from symcheck.language.operators import OTHERS
from symcheck.language.tape import tape_of
from symcheck.language.writing import text

_BRANCH = "use branch(u, positive, otherwise), relu or another function of the vocabulary"


class Term:
    """An operator applied to terms; ``data`` is the number, the symbol of a parameter or the array that it carries.

    >>> import symcheck as sc
    >>> sc.Parameter("a") + sc.Parameter("b") ** 2
    a + b**2
    """

    __slots__ = ("args", "data", "op")
    __array_ufunc__ = None  # numpy then leaves arithmetic to us, and we refuse it
    _op_priority = 1000.0  # SymPy then leaves arithmetic to us, so that Rational(1, 3)*z is as good as z*Rational(1, 3)
    __hash__ = object.__hash__

    op: str
    args: tuple[Term, ...]
    data: object

    def __init__(self, op: str, *args: Term, data: object = None) -> None:
        self.op, self.args, self.data = op, args, data

    def __add__(self, other: object) -> Term:
        return entrywise("add", self, other)

    def __radd__(self, other: object) -> Term:
        return entrywise("add", other, self)

    def __sub__(self, other: object) -> Term:
        return entrywise("sub", self, other)

    def __rsub__(self, other: object) -> Term:
        return entrywise("sub", other, self)

    def __mul__(self, other: object) -> Term:
        return entrywise("mul", self, other)

    def __rmul__(self, other: object) -> Term:
        return entrywise("mul", other, self)

    def __truediv__(self, other: object) -> Term:
        return entrywise("div", self, other)

    def __rtruediv__(self, other: object) -> Term:
        return entrywise("div", other, self)

    def __pow__(self, other: object) -> Term:
        return entrywise("pow", self, other)

    def __rpow__(self, other: object) -> Term:
        try:
            return entrywise("pow", other, self)
        except NumberError as error:
            if not isinstance(other, float) or not isfinite(other):
                raise
            near = Fraction(other).limit_denominator(1000)
            raise NumberError(
                f"{error}; Python makes a float of the Fraction in Fraction({near.numerator}, {near.denominator})**x, "
                f"so write a power of a Fraction as exp(x*log(Fraction({near.numerator}, {near.denominator})))"
            ) from None

    def __neg__(self) -> Term:
        return entrywise("neg", self)

    def __pos__(self) -> Term:
        return self

    def __abs__(self) -> Term:
        return entrywise("abs", self)

    def _refuse(self, what: str, advice: str, of_pair: str = "", of_regularizer: str = "") -> Never:
        whole = (f"the formula {what}: {said}" for said in (advice, of_pair or advice, of_regularizer or advice))
        raise misuse(*whole)

    def _compare(self, _other: object) -> bool:
        self._refuse(
            "compares a symbol with ==, != or <",
            f"it runs once for every z and C at the same time, so it cannot branch on a value; {_BRANCH}",
            f"it runs once for all pairs, so it cannot branch on a value; {_BRANCH}",
        )

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _compare

    def __bool__(self) -> bool:
        self._refuse(
            "branches on a symbol (if, and, or, not, while)",
            f"it runs once for every z and C at the same time; {_BRANCH}",
            f"it runs once for all pairs; {_BRANCH}",
        )

    def __float__(self) -> float:
        self._refuse(
            "turns a symbol into a float (math.exp, numpy or float() do this)",
            "use the functions of symcheck, such as symcheck.exp",
        )

    def __array__(self, *_: object, **__: object) -> Never:
        advice = "use the functions of symcheck, such as symcheck.exp"
        self._refuse("hands a symbol to numpy", f"{advice}(z)", f"{advice}(h)")

    def __int__(self) -> int:
        advice = "every number of classes is treated at the same time"
        self._refuse("turns a symbol into an int", advice, "it is read once for all pairs")

    __index__ = __int__

    def __repr__(self) -> str:
        try:
            nodes, _ = tape_of(self)
        except ParameterError:  # two parameters of one name: not a formula, but it can be shown
            return f"{self.op}(...)"
        return text(nodes, len(nodes) - 1)


class Scalar(Term):
    """A term with one value: a number, a parameter, C, z[y], a sum over the classes.

    >>> import symcheck as sc
    >>> print(sc.certify(lambda z, y: sc.logsumexp(z) - z[y], "l2").kappa)
    1
    """

    __slots__ = ()

    def __iter__(self) -> Iterator[Never]:
        self._refuse("iterates over a scalar", "a scalar has no entries")

    def __getitem__(self, key: object) -> Never:
        self._refuse(
            f"indexes a scalar with [{key!r}]",
            "only a class-vector has entries, and only z[y] has a meaning",
            "a score is one number and has no entries; write h, chosen and rejected without an index",
        )


class Vec(Term):
    """A class-vector: one entry for each of the C classes, C any number.

    >>> import symcheck as sc
    >>> sc.certify(lambda z, y: sc.softplus(sc.total(z, but=y)/(z.C - 1) - z[y]), "l2").kappa
    C/(2*(C - 1))
    """

    __slots__ = ()

    @property
    def C(self) -> Scalar:
        """The number of classes, a positive integer symbol."""
        return Scalar("classes")

    def __getitem__(self, key: object) -> Scalar:
        if isinstance(key, Label):
            return Scalar("take", self)
        shown = "a slice" if isinstance(key, slice) else f"[{key!r}]"
        self._refuse(
            f"indexes a class-vector with {shown}",
            "a formula has to treat every C alike, so only the label is an index: z[y]; "
            "sum over classes with total(z), and leave out the label with total(z, but=y)",
            of_regularizer=WITHOUT_LABEL,
        )

    def __len__(self) -> int:
        self._refuse("takes len(z)", "the number of classes is a symbol: write z.C")

    def __iter__(self) -> Iterator[Never]:
        self._refuse(
            "loops over a class-vector (for, sum, max, min or unpacking)",
            "it has no fixed number of entries: write total(z), amax(z), logsumexp(z) or the like",
        )


class Pairs(Term):
    """A quantity of two classes: one entry for each ordered pair (i, j) of them, i = j included.

    >>> import symcheck as sc
    >>> print(sc.certify("mae", lambda z: sc.pair_total((sc.first(z) - sc.second(z))**2)).verdict)
    PROVED
    """

    __slots__ = ()

    def __getitem__(self, key: object) -> Never:
        self._refuse(f"indexes a quantity of two classes with [{key!r}]", "sum over all pairs with pair_total(...)")

    def __len__(self) -> int:
        self._refuse("takes the len of a quantity of two classes", "the number of classes is a symbol: write z.C")

    def __iter__(self) -> Iterator[Never]:
        self._refuse("loops over pairs of classes", "sum over all of them with pair_total(...)")


class Label:
    """The label y: the index in ``z[y]`` and the argument of ``onehot(y)``, and nothing else."""

    __slots__ = ()
    __array_ufunc__ = None
    __hash__ = object.__hash__

    def _refuse(self, *_: object) -> Never:
        raise FormulaError(
            "the formula computes with the label y: a label is a name and not a number; "
            "use it as the index in z[y] or as the argument of onehot(y)"
        )

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = _refuse
    __neg__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __int__ = __index__ = _refuse
    __float__ = __len__ = __iter__ = __getitem__ = __array__ = _refuse

    def __repr__(self) -> str:
        return "y"


def lift(value: object) -> Term:
    """``value`` as a term: a term is itself, a number becomes an exact constant."""
    if isinstance(value, Term):
        return value
    if isinstance(value, Label):
        value._refuse()
    if isinstance(value, Fraction) or type(value) is int:  # of any length
        return Scalar("number", data=Fraction(value))
    if isinstance(value, (int, float, Rational)):
        return Scalar("number", data=exact(value, "a number in the formula"))
    what = f"the formula computes with {_shown(value)}, which is not part of the language: use"
    rest = "numbers, Parameters and the functions of symcheck"
    raise misuse(f"{what} z, the label, {rest}", f"{what} the scores, {rest}")


_RATIONAL: dict[str, Callable[..., Fraction | None]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "neg": operator.neg,
    "div": lambda a, b: a / b if b else None,
}  # fmt: skip
"""Arithmetic of numbers, done at once, so that 1/2 written as a quotient is the number 1/2."""


def entrywise(op: str, *values: object) -> Term:
    """The term ``op(values)`` acting on every entry; a ``Vec``, or a ``Pairs``, if one of the values is."""
    look()
    args = tuple(lift(v) for v in values)
    if op in _RATIONAL and all(a.op == "number" for a in args):
        # Looked at before: a product of long numbers cannot be interrupted once it is begun.
        _allow([cast(Fraction, a.data) for a in args])
        folded = _RATIONAL[op](*(cast(Fraction, a.data) for a in args))
        # 1/0 stays a term: the readings refuse it where it is reached, and name the place.
        if folded is not None:
            return Scalar("number", data=folded)
    return _kind_of(args)(op, *args)


def _allow(numbers: list[Fraction]) -> None:
    """Raise ``NumberError`` before a number is made that nobody could write down."""
    bits = sum(max(x.numerator.bit_length(), x.denominator.bit_length()) for x in numbers)
    if bits > MOST_BITS:
        raise NumberError(
            f"the formula computes a number of about {bits * 30103 // 100000} digits: write it as a power, "
            "with a Parameter or a logarithm in the place of the number"
        )


def _kind_of(args: tuple[Term, ...]) -> type[Term]:
    """What an entrywise operator of ``args`` gives; refuses a class-vector beside a quantity of two classes."""
    vectors = [a for a in args if isinstance(a, Vec)]
    if not any(isinstance(a, Pairs) for a in args):
        return Vec if vectors else Scalar
    if vectors:
        shown = _shown(vectors[0])
        raise FormulaError(
            f"the formula puts the class-vector {shown} beside a quantity of two classes: "
            f"write first({shown}) or second({shown}), its entry at the first or the second class"
        )
    return Pairs


def class_vector(op: str, value: object) -> Vec:
    """``value``, which the operator ``op`` takes only if it is a class-vector."""
    return _vector(op, value)


def across(op: str, vector: object, *, but_label: bool = False) -> Scalar:
    """The scalar ``op(vector)``, symmetric in the classes; with ``but_label`` over all of them but the label."""
    return Scalar(OTHERS[op] if but_label else op, _vector(op, vector))


def mixing(op: str, vector: object, *constants: Term) -> Vec:
    """The class-vector ``op(vector, *constants)`` whose entries depend on all the entries of ``vector``."""
    return Vec(op, _vector(op, vector), *constants)


def is_constant(term: Term) -> bool:
    """Whether ``term`` is one number in which neither z nor the label nor an array occurs."""
    nodes, _ = tape_of(term)
    return isinstance(term, Scalar) and not any(n.op in ("logits", "onehot") or n.array is not None for n in nodes)


def constant(op: str, name: str, value: object) -> Term:
    """``value`` as a constant term: the argument ``name`` of ``op``."""
    term = lift(value)
    if is_constant(term):
        return term
    raise FormulaError(
        f"{op} takes a constant for {name} and got {_shown(term)}: pass a number, a Parameter or an expression of "
        "these and C"
    )


def of_pair(op: str, vector: object) -> Pairs:
    """The entry of ``vector`` at one of two classes."""
    return Pairs(op, _vector(op, vector))


def over_pairs(op: str, pairs: object) -> Scalar:
    """The scalar ``op(pairs)``, symmetric in the pairs of classes."""
    if isinstance(pairs, Pairs):
        return Scalar(op, pairs)
    raise misuse(
        f"{op} takes a quantity of two classes and got {_shown(pairs)}: pass (first(z) - second(z))**2 or the like",
        f"the formula hands {_plain(pairs)} to {op}, which is over classes: {instead(op)}",
    )


def what_it_is(term: Term) -> str:
    """A class-vector, a quantity of two classes, or one number."""
    if isinstance(term, Vec):
        return "a class-vector"
    return "a quantity of two classes" if isinstance(term, Pairs) else "one number"


def _vector(op: str, value: object) -> Vec:
    if isinstance(value, Vec):
        return value
    if isinstance(value, Pairs):
        raise FormulaError(
            f"{op} takes a class-vector and got {_shown(value)}, a quantity of two classes: sum it with pair_total"
        )
    hint = " (a scalar summed over the classes is z.C times it)" if op == "total" else ""
    shown = _shown(value)
    raise misuse(
        f"{op} takes a class-vector and got {shown}{hint}: pass z, softmax(z), onehot(y) or the like",
        f"the formula hands {_plain(value)} to {op}, which is over classes: {instead(op)}",
    )


def _plain(value: object) -> str:
    """The same for a reader who knows what its parameters are."""
    return shortened(Term.__repr__(value), 60) if isinstance(value, Term) else _shown(value)


def _shown(value: object) -> str:
    kind = type(value)
    if isinstance(value, Term):
        text = repr(value)
        return text if len(text) <= 60 else "a long formula"
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    text = repr(value)
    return f"{text} ({name})" if len(text) <= 40 else f"an object of type {name}"
