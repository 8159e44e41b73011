"""Certificates as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.certificates.record import KEYS, Json, record
from symcheck.certificates.remains import Remains, RemainsKind
from symcheck.intake.parser import parsed, parsed_constant


def test_the_fields_are_those_of_the_schema_in_the_order_in_which_they_are_checked(gce: Certificate) -> None:
    assert tuple(record(gce)) == KEYS
    assert json.loads(gce.to_json()) == {**record(gce), "proof": {}}


def test_a_record_of_every_kind_of_answer(gce: Certificate, one_vs_rest: Certificate, undecided: Certificate) -> None:
    proved, refuted, open_ = record(gce), record(one_vs_rest), record(undecided)
    assert (proved["schema"], proved["verdict"], proved["tier"], proved["kappa"]) == (
        "symcheck/2", "PROVED", "SCALED", "C**(-q)",
    )  # fmt: skip
    interval = {"low": "0", "high": "1", "low_open": True, "high_open": False, "integer": False}
    assert proved["scope"] == {
        "classes": {"low": 2, "high": None},
        "parameters": [{"name": "q", "interval": interval}],
        "space": "R^C",
    }
    assert proved["loss"] == {
        "name": "gce",
        "formula": "(1 - softmax(z)[y]**q)/q",
        "parameters": [{"name": "q", "interval": interval, "default": "7/10"}],
        "values": {},
    }
    assert proved["prediction"]["orders"][1] == {
        "classes": {"low": 3, "high": None}, "to_limit": 1, "clean_to_noisy": 1,
    }  # fmt: skip
    assert refuted["prediction"] is None
    assert refuted["findings"][1]["witness"]["value"] == "1/6"
    assert refuted["findings"][1]["reason"] is None
    assert (open_["tier"], open_["kappa"]) == (None, None)
    assert open_["loss"]["values"] == {"q": "7/10"}
    assert open_["scope"]["space"] == "R^C/(1, ..., 1)"
    assert open_["findings"][0]["reason"]["code"] == "sign-unknown"


def _leaves(value: Json) -> Iterator[Json]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _leaves(inner)
    else:
        yield value


def test_no_number_is_a_float_or_a_number_of_a_library(gce: Certificate) -> None:
    assert {type(v) for v in _leaves(record(gce))} <= {str, int, bool, type(None)}
    assert {type(v) for v in _leaves(record(certify("focal", "l2")))} <= {str, int, bool, type(None)}


@pytest.mark.parametrize(
    "pair", [("focal", "entropy"), ("symmetric_cross_entropy", "l2"), ("nce", "label_smoothing_penalty")]
)
def test_formulas_and_expressions_are_read_back_by_the_parser(pair: tuple[str, str]) -> None:
    certificate = certify(*pair)
    found = record(certificate)
    for subject, kind in ((certificate.loss, "loss"), (certificate.regularizer, "regularizer")):
        free = {p.name: p for p in subject.formula.parameters}
        assert parsed(found[kind]["formula"], parameters=free, kind=kind) == subject.formula
    free = {p.name: p for p in certificate.scope.parameters}
    prediction = found["prediction"]
    for text in (found["kappa"], prediction["kappa"], prediction["curvature"], prediction["noise_power"]):
        parsed_constant(text, parameters=free)


def test_text_beyond_ascii_stays_as_it_is(gce: Certificate) -> None:
    other = replace(gce, remains=Remains(RemainsKind.THEOREM, "Schölkopf"))
    assert "Schölkopf" in other.to_json()


SCRIPT = """
from symcheck.certificates.certify import certify
for pair in (("symmetric_cross_entropy", "entropy"), ("one_vs_rest_logistic", "quartic")):
    c = certify(*pair)
    print(c.to_json(), c.to_markdown(), c.to_latex(), c)
"""


def test_equal_certificates_are_equal_bytes_in_every_process(fresh: Callable[..., object], tmp_path: Path) -> None:
    script = tmp_path / "both.py"
    script.write_text(SCRIPT, encoding="utf-8")
    outputs = set()
    for seed in ("0", "1", "4242"):
        done = fresh(str(script), environment={"PYTHONHASHSEED": seed})
        assert done.returncode == 0, done.stderr
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert str(tmp_path) not in outputs.pop()
