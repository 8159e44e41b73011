"""Uniform label noise: its exact conditional law, labels drawn from it, and the factor a by which it shrinks them.

With *exact* noise every label is replaced by its law, and what is certified can be confirmed to rounding.  With
*sampled* noise it is replaced by one draw: then a holds in expectation only, and minimisers have a limit of their own.
"""

from __future__ import annotations

import math
from fractions import Fraction
from numbers import Rational

import torch
from torch import Tensor

from numerics.errors import NoiseError
from numerics.noise.shares import share_of
from symcheck.errors import shown

KINDS = ("exact", "sampled")
"""Kinds of noise."""
LARGEST_SEED = 2**63 - 1


def checked_seed(noise: str, seed: int) -> int | None:
    """The seed of labels to be drawn, or None for exact noise.

    Raises ``NoiseError`` for another kind of noise, a seed that is no integer in [0, 2^63), or one that would
    not be used.
    """
    if not isinstance(noise, str) or noise not in KINDS:
        raise NoiseError(
            f"noise: got {shown(noise, 80)}; accepted is 'exact' (each label is replaced by its law) or 'sampled' (by "
            "one draw from it)"
        )
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        raise NoiseError(f"seed: got {shown(seed, 80)}; accepted is an integer from 0 to 2^63 - 1")
    if noise == "exact" and seed:
        raise NoiseError(f"seed: got {seed}, and exact noise draws nothing; ask for noise='sampled', or leave it out")
    return seed if noise == "sampled" else None


def checked_rate(rho: float | Fraction | str, classes: int) -> float:
    """``rho`` as a float, if it is a rate of uniform noise on ``classes`` classes: 0 <= rho < (C-1)/C.

    Raises ``NoiseError`` otherwise: from (C-1)/C on a noisy label no longer favours the clean class.

    >>> checked_rate("1/4", 3)
    0.25
    """
    given = share_of(rho, "rho") if isinstance(rho, str) else rho
    try:
        rate = math.nan if isinstance(given, bool) else float(given)
    except (TypeError, ValueError, OverflowError):
        rate = math.nan
    # Compared as exact numbers: for most C the limit (C-1)/C is no float, and 2/3 rounds to one below 2/3.
    limit = Fraction(classes - 1, classes)
    is_above = isinstance(given, Rational) and given >= limit
    if is_above or not math.isfinite(rate) or not 0 <= Fraction(rate) < limit:
        raise NoiseError(
            f"rho: got {rho}; accepted is 0 <= rho < (C-1)/C = {Fraction(classes - 1, classes)} for C = {classes} "
            "classes, where the clean class is still the likeliest label; choose a smaller rate"
        )
    return rate


def noise_factor(rho: float, classes: int) -> float:
    """a = 1 - rho C/(C-1), in (0, 1]: what uniform noise leaves of the part of a loss that depends on the label.

    >>> noise_factor(0.5, 2 + 1)
    0.25
    """
    # exactly, and rounded once: near (C-1)/C the difference is small
    return float(1 - Fraction(checked_rate(rho, classes)) * Fraction(classes, classes - 1))


def clean_law(labels: Tensor, classes: int) -> Tensor:
    """The one-hot law of each label: shape (..., C), float64."""
    return torch.nn.functional.one_hot(labels, classes).to(torch.float64)


def labels_or_law(law: Tensor) -> Tensor:
    """The labels as integers (...) where each row of ``law`` (..., C) is that of one label, else the law itself."""
    is_label = ((law == 0) | (law == 1)).all() & (law.sum(-1) == 1).all()
    return law.argmax(-1) if bool(is_label) else law


def noisy_law(law: Tensor, rho: float) -> Tensor:
    """The exact law of the noisy label given the clean one: a law + rho/(C-1).

    Parameters: ``law`` of shape (..., C), rows summing to 1; ``rho`` in [0, (C-1)/C), the probability that
    the label is replaced by one of the other classes, each equally likely.  Nothing is sampled.
    """
    classes = law.shape[-1]
    return noise_factor(rho, classes) * law + rho / (classes - 1)


def sampled_labels(labels: Tensor, classes: int, rho: float, seed: int) -> Tensor:
    """The labels after noise: each is replaced, with probability ``rho``, by one of the others at random.

    Parameters: ``labels`` (n,), integers in 0..C-1.  Drawn on the CPU: equal seeds give equal labels on every device.
    """
    chance = torch.Generator().manual_seed(seed)
    is_hit = torch.rand(len(labels), generator=chance, dtype=torch.float64) < checked_rate(rho, classes)
    # Drawn for every label, hit or not: so a larger rate with the same seed moves the same labels the same way, and
    # more.
    shift = torch.randint(1, classes, (len(labels),), generator=chance)
    return (labels + torch.where(is_hit, shift, 0).to(labels)) % classes
