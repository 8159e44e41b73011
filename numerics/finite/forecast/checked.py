"""Settings of a forecast that are in range, or an error that says which are."""

from __future__ import annotations

from math import isfinite
from operator import index
from typing import Any

from numerics.errors import FiniteError
from symcheck.errors import shown


def checked_draws(draws: int) -> int:
    """At least 2, so that they have a spread; raises ``FiniteError``."""
    found = _whole(draws)
    if found is None or found < 2:
        raise FiniteError(f"draws: got {shown(draws, 80)}; accepted is a whole number >= 2, such as 100")
    return found


def checked_count(n: int | None, samples: int, name: str = "n") -> int | None:
    """A number of labels that ``samples`` can say something of, None for one each; raises ``FiniteError``."""
    if n is None:
        return None
    found = _whole(n)
    if found is None or found < 2 or (found > samples and found % samples):
        raise FiniteError(
            f"{name}: got {shown(n, 80)}; accepted are 2 to {samples}, as many of the samples drawn at random, or a "
            "whole "
            f"multiple of {samples}, every sample labelled as often: of samples that are not there nothing is known"
        )
    return None if found == samples else found


def checked_values(given: Any, name: str) -> list[Any]:
    """The values of a curve, at least one; raises ``FiniteError`` for what is no list."""
    try:
        found = None if isinstance(given, str | bytes) else list(given)
    except TypeError:
        found = None
    if not found:
        raise FiniteError(f"{name}: got {shown(given, 80)}; accepted is a list of at least one value")
    return found


def checked_lambda(lambda_: float) -> float:
    """A number above 0; raises ``FiniteError``."""
    try:
        found = float("nan") if isinstance(lambda_, bool) else float(lambda_)
    except (TypeError, ValueError, OverflowError):
        found = float("nan")
    if not (isfinite(found) and found > 0):
        raise FiniteError(f"lambda_: got {shown(lambda_, 80)}; accepted is a number above 0, the weight of the penalty")
    return found


def checked_share(share: float) -> float:
    """A number in (0, 1]; raises ``FiniteError``."""
    is_number = isinstance(share, int | float) and not isinstance(share, bool)
    if not (is_number and 0 < share <= 1):
        raise FiniteError(f"share: got {shown(share, 80)}; accepted is a share of the labels, above 0 and at most 1")
    return float(share)


def checked_points(points: int) -> int:
    """At least 1; raises ``FiniteError``."""
    found = _whole(points)
    if found is None or found < 1:
        raise FiniteError(f"points: got {shown(points, 80)}; accepted is a whole number >= 1, such as 1000")
    return found


def _whole(given: Any) -> int | None:
    try:
        return None if isinstance(given, bool) else index(given)
    except TypeError:
        return None
