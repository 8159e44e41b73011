"""Certificates in a terminal."""

from __future__ import annotations

import pytest

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.render.block import Paragraph
from symcheck.render.expression import expression_text
from symcheck.render.text import COLUMNS, text_page


def test_the_headline_of_a_proof_says_pair_space_and_scope(gce: Certificate) -> None:
    lines = str(gce).splitlines()
    assert lines[0] == "PROVED for every C >= 2, every q in (0, 1]: gce + l2 on R^C"
    assert lines[1].startswith("In words: Train a linear classifier to the minimum of l + lambda g: in the limit")
    assert lines[5].startswith("tier SCALED with kappa = C**(-q): b_y = -kappa o_y")
    assert "Theorem 3 applies: l + lambda g is asymptotically robust on linear families." in lines[:9]


def test_a_refutation_shows_its_witness_and_what_still_holds_at_once(one_vs_rest: Certificate) -> None:
    head = " ".join(str(one_vs_rest).split("\n\n")[0].split())
    # "REFUTED for every C" would say that it fails everywhere; it is true at C = 2
    assert head.startswith(
        "PROVED for C = 2; REFUTED for every C >= 3: one_vs_rest_logistic + l2 on R^C, asked for every C >= 2 "
        "In words: For every C >= 3, a condition of the theorems on label noise fails: where all scores are 0, the "
    )
    assert (
        " It is PROVED for C = 2. tier EXACT for C = 2, QUOTIENT for every C >= 3, with kappa = 1; QUOTIENT: b_y = "
        "-kappa o_y + c 1"
    ) in head
    assert "What fails: grad l(0, y) = kappa grad l_MUH(0, y) with kappa > 0. Witness: at C = 3: " in head
    assert "mean of the gradient over the classes is 1/6, and 0 is needed" in head
    assert "What still holds: on linear families with shared features" in head


def test_an_undecided_one_says_where_why_and_what_would_settle_it(undecided: Certificate) -> None:
    head = " ".join(str(undecided).split("\n\n")[0].split())
    assert head.startswith(
        "UNDECIDED for C = 10: gce(q=7/10) + l2 on R^C/(1, ..., 1) In words: Nothing is claimed: it is "
    )
    assert " stands below. tier undecided" in head
    assert "sign-unknown at abs(r - 1/2): the sign of r - 1/2 is not the same" in head
    assert "to settle it: give r a value" in head


def test_a_witness_that_the_headline_shows_is_not_repeated(one_vs_rest: Certificate) -> None:
    assert str(one_vs_rest).count("1/6") == 1


def test_cases_are_a_table_with_the_columns_that_are_needed(one_vs_rest: Certificate, gce: Certificate) -> None:
    page = str(one_vs_rest)
    assert "  classes       tier      kappa  verdict\n  C = 2         EXACT     1      PROVED\n" in page
    assert "  where  " not in page
    assert "Cases" not in str(gce)  # one case, which is the whole scope: the headline has said it


def test_headline_alone(gce: Certificate) -> None:
    assert gce.headline == "PROVED for every C >= 2, every q in (0, 1]: gce + l2 on R^C"


PAIRS = [
    ("cross_entropy", "l2"), ("focal", "entropy"), ("square", "quartic"), ("symmetric_cross_entropy", "l2"),
    ("one_vs_rest_logistic", "label_smoothing_as_printed"), ("square_centred", "log_cosh"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "regularizer"), PAIRS)
def test_pages_are_ascii_and_fit_a_terminal(loss: str, regularizer: str) -> None:
    page = certify(loss, regularizer).to_text()
    assert page.isascii()
    assert max(map(len, page.splitlines())) <= COLUMNS
    assert not any(line != line.rstrip() for line in page.splitlines())
    assert "\n\n\n" not in page


def test_a_page_can_be_read_in_one_go() -> None:
    # two screens of 30 lines for the plainest pair; longer ones have longer formulas and more cases
    assert len(str(certify("cross_entropy", "l2")).splitlines()) <= 60


@pytest.mark.parametrize("loss", ["nfl", "focal", "js_divergence", "nce_agce", "symmetric_cross_entropy", "anl_ce"])
def test_kappa_is_written_in_one_order(loss: str) -> None:
    cert = certify(loss, "l2")
    assert cert.kappa is not None
    kappa = expression_text(cert.kappa)
    finding = cert.findings[1]
    assert finding.detail.endswith(f"with kappa = {kappa} > 0")
    assert [s.value for s in finding.derivation if s.name == "kappa"] == [kappa]


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_a_formula_without_blanks_is_broken_before_its_signs(columns: int) -> None:
    formula = "*".join(f"log(softmax(z)[y]**{i})/{i}" for i in range(2, 9))
    lines = text_page([Paragraph((f"kappa = {formula} of mine",))], columns).split("\n")
    assert max(map(len, lines)) <= columns
    assert "".join("".join(lines).split()) == f"kappa={formula}ofmine"
    assert all(line.lstrip()[0] in "*/k" for line in lines)
    assert not any(line.endswith(("*", "/")) for line in lines)


def test_what_is_no_formula_is_never_broken() -> None:
    path = "/a/path/with/many/folders" * 4
    assert path in text_page([Paragraph((f"written to {path}",))], 40).split("\n  ")
