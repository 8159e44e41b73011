"""Noise of one's own: a function to a law, a matrix T, the law of each label, or noisy labels that were given.

A function gets the labels (n,), C, the rate and the seed of a network.  A matrix, laws and labels have a rate already:
the share of labels that they move, which is the one rate above 0 that goes with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from numerics.errors import NoiseError
from numerics.models.base import CANNOT, line_of
from numerics.noise.given_matrix import given_matrix
from numerics.noise.laws import checked_seed, clean_law

Law = Callable[[Tensor, int, float, int], object]
"""Labels (n,), C, rho and seed to the law of the noisy labels, (n, C)."""

Noise = str | Law | object
"""A kind of noise of its own name, a function, or a table: T (C, C), laws (n, C), labels (n,)."""

SLACK = {torch.float16: 1e-2, torch.bfloat16: 1e-1, torch.float32: 1e-5}
"""How far the rows of a law may be from summing to 1, where that is not 1e-9: they were rounded."""
NEAR = 5e-3
"""How far the rate that is named may be from that of a table."""
ACCEPTED = (
    "'exact', 'sampled', a function (labels, C, rho, seed) to a law (n, C), a matrix T (C, C), a law (n, C), or noisy "
    "labels (n,)"
)


@dataclass(frozen=True, eq=False)
class GivenNoise:
    """Noise that was handed over: ``law`` (n, C) of the labels, or a ``function`` to one; ``told`` says what it is."""

    told: str
    function: Law | None = None
    law: Tensor | None = None

    @classmethod
    def of(cls, given: object, labels: NDArray[np.int64], classes: int) -> GivenNoise | str:
        """``given`` for data with ``labels`` (n,) in 0..C-1; a text is that of a kind of noise.

        Raises ``NoiseError`` for another text, and for what is no law of these labels.
        """
        if isinstance(given, str):
            checked_seed(given, 0)
            return given
        if callable(given):
            name = getattr(given, "__name__", type(given).__name__)
            return cls(f"the function {name}", function=cast(Law, given))
        table = _table(given)
        clean = torch.from_numpy(labels)
        if table.shape == (classes, classes) and table.shape == (len(labels), classes):
            raise NoiseError(
                f"noise: got a table of shape {tuple(table.shape)}, and there are {classes} classes and as many "
                "samples, so that it may be a matrix or the law of each label; give a function (labels, C, rho, "
                "seed) to the law"
            )
        if table.shape == (classes, classes):
            rows = torch.tensor([[float(x) for x in row] for row in given_matrix(given).rows], dtype=torch.float64)
            return cls("a matrix T", law=rows[clean])
        if table.ndim == 2:
            return cls("a law of each label", law=checked_law(table, len(labels), classes, "noise"))
        return cls("given noisy labels", law=clean_law(_labels(table, len(labels), classes), classes))

    def part(self, rows: NDArray[np.bool_] | None) -> GivenNoise:
        """The noise of the samples where ``rows`` (n,) is true, of all of them if it is None."""
        return self if self.law is None or rows is None else replace(self, law=self.law[torch.from_numpy(rows)])

    def law_of(self, labels: Tensor, classes: int, rho: float, seed: int) -> Tensor:
        """The law (n, C) of ``labels`` under noise of rate ``rho`` for a network with ``seed``.

        Raises ``NoiseError`` for what is no law, and for a rate that is not the one of the noise.
        """
        if self.function is not None:
            return checked_law(self._drawn(labels, classes, rho, seed), len(labels), classes, "noise: the function")
        assert self.law is not None
        rate = moved(self.law, labels)
        if abs(rate - rho) > NEAR:
            raise NoiseError(
                f"noise: got {self.told}, by which a label is moved with probability {rate:.4g}, beside the rate "
                f"{rho:g}; give {rate:.4g} as the one rate above 0"
            )
        return self.law

    def _drawn(self, labels: Tensor, classes: int, rho: float, seed: int) -> Tensor:
        assert self.function is not None
        try:
            found = self.function(labels, classes, rho, seed)
        except CANNOT as error:
            raise NoiseError(
                f"noise: {self.told} raised {type(error).__name__} when it was called with (labels, C, rho, seed): "
                f"{line_of(error)}; mend it"
            ) from error
        return _table(found, "noise: the function returned")


def moved(law: Tensor, labels: Tensor) -> float:
    """The mean probability that a label is another one under ``law`` (n, C)."""
    return float(1 - law.gather(1, labels[:, None].to(law.device)).mean())


def checked_law(law: Tensor, samples: int, classes: int, what: str) -> Tensor:
    """``law`` in float64 with rows that sum to 1; raises ``NoiseError`` unless it is one of ``samples`` labels."""
    says = "returned" if what != "noise" else "got"
    is_whole = law.shape == (samples, classes)
    wide = law.to(torch.float64) if not law.is_complex() else law.real
    total = wide.sum(1) if is_whole else wide
    slack = SLACK.get(law.dtype, 1e-9)
    if not is_whole or not bool((wide >= 0).all()) or not bool(((total - 1).abs() < slack).all()):
        raise NoiseError(
            f"{what}{':' if what == 'noise' else ''} {says} a tensor of shape {tuple(law.shape)} that is no law of the "
            f"labels; accepted is one of shape {(samples, classes)} with entries >= 0 and rows that sum to 1"
        )
    # rows that were rounded in float32 miss 1 by 1e-7
    return wide / total[:, None] if slack > 1e-9 else wide


def told_of_noise(noise: GivenNoise | str) -> str:
    """What the noise is, for a record."""
    return noise if isinstance(noise, str) else noise.told


def _table(given: object, says: str = "noise: got") -> Tensor:
    """``given``, of which an error ``says`` whence it came, as a tensor of numbers with one or two axes."""
    try:
        values = given.to_numpy() if hasattr(given, "to_numpy") else given
        found = values.detach().cpu() if isinstance(values, Tensor) else torch.from_numpy(np.array(values))
    except (TypeError, ValueError, RuntimeError):
        found = None
    if found is None or found.ndim not in (1, 2) or found.dtype == torch.bool:
        what = f"a {type(given).__name__}" + (f" of shape {tuple(found.shape)}" if found is not None else "")
        accepted = ACCEPTED if says == "noise: got" else "a law (n, C)"
        raise NoiseError(f"{says} {what}; accepted is {accepted}")
    return found


def _labels(table: Tensor, samples: int, classes: int) -> Tensor:
    whole = not table.is_floating_point() and not table.is_complex()
    if table.shape != (samples,) or not whole or not bool(((table >= 0) & (table < classes)).all()):
        raise NoiseError(
            f"noise: got labels of shape {tuple(table.shape)} of {table.dtype}; accepted are {samples} integers from 0 "
            f"to C-1 = {classes - 1}, a noisy label for each sample in the order of the data"
        )
    return table.long()
