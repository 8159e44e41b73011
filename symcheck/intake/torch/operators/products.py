"""Products of tensors that are sums over an axis: einsum, and what it stands for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from string import ascii_letters
from typing import Any

from symcheck.intake.torch.axes import Unreadable
from symcheck.intake.torch.maker import Maker
from symcheck.intake.torch.operators.across import across
from symcheck.intake.torch.operators.indexing import matmul
from symcheck.intake.torch.operators.views import permute, view
from symcheck.intake.torch.symbolic import Symbolic
from symcheck.intake.torch.tidy import times


def einsum(maker: Maker, equation: str, *operands: object) -> Symbolic:
    """The sum of products that ``equation`` asks for: every letter that the result lacks is summed over."""
    given = operands[0] if len(operands) == 1 and isinstance(operands[0], (list, tuple)) else operands
    inputs, arrow, output = equation.replace(" ", "").partition("->")
    names = inputs.split(",")
    if "." in equation or len(names) != len(given) or any(len(set(n)) < len(n) for n in [*names, output]):
        raise Unreadable(f"einsum with the equation {equation!r}", "write one letter for each axis, each once")
    letters = sorted(set("".join(names)))
    if not arrow:  # then the result has the letters that occur once
        output = "".join(c for c in letters if "".join(names).count(c) == 1)
    order = [*output, *(c for c in letters if c not in output)]
    aligned = [_aligned(maker, maker.lift(x), name, order) for x, name in zip(given, names, strict=True)]
    product = aligned[0]
    for other in aligned[1:]:
        product = maker.each(times, product, other)
    summed = list(range(len(output), len(order)))
    return across(maker, "sum", product, summed) if summed else product


def _aligned(maker: Maker, x: Symbolic, name: str, order: Sequence[str]) -> Symbolic:
    """``x`` with its axes in this order, and axes of size 1 for the letters that it lacks."""
    if len(name) != len(x.axes):
        raise Unreadable(
            f"einsum takes {name} for a tensor of {len(x.axes)} dimensions", "write one letter for each axis"
        )
    moved = _permuted(maker, x, [name.index(c) for c in order if c in name])
    sizes = dict(zip((c for c in order if c in name), moved.shape, strict=True))
    return moved if len(sizes) == len(order) else _viewed(maker, moved, [sizes.get(c, 1) for c in order])


def _permuted(maker: Maker, x: Symbolic, order: Sequence[int]) -> Symbolic:
    places = maker.places_of(x)
    return permute(maker, x, *order) if places is None else maker.written(places.permute(*order), x.of_sort)


def _viewed(maker: Maker, x: Symbolic, shape: Sequence[Any]) -> Symbolic:
    places = maker.places_of(x)
    return view(maker, x, *shape) if places is None else maker.written(places.reshape(*shape), x.of_sort)


def product(maker: Maker, x: object, other: object) -> Symbolic:
    """The matrix product of two tensors of one to three dimensions, in batches from three on."""
    try:
        return matmul(maker, x, other)
    except Unreadable:
        left, right = maker.lift(x), maker.lift(other)
    batch = ascii_letters[: max(len(left.axes), len(right.axes), 2) - 2]
    if min(len(left.axes), len(right.axes)) == 0 or len(batch) > 1:
        raise Unreadable("it multiplies tensors of these shapes", "write the product with einsum")
    one = (batch[-(len(left.axes) - 2) :] if len(left.axes) > 2 else "") + ("ik" if len(left.axes) > 1 else "k")
    two = (batch[-(len(right.axes) - 2) :] if len(right.axes) > 2 else "") + ("kj" if len(right.axes) > 1 else "k")
    one, two = one.replace("i", "X").replace("k", "Z"), two.replace("k", "Z").replace("j", "Y")
    result = batch + ("X" if "X" in one else "") + ("Y" if "Y" in two else "")
    return einsum(maker, f"{one},{two}->{result}", left, right)


def inner(maker: Maker, x: object, other: object) -> Symbolic:
    """The sum of products along the last axes of both."""
    left, right = maker.lift(x), maker.lift(other)
    if len(left.axes) > 2 or len(right.axes) > 2 or not (left.axes and right.axes):
        raise Unreadable("it multiplies tensors of these shapes", "write the product with einsum")
    one, two = "ik"[-len(left.axes) :], "jk"[-len(right.axes) :]
    return einsum(maker, f"{one},{two}->{(one + two).replace('k', '')}", left, right)


def outer(maker: Maker, x: object, other: object) -> Symbolic:
    """x_i y_j."""
    return einsum(maker, "i,j->ij", x, other)


def added_product(
    maker: Maker, x: object, one: object, two: object, *, beta: object = 1, alpha: object = 1
) -> Symbolic:
    """beta x + alpha one two, as addmm and baddbmm have it."""
    whole = maker.each(times, product(maker, one, two), maker.number(alpha))
    return maker.each(lambda a, b: a + b, maker.each(times, maker.lift(x), maker.number(beta)), whole)


def trace(maker: Maker, x: object) -> Symbolic:
    """The sum of the diagonal."""
    given = maker.lift(x)
    places = maker.places_of(given)
    if places is None:
        raise Unreadable("it takes the trace of a matrix", "write the sum over one class index")
    return across(maker, "sum", maker.written(places.diagonal(), given.of_sort))


OPERATORS: dict[str, Callable[..., Any]] = {
    "einsum": einsum,
    **dict.fromkeys(("matmul", "mm", "mv", "dot", "bmm", "vdot"), product),
    "inner": inner,
    "rmatmul": lambda maker, x, other: product(maker, other, x),
    "outer": outer,
    **dict.fromkeys(("addmm", "baddbmm", "addmv"), added_product),
    "trace": trace,
}
"""The rows of this file."""
