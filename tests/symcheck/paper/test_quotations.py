"""What the ledger says is printed stands in the paper, at the place that it names; a misquote is noticed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symcheck.paper import Claim, claim, claims
from symcheck.theorems import theorems
from tests.each import of_each
from tests.symcheck.paper.quotation import is_quoted, pieces, places, words

IDS = [c.id for c in claims()]
HEADINGS = {
    "abstract": "Abstract",
    "section 1": "1. Introduction",
    "section 2": "2. Notations and Preliminaries",
    "section 3": "3. Related Work",
    "section 4": "4. The Multi-Category Unhinged loss",
    "section 5": "5. Asymptotical Robustness",
    "section 6": "6. Softmax Cross Entropy",
    "section 7": "7. Conclusion",
    "appendix": "A. Proofs",
}
FEWEST_WORDS = 4


@pytest.fixture(scope="module")
def paper(checkout: Path) -> list[str]:
    """The words of the paper; its text lies beside the checkouts of those who may have it."""
    path = checkout.parent / "shared" / "PAPER.txt"
    if not path.is_file():
        pytest.skip("the text of the paper is not beside this checkout (../shared/PAPER.txt)")
    return words(path.read_text(encoding="utf-8"))


def parts_of(paper: list[str]) -> dict[str, range]:
    """The words of each part of the paper, by its heading."""
    starts = {name: next(places(heading, paper))[0] for name, heading in HEADINGS.items()}
    ends = [*list(starts.values())[1:], len(paper)]
    assert ends == sorted(ends)
    return {name: range(start, end) for (name, start), end in zip(starts.items(), ends, strict=True)}


@of_each(claims())
def test_the_words_of_an_entry_are_those_of_the_paper(entry: Claim, paper: list[str]) -> None:
    assert is_quoted(entry.printed, paper), entry.printed


@of_each(claims())
def test_they_stand_where_the_entry_says(entry: Claim, paper: list[str]) -> None:
    parts = parts_of(paper)
    if "footnote" in entry.place:
        named = {"section 2", "section 3"}  # the foot of that page comes after what the next column has
    elif re.match(r"sections \d", entry.place):
        named = {f"section {n}" for n in re.findall(r"\d+", entry.place)}
    elif entry.place.startswith("proofs and Definition 2"):
        named = {"section 5", "appendix"}
    else:
        named = {name for name in HEADINGS for place in entry.place.split("; ") if place.startswith(name)}
    assert named, entry.place
    found = [(start, end) for start, end in places(entry.printed, paper) if any(start in parts[n] for n in named)]
    assert any(end - 1 in parts[n] for _, end in found for n in named), entry.place


@of_each(claims())
def test_a_quotation_has_words(entry: Claim) -> None:
    assert sum(len(piece.words) for piece in pieces(entry.printed)) >= FEWEST_WORDS


@of_each(claims())
def test_a_misquote_is_noticed(entry: Claim, paper: list[str]) -> None:
    """A word more, a word less between two others, two words turned round, another word: each is no quotation."""
    runs = [(run, m) for run in re.split(r"(\$[^$]*\$|\.\.\.|\[[^\]]*\])", entry.printed) for m in [run[:1]]]
    tried = 0
    for n, (run, mark) in enumerate(runs):
        said = run.split(" ")
        inside = [i for i, word in enumerate(said) if words(word)]
        if mark in ("$", "[") or run == "..." or len(inside) < 3:
            continue
        i, j, k = inside[:3]
        wrong = {
            "more": [*said[:j], "not", *said[j:]],
            "less": [*said[:j], *said[j + 1 :]],
            "turned": [*said[:j], said[k], said[j], *said[k + 1 :]] if words(said[j]) != words(said[k]) else None,
            "another": [*said[:i], "hardly", *said[i + 1 :]],
        }
        for how, changed in wrong.items():
            if changed is not None:
                others = [*(r for r, _ in runs[:n]), " ".join(changed), *(r for r, _ in runs[n + 1 :])]
                assert not is_quoted("".join(others), paper), (how, changed)
                tried += 1
    assert tried >= 3 or len(pieces(entry.printed)) > 1


TEXT = """We say that a loss is ro-

bust if noise of rate ρ < C−1

C does not turn pred (z), where it is ﬁnite. When λ → 0 it con-
verges to CE; it is not proportional to MAE (see [6], eq. 3)."""


@pytest.mark.parametrize(
    ("quotation", "stands"),
    [
        (
            r"We say that a loss is robust if noise of rate $\rho < \tfrac{C-1}{C}$ does not turn $\mathrm{pred}(z)$",
            True,
        ),
        ("a loss is robust if noise", True),
        (r"where it is finite.  When $\lambda \to 0$ it converges to CE; it is not proportional to MAE", True),
        ("a loss is robust ... it is not proportional to MAE (see [6], eq. 3)", True),
        ("it is [the paper says] not proportional", True),
        ("it is proportional to MAE", False),  # a word left out
        ("a loss is robust if noise of rate does not turn", False),  # a formula left out
        (r"noise of rate $\rho$ turn", False),  # words hidden in a formula
        (r"noise of rate $\rho$ does turn", False),
        ("it is not proportional ... a loss is robust", False),  # not in this order
        ("a robust loss", False),
        ("proportional to MAE (see eq. 4)", False),  # another number
        ("... eq. 4)", False),
        ("it converged to CE", False),
        ("", False),
    ],
)
def test_what_counts_as_a_quotation(quotation: str, *, stands: bool) -> None:
    assert is_quoted(quotation, words(TEXT)) is stands


def test_the_places_of_the_theorems(paper: list[str]) -> None:
    """Lemma 2 and the work of Ghosh, Kumar and Sastry are quoted where the theorems say that they stand."""
    parts = parts_of(paper)
    assert claim("lemma-2").place.startswith("appendix")
    at = {t.name: t.place for t in theorems()}
    for name, sentence in (
        ("Lemma 1", "Lemma 1. Let l be a symmetric loss function"),
        ("Lemma 2", "Lemma 2. Let l be a loss function"),
        ("Lemma 3", "Lemma 3. Let"),
        ("Lemma 4", "Lemma 4. Let l be a twice"),
        ("Theorem 1", "Theorem 1. Assume that"),
        ("Theorem 2", "Theorem 2. Let l be a twice"),
        ("Theorem 3", "Theorem 3. Let l be a twice"),
        ("Corollary 1", "Corollary 1. If Z is such"),
        ("Ghosh", "A sufficient property for a loss function"),
        ("Confidence penalties", "Handling Confidence Penalty Regularizers"),
    ):
        start = next(places(sentence, paper))[0]
        part = next(name for name, part in parts.items() if start in part)
        assert at[name].startswith(part), (name, at[name], part)
