"""The sizes on which the error bound of the checker rests: no number that it computes with is larger than they say."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from benchmarks.mutations.claimed import Claimed
from benchmarks.mutations.material import claims
from symcheck.proof.check import Jets, Letters, Refused, Scope, Tape
from tests.symcheck.proof.claims import FREE, MUH, POSITIVE, loss, statement

Json = Any
BITS = 300
"""The letters have values of so many binary digits."""


def by_hand() -> list[Claimed]:
    said = [
        (statement(f"exp(40)*{MUH}"), "E**40", [["E", "exp", "1"]], {"exp": {"E": 40}}),
        (statement(f"exp(-40*q)*{MUH}", q=FREE), "E**-40", [["E", "exp", "q"]], {"exp": {"E": -40}}),
        (statement(f"log(8)*{MUH}"), "3*L", [["L", "log", "2"]], {"log": {"L": 3}}),
        (statement(f"log(q**64)*{MUH}", q=("2", None, False, True)), "64*L", [["L", "log", "q"]], {"log": {"L": 64}}),
        (
            statement(f"(q + 1)**60*{MUH}/(q + 2)**30", q=POSITIVE),
            "(q + 1)**60/(q + 2)**30",
            [],
            {"inverse": ("C", "(q + 2)**30")},
        ),
    ]
    return [Claimed(s["formula"], s, loss(s, kappa, letters, **hints)) for s, kappa, letters, hints in said]


def sizes_hold(claimed: Claimed, rng: random.Random) -> int:
    """Look at each number of each node, where the letters have long values; how many were looked at."""
    scope = Scope(claimed.statement["scope"])
    letters = Letters(scope, claimed.proof["letters"])
    tape = Tape(claimed.statement["formula"], scope, "formula", anchor=claimed.statement["anchor"])
    values = [rng.getrandbits(BITS) | 1 << (BITS - 1) for _ in letters.names]
    if scope.fixed is not None:
        values[letters.names.index("C")] = scope.fixed
    jets, seen = Jets(tape, claimed.proof["hints"], letters, values, None, "proof.hints"), 0
    for value, (degree, height) in zip(jets.jets, jets.sizes, strict=True):
        # A quotient of polynomials is one of whole numbers at whole numbers, and gets shorter where it is reduced.
        for x in [] if isinstance(value, Refused) else [Fraction(x) for entry in value for x in entry]:
            assert max(abs(x.numerator), x.denominator).bit_length() <= degree * BITS + height + 1, claimed.name
            seen += 1
    return seen


@pytest.mark.parametrize("claimed", by_hand(), ids=lambda c: c.name)
def test_powers_of_letters_count(claimed: Claimed) -> None:
    assert sizes_hold(claimed, random.Random(0)) > 10


def test_sizes_hold_for_what_certificates_say() -> None:
    plain = [c for c in claims(step=8) if "hints" in c.proof]
    assert len(plain) > 10
    assert sum(sizes_hold(c, random.Random(c.name)) for c in plain) > 2_000
