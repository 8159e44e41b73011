"""All planted defects."""

from __future__ import annotations

from tests.numerics.audits.implementations.defects import (
    clamp,
    constant,
    detached,
    ignored_argument,
    normaliser,
    precedence,
    reduction,
    scale,
    wrong_backward,
)
from tests.numerics.audits.implementations.sample import Defect

DEFECTS: tuple[Defect, ...] = (
    *scale.DEFECTS,
    *constant.DEFECTS,
    *detached.DEFECTS,
    *clamp.DEFECTS,
    *normaliser.DEFECTS,
    *precedence.DEFECTS,
    *ignored_argument.DEFECTS,
    *reduction.DEFECTS,
    *wrong_backward.DEFECTS,
)
