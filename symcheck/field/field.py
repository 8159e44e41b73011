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

from flint import Ordering, arb, fmpz_mpoly, fmpz_mpoly_ctx
from sympy import Expr

from symcheck.budget import Budget
from symcheck.field.arccosine import arccos_of
from symcheck.field.arctangent import arctan_of
from symcheck.field.ball import PRECISIONS, Point
from symcheck.field.base import AbstractField
from symcheck.field.derivative import derivative_of
from symcheck.field.element import LONG, SMALL, WORD, Element, Factors, Powers, end_bits
from symcheck.field.error_function import erf_of
from symcheck.field.exponential import exp_of
from symcheck.field.from_sympy import constant_of
from symcheck.field.generator import Generator, Role
from symcheck.field.logarithm import log_of
from symcheck.field.parity import parity_of
from symcheck.field.powers import power_of
from symcheck.field.relations import related
from symcheck.field.restriction import Restriction
from symcheck.field.root_families import factors_of
from symcheck.field.rotation import rotation_of
from symcheck.field.signs.box import Box
from symcheck.field.signs.decide import sign_of
from symcheck.field.signs.effort import Effort, Exhausted
from symcheck.field.signs.ladder import Ladder
from symcheck.field.signs.runs import Runs, runs_of
from symcheck.field.signs.sign import ProvedSign, Sign
from symcheck.field.text import expression, text
from symcheck.field.undefined import require_nonzero
from symcheck.language.scope import Classes, Scope

T = TypeVar("T")

FEWEST_GENERATORS = 4
"""The polynomial ring begins with this many generators and doubles when they are used up."""


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
        self.scope = scope
        self.real = real
        self.budget = budget or Budget(float("inf"))
        self.generators: list[Generator] = []
        self.relations: list[Generator] = []
        self.context = _ring(FEWEST_GENERATORS)
        self.one_polynomial = self.context.constant(1)
        self.zero = self.number(0)
        self.one = self.number(1)
        self.effort = effort or Effort()
        self.ladder = Ladder(self, self._ladder_of_narrower)
        self._opaque: dict[tuple[Role, str], Element] = {}
        self._found: dict[tuple[object, str], object] = {}
        self._powers: dict[tuple[str, str], Element] = {}
        self._signs: dict[str, Sign] = {}
        self._factors: dict[str, Factors] = {}
        self.slopes: dict[tuple[int, str], Element] = {}
        self._narrowed: dict[object, Field] = {}
        self._restrictions: dict[object, Restriction] = {}
        self._texts: dict[str, str] = {}
        self._nicknames: dict[str, str] = {}
        self._runs: dict[str, Runs] = {}
        fixed = scope.classes.fixed
        names = [] if fixed is not None else ["C"]
        self._variables = {n: self._variable(n) for n in names + [p.name for p in scope.parameters]}
        self.C = self.number(fixed) if fixed is not None else self._variables["C"]
        self.box = Box.of(scope)

    # elements

    def number(self, value: int | Fraction) -> Element:
        n, d = (value, 1) if isinstance(value, int) else (value.numerator, value.denominator)
        return Element(self, self.context.constant(n), self.one_polynomial if d == 1 else self.context.constant(d))

    def parameter(self, name: str) -> Element:
        self.scope.parameter(name)
        return self._variables[name]

    def variable(self, name: str) -> Element:
        return self._variables[name]

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables, in the order of their places: C unless it is fixed, then the parameters."""
        return tuple(self._variables)

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

    def inverse_of(self, place: int) -> tuple[Role, Element] | None:
        g = self.generators[place]
        return (g.role, g.argument) if g.role in (Role.ARCCOS, Role.ARCTAN) else None

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

    def generator(self, place: int) -> Element:
        return Element(self, self.context.gen(place), self.one_polynomial)

    def monomial(self, powers: Powers) -> Element:
        sides = []
        for up in (True, False):
            exponents = [0] * self.context.nvars()
            for place, e in powers:
                if (e > 0) is up:
                    exponents[place] = abs(e)
            sides.append(self.context.from_dict({tuple(exponents): 1}))
        return self.related(*sides) if self.relations else Element(self, *sides)

    def lifted(self, polynomial: fmpz_mpoly) -> fmpz_mpoly:
        if polynomial.context() is self.context:
            return polynomial
        return polynomial.project_to_context(self.context)

    def product(self, a: fmpz_mpoly, b: fmpz_mpoly) -> fmpz_mpoly:
        size = len(a) * len(b)
        if size > SMALL:
            self.budget.check(size * (1 + (end_bits(a) + end_bits(b)) // WORD))
        # Coefficients grow where terms do not: (2**k x)**2.
        product = a * b
        bits = end_bits(product)
        if bits > LONG:
            self.budget.check(bits=bits)
        return product

    def gcd(self, a: fmpz_mpoly, b: fmpz_mpoly) -> fmpz_mpoly:
        # A call of FLINT cannot be stopped, so a gcd that might take long is not begun.
        size = len(a) + len(b)
        if size > SMALL:
            self.budget.check(10 * size * (1 + (end_bits(a) + end_bits(b)) // WORD))
        return a.gcd(b)

    def related(self, n: fmpz_mpoly, d: fmpz_mpoly) -> Element:
        return related(self, n, d)

    def factors(self, c: Element) -> Factors:
        numerator = c.key if c.d.is_one() else str(c.n)
        known = self._factors.get(numerator)
        if known is None:
            known = self._factors[numerator] = factors_of(self, c)
        return known

    # generators

    def opaque(self, role: Role, of: Element, *, root: int = 0, power: Element | None = None) -> Element:
        key = role, of.key
        known = self._opaque.get(key)
        if known is None:
            g = Generator(role, len(self.generators), "", of, root, power, self.depends(of))
            known = self._opaque[key] = self._added(g)
        return known

    def _variable(self, name: str) -> Element:
        role = Role.CLASSES if name == "C" else Role.PARAMETER
        return self._added(Generator(role, len(self.generators), name, depends=frozenset({name})))

    def reserve(self, count: int) -> None:
        """Make room for ``count`` more generators at once: elements of a ring that grows are written anew."""
        wanted = len(self.generators) + count
        if wanted > self.context.nvars():
            self.context = _ring(wanted)
            self.one_polynomial = self.context.constant(1)
            self.zero, self.one = self.number(0), self.number(1)

    def _added(self, g: Generator) -> Element:
        # Rings are doubled, as each element has to be written anew in a larger one when it is next used.
        if g.place == self.context.nvars():
            self.reserve(g.place)
        self.generators.append(g)
        if g.root:
            self.relations.append(g)
        return self.generator(g.place)

    def depends(self, c: Element) -> frozenset[str]:
        known = c.variables
        if known is None:
            known = c.variables = frozenset().union(*(self.generators[p].depends for p in c.places))
        return known


def _ring(generators: int) -> fmpz_mpoly_ctx:
    return fmpz_mpoly_ctx.get(tuple(f"g{i}" for i in range(generators)), Ordering.lex)
