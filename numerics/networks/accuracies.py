"""Accuracy of trained networks over clean labels, on the samples that they were trained on and on those held out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import mean, stdev

from torch import Tensor

from numerics.networks.train import Trained


@dataclass(frozen=True)
class Accuracies:
    """The share of clean labels that each network predicts: ``training`` (K,), ``held_out`` (K,) if there is a part."""

    training: tuple[float, ...]
    held_out: tuple[float, ...] | None


def accuracies(found: Trained) -> Accuracies:
    """The accuracy of each network of ``found``; labels are the clean ones, whatever it was trained on."""
    training = _shares(found.predicted(), found.labels)
    if found.held_out is None:
        return Accuracies(training, None)
    scores = replace(found.problem, inputs=found.held_out.inputs).all_scores(found.weights)
    return Accuracies(training, _shares(scores.argmax(-1), found.held_out.labels))


def spread_text(shares: tuple[float, ...]) -> str:
    """Mean and standard deviation over networks, in per cent.

    >>> spread_text((0.9, 0.8)), spread_text((0.5,))
    ('85.0 +- 7.1', '50.0')
    """
    told = f"{100 * mean(shares):.1f}"
    return told if len(shares) < 2 else f"{told} +- {100 * stdev(shares):.1f}"


def _shares(predicted: Tensor, labels: Tensor) -> tuple[float, ...]:
    return tuple(float(share) for share in (predicted == labels).double().mean(-1))
