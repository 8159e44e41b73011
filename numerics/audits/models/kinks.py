"""Kinks of a network: whether its scores are twice continuously differentiable in the weights, on given samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

AT_ZERO = frozenset(("relu", "relu_", "leaky_relu", "leaky_relu_", "elu", "elu_", "_prelu_kernel", "abs"))
"""Operations that are smooth off 0."""
ELSEWHERE = frozenset(
    (
        "hardtanh", "hardtanh_", "hardswish", "hardswish_", "hardsigmoid", "hardshrink", "softshrink", "threshold",
        "threshold_", "clamp", "clamp_", "clamp_min", "clamp_max", "maximum", "minimum", "max", "min", "amax", "amin",
        "max_pool2d_with_indices", "max_pool3d_with_indices", "adaptive_max_pool2d", "adaptive_max_pool3d", "median",
        "sort", "topk", "sign", "round", "floor", "ceil", "where", "rrelu_with_noise",
    )
)  # fmt: skip
"""Operations with kinks that are not looked for one by one."""


class KinkWatch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Looks at every operation of torch while it is active.

    ``nearest`` is the smallest distance of an entry to a kink at 0 (infinite if there was none), ``unread`` has the
    names of operations whose kinks lie elsewhere.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.nearest = float("inf")
        self.unread: set[str] = set()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        # The dispatcher sees what modules of any kind end in, so the network's code need not be known.
        name = func.overloadpacket.__name__
        if name in AT_ZERO and args[0].numel():
            self.nearest = min(self.nearest, float(args[0].detach().abs().min()))
        elif name in ELSEWHERE:
            self.unread.add(name.strip("_"))
        return func(*args, **(kwargs or {}))


def watched(scores: Callable[[Tensor], Tensor], theta: Tensor) -> KinkWatch:
    """What is met on the way from the weights ``theta`` to the scores."""
    watch = KinkWatch()
    with torch.no_grad(), watch:
        scores(theta)
    return watch
