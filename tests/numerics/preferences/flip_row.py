"""A row on one loss: what is left of a ranking when pairs are flipped, exactly and in draws, at a few weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from numerics.confirmations.preferences.claim import PreferenceClaim
from numerics.confirmations.preferences.rewards import FlippedPairs, Rewards
from numerics.preferences.pairs import Pairs
from numerics.preferences.rankings import kendall_tau, tau_against_known
from numerics.preferences.reward_problems import RewardProblems
from numerics.preferences.reward_training import trained_rewards


@dataclass(frozen=True, kw_only=True)
class FlipCell:
    """At one ``lambda_`` and one flip rate: Kendall's tau of the rankings by the rewards of clean and of flipped pairs.

    ``exact``: flips by their law; ``sampled``: the mean over draws; ``clean_known`` and ``sampled_known``: tau of each
    against what is known.  None where a training reached no minimum, nan where a reward
    is 0 and ranks nothing.
    """

    lambda_: float
    rate: float
    exact: float | None
    sampled: float | None
    clean_known: float | None
    sampled_known: float | None


def flip_row(
    claim: PreferenceClaim, pairs: Pairs, rates: Sequence[float], lambdas: Sequence[float], seeds: Sequence[int]
) -> tuple[FlipCell, ...]:
    """The cells of ``claim`` on ``pairs`` for each of ``lambdas`` and ``rates``, with a draw for each of ``seeds``."""
    data = FlippedPairs(pairs, 0.0)
    kinds = [(rate, seed) for rate in rates for seed in (None, *seeds)]
    laws = [data.clean, *(replace(data, rate=rate, seed=seed).noisy for rate, seed in kinds)]
    family = Rewards.of(claim, data).family
    weights = torch.tensor(lambdas, dtype=torch.float64).repeat_interleave(len(laws))
    problems = RewardProblems(family, claim.objective, torch.stack(laws * len(lambdas)), weights)
    reached = trained_rewards(problems, is_convex=claim.is_convex)
    raw, solved = problems.raw(reached.weights), reached.is_minimum.tolist()
    cells = []
    for k, weight in enumerate(lambdas):
        first = k * len(laws)
        clean = raw[first] if solved[first] else None
        for rate in rates:
            places = [first + 1 + j for j, (r, _) in enumerate(kinds) if r == rate]
            exact, *drawn = [raw[p] if solved[p] else None for p in places]
            cells.append(
                FlipCell(
                    lambda_=weight,
                    rate=rate,
                    exact=_mean([_tau(pairs, clean, exact)]),
                    sampled=_mean([_tau(pairs, clean, w) for w in drawn]),
                    clean_known=_mean([_known(pairs, clean)]),
                    sampled_known=_mean([_known(pairs, w) for w in drawn]),
                )
            )
    return tuple(cells)


def _tau(pairs: Pairs, first: torch.Tensor | None, second: torch.Tensor | None) -> float | None:
    return None if first is None or second is None else kendall_tau(pairs.items @ first, pairs.items @ second)


def _known(pairs: Pairs, weights: torch.Tensor | None) -> float | None:
    return None if weights is None else tau_against_known(weights, pairs.known)


def _mean(values: list[float | None]) -> float | None:
    """The mean, None if one of ``values`` is missing."""
    found = [v for v in values if v is not None]
    return sum(found) / len(found) if found and len(found) == len(values) else None
