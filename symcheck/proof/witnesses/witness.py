"""Witnesses for the small checker: whether a condition on a loss or a regularizer fails at a point of the scope.

The condition is asked at every point, so that one is enough: a whole number C, values of the parameters and entries of
the arrays, all of them shown to lie in the scope.  There the formula f(., y) is followed along rays: for small t > 0,
f(t v, y) is the sum of c_p(v, y) t^p up to what is smaller than the last one, and p may be negative or a
fraction.  The coefficients are intervals of rational numbers, rounded outwards.

What a condition says of the coefficients, as such a sum is unique:

- f is continuous at 0 (all conditions need that): c_p = 0 for p < 0, and c_0 is the same for all v.
- f is differentiable at 0: c_p = 0 for 0 < p < 1, and c_1 is linear in v: c_1 = grad f(0)'v.
- f is twice continuously differentiable near 0: c_p = 0 for 1 < p < 2, and c_2 = v'D^2 f(0)v/2.
- grad l(0, y) = kappa grad l_MUH(0, y): c_1 = kappa (mean(v) - v_y) with one kappa > 0 for all y.
- grad g(0) = 0: c_1 = 0.  D^2 g(0) is positive definite: c_2 > 0 for v != 0, on the quotient for v off (1, ..., 1).
- f(z + x (1, ..., 1)) = f(z): all c_p depend on v up to multiples of (1, ..., 1) alone.

The proof lists rays with weights, and a power p.  If the condition held, the weighted sum of the c_p would be 0 (or
have a sign); the interval of that sum says that it is not (or has not).  Kinks, jumps and poles need no
other rule.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import product as choices
from typing import Any

from symcheck.proof.check import Refused, need, shaped
from symcheck.proof.witnesses.followed import Followed, Weighted, need_whole
from symcheck.proof.witnesses.intervals import ZERO, Interval
from symcheck.proof.witnesses.points import Point
from symcheck.proof.witnesses.rays import known

MOST_TERMS, MOST_FOLD = 16, 12
CONDITIONS = (
    "loss-smooth", "loss-gradient", "regularizer-smooth", "regularizer-gradient", "regularizer-curvature",
    "shift-invariant",
)  # fmt: skip
LABELLED = {"take", "onehot", "amax_others", "product_others"}


def refute(statement: Mapping[str, Any], proof: Any) -> None:
    """Raises ``Refused`` unless ``proof`` shows that the condition ``which`` of ``statement`` fails at its ``point``.

    The statement has the formula and the scope as one that is proved, and ``which``, ``point`` = {"C": 3, "q": "1/2",
    "w[1]": "2", ...}, ``space``, the names of ``integer`` and of ``rounded`` parameters, and ``arrays`` as a
    certificate describes them.  The proof is {"rays": [[weight, label, direction], ...], "power": p, "fold": n,
    "terms": k}: p counts in powers of s = t^(1/n), k terms of a series are kept, and the last entry of a direction is
    that of all classes that are left.  It may have ``values`` {"tau": "C**(1/2)"} of parameters that the point leaves
    out.
    """
    fields = {"rays", "power", "fold", "terms"}
    need(type(proof) is dict and fields <= {*proof} <= {*fields, "values"}, "proof", f"{sorted(fields)} are needed")
    try:
        question = Question(statement, proof.get("values", {}))
        question.need_no(proof["rays"], proof["power"], proof["fold"], proof["terms"])
    except RecursionError:
        raise Refused("statement: it is nested too deeply") from None


class Question(Followed):
    """Whether a condition holds at the point of a ``statement``, with ``values`` of parameters that it leaves out."""

    def __init__(self, statement: Mapping[str, Any], values: Any) -> None:
        (self.which,) = shaped(statement, "statement", which="str")
        need(self.which in CONDITIONS, "which", "it is no condition that a witness is known for")
        super().__init__(statement, values)
        is_field = "detach" in self.tape.ops and not self.which.endswith("gradient")
        need(not is_field, "formula", "a detached part leaves no function of which the condition speaks")
        labelled = self.which.startswith("regularizer") and self.tape.ops & LABELLED
        need(not labelled, "formula", "a regularizer does not know the label")

    def need_no(self, rays: Any, power: Any, fold: Any, terms: Any) -> None:
        """Refused unless the coefficients of s^power along these rays are not what the condition says."""
        need_whole(fold, "fold", 1, MOST_FOLD)
        need_whole(terms, "terms", 1, MOST_TERMS)
        need_whole(power, "power", -MOST_TERMS, 2 * fold)
        weighted = self.rays(rays)
        total = ZERO
        for r in weighted:
            total += Interval(r.weight) * known(self.series(r, fold, terms), power)
        said = sign_said(self.which, weighted, power, fold, self.point, on_quotient=self.on_quotient)
        differs = total.sign in (1, -1) if said == 0 else (total.high <= 0 if said > 0 else total.low >= 0)
        need(differs, "rays", "what they add up to is not shown to be what the condition excludes")


def sign_said(which: str, rays: list[Weighted], power: int, fold: int, point: Point, *, on_quotient: bool) -> int:
    """The sign, 1, -1 or 0, that the weighted sum of the coefficients of s^power has if the condition holds."""
    reach = 2 if which.endswith(("smooth", "curvature")) else 1
    if which == "shift-invariant":
        need_vanishing((r.weight, (r.label, *(x - r.v[0] for x in r.v))) for r in rays)
    elif power < 0 or (power % fold and power < reach * fold) or (which, power) == ("regularizer-gradient", fold):
        return 0
    elif (which, power) == ("loss-gradient", fold):
        means = [sum(n * x for n, x in zip(point.sizes, r.v, strict=True)) / point.C for r in rays]
        said = sum(r.weight * (mean - r.v[r.label]) for mean, r in zip(means, rays, strict=True))
        return int(said > 0) - int(said < 0)
    elif (which, power) == ("regularizer-curvature", 2 * fold):
        for r in rays:
            off = any(x != r.v[0] for x in r.v) if on_quotient else any(r.v)
            need(r.weight > 0 and off, "rays", "positive weights and directions that are not 0 in the space are needed")
        return 1
    else:
        need(power % fold == 0 and power <= reach * fold, "power", "the condition says nothing of it")
        places = [*choices(range(len(point.sizes)), repeat=power // fold)]
        need_vanishing((r.weight * math.prod(r.v[e] for e in p), (r.label, *p)) for r in rays for p in places)
    return 0


def need_vanishing(terms: Iterable[tuple[Fraction, tuple[Any, ...]]]) -> None:
    """Refused unless those with the same key add up to 0, so that the condition says that the coefficients do."""
    sums: dict[tuple[Any, ...], Fraction] = {}
    for x, key in terms:
        sums[key] = sums.get(key, Fraction(0)) + x
    need(not any(sums.values()), "rays", "the condition says nothing of what they add up to")
