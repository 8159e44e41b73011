"""Names of differences: the kinds are asked one after the other, the simplest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from numerics.audits.implementations.evidence import Evidence, Explaining, Explanation
from numerics.audits.implementations.explanations.arguments import fitted_values, other_values
from numerics.audits.implementations.explanations.backward import wrong_backwards
from numerics.audits.implementations.explanations.clamps import clamped, undone_clamps
from numerics.audits.implementations.explanations.constant import constants
from numerics.audits.implementations.explanations.detached import detached_parts
from numerics.audits.implementations.explanations.normaliser import other_normalisers, other_parts
from numerics.audits.implementations.explanations.precedence import rebracketed
from numerics.audits.implementations.explanations.scale import (
    affine,
    odd_scales,
    plainly_scaled_parts,
    scaled_parts,
    scales,
    turned_signs,
)
from numerics.progress import Progress

OF_GRADIENTS: Sequence[tuple[str, Explaining]] = (
    ("detached parts", detached_parts),
    ("backward", wrong_backwards),
)
"""What is asked where the values agree."""

OF_VALUES: Sequence[tuple[str, Explaining]] = (
    ("sign", turned_signs),
    ("brackets", rebracketed),
    ("constants", constants),
    ("factors", scales),
    ("clamps that were read", undone_clamps),
    ("arguments", other_values),
    ("normalisers", other_normalisers),
    ("signs and factors of parts", plainly_scaled_parts),
    ("factor and constant", affine),
    ("clamps", clamped),
    ("values of arguments", fitted_values),
    ("other factors of parts", scaled_parts),
    ("any factor", odd_scales),
)
"""What is asked where they do not: what has no number to be fitted before what has one."""

UP_TO_A_FACTOR: Sequence[tuple[str, Explaining]] = (
    ("arguments, up to a factor", other_values),
    ("normalisers, up to a factor", other_normalisers),
    ("brackets, up to a factor", rebracketed),
    ("detached parts, up to a factor", detached_parts),
)
"""What is asked then: whether the code is a multiple of such a formula."""


def explanation_of(evidence: Evidence, progress: Progress) -> Explanation | None:
    """The first explanation that holds."""
    return next(_explanations(evidence, progress), None)


def _explanations(evidence: Evidence, progress: Progress) -> Iterator[Explanation]:
    asked = OF_GRADIENTS if evidence.values_agree else OF_VALUES
    steps = len(asked) + len(UP_TO_A_FACTOR) + 1
    for done, (what, explaining) in enumerate(asked):
        progress(done, steps, what)
        yield from explaining(evidence)
    loose = replace(evidence, is_loose=True)
    for done, (what, explaining) in enumerate(UP_TO_A_FACTOR, len(asked)):
        progress(done, steps, what)
        for found in explaining(loose):
            factor = None
            if found.formula is not None:
                factor = evidence.factor(found.formula, evidence.asked.numbers | dict(found.numbers))
            if factor is not None:
                yield replace(found, sentence=f"{factor.text} times {found.sentence}", formula=None)
    progress(steps - 1, steps, "parts")
    yield from other_parts(evidence)
