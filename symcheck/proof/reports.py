"""Proofs for the small checker of what the reports on a loss and a regularizer say, part by part of the scope."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from symcheck.conditions.agreement.agree import Agreed
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.curvature.regularizer_report import PartReport as RegularizerPart
from symcheck.conditions.curvature.regularizer_report import RegularizerReport, curvature_of
from symcheck.conditions.gradient.loss_report import LossReport
from symcheck.conditions.gradient.loss_report import PartReport as LossPart
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes
from symcheck.proof.check import Scope, Tape
from symcheck.proof.cuts import Leaf, Tree, tree_of
from symcheck.proof.free_field import FreeField, ways
from symcheck.proof.letters import Letters, NoProof, Unseen, is_sum_of_logs
from symcheck.proof.names import Names
from symcheck.proof.turning import turning_point
from symcheck.proof.visible import Range
from symcheck.proof.writer import Writer
from symcheck.readings.expansion import Expansion
from symcheck.readings.jet import JetReading, expansion_of

Json = dict[str, Any]
R = TypeVar("R", LossPart, RegularizerPart)

MOST_SPLITS = 6
"""The scope is split at most so often, one part in the other."""

Claim = Callable[[Letters, Expansion[Element]], Json]
"""What is claimed of an expansion at 0, each quantity as a product of factors of one sign."""


def proof_of_loss(statement: Json, report: LossReport) -> Json:
    """The proof of a statement about a loss; raises ``NoProof``."""
    return _Proof(statement, _kappa).of(report.parts)


def proof_of_regularizer(statement: Json, report: RegularizerReport) -> Json:
    """The proof of a statement about a regularizer; raises ``NoProof``."""
    claim = _across if _on_quotient(statement) else _definite
    return _Proof(statement, claim).of(() if report.reports is None else report.reports.pairs)


def _kappa(letters: Letters, e: Expansion[Element]) -> Json:
    return {"kappa": letters.product(e.g_k - e.g_y)}


def _across(letters: Letters, e: Expansion[Element]) -> Json:
    return {"across": letters.product(curvature_of(e, letters.field).s)}


def _definite(letters: Letters, e: Expansion[Element]) -> Json:
    return {**_across(letters, e), "along": letters.product(curvature_of(e, letters.field).along)}


@dataclass(frozen=True)
class _Proof:
    """The proof of a ``statement``, of which an expansion at 0 claims what ``claim`` says."""

    statement: Json
    claim: Claim

    def of(self, pairs: Sequence[tuple[Part, R]]) -> Json:
        if not pairs:
            raise NoProof("there is no expansion at 0 by the label and the others")
        scope = scope_of(self.statement)
        return self._in_tree(scope, tree_of(pairs, Classes(scope.low, scope.high)), MOST_SPLITS)

    def _in_tree(self, scope: Scope, tree: Tree[R], splits: int) -> Json:
        if isinstance(tree, Leaf):
            if tree.report.agreed is None:
                raise NoProof("no second derivative at 0 was derived")
            return self._in_leaf(scope, tree.part, tree.report.agreed, splits)
        name, at = cut_in(scope, tree.name, str(tree.at))
        parts = scope.split(name, at, "split").items()
        inside = {side: self._in_tree(part, getattr(tree, side), splits - 1) for side, part in parts}
        return {"split": name, "at": at, **inside}

    def _in_leaf(self, scope: Scope, part: Part, agreed: Agreed, splits: int) -> Json:
        if not agreed.field.relations:
            return self._in_part(scope, part, agreed.field, agreed.constants, splits)
        # The checker knows no relations between roots: all is read once more in a field that knows none either.
        field = FreeField(agreed.field.scope, agreed.field.budget)
        try:
            return self._in_part(scope, part, field, _read(agreed.formula, field), splits)
        except NoProof:
            if field.wanted == field.orders:
                raise
        field = FreeField(agreed.field.scope, agreed.field.budget, field.wanted)
        return self._in_part(scope, part, field, _read(agreed.formula, field), splits)

    def _in_part(self, scope: Scope, part: Part, field: Field, e: Expansion[Element], splits: int) -> Json:
        names = Names.of(field, part, scope)
        sums: list[Element] = []
        while True:
            try:
                return self._written(scope, names, field, e, sums)
            except Unseen as stop:
                factor = stop.factor
                if is_sum_of_logs(factor) and factor not in sums:
                    sums.append(factor)
                    continue
                cut = turning_point(factor, scope, names.lines) if splits else None
                if cut is None:
                    raise
            parts = scope.split(*cut, "split").items()
            inside = {side: self._in_part(smaller, part, field, e, splits - 1) for side, smaller in parts}
            return {"split": cut[0], "at": cut[1], **inside}

    def _written(self, scope: Scope, names: Names, field: Field, e: Expansion[Element], sums: Sequence[Element]) -> Json:
        letters = Letters(field, {v: line.terms for v, line in names.lines.items()}, ranges_of(scope), sums)
        writer, known = Writer(field, letters, names.values), [*scope.parameters]
        # Factors of kappa may be sums of those that the formula divides by, so that these come first.
        found: Json = {"hints": writer.read(tape_of(self.statement, scope), known)[1]}
        found |= self.claim(letters, e)
        if self.statement.get("kappa") is not None:
            tape, kappa = Tape(self.statement["kappa"], scope, "kappa"), e.g_k - e.g_y
            readings = (writer.read(tape, known) for _ in ways(field))
            found["kappa_hints"] = next((hints for value, hints in readings if value == [kappa]), None)
            if found["kappa_hints"] is None:
                raise NoProof(f"{kappa.text()} is kappa only by relations between roots")
        return {"letters": letters.given, **found}


def _read(formula: Formula, field: Field) -> Expansion[Element]:
    return expansion_of(JetReading(field).read(formula), field)


# the faces of the checker that proofs are written for


def scope_of(statement: Json) -> Scope:
    """The scope of a statement as the checker has it."""
    return Scope(statement["scope"])


def ranges_of(scope: Scope) -> dict[str, Range]:
    """Where C and the parameters of a scope lie."""
    return {**scope.parameters, "C": (scope.low, scope.high, False, scope.high is None)}


def tape_of(statement: Json, scope: Scope) -> Tape:
    """The operators of the formula of a statement, in which hints are numbered."""
    return Tape(statement["formula"], scope, "formula", anchor=statement["anchor"])


def cut_in(scope: Scope, name: str, at: str) -> tuple[str, str]:
    """The cut at ``name`` = ``at`` in the names of a scope in which ``name`` may have been cut before."""
    while name in scope.meanings:
        text, name = scope.meanings[name], f"{name}_"
        start, end = (re.sub(rf"\b{name}\b", x, text) for x in ("0", "1"))
        at = f"(({at}) - ({start}))/(({end}) - ({start}))"
    tape = Tape(at, scope, "split")
    op, _, data = tape.nodes[tape.result]
    return name, str(data) if op == "number" else at


def _on_quotient(statement: Json) -> bool:
    return bool(statement["scope"]["space"] != "R^C")
