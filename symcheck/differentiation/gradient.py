"""Gradients: the chain rule from the value back to z, for every number of classes at once.

Where an operator has a kink the derivative is that away from it, and what is detached is a constant: the result is
then the field that autograd returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from heapq import heappop, heappush

from symcheck.differentiation.algebra import Algebra
from symcheck.differentiation.expanded import ExpandedReading, applied, largest, unknown
from symcheck.differentiation.pairs import row_total, turned
from symcheck.differentiation.sums import ONE, ZERO, Atom, Monomial, Sum, added, less, negative, number, scaled, single

Slopes = Callable[["Rules", Atom], tuple[Sum, ...]]

Part = tuple[Sum, Sum, int]
"""A sum that an operator takes, what its change is weighed with, and the rank of that."""

SHARES = frozenset({"softmax", "softmax_others", "entmax"})
"""Operators s of v with d s = w (d v - <w, d v>/<w, 1>) for a class-vector of weights w."""

_CONSTANT = frozenset({
    "onehot", "others", "parameter", "classes", "class_parameter", "detach", "onehot_argmax", "argmax_others", "same",
    "entries", "entries_turned", "diagonal",
})  # fmt: skip


class Rules:
    """The derivative of each operator by its arguments, and what follows: the product J'a for a class-vector a."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra
        self.reading = ExpandedReading(algebra)
        self._moving: dict[Atom, bool] = {}

    def is_moving(self, atom: Atom) -> bool:
        """Whether it changes with z, and is not detached."""
        known = self._moving.get(atom)
        if known is None:
            inside = any(self.is_moving(a) for s in atom.args for a in s.atoms())
            known = self._moving[atom] = atom.op == "logits" or (atom.op not in _CONSTANT and inside)
        return known

    def pulled(self, value: Sum, weight: Sum, rank: int) -> Sum:
        """The derivative by z of the sum of the entries of ``weight`` times ``value``, ``weight`` being held fixed.

        ``rank`` is that of the entries: 0 for a scalar, 1 for class-vectors, 2 for quantities of two classes.
        """
        found: dict[Atom, Sum] = {}
        waiting: list[tuple[int, Atom]] = []

        def push(s: Sum, a: Sum, at: int) -> None:
            for atom, part in self.by_atoms(s):
                share = self.reduced(self.algebra.times(a, part), at, atom.rank)
                if atom not in found:
                    heappush(waiting, (-atom.serial, atom))
                found[atom] = added(found.get(atom, ZERO), share)

        push(value, weight, rank)
        gradient = ZERO
        while waiting:
            _, atom = heappop(waiting)  # the arguments of an atom were made before it
            if atom.op == "logits":
                gradient = found[atom]
                continue
            for part in self.parts(atom, found[atom]):
                push(*part)
        return gradient

    def by_atoms(self, s: Sum) -> Iterator[tuple[Atom, Sum]]:
        """The moving atoms of ``s``, each with the derivative of ``s`` by it."""
        for monomial, c in s.terms.items():
            for place, (atom, e) in enumerate(monomial):
                if self.is_moving(atom):
                    rest: Monomial = monomial[:place] + monomial[place + 1 :]
                    lowered = self.lowered(atom, less(e, ONE))
                    yield atom, self.algebra.times(scaled(e, c), Sum({rest: Fraction(1)}), lowered)

    def lowered(self, atom: Atom, exponent: Sum) -> Sum:
        """A power of ``atom`` as a factor of a derivative: 0 where a relu or a share is 0 on a whole neighbourhood."""
        is_flat = atom.op == "relu" or (atom.op == "entmax" and not self.algebra.is_positive_atom(atom))
        if not is_flat or exponent.is_zero or self.algebra.is_positive(exponent):
            return self.algebra.power(single(atom), exponent)
        u = atom.args[0] if atom.op == "relu" else single(atom)
        return self.algebra.atom("branch", u, self.algebra.power(u, exponent), ZERO, rank=atom.rank)

    def reduced(self, weight: Sum, rank: int, to: int) -> Sum:
        """The weight of something of rank ``to`` that stands for all entries of a rank."""
        if to < rank == 2:
            assert to == 0
            return self.algebra.total(row_total(self.algebra, weight))
        return self.algebra.total(weight) if to < rank else weight

    def parts(self, atom: Atom, a: Sum) -> Iterator[Part]:
        """What ``atom`` takes, each with its weight, if ``atom`` has the weight ``a``."""
        algebra, op = self.algebra, atom.op
        if op in ENTRYWISE:
            for argument, slope in zip(atom.args, ENTRYWISE[op](self, atom), strict=True):
                if not slope.is_zero:
                    yield argument, algebra.times(a, slope), atom.rank
        elif op in ACROSS:
            yield atom.args[0], algebra.times(a, ACROSS[op](self, atom)), 1
        elif op in SHARES:
            w, mass = self.weights(atom)
            yield atom.args[0], self.shared_out(atom, w, mass, a), 1
        elif op == "log_softmax":
            yield atom.args[0], less(a, algebra.times(self.reading.softmax(atom.args[0]), algebra.total(a))), 1
        elif op in ("apply", "apply_transposed"):
            other = "apply" if op == "apply_transposed" else "apply_transposed"
            yield atom.args[0], applied(algebra, _spelled(other, atom.data), atom.data, a), 1  # type: ignore[arg-type]
        elif op == "first":
            yield atom.args[0], row_total(algebra, a), 1
        elif op == "second":
            yield atom.args[0], row_total(algebra, turned(algebra, a)), 1
        elif op == "row_total":
            yield atom.args[0], algebra.first(a), 2
        elif op == "sum":
            yield atom.args[0], a, atom.rank
        else:
            unknown(op)

    def weights(self, atom: Atom) -> tuple[Sum, Sum]:
        """The weights w of an operator of ``SHARES``, and their sum."""
        share = single(atom)
        if atom.op != "entmax":
            return share, ONE
        # s_k^(alpha - 1) = (alpha - 1) v_k - tau where s_k > 0: d s_k = s_k^(2 - alpha) (d v_k - d tau/(alpha - 1)).
        raised = self.algebra.power(share, less(number(2), atom.args[1]))
        if self.algebra.is_positive_atom(atom):
            return raised, self.algebra.total(raised)
        w = self.algebra.atom("branch", share, raised, ZERO, rank=1)
        return w, self.algebra.total(w)

    def shared_out(self, atom: Atom, w: Sum, mass: Sum, a: Sum) -> Sum:
        """w (a - <w, a>/<w, 1>)."""
        algebra = self.algebra
        # What is the same at every class drops out.
        a = Sum({m: c for m, c in a.terms.items() if any(x.rank for x, _ in m)})
        if atom.op == "entmax":
            a = self._by_arguments(atom, a)
        return less(algebra.times(w, a), algebra.times(w, algebra.over(algebra.total(algebra.times(w, a)), mass)))

    def _by_arguments(self, atom: Atom, a: Sum) -> Sum:
        """``a`` with (alpha - 1) v in the place of s^(alpha - 1), which differs from it by the same at every class."""
        degree = less(atom.args[1], ONE)
        parts = []
        for monomial, c in a.terms.items():
            vectors = [p for p in monomial if p[0].rank]
            if len(vectors) == 1 and vectors[0][0] is atom and vectors[0][1] == degree:
                scalars = Sum({tuple(p for p in monomial if not p[0].rank): c})
                v = Sum({m: d for m, d in atom.args[0].terms.items() if any(x.rank for x, _ in m)})
                parts.append(self.algebra.times(scalars, degree, v))
            else:
                parts.append(Sum({monomial: c}))
        return added(*parts)


