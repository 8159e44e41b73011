"""What a certificate says, as plain values by the names of fields; its sentences are no part of it, and may change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.full_report import Full
from symcheck.findings.case import Case
from symcheck.findings.finding import Finding
from symcheck.findings.prediction import Order, Prediction
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.language.scope import Classes
from symcheck.reason import Reason
from symcheck.render.expression import conditions, expression_text
from symcheck.theorems.base import REFERENCE

Said = dict[str, Any]
"""By the name of a field a text, or a list of texts."""


def said(certificate: Certificate, *, full: bool = False, checked: bool = False) -> Said:
    """What ``certificate`` says; of its ``full`` report and of what is ``checked`` by the small checker if asked."""
    c = certificate
    found: Said = {
        "scope": str(c.scope.classes),
        "verdict": c.verdict.name,
        "tier": _tier(c),
        "kappa": _expression(c.kappa),
        "space": "quotient" if c.quotient else "whole",
        "cases": [_case(case, c) for case in c.cases],
        **{f"finding {f.condition.name}": _finding(f) for f in c.findings},
        **{f"family {f.name}": f.verdict.name for f in c.families},
        "theorems": [t.name for t in c.theorems],
    }
    if c.prediction is not None:
        found |= _prediction(c.prediction, found["kappa"])
    if full:
        found |= _full(c.full())
    if checked:
        found["checked"] = sorted(condition.name for condition in c.checked)
    return {name: value for name, value in found.items() if value is not None}


def _full(full: Full) -> Said:
    reference = [_order(o) for name, o in full.orders if name == REFERENCE]
    return {
        **{f"full {f.condition.name}": _finding(f) for f in full.properties},
        "full orders": reference or None,
        # That a theorem is REFUTED says what a finding says, or that l or g are of another form.
        **{f"full {a.theorem.name}": a.verdict.name for a in full.theorems if a.verdict is not Verdict.REFUTED},
    }


def _tier(answer: Certificate | Case) -> str | None:
    return None if answer.tier is None else answer.tier.name


def _case(case: Case, whole: Certificate) -> str:
    """Where it holds and what does, without what is the same in the ``whole`` certificate."""
    kinds = {
        "quotient": case.quotient and not whole.quotient, "whole": whole.quotient and not case.quotient,
        "not everywhere": not case.is_uniform, "special": case.is_special, "more than one tier": not case.is_one_tier,
        f"switch {case.switch}": bool(case.switch),
    }  # fmt: skip
    classes = "" if case.classes == whole.scope.classes else _classes(case.classes)
    verdict = "" if case.verdict is whole.verdict else case.verdict.name
    tier = "" if case.tier is whole.tier else _tier(case) or "no tier"
    kappa = "" if case.kappa == whole.kappa else _expression(case.kappa) or "no kappa"
    return _joined([classes, case.where, verdict, tier, kappa, *(name for name, is_so in kinds.items() if is_so)])


def _classes(classes: Classes) -> str:
    return str(classes).removeprefix("every ")


def _finding(f: Finding) -> str:
    return _joined([f.verdict.name, f.trust.value, _reason(f.reason), _witness(f.witness)])


def _reason(reason: Reason | None) -> str | None:
    return None if reason is None else reason.code.value


def _witness(w: Witness | None) -> str | None:
    if w is None:
        return None
    place = ", ".join([f"C = {w.classes}", *(f"{n} = {v}" for n, v in sorted(w.parameters.items()))])
    return f"at {place}: {w.value}"


def _prediction(p: Prediction, kappa: str | None) -> Said:
    rows = p.hessian or ()
    return {
        "limit kappa": found if (found := _expression(p.kappa)) != kappa else None,
        "limit Hessian": [str(_expression(x)) for x in (p.curvature, p.coupling)],
        "limit Hessian by rows": [", ".join(str(_expression(x)) for x in row) for row in rows] or None,
        "limit noise power": _expression(p.noise_power),
        "orders": [_order(o) for o in p.orders],
    }


def _order(o: Order) -> str:
    return f"{_classes(o.classes)}: {o.to_limit}, {o.clean_to_noisy}, noise {o.noise_degree}"


def _expression(expression: Any) -> str | None:
    if expression is None:
        return None
    # One by cases has no text in the grammar of formulas, and the cases say what it is.
    return "by cases" if conditions(expression) else expression_text(expression)


def _joined(parts: Iterable[str | None]) -> str:
    return "; ".join(part for part in parts if part)
