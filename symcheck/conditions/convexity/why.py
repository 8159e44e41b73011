"""Why something is convex: the steps that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symcheck.findings.step import Derivation, Step


@dataclass(frozen=True)
class Why:
    """The ``steps`` that show something convex."""

    steps: Derivation = ()

    def then(self, *more: Step) -> Why:
        """These steps and ``more``."""
        return Why((*self.steps, *more))


def together(found: Sequence[Why | None], *more: Step) -> Why | None:
    """All the steps of ``found``, none twice, and then ``more``; None if one of ``found`` is missing."""
    steps: dict[Step, None] = {}
    for why in found:
        if why is None:
            return None
        steps |= dict.fromkeys(why.steps)
    return Why((*steps, *more))
