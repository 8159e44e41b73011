"""What is asked: which certificates the records are about."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.record_reader.subjects import anchor_at, subject_at
from symcheck.entry import Entry
from symcheck.errors import SymcheckError
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.language.scope import Classes
from tests.records.said import Said, said

BUDGET = 120.0
"""Seconds, so many that no answer depends on how busy a machine is."""

ALL = ""
"""All numbers of classes for which the formulas exist."""

NARROWED = {"C = 2": Classes(2, 2), "C = 3": Classes(3, 3), "C >= 3": Classes(3)}
"""The numbers of classes that entries are asked about besides."""

ALONE = "no penalty"
"""What stands in the place of the regularizer of a loss alone."""


class Question(ABC):
    """Something that a certificate answers."""

    @abstractmethod
    def __str__(self) -> str:
        """What it is about, the same in every process."""

    @abstractmethod
    def certificate(self) -> Certificate:
        """The answer."""

    @property
    def is_full(self) -> bool:
        """Whether the full report is asked for."""
        return True

    @property
    def is_checked(self) -> bool:
        """Whether the proofs are asked for, and what the small checker makes of them."""
        return True

    def answer(self) -> Said:
        """What the certificate says, or the kind of error where there is none."""
        try:
            return said(self.certificate(), full=self.is_full, checked=self.is_checked)
        except SymcheckError as error:
            return {"error": type(error).__name__}


@dataclass(frozen=True)
class OfEntries(Question):
    """A ``loss`` of the catalogue with a ``regularizer``, for some ``classes``; ``given`` are entries of its array."""

    loss: str
    regularizer: str
    classes: str = ALL
    given: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (f"{self.loss} + {self.regularizer}", self.given, self.classes) if part)

    @property
    def kind(self) -> str:
        if self.given or self.classes:
            return "given" if self.given else "narrowed"
        return "alone" if self.regularizer == ALONE else "pairs"

    @property
    def is_full(self) -> bool:
        return self.classes == ALL

    @property
    def is_checked(self) -> bool:
        # Proofs are about l and about g: of each once is enough.
        return self.regularizer in (ALONE, "l2") or self.loss == "cross_entropy"

    def certificate(self) -> Certificate:
        loss = self._with_entries(loss_named(self.loss))
        classes = NARROWED.get(self.classes)
        if self.regularizer == ALONE:
            return sc.certify(loss, classes=classes, budget=BUDGET)
        regularizer = self._with_entries(regularizer_named(self.regularizer))
        return sc.certify(loss, regularizer, classes=classes, budget=BUDGET)

    def _with_entries(self, entry: Entry) -> Entry:
        name, _, text = self.given.partition(" = ")
        if name not in entry.arrays:
            return entry
        rows = [row.split() for row in text.split("; ")]
        return entry.at(**{name: rows if len(rows) > 1 else rows[0]})


GIVEN: Mapping[str, tuple[str, ...]] = {
    "alpha": ("1 2", "2 2 2", "1/2 1/4 1/4"),
    "w": ("1 1", "1 2", "3 3 3", "1 10 1", "1/2 1 1 2"),
    "t": ("1 0", "1/3 1/3 1/3", "1/2 1/4 1/4"),
    "T": (
        "9/10 1/10; 1/10 9/10", "4/5 1/5; 2/5 3/5", "4/5 1/10 1/10; 1/10 4/5 1/10; 1/10 1/10 4/5",
        "3/4 1/4 0; 0 3/4 1/4; 1/4 0 3/4", "3/4 1/4 0; 1/8 3/4 1/8; 1/4 1/4 1/2",
    ),
    "m": ("0 0", "1 2", "1 1 1", "1/2 1 0"),
    "pi": ("1/2 1/2", "1/3 2/3", "1/3 1/3 1/3", "1/2 1/4 1/4"),
    "Q": ("1 0; 0 1", "2 1; 1 2", "2 0 0; 0 2 0; 0 0 2", "2 1 0; 1 3 0; 0 0 5"),
}  # fmt: skip
"""Entries that are given to the arrays of the catalogue, by their names: equal ones and different ones."""


def of_entries() -> Iterator[OfEntries]:
    """Every pair of the catalogue and every loss alone; narrower; with entries given."""
    losses, regularizers = names("loss"), names("regularizer")
    for loss in losses:
        yield from (OfEntries(loss, g) for g in (*regularizers, ALONE))
    for classes in NARROWED:
        yield from (OfEntries(loss, g, classes) for loss in losses for g in ("l2", "entropy", ALONE))
        yield from (OfEntries("cross_entropy", g, classes) for g in regularizers if g not in ("l2", "entropy"))
    for loss in losses:
        for array in loss_named(loss).arrays:
            yield from (
                OfEntries(loss, g, given=f"{array} = {x}") for g in ("l2", "entropy", ALONE) for x in GIVEN[array]
            )
    for g in regularizers:
        for array in regularizer_named(g).arrays:
            yield from (
                OfEntries(loss, g, given=f"{array} = {x}")
                for loss in ("cross_entropy", "mae", "forward")
                for x in GIVEN[array]
            )


@dataclass(frozen=True)
class Made(Question):
    """The generated pair with this ``number`` of a ``kind``.

    ``loss``, ``regularizer`` and ``anchor`` are as certificates write them, None if there is none; ``classes``: the
    least and the greatest C.
    """

    number: int
    kind: str
    loss: Mapping[str, Any] = field(hash=False)
    regularizer: Mapping[str, Any] | None = field(hash=False)
    classes: tuple[int, int | None]
    anchor: Mapping[str, Any] | None = field(default=None, hash=False)

    def __str__(self) -> str:
        texts = [f"l = {self.loss['formula']}"]
        texts += [] if self.regularizer is None else [f"g = {self.regularizer['formula']}"]
        texts += [] if self.anchor is None else [f"anchor {self.anchor['formula']}"]
        return f"generated {self.number}, {self.kind}: {', '.join(texts)}, {Classes(*self.classes)}"

    def certificate(self) -> Certificate:
        loss = subject_at({**self.loss}, "loss", "loss")
        g = None if self.regularizer is None else subject_at({**self.regularizer}, "regularizer", "regularizer")
        anchor = None if self.anchor is None else anchor_at({**self.anchor}, "anchor")
        return sc.certify(loss, g, anchor=anchor, classes=Classes(*self.classes), budget=BUDGET)
