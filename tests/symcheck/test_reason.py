"""Reasons say why and what would settle it; the place named first stays."""

from __future__ import annotations

import pickle

from symcheck.reason import Code, Reason, Undecided

KINK = Reason(Code.KINK, "relu has a kink at 0", "certify away from it")


def test_how_a_reason_is_written() -> None:
    assert str(KINK) == "kink: relu has a kink at 0; certify away from it"
    assert str(Undecided(KINK).at("relu(z)")) == "kink at relu(z): relu has a kink at 0; certify away from it"


def test_the_innermost_place_stays() -> None:
    inner = Undecided(KINK).at("relu(z)")
    assert inner.at("total(relu(z))") is inner
    assert inner.reason.where == "relu(z)"


def test_the_codes_are_those_that_users_read() -> None:
    assert {c.value for c in Code} == {
        "kink", "sign-unknown", "unmapped-op", "not-equivariant", "budget", "readings-disagree", "rounding",
    }  # fmt: skip


def test_an_undecided_comes_back_from_another_process_with_its_reason() -> None:
    stop = Undecided(KINK).at("relu(z)")
    copy = pickle.loads(pickle.dumps(stop))
    assert copy.reason == stop.reason
    assert str(copy) == str(stop)
