"""verify: what the proofs in a certificate's JSON show, by the small checker alone, without SymPy and FLINT."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from symcheck.arguments.public import public
from symcheck.errors import CertificateError
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.verdict import Verdict
from symcheck.proof.certificate import (
    CONDITIONS,
    INVARIANT,
    Outcome,
    Record,
    at,
    has_one_space,
    is_shown,
    of_case,
    outcomes,
    read,
    settled,
)
from symcheck.proof.check import Refused, need
from symcheck.proof.verification import Verification, plain

PREFERENCE = "preference"
"""What ``kind`` says in the JSON of a certificate of a preference loss."""

_EXISTS = "whatever it divides by and takes a logarithm of has one sign at 0"
_FAR = "the small checker speaks of l and g at z = 0 alone"
_TOGETHER = "it is shown together with the other conditions on the same formula, and not all of them are PROVED"
_SPACES = "it holds on R^C in some cases and on R^C/(1, ..., 1) in others, and is shown case by case at most"
_NO_WITNESS = "there is no witness at which it could be evaluated"


@public
def verify(certificate: str | Record) -> Verification:
    """What the proofs in ``certificate``, the JSON that ``Certificate.to_json`` writes or its values, show.

    Nothing is derived and nothing is believed: ``symcheck/proof/check.py``, one file of plain Python, reads the
    formulas, the scope and the verdicts, and accepts the proofs of them or not.  Takes a few milliseconds.

    Parameters: ``certificate`` the text, or the dictionary that ``json.loads`` makes of it.  Of a preference loss it is
    verified what is said of the loss of two classes where both scores are 0, in the ``certificate`` inside, which has a
    verdict of its own; ``recheck`` is for the answers about flips.

    Returns a ``Verification``.  Raises ``CertificateError``, naming the field, for what is no certificate.

    >>> import symcheck as sc
    >>> sc.verify(sc.certify("gce", "l2").to_json())
    <Verification verified: PROVED, every C >= 2, every q in (0, 1]>

    Source: docs/theory.md, section 18.
    """
    try:
        whole = read(_text(certificate))
        record = _of_pair(whole)
        found = outcomes(record)
        verification = _verification(record, found, verified=is_shown(record, found))
        return (
            verification if record is whole else replace(verification, preference=_verdict(at(whole, "verdict", str)))
        )
    except Refused as error:
        raise CertificateError(plain(error)) from None


def _of_pair(record: Record) -> Record:
    """``record``, or the one inside of a certificate of a preference loss: that of its loss of two classes."""
    if "kind" not in record:
        return record
    kind = record["kind"]
    need(kind == PREFERENCE, "kind", f"got {plain(json.dumps(kind))}; accepted is {PREFERENCE!r}, or none, for a pair")
    inside: Record = at(record, "certificate", dict)
    return inside


def _text(certificate: str | Record) -> str:
    """The certificate as JSON text, which the checker reads with suspicion."""
    if isinstance(certificate, str):
        if not certificate.lstrip().startswith("{"):
            raise CertificateError(
                f"certificate: got {plain(certificate[:80])!r}; accepted is the JSON that to_json() writes: of a file "
                "give the text, Path(...).read_text(), or use symcheck verify FILE"
            )
        return certificate
    if isinstance(certificate, Mapping):
        try:
            return json.dumps(certificate, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise CertificateError(f"certificate: its values are not those of JSON: {plain(error)}") from None
    what = f"certificate: got {type(certificate).__name__}; accepted is the text that to_json() writes"
    raise CertificateError(f"{what}: give certificate.to_json()" if hasattr(certificate, "to_json") else what)


def _verification(record: Record, found: tuple[Outcome, ...], *, verified: bool) -> Verification:
    shown = settled(found)
    names = {f["condition"]: f for f in record["findings"]}
    return Verification(
        verdict=_verdict(record["verdict"]),
        verified=verified,
        scope=_scope(record, found),
        subjects=tuple(_subjects(record)),
        findings=tuple(_finding(next(o for o in found if n in o.conditions), n) for n in names if n in shown),
        left=tuple((plain(n), _why(f, record, found)) for n, f in names.items() if n not in shown),
        # What is shown of the whole scope holds in each case of it.
        cases=() if verified and record["verdict"] == Verdict.PROVED.name else tuple(_cases(record, found)),
    )


def _cases(record: Record, found: tuple[Outcome, ...]) -> Iterator[tuple[str, str]]:
    """Each of several cases in words, and whether what is said of it was shown."""
    cases = at(record, "cases", list)
    unmet = {o.key: o.why for o in found}
    for n, case in enumerate(cases if len(cases) > 1 else []):
        where = at(case, "where", str)
        verdict = _verdict(at(case, "verdict", str))
        told = f"{verdict.name} for {_classes(case)}{' where ' if where else ''}{where}"
        keys = [f"{about} {of_case(n)}" for about in CONDITIONS]
        shown = verdict is Verdict.PROVED and all(unmet.get(key, "not stated") == "" for key in keys)
        is_point = any(o.statement["about"] == "refuted" and not o.why and _is_in(case, o) for o in found)
        if verdict is Verdict.REFUTED and where == "" and is_point:
            yield plain(told), "shown at one point"
        else:
            yield plain(told), "shown" if shown else "not shown"


def _is_in(case: Record, outcome: Outcome) -> bool:
    """Whether the point of a witness has one of the numbers of classes of a case."""
    low, high = at(case, "classes.low", int), at(case, "classes.high", int, type(None))
    return bool(low <= outcome.statement["point"]["C"] and (high is None or outcome.statement["point"]["C"] <= high))


def _classes(stated: Record) -> str:
    low, high = at(stated, "classes.low", int), at(stated, "classes.high", int, type(None))
    return f"C = {low}" if low == high else f"every C >= {low}" if high is None else f"every C from {low} to {high}"


def _verdict(name: str) -> Verdict:
    known = [v.name for v in Verdict]
    need(name in known, "verdict", f"got {plain(name)!r}; accepted is one of {', '.join(known)}")
    return Verdict[name]


def _condition(name: str) -> Condition:
    """The condition that a certificate's JSON calls ``name``, as ``loss-gradient``."""
    return Condition[name.upper().replace("-", "_")]


