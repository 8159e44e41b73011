"""The numbers among the settings of networks, from numbers or texts: read before torch is loaded."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import inf
from operator import index

from numerics.errors import ConfirmationError
from symcheck.errors import SymcheckError, shown
from symcheck.language.exact import exact_text

MOST_SEEDS = 100
"""A number of seeds is at most this; for more of them list them."""
END = 2**63
"""Seeds are below it: torch's generator takes no larger ones."""


def checked_alpha(alpha: float | Fraction | str) -> float:
    """``alpha`` as a float, from a number or its text; raises ``ConfirmationError`` unless it is above 0 and finite."""
    number = inf
    if not isinstance(alpha, bool):
        try:
            number = float(exact_text(alpha, "alpha") if isinstance(alpha, str) else alpha)
        except (SymcheckError, OverflowError, TypeError, ValueError):
            number = inf
    if not 0 < number < inf:
        raise ConfirmationError(f"alpha: got {shown(alpha)}; accepted is a number above 0, such as 1/256")
    return number


def checked_seeds(seeds: int | str | Iterable[int]) -> list[int]:
    """The seeds: the first so many for a number, else those that are listed; raises ``ConfirmationError``."""
    accepted = f"accepted is a number of seeds, from 2 to {MOST_SEEDS}, or seeds that differ, such as 0,1,2"
    wrong = ConfirmationError(f"seeds: got {shown(seeds)}; {accepted}")
    try:
        if isinstance(seeds, str):
            listed = [int(word) for word in seeds.split(",")]
            given: int | list[int] = listed if "," in seeds else listed[0]
        else:
            given = [index(s) for s in seeds] if isinstance(seeds, Iterable) else index(seeds)
    except (TypeError, ValueError):
        raise wrong from None
    if isinstance(seeds, bool) or (isinstance(given, int) and not 2 <= given <= MOST_SEEDS):
        raise wrong
    found = list(range(given)) if isinstance(given, int) else given
    if len(set(found)) != len(found):
        raise wrong
    for seed in found:
        if not 0 <= seed < END:
            raise ConfirmationError(f"seeds: got {seed}; accepted are integers from 0 to 2^63 - 1")
    return found
