"""Comparing networks: trained under noisy labels beside trained under clean ones, and both beside the limit problem.

What a certificate says of networks (Theorems 2 and 2'): clean and noisy scores tend to one direction as alpha -> 0,
that of the minimiser of l_lin + g_sq, and noise shortens them by a.  It speaks of minimisers; what training ends in may
be a local minimum, so that a distance which stays decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from numerics.distance import distance
from numerics.networks.train import Trained
from symcheck.render.block import Table


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Noisy beside clean at one ``alpha``, ``rho`` and ``seed``; pairs are (clean, noisy).

    ``agreement`` is the share of the samples with the same predicted class; ``distance`` is (3) between the scores;
    ``ratio`` is ||Z_noisy||/||Z_clean||; ``to_limit`` are the distances (3) to the scores trained at alpha = 0 on clean
    labels from the same seed, None if these were not trained; ``accuracy`` is over the clean labels.
    """

    alpha: float
    rho: float
    seed: int
    agreement: float
    distance: float
    ratio: float
    to_limit: tuple[float, float] | None
    accuracy: tuple[float, float]
    gradient_norms: tuple[float, float]


def compared(found: Trained, *, centred: bool = False) -> tuple[Comparison, ...]:
    """Each network that was trained under noise beside its clean one, if that was trained.

    Parameters: ``centred`` takes the mean score of a sample away first, for a pair that lives on R^C/(1, ..., 1).
    """
    scores = found.scores - found.scores.mean(-1, keepdim=True) if centred else found.scores
    predicted, places = found.predicted(), {case: k for k, case in enumerate(found.cases)}
    pairs = []
    for case, noisy in places.items():
        # From the same seed: two networks from two seeds may be in two local minima.
        clean = places.get(type(case)(case.alpha, 0.0, case.seed))
        if not case.rho or clean is None:
            continue
        limit = places.get(type(case)(0.0, 0.0, case.seed))
        to_limit = None
        if limit is not None:
            to_limit = distance(scores[clean], scores[limit]), distance(scores[noisy], scores[limit])
        pairs.append(
            Comparison(
                alpha=case.alpha,
                rho=case.rho,
                seed=case.seed,
                agreement=float((predicted[clean] == predicted[noisy]).double().mean()),
                distance=distance(scores[clean], scores[noisy]),
                ratio=float(scores[noisy].norm() / scores[clean].norm()),
                to_limit=to_limit,
                accuracy=(_accuracy(found, clean), _accuracy(found, noisy)),
                gradient_norms=(float(found.gradient_norms[clean]), float(found.gradient_norms[noisy])),
            )
        )
    return tuple(pairs)


def comparison_block(pairs: Sequence[Comparison]) -> Table:
    """The comparisons as a table, a row for each."""
    head = ("alpha", "rho", "seed", "agree", "(3)", "ratio", "clean to limit", "noisy to limit", "accuracy")
    rows = [
        (
            f"{p.alpha:.3g}", f"{p.rho:.3g}", str(p.seed), f"{100 * p.agreement:.1f} %", f"{p.distance:.3g}",
            f"{p.ratio:.3g}", *(("-", "-") if p.to_limit is None else (f"{d:.3g}" for d in p.to_limit)),
            f"{100 * p.accuracy[0]:.1f} -> {100 * p.accuracy[1]:.1f} %",
        )
        for p in pairs
    ]  # fmt: skip
    return Table(head, tuple(tuple((cell,) for cell in row) for row in rows), "r" * len(head))


def _accuracy(found: Trained, k: int) -> float:
    """The share of samples of which network ``k`` predicts the clean label."""
    return float((found.scores[k].argmax(-1) == found.labels).to(torch.float64).mean())
