r"""Backward correction of noise T: the corrected loss on noisy labels is the loss on clean ones, in expectation.

T_ij is the probability that the label i becomes j; the corrected loss is l_c(z, .) = T^-1 l(z, .), the inverse of T
applied to the losses of all labels.

**Theorem.** If T is invertible, sum_j T_ij l_c(z, j) = (T T^-1 l(z, .))_i = l(z, i) at every z.  So the clean objective
of l and the noisy objective of l_c are one function: for every family of models, every penalty and every lambda they
have the same minimisers (Natarajan et al. 2013; Patrini et al. 2017).  If T is singular, some v != 0 has T'v = 0; its
entries add up to v'1 = v'T 1 = 0, so the laws u + c v and u - c v of the clean label, u = 1/C 1 and c > 0 small, have
different classes in the lead and one law T'u of the noisy label: no loss on noisy labels keeps both predictions.

**With an estimate** T_0 = T + E that was inverted in the place of T the noisy objective is that of the losses
T T_0^-1 l = (I - E T_0^-1) l: off by E T^-1 to first order.  For MUH with a strong isotropic penalty the scores at eta
are off by eta'E T_0^-1, so that predictions stay where a class leads by more than 2 e m, e the largest sum of |E_ij| in
a row, m the largest |(T_0^-1)_ij|.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from symcheck.budget import look
from symcheck.class_conditional.flips import Matrix, Vector, fractions_of, rational_matrix
from symcheck.class_conditional.matrices import Checked, Noise, checked, checked_pattern
from symcheck.class_conditional.said import at_most_said, leaders_said, vector_said
from symcheck.class_conditional.score_order import leaders
from symcheck.class_conditional.simple_points import simple_point
from symcheck.field.constant_reading import constant
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.findings.step import Derivation, Step
from symcheck.findings.verdict import Verdict
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Code, Reason
from symcheck.render.block import Block, Item, Items, Paragraph, Section, Strong, Tex, Title
from symcheck.render.page import Page
from symcheck.render.plain import tex_line
from symcheck.render.prose import line_of

FEW: Final = 4
"""Of a kind of noise for every C, so many numbers of classes are looked at for a singular T."""

_STATEMENT = r"\sum_j T_{ij}\, l_c(z, j) = l(z, i), \quad l_c(z, .) = T^{-1} l(z, .)"
_PLAIN = "sum_j T_ij l_c(z, j) = l(z, i) at every z, with l_c(z, .) = T^-1 l(z, .)"

_PROVED = (
    (
        r"$\sum_j T_{ij} l_c(z, j) = (T T^{-1} l(z, .))_i = l(z, i)$: with every noisy label in the place of "
        r"its law, clean and noisy objective are one function."
    ),
    (
        r"So this holds for every family of models, every penalty and every $\lambda$; with drawn labels it holds in "
        r"expectation."
    ),
    (
        r"It takes the right T: with $T_0 = T + E$ inverted in its place the objective is that of "
        r"$(I - E T_0^{-1}) l$, off by $E T^{-1}$ to first order."
    ),
)
_REFUTED = (
    (
        r"Some $v \ne 0$ has $T' v = 0$ and entries that add up to 0, so the laws $u + c v$ and $u - c v$ of the clean "
        r"label lead to one law $T' u$ of the noisy one."
    ),
)


@dataclass(frozen=True)
class OneLaw:
    """Two laws of the clean label, ``first`` and ``second``, with different leading classes and one ``noisy`` law."""

    first: Vector
    second: Vector
    noisy: Vector

    def __str__(self) -> str:
        return (
            f"the laws {vector_said(self.first)} and {vector_said(self.second)} of the clean label both give the law "
            f"{vector_said(self.noisy)} of the noisy one; in the first {leaders_said(leaders(self.first))}, in the "
            f"second {leaders_said(leaders(self.second))}, and no loss on noisy labels keeps both"
        )


@dataclass(frozen=True)
class BackwardCondition(Page):
    """Whether backward correction of noise T makes clean and noisy objective one function, in a ``scope``.

    With REFUTED ``witness`` are two laws that T makes one, at ``classes`` = C and ``parameters``.  ``inverse`` is T^-1,
    for a matrix of numbers that has one.  What ``verdict`` rests on are the steps of ``derivation``, and where it is
    UNDECIDED the ``reason`` says why.

    >>> import symcheck as sc
    >>> found = sc.noise_condition(((0.8, 0.2), (0.2, 0.8)), correction="backward")
    >>> found, found.largest
    (<BackwardCondition PROVED, C = 2>, Fraction(4, 3))

    Source: docs/theory.md, section 7.
    """

    verdict: Verdict
    scope: Scope
    derivation: Derivation
    inverse: Matrix | None = None
    witness: OneLaw | None = None
    classes: int | None = None
    parameters: Mapping[str, Fraction] = field(default_factory=dict)
    reason: Reason | None = None

    @property
    def statement(self) -> str:
        """The statement in LaTeX."""
        return _STATEMENT

    @property
    def largest(self) -> Fraction | None:
        """The largest absolute value in T^-1: an estimate of T that is off by e in a row needs a lead of 2 e times it.

        None without ``inverse``.
        """
        return None if self.inverse is None else max(abs(x) for row in self.inverse for x in row)

    def __hash__(self) -> int:
        return hash((self.verdict, self.scope, self.witness))  # a mapping of parameters has no hash

    def __repr__(self) -> str:
        return f"<BackwardCondition {self.verdict.name}, {self.scope}>"

    def blocks(self) -> Iterator[Block]:
        """The answer, with two laws that noise makes one, and why."""
        what = "backward correction of noise T makes clean and noisy objective one function"
        yield Title((Strong(self.verdict.name), f" for {self.scope}: {what}"))
        yield Paragraph((Tex(self.statement, _PLAIN),))
        if self.witness is not None:
            at = ", ".join([f"C = {self.classes}", *(f"{n} = {v}" for n, v in sorted(self.parameters.items()))])
            yield Paragraph(("T has no inverse, at ", at, ": ", str(self.witness)))
        if self.reason is not None:
            yield Paragraph((f"Open: {self.reason}",))
        if self.largest is not None:
            yield Paragraph((self._cost,))
        told = {Verdict.PROVED: _PROVED, Verdict.REFUTED: _REFUTED}.get(self.verdict, ())
        lines = (*map(tex_line, told), *(line_of(str(step)) for step in self.derivation))
        if lines:
            yield Section("Why")
            yield Items(tuple(Item("", line) for line in lines))

    @property
    def _cost(self) -> str:
        """What the inverse does to the loss, and what an error of T does to predictions."""
        assert self.inverse is not None
        assert self.largest is not None
        largest = at_most_said(self.largest)
        lost = "the corrected loss may be neither convex nor bounded below where the loss is"
        signs = f"T^-1 has negative entries: {lost}. " if any(x < 0 for row in self.inverse for x in row) else ""
        return (
            f"{signs}The entries of T^-1 reach at most {largest}: if T is an estimate, off in no row by more than e in "
            "all, predictions of MUH with a strong isotropic penalty stay where a class leads by more than "
            f"2 e {largest}."
        )


def backward_condition(noise: Noise, scope: Scope) -> BackwardCondition:
    """Whether ``noise`` has an inverse everywhere in the ``scope``; raises ``ParameterError`` for what is no noise."""
    if (pattern := noise.pattern(scope.classes)) is not None:
        # The eigenvalues of a I + (1 - a)/C 11' are 1 and a.
        a = checked_pattern(pattern, scope)
        return _by_sign(noise, scope, a, Step("eigenvalues of T", f"1 and a = {a.text()}", "T = a I + (1 - a)/C 11'"))
    if scope.classes.fixed is not None:
        given = checked(noise, scope.classes.fixed)
        size = _determinant(given)
        found = _by_sign(noise, scope, size, Step("det T", size.text(), ""))
        is_known = found.verdict is Verdict.PROVED and not given.field.scope.parameters
        return replace(found, inverse=_inverse(given.at({}))) if is_known else found
    if (gap := noise.gap) is not None:
        size = constant(Field(scope), gap)
        if size.field.sign(size).kind in (Kind.POSITIVE, Kind.NEGATIVE):
            return BackwardCondition(Verdict.PROVED, scope, (Step(size.text(), "not 0", "so T has an inverse"),))
    for count in range(scope.classes.low, scope.classes.low + FEW):
        if count in scope.classes:
            at_one = backward_condition(noise, Scope(Classes.of(count), noise.parameters))
            if at_one.verdict is Verdict.REFUTED:
                return replace(at_one, scope=scope)
    why = f"only C = {scope.classes.low} to {scope.classes.low + FEW - 1} were looked at"
    return BackwardCondition(Verdict.UNDECIDED, scope, (), reason=Reason(Code.SIGN_UNKNOWN, why, "give classes="))


def _by_sign(noise: Noise, scope: Scope, size: Element, step: Step) -> BackwardCondition:
    """T has an inverse where ``size`` is not 0."""
    sign = size.field.sign(size)
    steps = (step, *(Step("its sign", _SIGNS.get(sign.kind, "not decided"), text) for text in sign.steps))
    if sign.kind in (Kind.POSITIVE, Kind.NEGATIVE):
        return BackwardCondition(
            Verdict.PROVED, scope, (step, Step("its sign", _SIGNS[sign.kind], "so T has an inverse"))
        )
    point = next((p.values for p in sign.points if p.sign == 0), None) or simple_point(size, scope, lambda x: x == 0)
    if point is None:
        why = f"whether {size.text()} is 0 somewhere is not decided"
        settle = "narrow the intervals of the parameters, or give them values"
        return BackwardCondition(Verdict.UNDECIDED, scope, steps, reason=Reason(Code.SIGN_UNKNOWN, why, settle))
    count = scope.classes.fixed or int(point.get("C", scope.classes.low))
    values = {name: value for name, value in point.items() if name != "C"}
    witness = one_law(checked(noise, count).at(values))
    assert witness is not None, "a matrix with the determinant 0 has no inverse"
    return BackwardCondition(Verdict.REFUTED, scope, steps, witness=witness, classes=count, parameters=values)


def one_law(noise: Matrix) -> OneLaw | None:
    """Two laws with different leading classes that ``noise`` makes one; None if T has an inverse.

    >>> half = (Fraction(1, 2), Fraction(1, 2))
    >>> sorted(map(str, one_law((half, half)).first))
    ['0', '1']
    """
    n = len(noise)
    reduced, rank = rational_matrix(tuple(zip(*noise, strict=True))).rref()
    if rank == n:
        return None
    entries = fractions_of(reduced)
    rows = [entries[i * n : (i + 1) * n] for i in range(rank)]
    pivots = [next(j for j, x in enumerate(row) if x) for row in rows]
    free = next(j for j in range(n) if j not in pivots)
    v = [Fraction(0)] * n
    v[free] = Fraction(-1)
    for row, pivot in zip(rows, pivots, strict=True):
        v[pivot] = row[free]
    reach = 1 / (n * max(map(abs, v)))
    first, second = (tuple(Fraction(1, n) + sign * reach * x for x in v) for sign in (1, -1))
    noisy = tuple(
        sum((p * x for p, x in zip(first, column, strict=True)), Fraction(0)) for column in zip(*noise, strict=True)
    )
    assert not set(leaders(first)) & set(leaders(second)), "the entries of v add up to 0"
    return OneLaw(first, second, noisy)


def _inverse(noise: Matrix) -> Matrix:
    found, n = fractions_of(rational_matrix(noise).inv()), len(noise)
    return tuple(tuple(found[i * n : (i + 1) * n]) for i in range(n))


def _determinant(given: Checked) -> Element:
    """det T, with parameters without a division: a pivot may be 0 at some of their values (Bird 2011)."""
    field, rows = given.field, given.entries
    if not field.scope.parameters:
        size = rational_matrix(given.at({})).det()
        return field.number(Fraction(int(size.p), int(size.q)))
    n, zero = len(rows), field.number(Fraction(0))
    product = rows
    for _ in range(n - 1):
        upper = [[product[i][j] if j > i else zero for j in range(n)] for i in range(n)]
        for i in range(n):
            upper[i][i] = -field.sum(product[j][j] for j in range(i + 1, n))
        look()
        product = tuple(
            tuple(field.sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*rows, strict=True))
            for row in upper
        )
    return product[0][0] if n % 2 else -product[0][0]


_SIGNS = {Kind.POSITIVE: "positive", Kind.NEGATIVE: "negative", Kind.ZERO: "0", Kind.MIXED: "not the same everywhere"}
