"""Sizes of which only the square counts: |x| in a part that is the same for x and -x in its place, as

    relu(x) + log(1 + exp(-|x|)) = (x + s)/2 + log(1 + exp(-s)),  s = |x|,

is for s and -s.  As |x| is x or -x, x may stand for it at every z, and no kink is left.  Whether a part is the same is
decided by a canonical form, in which s is a number of its own for each class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice
from typing import Final

from symcheck.budget import Budget
from symcheck.language.classwise import ClassParameter
from symcheck.language.formula import Formula
from symcheck.language.interval import Interval
from symcheck.language.nonnegative import Nonnegative
from symcheck.language.operators import ENTRYWISE
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Scope
from symcheck.language.term import Term, Vec, lift
from symcheck.language.terms_of import term_of_formula, terms_of
from symcheck.language.vector_array import VectorArray
from symcheck.readings.defined import defined_everywhere
from symcheck.reason import Undecided

_SIZES: Final = frozenset({"abs", "relu", "maximum", "minimum"})
"""Operators that are |x| and what is smooth: relu(x) = (x + |x|)/2, maximum(a, b) = (a + b + |a - b|)/2."""

_TOTAL: Final = frozenset({
    "add", "sub", "neg", "mul", "exp", "softplus", "sigmoid", "log_sigmoid", "tanh", "cosh", "filled", "take",
    "abs", "relu", "maximum", "minimum",
})  # fmt: skip
"""Operators with a value for every real argument; of others it is looked at."""

_POSITIVE: Final = frozenset({"exp", "softplus", "sigmoid", "cosh", "softmax", "classes"})

MOST_SIZES: Final = 16
"""Formulas with more kinks, such as sorted entries, are left as they are: each kink is looked at in all of them."""

MOST_PARTS: Final = 8
"""So many parts are looked at for each kink, from the innermost on."""

LARGEST_PART: Final = 60
"""Parts with more operators are left as they are: canonical forms of them take long."""

_ANY: Final = Interval(None, None, low_open=True, high_open=True)

HALF: Final = Fraction(1, 2)


def without_even_sizes(formula: Formula, scope: Scope, budget: Budget) -> tuple[Formula, tuple[str, ...]]:
    """The same function without the sizes of which the square alone counts, and the parts in which they stood.

    >>> from symcheck.intake.parser import parsed
    >>> text = "relu(z[y]) + log(1 + exp(-abs(z[y])))"
    >>> print(without_even_sizes(parsed(text), Scope(), Budget())[0])
    z[y] + log(1 + exp(-z[y]))
    """
    parts: list[str] = []
    while (found := _shorter(formula, scope, budget)) is not None:
        place, shorter = found
        parts.append(formula.named(place))
        formula = shorter
    return formula, tuple(parts)


def _shorter(formula: Formula, scope: Scope, budget: Budget) -> tuple[int, Formula] | None:
    """The first part that does not see the sign of a size that stands in it twice, and the formula without the size."""
    # In a detached part a value is one thing, and the derivative another.
    count = sum(node.op in _SIZES for node in formula.nodes)
    if formula.detaches or not 2 <= count <= MOST_SIZES:
        return None
    for sizes in _groups(formula):
        for place in islice(_parts(formula, sizes), MOST_PARTS):
            if len(formula.alone(place).nodes) <= LARGEST_PART and _is_even(formula, place, sizes, scope, budget):
                part = _with_sizes(formula.up_to(place), sizes, _own_side)
                return place, _with_part(formula, place, term_of_formula(part))
    return None


def _with_part(formula: Formula, place: int, part: Term) -> Formula:
    return formula.replaced(lambda at, _: part if at == place else None)


def _groups(formula: Formula) -> list[dict[int, int]]:
    """The operators that have one kink, two or more of them, each place with the sign of its difference."""
    groups: dict[frozenset[int], dict[int, int]] = {}
    defined = defined_everywhere(formula)
    for place, node in enumerate(formula.nodes):
        # The side of a maximum that is left out has to have a value.
        if node.op in _SIZES and place not in formula.pairs and defined[place]:
            key, turned = _difference(formula, node.args)
            if key:
                groups.setdefault(key, {})[place] = turned
    return [g for g in groups.values() if len(g) > 1 and len({formula.vectors[p] for p in g}) == 1]


def _difference(formula: Formula, places: tuple[int, ...]) -> tuple[frozenset[int], int]:
    """The parts whose difference has the kink, and the sign of the difference with the earlier part first.

    None of them if the difference is that of a part from itself.
    """
    nodes, turned = formula.nodes, 1
    while True:
        kept = tuple(p for p in places if nodes[p].number != 0)
        if len(set(kept)) != 1:
            return frozenset(kept), turned if kept == tuple(sorted(kept)) else -turned
        if len(kept) == 2:
            return frozenset(), turned
        # 0 - x is the difference -x.
        turned = -turned if kept[0] != places[0] else turned
        node = nodes[kept[0]]
        if node.op not in ("neg", "sub"):
            return frozenset(kept), turned
        turned, places = (-turned if node.op == "neg" else turned), node.args


def _parts(formula: Formula, sizes: dict[int, int]) -> Iterator[int]:
    """The parts with two of the sizes, in which each entry depends on the size of that entry alone, and exists."""
    is_vector = formula.vectors[next(iter(sizes))]
    nonnegative, terms = Nonnegative(None), terms_of(formula)
    inside: list[frozenset[int]] = []
    for place, node in enumerate(formula.nodes):
        found = frozenset({place} if place in sizes else ()).union(*(inside[a] for a in node.args))
        if found:
            is_total = node.op in _TOTAL or _exists(node.op, terms[place], nonnegative)
            if not is_total or (is_vector and node.op not in ENTRYWISE) or node.op == "detach":
                return
        inside.append(found)
        if len(found) > 1 and place not in sizes:
            yield place


def _exists(op: str, term: Term, nonnegative: Nonnegative) -> bool:
    """Whether a logarithm, quotient or power has a value whatever number the size is."""
    if op == "log":
        return _is_positive(term.args[0], nonnegative)
    number = nonnegative.number(term.args[1]) if op in ("div", "pow") else None
    if op == "div":
        return bool(number) or _is_positive(term.args[1], nonnegative)
    return op == "pow" and number is not None and number >= 0 and number.denominator == 1


def _is_positive(term: Term, nonnegative: Nonnegative) -> bool:
    """Whether ``term`` is plainly > 0."""
    number = nonnegative.number(term)
    if number is not None:
        return number > 0
    positive = [_is_positive(a, nonnegative) for a in term.args] if term.op in ("add", "mul", "div") else []
    if term.op == "add":
        return any(positive) and all(p or nonnegative.holds(a) for p, a in zip(positive, term.args, strict=True))
    return term.op in _POSITIVE or (bool(positive) and all(positive))


def _is_even(formula: Formula, place: int, sizes: dict[int, int], scope: Scope, budget: Budget) -> bool:
    """Whether the part at ``place`` is the same for s and -s in the place of the size, one s for each entry."""
    name = formula.unused_name("size")
    array = VectorArray(name, _ANY)
    is_vector = formula.vectors[next(iter(sizes))]
    size: Term = ClassParameter.of(array) if is_vector else Parameter.of(name, _ANY)
    part = formula.up_to(place)
    ahead = _with_sizes(part, sizes, lambda op, _, args: _with_size(op, args, size))
    turned = _with_sizes(part, sizes, lambda op, _, args: _with_size(op, args, -size))
    difference = Formula.of(term_of_formula(ahead) - term_of_formula(turned))
    wider = Scope(
        scope.classes,
        scope.parameters if is_vector else (*scope.parameters, *(p for p in difference.parameters if p.name == name)),
        (*scope.arrays, array) if is_vector else scope.arrays,
    )
    # Loaded where it is needed: most formulas have no size.
    from symcheck.field.everywhere_field import EverywhereField
    from symcheck.readings.everywhere import EverywhereReading

    field = EverywhereField(wider, budget)
    try:
        value = EverywhereReading(field).read(difference)
    except Undecided:
        budget.check()
        return False
    return all(c.is_zero for c in value.at.values())


def _with_sizes(part: Formula, sizes: dict[int, int], written: Callable[[str, int, list[Term]], Term]) -> Formula:
    return part.replaced(lambda at, args: written(part.nodes[at].op, sizes[at], args) if at in sizes else None)


def _with_size(op: str, args: list[Term], size: Term) -> Term:
    """The operator, with ``size`` in the place of |x|."""
    if op == "abs":
        return size
    both = args[0] if op == "relu" else args[0] + args[1]
    return lift(HALF) * (both - size if op == "minimum" else both + size)


def _own_side(op: str, turned: int, args: list[Term]) -> Term:
    """The operator, with d in the place of |d|: the side that it takes where d > 0."""
    first = turned > 0
    if op == "abs":
        return args[0] if first else -args[0]
    if op == "relu":
        zero = lift(0)
        return args[0] if first else Vec("filled", zero) if isinstance(args[0], Vec) else zero
    side, other = args if first == (op == "maximum") else args[::-1]
    return Vec("filled", side) if isinstance(other, Vec) and not isinstance(side, Vec) else side
