"""Runs of torch code on symbols: in class-vectors, or written out entry by entry and label by label."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from symcheck.errors import FormulaError
from symcheck.intake.torch.ledger import Ledger
from symcheck.intake.torch.outcome import FixedClasses, Note
from symcheck.intake.torch.recorder import Recorder
from symcheck.intake.torch.written.entries import Entries
from symcheck.intake.torch.written.heap import Heap
from symcheck.intake.torch.written.joined import Joining
from symcheck.language.formula import Formula
from symcheck.language.recording import Kind, is_too_long
from symcheck.language.scope import Classes
from symcheck.language.term import Term
from symcheck.reason import Undecided

Code = Callable[..., object]

_PREFIXES = {"loss": "r", "regularizer": "s"}
"""What the names of rounded numbers begin with, so that those of a loss and of a regularizer differ."""


class CodeError(Exception):
    """The code raised ``error`` while it was recorded."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True)
class Recorded:
    """The ``formula`` that a run left, for ``classes``, and the names of the ``functions`` with a backward in it.

    ``writes_classes`` if the code made a text of the number of classes.
    """

    formula: Formula
    classes: Classes
    notes: tuple[Note, ...]
    functions: tuple[str, ...]
    writes_classes: bool = False


Run = Callable[[Code, Kind, Classes], Recorded]
"""A way to run code for these classes; raises ``Undecided``, ``FixedClasses``, ``FormulaError``, ``CodeError``."""


def in_vectors(code: Code, kind: Kind, classes: Classes) -> Recorded:
    """One run on class-vectors, with C a symbol if ``classes`` has several numbers."""

    def values(recorder: Recorder) -> Term:
        return recorder.result(_value(recorder, code, kind), kind)

    return _recorded(lambda ledger: Recorder(ledger, classes), values, kind)


def written_out(code: Code, kind: Kind, classes: Classes, *, at_samples: bool = False) -> Recorded:
    """One run for each label, on entries, for the one number of ``classes``; their values are joined.

    Sorted entries are the larger and smaller ones of two, time and again, or known ``at_samples``.
    """
    fixed = classes.fixed
    assert fixed is not None

    def made(ledger: Ledger) -> Recorder:
        recorder = Recorder(ledger, classes, Entries(sys.modules["torch"], Heap(fixed)))
        recorder.in_order_at_samples = at_samples
        return recorder

    def values(recorder: Recorder) -> Term:
        labels = range(fixed) if kind == "loss" else range(1)
        found = [recorder.result(_value(recorder, code, kind, label), kind) for label in labels]
        assert recorder.entries is not None
        heap = recorder.entries.heap
        return Joining(recorder.name).of(tuple(map(heap.interned, found)))

    return _recorded(made, values, kind)


def _recorded(made: Callable[[Ledger], Recorder], value: Callable[[Recorder], Term], kind: Kind) -> Recorded:
    recorder = made(Ledger(_PREFIXES[kind]))
    term = value(recorder)
    if recorder.ledger.overlooked:  # a number that may be what is left of a constant that came later
        recorder = made(Ledger(_PREFIXES[kind], recorder.ledger.largest))
        term = value(recorder)
    formula = Formula.of(term)
    if any(n.number is not None and is_too_long(n.number) for n in formula.nodes):
        raise FormulaError(f"the {kind} computes with a number that is too long to be written down")
    notes = (*recorder.notes.values(), *(Note(what) for what in recorder.state.of_numbers()))
    functions = tuple(recorder.functions)
    return Recorded(formula, recorder.scope, notes, functions, recorder.writes_classes)


def _value(recorder: Recorder, code: Code, kind: Kind, label: int | None = None) -> object:
    """What the code returns for symbols."""
    try:
        return recorder.run(code, recorder.arguments(kind, label))
    except (Undecided, FixedClasses, FormulaError):
        raise
    except Exception as error:
        raise CodeError(error) from error
