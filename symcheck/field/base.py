"""The ring in which elements are written, and what is asked of a field by the elements, balls and proofs.

An element knows its field, and a field makes elements.  This face between the two is why a logarithm can be formed
and a sign proved without a word about how a field keeps what it has found.  ``symcheck.field.field`` is behind it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import ClassVar

from flint import Ordering, arb, fmpz_mpoly, fmpz_mpoly_ctx
from sympy import Expr

from symcheck.budget import Budget
from symcheck.field.element import LONG, SMALL, WORD, Element, Factors, Powers, end_bits
from symcheck.field.generator import Generator, Role
from symcheck.field.signs.box import Box
from symcheck.field.signs.effort import Effort
from symcheck.field.signs.sign import ProvedSign, Sign
from symcheck.language.array import Array
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Code, Undecided

FEWEST_GENERATORS = 4
"""The polynomial ring begins with this many generators and doubles when they are used up."""


class AbstractField(ABC):
    """The functions of C and the parameters of ``scope`` that the ``generators`` make, as fractions of polynomials.

    ``real``: statements are about all real C between the ends of the scope's classes, not the whole numbers alone.
    ``context`` is the polynomial ring, which grows with the generators, and ``one_polynomial`` its 1.
    ``relations`` are the generators that are roots of others, the oldest first.  ``slopes`` keeps the derivatives of
    generators by place and variable.
    """

    def __init__(self, scope: Scope, budget: Budget, effort: Effort, *, real: bool) -> None:
        self.scope, self.budget, self.effort, self.real = scope, budget, effort, real
        self.generators: list[Generator] = []
        self.relations: list[Generator] = []
        self.context = _ring(FEWEST_GENERATORS)
        self.one_polynomial = self.context.constant(1)
        self.zero, self.one = self.number(0), self.number(1)
        self.slopes: dict[tuple[int, str], Element] = {}
        self._opaque: dict[tuple[Role, str], Element] = {}
        fixed = scope.classes.fixed
        names = [] if fixed is not None else ["C"]
        self._variables = {n: self._variable(n) for n in names + [p.name for p in scope.parameters]}
        self.C = self.number(fixed) if fixed is not None else self._variables["C"]
        self.box = Box.of(scope)

    # polynomials and generators

    def number(self, value: int | Fraction) -> Element:
        """The rational number ``value``."""
        n, d = (value, 1) if isinstance(value, int) else (value.numerator, value.denominator)
        return Element(self, self.context.constant(n), self.one_polynomial if d == 1 else self.context.constant(d))

    def parameter(self, name: str) -> Element:
        """The free parameter called ``name``; raises ``ParameterError`` if the scope has none."""
        self.scope.parameter(name)
        return self._variables[name]

    def variable(self, name: str) -> Element:
        """C or a free parameter by its name."""
        return self._variables[name]

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables, in the order of their places: C unless it is fixed, then the parameters."""
        return tuple(self._variables)

    def generator(self, place: int) -> Element:
        """The generator at ``place`` as an element."""
        return Element(self, self.context.gen(place), self.one_polynomial)

    def monomial(self, powers: Powers) -> Element:
        """The product of powers of generators (negative ones too, of generators that are not zero)."""
        sides = []
        for up in (True, False):
            exponents = [0] * self.context.nvars()
            for place, e in powers:
                if (e > 0) is up:
                    exponents[place] = abs(e)
            sides.append(self.context.from_dict({tuple(exponents): 1}))
        return self.related(*sides) if self.relations else Element(self, *sides)

    def opaque(self, role: Role, of: Element, *, root: int = 0, power: Element | None = None) -> Element:
        """The generator that stands for a function ``of`` an element, made when first asked for."""
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
        """The variables that occur in ``c``, inside generators too."""
        known = c.variables
        if known is None:
            known = c.variables = frozenset().union(*(self.generators[p].depends for p in c.places))
        return known

    def lifted(self, polynomial: fmpz_mpoly) -> fmpz_mpoly:
        """The same polynomial in the ring that this field has grown to."""
        if polynomial.context() is self.context:
            return polynomial
        return polynomial.project_to_context(self.context)

    def product(self, a: fmpz_mpoly, b: fmpz_mpoly) -> fmpz_mpoly:
        """a b, if the budget allows its size."""
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
        """The greatest common divisor, if the budget allows the sizes."""
        # A call of FLINT cannot be stopped, so a gcd that might take long is not begun.
        size = len(a) + len(b)
        if size > SMALL:
            self.budget.check(10 * size * (1 + (end_bits(a) + end_bits(b)) // WORD))
        return a.gcd(b)

    # functions

    @abstractmethod
    def log(self, c: Element) -> Element:
        """log c as a sum over the irreducible factors of c; c has to be shown positive."""

    @abstractmethod
    def exp(self, c: Element) -> Element:
        """exp c as a product over the terms of c."""

    @abstractmethod
    def arccos(self, c: Element) -> Element:
        """arccos c; c has to be shown to lie in [-1, 1]."""

    @abstractmethod
    def cos(self, c: Element) -> Element:
        """cos c."""

    @abstractmethod
    def sin(self, c: Element) -> Element:
        """sin c."""

    @abstractmethod
    def arctan(self, c: Element) -> Element:
        """arctan c."""

    @abstractmethod
    def erf(self, c: Element) -> Element:
        """The error function at c."""

    def applied(self, role: Role, c: Element) -> Element:
        """The function that generators of this ``role`` stand for, at ``c``."""
        found: Element = getattr(self, role.name.lower())(c)
        return found

    def inverse_of(self, place: int) -> tuple[Role, Element] | None:
        """The role and the x of the generator at ``place``, if it is arccos x or arctan x."""
        g = self.generators[place]
        return (g.role, g.argument) if g.role in (Role.ARCCOS, Role.ARCTAN) else None

    @abstractmethod
    def parity(self, e: Element) -> Element:
        """(-1)**e for an exponent that is plainly a whole number in the whole scope."""

    @abstractmethod
    def power(self, base: Element, exponent: Element) -> Element:
        """base**exponent.

        Unless the exponent is a whole number, the base has to be shown positive, or 0 with a positive exponent.
        """

    def sum(self, elements: Iterable[Element]) -> Element:
        """The sum of ``elements``, 0 of none."""
        found = self.zero
        for c in elements:
            found = found + c
        return found

    # named classes: an element of this field is the same at all of them

    names_classes: ClassVar[bool] = False
    """Whether classes 0, 1, ... may occur in elements, as in the entry w[0] of an array."""

    def entry(self, array: Array, *places: int) -> Element:  # noqa: ARG002
        """The entry of ``array`` at these named classes."""
        raise Undecided.of(
            Code.NOT_EQUIVARIANT,
            f"{array.name} treats the classes differently, and here they are treated alike",
            f"give {array.name} the same entry for every class",
        )

    def classes_in(self, c: Element) -> frozenset[int]:  # noqa: ARG002
        """The named classes that occur in ``c``."""
        return frozenset()

    def renamed(self, c: Element, renaming: Mapping[int, int]) -> Element:  # noqa: ARG002
        """``c`` at other named classes; two of them may become one."""
        return c

    def over_classes(self, generic: Element, place: int, named: Mapping[int, Element]) -> Element:  # noqa: ARG002
        """The sum over all classes of what is ``named[b]`` at the class b, and ``generic`` elsewhere, at ``place``."""
        # All classes that are not named give the same: here C enters as a symbol, and the cost does not grow with it.
        return self.sum(named.values()) + generic * (self.C - self.number(len(named)))

    # signs and values

    @abstractmethod
    def sign(self, c: Element) -> Sign:
        """The sign of ``c`` on the whole scope, with its proof or its witnesses."""

    @abstractmethod
    def quick_sign(self, c: Element) -> ProvedSign | None:
        """What the terms of ``c`` show of its sign on the whole scope, None if they show nothing."""

    @abstractmethod
    def runs(self, c: Element) -> Sequence[tuple[Classes, Sign]]:
        """The longest runs of the scope's classes on which the sign of ``c`` is of one kind; C occurs in ``c``."""

    @abstractmethod
    def require_nonzero(self, c: Element) -> None:
        """Nothing if ``c`` is shown to vanish nowhere in the scope; else raises ``Undecided`` or ``Undefined``."""

    @abstractmethod
    def ball(self, c: Element, point: Mapping[str, int | Fraction], precision: int) -> arb:
        """The rigorous value of ``c`` at ``point``, working with ``precision`` bits."""

    @abstractmethod
    def derivative(self, c: Element, variable: str) -> Element:
        """The partial derivative of ``c`` by C or a parameter, taken as a real number."""

    # other scopes

    @abstractmethod
    def narrowed(
        self, point: Mapping[str, int | Fraction], *, classes: Classes | None = None, real: bool = False
    ) -> AbstractField:
        """The field of the scope in which the variables of ``point`` have these values, kept for the next time.

        ``classes`` narrows C to some of its values, and ``real`` then asks for all real numbers between them.
        """

    @abstractmethod
    def restricted(self, c: Element, field: AbstractField, values: Mapping[str, Fraction] | None = None) -> Element:
        """``c`` in the ``field`` of a narrower scope, derived again there.

        C has the value that ``field`` fixes, if it does; ``values`` gives those of the parameters that are
        free here and not there.  Raises ``Undecided`` where a positive or non-zero part is no longer shown to
        be, ``Undefined`` where it is not.
        """

    # canonical forms

    @abstractmethod
    def related(self, n: fmpz_mpoly, d: fmpz_mpoly) -> Element:
        """n/d in lowest terms, after the relations between roots have been used."""

    @abstractmethod
    def factors(self, c: Element) -> Factors:
        """The numerator of ``c`` as an integer times irreducible polynomials with their multiplicities.

        A generator of which roots occur may have a negative one.
        """

    # display

    @abstractmethod
    def text_of(self, c: Element) -> str:
        """``c`` in the grammar of formulas, such as ``C**(-q)``."""

    @abstractmethod
    def sympy_of(self, c: Element) -> Expr:
        """``c`` as SymPy writes it, in the symbols of ``symcheck.field.symbols``."""


def _ring(generators: int) -> fmpz_mpoly_ctx:
    return fmpz_mpoly_ctx.get(tuple(f"g{i}" for i in range(generators)), Ordering.lex)
