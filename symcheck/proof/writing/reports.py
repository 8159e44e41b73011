"""Proofs for the small checker of what the reports on a loss and a regularizer say, part by part of the scope."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from symcheck.budget import look
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.curvature.alike_hessian import curvature_of
from symcheck.conditions.curvature.part_report import PartReport as RegularizerPart
from symcheck.conditions.curvature.regularizer_report import RegularizerReport
from symcheck.conditions.gradient.reports import LossReport
from symcheck.conditions.gradient.reports import PartReport as LossPart
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes
from symcheck.proof.check import Scope, Tape, check
from symcheck.proof.splits import DEEPEST, parts_of
from symcheck.proof.writing.cuts import Cut, Tree, tree_of
from symcheck.proof.writing.free_field import FreeField, ways
from symcheck.proof.writing.letters import Json, Letters, NoProof, NotAccepted, Unseen, accepted, sum_of_logs
from symcheck.proof.writing.names import Names
from symcheck.proof.writing.turning import turning_point
from symcheck.proof.writing.writer import Hints, Writer
from symcheck.readings.expansion import Expansion
from symcheck.readings.jet import expansion_at_zero

R = TypeVar("R", LossPart, RegularizerPart)

MOST_TURNS = 5
"""A scope is split so deep for signs that the checker does not see."""

MOST_NUMBERS = 16
"""A run of no more numbers of classes, or of whole values of a parameter, is looked at one by one."""

Claim = Callable[[Letters, Field, Expansion[Element]], Json]
"""What is claimed of an expansion at 0, each quantity as a product of factors of one sign."""


def proof_of_loss(statement: Json, report: LossReport) -> Json:
    """The proof of a statement about a loss; raises ``NoProof``."""
    return _Proof(statement, _nothing if statement["about"] == "smooth" else _kappa).of(report.parts)


def proof_of_regularizer(statement: Json, report: RegularizerReport) -> Json:
    """The proof of a statement about a regularizer; raises ``NoProof``."""
    claim: Claim = _across if _on_quotient(statement) else _definite
    if statement["about"] in ("smooth", "stationary"):
        claim = _nothing
    return _Proof(statement, claim).of(report.reports.pairs)


def _nothing(*_: object) -> Json:
    return {}


def _kappa(letters: Letters, _: Field, e: Expansion[Element]) -> Json:
    return {"kappa": letters.product(e.g_k - e.g_y)}


def _across(letters: Letters, field: Field, e: Expansion[Element]) -> Json:
    return {"across": letters.product(curvature_of(e, field).s)}


def _definite(letters: Letters, field: Field, e: Expansion[Element]) -> Json:
    return {**_across(letters, field, e), "along": letters.product(curvature_of(e, field).along)}


@dataclass(frozen=True)
class _Proof:
    """The proof of a ``statement``, of which an expansion at 0 claims what ``claim`` says.

    ``meanings``: texts of the names that were parameters before the scope was split; ``splits`` that are left.
    """

    statement: Json
    claim: Claim
    meanings: dict[str, str] = field(default_factory=dict)
    splits: int = DEEPEST

    @cached_property
    def scope(self) -> Scope:
        """The scope as the checker has it."""
        return Scope(self.statement["scope"])

    def of(self, pairs: Sequence[tuple[Part, R]]) -> Json:
        """The proof by the reports on the parts of the scope."""
        if not pairs:
            raise NoProof("there is no expansion at 0 by the label and the others")
        return self._by_tree(tree_of(pairs, Classes(self.scope.low, self.scope.high)))

    def _by_tree(self, tree: Tree[R]) -> Json:
        if isinstance(tree, Cut):
            name, at = self._cut_in(tree.name, str(tree.at))
            return self._split(name, at, lambda side, part: part._by_tree(getattr(tree, side)))
        agreed = tree.report.agreed
        if agreed is None:
            raise NoProof("no second derivative at 0 was derived")
        try:
            return self._by_reading(tree.part, agreed.formula, agreed.field, agreed.constants)
        except NoProof:
            cut = self._between_numbers()
            if cut is not None:
                return self._split(*cut, lambda _, smaller: smaller._by_tree(tree))
            field, fixed = agreed.field, self.scope.fixed
            if fixed is None or field.scope.classes.fixed == fixed:
                raise
        # At one C more is known than for all of them, as log(C - 1) = 0 at C = 2.
        field = Field(replace(field.scope, classes=Classes(fixed, fixed)), field.budget)
        return self._by_reading(tree.part, agreed.formula, field, _read(agreed.formula, field))

    def _between_numbers(self) -> tuple[str, str] | None:
        """Where the scope is split towards one C, or one value of a parameter, None if there are too many.

        (C - 2) (C - 3) is 0 for C = 2 and for C = 3, and no polynomial that is 0: the checker sees it at each C.
        """
        for p in self.statement["scope"]["parameters"]:
            low, high, *is_open = self.scope.parameters[p["name"]]
            if low == high or (p["interval"]["integer"] and not any(is_open) and high - low < MOST_NUMBERS):
                return p["name"], str((low + high) // 2)
        low, high = self.scope.low, self.scope.high
        few = high is not None and low < high < low + MOST_NUMBERS
        return ("C", str((low + high) // 2)) if few else None

    def _by_reading(self, part: Part, formula: Formula, field: Field, e: Expansion[Element]) -> Json:
        if not field.relations:
            return self._by_expansion(part, field, e)
        # The checker knows no relations between roots: all is read once more in a field that knows none either.
        free = FreeField(field.scope, field.budget)
        try:
            return self._by_expansion(part, free, _read(formula, free))
        except NoProof:
            if free.wanted == free.orders:
                raise
        free = FreeField(field.scope, field.budget, free.wanted)
        return self._by_expansion(part, free, _read(formula, free))

    def _split(self, name: str, at: str, inside: Callable[[str, _Proof], Json]) -> Json:
        if not self.splits:
            raise NoProof(f"splits would stand in splits more than {DEEPEST} deep")
        found: Json = {"split": name, "at": at}
        for side, (part, meaning) in parts_of(self.statement, name, at).items():
            known = self.meanings if meaning is None else {**self.meanings, meaning[0]: meaning[1]}
            found[side] = inside(side, _Proof(part, self.claim, known, self.splits - 1))
        return found

    def _cut_in(self, name: str, at: str) -> tuple[str, str]:
        """The cut at ``name`` = ``at`` in the names that are left after those before it."""
        for known, text in reversed(self.meanings.items()):
            at = re.sub(rf"\b{known}\b", f"({text})", at)
        while name in self.meanings:
            text, name = self.meanings[name], f"{name}_"
            start, end = (re.sub(rf"\b{name}\b", x, text) for x in ("0", "1"))
            at = f"(({at}) - ({start}))/(({end}) - ({start}))"
        tape = Tape(at, self.scope, "split")
        op, _, number = tape.nodes[tape.result]
        return name, str(number) if op == "number" else at

    def _by_expansion(self, part: Part, field: Field, e: Expansion[Element]) -> Json:
        look()  # a sign that is never seen would be looked for in all the parts of parts
        names = Names.of(field, part, self.scope, self.meanings)
        sums: list[Element] = []
        while True:
            try:
                proof = self._written(names, field, e, sums)
            except Unseen as stop:
                more = sum_of_logs(stop.factor)
                if more is None or more in sums:
                    cut = turning_point(stop.factor, self.scope, names.lines)
                    if cut is None or self.splits <= DEEPEST - MOST_TURNS:
                        raise
                    return self._split(*cut, lambda _, smaller: smaller._by_expansion(part, field, e))
                sums.append(more)
                continue
            try:
                return accepted(self.statement, proof, check)
            except NotAccepted as stop:
                # What is a number in the texts and none in the field may hide that two letters are one.
                hides = names.has_numbers or self.scope.fixed != field.scope.classes.fixed
                raise (NoProof(str(stop)) if hides else stop) from None

    def _written(self, names: Names, field: Field, e: Expansion[Element], sums: Sequence[Element]) -> Json:
        scope, known = self.scope, [*self.scope.parameters]
        letters = Letters(field, {v: line.terms for v, line in names.lines.items()}, scope, sums)
        writer = Writer(field, letters, names.values)
        tape = Tape(self.statement["formula"], scope, "formula", anchor=self.statement["anchor"])
        # Factors of kappa may be sums of those that the formula divides by, so that these come first.
        found: Json = {"hints": writer.read(tape, known)[1]}
        found |= self.claim(letters, field, e)
        if self.statement["kappa"] is not None:
            found["kappa_hints"] = self._kappa_hints(names, writer, e.g_k - e.g_y)
        return {"letters": letters.given, **found}

    def _kappa_hints(self, names: Names, writer: Writer, kappa: Element) -> Hints:
        tape = Tape(self.statement["kappa"], self.scope, "kappa")
        with closing(ways(writer.field)) as tried:
            for _ in tried:
                value, hints = writer.read(tape, [*self.scope.parameters])
                # A parameter that is a number in the text is none in the field, so that the two are not compared.
                if names.has_numbers or value == [kappa]:
                    return hints
        raise NoProof(f"{kappa.text()} is kappa only by relations between roots")


def _read(formula: Formula, field: Field) -> Expansion[Element]:
    return expansion_at_zero(formula, field)


def _on_quotient(statement: Json) -> bool:
    return bool(statement["scope"]["space"] != "R^C")
