"""The entries in their order: the largest ones, and where they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from symcheck.intake.torch.axes import CLASSES, NeedsClasses, Unreadable, class_axis, position
from symcheck.intake.torch.contents import Place, Special
from symcheck.intake.torch.maker import Maker
from symcheck.intake.torch.operators.across import across
from symcheck.intake.torch.operators.entrywise import each
from symcheck.intake.torch.operators.indexing import is_class, onehot_of
from symcheck.intake.torch.symbolic import Count, Sort, Symbolic
from symcheck.intake.torch.tidy import plus, times
from symcheck.language.functions import amax, amin, maximum, minimum, onehot_argmax
from symcheck.language.term import Vec

MOST_ENTRIES = 16
"""So many entries are brought into order."""


_IN_ORDER = ("it brings the entries of the classes into order", "name one C, as in classes=10")


class Ordered(NamedTuple):
    """What sort and topk return."""

    values: Any
    indices: Any


def place_of_extremum(maker: Maker, x: Symbolic, dim: object, keepdim: bool, *, largest: bool = True) -> Symbolic:
    """The class with the largest, or smallest, entry; as torch has it, the first of several."""
    vector, at = _vector(maker, x, dim)
    # Which class it is has no derivative: a detach that it is found behind says nothing.
    vector = vector.args[0] if vector.op == "detach" and isinstance(vector.args[0], Vec) else vector
    content = Place(onehot_argmax(vector if largest else -vector))
    sizes = [1 if s is CLASSES else s for s in x.axes] if isinstance(x.content, Vec) else list(x.axes)
    axes = tuple(1 if i == at else s for i, s in enumerate(sizes) if keepdim or i != at)
    return maker.tensor(content, axes, Sort.WHOLE)


def _vector(maker: Maker, x: Symbolic, dim: object) -> tuple[Vec, int]:
    """The class-vector along the dimension ``dim``, and where that is."""
    places = maker.places_of(x)
    if places is not None and maker.entries is not None:
        at = position(x.axes, dim if isinstance(dim, int) else _only(x))
        found = maker.entries.vector_or_number(places)
        whole = places.numel() == maker.entries.heap.classes == places.shape[at]
        if whole and not (found is not None and isinstance(found[0], Vec)):
            return maker.entries.joined(places.reshape(-1).tolist()), at
        x = x if found is None else Symbolic(maker, found[0], found[1], x.of_sort)
    at = position(x.axes, dim if isinstance(dim, int) else _only(x))
    size = x.axes[at] if x.axes else 1
    if isinstance(size, int) and size > 1:
        raise NeedsClasses(size)
    if size is not CLASSES or not isinstance(x.term, Vec):
        raise Unreadable(
            "it looks for the largest of entries that are no class-vector", "name the class dimension, dim=1"
        )
    return x.term, at


def _only(x: Symbolic) -> int:
    """The one dimension that has several entries."""
    return next((i for i, s in enumerate(x.axes) if s != 1), 0)


def extremum(maker: Maker, name: str, x: object, dim: Any = None, keepdim: bool = False, **options: Any) -> Any:
    """max and min: of everything, over one dimension with the indices, or of two tensors."""
    other = options.pop("other", dim)
    if isinstance(other, (Symbolic, maker.torch.Tensor)):
        return each(maker, "maximum" if name == "amax" else "minimum", x, other)
    given = maker.lift(x)
    if given.content is Special.LABEL and all(s == 1 for s in given.axes):  # of a batch of one
        return maker.tensor(Special.LABEL, (), Sort.WHOLE)
    values = across(maker, name, given, dim, keepdim, **options)
    if dim is None:
        return values
    try:
        return Ordered(values, place_of_extremum(maker, given, dim, keepdim, largest=name == "amax"))
    except (Unreadable, NeedsClasses):
        return Ordered(values, maker.tensor(Special.UNKNOWN, values.axes, Sort.WHOLE))


def argmax(maker: Maker, x: object, dim: object = None, keepdim: bool = False) -> Symbolic:
    """The class with the largest entry."""
    return place_of_extremum(maker, maker.lift(x), dim, keepdim)


def argmin(maker: Maker, x: object, dim: object = None, keepdim: bool = False) -> Symbolic:
    """The class with the smallest entry."""
    return place_of_extremum(maker, maker.lift(x), dim, keepdim, largest=False)


def sort(maker: Maker, x: object, dim: int = -1, descending: bool = False, stable: bool = False) -> Ordered:  # noqa: ARG001
    """The entries from the smallest to the largest, or the other way round, and the classes that they are of."""
    given = maker.lift(x)
    at = position(given.axes, dim)
    size = given.axes[at]
    count = maker.fixed if size is CLASSES else size
    if not isinstance(count, int):
        raise Unreadable(*_IN_ORDER)
    return _ordered(maker, given, at, count, largest=descending)


def topk(maker: Maker, x: object, k: int | Count, dim: int = -1, largest: bool = True, sorted: bool = True) -> Ordered:  # noqa: A002, ARG001
    """The ``k`` largest entries, or the smallest, from the outermost on."""
    if isinstance(k, Count):
        raise Unreadable(*_IN_ORDER)
    given = maker.lift(x)
    at = position(given.axes, dim)
    if k == 1:
        vector, _ = _vector(maker, given, dim)
        axes = tuple(1 if i == at else s for i, s in enumerate(given.axes))
        value = maker.tensor((amax if largest else amin)(vector), axes, given.of_sort)
        return Ordered(value, place_of_extremum(maker, given, dim, True, largest=largest))
    return _ordered(maker, given, at, int(k), largest=largest)


def _ordered(maker: Maker, x: Symbolic, at: int, count: int, *, largest: bool) -> Ordered:
    """The first ``count`` entries in order along one axis, by comparisons of two."""
    entries = maker.entries
    if entries is None:
        raise Unreadable(*_IN_ORDER)
    places = entries.of(x.content, x.axes)
    columns = list(places.unbind(at))
    if len(columns) > MOST_ENTRIES:
        raise Unreadable(f"it brings {len(columns)} entries into order", f"ask for at most {MOST_ENTRIES} classes")
    first, last = (maximum, minimum) if largest else (minimum, maximum)
    for i in range(count):
        for k in range(len(columns) - 1, i, -1):
            above = entries.each(first, columns[k - 1], columns[k])
            columns[k] = entries.each(last, columns[k - 1], columns[k])
            columns[k - 1] = above
    values = maker.written(maker.torch.stack(columns[:count], at), x.of_sort)
    return Ordered(values, Indices(maker, x, at, count, largest=largest))


class Indices:
    """The classes of sorted entries, of which only the first and the last are known: those of the extrema."""

    def __init__(self, maker: Maker, x: Symbolic, at: int, count: int, *, largest: bool) -> None:
        self._maker, self._x, self._at, self._count, self._largest = maker, x, at, count, largest

    def __getitem__(self, key: Any) -> Symbolic:
        keys = key if isinstance(key, tuple) else (key,)
        number = keys[self._at] if len(keys) > self._at else None
        others = [k for i, k in enumerate(keys) if i != self._at]
        if not isinstance(number, int) or any(k != slice(None) for k in others):
            return self._refuse("it takes several classes of sorted entries")
        is_first, is_last = number in (0, -self._count), number in (-1, self._count - 1)
        whole = self._count == self._x.axes[self._at] or self._x.axes[self._at] is CLASSES
        if not is_first and not (is_last and whole):
            return self._refuse("it asks which class comes second or later")
        return place_of_extremum(self._maker, self._x, self._at, False, largest=self._largest == is_first)

    def _refuse(self, why: str) -> NoReturn:
        self._maker.refuse("the indices of sorted entries", why, "take the first or the last one")

    def __getattr__(self, name: str) -> NoReturn:
        self._refuse(f"it uses {name} of the classes of sorted entries")


def cumulated(name: str) -> Callable[..., Symbolic]:
    """cumsum and cumprod along an axis."""

    def row(maker: Maker, x: object, dim: int, dtype: Any = None) -> Symbolic:  # noqa: ARG001
        given = maker.lift(x)
        if maker.entries is None:
            raise Unreadable("it sums the classes up one after the other", "name one C, as in classes=10")
        places = maker.entries.of(given.content, given.axes)
        return maker.written(maker.entries.running(name, places, position(given.axes, dim)), given.of_sort)

    return row


def scatter_add(maker: Maker, x: object, dim: int, index: Any, src: object) -> Symbolic:
    """``x`` with the entries of ``src`` added at the places that ``index`` names."""
    given = maker.lift(x)
    if is_class(index):
        added = maker.lift(src).term
        if class_axis(given.axes) != position(given.axes, dim) or isinstance(added, Vec):
            raise Unreadable("it adds more than one number at the label", "add a multiple of F.one_hot(y, z.shape[1])")
        return maker.tensor(plus(given.term, times(onehot_of(index), added)), given.axes, given.of_sort)
    if maker.entries is None or not isinstance(index, maker.torch.Tensor):
        raise Unreadable("it adds at the places of an index", "add a multiple of F.one_hot(y, z.shape[1])")
    torch, entries, source = maker.torch, maker.entries, maker.lift(src)
    places = entries.of(given.content, given.axes).clone()
    added = entries.of(source.content, source.axes)
    flat = places.reshape(-1)
    numbers = torch.arange(places.numel()).reshape(places.shape)
    targets = numbers.gather(dim, index)
    corner = added[tuple(slice(n) for n in index.shape)]  # torch reads as much of the source as the index has
    for at, p in zip(targets.reshape(-1).tolist(), corner.reshape(-1).tolist(), strict=True):
        flat[at] = entries.each(lambda a, b: a + b, flat[at], torch.tensor(p))
    return maker.written(flat.reshape(places.shape), given.of_sort)


def nonzero(maker: Maker, x: object, *, as_tuple: bool = False) -> Any:
    """Where entries are not 0: those that depend on z are taken to be none."""
    given = maker.lift(x)
    if maker.entries is None:
        raise Unreadable("it counts the entries that are not 0", "name one C, as in classes=10")
    heap = maker.entries.heap
    places = maker.entries.of(given.content, given.axes)
    numbers = [heap.rational(p) for p in places.reshape(-1).tolist()]
    if None in numbers:
        maker.note("entries that depend on z are taken to be not 0")
    found = maker.torch.tensor([n is None or n != 0 for n in numbers]).reshape(places.shape)
    return found.nonzero(as_tuple=as_tuple)


OPERATORS: dict[str, Callable[..., Any]] = {
    "max": lambda maker, *args, **options: extremum(maker, "amax", *args, **options),
    "min": lambda maker, *args, **options: extremum(maker, "amin", *args, **options),
    "argmax": argmax,
    "argmin": argmin,
    "sort": sort,
    "msort": lambda maker, x: sort(maker, x, 0).values,
    "argsort": lambda maker, x, *args, **options: sort(maker, x, *args, **options).indices,
    "topk": topk,
    "cumsum": cumulated("cumsum"),
    "cumprod": cumulated("cumprod"),
    "scatter_add": scatter_add,
    "nonzero": nonzero,
    "count_nonzero": lambda maker, x: len(nonzero(maker, x)),
}
"""The rows of this file."""
