"""Rows of a preference confirmation: each compares one answer of the certificate with what was trained.

Of a loss that is not convex each training has also started from what the claim makes of the other's minimum, so that
two that still differ contradict it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch

from numerics.confirmations.evidence import Evidence
from numerics.confirmations.judge import limit_rows as judged
from numerics.confirmations.preferences.claim import PreferenceClaim
from numerics.confirmations.preferences.rewards import RewardMeasurement, Rewards
from numerics.preferences.reward_training import SMALL
from numerics.runs.agreement import Row

ROUNDING = 1e-12
"""Relative rounding of a gradient at the reference, a mean over the pairs."""
FEWEST_RANKED = 20
"""Of fewer pairs of items one that ties would leave nothing of tau to contradict."""


def exact_rows(rewards: Rewards) -> Iterator[Row]:
    """An exact pair, and a symmetric loss alone: the two rewards are multiples of each other, at every setting."""
    claim = rewards.claim
    degree = claim.degree
    if rewards.data.seed is not None or (degree is None and not (claim.is_symmetric and claim.is_alone)):
        return
    reason = (
        f"the minimiser of flipped pairs is a multiple of the other: only the solver stands between their directions, "
        f"relative steps of {SMALL:.0e} left each, and the spread {rewards.spread:.2g} of the features"
    )
    where = "all flip rates" if claim.is_alone else "all lambda"
    yield Row(
        name=f"exact: 1 - cos of the rewards of clean and flipped pairs, largest over {where}",
        predicted=0.0,
        measured=_largest(rewards, lambda m: m.apart),
        tolerance=max(rewards.gap_tolerance, torch.finfo(torch.float64).eps ** 2),
        reason=reason,
    )
    if (count := math.comb(len(rewards.data.pairs.items), 2)) >= FEWEST_RANKED:
        yield Row(
            name=f"exact: Kendall tau of their rankings of the items, smallest over {where}",
            predicted=1.0,
            measured=_smallest(rewards, lambda m: m.tau),
            tolerance=2 / count,
            reason="equal rankings: one pair of items whose scores tie to rounding may be turned",
        )
    if degree is None:
        return
    reason = f"flips multiply the minimiser by (1 - 2 eps)^(1/(k-1)), k = {degree:g}: the solver's two errors"
    for rate in dict.fromkeys(m.rate for m in rewards.measurements):
        ratio = replace(rewards.data, rate=rate).a ** (1 / (degree - 1))
        found = [m.ratio for m in rewards.measurements if m.rate == rate and m.is_smooth and m.ratio is not None]
        at = f"flips of {rate:g}" if claim.is_alone else "the one furthest off over all lambda"
        yield Row(
            name=f"exact: norm of the flipped over the clean reward, {at}",
            predicted=ratio,
            measured=max(found, key=lambda x: abs(x - ratio)) if found else None,
            tolerance=rewards.tolerance,
            reason=reason,
        )


def symmetric_rows(rewards: Rewards) -> Iterator[Row]:
    """A symmetric loss with a penalty: flips do what a larger weight does."""
    claim = rewards.claim
    if not claim.is_symmetric or claim.is_alone or rewards.data.seed is not None:
        return
    yield Row(
        name="symmetric: reward of flipped pairs from that of clean ones at lambda/(1 - 2 eps), relative, largest",
        predicted=0.0,
        measured=_largest(rewards, lambda m: m.shifted),
        tolerance=rewards.tolerance,
        reason="flips multiply the risk by 1 - 2 eps, up to a constant, and leave the penalty: two solver errors",
    )


def limit_rows(evidence: Evidence) -> tuple[list[Row], list[str]]:
    """One limit direction as lambda grows: its direction and size, orders and constants, and the order of the pairs."""
    rows, notes = judged(evidence.expected, evidence.run, smoothing=False)
    of_pairs = [replace(row, name=_of_pairs(row.name), reason=_of_pairs(row.reason)) for row in rows]
    return of_pairs, list(map(_of_pairs, notes))


_OF_PAIRS = {
    "predicted classes that differ": "pairs whose preferred answers differ",
    "predicted classes that are not those of the limit": "pairs whose preferred answer is not that of the limit",
    "of their classes nothing is predicted": "which answer is preferred is not predicted",
    "samples": "pairs",
    "lead of the class": "lead of the answer",
    "lead of their class": "lead of their answer",
}


def _of_pairs(text: str) -> str:
    """What is said of predicted classes in the words of pairs: the class is the answer with the larger score."""
    for of_classes, of_pairs in _OF_PAIRS.items():
        text = text.replace(of_classes, of_pairs)
    return text


def first_step_rows(claim: PreferenceClaim, rewards: Rewards) -> Iterator[Row]:
    """The first plain gradient step at the reference, w = 0, beside DPO's: -(b/2) times the mean difference."""
    if not claim.has_first_step or claim.kappa is None:
        return
    data, strength = rewards.data, claim.strength
    steps = [-_gradient_at_reference(rewards, law) for law in (data.clean, data.noisy)]
    of_dpo = strength / 2 * data.pairs.differences.mean(0)
    share = float(steps[0] @ of_dpo / (of_dpo @ of_dpo))
    ratio = claim.kappa / strength
    reason = "derivatives of one formula at w = 0: rounding"
    yield Row(
        name=f"first step at the reference, over that of dpo(beta={strength:g})",
        predicted=ratio,
        measured=share,
        tolerance=ROUNDING * max(1.0, abs(ratio)),
        reason=reason,
    )
    if ratio:
        yield Row(
            name="first step: what of it does not lie along that of DPO, relative",
            predicted=0.0,
            measured=float((steps[0] - ratio * of_dpo).norm() / steps[0].norm()),
            tolerance=ROUNDING,
            reason=reason,
        )
        # The mean margin of the batch is w . mean(phi(chosen) - phi(rejected)).
        yield Row(
            name="first step: sign of what it does to the mean margin of the pairs",
            predicted=float(ratio > 0) - float(ratio < 0),
            measured=float((steps[0] @ of_dpo).sign()),
            tolerance=0.0,
            reason="the sign of kappa",
        )
    if data.seed is None and ratio:
        yield Row(
            name="first step: on flipped pairs over that on clean ones",
            predicted=data.a,
            measured=float(steps[1] @ steps[0] / (steps[0] @ steps[0])),
            tolerance=ROUNDING,
            reason="flips turn b into (1 - 2 eps) b at the reference: rounding",
        )


def _gradient_at_reference(rewards: Rewards, law: torch.Tensor) -> torch.Tensor:
    """The gradient of the loss in the weights of the given features at w = 0, shape (d,)."""
    answers = rewards.data.pairs.answers
    zero = torch.zeros(answers.shape[:2], dtype=answers.dtype)
    in_scores = rewards.claim.objective.loss_gradient(zero, law)
    return torch.einsum("nc,ncd->d", in_scores, answers) / len(answers)


def _largest(rewards: Rewards, value: Callable[[RewardMeasurement], float | None]) -> float | None:
    found = [x for m in rewards.measurements if m.is_smooth and (x := value(m)) is not None]
    return max(found) if found else None


def _smallest(rewards: Rewards, value: Callable[[RewardMeasurement], float | None]) -> float | None:
    found = [x for m in rewards.measurements if m.is_smooth and (x := value(m)) is not None]
    return min(found) if found else None
