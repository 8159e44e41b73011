"""sc.verify: what the proofs in a certificate show, and what they do not show however its fields are changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.errors import CertificateError
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Trust
from symcheck.findings.verdict import Verdict
from symcheck.proof.verify import verify
from tests.conftest import Fresh

SMOOTH, GRADIENT = sc.Condition.LOSS_SMOOTH, sc.Condition.LOSS_GRADIENT
OF_G = (
    sc.Condition.REGULARIZER_SMOOTH, sc.Condition.REGULARIZER_GRADIENT, sc.Condition.REGULARIZER_CURVATURE,
)  # fmt: skip
PAIRS = [("gce", "l2"), ("cross_entropy", "entropy"), ("focal", "logit_variance"), ("mae", "huber"), ("nfl", "l2")]


@pytest.mark.parametrize("pair", PAIRS)
def test_what_is_proved_is_verified(pair: tuple[str, str]) -> None:
    """All conditions of Theorem 2, with the trust ``checked``; what is far from 0 is left."""
    certificate = certify(*pair)
    found = verify(certificate.to_json())
    assert found.verified
    assert found.verdict is Verdict.PROVED
    shift = {sc.Condition.SHIFT_INVARIANT} if certificate.quotient else set()
    assert {f.condition for f in found.findings} == {SMOOTH, GRADIENT, *OF_G, *shift} == certificate.checked
    assert {f.trust for f in found.findings} == {Trust.CHECKED}
    assert {f.verdict for f in found.findings} == {Verdict.PROVED}
    assert [name for name, _ in found.left] == ["minimisers-held"]
    assert repr(found) == f"<Verification verified: PROVED, {certificate.scope}>"


def test_the_page_says_of_which_formulas_what_was_shown(text: str) -> None:
    page = " ".join(str(verify(text)).split())
    for line in (
        "VERIFIED: PROVED for every C >= 2, every q in (0, 1]",
        "loss (1 - softmax(z)[y]**q)/q regularizer total(softmax(z)*log_softmax(z))",
        "kappa = C**(-q) > 0 [checked]",
        "its eigenvalues are > 0 on R^C/(1, ..., 1) [checked]",
        "minimisers-held the small checker speaks of l and g at z = 0 alone",
    ):
        assert line in page
    assert "gce" not in page  # names are not verified
    assert verify(text).to_markdown().startswith("### **VERIFIED**: PROVED")
    assert "\\textbf{VERIFIED}" in verify(text).to_latex()


def test_a_record_is_read_as_its_text_is(text: str, record: dict[str, Any]) -> None:
    assert verify(record) == verify(text)


FALSE: list[tuple[str, Any]] = [
    ("kappa", "2*C**(-q)"),  # the scale is C**(-q)
    ("kappa", "C**(q)"),
    ("kappa", "-C**(-q)"),
    ("loss.formula", "-(1 - softmax(z)[y]**q)/q"),  # kappa < 0
    ("loss.formula", "(1 - softmax(z)[y]**(q + 1))/q"),
    ("loss.formula", "(1 - softmax(z)[y]**q)/q + total(z)"),  # a drift, and no invariance
    ("loss.formula", "(1 - softmax(z)[y]**q)/q + z[y]*0 + total(z**2)"),  # no invariance
    ("loss.formula", "(1 - softmax(z)[y]**q)/q + abs(z[y] - mean(z))"),  # a kink
    ("regularizer.formula", "-total(softmax(z)*log_softmax(z))"),  # negative definite
    ("regularizer.formula", "total(softmax(z)*log_softmax(z)) + z[y]**2"),  # it knows the label
    ("regularizer.formula", "total(softmax(z)*log_softmax(z)) + total(z)"),  # grad g(0) is not 0
    ("regularizer.formula", "total(z**4)"),  # its Hessian is 0
    ("regularizer.formula", "total(z**2)/2"),  # definite, and not invariant
    ("scope.space", "R^C"),  # entropy is flat along (1, ..., 1)
    ("scope.classes.low", 1),  # at C = 1 there is no loss
    ("scope.parameters.0.interval.low_open", False),  # at q = 0 it divides by 0
    ("scope.parameters.0.interval.low", None),
    ("scope.parameters.0.interval.high", "-1"),  # nothing lies there
    ("verdict", "REFUTED"),
    ("regularizer", None),  # another question
]


@pytest.mark.parametrize(("path", "value"), FALSE, ids=range(len(FALSE)))
def test_what_is_false_is_not_verified(record: dict[str, Any], path: str, value: Any) -> None:
    """One field says something false, under the proofs of what is true."""
    place: Any = record
    *steps, last = [int(s) if s.isdigit() else s for s in path.split(".")]
    for step in steps:
        place = place[step]
    place[last] = value
    assert not verify(record).verified


def test_what_is_true_beside_it_is_verified_still(record: dict[str, Any]) -> None:
    """A narrower scope, another way of writing, and another name make nothing false."""
    record["scope"]["classes"] = {"low": 3, "high": 1000}
    record["loss"] |= {"name": "mine", "formula": "(1 - (exp(z)[y]/total(exp(z)))**q)/q"}
    record["kappa"] = None  # some kappa > 0 fits
    assert not verify(record).verified  # the hints belong to other nodes
    record["loss"]["formula"] = "(1 - softmax(z)[y]**q)/q"
    found = verify(record)
    assert found.verified
    assert "with some kappa > 0" in str(found)
    assert found.scope == "every C from 3 to 1000, every q in (0, 1]"


@pytest.mark.parametrize("proof", [None, 0, "", [], {}, {"loss": None}, {"loss": {}, "regularizer": []}, "absent"])
def test_without_its_proofs_nothing_is_verified(record: dict[str, Any], proof: Any) -> None:
    record["proof"] = proof
    if proof == "absent":
        del record["proof"]
    found = verify(record)
    assert not found.verified
    assert found.findings == ()
    assert {name for name, _ in found.left} == {f["condition"] for f in record["findings"]}


def test_the_proof_of_another_certificate_shows_nothing(record: dict[str, Any]) -> None:
    record["proof"] = json.loads(certify("focal", "l2").to_json())["proof"]
    assert not verify(record).verified


def test_a_forged_headline_is_not_repeated(record: dict[str, Any]) -> None:
    record["headline"] = "PROVED for everything"
    record["loss"]["name"] = "\x1b[2Jall losses"
    assert "everything" not in str(verify(record))
    record["loss"]["formula"] += "\n\x1b[2J"
    page = str(verify(record))
    assert "\x1b" not in page
    assert "NOT VERIFIED" in page


@pytest.mark.parametrize(("loss", "g"), [("square", "l2"), ("gce", "norm"), ("gce", None), ("phuber_ce", "l2")])
def test_what_a_certificate_leaves_open_is_said(loss: str, g: str | None) -> None:
    """Each of its findings is either shown or has a reason why not."""
    certificate = certify(loss, g)
    found = verify(certificate.to_json())
    shown = {f.condition for f in found.findings}
    assert shown == certificate.checked
    told = {str(c) for c in shown} | {name for name, _ in found.left}
    assert told == {str(f.condition) for f in certificate.findings}
    assert all(why for _, why in found.left)


def test_cases_of_classes_are_shown_one_by_one() -> None:
    """PROVED for C = 2 and REFUTED for every C >= 3, of which a witness shows one point."""
    certificate = certify("one_vs_rest_logistic", "l2")
    assert certificate.headline.startswith("PROVED for C = 2; REFUTED for every C >= 3")
    found = verify(certificate.to_json())
    assert (found.verified, found.verdict) == (True, Verdict.REFUTED)
    assert found.cases == (("PROVED for C = 2", "shown"), ("REFUTED for every C >= 3", "shown at one point"))
    assert "shown PROVED for C = 2" in " ".join(str(found).split())


def test_cases_by_a_parameter_are_not() -> None:
    """phuber_ce is PROVED for tau != C and REFUTED at tau = C: a witness shows the second, nothing the first."""
    certificate = certify("phuber_ce", "l2")
    assert certificate.headline.startswith("PROVED where tau < C")
    found = verify(certificate.to_json())
    assert found.verified
    assert ("PROVED for every C >= 2 where tau < C", "not shown") in found.cases


def test_a_forged_case_is_not_shown() -> None:
    """That it is PROVED for every C >= 2 says more than its proof for C = 2 shows."""
    record = json.loads(certify("one_vs_rest_logistic", "l2").to_json())
    for classes in ({"low": 2, "high": 3}, {"low": 3, "high": 3}, {"low": 2, "high": 10**9}):
        record["cases"][0]["classes"] = classes
        assert verify(record).cases[0][1] == "not shown"


BAD: list[tuple[Any, str]] = [
    (3, "certificate: got int; accepted is the text that to_json() writes"),
    (None, "certificate: got NoneType; accepted is"),
    (b"{}", "certificate: got bytes; accepted is"),
    ("cert.json", "certificate: got 'cert.json'; accepted is the JSON that to_json() writes: of a file give the text"),
    ("", "certificate: got ''; accepted is the JSON"),
    ("{", "certificate: it is no JSON that can be read"),
    ("{}", "schema: symcheck/2 is needed: certify the pair again, and to_json() writes it"),
    ({"schema": "symcheck/1"}, "schema: symcheck/2 is needed: certify the pair again"),
    ({"schema": "symcheck/2"}, "findings: the field is missing"),
    ({"schema": float("nan")}, "certificate: its values are not those of JSON"),
    ({"schema": {1, 2}}, "certificate: its values are not those of JSON"),
    ({"schema": "symcheck/2", "findings": 1}, "findings: list is needed"),
]


@pytest.mark.parametrize(("given", "message"), BAD, ids=range(len(BAD)))
def test_what_is_no_certificate_is_an_error_that_says_what_to_do(given: Any, message: str) -> None:
    with pytest.raises(CertificateError) as error:
        verify(given)
    assert str(error.value).startswith(message)


def test_a_certificate_is_given_as_its_json() -> None:
    with pytest.raises(CertificateError, match=r"^certificate: got Certificate; .*: give certificate\.to_json\(\)$"):
        verify(certify("gce", "l2"))  # type: ignore[arg-type]


def test_a_verdict_that_is_none_is_an_error(record: dict[str, Any]) -> None:
    record["verdict"] = "CERTAIN\x1b"
    with pytest.raises(CertificateError, match=r"^verdict: got 'CERTAIN\\\\x1b'; accepted is one of REFUTED,"):
        verify(record)


WITHOUT = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("sympy", "flint", "mpmath", "numpy", "torch"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
import symcheck
from pathlib import Path
print(symcheck.verify(Path("cert.json").read_text()).verified)
from symcheck.cli import main
print(main(["verify", "cert.json"]), main(["verify", "--markdown", "other.json"]), main(["verify", "cert.txt"]))
"""


