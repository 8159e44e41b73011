"""What certificates say in words: every sentence is one of a few, and a rule of its own holds it against the record.

The rules read what is written as JSON, and nothing of the code that chooses the sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.record import record
from symcheck.intake.catalogue import names

Record = dict[str, Any]
Rule = Callable[[Record, "re.Match[str]"], bool]

STEP = 23
"""Of the catalogue every so many are read in the fast tests."""

SHARED, REFERENCE = "linear with features shared by the classes", "linear with a reference class z_C = 0"
NOISE = r"uniform label noise \(each wrong class equally likely, in expectation\)"
UNDER_NOISE = r"uniform label noise of every rate below (?P<rate>[^,]+?)"
ZERO = "where all scores are 0|where all scores are equal|at the anchor"
MODEL = "a linear classifier|the anchor plus a linear classifier|a linear difference to the anchor"
KNOWN = frozenset({"l", "g", "C", "lambda", "oo", "a", "PROVED"})
"""Single letters and names in capitals that a reader may meet."""


def _families(r: Record) -> dict[str, str]:
    return {family["name"]: family["verdict"] for family in r["families"]}


def _findings(r: Record) -> dict[str, str]:
    return {finding["condition"]: finding["verdict"] for finding in r["findings"]}


def _theorems(r: Record) -> list[str]:
    return [theorem["name"] for theorem in r["theorems"]]


def _detaches(r: Record) -> bool:
    return any("detach(" in (r[side] or {}).get("formula", "") for side in ("loss", "regularizer"))


def _quotients(r: Record) -> set[bool]:
    spaces = {r["scope"]["space"], *(case["space"] for case in r["cases"])}
    return {"/" in space for space in spaces}


def _is_anchored(r: Record) -> bool:
    return "anchor" in r


def _names_the_place(r: Record, text: str) -> bool:
    if _is_anchored(r):
        return "anchor" in text
    return ("equal" in text) == ("/" in r["scope"]["space"])


def _names_the_scores(r: Record, text: str) -> bool:
    if _is_anchored(r):
        return text == "the difference to the anchor"
    return text == ("the differences between the scores" if True in _quotients(r) else "the scores")


def _is_limit(r: Record, m: re.Match[str]) -> bool:
    """Noise shortens the limits of a linear classifier: the conditions hold, and minimisers are not known to escape."""
    return (
        r["verdict"] == "PROVED"
        and _families(r)[SHARED] == "PROVED"
        and (bool(m["shared"]) == (_families(r)[REFERENCE] != "PROVED"))
        and r["tier"] in ("EXACT", "SCALED", "SYMLIN")
        and _findings(r)["minimisers-held"] != "REFUTED"
        and "Theorem 3" in _theorems(r)
        and not _detaches(r)
        and _names_the_scores(r, m["scores"])
        and m["model"].startswith("the anchor") == _is_anchored(r)
    )


def _chance(r: Record) -> str:
    """The rate at which noise replaces a label by a class drawn from all: from there on predictions do turn."""
    low, high = r["scope"]["classes"]["low"], r["scope"]["classes"]["high"]
    return str(Fraction(low - 1, low)) if low == high else "(C-1)/C"


def _is_in_scope(r: Record, m: re.Match[str]) -> bool:
    """The numbers of classes, every parameter with its interval, the rate below chance."""
    low, high = r["scope"]["classes"]["low"], r["scope"]["classes"]["high"]
    classes = f"C = {low}" if low == high else f"every C >= {low}" if high is None else f"every C from {low} to {high}"
    named = re.findall(r"every (\w+) in ", m["where"])
    free = {p["name"] for p in r["scope"]["parameters"] if not p.get("entries")}
    all_named = "all values of the parameters" in m["where"] or all(p in m["where"] for p in free)
    alone = r["regularizer"] is None
    return (
        r["verdict"] == "PROVED"
        and m["where"].startswith(classes)
        and m["rate"] == _chance(r)
        and {n.removesuffix("_k") for n in named} <= {f.removesuffix("_k") for f in free}
        and (all_named or not free)
        and (not m["exist"] or alone or "Theorem 1" in _theorems(r))
    )


def _fails(r: Record, m: re.Match[str]) -> bool:
    """Something that is REFUTED, and the tier where a tier is named."""
    findings, what = _findings(r), m["what"]
    condition = {
        "the loss is not twice continuously differentiable": "loss-smooth",
        "the penalty is not twice continuously differentiable": "regularizer-smooth",
        "the slope of the penalty is not 0": "regularizer-gradient",
        "the penalty does not curve upwards in every direction": "regularizer-curvature",
    }.get(what)
    if condition is not None:
        named = findings.get(condition) == "REFUTED"
    else:
        gradient = {findings.get(name) for name in ("loss-gradient", "loss-gradient-sum")}
        tier = {
            "the loss pulls all scores in one direction, whatever the label is (a drift), which noise does not "
            "shrink": ("QUOTIENT"),
            "the loss does not pull towards each label with the same strength": "CLASSWISE",
            "the loss has no slope, so that labels give no signal there": "ZERO",
            "the loss has no gradient, as at a kink": "NONDIFF",
        }.get(what)
        named = "REFUTED" in gradient and (tier is None or tier in {r["tier"], *(c["tier"] for c in r["cases"])})
    return r["verdict"] == "REFUTED" and named and _names_the_place(r, m["at"]) and _fails_there(r, m["where"])


def _fails_there(r: Record, where: str) -> bool:
    """A place that is named is one where the condition fails at each point: some case says so, and none denies it."""
    if where == "Somewhere in the scope":
        return True
    refuted = [c for c in r["cases"] if c["verdict"] == "REFUTED"]
    proved = [c for c in r["cases"] if c["verdict"] == "PROVED"]
    is_point = r["scope"]["classes"]["low"] == r["scope"]["classes"]["high"] and not r["scope"]["parameters"]
    if not is_point and not all(case["everywhere"] for case in refuted):
        return False
    for words in re.findall(r"every C >= (\d+)|C = (\d+)", where):
        low = int(words[0] or words[1])
        if any(not c["where"] and c["classes"]["low"] == low for c in proved):
            return False
    return bool(refuted)


def _is_nothing_left(r: Record, m: re.Match[str]) -> bool:
    return r["verdict"] == "REFUTED" and not r["theorems"] and "PROVED" not in _families(r).values()


def _is_left(r: Record, m: re.Match[str]) -> bool:
    return (
        r["verdict"] != "PROVED"
        and m["rate"] == _chance(r)
        and _families(r)[SHARED] == "PROVED"
        and bool(r["theorems"])
        and (bool(m["shared"]) == (_families(r)[REFERENCE] != "PROVED"))
    )


def _is_somewhere(r: Record, m: re.Match[str]) -> bool:
    """A case that is PROVED, by its classes or by its parameters."""
    proved = [case for case in r["cases"] if case["verdict"] == "PROVED"]
    if r["verdict"] == "PROVED" or not proved:
        return False
    if m["where"].endswith("of the cases below"):
        return True
    return all(
        any(part.strip() in _place(case) or _place(case) in part for case in proved)
        for part in re.split(r" or (?=where|for)", m["where"])
    )


def _place(case: Record) -> str:
    low, high = case["classes"]["low"], case["classes"]["high"]
    classes = (
        f"for C = {low}" if low == high else f"for every C >= {low}" if high is None else f"for {low} <= C <= {high}"
    )
    return f"{classes} where {case['where']}" if case["where"] else classes


def _is_with_l2(r: Record) -> bool:
    findings = _findings(r)
    return not _detaches(r) and findings.get("loss-smooth") == findings.get("loss-gradient") == "PROVED"


SENTENCES: dict[str, Rule] = {
    rf"Train (?P<model>the anchor plus a linear classifier|a linear classifier)(?P<shared> with features that the "
    rf"classes "
    rf"share)? to the minimum of l \+ lambda g: in the limit lambda -> oo, {NOISE} only shortens (?P<scores>[a-z ]+) "
    rf"and "
    r"moves (no prediction|nothing else)": _is_limit,
    rf"At every lambda, {NOISE} only scales the minimisers of l \+ lambda g: on a model whose (scores|difference to "
    rf"the "
    r"anchor) can be scaled, [a-z ]+ for one, it moves (no prediction|nothing else)": lambda r, _: (
        r["verdict"] == "PROVED" and "Theorem 1" in _theorems(r) and set(_families(r).values()) == {"PROVED"}
    ),
    r"This holds for (?P<where>.+?) and every noise rate below (?P<rate>[^,]+), under the assumptions below"
    r"(?P<exist>, wherever there are minimisers)?(?P<large>; how large lambda has to be depends on the "
    r"data)?": _is_in_scope,
    rf"With a large lambda, l \+ lambda g has one minimum near (?P<at>[a-z0 ]+); as lambda -> oo, {NOISE} only "
    rf"shortens "
    r"(?P<scores>[a-z ]+) there and moves (no prediction|nothing else)": lambda r, m: (
        r["verdict"] == "PROVED" and _findings(r)["minimisers-held"] == "REFUTED" and _theorems(r) == ["Theorem 2"]
        and _names_the_place(r, m["at"]) and _names_the_scores(r, m["scores"])
    ),
    r"Nothing is claimed further away, where minimisers may be missing": lambda r, _: (
        _findings(r)["minimisers-held"] == "REFUTED"
    ),
    r"A part of l or g is detached: training follows a field and need not minimise "
    r"anything": lambda r, _: _detaches(r),
    rf"With a large lambda it can rest near (?P<at>[a-z0 ]+); in the limit, {NOISE} only shortens (?P<scores>[a-z "
    rf"]+) there "
    r"and moves (no prediction|nothing else)": lambda r, m: (
        r["verdict"] == "PROVED" and _detaches(r) and _theorems(r) == ["Theorem 2"]
        and _names_the_place(r, m["at"]) and _names_the_scores(r, m["scores"])
    ),
    rf"(?P<where>.+), a condition of the theorems on label noise fails: (?P<at>{ZERO}), (?P<what>.+)": _fails,
    r"So nothing is promised of noise; that is no word against training, which may do well on your "
    r"data": _is_nothing_left,
    rf"Even so, in the limit lambda -> oo, {UNDER_NOISE} moves no prediction of ({MODEL})(?P<shared> with "
    rf"features "
    r"that the classes share)?, under the assumptions below": _is_left,
    rf"Even so, at every lambda, {UNDER_NOISE} only scales the minimisers, and moves (no prediction|nothing "
    r"else) on a "
    r"model whose (scores|difference to the anchor) can be scaled, under the assumptions below": lambda r, m: (
        m["rate"] == _chance(r) and r["verdict"] != "PROVED" and "Theorem 1" in _theorems(r)
    ),
    r"Even so, with the last score held at 0, clean and noisy labels share one limit direction of the scores near "
    r"(the scores 0|equal scores|the anchor), as lambda -> oo, for every noise rate below (?P<rate>[^,]+), under the "
    r"assumptions below": lambda r, m: (
        m["rate"] == _chance(r)
        and _theorems(r) == ["Theorem 2 with a reference class"]
        and _families(r)[REFERENCE] == "PROVED"
    ),
    r"It is PROVED (?P<where>.+?)(?P<l2>; with the penalty l2 it is PROVED in the limit of a large "
    r"lambda)?": lambda r, m: (
        _is_somewhere(r, m) and (not m["l2"] or _is_with_l2(r))
    ),
    r"Nothing is claimed: it is open whether .+; what would settle it stands below": lambda r, _: (
        r["verdict"] == "UNDECIDED" and any(f["reason"] for f in r["findings"])
    ),
    r"Nothing is claimed: the code was not read as a formula, and what would settle it stands below": lambda r, _: (
        r["verdict"] == "UNDECIDED" and (r["loss"]["formula"] is None or r["regularizer"]["formula"] is None)
    ),
    # of a loss alone
    rf"Without any penalty, {NOISE} leaves the minimisers of l where they are, on every model: over all labels l "
    rf"adds up to "
    r"the same number at all scores": lambda r, _: (
        r["verdict"] == "PROVED" and _theorems(r)[0] == "Ghosh" and _findings(r)["loss-symmetric"] == "PROVED"
    ),
    rf"Without any penalty, {NOISE} only scales the minimisers of l: on a model whose scores can be scaled, a linear "
    r"classifier for one, it moves no prediction": lambda r, _: (
        r["verdict"] == "PROVED" and {"Corollary 1", "Theorem 1 without a penalty"} & set(_theorems(r)) != set()
    ),
    rf"Without any penalty, {NOISE} moves no prediction of a linear classifier with features that the classes share": (
        lambda r, _: _theorems(r) == ["Corollary 1 on shared features"]
    ),
    r"At scores 0, though, the slope of l is not a pull of one strength towards each label": lambda r, _: (
        r["verdict"] == "PROVED" and r["tier"] in ("CLASSWISE", "ZERO", "NONDIFF", "FAIL")
    ),
    r"Without a penalty no theorem covers this loss, at least somewhere in the scope: uniform label noise adds a "
    r"multiple of "
    r"its sum over all labels, which depends on the scores": lambda r, _: (
        r["verdict"] == "REFUTED" and r["regularizer"] is None and _findings(r)["loss-symmetric"] == "REFUTED"
    ),
    r"That is no word against training, which may do well on your data(?P<l2>; with the penalty l2 it is PROVED in "
    r"the limit "
    r"of a large lambda)?": lambda r, m: r["verdict"] == "REFUTED" and (not m["l2"] or _is_with_l2(r)),
    r"Nothing is claimed: a part of the loss is detached, so that training follows a field, and need not minimise a "
    r"function": lambda r, _: r["verdict"] == "UNDECIDED" and _detaches(r),
    r"Nothing is claimed: no theorem without a penalty was shown to cover this loss in the whole scope": lambda r, _: (
        r["verdict"] == "UNDECIDED" and not r["theorems"]
    ),
    r"With the penalty l2 it is PROVED in the limit of a large lambda": lambda r, _: _is_with_l2(r),
}  # fmt: skip
"""Every sentence that there is, with what has to be true of the record where it is said."""


def sentences(text: str) -> list[str]:
    assert text.endswith(".")
    return re.split(r"\. (?=[A-Z])", text[:-1])


def check(cert: Certificate) -> None:
    text, r = cert.in_words, record(cert)
    found = sentences(text)
    assert len(found) <= 3
    assert len(text) <= 420
    for sentence in found:
        fitting = [(m, rule) for pattern, rule in SENTENCES.items() if (m := re.fullmatch(pattern, sentence))]
        assert len(fitting) == 1, f"{cert.problem.title}: {sentence}"
        ((match, rule),) = fitting
        assert rule(r, match), f"{cert.problem.title}: {sentence}"
    if r["verdict"] == "REFUTED":
        assert "robust" not in text
        assert "safe" not in text
    free = {n for p in r["scope"]["parameters"] for n in (p["name"], f"{p['name']}_k")}
    letters = (
        set(re.findall(r"(?<![\w'])([A-Za-z]_?\w?|[A-Z]{2,})(?![\w'])", text.replace("A part", ""))) - KNOWN - free
    )
    assert not {w for w in letters if len(w) == 1 or "_" in w or w.isupper()}, f"{cert.problem.title}: {letters}"
    paragraph = " ".join(str(cert).split("\n\n")[0].split())
    assert f"In words: {text}" in paragraph


PAIRS = [
    *((loss, regularizer) for loss in names("loss") for regularizer in ("l2", None, "entropy")),
    *((loss, regularizer) for loss in ("cross_entropy", "muh") for regularizer in names("regularizer")),
]


@pytest.mark.parametrize("pair", PAIRS[:: 2 * STEP], ids=lambda pair: " + ".join(map(str, pair)))
def test_a_sample_of_the_catalogue(pair: tuple[str, str | None]) -> None:
    check(sc.certify(*pair))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(STEP))
def test_the_catalogue(part: int) -> None:
    for pair in PAIRS[part::STEP]:
        check(sc.certify(*pair))


OTHERS: dict[str, Callable[[], Certificate]] = {
    "ten classes": lambda: sc.certify("gce", "l2", classes=10),
    "three to seven classes": lambda: sc.certify("nce_mae", "entropy", classes=(3, 7)),
    "refuted at ten classes": lambda: sc.certify("one_vs_rest_logistic", "l2", classes=10),
    "an anchor": lambda: sc.certify("cross_entropy", "l2", anchor="1"),
    "any anchor, proved": lambda: sc.certify("mae", "l2", anchor="z_ref"),
    "an anchor and every lambda": lambda: sc.certify("muh", "l2", anchor="z_ref"),
    "a drift at an anchor": lambda: sc.certify("one_vs_rest_logistic", "l2", anchor="1"),
    "at some points": lambda: sc.certify("-cos(log_softmax(z)[y])", "l2"),
    "zero at two numbers": lambda: sc.certify("(C - 4)*(C - 9)*log_softmax(z)[y]", "l2"),
    "a drift and an entropy": lambda: sc.certify("-log_softmax(z)[y] - mean(z)", "entropy"),
    "symmetric, and turned round": lambda: sc.certify("z[y] - mean(z)"),
    "symmetric, without a slope": lambda: sc.certify("total(z)*0 + 1"),
    "no time": lambda: sc.certify("cross_entropy", "l2", budget=0),
    "two tiers": lambda: sc.certify("phuber_ce", "l2"),
    "a local branch": lambda: sc.certify("muh", "total(z**2)/(1 + total(z**2))"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_certificates(name: str) -> None:
    check(OTHERS[name]())


def test_the_first_five_lines_say_it() -> None:
    """At 100 columns the headline and what it says in words, before any tier or symbol."""
    for pair in (("gce", "l2"), ("cross_entropy", "entropy"), ("one_vs_rest_logistic", "l2")):
        head, _, _ = sc.certify(*pair).to_text().partition("\ntier")
        assert len(head.splitlines()) <= 6
    assert len(str(sc.certify("gce", "l2")).partition("\ntier")[0].splitlines()) == 5


def test_what_is_said_of_gce() -> None:
    assert sc.certify("gce", "l2").in_words == (
        "Train a linear classifier to the minimum of l + lambda g: in the limit lambda -> oo, uniform label noise "
        "(each wrong class equally likely, in expectation) only shortens the scores and moves no prediction. This "
        "holds for every C >= 2, every q in (0, 1] and every noise rate below (C-1)/C, under the assumptions below; "
        "how large lambda has to be depends on the data."
    )


def test_it_is_no_part_of_the_json() -> None:
    assert "in_words" not in record(sc.certify("gce", "l2"))
