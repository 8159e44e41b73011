"""The ladder: rules that prove the sign of an element on a box, tried from the cheapest on.

What is proved of a box holds at each of its points, real C included, at which the element and the generators
it is written in exist.  (At the points of the field's scope they all do.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import islice

from symcheck.field.ball import PRECISIONS
from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.parity import parities
from symcheck.field.signs.box import Box
from symcheck.field.signs.effort import MOST_HALVINGS
from symcheck.field.signs.points import FIRST_LOOK, LONG_LOOK
from symcheck.field.signs.proof import Proof
from symcheck.field.signs.prover import Prover
from symcheck.field.signs.rules import rules
from symcheck.field.signs.rules.algebraic import number_sign, without_zeros
from symcheck.field.signs.rules.halves import by_halves, by_mean_value
from symcheck.field.signs.rules.parity import by_parity
from symcheck.field.signs.rules.radicals import by_common_root
from symcheck.field.signs.rules.roots import by_roots
from symcheck.field.signs.rules.terms import by_shift, by_terms
from symcheck.field.signs.sign import ProvedSign
from symcheck.language.scope import Classes
from symcheck.reason import Undecided

DEEPEST = 14
"""Derivatives and end values are nested at most so deep."""


class Ladder(Prover):
    """Proofs of signs for the elements of one field, each found once; what is asked of it stands in ``Prover``."""

    def __init__(
        self, field: AbstractField, narrowed: Callable[[Mapping[str, Fraction], Classes | None], Prover]
    ) -> None:
        super().__init__(field)
        self._narrowed = narrowed
        self._proofs: dict[tuple[str, Box], Proof | None] = {}
        self._quick: dict[tuple[str, Box], Proof | None] = {}
        self._open: set[tuple[str, Box]] = set()

    # proofs

    def prove(self, c: Element, box: Box) -> Proof | None:
        return self._fraction(c, box, quick=False)

    def quick(self, c: Element, box: Box) -> Proof | None:
        return self._fraction(c, box, quick=True)

    def narrowed(self, values: Mapping[str, Fraction], classes: Classes | None) -> Prover:
        return self._narrowed(values, classes)

    def _fraction(self, c: Element, box: Box, *, quick: bool) -> Proof | None:
        box = box.only(self.field.depends(c))
        top = self._polynomial(c.numerator, box, quick=quick)
        if top is None or c.d.is_one():
            return top
        below = self._polynomial(c.denominator, box, quick=quick)
        if below is None:
            return None
        premises = tuple(p for p in (top, below) if p.subject.rational is None)
        # The denominator of an element vanishes nowhere, so its sign is strict where it is not mixed.
        proved = top.proved.times(ProvedSign.POSITIVE if below.proved.at_least_zero else ProvedSign.NEGATIVE)
        if len(premises) == 1:
            only = premises[0]
            return Proof(proved, c, box, only.because, only.premises, exact=only.exact)
        return Proof(proved, c, box, "the signs of numerator and denominator", premises)

    def _polynomial(self, f: Element, box: Box, *, quick: bool) -> Proof | None:
        if f.is_zero:
            # The canonical form 0 is a proof. Another one proves nothing: generators may depend on each other.
            return Proof(ProvedSign.ZERO, f, box, "the canonical form is 0")
        box = box.only(self.field.depends(f))
        key = f.key, box
        if key not in self._quick:
            self._quick[key] = self._by_looking(f, box)
        proof = self._quick[key]
        if (
            quick
            or key in self._open
            or (proof is not None and (proof.proved.is_strict or not parities(self.field, f)))
        ):
            return proof
        # An open question that comes back to itself gets the answer of the cheap rules: its own would be a circle.
        if key not in self._proofs:
            self._open.add(key)
            try:
                self._proofs[key] = self._climbed(f, box) or proof
            except Undecided:  # a step would have been too large: no rule applies, unless the time is over
                self.field.budget.check()
                self._proofs[key] = proof
            finally:
                self._open.discard(key)
        return self._proofs[key]

    def _by_looking(self, f: Element, box: Box) -> Proof | None:
        if not box.names:
            return by_terms(self, f, box) or self._by_value(f, box)
        if box.is_rounded:
            return self._by_value(f, box)
        # From the exact to the coarse: a shift of generators takes C and log C for independent of each other.
        proof = by_terms(self, f, box) or by_shift(self, f, box, generators=False)
        if proof is None and any(self.field.generators[p].of is not None for p in f.places):
            proof = by_shift(self, f, box, generators=True) or by_common_root(self, f, box)
        return proof

    def _climbed(self, f: Element, box: Box) -> Proof | None:
        # A coefficient such as (5 + 2 6**(1/2))**(1/2) - 2**(1/2) - 3**(1/2) is 0 unseen, and would be taken for a
        # leading one.
        rest = without_zeros(f, self._numbers)
        if rest is not f:
            premise = self._polynomial(rest, box, quick=False)
            because = "the coefficients that were left out are 0"
            return None if premise is None else Proof(premise.proved, f, box, because, (premise,), exact=False)
        signed = by_parity(self, f, box)
        if signed is not None:
            return signed
        # The sign of a product is that of its factors, and a factor comes back in many products.
        content, factors = self.field.factors(f)
        if len(factors) == 1 and factors[0][1] == 1 and abs(content) == 1:
            return self._irreducible(f, box)
        proved = ProvedSign.POSITIVE if content > 0 else ProvedSign.NEGATIVE
        premises = []
        for g, k in factors:
            proof = self._polynomial(g, box, quick=False)
            if proof is None:
                if k % 2:
                    return None
                proof = Proof(ProvedSign.NONNEGATIVE, g**k, box, "an even power")
                proved = proved.times(ProvedSign.NONNEGATIVE)
            else:
                proved = proved.times(proof.proved if k % 2 else proof.proved.times(proof.proved))
            premises.append(proof)
        return Proof(proved, f, box, "the signs of its factors", tuple(premises))

    def _irreducible(self, f: Element, box: Box) -> Proof | None:
        self.field.effort.spend(len(f.n))
        self.field.budget.check()
        if not box.names or box.is_rounded:
            return None
        points = self.points(box)
        # Two signs at points: there is no proof to be found.
        signs = self.signs_at(f, islice(points, FIRST_LOOK))
        if len(signs) > 1:
            return None
        # Decides polynomials in one variable, so the costly rules below see the others only.
        proof = by_roots(f, box)
        if proof is not None:
            return proof
        signs |= self.signs_at(f, islice(points, FIRST_LOOK, LONG_LOOK))
        if len(signs) > 1:
            return None
        # The one sign that was seen is the only one that can be proved.
        goal = next(iter(signs), 0)
        effort = self.field.effort
        if effort.depth >= DEEPEST:
            return None
        effort.depth += 1
        try:
            proof = next(filter(None, (rule(self, f, box, goal) for rule in rules())), None)
        finally:
            effort.depth -= 1
        # On a part of a halved box slopes leave little room; on the whole one the bound is hopeless.
        if proof is None and effort.halvings:
            proof = by_mean_value(self, f, box)
        # Only the sign that was asked for is halved: halves of halves of premises would take all the effort.
        if proof is None and effort.depth == 0 and effort.halvings < MOST_HALVINGS:
            effort.halvings += 1
            try:
                return by_halves(self, f, box, effort.halvings)
            finally:
                effort.halvings -= 1
        return proof

    def _by_value(self, f: Element, box: Box) -> Proof | None:
        """The sign of a number from a ball, zero from one that is smaller than the number could be.

        Where it depends on rounded numbers, the ball is around all its values.
        """
        sign = self._numbers.sign(f, PRECISIONS[:2] if box.names else PRECISIONS)
        if sign is None and not box.names:
            sign = number_sign(f, self._numbers)
        if sign is None:
            return None
        if sign == 0:
            return Proof(
                ProvedSign.ZERO, f, box, "it is algebraic, and nearer to 0 than it could be otherwise", exact=False
            )
        proved = ProvedSign.POSITIVE if sign > 0 else ProvedSign.NEGATIVE
        return Proof(proved, f, box, lambda: f"its value is {self._numbers.ball(f).str(6)}", exact=False)
