"""Proofs for the small checker of what the reports on a loss and a regularizer say, part by part of the scope."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from symcheck.conditions.agreement.agree import Agreed
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.curvature.regularizer_report import PartReport as RegularizerPart
from symcheck.conditions.curvature.regularizer_report import RegularizerReport, curvature_of
from symcheck.conditions.gradient.loss_report import LossReport
from symcheck.conditions.gradient.loss_report import PartReport as LossPart
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.scope import Classes
from symcheck.proof.check import Scope, Tape
from symcheck.proof.cuts import Leaf, Tree, tree_of
from symcheck.proof.free_field import FreeField
from symcheck.proof.letters import Letters, NoProof, is_sum_of_logs
from symcheck.proof.names import Names
from symcheck.proof.seen import unsigned
from symcheck.proof.writer import Writer
from symcheck.readings.expansion import Expansion
from symcheck.readings.jet import JetReading, expansion_of

Json = dict[str, Any]
R = TypeVar("R", LossPart, RegularizerPart)

Claim = Callable[[Writer, Expansion[Element]], Json]
"""What is claimed of an expansion at 0, each quantity as a product of factors of one sign."""


def proof_of_loss(statement: Json, report: LossReport) -> Json:
    """The proof of a statement about a loss; raises ``NoProof``."""
    return _proof(statement, report.parts, _kappa)


def proof_of_regularizer(statement: Json, report: RegularizerReport) -> Json:
    """The proof of a statement about a regularizer; raises ``NoProof``."""
    claim = _across if _on_quotient(statement) else _definite
    return _proof(statement, () if report.reports is None else report.reports.pairs, claim)


def _kappa(writer: Writer, e: Expansion[Element]) -> Json:
    return {"kappa": writer.letters.product(e.g_k - e.g_y)}


def _across(writer: Writer, e: Expansion[Element]) -> Json:
    return {"across": writer.letters.product(curvature_of(e, writer.field).s)}


def _definite(writer: Writer, e: Expansion[Element]) -> Json:
    return {**_across(writer, e), "along": writer.letters.product(curvature_of(e, writer.field).along)}


def _proof(statement: Json, pairs: Sequence[tuple[Part, R]], claim: Claim) -> Json:
    if not pairs:
        raise NoProof("there is no expansion at 0 by the label and the others")
    scope = scope_of(statement)
    return _in_tree(statement, scope, tree_of(pairs, Classes(scope.low, scope.high)), claim)


def _in_tree(statement: Json, scope: Scope, tree: Tree[R], claim: Claim) -> Json:
    if isinstance(tree, Leaf):
        return _in_part(statement, scope, tree, claim)
    name, at = cut_in(scope, tree.name, str(tree.at))
    found: Json = {"split": name, "at": at}
    for side, part in scope.split(name, at, "split").items():
        found[side] = _in_tree(statement, part, getattr(tree, side), claim)
    return found


def _in_part(statement: Json, scope: Scope, leaf: Leaf[R], claim: Claim) -> Json:
    if leaf.report.agreed is None:
        raise NoProof("no second derivative at 0 was derived")
    field, expansion = _expansion(leaf.report.agreed)
    names = Names.of(field, leaf.part, scope)
    sums: list[Element] = []
    while True:
        letters = Letters(field, names.variables, sums)
        found = _written(statement, scope, Writer(field, letters, names.values), claim, expansion)
        left = unsigned(scope, letters)
        if not left:
            return found
        more = next((c for c in left if is_sum_of_logs(c) and c not in sums), None)
        if more is None:
            raise NoProof(f"the checker does not see the sign of {left[0].text()}")
        sums.append(more)


def _written(statement: Json, scope: Scope, writer: Writer, claim: Claim, expansion: Expansion[Element]) -> Json:
    found, known = claim(writer, expansion), [*scope.parameters]
    found["hints"] = writer.read(tape_of(statement, scope), known)[1]
    if statement.get("kappa") is not None:
        found["kappa_hints"] = writer.read(Tape(statement["kappa"], scope, "kappa"), known)[1]
    return {"letters": writer.letters.given, **found}


def _expansion(agreed: Agreed) -> tuple[Field, Expansion[Element]]:
    """The expansion, read once more if the field knows relations between roots, which the checker does not."""
    if not agreed.field.relations:
        return agreed.field, agreed.constants
    field = FreeField(agreed.field.scope, agreed.field.budget)
    return field, expansion_of(JetReading(field).read(agreed.formula), field)


# the faces of the checker that proofs are written for


def scope_of(statement: Json) -> Scope:
    """The scope of a statement as the checker has it."""
    return Scope(statement["scope"])


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
