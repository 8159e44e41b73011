"""An added constant: values that differ by the same number everywhere, and the same gradients."""

from __future__ import annotations

from collections.abc import Iterator

from numerics.audits.implementations.evidence import Evidence, Explanation
from numerics.audits.implementations.kind import Kind
from numerics.audits.implementations.numbers import Number, of_classes
from symcheck.errors import SymcheckError
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.term import entrywise
from symcheck.language.terms_of import term_of_formula


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
        yield Explanation(Kind.CONSTANT, sentence, _sum(evidence, added), is_fitted=not added.is_written)


def _size(added: Number) -> str:
    """How large a logarithm is that is the same for every C."""
    here = added.value(2)
    return f", which is {here:.6g} and" if "log" in added.text and here == added.value(3) else ", which"


def _sum(evidence: Evidence, added: Number) -> Formula | None:
    """The formula plus a number that people write."""
    try:
        constant = term_of_formula(parsed(added.text, kind="constant"))
        return Formula.of(entrywise("add", term_of_formula(evidence.asked.free), constant))
    except SymcheckError:
        return None
