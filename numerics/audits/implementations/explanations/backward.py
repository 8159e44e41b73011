"""A wrong backward: the values are right, and what autograd returns for the gradient is not their derivative."""

from __future__ import annotations

from collections.abc import Iterator

from numerics.audits.implementations.evidence import Evidence, Explanation
from numerics.audits.implementations.kind import Kind


def wrong_backwards(evidence: Evidence) -> Iterator[Explanation]:
    """The values agree and the gradients do not."""
    if evidence.values_agree and not evidence.gradients_agree:
        if any(c.gradient_missing.any() for c in evidence.compared):
            sentence = "the formula in its values, and autograd returns no finite gradient near 0"
            yield Explanation(Kind.WRONG_BACKWARD, sentence)
        own = any(m.has_own_backward for m in evidence.measured)
        why = "its autograd function has another backward" if own else "a part is detached, or a hook changes it"
        sentence = f"the formula in its values, and its gradient is not their derivative: {why}"
        yield Explanation(Kind.WRONG_BACKWARD, sentence)
