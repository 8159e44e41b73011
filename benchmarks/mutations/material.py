"""What is mutated: the statements of certificates, with their proofs."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from fractions import Fraction

from benchmarks.mutations.claimed import Claimed, Json
from symcheck.certificates.certify import certify
from symcheck.intake.catalogue import names
from symcheck.proof.certificate import outcomes
from symcheck.proof.check import Refused
from symcheck.proof.witnesses.written import ALL, check_written


def claims(step: int = 1) -> list[Claimed]:
    """Every ``step``-th loss with l2, every ``step``-th regularizer with cross-entropy: what they say with a proof.

    Every fourth of these is there once more at one point, where it needs no hints.
    """
    pairs = [*((loss, "l2") for loss in names("loss")), *(("cross_entropy", g) for g in names("regularizer"))]
    said = [*_said(pairs[::step])]
    return [*said, *filter(None, map(_at_one_point, said[::4]))]


def _said(pairs: Sequence[tuple[str, str]]) -> Iterator[Claimed]:
    known: set[str] = set()
    for loss, regularizer in pairs:
        for o in outcomes(json.loads(certify(loss, regularizer).to_json())):
            text = json.dumps(o.statement, sort_keys=True)
            # What has arrays is shown class by class, and not by the checker of formulas for every C; "values" say of
            # a point what the statement leaves open.
            is_told = o.proof is not None and not o.why and "values" not in o.proof
            if is_told and o.proof is not None and not o.statement["arrays"] and text not in known:
                known.add(text)
                yield Claimed(f"{loss} and {regularizer}, {o.key}", o.statement, o.proof)


def _at_one_point(claimed: Claimed) -> Claimed | None:
    """The same at its least C, and where parameters are near their low ends; None where it is not shown so."""
    statement = copy.deepcopy(claimed.statement)
    statement["scope"]["classes"]["high"] = statement["scope"]["classes"]["low"]
    for p in statement["scope"]["parameters"]:
        p["interval"] = _point(p["interval"])
    try:
        check_written(statement, ALL)
    except Refused:
        return None
    return Claimed(f"{claimed.name}, at one point", statement, dict(ALL))


def _point(interval: Json) -> Json:
    low, high = (None if interval[end] is None else Fraction(interval[end]) for end in ("low", "high"))
    value = low + min(1, (high - low) / 2 if high is not None else 1) if low is not None else (high or 0) - Fraction(1)
    return {**interval, "low": str(value), "high": str(value), "low_open": False, "high_open": False}
