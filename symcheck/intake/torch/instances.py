"""What ``isinstance`` answers the recorded code: a symbolic tensor is a tensor, the number of classes an int.

Torch recognises foreign tensors by ``__torch_function__`` and nothing else, so ``isinstance(z, torch.Tensor)``
would be False and code would go another way than with tensors.  A false ``__class__`` cannot mend this: torch's
own C++ code trusts it and reads memory that is not there.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from symcheck.intake.torch.place import is_ours
from symcheck.intake.torch.symbolic import Count, Symbolic


@contextmanager
def symbols_are_instances() -> Iterator[None]:
    """Code that is not ours takes symbols for what they stand for."""
    torch: Any = sys.modules["torch"]
    original = builtins.isinstance

    def isinstance_of_what_it_stands_for(value: object, kinds: Any, /) -> bool:
        if original(value, kinds):
            return True
        stands_for = torch.Tensor if type(value) is Symbolic else int if type(value) is Count else None
        if stands_for is None or is_ours(sys._getframe(1).f_code.co_filename):
            return False
        return issubclass(stands_for, kinds)

    builtins.isinstance = isinstance_of_what_it_stands_for
    try:
        yield
    finally:
        builtins.isinstance = original
