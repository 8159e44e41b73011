"""Numbers, laws and leading classes in words, short also where there are many of them or a number is long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import Final

MOST_SHOWN: Final = 12
"""So many entries of a vector are written out."""
FEW: Final = 4
"""Of more, those that differ from all the others are named, if they are so few; and so many of classes that tie."""
LONGEST: Final = 10**6
"""A fraction with a larger numerator or denominator is shown as a decimal."""
DECIMALS: Final = 10**10


def number_said(number: Fraction) -> str:
    """``number`` as a fraction, or about as a decimal if the fraction is long.

    >>> number_said(Fraction(2, 7)), number_said(Fraction(10**20, 3 * 10**20 + 1))
    ('2/7', 'about 0.333333')
    """
    return str(number) if _is_short(number) else f"about {float(number):.6g}"


def at_most_said(number: Fraction) -> str:
    """As ``number_said``, with a decimal that is rounded up: for a bound that has to stay one.

    >>> at_most_said(Fraction(10**20, 3 * 10**20 + 1))
    '0.3333333334'
    """
    if _is_short(number):
        return str(number)
    whole, part = divmod(ceil(number * DECIMALS), DECIMALS)
    return f"{whole}.{part:010d}".rstrip("0").rstrip(".")


def vector_said(vector: Sequence[Fraction]) -> str:
    """A vector as a reader writes it; of more than 12 entries the few that are not as all the others.

    >>> vector_said([Fraction(1, 2)] + [Fraction(1, 40)] * 20)
    '(1/2 for class 1, 1/40 for each other class)'
    """
    if len(vector) <= MOST_SHOWN:
        return f"({', '.join(map(number_said, vector))})"
    usual, _ = Counter(vector).most_common(1)[0]
    apart = [f"{number_said(x)} for class {i + 1}" for i, x in enumerate(vector) if x != usual]
    if len(apart) <= FEW:
        return f"({', '.join([*apart, f'{number_said(usual)} for each other class'])})"
    first = ", ".join(map(number_said, vector[:MOST_SHOWN]))
    return f"({first} and {len(vector) - MOST_SHOWN} more)"


def entries_said(vector: Sequence[Fraction], classes: Sequence[int]) -> str:
    """The entries of ``vector`` at these classes, from 1."""
    return f"({', '.join(number_said(vector[k - 1]) for k in classes)})"


def leaders_said(found: Sequence[int]) -> str:
    """The classes ``found`` in the lead, in words."""
    if len(found) == 1:
        return f"class {found[0]} leads"
    more = f" and {len(found) - FEW} more" if len(found) > MOST_SHOWN else ""
    return f"classes {', '.join(map(str, found[:FEW] if more else found))}{more} tie"


def _is_short(number: Fraction) -> bool:
    return abs(number.numerator) <= LONGEST and number.denominator <= LONGEST
