"""A region: where a pair is proved, where it fails, and what is open, as a value and a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr

from symcheck.arguments.public import public
from symcheck.budget import Budget
from symcheck.design.regions.piece import Piece, end_text
from symcheck.design.regions.root import Root
from symcheck.field.ball import PRECISIONS, working
from symcheck.field.field import Field
from symcheck.language.scope import Classes, Scope
from symcheck.problem import OfProblem, Problem
from symcheck.reason import Reason, Undecided
from symcheck.render.block import Block, Code, Item, Items, Line, Paragraph, Strong, Title
from symcheck.render.by_cases import classes_text
from symcheck.render.page import Page
from symcheck.render.prose import line_of
from symcheck.render.text import text_line

DIGITS = 6
"""So many decimals are shown of an end that is irrational."""

MOST_TOLD = 4
"""The headline tells so many pieces; more are counted."""

LONGEST = 60
"""A repr tells the pieces in so many characters, or counts them."""


@public
@dataclass(frozen=True)
class Region(OfProblem, Page):
    """Where the pair of ``problem`` meets the conditions of Theorem 2 up to scale.

    ``proved``: the pieces of the scope at every point of which it does; ``refuted``: at no point of which it does;
    ``open``: where neither is known, with ``reason`` if that is why.  Together they are the whole scope.  All the
    points where the entries of class-vectors are equal, which ``proved`` may name, are left out of the others.

    >>> import symcheck as sc
    >>> found = sc.region("truncated_gce", "l2", classes=10)
    >>> found.is_exact, found.is_everywhere, found.is_proved_somewhere
    (True, False, True)
    >>> found
    <Region PROVED exactly where k < 1/10: truncated_gce + l2>

    Source: docs/theory.md, section 16.
    """

    problem: Problem
    proved: tuple[Piece, ...]
    refuted: tuple[Piece, ...]
    open: tuple[Piece, ...]
    reason: Reason | None = None

    @property
    def is_everywhere(self) -> bool:
        """Whether the pair is proved in the whole scope."""
        return not (self.refuted or self.open)

    @property
    def is_nowhere(self) -> bool:
        """Whether the pair fails in the whole scope."""
        return not (self.proved or self.open)

    @property
    def is_proved_somewhere(self) -> bool:
        """Whether the pair is proved for some numbers of classes or values of parameters."""
        return bool(self.proved)

    @property
    def is_exact(self) -> bool:
        """Whether nothing is open: it is proved in these pieces, and fails everywhere else."""
        return not self.open

    @property
    def headline(self) -> str:
        """Where it is proved, on one line."""
        return text_line(self._headline())

    def _headline(self) -> Line:
        pair: Line = (Code(self.loss.title), " + ", Code(self.regularizer.title))
        names = [p.name for p in self.scope.parameters]
        asked = ", " if self.is_everywhere else ", asked for "
        return (*self._known, ": ", *pair, asked, *line_of(str(self.scope), names))

    @property
    def _known(self) -> Line:
        """Where it is proved, without the pair."""
        if self.is_everywhere:
            return (Strong("PROVED"), " everywhere")
        if not self.is_proved_somewhere:
            return (Strong("PROVED nowhere" if self.is_nowhere else "UNDECIDED"),)
        exactly = " exactly " if self.is_exact else " "
        names = [p.name for p in self.scope.parameters]
        count = len(self.proved)
        told = " or ".join(map(self._sentence, self.proved)) if count <= MOST_TOLD else _counted(count) + ", below"
        return (Strong("PROVED"), exactly, *line_of(told, names))

    def _sentence(self, piece: Piece) -> str:
        where = f"where {piece.where}" if piece.where else ""
        if piece.classes == self.scope.classes:
            return where or "everywhere"
        return f"for {classes_text(piece.classes)} {where}".rstrip()

    def blocks(self) -> Iterator[Block]:
        """The pieces, each with the exact ends of its ranges and their decimals."""
        yield Title(self._headline())
        groups = (("PROVED", self.proved), ("REFUTED", self.refuted), ("open", self.open))
        yield Items(tuple(self._item(label, piece) for label, pieces in groups for piece in pieces))
        if self.reason is not None:
            yield Paragraph(line_of(f"What is open: {self.reason}"))

    def _item(self, label: str, piece: Piece) -> Item:
        names = [p.name for p in self.scope.parameters]
        conditions = [*(r.text for r in piece.ranges), *(b.where for b in piece.besides)]
        told = ", ".join([classes_text(piece.classes), *conditions])
        note = f" ({piece.note})" if piece.note else ""
        decimals = ((end, decimal_of(end, piece.classes)) for end in piece.ends if not isinstance(end, Root))
        below = tuple(line_of(f"{end_text(end)} = {d}", names) for end, d in decimals if d)
        return Item(label, line_of(f"{told}{note}", names), below)

    def __repr__(self) -> str:
        # Without the scope, which is what makes it long; roots and many pieces do not fit on a line either.
        known = text_line(self._known)
        if len(known) > LONGEST:
            known = f"PROVED {_counted(len(self.proved))}"
        return f"<Region {known}: {self.problem.title}>"


def _counted(count: int) -> str:
    return f"in {count} piece{'s' if count > 1 else ''} of the scope"


def decimal_of(end: Expr, classes: Classes) -> str:
    """The first decimals of an irrational ``end`` with three dots, "" where it is rational or no one number.

    >>> from sympy import log
    >>> decimal_of((1 - log(2)) / 3, Classes(2, 2))
    '0.102284...'
    """
    if end.is_Rational or (end.free_symbols and classes.fixed is None):
        return ""
    try:
        value = Field(Scope(classes), Budget()).from_sympy(end)
    except Undecided:  # another parameter is in it
        return ""
    if value.rational is not None:
        return ""
    with working(PRECISIONS[1]):
        size = value.ball({"C": classes.low}, PRECISIONS[1])
        digits = (abs(size) * 10**DIGITS).floor().unique_fmpz()
        if digits is None or size.contains(0):
            return ""
        whole, rest = divmod(int(digits), 10**DIGITS)
    return f"{'-' if size < 0 else ''}{whole}.{rest:0{DIGITS}d}..."
