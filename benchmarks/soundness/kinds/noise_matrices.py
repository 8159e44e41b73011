"""noise_condition against exact arithmetic: random T, given in several forms, with laws and Hessians."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from benchmarks.soundness.trial import Outcome, Trial, Wrong
from symcheck.class_conditional.condition import noise_condition
from symcheck.class_conditional.noise_answer import NoiseCondition
from symcheck.errors import SymcheckError
from symcheck.findings.verdict import Verdict

Rows = tuple[tuple[Fraction, ...], ...]

LAWS = 60
"""Random laws that are tried against what is said of every law."""
NEARER = Fraction(1, 1000)
"""A lead a little larger than that which is enough."""


@dataclass(frozen=True)
class Matrix(Trial):
    """T = ``rows``, whose entries are handed over as ``given``; H = ``hessian``; ``laws`` None for every law."""

    rows: Rows
    given: str
    hessian: Rows | None
    laws: Rows | None
    seed: str

    @property
    def text(self) -> str:
        parts = [("H", self.hessian), ("laws", self.laws)]
        rest = "".join(f"; {name} = {_shown(rows)}" for name, rows in parts if rows is not None)
        return f"T = {_shown(self.rows)} as {self.given}{rest}"

    @property
    def handed(self) -> object:
        """T as it is handed over."""
        if self.given == "counts":
            whole = 1
            for row in self.rows:
                for x in row:
                    whole *= x.denominator // _gcd(whole, x.denominator)
            return tuple(tuple(int(x * whole) for x in row) for row in self.rows)
        return tuple(tuple(str(x) if self.given == "text" else x for x in row) for row in self.rows)

    def run(self) -> Outcome:
        start = time.perf_counter()
        try:
            found = noise_condition(self.handed, self.hessian, laws=self.laws)
        except SymcheckError as error:
            seconds = time.perf_counter() - start
            if self._objection():
                return Outcome(type(error).__name__, seconds, judged=1)
            said = Wrong("noise_condition: error", str(error), "it is a noise matrix")
            return Outcome(type(error).__name__, seconds, (said,), judged=1)
        seconds = time.perf_counter() - start
        if self._objection():
            said = Wrong("noise_condition: no error", str(found.verdict), "it is no noise matrix")
            return Outcome(str(found.verdict), seconds, (said,), judged=1)
        wrong = [*self._verdict(found), *self._witness(found), *self._lead(found)]
        return Outcome(str(found.verdict), seconds, tuple(wrong), judged=2 + (found.witness is not None))

    def _objection(self) -> bool:
        """Whether T is no noise matrix, or counts of a class that was never labelled."""
        return any(sum(row) != 1 or min(row) < 0 for row in self.rows)

    def _turns(self, eta: Sequence[Fraction]) -> bool:
        return _leaders(self._scores(eta)) != _leaders(self._scores(self._noisy(eta)))

    def _noisy(self, eta: Sequence[Fraction]) -> list[Fraction]:
        places = range(len(self.rows))
        return [sum((eta[m] * self.rows[m][j] for m in places), Fraction(0)) for j in places]

    def _scores(self, eta: Sequence[Fraction]) -> list[Fraction]:
        """H^-1 (eta - u) by Cramer's way, up to the factor det H > 0."""
        share = Fraction(1, len(self.rows))
        right = [x - share for x in eta]
        if self.hessian is None:
            return right
        return [_determinant(_replaced(self.hessian, j, right)) for j in range(len(right))]

    def _verdict(self, found: NoiseCondition) -> Iterator[Wrong]:
        """T = a I + (1 - a)/C 11' with a > 0, or some law turns; with laws, whether one of these does."""
        if self.laws is not None:
            holds = not any(map(self._turns, self.laws))
        else:
            off = {x for i, row in enumerate(self.rows) for j, x in enumerate(row) if i != j}
            holds = len(off) == 1 and self.rows[0][0] > min(off) and len({r[i] for i, r in enumerate(self.rows)}) == 1
            turning = [eta for eta in self._drawn() if self._turns(eta)]
            if holds and turning:
                yield Wrong("the theorem on uniform noise", "every law keeps", f"one turns: {_shown([turning[0]])}")
        if found.verdict is not Verdict.UNDECIDED and (found.verdict is Verdict.PROVED) != holds:
            yield Wrong("noise_condition: verdict", str(found.verdict), "it holds" if holds else "it does not hold")

    def _witness(self, found: NoiseCondition) -> Iterator[Wrong]:
        if found.verdict is Verdict.REFUTED and found.witness is None:
            yield Wrong("noise_condition: witness", "none", "REFUTED has one")
        if found.witness is None:
            return
        eta = found.witness.eta
        if sum(eta) != 1 or min(eta) < 0 or not self._turns(eta):
            yield Wrong("noise_condition: witness", str(found.witness), "it is no law, or noise turns nothing there")
        before, after = _leaders(self._scores(eta)), _leaders(self._scores(self._noisy(eta)))
        if (found.witness.clean, found.witness.noisy) != (before, after):
            yield Wrong("noise_condition: classes", str(found.witness), f"{before} before, {after} after")

    def _lead(self, found: NoiseCondition) -> Iterator[Wrong]:
        """Where one class leads by more than ``lead``, noise turns nothing."""
        if found.lead is None or self.hessian is not None:
            return
        wanted = found.lead + NEARER
        for law in self._drawn() if wanted <= 1 else ():
            i = _leaders(law)[0] - 1
            ahead = law[i] - max(x for k, x in enumerate(law) if k != i)
            # so much of the rest moves to the class that leads
            share = max(Fraction(0), (wanted - ahead) / (1 - ahead)) if ahead < 1 else Fraction(0)
            eta = [(1 - share) * x + share * (k == i) for k, x in enumerate(law)]
            if self._turns(eta):
                yield Wrong("noise_condition: lead", str(found.lead), f"noise turns {_shown([eta])}")
                return

    def _drawn(self) -> Iterator[list[Fraction]]:
        rng = random.Random(f"laws {self.seed}")
        for _ in range(LAWS):
            weights = [rng.choice((0, 1, 2, 3, 5, 50)) + Fraction(rng.randint(0, 9), 10) for _ in self.rows]
            total = sum(weights)
            if total and len(_leaders(weights)) == 1:
                yield [x / total for x in weights]


