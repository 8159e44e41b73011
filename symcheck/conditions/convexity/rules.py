"""The rules of convexity: which combinations are convex in z, by composition of operators.

affine;  c f, c >= 0;  f + g;  sum_i f_i;  max f_i;  log sum_i exp f_i
h(f), h convex, and f affine, or f convex and h rising on its range, or f concave and h falling there
log f, f a sum of log-convex terms;  (sum f_i^k)^(1/k), f_i >= 0 convex, k >= 1;  z'Qz, Q positive definite
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made

from symcheck.conditions.convexity.combination import SUMS, Atom, Combination, moves
from symcheck.conditions.convexity.curvature import CurvatureRules
from symcheck.conditions.convexity.grouped import grouped
from symcheck.conditions.convexity.operators import OVER, concave_atom, convex_atom
from symcheck.conditions.convexity.why import Why, together
from symcheck.field.element import Element
from symcheck.findings.step import Step

MOST_DEEP = 40
"""Rules are applied inside each other so often at most."""


@dataclass
class Rules(CurvatureRules):
    """All the rules together; every result is kept."""

    known: dict[str, Why | None] = made(default_factory=dict)
    depth: int = 0

    def convex(self, u: Combination) -> Why | None:
        """Why ``u`` is convex in z, for every class where it has a free index; None if no rule shows it."""
        if u.key not in self.known:
            # Not kept: from less deep inside, the same combination may still be shown convex.
            if self.depth > MOST_DEEP:
                return None
            self.depth += 1
            try:
                self.known[u.key] = self._convex(u)
            finally:
                self.depth -= 1
        return self.known[u.key]

    def _convex(self, u: Combination) -> Why | None:
        curved = [(a, c) for a, c in u.terms if not self.is_affine_atom(a)]
        if not curved:
            return Why() if u.is_constant else Why((Step(u.text(), "affine", "affine in z"),))
        found = [self._term(a, c) for a, c in curved]
        bad = [a for (a, _), why in zip(curved, found, strict=True) if why is None]
        if bad:
            return grouped(self, u, bad) or self._merged(u, bad)
        conclusion = Step(u.text(), "convex", "nonnegative multiples of convex functions, and affine ones")
        return together(found) if len(u.terms) == 1 else together(found, conclusion)

    def _term(self, a: Atom, c: Element) -> Why | None:
        """Why c a is convex, by the sign of c."""
        sign = self.field.sign(c)
        signed = () if c.rational is not None else tuple(Step(f"sign of {c.text()}", line) for line in sign.steps[-1:])
        if sign.nonnegative and (why := convex_atom(self, a)) is not None:
            return why.then(*signed)
        if sign.nonpositive and (why := concave_atom(self, a)) is not None:
            return why.then(*signed)
        if a.kind in SUMS and c.rational != 1 and not moves(c):  # c w[i] under another sum over i is not c w[i]
            conclusion = Step(Combination.of(self.field, a).times(c).text(), "convex", OVER[a.kind])
            return together([self.convex(a.args[0].times(c))], conclusion)
        return None

    def _merged(self, u: Combination, bad: list[Atom]) -> Why | None:
        """Sums over the same classes taken together."""
        for kind, by in OVER.items():
            sums = [(a, c) for a, c in u.terms if a.kind == kind]
            if len(sums) < 2 or not any(a.kind == kind for a in bad) or any(moves(c) for _, c in sums):
                continue
            inner = Combination(self.field, self.field.zero)
            for a, c in sums:
                inner = inner + a.args[0].times(c)
            rest = u.part((a, c) for a, c in u.terms if a.kind != kind)
            conclusion = Step(u.text(), "convex", f"{by}, taken together")
            found = together([self.convex(inner), self.convex(rest)], conclusion)
            if found is not None:
                return found
        return None
