"""How often a piece of work waits for its device: reads of values, and operations whose shape is a value."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

READS = frozenset(
    {"_local_scalar_dense", "nonzero", "masked_select", "equal", "_linalg_check_errors", "_unique2", "unique_dim"}
)
MASKED = frozenset({"index", "index_put", "index_put_", "_index_put_impl_", "_unsafe_index"})
COPIES = frozenset({"_to_copy", "copy_"})


@dataclass(frozen=True)
class Syncs:
    """Operations that wait, by name; ``warned`` is what CUDA itself reports, None on a processor."""

    by_name: dict[str, int]
    warned: int | None

    @property
    def count(self) -> int:
        """What CUDA reports where there is one, else the operations that would wait there."""
        return sum(self.by_name.values()) if self.warned is None else self.warned


def syncs_of(work: Callable[[], object], device: torch.device) -> Syncs:
    """The syncs of ``work``, which is run once.

    Seen are operations in Python's dispatch.  On a processor they are those of its own path: what waits on a device
    alone, such as a copy to it, is not among them.  What a backward pass in another thread waits for is in ``warned``
    alone.
    """
    seen: Counter[str] = Counter()
    if device.type != "cuda":
        with _Functions(seen), _Operations(seen):
            work()
        return Syncs(dict(seen), None)
    before = torch.cuda.get_sync_debug_mode()
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        try:
            with _Functions(seen), _Operations(seen):
                work()
        finally:
            torch.cuda.set_sync_debug_mode(before)
    return Syncs(dict(seen), sum("synchronizing CUDA operation" in str(each.message) for each in found))


class _Operations(TorchDispatchMode):
    def __init__(self, seen: Counter[str]) -> None:
        super().__init__()
        self.seen = seen

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.overloadpacket.__name__
        masked = name in MASKED and any(_is_mask(index) for index in args[1])
        out = func(*args, **(kwargs or {}))
        copied = name in COPIES and _leaves_device(args[1] if name == "copy_" else args[0], out)
        if name in READS or masked or copied:
            self.seen[name] += 1
        return out


class _Functions(TorchFunctionMode):
    """``tolist`` of a tensor of the processor reads its memory without any operation."""

    def __init__(self, seen: Counter[str]) -> None:
        super().__init__()
        self.seen = seen

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is Tensor.tolist and args[0].device.type == "cpu":
            self.seen["tolist"] += 1
        return func(*args, **(kwargs or {}))


def _is_mask(index: Any) -> bool:
    return isinstance(index, Tensor) and index.dtype in (torch.bool, torch.uint8)


def _leaves_device(source: Any, out: Any) -> bool:
    return isinstance(source, Tensor) and source.device.type == "cuda" and out.device.type == "cpu"
