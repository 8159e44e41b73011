"""Torch code run on tensors, as what is recorded is compared with: in double precision, means with weights as sums."""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from symcheck.intake.torch.precision import in_double_precision, widened

ROUNDING = 1e-10
"""Differences of this size, relative to the larger of 1 and the value, are rounding.

A few hundred operations of relative error 1.1e-16 on numbers of size 1 stay below 1e-13; the rest of the
room is for cancellation.  The smallest constants of published code that would show, if they were lost, are
guards such as log(p + 1e-8), which move the value by more.
"""

SPREAD = 0.75
"""The standard deviation of the random logits."""


class EagerError(Exception):
    """The code itself raised ``error`` on tensors."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def close(a: float, b: float) -> bool:
    """Whether two numbers differ by rounding alone."""
    return math.isfinite(a) and math.isfinite(b) and abs(a - b) <= ROUNDING * max(1.0, abs(a), abs(b))


def summed(function: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The options of a loss of torch with its sum in the place of a mean that divides by the weights of the labels.

    So it is read: the mean of a batch with different weights, or in which labels are left out, is no mean of losses.
    """
    if getattr(function, "__name__", "") not in ("cross_entropy", "nll_loss") or len(args) > 3:
        return kwargs
    scores, target, weight = (*args, kwargs.get("weight"))[:3]
    ignored = kwargs.get("ignore_index", -100)
    differ = weight is not None and bool((weight != weight.reshape(-1)[0]).any())
    is_mean = kwargs.get("reduction", "mean") == "mean" and target.dim() < scores.dim()
    classes = scores.shape[min(1, scores.dim() - 1)]
    return kwargs | {"reduction": "sum"} if is_mean and (differ or 0 <= ignored < classes) else kwargs


@contextmanager
def eagerly(*, as_read: bool = True) -> Iterator[None]:
    """Torch code runs on tensors, in double precision and without its warnings.

    ``as_read``, the mean of torch's own losses with weights is their sum; otherwise it stays the mean that torch takes.
    """
    torch: Any = sys.modules["torch"]

    class Wide(torch.overrides.TorchFunctionMode):  # type: ignore[misc]
        def __torch_function__(
            self, func: Any, types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
        ) -> object:
            called, wide_args, wide_kwargs = widened(torch, func, args, kwargs or {})
            return called(*wide_args, **(summed(called, wide_args, wide_kwargs) if as_read else wide_kwargs))

    with in_double_precision(torch), warnings.catch_warnings(), Wide():
        warnings.simplefilter("ignore")
        yield
