"""What is said of some cases: for which classes, where the parameters are how, and values that differ by cases."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from symcheck.findings.case import Case
from symcheck.findings.verdict import Verdict
from symcheck.language.scope import Classes
from symcheck.render.block import Line, Tex, Value
from symcheck.render.expression import conditions
from symcheck.render.prose import line_of
from symcheck.render.rounded import rounded, tex_number

if TYPE_CHECKING:
    from sympy import Expr  # reading a page takes no SymPy

MOST_TOLD = 4
"""A sentence tells so many cases apart; more are counted."""

_GROUPED_FROM = 10_000
"""Numbers of classes from here on are written with commas."""


def told(cases: Sequence[Case], scope: Classes, names: Collection[str]) -> Line:
    """Which part of a scope with these classes the ``cases`` are: "for C = 2", "where tau < C or tau > C"."""
    merged = sorted(_merged(cases), key=lambda c: c.classes.low)
    if len(merged) > MOST_TOLD:
        return (f"in {len(merged)} of the cases below",)
    return line_of(" or ".join(dict.fromkeys(_told(c, scope) for c in merged)), names)


def _told(case: Case, scope: Classes) -> str:
    is_point = case.verdict is Verdict.REFUTED and not case.is_uniform
    where = f"where {case.where}" if case.where else ""
    classes = f"for {classes_text(case.classes)}"
    if is_point:
        # It fails at some points only; "for C >= 3" would say that it fails everywhere there.
        classes = f"at some points with {classes_text(case.classes).removeprefix('every ')}"
    if case.classes == scope and where:
        return f"at some points {where}" if is_point else where
    return f"{classes} {where}".rstrip()


def _merged(cases: Sequence[Case]) -> Iterator[Case]:
    """The cases with neighbouring runs of classes joined, whatever else is different in them."""

    def key(case: Case) -> tuple[str, bool]:
        # A failure everywhere and one at some points are not told in one breath.
        return case.where, case.is_uniform or case.verdict is not Verdict.REFUTED

    for _, group in groupby(sorted(cases, key=lambda c: (*key(c), c.classes.low)), key=key):
        last: Case | None = None
        for case in group:
            if last is not None and last.classes.high is not None and last.classes.high + 1 == case.classes.low:
                last = replace(last, classes=Classes(last.classes.low, case.classes.high))
            else:
                if last is not None:
                    yield last
                last = case
        if last is not None:
            yield last


def classes_text(classes: Classes) -> str:
    """``C = 2``, ``2 <= C <= 9,999,999`` or ``every C >= 10,000,000``."""
    low = _number(classes.low)
    if classes.fixed is not None:
        return f"C = {low}"
    return f"every C >= {low}" if classes.high is None else f"{low} <= C <= {_number(classes.high)}"


def _number(n: int) -> str:
    return f"{n:,}" if n >= _GROUPED_FROM else str(n)


def value_line(expression: Expr, name: str = "") -> Line:
    """``name = expression``, with its decimal where it is no short number; one by cases with the condition of each."""
    found = conditions(expression)
    if not found:
        decimal = rounded(expression)
        return (
            Value(expression, name),
            *((" ", Tex(rf"\approx {tex_number(decimal)}", f"~ {decimal}")) if decimal else ()),
        )
    line: Line = ()
    for place, (value, condition) in enumerate(found):
        line = (*line, ", " if place else "", *value_line(value, "" if place else name), " where ", *line_of(condition))
    return line
