"""What a reader has to know of a module: parts that rest in evaluation mode, and weights that no seed draws."""

from __future__ import annotations

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.dropout import _DropoutNd

from numerics.models.base import Model


def module_notes(model: Model, module: nn.Module) -> tuple[str, ...]:
    """Sentences on ``model`` and the ``module`` that it made, none if there is nothing to know."""
    found = []
    parts = list(module.modules())
    if dropped := _named(parts, (_DropoutNd,)):
        found.append(f"{dropped} in evaluation mode: nothing is dropped, in training neither")
    if normed := _named(parts, (_BatchNorm,)):
        found.append(
            f"{normed} in evaluation mode: means and variances are those that the module came with, and stay (0 and 1 "
            "in a new one)"
        )
    if model.has_one_start:
        found.append(
            "the module was handed over with its weights: every seed starts from them; a function that makes one, such "
            "as model=lambda: ..., gives each seed its own"
        )
    return tuple(found)


def _named(parts: list[nn.Module], kinds: tuple[type, ...]) -> str:
    names = sorted({type(part).__name__ for part in parts if isinstance(part, kinds)})
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'}" if names else ""
