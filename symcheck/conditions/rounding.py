"""Rounded numbers: floats of torch code of which only an interval is known.

A rounded number is a free parameter that no point of a scope gives a value (``Point``, ``array_points``): what
is proved holds for every number in its interval, and so does what a witness shows.  What neither shows stays
undecided; here it is said that rounding is the reason, where the numbers in the middle would settle it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.verdict import Verdict
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Scope
from symcheck.reason import Code, Reason

MOST_NAMED = 4
"""A reason names up to so many rounded numbers."""

_KEPT = (Code.READINGS_DISAGREE, Code.ROUNDING)
"""Reasons that say more than that a number was rounded."""


def rounded_names(scope: Scope) -> frozenset[str]:
    """The names of the rounded numbers of ``scope``: it is not cut where one of them has some value."""
    return frozenset(p.name for p in scope.parameters if p.rounded)


def rounded_parts(*formulas: Formula) -> tuple[Parameter | Array, ...]:
    """The numbers, class-vectors and matrices of ``formulas`` that are known up to rounding."""
    found: dict[str, Parameter | Array] = {}
    for formula in formulas:
        found |= {p.name: p for p in formula.parameters if p.rounded}
        found |= {a.name: a for a in formula.arrays if a.is_rounded}
    return tuple(found[name] for name in sorted(found))


def middles(parts: Iterable[Parameter | Array]) -> dict[str, Fraction | Array]:
    """For each of ``parts`` the numbers that the floats are, which may be wrong."""
    return {p.name: _middle(p) if isinstance(p, Parameter) else replace(p, errors=None) for p in parts}


def _middle(p: Parameter) -> Fraction:
    if p.default is not None:
        return p.default
    assert p.interval.low is not None
    assert p.interval.high is not None
    return (p.interval.low + p.interval.high) / 2


def explained(
    findings: Iterable[Finding],
    parts: tuple[Parameter | Array, ...],
    in_the_middle: Callable[[], Mapping[Condition, Finding]],
) -> list[Finding]:
    """``findings``, in which what is open because of rounding says so.

    That is the reason for what is open here and settled by the findings ``in_the_middle``, which are those about
    the floats themselves.
    """
    found = list(findings)
    is_open = [f.verdict is Verdict.UNDECIDED and f.reason is not None and f.reason.code not in _KEPT for f in found]
    if not parts or not any(is_open):
        return found
    # The certificate of the floats themselves costs as much as the first one: it is made only where something is
    # open.
    known = in_the_middle()
    # What is open with the exact floats too is open for another reason, and keeps it.
    settled = {c for c, f in known.items() if f.verdict is not Verdict.UNDECIDED}
    return [
        replace(f, reason=_reason(parts, f)) if needed and f.condition in settled else f
        for f, needed in zip(found, is_open, strict=True)
    ]


def _reason(parts: tuple[Parameter | Array, ...], finding: Finding) -> Reason:
    assert finding.reason is not None
    listed = ", ".join(f"{p.name} in {p.interval}" if isinstance(p, Parameter) else str(p) for p in parts[:MOST_NAMED])
    more = "" if len(parts) <= MOST_NAMED else f" and {len(parts) - MOST_NAMED} more"
    return Reason(
        Code.ROUNDING,
        f"numbers were computed in floating point ({listed}{more}), and this rests on where they lie in their "
        f"intervals: {finding.reason.why}",
        "write the exact numbers, such as Fraction(1, 3) or log(10), in the place of the floats",
        finding.reason.where,
    )
