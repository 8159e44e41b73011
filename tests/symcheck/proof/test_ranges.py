"""Smoothness by ranges, at every number of classes: what they show is so, and kinks and poles are not passed over."""

from __future__ import annotations

import json
from typing import Any

import pytest

import symcheck as sc
from symcheck.intake.catalogue import names
from symcheck.proof.certificate import outcomes, statements
from symcheck.proof.check import Refused
from symcheck.proof.witnesses.ranges import RANGES, check_ranges
from symcheck.proof.writing.refuted import refutation
from tests.sampled import one_in
from tests.symcheck.proof.witnesses import POSITIVE, REAL, asked

UNIT = {"low": "0", "high": "1", "low_open": False, "high_open": False, "integer": False}
W: dict[str, Any] = {"name": "w", "interval": POSITIVE, "sums": [None], "entries": None, "rule": None, "default": None}
SHARES: dict[str, Any] = {**W, "name": "t", "interval": {**POSITIVE, "low_open": False}, "sums": ["1"]}
T: dict[str, Any] = {
    **SHARES, "name": "T", "sums": ["1", None], "symmetric": False, "positive_definite": False,
    "positive_diagonal": True,
}  # fmt: skip


def smooth(formula: str, **more: Any) -> dict[str, Any]:
    return {**asked(formula, "loss-smooth", {"C": 2}, **more), "about": "smooth"}


def why_not(statement: Any, proof: Any = RANGES) -> str:
    try:
        check_ranges(statement, proof)
    except Refused as refusal:
        return str(refusal)
    return ""


HOLDS = [
    smooth("-w[y]*log_softmax(z)[y]", arrays=[W]),
    smooth("-log_softmax(z + log(w))[y]", arrays=[W]),
    # 1 - total(p t) = 1 - 1/C >= 1/2, and 1 - p_y >= 1/2.
    smooth("log(1 - total(softmax(z)*t))", arrays=[SHARES]),
    smooth("log(1 - total(t*softmax(z)))", arrays=[SHARES]),
    smooth("(1 - softmax(z)[y])**(7/10)"),
    # (T'p)_y >= T_yy/C > 0.
    smooth("-log(apply_transposed(T, softmax(z))[y])", arrays=[T]),
    smooth("-log(apply(T, softmax(z))[y])", arrays=[T]),
    smooth("relu(1 - q/2 + z[y])", parameters={"q": UNIT}),
    smooth("abs(z[y] - C) + branch(C - 1, z[y], abs(z[y]))"),
    smooth("total(abs(z)**3)"),
    smooth("1/(total(exp(z)) - 1)"),
    smooth("log(w[y] - 1)", arrays=[{**W, "entries": [["2", "3"]]}], classes=(2, 2)),
    smooth("log(C - 2)*z[y]", classes=(3, None)),
    smooth("sqrt(C - 9*q)*z[y]", parameters={"q": UNIT}, classes=(10, None)),
]
FAILS = [
    smooth("abs(z[y])"),
    smooth("relu(z[y] - q)", parameters={"q": UNIT}),  # a kink at q = 0
    smooth("relu(1 - q + z[y])", parameters={"q": UNIT}),  # and at q = 1
    smooth("log(1 - q + 0*z[y])", parameters={"q": UNIT}),
    smooth("relu(C - 3 + z[y])"),
    smooth("relu(softmax(z)[y] - 1/2)"),  # at C = 2
    smooth("log(1 - 2*softmax(z)[y])"),
    smooth("1/(C - 2)"),
    smooth("log(C - 2)"),
    smooth("sqrt(total(z**2))"),
    smooth("total(abs(z)**2)"),
    smooth("total(abs(z)**(3/2))"),
    smooth("total(z)**(1/2)"),
    smooth("z[y]**q", parameters={"q": UNIT}),
    smooth("1/z[y]"),
    smooth("log(w[y])", arrays=[{**W, "interval": {**POSITIVE, "low_open": False}}]),
    smooth("log(w[y] - 1)", arrays=[W]),
    smooth("log(w[y] - 2)", arrays=[{**W, "entries": [["2", "3"]]}], classes=(2, 2)),
    smooth("log(w[y] - 1)", arrays=[{**W, "entries": [["2", "3"]], "errors": [["1", "0"]]}], classes=(2, 2)),
    smooth("log(w[y] - 1)", arrays=[{**W, "entries": [["2", "3"]]}]),  # entries for every C
    smooth("log(1 - 2*total(softmax(z)*t))", arrays=[SHARES]),  # 0 at C = 2
    smooth("log(1 - total(softmax(z)*t))", arrays=[{**SHARES, "interval": REAL}]),  # weights of both signs
    smooth("log(1 - total(softmax(z)*t))", arrays=[{**SHARES, "sums": [None]}]),
    smooth("log(1 - total(softmax(z)*t))", arrays=[{**SHARES, "sums": ["2"]}]),
    smooth("log(t[y])", arrays=[SHARES]),
    smooth("-log(apply_transposed(T, softmax(z))[y])", arrays=[{**T, "positive_diagonal": False}]),  # a column of 0
    smooth("-log(apply_transposed(T, softmax(z))[y])", arrays=[{**T, "interval": REAL}]),
    smooth("-log(apply(T, z)[y])", arrays=[T]),
    smooth("-log(apply(T, softmax(z))[y])", arrays=[{**T, "rule": "cyclic"}]),
    smooth("amax(z)"),
    smooth("detach(abs(z[y]))*z[y]"),
    smooth("log(detach(z[y]))"),
    smooth("exp(1/0)"),
    smooth("z[y]", anchor="abs(z)"),
    smooth("abs(z[y])", anchor="0"),
    smooth("abs(z[y])", anchor="C - 2"),
    smooth("abs(z[y])", anchor="t = 1; t"),
]


