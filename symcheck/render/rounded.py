"""Decimals beside exact values: four digits, each of them right, as balls enclose the value."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flint import arb
    from sympy import Expr  # reading a page takes no SymPy

DIGITS = 4

SHORT = 1000
"""A fraction with a numerator and a denominator below it is read as it stands."""

PRECISIONS = (64, 256, 1024, 4096)
"""Bits that are tried: more are needed where a value is close to the middle between two decimals."""

LOWEST, HIGHEST = -4, 6
"""Powers of 10 between which a number is written without an exponent."""


def rounded(expression: Expr) -> str:
    """``expression``, a constant, rightly rounded to ``DIGITS`` digits or more; "" where none is needed beside it.

    Parameters: a SymPy expression without symbols, as ``expression_text`` takes it.  Returns "" as well where no ball
    tells the digits, and for an expression with symbols in it.

    >>> from sympy import Integer, Rational
    >>> rounded(Integer(3) ** Rational(7, 10) / 10), rounded(Rational(2, 3)), rounded(Rational(1234, 999))
    ('0.2158', '', '1.235')
    """
    if expression.free_symbols:
        return ""
    if expression.is_Rational:
        value = Fraction(int(expression.p), int(expression.q))
        if value.denominator == 1 or max(abs(value.numerator), value.denominator) < SHORT:
            return ""
        return _written(*_digits(value))
    from flint import ctx

    for bits in PRECISIONS:
        # The ends as well: outside they would be rounded outwards to fewer bits.
        with ctx.workprec(bits):
            ball = _ball(expression)
            if ball is None or not ball.is_finite():
                return ""
            ends = [_fraction(end) for end in (ball.lower(), ball.upper())]
        if ends[0] * ends[1] > 0 and _digits(ends[0]) == _digits(ends[1]):
            return _written(*_digits(ends[0]))
    return ""


def _ball(e: Expr) -> arb | None:
    """A ball around the value, None where a part of it is none that is known here."""
    from flint import arb, fmpq

    if e.is_Rational:
        return arb(fmpq(int(e.p), int(e.q)))
    kind = type(e).__name__
    if kind == "Pi":
        return arb.pi()
    if kind == "Exp1":
        return arb(1).exp()
    args = [_ball(a) for a in e.args]
    known = [a for a in args if a is not None]
    if len(known) < len(args) or not args:
        return None
    if kind in ("Add", "Mul"):
        value = known[0]
        for other in known[1:]:
            value = value + other if kind == "Add" else value * other
        return value
    if kind == "Pow":
        return known[0] ** known[1]
    name = {"log": "log", "exp": "exp", "Abs": "__abs__", "tanh": "tanh", "cosh": "cosh", "acos": "acos", "sin": "sin",
            "cos": "cos", "atan": "atan", "erf": "erf"}.get(kind)  # fmt: skip
    found: arb | None = None if name is None else getattr(known[0], name)()
    return found


def _fraction(end: arb) -> Fraction:
    mantissa, exponent = (int(x) for x in end.man_exp())
    return Fraction(mantissa) * Fraction(2) ** exponent


def _digits(value: Fraction) -> tuple[int, int]:
    """n and e with ``value`` about n 10**e: rounded to ``DIGITS`` digits, or to a whole number that has more."""
    size, power = abs(value), 0
    while size >= 10 ** (power + 1):
        power += 1
    while size < Fraction(10) ** power:
        power -= 1
    shift = power - (max(DIGITS, power + 1) if power < HIGHEST else DIGITS) + 1
    n = round(size / Fraction(10) ** shift)
    if n == 10**DIGITS and shift < 0:  # 0.99999 is 1.000, as 0.9999 is 0.9999
        n, shift = n // 10, shift + 1
    return (n if value > 0 else -n), shift


def _written(n: int, shift: int) -> str:
    number = Decimal(n).scaleb(shift)
    return f"{number:f}" if LOWEST <= number.adjusted() < HIGHEST else f"{number:e}"


def tex_number(decimal: str) -> str:
    """``decimal`` in LaTeX: ``2.061e-9`` with a power of 10.

    >>> tex_number("2.061e-9"), tex_number("0.5")
    ('2.061 \\\\cdot 10^{-9}', '0.5')
    """
    digits, _, power = decimal.partition("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}" if power else digits
