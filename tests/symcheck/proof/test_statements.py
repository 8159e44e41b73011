"""What a certificate states is read from its own fields: never from the proofs, and from nothing that is malformed."""

from __future__ import annotations

import ast
import copy
import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from symcheck.certificates.certify import certify
from symcheck.proof.certificate import is_shown, outcomes, read, statements
from symcheck.proof.check import Refused
from tests.conftest import CHECKOUT

Path = tuple[Any, ...]


def test_a_proved_pair_makes_two_statements(record: dict[str, Any]) -> None:
    """l with kappa = C**(-q), and g; on the quotient each has to be invariant too, and q is in the loss alone."""
    found = {key: (conditions, statement) for key, conditions, statement in statements(record)}
    assert set(found) == {"loss", "regularizer"}
    conditions, loss = found["loss"]
    assert conditions == ("loss-smooth", "loss-gradient", "shift-invariant")
    (q,) = record["scope"]["parameters"]
    assert loss == {
        "about": "loss",
        "formula": "(1 - softmax(z)[y]**q)/q",
        "anchor": None,
        "kappa": "C**(-q)",
        "scope": {"classes": {"low": 2, "high": None}, "space": "R^C/(1, ..., 1)", "parameters": [q]},
        "arrays": [],
    }
    conditions, regularizer = found["regularizer"]
    assert conditions == ("regularizer-smooth", "regularizer-gradient", "regularizer-curvature", "shift-invariant")
    assert regularizer["scope"] == {**loss["scope"], "parameters": []}
    assert regularizer["kappa"] is None


def test_nothing_is_taken_from_the_proofs(record: dict[str, Any]) -> None:
    before = statements(record)
    for other in (None, [], {}, {"loss": {"formula": "z[y]", "kappa": "1"}}, "x"):
        assert statements({**record, "proof": other}) == before


def test_what_is_open_or_refuted_makes_no_statement_that_it_holds() -> None:
    """||z|| has a kink at 0: nothing is said of its Hessian, and of its smoothness only that it fails."""
    record = json.loads(certify("gce", "norm").to_json())
    assert {key for key, *_ in statements(record)} == {
        "loss", "not regularizer-smooth", "not regularizer-gradient",
    }  # fmt: skip


def test_a_refutation_is_about_the_point_of_its_witness() -> None:
    """The square loss with plain one-hot labels: at C = 2 there is a drift (erratum E6)."""
    record = json.loads(certify("square", "l2").to_json())
    (found,) = (s for key, _, s in statements(record) if key == "not loss-gradient")
    witness = next(f["witness"] for f in record["findings"] if f["condition"] == "loss-gradient")
    assert (found["about"], found["which"]) == ("refuted", "loss-gradient")
    assert found["point"] == {"C": witness["classes"], **witness["parameters"]}
    assert found["formula"] == record["loss"]["formula"]


def test_the_range_of_a_parameter_is_that_of_the_whole_scope(record: dict[str, Any]) -> None:
    """The headline speaks of the scope; what the loss says of its own parameter counts for nothing."""
    record["loss"]["parameters"][0]["interval"]["low"] = "1/2"
    stated = statements(record)[0].statement["scope"]["parameters"]
    assert [p["interval"]["low"] for p in stated] == ["0"]
    assert is_shown(record, outcomes(record))
    record["scope"]["parameters"] = []
    assert not is_shown(record, outcomes(record))


def test_a_loss_alone_is_not_a_pair() -> None:
    record = json.loads(certify("mae").to_json())
    assert [key for key, *_ in statements(record)] == ["loss"]
    assert record["verdict"] == "PROVED"  # by a theorem that is not about z = 0
    assert not is_shown(record, outcomes(record))


def test_an_anchor_belongs_to_the_loss() -> None:
    record = json.loads(certify("one_vs_rest_logistic", "l2", anchor="-log(C - 1)").to_json())
    found = {key: s["anchor"] for key, _, s in statements(record)}
    assert found == {"loss": "-log(C - 1)", "regularizer": None}


def test_an_array_is_no_number() -> None:
    """-w_y log p_y has kappa_y = w_y: with a class-vector w there is no one kappa, with a number w there is."""
    record = json.loads(certify("class_weighted_ce", "l2").to_json())
    (w,) = record["scope"]["parameters"]
    assert "sums" in w
    record |= {"verdict": "PROVED", "kappa": "w"}
    record["findings"] = [{**f, "verdict": "PROVED", "witness": None} for f in record["findings"]]
    (stated,) = (s for key, _, s in statements(record) if key == "loss")
    assert stated["scope"]["parameters"] == []
    assert [p["name"] for p in stated["arrays"]] == ["w"]
    record["proof"]["loss"] = {"letters": [], "hints": {}, "kappa": "w", "kappa_hints": {}}
    assert not is_shown(record, outcomes(record))


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield (*path, key)
        yield from _paths(below, (*path, key))


