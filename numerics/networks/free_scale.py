"""The free output scale: weights of a network that multiply its scores, so that these form a cone (Theorem 2')."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf, isnan, log

import torch
from torch import Tensor

from numerics.networks.forms import Kind
from numerics.networks.single import single_outputs
from numerics.networks.stack import Stack
from numerics.networks.tracing import Trace, traced

SCALES = (1 / 3, 3.0, 30.0)
"""Values of t; no powers of 2, whose products are never rounded."""
PLACES = 3
"""At how many random weights they are tried."""
ROUNDING = 1e-9
"""A relative error below this is rounding: that of sums of some thousand terms, with room."""
ALL = "all layers"


@dataclass(frozen=True)
class FreeScale:
    """``layer`` names weights that scale the scores at random weights, by an ``error`` that is rounding; or None.

    ``move`` says in words what is done to them for a factor t of the scores; ``is_proved``: each operation that they
    pass keeps the factor, at all weights; ``lost`` names the operations of which that is not known.
    """

    layer: str | None
    error: float
    move: str = ""
    is_proved: bool = False
    lost: tuple[str, ...] = ()


def free_scale(stack: Stack, inputs: Tensor) -> FreeScale:
    """Weights that multiply the scores by t > 0: those of one layer or several, the last first, or a logarithm of t.

    Followed through the operations of the first network, and tried at random weights about its own, on ``inputs``
    (n, ...).  What only the trials show is kept for last.
    """
    traces: dict[str, Trace] = {}
    for group, names in _groups(stack).items():
        traces[group] = traced(stack, inputs, names)
        if (found := _proved(stack, inputs, group, names, traces[group])) is not None:
            return found
    for group, names in _last_resorts(stack, traces):
        if (found := _proved(stack, inputs, group, names, traced(stack, inputs, names))) is not None:
            return found
    for name in _numbers(stack):
        if (found := _shifted(stack, inputs, name)) is not None:
            return found
    return _tried(stack, inputs, traces)


def _groups(stack: Stack) -> dict[str, list[str]]:
    """Names of weights that may be a scale: those of each layer together, the last first; then each one alone."""
    names = list(reversed(stack.names))
    found: dict[str, list[str]] = {}
    for name in names:
        prefix = name.rpartition(".")[0]
        found.setdefault(f"layer {prefix}" if prefix else "the module itself", []).append(name)
    return found | {name: [name] for name in names}


def _last_resorts(stack: Stack, traces: dict[str, Trace]) -> Iterator[tuple[str, list[str]]]:
    """The weights that each add to the scores, together: two heads, say; and all weights."""
    added = [name for name in stack.names if traces[name].form.kind in (Kind.LINEAR, Kind.AFFINE)]
    if len(added) > 1:
        yield f"{', '.join(added)} together", added
    yield ALL, list(stack.names)


def _numbers(stack: Stack) -> Iterator[str]:
    """Weights of one entry, which may be the logarithm of a scale."""
    return (name for name, shape in zip(stack.names, stack.shapes, strict=True) if shape.numel() == 1)


def _proved(stack: Stack, inputs: Tensor, group: str, names: list[str], trace: Trace) -> FreeScale | None:
    degree = trace.form.degree
    if not trace.is_proved or not trace.form.is_homogeneous or degree <= 0:
        return None
    error = _worst(stack, inputs, names, lambda part, t: part * t ** (1 / float(degree)))
    exponent = 1 / degree
    root = "t" if degree == 1 else f"t^{exponent}" if exponent.denominator == 1 else f"t^({exponent})"
    # What values do is looked at as well: not everything that a program does can be followed.
    if error > _rounding(stack):
        return None
    return FreeScale(group, error, f"multiplying the weights of {group} by {root}", is_proved=True)


def _shifted(stack: Stack, inputs: Tensor, name: str) -> FreeScale | None:
    trace = traced(stack, inputs, [name], shift=True)
    degree = trace.form.degree
    if not trace.is_proved or trace.form.kind is not Kind.HOMOGENEOUS or not degree:
        return None
    error = _worst(stack, inputs, [name], lambda part, t: part + log(t) / float(degree))
    if error > _rounding(stack):
        return None
    share = "log t" if degree == 1 else f"{1 / degree} log t"
    return FreeScale(name, error, f"adding {share} to {name}", is_proved=True)


def _tried(stack: Stack, inputs: Tensor, traces: dict[str, Trace]) -> FreeScale:
    """What scales the scores at the random weights, though it is not known that it does at all."""
    least = inf
    for group, names in _groups(stack).items():
        error = _worst(stack, inputs, names, lambda part, t: t * part)
        if error <= _rounding(stack):
            return FreeScale(group, error, f"multiplying the weights of {group} by t", lost=traces[group].open)
        least = min(least, error)
    return FreeScale(None, least)


def _rounding(stack: Stack) -> float:
    # in float32 sums are rounded to 1e-7
    return max(ROUNDING, 1e3 * torch.finfo(stack.start.dtype).eps)


def _worst(stack: Stack, inputs: Tensor, names: list[str], moved: Callable[[Tensor, float], Tensor]) -> float:
    """How far Z is from t Z where the weights called ``names`` are ``moved`` by t, relatively.

    The worst t and place, or the first at which it is more than rounding.
    """
    theta = stack.start[0]
    chance = torch.Generator().manual_seed(0)
    noise = torch.randn(PLACES, len(theta), generator=chance, dtype=torch.float64).to(theta)
    places = stack.named(torch.arange(len(theta), device=theta.device))
    inside = torch.cat([places[name].flatten() for name in names])
    worst = 0.0
    with torch.no_grad():
        # At the start the scores may all be 0, and 0 is t times 0.
        for place in theta + noise / 2:
            before = single_outputs(stack, place, inputs)
            for t in SCALES:
                there = place.clone()
                there[inside] = moved(place[inside], t)
                error = float((single_outputs(stack, there, inputs) - t * before).norm() / (t * before.norm()))
                # Scores that overflow are no t Z; max() would pass over a nan in silence.
                worst = max(worst, inf if isnan(error) else error)
                if worst > _rounding(stack):
                    return worst
    return worst
