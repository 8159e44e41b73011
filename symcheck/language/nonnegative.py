"""Terms that are plainly >= 0 wherever they have a value, and terms that are plainly numbers."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from symcheck.language.parameter import Parameter
from symcheck.language.term import Term

FEWEST: Final = 2
"""A classification problem has at least two classes."""

LARGEST: Final = 64
"""A number is not raised to a higher power here."""

_ALWAYS: Final = frozenset({
    "classes", "onehot", "onehot_argmax", "entmax", "exp", "sqrt", "abs", "abs_power", "nonnegative_power", "relu",
    "softplus", "sigmoid", "cosh", "arccos", "softmax",
})  # fmt: skip
_POSITIVE: Final = frozenset({"classes", "exp", "softplus", "sigmoid", "cosh", "softmax"})
_IF_ALL: Final = frozenset({
    "arctan", "erf",
    "add", "mul", "div", "total", "mean", "amax", "amin", "product", "take", "detach", "tanh", "minimum", "filled",
    "total_others", "mean_others", "amax_others", "amin_others", "product_others", "first", "second", "pair_total",
})  # fmt: skip
_ARITHMETIC: Final[dict[str, Callable[..., Fraction | None]]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "neg": operator.neg,
    "div": lambda a, b: a / b if b else None,
    "pow": lambda a, b: a**b.numerator if a and b.denominator == 1 and abs(b) <= LARGEST else None,
}  # fmt: skip


class Nonnegative:
    """What is plain of the terms of one formula; ``classes`` is C where it is known.  Each term is looked at once."""

    def __init__(self, classes: int | None) -> None:
        self._classes = classes
        # By identity, as terms refuse ==; the term is kept beside the answer, so that its id is not used again.
        self._signs: dict[int, tuple[Term, bool]] = {}
        self._numbers: dict[int, tuple[Term, Fraction | None]] = {}

    def number(self, term: Term) -> Fraction | None:
        """The number that ``term`` is, if it is made of numbers, and of C where that is one."""
        known = self._numbers.get(id(term))
        if known is None or known[0] is not term:
            known = self._numbers[id(term)] = term, self._number(term)
        return known[1]

    def _number(self, term: Term) -> Fraction | None:
        if term.op == "number":
            assert isinstance(term.data, Fraction)
            return term.data
        if term.op == "classes":
            return None if self._classes is None else Fraction(self._classes)
        rule = _ARITHMETIC.get(term.op)
        if rule is None:
            return None
        values = [self.number(a) for a in term.args]
        return None if None in values else rule(*values)

    def holds(self, term: Term) -> bool:
        """Whether ``term`` is >= 0 at every z for every C and parameter value at which it has a value."""
        known = self._signs.get(id(term))
        if known is None or known[0] is not term:
            known = self._signs[id(term)] = term, self._holds(term)
        return known[1]

    def _holds(self, term: Term) -> bool:
        value = self.number(term)
        if value is not None:
            return value >= 0
        op, args = term.op, term.args
        # Equal subterms of a formula are one term, so that x*x is seen by identity.
        if op in _ALWAYS or (op == "mul" and args[0] is args[1]):
            return True
        if isinstance(term, Parameter):
            return term.interval.low is not None and term.interval.low >= 0
        if op == "pow":
            exponent = self.number(args[1])
            whole = exponent is not None and exponent.denominator == 1
            # a power that is no whole number has a value for a base >= 0 only
            return self.holds(args[0]) or (exponent is not None and (not whole or exponent % 2 == 0))
        if op == "sub":  # C - 1, C - 2
            least = self.number(args[1])
            return args[0].op == "classes" and least is not None and least <= FEWEST
        if op == "neg":  # a logarithm of what is below 1
            return args[0].op == "log_sigmoid"
        if op == "maximum":
            return any(map(self.holds, args))
        return (op in _IF_ALL and all(map(self.holds, args))) or (op == "branch" and all(map(self.holds, args[1:])))


def is_positive(term: Term) -> bool:
    """Whether ``term`` is plainly > 0 wherever it has a value: exp, softmax and the like, and one entry of these."""
    while term.op in ("take", "total", "mean", "amax", "amin", "detach", "sqrt"):
        (term,) = term.args
    return term.op in _POSITIVE