def test_it_needs_neither_sympy_nor_flint(tmp_path: Path, fresh: Fresh, text: str, record: dict[str, Any]) -> None:
    """In a process in which importing them fails."""
    (tmp_path / "cert.json").write_text(text, encoding="utf-8")
    (tmp_path / "cert.txt").write_text("no certificate", encoding="utf-8")
    (tmp_path / "other.json").write_text(json.dumps({**record, "kappa": "1"}), encoding="utf-8")
    done = fresh("-c", WITHOUT)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == "True"
    assert lines[-1] == "0 1 2"
    assert lines[1].startswith("VERIFIED: PROVED")
    assert any(line.startswith("### **NOT VERIFIED**: PROVED") for line in lines)
    assert "no certificate: certificate: got 'no certificate'; accepted is the JSON" in done.stdout


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield (*path, key)
        yield from _paths(below, (*path, key))


UNREAD = {"derivation", "families", "theorems", "prediction", "assumptions", "versions", "repairs", "detail"}
"""Fields that verify does not look at."""

KINDS: list[tuple[str, Callable[[], Certificate]]] = [
    ("a split", lambda: certify("bce_pos_weight", "l2")),
    ("a free matrix", lambda: certify("cross_entropy", "quadratic_form")),
    ("given entries", lambda: certify("class_weighted_ce(w=[1, 2, 3])", "l2")),
    ("a witness", lambda: certify("square", "l1")),
    ("an anchor", lambda: certify("one_vs_rest_logistic", "l2", anchor="-log(C - 1)")),
    ("a free anchor", lambda: certify("cross_entropy", "l2", anchor="log(pi)")),
]


