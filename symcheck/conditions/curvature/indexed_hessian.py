"""Hessians D^2 g(0) for every C, known by their entries at two different classes k and l.

One is positive definite if it is

    a A + s I + t 11'      with A declared positive definite, a, s, t >= 0 and a or s > 0,
    D + t 11'              with D diagonal, D_k > 0 and t >= 0,

and on the quotient by 1 whatever t is, as 11' vanishes there.  With H 1 = 0 it is definite on the quotient as well if
all its entries off the diagonal are negative, as z'Hz = sum_(k < l) (-H_kl) (z_k - z_l)^2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from symcheck.conditions.agreement.agreed import AgreedIndices
from symcheck.conditions.agreement.points import expansions_at_points
from symcheck.conditions.curvature.apart_hessian import ApartHessian, Shown
from symcheck.conditions.curvature.labelled_hessian import LabelledHessian
from symcheck.field.element import Element
from symcheck.field.indexed_field import ArrayEntry
from symcheck.field.signs.sign import Kind
from symcheck.findings.step import Derivation, Step
from symcheck.findings.verdict import Verdict
from symcheck.language.matrix_array import MatrixArray
from symcheck.readings.expansion import Expansion

CLASS_NAMES = {0: "k", 1: "l", 2: "m"}
"""What the named classes of a regularizer are called."""


@dataclass(frozen=True)
class IndexedHessian(ApartHessian):
    """The Hessian for every C, by its entries at the classes 0, 0 and 0, 1."""

    agreed: AgreedIndices[Expansion[Element]]

    @property
    def _entries(self) -> tuple[Element, Element]:
        return self.agreed.constants.h_yy, self.agreed.constants.h_yk

    @cached_property
    def image_of_ones(self) -> Element:
        """The entry of H 1 at the class 0."""
        field = self.agreed.field
        on_diagonal, off_diagonal = self._entries
        return field.over_classes(off_diagonal, 1, {0: on_diagonal})

    def _is_flat(self) -> bool:
        return self.image_of_ones.is_zero

    @property
    def _slope_along_ones(self) -> Element:
        return self.agreed.field.over_classes(self.agreed.constants.g_y, 0, {})

    def _keeps_ones(self) -> Verdict:
        field, image = self.agreed.field, self.image_of_ones
        if (image - field.renamed(image, {0: 1})).is_zero:
            return Verdict.PROVED
        low = self.scope.classes.low
        classes = [low + 1 if low + 1 in self.scope.classes else low]
        found = expansions_at_points(self.formula, self.scope, self.budget, classes)
        hessians = (LabelledHessian(point.scope, self.formula, self.budget, e) for point, e in found)
        return Verdict.REFUTED if any(h.keeps_ones is Verdict.REFUTED for h in hessians) else Verdict.UNDECIDED

    def is_definite(self, *, quotient: bool) -> Shown | None:
        """The form a A + s I + t 11' or D + t 11' that shows it, or on the quotient that of differences."""
        shown = self._as_declared(quotient=quotient) or self._as_diagonal(quotient=quotient)
        return shown or (self._as_differences() if quotient else None)

    def _as_declared(self, *, quotient: bool) -> Shown | None:
        """H = a A + s I + t 11' with A declared positive definite."""
        field = self.agreed.field
        on_diagonal, off_diagonal = self._entries
        # The entry A[k,l] off the diagonal names the matrix, and a is the derivative by it.  Where H is not linear in
        # A, an entry is left in a or t, and the form is refused below.
        names = field.depends(off_diagonal)
        for name in sorted(names):
            atom = field.atom_called(name)
            if not isinstance(atom, ArrayEntry) or not isinstance(atom.array, MatrixArray) or not atom.array.definite:
                continue
            a = field.derivative(off_diagonal, name)
            t = off_diagonal - a * field.variable(name)
            s = on_diagonal - a * field.entry(atom.array, 0, 0) - t
            # With entries of w in them a A + s I + t 11' would be no such combination.
            if any(field.classes_in(c) for c in (a, s, t)):
                continue
            # t 11' vanishes on the complement of 1, so that a negative t does no harm on the quotient.
            ends = (a, s) if quotient else (a, s, t)
            signs = [field.sign(c) for c in (a, s)]
            if all(self._sign_allows(c) for c in ends) and any(x.kind is Kind.POSITIVE for x in signs):
                form = _combination((a, atom.array.name), (s, "I"), (t, "11'"))
                step = Step("D^2 g(0)", form, f"{atom.array.name} is declared to be positive definite")
                return Shown((step,), all(field.sign(c).exact for c in ends))
        return None

    def _as_diagonal(self, *, quotient: bool) -> Shown | None:
        """H = D + t 11' with D diagonal."""
        field = self.agreed.field
        on_diagonal, t = self._entries
        # t has to be one number: w_k w_l off the diagonal is no multiple of 11'.
        if field.classes_in(t) or not (quotient or self._sign_allows(t)):
            return None
        diagonal = on_diagonal - t
        if field.sign(diagonal).kind is not Kind.POSITIVE:
            return None
        sign = field.sign(diagonal)
        form = _combination((field.one, f"diag({field.text(diagonal, CLASS_NAMES)})"), (t, "11'"))
        steps = tuple(Step("sign of the diagonal", field.named(line, CLASS_NAMES)) for line in sign.steps)
        return Shown((Step("D^2 g(0)", form, "canonical forms"), *steps), sign.exact and field.sign(t).exact)

    def _as_differences(self) -> Shown | None:
        """H 1 = 0 and negative entries off the diagonal, as of the Kullback-Leibler divergence to any p > 0."""
        field = self.agreed.field
        _, off_diagonal = self._entries
        sign = field.sign(off_diagonal)
        if not self.is_flat_along_ones or sign.kind is not Kind.NEGATIVE:
            return None
        steps = tuple(Step("sign of the entries off the diagonal", field.named(x, CLASS_NAMES)) for x in sign.steps)
        form = Step("z'Hz", "sum over k < l of -H_kl (z_k - z_l)^2", "H 1 = 0")
        return Shown((form, *steps), sign.exact)

    def _sign_allows(self, c: Element) -> bool:
        sign = self.agreed.field.sign(c)
        return sign.nonnegative or sign.kind in (Kind.POSITIVE, Kind.ZERO)

    def steps(self) -> Derivation:
        """The entries of H on the diagonal and off it."""
        return (
            Step("d^2 g/d z_k^2 at 0", self.agreed.text("h_yy", CLASS_NAMES), self.agreed.how),
            Step("d^2 g/d z_k d z_l at 0, l != k", self.agreed.text("h_yk", CLASS_NAMES), self.agreed.how),
        )


def _combination(*terms: tuple[Element, str]) -> str:
    """The sum of the terms that are not 0, as text."""
    shown = []
    for c, name in terms:
        number = c.rational
        factor = "" if number == 1 else f"({c.text()}) " if number is None or number < 0 else f"{number} "
        if not c.is_zero:
            shown.append(factor + name)
    return " + ".join(shown)
