"""Preference losses in h and in both scores, with penalties and alone: each answer against values at points."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from benchmarks.soundness.pair import BUDGET
from benchmarks.soundness.trial import Outcome, Trial, Wrong
from benchmarks.soundness.truth.expressions import Unreadable, number_of
from benchmarks.soundness.truth.numbers import NoOpinion, ball
from benchmarks.soundness.truth.value import MP, value_at
from symcheck.certificates.preferences.answer import PreferenceAnswer
from symcheck.certificates.preferences.certify_preference import certify_preference
from symcheck.certificates.preferences.value import PreferenceCertificate
from symcheck.errors import SymcheckError
from symcheck.findings.verdict import Verdict
from symcheck.intake.preference_given import preference_of
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter

SMALL = MP.mpf(10) ** -150
"""Values of 300 digits that differ by less are equal."""

STEP = Fraction(1, 10**60)
"""Of differences at 0, where slopes are known to 50 digits and second derivatives too."""

CLOSE = MP.mpf(10) ** -20
"""Slopes of |h|^(3/2) at this step are 10^-30."""

RAYS = ((1, 0), (0, 1), (1, -1), (1, 1), (2, 1), (-1, -2), (3, -2), (-5, 4))
SCALES = tuple(map(Fraction, ("1/64", "1/7", "1", "5/2", "9")))
NUMBERS: Sequence[Fraction | str] = (*map(Fraction, ("1/3", "1/2", "1", "3/2", "2", "5")), "a")

OF_ONE = (
    "softplus(-{s}*{x})", "relu({s} - {x})", "exp(-{s}*{x})", "{x}**2", "abs({x})**3", "sigmoid(-{s}*{x})",
    "tanh({s}*{x})", "-{x}", "{x}**3", "({x} - {s})**2", "log(1 + {x}**2)", "-{s}*{x}", "sqrt(1 + {x}**2)",
    "softplus({x})", "{x}**4", "abs({x})", "sigmoid({s}*{x})", "relu(-{x})", "cosh({x})",
)  # fmt: skip
"""Functions of one score or of h."""

IN_DISGUISE = (
    "log(exp(chosen) + exp(rejected)) - chosen", "(chosen - rejected - {s})**2",
    "chosen**2 - 2*chosen*rejected + rejected**2 - {s}*chosen + {s}*rejected", "exp({s}*rejected)/exp({s}*chosen)",
)  # fmt: skip
"""Functions of h that do not look like one."""

PENALTIES = (None, None, "h**2/2", "l2", "h**2/2 + h**4", "abs(h)**3", "cosh(h) - 1", "abs(h)")


FREE = Parameter("a", above=0)
VALUES = tuple(map(Fraction, ("1/3", "1", "7/2")))
"""Values of the parameter a that are looked at, besides those of a witness."""


@dataclass(frozen=True)
class Preference(Trial):
    """The preference loss that ``formula`` writes, with ``penalty`` or alone; a in it is free, a > 0."""

    formula: str
    penalty: str | None

    @property
    def text(self) -> str:
        return f"{self.formula}, {self.penalty or 'alone'}"

    def run(self) -> Outcome:
        start = time.perf_counter()
        try:
            subject = preference_of(self.formula, {"a": FREE} if re.search(r"\ba\b", self.formula) else {})
            found = certify_preference(subject, self.penalty, budget=BUDGET)
        except SymcheckError as error:
            return Outcome(f"{type(error).__name__}", time.perf_counter() - start)
        seconds = time.perf_counter() - start
        judged = not_judged = 0
        wrong: list[Wrong] = []
        for answer in found.answers:
            try:
                wrong += _judged(found, answer)
                judged += answer.verdict is not Verdict.UNDECIDED
            except NoOpinion:
                not_judged += 1
        return Outcome(f"{found.verdict} {found.tier}", seconds, tuple(wrong), judged, not_judged)

    def smaller(self) -> tuple[Trial, ...]:
        parts = self.formula.split(" + ")
        fewer = (" + ".join((*parts[:i], *parts[i + 1 :])) for i in range(len(parts)) if len(parts) > 1)
        return tuple(Preference(text, self.penalty) for text in fewer)


@dataclass(frozen=True)
class _Truth:
    """Whether the statement ``may`` hold at a point, and ``does``; what else was ``wrong`` there."""

    may: bool
    does: bool
    wrong: tuple[Wrong, ...] = ()


def _judged(found: PreferenceCertificate, answer: PreferenceAnswer) -> Iterator[Wrong]:
    """PROVED is wrong where the statement fails at one value of a, and REFUTED where it holds at all of them."""
    names = [p.name for p in found.scope.parameters]
    points = [dict.fromkeys(names, v) for v in (VALUES if names else VALUES[:1])]
    if answer.witness is not None and {*answer.witness.parameters} == {*names}:
        points.insert(0, dict(answer.witness.parameters))
    truths = [_TRUTHS[answer.name](_At(found, point), answer) for point in points]
    for truth in truths[: 1 if answer.verdict is Verdict.REFUTED else None]:
        yield from truth.wrong
    if answer.verdict is Verdict.PROVED and not all(t.may for t in truths):
        yield Wrong(answer.name, "PROVED", f"it fails at one of {points}")
    if answer.verdict is Verdict.REFUTED and all(t.does for t in truths):
        yield Wrong(answer.name, "REFUTED", f"it holds at {points}")


class _At:
    """Values of the loss and the penalty at a point of the scope, by a plain fold with numbers of 300 digits."""

    def __init__(self, found: PreferenceCertificate, values: Mapping[str, Fraction]) -> None:
        self.found, self.loss, self.values = found, found.certificate.loss.formula, values
        self.penalty = None if found.penalty is None else found.penalty.formula

    def f(self, chosen: Fraction, rejected: Fraction) -> Any:
        return _value(self.loss, chosen, rejected, self.values)

    def g(self, chosen: Fraction, rejected: Fraction) -> Any:
        assert self.penalty is not None
        return _value(self.penalty, chosen, rejected, self.values)

    def even(self, c: Fraction, r: Fraction) -> Any:
        return self.f(c, r) + self.f(r, c) - 2 * self.f(Fraction(0), Fraction(0))

    def odd(self, c: Fraction, r: Fraction) -> Any:
        return self.f(c, r) - self.f(r, c)

    def slope(self, f: Function, c: int, r: int) -> Any:
        """The slope at 0 in this direction, from one side."""
        return (f(c * STEP, r * STEP) - f(Fraction(0), Fraction(0))) / _mp(STEP)

    def bend(self, f: Function, c: int, r: int) -> Any:
        """The second derivative at 0 in this direction."""
        zero = f(Fraction(0), Fraction(0))
        return (f(c * STEP, r * STEP) + f(-c * STEP, -r * STEP) - 2 * zero) / _mp(STEP) ** 2

    def is_smooth(self, f: Function) -> bool:
        """Whether f looks twice differentiable at 0: slopes of two sides, and bends at two steps."""
        return all(
            _equal(self.slope(f, c, r), -self.slope(f, -c, -r), CLOSE)
            and _equal(self.bend(f, c, r), self.bend(f, 2 * c, 2 * r) / 4, CLOSE)
            for c, r in RAYS
        )

    @property
    def gradient(self) -> tuple[Any, Any] | None:
        """kappa and c; None where there is a kink at 0."""
        c, r = self.slope(self.f, 1, 0), self.slope(self.f, 0, 1)
        along = all(_equal(self.slope(self.f, u, v), u * c + v * r, CLOSE) for u, v in RAYS)
        return (r - c, (c + r) / 2) if along else None


def _value(formula: Formula, chosen: Fraction, rejected: Fraction, values: Mapping[str, Fraction]) -> Any:
    found = value_at(formula, (chosen, rejected), 0, values)
    if found is None:
        raise NoOpinion("no value")
    return found


def _mp(x: Fraction) -> Any:
    return MP.mpf(x.numerator) / x.denominator


def _equal(a: Any, b: Any, within: Any = SMALL) -> bool:
    return bool(abs(a - b) <= within * (1 + abs(a) + abs(b)))


def _points() -> Iterator[tuple[Fraction, Fraction]]:
    return ((c * s, r * s) for c, r in RAYS for s in SCALES)


def _symmetric(at: _At, answer: PreferenceAnswer) -> _Truth:  # noqa: ARG001
    holds = all(_equal(at.even(c, r), MP.mpf(0)) for c, r in _points())
    return _Truth(holds, holds)


def _exact(at: _At, answer: PreferenceAnswer) -> _Truth:
    """The odd part of degree 1, and one k > 1 for the even part and the penalty."""
    holds = all(_equal(at.odd(2 * c, 2 * r), 2 * at.odd(c, r)) for c, r in _points())
    functions: list[Function] = [at.even]
    if at.penalty is not None:
        functions.append(lambda c, r: at.g(c, r) - at.g(c * 0, r * 0))
    powers = []
    for f in functions:
        for c, r in _points():
            one, two = f(c, r), f(2 * c, 2 * r)
            if abs(one) <= SMALL and abs(two) <= SMALL:
                continue
            if abs(one) <= SMALL or two / one <= 2:
                holds = False
            else:
                powers.append(two / one)
    holds = holds and all(_equal(x, powers[0]) for x in powers)
    wrong = []
    if holds and powers and answer.degree is not None and not _equal(powers[0], MP.mpf(2) ** _mp(answer.degree)):
        wrong.append(Wrong("exact: degree", str(answer.degree), str(MP.log(powers[0], 2))))
    return _Truth(holds, holds, tuple(wrong))


def _limit(at: _At, answer: PreferenceAnswer) -> _Truth:
    gradient, zero = at.gradient, Fraction(0)
    is_in_h = all(_equal(f(c, r), f(c - r, zero)) for f in (at.f, at.g) for c, r in _points())
    directions = RAYS[:1] if is_in_h else RAYS
    holds = gradient is not None and gradient[0] > CLOSE and abs(gradient[1]) <= CLOSE and at.is_smooth(at.f)
    flat = all(abs(at.slope(at.g, c, r)) <= CLOSE for c, r in RAYS)
    definite = flat and at.is_smooth(at.g) and all(at.bend(at.g, c, r) > CLOSE for c, r in directions)
    grows = flat and all(at.g(c * STEP, r * STEP) > at.g(zero, zero) for c, r in directions)
    wrong = []
    if answer.witness is not None and "u'Hu" in answer.witness.quantity and gradient is not None:
        wrong = list(_turned(answer.witness.quantity, *gradient))
    return _Truth(holds and (definite or grows), holds and definite, tuple(wrong))


def _turned(text: str, kappa: Any, c: Any) -> Iterator[Wrong]:
    """The scores of the witness: the chosen answer leads without flips, and not at eps = 2/5."""
    u = [_factor(text.partition(start)[2].partition(" of the ")[0]) for start in ("with the scores ", "chosen and ")]
    clean, noisy = (a * kappa * (u[0] - u[1]) / 2 - c * (u[0] + u[1]) for a in (1, MP.mpf(1) / 5))
    if u[0] <= u[1] or not clean > 0 > noisy:
        yield Wrong("limit: the pair that turns", text, f"clean {clean}, noisy {noisy}")


def _factor(text: str) -> int:
    number = text.removesuffix("t").strip()
    return {"": 1, "-": -1}.get(number) or int(number)


def _first_step(at: _At, answer: PreferenceAnswer) -> _Truth:  # noqa: ARG001
    gradient, kappa = at.gradient, at.found.kappa
    holds = gradient is not None and bool(abs(gradient[1]) <= CLOSE)
    wrong = []
    if gradient is not None and kappa is not None:
        try:
            said = ball(number_of(kappa, at.values)).mid
        except Unreadable:
            return _Truth(holds, holds)
        if not _equal(said, gradient[0], CLOSE):
            wrong.append(Wrong("kappa", str(kappa), str(gradient[0]), str(at.values)))
    return _Truth(holds, holds, tuple(wrong))


Function = Callable[[Fraction, Fraction], Any]
_TRUTHS = {"symmetric": _symmetric, "exact": _exact, "limit": _limit, "first-step": _first_step}


def trial(rng: random.Random, index: int) -> Trial:  # noqa: ARG001 - every number draws another one
    """A sum of functions of h or of the scores, a symmetric loss, one that scales, or a near miss of these."""
    draw = rng.choice((_in_h, _in_h, _in_both, _symmetric_one, _scaling, _scaling, _disguised))
    return Preference(draw(rng), rng.choice(PENALTIES))


def _term(rng: random.Random, x: str) -> str:
    return rng.choice(OF_ONE).format(s=rng.choice(NUMBERS), x=x)


def _sum(rng: random.Random, terms: Sequence[str]) -> str:
    return " + ".join(f"{rng.choice((1, 1, 2, Fraction(1, 2), -1))}*({term})" for term in terms)


def _in_h(rng: random.Random) -> str:
    return _sum(rng, [_term(rng, "h") for _ in range(rng.choice((1, 1, 2, 3)))])


def _in_both(rng: random.Random) -> str:
    scores = ("chosen", "(-rejected)", "rejected", "(chosen - rejected)", "(-chosen)")
    return _sum(rng, [_term(rng, rng.choice(scores)) for _ in range(rng.choice((1, 2, 2, 3)))])


def _symmetric_one(rng: random.Random) -> str:
    """A function less the same with the scores swapped, now and then with something that breaks it."""
    if rng.random() < 0.5:
        term = rng.choice(OF_ONE)
        s = rng.choice(NUMBERS)
        found = f"{term.format(s=s, x='h')} - ({term.format(s=s, x='(-h)')})"
        return found + rng.choice(("", "", f" + {_term(rng, 'h')}", " + h**4/1000"))
    term, s = rng.choice(OF_ONE), rng.choice(NUMBERS)
    found = f"{term.format(s=s, x='rejected')} - ({term.format(s=s, x='chosen')})"
    return found + rng.choice(("", "", f" + {_term(rng, 'chosen')}", " + (chosen + rejected)/100"))


def _scaling(rng: random.Random) -> str:
    """-c h and a power, on both sides of what Theorem 1 asks for."""
    k, c, q = rng.choice((2, 3, 4, Fraction(3, 2), 1)), rng.choice(NUMBERS), rng.choice((*NUMBERS, Fraction(-1)))
    if rng.random() < 0.5:
        power = "h**2" if k == 2 else f"abs(h)**({k})"
        return f"-{c}*h + ({q})*{power}" + rng.choice(("", "", "", " + 1", " + h**3", " + abs(h)/100", " + h**2"))
    power = rng.choice(
        ("chosen**2 + rejected**2", "(chosen + rejected)**2", "chosen*rejected", "chosen**4 + rejected**4")
    )
    odd = rng.choice((f"-{c}*chosen + {c}*rejected", f"-{c}*chosen", f"{c}*abs(rejected) - {c}*abs(chosen)"))
    return f"{odd} + ({q})*({power})" + rng.choice(("", "", " + chosen", " + chosen**3"))


def _disguised(rng: random.Random) -> str:
    return rng.choice(IN_DISGUISE).format(s=rng.choice(NUMBERS)) + rng.choice(("", "", " + chosen/1000"))
