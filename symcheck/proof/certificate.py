"""Statements: what a certificate's JSON says of l and g at z = 0 that the small checker can be asked.

Plain Python, as the checker is.  Everything comes from the fields that state it (formulas, scope, anchor, kappa,
findings, cases) and nothing from the proofs; what is malformed is ``Refused``, and the message begins with the field.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple, NoReturn

from symcheck.proof.check import Refused, need, random_prime
from symcheck.proof.matrices import check_with_matrices
from symcheck.proof.splits import checked
from symcheck.proof.witnesses.ranges import RANGES, check_ranges
from symcheck.proof.witnesses.witness import refute
from symcheck.proof.witnesses.written import ALL, check_written

LONGEST, MOST_CASES, SCHEMA, QUOTIENT = 2_000_000, 20, "symcheck/2", "R^C/(1, ..., 1)"

CONDITIONS = {
    "loss": ("loss-smooth", "loss-gradient"),
    "regularizer": ("regularizer-smooth", "regularizer-gradient", "regularizer-curvature"),
}
"""What is shown of a formula at once, by the names that findings have in JSON."""

SUMS = ("loss-smooth", "loss-gradient-sum")
"""What Corollary 1 needs of a loss in the place of its gradient."""

KINDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "loss": {"loss": CONDITIONS["loss"], "loss-sum": SUMS, "smooth": CONDITIONS["loss"][:1]},
    "regularizer": {
        "regularizer": CONDITIONS["regularizer"],
        "stationary": CONDITIONS["regularizer"][:2],
        "smooth": CONDITIONS["regularizer"][:1],
    },
}
"""What a statement is about, and what it shows, the most first."""

WHOLE = ("loss", "loss-sum", "regularizer")
"""What settles all that is needed of a formula."""

INVARIANT = "shift-invariant"
"""What is shown of both formulas on the quotient."""

Record = Mapping[str, Any]
"""A certificate's JSON, as plain values."""

Statement = dict[str, Any]
"""What the checker is asked: ``about`` which formula in which scope, and kappa, or the point of a witness."""

Proof = dict[str, Any]
"""What convinces it: hints, of which nothing is believed."""


class Said(NamedTuple):
    """A ``statement``, the ``conditions`` that it settles, and the ``key`` of its proof in a certificate."""

    key: str
    conditions: tuple[str, ...]
    statement: Statement


class Outcome(NamedTuple):
    """What came of a statement with its ``proof``: it is shown unless there is a ``why`` not."""

    key: str
    conditions: tuple[str, ...]
    statement: Statement
    proof: Proof | None
    why: str


def read(text: str) -> dict[str, Any]:
    """The certificate that ``text``, JSON, writes; no key is there twice, and no number is a float."""
    plain = type(text) is str and len(text) <= LONGEST
    need(plain, "certificate", f"a text of at most {LONGEST} characters is needed")
    try:
        record = json.loads(text, object_pairs_hook=_once, parse_float=_inexact, parse_constant=_inexact)
    except Refused:
        raise
    except (ValueError, RecursionError) as error:
        raise Refused(f"certificate: it is no JSON that can be read: {str(error)[:200]}") from None
    stated = record.get("schema") if type(record) is dict else None
    need(stated == SCHEMA, "schema", f"{SCHEMA} is needed: certify the pair again, and to_json() writes it")
    found: dict[str, Any] = record
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    # json would keep the last one in silence, and a reader of the file sees the first.
    need(len(found) == len(pairs), "certificate", f"a key is there twice, one of {[*found][:20]!a}")
    return found


def _inexact(number: str) -> NoReturn:
    raise Refused(f"certificate: it has the number {number[:40]}, and fractions are texts")


def at(value: Any, path: str, *kinds: type) -> Any:
    """What stands at ``path``, names with dots between, and is of one of the ``kinds`` exactly."""
    for name in path.split("."):
        need(type(value) is dict and name in value, path, "the field is missing")
        value = value[name]
    need(type(value) in kinds, path, f"{' or '.join(k.__name__ for k in kinds)} is needed")
    return value


def statements(record: Record) -> list[Said]:
    """What ``record`` says of l and g at z = 0; a condition that several statements settle needs them all."""
    findings = {at(f, "condition", str): f for f in at(record, "findings", list)}
    need(len(findings) == len(record["findings"]), "findings", "a condition has two")
    verdicts = {c: at(f, "verdict", str) for c, f in findings.items()}
    shift = (INVARIANT,) if at(record, "scope.space", str) == QUOTIENT else ()
    found = []
    for about, conditions in CONDITIONS.items():
        if at(record, about, dict, type(None)) is None:
            continue
        subject, proved = _subject(record, about), {c for c, verdict in verdicts.items() if verdict == "PROVED"}
        # On R^C in one case and on the quotient in another, D^2 g(0) is definite on neither in the whole scope.
        proved -= set() if has_one_space(record) else {"regularizer-curvature"}
        kind, shown = next(((k, c) for k, c in KINDS[about].items() if proved >= {*c, *shift}), (None, ()))
        if kind is not None:
            key = about if kind in WHOLE else f"{about}-{kind}"
            found.append(Said(key, (*shown, *shift), {**subject, "about": kind}))
        for c in conditions:
            if verdicts.get(c) == "REFUTED" and at(findings[c], "witness", dict, type(None)) is not None:
                point = {**at(findings[c], "witness.parameters", dict), "C": at(findings[c], "witness.classes", int)}
                # An irrational value is told in words alone, which the writer of the proof reads.
                told = {"quantity": at(findings[c], "witness.quantity", str)}
                found.append(
                    Said(f"not {c}", (c,), {**subject, **told, "about": "refuted", "which": c, "point": point})
                )
    return found + _of_cases(record)


