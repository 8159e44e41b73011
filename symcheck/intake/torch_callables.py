"""Torch callables and modules: run on symbolic tensors, and compared with themselves on real ones."""

from __future__ import annotations

import copy
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

from symcheck.errors import FormulaError
from symcheck.intake.torch.comparison import CLASSES, Comparison, EagerError
from symcheck.intake.torch.ledger import Ledger
from symcheck.intake.torch.outcome import FixedClasses, Note, TorchRecording
from symcheck.intake.torch.place import place_of
from symcheck.intake.torch.recorder import Recorder
from symcheck.intake.torch.symbolic import ONE_C
from symcheck.intake.torch.written.entries import Entries
from symcheck.intake.torch.written.heap import Heap
from symcheck.intake.torch.written.joined import Joining
from symcheck.language.formula import Formula
from symcheck.language.recording import Kind, is_too_long
from symcheck.language.scope import Classes
from symcheck.language.term import Term
from symcheck.reason import Code, Reason, Undecided

_CALLED_WITH = {"loss": "(logits, labels)", "regularizer": "(logits)"}
_SHAPES = {"loss": "logits of shape (N, C) and labels of shape (N,)", "regularizer": "logits of shape (N, C)"}


def recorded_torch(given: Callable[..., object], kind: Kind, *, classes: Classes | None = None) -> TorchRecording:
    """The formula that torch code computes for one sample: of (z, y) for a loss, of (z) for a regularizer.

    ``given`` is called with logits of shape (1, C) and labels of shape (1,), first on symbols with C a symbol.
    If the classes meet a plain number n (``F.one_hot(y, 10)``), it is read again with C = n, and so it is if
    it needs a number and ``classes`` has only one.  What is recorded is compared with what the code
    returns on tensors, in values and gradients, at C = 2, 3, 5, 11 or at n, and on a batch.

    A computed float is the exact number that it was rounded from, where only one is likely; else it is rounded data:
    a parameter r_1 in a small interval, or an entry of an array with an error, on whose place no verdict may rest.

    Raises ``Undecided`` with the operation and the user's line if something has no reading, or if the two
    disagree; ``FormulaError`` if the code itself fails or does not return one number for each sample.

    >>> import torch
    >>> print(recorded_torch(torch.nn.CrossEntropyLoss(label_smoothing=0.1), "loss").formula)
    9/10*-log_softmax(z)[y] - 1/10*mean(log_softmax(z))
    """
    if isinstance(given, type):
        raise FormulaError(f"{kind}: got the class {given.__name__}; make one of it, as in {given.__name__}()")
    _check_arguments(given, kind)
    code = _copy_of(given)
    try:
        return _read(code, kind, None)
    except FixedClasses as stop:
        fixed = stop.classes
        note = Note(f"the code is for C = {fixed} alone: a plain number meets the classes", stop.where)
    except Undecided:
        if classes is None or classes.fixed is None:
            raise
        fixed = classes.fixed
        note = Note(f"read for C = {fixed} alone, the one number of classes asked for")
    found = _read_fixed(code, kind, fixed)
    return TorchRecording(found.formula, found.classes, (note, *found.notes))


def _read_fixed(code: Callable[..., object], kind: Kind, fixed: int) -> TorchRecording:
    """The formula for ``fixed`` classes: in class-vectors where that goes, and else written out."""
    try:
        return _read(code, kind, fixed)
    except Undecided:
        return _read(code, kind, fixed, run=_run_written)


def _read(code: Callable[..., object], kind: Kind, fixed: int | None, run: Run | None = None) -> TorchRecording:
    comparison, run = Comparison(code, kind), run or _run
    try:
        formula, notes, most = run(code, kind, fixed)
        again = run(code, kind, fixed)[0]
    except _CodeError as stop:
        raise _explained(stop.error, comparison, kind, fixed) from stop.error
    if formula != again:
        raise Undecided(
            Reason(
                Code.UNMAPPED_OP,
                f"two runs recorded different formulas, {_cut(str(formula))} and {_cut(str(again))}: the code is no "
                "function of z and y",
                "take out what changes between two calls, such as a counter, a moving average or random numbers",
            )
        )
    free = [p for p in formula.parameters if not p.rounded]
    if free:
        names = ", ".join(p.name for p in free)
        raise Undecided(
            Reason(
                Code.UNMAPPED_OP,
                f"the code uses the free parameters {names}, so it cannot be run on tensors and compared",
                "give them values, or write the loss as a formula of symcheck",
            )
        )
    try:
        notes += comparison.check(formula, fixed, most)
    except EagerError as stop:
        raise _explained(stop.error, comparison, kind, fixed) from stop.error
    if fixed is None:
        notes += [
            Note(f"{name} = {value} of the code is a plain number: where it enters the arithmetic, it does for every C")
            for name, value in sorted(_plain_counts(code))
        ]
    classes = Classes(2, most) if fixed is None else Classes(fixed, fixed)
    return TorchRecording(formula, classes, tuple(dict.fromkeys(notes)))


