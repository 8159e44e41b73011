"""The operations of torch that have a reading: one table, put together from one file for each kind of operation.

A row is a name and a function that is called with the maker of tensors and the arguments of the torch function or
tensor method of that name.  An operation that acts on every entry, or that takes the classes to one number,
is one line in ``entrywise`` or ``across``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symcheck.intake.torch.operators.across import ACROSS
from symcheck.intake.torch.operators.entrywise import ENTRYWISE
from symcheck.intake.torch.operators.indexing import INDEXING
from symcheck.intake.torch.operators.losses import LOSSES
from symcheck.intake.torch.operators.made import MADE
from symcheck.intake.torch.operators.masks import MASKS
from symcheck.intake.torch.operators.views import ATTRIBUTES, VIEWS

OPERATORS: dict[str, Callable[..., Any]] = {
    **ENTRYWISE, **ACROSS, **VIEWS, **MASKS, **INDEXING, **MADE, **LOSSES,
}  # fmt: skip
"""Every operation with a reading, by its name in torch."""

__all__ = ["ATTRIBUTES", "OPERATORS"]
