"""Why torch code was not recorded: it fails by itself, it wants something else, or symbols do not get through."""

from __future__ import annotations

import re
import sys
from types import TracebackType
from typing import Any

from symcheck.errors import FormulaError
from symcheck.intake.torch.comparison import Comparison
from symcheck.intake.torch.forms import OF_LABELS, OF_ONE_LOGIT
from symcheck.intake.torch.forms import Code as Function
from symcheck.intake.torch.place import is_raised_by_code, is_raised_by_user, place_of
from symcheck.intake.torch.symbolic import ONE_C
from symcheck.reason import Code, Undecided

_SHAPES = {"loss": "logits of shape (N, C) and labels of shape (N,)", "regularizer": "logits of shape (N, C)"}
_LONGEST = 300
"""Of an error of the user's code so many characters are told."""


def misused(comparison: Comparison) -> FormulaError | None:
    """What is wrong with calling the code as a loss is called, if it runs when it is called otherwise.

    It wants labels of another form, or more than one sample.  None if it runs as it is called, or in no way.
    """
    kind = comparison.kind
    for classes in comparison.numbers:
        batch = comparison.raised(classes, alone=False)
        alone = comparison.raised(classes, alone=True)
        if batch is None and alone is None:
            return None
        if isinstance(batch, Undecided) or isinstance(alone, Undecided):  # of a symbol that the code has kept
            return None
        # What is computed of one sample and its label may be a number by broadcasting: the batch tells.
        # A label that is no class is one in every form.
        if batch is not None and kind == "loss" and "out of bounds" not in str(batch):
            form = next((f for f in OF_LABELS if _runs(f.of(comparison.code), classes)), None)
            if form is not None:
                return FormulaError(
                    f"loss: it was called with class numbers of shape (N,), dtype int64, and raised {_told(batch)}; it "
                    f"runs with labels that are {form.what}: wrap it, as in lambda z, y: {form.writes}"
                    f"{_ONE_LOGIT if any(_runs(f.of(comparison.code), 2) for f in OF_ONE_LOGIT) else ''}"
                )
        # At every number of classes, or it is no matter of the samples: code may keep what it was called with before.
        if (
            batch is None
            and alone is not None
            and all(comparison.raised(c, alone=False) is None for c in comparison.numbers)
        ):
            return FormulaError(
                f"{kind}: for one sample it raised {_told(alone)}, and for a batch of several it runs; it is read for "
                "one sample: keep the batch dimension, as in squeeze(1), and take no statistics over the batch, as "
                "var(0), std() and BatchNorm in training mode do"
            )
    return None


_ONE_LOGIT = "; if it is a binary loss of one logit, ask for classes=2"


def _runs(loss: Function, classes: int) -> bool:
    """Whether code runs on a batch of this many classes."""
    return Comparison(loss, "loss").raised(classes, alone=False) is None


def misused_or_failing(comparison: Comparison) -> FormulaError | None:
    """What is wrong with code that has no reading, if that is no matter of readings: it is called wrongly, or raises.

    It counts as raising if a statement of its own does, at every number of classes that is tried; where one number was
    asked for, what torch raises counts as well: the code is for other numbers of classes.
    """
    wrong = misused(comparison)
    if wrong is not None:
        return wrong
    fails = _failures(comparison)
    # Of the sizes of tensors torch complains whatever has no reading; only what was asked for can be wrong with them.
    counts = is_raised_by_code if len(comparison.numbers) == 1 else is_raised_by_user
    raises = len(fails) == len(comparison.numbers) and all(counts(e.__traceback__) for e in fails.values())
    return _own_error(fails, comparison.kind, next(iter(fails.values()))) if raises else None


def explained(error: Exception, comparison: Comparison) -> Exception:
    """The error of the user's own if the code fails on tensors too, and otherwise that symbols do not get through."""
    wrong = misused(comparison)
    if wrong is not None:
        return wrong
    fails = _failures(comparison)
    if len(fails) == len(comparison.numbers):
        return _own_error(fails, comparison.kind, error)
    if re.search(r"\bCount\b", str(error)):
        why, settle = ONE_C
    elif fails:
        first = next(iter(fails.values()))
        why = f"the code raises {_told(first, error)} at C = {', '.join(map(str, fails))}"
        settle = "name the number of classes that it is for, as in classes=10"
    else:
        why, settle = _stopped_symbols(error)
    return Undecided.of(Code.UNMAPPED_OP, why, settle, where=place_of(error.__traceback__))


def _failures(comparison: Comparison) -> dict[int, Exception]:
    """What the code raises, by the numbers of classes at which it does."""
    return {c: failure for c in comparison.numbers if (failure := comparison.fails(c)) is not None}


def _own_error(fails: dict[int, Exception], kind: str, error: Exception) -> FormulaError:
    """What the code raises at every number of classes that was tried."""
    (low, first), (high, last) = next(iter(fails.items())), list(fails.items())[-1]
    raised = _told(first, error)
    if low == high:
        raised = f"{raised} at C = {low}"
    elif _text(first) != _text(last):
        raised = (
            f"{raised} at C = {low}, and {_told(last, error)} at C = {high}; if it is for one number of classes, name "
            "that, as in classes=10"
        )
    advice = f"; {_NO_DEVICE}" if any(word in _text(first) for word in _DEVICES) else ""
    return FormulaError(f"the {kind} raised {raised}{advice}; it is called with {_SHAPES[kind]}")


_DEVICES = ("CUDA", "cuda", "NVIDIA", "same device", "HIP", "MPS", "mps")
_NO_DEVICE = (
    "code is read on the CPU, and tensors of another device do not meet those of the CPU: make them where the logits "
    "are, device=z.device"
)


def _stopped_symbols(error: Exception) -> tuple[str, str]:
    """Why symbols do not get through code that runs on tensors, and what to do."""
    name = _autograd_function(error.__traceback__)
    if name:
        return (
            f"the autograd function {name} is code that torch runs outside of Python's sight, on tensors alone",
            f"write what {name}.forward computes as a function of torch operations, without apply",
        )
    text = _text(error)
    if "instead found type 'Symbolic'" in text:
        called = text.partition(": ")[2].partition("(")[0].strip() or "a function"
        return (
            f"{called} is compiled by torch.jit, and symbols do not get through",
            "hand in the Python function or module that it was compiled from",
        )
    if "__array_ufunc__" in text:
        return "it computes with functions of numpy, which take no symbols", "write them as functions of torch"
    return (
        f"symbols do not get through: {text}",
        "write the loss with functions of torch alone, or as a formula of symcheck",
    )


def _autograd_function(traceback: TracebackType | None) -> str:
    """The name of the autograd function whose ``apply`` is the innermost one in an error's traceback, or nothing."""
    base: Any = sys.modules["torch"].autograd.Function
    found = ""
    while traceback is not None:
        cls = traceback.tb_frame.f_locals.get("cls")
        if traceback.tb_frame.f_code.co_name == "apply" and isinstance(cls, type) and issubclass(cls, base):
            found = cls.__name__
        traceback = traceback.tb_next
    return found


def _told(error: Exception, other: Exception | None = None) -> str:
    """An error with its place, or that of the ``other`` error where it has none."""
    place = place_of(error.__traceback__) or ("" if other is None else place_of(other.__traceback__))
    return f"{_text(error)} ({place})" if place else _text(error)


def _text(error: Exception) -> str:
    """The type and the first line of an error."""
    first = str(error).strip().partition("\n")[0].rstrip(".")
    text = f"{type(error).__name__}: {first}" if first else type(error).__name__
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
