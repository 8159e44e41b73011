"""Another factor: the code is k times the formula, and maybe a constant besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import torch

from numerics.audits.implementations.evidence import Evidence, Explanation, ratio_of
from numerics.audits.implementations.explanations.fits import fitted
from numerics.audits.implementations.kind import Kind
from numerics.audits.implementations.mutations import Spot, joined, spots_of
from numerics.audits.implementations.numbers import Number, of_classes, shown
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term

FACTOR = "fitted_factor"
"""The parameter that stands for the factor of a part."""

_FACTOR = Parameter(FACTOR)

_TRIED = (-10.0, -2.0, -0.5, 0.02, 0.5, 0.9, 1.1, 2.0, 20.0)

_FACTORS: tuple[tuple[str, Callable[[Term], Term]], ...] = (
    ("-1", lambda t: -t),
    ("1/C", lambda t: t / Scalar("classes")),
    ("C", lambda t: t * Scalar("classes")),
    ("1/(C - 1)", lambda t: t / (Scalar("classes") - 1)),
    ("(C - 1)", lambda t: t * (Scalar("classes") - 1)),
    ("2", lambda t: 2 * t),
    ("1/2", lambda t: t / 2),
    ("3", lambda t: 3 * t),
)

_WITHOUT = frozenset({"number", "parameter", "classes", "neg", "detach"})
"""Parts whose factor is that of another part, or a value of an argument."""


def turned_signs(evidence: Evidence) -> Iterator[Explanation]:
    """The code is the formula with the other sign."""
    k = _factor(evidence)
    if k is not None and k.text == "-1":
        yield from scales(evidence)


def scales(evidence: Evidence) -> Iterator[Explanation]:
    """The code is another multiple of the formula, by a number that people write."""
    yield from _scales(evidence, is_written=True)


def odd_scales(evidence: Evidence) -> Iterator[Explanation]:
    """The code is another multiple of the formula, by any number."""
    yield from _scales(evidence, is_written=False)


def _scales(evidence: Evidence, *, is_written: bool) -> Iterator[Explanation]:
    k = _factor(evidence)
    if (
        k is None
        or k.is_written is not is_written
        or not evidence.explains_changed(lambda n, v, g: (k.value(n) * v, k.value(n) * g))
    ):
        return
    multiple = joined("mul", k.text, evidence.asked.free)
    if k.text == "1/C":
        sentence = "1/C times the formula, as if the mean were over samples and classes"
        yield Explanation(Kind.REDUCTION, sentence, multiple)
    elif k.text == "-1":
        yield Explanation(Kind.SCALE, "-1 times the formula: its sign is turned", multiple)
    else:
        sentence = f"{k.text} times the formula{_by_name(evidence, k)}"
        yield Explanation(Kind.SCALE, sentence, multiple, is_fitted=not k.is_written)


def affine(evidence: Evidence) -> Iterator[Explanation]:
    """The code is a multiple of the formula plus a constant."""
    slopes: dict[int, float] = {}
    for c in evidence.compared:
        largest = torch.where(c.gradient_known.unsqueeze(-1), c.gradients.abs(), 0.0)
        place = int(largest.argmax())
        size = float(c.gradients.reshape(-1)[place])
        if size == 0:
            return
        slopes[c.code.classes] = float(c.code.gradients.reshape(-1)[place]) / size
    k = of_classes(slopes)
    if k is None or all(abs(v - 1) < 1e-9 for v in slopes.values()) or not any(slopes.values()):
        return
    added: dict[int, float] = {}
    for c in evidence.compared:
        rest = (c.code.values - k.value(c.code.classes) * c.values)[c.value_known]
        added[c.code.classes] = float(rest[rest.abs().argmin()]) if len(rest) else 0.0
    constant = of_classes(added)
    if (
        constant is not None
        and any(abs(v) > 1e-7 for v in added.values())
        and evidence.explains_changed(lambda n, v, g: (k.value(n) * v + constant.value(n), k.value(n) * g))
    ):
        yield Explanation(Kind.SCALE, f"{k.text} times the formula, plus {constant.text}")


def _factor(evidence: Evidence) -> Number | None:
    found: dict[int, float] = {}
    for c in evidence.compared:
        ratio = ratio_of(c.code, c.values)
        if ratio is None:
            return None
        found[c.code.classes] = ratio
    return of_classes(found)


def _by_name(evidence: Evidence, k: Number) -> str:
    """Which parameter the factor is, or is one over."""
    here = k.value(2)
    if k.value(3) != here:
        return ""
    for name, value in evidence.asked.numbers.items():
        if value not in (0.0, 1.0) and abs(value - here) < 1e-9 * abs(here):
            return f", which is {name}"
        if value not in (0.0, 1.0) and abs(1 / value - here) < 1e-9 * abs(here):
            return f", which is 1/{name}"
    return ""


def plainly_scaled_parts(evidence: Evidence) -> Iterator[Explanation]:
    """One part has the other sign, or a factor that people write."""
    for spot in _parts(evidence):
        for words, change in _FACTORS:
            found = spot.with_change(change)
            if evidence.explains(found):
                yield Explanation(Kind.SCALE, _sentence(words, spot), found)


def scaled_parts(evidence: Evidence) -> Iterator[Explanation]:
    """One part has any other factor."""
    for spot in _parts(evidence):
        found = spot.with_change(lambda t: _FACTOR * t)
        factor = None if found is None else fitted(evidence, found, FACTOR, _TRIED)
        # A factor that is rounding is 0: the part is left out, which is another kind.
        if found is not None and factor is not None and abs(factor) > 1e-9:
            other = found.with_values({FACTOR: Fraction(str(factor))})
            yield Explanation(Kind.SCALE, _sentence(shown(factor), spot), other, is_fitted=True)


def _parts(evidence: Evidence) -> Iterator[Spot]:
    return (s for s in spots_of(evidence.forms) if s.op not in _WITHOUT)


def _sentence(factor: str, spot: Spot) -> str:
    return f"the formula with {factor} times {spot.formula.named(spot.place)} in the place of {spot.name}"
