"""Double precision: torch code computes with 64 bits while it is recorded and compared, whatever it asks for.

A formula is about real numbers.  Code that converts to 32 bits rounds, and the rounding is no part of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import ModuleType
from typing import TYPE_CHECKING, Any

from symcheck.language.exact import SIGNIFICANT_DIGITS

if TYPE_CHECKING:
    from torch import Tensor

_NARROW = ("float", "half", "bfloat16")
LARGEST = 10_000
"""Tensors with more entries are taken as they are."""


@contextmanager
def in_double_precision(torch: ModuleType) -> Iterator[None]:
    """Gradients on, 64 bits by default, compiled code run as it was written, the caller's random numbers left alone."""
    before = torch.get_default_dtype()
    compiled = torch.compiler.set_stance("force_eager") if "torch._dynamo" in sys.modules else nullcontext()
    torch.set_default_dtype(torch.float64)
    try:
        with torch.random.fork_rng(devices=[]), torch.inference_mode(False), torch.enable_grad(), compiled:
            yield
    finally:
        torch.set_default_dtype(before)


def widened(
    torch: ModuleType, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
    """The call of a torch function with 64 bits in the place of fewer, on the device where the tensor is."""
    name = getattr(func, "__name__", "")
    if name in _NARROW and func is getattr(torch.Tensor, name, None):
        func = torch.Tensor.double
    if name == "cuda" and not torch.cuda.is_available():
        return torch.Tensor.contiguous, args[:1], {}
    wide = {torch.float32: torch.float64, torch.float16: torch.float64, torch.bfloat16: torch.float64}

    def replaced(value: Any) -> Any:
        if isinstance(value, torch.dtype):
            return wide.get(value, value)
        if isinstance(value, torch.Tensor) and value.dtype in wide and not name.endswith("_"):
            return as_written(torch, value)
        if name == "type" and value in (torch.FloatTensor, "torch.FloatTensor"):
            return torch.DoubleTensor
        return value

    return func, tuple(replaced(a) for a in args), {k: replaced(v) for k, v in kwargs.items()}


def as_written(torch: ModuleType, value: Tensor) -> Tensor:
    """A tensor of 64 bits: each number of fewer bits as the short decimal that was rounded to it, if there is one."""
    if value.dtype is torch.float64 or not value.is_floating_point():
        return value
    if value.numel() > LARGEST or value.layout is not torch.strided or value.is_meta:
        return value.double()
    plain = value.detach().double()
    decimals = [float(f"{v:.{SIGNIFICANT_DIGITS}g}") for v in plain.reshape(-1).tolist()]
    short = torch.tensor(decimals, dtype=plain.dtype, device=plain.device).reshape(plain.shape)
    found: Tensor = torch.where(short.to(value.dtype) == value.detach(), short, plain)
    return found
