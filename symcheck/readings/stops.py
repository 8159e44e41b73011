"""Where a derivation at z = 0 has to stop because of the form of the formula."""

from symcheck.field.branching import Branching
from symcheck.reason import Code, Reason, Undecided

__all__ = ["ENTRIES_DIFFER", "Branching", "Kink", "kink"]

ENTRIES_DIFFER = Reason(
    Code.UNMAPPED_OP,
    "entmax is expanded where its entries are equal at z = 0, and these are not shown to be",
    "apply entmax to z, or to what treats all classes alike at z = 0",
)


class Kink(Undecided):
    """The form does not show derivatives at z = 0: |x|, relu or a branch where x is 0 and depends on z, a tie."""


def kink(why: str, settle: str = "a formula that is smooth at z = 0 is needed") -> Kink:
    """What is raised at a kink: ``why`` it is one, and what would ``settle`` it."""
    return Kink.of(Code.KINK, why, settle)
