"""Names of differences: the kinds are asked one after the other, the simplest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from numerics.audits.implementations.evidence import Evidence, Explaining, Explanation
from numerics.audits.implementations.explanations.arguments import fitted_values, other_values
from numerics.audits.implementations.explanations.backward import wrong_backwards
from numerics.audits.implementations.explanations.clamps import clamped, undone_clamps
from numerics.audits.implementations.explanations.constant import constants
from numerics.audits.implementations.explanations.detached import detached_parts
from numerics.audits.implementations.explanations.normaliser import other_normalisers, other_parts
from numerics.audits.implementations.explanations.precedence import rebracketed
from numerics.audits.implementations.explanations.scale import affine, scaled_parts, scales
from numerics.progress import Progress

OF_GRADIENTS: Sequence[tuple[str, Explaining]] = (
    ("detached parts", detached_parts),
    ("backward", wrong_backwards),
)
"""What is asked where the values agree."""

OF_VALUES: Sequence[tuple[str, Explaining]] = (
    ("constants", constants),
    ("factors", scales),
    ("clamps that were read", undone_clamps),
    ("arguments", other_values),
    ("normalisers", other_normalisers),
    ("brackets", rebracketed),
    ("factors of a part", scaled_parts),
    ("factor and constant", affine),
    ("clamps", clamped),
    ("values of arguments", fitted_values),
    ("parts", other_parts),
)
"""What is asked where they do not: what has no number to be fitted before what has one."""


def explanation_of(evidence: Evidence, progress: Progress) -> Explanation | None:
    """The first explanation that holds."""
    return next(_explanations(evidence, progress), None)


def _explanations(evidence: Evidence, progress: Progress) -> Iterator[Explanation]:
    asked = OF_GRADIENTS if evidence.values_agree else OF_VALUES
    for done, (what, explaining) in enumerate(asked):
        progress(done, len(asked), what)
        yield from explaining(evidence)
