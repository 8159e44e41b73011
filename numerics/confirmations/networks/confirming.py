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

from numerics.confirmations.networks.claim_rows import MOST, claim_rows
from numerics.confirmations.networks.judged import Judged
from numerics.confirmations.networks.network_confirmation import NetworkConfirmation
from numerics.confirmations.networks.network_spec import NetworkSpec
from numerics.confirmations.networks.seed_rows import seed_rows
from numerics.confirmations.networks.steps_to_go import steps_to_go
from numerics.data.samples import Samples
from numerics.errors import ConfirmationError
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.models.start import Start
from numerics.networks.checkpoints import Checkpoint
from numerics.networks.comparison import compared
from numerics.networks.given_noise import Noise
from numerics.networks.train import AnyModel, Trained, trained
from numerics.networks.training import Training
from numerics.networks.until import LEFT, Until
from numerics.noise.laws import checked_rate
from numerics.progress import Progress, silent
from numerics.runs.agreement import Agreement

ALPHA = 2.0**-8
"""alpha = 1/lambda at which networks are trained unless another is given; lowered where it leaves too much of a row."""
SEEDS = (0, 1, 2, 3, 4)
STEPS = 3000
"""At most so many steps of Adam on all samples are taken; networks stop when the rows are met, mostly after 100."""
LOWERINGS = 2


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
    checkpoint: Checkpoint | None = None,
    device: str | torch.device = "cpu",
    dtype: torch.dtype = torch.float64,
    progress: Progress = silent,
) -> NetworkConfirmation:
    """Train ``model`` under clean and under noisy labels from each of ``seeds``, and hold ``claim`` against it.

    Parameters: ``rho`` in (0, (C-1)/C); ``alpha`` > 0, by default 2^-8 or what it takes; at least two ``seeds``;
    ``start``, ``training``, ``noise``, ``checkpoint``, ``device`` and ``dtype`` as ``numerics.trained`` takes them; by
    default training ends when the claim can be judged.  Raises ``ConfirmationError`` for fewer than two seeds, or no
    noise, and what ``numerics.trained`` raises.
    """
    rate = checked_rate(rho, claim.classes)
    if len(set(seeds)) < 2:
        raise ConfirmationError(f"seeds: got {list(seeds)}; two or more are needed, to see what depends on the seed")
    if not rate > 0:
        raise ConfirmationError("rho: got 0; without noise there is nothing to compare, take a rate above 0")
    if alpha is not None and not 0 < alpha < float("inf"):
        raise ConfirmationError(f"alpha: got {alpha}; accepted is a number above 0, such as 2**-8")
    at, lowered = ALPHA if alpha is None else alpha, 0
    while True:
        found = trained(
            claim, model, dataset, alphas=[at], rhos=[0.0, rate], seeds=list(seeds), noise=noise, start=start,
            training=training or Training(steps=STEPS), device=device, dtype=dtype,
            checkpoint=checkpoint and checkpoint.numbered(lowered), until=lambda problem: Until.of(claim, problem),
            progress=progress,
        )  # fmt: skip
        judged = _judged(claim, found, at, rate, seeds, noise)
        leaves = judged.alpha_leaves
        if alpha is not None or leaves <= MOST - LEFT or lowered == LOWERINGS:
            break
        at, lowered = _smaller(at, leaves, claim), lowered + 1
    agreement = _agreement(judged, dataset, at, rate, leaves)
    spec = NetworkSpec.of(found, model, dataset, at, rate, noise, seeds, start)
    return NetworkConfirmation(claim, found, agreement, compared(found, centred=claim.quotient), judged, spec)


def _judged(
    claim: PredictedNumbers, found: Trained, alpha: float, rho: float, seeds: Sequence[int], noise: Noise
) -> Judged:
    clean, noisy = (tuple(found.index(alpha, rate, seed) for seed in seeds) for rate in (0.0, rho))
    layer = None if found.until is None else found.until.layer
    return Judged(claim, found, clean, noisy, rho if isinstance(noise, str) and noise == "exact" else None, layer)


def _smaller(alpha: float, leaves: float, claim: PredictedNumbers) -> float:
    """A power of 2 that leaves about half of what is allowed of a row, where ``alpha`` ``leaves`` too much."""
    # what is left is in proportion to the scale alpha^power of the scores
    return 2.0 ** math.floor(math.log2(alpha * ((MOST - LEFT) / 2 / leaves) ** (1 / claim.power)))


def _agreement(judged: Judged, dataset: Samples, alpha: float, rho: float, leaves: float) -> Agreement:
    """The rows, and what a reader has to know beside them."""
    claim, found = judged.claim, judged.found
    notes = [claim.planted] if claim.planted else []
    notes += [
        f"alpha = {alpha:.3g}, of which {100 * leaves:.2g} % is left in a row; steps taken: {_range(found.steps)}"
    ]
    if leaves > MOST - LEFT:
        notes.append(f"alpha is large: take alpha={_smaller(alpha, leaves, claim):.3g}")
    to_go = steps_to_go(found)
    if to_go is not None:
        notes.append(to_go.sentence)
    if judged.layer is None:
        notes.append(
            "no layer scales the scores, so that these are no cone: kappa, the noise factor and the common limit, "
            "which ask for one, are not looked at"
        )
    if claim.assumed:
        values = ", ".join(f"{name} = {value}" for name, value in sorted(claim.assumed.items()))
        notes.append(f"free parameters of the certificate are trained at their defaults: {values}")
    title = f"{claim.name} on {dataset.name} with a network (C = {claim.classes}, rho = {rho:g})"
    return Agreement(title, claim_rows(judged), tuple(notes), seed_rows(judged))


def _range(steps: Sequence[int]) -> str:
    return f"{min(steps)}" if min(steps) == max(steps) else f"{min(steps)} to {max(steps)}"
