"""A pair whose prediction flips turn in the limit, where the two scores have a drift in common.

With d f/d chosen = -kappa/2 + c and d f/d rejected = kappa/2 + c at 0, one pair with the scores t u_1 of the chosen and
t u_2 of the rejected answer, D = u_1 - u_2 > 0, S = u_1 + u_2 and H = D^2 g(0) has, for a large weight lambda,

    lambda t u'Hu -> (1 - 2 eps) kappa D/2 - c S,

so that the chosen answer leads without flips and the rejected one with them wherever (1 - 2 eps) kappa D/2 < c S <
kappa D/2.  A family of scores with shared features would take c off; two answers of one model share their parameters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx

from symcheck.certificates.preferences.asked import Asked
from symcheck.conditions.cases.witness_points import decimals
from symcheck.conditions.gradient.loss_report import loss_report
from symcheck.field.ball import ball_of
from symcheck.field.element import Element
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.language.scope import FEWEST, Classes, Scope
from symcheck.readings.explicit.explicit import directional
from symcheck.reason import Undecided

FLIPS = Fraction(2, 5)
"""The rate of the flips in the witness."""

BITS = 128

_NEEDED = (Condition.LOSS_SMOOTH, Condition.REGULARIZER_SMOOTH, Condition.REGULARIZER_GRADIENT)


@dataclass(frozen=True)
class Turned:
    """The ``witness``, and ``told``: the pair and the rate from which on flips turn it."""

    witness: Witness
    told: str


def turned_pair(asked: Asked) -> Turned | None:
    """The pair at a point of the scope with a drift, None where no limit was shown there."""
    gradient = asked.facts.finding(Condition.LOSS_GRADIENT)
    if asked.penalty is None or gradient.witness is None or asked.facts.verdict(*_NEEDED) is not Verdict.PROVED:
        return None
    values = dict(gradient.witness.parameters)
    try:
        return _at(asked, values)
    except Undecided:
        return None


def _at(asked: Asked, values: dict[str, Fraction]) -> Turned | None:
    assert asked.penalty is not None
    loss = asked.loss.formula.with_values({n: v for n, v in values.items() if n in asked.loss.formula.names})
    penalty = asked.penalty.formula
    penalty = penalty.with_values({n: v for n, v in values.items() if n in penalty.names})
    if loss.parameters or penalty.parameters:
        return None
    report = loss_report(loss, Scope(Classes(FEWEST, FEWEST)), asked.budget)
    form = report.form
    if report.tier is not Tier.QUOTIENT or form is None:
        return None
    kappa, c = form.kappa, form.c
    with ctx.workprec(BITS):
        for scores in _scores(kappa.ball({}, BITS), c.ball({}, BITS)):
            curvature = directional(penalty, FEWEST, scores, {}, order=3, one_sided=False)[2]
            if curvature > 0:
                return _turned(kappa, c, scores, values)
    return None


def _scores(kappa: arb, c: arb) -> Iterator[tuple[int, int]]:
    """Whole u_1 > u_2 with c (u_1 + u_2) between a quarter and three quarters of kappa (u_1 - u_2)/2, as balls show."""
    if c.contains(0) or not kappa > 0:
        return
    middle = float((kappa / (4 * c)).mid())
    for denominator in (1, 2, 3, 5, 10, 100, 10_000):
        # u_1 + u_2 = r (u_1 - u_2)
        r = Fraction(middle).limit_denominator(denominator)
        share = 2 * c * ball_of(r) / kappa
        if share > ball_of(Fraction(1, 4)) and share < ball_of(Fraction(3, 4)):
            n, d = r.numerator, r.denominator
            u = (n + d, n - d)
            both = 2 if all(x % 2 == 0 for x in u) else 1
            yield u[0] // both, u[1] // both


def _turned(kappa: Element, c: Element, u: tuple[int, int], values: dict[str, Fraction]) -> Turned:
    apart, together = u[0] - u[1], u[0] + u[1]
    clean = kappa * Fraction(apart, 2) - c * together
    noisy = kappa * ((1 - 2 * FLIPS) * Fraction(apart, 2)) - c * together
    from_on = Fraction(1, 2) - c * together / (kappa * apart)
    pair = f"one pair with the scores {_times(u[0])} of the chosen and {_times(u[1])} of the rejected answer"
    text, decimal = _shown(noisy)
    witness = Witness(
        FEWEST,
        f"the limit of lambda u'Hu t at eps = {FLIPS}, for {pair}",
        text,
        f"a value > 0, as {_shown(clean)[0]} at eps = 0",
        decimal,
        values,
    )
    where = ", ".join(f"{n} = {v}" for n, v in sorted(values.items()))
    place = f"at {where}, " if where else ""
    told = (
        f"{place}{pair}, t real, and lambda g with H = D^2 g(0) and u'Hu > 0: for a large weight the chosen answer "
        f"leads without flips, and the rejected one with them, iff eps > {_shown(from_on)[0]}"
    )
    return Turned(witness, told)


def _times(u: int) -> str:
    return {1: "t", -1: "-t", 0: "0"}.get(u, f"{u} t")


def _shown(value: Element) -> tuple[str, str]:
    """``value`` exactly if that is short, and as a ball."""
    number, decimal = decimals(value.ball({}, BITS))
    text = value.text()
    return (text if len(text) <= 60 else number), decimal