@pytest.mark.parametrize("made", [make for _, make in KINDS], ids=[name for name, _ in KINDS])
def test_whatever_stands_in_a_field_it_is_an_answer_or_an_error(made: Callable[[], Certificate]) -> None:
    """Another value, or none, in the place of each field that is read: never a traceback."""
    text = made().to_json()
    record = json.loads(text)
    paths = [path for path in _paths(record) if not UNREAD.intersection(path)]
    others: list[Any] = [None, 0, "x", [[]], {"low": "1"}, ..., "1/0", True]
    for n, path in enumerate(paths):
        for value in others[n % 4 :: 4]:
            changed = json.loads(text)
            place = changed
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            if value is ...:
                del place[path[-1]]
            with suppress(CertificateError):
                verify(changed)


@pytest.mark.parametrize("loss", ["focal_detached", "nfl_detached", "mean(z) - z[y] + detach(z[y])*(z[y] - mean(z))"])
def test_beside_detached_parts_the_field_of_autograd_is_meant(loss: str) -> None:
    """grad l(0, y) of focal_detached without detach would have another kappa: there only the field is meant."""
    found = verify(certify(loss, "l2").to_json())
    assert found.verified
    (gradient,) = (f for f in found.findings if f.condition is Condition.LOSS_GRADIENT)
    assert gradient.detail.endswith(", of the field that autograd returns")
    assert "autograd" not in str(verify(certify("focal", "l2").to_json()))


