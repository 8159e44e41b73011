"""Certificates carry proofs: in their JSON, on their pages, through pickles, and within their budget."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from symcheck.budget import Budget
from symcheck.certificates.certify import certify
from symcheck.certificates.recheck import recheck
from symcheck.conditions.remembered import apart
from symcheck.errors import CertificateError
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.proof import check
from symcheck.proof.certificate import statements
from symcheck.proof.verify import verify
from tests.conftest import Fresh


def test_equal_certificates_are_equal_bytes(fresh: Fresh) -> None:
    """Within a process with memory and without, and in another one with another hash seed."""
    text = certify("focal", "entropy").to_json()
    with apart():
        assert certify("focal", "entropy").to_json() == text
    code = "import symcheck as sc; print(sc.certify('focal', 'entropy').to_json())"
    assert fresh("-c", code, environment={"PYTHONHASHSEED": "7"}).stdout == text + "\n"


def test_the_proof_in_the_json_is_that_of_the_certificate() -> None:
    certificate = certify("focal", "entropy")
    assert json.loads(certificate.to_json())["proof"] == certificate.proof
    assert set(certificate.proof) == {"loss", "regularizer"}


def test_each_part_convinces_the_checker_alone() -> None:
    certificate = certify("nfl", "logit_variance")
    for key, _, statement in statements(json.loads(certificate.to_json())):
        check.check(statement, json.loads(json.dumps(certificate.proof[key])))


def test_a_copy_has_it_too() -> None:
    certificate = certify("gce", "huber")
    before = certificate.proof
    for other in (pickle.loads(pickle.dumps(certificate)), copy.deepcopy(certificate), certify("gce", "huber")):
        assert other == certificate
        assert other.proof == before
        assert other.checked == certificate.checked
    assert pickle.loads(pickle.dumps(certify("gce", "huber"))).proof == before  # derived again from the problem


def test_a_page_says_what_was_checked_and_no_more() -> None:
    """What is far from 0 is not, nor is a condition of which the checker refuses the proof."""
    certificate = certify("gce", "l2")
    page = " ".join(certificate.to_text().split())
    assert page.count("checked]") == len(certificate.checked) == 5
    assert "[exact, checked]" in page
    assert Condition.MINIMISERS_HELD not in certificate.checked
    assert "[exact+ball, checked]" not in page  # held by balls far away


def test_a_proof_that_is_refused_is_not_called_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate does not rest on its proofs, and a page says of no condition that it was checked if it was not."""
    right = certify("gce", "l2")
    page = right.to_text()
    wrong = certify("gce", "l2")
    written = type(wrong.origin).proof

    def forged(origin: Any, stated: Any) -> Any:
        found = written(origin, stated)
        return {**found, "loss": {**found["loss"], "kappa": "2"}}

    monkeypatch.setattr(type(wrong.origin), "proof", forged)
    assert wrong.checked == right.checked - {Condition.LOSS_SMOOTH, Condition.LOSS_GRADIENT}
    assert wrong.to_text().count("checked") < page.count("checked")
    assert not verify(wrong.to_json()).verified
    monkeypatch.undo()
    assert (wrong, wrong.verdict) == (right, Verdict.PROVED)
    with pytest.raises(CertificateError, match=r"^proof\.loss: "):
        recheck(wrong.to_json())


def test_a_proof_that_is_changed_stays_what_it_was_for_others() -> None:
    first = certify("poly_loss", "l2")
    first.proof["loss"]["kappa"] = "2"
    assert certify("poly_loss", "l2").proof["loss"]["kappa"] != "2"


def test_a_stop_leaves_a_part_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the time is over while a proof is written, the certificate is what it was, without it."""
    certificate = certify("focal", "l2")
    monkeypatch.setattr("symcheck.proof.proofs.proof_of", _spent)
    with apart():
        assert certificate.proof == {}
    assert certificate.checked == frozenset()
    assert json.loads(certificate.to_json())["verdict"] == "PROVED"


def _spent(*_: Any) -> Any:
    Budget(-1).check()


@pytest.mark.parametrize(
    "certificate",
    [
        ("gce", None),
        ("crammer_singer", "l2"),
        ("phuber_ce", "l2"),
        ("cross_entropy", "quadratic_form"),
        ("square", "l1"),
    ],
)
def test_whatever_the_verdict_there_is_a_record_of_proofs(certificate: tuple[str, str | None]) -> None:
    found = certify(*certificate)
    assert isinstance(found.proof, dict)
    assert found.checked <= {f.condition for f in found.findings if f.verdict is not Verdict.UNDECIDED}
    recheck(found.to_json())


def test_code_that_was_not_read_has_none() -> None:
    torch = pytest.importorskip("torch")
    found = certify(lambda z, y: torch.erfinv(z / 9).sum(1), "l2", classes=3)
    assert (found.verdict, found.proof, found.checked) == (Verdict.UNDECIDED, {}, frozenset())


@pytest.mark.parametrize("pair", [("gce", "entropy"), ("focal", "l2")])
def test_recheck_asks_that_proofs_convince(pair: tuple[str, str]) -> None:
    record = json.loads(certify(*pair).to_json())
    for key, proof in record["proof"].items():
        changed = {**record, "proof": {**record["proof"], key: {**proof, "letters": [["C", "exp", "1"]]}}}
        with pytest.raises(CertificateError, match=rf"^proof\.{key}: "):
            recheck(json.dumps(changed))
    for other, message in (
        ({"loss": None}, "proof.loss: "),
        ({"headline": {}}, "proof.headline: the certificate has this field and should not"),
        ([], "proof: the certificate says a list, derived is an object"),
        (None, "proof: the certificate says null, derived is an object"),
    ):
        with pytest.raises(CertificateError, match="^" + message.replace(".", r"\.")):
            recheck(json.dumps({**record, "proof": other}))
    recheck(json.dumps({**record, "proof": {}}))  # a proof less is nothing false
    del record["proof"]
    recheck(json.dumps(record))


@pytest.mark.slow
def test_what_is_proved_of_the_catalogue_has_a_proof() -> None:
    """Each loss with l2 and each regularizer with cross entropy: what is PROVED at z = 0 is checked."""
    certificates = [certify(name, "l2") for name in names("loss")]
    certificates += [certify("cross_entropy", name) for name in names("regularizer")]
    counted, without = 0, []
    for c in certificates:
        proved = {f.condition for f in c.findings if f.verdict is Verdict.PROVED}
        for subject, conditions in ((c.loss, OF_LOSS), (c.regularizer, OF_REGULARIZER)):
            counted += conditions <= proved
            if conditions <= proved and not conditions <= c.checked:
                without.append(subject.name)
    assert counted > 120
    assert without == []


OF_LOSS = {Condition.LOSS_SMOOTH, Condition.LOSS_GRADIENT}
OF_REGULARIZER = {
    Condition.REGULARIZER_SMOOTH, Condition.REGULARIZER_GRADIENT, Condition.REGULARIZER_CURVATURE,
}  # fmt: skip
