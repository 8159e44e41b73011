"""recheck derives everything again and names the first field that does not hold."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.certificates.recheck import changed_versions, recheck, unconfirmed_entries
from symcheck.errors import CertificateError
from symcheck.language.functions import log, logsumexp, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.losses.gce import GCE

module = import_module("symcheck.certificates.recheck")

PAIRS = [
    ("cross_entropy", "l2", None), ("gce", "l2", None), ("mae", "entropy", None), ("label_smoothing", "l2", None),
    ("one_vs_rest_logistic", "l2", None), ("cross_entropy", "label_smoothing_as_printed", None),
    ("cross_entropy", "quartic", None), ("focal", "l2", (2, 50)), ("gce", "log_cosh", 10),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "regularizer", "classes"), PAIRS)
def test_what_certify_wrote_holds(loss: str, regularizer: str, classes: Any) -> None:
    text = certify(loss, regularizer, classes=classes).to_json()
    derived = recheck(text)
    assert derived.to_json() == text
    assert changed_versions(text, derived) == ()
    assert unconfirmed_entries(derived) == ()


def test_functions_values_and_other_names_for_parameters() -> None:
    r = Parameter("r", above=0, below="1/2", default="1/4")
    for loss, regularizer in (
        (lambda z, y: logsumexp(z) - z[y], lambda z: total(z**2) / 2),
        (GCE(q="7/10"), "l2"),
        (GCE(q=r), "l2"),
        (lambda z, y: (1 - softmax(z)[y] ** r) / r, "entropy"),
    ):
        text = certify(loss, regularizer).to_json()
        assert recheck(text).to_json() == text


def test_a_function_that_is_called_as_an_entry_is_not_taken_for_it() -> None:
    def mae(z: Any, y: Any) -> Any:
        return 1 - softmax(z)[y]

    certificate = certify(mae, "l2")
    assert certificate.loss.name == "formula"
    assert recheck(certificate.to_json()).to_json() == certificate.to_json()
    with pytest.raises(CertificateError, match=r"^loss.formula: .*, and the loss mae is"):
        recheck(_changed(certificate.to_json(), "loss.name", "mae"))


def test_a_pair_that_cannot_be_certified(gce_text: str) -> None:
    other = _changed(_changed(gce_text, "loss.name", "mine"), "loss.formula", "log(z[y])*q")
    with pytest.raises(CertificateError, match=r"^loss, regularizer: this pair cannot be certified: loss: log\(z"):
        recheck(other)
    # one name with two intervals: the loss has q in (0, 1]
    fields = json.loads(gce_text)
    fields["regularizer"] = copy.deepcopy(fields["loss"]) | {"name": "mine", "formula": "q*total(z**2)"}
    fields["regularizer"]["parameters"][0]["interval"]["high"] = "1/2"
    fields["regularizer"]["parameters"][0]["default"] = None
    with pytest.raises(
        CertificateError, match=r"^loss, regularizer: this pair cannot be certified: q: the loss has it"
    ):
        recheck(json.dumps(fields))


def test_an_undecided_certificate_holds_too() -> None:
    text = certify("cross_entropy", "l2", classes=7, budget=1e-9).to_json()
    assert json.loads(text)["verdict"] == "UNDECIDED"
    assert recheck(text, budget=1e-9).to_json() == text
    with pytest.raises(CertificateError, match=r"^verdict: the certificate says UNDECIDED, derived is PROVED$"):
        recheck(text)


@pytest.fixture(scope="module")
def gce_text() -> str:
    return certify("gce", "l2").to_json()


def _changed(text: str, path: str, value: object) -> str:
    """``text`` with another ``value`` at ``path``, as kappa or findings.1.derivation.2.value."""
    fields = json.loads(text)
    place: Any = fields
    *steps, last = [int(s) if s.isdigit() else s for s in path.split(".")]
    for step in steps:
        place = place[step]
    place[last] = value
    return json.dumps(fields)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("schema", "symcheck/9", "schema: the certificate says \"symcheck/9\", this version reads 'symcheck/2'"),
        ("verdict", "REFUTED", "verdict: the certificate says REFUTED, derived is PROVED"),
        ("tier", "EXACT", "tier: the certificate says EXACT, derived is SCALED"),
        ("kappa", "2/C", "kappa: the certificate says 2/C, derived is C**(-q)"),
        ("kappa", "1/0", "kappa: the certificate says 1/0, derived is C**(-q)"),
        ("kappa", None, "kappa: the certificate says null, derived is C**(-q)"),
        ("kappa", 1, "kappa: the certificate says 1, derived is C**(-q)"),
        ("cases.0.classes.low", 3, "cases[0].classes.low: the certificate says 3, derived is 2"),
        ("findings.0.trust", "kernel", "findings[0].trust: the certificate says kernel, derived is exact"),
        ("findings.1.derivation.3.value", "1", "findings[1].derivation[3].value: the certificate says 1, derived is 0"),
        ("assumptions", [], "assumptions: the certificate has 0 of them, derived are 5"),
        ("assumptions", {}, "assumptions: the certificate says an object, derived is a list"),
        ("prediction.quotient", 0, "prediction.quotient: the certificate says 0, derived is false"),
        ("prediction.orders.0.to_limit", 9, "prediction.orders[0].to_limit: the certificate says 9, derived is 2"),
        ("still_holds", "All is well.", "still_holds: the certificate says All is well., derived is Theorem 3 applies"),
        ("versions", {"symcheck": 1}, "versions: an object with texts is expected"),
        ("versions", {}, "versions.symcheck: the field is missing"),
        ("versions", [], "versions: an object with texts is expected"),
        ("versions.numpy", "2.0", "versions.numpy: the certificate has this field and should not"),
        ("versions.sympy", "1.14 PROVED", 'versions.sympy: got "1.14 PROVED"; accepted is a version such as 1.14.0'),
        ("versions.sympy", "1." * 99, 'versions.sympy: got "1.1.1.1.1.1'),
        ("versions.sympy", "", 'versions.sympy: got ""; accepted is a version such as 1.14.0'),
    ],
)  # fmt: skip
def test_the_first_field_that_does_not_hold(gce_text: str, path: str, value: object, message: str) -> None:
    with pytest.raises(CertificateError) as caught:
        recheck(_changed(gce_text, path, value))
    assert str(caught.value).startswith(message)


def test_a_claim_about_more_than_was_shown() -> None:
    # for one class number the tier is SCALED with a number; claimed for every C, the first thing that differs is kappa
    text = certify("gce", "l2", classes=10).to_json()
    with pytest.raises(CertificateError, match=r"^kappa: the certificate says 10\*\*\(-q\), derived is C\*\*\(-q\)$"):
        recheck(_changed(text, "scope.classes", {"low": 2, "high": None}))
    # one-vs-rest logistic is EXACT at C = 2 and at no other C
    text = certify("one_vs_rest_logistic", "l2", classes=2).to_json()
    assert json.loads(text)["verdict"] == "PROVED"
    with pytest.raises(CertificateError, match=r"^verdict: the certificate says PROVED, derived is REFUTED$"):
        recheck(_changed(text, "scope.classes", {"low": 2, "high": 3}))


def test_fields_are_checked_in_their_order(gce_text: str) -> None:
    both = _changed(_changed(gce_text, "tier", "EXACT"), "verdict", "REFUTED")
    with pytest.raises(CertificateError, match=r"^verdict: "):
        recheck(both)
    with pytest.raises(CertificateError, match=r"^scope: "):
        recheck(_changed(both, "scope", None))


def test_another_way_of_writing_the_same_expression_holds(gce_text: str) -> None:
    other = _changed(gce_text, "kappa", "exp(-q*log(C))")
    assert recheck(other).to_json() == gce_text
    with pytest.raises(CertificateError, match=r"^kappa: "):
        recheck(_changed(gce_text, "kappa", "exp(-q*log(C)) + 10**(-30)"))
    with pytest.raises(CertificateError, match=r"^kappa: "):  # no formula by itself, though it is one in brackets
        recheck(_changed(gce_text, "kappa", "0) + (C**(-q)"))


def test_versions_may_differ_and_it_is_said_which(gce_text: str) -> None:
    text = _changed(gce_text, "versions.sympy", "1.0")
    derived = recheck(text)
    assert changed_versions(text, derived) == (f"sympy 1.0 then, {derived.versions['sympy']} now",)


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        yield path
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, (*path, key))
    else:
        yield path


def _others(value: Any) -> list[Any]:
    """Other values in the place of ``value``: near ones and ones of another type."""
    if isinstance(value, dict):
        return [[], {**value, "more": 1}, *({k: v for k, v in value.items() if k != out} for out in value)]
    if isinstance(value, list):
        return [{}, [*value, value[0]] if value else [1], *([value[1:]] if value else [])]
    if isinstance(value, bool):
        return [not value, int(value), None]
    if isinstance(value, int):
        return [value + 1, str(value), float(value), bool(value)]
    if value is None:
        return [0, "", False, {}]
    return [value + "x", value[:-1] if value else " ", 0, None, [value], "0" if value != "0" else "1", "\x1b[31m"]


@pytest.mark.parametrize(
    ("pair", "step"),
    [
        (("label_smoothing", "entropy"), 1),
        (("one_vs_rest_logistic", "l2"), 5),
        pytest.param(("one_vs_rest_logistic", "l2"), 1, marks=pytest.mark.slow),
    ],
)
def test_no_other_value_anywhere_is_accepted(pair: tuple[str, str], step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every ``step``-th field of the certificate gets other values."""
    text = certify(*pair).to_json()
    fields = json.loads(text)
    known: dict[Any, Certificate] = {}

    def once(loss: Any, regularizer: Any, *, classes: Any, budget: float) -> Certificate:
        key = (loss.name, loss.formula, str(loss.values), regularizer.formula, regularizer.name, classes)
        if key not in known:
            known[key] = certify(loss, regularizer, classes=classes, budget=budget)
        return known[key]

    monkeypatch.setattr(module, "certify", once)
    assert module.recheck(text).to_json() == text
    tried = 0
    for path in list(_leaves(fields))[::step]:
        for other in _others(_at(fields, path)) if path else []:
            changed = copy.deepcopy(fields)
            _at(changed, path[:-1])[path[-1]] = other
            if _is_version(path, other) or _is_same_expression(path, fields, other):
                continue
            if path[0] == "repairs" and isinstance(other, list) and len(other) < len(_at(fields, path)):
                continue  # a repair fewer is nothing false
            if path[0] == "proof":
                continue  # another proof may do as well: tests/symcheck/proof/test_in_certificates.py
            tried += 1
            try:
                module.recheck(json.dumps(changed))
            except CertificateError:
                continue
            pytest.fail(f"{path}: {other!r} was accepted in the place of {_at(fields, path)!r}")
    assert tried > 300 // step


def _at(fields: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        fields = fields[step]
    return fields


def _is_version(path: tuple[Any, ...], other: Any) -> bool:
    """Another version of a package, which may differ."""
    return len(path) == 2 and path[0] == "versions" and isinstance(other, str) and other[:1].isalnum()


def _is_same_expression(path: tuple[Any, ...], fields: Any, other: Any) -> bool:
    """A text that was cut to another way of writing the same number."""
    value = _at(fields, path)
    return path[-1] in ("kappa", "value") and isinstance(other, str) and {value, other} <= {"0", "-0", ""}


def test_the_log_of_a_formula_with_two_readings_is_one_constant() -> None:
    text = certify(lambda z, y: log(z.C * softmax(z)[y]) * -2, "l2").to_json()
    assert recheck(_changed(text, "kappa", "4/2")).to_json() == text
