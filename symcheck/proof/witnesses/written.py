"""Proofs at one point: where C, the parameters and the entries of arrays are numbers, no hints are needed.

There the coefficients of a formula along rays are known.  It is twice continuously differentiable near z = 0 if all
that it is made of is so where it is taken, which the values at z = 0 tell: arguments of logarithms and powers are
positive, denominators and switches are not 0.  Then grad f(0)'v = c_1(v) and v'D^2 f(0)v = 2 c_2(v).  Equalities are
those of numbers that are seen to be 0, and a matrix is positive definite if all its pivots have positive intervals.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from symcheck.proof.check import Refused, need, shaped, sure, weight
from symcheck.proof.witnesses.followed import Followed, constant
from symcheck.proof.witnesses.intervals import ZERO, Interval
from symcheck.proof.witnesses.rays import NOTHING, Entries, Ray, Series, known, number_of, sign
from symcheck.proof.witnesses.witness import LABELLED

ALL = {"rays": "all"}
"""The proof of a statement at one point."""

MINUS = Interval(Fraction(-1))


class AtZero(Ray):
    """The values of nodes at z = 0, refused where an operator is not twice continuously differentiable near them."""

    def branch(self, switch: Entries, positive: Entries | Refused, otherwise: Entries | Refused) -> Entries:
        need(all(sign(x) for x in switch), "formula", "a switch is 0 at z = 0")
        return super().branch(switch, positive, otherwise)

    def flat(self, u: Entries, value: Entries | Refused) -> Entries:
        # |u|^k with k > 2 is 0 with both derivatives where u is 0.
        return [NOTHING if sign(x) == 0 else sure(value)[e] for e, x in enumerate(u)]

    def raised(self, a: Series, b: Series) -> Series:
        need(sign(a) > 0, "formula", "a power of a number that is not positive at z = 0")
        return super().raised(a, b)


def check_written(statement: Mapping[str, Any], proof: Any) -> None:
    """Raises ``Refused`` unless the claim of a statement about a loss or a regularizer holds at its one point."""
    need(proof == ALL, "proof", f"{ALL} is needed")
    try:
        Claim(statement).need_shown()
    except RecursionError:
        raise Refused("statement: it is nested too deeply") from None


class Claim(Followed):
    """What is claimed of the formula of a statement with ``about`` (loss, regularizer, ...) at fixed numbers."""

    def __init__(self, statement: Mapping[str, Any]) -> None:
        self.about, self.kappa, scope = shaped(statement, "statement", about="str", kappa="str|NoneType", scope="dict")
        known = ("loss", "loss-sum", "regularizer", "smooth")
        need(self.about in known, "statement.about", f"one of {', '.join(known)} is needed")
        classes, parameters = shaped(scope, "scope", classes="dict", parameters="list")
        low, high = shaped(classes, "scope.classes", low="int", high="int|NoneType")
        need(low == high, "scope.classes", "one C is needed")
        point: dict[str, Any] = {"C": low}
        for p in parameters:
            name, interval = shaped(p, "scope.parameters", name="str", interval="dict")
            need(interval.get("low") == interval.get("high") is not None, f"scope.{name[:40]}", "one number is needed")
            point[name] = interval["low"]
        super().__init__({**statement, "point": point}, {})

    def need_shown(self) -> None:
        """Refused unless it is seen to hold."""
        ties = {"amax", "argmax"} | ({"amax_others"} if self.point.C > 2 else set())
        need(not self.tape.ops & ties, "formula", "it is not shown to be twice continuously differentiable")
        # With a detached part the gradient is the field that autograd returns, which has another Hessian.
        need(self.about.startswith("loss") or "detach" not in self.tape.ops, "formula", "it has a detached part")
        # Without arrays the classes but y are alike, so that one label and one other class tell all.
        labels = [*range(1, 1 + (self.point.C if self.is_written_out else 1))]
        classes = [*range(1, 1 + (self.point.C if self.is_written_out else 2))]
        self._need_analytic(labels)
        if self.about == "loss":
            self._need_gradient(labels, classes)
        elif self.about == "loss-sum":
            self._need_sum()
        elif self.about == "regularizer":
            need(not self.tape.ops & LABELLED, "formula", "a regularizer does not know the label")
            self._need_definite(classes)

    def _need_analytic(self, labels: list[int]) -> None:
        for r in self.rays([["1", y, ["0"]] for y in labels]):
            values = AtZero(self.point, r.v, r.label, 1, 1).values(self.tape)
            need(len(sure(values[self.tape.result])) == 1, "formula", "it is no scalar")
            need(not self.on_quotient or self._is_invariant(values), "formula", "it is not shown to be shift-invariant")

    def _is_invariant(self, values: list[Entries | Refused]) -> bool:
        """Whether the small checker sees that the formula does not change under z + t (1, ..., 1)."""
        numbers = [[number_of(x) for x in v] if isinstance(v, list) else [] for v in values]
        jets = SimpleNamespace(
            jets=[[[q] for q in v] if None not in v else [] for v in numbers],
            sizes=[(0, 0)] * len(values),
            letters=SimpleNamespace(scope=self.scope),
            cut=lambda x: x,
            C=Fraction(self.point.C),
        )
        found: bool = weight(self.tape, jets) == ("by", 0)  # type: ignore[arg-type]
        return found

    def _need_gradient(self, labels: list[int], classes: list[int]) -> None:
        """Refused unless grad l(0, y) = kappa grad l_MUH(0, y), (1/C - 1) kappa at y and kappa/C elsewhere."""
        places = [(y, k) for y in labels for k in classes]
        slopes = dict(zip(places, self._along([(y, [k]) for y, k in places], 1), strict=True))
        size = Interval(Fraction(self.point.C))
        kappa = size * slopes[1, 2] if self.kappa is None else constant(self.kappa, self.scope, self.point, "kappa")
        need(kappa.sign == 1, "kappa", "it is not shown positive")
        for (y, k), slope in slopes.items():
            wanted = Interval(Fraction(1, self.point.C) - (k == y)) * kappa
            need(
                (slope + MINUS * wanted).sign == 0,
                "formula",
                f"d l/d z_{k} for y = {y} is not seen to be that of kappa MUH",
            )

    def _need_sum(self) -> None:
        """Refused unless the sum over y of grad l(0, y) is 0."""
        places = range(1, 1 + self.point.C)
        slopes = self._along([(y, [k]) for k in places for y in places], 1)
        for k in places:
            total = ZERO
            for slope in slopes[(k - 1) * self.point.C : k * self.point.C]:
                total += slope
            need(total.sign == 0, "formula", f"the sum over y of d l/d z_{k} is not seen to be 0")

    def _need_definite(self, classes: list[int]) -> None:
        """Refused unless grad g(0) = 0 and D^2 g(0) is positive definite."""
        need(
            all(x.sign == 0 for x in self._along([(1, [k]) for k in classes], 1)),
            "formula",
            "grad g(0) is not seen to be 0",
        )
        alone = dict(zip(classes, self._along([(1, [k]) for k in classes], 2), strict=True))
        pairs = [(i, j) for i in classes for j in classes if i < j]
        # Along e_i + e_j twice the coefficient is H_ii + H_jj + 2 H_ij.
        off = {
            pair: c + MINUS * (alone[pair[0]] + alone[pair[1]])
            for pair, c in zip(pairs, self._along([(1, [*pair]) for pair in pairs], 2), strict=True)
        }
        twice = {k: x + x for k, x in alone.items()}
        if not self.is_written_out:
            need_pivots([[twice[1] + MINUS * off[1, 2]]])
            need_pivots([[twice[1] + Interval(Fraction(self.point.C - 1)) * off[1, 2]]] * (not self.on_quotient))
            return
        rows = [[twice[i] if i == j else off[min(i, j), max(i, j)] for j in classes] for i in classes]
        if self.on_quotient:  # e_i - e_C are a basis of it
            *rows, last = rows
            rows = [
                [x + last[-1] + MINUS * (row[-1] + y) for x, y in zip(row[:-1], last[:-1], strict=True)] for row in rows
            ]
        need_pivots(rows)

    def _along(self, given: list[tuple[int, list[int]]], power: int) -> list[Interval]:
        """The coefficients of t^power along sums of unit vectors."""
        rays = []
        for y, ones in given:
            v = [str(int(k in ones)) for k in range(1, 2 + max(ones))][: self.point.C]
            rays.append(["1", y, v])
        return [known(self.series(r, 1, power + 1), power) for r in self.rays(rays)]


def need_pivots(rows: list[list[Interval]]) -> None:
    """Refused unless all pivots of a symmetric matrix are positive."""
    while rows:
        first, *others = rows
        need(first[0].sign == 1, "formula", "D^2 g(0) is not shown to be positive definite")
        over = MINUS * first[0].power(Fraction(-1))
        rows = [[x + row[0] * y * over for x, y in zip(row[1:], first[1:], strict=True)] for row in others]
