"""Statements and proofs for the small checker, written by hand: hints go to all nodes with one operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symcheck.proof.check import Refused, Scope, Tape

Json = Any
MUH = "(mean(z) - z[y])"
"""Its gradient is 1/C - e_y, so kappa is 1: what stands before it is kappa (THEORY 1)."""

POSITIVE = ("0", None, True, True)
UNIT = ("0", "1", False, False)
FREE = (None, None, True, True)
QUOTIENT = "R^C/(1, ..., 1)"


def statement(
    formula: str,
    *,
    about: str = "loss",
    kappa: str | None = None,
    classes: tuple[int, int | None] = (2, None),
    space: str = "R^C",
    anchor: str | None = None,
    **parameters: Sequence[Any],
) -> Json:
    """A statement of ``formula``; parameters are given as (low, high, low_open, high_open)."""
    ends = ("low", "high", "low_open", "high_open")
    listed = [{"name": n, "interval": dict(zip(ends, x, strict=True))} for n, x in parameters.items()]
    scope = {"classes": {"low": classes[0], "high": classes[1]}, "parameters": listed, "space": space}
    return {"about": about, "formula": formula, "kappa": kappa, "anchor": anchor, "scope": scope}


def hints(said: Json, text: str, by_operator: Mapping[str, Any]) -> dict[str, Any]:
    """The hint of its operator for each node of the tape of ``text``; a tuple gives the nodes their own, in order."""
    try:
        nodes = Tape(text, Scope(said["scope"]), "formula", anchor=said["anchor"]).nodes
    except (Refused, RecursionError):
        return {}  # there are no nodes to give hints to
    found: dict[str, Any] = {}
    for op, hint in by_operator.items():
        places = [n for n, node in enumerate(nodes) if node[0] == op]
        each = hint if isinstance(hint, tuple) else (hint,) * len(places)
        found |= {str(n): h for n, h in zip(places, each, strict=True)}
    return found


def loss(said: Json, kappa: str = "1", letters: Sequence[Sequence[str]] = (), **by_operator: Any) -> Json:
    """A proof of a statement about a loss, with the same hints for kappa; each ``inverse`` is that of C if not told."""
    by_operator = {"inverse": "C", **by_operator}
    proof = {"letters": [[*x] for x in letters], "hints": hints(said, said["formula"], by_operator), "kappa": kappa}
    if said["kappa"] is not None:
        of_kappa = {op: h for op, h in by_operator.items() if not isinstance(h, tuple)}
        proof["kappa_hints"] = hints({**said, "anchor": None}, said["kappa"], of_kappa)
    return proof


def regularizer(
    said: Json, across: str = "1", along: str | None = "1", letters: Sequence[Sequence[str]] = (), **by_operator: Any
) -> Json:
    """A proof of a statement about a regularizer: D - O is ``across``, D + (C - 1) O is ``along``."""
    proof = {"letters": [[*x] for x in letters], "hints": hints(said, said["formula"], {"inverse": "C", **by_operator})}
    return {**proof, "across": across} | ({} if along is None else {"along": along})
