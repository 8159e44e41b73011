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
from tests.numerics.audits.implementations.near_misses import (
    around_the_code,
    constants,
    hidden,
    of_the_batch,
    own_backwards,
    wrong_somewhere,
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

NEAR_MISSES: tuple[Defect, ...] = (
    *wrong_somewhere.DEFECTS,
    *constants.DEFECTS,
    *around_the_code.DEFECTS,
    *own_backwards.DEFECTS,
    *of_the_batch.DEFECTS,
)
"""Wrong for some labels, numbers of classes, logits or batches; each is seen by a look at enough of them."""

HIDDEN = hidden.DEFECTS
"""Wrong where no point lies by chance."""
