"""The survey: one row for each pair, each as its own certificate says."""

from __future__ import annotations

import json

import pytest

import symcheck as sc
from symcheck.certificates.survey import survey
from symcheck.cli import main
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names

PAGE = """# Survey: every loss with every regularizer

Each cell is a certificate for every number of classes C >= 2 that the loss exists for and for every value of its free
parameters.  `tier` and `kappa` are the worst in that scope (`symcheck certify LOSS REGULARIZER` shows the cases).
Made by `make docs`.

"""


def test_a_pair_of_the_survey_is_what_its_certificate_says() -> None:
    found = survey(["gce", "one_vs_rest_logistic"], ["l2", "entropy", "quartic"])
    assert [(p.loss, p.regularizer) for p in found.pairs] == [
        (a, b) for a in ("gce", "one_vs_rest_logistic") for b in ("l2", "entropy", "quartic")
    ]
    for pair in found.pairs:
        cert = sc.certify(pair.loss, pair.regularizer)
        assert (pair.verdict, pair.tier, pair.quotient) == (cert.verdict, cert.tier, cert.quotient)
    assert [p.mark for p in found.pairs] == ["P", "Q", "h", "h", "-", "-"]


def test_filters_keep_what_they_name() -> None:
    found = survey(["gce", "square"], ["l2", "entropy"])
    assert {p.loss for p in found.where(tier=Tier.QUOTIENT).pairs} == {"square"}
    assert {p.verdict for p in found.where(verdict=Verdict.PROVED).pairs} == {Verdict.PROVED}
    assert len(found.where(verdict=Verdict.PROVED).pairs) == 2
    assert found.where(tier=Tier.ZERO).pairs == ()


def test_progress_is_told_of_every_pair() -> None:
    told: list[tuple[int, int, str]] = []
    survey(["mae"], ["l2", "entropy"], progress=lambda *now: told.append(now))
    assert told == [(0, 2, "mae + l2"), (1, 2, "mae + entropy")]


def test_the_command_writes_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["survey", "--losses", "mae,gce", "--regularizers", "l2", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(r["loss"], r["tier"], r["kappa"], r["verdict"]) for r in rows] == [
        ("mae", "SCALED", "2/C", "PROVED"),
        ("gce", "SCALED", "C**(-q)", "PROVED"),
    ]
    assert main(["survey", "--losses", "mae", "--regularizers", "l2", "--tier", "NICE"]) == 64
    assert "--tier: got 'NICE'; accepted: EXACT, SCALED" in capsys.readouterr().err


@pytest.mark.generated
def test_the_page_of_the_whole_catalogue(generated) -> None:
    found = survey()
    assert tuple(title.partition("(")[0] for title in found.losses) == names("loss")
    assert tuple(title.partition("(")[0] for title in found.regularizers) == names("regularizer")
    assert not found.where(verdict=Verdict.UNDECIDED).pairs
    generated("docs/SURVEY.md", PAGE + found.to_markdown())
