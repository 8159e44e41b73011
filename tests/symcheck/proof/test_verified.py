"""Whatever the tests certify is verified: the fixture that does it sees a false proof."""

from __future__ import annotations

from typing import Any

import pytest

from symcheck.certificates.certify import certify
from symcheck.conditions.remembered import apart
from symcheck.proof import check
from symcheck.proof.witnesses.written import ALL
from symcheck.proof.writing import reports
from tests.conftest import CHECKOUT
from tests.verified import CONTRADICTIONS, Verified


def test_the_checker_says_so() -> None:
    source = (CHECKOUT / "symcheck" / "proof" / "check.py").read_text("utf-8")
    assert [text for text in CONTRADICTIONS if text not in source] == []


def test_certificates_are_collected_and_each_statement_is_asked_once(collected: Verified) -> None:
    collected.refused()
    first = certify("gce", "l2", classes=17)
    assert first in collected.made
    assert collected.refused() == []
    assert collected.made == []
    before = len(collected.seen)
    certify("gce", "l2", classes=17)
    assert collected.refused() == []
    assert len(collected.seen) == before


FALSE: list[tuple[str, str, str]] = [
    ("loss", "kappa", "2"),
    ("loss", "kappa", "1/C"),
    ("regularizer", "across", "2"),
    ("regularizer", "along", "1/2"),
]


@pytest.mark.parametrize(("key", "field", "text"), FALSE)
def test_a_contradiction_is_seen(key: str, field: str, text: str, collected: Verified) -> None:
    """Another kappa, or another eigenvalue, in a proof."""
    certificate = certify("gce", "l2")
    assert collected.refused() == []  # before its proof is forged
    written = certificate.origin.proof

    class Wrong:
        def proof(self, stated: Any) -> Any:
            found = written(stated)
            return {**found, key: {**found[key], field: text}}

    object.__setattr__(certificate, "origin", Wrong())
    (refused,) = Verified().refused_of(certificate)
    assert refused.key == key
    with pytest.raises(check.Refused):
        check.check(refused.statement, refused.proof)


@pytest.mark.parametrize(("name", "key"), [("_kappa", "loss"), ("_across", "regularizer")])
@pytest.mark.parametrize("classes", [None, 2, (2, 3)])
def test_a_contradiction_is_not_written_and_seen(
    name: str, key: str, classes: Any, collected: Verified, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A judge that derived another kappa, or another eigenvalue, claims it of whatever part of the scope."""
    certificate = certify("sce", "log_cosh", classes=classes)
    assert collected.refused() == []
    claim = getattr(reports, name)
    monkeypatch.setattr(reports, name, lambda *known: {k: f"2*({v})" for k, v in claim(*known).items()})
    with apart():
        assert certificate.proof.get(key) in (None, ALL)  # which the checker finds by itself
        (refused,) = Verified().refused_of(certificate)
    assert refused.key == key
