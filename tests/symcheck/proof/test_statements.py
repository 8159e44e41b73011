"""What a certificate states is read from its own fields: never from the proofs, and from nothing that is malformed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from symcheck.certificates.certify import certify
from symcheck.language.classwise import ClassParameter
from symcheck.proof import check

Path = tuple[Any, ...]


@pytest.fixture(scope="module")
def text() -> str:
    return certify("gce", "entropy").to_json()


@pytest.fixture
def record(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_proved_pair_on_the_quotient_makes_four_statements(record: dict[str, Any]) -> None:
    """l, g, and that neither changes under z + t 1; q is a parameter of the loss alone, and kappa is C**(-q)."""
    found = {key: (conditions, statement) for key, conditions, statement in check.statements(record)}
    assert set(found) == {"loss", "loss_invariance", "regularizer", "regularizer_invariance"}
    conditions, loss = found["loss"]
    assert conditions == ("loss-smooth", "loss-gradient")
    assert loss == {
        "about": "loss",
        "formula": "(1 - softmax(z)[y]**q)/q",
        "anchor": None,
        "classes": [2, None],
        "parameters": {"q": ["0", "1", True, False]},
        "arrays": {},
        "kappa": "C**(-q)",
    }
    conditions, regularizer = found["regularizer"]
    assert conditions == ("regularizer-smooth", "regularizer-gradient", "regularizer-curvature")
    assert regularizer["parameters"] == {}
    assert regularizer["space"] == "R^C/(1, ..., 1)"
    assert found["loss_invariance"] == (("shift-invariant",), {**_base(loss), "about": "invariance"})


def _base(statement: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in statement.items() if k not in ("about", "kappa", "space")}


def test_nothing_is_taken_from_the_proofs(record: dict[str, Any]) -> None:
    before = check.statements(record)
    for other in (None, [], {}, {"loss": {"formula": "z[y]", "kappa": "1"}}, "x"):
        assert check.statements({**record, "proof": other}) == before


def test_what_is_open_or_refuted_makes_no_statement_that_it_holds() -> None:
    """||z|| has a kink at 0: nothing is said of its Hessian, and of its smoothness only that it fails."""
    record = json.loads(certify("gce", "norm").to_json())
    assert {key for key, *_ in check.statements(record)} == {
        "loss", "not regularizer-smooth", "not regularizer-gradient",
    }  # fmt: skip


def test_a_refutation_is_about_the_point_of_its_witness() -> None:
    """The square loss with plain one-hot labels: at C = 2 there is a drift (erratum E6)."""
    record = json.loads(certify("square", "l2").to_json())
    (found,) = (s for key, _, s in check.statements(record) if key == "not loss-gradient")
    witness = next(f["witness"] for f in record["findings"] if f["condition"] == "loss-gradient")
    assert found["about"], found["which"] == ("refuted", "loss-gradient")
    assert found["point"] == {"C": witness["classes"], **witness["parameters"]}
    assert found["formula"] == record["loss"]["formula"]


def test_the_range_of_a_parameter_is_that_of_the_whole_scope(record: dict[str, Any]) -> None:
    """The headline speaks of the scope; what the loss says of its own parameter counts for nothing."""
    record["loss"]["parameters"][0]["interval"]["low"] = "1/2"
    assert check.statements(record)[0][2]["parameters"] == {"q": ["0", "1", True, False]}
    record["scope"]["parameters"] = []
    with pytest.raises(check.Refused, match=r"^interval: the field is missing"):
        check.statements(record)


def test_a_loss_alone_is_not_a_pair() -> None:
    record = json.loads(certify("mae").to_json())
    assert [key for key, *_ in check.statements(record)] == ["loss"]
    assert record["verdict"] == "PROVED"  # by a theorem that is not about z = 0
    assert not check.is_shown(record, check.outcomes(record))


def test_an_anchor_belongs_to_the_loss() -> None:
    record = json.loads(certify("one_vs_rest_logistic", "l2", anchor="-log(C - 1)").to_json())
    found = {key: s["anchor"] for key, _, s in check.statements(record)}
    assert found == {"loss": "-log(C - 1)", "regularizer": None}


def test_given_entries_are_stated_and_free_or_rounded_ones_are_not() -> None:
    """A free vector stands for many, and so does one that was rounded: the statement is about none of them."""
    given = json.loads(certify("class_weighted_ce", "l2").at(C=2, w=["1/3", "2/3"]).to_json())
    arrays = {name: rows for _, _, s in check.statements(given) for name, rows in s["arrays"].items()}
    assert arrays == {"w": [["1/3", "2/3"]]} or arrays == {}
    record = json.loads(certify("cross_entropy", "quadratic_form").to_json())
    (stated,) = (s for key, _, s in check.statements(record) if key == "regularizer")
    assert stated["arrays"] == {"Q": None}
    record["regularizer"]["parameters"][0] |= {"entries": [["1", "0"], ["0", "1"]], "errors": [["0", "0"], ["0", "0"]]}
    (stated,) = (s for key, _, s in check.statements(record) if key == "regularizer")
    assert stated["arrays"] == {"Q": None}
    assert ClassParameter  # the arrays of a loss are declared with it


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


@pytest.mark.parametrize("value", [None, 0, -1, True, "", "x", "\x1b[31m", [], [[]], {}, {"low": 1}, _paths, 10**400])
def test_whatever_stands_in_a_field_is_answered_or_refused(record: dict[str, Any], value: Any) -> None:
    """No value in the place of another one, and no missing field, leads to anything but an answer or ``Refused``."""
    for path in _paths(record):
        changed = _changed(record, path, value)
        try:
            check.is_shown(changed, check.outcomes(changed))
        except check.Refused as error:
            assert str(error).partition(":")[0], path


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
    with pytest.raises(check.Refused) as error:
        check.read(text)
    assert str(error.value).startswith(message)


def test_a_condition_with_two_findings_is_refused(record: dict[str, Any]) -> None:
    """One that says PROVED behind one that says REFUTED would be read as the reader likes."""
    record["findings"].insert(0, {**record["findings"][0], "verdict": "REFUTED"})
    with pytest.raises(check.Refused, match=r"^findings: a condition has two"):
        check.statements(record)


@pytest.mark.parametrize("condition", ["loss-smooth", "loss-gradient", "regularizer-smooth", "regularizer-gradient",
                                       "regularizer-curvature", "shift-invariant"])  # fmt: skip
@pytest.mark.parametrize("verdict", ["UNDECIDED", "REFUTED", None])
def test_a_verdict_needs_every_condition(record: dict[str, Any], condition: str, verdict: str | None) -> None:
    """PROVED beside a condition that is not, or that is missing, is not shown, whatever the proofs are."""
    found = [f for f in record["findings"] if f["condition"] != condition or verdict is not None]
    record["findings"] = [{**f, "verdict": verdict} if f["condition"] == condition else f for f in found]
    assert not check.is_shown(record, check.outcomes(record))


def test_where_the_cases_differ_the_headline_is_not_shown(record: dict[str, Any]) -> None:
    case = record["cases"][0]
    record["cases"].append({**case, "verdict": "REFUTED", "classes": {"low": 3, "high": 3}})
    assert not check.is_shown(record, check.outcomes(record))
