"""Hessians D^2 g(0) of regularizers that treat classes differently: definite or not, and what they do to 1.

At one C the Hessian is a matrix of constants, and the pivots of its LDL' decide.  For every C it is known by its
entries at two different classes k and l; it is positive definite if it is

    a A + s I + t 11'      with A declared positive definite, a, s, t >= 0 and a or s > 0,
    D + t 11'              with D diagonal, D_k > 0 and t >= 0,

and on the quotient by 1 whatever t is, as 11' vanishes there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from symcheck.budget import Budget
from symcheck.conditions.agreement.points import array_points
from symcheck.conditions.curvature.pivots import Rows, across, not_definite, pivots, summed
from symcheck.field.element import Element
from symcheck.field.indexed_field import Entry
from symcheck.field.signs.sign import Kind
from symcheck.findings.finding import Condition, Finding, Trust
from symcheck.findings.step import Derivation, Step
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.language.array import MatrixArray
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.readings.indexed import IndexedExpansion
from symcheck.readings.labelled import LabelledExpansion, labelled_expansion
from symcheck.readings.weight import polynomial_degree
from symcheck.reason import Code, Reason, Undecided

CLASS_NAMES = {0: "k", 1: "l", 2: "m"}
"""What the named classes of a regularizer are called."""

MOST_SHOWN = 6
"""A derivation shows a Hessian of up to so many classes."""


@dataclass(frozen=True)
class Shown:
    """The ``steps`` of a proof; ``exact`` if no ball was used."""

    steps: Derivation
    exact: bool


@dataclass(frozen=True)
class Hessian(ABC):
    """D^2 g(0) of the regularizer ``formula`` in ``scope``."""

    formula: Formula
    scope: Scope
    budget: Budget

    @cached_property
    def is_flat_along_ones(self) -> bool:
        """Whether H 1 = 0 is shown for the whole scope."""
        try:
            return self._is_flat()
        except Undecided:
            return False

    @abstractmethod
    def _is_flat(self) -> bool: ...

    @property
    @abstractmethod
    def _slope_along_ones(self) -> Element:
        """The derivative of g at 0 along 1."""

    @cached_property
    def is_shift_invariant(self) -> bool:
        """Whether g does not change under z + t 1, as a polynomial of degree 2 that is flat along 1 at z = 0."""
        high = polynomial_degree(self.formula)
        # A polynomial of degree 2 is known by its derivatives at 0; of any other g they say nothing off 0.
        if high is None or high > 2 or not self.is_flat_along_ones:
            return False
        try:
            return self._slope_along_ones.is_zero
        except Undecided:
            return False

    @cached_property
    def keeps_ones(self) -> Verdict:
        """Whether H 1 is parallel to 1 in the whole scope (THEORY 6: then a drift c 1 does no harm)."""
        try:
            return self._keeps_ones()
        except Undecided:
            return Verdict.UNDECIDED

    @abstractmethod
    def _keeps_ones(self) -> Verdict: ...

    @abstractmethod
    def is_definite(self, *, quotient: bool) -> Shown | None:
        """What shows H to be positive definite in the whole scope, or None."""

    @abstractmethod
    def steps(self) -> Derivation:
        """The entries of H."""

    def finding(self, *, quotient: bool) -> Finding:
        """Whether H is positive definite in the whole scope, on R^C or on the quotient by (1, ..., 1)."""
        return self._on_quotient if quotient else self._on_whole

    @cached_property
    def _on_whole(self) -> Finding:
        return self._found(quotient=False)

    @cached_property
    def _on_quotient(self) -> Finding:
        return self._found(quotient=True)

    def decide(self) -> None:
        """Find out everything now, within the budget: a report that is kept outlives it."""
        _ = self._on_whole, self._on_quotient, self.keeps_ones, self.is_flat_along_ones, self.is_shift_invariant

    def _found(self, *, quotient: bool) -> Finding:
        try:
            return self._judged(quotient=quotient)
        except Undecided as stop:
            why = "whether D^2 g(0) is positive definite was not derived"
            return Finding(Condition.REGULARIZER_CURVATURE, Verdict.UNDECIDED, why, reason=stop.reason)

    def _judged(self, *, quotient: bool) -> Finding:
        condition = Condition.REGULARIZER_CURVATURE
        space = "the quotient by (1, ..., 1)" if quotient else "R^C"
        shown = self.is_definite(quotient=quotient)
        if shown is not None:
            detail = f"D^2 g(0) is positive definite on {space}"
            trust = Trust.EXACT if shown.exact else Trust.BALL
            return Finding(condition, Verdict.PROVED, detail, trust, (*self.steps(), *shown.steps))
        # What is not shown to be definite is not refuted by that: only a vector x with x'Hx <= 0 at a point does it.
        witness = next(self._witnesses(quotient=quotient), None)
        if witness is not None:
            detail = f"D^2 g(0) is not positive definite on {space}, with C = {witness.classes}"
            return Finding(condition, Verdict.REFUTED, detail, Trust.BALL, self.steps(), witness)
        reason = Reason(
            Code.SIGN_UNKNOWN,
            f"D^2 g(0) was neither shown to be positive definite on {space} nor seen not to be",
            "give the arrays entries, or give values to parameters",
        )
        return Finding(condition, Verdict.UNDECIDED, reason.why, derivation=self.steps(), reason=reason)

    def verdict(self, *, quotient: bool) -> Verdict:
        """The verdict of ``finding``."""
        return self.finding(quotient=quotient).verdict

    def _witnesses(self, *, quotient: bool) -> Iterator[Witness]:
        low = self.scope.classes.low
        for classes in (c for c in (low, low + 1) if c in self.scope.classes):
            for point in array_points(self.formula, self.scope, classes):
                try:
                    e = labelled_expansion(point.formula(self.formula), point.scope, self.budget)
                except Undecided:
                    continue
                witness = not_definite(e.hessians[0], e.field, point, quotient=quotient)
                if witness is not None:
                    yield witness


@dataclass(frozen=True)
class LabelledHessian(Hessian):
    """The Hessian at one C, entry by entry."""

    expansion: LabelledExpansion

    @property
    def rows(self) -> Rows:
        """H."""
        return self.expansion.hessians[0]

    @cached_property
    def image_of_ones(self) -> tuple[Element, ...]:
        """H 1."""
        return tuple(summed(self.expansion.field, row) for row in self.rows)

    def _is_flat(self) -> bool:
        return all(self._vanishes(c) for c in self.image_of_ones)

    @property
    def _slope_along_ones(self) -> Element:
        return self.expansion.entries.reduced(summed(self.expansion.field, self.expansion.gradients[0]))

    def _keeps_ones(self) -> Verdict:
        # H 1 is parallel to 1 if its entries are equal; it may be 0.
        steps = [c - self.image_of_ones[0] for c in self.image_of_ones[1:]]
        if all(self._vanishes(c) for c in steps):
            return Verdict.PROVED
        kinds = [self.expansion.field.sign(c).kind for c in steps]
        seen = any(k in (Kind.POSITIVE, Kind.NEGATIVE) for k in kinds)
        return Verdict.REFUTED if seen else Verdict.UNDECIDED

    def is_definite(self, *, quotient: bool) -> Shown | None:
        """The pivots of the LDL' of H, if all are shown to be positive."""
        field = self.expansion.field
        # LDL' without row exchanges: for a positive definite matrix all pivots are positive in any order.
        found = pivots(across(self.rows) if quotient else self.rows, field)
        if found is None:
            return None
        lines = ", ".join(p.text() for p in found[:MOST_SHOWN]) + (", ..." if len(found) > MOST_SHOWN else "")
        basis = "in the basis e_k - e_C" if quotient else "in the basis e_k"
        step = Step("pivots of the LDL' of D^2 g(0)", lines, f"{basis}, all of them positive")
        return Shown((step,), all(field.sign(p).exact for p in found))

    def steps(self) -> Derivation:
        """The rows of H, none where they are too many."""
        by = "the labelled reading and power series in balls agree"
        rows = self.rows if len(self.rows) <= MOST_SHOWN else ()
        return tuple(
            Step(f"row {k + 1} of D^2 g(0)", f"({', '.join(c.text() for c in row)})", by) for k, row in enumerate(rows)
        )

    def _vanishes(self, c: Element) -> bool:
        return c.is_zero or self.expansion.entries.reduced(c).is_zero


