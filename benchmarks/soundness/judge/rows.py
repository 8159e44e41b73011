"""The rows of ``Certificate.cases``: what is said to hold for which classes and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks.soundness.judge.evidence import Evidence, names_at, written
from benchmarks.soundness.judge.headline import ENOUGH, FAR, failing
from benchmarks.soundness.trial import Wrong
from benchmarks.soundness.truth.expressions import Unreadable, holds
from benchmarks.soundness.truth.numbers import NoOpinion, Undefined
from benchmarks.soundness.truth.point import Point
from symcheck.findings.case import Case
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict

_ALL_EQUAL = re.compile(r"(\w+)_1 = \.\.\. = \1_C")


def wrong(evidence: Evidence) -> Iterator[Wrong]:
    """The false statements of the rows."""
    rows = evidence.certificate.cases
    covered = {id(row): [p for p in evidence.points if covers(evidence, row, p)] for row in rows}
    for row in rows:
        for point in covered[id(row)]:
            yield from _at(evidence, row, point)
        yield from _as_a_whole(evidence, row, covered[id(row)])
    if rows and all(_is_readable(evidence, row) for row in rows):
        for point in evidence.points:
            if not any(point in covered[id(row)] for row in rows):
                yield Wrong("rows cover the scope", f"{len(rows)} rows", "none is about this point", str(point))


def covers(evidence: Evidence, row: Case, point: Point) -> bool:
    """Whether ``row`` is about ``point``; False as well (and not judged) if its ``where`` cannot be read."""
    if point.classes not in row.classes:
        return False
    return _known(evidence, row, point) is True


def shown(row: Case) -> str:
    """The row in words."""
    place = f"{row.classes}, {row.where}" if row.where else str(row.classes)
    return f"[{place}: {row.tier}, kappa {written(row.kappa)}, {row.verdict}]"


def _is_where(where: str, point: Point) -> bool:
    rest = where
    for match in _ALL_EQUAL.finditer(where):
        values = point.arrays[match[1]].values if match[1] in point.arrays else None
        if values is not None and len(set(values[0])) > 1:
            return False
        rest = rest.replace(match[0], "")
    return holds(rest.strip(" ,"), names_at(point))


def _is_readable(evidence: Evidence, row: Case) -> bool:
    inside = [p for p in evidence.points if p.classes in row.classes]
    return all(_known(evidence, row, p) is not None for p in inside)


def _known(evidence: Evidence, row: Case, point: Point) -> bool | None:
    """Whether ``point`` is where the row holds, None if that cannot be read."""
    try:
        return _is_where(row.where, point)
    except Unreadable:
        evidence.unread.add(row.where)
    except (NoOpinion, Undefined):
        evidence.not_judged += 1
    return None


def _at(evidence: Evidence, row: Case, point: Point) -> Iterator[Wrong]:
    if row.verdict is Verdict.PROVED and evidence.holds(point) is False:
        yield Wrong("row PROVED", shown(row), failing(evidence, point), str(point))
    tier = evidence.tier(point)
    if row.tier is not None and tier is not None and tier.rank > row.tier.rank:
        yield Wrong("tier of a row", shown(row), str(tier), str(point))
    if tier is not Tier.NONDIFF:
        for w in evidence.compared("kappa of a row", row.kappa, evidence.kappa(point), point):
            yield replace(w, said=f"{shown(row)}: {w.said}")


def _as_a_whole(evidence: Evidence, row: Case, points: Sequence[Point]) -> Iterator[Wrong]:
    """A tier that nowhere occurs in the row, or a row that is REFUTED and holds everywhere."""
    if not points:
        return
    tiers = [evidence.tier(p) for p in points]
    scope = evidence.certificate.scope
    is_point = row.classes.fixed is not None and not scope.parameters and not scope.arrays
    far = row.classes.high is not None or max(p.classes for p in points) >= FAR
    is_one = row.tier is Tier.SCALED and set(tiers) == {Tier.EXACT} and len(points) >= ENOUGH and far
    if row.tier is not None and None not in tiers and row.tier not in tiers and (is_point or is_one):
        yield Wrong("tier of a row that does not occur", shown(row), f"{tiers[0]}", str(points[0]))
    if row.verdict is Verdict.REFUTED and is_point and evidence.holds(points[0]):
        yield Wrong("row REFUTED", shown(row), "all conditions hold", str(points[0]))
    if not is_point and not row.where and not scope.parameters and not scope.arrays:
        yield from _at_each(evidence, row, points)


def _at_each(evidence: Evidence, row: Case, points: Sequence[Point]) -> Iterator[Wrong]:
    """Where nothing but C is free, a row is about each of its C, unless it says that it was seen at some of them."""
    for point in points if row.is_uniform else ():
        if row.verdict is Verdict.REFUTED and evidence.holds(point):
            yield Wrong("row REFUTED, too wide", shown(row), "all conditions hold", str(point))
        tier = evidence.tier(point)
        if row.tier is not None and tier is not None and tier.rank < row.tier.rank:
            yield Wrong("tier of a row, too wide", shown(row), str(tier), str(point))
