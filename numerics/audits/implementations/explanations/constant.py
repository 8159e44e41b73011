"""An added constant: values that differ by the same number everywhere, and the same gradients."""

from __future__ import annotations

from collections.abc import Iterator

from numerics.audits.implementations.evidence import Evidence, Explanation
from numerics.audits.implementations.kind import Kind
from numerics.audits.implementations.numbers import of_classes


def constants(evidence: Evidence) -> Iterator[Explanation]:
    """The code is the formula plus a number."""
    if not evidence.gradients_agree:
        return
    found: dict[int, float] = {}
    for c in evidence.compared:
        # Where both are smallest least is lost.
        size = (c.code.values.abs() + c.values.abs()).masked_fill(~c.value_known, float("inf"))
        place = int(size.argmin())
        found[c.code.classes] = float(c.code.values[place] - c.values[place])
    added = of_classes(found)
    if added is None:
        return
    if evidence.explains_changed(lambda n, v, g: (v + added.value(n), g)):
        yield Explanation(Kind.CONSTANT, f"the formula plus {added.text}, which has no gradient")
