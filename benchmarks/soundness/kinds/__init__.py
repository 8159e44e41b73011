"""The kinds of input, one module each: what they are and how they are drawn."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from benchmarks.soundness.trial import Trial
from symcheck.one_file_each import OneFileEach

FILES = OneFileEach(__name__)

Kind = Callable[[random.Random, int], Trial]
"""The trial with this number, drawn from a generator of random numbers alone."""


def kinds() -> Mapping[str, Kind]:
    """Every kind by the name of its module, in the order of names."""
    return {name: FILES.module(name).trial for name in FILES.names}


def trial_of(name: str, seed: int, index: int) -> Trial:
    """The trial of the kind ``name`` with the number ``index`` in the campaign with this ``seed``."""
    return kinds()[name](random.Random(f"{seed} {name} {index}"), index)
