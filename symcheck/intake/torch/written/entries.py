"""Arrays of scalars: what is computed from them entry by entry, and along their axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from symcheck.intake.torch.axes import CLASSES, Unreadable, shown
from symcheck.intake.torch.contents import Special, Table, Written
from symcheck.intake.torch.tidy import over, plus, times
from symcheck.intake.torch.written.heap import MINUS_INFINITY, UNWRITTEN, Heap
from symcheck.language.classwise import ClassParameter
from symcheck.language.functions import (
    amax,
    amin,
    exp,
    log,
    log_softmax,
    logsumexp,
    maximum,
    mean,
    minimum,
    product,
    softmax,
    total,
)
from symcheck.language.term import Scalar, Term, Vec, lift

Places = Any
"""A tensor of whole numbers: the places of the entries in the heap."""


class Entries:
    """Arrays of scalars of ``heap``, in the shapes of torch."""

    def __init__(self, torch: Any, heap: Heap) -> None:
        self.torch, self.heap = torch, heap

    def of(self, content: object, axes: Sequence[Any]) -> Places:
        """The entries of what a symbolic tensor of the shape ``axes`` holds."""
        torch, classes = self.torch, self.heap.classes
        shape = [classes if s is CLASSES else s for s in axes]
        if isinstance(content, Written):
            return content.places
        if content is Special.INDEX:
            row = torch.tensor([self.heap.number(k) for k in range(classes)])
        elif content is Special.IDENTITY:
            one = self.heap.number(1)
            row = torch.zeros((classes, classes), dtype=torch.int64).fill_diagonal_(one)
        elif content is Special.EMPTY:
            row = torch.tensor(UNWRITTEN)
        elif isinstance(content, Table):
            rows = [_vector(content.matrix @ self.heap.unit(k)) for k in range(classes)]  # its columns
            row = torch.tensor([[self.heap.entry(r, k) for r in rows] for k in range(classes)])
        elif isinstance(content, Vec):
            at = tuple(axes).index(CLASSES)
            row = torch.tensor([self.heap.entry(content, k) for k in range(classes)])
            row = row.reshape([classes if i == at else 1 for i in range(len(shape))])
        elif isinstance(content, Term):
            row = torch.tensor(self.heap.place(content))
        else:
            raise Unreadable(f"it computes with {getattr(content, 'value', 'this')}", "write every entry first")
        return row.expand(shape).clone()

    def vector_or_number(self, places: Places) -> tuple[Term, tuple[Any, ...]] | None:
        """The term and the shape of an array that is one number, or a class-vector that it was taken from."""
        if places.numel() == 1:
            return self.heap[int(places)], tuple(places.shape)
        classes = self.heap.classes
        if places.numel() != classes or classes not in places.shape:
            return None
        vector = self.heap.vector(places.reshape(-1).tolist())
        at = list(places.shape).index(classes)
        axes = tuple(CLASSES if i == at else 1 for i in range(places.dim()))
        return None if vector is None else (vector, axes)

    def each(self, function: Callable[..., Term], *operands: Places) -> Places:
        """``function`` of the scalars at each entry of the broadcast ``operands``, once for equal ones."""
        torch = self.torch
        try:
            wide = torch.broadcast_tensors(*operands)
        except RuntimeError:
            shapes = ", ".join(shown(tuple(o.shape)) for o in operands)
            raise Unreadable(f"the shapes {shapes} do not fit", "check the shapes of the code") from None
        rows, back = torch.stack([w.reshape(-1) for w in wide], 1).unique(dim=0, return_inverse=True)
        found = [self.heap.place(function(*(self.heap[p] for p in row))) for row in rows.tolist()]
        return torch.tensor(found, dtype=torch.int64)[back].reshape(wide[0].shape)

    def reduced(self, name: str, places: Places, over_axes: Sequence[int], keepdim: bool) -> Places:
        """The operation ``name`` of ``_REDUCED`` along the axes."""
        torch = self.torch
        kept = [d for d in range(places.dim()) if d not in over_axes]
        sizes = [places.shape[d] for d in kept]
        count = prod(places.shape[d] for d in over_axes)
        rows = places.permute(*kept, *over_axes).reshape(prod(sizes), count)
        found = torch.tensor([self._row(name, row) for row in rows.tolist()], dtype=torch.int64)
        shape = [1 if d in over_axes else places.shape[d] for d in range(places.dim()) if keepdim or d not in over_axes]
        return found.reshape(shape)

    def _row(self, name: str, row: list[int]) -> int:
        largest = name in ("amax", "logsumexp")
        entries = [p for p in row if not (largest and p == MINUS_INFINITY)]
        if not entries:
            if name in ("sum", "prod"):
                return self.heap.number(int(name == "prod"))
            raise Unreadable(f"it takes the {name} of no entries", "leave out a sample with a weight of 0")
        if name in ("amax", "amin"):
            return self._extremum(name, entries)
        vector = self.heap.vector(entries)
        if vector is not None:
            return self.heap.place(_OF_VECTORS[name](vector))
        some = self.heap.among(entries) if name == "sum" and len(entries) > 2 else None
        if some is not None:
            mask = ClassParameter(
                f"m_{''.join(map(str, some[1]))}", [int(k in some[1]) for k in range(self.heap.classes)]
            )
            return self.heap.place(total(mask * some[0]))
        return self.heap.place(_REDUCED[name]([self.heap[p] for p in entries]))

    def _extremum(self, name: str, entries: list[int]) -> int:
        """The largest or smallest of some scalars: of all the entries of a class-vector if it is one."""
        whole, pair = (amax, maximum) if name == "amax" else (amin, minimum)
        numbers = [self.heap.rational(p) for p in entries]
        if all(n is not None for n in numbers):
            return self.heap.number((max if name == "amax" else min)(n for n in numbers if n is not None))
        if len(entries) == self.heap.classes:
            return self.heap.place(whole(self.heap.vector(entries) or self.joined(entries)))
        different = list(dict.fromkeys(entries))
        found: Term = self.heap[different[0]]
        for p in different[1:]:
            found = pair(found, self.heap[p])
        return self.heap.place(found)

    def joined(self, entries: Sequence[int]) -> Vec:
        """The class-vector with these entries."""
        found, *others = (times(self.heap.unit(k), self.heap[p]) for k, p in enumerate(entries))
        for other in others:
            found = plus(found, other)
        return _vector(found)

    def along(self, name: str, places: Places, axis: int) -> Places:
        """softmax, log_softmax or softmin along one axis; an entry -oo has the share 0."""
        if (places == MINUS_INFINITY).any():
            raise Unreadable(f"it takes the {name} of -inf", "leave the class out with a mask of 0 and 1")
        if name == "softmin":
            places = self.each(lambda x: -x, places)
        found = self.vector_or_number(places)
        if found is not None and isinstance(found[0], Vec) and found[1].index(CLASSES) == axis:
            return self.of((log_softmax if name == "log_softmax" else softmax)(found[0]), found[1])
        raised = self.each(exp, places)
        whole = self.reduced("sum", raised, (axis,), True)
        if name == "log_softmax":
            return self.each(lambda x, s: x - log(s), places, whole)
        return self.each(over, raised, whole)

    def running(self, name: str, places: Places, axis: int) -> Places:
        """cumsum or cumprod along one axis."""
        torch = self.torch
        join = plus if name == "cumsum" else times
        columns = list(places.unbind(axis))
        for i in range(1, len(columns)):
            columns[i] = self.each(join, columns[i - 1], columns[i])
        return torch.stack(columns, axis)

    def numbers(self, places: Places) -> Any:
        """The rational numbers as a tensor, or None if some entry is none."""
        found = [self.heap.rational(p) for p in places.reshape(-1).tolist()]
        if any(n is None for n in found):
            return None
        return self.torch.tensor([float(n) for n in found if n is not None]).reshape(places.shape)


def _sum(entries: list[Scalar]) -> Term:
    found: Term = lift(0)
    for x in entries:
        found = plus(found, x)
    return found


def _product(entries: list[Scalar]) -> Term:
    found: Term = lift(1)
    for x in entries:
        found = times(found, x)
    return found


_REDUCED: dict[str, Callable[[list[Scalar]], Term]] = {
    "sum": _sum,
    "mean": lambda entries: over(_sum(entries), lift(len(entries))),
    "prod": _product,
    "logsumexp": lambda entries: log(_sum([_scalar(exp(x)) for x in entries])),
}
"""From several scalars to one."""


_OF_VECTORS: dict[str, Callable[[Vec], Term]] = {"sum": total, "mean": mean, "prod": product, "logsumexp": logsumexp}
"""From a class-vector to one."""


def _scalar(term: Term) -> Scalar:
    assert isinstance(term, Scalar)
    return term


def _vector(term: Term) -> Vec:
    assert isinstance(term, Vec)
    return term
