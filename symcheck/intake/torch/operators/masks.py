"""Comparisons and masks: tensors whose entries are 0 or 1, and choices by them."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from symcheck.intake.torch.axes import Unreadable, broadcast, positions
from symcheck.intake.torch.contents import Content, Others, Partly, Place, Selected, Special, Written, copied, same_term
from symcheck.intake.torch.maker import Maker
from symcheck.intake.torch.symbolic import Sort, Symbolic
from symcheck.intake.torch.tidy import is_number, plus, times
from symcheck.language.functions import branch, total
from symcheck.language.term import Label, Scalar, Term, Vec, lift
from symcheck.language.vector_array import VectorArray

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip
_FLIPPED = {"eq": "eq", "ne": "ne", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
_ADVICE = "write it without a branch on values"


def is_indicator(term: Term) -> bool:
    """Whether every entry is 0 or 1 by the form of ``term``."""
    match term.op:
        case "take":
            return is_indicator(term.args[0])
        case "total":  # the entry at one class
            product = term.args[0]
            return product.op == "mul" and all(map(_picks_one, product.args))
        case "number":
            return term.data in (0, 1)
        case "onehot" | "onehot_argmax":
            return True
        case "branch":
            return is_indicator(term.args[1]) and is_indicator(term.args[2])
        case "sub":
            return is_number(term.args[0], 1) and is_indicator(term.args[1])
        case "mul" | "detach":
            return all(is_indicator(a) for a in term.args)
    return False


def _picks_one(term: Term) -> bool:
    """Whether it is a one-hot vector."""
    row = term.data.vector if isinstance(term.data, VectorArray) and term.data.values is not None else ()
    return term.op in ("onehot", "onehot_argmax") or (set(row) <= {0, 1} and sum(row) == 1)


def opposite(mask: Term) -> Term:
    """1 - mask, or the mask of which it is the opposite."""
    if mask.op == "sub":
        return mask.args[1]
    if _is_test(mask):
        return branch(mask.args[0], mask.args[2], mask.args[1])
    return lift(1) - mask


def chosen(mask: Term, yes: Term, no: Term) -> Term:
    """``yes`` where the mask is 1 and ``no`` where it is 0."""
    if is_number(mask, 1) or is_number(mask, 0):
        return yes if is_number(mask, 1) else no
    if _is_test(mask):
        return branch(mask.args[0], *((yes, no) if is_number(mask.args[1], 1) else (no, yes)))
    return plus(_masked(mask, yes), _masked(opposite(mask), no))


def _is_test(mask: Term) -> bool:
    """Whether it is 1 where some u > 0 and 0 elsewhere, or the other way round."""
    arms = mask.args[1:] if mask.op == "branch" else ()
    return any(is_number(arms[0], n) and is_number(arms[1], 1 - n) for n in (0, 1)) if arms else False


def _masked(mask: Term, x: Term) -> Term:
    return x if is_number(x, 0) else times(mask, x)


def compared(maker: Maker, name: str, x: object, other: object) -> Symbolic:
    """A comparison whose outcome does not depend on z: the label with the class indices, masks, plain numbers."""
    one, two = maker.lift(x), maker.lift(other)
    if isinstance(one.content, Written) or isinstance(two.content, Written):
        return maker.each(lambda a, b: _of_terms(name, a, b), one, two, sort=Sort.TRUTH)
    axes = broadcast(one.axes, two.axes)
    return maker.tensor(_outcome(maker, name, one, two), axes, Sort.TRUTH)


def _outcome(maker: Maker, name: str, one: Symbolic, two: Symbolic) -> Term:
    classes = [x for x in (one, two) if isinstance(x.content, Place)]
    if classes:
        return _class_is(maker, name, classes[0], two if classes[0] is one else one)
    specials = [x.content for x in (one, two) if isinstance(x.content, Special)]
    if Special.LABEL in specials:
        if Special.INDEX in specials and name in ("eq", "ne"):
            return Vec("onehot") if name == "eq" else opposite(Vec("onehot"))
        if specials == [Special.LABEL] * 2 and name in ("eq", "ne"):
            return lift(int(name == "eq"))
        label_first = one.content is Special.LABEL
        found = _label_against(maker, name if label_first else _FLIPPED[name], two if label_first else one)
        return lift(int(found))
    return _of_terms(name, one.term, two.term)


def _class_is(maker: Maker, name: str, x: Symbolic, other: Symbolic) -> Term:
    """Whether the class with the largest entry is the label, each of the classes, or one of them."""
    assert isinstance(x.content, Place)
    onehot, number = x.content.onehot, other.number
    found: Term | None = None
    if other.content is Special.LABEL:
        found = onehot[Label()]
    elif other.content is Special.INDEX:
        found = onehot
    elif isinstance(other.content, Place):
        found = total(onehot * other.content.onehot)
    elif number is not None and maker.entries is not None:
        heap = maker.entries.heap
        found = heap[heap.entry(onehot, int(number))] if number in range(heap.classes) else lift(0)
    if found is None or name not in ("eq", "ne"):
        raise Unreadable("it compares the class with the largest entry with something else", _ADVICE)
    return found if name == "eq" else opposite(found)


def _of_terms(name: str, first: Term, second: Term) -> Term:
    if first.op == "number" and second.op == "number":
        return lift(int(_COMPARE[name](first.data, second.data)))
    if is_indicator(first) and second.op == "number":
        yes, no = (int(_COMPARE[name](Fraction(v), second.data)) for v in (1, 0))
        return chosen(first, lift(yes), lift(no))
    if same_term(first, second):  # x != x is how code asks for nan, which no formula is
        return lift(int(name in ("eq", "le", "ge")))
    # That is 1 where two values meet and 0 beside it, which no formula of the language is.
    if name in ("eq", "ne"):
        raise Unreadable("it asks whether values that depend on z are equal", _ADVICE)
    # x >= y as the opposite of y > x, so that a tie falls on the side on which torch puts it.
    greater = branch(first - second if name in ("gt", "le") else second - first, 1, 0)
    return greater if name in ("gt", "lt") else opposite(greater)


def _label_against(maker: Maker, name: str, other: Symbolic) -> bool:
    """Whether label < other and the like, where this is the same for all labels 0, ..., C-1."""
    if isinstance(other.content, Term) and other.content.op == "classes":
        return name in ("lt", "le", "ne")
    if isinstance(other.content, Term) and same_term(other.content, Scalar("classes") - 1) and name in ("le", "gt"):
        return name == "le"
    number = other.number
    if number is not None:
        if maker.fixed is not None:
            outcomes = {bool(_COMPARE[name](Fraction(label), number)) for label in range(maker.fixed)}
            if len(outcomes) == 1:
                return outcomes.pop()
        elif number < 0 or (number == 0 and name in ("ge", "lt")):
            return bool(_COMPARE[name](Fraction(0), number))
        # Up to that number of classes no label is it.
        elif number.denominator == 1 and number >= 2 and name in ("eq", "ne", "lt", "ge"):
            maker.restrict(2, int(number), f"the label is compared with {number}, a class from C = {number + 1} on")
            return name in ("ne", "lt")
    raise Unreadable(
        "it compares the label with one class, so it treats the classes differently",
        "write a loss that treats all classes alike; a label to ignore has to be negative",
    )


def remainder(maker: Maker, x: object, other: object) -> Symbolic:
    """The rest of a whole number divided by 1, as code asks whether labels are whole."""
    given = maker.lift(x)
    if given.of_sort is Sort.REAL or maker.lift(other).number != 1:
        raise Unreadable("it takes the rest of a division", "write it without steps")
    return maker.tensor(lift(0), given.axes, Sort.WHOLE)


def inverted(maker: Maker, x: object) -> Symbolic:
    """Not ``x``."""
    return maker.each(opposite, _mask(maker, x), sort=Sort.TRUTH)


def both(maker: Maker, x: object, other: object) -> Symbolic:
    """``x`` and ``other``."""
    return maker.each(lambda a, b: chosen(a, b, lift(0)), _mask(maker, x), _mask(maker, other), sort=Sort.TRUTH)


def either(maker: Maker, x: object, other: object) -> Symbolic:
    """``x`` or ``other``: not both of the opposites."""
    return inverted(maker, both(maker, inverted(maker, x), inverted(maker, other)))


def _mask(maker: Maker, x: object) -> Symbolic:
    found = maker.lift(x)
    if found.of_sort is not Sort.TRUTH:
        raise Unreadable("it takes a tensor that is no mask for one", "make a mask with .bool()")
    return found


def where(maker: Maker, condition: object, x: object, other: object) -> Symbolic:
    """``x`` where the condition holds, and ``other`` elsewhere."""
    mask = maker.lift(condition)
    # torch takes a mask of bytes here, and inverts one in another way: it is a mask here alone.
    if not (mask.of_sort is Sort.WHOLE and _is_bytes(maker, mask)):
        mask = _mask(maker, mask)
    if _is_minus_infinity(x):
        old = maker.lift(other)
        return maker.tensor(without_label(mask, old), old.axes, Sort.REAL)
    yes, no = maker.lift(x), maker.lift(other)
    if mask.number is not None:  # the same in all places, so it may be the label as well
        taken = yes if mask.number else no
        return maker.tensor(
            copied(taken.content), broadcast(mask.axes, yes.axes, no.axes), max(yes.of_sort, no.of_sort)
        )
    return maker.each(chosen, mask, yes, no, sort=max(yes.of_sort, no.of_sort))


def _is_bytes(maker: Maker, x: Symbolic) -> bool:
    """Whether every entry is 0 or 1."""
    places = maker.places_of(x)
    if places is None or maker.entries is None:
        return isinstance(x.content, Term) and is_indicator(x.content)
    heap = maker.entries.heap
    return all(heap.rational(p) in (0, 1) for p in places.reshape(-1).tolist())


def _is_minus_infinity(value: object) -> bool:
    return isinstance(value, float) and value == -math.inf


def written(maker: Maker, x: Symbolic, mask: Symbolic, value: object) -> Content:
    """``x`` with ``value`` written where the mask is 1."""
    if _is_minus_infinity(value):
        return without_label(mask, x)
    new = maker.lift(value)
    fits = new.of_sort <= x.of_sort or (x.of_sort is Sort.TRUTH and new.number in (0, 1))
    if (any(s != 1 for s in new.axes) and not isinstance(new.content, Selected)) or not fits:
        raise Unreadable("it writes what is not one number of the tensor's type", "write one number")
    term, old = _under(mask.term, new), x.content
    if old is Special.EMPTY:
        return Partly(mask.term, term)
    if isinstance(old, Partly):
        # Written in two parts, as y[m] = a and y[~m] = b: together they have to cover all.
        if not same_term(opposite(old.mask), mask.term):
            raise Unreadable("it leaves a part of an empty tensor unwritten", "use torch.where")
        return chosen(mask.term, term, old.term)
    return chosen(mask.term, term, x.term)


def _under(mask: Term, value: Symbolic) -> Term:
    """The values for the samples that ``mask`` selects."""
    if not isinstance(value.content, Selected):
        return value.term
    if not same_term(value.content.mask, mask):
        raise Unreadable("it writes samples that another mask selects", "use torch.where")
    return value.content.term


def without_label(mask: Symbolic, x: Symbolic) -> Content:
    """``x`` with -oo in the place of the label."""
    if mask.term.op != "onehot" or mask.axes != x.axes or not isinstance(x.term, Vec):
        raise Unreadable("it writes -inf elsewhere than at the label", "write a finite number")
    return Others(x.term)


def masked_fill(maker: Maker, x: object, mask: object, value: object) -> Symbolic:
    """``x`` with ``value`` where the mask is 1."""
    return where(maker, mask, value, x)


def decided(maker: Maker, name: str, x: object, dim: object = None, keepdim: bool = False) -> Symbolic:
    """any() and all() of a mask that is the same everywhere."""
    mask = _mask(maker, x)
    if mask.term.op != "number":
        raise Unreadable(f"it asks for {name}() of a mask", _ADVICE)
    gone = positions(mask.axes, dim)
    axes = tuple(1 if i in gone else s for i, s in enumerate(mask.axes) if keepdim or i not in gone)
    return maker.tensor(mask.term, axes, Sort.TRUTH)


def _named(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    return lambda maker, *args, **options: function(maker, name, *args, **options)


OPERATORS: dict[str, Callable[..., Any]] = {
    **{name: _named(compared, name) for name in _COMPARE},
    **{long: _named(compared, name) for long, name in {"not_equal": "ne", "less": "lt", "greater": "gt"}.items()},
    **{name: _named(decided, name) for name in ("any", "all")},
    "_is_all_true": _named(decided, "all"),
    "_is_any_true": _named(decided, "any"),
    **dict.fromkeys(("invert", "logical_not", "bitwise_not"), inverted),
    **dict.fromkeys(("and", "logical_and", "bitwise_and"), both),
    **dict.fromkeys(("or", "logical_or", "bitwise_or"), either),
    "remainder": remainder,
    "where": where,
    "masked_fill": masked_fill,
}
"""The rows of this file."""
