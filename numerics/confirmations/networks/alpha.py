"""The alpha = 1/lambda of a network confirmation: what it leaves of the rows, and which other one to take."""

from __future__ import annotations

import math

import torch

from numerics.confirmations.networks.judged import Judged
from numerics.errors import ConfirmationError
from numerics.formulas.predicted_numbers import PredictedNumbers

ALPHA = 2.0**-8
"""Taken unless another is given; lowered where it leaves too much of a row."""
LEAVES = 0.01
"""What alpha may leave of a row: what training may leave comes to it."""
IN_PROPORTION = 0.2
"""What alpha leaves of a row is in proportion to it below about this."""
SMALLEST = 2.0**-32
"""From here down grad g(alpha Z')/alpha may be rounding in float64, in which the rows are measured."""


def check_alpha(alpha: float, dtype: torch.dtype) -> None:
    """Raises ``ConfirmationError`` unless ``alpha`` is above 0, finite, and its square a number of ``dtype``."""
    if not 0 < alpha < math.inf:
        raise ConfirmationError(f"alpha: got {alpha}; accepted is a number above 0, such as 1/256")
    if alpha**2 < torch.finfo(dtype).tiny:
        raise ConfirmationError(
            f"alpha: got {alpha}, whose square is 0 in {str(dtype).removeprefix('torch.')}, so that rounding alone "
            "would be trained; take a larger one, such as 1/256"
        )


def smaller_alpha(alpha: float, leaves: float, claim: PredictedNumbers) -> float:
    """A power of 2 that leaves about half of what is allowed of a row, where ``alpha`` ``leaves`` too much."""
    # what is left is in proportion to the scale alpha^power of the scores
    return 2.0 ** math.floor(math.log2(alpha * (LEAVES / 2 / leaves) ** (1 / claim.power)))


def told_of_alpha(judged: Judged, alpha: float, leaves: float, *, is_decided: bool, helped: bool) -> list[str]:
    """What ``alpha`` leaves of a row, and which other one to take where that is too much.

    Parameters: ``helped`` says whether the last lowering, if there was one, halved what is left.
    """
    told = [f"alpha = 1/lambda = {alpha:.3g} leaves at most {100 * leaves:.2g} % of a row"]
    if is_decided:
        return told
    if alpha < SMALLEST:
        return [
            *told,
            f"alpha is so small that rounding may be what is left: take a larger one, such as alpha={ALPHA:.3g}",
        ]
    if not helped:
        return [*told, "a smaller alpha leaves as much of a row: the loss may have a kink at 0, or bend sharply there"]
    if leaves > IN_PROPORTION:
        return [*told, f"alpha is large: take a much smaller one, such as alpha={min(ALPHA, alpha / 100):.3g}"]
    return [*told, f"alpha is large: take alpha={smaller_alpha(alpha, leaves, judged.claim):.3g}"]
