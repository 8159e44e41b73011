"""Kinks of a network: whether its scores are twice continuously differentiable in the weights, on given samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from numerics.networks.operations import LINEAR, VIEWS, tensors_in

AT_ZERO = frozenset(
    ("relu", "leaky_relu", "elu", "_prelu_kernel", "abs", "sqrt", "rsqrt", "log", "linalg_vector_norm", "norm", "std")
)
"""Operations that are smooth where their argument is not 0; of a norm, where it is not 0 itself."""
NORMS = frozenset(("linalg_vector_norm", "norm", "std"))
SMOOTH = (
    VIEWS
    | LINEAR
    | frozenset(
        (
            "add", "sub", "rsub", "mul", "div", "neg", "reciprocal", "square", "addmm", "mm", "bmm", "baddbmm", "addmv",
            "addbmm", "addr", "addcmul", "addcdiv", "mv", "dot", "vdot", "outer", "matmul", "linear", "convolution",
            "_trilinear", "exp", "expm1", "log1p", "tanh", "sigmoid", "log_sigmoid_forward", "softplus", "gelu", "silu",
            "mish", "erf", "sin", "cos", "atan", "logsumexp", "_softmax", "_log_softmax", "softmax", "log_softmax",
            "_safe_softmax",
            "native_batch_norm", "_native_batch_norm_legit_no_training", "cudnn_batch_norm", "native_layer_norm",
            "native_group_norm", "_weight_norm", "_weight_norm_interface", "var", "cat", "stack", "_to_copy", "copy",
            "fill", "zero", "constant_pad_nd", "masked_fill", "index_put", "_index_put_impl", "scatter", "index_copy",
            "empty_like", "zeros_like", "ones_like", "new_zeros", "new_ones", "new_empty", "_thnn_fused_lstm_cell",
            "_thnn_fused_gru_cell",
        )
    )
)  # fmt: skip
"""Operations without kinks; what is neither here nor smooth off 0 is named."""


class KinkWatch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Looks at every operation of torch that the weights reach while it is active.

    ``nearest`` is the smallest distance of an entry to a kink at 0 (infinite if there was none), ``unread`` has the
    names of operations whose kinks are not known.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.nearest = float("inf")
        self.unread: set[str] = set()
        self._reached: set[int] = set()
        # Memory that is kept is not given to another tensor.
        self._kept: list[Tensor] = []

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        # The dispatcher sees what modules of any kind end in, so the network's code need not be known.
        name = func.overloadpacket.__name__
        plain = name if name.startswith("__") else name.removesuffix("_")
        is_reached = any(_place(x) in self._reached for x in tensors_in((args, kwargs or {})))
        if plain in AT_ZERO and plain not in NORMS and is_reached:
            self._look(args[0])
        elif is_reached and not (plain in NORMS or _is_smooth(plain, args, kwargs or {})):
            self.unread.add(plain)
        found = func(*args, **(kwargs or {}))
        if plain in NORMS and is_reached:
            self._look(found)
        if is_reached:
            # An operation in place gives back what it was given.
            self.reach(*tensors_in((found,)))
        return found

    def reach(self, *tensors: Tensor) -> None:
        """That the weights reach these tensors."""
        self._kept += tensors
        self._reached |= {_place(x) for x in tensors}

    def _look(self, entries: Tensor) -> None:
        if entries.numel():
            self.nearest = min(self.nearest, float(entries.detach().abs().min()))


def _is_smooth(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    if name == "pow":
        return isinstance(args[1], int | float) and args[1] == int(args[1])
    return name in SMOOTH and not (name == "div" and kwargs.get("rounding_mode"))


def _place(tensor: Tensor) -> int:
    try:
        return tensor.untyped_storage().data_ptr()
    except RuntimeError:  # sparse tensors have none
        return -1


def watched(scores: Callable[[Tensor], Tensor], theta: Tensor) -> KinkWatch:
    """What is met on the way from the weights ``theta`` to the scores."""
    watch = KinkWatch()
    # With derivatives: what the weights do not reach asks for none.
    begin = theta.detach().requires_grad_()
    watch.reach(begin)
    with torch.enable_grad(), watch:
        scores(begin)
    return watch