@dataclass(frozen=True)
class IndexedHessian(Hessian):
    """The Hessian for every C, by its entries at the classes 0, 0 and 0, 1."""

    expansion: IndexedExpansion
    compared: tuple[int, ...]

    @property
    def _entries(self) -> tuple[Element, Element]:
        on_diagonal, off_diagonal = self.expansion.own_own, self.expansion.own_other
        assert on_diagonal is not None
        assert off_diagonal is not None
        return on_diagonal, off_diagonal

    @cached_property
    def image_of_ones(self) -> Element:
        """The entry of H 1 at the class 0."""
        field = self.expansion.field
        on_diagonal, off_diagonal = self._entries
        return on_diagonal + field.summed(off_diagonal, 1) - field.renamed(off_diagonal, {1: 0})

    def _is_flat(self) -> bool:
        return self.image_of_ones.is_zero

    @property
    def _slope_along_ones(self) -> Element:
        return self.expansion.field.summed(self.expansion.own, 0)

    def _keeps_ones(self) -> Verdict:
        field, image = self.expansion.field, self.image_of_ones
        if (image - field.renamed(image, {0: 1})).is_zero:
            return Verdict.PROVED
        low = self.scope.classes.low
        for point in array_points(self.formula, self.scope, low + 1 if low + 1 in self.scope.classes else low):
            try:
                e = labelled_expansion(point.formula(self.formula), point.scope, self.budget)
            except Undecided:
                continue
            if LabelledHessian(self.formula, point.scope, self.budget, e).keeps_ones is Verdict.REFUTED:
                return Verdict.REFUTED
        return Verdict.UNDECIDED

    def is_definite(self, *, quotient: bool) -> Shown | None:
        """The form a A + s I + t 11' or D + t 11' that shows it."""
        return self._as_declared(quotient=quotient) or self._as_diagonal(quotient=quotient)

    def _as_declared(self, *, quotient: bool) -> Shown | None:
        """H = a A + s I + t 11' with A declared positive definite."""
        field = self.expansion.field
        on_diagonal, off_diagonal = self._entries
        # The entry A[k,l] off the diagonal names the matrix, and a is the derivative by it.  Where H is not linear in
        # A, an entry is left in a or t, and the form is refused below.
        names = field.depends(off_diagonal)
        for name in sorted(names):
            atom = field.atom_called(name)
            if not isinstance(atom, Entry) or not isinstance(atom.array, MatrixArray) or not atom.array.definite:
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
        field = self.expansion.field
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

    def _sign_allows(self, c: Element) -> bool:
        sign = self.expansion.field.sign(c)
        return sign.nonnegative or sign.kind in (Kind.POSITIVE, Kind.ZERO)

    def steps(self) -> Derivation:
        """The entries of H on the diagonal and off it."""
        field = self.expansion.field
        by = f"the indexed reading, equal to the labelled one at {' and '.join(f'C = {n}' for n in self.compared)}"
        on_diagonal, off_diagonal = self._entries
        return (
            Step("d^2 g/d z_k^2 at 0", field.text(on_diagonal, CLASS_NAMES), by),
            Step("d^2 g/d z_k d z_l at 0, l != k", field.text(off_diagonal, CLASS_NAMES), by),
        )


@dataclass(frozen=True)
class HessianCase:
    """``hessian`` for the numbers of ``classes``."""

    classes: Classes
    hessian: Hessian

    def verdict(self, *, quotient: bool) -> Verdict:
        """Whether it is positive definite there, on R^C or on the quotient by (1, ..., 1)."""
        return self.hessian.verdict(quotient=quotient)


def _combination(*terms: tuple[Element, str]) -> str:
    """The sum of the terms that are not 0, as text."""
    shown = []
    for c, name in terms:
        number = c.rational
        factor = "" if number == 1 else f"({c.text()}) " if number is None or number < 0 else f"{number} "
        if not c.is_zero:
            shown.append(factor + name)
    return " + ".join(shown)
