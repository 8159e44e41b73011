"""Each derivation has a veto: a slip in one of them is noticed, whatever the others find, and nothing is proved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from symcheck.budget import Budget
from symcheck.conditions.agreement import agree, checks
from symcheck.conditions.agreement.agree import agreed_expansion
from symcheck.intake.catalogue import loss_named, regularizer_named
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Code, Undecided

FORMULAS = {
    "focal": loss_named("focal").recorded,
    "cross_entropy": loss_named("cross_entropy").recorded,
    "entropy": regularizer_named("entropy").recorded,
}
WHO = {"the judge": (agree, "expansion_at_zero"), "the orbit": (checks, "orbit_expansion"),
       "C = 2 alone": (checks, "expansion_at_zero"), "power series": (checks, "explicit_expansion")}  # fmt: skip
"""Who finds an expansion, and where agreement asks for it."""

ENTRIES = ("g_y", "g_k", "h_yy", "h_yk", "h_kk", "h_kl")


def slipped(right: Callable[..., Any], entry: str) -> Callable[..., Any]:
    """The expansions of ``right`` with one ``entry`` too large by 1."""

    def wrong(*arguments: Any, **options: Any) -> Any:
        found = right(*arguments, **options)
        c = getattr(found, entry)
        return found if c is None else replace(found, **{entry: c + 1})

    return wrong


def scope_of(name: str, classes: Classes) -> Scope:
    return Scope(classes, FORMULAS[name].parameters)


@pytest.mark.parametrize("name", FORMULAS)
def test_without_a_slip_they_agree(name: str) -> None:
    found = agreed_expansion(FORMULAS[name], scope_of(name, Classes()), Budget())
    assert found.compared == (2, 3, 5, 11)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("name", FORMULAS)
def test_a_slip_of_one_is_noticed(name: str, entry: str, who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if who == "C = 2 alone" and entry == "h_kl":
        return  # there is no third class
    module, function = WHO[who]
    monkeypatch.setattr(module, function, slipped(getattr(module, function), entry))
    with pytest.raises(Undecided) as stop:
        agreed_expansion(FORMULAS[name], scope_of(name, Classes()), Budget())
    assert stop.value.reason.code is Code.READINGS_DISAGREE
    assert entry in stop.value.reason.why


@pytest.mark.parametrize("who", ["the orbit", "power series"])
@pytest.mark.parametrize("classes", [2, 3, 7])
def test_at_one_number_of_classes_too(classes: int, who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, function = WHO[who]
    monkeypatch.setattr(module, function, slipped(getattr(module, function), "g_k"))
    with pytest.raises(Undecided) as stop:
        agreed_expansion(FORMULAS["focal"], scope_of("focal", Classes(classes, classes)), Budget())
    assert stop.value.reason.code is Code.READINGS_DISAGREE
