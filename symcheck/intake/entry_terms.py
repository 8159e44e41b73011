"""The entries of the catalogue that a formula string names: ``cross_entropy + 1/10*entropy``."""

from __future__ import annotations

from symcheck.budget import look
from symcheck.entry import Entry
from symcheck.errors import FormulaError
from symcheck.intake.catalogue import (
    KINDS,
    is_name,
    kind_named,
    loss_named,
    names,
    other_names,
    preference_named,
    regularizer_named,
)
from symcheck.intake.entry_call import EntryCall, Known
from symcheck.language.array import Array
from symcheck.language.parameter import Parameter
from symcheck.language.recording import Kind
from symcheck.language.term import Term


class EntryTerms:
    """The ``entries`` that one formula of this ``kind`` names, and which of the ``known`` parameters they ``used``."""

    def __init__(self, kind: str, known: Known) -> None:
        self.kind, self.known = kind, known
        self.entries: list[Entry] = []
        self.used: set[str] = set()
        self._brought: dict[str, tuple[Parameter | Array, str]] = {}

    @property
    def names(self) -> list[str]:
        """The names that the formula may use."""
        kinds: tuple[Kind, ...]
        kinds = ("preference",) if self.kind == "preference" else KINDS if self.kind == "loss" else KINDS[1:]
        return [name for k in kinds for name in (*names(k), *other_names(k))]

    def called(self, name: str) -> EntryCall | None:
        """The call of the entry that ``name`` stands for, with nothing in its brackets, or None if there is none.

        Raises ``FormulaError`` for an entry of another kind, ``ParameterError`` if what is known does not fit it.
        """
        is_preference = is_name(name, "preference") or name in other_names("preference")
        if self.kind == "preference" and is_preference:
            return EntryCall.of(preference_named(name), self.known)
        kind = kind_named(name)
        if self.kind == "preference" and kind is not None:
            raise FormulaError(
                f"is a preference and uses the {kind} {name}; a preference is a function of the two scores of a pair: "
                "name preferences here (symcheck list preferences), h, or chosen and rejected"
            )
        if kind is None and is_preference:
            raise FormulaError(
                f"is a {self.kind} and uses the preference {name}; a preference is certified by certify_preference"
            )
        if kind is None:
            return None
        if kind == "loss" != self.kind:
            raise FormulaError(
                f"is a {self.kind} and uses the loss {name}; a regularizer is a function of z alone: name regularizers "
                "here, and what depends on the label in the loss"
            )
        return EntryCall.of(loss_named(name) if kind == "loss" else regularizer_named(name), self.known)

    def taken(self, call: EntryCall) -> Term:
        """The term of the ``call``, which is one of the entries now.

        Raises ``FormulaError`` if a parameter of it has the name of another one that an entry before it brought.
        """
        look()
        entry = call.called
        for argument, meant in _named(entry).items():
            name = meant.name
            first, said = self._brought.setdefault(name, (meant, entry.name))
            if _what(first) != _what(meant):
                what = f"uses {name} twice, in {said} as {_shown(first)} and in {entry.name} as {_shown(meant)}"
                raise FormulaError(f"{what}; {_advice(entry, argument, meant)}")
            if name != argument and kind_named(name) is not None:
                raise FormulaError(
                    f"calls {argument} of {entry.name} {name}, as an entry is called; give it another name"
                )
        self.entries.append(entry)
        self.used |= {n for n in (*entry.declared, *entry.declared_arrays) if n in self.known and n not in call.by_name}
        return call.value


def _named(entry: Entry) -> dict[str, Parameter | Array]:
    """What has a name of its own in the formula, by the names of the entry's parameters."""
    values = {name: getattr(entry, name) for name in entry.declared}
    return {**{name: v for name, v in values.items() if isinstance(v, Parameter)}, **entry.arrays}


def _what(meant: Parameter | Array) -> object:
    return meant.key() if isinstance(meant, Parameter) else meant


def _shown(meant: Parameter | Array) -> str:
    return f"{meant.name} in {meant.interval}" if isinstance(meant, Parameter) else str(meant)


def _advice(entry: Entry, argument: str, meant: Parameter | Array) -> str:
    if isinstance(meant, Array) and meant.values is not None:
        return "give both the same entries, or write one of the two out as code with a parameter of another name"
    return f"give one of them another name, as in {entry.name}({argument}={meant.name}_{entry.name})"
