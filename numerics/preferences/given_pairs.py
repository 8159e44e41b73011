"""Pairs that a user hands over: two arrays of features, checked, with every fifth pair set aside to be ranked."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import torch
from torch import Tensor

from numerics.arrays.elsewhere import computed, dense_of, is_sparse
from numerics.arrays.masks import refuse_mask
from numerics.errors import DataError
from numerics.preferences.generated_pairs import generated_pairs
from numerics.preferences.pairs import Pairs
from symcheck.errors import shown

NAME = "given pairs"
EVERY = 5
"""One pair of so many is set aside."""
ACCEPTED = "a pair (chosen, rejected) of arrays (n, d): the features of the answer that is preferred, and of the other"


def pairs_of(given: object = None, *, seed: int = 0) -> Pairs:
    """``given`` as pairs: None for ``generated_pairs(seed=seed)``, ``Pairs`` as they are, or (chosen, rejected).

    Of two arrays (n, d), n >= 3, every fifth pair (and at least one) is set aside: its answers are the items to be
    ranked, and it says which of its two is better.  Raises ``DataError``.

    >>> found = pairs_of(([[1.0, 0.0], [0.5, 1.0], [2.0, 0.3]], [[0.0, 0.0], [1.0, 1.0], [1.0, 1.0]]))
    >>> len(found), tuple(found.items.shape)
    (2, (2, 2))
    """
    if given is None:
        return generated_pairs(seed=seed)
    if isinstance(given, Pairs):
        return given
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise DataError(f"data: got {_described(given)}; accepted is {ACCEPTED}")
    chosen, rejected = (_real(part, what) for part, what in zip(given, ("chosen", "rejected"), strict=True))
    whole = Pairs(NAME, chosen, rejected, chosen, chosen, truth="")  # all that is wrong is told here
    if len(whole) < 3:
        raise DataError(
            f"{NAME}: got {len(whole)} pairs; one is set aside to be ranked and two are trained on, so three or more "
            "are needed; give more pairs"
        )
    aside = torch.zeros(len(whole), dtype=torch.bool)
    aside[EVERY - 1 :: EVERY] = True
    aside[-1] |= not bool(aside.any())
    items = torch.unique(torch.cat([chosen[aside], rejected[aside]]), dim=0)
    trained_on = {row.numpy().tobytes() for row in torch.cat([chosen[~aside], rejected[~aside]])}
    seen = sum(row.numpy().tobytes() in trained_on for row in items)
    count = int(aside.sum())
    which = f"{count} of {len(whole)} pairs, every fifth, were" if len(whole) >= EVERY else "the last pair was"
    notes = [f"{which} set aside; the answers there are what is ranked"]
    if seen:
        notes.append(f"{seen} of the {len(items)} items that are ranked are in a pair that was trained on as well")
    return Pairs(
        NAME,
        chosen[~aside],
        rejected[~aside],
        items,
        (chosen - rejected)[aside],
        truth="the pairs set aside",
        notes=tuple(notes),
    )


def _described(given: object) -> str:
    kind = type(given).__name__
    if isinstance(given, str):
        return f"the text {shown(given, 60)}"
    if isinstance(given, tuple | list):
        return f"a {kind} of length {len(given)}"
    shape = getattr(given, "shape", None)
    return f"one {kind}" + ("" if shape is None else f" of shape {tuple(shape)}")


def _real(part: object, what: str) -> Tensor:
    refuse_mask(part, f"data: {what}", DataError)
    part = computed(part, f"data: {what}", by_blocks=False)
    if is_sparse(part):
        part = dense_of(part, f"data: {what}", by_blocks=False)
    if isinstance(part, Tensor):
        part = part.detach().cpu().numpy()
    is_real = False
    with suppress(TypeError, ValueError):
        found = np.asarray(part)
        if found.dtype.kind in "biufO":
            real, is_real = np.array(found, dtype=np.float64), True
    if not is_real:
        raise DataError(f"data: {what}: got entries that are no real numbers; accepted is {ACCEPTED}")
    return torch.from_numpy(real)
