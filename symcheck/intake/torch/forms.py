"""Forms in which public losses take logits and labels, each as one writes it: ``loss(z, y.unsqueeze(1))``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Code = Callable[..., object]


@dataclass(frozen=True)
class Form:
    """How logits (N, C) and class numbers (N,) are ``handed`` over, how one ``writes`` it, and ``what`` labels are."""

    handed: Callable[[Any, Any], tuple[Any, Any]]
    writes: str
    what: str = ""

    def of(self, code: Code) -> Code:
        """``code`` to be called with logits and class numbers."""
        return lambda z, y: code(*self.handed(z, y))


def _onehot(z: Any, y: Any) -> Any:
    return sys.modules["torch"].nn.functional.one_hot(y, z.shape[1])


FLOAT_VECTORS = Form(
    lambda z, y: (z, _onehot(z, y).to(z.dtype)),
    "loss(z, F.one_hot(y, z.shape[1]).float())",
    "one-hot vectors of floats, of shape (N, C)",
)
"""What binary losses of torch take, one for each class."""

SIGNED_VECTORS = Form(
    lambda z, y: (z, 2 * _onehot(z, y).to(z.dtype) - 1), "loss(z, 2*F.one_hot(y, z.shape[1]).float() - 1)"
)
"""The same for a loss of the labels 1 and -1."""

OF_LABELS = (
    FLOAT_VECTORS,
    Form(lambda z, y: (z, y.unsqueeze(1)), "loss(z, y.unsqueeze(1))", "class numbers of shape (N, 1)"),
    Form(
        lambda z, y: (z, _onehot(z, y)),
        "loss(z, F.one_hot(y, z.shape[1]))",
        "one-hot vectors of whole numbers, of shape (N, C)",
    ),
    Form(lambda z, y: (z, y.to(z.dtype)), "loss(z, y.float())", "floats of shape (N,)"),
    Form(lambda z, y: (z, y.to(z.dtype).unsqueeze(1)), "loss(z, y.float().unsqueeze(1))", "floats of shape (N, 1)"),
)
"""The forms of labels that public losses want, the likeliest first."""

OF_ONE_LOGIT = (
    Form(lambda z, y: (z[:, 1] - z[:, 0], y.to(z.dtype)), "loss(z[:, 1] - z[:, 0], y.float())"),
    Form(lambda z, y: (z[:, 1] - z[:, 0], y), "loss(z[:, 1] - z[:, 0], y)"),
    Form(
        lambda z, y: (z[:, 1:] - z[:, :1], y.to(z.dtype).unsqueeze(1)),
        "loss(z[:, 1:] - z[:, :1], y.float().unsqueeze(1))",
    ),
    Form(lambda z, y: (z[:, 1:] - z[:, :1], y), "loss(z[:, 1:] - z[:, :1], y)"),
)
"""A binary loss of one logit s and a label 0 or 1 is one of two classes, with s = z_2 - z_1."""

OF_ONE_SIGNED_LOGIT = Form(
    lambda z, y: (z[:, 1] - z[:, 0], 2 * y.to(z.dtype) - 1), "loss(z[:, 1] - z[:, 0], 2*y.float() - 1)"
)
"""The same for the labels 1 and -1."""

OF_PIXELS = (
    Form(lambda z, y: (z[:, :, None, None], y[:, None, None]), "loss(z[:, :, None, None], y[:, None, None])"),
    Form(lambda z, y: (z[:, :, None], y[:, None]), "loss(z[:, :, None], y[:, None])"),
)
"""A loss of images, of shape (N, C, H, W), is one of samples that are images of one pixel."""
