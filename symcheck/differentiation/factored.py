"""Sums of products as terms of the language, with what their products share written once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from symcheck.differentiation.grouped import Factors, grouped, shared_factors, with_residuals, without_others
from symcheck.differentiation.sums import ONE, Atom, Sum, scaled, single
from symcheck.language.array import Array
from symcheck.language.classwise import term_of
from symcheck.language.functions import amax, branch, exp, logsumexp
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Pairs, Scalar, Term, Vec, entrywise, lift

_Y = Label()


class Terms:
    """Writes sums as terms with ``parameters``; with ``roots_above`` no root stands below a fraction bar."""

    def __init__(self, parameters: Iterable[Parameter], *, roots_above: bool = False) -> None:
        self._roots_above = roots_above
        self._parameters = {p.name: p for p in parameters}
        self._sums: dict[Sum, Term] = {}
        self._atoms: dict[Atom, Term] = {}
        self._residuals: dict[Atom, Atom] = {}

    def of(self, s: Sum) -> Term:
        """``s`` as a term: common factors before a bracket, class-vectors with one factor together."""
        known = self._sums.get(s)
        if known is None:
            known = self._sums[s] = self._written(s)
        return known

    def vector(self, s: Sum) -> Vec:
        """The same as a class-vector, what is the same at every class included."""
        term = self.of(s)
        return term if isinstance(term, Vec) else Vec("filled", term)

    def _written(self, s: Sum) -> Term:
        s = with_residuals(without_others(s), self._residuals)
        if s.number is not None:
            return lift(s.number)
        shared, content, rest = shared_factors(s)
        if len(rest.terms) == 1:
            ((monomial, c),) = rest.terms.items()
            return self._product(content * c, [*shared, *monomial])
        if shared or content != 1:
            return self._product(content, shared, self.of(rest))
        groups = grouped(rest)
        if len(groups) == len(rest.terms) or (len(groups) == 1 and groups[0][0].number is not None):
            return _summed([(c > 0, self._product(abs(c), m)) for m, c in rest.terms.items()])
        return _summed([self._group(common, inside) for common, inside in groups])

    def _group(self, common: Sum, inside: Sum) -> tuple[bool, Term]:
        """A scalar times a sum of class-vectors, and whether it stands after a plus."""
        shared, number, rest = shared_factors(inside)
        outer, more, bracket = shared_factors(common)
        factors = [*outer, *shared]
        number *= more
        for part in (bracket, rest):
            if part.only is not None:
                factors += part.only[0]
                number *= part.only[1]
        if number < 0:  # -(p - q) is q - p
            for part in (rest, bracket):
                if part.only is None and any(c < 0 for c in part.terms.values()):
                    turned, number = part, -number
                    bracket, rest = (scaled(p, -1) if p is turned else p for p in (bracket, rest))
                    break
        brackets = [self.of(part) for part in (bracket, rest) if part.only is None]
        return number > 0, self._product(abs(number), factors, *brackets)

    def _product(self, number: Fraction, powers: Iterable[tuple[Atom, Sum]], *more: Term) -> Term:
        """The product, what has a negative exponent below the fraction bar."""
        above: list[Term] = []
        below: list[Term] = []
        for atom, e in sorted(
            _with_means(list(powers)), key=lambda p: p[0].rank if p[0].op != "sum" else p[0].rank + 0.5
        ):
            is_below = len(e.terms) == 1 and next(iter(e.terms.values())) < 0
            if self._roots_above and (e.number is None or e.number.denominator > 1):
                is_below = False
            base = self._base(atom)
            if base.op == "neg" and e.number in (1, -1):
                number, base = -number, base.args[0]
            (below if is_below else above).append(self._power(base, scaled(e, -1) if is_below else e))
        above = [t for t in above if not isinstance(t, Vec | Pairs)] + [t for t in above if isinstance(t, Vec | Pairs)]
        above += more
        sign = number < 0
        number = abs(number)
        if number.numerator != 1 or not above:
            above = [lift(Fraction(number.numerator)), *above]
        if number.denominator != 1:
            below = [lift(Fraction(number.denominator)), *below]
        value = _multiplied(above)
        if below:
            value = entrywise("div", value, _multiplied(below))
        return entrywise("neg", value) if sign else value

    def _power(self, base: Term, e: Sum) -> Term:
        if e == ONE:
            return base
        if e.number == Fraction(1, 2):
            return entrywise("sqrt", base)
        return entrywise("pow", base, self.of(e))

    def _base(self, atom: Atom) -> Term:
        known = self._atoms.get(atom)
        if known is None:
            known = self._atoms[atom] = self._atom(atom)
        return known

    def _atom(self, atom: Atom) -> Term:
        op, data = atom.op, atom.data
        if op == "sum":
            return self.of(atom.args[0])
        if op == "parameter":
            return self._parameters[str(data)]
        if op == "classes":
            return Scalar("classes")
        if op == "others":
            return 1 - Vec("onehot")
        if op in (
            "total",
            "mean",
            "logsumexp",
            "logsumexp_others",
            "amax",
            "amax_others",
            "product",
            "product_others",
            "take",
        ):
            return self._across(op, atom.args[0])
        if op in _LANGUAGE:
            return _LANGUAGE[op](self.vector(atom.args[0]))
        if op in ("first", "second"):
            return Pairs(op, self.vector(atom.args[0]))
        if op == "centred":
            return entrywise("sub", Pairs("same"), Pairs("second", self.vector(atom.args[0])))
        if op == "residual":
            return entrywise("sub", self.of(atom.args[0]), Vec("onehot"))
        if op == "rest":
            return entrywise("sub", lift(Fraction(1)), self.of(atom.args[0]))
        if op in ("same", "entries", "entries_turned"):
            return Pairs(op, data=data)
        if op == "row_total":
            return Vec(op, self.of(atom.args[0]))
        if isinstance(data, Array):
            if op == "diagonal":
                return Vec(op, data=data)
            return term_of(data, op, tuple(self.vector(a) for a in atom.args))
        if op in ("softmax", "log_softmax", "entmax", "onehot_argmax"):
            return Vec(op, self.vector(atom.args[0]), *map(self.of, atom.args[1:]))
        if not atom.args:
            return Vec(op)
        if op == "branch" and (e := _power_of(atom.args[1], atom.args[0])) is not None:
            # As a power, whatever the exponent: code takes it where it is positive alone.
            u = self.of(atom.args[0])
            return entrywise(op, u, u if e == ONE else entrywise("pow", u, self.of(e)), self.of(atom.args[2]))
        return entrywise(op, *map(self.of, atom.args))

    def _across(self, op: str, v: Sum) -> Term:
        if op == "total" and (only := v.only) is not None:
            rest = tuple(p for p in only[0] if p[0].op != "others")
            if len(rest) < len(only[0]):
                return Scalar("total_others", self.vector(Sum({rest: only[1]})))
        return Scalar(op, self.vector(v))


def _power_of(s: Sum, base: Sum) -> Sum | None:
    """The exponent of ``base`` that ``s`` is a power of, None if it is none."""
    if s.only is None or s.only[1] != 1 or len(s.only[0]) != 1:
        return None
    ((atom, e),) = s.only[0]
    return e if single(atom) == base or (atom.op == "sum" and atom.args[0] == base) else None


def _softmax_others(v: Vec) -> Term:
    return exp(v - logsumexp(v, but=_Y)) * (1 - Vec("onehot"))


def _argmax_others(v: Vec) -> Term:
    largest = amax(v, but=_Y)
    return branch(largest + v.args[0] if v.op == "neg" else largest - v, 0, 1) * (1 - Vec("onehot"))


_LANGUAGE: dict[str, Callable[[Vec], Term]] = {"softmax_others": _softmax_others, "argmax_others": _argmax_others}
"""Class-vectors that the language says with others of its operators."""


def _with_means(powers: Factors) -> Factors:
    """total(v)/C as mean(v)."""
    for atom, e in powers:
        is_total = atom.op == "total" and e == ONE and not any(a.op == "others" for a in atom.args[0].atoms())
        size = next((p for p in powers if p[0].op == "classes" and p[1].number == -1), None)
        if is_total and size is not None:
            mean = Atom("mean", atom.args, None, 0, atom.serial)
            return [(mean, ONE) if a is atom else (a, f) for a, f in powers if (a, f) != size]
    return powers


def _multiplied(factors: list[Term]) -> Term:
    value = factors[0]
    for f in factors[1:]:
        value = entrywise("mul", value, f)
    return value


def _summed(parts: list[tuple[bool, Term]]) -> Term:
    """The sum, one with a plus first if there is any."""
    parts = [(not plus, t.args[0]) if t.op == "neg" else (plus, t) for plus, t in parts]
    ordered = sorted(parts, key=lambda part: not part[0])
    value = ordered[0][1] if ordered[0][0] else entrywise("neg", ordered[0][1])
    for plus, term in ordered[1:]:
        value = entrywise("add" if plus else "sub", value, term)
    return value
