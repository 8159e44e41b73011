"""What a loss is called with, looked at before anything is computed."""

from __future__ import annotations

import torch
from torch import Tensor

from numerics.errors import LossError
from symcheck.language.scope import Classes

ACCEPTED = (torch.float32, torch.float64, torch.bfloat16, torch.float16)
"""The dtypes of logits."""

INEXACT = 1e-3
"""So far from 1 may a law add up: labels in float32 or coarser are rounded."""


def check_kinds(logits: Tensor, labels: Tensor, classes: Classes, title: str) -> None:
    """Raise ``LossError`` unless dtypes, devices and shapes are those of logits (N, C, ...) and of their labels."""
    if not isinstance(logits, Tensor) or not logits.is_floating_point():
        raise LossError(f"logits: got {_kind(logits)}; accepted is a floating tensor of shape (N, C, ...)")
    if logits.dtype not in ACCEPTED or logits.layout is not torch.strided:
        raise LossError(
            f"logits: got {_kind(logits)} and {logits.layout}; accepted is a dense tensor of 16, 32 or 64 bits, as "
            "logits.to_dense() and logits.float() are"
        )
    if not logits.numel():
        raise LossError(
            f"logits: got an empty batch, of shape {tuple(logits.shape)}; accepted is (N, C, ...) with N >= 1; "
            "leave such a batch out"
        )
    found = logits.shape[min(1, logits.ndim - 1)] if logits.ndim else 0
    if found not in classes:
        raise LossError(
            f"logits: got C = {found} in the shape {tuple(logits.shape)}, and {title} is about {classes}; "
            "the classes are on the second axis"
        )
    if not isinstance(labels, Tensor) or labels.dtype is torch.bool or labels.is_complex():
        raise LossError(f"labels: got {_kind(labels)}; accepted are integers, or laws on the classes as floats")
    of_each = logits.shape[:1] + logits.shape[2:] if logits.ndim > 1 else logits.shape[:0]
    if labels.is_floating_point() and labels.shape != logits.shape:
        raise LossError(
            f"labels: got {labels.dtype} of shape {tuple(labels.shape)}; class indices are integers, as labels.long() "
            f"is, and laws on the classes have the shape of the logits, {tuple(logits.shape)}"
        )
    if not labels.is_floating_point() and labels.shape != of_each:
        raise LossError(
            f"labels: got the shape {tuple(labels.shape)} for logits of shape {tuple(logits.shape)}; accepted are "
            f"integers of shape {tuple(of_each)}"
        )
    if labels.device != logits.device:
        raise LossError(
            f"labels: they are on {labels.device} and the logits on {logits.device}; write labels.to(logits.device)"
        )


def check_logits(logits: Tensor) -> None:
    """Raise ``LossError`` unless all of ``logits`` are finite."""
    # A sum is one pass without a tensor of answers; it may overflow where all are finite.
    if bool(logits.detach().sum().isfinite()):
        return
    wrong = ~logits.detach().isfinite()
    if wrong.any():
        place = tuple(wrong.nonzero()[0].tolist())
        raise LossError(
            f"logits: got {int(wrong.sum())} of {wrong.numel()} that are not finite, the first {logits[place].item()} "
            f"at {place}; look for the step at which the network diverged, and lower its learning rate"
        )


def check_indices(labels: Tensor, classes: int) -> None:
    """Raise ``LossError`` unless ``labels`` are indices in 0..C-1."""
    low, high = (int(end) for end in labels.aminmax())
    if low < 0 or high >= classes:
        wrong = low if low < 0 else high
        raise LossError(
            f"labels: got {wrong}, and C = {classes}; accepted are 0 to {classes - 1}"
            + (f"; to leave such samples out give torch_loss ignore_index={wrong}" if low < 0 or high > classes else "")
            + ("; labels that count from 1 are labels - 1" if low >= 1 and high == classes else "")
        )


def check_counted(counted: Tensor | None) -> None:
    """Raise ``LossError`` unless some samples are ``counted``; None if all are."""
    if counted is not None and not bool(counted.any()):
        raise LossError(
            "labels: all of them are ignore_index, so that no sample is left to count; leave such a batch out"
        )


def check_laws(labels: Tensor) -> None:
    """Raise ``LossError`` unless each row of ``labels`` (..., C) is a law: at least 0, with sum 1."""
    least, sums = labels.amin(), labels.sum(-1)
    off = float((sums - 1).abs().max())
    # A nan is in no interval.
    if not float(least) >= 0 or not off <= max(INEXACT, 8 * torch.finfo(labels.dtype).eps):
        raise LossError(
            f"labels: got a law with the least entry {float(least):.3g} and a sum that is {off:.3g} away from 1; "
            "accepted are entries of at least 0 with the sum 1 over the classes"
        )


def _kind(given: object) -> str:
    return f"a tensor of {given.dtype}" if isinstance(given, Tensor) else f"a {type(given).__name__}"
