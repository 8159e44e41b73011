"""What certificates of preference losses say in words, each sentence held against the answers and the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from symcheck.certificates.preferences.certify_preference import certify_preference
from symcheck.certificates.preferences.value import PreferenceCertificate
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names

Rule = Callable[[PreferenceCertificate, "re.Match[str]"], bool]

FLIPS = r"flips of pairs \(all with one probability below 1/2, in expectation\)"


def verdict(c: PreferenceCertificate, name: str) -> Verdict | None:
    return next((a.verdict for a in c.answers if a.name == name), None)


def _proved(name: str, *, alone: bool | None = None) -> Rule:
    return lambda c, _: verdict(c, name) is Verdict.PROVED and alone in (None, c.penalty is None)


def _names_the_parameters(c: PreferenceCertificate, m: re.Match[str]) -> bool:
    named = re.findall(r"every (\w+) in", m["where"] or "")
    free = [p.name for p in c.scope.parameters]
    return c.verdict is Verdict.PROVED and (named == free or "all values of the parameters" in (m["where"] or ""))


SENTENCES: dict[str, Rule] = {
    rf"Without any penalty, {FLIPS} leave the minimisers of the loss where they are, on every model": _proved(
        "symmetric", alone=True
    ),
    rf"On every model, {FLIPS} do what a larger lambda does: they give the minimisers of clean pairs at that lambda": (
        _proved("symmetric", alone=False)
    ),
    rf"Without any penalty, {FLIPS} only scale the minimisers, and turn no preference of a linear reward "
    rf"model": _proved(
        "exact", alone=True
    ),
    rf"At every lambda, {FLIPS} only scale the minimisers, and turn no preference of a linear reward model": _proved(
        "exact", alone=False
    ),
    r"Train a linear reward model to the minimum of the loss with lambda times the penalty: as lambda -> oo, "
    rf"{FLIPS} only shorten the scores and turn no preference": lambda c, _: (
        verdict(c, "limit") is Verdict.PROVED and not c.certificate.is_local and "linear reward models" in (
            c.answer("limit").about
        )
    ),
    rf"With a large lambda there is one minimum near the scores 0; as lambda -> oo, {FLIPS} only shorten its scores "
    rf"and "
    r"turn no preference": lambda c, _: (
        verdict(c, "limit") is Verdict.PROVED and "linear reward models" not in c.answer("limit").about
    ),
    r"Nothing is claimed further away, where minimisers may be missing": lambda c, _: c.certificate.is_local,
    r"This holds for (?P<where>.+ and )?every such probability, under the assumptions below(, wherever there are "
    r"minimisers|; how large lambda has to be depends on the data)?": _names_the_parameters,
    r"Neither of the two forms of a loss that flips of pairs only rescale holds in the whole scope": lambda c, _: (
        c.penalty is None and verdict(c, "symmetric") is verdict(c, "exact") is Verdict.REFUTED
    ),
    r"Neither of the two forms of a loss that flips of pairs only rescale holds in the whole scope, nor the "
    r"condition for "
    r"one limit direction": lambda c, _: (
        verdict(c, "symmetric") is verdict(c, "exact") is verdict(c, "limit") is Verdict.REFUTED
    ),
    r"(?P<back>Its gradient at equal scores points to the rejected answer; so|So) nothing promises that its "
    r"minimisers "
    r"survive flips; that is no word against training on your data": lambda c, m: (
        c.verdict is Verdict.REFUTED and (m["back"] == "So") == ("points to the rejected" not in c.headline)
    ),
    r"Its gradient at equal scores points to the rejected answer, though": lambda c, _: (
        c.verdict is Verdict.PROVED and "points to the rejected" in c.headline
    ),
    r"With the penalty (?P<penalty>.+) it is PROVED in the limit lambda -> oo": lambda c, m: (
        certify_preference(c.preference.title, m["penalty"]).verdict is Verdict.PROVED
    ),
    r"It is PROVED where (?P<where>.+)": lambda c, m: m["where"] in c.headline.partition("; PROVED where ")[2],
    r"Nothing is claimed: it is open what flips of pairs do; what would settle it stands below": lambda c, _: (
        c.verdict is Verdict.UNDECIDED
    ),
}  # fmt: skip


def check(c: PreferenceCertificate) -> None:
    found = re.split(r"\. (?=[A-Z])", c.in_words[:-1])
    assert len(found) <= 3
    assert len(c.in_words) <= 420
    for sentence in found:
        fitting = [(m, rule) for pattern, rule in SENTENCES.items() if (m := re.fullmatch(pattern, sentence))]
        assert len(fitting) == 1, sentence
        ((match, rule),) = fitting
        assert rule(c, match), sentence
    assert f"In words: {c.in_words}" in " ".join(c.to_text().split("\n\n")[0].split())


@pytest.mark.parametrize("penalty", [None, "h**2/2", "l2"])
def test_the_catalogue(penalty: str | None) -> None:
    for name in names("preference")[:: 1 if penalty == "l2" else 3]:
        check(certify_preference(name, penalty))


def test_others() -> None:
    check(certify_preference("h", "h**2/2"))  # it pulls to the rejected answer
    check(certify_preference("-h", "h**2/(1 + h**2)"))
    check(certify_preference("softplus(-h)", "cosh(h) - 1"))
    check(certify_preference("dpo", "h**2/2", budget=0))
