"""Code that has no reading step by step, as that of a sparsemax that sorts, and is known by what it computes.

A tensor is then known at some samples only, and torch itself computes with it there.  Where what comes out is at all of
them the entmax of a class-vector that went in, it is read as that; it is compared with the code as everything is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from symcheck.intake.torch.axes import CLASSES, Axes, Unreadable
from symcheck.intake.torch.contents import Sampled, Special, Written
from symcheck.intake.torch.maker import Maker
from symcheck.intake.torch.reading import FloatReading, rounded_values
from symcheck.intake.torch.symbolic import Count, Sort, Symbolic
from symcheck.intake.torch.tidy import over, power, times
from symcheck.language.formula import Formula
from symcheck.language.functions import entmax, total
from symcheck.language.term import Term, Vec, lift

STARTING = frozenset(("sort", "argsort", "msort", "topk", "kthvalue", "cumsum", "cumprod", "searchsorted", "arange"))
"""Functions with which code begins that is known at samples."""

SPREADS = (0.2, 0.7, 1.5, 4.0)
"""Logits this far apart: nearly all classes have a share, down to one."""

A_SPREAD = 5
"""Samples for each of them, and for each number of classes."""

CLOSE = 1e-9
"""Bisection ends nearer than this to what it looks for."""

ALPHAS = (Fraction(2), Fraction(3, 2))
"""sparsemax, and the entmax that is computed by sorting; others are among the arguments of the code."""


class Samples:
    """The samples of a run: logits and a label each, at several numbers of classes if C is a symbol."""

    def __init__(self, maker: Maker) -> None:
        self._maker, self._torch = maker, maker.torch
        inside = [c for c in (2, 3, 5, 11) if c in maker.scope] or [maker.scope.low]
        random = Random(17)
        self.points = [
            ([random.gauss(0, spread) for _ in range(c)], random.randrange(c))
            for c in ([maker.fixed] if maker.fixed is not None else inside)
            for spread in SPREADS
            for _ in range(A_SPREAD)
        ]
        self._vectors: dict[int, Vec] = {}

    def result(
        self,
        function: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        alphas: Sequence[Fraction] = (),
    ) -> Any:
        """What ``function`` gives at every sample, read as an entmax if it is one; raises ``Unreadable``."""
        found = []
        for place in range(len(self.points)):
            here = [self._at(a, place) for a in args]
            try:
                found.append(function(*here, **{k: self._at(v, place) for k, v in kwargs.items()}))
            except (RuntimeError, IndexError, TypeError, ValueError) as error:
                raise Unreadable(f"torch says of this call: {error}", "check the shapes of the code") from None
        return self._wrapped(found, alphas)

    def is_share(self, function: Callable[..., Any], args: Sequence[Any]) -> bool:
        """Whether ``function`` gives shares of the classes at the first sample, so that it is worth to look at all."""
        try:
            found = function(*(self._at(a, 0) for a in args))
        except (RuntimeError, IndexError, TypeError, ValueError, Unreadable):
            return False
        classes, tensors = len(self.points[0][0]), found if isinstance(found, tuple) else (found,)
        rows = (f.reshape(-1).tolist() for f in tensors if isinstance(f, self._torch.Tensor) and f.numel() == classes)
        return any(map(_is_share, rows))

    def _wrapped(self, found: Sequence[Any], alphas: Sequence[Fraction]) -> Any:
        first = found[0]
        if isinstance(first, (tuple, list)):
            parts = [self._wrapped([f[i] for f in found], alphas) for i in range(len(first))]
            # A result of torch has names for its parts, as in x.sort().values.
            return type(first)(parts) if type(first).__module__ == "torch.return_types" else tuple(parts)
        if first is None:
            return None
        if not isinstance(first, self._torch.Tensor):
            raise Unreadable(
                "its value depends on the order of the classes", "compute with tensors and functions of torch"
            )
        sort, axes = self._maker.sort_of(first.dtype), self._axes(found)
        share = self._share(found, axes, alphas) if sort is Sort.REAL else None
        return Symbolic(self._maker, Sampled(tuple(found)) if share is None else share, axes, sort)

    def _axes(self, found: Sequence[Any]) -> Axes:
        sizes = [len(z) for z, _ in self.points]
        shapes = [tuple(f.shape) for f in found]
        if len({len(s) for s in shapes}) > 1:
            raise Unreadable("its shape depends on the order of the classes", "keep all classes on one axis")
        axes: list[Any] = []
        for column in zip(*shapes, strict=True):
            if list(column) == sizes:
                axes.append(CLASSES)
            elif len(set(column)) == 1:
                axes.append(column[0])
            else:
                raise Unreadable("its shape depends on the order of the classes", "keep all classes on one axis")
        return tuple(axes)

    def _share(self, found: Sequence[Any], axes: Axes, alphas: Sequence[Fraction]) -> Term | None:
        """The entmax of a class-vector met before that these values are, if they are one."""
        if axes.count(CLASSES) > 1 or any(s not in (1, CLASSES) for s in axes):
            return None
        rows = [f.detach().double().reshape(-1).tolist() for f in found]
        if CLASSES in axes and not all(map(_is_share, rows)):
            return None
        for share, threshold in self._candidates(alphas):
            term = share if CLASSES in axes else threshold
            formula = Formula.of(term)
            values = (self._values(formula, place) for place in range(len(self.points)))
            if all(_agree(row, value) for row, value in zip(rows, values, strict=True)):
                self._maker.note(
                    f"what the code computes is read as {formula}: it agrees with that at {len(rows)} samples"
                )
                return term
        return None

    def _candidates(self, alphas: Sequence[Fraction]) -> Iterator[tuple[Vec, Term]]:
        """The entmax s of class-vectors v met before, and its threshold tau = sum_k s_k (v_k - tau) + tau."""
        for vector in list(self._vectors.values())[::-1]:
            for alpha in dict.fromkeys((*alphas, *ALPHAS)):
                rate = lift(alpha - 1)
                for v in dict.fromkeys((vector, over(vector, rate))):  # code multiplies with alpha - 1 first
                    share = entmax(v, alpha)
                    yield share, total(share * (times(rate, v) - power(share, rate)))

    def _at(self, value: Any, place: int) -> Any:
        """An argument at one sample."""
        if isinstance(value, (list, tuple)):
            return type(value)(self._at(v, place) for v in value)
        if isinstance(value, slice):
            return slice(*(self._at(v, place) for v in (value.start, value.stop, value.step)))
        if isinstance(value, Count):
            return int(self._number(Formula.of(value.term), place))
        return self._tensor(value, place) if isinstance(value, Symbolic) else value

    def _tensor(self, x: Symbolic, place: int) -> Any:
        torch, (z, y) = self._torch, self.points[place]
        shape = [len(z) if s is CLASSES else s for s in x.axes]
        if isinstance(x.content, Sampled):
            return x.content.values[place]
        if x.content is Special.LABEL:
            return torch.full(shape, y)
        if x.content is Special.INDEX:
            return torch.arange(len(z))
        if isinstance(x.content, Written) and x.content.only is None:
            return self._entries(x, x.content, place)
        dtype = {Sort.TRUTH: torch.bool, Sort.WHOLE: torch.int64, Sort.REAL: torch.float64}[x.of_sort]
        if isinstance(x.term, Vec):
            if not place and x.of_sort is Sort.REAL:
                self._vectors[id(x.term)] = x.term
            row = torch.tensor(self._values(Formula.of(x.term), place))
            return (
                row.reshape([s if a is CLASSES else 1 for s, a in zip(shape, x.axes, strict=True)])
                .expand(shape)
                .to(dtype)
            )
        return torch.full(shape, self._number(Formula.of(x.term), place)).to(dtype)

    def _entries(self, x: Symbolic, content: Written, place: int) -> Any:
        """The entries of a tensor that is written out, at one sample."""
        assert self._maker.entries is not None
        found = self._maker.entries.vector_or_number(content.places)
        if found is not None:
            return self._tensor(Symbolic(self._maker, found[0], found[1], x.of_sort), place)
        values = [self._number(Formula.of(content.heap[p]), place) for p in content.places.reshape(-1).tolist()]
        return self._torch.tensor(values).reshape(content.places.shape)

    def _values(self, formula: Formula, place: int) -> list[float]:
        z, y = self.points[place]
        return [e.value for e in FloatReading(z, [0.0] * len(z), y, rounded_values(formula)).read(formula)]

    def _number(self, formula: Formula, place: int) -> float:
        (found,) = self._values(formula, place)
        return found


def _is_share(row: Sequence[float]) -> bool:
    return abs(sum(row) - 1) <= CLOSE and min(row) >= -CLOSE


def is_sampled(values: Sequence[Any]) -> bool:
    """Whether one of the ``values`` is known at samples only."""
    return any(
        is_sampled(v) if isinstance(v, (list, tuple)) else isinstance(v, Symbolic) and isinstance(v.content, Sampled)
        for v in values
    )


def alphas_among(maker: Maker, values: Sequence[Any]) -> list[Fraction]:
    """The numbers among the arguments of code that may be its alpha, or the t = 2 - alpha of a tempered softmax."""
    found: list[Fraction] = []
    for value in values:
        plain = value.item() if isinstance(value, maker.torch.Tensor) and value.numel() == 1 else value
        if isinstance(plain, (int, float)) and not isinstance(plain, bool):
            number = maker.number(plain).data
            found += [number, 2 - number] if isinstance(number, Fraction) else []
    return [a for a in found if a != 1]


def _agree(row: Sequence[float], value: Sequence[float]) -> bool:
    return len(row) == len(value) and all(abs(a - b) <= CLOSE for a, b in zip(row, value, strict=True))
