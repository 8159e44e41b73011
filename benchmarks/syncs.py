"""How often a processor waits for a device: each look at a value of a tensor is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

LOOKS = ("aten._local_scalar_dense", "aten.nonzero", "aten.masked_select", "aten._unique2", "aten.unique_dim")
"""Operations that need values: item(), bool(), tolist() of a single one, and results of a size that values decide."""
COPIES = ("aten._to_copy", "aten.copy_")


class Looks(TorchDispatchMode):
    """Counts the looks while it is in force; on a processor they are the same, and cost nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        found = func(*args, **(kwargs or {}))
        name = str(func)
        is_copy = name.startswith(COPIES) and _leaves_the_device(found, args)
        if name.startswith(LOOKS) or is_copy or (name.startswith("aten.index") and _by_mask(args)):
            self.count += 1
        return found


def _by_mask(args: Any) -> bool:
    """Whether a tensor is indexed by a mask, whose true entries have to be counted first."""
    places = args[1] if len(args) > 1 and isinstance(args[1], list | tuple) else ()
    return any(isinstance(place, torch.Tensor) and place.dtype == torch.bool for place in places)


def _leaves_the_device(found: Any, args: Any) -> bool:
    given = [a for a in args if isinstance(a, torch.Tensor)]
    return isinstance(found, torch.Tensor) and found.device.type == "cpu" and any(a.is_cuda for a in given)


@contextmanager
def looks() -> Iterator[Looks]:
    """The number of looks inside, in ``count``."""
    with Looks() as counting:
        yield counting


def counted(work: Callable[[], object]) -> int:
    """How many looks ``work`` takes."""
    with looks() as counting:
        work()
    return counting.count
