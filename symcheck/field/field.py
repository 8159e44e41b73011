"""The field of a scope: exact functions of C and the free parameters, of their logarithms and powers.

An element is a fraction of polynomials with integer coefficients in generators: C, the free parameters,
logarithms of irreducible positive polynomials and of primes, and exponentials.  A power is an exponential,
f**e = exp(e log f), and both are taken apart as far as it goes, so that

    log(fg) = log f + log g,  C**(q-1) = C**q / C,  exp(-t) = 1/exp(t),  C**(1/2) * C**(1/2) = C

hold as equalities of canonical forms.  The generators may depend on each other in ways that the field does
not know: zero in the field is zero, and not zero in the field proves nothing.  (That takes a ball that excludes 0.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeVar, cast

from flint import arb, fmpz_mpoly
from sympy import Expr

from symcheck.budget import Budget
from symcheck.field.arccosine import arccos_of
from symcheck.field.arctangent import arctan_of
from symcheck.field.ball import PRECISIONS, Point
from symcheck.field.base import AbstractField
from symcheck.field.derivative import derivative_of
from symcheck.field.element import Element, Factors
from symcheck.field.error_function import erf_of
from symcheck.field.exponential import exp_of
from symcheck.field.from_sympy import constant_of
from symcheck.field.logarithm import log_of
from symcheck.field.parity import parity_of
from symcheck.field.powers import power_of
from symcheck.field.relations import related
from symcheck.field.restriction import Restriction
from symcheck.field.root_families import factors_of
from symcheck.field.rotation import rotation_of
from symcheck.field.signs.decide import sign_of
from symcheck.field.signs.effort import Effort, Exhausted
from symcheck.field.signs.ladder import Ladder
from symcheck.field.signs.runs import Runs, runs_of
from symcheck.field.signs.sign import ProvedSign, Sign
from symcheck.field.text import expression, text
from symcheck.field.undefined import require_nonzero
from symcheck.language.scope import Classes, Scope

T = TypeVar("T")


class Field(AbstractField):
    """The elements over ``scope``: a statement about one of them is about every C and parameter value in it.

    None of them depends on z, so they are constants; in an ``EverywhereField`` they may depend on z.  What the methods
    are for stands in ``AbstractField``.

    ``budget`` bounds the size of a single step, and time.  With ``real``, which the sign procedure uses,
    statements are about all real C between the ends of the scope's classes.  Raises ``Undecided`` where
    something has to be positive or non-zero and is not shown to be, ``Undefined`` (with a point) where it
    is shown not to be.

    >>> field = Field(Scope())
    >>> print(field.log(field.C ** 2 / 4))
    2*log(C) - 2*log(2)
    """

    def __init__(
        self, scope: Scope, budget: Budget | None = None, *, effort: Effort | None = None, real: bool = False
    ) -> None:
        super().__init__(scope, budget or Budget(float("inf")), effort or Effort(), real=real)
        self.ladder = Ladder(self, self._ladder_of_narrower)
        self._found: dict[tuple[object, str], object] = {}
        self._powers: dict[tuple[str, str], Element] = {}
        self._signs: dict[str, Sign] = {}
        self._factors: dict[str, Factors] = {}
        self._narrowed: dict[object, Field] = {}
        self._restrictions: dict[object, Restriction] = {}
        self._texts: dict[str, str] = {}
        self._nicknames: dict[str, str] = {}
        self._runs: dict[str, Runs] = {}

    # elements

    def log(self, c: Element) -> Element:
        return self._once(log_of, c)

    def exp(self, c: Element) -> Element:
        return self._once(exp_of, c)

    def arccos(self, c: Element) -> Element:
        return self._once(arccos_of, c)

    def cos(self, c: Element) -> Element:
        return self._once(rotation_of, c)[0]

    def sin(self, c: Element) -> Element:
        return self._once(rotation_of, c)[1]

    def arctan(self, c: Element) -> Element:
        return self._once(arctan_of, c)

    def erf(self, c: Element) -> Element:
        return self._once(erf_of, c)

    def parity(self, e: Element) -> Element:
        return self._once(parity_of, e)

    def _once(self, function: Callable[[AbstractField, Element], T], c: Element) -> T:
        """``function`` of this field and ``c``, found once."""
        key = function, c.key
        if key not in self._found:
            self._found[key] = function(self, c)
        return cast("T", self._found[key])

    def power(self, base: Element, exponent: Element) -> Element:
        whole = exponent.rational
        if whole is not None and whole.denominator == 1:
            # A whole power needs no sign of its base.
            return self.parity(exponent) if base.rational == -1 else base ** int(whole)
        key = base.key, exponent.key
        known = self._powers.get(key)
        if known is None:
            known = self._powers[key] = power_of(self.ladder, base, exponent)
        return known

    def from_sympy(self, expression: Expr) -> Element:
        """The element that ``expression`` stands for: the inverse of ``Element.sympy``.

        Raises ``Undecided`` (``unmapped-op``) for anything but numbers, C, the parameters of the scope,
        sums, products, powers, exp, log, acos, cos, sin, atan and erf.
        """
        return constant_of(self, expression)

    # signs

    def sign(self, c: Element) -> Sign:
        known = self._signs.get(c.key)
        if known is None:
            known = self._signs[c.key] = sign_of(self.ladder, c)
        return known

    def quick_sign(self, c: Element) -> ProvedSign | None:
        try:
            with self.effort.climb():
                proof = self.ladder.quick(c, self.box)
        except Exhausted:
            return None
        return None if proof is None else proof.proved

    def runs(self, c: Element) -> Runs:
        known = self._runs.get(c.key)
        if known is None:
            known = self._runs[c.key] = runs_of(self.ladder, c)
        return known

    def ball(self, c: Element, point: Mapping[str, int | Fraction], precision: int = PRECISIONS[0]) -> arb:
        return Point(self, point).ball(c, precision)

    def require_nonzero(self, c: Element) -> None:
        if not c.n.is_constant() or c.n.is_zero():
            require_nonzero(self.ladder, c)

    # other scopes

    def narrowed(
        self, point: Mapping[str, int | Fraction], *, classes: Classes | None = None, real: bool = False
    ) -> Field:
        values = {n: v for n, v in point.items() if n == "C" or n in self._variables}
        key = tuple(sorted(values.items())), classes, real
        known = self._narrowed.get(key)
        if known is None:
            fixed = values.get("C")
            inside = Classes(int(fixed), int(fixed)) if fixed is not None else classes or self.scope.classes
            parameters = tuple(p for p in self.scope.parameters if p.name not in values)
            # One effort for all: a sign that is asked for on the way to another may not begin with a fresh one.
            known = Field(Scope(inside, parameters), self.budget, effort=self.effort, real=real or self.real)
            self._narrowed[key] = known
        return known

    def _ladder_of_narrower(self, point: Mapping[str, int | Fraction], classes: Classes | None) -> Ladder:
        """The ladder where variables have the values of ``point``, for all real C between the ends of ``classes``."""
        return self.narrowed(point, classes=classes, real=True).ladder

    def restricted(self, c: Element, field: AbstractField, values: Mapping[str, Fraction] | None = None) -> Element:
        key = field, tuple(sorted((values or {}).items()))
        restriction = self._restrictions.get(key)
        if restriction is None:
            restriction = self._restrictions[key] = Restriction(self, field, values or {})
        return restriction.of(c)

    # calculus

    def derivative(self, c: Element, variable: str) -> Element:
        return derivative_of(self, c, variable)

    # display

    def text_of(self, c: Element) -> str:
        known = self._texts.get(c.key)
        if known is None:
            known = self._texts[c.key] = text(c)
        return known

    def sympy_of(self, c: Element) -> Expr:
        return expression(c)

    def nickname(self, text: str) -> str:
        """A short name that stands for ``text`` in this field, and for no other one."""
        return self._nicknames.setdefault(text, f"#{len(self._nicknames)}")

    # polynomials

    def related(self, n: fmpz_mpoly, d: fmpz_mpoly) -> Element:
        return related(self, n, d)

    def factors(self, c: Element) -> Factors:
        numerator = c.key if c.d.is_one() else str(c.n)
        known = self._factors.get(numerator)
        if known is None:
            known = self._factors[numerator] = factors_of(self, c)
        return known

    # generators
