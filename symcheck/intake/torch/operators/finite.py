"""Questions about values that are no numbers: every part of a formula is a number wherever the formula has a value."""

from __future__ import annotations

from collections.abc import Callable

from symcheck.intake.torch.maker import Maker
from symcheck.intake.torch.symbolic import Sort, Symbolic
from symcheck.language.term import lift

NOTE = "values are taken to be finite: what the code does with inf and nan is left out"
"""What the reader of a certificate is told."""


def without_special_values(maker: Maker, x: object, *_: object, **_options: object) -> Symbolic:
    """``x`` itself, as it has no entries that are inf or nan."""
    maker.note(NOTE)
    return maker.lift(x)


def _everywhere(truth: bool) -> Callable[..., Symbolic]:
    def mask(maker: Maker, x: object) -> Symbolic:
        """A mask that is ``truth`` at every entry."""
        maker.note(NOTE)
        return maker.tensor(lift(int(truth)), maker.lift(x).axes, Sort.TRUTH)

    return mask


OPERATORS: dict[str, Callable[..., Symbolic]] = {
    "nan_to_num": without_special_values,
    "isnan": _everywhere(False),
    "isinf": _everywhere(False),
    "isposinf": _everywhere(False),
    "isneginf": _everywhere(False),
    "isfinite": _everywhere(True),
}
"""The rows of this file."""
