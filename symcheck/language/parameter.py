"""Parameters: named numbers with an interval, that may stay symbolic in a certificate."""

from __future__ import annotations

import re
from fractions import Fraction

from symcheck.arguments.public import public
from symcheck.errors import ParameterError
from symcheck.language.exact import Number, exact_or_text
from symcheck.language.flag import flag
from symcheck.language.interval import Interval
from symcheck.language.node import Symbol
from symcheck.language.term import Scalar

LONGEST_NAME = 64
"""The name of a parameter has at most so many characters."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
RESERVED = frozenset({"C", "z", "y", "E", "I"})
"""Names that mean something else in a formula."""


@public
class Parameter(Scalar):
    """A number with a name and an interval, free until it is given a value.

    Parameters: ``name``; one of ``above`` (open) or ``at_least`` (closed), one of ``below`` or ``at_most``, none of
    them for an unbounded side; ``integer`` for whole numbers only; ``default`` the value to train with; ``rounded`` for
    one number that is known up to rounding: what is refuted has to fail for every value of it.  It is a scalar of the
    language: ``softmax(z)[y] ** q`` works.  Raises ``ParameterError`` and ``NumberError``.

    >>> import symcheck as sc
    >>> sc.Parameter("q", above=0, at_most=1, default="7/10")
    Parameter q in (0, 1], default 7/10
    """

    __slots__ = ("default", "interval", "name")
    __hash__ = Scalar.__hash__

    def __init__(
        self,
        name: str,
        *,
        above: Number | str | None = None,
        at_least: Number | str | None = None,
        below: Number | str | None = None,
        at_most: Number | str | None = None,
        integer: bool = False,
        default: Number | str | None = None,
        rounded: bool = False,
    ) -> None:
        if isinstance(name, str) and len(name) > LONGEST_NAME:
            raise ParameterError(
                f"name: got {len(name)} characters, {name[:20]!r}...; a parameter's name has at most {LONGEST_NAME}"
            )
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name in RESERVED:
            raise ParameterError(
                f"name: got {name!r}; a parameter's name is letters, digits and _, begins with a letter, "
                f"and is none of {', '.join(sorted(RESERVED))}"
            )
        for first, second, one, two in ((above, at_least, "above", "at_least"), (below, at_most, "below", "at_most")):
            if first is not None and second is not None:
                raise ParameterError(f"parameter {name}: got both {one} and {two}; give one of them")
        low = above if above is not None else at_least
        high = below if below is not None else at_most
        integer, rounded = flag(integer, "integer"), flag(rounded, "rounded")
        self.name = name
        self.interval = Interval(
            None if low is None else exact_or_text(low, f"lower end of {name}"),
            None if high is None else exact_or_text(high, f"upper end of {name}"),
            low_open=above is not None,
            high_open=below is not None,
            integer=integer,
            rounded=rounded,
        )
        if self.interval.is_empty:
            raise ParameterError(f"parameter {name}: the interval {self.interval} is empty")
        if rounded and (integer or None in (low, high)):
            raise ParameterError(f"parameter {name}: a rounded number lies in a bounded interval of real numbers")
        super().__init__("parameter", data=Symbol(self.name, self.interval))
        self.default = None if default is None else self.value(default)

    @classmethod
    def of(cls, name: str, interval: Interval, default: Fraction | None = None) -> Parameter:
        """The parameter called ``name`` in ``interval``, with the value ``default`` to train with."""
        # For intervals that exist: the texts and the checks of __init__ are for what people write.
        made = cls.__new__(cls)
        Scalar.__init__(made, "parameter", data=Symbol(name, interval))
        made.name, made.interval, made.default = name, interval, default
        return made

    @property
    def rounded(self) -> bool:
        """Whether it is one number that is known up to rounding."""
        return self.interval.rounded

    def value(self, value: Number | str) -> Fraction:
        """``value`` as an exact number of this parameter's interval; raises ``ParameterError`` outside it."""
        number = exact_or_text(value, self.name)
        if number not in self.interval:
            raise ParameterError(f"{self.name}: got {number}; accepted is {self.interval}")
        return number

    def restricted(self, other: Parameter) -> Parameter:
        """``other`` in the place of this parameter.

        Raises ``ParameterError`` if its interval does not lie within this one's.
        """
        if not other.interval.within(self.interval):
            raise ParameterError(
                f"{self.name}: got the free parameter {other.name} in {other.interval}; accepted is {self.interval}"
            )
        return other

    def key(self) -> Symbol:
        """What makes two parameters the same one: the name and the interval."""
        return Symbol(self.name, self.interval)

    def __repr__(self) -> str:
        shown = f"Parameter {self.name} in {self.interval}"
        return shown if self.default is None else f"{shown}, default {self.default}"
