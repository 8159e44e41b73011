"""What the tests of witnesses ask: that a condition fails at a point, of certificates and of formulas by hand."""

from __future__ import annotations

import json
from typing import Any

from symcheck.certificates.certificate import Certificate
from symcheck.proof.check import Refused
from symcheck.proof.witnesses.witness import refute
from symcheck.proof.writing.refuted import refutation

REAL = {"low": None, "high": None, "low_open": True, "high_open": True, "integer": False}
POSITIVE = {**REAL, "low": "0"}


def asked(formula: str, which: str, point: dict[str, Any], **said: Any) -> dict[str, Any]:
    """The statement that the condition ``which`` on ``formula`` fails at ``point``.

    ``said``: ``classes`` (2 to no end), ``parameters`` (intervals by name), ``arrays``, ``space`` (R^C), ``anchor``.
    """
    low, high = said.get("classes", (2, None))
    return {
        "about": "refuted",
        "which": which,
        "formula": formula,
        "anchor": said.get("anchor"),
        "kappa": None,
        "scope": {
            "classes": {"low": low, "high": high},
            "parameters": [{"name": n, "interval": i} for n, i in said.get("parameters", {}).items()],
            "space": said.get("space", "R^C"),
        },
        "arrays": said.get("arrays", []),
        "point": point,
    }


def refuted_of(certificate: Certificate) -> list[dict[str, Any]]:
    """The statements of the REFUTED findings about l and g alone, with what their witnesses tell in words."""
    record = json.loads(certificate.to_json())
    found = []
    for f in record["findings"]:
        which, w = f["condition"], f["witness"]
        if f["verdict"] == "REFUTED" and which.startswith(("loss", "regularizer")) and w is not None:
            point = {"C": w["classes"], **w["parameters"]}
            found.append({**statement_of(record, which, point), "quantity": w["quantity"]})
    return found


def statement_of(record: dict[str, Any], which: str, point: dict[str, Any]) -> dict[str, Any]:
    """The statement that the condition ``which`` fails at ``point``, in the scope of a certificate."""
    subject = record[which.partition("-")[0]]
    names = {p["name"] for p in subject["parameters"]}
    declared = [p for p in record["scope"]["parameters"] if p["name"] in names]
    return {
        "about": "refuted",
        "which": which,
        "formula": subject["formula"],
        "anchor": record["anchor"]["formula"] if which.startswith("loss") and "anchor" in record else None,
        "kappa": None,
        "scope": {**record["scope"], "parameters": [p for p in declared if "sums" not in p]},
        "arrays": [p for p in subject["parameters"] if "sums" in p],
        "point": point,
    }


def shown(statement: dict[str, Any]) -> dict[str, Any]:
    """The proof that is written for a statement, read from its JSON and accepted."""
    proof = refutation(statement)
    assert proof is not None, statement
    read: dict[str, Any] = json.loads(json.dumps(proof))
    refute(statement, read)
    return read


def why_not(statement: Any, proof: Any) -> str:
    """Why a proof is refused, "" if it is accepted."""
    try:
        refute(statement, proof)
    except Refused as refusal:
        return str(refusal)
    return ""


def rays(power: int, *weighted: tuple[str, int, list[str]], fold: int = 1, terms: int = 6) -> dict[str, Any]:
    """A proof by rays, each a weight, a label and a direction."""
    return {"rays": [list(r) for r in weighted], "power": power, "fold": fold, "terms": terms}
