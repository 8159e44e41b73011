"""Kinds of differences between code and a formula."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """What is different; the value says it in words."""

    SCALE = "another factor"
    CONSTANT = "an added constant"
    DETACHED = "a part without gradient, or with one where the formula has none"
    CLAMP = "a clamp, or an epsilon that is added"
    NORMALISER = "another normaliser, or sum over the classes"
    PRECEDENCE = "other brackets"
    IGNORED_ARGUMENT = "an argument that is not looked at, or has another value"
    REDUCTION = "another reduction of a batch"
    WRONG_BACKWARD = "a gradient that is not the derivative"
    OTHER = "another difference"

    def __str__(self) -> str:
        return self.name
