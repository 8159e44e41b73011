"""How large the numbers in an expression can become, bounded from its tokens before anything of it is computed.

The text 9**9**9 is short, and the number that it means fills a disk.  The bound is in bits: of the numerators and
denominators of all constants that reading the expression can make, and of degrees, a symbol being one.
"""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.errors import SymcheckError
from symcheck.intake.tokens import Token, tokens

MOST_BITS = 100_000
"""No expression of a certificate may make larger numbers."""

DEEPEST = 50
"""Brackets, and powers in exponents, are nested at most so deep."""

_NOT_LARGER = frozenset({
    "log", "sqrt", "abs", "relu", "maximum", "minimum", "arccos", "tanh", "sigmoid",
    "arctan", "erf"})  # fmt: skip
"""Functions that make nothing larger; the others may be exponentials."""


def bits_of(text: str, classes: int | None = None) -> int | None:
    """A bound on the bits of the numbers in ``text``; None if it exceeds ``MOST_BITS``, or none is found.

    ``classes`` is the greatest number of classes if there is one: then C may be a number.

    >>> bits_of("C**(-q)"), bits_of("9**9**9")
    (3, None)
    """
    try:
        return _Reader(tokens(text), 1 if classes is None else classes.bit_length()).whole().bits
    except (_NoBound, SymcheckError):
        return None


@dataclass(frozen=True)
class _Size:
    """Of a part: the ``bits`` of its constants; as an exponent it is at most 2**``reach``, or this small ``number``."""

    bits: int
    reach: int
    number: int | None = None

    def __post_init__(self) -> None:
        if self.bits > MOST_BITS:
            raise _NoBound

    def raised(self, exponent: _Size) -> _Size:
        """The size of a power: its numbers are so many times as long as the exponent is large."""
        # 2**reach is itself too large to be made: the question is decided before the number.
        if exponent.number is None and exponent.reach > MOST_BITS.bit_length():
            raise _NoBound
        times = 2**exponent.reach if exponent.number is None else max(1, abs(exponent.number))
        bits = self.bits * times + exponent.bits
        return _Size(bits, bits)


class _NoBound(Exception):
    """The numbers may be too large, or the text is no plain expression."""


class _Reader:
    """The grammar of constants, one method a rule; ``depth`` is that of the rule that is read."""

    def __init__(self, found: list[Token], classes: int) -> None:
        self.tokens, self.next, self.depth = found, 0, 0
        self.symbols = {"C": _Size(classes, classes)}

    def whole(self) -> _Size:
        """The size of the whole text."""
        found = self._sum()
        if self._peek().kind != "end":
            raise _NoBound
        return found

    def _sum(self) -> _Size:
        found = self._product()
        while self._taken("+", "-"):
            other = self._product()
            found = _Size(found.bits + other.bits + 1, max(found.reach, other.reach) + 1)
        return found

    def _product(self) -> _Size:
        found = self._signed()
        while self._taken("*", "/"):
            other = self._signed()
            found = _Size(found.bits + other.bits, found.reach + other.reach)
        return found

    def _signed(self) -> _Size:
        while self._taken("+", "-"):  # of the magnitude
            pass
        self.depth += 1
        if self.depth > DEEPEST:
            raise _NoBound
        found = self._value()
        if self._taken("**", "^"):
            found = found.raised(self._signed())
        self.depth -= 1
        return found

    def _value(self) -> _Size:
        token = self._peek()
        self.next += 1
        if token.kind == "number":
            return _number(token.text)
        if token.kind == "name":
            return self._call(token.text) if self._taken("(") else self.symbols.get(token.text, _Size(1, 1))
        if token.text != "(":
            raise _NoBound
        found = self._sum()
        self._close()
        return found

    def _call(self, name: str) -> _Size:
        """A function: exp(n*log(a)) is read as a**n, so that the reach of log(a) is 1."""
        found = self._sum()
        while self._taken(","):
            other = self._sum()
            found = _Size(found.bits + other.bits, max(found.reach, other.reach))
        self._close()
        # log has the reach 1 whatever its argument is, as the argument stays a name in the field.
        if name in _NOT_LARGER:
            return _Size(found.bits + 1, 1 if name == "log" else found.reach)
        return _Size(found.bits + 1, found.reach).raised(_Size(1, found.reach))

    def _close(self) -> None:
        if not self._taken(")"):
            raise _NoBound

    def _taken(self, *signs: str) -> bool:
        """Whether the next token is one of ``signs``, which is then read."""
        found = self._peek().text in signs
        self.next += found
        return found

    def _peek(self) -> Token:
        return self.tokens[min(self.next, len(self.tokens) - 1)]


def _number(text: str) -> _Size:
    """The size of a decimal."""
    mantissa, _, exponent = text.lower().partition("e")
    if len(exponent) > len(str(MOST_BITS)) + 1:
        raise _NoBound
    if mantissa.isdecimal() and not exponent and len(mantissa) <= len(str(MOST_BITS)):
        number = int(mantissa)
        return _Size(max(1, number.bit_length()), number.bit_length(), number)
    bits = 4 * (len(mantissa) + abs(int(exponent or "0")))
    return _Size(bits, bits)
