"""Double precision: torch code computes with 64 bits while it is recorded and compared, whatever it asks for.

A formula is about real numbers.  Code that converts to 32 bits rounds, and the rounding is no part of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import ModuleType
from typing import TYPE_CHECKING, Any

from symcheck.intake.torch.floats import known_numbers
from symcheck.intake.torch.provenance import BITS, LARGEST

if TYPE_CHECKING:
    from torch import Tensor

_NARROW = ("float", "half", "bfloat16")


@contextmanager
def in_double_precision(torch: ModuleType) -> Iterator[None]:
    """Gradients on, 64 bits by default, one thread, compiled code run as it was written.

    The caller's random numbers are left alone.
    """
    before, threads = torch.get_default_dtype(), torch.get_num_threads()
    compiled = torch.compiler.set_stance("force_eager") if "torch._dynamo" in sys.modules else nullcontext()
    torch.set_default_dtype(torch.float64)
    # A few samples: on a machine that is busy threads wait for each other longer than they compute.
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]), torch.inference_mode(False), torch.enable_grad(), compiled:
            yield
    finally:
        torch.set_num_threads(threads)
        torch.set_default_dtype(before)


def widened(
    torch: ModuleType, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
    """The call of a torch function with 64 bits in the place of fewer, on the device where the tensor is."""
    name = getattr(func, "__name__", "")
    # x.float() asks for 32 bits by its name, and has no dtype among its arguments.
    if name in _NARROW and func is getattr(torch.Tensor, name, None):
        func = torch.Tensor.double
    # Code that moves to a device is read on machines that have none.
    if name == "cuda" and not torch.cuda.is_available():
        return torch.Tensor.contiguous, args[:1], {}
    defined = _as_defined(torch, func)
    if defined is not None:
        return defined, args, kwargs
    wide = {torch.float32: torch.float64, torch.float16: torch.float64, torch.bfloat16: torch.float64}

    def replaced(value: Any) -> Any:
        if isinstance(value, torch.dtype):
            return wide.get(value, value)
        if isinstance(value, torch.Tensor) and value.dtype in wide and not _keeps_its_tensor(torch, name, args):
            return as_written(torch, value)
        if name == "type" and value in (torch.FloatTensor, "torch.FloatTensor"):
            return torch.DoubleTensor
        return value

    if name != "__getitem__" and args and isinstance(args[0], torch.Tensor) and _keeps_its_tensor(torch, name, args):
        if args[0].dtype is not torch.float64:
            return func, args, kwargs
        # What is written into a tensor of 64 bits is as exact as what is computed with one.
        rest = (as_written(torch, a) if isinstance(a, torch.Tensor) and a.dtype in wide else a for a in args[1:])
        return func, (args[0], *rest), kwargs
    return func, tuple(replaced(a) for a in args), {k: replaced(v) for k, v in kwargs.items()}


def _as_defined(torch: ModuleType, func: Any) -> Callable[..., Any] | None:
    """A function of torch as its page defines it, where what torch computes is less exact than 64 bits."""
    functional = torch.nn.functional
    # Its derivative is 1/6 in 32 bits, also for tensors of 64 bits.
    if func is functional.hardsigmoid:
        return lambda x, inplace=False: functional.relu6(x + 3, inplace) / 6
    # Beyond its threshold it is x with the slope 1, which is off by 1e-9 at 20.
    if func is functional.softplus:

        def softplus(x: Tensor, beta: float = 1, threshold: float = 20) -> Tensor:
            if threshold < 20:  # not for the sake of rounding
                return functional.softplus(x, beta, threshold)  # type: ignore[no-any-return]
            return torch.logaddexp(beta * x, torch.zeros_like(x)) / beta  # type: ignore[no-any-return]

        return softplus
    return None


def _keeps_its_tensor(torch: ModuleType, name: str, args: tuple[Any, ...]) -> bool:
    """Whether the function changes its tensor, or gives a view of it that may be changed; an index that is a tensor
    gives a copy."""
    if name == "__getitem__":
        keys = args[1] if isinstance(args[1], tuple) else (args[1],)
        return not any(isinstance(k, (torch.Tensor, list)) for k in keys)
    return name == "__setitem__" or (name.endswith("_") and not name.endswith("__"))


def as_written(torch: ModuleType, value: Tensor) -> Tensor:
    """A tensor of 64 bits: each number of fewer bits as the exact number that was rounded to it, if one is known."""
    if value.dtype is torch.float64 or not value.is_floating_point():
        return value
    if value.numel() > LARGEST or value.layout is not torch.strided or value.is_meta:
        return value.double()
    plain = value.detach().double()
    values = plain.reshape(-1).tolist()
    known = known_numbers(tuple(sorted(set(values))), BITS[str(value.dtype)])
    doubles = {v: v if k is None else k.double for v, k in known.items()}
    found: Tensor = torch.tensor([doubles[v] for v in values], dtype=plain.dtype, device=plain.device)
    return found.reshape(plain.shape)
