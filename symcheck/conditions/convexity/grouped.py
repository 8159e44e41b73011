"""Terms of a sum that are functions of one quantity, taken as one function of it.

h(f) is convex where h is, and f is affine, or f is convex and h rises on its range, or f is concave and h falls there.
"""

from __future__ import annotations

from collections.abc import Callable

from symcheck.conditions.convexity.bounds import Bounds, bounds
from symcheck.conditions.convexity.combination import Atom, Combination
from symcheck.conditions.convexity.curvature import CurvatureRules
from symcheck.conditions.convexity.functions import at, bases, is_function
from symcheck.conditions.convexity.one_variable import convex_on
from symcheck.conditions.convexity.why import Why, together
from symcheck.field.element import Element
from symcheck.findings.step import Derivation, Step
from symcheck.reason import Undecided

RISES = "h is convex and rises, and t is convex"


def grouped(rules: CurvatureRules, u: Combination, bad: list[Atom]) -> Why | None:
    """Terms that are functions of one base, with a multiple of the base itself, taken as one function of it."""
    inside = bases(u.part((a, c) for a, c in u.terms if any(a.key == b.key for b in bad)))
    # With an affine base h may be any convex function; the others ask for monotony as well.
    inside.sort(key=lambda base: not rules.is_affine(base))
    for base in inside:
        members = [(a, c) for a, c in u.terms if is_function(a, base)]
        if not any(a.key == b.key for a, _ in members for b in bad):
            continue
        for share in _shares(rules, u, base, members):
            why = _as_function(rules, u, base, members, share)
            if why is not None:
                return why
    return None


def _shares(
    rules: CurvatureRules, u: Combination, base: Combination, members: list[tuple[Atom, Element]]
) -> list[Element]:
    """Multiples of the base that go with its functions: what is left should have none of its curved atoms."""
    found = [rules.field.zero]
    if rules.is_affine(base):
        return found
    for a, c in base.terms:
        coefficient = u.coefficient(a)
        if rules.is_affine_atom(a) or coefficient is None or any(a.key == m.key for m, _ in members):
            continue
        try:
            found.insert(0, coefficient / c)
        except Undecided:
            continue
    return found


def _as_function(
    rules: CurvatureRules, u: Combination, base: Combination, members: list[tuple[Atom, Element]], share: Element
) -> Why | None:
    group = u.part(members) + base.times(share)
    rest = u - group
    # What is left would be proved with the same terms once more.
    if any(a.key == b.key for a, _ in rest.terms for b, _ in members):
        return None
    why = _function(rules, group, base)
    if why is None:
        return None
    if rest.is_constant:
        return why
    return together([why, rules.convex(rest)], Step(u.text(), "convex", "a sum of convex functions"))


def _function(rules: CurvatureRules, group: Combination, base: Combination) -> Why | None:
    """``group`` = h(base): h convex, and the base affine, or convex and h rising, or concave and h falling."""

    def h(t: Element) -> Element:
        return at(group, base, t)

    where = bounds(base)
    if rules.is_affine(base):
        shown = convex_on(rules.field, h, where, increasing=False)
        return None if shown is None else _told(Why(), group, base, shown, "h is convex and t affine")
    # The margin s comes before its own function logsumexp(v) - v_y: h(t(s)) may be convex and rise where h does not.
    margin = _margin(base)
    if margin is not None and (inner := rules.convex(margin[0])) is not None:
        shown = convex_on(rules.field, lambda s: h(margin[1](s)), Bounds(), increasing=True)
        if shown is not None:
            return _told(inner, group, margin[0], shown, RISES)
    inner = rules.convex(base)
    if inner is not None:
        shown = convex_on(rules.field, h, where, increasing=True)
        if shown is not None:
            return _told(inner, group, base, shown, RISES)
    inner = rules.concave(base)
    if inner is not None:
        turned = where.times(rules.field.number(-1), rules.field)
        shown = convex_on(rules.field, lambda t: h(-t), turned, increasing=True)
        if shown is not None:
            return _told(inner, group, base, shown, "h is convex and falls, and t is concave")
    return None


def _margin(base: Combination) -> tuple[Combination, Callable[[Element], Element]] | None:
    """s = log sum_{i != y} exp(v_i) - v_y and t(s) = c log(1 + e^s) + b, for a base c (logsumexp(v) - v_y) + b.

    h(t) may be convex in s where h is not in t: for c = 1 where h'' + h'/(e^t - 1) >= 0.
    """
    field = base.field
    found = next(((a, c) for a, c in base.terms if a.kind == "lse"), None)
    if found is None:
        return None
    (a, c), (label_entry, other) = found, found[0].args
    rest = base - (Combination.of(field, a) - label_entry).times(c)
    if not rest.is_constant:
        return None
    s = Combination.of(field, Atom("lse_others", (other,))) - label_entry
    return s, lambda s: c * field.log(1 + field.exp(s)) + rest.constant


def _told(inner: Why, group: Combination, base: Combination, lines: Derivation, how: str) -> Why:
    return inner.then(Step("t", base.text(), f"{group.text()} = h(t)"), *lines, Step(group.text(), "convex", how))
