"""Forward and second derivatives, one thread at a time.

torch keeps the level of its forward derivatives for the whole process: two threads that take some at once get errors,
or numbers that are wrong.  So everything in numerics takes them here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import torch
from torch import Tensor

# Reentrant: a function whose derivative is taken may take one itself.
_ALONE = threading.RLock()


def jvp(function: Callable[..., Tensor], at: tuple[Tensor, ...], along: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """The value of ``function`` at a point and its derivative along a direction, as ``torch.func.jvp``."""
    with _ALONE:
        found: tuple[Tensor, Tensor] = torch.func.jvp(function, at, along)  # type: ignore[assignment]
    return found


def hessian(function: Callable[..., Tensor], rows: int | None = None) -> Callable[..., Tensor]:
    """The matrix of second derivatives in the first argument, as ``torch.func.hessian``, in less time.

    That one takes forward derivatives of the gradient, and torch looks at the shapes of those in Python, step by step.
    So many ``rows`` of the matrix are differentiated together, all of them unless given.
    """
    second = torch.func.jacrev(torch.func.jacrev(function), chunk_size=rows)

    def found(*at: object) -> Tensor:
        with _ALONE:
            matrix: Tensor = second(*at)
        return matrix

    return found
