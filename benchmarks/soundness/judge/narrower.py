"""``Certificate.at``: what is certified at one point, against the truth and against the certificate of the scope."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.soundness.judge.evidence import Evidence
from benchmarks.soundness.judge.findings import witness_point
from benchmarks.soundness.judge.headline import failing
from benchmarks.soundness.judge.rows import covers, shown
from benchmarks.soundness.trial import Wrong
from benchmarks.soundness.truth.point import Point
from symcheck.certificates.certificate import Certificate
from symcheck.errors import SymcheckError
from symcheck.findings.verdict import Verdict
from symcheck.reason import Code


def wrong(evidence: Evidence, points: Sequence[Point]) -> Iterator[Wrong]:
    """The false statements of the certificates at ``points``, and where they contradict that of the scope."""
    for point in points:
        yield from _at(evidence, point)
    c = evidence.certificate
    if c.verdict is Verdict.REFUTED and c.witness is not None and c.witness.classes in c.scope.classes:
        point = witness_point(c.witness, c.scope)
        names = {p.name for p in c.scope.parameters} | {a.name for a in c.scope.arrays}
        inside = all(v in c.scope.parameter(n).interval for n, v in point.values.items() if n in names)
        if inside and names == {*point.values, *point.arrays}:
            narrow = _narrowed(c, point)
            if isinstance(narrow, Certificate) and narrow.verdict is Verdict.PROVED:
                yield Wrong("at(witness)", f"REFUTED by {c.witness}", "at this point it is PROVED", str(point))


def _narrowed(certificate: Certificate, point: Point) -> Certificate | Exception:
    try:
        return certificate.at(C=point.classes, **point.arguments)
    except Exception as error:  # noqa: BLE001 - what is no answer is reported with the point
        return error


def _at(evidence: Evidence, point: Point) -> Iterator[Wrong]:
    truth = evidence.truth(point)
    narrow = _narrowed(evidence.certificate, point)
    if isinstance(narrow, Exception):
        if not isinstance(narrow, SymcheckError):
            yield Wrong(
                "at(point): a crash", f"{type(narrow).__name__}: {narrow}", "an answer, or an error", str(point)
            )
        elif evidence.known(lambda: truth.has_value):
            yield Wrong("at(point): an error", f"{type(narrow).__name__}: {narrow}", "it has a value", str(point))
        return
    holds = evidence.holds(point)
    if narrow.verdict is Verdict.PROVED and holds is False:
        yield Wrong("at(point) PROVED", "PROVED", failing(evidence, point), str(point))
    if narrow.verdict is Verdict.REFUTED and holds is True:
        yield Wrong("at(point) REFUTED", f"{narrow.witness}", "all conditions hold", str(point))
    tier = evidence.tier(point)
    if narrow.tier is not None and tier is not None and narrow.tier is not tier:
        yield Wrong("at(point): tier", f"{narrow.tier}", f"{tier}", str(point))
    if not any(p.rounded for p in evidence.certificate.scope.parameters):  # with a value it is another number
        yield from evidence.compared("at(point): kappa", narrow.kappa, evidence.kappa(point), point)
    yield from _against(evidence, narrow, point)


def _against(evidence: Evidence, narrow: Certificate, point: Point) -> Iterator[Wrong]:
    """The certificate of the scope and its rows must not say otherwise."""
    c = evidence.certificate
    if c.verdict is Verdict.PROVED and narrow.verdict is not Verdict.PROVED and not _ran_out(narrow):
        reasons = "; ".join(str(f.reason) for f in narrow.findings if f.reason is not None)
        yield Wrong("at(point) loses PROVED", f"PROVED, and {narrow.verdict} at the point {reasons}", "", str(point))
    for row in c.cases:
        if not covers(evidence, row, point):
            continue
        if row.verdict is Verdict.PROVED and narrow.verdict is Verdict.REFUTED:
            yield Wrong("at(point) against a row", shown(row), f"REFUTED by {narrow.witness}", str(point))
        whole = row.classes.fixed is not None and not c.scope.parameters and not c.scope.arrays
        if whole and row.verdict is Verdict.REFUTED and narrow.verdict is Verdict.PROVED:
            yield Wrong("at(point) against a row", shown(row), "PROVED", str(point))


def _ran_out(certificate: Certificate) -> bool:
    return any(f.reason is not None and f.reason.code is Code.BUDGET for f in certificate.findings)
