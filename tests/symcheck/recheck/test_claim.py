"""JSON that is no certificate: each defect is named with its field."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.certificates.certify import certify
from symcheck.certificates.record_reader import MOST_CHARACTERS, read_record
from symcheck.errors import CertificateError

TEXT = certify("gce", "l2").to_json()


@pytest.fixture
def text() -> str:
    return TEXT


def _fields(text: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(text)
    return fields


def _message(text: str) -> str:
    with pytest.raises(CertificateError) as caught:
        read_record(text)
    return str(caught.value)


def test_the_problem_is_read(text: str) -> None:
    problem = read_record(text).problem
    assert problem.loss.title == "gce"
    assert str(problem.scope) == "every C >= 2, every q in (0, 1]"
    assert str(problem.regularizer.formula) == "total(z**2)/2"


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("", "certificate: no JSON: Expecting value in line 1, column 1"),
        ("{", "certificate: no JSON: Expecting property name enclosed in double quotes in line 1, column 2"),
        ("[]", "certificate: got a list; an object is expected"),
        ("3", "certificate: got 3; an object is expected"),
        ('{"a": 1, "a": 2}', "a: the key is there twice"),
        ('{"a": NaN}', "certificate: has the number NaN; its numbers are integers, and fractions are texts"),
        (
            '{"a": -Infinity}',
            "certificate: has the number -Infinity; its numbers are integers, and fractions are texts",
        ),
        ('{"a": 0.5}', "certificate: has the number 0.5; its numbers are integers, and fractions are texts"),
        ("{}", "schema: the certificate says null, this version reads 'symcheck/2'"),
        ('{"schema": "symcheck/9"}', "schema: the certificate says \"symcheck/9\", this version reads 'symcheck/2'"),
        ('{"schema": "symcheck/2"}', "scope: the field is missing"),
        (
            '{"schema": "symcheck/1"}',
            "schema: the certificate is of the form symcheck/1, before symcheck/2: certify the pair again",
        ),
        ("[" * 100_000, "certificate: no JSON that can be read: its brackets are nested too deeply"),
        (
            " " * (MOST_CHARACTERS + 1),
            f"certificate: got {MOST_CHARACTERS + 1} characters; at most {MOST_CHARACTERS} are read",
        ),
    ],
)
def test_no_certificate_at_all(broken: str, message: str) -> None:
    assert _message(broken) == message


def test_a_number_that_no_machine_word_holds() -> None:
    assert _message('{"a": ' + "9" * 5000 + "}").startswith("certificate: no JSON that can be read: Exceeds the limit")


def test_no_text() -> None:
    with pytest.raises(
        CertificateError, match=r"^certificate: got bytes; accepted is the text that to_json\(\) writes$"
    ):
        read_record(b"{}")  # type: ignore[arg-type]


def test_a_field_too_many(text: str) -> None:
    assert _message(json.dumps({**_fields(text), "proofs": 1})) == (
        "proofs: the certificate has this field and should not"
    )
    assert "\x1b" not in _message(json.dumps({**_fields(text), "\x1b[31m": 1}))


CHANGES = [
    (("scope", "classes", "low"), 1, "scope.classes: classes: got 1; accepted is an integer C >= 2, or a pair such as"),
    (("scope", "classes", "low"), "2", 'scope.classes.low: got "2"; accepted is an integer'),
    (("scope", "classes", "low"), True, "scope.classes.low: got true; accepted is an integer"),
    (("scope", "classes", "high"), "oo", 'scope.classes.high: got "oo"; accepted is an integer or null'),
    (("scope", "classes"), {"low": 2}, "scope.classes.high: the field is missing"),
    (("scope", "classes"), {"low": 2, "high": 9, "x": 1}, "scope.classes.x: the certificate has this field"),
    (("scope", "classes"), {"low": 9, "high": 2}, "scope.classes: classes: got (9, 2), which is empty"),
    (("loss",), None, "loss: got null; an object is expected"),
    (("loss", "name"), 3, "loss.name: got 3; a printable text is expected"),
    (("loss", "name"), "\x1b[2J", 'loss.name: got "\\u001b[2J"; a printable text is expected'),
    (("loss", "name"), "mae", "loss.formula: the certificate says \"(1 - softmax(z)[y]**q)/q\", and the loss mae is"),
    (("loss", "formula"), "z", "loss.formula: the formula is a class-vector and has to be one number"),
    (("loss", "formula"), "__import__('os')", "loss.formula: the formula uses the unknown function __import__"),
    (("loss", "formula"), "z.C", "loss.formula: the formula reads an attribute"),
    (("loss", "formula"), "z[y]**p", "loss.formula: the formula uses the unknown name p"),
    (("regularizer", "formula"), "z[y]", "regularizer.formula: the formula is a regularizer and uses the label"),
    (("loss", "values"), {"q": "1/2"}, "loss.values.q: the parameter is listed as a free one as well"),
    (("loss", "values"), {"q2": 1}, "loss.values.q2: got 1; a printable text is expected"),
    (("loss", "values"), {"q2": "1/0"}, "loss.values.q2: got '1/0', a fraction whose denominator is 0"),
    (("loss", "values"), {"p": "1"}, "loss.values: p: gce has no parameter of this name; accepted: q"),
    (("loss", "parameters"), {}, "loss.parameters: got an object; a list is expected"),
    (("loss", "parameters", 0, "name"), "C", "loss.parameters[0]: name: got 'C'"),
    (("loss", "parameters", 0, "default"), "2", "loss.parameters[0]: q: got 2; accepted is (0, 1]"),
    (("loss", "parameters", 0, "interval", "low_open"), 1, "loss.parameters[0].interval.low_open: got 1; true or"),
    (("loss", "parameters", 0, "interval", "high"), "0", "loss.parameters[0]: parameter q: the interval (0, 0]"),
    (("loss", "parameters", 0, "interval", "high"), None, "loss.parameters[0].interval.high_open: an interval"),
    (
        ("loss", "parameters", 0, "interval", "high"), "2",
        "loss.parameters: the certificate says q in (0, 2], and gce is defined for (0, 1]",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "message"), CHANGES)
def test_the_field_is_named(text: str, path: tuple[Any, ...], value: Any, message: str) -> None:
    fields = _fields(text)
    place: Any = fields
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert _message(json.dumps(fields)).startswith(message)


@given(st.data())
def test_whatever_is_done_to_the_text_the_error_is_a_certificate_error(data: st.DataObject) -> None:
    text = TEXT
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text) - 1))
        length = data.draw(st.sampled_from([0, 1, 2, 40]))
        inserted = data.draw(
            st.sampled_from(['"', "{", "}", "[", ",", ":", "0", "null", "\\", "\x00", "\ud800", "q", "**", "("])
        )
        text = text[:place] + inserted + text[place + length :]
    with suppress(CertificateError):
        read_record(text)


def test_a_parameter_named_twice(text: str) -> None:
    fields = _fields(text)
    fields["loss"]["parameters"] *= 2
    assert _message(json.dumps(fields)) == "loss.parameters: two parameters have one name"


def test_a_name_that_is_not_in_the_catalogue_is_a_label_only(text: str) -> None:
    fields = _fields(text)
    fields["loss"]["name"] = "my_own_loss"
    assert read_record(json.dumps(fields)).problem.loss.name == "my_own_loss"
