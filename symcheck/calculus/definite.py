"""Definiteness of the Hessian at 0 of a regularizer that treats all classes alike.

There D^2 g(0) = s I + t 11', with eigenvalue s on the complement of (1, ..., 1) and s + C t along it.
"""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.constants.field import Constant, Field
from symcheck.constants.sign import Sign
from symcheck.language.scope import Classes
from symcheck.readings.expansion import Expansion


@dataclass(frozen=True)
class Curvature:
    """``s`` (on the complement of (1, ..., 1)), ``t``, and the eigenvalue ``along`` (1, ..., 1) = s + C t."""

    s: Constant
    t: Constant
    along: Constant


def curvature_of(expansion: Expansion[Constant], field: Field) -> Curvature:
    """The s, t and s + C t of D^2 g(0) = s I + t 11'."""
    s, t = expansion.h_kk - expansion.h_yk, expansion.h_yk
    return Curvature(s, t, s + field.C * t)


@dataclass(frozen=True)
class CurvatureCase:
    """The signs of the two eigenvalues for the numbers of ``classes``."""

    classes: Classes
    across: Sign
    along: Sign
