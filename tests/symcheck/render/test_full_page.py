"""What a full report adds to a page, and the page of one theorem."""

from __future__ import annotations

import pytest

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.certificates.properties import properties
from symcheck.errors import UnknownNameError
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.theorems import theorem_named, theorems


def page(loss: str, regularizer: str, theorem: str) -> str:
    return str(certify(loss, regularizer).theorem(theorem))


def test_a_theorem_that_applies() -> None:
    lines = page("cross_entropy", "l2", "Theorem 3").splitlines()
    assert lines[0] == "PROVED: Theorem 3 applies: cross_entropy + l2, asked for every C >= 2"
    assert "Assumptions that stay open" in lines
    assert "  - no ties in the limit scores (before predictions are compared)" in lines
    after = lines[lines.index("Assumptions that need not be made") :]
    assert after[-1].strip() == "proved: l(., y) is convex for every y; g is convex"


def test_a_theorem_that_does_not_says_what_fails_and_where() -> None:
    lines = page("one_vs_rest_logistic", "l2", "Theorem 3").splitlines()
    assert lines[:3] == [
        "REFUTED: Theorem 3 does not apply: one_vs_rest_logistic + l2, asked for every C >= 2",
        "What fails: grad l(0, y) = kappa grad l_MUH(0, y) with kappa > 0. Witness: at C = 3: c, the mean of",
        "  grad l(0, y) over the classes is 1/6, and c = 0 is needed",
    ]
    assert "Assumptions that it would leave open" in lines


def test_a_theorem_that_is_open_says_why() -> None:
    lines = page("focal_detached", "l2", "Theorem 3").splitlines()
    assert lines[0].startswith("UNDECIDED: Theorem 3 is not shown to apply: focal_detached + l2")
    assert lines[2].startswith("What is open: l and g are functions, with no part detached. Reason: unmapped-op: ")


@pytest.mark.parametrize("pair", [("gce", "l2"), ("square", "entropy"), ("phuber_ce", "l1"), ("focal_detached", "l2")])
def test_a_full_page_is_the_page_and_more(pair: tuple[str, str]) -> None:
    certificate = certify(*pair)
    about_pairs = [t for t in theorems() if not t.only_alone]
    for write in (Certificate.to_text, Certificate.to_markdown, Certificate.to_latex):
        plain, full = write(certificate), write(certificate, full=True)
        assert full.startswith(plain.rstrip("\n"))
        assert all(t.name.partition("'")[0] in full for t in about_pairs)
    text = certificate.to_text(full=True)
    assert text.isascii()
    added = text.splitlines()[len(certificate.to_text().splitlines()) :]
    assert sum(line.startswith(("  PROVED", "  REFUTED", "  UNDECIDED")) for line in added) == len(properties()) + len(
        about_pairs
    )


def test_the_orders_by_family() -> None:
    text = certify("cross_entropy", "l2").to_text(full=True)
    assert "linear with features shared by the classes  for every C >= 3: O(1/lambda^2) to the limit," in text
    assert "in proportion to 1 - a^2" in text
    assert "linear with a reference class z_C = 0       for every C >= 3: O(1/lambda) to the limit," in text


def test_properties_by_condition() -> None:
    certificate = certify("mae", "l2")
    assert certificate.property(Condition.LOSS_SYMMETRIC).verdict is Verdict.PROVED
    assert certificate.property(Condition.LOSS_CONVEX).verdict is Verdict.REFUTED
    assert certificate.property(Condition.SHIFT_INVARIANT).verdict is Verdict.REFUTED  # l2 is not
    assert certificate.property(Condition.LOSS_GRADIENT) is certificate.finding(Condition.LOSS_GRADIENT)
    assert certify("cross_entropy", "l2").property(Condition.LOSS_HESSIAN_LABEL_FREE).verdict is Verdict.PROVED
    hessian = certificate.property(Condition.LOSS_HESSIAN_LABEL_FREE)
    assert hessian.verdict is Verdict.REFUTED
    assert hessian.witness is not None
    assert hessian.witness.classes == 3  # with two classes it does not depend on the label


@pytest.mark.parametrize(
    "name", ["theorem 3", "THEOREM 3", "Theorem  3", "theorem_3", "theorem-3", "3", "thm 3", "Thm. 3", "theorem3"]
)
def test_a_theorem_is_found_whatever_its_case_and_spaces(name: str) -> None:
    assert theorem_named(name).name == "Theorem 3"


def test_an_unknown_theorem_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as raised:
        theorem_named("Theorem 4")
    assert str(raised.value).startswith("theorem: there is none called 'Theorem 4'; did you mean Theorem ")
    assert "Lemma 4" in str(raised.value)
    with pytest.raises(UnknownNameError) as raised:
        theorem_named("Lema 1")
    assert str(raised.value) == (
        "theorem: there is none called 'Lema 1'; did you mean Lemma 1, Lemma 2 or Lemma 3? "
        "symcheck list theorems shows all of them"
    )
    with pytest.raises(UnknownNameError) as raised:
        theorem_named(3)  # type: ignore[arg-type]
    assert str(raised.value) == "theorem: got 3; accepted is the name of one, such as 'Theorem 3'"
