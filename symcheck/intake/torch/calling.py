"""How code is called: with logits (N, C) and class numbers (N,), or as a binary loss is."""

from __future__ import annotations

import sys

from symcheck.intake.torch.comparison import Comparison
from symcheck.intake.torch.forms import (
    FLOAT_VECTORS,
    OF_ONE_LOGIT,
    OF_ONE_SIGNED_LOGIT,
    OF_PIXELS,
    SIGNED_VECTORS,
    Code,
)
from symcheck.intake.torch.outcome import Note
from symcheck.language.recording import Kind
from symcheck.language.scope import Classes

_BINARY = Classes(2, 2)


_OF_CLASSES = {
    "BCEWithLogitsLoss": FLOAT_VECTORS,
    "MultiLabelSoftMarginLoss": FLOAT_VECTORS,
    "SoftMarginLoss": SIGNED_VECTORS,
}
"""Binary losses of torch, one for each class: their labels are vectors."""

_MODULES = {
    "binary_cross_entropy_with_logits": "BCEWithLogitsLoss",
    "multilabel_soft_margin_loss": "MultiLabelSoftMarginLoss",
    "soft_margin_loss": "SoftMarginLoss",
}
"""Their names as functions."""

_OF_DIMENSIONS = ("unpack", "Dimension out of range", "tuple index out of range", "4D", "3D", "dims", "dimensions")
"""Words of the errors of code that wants more dimensions.

Other errors say nothing of that: torch would repeat a pixel along whatever the code computes with.
"""


def with_class_numbers(code: Code, kind: Kind, asked: Classes) -> tuple[Code, tuple[Note, ...]]:
    """The code as it is called with logits (N, C) and class numbers (N,), and what is to be noted of that.

    A binary loss of one logit is read where two classes are asked for, and the code raises with two logits: that it
    runs with one says little, as torch repeats it along whatever the code computes with.
    """
    if kind == "regularizer":
        return code, ()
    name = _name_in_torch(code)
    known = _OF_CLASSES.get(name)
    if known is not None and (asked != _BINARY or name == "MultiLabelSoftMarginLoss"):
        note = f"class numbers are handed over as vectors, one entry for each class: {known.writes}"
        return known.of(code), (Note(note),)
    error = Comparison(code, kind).raised(2, alone=False) if asked == _BINARY and known is None else None
    # A value that is not finite is one: of one logit softmax is 1, and what is computed with that is finite always.
    raises = error is not None and not isinstance(error, ArithmeticError)
    if asked == _BINARY and (known is not None or raises):
        for form in (OF_ONE_SIGNED_LOGIT,) if known is SIGNED_VECTORS else OF_ONE_LOGIT:
            wrapped = form.of(code)
            comparison = Comparison(wrapped, kind)
            if comparison.raised(2, alone=False) is None and comparison.depends_on_scores(2):
                return wrapped, (Note(f"a binary loss of one logit: it is read as {form.writes}"),)
    return code, ()


def with_pixels(code: Code, kind: Kind, asked: Classes) -> tuple[Code, Note] | None:
    """The code of a loss of images, called with images of one pixel, if it is one."""
    if kind == "regularizer":
        return None
    numbers = (asked.fixed,) if asked.fixed is not None else (asked.low, asked.low + 1)
    error = Comparison(code, kind).raised(numbers[-1], alone=False)
    if error is None or not any(word in str(error) for word in _OF_DIMENSIONS):
        return None
    for form in OF_PIXELS:
        of_pixels = Comparison(form.of(code), kind)
        if all(of_pixels.raised(n, alone=False) is None for n in numbers):
            return of_pixels.code, Note(f"a loss of images is read for images of one pixel, as {form.writes}")
    return None


def _name_in_torch(code: Code) -> str:
    """The name of a loss of torch's own, that of its module also for the function; nothing for any other code."""
    owner = type(code) if isinstance(code, sys.modules["torch"].nn.Module) else code
    if str(getattr(owner, "__module__", "")).partition(".")[0] != "torch":
        return ""
    name = str(getattr(owner, "__name__", ""))
    return _MODULES.get(name, name)
