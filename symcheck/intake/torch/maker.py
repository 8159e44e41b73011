"""Making symbolic tensors of whatever torch code computes with: numbers, sizes, tensors of its own."""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Callable
from fractions import Fraction
from math import isfinite
from numbers import Rational
from types import ModuleType
from typing import TYPE_CHECKING, Any

from symcheck.budget import look
from symcheck.errors import NumberError
from symcheck.intake.torch.axes import CLASSES, Axes, NeedsClasses, Size, Unreadable, broadcast, shown
from symcheck.intake.torch.contents import Content, Isotropic, Selected, Special, Table, Written, detached, same_term
from symcheck.intake.torch.floats import DOUBLE, known_numbers, ulp
from symcheck.intake.torch.handler import Handler
from symcheck.intake.torch.ledger import Ledger, Rounded
from symcheck.intake.torch.provenance import BITS, LARGEST, Provenance
from symcheck.intake.torch.state import State
from symcheck.intake.torch.symbolic import Base, Count, Sort, Symbolic
from symcheck.intake.torch.written.entries import Entries, Places
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.exact import exact
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.samples import Matrix
from symcheck.language.scope import Classes
from symcheck.language.term import Scalar, Term, Vec
from symcheck.language.vector_array import VectorArray

if TYPE_CHECKING:
    from torch import Tensor

TABLE = 2**7
"""Entries of a table that was computed, as an inverse or a power is, are wrong by at most so many units in the last
place of the largest one: each is a sum of many products, and an inverse loses what the condition number says."""

MOST_SHOWN = 4
"""A note shows up to so many numbers."""


