"""Outcomes: what a certificate states of l and g at z = 0, and whether the small checker was convinced of it.

The checker is one file of plain Python that stands alone; here its lists get names and types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from symcheck.findings.condition import Condition
from symcheck.proof import check

Record = Mapping[str, Any]
"""A certificate's JSON, as plain values."""

Statement = dict[str, Any]
"""What the checker is asked: formula, scope and claim."""

Proof = dict[str, Any]
"""What convinces it: hints, of which nothing is believed."""

Said = tuple[str, tuple[str, ...], Statement]
"""The key of the proof, the names of the conditions that it settles, and the statement."""


class Outcome(NamedTuple):
    """The proof at ``key`` shows the ``statement``, which settles ``conditions``, unless there is a ``why`` not."""

    key: str
    conditions: tuple[str, ...]
    statement: Statement
    proof: Proof
    why: str


def said(record: Record) -> list[Said]:
    """The statements of a certificate; raises ``check.Refused`` for what is no record of one."""
    found: list[Said] = check.statements(record)
    return found


def outcomes(record: Record) -> tuple[Outcome, ...]:
    """Each statement of a certificate with what came of its proof; raises ``check.Refused`` as ``said`` does."""
    return tuple(Outcome(*found) for found in check.outcomes(record))


def settled(found: Iterable[Outcome]) -> frozenset[Condition]:
    """The conditions of which all statements are shown."""
    return frozenset(named(name) for name in check.settled(list(found)))


def named(name: str) -> Condition:
    """The condition that a certificate's JSON calls ``name``, as ``loss-gradient``."""
    return Condition[name.upper().replace("-", "_")]
