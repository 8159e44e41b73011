"""A wrong backward: the values are right, and what autograd returns for the gradient is not their derivative."""

from __future__ import annotations

from collections.abc import Iterator

from numerics.audits.implementations.code_runs import Returned, in_double
from numerics.audits.implementations.compared import Compared
from numerics.audits.implementations.evidence import Evidence, Explanation
from numerics.audits.implementations.kind import Kind

STEP = 1e-4
"""Values of the code so far from a point tell its slope there, up to the square of this."""


def wrong_backwards(evidence: Evidence) -> Iterator[Explanation]:
    """The values agree and the gradients do not."""
    if not evidence.values_agree or evidence.gradients_agree:
        return
    if any(c.gradient_missing.any() for c in evidence.compared):
        sentence = "the formula in its values, and autograd returns no finite gradient near 0"
        yield Explanation(Kind.WRONG_BACKWARD, sentence)
    worst = max(evidence.compared, key=lambda c: float(c.gradient_excess.max()))
    if _is_not_the_slope(evidence, worst, int(worst.gradient_excess.argmax())):
        has_backward = any(m.has_own_backward for m in evidence.measured)
        why = ": a function of autograd in it has another backward, or there is a hook" if has_backward else ""
        sentence = f"the formula in its values, and its gradient is not their derivative{why}"
        yield Explanation(Kind.WRONG_BACKWARD, sentence)


def _is_not_the_slope(evidence: Evidence, compared: Compared, place: int) -> bool:
    """Whether the values of the code rise as the formula says, and not as its own gradient does."""
    z, y = compared.code.z[place : place + 1], compared.code.y[place : place + 1]
    code, formula = compared.code.gradients[place], compared.gradients[place]
    direction = (code - formula) / (code - formula).norm()
    with in_double():
        sides = [evidence.runs.on(z + sign * STEP * direction, y) for sign in (1, -1)]
    above, below = (float(r.values) if isinstance(r, Returned) and r.values.numel() == 1 else None for r in sides)
    if above is None or below is None:
        return False
    slope = (above - below) / (2 * STEP)
    return 100 * abs(slope - float(formula @ direction)) < abs(slope - float(code @ direction))
