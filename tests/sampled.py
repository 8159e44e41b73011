"""Samples of which the fast tests try a few, and the slow tests all the others."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet


def one_in(step: int, samples: Sequence[Any], *, ids: Callable[[Any], str] | None = None) -> list[ParameterSet]:
    """The samples as parameters of a test, of which the fast tests try the first and every ``step``-th after it."""
    return [_parameter(s, slow=bool(k % step), ids=ids) for k, s in enumerate(samples)]


def one_of_each(samples: Sequence[Any], kind: Callable[[Any], Hashable]) -> list[ParameterSet]:
    """The samples as parameters of a test, of which the fast tests try the first of each ``kind``."""
    kinds = [kind(s) for s in samples]
    return [_parameter(s, slow=kinds.index(kinds[k]) < k) for k, s in enumerate(samples)]


def _parameter(sample: Any, *, slow: bool, ids: Callable[[Any], str] | None = None) -> ParameterSet:
    values = sample if isinstance(sample, tuple) else (sample,)
    return pytest.param(*values, id=ids and ids(sample), marks=[pytest.mark.slow] * slow)