def _changed(record: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(record)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    if value is _paths:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed


@pytest.mark.parametrize("value", [None, 0, True, "\x1b[31m", [[]], {"low": 1}, _paths, 10**400])
def test_whatever_stands_in_a_field_is_answered_or_refused(record: dict[str, Any], value: Any) -> None:
    """No value in the place of another one, and no missing field, leads to anything but an answer or ``Refused``."""
    read_by_none = {"derivation", "detail", "families", "theorems", "still_holds", "prediction", "assumptions", "trust"}
    for path in _paths(record):
        if read_by_none.intersection(path):
            continue
        changed = _changed(record, path, value)
        with suppress(Refused):
            is_shown(changed, outcomes(changed))


TEXTS = [
    ("", "certificate: it is no JSON"),
    ("[", "certificate: it is no JSON"),
    ("[" * 100_000, "certificate: it is no JSON"),
    ("1" * 5000, "certificate: it is no JSON"),
    ("[]", "schema: symcheck/2 is needed"),
    ("{}", "schema: symcheck/2 is needed"),
    ('{"schema": "symcheck/1"}', "schema: symcheck/2 is needed: certify the pair again"),
    ('{"schema": "symcheck/2", "kappa": 1.5}', "certificate: it has the number 1.5"),
    ('{"schema": "symcheck/2", "kappa": NaN}', "certificate: it has the number NaN"),
    ('{"schema": "symcheck/2", "kappa": 1e999}', "certificate: it has the number 1e999"),
    ('{"schema": "symcheck/2", "verdict": "REFUTED", "verdict": "PROVED"}', "certificate: a key is there twice"),
    (" " * 2_000_001, "certificate: a text of at most 2000000 characters"),
    (b"{}", "certificate: a text of at most"),
    (None, "certificate: a text of at most"),
]


@pytest.mark.parametrize(("text", "message"), TEXTS, ids=range(len(TEXTS)))
def test_what_is_no_certificate_is_refused(text: Any, message: str) -> None:
    with pytest.raises(Refused) as error:
        read(text)
    assert str(error.value).startswith(message)


def test_a_condition_with_two_findings_is_refused(record: dict[str, Any]) -> None:
    """One that says PROVED behind one that says REFUTED would be read as the reader likes."""
    record["findings"].insert(0, {**record["findings"][0], "verdict": "REFUTED"})
    with pytest.raises(Refused, match=r"^findings: a condition has two"):
        statements(record)


@pytest.mark.parametrize("condition", ["loss-smooth", "loss-gradient", "regularizer-smooth", "regularizer-gradient",
                                       "regularizer-curvature", "shift-invariant"])  # fmt: skip
@pytest.mark.parametrize("verdict", ["UNDECIDED", "REFUTED", None])
def test_a_verdict_needs_every_condition(record: dict[str, Any], condition: str, verdict: str | None) -> None:
    """PROVED beside a condition that is not, or that is missing, is not shown, whatever the proofs are."""
    found = [f for f in record["findings"] if f["condition"] != condition or verdict is not None]
    record["findings"] = [{**f, "verdict": verdict} if f["condition"] == condition else f for f in found]
    assert not is_shown(record, outcomes(record))


def test_where_the_cases_differ_the_headline_is_not_shown(record: dict[str, Any]) -> None:
    case = record["cases"][0]
    record["cases"].append({**case, "verdict": "REFUTED", "classes": {"low": 3, "high": 3}})
    assert not is_shown(record, outcomes(record))


def test_who_verifies_trusts_plain_python_alone() -> None:
    """What reads a certificate, checks proofs and evaluates witnesses imports the standard library and itself."""
    waiting, seen = ["symcheck.proof.certificate"], set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        path = CHECKOUT.joinpath(*name.split("."))
        found = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        for node in ast.walk(ast.parse(found.read_text("utf-8"))):
            imported = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                of_folder = node.module == "symcheck.proof.witnesses"
                imported += [f"{node.module}.{a.name}" for a in node.names] if of_folder else [node.module or ""]
            for module in imported:
                inside = module.startswith("symcheck.proof.")
                assert inside or module.partition(".")[0] in sys.stdlib_module_names, (name, module)
                waiting += [module] if inside and module not in seen else []
    assert {name.rpartition(".")[2] for name in seen} >= {"certificate", "check", "splits", "witness"}
    assert not any(".writing." in name or name.endswith(".proofs") for name in seen)  # who writes is not trusted
