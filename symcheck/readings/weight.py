"""How a formula changes, for all z, under a shift z + t(1, ..., 1) and under a scaling t z with t > 0.

Both are folds that carry one weight through the operators.  A weight that comes out is a proof for every
z; none that comes out says nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction

from symcheck.budget import look
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.node import Node
from symcheck.language.operators import JOINED, OTHERS
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray


@dataclass(frozen=True, slots=True)
class Weighted:
    """A quantity v with v -> v + ``added`` t, or v -> v exp(``factor`` t), or v -> v t^``factor``.

    None where there is no such law.  ``constant`` is its value if it is a number of the scope.  Of a class-vector
    ``mass`` is the sum of its entries if that is the same for all z, and ``gained`` what the sum gains where its
    entries have no law; of a quantity of two classes it is the sum over one of them, on average over the other.
    """

    added: Element | None
    factor: Element | None
    constant: Element | None = None
    vector: bool = False
    mass: Element | None = None
    gained: Element | None = None


class _WeightReading(Reading[Weighted]):
    """What the shift and the scaling have in common: products, quotients, constants and sums over classes."""

    takes_rounded = True

    def __init__(self, field: Field) -> None:
        self.field = field
        self.zero = field.number(0)

    def number(self, value: Fraction) -> Weighted:
        return self._constant(self.field.number(value))

    def parameter(self, name: str) -> Weighted:
        return self._constant(self.field.parameter(name))

    def classes(self) -> Weighted:
        return self._constant(self.field.C)

    def onehot(self) -> Weighted:
        return Weighted(self.zero, self.zero, vector=True, mass=self.field.number(1))

    def filled(self, a: Weighted) -> Weighted:
        return Weighted(a.added, a.factor, a.constant, vector=True)

    def class_parameter(self, array: VectorArray) -> Weighted:
        mass = None if array.total is None else self.field.number(array.total)
        return Weighted(self.zero, self.zero, vector=True, mass=mass)

    def apply(self, array: MatrixArray, v: Weighted, *, transposed: bool) -> Weighted:
        """A v gains t times the sum of each row, which has to be the same number for all rows."""
        added = None
        line = array.line_sum(transposed=transposed)
        if v.added is not None:
            added = self.zero if v.added.is_zero else None if line is None else v.added * self.field.number(line)
        return self._known(added, v.factor, None, True)

    def _constant(self, value: Element) -> Weighted:
        return Weighted(self.zero, self.zero, value)

    def add(self, a: Weighted, b: Weighted) -> Weighted:
        added = None if a.added is None or b.added is None else a.added + b.added
        # Homogeneous of one degree: t^k u + t^k v. Of different degrees a sum has none.
        same = a.factor is not None and b.factor is not None and (a.factor - b.factor).is_zero
        constant = None if a.constant is None or b.constant is None else a.constant + b.constant
        found = self._known(added, a.factor if same else None, constant, a.vector or b.vector)
        masses, gains = [self._mass(x) for x in (a, b)], [self._gained(x) for x in (a, b)]
        return replace(found, mass=_sum(*masses), gained=_sum(*gains))

    def mul(self, a: Weighted, b: Weighted) -> Weighted:
        factor = None if a.factor is None or b.factor is None else a.factor + b.factor
        added = None
        for one, other in ((a, b), (b, a)):
            if one.constant is not None and other.added is not None:
                added = one.constant * other.added
        constant = None if a.constant is None or b.constant is None else a.constant * b.constant
        # 0 times anything is the constant 0, and follows every law.
        if constant is None and any(c is not None and c.is_zero for c in (a.constant, b.constant)):
            return replace(self._constant(self.zero), vector=a.vector or b.vector)
        found = self._known(added, factor, constant, a.vector or b.vector)
        for one, other in ((a, b), (b, a)):
            if one.constant is not None:
                return self._times(found, other, one.constant)
            # sum_i s_i (v_i + w t) gains w t times the sum of the s_i, which stay.
            mass = self._mass(one)
            if mass is not None and other.added is not None and one.added is not None and one.added.is_zero:
                found = replace(found, gained=mass * other.added)
        return found

    def div(self, a: Weighted, b: Weighted) -> Weighted:
        factor = None if a.factor is None or b.factor is None else a.factor - b.factor
        added = None if b.constant is None or a.added is None else a.added / b.constant
        constant = None if a.constant is None or b.constant is None else a.constant / b.constant
        found = self._known(added, factor, constant, a.vector or b.vector)
        return found if b.constant is None else self._times(found, a, self.field.number(1) / b.constant)

    def pow(self, a: Weighted, b: Weighted) -> Weighted:
        factor = None if a.factor is None or b.constant is None else a.factor * b.constant
        return self._known(None, factor, None, a.vector or b.vector, fixed=self._unchanged(a) and self._unchanged(b))

    def entrywise(self, op: str, *args: Weighted) -> Weighted:  # noqa: ARG002
        (a,) = args
        return self._known(None, None, None, a.vector, fixed=self._unchanged(a))

    def abs(self, a: Weighted) -> Weighted:
        return self._known(None, a.factor, None, a.vector, fixed=self._unchanged(a))

    relu = abs

    def detach(self, a: Weighted) -> Weighted:
        """A law of the values is one of the gradient only where they do not change."""
        return self._known(None, None, a.constant, a.vector, fixed=self._unchanged(a))

    def branch(self, u: Weighted, positive: Weighted, otherwise: Weighted) -> Weighted:
        """A factor does not change the sign of u, so the branch stays the same; both have to change in one way."""
        vector = u.vector or positive.vector or otherwise.vector
        a, b = positive, otherwise
        # Where u gains a sum its sign may change, and with it the branch.
        if u.factor is None:
            return self._known(None, None, None, vector)
        added = a.added if a.added is not None and b.added is not None and (a.added - b.added).is_zero else None
        factor = a.factor if a.factor is not None and b.factor is not None and (a.factor - b.factor).is_zero else None
        return self._known(added, factor, None, vector)

    def amax(self, v: Weighted) -> Weighted:
        return Weighted(v.added, v.factor, v.constant)

    amax_others = take = amax

    def onehot_argmax(self, v: Weighted) -> Weighted:
        """The order of the entries stays when all of them gain the same, or the same positive factor."""
        return self._known(None, None, None, True, fixed=v.added is not None or v.factor is not None)

    def entmax(self, v: Weighted, alpha: Weighted) -> Weighted:  # noqa: ARG002
        """tau takes up what all the entries gain alike."""
        found = self._known(None, None, None, True, fixed=v.added is not None or self._unchanged(v))
        return replace(found, mass=self.field.number(1))

    def softmax(self, v: Weighted) -> Weighted:
        return replace(super().softmax(v), mass=self.field.number(1))

    def first(self, v: Weighted) -> Weighted:
        return v

    second = first

    def pair_total(self, pairs: Weighted) -> Weighted:
        return self.total(self.total(pairs))

    def product(self, v: Weighted) -> Weighted:
        return self._known(None, None if v.factor is None else v.factor * self.field.C, None, False)

    def product_others(self, v: Weighted) -> Weighted:
        others = self.field.C - self.field.number(1)
        return self._known(None, None if v.factor is None else v.factor * others, None, False)

    def total(self, v: Weighted) -> Weighted:
        # Each of the C entries gains it.
        return self._known(self._gained(v), v.factor, None, False)

    def _mass(self, a: Weighted) -> Element | None:
        """The sum of the entries; a scalar stands in all of them."""
        return a.mass if a.vector or a.constant is None else a.constant * self.field.C

    def _gained(self, a: Weighted) -> Element | None:
        """What the sum of the entries gains."""
        return a.gained if a.added is None else a.added * self.field.C

    def _times(self, found: Weighted, a: Weighted, c: Element) -> Weighted:
        """``found``, which is c times ``a``, with what is known of the sum of its entries."""
        mass, gained = self._mass(a), a.gained
        return replace(found, mass=None if mass is None else mass * c, gained=None if gained is None else gained * c)

    def _unchanged(self, a: Weighted) -> bool:
        return any(w is not None and w.is_zero for w in (a.added, a.factor))

    def _known(
        self,
        added: Element | None,
        factor: Element | None,
        constant: Element | None,
        vector: bool,
        *,
        fixed: bool = False,
    ) -> Weighted:
        """A quantity that does not change has both weights 0."""
        # Unchanged is unchanged: gaining 0 t and a factor exp(0 t) are the same, so one law gives the other.
        if fixed or (added is not None and added.is_zero) or (factor is not None and factor.is_zero):
            added = factor = self.zero
        return Weighted(added, factor, constant, vector)


class ShiftReading(_WeightReading):
    """z -> z + t (1, ..., 1): z itself gains t, exp turns a sum into a factor, log a factor into a sum."""

    def logits(self) -> Weighted:
        return Weighted(self.field.number(1), None, vector=True)

    def exp(self, a: Weighted) -> Weighted:
        return self._known(None, a.added, None, a.vector)

    def log(self, a: Weighted) -> Weighted:
        return self._known(a.factor, None, None, a.vector)


class ScalingReading(_WeightReading):
    """z -> t z, t > 0: z itself gains the factor t; ``factor`` is a degree of homogeneity."""

    def logits(self) -> Weighted:
        return Weighted(None, self.field.number(1), vector=True)


def _sum(a: Element | None, b: Element | None) -> Element | None:
    return None if a is None or b is None else a + b


def shift_weight(formula: Formula, field: Field) -> Element | None:
    """The w of l(z + t1, y) = l(z, y) + w t for all z, t and y, or None if no such law came out."""
    return ShiftReading(field).read(formula).added


def degree(formula: Formula, field: Field) -> Element | None:
    """The k of g(tz) = t^k g(z) for all z and t > 0, or None if no such law came out."""
    return ScalingReading(field).read(formula).factor


def polynomial_degree(formula: Formula) -> int | None:
    """A bound on the degree of ``formula`` as a polynomial in z, or None if its form is not that of one."""
    return polynomial_degrees(formula)[-1]


def polynomial_degrees(formula: Formula) -> list[int | None]:
    """The same for the subexpression at each place."""
    degrees: list[int | None] = []
    for node in formula.nodes:
        look()
        degrees.append(_degree_of(formula, node, [degrees[a] for a in node.args]))
    return degrees


def degrees_at(formula: Formula, places: Collection[int], field: Field) -> list[Element | None]:
    """The k of g(tz) = t^k g(z) of the subexpressions g at ``places``, None where no such law came out."""
    if not places:
        return []
    values = ScalingReading(field).read_all(formula.up_to(max(places)))
    return [values[place].factor for place in places]


_LINEAR = frozenset(
    {"add", "sub", "neg", "total", "mean", "total_others", "mean_others", "take", "apply", "apply_transposed", "filled",
     "first", "second", "pair_total"}
)  # fmt: skip


def _degree_of(formula: Formula, node: Node, args: list[int | None]) -> int | None:
    if node.op == "logits":
        return 1
    if not args:
        return 0
    known = [a for a in args if a is not None]
    if len(known) < len(args):
        return None
    if all(a == 0 for a in known):
        return 0
    if node.op in _LINEAR:
        return max(known)
    if node.op == "mul":
        return sum(known)
    if node.op == "div" and known[1] == 0:
        return known[0]
    if node.op == "pow":
        exponent = formula.nodes[node.args[1]].number
        if exponent is not None and exponent.denominator == 1 and exponent >= 0:
            return known[0] * int(exponent)
    return None


CONTINUOUS = frozenset(
    {"add", "sub", "neg", "mul", "abs", "relu", "exp", "softplus", "sigmoid", "tanh", "cosh", "total", "mean",
     "logsumexp", "softmax", "log_softmax", "entmax", "take", "maximum", "minimum", "amax", "amin", "product",
     "log_sigmoid", "sin", "cos", "arctan", "erf",
     "apply", "apply_transposed", "filled", "first", "second", "pair_total", *OTHERS.values()}
)  # fmt: skip
"""Operators that are continuous wherever their arguments are finite."""


def is_continuous(formula: Formula) -> bool:
    """Whether the form shows that ``formula`` is continuous in z on the whole space."""
    varies: list[bool] = []
    for node in formula.nodes:
        moves = node.op == "logits" or any(varies[a] for a in node.args)
        if moves and node.args and node.op not in CONTINUOUS and not _is_power(formula, node, varies):
            return False
        varies.append(moves)
    return True


def _is_power(formula: Formula, node: Node, varies: list[bool]) -> bool:
    """A positive constant power of |x|, a whole power, or a quotient by a constant."""
    if node.op == "div":
        return not varies[node.args[1]]
    if node.op not in ("pow", "sqrt", *JOINED):
        return False
    base = formula.nodes[node.args[0]].op
    exponent = Fraction(1, 2) if node.op == "sqrt" else formula.nodes[node.args[1]].number
    # A negative power is unbounded near 0.
    if exponent is None or exponent <= 0:
        return False
    # A real power of what may be negative has no value there.
    return exponent.denominator == 1 or base in ("abs", "relu") or node.op in JOINED
