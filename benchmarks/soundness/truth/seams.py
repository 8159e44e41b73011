"""Seams: where a formula passes from one branch to another next to z = 0, and whether it is C^2 across.

A branch that turns at 0 turns on a surface through 0.  Points of the surface are found next to 0, at two scales, and
the derivatives up to the second order on its two sides are compared.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from benchmarks.soundness.truth import numbers
from benchmarks.soundness.truth.layout import Layout
from benchmarks.soundness.truth.numbers import CONTEXT, ZERO, Ball, NoOpinion, Number, Undefined
from benchmarks.soundness.truth.rays import Place, Ray
from symcheck.language.formula import Formula

TURNS = frozenset({"abs", "relu", "maximum", "minimum", "branch", "amax", "amin", "amax_others", "amin_others"})
"""Operators that are analytic on both sides of their seam."""

SCALES = (Fraction(1, 10), Fraction(1, 100))
LINES, WANTED = 12, 2
"""So many lines are tried at each scale, until so many points are found."""

FAR, BESIDE = CONTEXT.mpf(10) ** -30, CONTEXT.mpf(10) ** -45
JUMP, NOISE = CONTEXT.mpf(10) ** -6, CONTEXT.mpf(10) ** -60
"""What derivatives at these distances from a seam differ by: a jump, if it shrinks to not less than this part.

The place of the seam is known to 90 digits: what that makes of an even function is less than ``NOISE``.
"""


def is_seamless(
    formula: Formula, layout: Layout, values: Mapping[str, Number], touched: Iterable[Place]
) -> bool | None:
    """Whether the formula is C^2 across all the seams of the ``touched`` operators; None where one was not found."""
    answer: bool | None = True
    for place, at in _different(formula, layout, touched):
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


def _different(formula: Formula, layout: Layout, touched: Iterable[Place]) -> list[Place]:
    """One of those that are alike: for a formula that treats all classes alike, groups but for the label's are."""
    found: dict[tuple[int, tuple[object, ...]], Place] = {}
    for place, at in sorted(touched):
        alike = at if formula.is_classwise else tuple(sorted(g == layout.label for g in at))
        found.setdefault((place, alike), (place, at))
    return list(found.values())


def _is_smooth_at(
    formula: Formula, layout: Layout, values: Mapping[str, Number], place: Place, scale: Fraction
) -> bool | None:
    """Whether it is C^2 at points of the seam at this distance from 0, None if no point was found."""
    rng = random.Random(f"{place} {scale}")
    size = len(layout.counts)
    found = 0

    def drawn() -> list[Fraction]:
        return [scale * Fraction(rng.randint(-100, 100), 100) for _ in range(size)]

    for _ in range(LINES):
        start, line = drawn(), drawn()

        def on_line(s: Any, start: list[Fraction] = start, line: list[Fraction] = line) -> list[Number]:
            step = Ball(s, float("-inf")) if not isinstance(s, Fraction) else s
            return [numbers.add(a, numbers.multiply(step, b)) for a, b in zip(start, line, strict=True)]

        def at(s: Any, on_line: Callable[[Any], list[Number]] = on_line) -> tuple[Any, int | None]:
            """What decides the branch, and which entry is the largest."""
            ray = Ray(formula, layout, values, [ZERO] * size, on_line(s), 1)
            ray.all()
            return numbers.ball(ray.switches[place].coefficient(0)).mid, ray.chosen.get(place[0])

        ends = CONTEXT.mpf(-3), CONTEXT.mpf(3)
        if at(ends[0])[0] * at(ends[1])[0] >= 0:
            continue
        try:
            root = CONTEXT.findroot(
                lambda s, at=at: at(s)[0], ends, solver="anderson", tol=CONTEXT.mpf(10) ** -180, maxsteps=60
            )
        except ValueError:
            continue
        below, above = at(root - BESIDE), at(root + BESIDE)
        if below[0] * above[0] >= 0 or (below[1] is not None and below[1] == above[1]):
            continue
        found += 1
        for d in ([Fraction(int(g == layout.label)) for g in range(size)], drawn(), line):
            steps = []
            for distance in (FAR, BESIDE):
                jets = [_jet(formula, layout, values, on_line(root + side), d) for side in (-distance, distance)]
                steps.append([numbers.subtract(a, b) for a, b in zip(*jets, strict=True)])
            if any(_stays(*pair) for pair in zip(*steps, strict=True)):
                return False
        if found == WANTED:
            return True
    return True if found else None


def _stays(far: Number, beside: Number) -> bool:
    """Whether a difference does not vanish with the distance."""
    size = abs(numbers.ball(beside).mid)
    return bool(size > NOISE and size > JUMP * abs(numbers.ball(far).mid))


def _jet(
    formula: Formula, layout: Layout, values: Mapping[str, Number], start: Sequence[Number], direction: list[Fraction]
) -> list[Number]:
    found = Ray(formula, layout, values, direction, start, 3).germ()
    return [found.coefficient(k) for k in range(3)]
