"""The ledger: every entry is there, is checked, and is noticed when it says something else."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from graphlib import TopologicalSorter

import pytest

from symcheck.errors import UnknownNameError
from symcheck.intake.statement_name import statement_key
from symcheck.paper import Claim, Point, Role, Ruling, claim, claims, claims_named
from symcheck.paper.base import Checked, is_id, proves, refutes, repairs
from symcheck.render.plain import tex_line
from tests.each import of_each
from tests.symcheck.paper.harmless import HARMLESS

IDS = [c.id for c in claims()]

# The statements of THEORY 8 that hold as they stand, by the entry of each: its list of what is confirmed, and the
# theorems that are not refuted and need no other words.
AS_PRINTED = (
    "def-noise", "def-risk", "def-robust", "inclusion-suffices", "footnote-1", "ghosh", "mae-formula", "mae-symmetric",
    "gce-limits", "sce-form", "sce-zero", "muh-inner", "muh-symmetric", "muh-binary", "muh-unbounded",
    "label-free-term", "eq-1", "E5", "theorem-1", "theorem-1-scaling", "covers-networks", "corollary-1-identity",
    "onehot-star-justified", "generalises-manwani", "penalty-constraint", "eq-2", "alpha-lambda", "lemma-4-hessian",
    "lemma-4-positive", "lemma-4-between", "ce-gradient", "ce-simplex", "entropy-penalty", "reference-class",
    "conclusion-square", "conclusion-ce",
)  # fmt: skip

# What is printed is false, with a witness: Lemma 3 (E8, E9), Lemma 4 (E10), Theorem 3 (E13), the sign of label
# smoothing (E15), SCE at lambda = 1 (E1), the Taylor factor (E7), "weaker" (E26), and lines of proofs (E2, E11, E17,
# E21, theorem-2-sign).
REFUTED = ("E1", "E2", "E7", "E8", "E9", "E10", "E11", "E13", "E15", "E17", "E21", "E26", "theorem-2-sign")

# A symbol without a meaning, a hypothesis that is missing or not needed, a sentence that is informal.
REPAIRED = (
    "E3", "E4", "E6", "E12", "E14", "E16", "E18", "E19", "E20", "E22", "E23", "E24", "E25", "E27", "E28", "E29",
    "def-pred", "lemma-1-proof", "penalty-to-zero", "single-minimiser", "theorem-2", "no-unique-solution",
)  # fmt: skip

# Statements of the paper by their names there, and the entry of each: one claim has one entry.
OTHER_NAMES = {
    "lemma-1": "E5", "lemma-2": "E4", "lemma-3": "E8", "lemma-4": "E10", "corollary-1": "E6", "definition-1": "E18",
    "definition-2": "E19", "theorem-3": "E13", "theorem-3-unique": "E13", "robust-in-the-limit": "E28",
}  # fmt: skip


def test_the_whole_paper_is_there() -> None:
    assert len(IDS) == len(set(IDS))
    assert [i for i in IDS if re.fullmatch(r"E\d+", i) and int(i[1:]) not in range(1, 30)] == []
    assert {f"E{n}" for n in range(1, 30)} <= set(IDS)
    assert set(IDS) == {*AS_PRINTED, *REPAIRED, *REFUTED}


@pytest.mark.parametrize(
    ("ruling", "wanted"),
    [(Ruling.AS_PRINTED, AS_PRINTED), (Ruling.REPAIRED, REPAIRED), (Ruling.REFUTED, REFUTED)],
    ids=["as printed", "with a repair", "refuted"],
)
def test_the_verdicts_are_those_of_the_theory(ruling: Ruling, wanted: tuple[str, ...]) -> None:
    assert {c.id for c in claims() if c.verdict is ruling} == {*wanted}


def test_one_claim_has_one_entry() -> None:
    assert {name: c.id for c in claims() for name in c.other_names} == OTHER_NAMES
    assert not {*OTHER_NAMES} & {*IDS}
    for name, id_ in OTHER_NAMES.items():
        assert claim(name) is claim(name.upper()) is claim(id_)
        assert name in str(claim(id_)).splitlines()[1].split("also under ")[1]
    printed = [c.printed for c in claims()]
    assert len({*printed}) == len(printed)


def test_the_theorems_that_are_refuted_and_those_that_are_not() -> None:
    assert {n: claim(n).verdict.name for n in ("lemma-3", "lemma-4", "theorem-3")} == dict.fromkeys(
        ("lemma-3", "lemma-4", "theorem-3"), "REFUTED"
    )
    assert {n: claim(n).verdict.name for n in ("lemma-1", "theorem-1")} == dict.fromkeys(
        ("lemma-1", "theorem-1"), "AS_PRINTED"
    )
    assert {n: claim(n).verdict.name for n in ("lemma-2", "corollary-1", "theorem-2")} == dict.fromkeys(
        ("lemma-2", "corollary-1", "theorem-2"), "REPAIRED"
    )


@of_each(claims())
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


@of_each(claims())
def test_another_verdict_is_noticed(entry: Claim) -> None:
    for other in Ruling:
        if other is not entry.verdict:
            changed = Checked(replace(entry, verdict=other), entry.checked.facts)
            assert not changed.holds
            assert changed.failure == f"the ledger says {other}, and the facts computed say {entry.verdict}"


@of_each(claims())
def test_a_fact_that_fails_is_noticed(entry: Claim) -> None:
    facts = entry.checked.facts
    for n, fact in enumerate(facts):
        broken = replace(fact, holds=False)
        found = Checked(entry, (*facts[:n], broken, *facts[n + 1 :]))
        assert found.found is None
        assert not found.holds
        assert found.failure.startswith("does not come out: ")
        assert fact.said in found.failure
        assert "Not as the ledger says" in found.to_markdown()
        assert "Not as the ledger says" in found.to_text()


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
    "E3": "t = 1/4 for noisy labels; 1/4 and 1/2 for clean ones",  # a/2, a/2 and 1/2 with a = 1/2
    "E4": "-log(1/4) and -log(3/16)",  # p = (1/2, 1/2) and (3/4, 1/4)
    "E5": "a = 1/2: (1/4, -1/4) in both",  # a o_1
    "E6": "sign of 1 for clean labels, of -1/5 for noisy ones",  # 1 - 3 rho at 0 and 2/5
    "E7": "the quotient by z^2 is -1 for every z",  # 1 - 2
    "E8": "their determinant is -6",  # of (-1, -2) and (1, 8): -8 + 2
    "E9": "at alpha = 1/10: -2001/800005 < -1/20000",  # -.01 * 4.002/16.0001
    "E10": "k = 3, alpha = 1/32: z = 3/32 and z = 1/8 are both minimisers",  # 2 4^-3, 3/4 2^-3 and 2^-3
    "E11": "margins 1/16 and -1/32",  # theta (x + theta) at x = -3/8: 1/2 * 1/8 and 1/4 * -1/8
    "E12": "[['0', '1/6'], ['0', '-1/6']] and [['0', '0'], ['0', '0']]",  # E o = (2/3 - 1/3) o_1 = (1/6, -1/6)
    "E13": "at t = 150150: -15030015001001/15030015001 < -1000",  # 1001*150; -1001 + q/(1 + q), q = 2/3 t^2
    "E15": "log(3/16) < log(1/4)",
    "E16": "rank 0 in the earlier layer",
    "E17": "(1/2, 1, -3) and (1/4, 7/32, -21/32)",  # 4 x + 48 x^3 = 8 and 7/4; others 36 m/4, a = 7/32
    "E18": "m = 1/2 and 11/8",
    "E19": "at alpha = 1/10: -2001/800005 < -1/20000",
    "E20": "grad L = -1/4",  # -E[phi]/2
    "E21": "at s = 1/1000: 2500",  # 5/(2 s)
    "E23": "at alpha = 1/1000: 500/1001",  # 1/(2 (1 + alpha))
    "E24": "[2.70158 +/- 6.2e-9], [24.4267 +/- 3.88e-5], [241.677 +/- 4.75e-4]",  # log(4/3) + 2 lambda log(3)^2
    "E25": "g'' = -1/2",  # (2 - 6 t^2)/(1 + t^2)^3 at 1: -4/8
    # (2, -1, -1) and (2, -1/4, -1/9): (157/36)^2/(6 (4 + 1/16 + 1/81))
    "E26": "the square of the cosine between them is 24649/31686",
    "E27": "-39/4, -12, -15/2",  # -3 (p_1 + 10 p_2 + p_3) at p_2 = 1/4, 1/3, 1/6
    # -100 + 2e6/(1 + 2e6); near 0: -alpha^2/8 at order 2
    "E29": "at alpha = 1/10, s = 1000: -198000100/2000001, and near 0 -25664321201/20505728160000",
    "lemma-1-proof": "between -25/16 and 0",  # at z = (-1, 1): ||z - a o_1||^2/2 = (5/4)^2, a o_1 = (1/4, -1/4)
    "theorem-2": "v = 1 and 1/2",  # a = 1 - 2/4
    "theorem-2-sign": "1/2 against -1/2",
}


@pytest.mark.parametrize("name", EVALUATED)
def test_what_a_witness_evaluates_to(name: str) -> None:
    assert EVALUATED[name] in [fact.found for fact in claim(name).checked.facts]


@of_each(claims())
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
    with pytest.raises(UnknownNameError, match=r"^q: the witness has no number of that name; it has p$"):
        point.at(q=1)


def test_entries_by_name() -> None:
    assert claim("e10") is claim("E10")
    for word, nearest in (
        ("NOPE", None),
        ("E31", "E29, E28, E27"),
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
        assert set(said[1].split(", ")) <= {*IDS, *OTHER_NAMES}
        assert nearest is None or nearest in said[1]
    with pytest.raises(UnknownNameError, match="id: got int; accepted is the id of an entry, such as 'E10'"):
        claim(10)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("place", "there"),
    [
        ("eq 7", "entries are about equations 1, 2 and 6"),
        ("Eq. (7)", "entries are about equations 1, 2 and 6"),
        ("(7)", "entries are about equations 1, 2 and 6"),
        ("7", "entries are about theorems 1, 2 and 3"),
        ("Lemma 9", "entries are about lemmas 1, 2, 3 and 4"),
        ("Corollary 2", "entries are about corollary 1"),
        ("section 12", "entries are about sections 1, 2, 3, 4, 5, 6 and 7"),
    ],
)
def test_a_place_without_an_entry_is_answered_with_the_places_that_have_one(place: str, there: str) -> None:
    with pytest.raises(UnknownNameError) as error:
        claims_named(place)
    assert str(error.value).startswith(f"id: the paper has no entry {place!r}; {there}; nearest: ")
    for number in re.findall(r"\d+", there):
        kind = there.split(" ")[3].removesuffix("s").replace("corollarie", "corollary")
        assert claims_named(f"{kind} {number}")


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_name_says_what_a_name_is(name: str) -> None:
    with pytest.raises(UnknownNameError) as error:
        claims_named(name)
    assert str(error.value) == (
        "id: got an empty text; accepted is the id of an entry, such as 'E10', or a place of the paper, such as "
        "'Theorem 3'; symcheck paper shows all of them"
    )


def test_the_pages_of_an_entry() -> None:
    entry = claim("E10")
    assert entry._repr_markdown_() == entry.to_markdown()
    assert entry.to_markdown().startswith(
        "### E10: A unique minimum does not make $\\nabla^2 g(0)$ positive definite\n"
    )
    text = str(entry)
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 100
    assert "refuted as printed (appendix, Lemma 4; Theorem 3), also under lemma-4" in text


@of_each(claims())
def test_an_entry_fits_a_terminal(entry: Claim) -> None:
    text = str(entry)
    assert text.isascii()
    assert not re.search(r"[\\$]", text)
    assert max(map(len, text.splitlines())) <= 110


def test_importing_the_ledger_is_light(fresh) -> None:
    done = fresh("-c", "import sys, symcheck.paper; print('sympy' in sys.modules, 'flint' in sys.modules)")
    assert done.stdout.split() == ["False", "False"], done.stderr


def test_no_two_entries_have_names_that_are_read_as_one() -> None:
    names = {(statement_key(name), c.id) for c in claims() for name in (c.id, *c.other_names)}
    assert len({key for key, _ in names}) == len(names)
