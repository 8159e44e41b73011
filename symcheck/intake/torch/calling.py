"""How code is called: with logits (N, C) and class numbers (N,), or as a binary loss is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from symcheck.intake.torch.comparison import Comparison
from symcheck.intake.torch.outcome import Note
from symcheck.language.recording import Kind
from symcheck.language.scope import Classes

Code = Callable[..., object]

_BINARY = Classes(2, 2)


@dataclass(frozen=True)
class _Form:
    """How logits and class numbers are ``handed`` over, and how one ``writes`` that."""

    handed: Callable[[Any, Any], tuple[Any, Any]]
    writes: str


def _onehot(z: Any, y: Any) -> Any:
    return sys.modules["torch"].nn.functional.one_hot(y, z.shape[1]).to(z.dtype)


_OF_CLASSES = {
    "BCEWithLogitsLoss": _Form(lambda z, y: (z, _onehot(z, y)), "F.one_hot(y, z.shape[1]).float()"),
    "MultiLabelSoftMarginLoss": _Form(lambda z, y: (z, _onehot(z, y)), "F.one_hot(y, z.shape[1]).float()"),
    "SoftMarginLoss": _Form(lambda z, y: (z, 2 * _onehot(z, y) - 1), "2*F.one_hot(y, z.shape[1]).float() - 1"),
}
"""Binary losses of torch, one for each class: their labels are vectors."""

_FUNCTIONS = {
    "binary_cross_entropy_with_logits": "BCEWithLogitsLoss",
    "multilabel_soft_margin_loss": "MultiLabelSoftMarginLoss",
    "soft_margin_loss": "SoftMarginLoss",
}

_SIGNS = _Form(lambda z, y: (z[:, 1] - z[:, 0], 2 * y.to(z.dtype) - 1), "loss(z[:, 1] - z[:, 0], 2*y.float() - 1)")

_OF_ONE_LOGIT = (
    _Form(lambda z, y: (z[:, 1] - z[:, 0], y.to(z.dtype)), "loss(z[:, 1] - z[:, 0], y.float())"),
    _Form(lambda z, y: (z[:, 1] - z[:, 0], y), "loss(z[:, 1] - z[:, 0], y)"),
    _Form(lambda z, y: (z[:, 1:] - z[:, :1], y.to(z.dtype).unsqueeze(1)),
          "loss(z[:, 1:] - z[:, :1], y.float().unsqueeze(1))"),
    _Form(lambda z, y: (z[:, 1:] - z[:, :1], y), "loss(z[:, 1:] - z[:, :1], y)"),
)  # fmt: skip
"""A binary loss of one logit s and a label 0 or 1 is one of two classes, with s = z_2 - z_1."""


_OF_PIXELS = (
    _Form(lambda z, y: (z[:, :, None, None], y[:, None, None]), "loss(z[:, :, None, None], y[:, None, None])"),
    _Form(lambda z, y: (z[:, :, None], y[:, None]), "loss(z[:, :, None], y[:, None])"),
)
"""A loss of images, of shape (N, C, H, W), is one of samples that are images of one pixel."""

_OF_DIMENSIONS = ("unpack", "Dimension out of range", "tuple index out of range", "4D", "3D", "dims", "dimensions")
"""Words of the errors of code that wants more dimensions.

Other errors say nothing of that: torch would repeat a pixel along whatever the code computes with.
"""


def called(code: Code, kind: Kind, asked: Classes) -> tuple[Code, Classes, tuple[Note, ...]]:
    """The code to be called with (z, y), the classes that it is for, and what is to be noted.

    A binary loss of one logit is read where two classes are asked for: that it runs with one logit alone says little,
    as torch repeats it along whatever the code computes with.
    """
    if kind == "regularizer":
        return code, asked, ()
    name = type(code).__name__ if isinstance(code, sys.modules["torch"].nn.Module) else getattr(code, "__name__", "")
    known = _OF_CLASSES.get(_FUNCTIONS.get(name, name)) if _is_of_torch(code) else None
    if known is not None and (asked != _BINARY or known is _OF_CLASSES["MultiLabelSoftMarginLoss"]):
        note = f"class numbers are handed over as vectors, one entry for each class: loss(z, {known.writes})"
        return _wrapped(code, known), asked, (Note(note),)
    if asked == _BINARY and (known is not None or Comparison(code, kind).raised(2, alone=False) is not None):
        for form in (_SIGNS,) if known is _OF_CLASSES["SoftMarginLoss"] else _OF_ONE_LOGIT:
            wrapped = _wrapped(code, form)
            if Comparison(wrapped, kind).raised(2, alone=False) is None:
                return wrapped, asked, (Note(f"a binary loss of one logit: it is read as {form.writes}"),)
    return code, asked, ()


def with_pixels(code: Code, kind: Kind, asked: Classes) -> tuple[Code, Note] | None:
    """The code of a loss of images, called with images of one pixel, if it is one."""
    if kind == "regularizer":
        return None
    numbers = (asked.fixed,) if asked.fixed is not None else (asked.low, asked.low + 1)
    error = Comparison(code, kind).raised(numbers[-1], alone=False)
    if error is None or not any(word in str(error) for word in _OF_DIMENSIONS):
        return None
    for form in _OF_PIXELS:
        of_pixels = Comparison(_wrapped(code, form), kind)
        if all(of_pixels.raised(n, alone=False) is None for n in numbers):
            return of_pixels.code, Note(f"a loss of images is read for images of one pixel, as {form.writes}")
    return None


def _is_of_torch(code: Code) -> bool:
    owner = type(code) if isinstance(code, sys.modules["torch"].nn.Module) else code
    return str(getattr(owner, "__module__", "")).partition(".")[0] == "torch"


def _wrapped(code: Code, form: _Form) -> Code:
    return lambda z, y: code(*form.handed(z, y))
