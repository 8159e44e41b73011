"""The scale kappa of a claim that is given: a number or its text, read before anything else is."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from numbers import Real

from numerics.errors import ConfirmationError
from symcheck.errors import SymcheckError, shown
from symcheck.language.exact import exact_text

Scale = float | Fraction | Decimal | str
"""A claimed kappa: a number or its text."""

LARGEST = 1e30
"""The size of a claimed kappa and of its inverse: beyond it limits are no numbers of double precision."""


def checked_scale(kappa: Scale) -> float:
    """``kappa`` as a float; raises ``ConfirmationError`` for what is no number, 0, or no size that occurs."""
    number: float | None = None
    if isinstance(kappa, str):
        try:
            number = float(exact_text(kappa, "kappa"))
        except (SymcheckError, OverflowError):
            number = None
    elif isinstance(kappa, Real | Decimal) and not isinstance(kappa, bool):
        try:
            number = float(kappa)
        except OverflowError:
            number = None
    if number is None or not 1 / LARGEST <= abs(number) <= LARGEST:
        raise ConfirmationError(
            f"kappa: got {shown(kappa)}; accepted is a number other than 0, or its text, such as 1, -1 or '2/3', of a "
            f"size from {1 / LARGEST:g} to {LARGEST:g}"
        )
    return number
