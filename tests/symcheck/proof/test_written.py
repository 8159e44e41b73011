"""Proofs at one point: what holds at fixed numbers is seen without hints, and nothing that does not hold."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.errors import SymcheckError
from symcheck.intake.catalogue import names
from symcheck.proof.certificate import outcomes
from symcheck.proof.check import Refused
from symcheck.proof.witnesses.written import ALL, check_written
from tests.sampled import one_in
from tests.symcheck.proof.witnesses import POSITIVE, statement_of

QUOTIENT = "R^C/(1, ..., 1)"


def said(formula: str, about: str = "loss", c: int = 3, **more: Any) -> dict[str, Any]:
    """The claim that a formula does what is asked of it at C = ``c``; ``more``: kappa, parameters, arrays, space."""
    return {
        "about": about,
        "formula": formula,
        "anchor": more.get("anchor"),
        "kappa": more.get("kappa"),
        "scope": {
            "classes": {"low": c, "high": c},
            "parameters": [{"name": n, "interval": at(x)} for n, x in more.get("parameters", {}).items()],
            "space": more.get("space", "R^C"),
        },
        "arrays": more.get("arrays", []),
    }


def at(x: str) -> dict[str, Any]:
    return {"low": x, "high": x, "low_open": False, "high_open": False, "integer": False}


def array(name: str, rows: list[list[str]], **more: Any) -> dict[str, Any]:
    return {"name": name, "interval": POSITIVE, "entries": rows, "rule": None, "sums": [None], **more}


def matrix(name: str, rows: list[list[str]]) -> dict[str, Any]:
    return array(name, rows, symmetric=False, sums=[None, None])


def why_not(statement: Any, proof: Any = ALL) -> str:
    try:
        check_written(statement, proof)
    except Refused as refusal:
        return str(refusal)
    return ""


CE = "logsumexp(z) - z[y]"
EQUAL = array("w", [["2", "2", "2"]])
UNEQUAL = matrix("T", [["1/2", "1/2", "0"], ["1", "1", "0"], ["0", "0", "1"]])
SINGULAR = matrix("Q", [["1", "1", "0"], ["1", "1", "0"], ["0", "0", "1"]])
FLIPS = matrix("T", [["4/5", "1/10", "1/10"], ["1/10", "4/5", "1/10"], ["1/10", "1/10", "4/5"]])
FORWARD = "-log(apply_transposed(T, softmax(z))[y])"
Q = matrix("Q", [["2", "1", "0"], ["1", "2", "1"], ["0", "1", "2"]])

HOLDS = [
    said(CE, kappa="1"),
    said(CE),
    said(CE, c=1000),
    said(CE, "smooth"),
    said("-w[y]*log_softmax(z)[y]", arrays=[EQUAL], kappa="2"),
    # Row y of T has 8/10 at y: kappa = 3 (8/10 - 1/10)/3 * 3/3, by hand: p_y moves by (8/10 - 1/10)/3, over 1/3.
    said(FORWARD, arrays=[FLIPS], kappa="7/10"),
    said("(1 - softmax(z)[y]**q)/q", parameters={"q": "1/2"}, kappa="C**(-q)"),
    said("(1 - softmax(z)[y]**q)/q", c=5, parameters={"q": "7/10"}, kappa="1/5**(7/10)"),
    said("log_softmax(z)[y]/total(log_softmax(z))", kappa="1/(C*log(C))"),
    said("relu(2 - softmax(z)[y]) + branch(z[y] + 1, 0, z[y])", kappa="1/C"),
    said("amax(z, but=y) - z[y]", c=2, kappa="2"),
    said(FORWARD, "loss-sum", arrays=[matrix("T", [["4/5", "1/5", "0"], ["0", "4/5", "1/5"], ["1/5", "0", "4/5"]])]),
    said("logsumexp(z) - z[y] + total(z**2)", "loss-sum"),
    said("total(z**2)/2", "regularizer"),
    said("total(z*apply(Q, z))", "regularizer", arrays=[Q]),
    said("total(w*z**2) + total(abs(z)**3)", "regularizer", arrays=[array("w", [["1", "2", "1/1000"]])]),
    said("-total(log_softmax(z))", "regularizer", space=QUOTIENT),
    said("total(w*(z - mean(z))**2)", "regularizer", space=QUOTIENT, arrays=[array("w", [["1", "2", "3"]])]),
    said("product(cosh(z))", "regularizer"),
    said(CE + " + 0*total(z**2)", space=QUOTIENT),
    said(CE + " + (C - 3)*total(z)", space=QUOTIENT),
    said("-log_softmax(z)[y]", kappa="1", anchor="log(2)"),
]

FAILS = [
    (said(CE, kappa="2"), "formula"),
    (said(CE, kappa="1 + 1/10**30"), "formula"),
    (said(CE, kappa="-1"), "kappa"),
    (said(CE, kappa="z"), "kappa"),
    (said(CE, kappa="1/0"), "rays"),
    (said("-(" + CE + ")"), "kappa"),
    (said("0*z[y]"), "kappa"),
    (said(CE + " + z[y]/10**30"), "formula"),
    (said(CE + " + total(z)"), "formula"),
    (said("-w[y]*log_softmax(z)[y]", arrays=[array("w", [["2", "2", "3"]])]), "formula"),
    (said("-w[y]*log_softmax(z)[y]", arrays=[array("w", [["2", "2", "2"]], errors=[["0", "0", "1/10"]])]), "formula"),
    (said("-w[y]*log_softmax(z)[y]", arrays=[array("w", [["2", "2"]])]), "arrays.w"),
    (said(FORWARD, arrays=[matrix("T", [["4/5", "1/5", "0"], ["0", "4/5", "1/5"], ["1/5", "0", "4/5"]])]), "formula"),
    # Kinks and ties at 0, powers and logarithms of 0.
    (said(CE + " + abs(z[y])", "smooth"), "formula"),
    (said(CE + " + relu(z[y])*0", "smooth"), "formula"),
    (said(CE + " + sqrt(total(z**2))", "smooth"), "formula"),
    (said("total(abs(z)**2)", "smooth"), "formula"),
    (said("total(abs(z)**(3/2))", "smooth"), "formula"),
    (said("log(total(z**2))", "smooth"), "rays"),
    (said("1/total(z)", "smooth"), "rays"),
    (said("amax(z) + " + CE, "smooth"), "formula"),
    (said("amax(z, but=y) - z[y]", "smooth"), "formula"),
    (said("onehot_argmax(z)[y]", "smooth"), "formula"),
    (said("detach(z[y])*z[y]", "smooth"), "formula"),
    (said(FORWARD, "loss-sum", arrays=[matrix("T", [["1", "0", "0"], ["1", "0", "0"], ["0", "0", "1"]])]), "rays"),
    (said(FORWARD, "loss-sum", arrays=[UNEQUAL]), "formula"),
    (said("-w[y]*log_softmax(z)[y]", "loss-sum", arrays=[array("w", [["2", "2", "3"]])]), "formula"),
    # Regularizers.
    (said("total(z**2)/2 + z[1]", "regularizer"), "formula"),
    (said("total(z**2)/2 - total(z)/10**30", "regularizer"), "formula"),
    (said("total(z**2)/2 - z[y]**2/10", "regularizer"), "formula"),
    (said("total(z*detach(z))", "regularizer"), "formula"),
    (said("-total(z**2)", "regularizer"), "formula"),
    (said("total(z**4)", "regularizer"), "formula"),
    (said("-total(log_softmax(z))", "regularizer"), "formula"),  # singular along (1, ..., 1)
    (said("total(z*apply(Q, z))", "regularizer", arrays=[SINGULAR]), "formula"),
    (said("total(w*z**2)", "regularizer", arrays=[array("w", [["1", "2", "0"]])]), "formula"),
    (said("total(z**2)", "regularizer", space=QUOTIENT), "formula"),  # moves with z + t (1, ..., 1)
    (said("total(z)**2 - total(z)**2", "regularizer", space=QUOTIENT), "formula"),
    (said("-total((z - mean(z))**2)", "regularizer", space=QUOTIENT), "formula"),
    (said(CE + " + (C - 2)*total(z**2)", space=QUOTIENT), "formula"),
    (said("z", "smooth"), "formula"),
    (said(CE, "invariance"), "statement.about"),
    (said(CE, c=1), "scope.classes"),
    (said(CE, anchor="z"), "anchor"),
    (said(CE, anchor="onehot(y)"), "anchor"),
    (said(CE, anchor="t = 1; t"), "anchor"),
]  # fmt: skip


@pytest.mark.parametrize("statement", HOLDS, ids=lambda s: str(s["formula"]))
def test_what_holds(statement: dict[str, Any]) -> None:
    assert why_not(statement) == ""


@pytest.mark.parametrize(("statement", "field"), FAILS)
def test_what_does_not_hold(statement: dict[str, Any], field: str) -> None:
    assert why_not(statement).startswith(field)


def test_one_point_is_needed() -> None:
    """Nothing is said of a range: a kappa of one point would be that of others."""
    fits = said("(1 - softmax(z)[y]**q)/q", parameters={"q": "1/2"})
    assert why_not(fits) == ""
    for interval in ({"low": "1/2", "high": "2/3"}, {"low": None, "high": None}, {"low": "1/2", "high": None}):
        wide = json.loads(json.dumps(fits))
        wide["scope"]["parameters"][0]["interval"] |= {"low_open": True, "high_open": True} | interval
        assert why_not(wide) != ""
    for classes in ({"low": 2, "high": None}, {"low": 2, "high": 3}, {"low": 2}, {"low": "3", "high": "3"}):
        wide = json.loads(json.dumps(fits))
        wide["scope"]["classes"] = classes
        assert why_not(wide).startswith("scope.classes")
    free = said("-w[y]*log_softmax(z)[y]", arrays=[array("w", [["1"]]) | {"entries": None}])
    assert why_not(free).startswith("point.w[1]")


def test_malformed() -> None:
    for proof in (None, {}, [], {"rays": []}, {"rays": "all", "more": 1}, "all"):
        assert why_not(HOLDS[0], proof).startswith("proof")
    for statement in (None, [], {}, {**HOLDS[0], "scope": []}, {**HOLDS[0], "kappa": 1}, {**HOLDS[0], "formula": 1}):
        assert why_not(statement).startswith("statement")
    assert why_not({**HOLDS[0], "formula": "-" * 9000 + "z[y]"}) != ""


NEEDED = {
    "loss": {"loss-smooth", "loss-gradient"},
    "regularizer": {"regularizer-smooth", "regularizer-gradient", "regularizer-curvature"},
}
SAMPLES = [(kind, name, c) for kind in NEEDED for name in names(kind) for c in (2, 3, 4)]


def accepted_and_proved(kind: str, name: str, c: int) -> tuple[bool, bool]:
    """Whether the claim about an entry at a point is accepted, and whether its certificate says that it is PROVED."""
    certificate = at_a_point(kind, name, c)
    if certificate is None:
        return False, False
    record = json.loads(certificate.to_json())
    proved = {f["condition"] for f in record["findings"] if f["verdict"] == "PROVED"}
    claim = {**statement_of(record, f"{kind}-smooth", {}), "about": kind}
    return why_not(claim) == "", NEEDED[kind] <= proved


@pytest.mark.parametrize(("kind", "name", "c"), one_in(12, SAMPLES))
def test_the_catalogue_at_points(kind: str, name: str, c: int) -> None:
    accepted, proved = accepted_and_proved(kind, name, c)
    assert proved or not accepted


@pytest.mark.slow
def test_most_of_the_catalogue_is_seen_at_points() -> None:
    found = [accepted_and_proved(*sample) for sample in SAMPLES]
    proved = [accepted for accepted, is_proved in found if is_proved]
    assert sum(proved) >= 9 * len(proved) / 10
    assert not all(is_proved for _, is_proved in found)


def at_a_point(kind: str, name: str, c: int) -> Certificate | None:
    """The certificate of an entry at C = ``c`` and simple values of its parameters, if they may have them."""
    try:
        found = sc.certify(name, "l2", classes=c) if kind == "loss" else sc.certify("cross_entropy", name, classes=c)
        values = {p.name: x for p in found.scope.parameters for x in [simple(p.interval)] if x is not None}
        return found.at(**values) if values else found
    except SymcheckError:
        return None


def simple(interval: Any) -> Fraction | None:
    tried = (Fraction(1, 2), Fraction(3, 2), Fraction(2), Fraction(1), Fraction(0), Fraction(1, 10))
    return next((x for x in tried if x in interval), None)


def test_arrays_of_certificates() -> None:
    """At given entries the JSON of a certificate is verified, without hints."""
    for loss in (sc.losses.ClassWeightedCE(w=(2, 2, 2)), sc.losses.AlphaBalancedFocal(alpha=(1, 1), gamma=2)):
        found = outcomes(json.loads(sc.certify(loss, "l2").to_json()))
        assert [o.why for o in found] == [""] * 2
        assert found[0].proof == ALL
