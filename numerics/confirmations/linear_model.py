"""Models that are linear in their weights: random features, frozen first layers, features that depend on the class.

Z = phi theta is what the exact solver takes, with the features phi that the trained weights read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import torch

from numerics.confirmations.experiment import Experiment
from numerics.data.samples import Samples
from numerics.errors import ModelError
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.models import model_of
from numerics.models.linear import Outputs
from numerics.models.start import Start
from numerics.networks.inputs import notes_of_inputs
from numerics.networks.linear_features import linear_features
from numerics.networks.linearity import is_linear_in_weights
from numerics.networks.train import AnyModel, stack_of

SEEN = 64
"""Samples on which it is looked whether scores are linear in the weights."""


def linear_experiment(
    claim: PredictedNumbers,
    model: AnyModel,
    dataset: Samples,
    rho: float | Fraction,
    device: torch.device,
    *,
    seed: int | None = None,
    seeds: Sequence[int] = (0,),
    start: Start = Start.ZERO_LAST_LAYER,
) -> Experiment | None:
    """The experiment on the features of ``model``; None if its scores are not known to be linear in its weights.

    Parameters: ``seed`` of labels that are drawn, None for exact noise; the first of ``seeds`` draws what is not
    trained; ``start`` is what a network would begin with, which zeroes a layer that has a part that is not trained.
    """
    # As it is first: where the scores are linear in the weights, where training begins makes no difference.
    for begin in dict.fromkeys((Start.AS_IS, start)):
        try:
            stack, inputs = stack_of(model, dataset, seeds[:1], begin, device, torch.float64)
        except ModelError:
            continue  # the network that cannot begin so says it itself
        if not is_linear_in_weights(stack, inputs[:SEEN]):
            continue
        features = linear_features(stack, inputs)
        if features is None or not bool(features.any()):
            continue
        kind = Outputs.CENTRED if claim.quotient else Outputs.FULL
        labels = torch.from_numpy(dataset.labels)
        made = Experiment.of(claim, dataset.name, features, labels, rho, kind, device, seed=seed)
        read = hashlib.sha256(features.cpu().numpy().tobytes() + dataset.labels.tobytes()).hexdigest()[:16]
        note = _note(model_of(model).name, features.shape, seeds[0], is_fixed=bool(stack.fixed))
        return replace(made, fingerprint=read, notes=(note, *notes_of_inputs(dataset, inputs)))
    return None


def _note(name: str, shape: Sequence[int], seed: int, *, is_fixed: bool) -> str:
    """That the exact solver took the model, and on what."""
    of = "" if len(shape) == 2 else " of each class"
    drawn = f"; what is not trained is as seed {seed} draws it" if is_fixed else ""
    return (
        f"{name} is linear in its weights, so it is solved exactly, as the linear model is, on the {shape[-1]} features"
        f"{of} that these multiply{drawn}"
    )
