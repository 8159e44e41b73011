"""The distance (3) of the paper, between directions."""

from __future__ import annotations

from torch import Tensor


def distance(first: Tensor, second: Tensor) -> float:
    """|| X/||X|| - Y/||Y|| ||, in [0, 2]; nan where one of them is 0.

    Parameters: outputs (n, C), or weights (r, m) in coordinates in which their norm is that of the outputs.
    Source: equation (3), section 5.
    """
    return float((first / first.norm() - second / second.norm()).norm())
