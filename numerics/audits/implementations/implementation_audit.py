"""The audit of an implementation: is this code that formula, and if not, what is different and where."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from numerics.audits.implementations.kind import Kind
from symcheck.arguments.public import public
from symcheck.findings.verdict import Verdict
from symcheck.render.block import Block, Item, Items, Paragraph, Strong, Title
from symcheck.render.page import Page

Row = tuple[float, ...]
"""The logits of one sample."""

_EXIT_CODES = {Verdict.PROVED: 0, Verdict.REFUTED: 1, Verdict.UNDECIDED: 2}


@dataclass(frozen=True, kw_only=True)
class Witness:
    """A point at which code and formula differ: ``quantity`` is ``code`` in the code and ``formula`` in the formula.

    ``z`` is one sample and ``y`` its label, counted from 0 as torch does; of a batch both have one entry a sample.
    """

    z: Row | tuple[Row, ...]
    y: int | tuple[int, ...]
    classes: int
    quantity: str
    code: float
    formula: float

    @property
    def logits(self) -> tuple[Row, ...]:
        """The logits as a batch (N, C)."""
        return tuple(row for row in self.z if isinstance(row, tuple)) or (self.z,)  # type: ignore[return-value]

    @property
    def labels(self) -> tuple[int, ...]:
        """The labels as a batch (N,)."""
        return (self.y,) if isinstance(self.y, int) else self.y

    def __str__(self) -> str:
        rows = list(map(row_text, self.logits))
        z = rows[0] if isinstance(self.y, int) else f"({', '.join(rows)})"
        # As many digits as tell the two apart.
        digits = 9 if f"{self.code:.9g}" != f"{self.formula:.9g}" else 17
        return (
            f"C = {self.classes}, y = {self.y}, z = {z}: {self.quantity} is {self.code:.{digits}g} in the code and "
            f"{self.formula:.{digits}g} in the formula"
        )

    def to_record(self) -> dict[str, object]:
        """The witness as plain values for JSON."""
        single = isinstance(self.y, int)
        return {
            "C": self.classes,
            "z": list(self.logits[0]) if single else [list(row) for row in self.logits],
            "y": self.y if isinstance(self.y, int) else list(self.y),
            "quantity": self.quantity,
            "code": _plain(self.code),
            "formula": _plain(self.formula),
        }


def row_text(row: Sequence[float]) -> str:
    """Numbers in brackets, of many the first six."""
    return f"({', '.join(f'{v:g}' for v in row[:6])}{', ...' if len(row) > 6 else ''})"


def _plain(value: float) -> float | str:
    """``value`` as JSON has it, which knows no nan and no inf."""
    return value if math.isfinite(value) else str(value)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What is different: its ``kind``, a ``sentence`` that says what was seen, and a ``witness``."""

    kind: Kind
    sentence: str
    witness: Witness


@public
@dataclass(frozen=True, kw_only=True)
class ImplementationAudit(Page):
    """Whether code is a formula, in ``scope``: ``verdict`` with ``reason``, the ``difference`` if it is not.

    PROVED: for every z, every label and every C of ``scope``, by canonical forms.  REFUTED: it is not, at a witness.
    UNDECIDED: it agrees wherever it was looked at, which is no proof, or nothing could be compared.  ``title`` names
    code and formula, and ``notes`` say what a reader has to know besides.

    >>> import torch
    >>> from numerics import audit_implementation
    >>> found = audit_implementation(lambda z, y: -torch.nn.functional.cross_entropy(z, y), "cross_entropy")
    >>> found.verdict.name, found.difference.kind.value
    ('REFUTED', 'another factor')
    """

    title: str
    verdict: Verdict
    reason: str
    scope: str
    difference: Difference | None = None
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 the code is the formula, 1 it is not, 2 undecided."""
        return _EXIT_CODES[self.verdict]

    def to_record(self) -> dict[str, object]:
        """The audit as plain values for JSON."""
        found = self.difference
        return {
            "title": self.title,
            "verdict": str(self.verdict),
            "reason": self.reason,
            "scope": self.scope,
            "difference": None if found is None else {
                "kind": str(found.kind), "sentence": found.sentence, "witness": found.witness.to_record(),
            },
            "notes": list(self.notes),
        }  # fmt: skip

    @property
    def headline(self) -> str:
        """Verdict and title, in one line."""
        return f"{self.verdict} for {self.scope}: {self.title}"

    def blocks(self) -> Iterator[Block]:
        """The verdict, what is different and where, or why it is the same, and notes."""
        yield Title((Strong(str(self.verdict)), f" for {self.scope}: {self.title}"))
        if self.difference is None:
            yield Paragraph((self.reason,))
        else:
            yield Paragraph((Strong(str(self.difference.kind)), f": {self.difference.sentence}"))
            yield Items((Item("at", (str(self.difference.witness),)),))
        if self.notes:
            yield Items(tuple(Item("note", (note,)) for note in self.notes))

    def __repr__(self) -> str:
        kind = "" if self.difference is None else f", {self.difference.kind}"
        return f"<ImplementationAudit: {self.verdict}{kind}>"
