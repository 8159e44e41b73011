"""Splits of a scope: the sides are all of it, and a proof that leaves one out or is wrong in one is refused."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.certificates.certify import certify
from symcheck.intake.parser import parsed
from symcheck.language.parameter import Parameter
from symcheck.proof.certificate import statements
from symcheck.proof.check import Refused
from symcheck.proof.splits import DEEPEST, checked, parts_of
from tests.symcheck.proof.claims import MUH, POSITIVE, UNIT, loss, statement

NUMBERS = st.fractions(min_value=-3, max_value=3, max_denominator=4)


def contains(scope: Mapping[str, Any], values: Mapping[str, Fraction]) -> bool:
    """Whether C and the parameters lie in the scope of a statement."""
    low, high = scope["classes"]["low"], scope["classes"]["high"]
    return low <= values["C"] and (high is None or values["C"] <= high) and all(
        holds(p["interval"], values[p["name"]]) for p in scope["parameters"]
    )  # fmt: skip


def holds(interval: Mapping[str, Any], x: Fraction) -> bool:
    """Whether a number lies in an interval as JSON has it."""
    low, high = (None if interval[k] is None else Fraction(interval[k]) for k in ("low", "high"))
    above = low is None or x > low or (x == low and not interval["low_open"])
    below = high is None or x < high or (x == high and not interval["high_open"])
    return above and below


@given(NUMBERS, NUMBERS, st.booleans(), st.booleans(), st.booleans(), NUMBERS, NUMBERS, st.booleans())
def test_each_value_of_a_parameter_is_on_one_side_of_a_number(
    low: Fraction,
    width: Fraction,
    low_open: bool,
    high_open: bool,
    endless: bool,
    at: Fraction,
    x: Fraction,
    whole: bool,
) -> None:
    """With "integer", each whole number."""
    high = None if endless else low + abs(width) + 1
    ends = (str(low), None if high is None else str(high), low_open, high_open or endless)
    said = statement(f"q*{MUH}", q=ends)
    interval = said["scope"]["parameters"][0]["interval"]
    interval["integer"] = whole
    x = Fraction(round(x)) if whole else x
    if not holds(interval, x):
        return
    sides = parts_of(said, "q", str(at))
    inside = [
        side for side, (part, meaning) in sides.items()
        if (Fraction(meaning[1]) == x if meaning else contains(part["scope"], {"C": Fraction(2), "q": x}))
    ]  # fmt: skip
    assert inside == ["below" if x < at else "above" if x > at else "equal"]


@given(st.integers(2, 9), st.integers(0, 5) | st.none(), st.integers(1, 12), st.integers(2, 14))
def test_each_number_of_classes_is_on_one_side(low: int, more: int | None, at: int, c: int) -> None:
    said = statement(MUH, classes=(low, None if more is None else low + more))
    if not contains(said["scope"], {"C": Fraction(c)}):
        return
    sides = parts_of(said, "C", str(at))
    inside = [side for side, (part, _) in sides.items() if contains(part["scope"], {"C": Fraction(c)})]
    assert inside == ["below" if c < at else "above" if c > at else "equal"]


@given(NUMBERS, NUMBERS, st.booleans(), st.integers(2, 9))
def test_each_value_is_on_one_side_of_what_depends_on_c(low: Fraction, x: Fraction, endless: bool, c: int) -> None:
    """p = low + (at - low) p_ or p = at -+ p_, solved for p_ by hand."""
    high, at = low + 4, 1 - Fraction(2, c)
    ends = (None, None, True, True) if endless else (str(low), str(high), False, True)
    said = statement(f"p*{MUH}", p=ends)
    if not endless and not low <= x < high:
        return
    sides = parts_of(said, "p", "1 - 2/C")
    assert sides["equal"][1] == ("p", "(1 - 2/C)")
    if x < at:
        new, side = (at - x, "below") if endless else ((x - low) / (at - low), "below")
    elif x > at:
        new, side = (x - at, "above") if endless else ((x - high) / (at - high), "above")
    else:
        return
    part, meaning = sides[side]
    assert contains(part["scope"], {"C": Fraction(c), "p_": new})
    assert meaning is not None
    exact = re.sub(r"\b[0-9]+\b", r"number(\g<0>)", meaning[1])
    assert eval(exact, {"number": Fraction, "C": Fraction(c), "p_": new}) == x  # noqa: S307


def of_abs() -> tuple[Any, Any]:
    """abs(q - 1) + 1, in three parts, as a statement and a proof by hand."""
    said = statement(f"(abs(q - 1) + 1)*{MUH}", q=POSITIVE)
    sides = {}
    for side, (part, _) in parts_of(said, "q", "1").items():
        kappa = {"below": "(1 - q) + 1", "equal": "1", "above": "(q - 1) + 1"}[side]
        branch = {"below": "-(1 - q)", "equal": {}, "above": "q - 1"}[side]
        sides[side] = loss(part, kappa, branch=branch)
    return said, {"split": "q", "at": "1", **sides}


def test_a_proof_by_hand() -> None:
    said, proof = of_abs()
    checked(said, proof)
    checked(said, json.loads(json.dumps(proof)))


@pytest.mark.parametrize("side", ["below", "equal", "above"])
def test_a_side_that_is_missing_or_that_of_another(side: str) -> None:
    said, proof = of_abs()
    with pytest.raises(Refused, match=rf"^proof, {side} q = 1\.{side}: dict is needed"):
        checked(said, {k: v for k, v in proof.items() if k != side})
    for other in {"below", "equal", "above"} - {side}:
        with pytest.raises(Refused, match=f"^{side} q = 1: "):
            checked(said, {**proof, side: proof[other]})


@pytest.mark.parametrize(
    ("name", "at", "why"),
    [
        ("q", "z[y]", "constant"), ("q", "mean(z)", "constant"), ("q", "total(onehot(y))", "constant"),
        ("q", "q", "no name"), ("q", "2*q", "no name"), ("q", "1) + (q", "not written as a formula"),
        ("q", "", "end with a value"), ("q", "t = 1; t; 2", "no name"), ("r", "1", "C or a parameter"),
        ("z", "1", "C or a parameter"), ("C", "5/2", "whole number"),
        ("C", "q", "fraction"), ("C", "0x3", "fraction"), ("q_", "1", "C or a parameter"),
    ],
)  # fmt: skip
def test_cuts_that_are_none(name: str, at: str, why: str) -> None:
    said, proof = of_abs()
    with pytest.raises(Refused, match=why):
        checked(said, {**proof, "split": name, "at": at})


def test_a_new_name_that_is_taken() -> None:
    """q_ would have two meanings."""
    said = statement(f"q*q_*{MUH}", q=POSITIVE, q_=POSITIVE)
    sides = {side: loss(part, "q*q_") for side, (part, _) in parts_of(said, "q", "1/C").items()}
    with pytest.raises(Refused):
        checked(said, {"split": "q", "at": "1/C", **sides})


def test_kappa_that_is_positive_in_one_part_alone() -> None:
    """q - 1 on (0, oo): above 1 there is a proof, below and at 1 there is none."""
    said = statement(f"(q - 1)*{MUH}", q=POSITIVE)
    parts = parts_of(said, "q", "1")
    for side, kappa in (("below", "q - 1"), ("below", "1 - q"), ("equal", "0"), ("equal", "1")):
        with pytest.raises(Refused, match=r"^proof.kappa: "):
            checked(parts[side][0], loss(parts[side][0], kappa))
    checked(parts["above"][0], loss(parts["above"][0], "q - 1"))
    with pytest.raises(Refused, match=r"^below q = 1: "):
        checked(said, {"split": "q", "at": "1", **{s: loss(part, "q - 1") for s, (part, _) in parts.items()}})


def test_an_integer_parameter_needs_no_values_between_whole_numbers() -> None:
    """(2 n - 5)**2 - 1/2 is negative at 5/2, and positive at each whole number."""
    said = statement(f"((2*n - 5)**2 - 1/2)*{MUH}", n=("1", None, False, True))
    said["scope"]["parameters"][0]["interval"]["integer"] = True
    kappas = {"below": "(3 - 2*n)*(7 - 2*n) + 3 + 1/2", "equal": "1/2", "above": "4*(n - 2)*(n - 3) + 1/2"}
    sides = {side: loss(part, kappas[side]) for side, (part, _) in parts_of(said, "n", "2").items()}
    checked(said, {"split": "n", "at": "2", **sides})
    said["scope"]["parameters"][0]["interval"]["integer"] = False
    with pytest.raises(Refused):
        checked(said, {"split": "n", "at": "2", **sides})


def test_splits_are_few() -> None:
    """Not too deep, and not too many in all, before anything long is done."""
    said = statement(f"q*{MUH}", q=UNIT)
    proof: dict[str, Any] = {"letters": [], "hints": {}, "kappa": "q"}
    for depth in range(DEEPEST + 1):
        at = str(Fraction(1, 2 + depth))
        proof = {"split": "q", "at": at, "below": proof, "equal": {}, "above": proof}
    with pytest.raises(Refused):
        checked(said, proof)
    wide = {"letters": [], "hints": {}}
    for k in range(DEEPEST):
        wide = {"split": "C", "at": str(2 ** (DEEPEST - k) + 2), "below": wide, "equal": wide, "above": wide}
    with pytest.raises(Refused):
        checked(statement(MUH, about="smooth"), wide)


FORMULAS = [
    ("(logsumexp(z) - z[y])*(abs(tau - 1) + abs(tau - 3))", None),
    ("branch(tau - C, logsumexp(z) - z[y], 2*(logsumexp(z) - z[y]))", None),
    ("(logsumexp(z) - z[y])*maximum(tau, s)", None),
    ("(logsumexp(z) - z[y])*relu(C - 3) + (1 - softmax(z)[y])*relu(6 - C)", None),
    ("(logsumexp(z) - z[y])*(abs(2*n - 5) - 1/2)", (3, 50)),
    ("logsumexp(z) - z[y] + relu(logsumexp(z) - z[y] - 5)", (2, 1000)),
    ("(1 + (q - 1/3)**2)*(mean(z) - z[y])", None),
]


@pytest.mark.parametrize(("formula", "classes"), FORMULAS)
def test_mutations_of_splits_are_refused_or_still_true(formula: str, classes: tuple[int, int] | None) -> None:
    """Of a PROVED statement all proofs are of something true: what is to be refused is a false statement."""
    parameters = {
        "tau": Parameter("tau", above=0), "s": Parameter("s", above=0), "q": Parameter("q", above=0, at_most=1),
        "n": Parameter("n", at_least=1, integer=True),
    }  # fmt: skip
    certificate = certify(parsed(formula, parameters=parameters), "l2", classes=classes)
    (said, *_) = statements(json.loads(certificate.to_json()))
    proof = certificate.proof["loss"]
    checked(said.statement, proof)
    false = {**said.statement, "formula": f"-({formula})", "kappa": None}
    rng = random.Random(formula)
    for _ in range(20):
        with pytest.raises(Refused):
            checked(false, mutated(json.loads(json.dumps(proof)), rng))


def mutated(proof: Any, rng: random.Random) -> Any:
    """The proof with sides exchanged, another cut, or another kappa."""
    if "split" not in proof:
        return {**proof, "kappa": rng.choice(["1", f"-({proof['kappa']})", "C", proof["kappa"]])}
    sides = [s for s in ("below", "equal", "above") if s in proof]
    side = rng.choice(sides)
    changed = {**proof, side: mutated(proof[side], rng)}
    if rng.random() < 0.3:
        changed["at"] = rng.choice(["1", "2", "C", "1/C", proof["at"]])
    if rng.random() < 0.3:
        changed[side] = proof[rng.choice(sides)]
    return changed
