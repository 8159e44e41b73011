"""The ledger: every entry is there, is checked, and is noticed when it says something else."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from graphlib import TopologicalSorter

import pytest

from symcheck.errors import UnknownNameError
from symcheck.paper import Claim, Point, Role, Ruling, claim, claims
from symcheck.paper.base import Checked, is_id, proves, refutes, repairs
from symcheck.paper.page import claim_markdown, claim_text
from symcheck.render.plain import tex_line

IDS = [c.id for c in claims()]

# THEORY 8: the statements that are confirmed as printed, by the entry that holds each of them.
CONFIRMED = (
    "muh-inner", "muh-symmetric", "muh-binary", "mae-formula", "mae-symmetric", "gce-limits", "sce-zero",
    "inclusion-suffices", "ce-gradient", "ce-simplex", "entropy-penalty", "eq-1", "penalty-constraint",
    "lemma-4-hessian", "reference-class",
)  # fmt: skip

# What is wrong and has no counterexample: names, references, hypotheses that are missing or not needed.
MENDED_ERRATA = ("E3", "E5", "E14", "E16", "E18", "E19", "E20", "E22", "E23")


def test_the_whole_paper_is_there() -> None:
    assert len(IDS) == len(set(IDS)) >= 45
    assert {f"E{n}" for n in range(1, 26)} <= set(IDS)
    assert not [i for i in IDS if re.fullmatch(r"E\d+", i) and int(i[1:]) not in range(1, 26)]
    assert set(CONFIRMED) <= set(IDS)


def test_the_verdicts_are_those_of_the_theory() -> None:
    for name in CONFIRMED:
        assert claim(name).verdict is Ruling.AS_PRINTED, name
    for n in range(1, 26):
        wanted = Ruling.REPAIRED if f"E{n}" in MENDED_ERRATA else Ruling.REFUTED
        assert claim(f"E{n}").verdict is wanted, n


@pytest.mark.parametrize("entry", claims(), ids=IDS)
def test_an_entry_is_whole(entry: Claim) -> None:
    assert entry.place
    assert entry.title
    assert entry.printed
    assert entry.proved
    assert entry.derivation
    if entry.verdict is Ruling.REFUTED:
        assert entry.witness is not None
    for text in (entry.title, entry.printed, entry.proved, *entry.derivation, str(entry.witness or "")):
        tex_line(text)  # every formula has a plain form for the terminal
    for on in entry.rests_on:
        assert not is_id(on) or on in IDS, on


def test_no_entry_rests_on_itself() -> None:
    graph = {c.id: [on for on in c.rests_on if is_id(on)] for c in claims()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(IDS)


@pytest.mark.parametrize("entry", claims(), ids=IDS)
def test_another_verdict_is_noticed(entry: Claim) -> None:
    for other in Ruling:
        if other is not entry.verdict:
            changed = Checked(replace(entry, verdict=other), entry.checked.facts)
            assert not changed.holds
            assert changed.failure == f"the ledger says {other}, and the facts computed say {entry.verdict}"


@pytest.mark.parametrize("entry", claims(), ids=IDS)
def test_a_fact_that_fails_is_noticed(entry: Claim) -> None:
    facts = entry.checked.facts
    for n, fact in enumerate(facts):
        broken = replace(fact, holds=False)
        found = Checked(entry, (*facts[:n], broken, *facts[n + 1 :]))
        assert found.found is None
        assert not found.holds
        assert found.failure.startswith("does not come out: ")
        assert fact.said in found.failure
        assert "Not as the ledger says" in claim_markdown(found)
        assert "Not as the ledger says" in claim_text(found)


# For each witness numbers that violate nothing: the printed statement holds there, or the example is no example.
HARMLESS: dict[str, dict[str, int | Fraction]] = {
    "def-pred": {"z1": 2},  # one largest score
    "E1": {"r": Fraction(1, 5)},  # twice the same point
    "E2": {"L": 0},  # at lambda = 0 both coefficients of Z'AZ are 0
    "E3": {"rho": 0},  # lambda = 1 without noise
    "E4": {"x2": 1},  # the same point twice: K may be the same
    "E5": {"rho": 0},  # without noise the two problems are the same one
    "E6": {"rho": Fraction(1, 3)},  # flips for rho > 1/3 only
    "E7": {"C": 1},  # log 1 = 0
    "E8": {"b2": 2},  # (1, 2) would be parallel to grad h
    "E9": {"alpha": Fraction(1, 10)},  # alpha > 0
    "E10": {"power": 2},  # D^2 g(0) = 2
    "E11": {"rho": 0},  # the noisy minimiser is the clean one
    "E12": {"p1": Fraction(1, 2), "p2": Fraction(1, 4), "p3": Fraction(1, 4)},  # Y is not uniform
    "E13": {"M": 10**9, "alpha": -1},  # alpha < 0 is not asked for
    "E14": {"w3": Fraction(1, 2)},  # one weight for all labels
    "E15": {"x": 1},  # the uniform point itself
    "E16": {"w1": 1},  # the last layer is not 0
    "E17": {"power": 2},  # then g is a quadratic form
    "E18": {"w3": Fraction(1, 2)},
    "E19": {"alpha": 100},  # the comparison is for small alpha
    "E20": {"phi2": 1},  # no sample with J v = 0
    "E21": {"s": 1},  # no large quotient there
    "E23": {"alpha": 1},  # not small
    "E24": {"x": 1},  # z = 0 against itself
    "E25": {"t": 0},  # g'' = 2 there
    "penalty-to-zero": {"t": 0},  # a family that holds 0
    "robust-in-the-limit": {"w3": Fraction(1, 2)},
    "theorem-3-unique": {"alpha": -1},
    "theorem-2": {"rho": Fraction(3, 4)},
    "theorem-2-sign": {"b": 0},
    "no-unique-solution": {"t": 0},
    "single-minimiser": {"x": 0, "y": 0},
}


@pytest.mark.parametrize("name", [c.id for c in claims() if c.witness is not None])
def test_another_witness_is_noticed(name: str) -> None:
    entry = claim(name)
    assert entry.witness is not None
    found = replace(entry, witness=entry.witness.at(**HARMLESS[name])).check()
    assert not found.holds, name
    assert [f for f in found.facts if not f.holds]


def test_every_refutation_evaluates_its_witness() -> None:
    """Each number of a witness is read by the check: a name that is missing is missed."""
    for entry in claims():
        if entry.witness is None:
            continue
        for name in entry.witness.values:
            less = {k: v for k, v in entry.witness.values.items() if k != name}
            with pytest.raises(KeyError, match=re.escape(name)):
                list(entry.compute(less))


# What the witnesses evaluate to, computed by hand.
EVALUATED = {
    "E1": "[1.50590 +/- 1.31e-6] and [1.13853 +/- 2.03e-6]",  # 1/2 - log(p)/(2 (1 - p)) at .2 and .6
    "E2": "at lambda = 1: -1 against 1",
    "E4": "-log(1/4) and -log(3/16)",  # p = (1/2, 1/2) and (3/4, 1/4)
    "E6": "sign of 1 for clean labels, of -1/5 for noisy ones",  # 1 - 3 rho at 0 and 2/5
    "E8": "their determinant is -6",  # of (-1, -2) and (1, 8): -8 + 2
    "E9": "at alpha = 1/10: -2001/800005 < -1/20000",  # -.01 * 4.002/16.0001
    "E10": "-2*alpha",
    "E11": "margins 1/2 and -1/16",  # 1 - 1/2 and 1/16 - 1/8
    "E12": "E o_Y = (0, 0, 0)",
    "E13": "at t = 200200: -40080040001001/40080040001 < -1000",  # 1001/(1/200); -1001 + t^2/(1 + t^2)
    "E15": "log(3/16) < log(1/4)",
    "E17": "",
    "E18": "m = 1/2 and 11/8",
    "E19": "at alpha = 1/10: -2001/800005 < -1/20000",
    "E20": "grad L = -1/4",  # -E[phi]/2
    "E21": "at s = 1/1000: 2500",  # 5/(2 s)
    "E23": "at alpha = 1/1000: 500/1001",  # 1/(2 (1 + alpha))
    "E24": "[2.70158 +/- 6.2e-9], [24.4267 +/- 3.88e-5], [241.677 +/- 4.75e-4]",  # log(4/3) + 2 lambda log(3)^2
    "E25": "g'' = -1/2",  # (2 - 6 t^2)/(1 + t^2)^3 at 1: -4/8
    "theorem-2": "v = 1 and 1/2",  # a = 1 - 2/4
    "theorem-2-sign": "1/2 against -1/2",
}


@pytest.mark.parametrize("name", EVALUATED)
def test_what_a_witness_evaluates_to(name: str) -> None:
    assert EVALUATED[name] in [fact.found for fact in claim(name).checked.facts]


@pytest.mark.parametrize("entry", claims(), ids=IDS)
def test_the_latex_is_closed(entry: Claim) -> None:
    said = [part for fact in entry.checked.facts for part in (fact.said, fact.found)]
    for text in (entry.title, entry.printed, entry.proved, *entry.derivation, str(entry.witness or ""), *said):
        for formula in text.split("$")[1::2]:
            assert formula.strip() == formula, text
            bare = formula.replace(r"\{", "").replace(r"\}", "")
            assert bare.count("{") == bare.count("}"), formula
            assert formula.count(r"\left") - formula.count(r"\leftarrow") == formula.count(r"\right"), formula


def test_what_follows_from_facts() -> None:
    entry = claim("E5")
    one, gap, against = proves("p", True, "x"), repairs("r", True, "x"), refutes("w", True, "x")
    assert Checked(entry, (one,)).found is Ruling.AS_PRINTED
    assert Checked(entry, (one, gap)).found is Ruling.REPAIRED
    assert Checked(entry, (one, gap, against)).found is Ruling.REFUTED
    assert Checked(entry, (one, replace(gap, holds=False))).found is None
    assert Checked(entry, ()).found is None
    assert Checked(entry, ()).failure == "no fact was computed"
    assert [f.role for f in (one, gap, against)] == list(Role)


def test_points() -> None:
    point = Point("$p = %(p)s$", p=Fraction(1, 5))
    assert str(point.at(p=2)) == "$p = 2$"
    with pytest.raises(KeyError, match="the witness has no q; it has p"):
        point.at(q=1)


def test_entries_by_name() -> None:
    assert claim("e10") is claim("E10")
    for word, nearest in (
        ("NOPE", None),
        ("E26", "E25, E24, E23"),
        ("lemma3", "lemma-3"),
        ("ghoch", "ghosh"),
        ("entropy", "entropy-penalty"),
    ):
        with pytest.raises(UnknownNameError) as error:
            claim(word)
        said = re.fullmatch(
            rf"id: the paper has no entry '{word}'; nearest: (.*); symcheck paper shows all of them", str(error.value)
        )
        assert said is not None
        assert len(said[1].split(", ")) == 3
        assert set(said[1].split(", ")) <= set(IDS)
        assert nearest is None or nearest in said[1]
    with pytest.raises(UnknownNameError, match="id: got int; accepted is the id of an entry, such as 'E10'"):
        claim(10)  # type: ignore[arg-type]


def test_the_pages_of_an_entry() -> None:
    entry = claim("E10")
    assert entry._repr_markdown_() == entry.to_markdown()
    assert entry.to_markdown().startswith(
        "### E10: A unique minimum does not make $\\nabla^2 g(0)$ positive definite\n"
    )
    text = str(entry)
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 100
    assert "refuted as printed (Lemma 4, Theorems 2, 3)" in text


@pytest.mark.parametrize("entry", claims(), ids=IDS)
def test_an_entry_fits_a_terminal(entry: Claim) -> None:
    text = str(entry)
    assert text.isascii()
    assert not re.search(r"[\\$]", text)
    assert max(map(len, text.splitlines())) <= 110


def test_importing_the_ledger_is_light(fresh) -> None:
    done = fresh("-c", "import sys, symcheck.paper; print('sympy' in sys.modules, 'flint' in sys.modules)")
    assert done.stdout.split() == ["False", "False"], done.stderr