class _CodeError(Exception):
    """The code raised ``error`` while it was recorded."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


Outcome = tuple[Formula, list[Note], int | None]
"""The formula, what was noticed, and the largest number of classes that it is for."""

Run = Callable[[Callable[..., object], Kind, int | None], Outcome]


def _run(code: Callable[..., object], kind: Kind, fixed: int | None) -> Outcome:
    recorder = Recorder(fixed, Ledger(_PREFIXES[kind]))
    value = _value(recorder, code, kind)
    if recorder.ledger.overlooked:  # a number that may be what is left of a constant that came later
        recorder = Recorder(fixed, Ledger(_PREFIXES[kind], recorder.ledger.largest))
        value = _value(recorder, code, kind)
    return _formula(recorder.result(value, kind), kind), list(recorder.notes), recorder.most


def _run_written(code: Callable[..., object], kind: Kind, fixed: int | None) -> Outcome:
    """One run for each label, whose values are joined."""
    assert fixed is not None
    recorder = _written_recorder(fixed, Ledger(_PREFIXES[kind]))
    terms = _written_values(recorder, code, kind)
    if recorder.ledger.overlooked:
        recorder = _written_recorder(fixed, Ledger(_PREFIXES[kind], recorder.ledger.largest))
        terms = _written_values(recorder, code, kind)
    return _formula(Joining(recorder.name).of(terms), kind), list(recorder.notes), None


def _written_recorder(fixed: int, ledger: Ledger) -> Recorder:
    return Recorder(fixed, ledger, Entries(sys.modules["torch"], Heap(fixed)))


def _written_values(recorder: Recorder, code: Callable[..., object], kind: Kind) -> tuple[Term, ...]:
    """The value for each label, of one heap."""
    assert recorder.entries is not None
    labels = range(recorder.entries.heap.classes) if kind == "loss" else range(1)
    values = (recorder.result(_value(recorder, code, kind, label), kind) for label in labels)
    return tuple(recorder.entries.heap.interned(v) for v in values)


def _formula(term: Term, kind: Kind) -> Formula:
    formula = Formula.of(term)
    if any(n.number is not None and is_too_long(n.number) for n in formula.nodes):
        raise FormulaError(f"the {kind} computes with a number that is too long to be written down")
    return formula


_PREFIXES = {"loss": "r", "regularizer": "s"}
"""What the names of rounded numbers begin with, so that those of a loss and of a regularizer differ."""


def _value(recorder: Recorder, code: Callable[..., object], kind: Kind, label: int | None = None) -> object:
    """What the code returns for symbols."""
    try:
        return recorder.run(code, recorder.arguments(kind, label))
    except (Undecided, FixedClasses, FormulaError):
        raise
    except Exception as error:
        raise _CodeError(error) from error


def _explained(error: Exception, comparison: Comparison, kind: Kind, fixed: int | None) -> Exception:
    """The user's own error if the code fails on tensors too, and otherwise that symbols do not get through it."""
    place = place_of(error.__traceback__)
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    numbers = CLASSES if fixed is None else (fixed,)
    fails = {c: comparison.fails(c) for c in numbers}
    failures = [failure for failure in fails.values() if failure]
    if len(failures) == len(numbers):
        first = failures[0]
        text, place = f"{type(first).__name__}: {first}", place_of(first.__traceback__) or place
        where = f" ({place})" if place else ""
        return FormulaError(f"the {kind} raised {text}{where}; it is called with {_SHAPES[kind]}")
    some = [c for c, failure in fails.items() if failure]
    if "'Count'" in str(error):
        why, settle = ONE_C
    elif some:
        why = f"the code raises {text} at C = {', '.join(map(str, some))}"
        settle = "name the number of classes that it is for, as in classes=10"
    else:
        why = f"symbols do not get through: {text}"
        settle = "write the loss with functions of torch alone, or as a formula of symcheck"
    return Undecided(Reason(Code.UNMAPPED_OP, why, settle, where=place))


def _check_arguments(given: Callable[..., object], kind: Kind) -> None:
    """Refuse code that cannot be called with logits and labels, or with logits; without a signature it is tried."""
    called = getattr(given, "forward", given)
    try:
        signature = inspect.signature(called)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*[None] * (2 if kind == "loss" else 1))
    except TypeError:
        raise FormulaError(
            f"{kind}: a {kind} of torch is called with {_CALLED_WITH[kind]}, and this one takes {signature}: "
            "wrap it in a function of these arguments"
        ) from None


def _copy_of(given: Callable[..., object]) -> Callable[..., object]:
    """A copy of a module, so that calling it does not change the user's; what cannot be copied is used as it is."""
    copied: Callable[..., object] = given
    if isinstance(given, sys.modules["torch"].nn.Module):
        with suppress(Exception):  # a module may hold anything
            copied = copy.deepcopy(given)
    return copied


def _plain_counts(code: object) -> Iterator[tuple[str, int]]:
    """Whole numbers of the code that are called a number of classes."""
    torch = sys.modules["torch"]
    found = [vars(m) for m in code.modules()] if isinstance(code, torch.nn.Module) else [getattr(code, "__dict__", {})]
    if inspect.isfunction(code):
        found.append(inspect.getclosurevars(code).nonlocals)
        found.append({n: p.default for n, p in inspect.signature(code).parameters.items()})
    seen = set()
    for name, value in (pair for each in found for pair in each.items()):
        called = "class" in name.lower() or "cls" in name.lower() or name in ("C", "K")
        if called and isinstance(value, int) and not isinstance(value, bool) and value >= 2 and name not in seen:
            seen.add(name)
            yield name, value


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
