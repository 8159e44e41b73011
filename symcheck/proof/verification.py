"""Verifications: what the small checker was convinced of by the proofs in a certificate's JSON, and of what not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symcheck.arguments.public import public
from symcheck.errors import shortened
from symcheck.findings.finding import Finding
from symcheck.findings.verdict import Verdict
from symcheck.render.block import Block, Code, Item, Items, Line, Paragraph, Section, Strong, Title
from symcheck.render.page import Page
from symcheck.render.prose import line_of

BEYOND = (
    "What the two are called, the theorems, the prediction and the steps that led here are no part of this; recheck "
    "derives all of it again."
)
"""What nobody should read into a verification."""

INSIDE = " of the two classes inside, at scores 0"
"""What the verdict is about in the certificate of a preference loss."""

OF_PREFERENCE = (
    "This is the certificate of a preference loss, of which it says {} under flips. That and its answers are not "
    "verified here, they are recheck's. What is verified is what it says of the loss of two classes inside, where both "
    "scores are 0, and that has a verdict of its own."
)
"""How the two verdicts in the certificate of a preference loss differ."""

LONGEST = 300
"""A text of a certificate is shown with so many characters."""


@public
@dataclass(frozen=True)
class Verification(Page):
    """What ``symcheck.verify`` found.

    ``verdict`` is what the certificate says of the pair, and ``verified`` whether its proofs show that as a whole:
    PROVED in the scope, or REFUTED somewhere in it.  ``findings`` are the conditions that were shown, with the trust
    ``checked``; ``left`` are the others of which the certificate says something, each with why it was not shown.
    ``cases``, where there are several, are those of the certificate, each with what of it was shown.  ``subjects`` are
    the formulas that all of it is about, and ``scope`` says for which C and parameters.  ``preference``: of the
    certificate of a preference loss, the verdict that it states under flips, which is not verified; all the rest is
    about its loss of two classes where both scores are 0.  None for a pair.

    >>> import symcheck as sc
    >>> found = sc.verify(sc.certify("mae", "l2").to_json())
    >>> found.verified, len(found.findings)
    (True, 5)
    >>> [name for name, why in found.left]
    ['minimisers-held']

    Source: docs/theory.md, section 18.
    """

    verdict: Verdict
    verified: bool
    scope: str
    subjects: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    left: tuple[tuple[str, str], ...]
    cases: tuple[tuple[str, str], ...] = ()
    preference: Verdict | None = None

    def __repr__(self) -> str:
        return f"<Verification {self._word}: {self.verdict.name}{self._inside}, {self.scope}>"

    @property
    def _word(self) -> str:
        return "verified" if self.verified else "not verified"

    @property
    def _inside(self) -> str:
        return "" if self.preference is None else INSIDE

    def blocks(self) -> Iterator[Block]:
        """Whether the verdict is verified, of which formulas, what was shown and what was not."""
        where: Line = (" for " if self.verdict is Verdict.PROVED else ", asked for ", *line_of(self.scope))
        yield Title((Strong(self._word.upper()), ": ", self.verdict.name, self._inside, *where))
        if self.preference is not None:
            yield Paragraph((OF_PREFERENCE.format(self.preference.name),))
        yield Items(tuple(Item(name, (Code(text),)) for name, text in self.subjects))
        if self.findings:
            yield Section("Shown by the proofs in the certificate")
            yield Items(tuple(Item(f.verdict.name, _finding_line(f)) for f in self.findings))
        if self.cases:
            yield Section("By cases")
            yield Items(tuple(Item(told, line_of(case)) for case, told in self.cases))
        if self.left:
            yield Section("Not shown")
            yield Items(tuple(Item(name, (why,)) for name, why in self.left))
        yield Paragraph((BEYOND,))


def _finding_line(f: Finding) -> Line:
    return (*line_of(f"{f.condition.value}: "), *line_of(f.detail), f" [{f.trust.value}]")


def plain(text: object) -> str:
    """A text of a certificate that nobody has checked, as a terminal can show it: printable, not too long."""
    return shortened("".join(c if " " <= c <= "~" else ascii(c)[1:-1] for c in str(text)[:10_000]), LONGEST)
