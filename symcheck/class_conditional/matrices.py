"""Noise matrices as they are given: numbers, formulas in parameters, or a kind of noise for every number of classes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from symcheck.budget import look
from symcheck.class_conditional.flips import Matrix
from symcheck.class_conditional.given_rows import counted, rows_of
from symcheck.errors import ParameterError
from symcheck.field.constant_reading import constant
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.language.exact import exact_or_text
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Scalar, entrywise
from symcheck.reason import Code, Undecided

MatrixEntry = object
"""A number (int, Fraction, short decimal, text) or a scalar of the language in numbers and parameters."""

Formulas = tuple[tuple[Formula, ...], ...]


class Noise(ABC):
    """A kind of label noise: a matrix T for each number of classes."""

    @abstractmethod
    def entries(self, classes: int) -> Formulas:
        """T for this number of classes."""

    @abstractmethod
    def pattern(self, classes: Classes) -> tuple[Formula, Formula] | None:
        """What stands on the diagonal and off it, if T is alike for all these C; else None."""

    @property
    def gap(self) -> Formula | None:
        """A formula such that T has an inverse, whatever C, where it is not 0; None if no such is known."""
        return None

    @property
    @abstractmethod
    def fixed(self) -> int | None:
        """The number of classes if it is one."""

    @property
    @abstractmethod
    def parameters(self) -> tuple[Parameter, ...]:
        """The free parameters, in the order of their names."""


@dataclass(frozen=True)
class Given(Noise):
    """A matrix for one number of classes, by its ``rows``."""

    rows: Formulas

    @classmethod
    def of(cls, rows: object) -> Given:
        """The matrix with these rows, or of these counts: lists, arrays, tensors or a data frame.

        Raises ``ParameterError`` if they are no square of numbers and formulas.
        """
        given = rows_of(rows, "T", ", UniformNoise() or PairFlip(rate)")
        n = len(given)
        if n < 2:
            raise ParameterError(f"T: got {n} rows; give one for each of at least 2 classes")
        for i, row in enumerate(given):
            if len(row) != n:
                raise ParameterError(f"T: got {len(row)} entries in row {i + 1} and {n} rows; give as many of both")
        # Counts of a confusion matrix are as welcome as rates.
        given = counted(given) or given
        return cls(
            tuple(tuple(_formula(x, f"T[{i + 1},{j + 1}]") for j, x in enumerate(r)) for i, r in enumerate(given))
        )

    def entries(self, classes: int) -> Formulas:
        assert classes == len(self.rows)
        return self.rows

    def pattern(self, classes: Classes) -> tuple[Formula, Formula] | None:  # noqa: ARG002
        return None

    @property
    def fixed(self) -> int | None:
        return len(self.rows)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return _parameters(f for row in self.rows for f in row)


@dataclass(frozen=True)
class UniformNoise(Noise):
    """T = 1 - rho on the diagonal and rho/(C - 1) off it.

    Parameters: ``rho``, a number or a formula in C and parameters; by default every rate below (C - 1)/C, written
    rho = (1 - a) (C - 1)/C with a free a in (0, 1].
    """

    rho: MatrixEntry = None

    @property
    def _rate(self) -> Scalar:
        if self.rho is not None:
            return _scalar(self.rho, "rho")
        a, classes = Parameter("a", above=0, at_most=1), Scalar("classes")
        found = (1 - a) * (classes - 1) / classes
        assert isinstance(found, Scalar)
        return found

    def entries(self, classes: int) -> Formulas:
        diagonal, other = self.pattern(Classes())
        return tuple(tuple(diagonal if i == j else other for j in range(classes)) for i in range(classes))

    def pattern(self, classes: Classes) -> tuple[Formula, Formula]:  # noqa: ARG002
        rate = self._rate
        return Formula.of(1 - rate), Formula.of(entrywise("div", rate, Scalar("classes") - 1))

    @property
    def fixed(self) -> int | None:
        return None

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return Formula.of(self._rate).parameters


@dataclass(frozen=True)
class PairFlip(Noise):
    """Each class becomes the next one, and the last one the first, with probability ``rate``."""

    rate: MatrixEntry

    def entries(self, classes: int) -> Formulas:
        rate = _scalar(self.rate, "rate")
        keep, flip, none = Formula.of(1 - rate), Formula.of(rate), Formula.of(Scalar("number", data=Fraction(0)))
        kinds = {0: keep, 1: flip}
        return tuple(tuple(kinds.get((j - i) % classes, none) for j in range(classes)) for i in range(classes))

    def pattern(self, classes: Classes) -> tuple[Formula, Formula] | None:
        """With two classes it is uniform noise, and with rate 0 it is none."""
        rate = _scalar(self.rate, "rate")
        # Flipping to "the next class" is flipping to "the other class" at C = 2.
        alike = classes.fixed == 2 or (isinstance(rate.data, Fraction) and rate.data == 0)
        return (Formula.of(1 - rate), Formula.of(rate)) if alike else None

    @property
    def gap(self) -> Formula:
        """1 - 2 rate: the eigenvalues are 1 - rate + rate w with |w| = 1."""
        rate = _scalar(self.rate, "rate")
        return Formula.of(1 - rate - rate)

    @property
    def fixed(self) -> int | None:
        return None

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return Formula.of(_scalar(self.rate, "rate")).parameters


def towards(s: MatrixEntry, law: Sequence[MatrixEntry]) -> Given:
    """T = (1 - s) I + s 1 q': with probability ``s`` the label is drawn again, from the ``law`` q."""
    share = _scalar(s, "s")
    q = [_scalar(x, f"law[{j + 1}]") for j, x in enumerate(law)]
    rows = [[(1 - share if i == j else 0) + share * x for j, x in enumerate(q)] for i in range(len(q))]
    return Given.of(rows)


