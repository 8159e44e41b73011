"""Certificates of earlier versions, which said alpha l + g, still hold; and no other sentence is taken for one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import symcheck as sc
from symcheck.certificates.record_reader.earlier_words import SINCE_THEN, in_present_words
from symcheck.errors import CertificateError

EARLIER = Path(__file__).parent / "earlier"
"""Written before the objective was called l + lambda g."""


@pytest.mark.parametrize("name", ["gce_l2", "muh_entropy", "carlini_wagner_entropy"])
def test_a_certificate_of_an_earlier_version_holds(name: str) -> None:
    text = (EARLIER / f"{name}.json").read_text("utf-8")
    assert "alpha l + g" in text
    derived = sc.recheck(text)
    assert "alpha l + g" not in derived.to_json()
    assert "l + lambda g" in derived.to_json()


def test_another_sentence_does_not_hold() -> None:
    said: dict[str, Any] = json.loads((EARLIER / "gce_l2.json").read_text("utf-8"))
    said["still_holds"] = said["still_holds"].replace("alpha l + g", "alpha g + l")
    with pytest.raises(CertificateError, match=r"still_holds: the certificate says .*alpha g \+ l"):
        sc.recheck(json.dumps(said))


def test_what_is_written_now_is_left_alone() -> None:
    for pair in (("gce", "l2"), ("muh", "entropy"), ("muh", "quartic")):
        text = sc.certify(*pair).to_json()
        assert in_present_words(text) == text
    assert all(in_present_words(now) == now for now in SINCE_THEN.values())


def test_a_point_is_said_in_present_words() -> None:
    assert in_present_words("alpha l + g at z = (1, 0), y = 1") == "l + lambda g at z = (1, 0), y = 1"


def test_kappa_in_a_sentence_may_be_written_in_another_order() -> None:
    said: dict[str, Any] = json.loads(sc.certify("nfl", "l2").to_json())
    (finding,) = (f for f in said["findings"] if "with kappa = " in f["detail"])
    written = finding["detail"]
    assert written.endswith("kappa = (C + gamma*log(C) - 1)/(C*(C - 1)*log(C)) > 0")
    finding["detail"] = written.replace("C*(C - 1)*log(C)", "C*log(C)*(C - 1)")
    sc.recheck(json.dumps(said))
    for other in ("C*(C - 2)*log(C)", "C*(C - 1)*log(C) + 1 - 1) > 0 and 1/(1"):
        finding["detail"] = written.replace("C*(C - 1)*log(C)", other)
        with pytest.raises(CertificateError, match=r"findings\[1\]\.detail: the certificate says "):
            sc.recheck(json.dumps(said))
    finding["detail"] = written.replace("tier SCALED", "tier EXACT")
    with pytest.raises(CertificateError, match=r"findings\[1\]\.detail: the certificate says "):
        sc.recheck(json.dumps(said))
