"""Provenance: the exact entries of plain tensors, kept through what torch code computes with them.

A tensor is followed as a tensor of places in the ledger, on which functions that only move entries act as on the
tensor itself.  What an operation gives is compared with the floats that torch returned, and dropped if it is not
what these are: then they are data that was rounded.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from types import ModuleType
from typing import TYPE_CHECKING, Any

from symcheck.intake.torch.floats import DOUBLE
from symcheck.intake.torch.ledger import Ledger, Rounded, Untraceable

if TYPE_CHECKING:
    from torch import Tensor

BITS = {"torch.float32": 24, "torch.float16": 11, "torch.bfloat16": 8}
"""The bits in the significand of narrow types."""

LARGEST = 10_000
"""Tensors with more entries are taken as they are, and operations on them are not followed."""

MOST_PRODUCTS = 200_000
"""Operations with more products of entries are not followed."""

MOST_ROUNDED = 20
"""A tensor with more different rounded entries is not followed."""

CLOSE = 1e-9
"""Exact entries and the floats that torch computed in their place differ by no more than this, relatively."""


@dataclass(frozen=True)
class _Record:
    """What is known of a tensor while its ``version`` is this one: ``places`` of its entries, or the ``bits`` alone."""

    tensor: weakref.ref[Any]
    version: int
    places: Any
    bits: int


class Provenance:
    """What is known of the plain tensors of one run."""

    def __init__(self, torch: ModuleType, ledger: Ledger) -> None:
        self.torch: Any = torch
        self.ledger: Ledger = ledger
        # By id, as comparing tensors gives tensors.  An id is used again once its tensor is gone: the weak reference
        # tells.
        self._records: dict[int, _Record] = {}

    def knows(self, tensor: Tensor) -> bool:
        """Whether its entries were computed from known ones, or were read before."""
        record = self._of(tensor)
        return record is not None and record.places is not None

    def accuracy(self, tensor: Tensor) -> int:
        """The bits in which it was computed; those of a double where every entry is known exactly."""
        try:
            places = self.places(tensor) if tensor.is_floating_point() else None
        except Untraceable:
            return self.bits(tensor)
        if places is None or not any(map(self.ledger.is_rounded, set(places.reshape(-1).tolist()))):
            return DOUBLE
        return self.bits(tensor)

    def bits(self, tensor: Tensor) -> int:
        """In how many bits the entries of ``tensor`` were computed."""
        record = self._records.get(id(tensor))  # also of an older version: its numbers may still be there
        stored = BITS.get(str(tensor.dtype), DOUBLE)
        return stored if record is None or record.tensor() is not tensor else min(stored, record.bits)

    def places(self, tensor: Tensor) -> Tensor:
        """The places of the entries of ``tensor`` in the ledger, in its shape; raises ``Untraceable``."""
        record = self._of(tensor)
        if record is not None and record.places is not None:
            return record.places  # type: ignore[no-any-return]
        torch = self.torch
        plain = tensor.detach().cpu()
        if not plain.is_floating_point():
            whole = plain.reshape(-1).tolist()
            found = {v: self.ledger.place(Fraction(int(v))) for v in set(whole)}
            return torch.tensor([found[v] for v in whole], dtype=torch.int64).reshape(plain.shape)  # type: ignore[no-any-return]
        values = plain.double().reshape(-1).tolist()
        stored = BITS.get(str(tensor.dtype), DOUBLE)
        found = self.ledger.places_of(values, self.bits(tensor), stored=stored)
        places = torch.tensor([found[v] for v in values], dtype=torch.int64).reshape(plain.shape)
        self.keep(tensor, places, self.bits(tensor))
        return places  # type: ignore[no-any-return]

    def changed(self, tensor: Tensor, values: Sequence[Any]) -> None:
        """Something of ``values`` was written into ``tensor``, if it has another version now."""
        record = self._records.get(id(tensor))
        is_old = record is not None and record.tensor() is tensor
        if is_old and record is not None and record.version == tensor._version:
            return
        bits = [record.bits] if is_old and record is not None else [BITS.get(str(tensor.dtype), DOUBLE)]
        bits += [self.accuracy(v) for v in tensors_in(self.torch, values)]
        self.keep(tensor, None, min(bits))

    def operand(self, value: object) -> Any:
        """The places of a tensor or of a number."""
        torch = self.torch
        if isinstance(value, torch.Tensor):
            found = self.places(value)
            rounded = {p for p in set(found.reshape(-1).tolist()) if self.ledger.is_rounded(p)}
            if len(rounded) > MOST_ROUNDED:
                raise Untraceable
            return found
        return torch.tensor(self.number(value))

    def number(self, value: object) -> int:
        """The place of a number of Python."""
        if isinstance(value, float):
            known = self.ledger.read(value)
            return self.ledger.place(known if isinstance(known, Rounded) else self.ledger.constant_of(known.term))
        if isinstance(value, Rational):
            return self.ledger.place(Fraction(int(value.numerator), int(value.denominator)))
        raise Untraceable

    def each(self, function: Callable[..., int], *operands: Any) -> Any:
        """``function`` of the places at each entry of the broadcast ``operands``, once for equal ones."""
        torch = self.torch
        wide = torch.broadcast_tensors(*operands)
        if wide[0].numel() > MOST_PRODUCTS:
            raise Untraceable
        # A table has few different entries: exact arithmetic is done once for each combination of them.
        rows, back = torch.stack([w.reshape(-1) for w in wide], 1).unique(dim=0, return_inverse=True)
        found = torch.tensor([function(*row) for row in rows.tolist()], dtype=torch.int64)
        return found[back].reshape(wide[0].shape)

    def reduced(self, function: Callable[[list[int]], int], x: Any, dim: Any, keepdim: bool) -> Any:
        """``function`` of the places along ``dim``, a number, several or all, once for equal ones in any order."""
        torch = self.torch
        dims = range(x.dim()) if dim is None else (dim,) if isinstance(dim, int) else dim
        over = sorted({d % max(x.dim(), 1) for d in dims})
        kept = [d for d in range(x.dim()) if d not in over]
        rows = x.permute(*kept, *over).reshape([x.shape[d] for d in kept] + [-1]) if x.dim() else x.reshape(1)
        flat = rows.reshape(-1, rows.shape[-1]).sort(dim=1).values
        different, back = flat.unique(dim=0, return_inverse=True)
        found = torch.tensor([function(row) for row in different.tolist()], dtype=torch.int64)[back]
        shape = [1 if d in over else x.shape[d] for d in range(x.dim()) if keepdim or d not in over]
        return found.reshape(shape)

    def agrees(self, tensor: Tensor, places: Any) -> bool:
        """Whether the exact entries are those of the tensor, up to rounding."""
        torch = self.torch
        if tuple(places.shape) != tuple(tensor.shape):
            return False
        different, back = places.reshape(-1).unique(return_inverse=True)
        values = torch.tensor([float(self.ledger.middle(p)) for p in different.tolist()], dtype=torch.float64)
        entries = tensor.detach().cpu().double().reshape(-1)
        close = max(CLOSE, 2.0 ** (3 - BITS.get(str(tensor.dtype), DOUBLE)))
        return bool(torch.allclose(entries, values[back], rtol=close, atol=close))

    def _of(self, tensor: Tensor) -> _Record | None:
        record = self._records.get(id(tensor))
        # torch counts the changes of a tensor in place, and every one makes what was known of it out of date.
        if record is None or record.tensor() is not tensor or record.version != tensor._version:
            return None
        return record

    def keep(self, tensor: Tensor, places: Any, bits: int) -> None:
        """Remember of ``tensor``, as it is now, the ``places`` of its entries, if they are known, and its ``bits``."""
        key = id(tensor)
        # Without a reference of ours the tensors of the code are freed as they would be.
        reference = weakref.ref(tensor, lambda _: self._records.pop(key, None))
        self._records[key] = _Record(reference, tensor._version, places, bits)


def tensors_in(torch: Any, values: Sequence[Any]) -> list[Any]:
    """The tensors of real numbers among ``values``, also those in tuples and lists."""
    waiting, found = list(values), []
    while waiting:
        value = waiting.pop()
        if isinstance(value, torch.Tensor) and not value.is_complex():
            found.append(value)
        elif isinstance(value, (tuple, list)):
            waiting.extend(value)
    return found
