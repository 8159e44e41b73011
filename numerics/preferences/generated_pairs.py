"""Generated pairs: answers with normal features, a linear true reward, and who is preferred by it.

Source: Bradley, Terry 1952, for the law of a preference: P(i before j) = sigmoid(r_i - r_j).
"""

from __future__ import annotations

import torch
from torch import Tensor

from numerics.errors import DataError
from numerics.preferences.pairs import Pairs
from symcheck.errors import shown

CHOICES = {
    "bradley_terry": "preferred with probability sigmoid(difference of the true rewards)",
    "truth": "the one with the larger true reward is preferred",
}
"""How the answer that is preferred comes about, before any pair is flipped."""
MOST_FEATURES = 50


def generated_pairs(
    pairs: int = 200, features: int = 5, items: int = 200, *, choice: str = "bradley_terry", seed: int = 0
) -> Pairs:
    """``pairs`` pairs of fresh answers, and ``items`` more items that no pair has.

    Features and true reward w are standard normal numbers drawn with ``seed``; the true reward of an answer is
    w . phi.  Parameters: ``pairs`` and ``items`` >= 2; ``features`` in 1..50; ``choice`` "bradley_terry" or "truth",
    where a reward exists that orders every pair.  Equal seeds give equal pairs.  Raises ``DataError``.

    >>> made = generated_pairs(100, 3, items=20, seed=1)
    >>> tuple(made.chosen.shape), tuple(made.items.shape), tuple(made.known.shape)
    ((100, 3), (20, 3), (190, 3))
    """
    if choice not in CHOICES:
        raise DataError(f"choice: got {shown(choice, 80)}; accepted are {', '.join(map(repr, CHOICES))}")
    for what, count, most in (("pairs", pairs, None), ("items", items, None), ("features", features, MOST_FEATURES)):
        least = 1 if what == "features" else 2
        if isinstance(count, bool) or not isinstance(count, int) or count < least or (most and count > most):
            raise DataError(
                f"{what}: got {shown(count, 80)}; accepted is an integer from {least}"
                + (f" to {most}" if most else " on")
            )
    chance = torch.Generator().manual_seed(seed)
    first, second = (_normal((pairs, features), chance) for _ in range(2))
    weights, unseen = _normal((features,), chance), _normal((items, features), chance)
    margins = (first - second) @ weights
    drawn = torch.rand(pairs, generator=chance, dtype=torch.float64)
    is_first = margins > 0 if choice == "truth" else drawn < margins.sigmoid()
    return Pairs(
        name="generated pairs",
        chosen=torch.where(is_first[:, None], first, second),
        rejected=torch.where(is_first[:, None], second, first),
        items=unseen,
        known=_better_less_worse(unseen, weights),
        truth="the true reward",
        notes=(f"pairs generated with seed {seed}: {pairs} pairs, {features} features; {CHOICES[choice]}",),
    )


def _normal(shape: tuple[int, ...], chance: torch.Generator) -> Tensor:
    return torch.randn(shape, generator=chance, dtype=torch.float64)


def _better_less_worse(items: Tensor, weights: Tensor) -> Tensor:
    """phi(better) - phi(worse) for each two of ``items``."""
    first, second = torch.triu_indices(len(items), len(items), offset=1)
    apart = items[first] - items[second]
    return apart * (apart @ weights).sign()[:, None]
