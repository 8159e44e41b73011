"""Operations across the classes: one line for each that takes the classes to one number."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from symcheck.intake.torch.axes import CLASSES, NeedsClasses, Unreadable, class_axis, position, positions
from symcheck.intake.torch.contents import Others, Selected, Written
from symcheck.intake.torch.maker import Maker
from symcheck.intake.torch.operators.entrywise import each
from symcheck.intake.torch.operators.masks import chosen
from symcheck.intake.torch.symbolic import Sort, Symbolic
from symcheck.intake.torch.tidy import is_number
from symcheck.language.functions import amax, amin, log, log_softmax, logsumexp, mean, product, softmax, total
from symcheck.language.term import Label, Term, Vec, lift

_TO_ONE: dict[str, tuple[Callable[..., Term], Callable[[Term, Term], Term]]] = {
    "sum": (total, lambda x, classes: classes * x),
    "mean": (mean, lambda x, _: x),
    "prod": (product, lambda x, classes: x**classes),
    "logsumexp": (logsumexp, lambda x, classes: x + log(classes)),
    "amax": (amax, lambda x, _: x),
    "amin": (amin, lambda x, _: x),
}
"""From a class-vector to one number, and the same for as many entries as there are classes that are all x."""

_TO_CLASSES: dict[str, tuple[Callable[[Vec], Term], Callable[[Term, Term], Term]]] = {
    "softmax": (softmax, lambda _, classes: 1 / classes),
    "log_softmax": (log_softmax, lambda _, classes: -log(classes)),
    "softmin": (lambda v: softmax(-v), lambda _, classes: 1 / classes),
}
"""From a class-vector to a class-vector, and the same for entries that are all x."""


def across(
    maker: Maker,
    name: str,
    x: object,
    dim: object = None,
    keepdim: bool = False,
    *,
    axis: object = None,
    keepdims: bool = False,
    dtype: Any = None,
) -> Symbolic:
    """The operation ``name`` of ``_TO_ONE`` over the dimensions ``dim``; an axis of size 1 is a batch of one."""
    given = maker.lift(x)
    _check_real(maker, dtype)
    dim, keepdim = axis if dim is None else dim, keepdim or keepdims
    reduced = positions(given.axes, dim)
    whole = name in ("sum", "prod") and given.of_sort is not Sort.REAL
    if maker.entries is not None and isinstance(given.content, Written):
        places = maker.entries.reduced(name, given.content.places, reduced, keepdim)
        return maker.written(places, Sort.WHOLE if whole else given.of_sort)
    for at in reduced:
        size = given.axes[at]
        if isinstance(size, int) and size > 1:
            raise NeedsClasses(size)
    term = _one(maker, name, given, any(given.axes[at] is CLASSES for at in reduced))
    axes = tuple(1 if i in reduced else s for i, s in enumerate(given.axes) if keepdim or i not in reduced)
    return maker.tensor(term, axes, Sort.WHOLE if whole else given.of_sort)


def _one(maker: Maker, name: str, given: Symbolic, over_classes: bool) -> Term:
    content = given.content
    # exp(-oo) adds nothing, and -oo is no maximum: the label is left out of the sum.
    if isinstance(content, Others) and over_classes and name in ("amax", "logsumexp"):
        return _TO_ONE[name][0](content.term, but=Label())
    if isinstance(content, Selected) and name == "sum":
        kept = chosen(content.mask, content.term, lift(0))
        return total(kept) if isinstance(kept, Vec) else kept
    term = given.term
    if not over_classes:
        return term
    of_vector, of_constant = _TO_ONE[name]
    return of_vector(term) if isinstance(term, Vec) else of_constant(term, maker.classes)


def _check_real(maker: Maker, dtype: Any) -> None:
    if dtype is not None and maker.sort_of(dtype) is not Sort.REAL:
        raise Unreadable(f"dtype={dtype} rounds to whole numbers", "leave dtype out")


def along(
    maker: Maker,
    name: str,
    x: object,
    dim: int | None = None,
    _stacklevel: int = 3,
    dtype: Any = None,
) -> Symbolic:
    """The operation ``name`` of ``_TO_CLASSES`` along the class axis; torch's default for ``dim`` is its own."""
    given = maker.lift(x)
    _check_real(maker, dtype)
    length = len(given.axes)
    at = position(given.axes, dim if dim is not None else (0 if length in (0, 1, 3) else 1))
    if maker.entries is not None and isinstance(given.content, Written):
        return maker.written(maker.entries.along(name, given.content.places, at), Sort.REAL)
    if class_axis(given.axes) != at:
        size = given.axes[at] if given.axes else 1
        if isinstance(size, int) and size > 1:
            raise NeedsClasses(size)
        raise Unreadable(f"its dimension {at} is not that of the classes", "name the class dimension, as in dim=1")
    of_vector, of_constant = _TO_CLASSES[name]
    term = given.term
    value = of_vector(term) if isinstance(term, Vec) else of_constant(term, maker.classes)
    return maker.tensor(value, given.axes, Sort.REAL)


def norm(
    maker: Maker, x: object, p: object = 2, dim: object = None, keepdim: bool = False, **options: object
) -> Symbolic:
    """(sum |x|^p)^(1/p), the root of the sum of squares for p = 2."""
    p = options.pop("ord", p)
    power = lift(2) if p is None or p == "fro" else maker.number(p)
    # As a root of squares, and not with |x|^2: the kink of |x| at 0 would be found there though squares have none.
    if is_number(power, 2):
        return each(maker, "sqrt", across(maker, "sum", each(maker, "square", x), dim, keepdim))
    size = each(maker, "abs", x)
    if is_number(power, 1):
        return across(maker, "sum", size, dim, keepdim)
    return each(maker, "pow", across(maker, "sum", each(maker, "pow", size, power), dim, keepdim), 1 / power)


def normalize(maker: Maker, x: object, p: object = 2, dim: int = 1, eps: float = 1e-12) -> Symbolic:
    """x / max(norm(x), eps)."""
    length = norm(maker, x, p, dim, True)
    return each(maker, "div", x, each(maker, "maximum", length, eps))


def variance(
    maker: Maker,
    x: object,
    dim: object = None,
    unbiased: bool = True,
    keepdim: bool = False,
    *,
    correction: int | None = None,
) -> Symbolic:
    """The sum of the squared deviations from the mean, divided by C - 1, or by C minus the correction."""
    given = maker.lift(x)
    sizes = [given.axes[i] for i in positions(given.axes, dim)]
    if not isinstance(given.content, Written) and [s for s in sizes if s != 1] != [CLASSES]:
        raise Unreadable("it is not the variance over the classes", "name the class dimension, as in dim=1")
    less = int(bool(unbiased)) if correction is None else correction
    deviation = each(maker, "sub", given, across(maker, "mean", given, dim, True))
    squares = across(maker, "sum", each(maker, "square", deviation), dim, keepdim)
    count = prod(s for s in sizes if isinstance(s, int))
    return each(maker, "div", squares, (maker.classes if CLASSES in sizes else count) - maker.number(less))


def _named(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    return lambda maker, *args, **options: function(maker, name, *args, **options)


OPERATORS: dict[str, Callable[..., Any]] = {
    **{name: _named(across, name) for name in _TO_ONE},
    **{name: _named(along, name) for name in _TO_CLASSES},
    "norm": norm,
    "linalg_norm": norm,
    "linalg_vector_norm": norm,
    "normalize": normalize,
    "var": variance,
    "std": lambda maker, *args, **options: each(maker, "sqrt", variance(maker, *args, **options)),
}
"""The rows of this file."""
