"""Certificates with class-vectors and matrices hold again, and no other entries, sums or declarations are accepted."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

import symcheck as sc
import symcheck.certificates.recheck as module
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.certificates.record_reader import read_record
from symcheck.errors import CertificateError
from symcheck.language.classwise import ClassParameter, MatrixParameter, quadratic_form
from symcheck.losses import ClassWeightedCE  # type: ignore[attr-defined]
from symcheck.regularizers import QuadraticForm  # type: ignore[attr-defined]
from tests.symcheck.recheck.test_recheck import _at, _is_same_expression, _leaves, _others


def own(z: Any, y: Any) -> Any:
    T = MatrixParameter("T", at_least=0, rows_sum=1, positive_diagonal=True)
    return -sc.log((T.T @ sc.softmax(z))[y]) + sc.total(ClassParameter("v", (1, 2, 3)) * z)


PAIRS: list[tuple[Any, Any]] = [
    ("class_weighted_ce", "l2"),
    ("logit_adjusted_ce", "quadratic_form"),
    ("forward_pair_flip", "entropy"),
    ("forward", QuadraticForm(Q=((2, 1), (1, 3)))),
    (ClassWeightedCE(w=(1, 10, 1)), "l2"),
    (ClassWeightedCE(w=(2, 2, 2)), QuadraticForm(Q=((1, 0, 0), (0, 4, 0), (0, 0, 5)))),
    (own, lambda z: quadratic_form(MatrixParameter("A", symmetric=True), z)),
]


@pytest.mark.parametrize("place", range(len(PAIRS)))
def test_what_certify_wrote_holds(place: int) -> None:
    cert = certify(*PAIRS[place])
    again = module.recheck(cert.to_json())
    assert again.to_json() == cert.to_json()
    assert (again.scope, again.loss, again.regularizer) == (cert.scope, cert.loss, cert.regularizer)


@pytest.mark.parametrize("place", [1, 2, 5])
def test_no_other_value_anywhere_is_accepted(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = certify(*PAIRS[place]).to_json()
    fields = json.loads(text)
    known: dict[Any, Certificate] = {}

    def once(loss: Any, regularizer: Any, *, classes: Any, budget: float) -> Certificate:
        key = (loss.name, loss.formula, str(loss.values), regularizer.formula, regularizer.name, classes)
        if key not in known:
            known[key] = certify(loss, regularizer, classes=classes, budget=budget)
        return known[key]

    monkeypatch.setattr(module, "certify", once)
    tried = 0
    for path in _leaves(fields):
        if not path or path[0] not in ("scope", "loss", "regularizer", "verdict", "tier", "cases"):
            continue
        for other in _others(_at(fields, path)):
            if _is_same_expression(path, fields, other):
                continue
            changed = copy.deepcopy(fields)
            _at(changed, path[:-1])[path[-1]] = other
            tried += 1
            with pytest.raises(CertificateError):
                module.recheck(json.dumps(changed))
    assert tried > 150


W = ("loss", "parameters", 0)
Q = ("regularizer", "parameters", 0)
CHANGES: list[tuple[tuple[Any, ...], Any, str]] = [
    ((*W, "entries"), [["1", "10"]], "loss, regularizer: this pair cannot be certified: w: it has entries for 2"),
    ((*W, "entries"), [["1", "x", "1"]], "loss.parameters[0]: w[2]: got 'x'; write an integer"),
    ((*W, "entries"), [["1", "0", "1"]], "loss.parameters[0]: w: got the entry 0; accepted are entries in (0, oo)"),
    ((*W, "entries"), [["1"], ["2"]], "loss.parameters[0].entries: got 2 rows; a class-vector has one"),
    ((*W, "entries"), "1, 2", 'loss.parameters[0].entries: got "1, 2"; a list is expected'),
    ((*W, "entries", 0, 1), 10, "loss.parameters[0].entries[0][1]: got 10; a printable text is expected"),
    ((*W, "sums"), [], "loss.parameters[0].sums: got 0 of them; accepted are 1"),
    ((*W, "sums"), ["11"], "loss.parameters[0]: w: by its rule rising it has at C = 2 got entries with the sum 21/10"),
    ((*W, "rule"), "first", "loss.parameters[0]: w: by its rule first it has at C = 2 got the entry 0"),
    ((*W, "rule"), "__import__", "loss.parameters[0]: w: got the rule '__import__'; the rules for a class-vector are"),
    ((*W, "interval", "low"), "-1", "loss.parameters: the certificate declares w in another way than w_k in (0, oo)"),
    ((*Q, "positive_definite"), False, "regularizer.parameters: "),
    ((*Q, "positive_definite"), 1, "regularizer.parameters[0].positive_definite: got 1; true or false is expected"),
    (
        (*Q, "sums"),
        ["1", "1"],
        "regularizer.parameters[0]: Q: by its rule diagonal it has at C = 2 got a row 1 with the",
    ),
    ((*Q, "entries", 0), ["1", "1", "0"], "regularizer.parameters[0]: Q: got a matrix that is not symmetric"),
    ((*Q, "entries", 0, 0), "-1", "regularizer.parameters[0]: Q: got a matrix with an entry on its diagonal"),
    ((*Q, "entries"), [["1", "0"], ["0", "1"]], "loss, regularizer: this pair cannot be certified: Q: it has"),
    ((*Q, "more"), 1, "regularizer.parameters[0].more: the certificate has this field and should not"),
]


@pytest.mark.parametrize(("path", "value", "message"), CHANGES, ids=range(len(CHANGES)))
def test_the_field_is_named(path: tuple[Any, ...], value: Any, message: str) -> None:
    form = QuadraticForm(Q=((1, 0, 0), (0, 4, 0), (0, 0, 5)))
    fields = json.loads(certify(ClassWeightedCE(w=(1, 10, 1)), form).to_json())
    _at(fields, path[:-1])[path[-1]] = value
    with pytest.raises(CertificateError) as caught:
        module.recheck(json.dumps(fields))
    assert str(caught.value).startswith(message), str(caught.value)


def test_a_claim_of_more_classes_than_entries() -> None:
    fields = json.loads(certify(ClassWeightedCE(w=(2, 2, 2)), "l2").to_json())
    fields["scope"]["classes"] = {"low": 2, "high": None}
    with pytest.raises(CertificateError):
        module.recheck(json.dumps(fields))


def test_an_array_and_a_number_of_one_name() -> None:
    fields = json.loads(certify("class_weighted_ce", "l2").to_json())
    fields["loss"]["parameters"] *= 2
    with pytest.raises(CertificateError, match=r"^loss.parameters: two parameters have one name$"):
        read_record(json.dumps(fields))