@pytest.mark.parametrize("statement", HOLDS, ids=lambda s: str(s["formula"]))
def test_what_ranges_show(statement: dict[str, Any]) -> None:
    assert why_not(statement) == ""


@pytest.mark.parametrize("statement", FAILS, ids=lambda s: str(s["formula"]))
def test_what_they_do_not_show(statement: dict[str, Any]) -> None:
    assert why_not(statement) != ""


def test_malformed() -> None:
    for proof in (None, {}, [], {"ranges": []}, {"ranges": "all", "more": 1}):
        assert why_not(HOLDS[0], proof).startswith("proof")
    for change, field in (
        ({"about": "loss"}, "statement.about"),
        ({"scope": None}, "statement.scope"),
        ({"arrays": {}}, "statement.arrays"),
        ({"arrays": [W, W]}, "arrays"),
        ({"arrays": [{**W, "sums": [1]}]}, "arrays.w"),
        ({"arrays": [{**W, "sums": None}]}, "arrays.w"),
        ({"arrays": [{**W, "interval": {}}]}, "arrays.w"),
        ({"arrays": [{**W, "entries": [[]]}], "scope": smooth("z[y]", classes=(2, 2))["scope"]}, "arrays.w"),
        ({"formula": "-" * 9000 + "z[y]"}, "formula"),
        ({"formula": "w"}, ""),
    ):
        assert why_not({**HOLDS[0], **change}).startswith(field)


ENTRIES = [(kind, name) for kind in ("loss", "regularizer") for name in names(kind)]


@pytest.mark.parametrize(("kind", "name"), one_in(4, ENTRIES))
def test_the_catalogue(kind: str, name: str) -> None:
    """What ranges show of an entry is not refuted at any witness, and arrays are no obstacle."""
    certificate = sc.certify(name, "l2") if kind == "loss" else sc.certify("cross_entropy", name)
    record = json.loads(certificate.to_json())
    verdicts = {f["condition"]: f["verdict"] for f in record["findings"]}
    for key, _, statement in statements(record):
        if key.removeprefix("not ").startswith(kind) and why_not({**statement, "about": "smooth"}) == "":
            assert verdicts[f"{kind}-smooth"] == "PROVED"
            if statement["about"] == "refuted":
                assert refutation({**statement, "which": f"{kind}-smooth"}) is None
    if certificate.scope.arrays and verdicts[f"{kind}-smooth"] == "PROVED":
        assert not next(o for o in outcomes(record) if f"{kind}-smooth" in o.conditions).why
