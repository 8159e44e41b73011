"""The form of a loss for all z: constants, a part linear in z, and what does not depend on the label (THEORY 2).

    l(z, y) = c_y + b_y'z + q(z)

is read off from the sum that the formula is, or from a polynomial of degree 2 whose Hessian is label-free.  Then
sym(l) is linear in z, up to constants; and ins(l) is q up to what is linear.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symcheck.budget import look
from symcheck.conditions.agreement.agreed import Agreed
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.formula import Formula
from symcheck.language.operators import WITH_LABEL
from symcheck.readings.weight import degrees_at, polynomial_degrees


@dataclass(frozen=True)
class Shape:
    """``is_split``: l(z, y) = c_y + b_y'z + q(z) for all z; ``degree`` the k of q(tz) = t^k q(z), t > 0, if it has one.

    ``is_linear``: q = 0; ``eigenvalues``, if q is a quadratic form: those of D^2 q = s I + t 11' on the complement
    of (1, ..., 1) and along it.
    """

    is_split: bool = False
    is_linear: bool = False
    eigenvalues: tuple[Element, ...] = ()
    degree: Element | None = None


def shape_of(loss: Formula, agreed: Agreed | None, field: Field) -> Shape:
    """What the form of ``loss`` shows; ``agreed`` is its expansion at 0 if there is one."""
    degrees = polynomial_degrees(loss)
    high = degrees[-1]
    if high is not None and high <= 1:
        return Shape(is_split=True, is_linear=True)
    if high == 2 and agreed is not None:
        e = agreed.constants
        # A polynomial of degree 2 has one Hessian at every z, so that the one at 0 tells of all of them.
        if (e.h_yy - e.h_kk).is_zero and (e.h_kl is None or (e.h_yk - e.h_kl).is_zero):
            across, quadratic_field = e.h_kk - e.h_yk, agreed.field
            both = across, across + quadratic_field.C * e.h_yk
            return Shape(is_split=True, eigenvalues=both, degree=field.number(2))
        return Shape()
    marked = _with_label(loss)
    # What is linear in z may depend on the label: it is the b_y'z of the shape.
    rest = [place for place in _addends(loss, marked, degrees) if not _is_linear(degrees[place])]
    if any(marked[place] for place in rest):
        return Shape()
    return Shape(is_split=True, degree=_one_degree(loss, rest, field))


def _is_linear(degree: int | None) -> bool:
    return degree is not None and degree <= 1


def _one_degree(loss: Formula, addends: list[int], field: Field) -> Element | None:
    """The degree that the addends at these places all have, None if there is no such number."""
    found = degrees_at(loss, addends, field)
    first = found[0] if found else None
    if first is None or any(k is None or not (k - first).is_zero for k in found):
        return None
    return first


def _with_label(formula: Formula) -> list[bool]:
    """For each place whether the label occurs in its subexpression."""
    marked: list[bool] = []
    for node in formula.nodes:
        marked.append(node.op in WITH_LABEL or any(marked[a] for a in node.args))
    return marked


_SUMS = frozenset({"add", "sub", "neg", "total", "mean"})
"""Operators that are applied to each addend alone."""


def _addends(formula: Formula, marked: list[bool], degrees: list[int | None]) -> Iterator[int]:
    """The places of quantities whose sums over classes, times constants without a label, ``formula`` is the sum of."""
    stack, seen = [len(formula.nodes) - 1], set[int]()
    while stack:
        look()
        place = stack.pop()
        if place in seen:
            continue
        seen.add(place)
        node = formula.nodes[place]
        if node.op in _SUMS:
            stack.extend(node.args)
            continue
        scaled = _scaled(formula, place, marked, degrees)
        if scaled is None:
            yield place
        else:
            stack.append(scaled)


def _scaled(formula: Formula, place: int, marked: list[bool], degrees: list[int | None]) -> int | None:
    """The place of a for a c, c a, or a/c, where the constant c is the same for every label and every class."""
    node = formula.nodes[place]
    if node.op not in ("mul", "div"):
        return None
    a, b = node.args
    pairs = [(a, b)] if node.op == "div" else [(a, b), (b, a)]
    for scaled, factor in pairs:
        # A factor with the label in it would make c q(z) depend on the label, and a class-vector is another factor in
        # each addend of a sum.
        if not marked[factor] and not formula.vectors[factor] and degrees[factor] == 0:
            return scaled
    return None
