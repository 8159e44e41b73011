"""What is known of two losses that are matched: the answer of ``match``, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from sympy import Expr

from symcheck.arguments.public import public
from symcheck.findings.verdict import Verdict
from symcheck.language.scope import Classes, Scope
from symcheck.problem import Subject
from symcheck.reason import Reason
from symcheck.render.block import Block, Code, Function, Item, Items, Line, Paragraph, Strong, Title, Value
from symcheck.render.by_cases import classes_text
from symcheck.render.page import Page
from symcheck.render.prose import line_of

EVERY = "every value"
"""What a solution is if kappa does not depend on the parameter."""


@dataclass(frozen=True)
class Solution:
    """A value that matches for the numbers of ``classes``, ``where`` parameters are so ("" for all values).

    ``value`` is exact; None where there is no expression, and then it is the only one between ``low`` and ``high``.
    ``decimal`` has the digits that are certain, "" for a formula in C or parameters, or it is "every value".
    """

    classes: Classes
    where: str
    value: Expr | None
    decimal: str = ""
    low: Fraction | None = None
    high: Fraction | None = None

    @property
    def line(self) -> Line:
        """The value, as an expression and as a decimal."""
        if self.decimal == EVERY:
            return (EVERY,)
        if self.value is None:
            return (f"{self.decimal} (no expression is known)",)
        is_decimal = self.decimal and not self.value.is_Integer
        return (Value(self.value), *((f" = {self.decimal}",) if is_decimal else ()))


@public
@dataclass(frozen=True)
class Match(Page):
    """What makes ``a`` match ``b``: one kappa/lambda, so that the leading outputs for large lambda are one.

    Without a ``parameter`` the ``solutions`` are the weights lambda_a/lambda_b = kappa_a/kappa_b.  With one they are
    its values at which kappa_a = ``weight`` kappa_b, each of them in its range.  PROVED: these are all, and for other
    classes than theirs there is none; REFUTED: there is none; UNDECIDED for a ``reason``.  ``exceptions`` say where in
    the scope one of the two has no kappa > 0.  ``is_quotient``: one of the two is of the tier QUOTIENT, and the outputs
    match up to multiples of (1, ..., 1).

    ``kappas`` are those of the two, None where there is none; ``scope`` has the numbers of classes and the values of
    parameters that were asked about, of all of which the ``verdict`` is; ``why`` says more of REFUTED, "" if there is
    no more to say.

    >>> import symcheck as sc
    >>> found = sc.match("gce", to="mae", C=10, parameter="q")
    >>> found.value, found.decimal
    (log(5)/log(10), '0.698970004336')

    Source: docs/theory.md, section 16.
    """

    a: Subject
    b: Subject
    scope: Scope
    parameter: str | None
    weight: Expr
    verdict: Verdict
    kappas: tuple[Expr | None, Expr | None]
    solutions: tuple[Solution, ...] = ()
    exceptions: tuple[str, ...] = ()
    is_quotient: bool = False
    reason: Reason | None = None
    why: str = ""

    @property
    def value(self) -> Expr | None:
        """The value if there is just one, and it is an expression."""
        return self.solutions[0].value if len(self.solutions) == 1 else None

    @property
    def decimal(self) -> str:
        """The value in digits, "" unless there is just one, and it is a number."""
        return self.solutions[0].decimal if len(self.solutions) == 1 else ""

    def __repr__(self) -> str:
        return f"<Match {self.verdict.name}: {self.a.title} to {self.b.title}, {self._what}, {self.scope}>"

    def blocks(self) -> Iterator[Block]:
        """The answer, the two losses with their kappas, and what it means."""
        names = [p.name for p in self.scope.parameters]
        pair: Line = (Code(self.a.title), " and ", Code(self.b.title))
        scope = line_of(str(self.scope), names)
        yield Title((Strong(self.verdict.name), " for ", *scope, ": ", *self._headline(pair)))
        yield Items(
            tuple(
                Item(name, (Code(s.title), ": ", Function(s.formula), *self._kappa(kappa)))
                for name, s, kappa in (("a =", self.a, self.kappas[0]), ("b =", self.b, self.kappas[1]))
            )
        )
        if self.solutions:
            yield Items(tuple(Item(f"{self._what} =", (*s.line, *self._place(s, names))) for s in self.solutions))
        if self.exceptions:
            yield Items(tuple(Item("", line_of(e, names)) for e in self.exceptions))
        if self.solutions:
            yield Paragraph(line_of(self.meaning, names))
        if self.reason is not None:
            yield Paragraph((f"Open: {self.reason}",))

    @property
    def meaning(self) -> str:
        """What is the same then, and what is not."""
        space = "up to multiples of (1, ..., 1), on linear families with shared features and H 1 parallel to 1, "
        at = "" if self.parameter is None or self.weight == 1 else f", at lambda_a/lambda_b = {self.weight},"
        return (
            f"Then{at} both have one kappa/lambda, and with one regularizer g {space if self.is_quotient else ''}the "
            "leading outputs for large lambda, (kappa/lambda) S H^(-1) times the noise factor, are the same, clean and "
            "noisy. At a smaller lambda they differ in higher orders."
        )

    @property
    def _what(self) -> str:
        return "lambda_a/lambda_b" if self.parameter is None else self.parameter

    def _kappa(self, kappa: Expr | None) -> Line:
        return () if kappa is None else (", ", Value(kappa, "kappa"))

    def _place(self, solution: Solution, names: list[str]) -> Line:
        classes = "" if solution.classes == self.scope.classes else f" for {classes_text(solution.classes)}"
        where = f" where {solution.where}" if solution.where else ""
        return line_of(classes + where, names)

    def _headline(self, pair: Line) -> Line:
        a, b = Code(self.a.title), Code(self.b.title)
        if self.parameter is None:
            if self.verdict is Verdict.UNDECIDED:
                return (*pair, ": it is open whether they match in the whole scope")
            return (*pair, " match" if self.verdict is Verdict.PROVED else " do not match in the whole scope")
        name = self.parameter
        if self.verdict is Verdict.UNDECIDED:
            return (f"it is open which values of {name} make ", a, " match ", b)
        if self.verdict is Verdict.REFUTED:
            return (f"no value of {name} makes ", a, " match ", b, *line_of(self.why and f": {self.why}"))
        if any(s.where or s.classes != self.scope.classes for s in self.solutions):
            return (f"the values of {name} that make ", a, " match ", b, " are these, and no others")
        if any(s.decimal == EVERY for s in self.solutions):
            return (f"values of {name} that make ", a, " match ", b, " are not isolated")
        count = len(self.solutions)
        return (f"one value of {name} makes " if count == 1 else f"{count} values of {name} make ", a, " match ", b)
