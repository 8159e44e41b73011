"""The axes of a grid that are about noise: its kinds, seeds and rates, as they are given and as runs take them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import torch

from numerics.datasets.base import Dataset
from numerics.errors import NoiseError
from numerics.noise.class_conditional import ClassConditional
from numerics.noise.laws import checked_rate, checked_seed
from numerics.runs.spec import Matrix
from symcheck.errors import shown
from symcheck.language.exact import exact_text

MOST_SEEDS = 10**6
"""A sweep has at most so many seeds: each is a run for every other setting."""

RHO = 0.4
"""The noise rate unless one is given."""

Rate = float | Fraction | str


def listed(value: object) -> tuple[Any, ...]:
    """A single value, or those of a list or tuple."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def noise_axis(
    noise: str | None, seeds: int | Sequence[int] | None, rho: object, transition: object
) -> tuple[str, tuple[int | None, ...]]:
    """The kind of noise, and the seeds of the labels to draw: (None,) if none are drawn."""
    usual = "exact" if seeds is None else "sampled"
    kind = usual if noise is None or (isinstance(noise, str) and not noise) else noise
    if isinstance(kind, str) and kind == "given":
        for name, value in (("seeds", seeds), ("rho", rho), ("transition", transition)):
            if value is not None:
                raise NoiseError(
                    f"{name}: got {value}, and noise='given' takes the noisy labels of the data as they are"
                )
        return kind, (None,)
    if rho is not None and transition is not None:
        raise NoiseError("transition: got a matrix and rho as well; give one of the two")
    if kind != "sampled":
        checked_seed(kind, 0)
        if seeds is not None:
            raise NoiseError(
                f"seeds: got {seeds}, and exact noise draws nothing; ask for noise='sampled', or leave it out"
            )
        return kind, (None,)
    if isinstance(seeds, int) and not isinstance(seeds, bool):
        if not 1 <= seeds <= MOST_SEEDS:
            raise NoiseError(
                f"seeds: got {shown(seeds, 80)}; accepted is how many, from 1 on (at most {MOST_SEEDS}), or a list of "
                "seeds"
            )
        return kind, tuple(range(seeds))
    chosen = (0,) if seeds is None else tuple(seeds) if isinstance(seeds, list | tuple | range) else (seeds,)
    for seed in chosen:
        checked_seed(kind, seed)
    # A seed that is given twice is one run.
    return kind, tuple(dict.fromkeys(chosen))


def rate_axis(
    rho: Rate | Sequence[Rate] | None, kind: str, transition: object, dataset: Dataset
) -> list[tuple[float, Matrix | None]]:
    """The rates of noise, with the matrix where it is not uniform: then the rate is that expected on the data."""
    if kind == "given":
        if dataset.noisy is None:
            raise NoiseError(
                f"noise: {dataset.name} has no noisy labels beside the clean ones; give them with given_data(..., "
                "noisy=...) or given_frame(..., noisy=...)"
            )
        return [(float((dataset.noisy != dataset.labels).mean()), None)]
    if transition is not None:
        made = ClassConditional.of(transition)
        if made.classes != dataset.classes:
            raise NoiseError(
                f"T: got a matrix for {made.classes} classes; {dataset.name} has C = {dataset.classes}, so accepted is "
                f"({dataset.classes}, {dataset.classes})"
            )
        rows = tuple(tuple(row) for row in made.transition.tolist())
        return [(made.law(torch.from_numpy(dataset.labels)).expected_rate, rows)]
    rates = [exact_text(rate, "rho") if isinstance(rate, str) else rate for rate in listed(RHO if rho is None else rho)]
    return [(checked_rate(rate, dataset.classes), None) for rate in rates]