def has_one_space(record: Record) -> bool:
    """Whether all cases of ``record`` are about its space."""
    return {at(case, "space", str) for case in at(record, "cases", list)} <= {at(record, "scope.space", str)}


def _of_cases(record: Record) -> list[Said]:
    """What holds of a pair for some of its numbers of classes, where no parameter decides; it settles no condition.

    The statements on the case at place n are those on l and g ``of_case(n)``.
    """
    found: list[Said] = []
    if at(record, "regularizer", dict, type(None)) is None:
        return found
    for n, case in enumerate(at(record, "cases", list)[:MOST_CASES]):
        classes, where, verdict = at(case, "classes", dict), at(case, "where", str), at(case, "verdict", str)
        if verdict == "PROVED" and where == "" and classes != at(record, "scope.classes", dict):
            for about in CONDITIONS:
                subject = _subject(record, about)
                kappa = at(case, "kappa", str, type(None)) if about == "loss" else None
                scope = {**subject["scope"], "classes": classes, "space": at(case, "space", str)}
                statement = {**subject, "about": about, "kappa": kappa, "scope": scope}
                found.append(Said(f"{about} {of_case(n)}", (), statement))
    return found


def of_case(n: int) -> str:
    """What ends the keys of what is said of the case at place n."""
    return f"of case {n}"


def _subject(record: Record, about: str) -> Statement:
    """The formula of l, with the anchor and kappa, or of g, and the scope of the certificate without foreign names.

    ``arrays`` are as the certificate declares them: vectors and matrices, of which a letter would make one number.
    """
    anchor = at(record, "anchor", dict) if about == "loss" and "anchor" in record else None
    declared = [p for s in (record[about], anchor) if s is not None for p in at(s, "parameters", list)]
    names = {at(p, "name", str) for p in declared}
    ranges = at(record, "scope.parameters", list)
    numbers = [p for p in ranges if at(p, "name", str) in names and "sums" not in p]
    return {
        "formula": at(record, f"{about}.formula", str, type(None)),
        "anchor": anchor and at(anchor, "formula", str),
        "kappa": at(record, "kappa", str, type(None)) if about == "loss" else None,
        "scope": {**{k: at(record, f"scope.{k}", dict, str) for k in ("classes", "space")}, "parameters": numbers},
        "arrays": [p for p in declared if "sums" in p],
    }


def outcomes(record: Record) -> tuple[Outcome, ...]:
    """Each statement of ``record`` with what came of the proof that stands in it."""
    proofs, found = record.get("proof"), []
    prime = random_prime()  # one for all: they stand in the record, so that none of them can depend on it
    for key, conditions, statement in statements(record):
        proof = proofs.get(key) if type(proofs) is dict else None
        found.append(Outcome(key, conditions, statement, proof, _why_not(key, statement, proof, prime)))
    return tuple(found)


def _why_not(key: str, statement: Statement, proof: Proof | None, prime: int) -> str:
    """Why ``proof`` does not show the statement, "" if it does."""
    try:
        need(proof is not None, f"proof.{key}", "there is none")
        _check_of(statement, proof, prime)(statement, proof)
    except Refused as error:
        return str(error) or "refused"
    return ""


def _check_of(statement: Statement, proof: Any, prime: int) -> Callable[[Statement, Any], None]:
    """What is asked whether ``proof`` shows the statement."""
    if statement["about"] == "refuted":
        return refute
    if proof in (ALL, RANGES):
        return check_written if proof == ALL else check_ranges
    return partial(check_with_matrices if statement["arrays"] else checked, first=prime)


def settled(found: Iterable[Outcome]) -> frozenset[str]:
    """The conditions of which all statements are shown."""
    known = tuple(found)
    unmet = {c for o in known if o.why for c in o.conditions}
    return frozenset(c for o in known for c in o.conditions if c not in unmet)


def is_shown(record: Record, found: Iterable[Outcome]) -> bool:
    """Whether the outcomes show what ``record`` says of its pair: PROVED in the scope, or REFUTED somewhere in it."""
    known = tuple(found)
    verdict, shown = at(record, "verdict", str), settled(known)
    refuted = {c for o in known if o.statement["about"] == "refuted" for c in o.conditions}
    of_loss = SUMS if set(SUMS) <= shown else CONDITIONS["loss"]
    needed = {*of_loss, *CONDITIONS["regularizer"]}
    needed |= {INVARIANT} if at(record, "scope.space", str) == QUOTIENT else set()
    verdicts = {at(case, "verdict", str) for case in at(record, "cases", list)}
    if at(record, "regularizer", dict, type(None)) is None:
        return False
    if verdict == "PROVED":
        return needed <= shown - refuted and verdicts <= {"PROVED"}
    return verdict == "REFUTED" and bool(shown & refuted)
