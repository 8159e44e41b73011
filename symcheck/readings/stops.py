"""Where a derivation at z = 0 has to stop because of the form of the formula."""

from __future__ import annotations

from symcheck.field.branching import Branching
from symcheck.reason import Undecided

__all__ = ["Branching", "Kink"]


class Kink(Undecided):
    """The form does not show derivatives at z = 0: |x|, relu or a branch where x is 0 and depends on z, a tie."""
