"""Confirmation with a network: trained under clean and noisy labels until the claim can be judged.

A certificate speaks of minimisers, and nobody knows whether training a network ends in one.  But wherever it ends, the
weights are stationary, and what is claimed has to hold there: kappa, the noise factor a, the gradient of the claimed
limit problem, and that noise only shrinks the scores (``numerics.confirmations.networks.claim_rows``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import torch
from torch import Tensor

from numerics.confirmations.networks.alpha import ALPHA, check_alpha, smaller_alpha, told_of_alpha
from numerics.confirmations.networks.claim_rows import MOST, claim_rows
from numerics.confirmations.networks.default_training import default_training
from numerics.confirmations.networks.judged import Judged
from numerics.confirmations.networks.network_confirmation import NetworkConfirmation
from numerics.confirmations.networks.network_spec import NetworkSpec
from numerics.confirmations.networks.notes import notes_of
from numerics.confirmations.networks.seed_rows import seed_rows
from numerics.data.samples import AnyData, Samples
from numerics.errors import ConfirmationError
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.models import model_of
from numerics.models.start import Start
from numerics.networks.checkpoints import Checkpoint
from numerics.networks.comparison import compared
from numerics.networks.given_noise import Noise
from numerics.networks.problem import NetworkProblem
from numerics.networks.stationarity import ClaimedProblem, stationarity
from numerics.networks.train import AnyModel, Trained, trained
from numerics.networks.training import Training
from numerics.networks.until import LEFT, Until, rounding_of
from numerics.networks.without_penalty import beside_without_penalty
from numerics.noise.laws import checked_rate
from numerics.progress import Progress, silent
from numerics.runs.agreement import Agreement, Outcome

SEEDS = (0, 1, 2, 3, 4)
LOWERINGS = 2
"""How often alpha is lowered where none was given."""


def confirmed_network(
    claim: PredictedNumbers,
    model: AnyModel,
    dataset: Samples,
    rho: float | Fraction,
    *,
    alpha: float | None = None,
    seeds: Sequence[int] = SEEDS,
    start: str | Start = Start.ZERO_LAST_LAYER,
    training: Training | None = None,
    noise: Noise = "exact",
    test: float | AnyData | None = None,
    checkpoint: Checkpoint | None = None,
    device: str | torch.device = "cpu",
    dtype: torch.dtype = torch.float64,
    progress: Progress = silent,
) -> NetworkConfirmation:
    """Train ``model`` under clean and under noisy labels from each of ``seeds``, and hold ``claim`` against it.

    Parameters: ``rho`` in (0, (C-1)/C); ``alpha`` > 0, by default 2^-8 or what it takes; at least two ``seeds``;
    ``start``, ``training``, ``noise``, ``checkpoint``, ``device`` and ``dtype`` as ``numerics.trained`` takes them; by
    default training ends when the claim can be judged; with a ``test`` part the accuracy there is shown, beside that
    of the same networks without a penalty.  Raises ``ConfirmationError`` for fewer than two seeds, no noise,
    a kappa of 0, an alpha that is none, and labels that pull at no weight, and what ``numerics.trained`` raises.
    """
    rate = checked_rate(rho, claim.classes)
    if len(set(seeds)) < 2 and not model_of(model).has_one_start:
        raise ConfirmationError(f"seeds: got {list(seeds)}; two or more are needed, to see what depends on the seed")
    if not rate > 0:
        raise ConfirmationError("rho: got 0; without noise there is nothing to compare, take a rate above 0")
    if not (math.isfinite(claim.kappa) and claim.kappa):
        raise ConfirmationError(f"claim: got kappa = {claim.kappa}; accepted is a finite number other than 0")
    if alpha is not None:
        check_alpha(alpha, dtype)
    at, lowered, before = ALPHA if alpha is None else alpha, 0, math.inf
    while True:
        found = trained(
            claim, model, dataset, alphas=[at], rhos=[0.0, rate], seeds=list(seeds), noise=noise, start=start,
            training=training or default_training(), test=test, device=device, dtype=dtype,
            checkpoint=checkpoint.beside(f"alpha={at:g}") if checkpoint and lowered else checkpoint,
            until=lambda problem, labels: _asked(claim, problem, labels), progress=progress,
        )  # fmt: skip
        seeds = tuple(dict.fromkeys(case.seed for case in found.cases))
        judged = _judged(claim, found, at, rate, seeds, noise)
        leaves, rows = judged.alpha_leaves, claim_rows(judged)
        is_decided = leaves <= MOST - LEFT or any(row.outcome is Outcome.CONTRADICTS for row in rows)
        # where a smaller alpha leaves as much, at a kink say, a yet smaller one does so too
        if alpha is not None or is_decided or lowered == LOWERINGS or leaves > before / 2:
            break
        at, lowered, before = smaller_alpha(at, leaves, claim), lowered + 1, leaves
    told = told_of_alpha(judged, at, leaves, is_decided=is_decided, helped=leaves <= before / 2)
    title = f"{claim.name} on {dataset.name} with a network (C = {claim.classes}, rho = {rate:g})"
    agreement = Agreement(title, rows, notes_of(judged, rows, told), seed_rows(judged))
    beside = None if found.held_out is None else beside_without_penalty(found, at, progress)
    spec = NetworkSpec.of(found, model, dataset, at, rate, seeds, start)
    comparisons = compared(found, centred=claim.quotient)
    return NetworkConfirmation(claim, found, agreement, comparisons, judged, spec, beside)


def _asked(claim: PredictedNumbers, problem: NetworkProblem, labels: Tensor) -> Until:
    """What is asked of the networks of ``problem``; raises ``ConfirmationError`` if no label pulls at any weight."""
    every = torch.arange(len(problem.inputs), device=labels.device)
    seen = stationarity(ClaimedProblem(claim, problem, labels), problem.start, every, ("drawn", "uncancelled")).weights
    is_pulled = seen.drawn > rounding_of(problem.stack.start.dtype) * seen.uncancelled
    if not bool(is_pulled.all()):
        raise ConfirmationError(
            "data: at the start the labels pull at no weight, up to rounding: they say nothing of the features, or the "
            "noise leaves nothing of them; then all scores tend to 0, and there is no limit to look at: take data "
            "whose labels depend on the features, a smaller rho, or another start"
        )
    return Until.of(claim, problem, labels)


def _judged(
    claim: PredictedNumbers, found: Trained, alpha: float, rho: float, seeds: Sequence[int], noise: Noise
) -> Judged:
    clean, noisy = (tuple(found.index(alpha, rate, seed) for seed in seeds) for rate in (0.0, rho))
    layer = None if found.until is None else found.until.layer
    return Judged(claim, found, clean, noisy, rho if isinstance(noise, str) and noise == "exact" else None, layer)
