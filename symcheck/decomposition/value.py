"""Decompositions: a loss with its two parts, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr

from symcheck.arguments.public import public
from symcheck.conditions.detached import has_detached
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.problem import Subject
from symcheck.reason import Reason
from symcheck.render.block import Block, Code, Function, Item, Items, Paragraph, Title
from symcheck.render.page import Page
from symcheck.render.prose import line_of

_OF_VALUES = (
    "All of this is about the values of l: a part of it is detached, and training follows the field that autograd "
    "returns, which need not be the gradient of l."
)

_PARTLY = "This is about the z at which l exists for every label: it is not shown to exist for every z."


@public
@dataclass(frozen=True)
class Decomposition(Page):
    """The loss ``loss`` = ``symmetric`` + ``insensitive`` for every z, C and parameter value of ``scope``.

    Where it is not shown that the loss ``exists_everywhere``, for the z at which it exists for every label.

    ``symmetric`` and ``insensitive`` are None where the language cannot say them, and ``reason`` then names the
    subexpression; ``canonical`` is ins(l) in canonical form, with its sums over the classes written out.  ``kappa``:
    sym(l) = kappa MUH exactly, None if there is no such number; ``statement`` says it in one line, and ``local`` what
    holds near 0 alone, in so many words.  ``verdict``: PROVED if both parts are and no ball of them speaks against it.

    >>> import symcheck as sc
    >>> found = sc.decompose("cross_entropy")
    >>> print(found.symmetric, found.insensitive, found.kappa)
    mean(z) - z[y] logsumexp(z) - mean(z) 1

    Source: docs/theory.md, section 2.
    """

    loss: Subject
    scope: Scope
    statement: str
    canonical: str
    symmetric: Formula | None = None
    insensitive: Formula | None = None
    kappa: Expr | None = None
    local: str = ""
    exists_everywhere: bool = True
    verdict: Verdict = Verdict.UNDECIDED
    reason: Reason | None = None

    @property
    def finite_lambda(self) -> str:
        """What noise does at every weight lambda of every regularizer g, and not only in the limit."""
        told = (
            "With uniform label noise of rate rho < (C - 1)/C, a = 1 - rho C/(C - 1) and r = 1 - a: "
            "Lbar_l = a L_sym(l) + L_ins(l) = (1 - r) L_l + r L_ins(l). "
            "So for every lambda >= 0 and every g the minimisers of the noisy risk of l + lambda g are those of the "
            "clean risk of sym(l) + (ins(l) + lambda g)/a."
        )
        return f"{told} {_OF_VALUES}" if has_detached(self.loss.formula) else told

    def blocks(self) -> Iterator[Block]:
        """The statement, where it holds, the two parts, and what noise does."""
        yield Title((self.statement, f"  [{self.verdict}, {self.scope}]"))
        for told in self._places:
            yield Paragraph(line_of(told))
        parts = [Item("l", (Function(self.loss.formula),))]
        parts += [
            Item(name, ("no formula in the language",) if part is None else (Function(part),))
            for name, part in (("sym(l)", self.symmetric), ("ins(l)", self.insensitive))
        ]
        if self.canonical:
            parts.append(Item("ins(l), canonical", (Code(self.canonical),)))
        yield Items(tuple(parts))
        if self.reason is not None:
            yield Paragraph((str(self.reason),))
        yield Paragraph(line_of(self.finite_lambda))

    @property
    def _places(self) -> list[str]:
        """At which z something is said, where that is not every z."""
        return [text for text in ("" if self.exists_everywhere else _PARTLY, self.local) if text]

    def __repr__(self) -> str:
        return f"<Decomposition {self.verdict.name}: {self.loss.title}, {self.scope}>"
