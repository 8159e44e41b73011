"""Entries: what a loss and a regularizer have in common.

An entry is a frozen value: a formula whose parameters are fields, each free or set to an exact number.
A package of entries holds one public class a file, found by the file's name and imported on first use.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from fractions import Fraction
from functools import cached_property
from types import ModuleType
from typing import ClassVar, Never, Self

from symcheck.arguments.weight_decay import WEIGHT_DECAY, is_weight_decay
from symcheck.errors import FrozenError, NoSuchNameError, ParameterError, did_you_mean, shortened
from symcheck.language.array import Array, Entries
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.exact import Number
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.recording import Kind, recorded_code
from symcheck.language.scope import Classes
from symcheck.language.term import Scalar, Term
from symcheck.one_file_each import OneFileEach

Indexed = ClassParameter | MatrixParameter
"""A parameter with class indices."""

Value = Number | str | Parameter | Entries | Indexed
"""What a parameter of an entry can be set to: a number, its text, or a free parameter within the interval; one with
class indices to its entries, to their text ``1, 10, 1`` (rows of a matrix with ; between them), or to another one."""


class Entry(ABC):
    """A formula with parameters: the class attributes that are ``Parameter``, ``ClassParameter``, ``MatrixParameter``.

    Keyword arguments set parameters, by number (``q=0.7``), by text (``q="7/10"``) or by another free
    ``Parameter`` whose interval lies within the declared one; the others stay free.  Raises
    ``ParameterError`` for an unknown name or a value outside the interval, ``NumberError`` for a number
    that is not exact.

    Subclasses say in their docstring where the formula comes from, ``Reference:`` with paper and year, and declare
    ``classes`` if it exists for some numbers of classes only.
    """

    kind: ClassVar[Kind]
    reference: ClassVar[str] = ""
    """Paper and year, as the docstring has them; "" where it has none."""
    also: ClassVar[tuple[str, ...]] = ()
    """Other names that people know it by."""
    classes: ClassVar[Classes] = Classes()
    declared: ClassVar[dict[str, Parameter]] = {}
    """The parameters as the class declares them: name, full interval, the paper's value as default."""
    declared_arrays: ClassVar[dict[str, Indexed]] = {}
    """The same for those with class indices."""

    def __init_subclass__(cls) -> None:
        numbers = {name: p for name, p in vars(cls).items() if isinstance(p, Parameter)}
        arrays = {name: p for name, p in vars(cls).items() if isinstance(p, ClassParameter | MatrixParameter)}
        # Formulas show the parameter's name, and keyword arguments take the attribute's: they have to be one.
        calls = {**{n: p.name for n, p in numbers.items()}, **{n: p.array.name for n, p in arrays.items()}}
        for name, called in calls.items():
            if name != called:
                raise ParameterError(f"{cls.__name__}.{name}: the parameter calls itself {called}; use one name")
        said = (cls.__doc__ or "").partition("Reference: ")[2].partition("\n\n")[0]
        cls.reference = vars(cls).get("reference", " ".join(said.split()).removesuffix("."))
        cls.declared = {**cls.declared, **numbers}
        cls.declared_arrays = {**cls.declared_arrays, **arrays}

    def __init__(self, /, **values: Value) -> None:
        for name, value in values.items():
            array = self.declared_arrays.get(name)
            # Past __setattr__, which refuses.
            self.__dict__[name] = self._term_for(name, value) if array is None else with_entries(array, value)

    def _term_for(self, name: str, value: Value) -> Scalar:
        declared = self.declared.get(name)
        if declared is None:
            known = [*self.declared, *self.declared_arrays]
            if is_weight_decay(name):
                raise ParameterError(f"{name}: {self.name} has no parameter of this name; {WEIGHT_DECAY}")
            accepted = ", ".join(known) or "none, it has no parameters"
            raise ParameterError(
                f"{name}: {self.name} has no parameter of this name; accepted: {accepted}{did_you_mean(name, known)}"
            )
        # A free parameter may be renamed and narrowed, and never widened.
        if isinstance(value, Parameter):
            return declared.restricted(value)
        return Scalar("number", data=declared.value(value))  # type: ignore[arg-type]  # which refuses a sequence

    def __setattr__(self, name: str, value: object) -> Never:
        raise FrozenError(f"{name}: {type(self).__name__} is frozen; make another one, as in .at({name}=...)")

    def __delattr__(self, name: str) -> Never:
        raise FrozenError(f"{name}: {type(self).__name__} is frozen; make another one with .at(...)")

    formula: Callable[..., Term]
    """The function, written with the vocabulary; it runs on symbols, so every C is meant at once."""

    @cached_property
    def recorded(self) -> Formula:
        """The formula, recorded once."""
        return recorded_code(self.formula, self.kind)

    @property
    def name(self) -> str:
        """The public name: the stem of the file for an entry of the catalogue, the class's name for others."""
        # In a user's module the file is not named after the class, so the class names the entry.
        stem, class_name = type(self).__module__.rpartition(".")[2], type(self).__name__
        return stem if _squashed(stem) == _squashed(class_name) else class_name

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The free parameters, in the order of their names."""
        free = {p.name: p for p in self._terms().values() if isinstance(p, Parameter)}
        return tuple(free[n] for n in sorted(free))

    @property
    def values(self) -> dict[str, Fraction]:
        """The values of the parameters that are set."""
        return {name: t.data for name, t in self._terms().items() if isinstance(t.data, Fraction)}

    @property
    def arrays(self) -> dict[str, Array]:
        """The parameters with class indices, free or with entries, by their names in the class."""
        return {name: self._indexed_terms()[name].array for name in sorted(self.declared_arrays)}

    def at(self, /, **values: Value) -> Self:
        """This entry with ``values`` for parameters of the class, in the place of what they were."""
        kept = {name: t for name, t in self.__dict__.items() if name in {*self.declared, *self.declared_arrays}}
        other = type(self)(**values)
        other.__dict__.update({name: t for name, t in kept.items() if name not in values})
        return other

    def _terms(self) -> dict[str, Scalar]:
        return {name: self.__dict__.get(name, p) for name, p in self.declared.items()}

    def _indexed_terms(self) -> dict[str, Indexed]:
        return {name: self.__dict__.get(name, p) for name, p in self.declared_arrays.items()}

    def _key(self) -> tuple[object, ...]:
        terms = self._terms().items()
        # Parameters are terms, which refuse ==.
        numbers = tuple((n, t.key() if isinstance(t, Parameter) else t.data) for n, t in terms)
        return type(self), numbers, tuple(self.arrays.items())

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Entry) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        given = {n: t for n, t in self._terms().items() if n in self.__dict__}
        shown = [f"{n}={t if isinstance(t, Parameter) else t.data}" for n, t in given.items()]
        arrays = {n: a for n, a in self.arrays.items() if n in self.__dict__}
        shown += [f"{n}={a if a.values is None else a.entries_text}" for n, a in arrays.items()]
        return f"{type(self).__name__}({', '.join(shown)})"


def with_entries(declared: Indexed, value: Value) -> Indexed:
    """``declared`` with entries, or another one in its place; raises ``ParameterError`` if they do not fit."""
    if isinstance(value, ClassParameter | MatrixParameter):
        declared.array.restricted(value.array)  # type: ignore[arg-type]  # which refuses one of the other kind
        return value
    entries: object = value
    if isinstance(value, str):
        rows = [[entry.strip() for entry in row.split(",")] for row in value.split(";")]
        entries = rows if isinstance(declared, MatrixParameter) else rows[0] if len(rows) == 1 else rows
    if isinstance(declared, ClassParameter):
        return ClassParameter.of(declared.array.given(entries))  # type: ignore[arg-type]  # which refuses others
    return MatrixParameter.of(declared.array.given(entries))  # type: ignore[arg-type]


def class_in_file(module: ModuleType) -> type[Entry]:
    """The entry's class in the file ``module``, whose name it has in CamelCase, gce -> GCE; else ``ImportError``."""
    stem = module.__name__.rpartition(".")[2]
    for name, value in vars(module).items():
        if _squashed(name) == _squashed(stem) and isinstance(value, type) and issubclass(value, Entry):
            return value
    raise ImportError(f"{module.__name__} has no class of its own name: expected is {stem.title().replace('_', '')}")


def class_called(name: str, files: OneFileEach) -> type[Entry]:
    """The class ``name`` of a package of entries, its file imported now: the package's ``__getattr__``."""
    known = files.names
    if name[:1].isupper():
        for stem in known:
            if _squashed(stem) == _squashed(name):
                found = class_in_file(files.module(stem))
                if found.__name__ == name:
                    return found
                raise NoSuchNameError(f"{files.package} has no {name}; did you mean {found.__name__}?")
    raise NoSuchNameError(
        f"{files.package} has no {shortened(name, 80)}{did_you_mean(name, known)}; a class has its file's name, "
        "gce -> GCE"
    )


def _squashed(name: str) -> str:
    return name.replace("_", "").lower()
