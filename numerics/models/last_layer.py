"""The last linear layer of a module at 0, so that its scores are 0: found by what is called and by the scores."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from numerics.errors import ModelError

Parts = dict[str, nn.Parameter]


def zero_last_layer(module: nn.Module, inputs: Tensor) -> None:
    """Sets the last linear layer of ``module`` to 0, in place: the last of those without which the scores are 0.

    Where one is not enough, such as where two heads are added, all that are needed.  A layer comes last that is called
    last on ``inputs`` (b, ...), wherever it is registered; its bias is set to 0 as well.  Of a layer with a norm of its
    own (``weight_norm``) it is the length that is 0.  Where none makes the scores 0, the last is 0 all the same.

    Raises ``ModelError`` if there is no linear layer, or if the one that has to be 0 is not trained.
    """
    layers = _in_reverse(module, inputs)
    if not layers:
        raise ModelError(
            f"start: got zero-last-layer, and {type(module).__name__} has no linear layer; accepted here: "
            "subtracted, which subtracts the initial function, or as-is"
        )
    for name, layer in layers.items():
        for parts in _ways(layer):
            if _is_zero(module, inputs, parts):
                _set_to_zero({name: parts})
                return
    together = {name: dict(layer.named_parameters()) for name, layer in layers.items()}
    if not _is_zero(module, inputs, _joined(together)):
        with torch.no_grad():
            for part in next(iter(layers.values())).parameters():
                part.zero_()
        return
    for name in reversed(layers):
        rest = {other: parts for other, parts in together.items() if other != name}
        if _is_zero(module, inputs, _joined(rest)):
            together = rest
    _set_to_zero(together)


def _in_reverse(module: nn.Module, inputs: Tensor) -> dict[str, nn.Module]:
    """The linear layers by name, the one that is called last first; those that are never called come at the end."""
    layers = {name: part for name, part in module.named_modules() if isinstance(part, nn.Linear)}
    called: list[str] = []
    hooks = [
        part.register_forward_hook(lambda _part, _inputs, _scores, name=name: called.append(name))
        for name, part in layers.items()
    ]
    try:
        with torch.no_grad():
            module(inputs)
    finally:
        for hook in hooks:
            hook.remove()
    return {name: layers[name] for name in dict.fromkeys((*reversed(called), *reversed(layers)))}


def _ways(layer: nn.Module) -> Iterator[Parts]:
    """What may be set to 0 of a layer: all of it, or its bias and one other part, such as the length of its rows."""
    every = dict(layer.named_parameters())
    yield every
    bias = {name: part for name, part in every.items() if name == "bias"}
    rest = [name for name in every if name not in bias]
    if len(rest) > 1:
        for name in rest:
            yield bias | {name: every[name]}


def _joined(layers: dict[str, Parts]) -> Parts:
    return {f"{layer}.{name}": part for layer, parts in layers.items() for name, part in parts.items()}


def _is_zero(module: nn.Module, inputs: Tensor, parts: Parts) -> bool:
    """Whether the scores are 0 where ``parts`` are; these are left as they are."""
    kept = {name: part.detach().clone() for name, part in parts.items()}
    with torch.no_grad():
        try:
            for part in parts.values():
                part.zero_()
            return bool((module(inputs) == 0).all())
        finally:
            for name, part in parts.items():
                part.copy_(kept[name])


def _set_to_zero(layers: dict[str, Parts]) -> None:
    for layer, parts in layers.items():
        # A bias that is not trained only moves the scores; of another part that is 0 and stays so nothing is left.
        if any(bool(part.any()) and not part.requires_grad for name, part in parts.items() if name != "bias"):
            what = f"the last layer {layer!r} is" if layer else "its one layer is"
            raise ModelError(
                f"start: got zero-last-layer, and {what} not trained (requires_grad=False), so that the scores would "
                "stay 0; take start='subtracted', which subtracts the initial function"
            )
    with torch.no_grad():
        for part in _joined(layers).values():
            part.zero_()
