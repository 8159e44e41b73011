"""Scopes: the numbers of classes and the parameter ranges that a statement is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symcheck.arguments.weight_decay import WEIGHT_DECAY, is_weight_decay
from symcheck.errors import ParameterError, ScopeError, shown
from symcheck.language.array import Array, Entries
from symcheck.language.exact import LONGEST_NUMBER, Number
from symcheck.language.formula import Formula
from symcheck.language.numerals import is_long
from symcheck.language.parameter import Parameter

FEWEST = 2
"""A classification problem has at least two classes."""


@dataclass(frozen=True)
class Classes:
    """The numbers of classes from ``low`` to ``high``; ``high=None`` is every C >= low."""

    low: int = FEWEST
    high: int | None = None

    def __post_init__(self) -> None:
        for end in (self.low, *(() if self.high is None else (self.high,))):
            if isinstance(end, bool) or not isinstance(end, int) or end < FEWEST:
                raise ScopeError(
                    f"classes: got {shown(end)}; accepted is an integer C >= 2, or a pair such as (2, 1000)"
                )
        if self.high is not None and self.high < self.low:
            raise ScopeError(f"classes: got ({self.low}, {self.high}), which is empty; write the smaller one first")

    @classmethod
    def of(cls, value: int | Sequence[int] | Classes | None) -> Classes:
        """What ``classes=`` stands for: None (every C >= 2), one C, or a pair of ends, both included."""
        if value is None:
            return cls()
        if isinstance(value, Classes):
            return value
        if isinstance(value, int):
            return cls(_short(value), value)
        ends = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else ()
        if len(ends) != 2:
            raise ScopeError(f"classes: got {shown(value)}; accepted is an integer C >= 2, or a pair such as (2, 1000)")
        return cls(_short(ends[0]), _short(ends[1]))

    @property
    def fixed(self) -> int | None:
        """C if there is only one."""
        return self.low if self.low == self.high else None

    def narrowed(self, value: int) -> Classes:
        """These classes with C = ``value`` only; raises ``ScopeError`` if it is not one of them."""
        one = Classes.of(value)
        if value not in self:
            raise ScopeError(f"C: got {value}; the certificate is about {self}")
        return one

    def common(self, other: Classes) -> Classes | None:
        """The numbers of classes in both, None if there are none."""
        ends = [h for h in (self.high, other.high) if h is not None]
        low, high = max(self.low, other.low), min(ends) if ends else None
        return Classes(low, high) if high is None or low <= high else None

    def __contains__(self, value: int) -> bool:
        return self.low <= value and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        if self.fixed is not None:
            return f"C = {self.low}"
        return f"every C >= {self.low}" if self.high is None else f"every C from {self.low} to {self.high}"


def _short(end: int) -> int:
    """``end``, if it is a number that can be written down."""
    if isinstance(end, int) and is_long(end):
        raise ScopeError(f"classes: got an integer of more than {LONGEST_NUMBER} digits; write a smaller one")
    return end


@dataclass(frozen=True)
class Scope:
    """Every C in ``classes``, every value of the free ``parameters`` in its interval, every free one of ``arrays``."""

    classes: Classes = field(default_factory=Classes)
    parameters: tuple[Parameter, ...] = ()
    arrays: tuple[Array, ...] = ()

    def _key(self) -> tuple[object, ...]:
        return self.classes, tuple(p.key() for p in self.parameters), self.arrays

    def __eq__(self, other: object) -> bool:
        # Parameters are terms, which refuse ==.
        return isinstance(other, Scope) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def parameter(self, name: str) -> Parameter:
        """The free parameter called ``name``; raises ``ParameterError`` if there is none."""
        for p in self.parameters:
            if p.name == name:
                return p
        if is_weight_decay(name):
            raise ParameterError(f"{name}: no free parameter has this name; {WEIGHT_DECAY}")
        free = ", ".join(p.name for p in self.parameters) or "none"
        raise ParameterError(f"{name}: no free parameter has this name; free here: {free}")

    def of(self, formula: Formula) -> Scope:
        """This scope without the parameters that ``formula`` does not have."""
        # The classes stay, whatever the formula is: a scope is where a statement is made.
        parameters = tuple(p for p in self.parameters if p.name in formula.names)
        return Scope(self.classes, parameters, tuple(a for a in self.arrays if a.name in formula.names))

    def joined(self, other: Scope) -> Scope:
        """The scope of two formulas together: the parameters of both, the classes that both allow."""
        parameters = {p.name: p for p in self.parameters}
        for p in other.parameters:
            if p.name in parameters and parameters[p.name].key() != p.key():
                raise ParameterError(
                    f"{p.name}: the loss has it in {parameters[p.name].interval} and the regularizer in {p.interval}; "
                    "give them different names"
                )
            parameters[p.name] = p
        arrays = {a.name: a for a in self.arrays}
        for a in other.arrays:
            if arrays.setdefault(a.name, a) != a:
                raise ParameterError(
                    f"{a.name}: the loss has it as {arrays[a.name]} and the regularizer as {a}; "
                    "give them different names"
                )
        clashes = sorted(parameters.keys() & arrays.keys())
        if clashes:
            raise ParameterError(
                f"{clashes[0]}: this is the name of a number and of an array; give them different names"
            )
        ends = [h for h in (self.classes.high, other.classes.high) if h is not None]
        low, high = max(self.classes.low, other.classes.low), min(ends, default=None)
        if high is not None and high < low:
            raise ScopeError(
                f"classes: the loss is about {self.classes} and the regularizer about {other.classes}, "
                "which have no number of classes in common"
            )
        return Scope(
            Classes(low, high),
            tuple(parameters[n] for n in sorted(parameters)),
            tuple(arrays[n] for n in sorted(arrays)),
        )

    def values(self, given: Mapping[str, Number | str | Entries]) -> dict[str, Fraction | Array]:
        """``given`` as exact numbers, each in its parameter's interval, and as arrays with these entries."""
        found: dict[str, Fraction | Array] = {}
        for name, value in given.items():
            array = next((a for a in self.arrays if a.name == name), None)
            number = self.parameter(name).value if array is None else array.given
            found[name] = number(value)  # type: ignore[arg-type]  # each refuses what is not its own
        return found

    def __str__(self) -> str:
        return ", ".join([
            str(self.classes),
            *(f"every {p.name} in {p.interval}" for p in self.parameters),
            *(f"every {a}" for a in self.arrays),
        ])  # fmt: skip
