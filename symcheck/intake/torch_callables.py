"""Torch callables and modules: run on symbolic tensors, and compared with themselves on real ones."""

from __future__ import annotations

import copy
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

from symcheck.errors import FormulaError
from symcheck.intake.class_given import class_given
from symcheck.intake.signatures import signature_of, takes
from symcheck.intake.torch.calling import with_class_numbers, with_pixels
from symcheck.intake.torch.comparison import CLASSES, Comparison
from symcheck.intake.torch.eager import EagerError
from symcheck.intake.torch.exported import exported
from symcheck.intake.torch.failures import explained, misused_or_failing
from symcheck.intake.torch.outcome import FixedClasses, Note, TorchRecording
from symcheck.intake.torch.runs import CodeError, Recorded, Run, in_vectors, written_out
from symcheck.intake.torch.variables import enclosed
from symcheck.language.formula import Formula
from symcheck.language.recording import Kind
from symcheck.language.scope import Classes
from symcheck.reason import Code, Undecided

LARGE = 64
"""Code for one number of classes beyond this is read with C as a symbol first."""

WRITTEN = (10, 100)
"""Numbers of classes that names of data sets have: code that makes a text of C is compared at these too."""

_CALLED_WITH = {"loss": ("logits", "labels"), "regularizer": ("logits",)}
_OTHER = {"loss": "regularizer", "regularizer": "loss"}


