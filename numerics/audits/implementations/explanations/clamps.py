"""Clamps and epsilons: a part is kept above a number or below one, or a small number is added to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from numerics.audits.implementations.evidence import Evidence, Explanation
from numerics.audits.implementations.explanations.fits import fitted
from numerics.audits.implementations.kind import Kind
from numerics.audits.implementations.mutations import spots_of
from numerics.audits.implementations.numbers import written
from symcheck.language.formula import Formula
from symcheck.language.functions import maximum, minimum
from symcheck.language.parameter import Parameter
from symcheck.language.term import Term

EPSILON = "fitted_epsilon"
"""The parameter that stands for the number."""

SMALL = (0.0, 1e-30, 1e-12, 1e-6, 0.3)
"""Numbers between which that of a clamp or an epsilon of probabilities lies."""

LARGE = (0.5, 8.0, 120.0)
"""Numbers between which that of a clamp of logits or of a loss lies."""

LARGEST_EPSILON = Fraction(1, 10)
"""A number that is added is an epsilon up to this."""

_EPSILON = Parameter(EPSILON)

_FORMS: tuple[tuple[str, Callable[[Term], Term], tuple[float, ...]], ...] = (
    ("{part} kept at {number} or above", lambda t: maximum(t, _EPSILON), SMALL),
    ("{number} added to {part}", lambda t: t + _EPSILON, SMALL),
    ("{part} kept between {number} and 1 - {number}", lambda t: minimum(maximum(t, _EPSILON), 1 - _EPSILON), SMALL),
    ("{part} kept at 1 - {number} or below", lambda t: minimum(t, 1 - _EPSILON), SMALL),
    ("{number} subtracted from {part}", lambda t: t - _EPSILON, SMALL),
    ("{part} kept at {number} or below", lambda t: minimum(t, _EPSILON), LARGE),
    ("{part} kept at -{number} or above", lambda t: maximum(t, -_EPSILON), LARGE),
    ("{part} kept between -{number} and {number}", lambda t: minimum(maximum(t, -_EPSILON), _EPSILON), LARGE),
)


def undone_clamps(evidence: Evidence) -> Iterator[Explanation]:
    """Without the clamps or epsilons that were read in the code it is the formula."""
    read = evidence.read
    for chosen in guards(read):
        if read is not None and evidence.is_formula(_without(read, chosen)):
            yield Explanation(Kind.CLAMP, f"the formula with {_listed(read, chosen)}")


def clamps_seen_by_balls(evidence: Evidence, telling: Callable[[Evidence], object | None]) -> Iterator[Explanation]:
    """Without them ``telling`` finds no point that tells it from the formula, as computed numbers leave no proof."""
    read = evidence.read
    for chosen in guards(read):
        if read is not None and telling(replace(evidence, read=_without(read, chosen))) is None:
            yield Explanation(Kind.CLAMP, f"the formula with {_listed(read, chosen)}")


def guards(read: Formula | None) -> list[list[int]]:
    """The places of clamps and epsilons in what was ``read``, each alone and all together."""
    if read is None:
        return []
    places = [p for p in range(len(read.nodes)) if _guard(read, p) is not None]
    return [*([p] for p in places), *([places] if len(places) > 1 else [])]


def clamped(evidence: Evidence) -> Iterator[Explanation]:
    """One part of the formula is clamped, or has an epsilon added; by a number that people write, if that is so."""
    odd: list[Explanation] = []
    rests = _rests_somewhere(evidence)
    for spot in spots_of(evidence.forms):
        if spot.op in ("number", "parameter", "classes", "neg"):
            continue
        for words, change, tried in _FORMS:
            if "kept" in words and not rests:
                continue
            found = spot.with_change(change)
            number = None if found is None else fitted(evidence, found, EPSILON, tried)
            if found is None or number is None:
                continue
            sentence = f"the formula with {words.format(part=spot.name, number=f'{number:.9g}')}"
            other = found.with_values({EPSILON: Fraction(str(number))})
            named = Explanation(Kind.CLAMP, sentence, other, is_fitted=written(number) is None)
            # -log(max(p, 1e-7)) is min(-log(p), 16.1) too.
            if written(number) is None:
                odd.append(named)
            else:
                yield named
    yield from odd


def _rests_somewhere(evidence: Evidence) -> bool:
    """Whether the code is the formula at some points: where a clamp always acts it is a constant, and no clamp."""
    return any(bool((c.value_known & (c.value_excess <= 1)).any()) for c in evidence.compared)


def _guard(formula: Formula, place: int) -> int | None:
    """Which argument is guarded at ``place``: that of a maximum, a minimum or a sum with a number in it."""
    node = formula.nodes[place]
    if node.op not in ("maximum", "minimum", "add"):
        return None
    for index in (0, 1):
        number = formula.nodes[node.args[1 - index]].number
        if number is not None and (node.op != "add" or 0 < abs(number) <= LARGEST_EPSILON):
            return index
    return None


def _without(formula: Formula, places: list[int]) -> Formula:
    def inner(place: int, args: list[Term]) -> Term | None:
        index = _guard(formula, place) if place in places else None
        return None if index is None else args[index]

    return formula.replaced(inner)


def _listed(formula: Formula, places: list[int]) -> str:
    """What is done at ``places``, two bounds on one part as one."""
    words = []
    for place in places:
        part, number = _guarded(formula, place)
        inner = _guarded(formula, part) if part in places else None
        outer = [p for p in places if p != place and _guarded(formula, p)[0] == place]
        ops = {formula.nodes[place].op, formula.nodes[part].op}
        if inner is not None and ops == {"maximum", "minimum"}:
            low, high = sorted((number, inner[1]))
            words.append(f"{formula.named(inner[0])} kept between {low:.9g} and {high:.9g}")
        elif not (outer and {formula.nodes[outer[0]].op, formula.nodes[place].op} == {"maximum", "minimum"}):
            words.append(_words(formula, place, part, number))
    return " and ".join(words)


def _words(formula: Formula, place: int, part: int, number: float) -> str:
    op, name = formula.nodes[place].op, formula.named(part)
    if op == "add":
        return f"{number:.9g} added to {name}"
    return f"{name} kept at {number:.9g} or {'above' if op == 'maximum' else 'below'}"


def _guarded(formula: Formula, place: int) -> tuple[int, float]:
    """The part that is guarded at ``place``, and the number."""
    node, index = formula.nodes[place], _guard(formula, place)
    if index is None:
        return place, 0.0
    number = formula.nodes[node.args[1 - index]].number
    assert number is not None
    return node.args[index], float(number)