@pytest.mark.parametrize("loss", ["focal_detached", "sce"])
def test_what_is_shown_of_the_whole_scope_is_not_said_to_be_open_in_a_case(loss: str) -> None:
    certificate = certify(loss, "l2")
    assert len(certificate.cases) > 1
    found = verify(certificate.to_json())
    assert found.verified
    assert "not shown" not in str(found)


@pytest.mark.parametrize(("ends", "shown"), [({"at_least": 0}, "[0, oo)"), ({"at_least": 1, "at_most": 9}, "[1, 9]")])
def test_whole_numbers_are_told_from_real_ones(ends: dict[str, int], shown: str) -> None:
    """|2 n - 3| is 0 at n = 3/2, which is no whole number: kappa > 0 holds for those alone."""
    n = sc.Parameter("n", integer=True, **ends)
    found = verify(certify(lambda z, y: (sc.mean(z) - z[y]) * sc.abs(2 * n - 3), "l2").to_json())
    assert found.verified
    assert f"every whole number n in {shown}" in found.scope
    assert "whole" not in verify(certify("gce", "l2").to_json()).scope


def test_entries_that_are_rounded_are_said_to_be() -> None:
    text = certify("class_weighted_ce", "l2").at(w=[1, 2, 3]).to_json()
    changed = json.loads(text)
    for array in (p for s in ("loss", "scope") for p in changed[s]["parameters"] if p["name"] == "w"):
        array["errors"] = [["1/1000"] * 3]
    assert "up to rounding" in verify(changed).scope
    assert "rounding" not in verify(text).scope
