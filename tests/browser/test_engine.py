"""What the page asks is answered as symcheck answers it: certificates, repairs, errors with their place, cells."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import symcheck as sc
from docs.browser.engine import ASKS, answer
from symcheck.errors import UnknownNameError
from symcheck.notebook.left_out import missing_extra


def asked(ask: str, **given: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer(json.dumps({"ask": ask, **given})))
    return found


@pytest.fixture
def fresh() -> Iterator[None]:
    """No cell has run before, and none of these is left."""
    asked("restart")
    yield
    asked("restart")


@pytest.mark.parametrize(
    ("loss", "penalty", "classes", "wanted"),
    [
        ("cross_entropy", "l2", "", sc.certify("cross_entropy", "l2")),
        (" logsumexp(z) - z[y] ", "total(z**2)", " 10 ", sc.certify("logsumexp(z) - z[y]", "total(z**2)", classes=10)),
        ("one_vs_rest_logistic", "l2", "2:1000", sc.certify("one_vs_rest_logistic", "l2", classes=(2, 1000))),
        ("mae", "", "", sc.certify("mae")),
        ("mae", "l2", "", sc.certify("mae", "l2")),
    ],
    ids=["names", "formulas", "a range", "alone", "cases"],
)
def test_a_certificate_is_that_of_certify(loss: str, penalty: str, classes: str, wanted: sc.Certificate) -> None:
    fields = {"loss": loss, "penalty": penalty, "classes": classes}
    found = asked("certify", **fields)
    assert found["json"] == wanted.to_json()
    assert (found["verdict"], found["headline"]) == (wanted.verdict.name, wanted.headline)
    verdict = asked("verdict", **fields)
    assert {name: found[name] for name in verdict} == verdict
    assert (found["words"], found["page"]) == (wanted.in_words, wanted._repr_html_())
    assert [case["verdict"] for case in found["cases"]] == [case.verdict.name for case in wanted.cases]
    assert found["html"] == wanted.to_html()
    assert asked("verify", text=found["json"])["text"] == str(sc.verify(wanted.to_json()))


def test_parameters_have_values_and_ranges() -> None:
    found = asked("certify", loss="gce", penalty="entropy", parameters=" q in (0, 1] ; ")
    assert found["json"] == sc.certify(sc.losses.GCE(q=sc.Parameter("q", above=0, at_most=1)), "entropy").to_json()
    found = asked("certify", loss="gce", penalty="l2", parameters="q = 7/10")
    assert found["json"] == sc.certify(sc.losses.GCE(q="7/10"), "l2").to_json()


@pytest.mark.parametrize(
    ("loss", "penalty", "parameters"),
    [("one_vs_rest_logistic", "l2", ""), ("gce + z[y]/7", "l2", "q = 1/3"), ("gce", "total(z)**2", "q = 1/3")],
)
def test_what_a_repair_changes_is_certified_as_it_says(loss: str, penalty: str, parameters: str) -> None:
    fields = {"loss": loss, "penalty": penalty, "parameters": parameters}
    found = asked("repairs", **fields)
    assert found["repairs"]
    assert len(found["repairs"]) == len(sc.certify(loss.replace("gce", "gce(q=1/3)"), penalty).repairs)
    for repair in found["repairs"]:
        assert repair["fields"] not in (None, fields)
        assert asked("certify", **repair["fields"])["verdict"] == "PROVED"


def test_a_repair_that_no_field_can_spell_is_asked_by_its_place() -> None:
    fields = {"loss": "alpha_balanced_focal", "penalty": "l2"}
    repairs = sc.certify(*fields.values()).repairs
    told = asked("repairs", **fields)["repairs"]
    places = [place for place, repair in enumerate(told) if repair["fields"] is None]
    assert places
    for place in places:
        found = json.loads(answer(json.dumps({"ask": "repaired", "place": place, **fields})))
        assert found["json"] == repairs[place].certificate.to_json()
        assert found["verdict"] == "PROVED"


def test_an_anchor_is_a_field() -> None:
    found = asked("certify", loss="one_vs_rest_logistic", penalty="l2", anchor=" -log(C - 1) ")
    assert found["json"] == sc.certify("one_vs_rest_logistic", "l2", anchor="-log(C - 1)").to_json()
    found = asked("certify", loss="mae", penalty="l2", anchor="1, 2, 1/2", classes="3")
    assert found["json"] == sc.certify("mae", "l2", anchor=["1", "2", "1/2"], classes=3).to_json()


def test_where_no_repair_is_found_it_says_so() -> None:
    found = asked("repairs", loss="cross_entropy + norm(z)*z[y]", penalty="l2")
    assert found["repairs"] == []
    assert "No change was found" in found["others"]
    assert asked("repairs", loss="cross_entropy", penalty="l2") == {"repairs": [], "others": ""}


LONG = "logsumexp(z) - z[y] + " * 20


@pytest.mark.parametrize(
    ("fields", "field", "place", "begins"),
    [
        ({"loss": "logsumexp(z) - z[y"}, "loss", 18, "loss: the formula has the end after the label y"),
        ({"loss": "  z[y] + foo(z) "}, "loss", 9, "loss: the formula uses the unknown function foo"),
        ({"loss": "mae", "penalty": "z + sum(z)"}, "penalty", 4, "regularizer: the formula uses the unknown function"),
        ({"loss": "cross_entropi"}, "loss", None, "loss: there is no loss called 'cross_entropi'"),
        ({"loss": "logsumexp(z) -\n z[y"}, "loss", None, "loss: the formula has the end after the label y"),
        ({"loss": LONG + "z[y"}, "loss", None, "loss: the formula has the end after the label y"),
        ({"loss": "z[y + " + LONG}, "loss", None, "loss: "),
        ({"loss": " "}, "loss", None, "loss: nothing was given"),
        ({"loss": "gce", "parameters": "q = 2"}, "parameters", None, "q: got 2; accepted is (0, 1]"),
        ({"loss": "gce", "parameters": "q in (0, 7]"}, "parameters", None, "q: "),
        ({"loss": "gce", "parameters": "p = 1"}, "parameters", None, "--param: neither the loss nor the"),
        ({"loss": "gce", "parameters": "q"}, "parameters", None, "--param: got 'q'"),
        ({"loss": "gce", "classes": "1"}, "classes", None, "classes: got 1"),
        ({"loss": "gce", "classes": "x"}, "classes", None, "--classes: got 'x'"),
    ],
)  # fmt: skip
def test_an_error_names_its_field_and_a_place_in_it(
    fields: dict[str, str], field: str, place: int | None, begins: str
) -> None:
    error = asked("certify", **{"penalty": "l2", **fields})["error"]
    assert error["message"].startswith(begins)
    assert (error["field"], error["place"], error["bug"]) == (field, place, "")


def test_what_is_no_certificate_is_refused_with_words() -> None:
    assert asked("verify", text="{")["error"]["message"].startswith("certificate: it is no JSON that can be read")


@pytest.mark.parametrize("question", ['{"ask": "other"}', '{"ask": "certify"}', '{"ask": "run", "x": 1}'])
def test_a_wrong_question_is_a_bug_and_no_exception(question: str) -> None:
    error = json.loads(answer(question))["error"]
    assert error["message"] == ""
    assert "Error" in error["bug"]


def test_every_question_has_its_answer(fresh: None) -> None:
    given: dict[str, Any] = {"loss": "one_vs_rest_logistic", "penalty": "l2"}
    arguments = {"verify": {"text": "{}"}, "run": {"source": "1"}, "restart": {}, "repaired": {"place": 0, **given}}
    for ask in ASKS:
        found = json.loads(answer(json.dumps({"ask": ask, **arguments.get(ask, given)})))
        assert found.get("error", {"bug": ""})["bug"] == "", ask


@pytest.mark.parametrize(
    ("source", "printed", "shown"),
    [
        ("print(1)\nprint('<b>')", "1\n<b>\n", ""),
        ("x = 2\nx + 1", "", "<pre>3</pre>"),
        ("'<b>'", "", "<pre>&#x27;&lt;b&gt;&#x27;</pre>"),
        ("1;", "", ""),
        ("None", "", ""),
        ("# nothing", "", ""),
        ("import symcheck as sc\nsc.certify('mae', 'l2')", "", sc.certify("mae", "l2")._repr_html_()),
    ],
)
def test_a_cell_prints_and_shows_its_last_line(source: str, printed: str, shown: str, fresh: None) -> None:
    assert asked("run", source=source) == {"printed": printed, "shown": shown, "raised": "", "is_left_out": False}


@pytest.mark.parametrize(
    ("source", "raised"),
    [
        ("1\n2\n1/0", "ZeroDivisionError: division by zero (line 3)"),
        ("def f():\n    return x\n\nf()", "NameError: name 'x' is not defined (line 2)"),
        ("raise SystemExit(3)", "SystemExit: 3 (line 1)"),
        ("import symcheck as sc\nsc.certify('maee')\n1", None),
        ("1 +", "SyntaxError: invalid syntax (<cell>, line 1)"),
    ],
)
def test_a_cell_that_raises_says_what_and_where(source: str, raised: str | None, fresh: None) -> None:
    found = asked("run", source=source)
    if raised is None:
        raised = f"{told('maee')} (line 2)"
    assert found["raised"] == raised
    assert found["shown"] == ""


def told(name: str) -> str:
    with pytest.raises(UnknownNameError) as error:
        sc.certify(name)
    return f"UnknownNameError: {error.value}"


def test_what_a_cell_made_is_there_in_the_next_and_gone_after_a_restart(fresh: None) -> None:
    asked("run", source="x = 7")
    assert asked("run", source="x")["shown"] == "<pre>7</pre>"
    asked("restart")
    assert asked("run", source="x")["raised"].startswith("NameError")


def test_a_cell_whose_extra_is_not_there_is_left_out(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[missing_extra.__module__], "missing_of", lambda _: ("torch",))
    found = asked("run", source="# needs symcheck[numerics]\n1/0")
    assert (found["is_left_out"], found["raised"]) == (True, "")
    assert "symcheck[numerics]" in found["shown"]
