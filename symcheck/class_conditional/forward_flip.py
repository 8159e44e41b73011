"""A law that forward correction turns, for T whose M = T S^-1 T' has long numbers: counts have other sums in each row.

The law is looked for with M rounded down to multiples of 2^-128, and its scores are computed exactly, without M: a
rounded number decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, lcm
from typing import Final

from flint import fmpz_mat

from symcheck.budget import look
from symcheck.class_conditional.flips import Matrix, Vector, rational_matrix, turned
from symcheck.class_conditional.forward import length_of, numbers_in
from symcheck.class_conditional.matrices import Checked
from symcheck.class_conditional.noise_answer import NoiseCondition
from symcheck.class_conditional.question import Question
from symcheck.class_conditional.score_order import Scores, needed_lead
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict

BITS: Final = 128
"""M is rounded to so many bits after the point."""
LONG: Final = 20_000
"""M has long numbers if a row of it may have more bits than this; with shorter ones it is looked through exactly."""
_UNIFORM: Final = Fraction(1, 2 ** (BITS // 2))
"""Entries off the diagonal that differ by less are compared exactly."""
_DECIMALS: Final = 10**10
"""The needed lead is rounded up to ten decimals."""


@dataclass(frozen=True)
class ForwardScores(Scores):
    """The scores of a loss that is corrected forward for the matrix ``noise`` T, under a strong penalty."""

    def moved(self, eta: Sequence[Fraction]) -> Vector:
        """M eta = T S^-1 T'eta, in whole numbers over one denominator."""
        below = lcm(*(x.denominator for row in self.noise for x in row))
        whole = [[x.numerator * (below // x.denominator) for x in row] for row in self.noise]
        part = lcm(*(x.denominator for x in eta))
        weights = [x.numerator * (part // x.denominator) for x in eta]
        columns = list(zip(*whole, strict=True))
        sums = [sum(column) for column in columns]
        common = lcm(*(s for s in sums if s))
        look(bits=common.bit_length())
        # (T'eta)_j/s_j, times part and common: a label that never occurs is left out.
        seen = [
            sum(w * x for w, x in zip(weights, column, strict=True)) * (common // s) if s else 0
            for column, s in zip(columns, sums, strict=True)
        ]
        found = []
        for row in whole:
            look()
            found.append(Fraction(sum(x * y for x, y in zip(row, seen, strict=True)), below * part * common))
        return tuple(found)


def forward_flip(given: Checked, asked: Question) -> NoiseCondition | None:
    """REFUTED with a law at which the scores turn; None where M has short numbers, or no law was found.

    For T = ``given`` of one number of classes.  Raises ``Undecided`` when the budget in force is spent.
    """
    noise = numbers_in(given)
    if noise is None or length_of(noise) <= LONG:
        return None
    rounded, n = rounded_forward_matrix(noise), len(noise)
    off = [x for i, row in enumerate(rounded) for j, x in enumerate(row) if i != j]
    if max(off) - min(off) < _UNIFORM:
        return None
    lead, reach = None, 3 * n * Fraction(1, 2**BITS)
    if asked.hessian is None:
        lead = needed_lead(rounded, reach)
        if lead is None and needed_lead(rounded, -reach) is not None:
            return None
    direction = turned(rounded, asked.hessian, ties=False, progress=asked.progress)
    if direction is None:
        return None
    scores = ForwardScores(noise, asked.hessian)
    witness = scores.flip(scores.law(direction.scores(n)))
    if witness is None:
        return None
    step = Step("M", f"not uniform; the law was found with M rounded to {BITS} bits", "its scores are exact")
    return replace(
        asked.answer(Verdict.REFUTED, (step,)), witness=witness, classes=n,
        lead=None if lead is None else Fraction(ceil(lead * _DECIMALS), _DECIMALS),
        is_invertible=rational_matrix(noise).rank() == n,
    )  # fmt: skip


def rounded_forward_matrix(noise: Matrix) -> Matrix:
    """M = T S^-1 T', no entry of it too large, nor too small by 3 C 2^-128.

    T_ij/s_j and T_ij are rounded down by less than 2^-128 each, and both are at most 1.
    """
    sums = [sum(column, Fraction(0)) for column in zip(*noise, strict=True)]
    shares, plain = [], []
    for row in noise:
        look()
        shares.append([_down(x / s) if s else 0 for x, s in zip(row, sums, strict=True)])
        plain.append([_down(x) for x in row])
    product = (fmpz_mat(shares) * fmpz_mat(plain).transpose()).tolist()
    return tuple(tuple(Fraction(int(x), 2 ** (2 * BITS)) for x in row) for row in product)


def _down(x: Fraction) -> int:
    return (x.numerator << BITS) // x.denominator
