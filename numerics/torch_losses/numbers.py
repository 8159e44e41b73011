"""Numbers: the parameters of a loss as buffers, so that they move, are saved and are loaded with a network."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Self

import torch
from torch import Tensor, nn

from numerics.formulas.kernels import is_plain_run
from symcheck.errors import NumberError, ParameterError
from symcheck.language.array import Array
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Scope
from symcheck.language.vector_array import VectorArray

Entries = Sequence[float | str] | Sequence[Sequence[float | str]] | Tensor
"""The entries of a class-vector or a matrix, as they are handed in."""


ROUNDED = Fraction(1, 10**5)
"""So far from their sum may entries be that were calculated: in float32, for many classes."""

_UNCOUNTED = -1
"""In the place of the version of a tensor of torch.inference_mode, which has none."""


class Numbers(nn.Module):
    """``numbers`` and ``arrays`` by name: buffers in float64, whatever dtype the network is cast to.

    ``arrays`` are those with the entries that the buffers had when they were last looked at.
    """

    def __init__(
        self, numbers: Mapping[str, float], arrays: Iterable[Array], parameters: Iterable[Parameter] = ()
    ) -> None:
        """``parameters`` have the intervals in which what is written to a buffer has to lie."""
        super().__init__()
        self._known = {p.name: p for p in parameters}
        # Under its own name each: a parameter may be called as a method of a module is.
        for name, value in numbers.items():
            self._buffers[name] = torch.tensor(value, dtype=torch.float64)
        self.arrays = tuple(arrays)
        for array in self.arrays:
            self._buffers[array.name] = torch.tensor(array.floats, dtype=torch.float64)
        self._entries = self._copied()
        self._read: dict[str, float] = dict(numbers)
        self._seen = self._present()

    def read(self) -> dict[str, float | Tensor]:
        """The value of each number as a float, and the entries of each array as a tensor.

        Raises ``ParameterError`` for what was written and is outside its interval, or not of the array's kind.
        """
        # A buffer that was written to is read again; a trace has the values of the last time that it was looked at.
        if is_plain_run() and not self._is_read():
            self._look()
        return {**self._read, **{n: self._tensor(n) for n in self._buffers if n not in self._read}}

    def _look(self) -> None:
        numbers = {name: float(self._tensor(name)) for name in self._read}
        for name, value in numbers.items():
            if value != self._read[name] and name in self._known:
                _float_in(self._known[name], value)
        self._read = numbers
        entries = self._copied()
        if not all(torch.equal(now, then) for now, then in zip(entries, self._entries, strict=True)):
            self.arrays = tuple(_given(a, _rows(a, now)) for a, now in zip(self.arrays, entries, strict=True))
            self._entries = entries
        self._seen = self._present()

    def _copied(self) -> list[Tensor]:
        return [self._tensor(array.name).detach().cpu().clone() for array in self.arrays]

    def _is_read(self) -> bool:
        # On the CPU a look costs a microsecond, and sees what was written to buffer.data as well.  The tensors
        # themselves are kept: another one may have the id of one that is gone.
        return all(
            now is then and version == last and version != _UNCOUNTED and now.device.type != "cpu"
            for (now, version), (then, last) in zip(self._present(), self._seen, strict=True)
        )

    def _present(self) -> tuple[tuple[Tensor, int], ...]:
        """Each buffer, and how often it was written to."""
        found = [self._tensor(name) for name in self._buffers]
        return tuple((tensor, _UNCOUNTED if tensor.is_inference() else tensor._version) for tensor in found)

    def _tensor(self, name: str) -> Tensor:
        found = self._buffers[name]
        assert found is not None
        return found

    def _load_from_state_dict(self, *given: Any) -> None:
        super()._load_from_state_dict(*given)
        self._look()

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        # q = 0.7 in bfloat16 would be another loss: buffers go where the network goes, and stay what they are.
        kept = dict(self._buffers)
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        for name, value in kept.items():
            moved = self._buffers[name]
            if value is not None and moved is not None and moved.dtype != value.dtype:
                self._buffers[name] = value.to(moved.device)
        return self


def _rows(array: Array, entries: Tensor) -> Any:
    rows = entries.tolist()
    return rows[0] if isinstance(array, VectorArray) else rows


def numbers_of(scope: Scope, values: Mapping[str, object]) -> tuple[dict[str, float], dict[str, Array]]:
    """A value for each free parameter of ``scope`` and entries for each free array: the given ones, else the default.

    In training, unlike in a proof, any float is a value.  Raises ``ParameterError`` for an unknown name, a value
    outside its interval, entries that do not fit, and what has neither value nor default.
    """
    arrays = {a.name: a for a in scope.arrays}
    for name in values:
        if name not in arrays:
            scope.parameter(name)
    # numpy's and torch's arrays and numbers, as Python has them.
    values = {name: given.tolist() if hasattr(given, "tolist") else given for name, given in values.items()}
    numbers = {p.name: _number(p, values.get(p.name)) for p in scope.parameters}
    return numbers, {name: _array(a, values.get(name), scope.classes.fixed) for name, a in arrays.items()}


def _number(parameter: Parameter, given: Any) -> float:
    if given is None:
        if parameter.default is None:
            raise ParameterError(
                f"{parameter.name}: it is free in {parameter.interval} and has no default; give a value, "
                f"{parameter.name}=..."
            )
        return float(parameter.default)
    try:
        return float(parameter.value(given))
    except OverflowError:
        raise ParameterError(f"{parameter.name}: got an integer too large for a float; accepted are floats") from None
    except NumberError:
        return _float_in(parameter, given)


def _float_in(parameter: Parameter, given: object) -> float:
    """``given`` if it is a float of the parameter's interval, or the float of a closed end."""
    inside = parameter.interval
    if isinstance(given, float) and math.isfinite(given):
        ends = ((inside.low, inside.low_open), (inside.high, inside.high_open))
        if Fraction(given) in inside or any(e is not None and not is_open and given == float(e) for e, is_open in ends):
            return given
    raise ParameterError(f"{parameter.name}: got {given}; accepted is {inside}") from None


def _array(array: Array, given: Any, classes: int | None) -> Array:
    if given is not None:
        return _given(array, given)
    if array.default is None or classes is None:
        why = "it has no default entries" if array.default is None else "its default entries depend on C"
        more = "" if array.default is None else ", or classes=10 for its default ones"
        raise ParameterError(f"{array.name}: its entries are free, and {why}; give them, {array.name}=[...]{more}")
    return array.at_default(classes)


def _given(array: Array, entries: Any) -> Array:
    """``array`` with these entries; laws that add up but for rounding are made to add up."""
    exact = _exact(entries)
    if isinstance(array, VectorArray):
        return array.given(_summing(exact, array.total))
    if isinstance(array, MatrixArray) and isinstance(exact, list):
        return array.given([_summing(row, array.rows) for row in exact])
    return array.given(exact)


def _exact(entries: Any) -> Any:
    """The entries as exact numbers, floats as the numbers that Python writes for them: 0.1 is 1/10."""
    if isinstance(entries, (list, tuple)):
        return [_exact(entry) for entry in entries]
    return Fraction(repr(entries)) if isinstance(entries, float) and math.isfinite(entries) else entries


def _summing(entries: Any, total: Fraction | None) -> Any:
    if not total or not isinstance(entries, list) or not all(isinstance(v, (int, Fraction)) for v in entries):
        return entries
    found = Fraction(sum(entries))
    return [v * total / found for v in entries] if 0 < abs(found - total) <= ROUNDED else entries
