"""Nodes: the operators of a formula, each at its place on the tape."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from symcheck.language.array import Array
from symcheck.language.interval import Interval


class Symbol(NamedTuple):
    """What makes two parameters the same one: the name and the interval."""

    name: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class Node:
    """One operator of a formula: its arguments are positions of earlier nodes on the tape.

    ``array`` is the class-vector of a ``class_parameter``, or the matrix that ``apply`` takes its argument to.
    """

    op: str
    args: tuple[int, ...] = ()
    number: Fraction | None = None
    parameter: str | None = None
    array: Array | None = None
