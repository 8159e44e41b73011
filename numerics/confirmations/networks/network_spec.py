"""Specifications of network confirmations: what was trained, on what, and how, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from numerics.data.samples import Samples
from numerics.models import model_of
from numerics.models.start import Start, checked_start
from numerics.networks.train import AnyModel, Trained


@dataclass(frozen=True, kw_only=True)
class NetworkSpec:
    """The ``model`` on ``data`` with ``samples`` samples, from each of ``seeds``, clean and with noise of rate ``rho``.

    ``noise`` names its law; ``held_out`` samples are tested on; ``weights`` are those of one network, ``training`` the
    settings in words.
    """

    model: str
    data: str
    fingerprint: str
    samples: int
    held_out: int
    classes: int
    alpha: float
    rho: float
    noise: str
    seeds: tuple[int, ...]
    start: str
    weights: int
    training: str
    dtype: str
    device: str

    @classmethod
    def of(
        cls, found: Trained, model: AnyModel, dataset: Samples, alpha: float, rho: float, seeds: Sequence[int],
        start: str | Start,
    ) -> NetworkSpec:  # fmt: skip
        """The specification of what was ``found``."""
        inputs = found.problem.inputs
        return cls(
            model=model_of(model).name,
            data=dataset.name,
            fingerprint=dataset.fingerprint,
            samples=len(inputs),
            held_out=0 if found.held_out is None else len(found.held_out.labels),
            classes=dataset.classes,
            alpha=alpha,
            rho=rho,
            noise=found.noise,
            seeds=tuple(seeds),
            start=str(checked_start(start)),
            weights=found.problem.stack.weights_each,
            training=repr(found.training),
            dtype=str(inputs.dtype).removeprefix("torch."),
            device=torch.device(inputs.device).type,
        )

    @property
    def noise_words(self) -> str:
        """The noise in words."""
        kind = {
            "exact": "the exact law of labels with uniform noise",
            "sampled": "labels drawn once, with each network's seed, from uniform noise",
        }.get(self.noise)
        # a function is asked for a rate, and may make of it what it likes
        return f"{kind} of rate {self.rho:g}" if kind else f"noise that was given, {self.noise}, rho = {self.rho:g}"
