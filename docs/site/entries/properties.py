"""Properties of a loss or a penalty for all z, each with its verdict and why."""

from __future__ import annotations

from collections.abc import Iterable

from docs.site.entries.markdown import table
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.lines import reason_line, witness_line
from symcheck.certificates.properties import properties
from symcheck.findings.finding import Finding
from symcheck.render.markdown import markdown_line
from symcheck.render.prose import line_of


def property_table(certificate: Certificate, about: str) -> str:
    """A row for each property of the full report that is about the ``loss`` or the ``regularizer``."""
    names = [p.name for p in certificate.scope.parameters]
    asked = {p.condition for p in properties() if p.about == about}
    return table(
        ["property", "verdict", "why"],
        (_row(f, names) for f in certificate.full().properties if f.condition in asked),
    )


def _row(found: Finding, names: Iterable[str]) -> list[str]:
    names = list(names)
    why = markdown_line(line_of(found.detail, names))
    if found.witness is not None:
        why += "; " + markdown_line(witness_line(found.witness, names))
    if found.reason is not None:
        why += "; " + markdown_line(reason_line(found.reason, names))
    return [markdown_line(line_of(found.condition.value, names)), found.verdict.name, why]
