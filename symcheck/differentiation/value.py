"""Derivatives as an answer: the gradient and the Hessian at any z, for every number of classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from sympy import Expr, Symbol

from symcheck.arguments.public import public
from symcheck.budget import Budget
from symcheck.differentiation.indices import index_names
from symcheck.differentiation.proof import Point, why_not_shown
from symcheck.differentiation.python_code import pytest_source, python_source
from symcheck.differentiation.shown import entry_text
from symcheck.differentiation.symbolic import Y, entry_of, index_symbols
from symcheck.errors import FormulaError
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.language.terms_of import term_of_formula
from symcheck.problem import Subject
from symcheck.reason import Reason
from symcheck.render.block import Block, Code, Function, Inline, Item, Items, Math, Tex, Title
from symcheck.render.formula import entry_tex
from symcheck.render.page import Page
from symcheck.render.prose import line_of

POINTS = "power series in balls agree at {} points"


@public
@dataclass(frozen=True)
class Derivatives(Page):
    """The derivatives by z of the loss or regularizer ``subject``, for every C and parameter value of ``scope``.

    ``gradient_formula`` is a class-vector of the language, ``diagonal_formula`` another one, with the entries d^2
    l/dz_j^2, and ``hessian_formula`` a quantity of two classes.  ``where``: what has to hold at z, such as that no
    argument of a relu is 0, each for all entries of a class-vector.  ``points``: where power series with balls, in
    which no rule of differentiation is used, were seen to agree.  ``seconds``: the budget, once
    more for what is asked of it later.

    >>> import symcheck as sc
    >>> found = sc.derivatives("mae")
    >>> print(found.gradient_formula)
    2*softmax(z)[y]*(softmax(z) - onehot(y))
    >>> found.is_exact, found.where
    (True, ())
    """

    subject: Subject
    scope: Scope
    gradient_formula: Formula
    diagonal_formula: Formula
    hessian_formula: Formula
    where: tuple[str, ...]
    points: tuple[Point, ...] = field(repr=False, compare=False)
    seconds: float = field(repr=False, compare=False)

    def __hash__(self) -> int:
        return hash((self.subject, self.scope))

    @property
    def indices(self) -> tuple[Symbol, Symbol, Symbol]:
        """The SymPy symbols j and k of the entries, other letters where parameters are called so, and the label y."""
        first, second = index_symbols(self._names[:2])
        return first, second, Y

    @property
    def _names(self) -> tuple[str, ...]:
        return index_names(self.subject.formula)

    @property
    def gradient(self) -> Expr:
        """d l/dz_j as a SymPy expression in z[j], z[y], sums over the classes and KroneckerDelta(j, y)."""
        return entry_of(self.gradient_formula, self._names)

    @property
    def hessian(self) -> Expr:
        """d^2 l/dz_j dz_k as a SymPy expression."""
        return entry_of(self.hessian_formula, self._names)

    @property
    def diagonal(self) -> Expr:
        """d^2 l/dz_j^2 as a SymPy expression, which is ``hessian`` at k = j."""
        return entry_of(self.diagonal_formula, self._names)

    @cached_property
    def reason(self) -> Reason | None:
        """Why the canonical forms of the two sides do not show it for every z and C; None if they do."""
        budget = Budget(self.seconds)
        with budget.in_force():
            return why_not_shown(self.subject.formula, self.scope, budget)

    @property
    def is_exact(self) -> bool:
        """Whether canonical forms show it: otherwise it rests on the rules of differentiation, and on ``points``."""
        return self.reason is None

    @property
    def is_field(self) -> bool:
        """Whether a part is detached: then it is the field that autograd returns, and its derivatives."""
        return self.subject.formula.detaches

    def to_python(self) -> str:
        """Source of numpy functions ``loss``, ``gradient``, ``hessian_diagonal``, ``hessian`` and ``objective``.

        ``objective(z, y)`` returns the gradient and the diagonal of the Hessian, each of the shape (n, C) of the
        scores, as gradient boosting asks for them.  Shares below 1e-290, in Hessians below 1e-140, count as that, so
        that nothing is nan at scores that are far apart; in Hessians in which quotients by 1 - p cancel, as those of
        nfl do, shares below 1e-12 do: these are rough at scores more than 15 apart, and say so.  What is above 1e299
        is inf, or about 1e299.  At a z that ``where`` excludes a derivative may be nan.  Raises ``FormulaError`` for
        what has no form in code.
        """
        return python_source(self._formulas, self.subject.title, self.where)

    def to_pytest(self) -> str:
        """A file for pytest that stands alone: the same functions, and tests against differences of the loss.

        Raises ``FormulaError`` for what has no form in code, and where no point was found at which to test it.
        """
        if not self.points:
            raise FormulaError(
                f"{self.subject.name}: no point was found at which its derivatives can be tested; give values to its "
                "parameters, or take to_python()"
            )
        return pytest_source(self._formulas, self.subject.title, self.where, self.points)

    @property
    def _formulas(self) -> dict[str, Formula]:
        return {
            "loss": self.subject.formula,
            "gradient": self.gradient_formula,
            "hessian_diagonal": self.diagonal_formula,
            "hessian": self.hessian_formula,
        }

    def blocks(self) -> Iterator[Block]:
        """The loss, its gradient and Hessian, where they hold, and what they rest on."""
        letter = "l" if self.subject.formula.uses_label else "g"
        what = "field that autograd returns for" if self.is_field else "derivatives of"
        yield Title((f"The {what} ", Code(self.subject.title), f" at every z, for {self.scope}"))
        j, k = self._names[:2]
        entries: list[Item] = [
            Item(f"{letter}(z, y)" if letter == "l" else "g(z)", (Function(self.subject.formula),)),
            Item(f"grad {letter}", (Function(_without_filled(self.gradient_formula)),)),
            Item(f"d {letter}/dz_{j}", (self._entry(self.gradient_formula),)),
            Item(f"d^2 {letter}/dz_{j} dz_{k}", (self._entry(self.hessian_formula),)),
            Item(f"d^2 {letter}/dz_{j}^2", (self._entry(self.diagonal_formula),)),
        ]
        entries += [Item("where", (Math(text) if "entry" not in text else text,)) for text in self.where]
        seen = POINTS.format(len(self.points))
        rests = "canonical forms of both sides are equal" if self.is_exact else "the rules of differentiation"
        entries.append(Item("rests on", line_of(f"{rests}; {seen}" if self.points else rests)))
        if self.reason is not None:
            entries.append(Item("open", line_of(str(self.reason))))
        yield Items(tuple(entries))

    def _entry(self, formula: Formula) -> Inline:
        text, source = entry_text(formula, self._names), entry_tex(formula, self._names)
        return Tex(source, text) if source else Math(text)

    def __repr__(self) -> str:
        return f"<Derivatives of {self.subject.title}, {self.scope}: {self.gradient_formula}>"


def _without_filled(formula: Formula) -> Formula:
    """The number in the place of the class-vector whose entries are all that number."""
    term = term_of_formula(formula)
    return Formula.of(term.args[0]) if term.op == "filled" else formula
