"""What is known of two formulas that may be one: the answer of ``same``, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr

from symcheck.design.sameness.apart import Apart
from symcheck.design.sameness.relation import Relation
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.problem import Subject
from symcheck.reason import Reason
from symcheck.render.block import Block, Code, Function, Item, Items, Line, Paragraph, Section, Strong, Title
from symcheck.render.page import Page
from symcheck.render.prose import line_of

EVERYWHERE = "every z"
"""Where two formulas are one if no kink is in the way."""


@dataclass(frozen=True)
class Tie:
    """a = ``factor`` b + h: how two formulas are one, h as text, and as the formula ``label_free`` if it has one.

    ``sign`` of the factor: "> 0", "< 0", or "" where it is not the same everywhere or not known.
    """

    relation: Relation
    factor: Expr
    sign: str
    text: str
    label_free: Formula | None = None

    @property
    def equation(self) -> str:
        """The equation in the formula grammar: ``a = (1 - r)*b + h``."""
        return f"a = {self.text}"


@dataclass(frozen=True)
class Agreement:
    """Values of parameters at which two formulas are one, or closer than elsewhere: where ``condition`` holds."""

    condition: str
    tie: Tie

    def __str__(self) -> str:
        return f"where {self.condition}: {self.tie.equation}, {self.tie.relation.in_words}"


@dataclass(frozen=True)
class Sameness(Page):
    """Whether the formulas ``a`` and ``b`` are one for every C and parameter value of ``scope``.

    PROVED: they are, as ``tie`` says, on ``where``; REFUTED: at the ``witness`` no factor and no part without the
    label takes b to a; UNDECIDED for a ``reason``.  ``agreements`` are values of parameters at which they are one, or
    closer than elsewhere.  PROVED on a part of the z alone may have a ``witness`` too: it lies outside that part.
    ``is_near_zero``: that part is a neighbourhood of z = 0.

    >>> from symcheck.design.same import same
    >>> found = same("mae", "reverse_cross_entropy")
    >>> found.verdict.name, found.relation.name, found.factor
    ('PROVED', 'FACTOR', -2/A)
    """

    a: Subject
    b: Subject
    scope: Scope
    verdict: Verdict
    tie: Tie | None = None
    where: str = EVERYWHERE
    is_near_zero: bool = True
    agreements: tuple[Agreement, ...] = ()
    witness: Apart | None = None
    reason: Reason | None = None

    @property
    def relation(self) -> Relation | None:
        """In which way they are one, None if they are not shown to be."""
        return None if self.tie is None else self.tie.relation

    @property
    def factor(self) -> Expr | None:
        """The f of a = f b + h, None if they are not shown to be one."""
        return None if self.tie is None else self.tie.factor

    @property
    def label_free(self) -> Formula | None:
        """The h of a = f b + h as a formula, None if there is none, or the language cannot say it."""
        return None if self.tie is None else self.tie.label_free

    @property
    def is_loss(self) -> bool:
        """Whether the two are losses."""
        return self.a.formula.uses_label or self.b.formula.uses_label

    def __repr__(self) -> str:
        told = self.verdict.name if self.relation is None else f"{self.verdict.name} {self.relation.name}"
        return f"<Sameness {told}: {self.a.title} and {self.b.title}, {self.scope}>"

    def blocks(self) -> Iterator[Block]:
        """The answer, the two formulas, what follows under noise, and where they are one or not."""
        names = [p.name for p in self.scope.parameters]
        yield Title((Strong(self.verdict.name), " for ", *line_of(str(self.scope), names), ": ", *self._headline()))
        formulas = (("a", self.a), ("b", self.b))
        yield Items(tuple(Item(f"{n} =", (Code(s.title), ": ", Function(s.formula))) for n, s in formulas))
        if self.tie is not None:
            yield Paragraph(line_of(f"{self.tie.equation} at {self.where}.", names))
            yield Paragraph(line_of(self.meaning, names))
        if self.agreements:
            yield Section("For some values of the parameters")
            yield Items(tuple(Item("", line_of(str(a), names)) for a in self.agreements))
        if self.witness is not None:
            yield Paragraph(line_of(f"Not one {self._elsewhere}{self.witness}.", names))
        if self.reason is not None:
            yield Paragraph((f"Open: {self.reason}",))

    @property
    def _elsewhere(self) -> str:
        return "" if self.tie is None or self.where == EVERYWHERE else "at every z: "

    def _headline(self) -> Line:
        both: Line = (Code(self.a.title), " and ", Code(self.b.title))
        if self.tie is not None:
            on = "" if self.where == EVERYWHERE else f" at {self.where}"
            return (*both, f" are {self.tie.relation.in_words}", *line_of(on))
        if self.verdict is Verdict.REFUTED:
            somewhere = " at every point of this scope" if self.agreements else ""
            label = " and a part without the label" if self.is_loss else " and a constant"
            return (*both, f" are not one{somewhere}, even up to a factor{label}")
        return (*both, ": it is open whether they are one")

    @property
    def meaning(self) -> str:
        """What it means to train with one or with the other, with noise and without."""
        if self.tie is None:
            return ""
        if self.where != EVERYWHERE and not self.is_near_zero:
            return "Elsewhere they are other functions, so nothing follows for training."
        near = "" if self.where == EVERYWHERE else "As long as all outputs stay there: "
        return near + _meaning(self.tie, is_loss=self.is_loss)


def _meaning(tie: Tie, *, is_loss: bool) -> str:
    relation = tie.relation
    if relation is Relation.EQUAL:
        return "what is said of one holds for the other."
    if relation is Relation.CONSTANT:
        return "they have the same gradients, so training cannot tell them apart, with noise and without."
    if tie.sign != "> 0":
        turned = "the factor is negative: what minimises one maximises the other" * (tie.sign == "< 0")
        mixed = "the sign of the factor is not known: where it is negative, what minimises one maximises the other"
        label_free = ", up to h, which has no label in it" if relation is Relation.LABEL_FREE else ""
        return f"{turned or mixed}{label_free}{'; kappa_a = f kappa_b' if is_loss else ''}."
    if not is_loss:
        return "lambda a has the minimisers of lambda f b: one is the other at another weight lambda."
    if relation is Relation.LABEL_FREE:
        return (
            "the label enters both in one way, and noise moves nothing else: Lbar_a = f Lbar_b + E h at every rate, "
            "and kappa_a = f kappa_b. a + lambda g has the minimisers of b + (h + lambda g)/f, clean and noisy."
        )
    return (
        "a + lambda g has the minimisers of b + (lambda/f) g, with noise and without: one is the other at another "
        "weight lambda; kappa_a = f kappa_b."
    )
