"""Code run on tensors: its value and gradient for one sample, and its value for a batch, in double and in single."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from symcheck.intake.torch.calling import with_class_numbers, with_pixels
from symcheck.intake.torch.eager import eagerly
from symcheck.intake.torch.outcome import Note
from symcheck.intake.torch.precision import in_double_precision
from symcheck.intake.torch.state import state_of
from symcheck.language.scope import Classes

Code = Callable[..., object]

COARSE = 1e-5
"""Code whose value rounding changes by more than this has fewer digits than float32, whose eps is 1.2e-7."""

MOST_ENTRIES = 10_000
"""Buffers with more entries than this are taken for constants."""


def in_double() -> AbstractContextManager[None]:
    """Code runs in double precision, also where it asks for less: a formula is about real numbers."""
    return eagerly(as_read=False)


@contextmanager
def in_single() -> Iterator[None]:
    """Code runs as a training does that does not say anything of precision."""
    with in_double_precision(torch), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.set_default_dtype(torch.float32)
        yield


@dataclass(frozen=True)
class Returned:
    """What the code returns: its ``values`` (one, or one for each sample), and the ``gradient`` of their sum."""

    values: Tensor
    gradient: Tensor
    has_own_backward: bool = False


@dataclass(frozen=True)
class CodeRuns:
    """The ``code``, called with logits (N, C) and class numbers (N,)."""

    code: Code

    def on(self, z: Tensor, y: Tensor, *, handed: float | Tensor = 1.0) -> Returned | Exception:
        """What the code returns for the logits ``z`` and the labels ``y``, or what it raises.

        The gradient is that of ``handed`` times the sum of its values.
        """
        leaf = z.clone().requires_grad_()
        try:
            # z is no leaf of the graph, as the output of a model is none.
            found = self.code(leaf.clone(), y.clone())
            if isinstance(found, (int, float)):
                found = z.new_tensor(float(found))
            if not isinstance(found, Tensor):
                return TypeError(f"it returns an object of type {type(found).__name__}")
            if found.is_complex():
                return TypeError("it returns complex numbers")
            values = found.reshape(-1) if found.is_floating_point() else found.reshape(-1).to(z.dtype)
            if not values.requires_grad:
                return Returned(values, torch.zeros_like(z))
            (slope,) = torch.autograd.grad((handed * values).sum(), leaf, allow_unused=True)
            has_backward = _has_own_backward(values.grad_fn)
            return Returned(values.detach(), torch.zeros_like(z) if slope is None else slope, has_backward)
        except Exception as error:  # noqa: BLE001 - the user's code may raise anything
            return error

    def raised(self, classes: int) -> Exception | None:
        """What the code raises for one sample, if it does."""
        with in_double():
            found = self.on(torch.linspace(-1, 1, classes).unsqueeze(0), torch.tensor([classes - 1]))
        if isinstance(found, Exception):
            return found
        if found.values.numel() != 1:
            return ValueError(f"it returns {found.values.numel()} numbers for one sample")
        return None

    def ignores_label(self, classes: int) -> bool:
        """Whether the code returns the same value for each label, at two points."""
        labels = torch.arange(min(classes, 5))
        with in_double():
            for z in (torch.linspace(-1, 2, classes), torch.linspace(1, -3, classes) ** 3):
                found = [self.on(z.unsqueeze(0), y.reshape(1)) for y in labels]
                values = [float(r.values) for r in found if isinstance(r, Returned)]
                if len(set(values)) > 1:
                    return False
        return True

    def is_coarse(self, classes: int) -> bool:
        """Whether the code rounds to fewer than 32 bits, as ``z.half()`` does, where it runs as it stands."""
        chance = torch.Generator().manual_seed(classes)
        for label in range(min(classes, 5)):
            z, y = torch.randn(1, classes, generator=chance, dtype=torch.float64), torch.tensor([label])
            with in_double():
                exact = self.on(z, y)
            as_it_stands = self.on(z, y)
            if isinstance(exact, Exception) or isinstance(as_it_stands, Exception):
                continue
            apart = (as_it_stands.values.double() - exact.values.double()).abs().max()
            if float(apart) > COARSE * max(1.0, float(exact.values.abs().max())):
                return True
        return False


def code_runs(code: Code, asked: Classes) -> tuple[CodeRuns, tuple[Note, ...]]:
    """The runs of a copy of ``code``, called as it is called when it is recorded, and what is to be noted of that."""
    called, notes = with_class_numbers(copied(code), "loss", asked)
    found = CodeRuns(called)
    if found.raised(asked.low) is not None and found.raised(asked.low + 1) is not None:
        of_pixels = with_pixels(called, "loss", asked)
        if of_pixels is not None:
            return CodeRuns(of_pixels[0]), (*notes, of_pixels[1])
    return found, notes


def copied(code: Code) -> Code:
    """A copy of a module, so that calling it does not change the user's."""
    if isinstance(code, nn.Module):
        with suppress(Exception):  # a module may hold anything
            return copy.deepcopy(code)
    return code


def kept_state(code: Code) -> dict[str, object]:
    """The numbers that ``code`` keeps and may change, and the entries of its buffers, by their names."""
    found: dict[str, object] = {name: copy.copy(value) for name, value in state_of(code).numbers.items()}
    if isinstance(code, nn.Module):
        small = ((name, b) for name, b in code.named_buffers() if b.numel() <= MOST_ENTRIES)
        found |= {name: tuple(buffer.reshape(-1).tolist()) for name, buffer in small}
    return found


def _has_own_backward(function: Any) -> bool:
    """Whether a function of the user's with a backward of its own is in the graph."""
    waiting, seen = [function], set()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        if isinstance(node, torch.autograd.function.BackwardCFunction):
            return True
        seen.add(node)
        waiting += [following for following, _ in node.next_functions]
    return False
