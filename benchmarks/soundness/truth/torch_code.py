"""What is true of a torch loss near z = 0 at one number of classes, by autograd and by differences in 64 bits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from symcheck.findings.tier import Tier

Code = Callable[[Any, Any], Any]

STEP = 1e-5
"""So far from 0 gradients are looked at again."""

CLOSE = 1e-6
"""Relative differences below this are rounding."""

BENT = 3e-2
"""Second derivatives that differ by less than this part of their size, from the two sides of 0, may be the same."""

DIRECTIONS = 3
"""Along so many directions the loss is looked at, for each label."""

FLAT = 1e-3
"""Smaller gradients may be 0 but for rounding, or not."""

STEEP = 1e4
"""Of larger gradients differences say nothing."""

OK = (Tier.EXACT, Tier.SCALED, Tier.SYMLIN)
"""Tiers that meet the condition on the gradient."""


class NoTruth(Exception):
    """The code fails, has no value, or is too steep for differences."""


@dataclass(frozen=True)
class Germ:
    """``tier`` and ``kappa`` at 0 by autograd.  ``is_continuous``: gradients nearby tend to those at 0.

    ``has_kink``: values have different slopes on the two sides of 0, and gradients do not say so; ``is_bent``: second
    derivatives differ.
    """

    tier: Tier
    kappa: float | None
    is_continuous: bool
    has_kink: bool
    is_bent: bool

    @property
    def is_smooth(self) -> bool:
        """Whether nothing speaks against two continuous derivatives."""
        return self.is_continuous and not self.has_kink and not self.is_bent


@contextmanager
def doubled() -> Iterator[Any]:
    """torch with 64 bits by default."""
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        with torch.random.fork_rng(devices=[]):
            yield torch
    finally:
        torch.set_default_dtype(before)


def germ_of(code: Code, classes: int) -> Germ:
    """The truth about ``code`` at C = ``classes``; raises ``NoTruth``."""
    random = Random(classes)
    rows, is_continuous, has_kink, is_bent = [], True, False, False
    for y in range(classes):
        value, row = _gradient(code, [0.0] * classes, y)
        rows.append(row)
        for _ in range(DIRECTIONS):
            d = [random.gauss(0, 1) for _ in range(classes)]
            after, right = _gradient(code, [STEP * x for x in d], y)
            before, left = _gradient(code, [-STEP * x for x in d], y)
            is_continuous &= all(_near(a, b, c) for a, b, c in zip(right, left, row, strict=True))
            slope, rest = (after - value) / STEP, (value - before) / STEP
            # What the gradients say of it as well is curvature, or is_continuous says it.
            seen = abs(math.fsum((r - w) * x for r, w, x in zip(right, left, d, strict=True)))
            has_kink |= abs(slope - rest) > 1e-3 * max(1.0, abs(slope)) + 2 * seen
            bends = [(x - m) / STEP - (m - w) / STEP for x, m, w in zip(right, row, left, strict=True)]
            size = max(1.0, *(abs(x - w) / STEP for x, w in zip(right, left, strict=True)))
            is_bent |= any(abs(b) > BENT * size for b in bends)
    largest = max(abs(v) for row in rows for v in row)
    if 1e-12 < largest < FLAT:
        raise NoTruth("gradients near rounding")
    tier, kappa = _tier(rows)
    return Germ(tier, kappa, is_continuous, has_kink, is_bent)


def mixes(code: Code, classes: int, spread: float, random: Random) -> str:
    """How a batch differs from the mean, the sum and the list of its samples; nothing if it is one of these."""
    samples = 4 if classes == 3 else 3
    z = [[random.gauss(0, spread) for _ in range(classes)] for _ in range(samples)]
    y = [random.randrange(classes) for _ in range(samples)]
    try:
        alone = [_value(code, [row], [label]).item() for row, label in zip(z, y, strict=True)]
        together = _value(code, z, y).reshape(-1).tolist()
    except Exception:  # noqa: BLE001 - code that takes one sample alone is said to
        return ""
    if not all(map(math.isfinite, alone)):
        return ""
    ways = [alone] if len(together) == samples else [[math.fsum(alone)], [math.fsum(alone) / samples]]
    if any(all(_same(a, b) for a, b in zip(way, together, strict=True)) for way in ways if len(way) == len(together)):
        return ""
    return f"{together} for samples of {alone}"


def _value(code: Code, z: list[list[float]], y: list[int]) -> Any:
    with doubled() as torch:
        return code(torch.tensor(z, requires_grad=True).clone(), torch.tensor(y)).detach()


def _gradient(code: Code, z: list[float], y: int) -> tuple[float, list[float]]:
    with doubled() as torch:
        logits = torch.tensor([z], requires_grad=True)
        try:
            value = code(logits.clone(), torch.tensor([y])).reshape(())
            gradient = torch.autograd.grad(value, logits, allow_unused=True)[0] if value.requires_grad else None
        except Exception as error:
            raise NoTruth(str(error)) from error
        row = [0.0] * len(z) if gradient is None else gradient[0].tolist()
        number = value.detach().item()
        if not all(map(math.isfinite, [number, *row])) or max(map(abs, row)) > STEEP:
            raise NoTruth("no finite value or gradient, or a steep one")
        return number, row


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= CLOSE * max(1.0, abs(a), abs(b))


def _near(a: float, b: float, c: float) -> bool:
    return max(a, b, c) - min(a, b, c) <= 1e-2 * max(1.0, abs(c))


def _tier(rows: list[list[float]]) -> tuple[Tier, float | None]:
    """The first row of the table of tiers that the gradients ``rows`` of the labels fall into, with kappa."""
    classes = len(rows)
    forms = []
    for y, row in enumerate(rows):
        others = [v for k, v in enumerate(row) if k != y]
        if not _same(max(others), min(others)):
            forms = []
            break
        forms.append((others[0] - row[y], math.fsum(row) / classes))
    drifts = any(not _same(c, 0.0) for _, c in forms)
    is_one = bool(forms) and all(_same(a, forms[0][0]) and _same(c, forms[0][1]) for a, c in forms)
    if all(_same(v, 0.0) for row in rows for v in row):
        return Tier.ZERO, None
    kappa = forms[0][0] if is_one else 0.0
    if is_one and not drifts and kappa > CLOSE:
        return (Tier.EXACT if _same(kappa, 1.0) else Tier.SCALED), kappa
    if not is_one and all(_same(math.fsum(column), 0.0) for column in zip(*rows, strict=True)):
        return Tier.SYMLIN, None
    if is_one and kappa > CLOSE:
        return Tier.QUOTIENT, kappa
    if forms and not drifts and not is_one:
        return Tier.CLASSWISE, None
    return Tier.FAIL, None
