"""Names of differences: the kinds are asked one after the other, the simplest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from numerics.audits.implementations.evidence import Evidence, Explaining, Explanation
from numerics.audits.implementations.explanations.arguments import fitted_numbers, fitted_values, other_values
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
    ("clamps that were read", undone_clamps),
    ("detached parts", detached_parts),
    ("backward", wrong_backwards),
)
"""What is asked where the values agree."""

PLAIN: Sequence[tuple[str, Explaining]] = (
    ("sign", turned_signs),
    ("brackets", rebracketed),
    ("constants", constants),
    ("factors", scales),
    ("clamps that were read", undone_clamps),
    ("arguments", other_values),
    ("normalisers", other_normalisers),
    ("signs and factors of parts", plainly_scaled_parts),
    ("factor and constant", affine),
    ("values of arguments", fitted_values),
    ("any factor", odd_scales),
)
"""What is asked where they do not: the formula as it is, with one change."""

UP_TO_A_FACTOR: Sequence[tuple[str, Explaining]] = (
    ("arguments, up to a factor", other_values),
    ("normalisers, up to a factor", other_normalisers),
    ("brackets, up to a factor", rebracketed),
    ("detached parts, up to a factor", detached_parts),
)
"""What is asked then: whether the code is a multiple of such a formula."""

FITTED: Sequence[tuple[str, Explaining]] = (
    ("clamps", clamped),
    ("numbers", fitted_numbers),
    ("other factors of parts", scaled_parts),
    ("parts", other_parts),
)
"""What is asked last: what has a number that is fitted, and what is left out."""


def explanation_of(evidence: Evidence, progress: Progress) -> Explanation | None:
    """The first explanation that holds, and that the formula of the code does not contradict where it was read."""
    return next((found for found in _explanations(evidence, progress) if evidence.allows(found)), None)


def _explanations(evidence: Evidence, progress: Progress) -> Iterator[Explanation]:
    multiples = ((what, partial(_up_to_a_factor, explaining)) for what, explaining in UP_TO_A_FACTOR)
    others: Sequence[tuple[str, Explaining]] = (*PLAIN, *multiples, *FITTED)
    # Values may agree up to rounding where gradients show an epsilon: then the rest is asked as well.
    for what, explaining in OF_GRADIENTS if evidence.values_agree else ():
        progress(0, len(others), what)
        yield from explaining(evidence)
    for done, (what, explaining) in enumerate(others):
        progress(done, len(others), what)
        yield from explaining(evidence)


def _up_to_a_factor(explaining: Explaining, evidence: Evidence) -> Iterator[Explanation]:
    """The code is a multiple of a formula that is explained so."""
    for found in explaining(replace(evidence, is_loose=True)):
        factor = None
        if found.formula is not None:
            factor = evidence.factor(found.formula, evidence.asked.numbers | dict(found.numbers))
        if factor is not None:
            yield replace(found, sentence=f"{factor.text} times {found.sentence}", formula=None)
