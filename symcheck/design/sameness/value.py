"""What is known of two formulas that may be one: the answer of ``same``, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr

from symcheck.arguments.public import public
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
    """a = ``factor`` b + h: how two formulas are one, in the formula grammar, and h as ``label_free`` if it has one.

    ``sign`` of the factor: "> 0", "< 0", or "" where it is not the same everywhere or not known.

    ``relation`` is the way in which they are one, and ``equation`` says it in a line.
    """

    relation: Relation
    factor: Expr
    sign: str
    equation: str
    label_free: Formula | None = None


@dataclass(frozen=True)
class Agreement:
    """Where ``condition`` holds for parameters, two formulas are one, or closer than elsewhere, as ``tie`` says."""

    condition: str
    tie: Tie

    def __str__(self) -> str:
        return f"where {self.condition}: {self.tie.equation}, {self.tie.relation.in_words}"


@dataclass(frozen=True)
class Found:
    """What is known of two formulas a and b.

    ``verdict`` PROVED: they are one, as ``tie`` says, on ``where``; REFUTED: at the ``witness`` no factor and no part
    without the label takes b to a; UNDECIDED for a ``reason``.  ``agreements`` are values of parameters at which they
    are one, or closer than elsewhere.  PROVED on a part of the z alone may have a ``witness`` too: it lies outside that
    part.  ``is_near_zero``: that part is a neighbourhood of z = 0.
    """

    verdict: Verdict
    tie: Tie | None = None
    where: str = EVERYWHERE
    is_near_zero: bool = True
    agreements: tuple[Agreement, ...] = ()
    witness: Apart | None = None
    reason: Reason | None = None


@public
@dataclass(frozen=True, kw_only=True)
class Sameness(Found, Page):
    """Whether the formulas ``a`` and ``b`` are one for every C and parameter value of ``scope``, as ``verdict`` says.

    >>> import symcheck as sc
    >>> found = sc.same("mae", "reverse_cross_entropy")
    >>> found.verdict.name, found.relation.name, found.factor
    ('PROVED', 'FACTOR', -2/A)

    Source: docs/theory.md, sections 2 and 16.
    """

    a: Subject
    b: Subject
    scope: Scope

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
        scope = line_of(str(self.scope), names)
        is_point = self.scope.classes.fixed is not None and not names and not self.scope.arrays
        # REFUTED for a whole scope would read as refuted everywhere in it, and only somewhere is meant.
        if self.verdict is Verdict.PROVED or is_point:
            yield Title((Strong(self.verdict.name), " for ", *scope, ": ", *self._headline()))
        else:
            yield Title((Strong(self.verdict.name), ": ", *self._headline(), ", asked for ", *scope))
        a, b = letters_for(self.scope)
        formulas = ((a, self.a), (b, self.b))
        yield Items(tuple(Item(f"{n} =", (Code(s.title), ": ", Function(s.formula))) for n, s in formulas))
        if self.tie is not None:
            values = "" if self.verdict is Verdict.PROVED else "As values, "
            yield Paragraph(line_of(f"{values}{self.tie.equation} {self._place}.", names))
        if self.meaning:
            yield Paragraph(line_of(self.meaning, names))
        if self.agreements:
            yield Section("For some values of the parameters")
            yield Items(tuple(Item("", line_of(str(a), names)) for a in self.agreements))
        if self.witness is not None:
            start = "Not one" if self.tie is None else "Not one at every z"
            yield Paragraph(line_of(f"{start}: {self.witness.told(a, b)}.", names))
        if self.reason is not None:
            yield Paragraph((f"Open: {self.reason}",))

    @property
    def _place(self) -> str:
        return f"at {EVERYWHERE}" if self.where == EVERYWHERE else f"where {self.where}"

    def _headline(self) -> Line:
        titles = self.a.title, self.b.title
        names = titles if len(set(titles)) == 2 else letters_for(self.scope)
        both: Line = (Code(names[0]), " and ", Code(names[1]))
        if self.tie is not None and self.verdict is Verdict.PROVED:
            where = "" if self.where == EVERYWHERE else f" {self._place}"
            return (*both, f" are {self.tie.relation.in_words}", *line_of(where))
        if self.verdict is Verdict.REFUTED:
            somewhere = " in the whole scope" if self.agreements else ""
            label = "a part without the label" if self.is_loss else "a constant"
            return (*both, f" are not one{somewhere}, even up to a factor and {label}")
        return (*both, ": it is open whether they are one")

    @property
    def meaning(self) -> str:
        """What it means to train with one or with the other, with noise and without."""
        if self.tie is None or self.verdict is not Verdict.PROVED:
            return ""
        if self.where != EVERYWHERE and not self.is_near_zero:
            return "Elsewhere they are other functions, so nothing follows for training."
        told = _meaning(self.tie, *letters_for(self.scope), is_loss=self.is_loss)
        near = "" if self.where == EVERYWHERE else "As long as all outputs stay there, "
        return near + told if near else told[0].upper() + told[1:]


def letters_for(scope: Scope) -> tuple[str, str]:
    """What the two formulas are called: a and b, unless a parameter has one of these names."""
    return ("l_1", "l_2") if {"a", "b"} & {p.name for p in scope.parameters} else ("a", "b")


def _meaning(tie: Tie, a: str, b: str, *, is_loss: bool) -> str:
    relation = tie.relation
    if relation is Relation.EQUAL:
        return "what is said of one holds for the other."
    if relation is Relation.CONSTANT:
        return "they have the same gradients, so training cannot tell them apart, with noise and without."
    kappas = "kappa of the first is f times that of the second"
    if tie.sign != "> 0":
        label_free = ", but for h, which has no label in it" if relation is Relation.LABEL_FREE else ""
        told = f"the factor f is negative: what minimises one maximises the other{label_free}"
        return f"{told}; {kappas}." if is_loss else f"{told}."
    if not is_loss:
        return f"one is the other at another weight: lambda {a} is lambda f {b} up to a constant."
    if relation is Relation.LABEL_FREE:
        return (
            "the label enters both in one way: at every rate of uniform noise the noisy risk of the first is f times "
            f"that of the second plus E h, which noise leaves alone; {kappas}. {a} + lambda g has the minimisers of "
            f"{b} + (h + lambda g)/f, clean and noisy."
        )
    return (
        f"one is the other at another weight: {a} + lambda g has the minimisers of {b} + (lambda/f) g, with noise and "
        f"without; {kappas}."
    )
