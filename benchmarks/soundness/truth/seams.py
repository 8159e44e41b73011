"""Seams: where a formula passes from one branch to another next to z = 0, and whether it is C^2 across.

A branch that turns at 0 turns on a surface through 0.  Points of the surface are found next to 0, at two scales, and
the derivatives up to the second order on its two sides are compared.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from symcheck.language.formula import Formula

from benchmarks.soundness.truth import numbers
from benchmarks.soundness.truth.layout import Layout
from benchmarks.soundness.truth.numbers import CONTEXT, ZERO, Ball, NoOpinion, Number, Undefined
from benchmarks.soundness.truth.rays import Place, Ray

TURNS = frozenset({"abs", "relu", "maximum", "minimum", "branch", "amax", "amin", "amax_others", "amin_others"})
"""Operators that are analytic on both sides of their seam."""

SCALES = (Fraction(1, 100), Fraction(1, 10_000))
LINES = 4
"""So many lines are tried at each scale."""

BESIDE = Fraction(1, 10**40)
JUMP = Fraction(1, 10**20)
"""Derivatives at the distance ``BESIDE`` from a seam that differ by more than ``JUMP`` are different."""


def is_seamless(
    formula: Formula, layout: Layout, values: Mapping[str, Number], touched: Iterable[Place]
) -> bool | None:
    """Whether the formula is C^2 across all the seams of the ``touched`` operators; None where one was not found."""
    answer: bool | None = True
    for place, at in sorted(touched):
        if formula.nodes[place].op not in TURNS:
            answer = None
            continue
        try:
            found = [_is_smooth_at(formula, layout, values, (place, at), scale) for scale in SCALES]
        except (NoOpinion, Undefined):
            answer = None
            continue
        if found == [False, False]:
            return False
        if found != [True, True]:
            answer = None
    return answer


def _is_smooth_at(
    formula: Formula, layout: Layout, values: Mapping[str, Number], place: Place, scale: Fraction
) -> bool | None:
    """Whether it is C^2 at points of the seam at this distance from 0, None if no point was found."""
    rng = random.Random(f"{place} {scale}")
    size = len(layout.counts)
    found = False

    def drawn() -> list[Fraction]:
        return [scale * Fraction(rng.randint(-100, 100), 100) for _ in range(size)]

    for _ in range(LINES):
        start, line = drawn(), drawn()

        def on_line(s: Any, start: list[Fraction] = start, line: list[Fraction] = line) -> list[Number]:
            step = Ball(s, float("-inf")) if not isinstance(s, Fraction) else s
            return [numbers.add(a, numbers.multiply(step, b)) for a, b in zip(start, line, strict=True)]

        def switch(s: Any) -> Any:
            ray = Ray(formula, layout, values, [ZERO] * size, on_line(s), 1)
            ray.all()
            value = ray.switches[place].coefficient(0)
            return numbers.ball(value).mid

        low, high = CONTEXT.mpf(-3), CONTEXT.mpf(3)
        if switch(low) * switch(high) >= 0:
            continue
        try:
            root = CONTEXT.findroot(switch, (low, high), solver="anderson", tol=CONTEXT.mpf(10) ** -90, maxsteps=60)
        except ValueError:
            continue
        found = True
        beside = CONTEXT.mpf(1) / BESIDE.denominator
        for d in ([Fraction(int(g == layout.label)) for g in range(size)], drawn(), line):
            unit = [x / scale for x in d] if max(map(abs, d)) < 1 else d
            jets = [_jet(formula, layout, values, on_line(root + side), unit) for side in (-beside, beside)]
            if any(abs(numbers.ball(numbers.subtract(a, b)).mid) > JUMP.numerator / CONTEXT.mpf(JUMP.denominator)
                   for a, b in zip(*jets, strict=True)):  # fmt: skip
                return False
    return True if found else None


def _jet(
    formula: Formula, layout: Layout, values: Mapping[str, Number], start: Sequence[Number], direction: list[Fraction]
) -> list[Number]:
    found = Ray(formula, layout, values, direction, start, 3).germ()
    return [found.coefficient(k) for k in range(3)]
