"""Proofs that a witness shows what it is a witness of: rays along which a formula does not do what a condition says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from symcheck.proof.check import Refused
from symcheck.proof.witnesses.witness import Question

Json = dict[str, Any]
Ray = tuple[int, int, list[int]]
"""A weight, a label, and a direction by its first entries; the last of them is that of all classes that are left."""

LADDER = ((1, 6), (1, 12), (2, 9), (3, 12))
"""The powers of s that t is, and the numbers of terms, that are tried after the least ones."""

MOST_LABELS = 4
"""Labels and classes up to this are looked at one by one."""


def refutation(statement: Mapping[str, Any]) -> Json | None:
    """What shows that the condition of a ``statement`` fails at its point, None if nothing that is tried does.

    Irrational values of parameters, which the point leaves out, are read from the ``quantity`` of the witness.
    """
    told = values_of(statement.get("quantity", ""))
    given = {name: text for name, text in told.items() if name not in statement["point"]}
    try:
        question = Question(statement, given)
    except (Refused, RecursionError):
        return None
    classes, lacking = question.point.C, set()
    least = 3 if question.which.endswith(("smooth", "curvature")) else 2
    for fold, terms in ((1, least), *LADDER):
        # More terms, or a root of t, are tried only where something has refused for want of them.
        if (fold > 1 and "fold" not in lacking) or (fold == 1 and terms > least and "terms" not in lacking):
            continue
        for power, weighted in _ways(question.which, classes, fold, labelled=question.is_written_out):
            rays = [[str(w), y, [str(x) for x in v]] for w, y, v in weighted]
            try:
                question.need_no(rays, power, fold, terms)
            except Refused as refusal:
                lacking.add(str(refusal).partition(":")[0])
                continue
            proof = {"rays": rays, "power": power, "fold": fold, "terms": terms}
            return {**proof, "values": given} if given else proof
    return None


def values_of(quantity: str) -> dict[str, str]:
    """The irrational values that the ``quantity`` of a witness tells: "where tau = C**(1 - q), kappa"."""
    where = re.match("where (.+?), ", quantity)
    equations = (part.split(" = ") for part in where[1].split(" and ")) if where else ()
    return {pair[0]: pair[1] for pair in equations if len(pair) == 2}


def _ways(which: str, classes: int, fold: int, *, labelled: bool) -> Iterator[tuple[int, list[Ray]]]:
    """Powers, and rays with weights of whose coefficients at this power the condition says something."""
    directions = _directions(classes)
    if which == "loss-gradient":
        yield from ((fold, rays) for rays in _gradients(classes, labelled=labelled))
    elif which == "regularizer-gradient":
        yield from ((fold, [(1, 1, v)]) for v in directions)
    elif which == "regularizer-curvature":
        yield from ((2 * fold, [(1, 1, v)]) for v in ([1, -1, 0][:classes], [1], *directions))
    elif which == "shift-invariant":
        for v in ([0], *directions):
            yield from ((k * fold, [(1, 1, [x + 1 for x in v]), (-1, 1, v)]) for k in (0, 1, 2))
    for power in range(-fold, 1 + fold * (2 if which.endswith(("smooth", "curvature")) else 1)):
        if power % fold or power < 0:
            yield from ((power, [(1, 1, v)]) for v in directions)
        else:
            yield from ((power, rays) for rays in _laws(power // fold, directions))


def _gradients(classes: int, *, labelled: bool) -> Iterator[list[Ray]]:
    """Sums of slopes that grad l = kappa grad l_MUH makes 0, then those that kappa > 0 makes positive."""
    places = range(1, 1 + min(classes, MOST_LABELS))
    labels = places if labelled else places[:1]
    yield from ([(1, y, [1])] for y in labels)
    for y in labels:
        a, *others = (k for k in places if k != y)
        yield from ([(1, y, _unit(classes, a, -1, b))] for b in others)
    yield from ([(1, 1, _unit(classes, 1)), (-1, y, _unit(classes, y))] for y in labels[1:])
    yield from ([(-1, y, _unit(classes, y))] for y in labels)


def _laws(order: int, directions: list[list[int]]) -> Iterator[list[Ray]]:
    """Sums of coefficients that are 0 if they are a constant, linear, or quadratic in the direction."""
    first, second, across, rising = directions
    if order == 0:
        yield from ([(1, 1, first), (-1, 1, v)] for v in (rising, second, across))
        return
    turned = -1 if order == 2 else 1
    yield from ([(1, 1, v), (turned, 1, [-x for x in v])] for v in directions)
    both = [x + y for x, y in zip(_padded(first, second), _padded(second, first), strict=True)]
    if order == 1:
        yield [(1, 1, first), (1, 1, second), (-1, 1, both)]
    else:
        yield [(1, 1, both), (1, 1, across), (-2, 1, first), (-2, 1, second)]


def _directions(classes: int) -> list[list[int]]:
    """e_1, e_2, e_1 - e_2 and (1, 2, ..., C), or (1, 2, 3, 0, ..., 0) where there are many classes."""
    rising = [1, 2, 3, 0][:classes] if classes > 3 else list(range(1, classes + 1))
    return [_unit(classes, 1), _unit(classes, 2), _unit(classes, 1, -1, 2), rising]


def _unit(classes: int, place: int, weight: int = 0, other: int = 1) -> list[int]:
    """e_place + weight e_other."""
    v = [(k == place) + weight * (k == other) for k in range(1, 2 + max(place, other))]
    return v[:classes]


def _padded(v: list[int], other: list[int]) -> list[int]:
    return v + v[-1:] * (len(other) - len(v))
