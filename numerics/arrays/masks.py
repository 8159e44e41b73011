"""Masked arrays, whose masked entries are missing: read as plain arrays they would come back as if they were data."""

from __future__ import annotations

import numpy as np


def is_missing(value: object) -> bool:
    """Whether an entry is what NumPy, pandas and Python write for a missing one."""
    return value is None or str(value) in ("<NA>", "NaT", "nan") or isinstance(value, np.ma.core.MaskedConstant)


def refuse_mask(given: object, name: str, error: type[ValueError]) -> None:
    """Raises ``error`` if ``given`` is a masked array of NumPy or torch, or a list or tuple with one in it.

    Also where nothing is masked: what is computed from such an array may be masked.
    """
    parts = given if isinstance(given, list | tuple) else ()
    if any(isinstance(part, np.ma.MaskedArray) or type(part).__name__ == "MaskedTensor" for part in (given, *parts)):
        raise error(
            f"{name}: got a masked array, whose masked entries are missing; leave their rows out "
            "(X[~X.mask.any(axis=1)].data), or fill them in (X.filled(value))"
        )
