"""What the second line of a page says of a tier holds at every number of classes that it names."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pytest

import symcheck as sc

MOST = 80

# b_y = -kappa o_y + c 1: with l = -f(log p_y), kappa = f'(-log C) and c = 0; mean(z) adds c = 1/C.
# l: (kappa at C, whether c != 0)
LOSSES: dict[str, tuple[Callable[[int], float], bool]] = {
    "-cos(log_softmax(z)[y])": (lambda c: math.sin(math.log(c)), False),
    "cos(log_softmax(z)[y])": (lambda c: -math.sin(math.log(c)), False),
    "-cos(log_softmax(z)[y]) + mean(z)": (lambda c: math.sin(math.log(c)), True),
    "-sin(3*log_softmax(z)[y])": (lambda c: 3 * math.cos(3 * math.log(c)), False),
    "sin(C)*log_softmax(z)[y]": (lambda c: -math.sin(c), False),
    "cos(sqrt(C))*log_softmax(z)[y] - mean(z)": (lambda c: -math.cos(math.sqrt(c)), True),
    "(C - 4)*(C - 9)*log_softmax(z)[y]": (lambda c: -(c - 4.0) * (c - 9), False),
    "-log_softmax(z)[y] - mean(z)": (lambda _: 1.0, True),
}


def _tier(kappa: float, *, drifts: bool) -> str:
    if abs(kappa) < 1e-9:
        return "FAIL" if drifts else "ZERO"
    if kappa < 0:
        return "FAIL"
    return "QUOTIENT" if drifts else "EXACT" if abs(kappa - 1) < 1e-9 else "SCALED"


_RUN = r"(\d+ <= C <= \d+|C = \d+|C >= \d+)"


def _numbers(text: str) -> list[int]:
    """The numbers of classes up to ``MOST`` of "C = 3", "2 <= C <= 5" or "C >= 6"."""
    ends = [int(n) for n in re.findall(r"\d+", text)]
    return list(range(ends[0], (MOST if ">=" in text else ends[-1]) + 1))


def _line(cert: sc.Certificate) -> str:
    page = " ".join(str(cert).split())
    return page[page.index(" tier ") + 1 : page.index(" What fails")]


@pytest.mark.parametrize("loss", LOSSES)
def test_a_tier_is_that_of_every_number_named(loss: str) -> None:
    kappa, drifts = LOSSES[loss]
    truth = {c: _tier(kappa(c), drifts=drifts) for c in range(2, MOST + 1)}
    cert = sc.certify(loss, "l2")
    line = _line(cert).partition(", with kappa")[0]
    whole = re.match(r"tier ([A-Z]+) with kappa", line)
    said = dict.fromkeys(truth, whole[1]) if whole else {}
    for tier, where in re.findall(r"([A-Z]{4,}) ((?:for|at)[^,;]*)", line):
        for part in where.split(" or "):
            for c in _numbers(re.search(_RUN, part)[0]) if part.startswith("for") else ():  # type: ignore[index]
                said[c] = tier
        if "at some points" in where:
            run = re.search(rf"at some points with {_RUN}", where)
            assert run is not None
            assert tier in {truth[c] for c in _numbers(run[1])}
    assert said, line
    assert {c: truth[c] for c in said} == said


@pytest.mark.parametrize("loss", LOSSES)
def test_a_case_of_one_tier_has_it_at_every_number(loss: str) -> None:
    kappa, drifts = LOSSES[loss]
    for case in sc.certify(loss, "l2").cases:
        there = {_tier(kappa(c), drifts=drifts) for c in range(2, MOST + 1) if c in case.classes}
        assert case.tier is not None
        assert there == {case.tier.name} if case.is_one_tier else case.tier.name in there


def test_a_tier_at_some_points_is_said_so() -> None:
    # kappa = sin(log C) is negative at C = 60 and positive at C = 7.
    assert "at some points with C >= 6" in _line(sc.certify("-cos(log_softmax(z)[y])", "l2"))
