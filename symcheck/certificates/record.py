"""Certificates as JSON: the same certificate is the same text, in every process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction

from sympy import Expr

from symcheck.certificates.answer import QUOTIENT, WHOLE, Answer
from symcheck.certificates.applied import Applied
from symcheck.certificates.full_report import Full
from symcheck.findings.case import Case
from symcheck.findings.finding import Finding
from symcheck.findings.prediction import Order, Prediction
from symcheck.findings.witness import Witness
from symcheck.language.array import Array
from symcheck.language.interval import Interval
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes
from symcheck.language.vector_array import VectorArray
from symcheck.problem import Subject
from symcheck.reason import Reason
from symcheck.render.expression import conditions, expression_text
from symcheck.version import SCHEMA

KEYS = (
    "schema", "scope", "loss", "regularizer", "verdict", "tier", "kappa", "cases", "headline", "families", "findings",
    "theorems", "assumptions", "prediction", "still_holds", "versions",
)  # fmt: skip
"""The fields of a certificate, in the order in which they are checked."""

ANCHOR = "anchor"
"""One more field of a certificate with an anchor, checked before the others."""

REPAIRS = "repairs"
"""One more field of a certificate that is REFUTED, checked after those."""

PROOF = "proof"
"""One more field: what convinces ``symcheck.proof.check`` of what is said of l and g at z = 0, checked after those."""

FULL = "full"
"""One more field of a certificate with its full report, checked last but for the versions."""

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]
"""What a record is made of: no number is a float."""


def json_text(answer: Answer, full: Full | None = None, repairs: Json = None, proof: Json = None) -> str:
    """``answer`` as JSON with sorted keys and no time, path or machine in it, with what else is given."""
    return json.dumps(record(answer, full, repairs, proof), ensure_ascii=False, indent=2, sort_keys=True)


def record(answer: Answer, full: Full | None = None, repairs: Json = None, proof: Json = None) -> dict[str, Json]:
    """``answer`` as plain values under ``KEYS``, in their order; expressions are texts of the formula grammar.

    The record of its ``repairs`` stands under ``REPAIRS``, its ``proof`` under ``PROOF``, what its ``full`` report
    says under ``FULL``.
    """
    found = _record(answer)
    anchor = answer.problem.anchor
    found |= {} if anchor is None else {ANCHOR: _subject(anchor)}
    found |= {} if repairs is None else {REPAIRS: repairs}
    found |= {} if proof is None else {PROOF: proof}
    return found if full is None else {**found, FULL: _full(full)}


def provable(c: Answer) -> dict[str, Json]:
    """The part of the record that ``symcheck.proof.check.statements`` reads."""
    anchor = c.problem.anchor
    found = {**claim(c), "cases": [_case(case) for case in c.cases], "findings": [_finding(f) for f in c.findings]}
    return found if anchor is None else {**found, ANCHOR: _subject(anchor)}


def claim(c: Answer) -> dict[str, Json]:
    """What an answer is about, and what it says in a line: the scope, the pair, verdict, tier and kappa."""
    return {
        "scope": _scope(c),
        "loss": _subject(c.loss),
        "regularizer": None if c.problem.is_alone else _subject(c.regularizer),
        "verdict": c.verdict.name,
        "tier": None if c.tier is None else c.tier.name,
        "kappa": _expression(c.kappa),
    }


def _record(c: Answer) -> dict[str, Json]:
    return {
        "schema": SCHEMA,
        **claim(c),
        "cases": [_case(case) for case in c.cases],
        "headline": c.headline,
        "families": [{"name": f.name, "verdict": f.verdict.name, "detail": f.detail} for f in c.families],
        "findings": [_finding(f) for f in c.findings],
        "theorems": [_plain(t, "name", "place", "statement", "concludes", "deviation") for t in c.theorems],
        "assumptions": list(c.assumptions),
        "prediction": None if c.prediction is None else _prediction(c.prediction),
        "still_holds": c.still_holds,
        "versions": dict(c.versions),
    }


def _case(case: Case) -> Json:
    return {
        "classes": _classes(case.classes),
        "where": case.where,
        "tier": None if case.tier is None else case.tier.name,
        "kappa": _expression(case.kappa),
        "verdict": case.verdict.name,
        "everywhere": case.is_uniform,
        "space": QUOTIENT if case.quotient else WHOLE,
    }


def _scope(c: Answer) -> Json:
    declared = {**(c.regularizer.defaults or {}), **(c.loss.defaults or {})}
    return {
        "classes": _classes(c.scope.classes),
        "parameters": [
            *({"name": p.name, "interval": _interval(p.interval)} for p in c.scope.parameters),
            *(_array(a, declared) for a in c.scope.arrays),
        ],
        "space": QUOTIENT if c.quotient else WHOLE,
    }


def _classes(classes: Classes) -> Json:
    return {"low": classes.low, "high": classes.high}


def _subject(subject: Subject) -> Json:
    declared = subject.defaults or {}
    return {
        "name": subject.name,
        "formula": subject.text if subject.unread is None else None,
        "parameters": [
            *(_parameter(p, declared) for p in subject.formula.parameters),
            *(_array(a, declared) for a in subject.formula.arrays),
        ],
        "values": _values(subject.values),
    }


Declared = Mapping[str, str | None]
"""The values to train with that an entry of the catalogue declares: they stand in the place of others."""


def _parameter(p: Parameter, declared: Declared) -> Json:
    default = None if p.default is None else str(p.default)
    return {
        "name": p.name,
        "interval": _interval(p.interval),
        "default": declared.get(p.name, default),
    }


def _array(a: Array, declared: Declared) -> Json:
    """A class-vector or a matrix; ``entries`` row by row where they are given, ``errors`` where these are rounded."""
    sums: tuple[Fraction | None, ...] = (a.total,) if isinstance(a, VectorArray) else ()
    kinds: dict[str, Json] = {}
    errors: dict[str, Json] = {} if a.errors is None else {"errors": [[str(x) for x in row] for row in a.errors]}
    if isinstance(a, MatrixArray):
        sums = (a.rows, a.columns)
        kinds = {"symmetric": a.symmetric, "positive_definite": a.definite, "positive_diagonal": a.loops}
    return {
        "name": a.name,
        "interval": _interval(a.interval),
        "sums": [None if s is None else str(s) for s in sums],
        "entries": None if a.values is None else [[str(x) for x in row] for row in a.values],
        "rule": a.rule,
        "default": declared.get(a.name, a.default),
        **kinds,
        **errors,
    }


def _interval(interval: Interval) -> Json:
    """``rounded`` stands there only where it is true."""
    # Left out where it is false: few certificates are about floats.
    kind: dict[str, Json] = {"rounded": True} if interval.rounded else {}
    return {
        "low": None if interval.low is None else str(interval.low),
        "high": None if interval.high is None else str(interval.high),
        **_plain(interval, "low_open", "high_open", "integer"),
        **kind,
    }


def _values(values: Mapping[str, Fraction]) -> Json:
    return {name: str(value) for name, value in values.items()}


def _finding(f: Finding) -> Json:
    return {
        "condition": str(f.condition),
        "verdict": f.verdict.name,
        "detail": f.detail,
        "trust": f.trust.value,
        "derivation": [_plain(s, "name", "value", "by") for s in f.derivation],
        **why_not(f.witness, f.reason),
    }


def why_not(w: Witness | None, r: Reason | None) -> dict[str, Json]:
    """The witness and the reason of what is not PROVED."""
    point, reason = None, None
    if w is not None:
        texts = _plain(w, "quantity", "value", "decimal", "expected")
        point = {"classes": w.classes, "parameters": _values(w.parameters), **texts}
    if r is not None:
        reason = {"code": r.code.value, **_plain(r, "where", "why", "settle")}
    return {"witness": point, "reason": reason}


def _plain(value: object, *names: str) -> dict[str, Json]:
    """The fields of ``value`` that are plain already, under their names."""
    return {name: getattr(value, name) for name in names}


def _order(o: Order, *names: str) -> dict[str, Json]:
    """An order of convergence with the powers called ``names``."""
    powers = {name: getattr(o, name) for name in names}
    return {"classes": _classes(o.classes), **{name: None if p is None else int(p) for name, p in powers.items()}}


def _prediction(p: Prediction) -> Json:
    return {
        "kappa": _expression(p.kappa),
        "curvature": _expression(p.curvature),
        "coupling": _expression(p.coupling),
        "quotient": p.quotient,
        "hessian": None if p.hessian is None else [[_expression(x) for x in row] for row in p.hessian],
        "noise_power": _expression(p.noise_power),
        "orders": [_order(o, "to_limit", "clean_to_noisy") for o in p.exponents],
    }


def _full(full: Full) -> Json:
    return {
        "properties": [_finding(f) for f in full.properties],
        "theorems": [_applied(a) for a in full.theorems],
        "orders": [
            {"family": name, **_order(o, "to_limit", "clean_to_noisy", "noise_degree")} for name, o in full.orders
        ],
    }


def _applied(a: Applied) -> Json:
    return {
        "name": a.theorem.name,
        "verdict": a.verdict.name,
        "premises": [
            {
                "statement": p.statement,
                "verdict": p.verdict.name,
                "detail": p.detail,
                **why_not(p.witness, p.reason),
            }
            for p in a.premises
        ],
        "assumptions": list(a.assumptions),
        "discharged": [{"assumption": text, "by": [str(c) for c in by]} for text, by in a.discharged],
    }


def _expression(expression: Expr | None) -> str | None:
    """The expression as text; None also for one that differs by cases, of which the cases tell."""
    # The grammar of formulas has no cases, so the text could not be read back.
    return None if expression is None or conditions(expression) else expression_text(expression)