@dataclass(frozen=True)
class Checked:
    """T over a scope as constants of a field: one for each entry."""

    field: Field
    entries: tuple[tuple[Element, ...], ...]

    def at(self, values: Mapping[str, Fraction]) -> Matrix:
        """T at these values of the parameters."""
        field = self.field.narrowed(values)
        found = []
        for row in self.entries:
            line = []
            for c in row:
                number = self.field.restricted(c, field, values).rational
                if number is None:
                    raise Undecided.of(
                        Code.UNMAPPED_OP,
                        f"the entry {c.text()} is not a rational number at rational parameters",
                        "write T with sums, products and quotients of numbers and parameters",
                    )
                line.append(number)
            found.append(tuple(line))
        return tuple(found)


def checked(noise: Noise, classes: int) -> Checked:
    """T of ``noise`` at one C, after looking that it is one: rows that add up to 1, and no negative entry.

    Raises ``ParameterError``; with parameters, both for every value in their intervals.
    """
    field = Field(Scope(Classes(classes, classes), noise.parameters))
    entries = tuple(tuple(_constant(field, f) for f in row) for row in noise.entries(classes))
    for i, row in enumerate(entries):
        look()
        total = field.sum(row)
        if not (total - 1).is_zero:
            raise ParameterError(
                f"T: row {i + 1} adds up to {total.text()}; the rows of a noise matrix add up to 1"
                + ("; its columns do: give T transposed" if _columns_add_up(entries) else "")
            )
    for i, j in product(range(classes), repeat=2):
        _require_probability(field, entries[i][j], f"T[{i + 1},{j + 1}]")
    return Checked(field, entries)


def _columns_add_up(entries: Sequence[Sequence[Element]]) -> bool:
    return all((column[0].field.sum(column) - 1).is_zero for column in zip(*entries, strict=True))


def _constant(field: Field, entry: Formula) -> Element:
    """The entry in the field; a number, as most of them are, without a reading."""
    look()
    number = entry.nodes[-1].number
    return constant(field, entry) if number is None else field.number(number)


def checked_pattern(pattern: tuple[Formula, Formula], scope: Scope) -> Element:
    """The a of T = a I + (1 - a)/C 11' over a scope, after looking that its entries are probabilities."""
    field = Field(scope)
    diagonal, other = (constant(field, f) for f in pattern)
    # Rows of one diagonal and C - 1 other entries; with the sum 1 the a of a I + (1 - a)/C 11' is their difference.
    if not (diagonal + (field.C - 1) * other - 1).is_zero:
        raise ParameterError("T: its rows do not add up to 1; the rows of a noise matrix add up to 1")
    for c, name in ((diagonal, "the diagonal of T"), (other, "an entry of T")):
        _require_probability(field, c, name)
    return diagonal - other


def _require_probability(field: Field, c: Element, name: str) -> None:
    number = c.rational
    if number is not None and number >= 0:
        return
    look()
    sign = field.sign(c)
    if sign.nonnegative:
        return
    # A point is needed to call it negative; a sign that was not decided is another error.
    wrong = next((p for p in sign.points if p.sign < 0), None)
    if wrong is not None:
        place = "" if c.rational is not None else f" at {wrong.place}"
        value = field.restricted(c, field.narrowed(wrong.values), wrong.values).rational
        shown = wrong.value if value is None else value
        raise ParameterError(f"{name}: got {shown}{place}; the entries of a noise matrix are probabilities")
    if sign.kind is not Kind.ZERO:
        raise ParameterError(f"{name}: {c.text()} is not shown to be >= 0; narrow the intervals of its parameters")


def laws_of(given: object, classes: int) -> Matrix:
    """Laws eta of the clean label, one a row; raises ``ParameterError`` for what is no law on the classes."""
    found = []
    for n, law in enumerate(numbers_of(given, "laws")):
        if len(law) != classes or sum(law) != 1 or min(law) < 0:
            shown = ", ".join(map(str, law))
            raise ParameterError(
                f"laws, row {n + 1}: got ({shown}); give the probabilities of {classes} classes, with the sum 1"
            )
        found.append(law)
    if not found:
        raise ParameterError("laws: got none; give the law of the clean label at one point or more, a row each")
    return tuple(found)


def numbers_of(given: object, name: str) -> Matrix:
    """Rows of exact numbers; raises ``ParameterError`` or ``NumberError``."""
    rows = rows_of(given, name)
    return tuple(
        tuple(exact_or_text(x, f"{name}[{i + 1},{j + 1}]") for j, x in enumerate(r)) for i, r in enumerate(rows)
    )


def _scalar(value: MatrixEntry, name: str) -> Scalar:
    if isinstance(value, Scalar):
        return value
    return Scalar("number", data=exact_or_text(value, name))


def _formula(value: MatrixEntry, name: str) -> Formula:
    return Formula.of(_scalar(value, name))


def _parameters(formulas: Iterable[Formula]) -> tuple[Parameter, ...]:
    found: dict[str, Parameter] = {}
    for formula in formulas:
        for p in formula.parameters:
            known = found.setdefault(p.name, p)
            if known.key() != p.key():
                raise ParameterError(
                    f"{p.name}: T uses two parameters of this name, in {known.interval} and in {p.interval}; "
                    "give them different names"
                )
    return tuple(found[name] for name in sorted(found))
