"""Torch callables and modules: run on symbolic tensors, and compared with themselves on real ones."""

from __future__ import annotations

import copy
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

from symcheck.errors import FormulaError
from symcheck.intake.class_given import class_given
from symcheck.intake.torch.comparison import CLASSES, Comparison, EagerError
from symcheck.intake.torch.failures import explained, misused_or_failing
from symcheck.intake.torch.ledger import Ledger
from symcheck.intake.torch.outcome import FixedClasses, Note, TorchRecording
from symcheck.intake.torch.recorder import Recorder
from symcheck.language.formula import Formula
from symcheck.language.recording import Kind, is_too_long
from symcheck.language.scope import Classes
from symcheck.reason import Code, Reason, Undecided

_CALLED_WITH = {"loss": "(logits, labels)", "regularizer": "(logits)"}


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
        raise class_given(given, kind)
    _check_arguments(given, kind)
    _check_compiled(given)
    code = _copy_of(given)
    try:
        return _read(code, kind, None, classes)
    except FixedClasses as stop:
        note = Note(f"the code is for C = {stop.classes} alone: a plain number meets the classes", stop.where)
        found = _read(code, kind, stop.classes, None)
        return TorchRecording(found.formula, found.classes, (note, *found.notes))
    except Undecided:
        if classes is None or classes.fixed is None:
            raise
    found = _read(code, kind, classes.fixed, None)
    note = Note(f"read for C = {classes.fixed} alone, the one number of classes asked for")
    return TorchRecording(found.formula, found.classes, (note, *found.notes))


def _read(code: Callable[..., object], kind: Kind, fixed: int | None, asked: Classes | None) -> TorchRecording:
    """The recording for C = ``fixed``, or for the classes that were ``asked`` for, all of them if None."""
    comparison = Comparison(code, kind, (fixed,)) if fixed is not None else _comparison(code, kind, asked)
    try:
        formula, notes = _run(code, kind, fixed)
        again, _ = _run(code, kind, fixed)
    except _CodeError as stop:
        raise explained(stop.error, comparison) from stop.error
    except Undecided as stop:
        wrong = misused_or_failing(comparison)
        if wrong is None:
            raise
        raise wrong from stop
    if formula != again:
        raise Undecided(
            Reason(
                Code.UNMAPPED_OP,
                f"{_two_runs(formula, again)}: the code is no function of z and y",
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
        notes += comparison.check(formula)
    except EagerError as stop:
        raise explained(stop.error, comparison) from stop.error
    if fixed is None:
        notes += [
            Note(f"{name} = {value} of the code is a plain number: where it enters the arithmetic, it does for every C")
            for name, value in sorted(_plain_counts(code))
        ]
    # Code that was compared for the classes asked for alone is certified for these alone.
    classes = Classes() if comparison.numbers == CLASSES or asked is None else asked
    if fixed is not None:
        classes = Classes(fixed, fixed)
    return TorchRecording(formula, classes, tuple(dict.fromkeys(notes)))


def _comparison(code: Callable[..., object], kind: Kind, asked: Classes | None) -> Comparison:
    """Code at the numbers of classes at which its formula for all that are ``asked`` for is compared."""
    everywhere = Comparison(code, kind)
    if asked is None:
        return everywhere
    inside = tuple(c for c in CLASSES if c in asked)
    if len(inside) > 1:
        return replace(everywhere, numbers=inside)
    # Small numbers stand for large ones, which take longer, if the code runs at all of them.
    if not any(everywhere.fails(c) for c in (*CLASSES, asked.low)):
        return everywhere
    return replace(everywhere, numbers=tuple(c for c in (asked.low, asked.low + 1) if c in asked))


class _CodeError(Exception):
    """The code raised ``error`` while it was recorded."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def _run(code: Callable[..., object], kind: Kind, fixed: int | None) -> tuple[Formula, list[Note]]:
    recorder = Recorder(fixed, Ledger(_PREFIXES[kind]))
    value = _value(recorder, code, kind)
    if recorder.ledger.overlooked:  # a number that may be what is left of a constant that came later
        recorder = Recorder(fixed, Ledger(_PREFIXES[kind], recorder.ledger.largest))
        value = _value(recorder, code, kind)
    formula = Formula.of(recorder.result(value, kind))
    if any(n.number is not None and is_too_long(n.number) for n in formula.nodes):
        raise FormulaError(f"the {kind} computes with a number that is too long to be written down")
    return formula, list(recorder.notes)


_PREFIXES = {"loss": "r", "regularizer": "s"}
"""What the names of rounded numbers begin with, so that those of a loss and of a regularizer differ."""


def _value(recorder: Recorder, code: Callable[..., object], kind: Kind) -> object:
    """What the code returns for symbols."""
    try:
        return recorder.run(code, recorder.arguments(kind))
    except (Undecided, FixedClasses, FormulaError):
        raise
    except Exception as error:
        raise _CodeError(error) from error


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


def _check_compiled(given: object) -> None:
    """Refuse what torch.jit has compiled: it is no Python code any more."""
    jit = sys.modules["torch"].jit
    if isinstance(given, (jit.ScriptModule, jit.ScriptFunction)):
        name = getattr(given, "original_name", None) or getattr(given, "name", "it")
        why = f"{name} is compiled by torch.jit, and symbols do not get through"
        settle = "hand in the Python function or module that it was compiled from"
        raise Undecided(Reason(Code.UNMAPPED_OP, why, settle, where=str(name)))


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


def _two_runs(formula: Formula, again: Formula) -> str:
    """How two recordings differ: in their form, or in the numbers that their names for rounded ones stand for."""
    if str(formula) != str(again):
        return f"two runs recorded different formulas, {_cut(str(formula))} and {_cut(str(again))}"
    return f"two runs recorded {_cut(str(formula))} with different numbers"


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
