"""Ranges: an interval, for all z at once, of every part of a formula, with ends that are exact constants.

C, the parameters and the arrays are fixed but any, so an end may depend on them and a range that has both is a bound
on the part.  Ranges are found from the parts' own ranges, and by rules for parts that only together are bounded:

    a(y) / sum_k a(k) in [0, 1] if a has one sign,  x log x >= -1/e,  |v_i| <= ||v||_2.
"""

from __future__ import annotations

from collections.abc import Mapping

from symcheck.field.everywhere_field import EverywhereField
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.node import Node
from symcheck.language.terms_of import terms_of
from symcheck.readings.everywhere import EverywhereReading
from symcheck.readings.range_arithmetic import Range, RangeArithmetic
from symcheck.reason import Undecided


class RangeReading(RangeArithmetic):
    """The range of every part of a formula; ``known`` ranges are taken for the parts at these places."""

    def __init__(self, field: EverywhereField, known: Mapping[int, Range] | None = None) -> None:
        super().__init__(field)
        self._known = known or {}
        self._found: list[Range] = []

    def read_all(self, formula: Formula) -> list[Range]:
        self._found = []
        for place, node in enumerate(formula.nodes):
            if place in self._known:
                found = self._known[place]
            else:
                args = [self._found[a] for a in node.args]
                # Ranges forget what parts have in common: x/(x + 1) for x > 0 would be unbounded.
                found = self._together(formula, node) or self._value(node, args)
            self._found.append(found)
        return self._found

    # parts that are bounded together

    def _together(self, formula: Formula, node: Node) -> Range | None:
        if node.op == "div" and not formula.vectors[node.args[1]]:
            return self._share(formula, node) or self._of_norm(formula, node)
        if node.op == "mul":
            return self._entropy(formula, node)
        if node.op == "branch" and not formula.vectors[node.args[0]]:
            return self._by_case(formula, node)
        return None

    def _share(self, formula: Formula, node: Node) -> Range | None:
        """k a(y) / sum_k a(k), where a has one sign."""
        above, below = node.args
        if formula.vectors[above]:
            return None
        one = self._sign(self._found[above])
        if one is None:
            return None
        terms = terms_of(formula)
        reading = EverywhereReading(self.field)
        try:
            a = reading.scalar(Formula.of(terms[above]))
            b = reading.scalar(Formula.of(terms[below]))
            if a.is_zero or not self.field.mentions_logits(b):
                return None
            # All a(k) have one sign, so a(y) lies between 0 and the sum of all of them, which is ``whole`` times b.
            whole = self.field.summed(a, 0) / b
        except Undecided:
            return None
        # The share is bounded only if the sum is a multiple of the denominator, the same for all z.
        if self.field.mentions_logits(whole):
            return None
        return self._between(self.field.zero, whole)

    def _of_norm(self, formula: Formula, node: Node) -> Range | None:
        """v_i / (c ||v||_2)."""
        above, below = node.args
        factors = _factors(formula, below)
        v = formula.nodes[above].args[0] if formula.nodes[above].op == "take" else above
        norms = [p for p in factors if _is_norm_of(formula, p, v)]
        if len(norms) != 1:
            return None
        rest = self._point(self.field.one)
        for p in factors:
            rest = rest if p == norms[0] else self.mul(rest, self._found[p])
        return self.div(Range(-self.field.one, self.field.one), rest)

    def _entropy(self, formula: Formula, node: Node) -> Range | None:
        """x log x >= -1/e, and it is at most 0 for x <= 1."""
        for x, logged in (node.args, node.args[::-1]):
            a, b = formula.nodes[x], formula.nodes[logged]
            same = (b.op == "log" and b.args == (x,)) or (
                a.op == "softmax" and b.op == "log_softmax" and a.args == b.args
            )
            low, high = self._found[x].low, self._found[x].high
            if (
                same
                and low is not None
                and high is not None
                and low.key != high.key
                and self.field.sign(low).nonnegative
            ):
                # x log x falls to -1/e at x = 1/e and rises after it; it tends to 0 as x does.
                least = -self.field.exp(-self.field.one)
                if self._is_at_most(high, self.field.one):
                    return Range(least, self.field.zero)
                return Range(least, self._largest(self.field.zero, high * self.field.log(high)))
        return None

    def _by_case(self, formula: Formula, node: Node) -> Range | None:
        """A branch on a p + b > 0 with a > 0, p an entry of a softmax: there p > -b/a."""
        entries = {
            p: n.args[0]
            for p, n in enumerate(formula.nodes)
            if n.op == "take" and formula.nodes[n.args[0]].op == "softmax"
        }
        reading = EverywhereReading(self.field)
        terms = terms_of(formula)
        for p, v in entries.items():
            try:
                u = reading.scalar(Formula.of(terms[node.args[0]]))
                share = reading.scalar(Formula.of(terms[p]))
                slope = u.derivative("z[0]") / share.derivative("z[0]")
                rest = u - slope * share
            except Undecided:
                continue
            if self.field.mentions_logits(slope) or self.field.mentions_logits(rest):
                continue
            bound = -rest / slope
            # u > 0 says p > bound, so log p is bounded below on this branch, which it is not on the whole space.
            if self.field.sign(slope).kind is Kind.POSITIVE and self.field.sign(bound).kind is Kind.POSITIVE:
                inside = Range(bound, self.field.one, above=True, below=True)
                known = {p: inside} | {
                    q: self.log(inside)
                    for q, n in enumerate(formula.nodes)
                    if n.op == "take" and formula.nodes[n.args[0]].op == "log_softmax"
                    and formula.nodes[n.args[0]].args == formula.nodes[v].args
                }  # fmt: skip
                above = RangeReading(self.field, known).read_all(formula.up_to(node.args[1]))[-1]
                return self._hull(above, self._found[node.args[2]])
        return None


def _factors(formula: Formula, place: int) -> list[int]:
    node = formula.nodes[place]
    return [p for a in node.args for p in _factors(formula, a)] if node.op == "mul" else [place]


def _is_norm_of(formula: Formula, place: int, v: int) -> bool:
    """Whether the part at ``place`` is sqrt(total(v**2))."""
    root = formula.nodes[place]
    if root.op != "sqrt" or formula.nodes[root.args[0]].op != "total":
        return False
    square = formula.nodes[formula.nodes[root.args[0]].args[0]]
    if square.op == "mul":
        return square.args == (v, v)
    return square.op == "pow" and square.args[0] == v and formula.nodes[square.args[1]].number == 2