def trial(rng: random.Random, index: int) -> Trial:  # noqa: ARG001 - every number draws another one
    """Uniform noise on both sides of (C-1)/C, the same a little changed, anything else, and what is no noise."""
    classes = rng.choice((2, 3, 3, 4, 5, 6))
    kind = rng.choice(("uniform", "uniform", "changed", "any", "any", "sparse", "wrong"))
    rows = _uniform(rng, classes) if kind in ("uniform", "changed") else _any(rng, classes, sparse=kind == "sparse")
    if kind == "changed":
        i, j, k = (rng.randrange(classes) for _ in range(3))
        moved = min(rows[i][j], Fraction(1, rng.choice((100, 10**6, 10**12))))
        rows[i][j] -= moved
        rows[i][k] += moved
    if kind == "wrong":
        rows[rng.randrange(classes)][rng.randrange(classes)] += rng.choice((Fraction(1, 10**9), Fraction(-1, 7)))
    given = rng.choice(("fractions", "text")) if kind == "wrong" else rng.choice(("fractions", "text", "counts"))
    laws = None
    if rng.random() < 0.25:
        laws = tuple(map(tuple, _any(rng, classes, sparse=rng.random() < 0.5)))[: rng.randint(1, classes)]
    hessian = _definite(rng, classes) if rng.random() < 0.3 else None
    return Matrix(tuple(map(tuple, rows)), given, hessian, laws, str(rng.random()))


def _uniform(rng: random.Random, classes: int) -> list[list[Fraction]]:
    rho = Fraction(rng.randint(0, 24), 24)
    return [[1 - rho if i == j else rho / (classes - 1) for j in range(classes)] for i in range(classes)]


def _any(rng: random.Random, classes: int, *, sparse: bool) -> list[list[Fraction]]:
    found = []
    for i in range(classes):
        weights = [rng.choice((0, 0, 0, 1)) if sparse else rng.randint(0, 9) for _ in range(classes)]
        weights[i] += rng.choice((1, 3, 9))
        found.append([Fraction(w, sum(weights)) for w in weights])
    return found


def _definite(rng: random.Random, classes: int) -> Rows:
    """A A' + 1 for a random A of whole numbers."""
    places = range(classes)
    a = [[rng.randint(-2, 2) for _ in places] for _ in places]
    return tuple(
        tuple(Fraction(sum(x * y for x, y in zip(a[i], a[j], strict=True)) + (i == j)) for j in places) for i in places
    )


def _leaders(scores: Sequence[Fraction]) -> tuple[int, ...]:
    return tuple(k for k, x in enumerate(scores, 1) if x == max(scores))


def _determinant(rows: Sequence[Sequence[Fraction]]) -> Fraction:
    """By the first row."""
    if len(rows) == 1:
        return rows[0][0]
    found = Fraction(0)
    for j, x in enumerate(rows[0]):
        found += (-1) ** j * x * _determinant([[*row[:j], *row[j + 1 :]] for row in rows[1:]])
    return found


def _replaced(rows: Rows, column: int, right: Sequence[Fraction]) -> list[list[Fraction]]:
    return [[right[i] if j == column else x for j, x in enumerate(row)] for i, row in enumerate(rows)]


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def _shown(rows: Sequence[Sequence[Fraction]]) -> str:
    return "; ".join(f"({', '.join(map(str, row))})" for row in rows)
