"""Advice: the certified pairs for a number of classes and a rate of noise, in order, and what is left out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import sympy

from symcheck.arguments.public import public
from symcheck.design.advising.choice import Choice
from symcheck.design.advising.left_out import Because, LeftOut
from symcheck.design.advising.matched import Reference
from symcheck.design.advising.number import ExactNumber, number_of
from symcheck.design.advising.ranking import best_of_each, criteria
from symcheck.design.advising.words import KEPT, LEGEND, NOT_ACCURACY, NOT_PROMISED, QUOTIENT, commands, lambda_meaning
from symcheck.design.impossible import conflicts
from symcheck.findings.as_written import AsWritten
from symcheck.language.scope import Classes
from symcheck.render.block import Block, Code, Item, Items, Line, Math, Paragraph, Section, Strong, Table, Title, Value
from symcheck.render.expression import expression_text
from symcheck.render.page import Page
from symcheck.render.prose import line_of

LONGEST_EXACT = 24
"""An exact kappa of up to so many characters stands in the table; longer ones are in ``rows()``."""


@public
@dataclass(frozen=True)
class Advice(AsWritten, Page):
    """The pairs that are PROVED at C = ``classes``, as ``choices`` in order, for uniform noise of rate ``rho``.

    ``wants`` are the names of what was wished, ``reference`` is the pair that every lambda is matched to, and
    ``left_out`` has what stands in no row.  ``shows_all``: whether the page has every pair, and not only the ``best``
    one of each loss.

    >>> import symcheck as sc
    >>> found = sc.advise(10, rho="3/10", losses=["mae", "cross_entropy"], wants=["bounded"])
    >>> [(choice.loss.title, choice.regularizer.title, choice.weight.short) for choice in found.best]
    [('mae', 'l2', '0.2'), ('cross_entropy', 'l2', '1')]
    """

    classes: int
    rho: Fraction
    wants: tuple[str, ...]
    reference: Reference
    choices: tuple[Choice, ...]
    left_out: tuple[LeftOut, ...]
    shows_all: bool = False

    @property
    def noise_factor(self) -> Fraction:
        """a = 1 - rho C/(C - 1), by which noise multiplies the outputs to leading order."""
        return 1 - self.rho * Fraction(self.classes, self.classes - 1)

    @cached_property
    def best(self) -> tuple[Choice, ...]:
        """The first pair of each loss."""
        return best_of_each(self.choices)

    @property
    def criteria(self) -> tuple[str, ...]:
        """What the order of the pairs is decided by, the first of them first."""
        return criteria(self.wants)

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Which of the wants cannot be met together, or by affine losses alone."""
        return tuple(conflicts(self.wants))

    def counts(self) -> Mapping[Because, int]:
        """How many are left out for each reason."""
        return Counter(left.because for left in self.left_out)

    def rows(self) -> list[dict[str, object]]:
        """The pairs as plain values, for JSON and data frames: every pair, in order."""
        return [{**choice.record(), "noise_factor": str(self.noise_factor)} for choice in self.choices]

    def to_json(self) -> str:
        """Everything as JSON: equal advice is equal bytes."""
        found = {
            "classes": self.classes,
            "rho": str(self.rho),
            "noise_factor": str(self.noise_factor),
            "wants": list(self.wants),
            "conflicts": list(self.conflicts),
            "criteria": list(self.criteria),
            "reference": {"pair": self.reference.title, "lambda": str(self.reference.weight)},
            "rows": self.rows(),
            "not_promised": list(NOT_PROMISED),
            "left_out": [
                {
                    "loss": left.loss,
                    "regularizer": left.regularizer,
                    "because": left.because.name,
                    "detail": left.detail,
                }
                for left in self.left_out
            ],
        }
        return json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True) + "\n"

    def __repr__(self) -> str:
        return f"<Advice: {len(self.choices)} pairs of {len(self.best)} losses, C = {self.classes}, rho = {self.rho}>"

    def blocks(self) -> Iterator[Block]:
        """How many are certified, in which order, the table, what it does not promise, what is left out, what now."""
        yield Title(self._headline())
        yield Paragraph(line_of(self._noise()))
        for sentence in self.conflicts:
            yield Paragraph(line_of(sentence))
        if self.choices:
            yield Paragraph(line_of(NOT_ACCURACY))
            yield Paragraph((self._order(),))
            yield self._table()
            yield Items((*(Item(name, line_of(text)) for name, text in self._legend()), *self._formulas()))
        yield Section("Not promised")
        yield Items(tuple(Item("", line_of(text)) for text in (*NOT_PROMISED, *self._kept())))
        if self.left_out:
            yield Section("Left out")
            yield Items(tuple(Item(str(count), line_of(why)) for count, why in self._left_out()))
        if self.best:
            yield Section("What now, for the first row")
            yield Items(tuple(Item(what, (Code(line),)) for what, line in self._commands()))

    def _headline(self) -> Line:
        count = len(self.best)
        where = (" for ", Math(f"C = {self.classes}"), " and uniform noise of rate ", Math(f"rho = {self.rho}"))
        if not count:
            return (Strong("No pair is certified"), *where)
        losses = "1 loss is" if count == 1 else f"{count} losses are"
        return (Strong(f"{losses} certified"), *where, f", in {len(self.choices)} pairs with a penalty")

    def _noise(self) -> str:
        factor = number_of(Classes.of(self.classes), (sympy.Rational(*self.noise_factor.as_integer_ratio()),))
        others = "the other" if self.classes == 2 else f"one of the {self.classes - 1} others"
        return (
            f"A label is {others} with probability rho, which multiplies the outputs of each row, to leading order for "
            f"large lambda, by a = 1 - rho C/(C - 1) = {_shown(factor)}."
        )

    def _order(self) -> str:
        listed = "; ".join(f"{i}. {text}" for i, text in enumerate(self.criteria, 1))
        return f"Order of the rows: {listed}.{self._which()}"

    def _which(self) -> str:
        if self.shows_all or len(self.best) == len(self.choices):
            return ""
        return (
            f" Of each loss its first pair is shown; all {len(self.choices)} are in rows(), and on the page with "
            "all=True or --all."
        )

    def _table(self) -> Table:
        answers = [answer.name for answer in self._shown[0].answers]
        head = ("loss", "penalty", "kappa", "lambda", *answers, "minimisers", "order", "kappa, exactly")
        return Table(head, tuple(self._row(choice) for choice in self._shown))

    @property
    def _shown(self) -> tuple[Choice, ...]:
        """The pairs of the table."""
        return self.choices if self.shows_all else self.best

    def _row(self, choice: Choice) -> tuple[Line, ...]:
        kappa, weight, order = choice.kappa, choice.weight, choice.order
        exactly: Line = ()
        if kappa is not None and len(expression_text(kappa.expression)) <= LONGEST_EXACT:
            exactly = (Value(kappa.expression),)
        space = " (Q)" if choice.certificate.quotient else ""
        noisy = "-" if order is None or order.clean_to_noisy is None else str(order.clean_to_noisy)
        return (
            (Code(choice.loss.title),),
            (Code(choice.regularizer.title), space),
            ("none" if kappa is None else kappa.short,),
            ("none" if isinstance(weight, str) else weight.short,),
            *((answer.word,) for answer in choice.answers),
            (choice.minimisers_word,),
            ("-" if order is None else f"{order.to_limit}, {noisy}",),
            exactly,
        )

    def _legend(self) -> Iterator[tuple[str, str]]:
        yield from LEGEND
        if any(choice.certificate.quotient for choice in self._shown):
            yield QUOTIENT
        yield "lambda", lambda_meaning(self.reference)

    def _formulas(self) -> Iterator[Item]:
        """What a row calls by a name that is none of the catalogue."""
        given = [s for c in self.choices for s in (c.loss, c.regularizer) if s.defaults is None]
        for subject in dict.fromkeys(given):
            yield Item(subject.title, (Code(subject.text),))

    def _kept(self) -> Iterator[str]:
        if self.best:
            yield KEPT + "; ".join(self.best[0].certificate.assumptions) + "."

    def _left_out(self) -> Iterator[tuple[int, str]]:
        for because, count in sorted(self.counts().items(), key=lambda item: list(Because).index(item[0])):
            listed = [left.title for left in self.left_out if left.because is because]
            few = f": {', '.join(listed)}" if count <= MOST_NAMED else f": {', '.join(listed[:MOST_NAMED])}, ..."
            yield count, because.value + few

    def _commands(self) -> Iterator[tuple[str, str]]:
        yield from commands(self.best[0], classes=self.classes, rho=self.rho, reference=self.reference)


MOST_NAMED = 6
"""So many of those that are left out are named on the page; ``left_out`` has all of them."""


def _shown(number: ExactNumber) -> str:
    exactly = expression_text(number.expression)
    return exactly if number.expression.is_Integer else f"{exactly} = {number.short}"