def recorded_torch(given: Callable[..., object], kind: Kind, *, classes: Classes | None = None) -> TorchRecording:
    """The formula that torch code computes for one sample: of (z, y) for a loss, of (z) for a regularizer.

    ``given`` is called with logits of shape (1, C) and labels of shape (1,), on symbols, with C a symbol where
    ``classes`` has several numbers.  If the classes meet a plain number n (``F.one_hot(y, 10)``), it is read again
    with C = n.  For one C it is read entry by entry and label by label where class-vectors do not do, and where
    symbols do not get through, from the graph of torch.export.  What is recorded is compared with what the code
    returns on tensors, in values and gradients, at C = 2, 3, 5, 11 or at n, and on batches.

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
    given = _python_of(given)
    _check_arguments(given, kind)
    asked = classes or Classes()
    code, notes = with_class_numbers(_copy_of(given), kind, asked)
    try:
        found = _recorded(code, kind, asked)
    except (FormulaError, Undecided):
        of_pixels = with_pixels(code, kind, asked)
        if of_pixels is None:
            raise
        found, notes = _recorded(of_pixels[0], kind, asked), (*notes, of_pixels[1])
    return TorchRecording(found.formula, found.classes, (*notes, *found.notes))


def _recorded(code: Callable[..., object], kind: Kind, asked: Classes) -> TorchRecording:
    """The recording of code that is called with (z, y): for all C at once, or for one that it needs."""
    if asked.fixed is not None and asked.fixed > LARGE:
        # As a symbol a large C costs what a small one does.
        with suppress(Undecided, FormulaError):
            everywhere = _recorded(code, kind, Classes())
            if asked.fixed in everywhere.classes:
                return everywhere
    try:
        return _read(code, kind, asked, in_vectors)
    except FixedClasses as stop:
        fixed, why = stop.classes, Note(f"the code is for C = {stop.classes} alone: {stop.why}", stop.where)
    except Undecided as stop:
        # Where the code itself stopped symbols, torch may get through with tensors.
        if stop.__cause__ is not None:
            with suppress(Undecided, FixedClasses):
                return _read(code, kind, asked, exported)
        if asked.fixed is None:
            raise
        return _read_written(code, kind, asked)
    except FormulaError:
        number = None if asked.fixed else _only_number(code, kind)
        if number is None:
            raise
        fixed, why = number, Note(f"the code is for C = {number} alone: it runs with no other number of classes")
    only = _recorded(code, kind, Classes(fixed, fixed))
    return TorchRecording(only.formula, only.classes, (why, *only.notes))


def _read_written(code: Callable[..., object], kind: Kind, asked: Classes) -> TorchRecording:
    """The recording for one number of classes, entry by entry."""
    try:
        return _read(code, kind, asked, written_out)
    except Undecided:
        with suppress(Undecided):
            return _read(code, kind, asked, partial(written_out, at_samples=True))
        raise


def _only_number(code: Callable[..., object], kind: Kind) -> int | None:
    """The number of classes that the code has for itself, if it runs with that one and with no other."""
    comparison = Comparison(code, kind)
    if any(comparison.fails(c) is None for c in CLASSES):
        return None
    return next((n for _, n in plain_counts(code) if comparison.fails(n) is None), None)


def _read(code: Callable[..., object], kind: Kind, asked: Classes, run: Run) -> TorchRecording:
    """The recording for the classes ``asked`` for, or for some of them."""
    comparison = Comparison(code, kind, _tried(asked))
    try:
        found, again = run(code, kind, asked), run(code, kind, asked)
    except CodeError as stop:
        raise explained(stop.error, comparison) from stop.error
    except Undecided as stop:
        wrong = misused_or_failing(comparison)
        if wrong is None:
            raise
        raise wrong from stop
    _check(found, again)
    # What was compared for some numbers of classes is said of these.
    tried = _tried(found.classes)
    # A backward is not recorded, and neither is what it does at which C.
    more = WRITTEN if found.writes_classes else WRITTEN[:1] if found.functions else ()
    tried += tuple(c for c in more if c in found.classes and c not in tried)
    comparison = Comparison(code, kind, tried, found.functions)
    try:
        notes = [*found.notes, *comparison.check(found.formula)]
    except EagerError as stop:
        raise explained(stop.error, comparison) from stop.error
    if asked.fixed is None:
        notes += [
            Note(f"{name} = {value} of the code is a plain number: where it enters the arithmetic, it does for every C")
            for name, value in sorted(plain_counts(code))
        ]
    return TorchRecording(found.formula, found.classes, tuple(dict.fromkeys(notes)))


def _check(found: Recorded, again: Recorded) -> None:
    """Refuse code that is no function of z and y alone."""
    if found.formula != again.formula:
        raise Undecided.of(
            Code.UNMAPPED_OP,
            f"{_two_runs(found.formula, again.formula)}: the code is no function of z and y",
            "take out what changes between two calls, such as a counter, a moving average or random numbers",
        )
    free = [p.name for p in found.formula.parameters if not p.rounded]
    if free:
        raise Undecided.of(
            Code.UNMAPPED_OP,
            f"the code uses the free parameters {', '.join(free)}, so it cannot be run on tensors and compared",
            "give them values, or write the loss as a formula of symcheck",
        )


def _tried(asked: Classes) -> tuple[int, ...]:
    """The numbers of classes at which a formula for all that are ``asked`` for is compared, two where there are two."""
    found = [c for c in CLASSES if c in asked]
    return tuple(found) if len(found) > 1 else tuple(c for c in (asked.low, asked.low + 1) if c in asked)


def _check_arguments(given: Callable[..., object], kind: Kind) -> None:
    """Refuse code that cannot be called with logits and labels, or with logits; without a signature it is tried."""
    signature, count = signature_of(getattr(given, "forward", given)), len(_CALLED_WITH[kind])
    if signature is None or takes(signature, count):
        return
    # A loss takes two and a regularizer one of them.
    other = f", or hand it in as the {_OTHER[kind]}" if takes(signature, 3 - count) else ""
    raise FormulaError(
        f"{kind}: a {kind} of torch is called with ({', '.join(_CALLED_WITH[kind])}), and this one takes {signature}: "
        f"wrap it in a function of these arguments{other}"
    )


def _python_of(given: Callable[..., object]) -> Callable[..., object]:
    """The code that torch.jit has compiled a function from; a compiled module is refused."""
    jit = sys.modules["torch"].jit
    source: Callable[..., object] | None = getattr(given, "_torchdynamo_inline", None)
    if isinstance(given, jit.ScriptFunction) and source is not None:
        return source
    if isinstance(given, (jit.ScriptModule, jit.ScriptFunction)):
        name = getattr(given, "original_name", None) or getattr(given, "name", "it")
        why = f"{name} is compiled by torch.jit, and symbols do not get through"
        settle = "hand in the Python function or module that it was compiled from"
        raise Undecided.of(Code.UNMAPPED_OP, why, settle, where=str(name))
    return given


def _copy_of(given: Callable[..., object]) -> Callable[..., object]:
    """A copy of a module, so that calling it does not change the user's; what cannot be copied is used as it is."""
    copied: Callable[..., object] = given
    if isinstance(given, sys.modules["torch"].nn.Module):
        with suppress(Exception):  # a module may hold anything
            copied = copy.deepcopy(given)
    return copied


def plain_counts(code: object) -> Iterator[tuple[str, int]]:
    """Whole numbers of the code that are called a number of classes."""
    torch = sys.modules["torch"]
    found = [vars(m) for m in code.modules()] if isinstance(code, torch.nn.Module) else [getattr(code, "__dict__", {})]
    if inspect.isfunction(code):
        found.append(enclosed(code))
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