def _finding(outcome: Outcome, name: str) -> Finding:
    """What was shown of a condition, in words that come from the statement."""
    s = outcome.statement
    # Autograd takes a detached value for a constant: what it returns need not be the gradient of the formula.
    field = ", of the field that autograd returns" if "detach(" in (s["formula"] or "") else ""
    details = {
        "loss-smooth": _EXISTS,
        "loss-gradient": ("with some kappa > 0" if s["kappa"] is None else f"kappa = {s['kappa']} > 0") + field,
        "loss-gradient-sum": "so that noise moves no limit",
        "regularizer-smooth": _EXISTS,
        "regularizer-gradient": "every partial derivative at 0 is 0",
        "regularizer-curvature": f"its eigenvalues are > 0 on {s['scope']['space']}",
        "shift-invariant": "so it is in the form of both",
    }
    if s["about"] == "refuted":
        point = ", ".join(f"{n} = {v}" for n, v in sorted(s["point"].items()))
        return Finding(_condition(name), Verdict.REFUTED, f"it fails at {plain(point)}{field}", Trust.CHECKED)
    return Finding(_condition(name), Verdict.PROVED, plain(details[name]), Trust.CHECKED)


def _why(finding: Record, record: Record, found: tuple[Outcome, ...]) -> str:
    """Why a condition, of which the certificate says something, was not shown."""
    name, verdict = finding["condition"], finding["verdict"]
    if verdict == Verdict.UNDECIDED.name:
        return "the certificate leaves it open"
    whys = [o.why for o in found if name in o.conditions and o.why]
    if whys:
        return plain(whys[0])
    if name not in {INVARIANT, *(c for conditions in CONDITIONS.values() for c in conditions)}:
        return _FAR
    if verdict != Verdict.PROVED.name:
        return _NO_WITNESS
    return _SPACES if name == "regularizer-curvature" and not has_one_space(record) else _TOGETHER


def _subjects(record: Record) -> Iterator[tuple[str, str]]:
    for name in ("loss", "anchor", "regularizer"):
        subject = record.get(name)
        if subject is not None:
            text = at(subject, "formula", str, type(None))
            yield name, "code that was not read" if text is None else plain(text)


def _scope(record: Record, found: tuple[Outcome, ...]) -> str:
    """Every C and every parameter that the statements are about, in words."""
    numbers = {p["name"]: at(p, "interval", dict) for o in found for p in o.statement["scope"]["parameters"]}
    arrays = {p["name"]: p for o in found for p in o.statement["arrays"]}
    kinds = {name: "whole number " if i.get("integer") is True else "" for name, i in numbers.items()}
    told = [f"every {kinds[name]}{name} in {_interval(i)}" for name, i in sorted(numbers.items())]
    told += [_array(name, array) for name, array in sorted(arrays.items())]
    return plain(", ".join([_classes(at(record, "scope", dict)), *told]))


def _array(name: str, array: Record) -> str:
    """A class-vector or a matrix with what the checker knows: entries that are given, else sums and definiteness."""
    if array.get("entries") is not None:
        return f"{name} = {array['entries']}" + (" up to rounding" if array.get("errors") else "")
    kinds = ("rows that add up to", "columns that add up to") if "symmetric" in array else ("entries that add up to",)
    sums = at(array, "sums", list)
    known = [f"{kind} {total}" for kind, total in zip(kinds, sums, strict=False) if total is not None]
    adjectives = [key.replace("_", " ") for key in ("symmetric", "positive_definite") if array.get(key)]
    return f"every {', '.join(adjectives)} {name}".replace("  ", " ") + (
        f" with {' and '.join(known)}" if known else ""
    )


def _interval(interval: Record) -> str:
    low, high = (at(interval, end, str, type(None)) for end in ("low", "high"))
    left = "(-oo" if low is None else f"{'(' if interval.get('low_open') else '['}{low}"
    return left + ", " + ("oo)" if high is None else f"{high}{')' if interval.get('high_open') else ']'}")