def _spelled(op: str, matrix: object) -> str:
    """A' of a symmetric A is A."""
    return "apply" if getattr(matrix, "symmetric", False) else op


# the slopes of entrywise operators, by each argument


def _of(name: str) -> Callable[[Rules, Atom], Sum]:
    return lambda rules, atom: rules.algebra.atom(name, *atom.args, rank=atom.rank)


def _step(rules: Rules, u: Sum, above: int, below: int) -> Sum:
    return rules.algebra.atom("branch", u, number(above), number(below), rank=u.rank)


def _square(rules: Rules, x: Sum) -> Sum:
    return rules.algebra.power(x, number(2))


def _arccos(rules: Rules, atom: Atom) -> tuple[Sum, ...]:
    inside = less(ONE, _square(rules, atom.args[0]))
    return (negative(rules.algebra.power(inside, number(Fraction(-1, 2)))),)


def _erf(rules: Rules, atom: Atom) -> tuple[Sum, ...]:
    pi = rules.algebra.atom("arccos", number(-1))
    root = rules.algebra.power(pi, number(Fraction(-1, 2)))
    return (rules.algebra.times(number(2), root, rules.reading.exp(negative(_square(rules, atom.args[0])))),)


def _sigmoid(rules: Rules, atom: Atom) -> tuple[Sum, ...]:
    return (rules.algebra.times(single(atom), rules.reading.sigmoid(negative(atom.args[0]))),)