class Maker(Handler):
    """A run for the classes of ``scope``, as the operators see it: it makes symbolic tensors.

    If there is one number of them, it is ``fixed``.  With ``entries`` tensors may be written out: then it is, and the
    label is a plain tensor.
    """

    def __init__(
        self, ledger: Ledger | None = None, scope: Classes | None = None, entries: Entries | None = None
    ) -> None:
        self.torch: ModuleType = sys.modules["torch"]
        self.scope = scope or Classes()
        self.fixed = self.scope.fixed
        self.entries = entries
        self.drops_gradients = True
        """Whether detach() and no_grad() drop gradients: not in the forward of a function with a backward."""
        self.state = State()
        """What the code keeps beside its arguments."""
        self.ledger = ledger or Ledger()
        self.provenance = Provenance(self.torch, self.ledger)
        self.narrow: dict[float, int] = {}
        """Floats of Python that were taken out of tensors of fewer bits, with these."""
        self._named: dict[object, str] = {}

    @abstractmethod
    def note(self, what: str) -> None:
        """Keep something that the reader of a certificate should know."""

    def restrict(self, low: int, high: int | None, why: str) -> None:
        """The run is about low, ..., high classes alone, because of ``why``."""
        narrower = self.scope.common(Classes(low, high)) if high is None or high >= 2 else None
        if narrower is None:
            raise Unreadable(f"{why}, so it treats the classes differently", "name one C, as in classes=10")
        if narrower != self.scope:
            self.scope = narrower
            self.note(f"{why}: it is read for {narrower}")

    @property
    def classes(self) -> Scalar:
        """The number of classes as a term."""
        return Scalar("classes") if self.fixed is None else self.number(self.fixed)

    def count(self) -> int | Count:
        """The number of classes as torch code sees it."""
        return Count(self, self.classes) if self.fixed is None else self.fixed

    def number(self, value: object) -> Scalar:
        """A number of torch code: exact, or where it was computed a parameter in the interval that it is known to."""
        if isinstance(value, Count):
            value = value.term
        if isinstance(value, Scalar):
            return value
        if isinstance(value, float):
            return self._float(float(value))
        try:
            return Scalar("number", data=exact(value, "a number in the code"))
        except NumberError as error:
            raise Unreadable(str(error), "write a finite number") from None

    def _float(self, value: float) -> Scalar:
        if not isfinite(value):
            raise Unreadable(f"a number in the code: got {value}; write a finite number", "write a finite number")
        found = self.ledger.read(value, self.narrow.get(value, DOUBLE))
        if isinstance(found, Rounded):
            parameter = self.ledger.parameter(found)
            self._note_rounded(parameter)
            return parameter
        if not found.is_decimal:
            self.note(f"the float {value!r} is read as {Formula.of(found.term)}")
        return found.term

    def size(self, value: object) -> Size:
        """A size in a shape that torch code asks for."""
        if value is CLASSES or (isinstance(value, Count) and value.term.op == "classes"):
            return CLASSES
        if isinstance(value, Symbolic) and value.number is not None:
            value = int(value.number)
        if isinstance(value, int) and not isinstance(value, bool):
            # Read for one C, a plain size of that number is the size of the classes, whatever the code means by it: the
            # formula is about this C alone.
            return CLASSES if value == self.fixed else int(value)
        raise Unreadable(f"a shape has the size {value!r}", "use 1, the batch size or the number of classes")

    def sizes(self, *request: object) -> Axes:
        """Sizes handed over one by one or as one sequence."""
        first = request[0] if len(request) == 1 else request
        named = first if isinstance(first, (tuple, list)) else (first,)
        return tuple(self.size(v) for v in named)

    def tensor(self, content: Content, axes: Axes, sort: Sort, base: Base | None = None) -> Symbolic:
        """A symbolic tensor."""
        if isinstance(content, Vec) and CLASSES not in axes:
            raise Unreadable(f"a class-vector has the shape {shown(axes)}", "keep the classes on an axis")
        # Under no_grad torch computes values without derivatives.
        if not self.torch.is_grad_enabled():
            content = self.without_gradient(content)
        return Symbolic(self, content, axes, sort, base)

    def without_gradient(self, content: Content) -> Content:
        """``content`` without its derivatives, where the code may drop them."""
        return detached(content) if self.drops_gradients else content

    def places_of(self, x: Symbolic) -> Places | None:
        """The entries of a tensor that is written out."""
        return x.content.places if isinstance(x.content, Written) else None

    def written(self, places: Places, sort: Sort, base: Base | None = None) -> Symbolic:
        """A tensor that is written out."""
        assert self.entries is not None
        return self.tensor(Written(places, self.entries.heap), tuple(places.shape), sort, base)

    def lift(self, value: object) -> Symbolic:
        """Whatever torch code computes with, as a symbolic tensor."""
        if isinstance(value, Symbolic):
            if value.handler is not self:
                raise Unreadable("it uses a tensor kept from another call", "make the loss a function of z and y")
            return value
        if isinstance(value, self.torch.Tensor):
            self.note_state(self.state.of_tensor(value))
            with self.torch._C.DisableTorchFunction():  # these are our own computations, not those of the code
                return self._constant(value)
        # Before the numbers, of which bool is one.
        if isinstance(value, bool):
            return self.tensor(self.number(int(value)), (), Sort.TRUTH)
        if isinstance(value, (Count, Scalar, Rational, float)):
            whole = isinstance(value, Rational) and value.denominator == 1
            return self.tensor(self.number(value), (), Sort.WHOLE if whole else Sort.REAL)
        raise Unreadable(f"it computes with an object of type {type(value).__name__}", "use tensors and numbers")

    def each(self, function: Callable[..., Term], *values: object, sort: Sort | None = None) -> Symbolic:
        """``function`` on every entry of the broadcast ``values``."""
        parts = [self.lift(v) for v in values]
        if self.entries is not None and any(isinstance(p.content, Written) for p in parts):
            sort = max(p.of_sort for p in parts) if sort is None else sort
            return self.written(self.entries.each(function, *(self.entries.of(p.content, p.axes) for p in parts)), sort)
        axes = broadcast(*(p.axes for p in parts))
        sort = max(p.of_sort for p in parts) if sort is None else sort
        masks = [p.content.mask for p in parts if isinstance(p.content, Selected)]
        if not masks:
            return self.tensor(function(*(p.term for p in parts)), axes, sort)
        if not all(same_term(masks[0], m) for m in masks):
            raise Unreadable("it computes with samples that different masks select", "use torch.where")
        terms = [p.content.term if isinstance(p.content, Selected) else p.term for p in parts]
        return self.tensor(Selected(masks[0], function(*terms)), axes, sort)

    def sort_of(self, dtype: Any) -> Sort:
        """The sort of a torch dtype."""
        if dtype.is_floating_point or dtype.is_complex:
            return Sort.REAL
        return Sort.TRUTH if dtype is self.torch.bool else Sort.WHOLE

    def _constant(self, value: Tensor) -> Symbolic:
        """A tensor of the code's own: one number in every place, the identity matrix, or the class indices."""
        torch: Any = self.torch
        if value.layout is not torch.strided or value.is_complex() or value.is_quantized or value.is_meta:
            raise Unreadable("it computes with a sparse, complex or quantized tensor", "use tensors of real numbers")
        if not value.numel():
            raise Unreadable("it computes with an empty tensor", "use tensors of real numbers")
        if value.requires_grad:
            self.note("a trainable parameter of the code is read as a constant, at its present value")
        axes, sort = tuple(self.size(k) for k in value.shape), self.sort_of(value.dtype)
        places = self._places(value)
        first = int(places.reshape(-1)[0])
        # First of all forms: one number everywhere means the same for every C, where a table of it would fix C.
        if bool((places == first).all()):
            return self.tensor(self._one_number(first), axes, sort)
        longest = max(value.shape)
        fits = self.entries is None or longest == self.fixed
        if (
            sort is Sort.WHOLE
            and self.entries is None  # else it is a class-vector as any other
            and value.dim() == 1
            and torch.equal(value.cpu(), torch.arange(longest, dtype=value.dtype))
        ):
            return self._one_place_each(Special.INDEX, longest, (CLASSES,), sort)
        if tuple(value.shape) == (longest, longest) and fits:
            return self._one_place_each(
                self._matrix(places, longest, self.provenance.bits(value)), longest, (CLASSES, CLASSES), sort
            )
        if value.numel() == longest and fits:
            self._check_size(longest)
            return self.tensor(ClassParameter.of(self._vector(places)), axes, sort)
        if self.entries is not None:
            return self.written(self._heap_places(places), sort)
        raise Unreadable(
            f"it computes with a tensor of different numbers, of shape {tuple(value.shape)}",
            "use one number, one for each class, or one for each pair of classes",
        )

    def _heap_places(self, places: Any) -> Any:
        """Places in the ledger as places in the heap."""
        assert self.entries is not None
        heap = self.entries.heap
        different, back = places.reshape(-1).unique(return_inverse=True)
        found = [heap.place(self._one_number(p)) for p in different.tolist()]
        return self.torch.tensor(found, dtype=self.torch.int64)[back].reshape(places.shape)

    def _places(self, value: Tensor) -> Tensor:
        """The places of its entries in the ledger."""
        self.note_reading(value)
        if any(not isfinite(v) for v in value.detach().cpu().double().reshape(-1).tolist()):
            raise Unreadable("it computes with numbers that are not finite", "write finite numbers")
        return self.provenance.places(value)

    def _one_number(self, place: int) -> Scalar:
        found = self.ledger.term(place)
        if found.op == "parameter":
            self._note_rounded(found)
        return found

    def _matrix(self, places: Any, size: int, bits: int) -> Content:
        """A square table: the identity, a I + b 11' where a number is no rational, or entries, exact or rounded."""
        diagonal, off = places.diagonal(), places[~self.torch.eye(size, dtype=self.torch.bool)]
        if bool((diagonal == diagonal[0]).all()) and bool((off == off[0]).all()):
            on, off = int(diagonal[0]), int(off[0])
            if self.ledger[on] == 1 and self.ledger[off] == 0:
                return Special.IDENTITY
            # Entries of an array are rational; a I + b 11' keeps a log or a root exact.
            if not all(isinstance(self.ledger[p], Fraction) for p in (on, off)):
                difference = self.ledger.added(on, self.ledger.times(off, self.provenance.number(-1)))
                return Table(Isotropic(self._one_number(difference), self._one_number(off)))
        self._check_size(size)
        rows, errors = self._rounded_entries(places, bits)
        letter = self.name((rows, errors), "A")
        array = MatrixParameter(letter, rows).array
        return Table(MatrixParameter.of(array if errors is None else array.rounded(errors)))

    def _vector(self, places: Any) -> VectorArray:
        rows, errors = self._rounded_entries(places.reshape(1, -1))
        array = ClassParameter(self.name((rows, errors), "w"), rows[0]).array
        return array if errors is None else array.rounded(errors)

    def _rounded_entries(self, places: Any, bits: int | None = None) -> tuple[Matrix, Matrix | None]:
        """The entries row by row, and the greatest errors of those that are no known rationals.

        With ``bits`` they are those of a table: rounded ones may be wrong by ``TABLE`` units in the last place.
        """
        different = sorted(set(places.reshape(-1).tolist()))
        found = {p: self._with_error(p) for p in different}
        if bits is not None:
            largest = max(1.0, *(abs(float(middle)) for middle, _ in found.values()))
            wide = TABLE * ulp(largest, bits)
            found |= {p: (found[p][0], max(found[p][1], wide)) for p in different if self.ledger.is_rounded(p)}
        rows = tuple(tuple(found[p][0] for p in row) for row in places.tolist())
        errors = tuple(tuple(found[p][1] for p in row) for row in places.tolist())
        if not any(e for _, e in found.values()):
            return rows, None
        self.note("entries of a tensor were computed: they are known up to rounding")
        return rows, errors

    def _with_error(self, place: int) -> tuple[Fraction, Fraction]:
        look()
        inside = self.ledger.interval(place)
        if inside is None:
            return self.ledger.middle(place), Fraction(0)
        assert inside.low is not None
        assert inside.high is not None
        # The entry is that of a float, so that it is short; how far it is from the middle goes into the error.
        middle = Fraction(float(self.ledger.middle(place)))
        return middle, max(inside.high - middle, middle - inside.low)

    def note_state(self, what: str | None) -> None:
        """Note what is read at its present value, if it is something."""
        if what is not None:
            self.note(what)

    def note_reading(self, value: Tensor) -> None:
        """Note how the floats of a tensor are read that was not computed here, where they are taken for others."""
        if not value.is_floating_point() or self.provenance.knows(value) or value.numel() > LARGEST:
            return
        # What is not finite is refused where it is computed with; code also masks it out.
        different = tuple(sorted(set(filter(isfinite, value.detach().cpu().double().reshape(-1).tolist()))))
        known = known_numbers(different, BITS.get(str(value.dtype), DOUBLE))
        changed = [k for v, k in known.items() if k is not None and Fraction(v) != k.term.data]
        if any(k.is_decimal for k in changed) and value.dtype is not self.torch.float64:
            self.note("numbers of a tensor of less than 64 bits are read as the short decimals they were rounded from")
        others = [k for k in changed if not k.is_decimal]
        if others:
            texts = list(dict.fromkeys(str(Formula.of(k.term)) for k in others))
            shown, more = ", ".join(texts[:MOST_SHOWN]), ", ..." if len(texts) > MOST_SHOWN else ""
            self.note(f"floats of a tensor are read as the exact numbers that they were rounded from: {shown}{more}")

    def _note_rounded(self, parameter: Scalar) -> None:
        assert isinstance(parameter, Parameter)
        assert parameter.default is not None
        self.note(
            f"the float {float(parameter.default)!r} was computed: it is {parameter.name}, "
            f"any number in {parameter.interval}"
        )

    def name(self, entries: object, letter: str) -> str:
        """One name for all tensors with these entries."""
        number = sum(name[0] == letter for name in self._named.values()) + 1
        return self._named.setdefault(entries, letter if number == 1 else f"{letter}_{number}")

    def _one_place_each(self, content: Content, size: int, axes: Axes, sort: Sort) -> Symbolic:
        self._check_size(size)
        return self.tensor(content, axes, sort)

    def _check_size(self, size: int) -> None:
        if size != self.fixed:
            raise NeedsClasses(size)
