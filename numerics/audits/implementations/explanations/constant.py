"""An added constant: values that differ by the same number everywhere, and the same gradients."""

from __future__ import annotations

from collections.abc import Iterator

from numerics.audits.implementations.evidence import Evidence, Explanation
from numerics.audits.implementations.kind import Kind
from numerics.audits.implementations.mutations import joined
from numerics.audits.implementations.numbers import Number, of_classes


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
        sentence = f"the formula plus {added.text}{_size(added)} has no gradient"
        yield Explanation(
            Kind.CONSTANT, sentence, joined("add", added.text, evidence.asked.free), is_fitted=not added.is_written
        )


def _size(added: Number) -> str:
    """How large a logarithm is that is the same for every C."""
    here = added.value(2)
    return f", which is {here:.6g} and" if "log" in added.text and here == added.value(3) else ", which"