def _cosh(rules: Rules, atom: Atom) -> tuple[Sum, ...]:
    return (rules.algebra.times(single(atom), rules.reading.tanh(atom.args[0])),)


def _maximum(rules: Rules, atom: Atom) -> tuple[Sum, ...]:
    gap = less(*atom.args)
    return _step(rules, gap, 1, 0), _step(rules, gap, 0, 1)


def _minimum(rules: Rules, atom: Atom) -> tuple[Sum, ...]:
    gap = less(atom.args[1], atom.args[0])
    return _step(rules, gap, 1, 0), _step(rules, gap, 0, 1)


def _branch(rules: Rules, atom: Atom) -> tuple[Sum, ...]:
    u = atom.args[0]
    return ZERO, _step(rules, u, 1, 0), _step(rules, u, 0, 1)


ENTRYWISE: dict[str, Slopes] = {
    "exp": lambda _, atom: (single(atom),),
    "log": lambda rules, atom: (rules.algebra.power(atom.args[0], number(-1)),),
    "softplus": lambda rules, atom: (rules.reading.sigmoid(atom.args[0]),),
    "sigmoid": _sigmoid,
    "tanh": lambda rules, atom: (less(ONE, _square(rules, single(atom))),),
    "cosh": _cosh,
    "arccos": _arccos,
    "sin": lambda rules, atom: (rules.reading.cos(atom.args[0]),),
    "cos": lambda rules, atom: (negative(rules.reading.sin(atom.args[0])),),
    "arctan": lambda rules, atom: (rules.algebra.power(added(ONE, _square(rules, atom.args[0])), number(-1)),),
    "erf": _erf,
    "abs": lambda rules, atom: (_step(rules, atom.args[0], 1, -1),),
    "relu": lambda rules, atom: (_step(rules, atom.args[0], 1, 0),),
    "maximum": _maximum,
    "minimum": _minimum,
    "branch": _branch,
}

# the weights with which scalars change with the entries of a class-vector


def _over_entries(rules: Rules, atom: Atom) -> Sum:
    return rules.algebra.over(single(atom), atom.args[0])


def _over_others(rules: Rules, atom: Atom) -> Sum:
    return rules.algebra.times(rules.algebra.others, _over_entries(rules, atom))


def _vector(op: str) -> Callable[[Rules, Atom], Sum]:
    return lambda rules, atom: rules.algebra.atom(op, atom.args[0], rank=1)


ACROSS: dict[str, Callable[[Rules, Atom], Sum]] = {
    "total": lambda _, __: ONE,
    "take": lambda rules, _: rules.algebra.onehot,
    "logsumexp": lambda rules, atom: rules.reading.softmax(atom.args[0]),
    "logsumexp_others": _vector("softmax_others"),
    "amax": lambda rules, atom: largest(rules.algebra, atom.args[0]),
    "amax_others": _vector("argmax_others"),
    "product": _over_entries,
    "product_others": _over_others,
}
