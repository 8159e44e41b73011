"""LabelTheory: what the theory says about labels, counts or a matrix, by its older name."""

from __future__ import annotations

from typing import final

from numerics.noise.confidence import LEVEL, checked_level
from numerics.noise.stated import observed
from numerics.noise.theory import Theory
from symcheck.arguments.public import public


@public
@final
class LabelTheory(Theory):
    """What ``numerics.human_labels`` says, for whatever it makes labels of.

    >>> from numerics import LabelTheory
    >>> LabelTheory([[70, 30], [30, 70]]).is_rejected
    False
    """

    def __init__(self, labels: object, level: float = LEVEL) -> None:
        """For labels of ``numerics.human_labels``, a table of counts, or a matrix T.

        ``numerics.noise.stated.observed`` says which; raises ``NoiseError`` for anything else.
        """
        super().__init__(observed(labels), checked_level(level))
