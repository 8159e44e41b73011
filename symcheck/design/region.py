"""Where a pair is proved: the numbers of classes and the values of parameters, with exact ends (THEORY 16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symcheck.arguments.public import public
from symcheck.budget import SECONDS, Budget, reading
from symcheck.certificates.material import Material, material_of
from symcheck.conditions.pair.pair_cases import Crossed, crossed_cases
from symcheck.design.regions.inequalities import decided
from symcheck.design.regions.piece import Piece, Words, put_together, ranges_of
from symcheck.design.regions.root import Order
from symcheck.design.regions.value import Region
from symcheck.field.field import Field
from symcheck.findings.verdict import Verdict
from symcheck.intake.given import Given, subject_as_read
from symcheck.language.scope import Classes
from symcheck.problem import Problem

FAILS_SOMEWHERE = "it fails at some points there"
NOT_DECIDED = "not decided"
"""Why a piece is open."""


@public
def region(
    loss: Given, regularizer: Given, *, classes: int | Sequence[int] | Classes | None = None, budget: float = SECONDS
) -> Region:
    """Where ``loss`` + lambda ``regularizer`` is proved: the parameters and the numbers of classes, with exact ends.

    Parameters: ``loss`` and ``regularizer`` as ``certify`` takes them: names, entries, formula strings, functions or
    torch code; ``classes`` one C >= 2 or a pair of ends (every C >= 2 unless given); ``budget`` in seconds.

    Returns a ``Region``.  Raises what ``certify`` raises: ``UnknownNameError``, ``FormulaError``, ``ParameterError``,
    ``NumberError`` or ``ScopeError``.

    >>> import symcheck as sc
    >>> print(sc.region("truncated_gce", "l2").headline)
    PROVED exactly where k < 1/C: truncated_gce + l2, asked for every C >= 2, every k in (0, 1), every q in (0, 1]

    Source: docs/theory.md, section 16.
    """
    wanted = Classes.of(classes)
    whole = Budget(budget)
    with reading(budget):
        subject = subject_as_read(loss, "loss", wanted)
    with reading(whole.left):
        problem = Problem(subject, subject_as_read(regularizer, "regularizer", wanted), wanted)
    made = material_of(problem, budget, whole)
    with whole.in_force():
        return _region(problem, made, whole)


def _region(problem: Problem, made: Material, budget: Budget) -> Region:
    proved: list[Piece] = []
    refuted: list[Piece] = []
    open_: list[Piece] = []
    crossed = crossed_cases(made.problem, made.loss, made.space)
    for case in crossed:
        piece = _piece(case)
        if case.case.is_special:
            if case.case.verdict is Verdict.PROVED and not _is_inside(case, crossed):
                proved.append(piece)
        elif case.case.verdict is Verdict.PROVED:
            proved.append(piece)
        elif case.case.verdict is Verdict.REFUTED and case.case.is_uniform:
            refuted.append(piece)
        else:
            found = decided(case, made, piece, budget)
            proved += found.proved if found else ()
            refuted += found.refuted if found else ()
            note = FAILS_SOMEWHERE if case.case.verdict is Verdict.REFUTED else NOT_DECIDED
            open_ += found.open if found else [replace(piece, note=note)]
    known: dict[Classes, Order] = {}

    def order(run: Classes) -> Order:
        if run not in known:
            known[run] = Order(Field(replace(made.problem.scope, classes=run), budget))
        return known[run]

    where = [put_together(pieces, order) for pieces in (proved, refuted, open_)]
    reasons = (f.reason for f in made.facts.findings.values() if f.verdict is Verdict.UNDECIDED)
    reason = next((r for r in reasons if r is not None), None) if open_ else None
    return Region(problem, where[0], where[1], where[2], reason)


def _piece(crossed: Crossed) -> Piece:
    """The case as a piece: what the loss asks of its parameters there, and the regularizer of its own."""
    parts = [part for part in (crossed.loss.part, crossed.space.part) if part is not None]
    constraints = dict.fromkeys(c for part in parts for c in part.constraints)
    words = (Words(crossed.loss.case.where),) if crossed.case.is_special else ()
    return Piece(crossed.case.classes, ranges_of([*constraints]), words)


def _is_inside(special: Crossed, crossed: Sequence[Crossed]) -> bool:
    """Whether what a special case is about is told already, by the case that it lies in or by a wider special one."""
    return any(
        _is_told_by(special, other)
        for other in crossed
        if other is not special and other.case.verdict is Verdict.PROVED
    )


def _is_told_by(special: Crossed, other: Crossed) -> bool:
    if special.space is not other.space or other.case.classes.common(special.case.classes) != special.case.classes:
        return False
    if other.case.is_special:
        return special.loss.case.where.startswith(f"{other.loss.case.where}, ")
    return special.loss.part is other.loss.part and special.loss.part is not None
