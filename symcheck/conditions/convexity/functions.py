"""A combination as a function of one base: h with u = h(t) for all z, where t is another combination."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.conditions.convexity.bounds import Bounds, bounds
from symcheck.conditions.convexity.building import AT, open_here
from symcheck.conditions.convexity.combination import Atom, Combination
from symcheck.conditions.convexity.one_variable import WHOLE_LINE, Cut
from symcheck.conditions.convexity.proved_signs import is_nonnegative, is_nonpositive, is_positive
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.reason import Undecided

ELEMENTARY = frozenset(
    {"exp", "log", "abs", "relu", "softplus", "sigmoid", "tanh", "cosh", "arccos", "power", "product", "larger",
     "branch",
     "sin", "cos", "arctan", "erf"}
)  # fmt: skip
"""Operators that act on values, so that a function of t remains one."""


def bases(u: Combination) -> list[Combination]:
    """The combinations inside ``u`` that it may be a function of, the innermost first, without their constants."""
    found: dict[str, Combination] = {}
    for a, _ in u.terms:
        for base in _inside(a):
            found.setdefault(base.key, base)
    return list(found.values())


def _inside(a: Atom) -> Iterator[Combination]:
    if a.kind not in ELEMENTARY:
        return
    for x in a.args:
        for b, _ in x.terms:
            yield from _inside(b)
        if len(x.terms) == 1:
            yield Combination.of(x.field, x.terms[0][0])
        elif x.terms:
            yield x.part(x.terms)


def is_function(a: Atom, base: Combination) -> bool:
    """Whether the atom is a function of ``base`` alone, by its form."""
    if base.only is not None and base.only[0].key == a.key and _is_one(base.only[1]):
        return True
    return a.kind in ELEMENTARY and all(_is_made_of(x, base) for x in a.args)


def _is_one(c: Element) -> bool:
    return c.rational == 1


def _is_made_of(x: Combination, base: Combination) -> bool:
    if x.is_constant or x.multiple_of(base) is not None:
        return True
    rest = x.part((a, c) for a, c in x.terms if not is_function(a, base))
    return rest.is_constant or rest.multiple_of(base) is not None


def sign_of_function(u: Combination, field: Field, *, zero_allowed: bool) -> bool:
    """Whether u > 0 (or u >= 0) for all z is shown by the sign of a function of one affine quantity."""
    for base in (*bases(u), u.part(u.terms)):
        # The sign is asked on the whole line, so that a base with bounds would be asked too much; those have rules.
        if not _is_made_of(u, base) or bounds(base) != Bounds():
            continue
        try:
            value = at(u, base, field.parameter(WHOLE_LINE))
        except (Undecided, Cut):
            continue
        if is_positive(field, value) or (zero_allowed and is_nonnegative(field, value)):
            return True
    return False


def at(x: Combination, base: Combination, t: Element) -> Element:
    """h(t) for the combination x = h(base), which is made of ``base``; raises ``Cut`` where h branches."""
    # Constants are left aside in multiples, and put back here.
    ratio = x.multiple_of(base)
    if ratio is not None:
        return x.constant + ratio * t
    found = x.constant
    rest = []
    for a, c in x.terms:
        if is_function(a, base):
            found = found + c * _of_atom(a, base, t)
        else:
            rest.append((a, c))
    if rest:
        ratio = x.part(rest).multiple_of(base)
        if ratio is None:
            raise open_here(f"{x.text()} as a function of {base.text()}")
        found = found + ratio * t
    return found


def _of_atom(a: Atom, base: Combination, t: Element) -> Element:
    field = base.field
    ratio = Combination.of(field, a).multiple_of(base)
    if ratio is not None:
        return ratio * t
    args = [at(x, base, t) for x in a.args]
    x = args[0]
    if a.kind == "power":
        assert a.exponent is not None
        return field.power(x, a.exponent)
    if a.kind in AT:
        return AT[a.kind](field, x)
    if a.kind == "product":
        for y in args[1:]:
            x = x * y
        return x
    return _branching(a.kind, args, field)


def _branching(kind: str, args: list[Element], field: Field) -> Element:
    if kind == "larger":
        return args[0] if _is_upper(args[0] - args[1], field) else args[1]
    if kind == "branch":
        if is_nonpositive(field, args[0]):
            return args[2]
        if is_positive(field, args[0]):
            return args[1]
        raise Cut(args[0])
    upper = _is_upper(args[0], field)
    return args[0] if upper else -args[0] if kind == "abs" else field.zero


def _is_upper(switch: Element, field: Field) -> bool:
    if is_nonnegative(field, switch):
        return True
    if is_nonpositive(field, switch):
        return False
    raise Cut(switch)
