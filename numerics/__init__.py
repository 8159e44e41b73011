"""The confirmation: formulas that were certified, trained on data, and compared with what was predicted.

Needs torch: pip install "symcheck[numerics]".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numerics.confirmation import Confirmation, confirm

__all__ = ["Confirmation", "confirm"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from numerics import confirmation

        return getattr(confirmation, name)
    raise AttributeError(f"numerics has no {name}; it has: {', '.join(__all__)}")
