"""Proofs of statements about formulas with matrices: hints from the judge's field, and what the quadratic part is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.interval import Interval
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes
from symcheck.language.scope import Scope as JudgeScope
from symcheck.proof.check import Letters as CheckedLetters
from symcheck.proof.check import Scope
from symcheck.proof.matrices import Entry, Matrix, MatrixJets, check_with_matrices, degree, matrix_of
from symcheck.proof.witnesses.tapes import WideTape
from symcheck.proof.writing.letters import Json, Letters, NoProof, accepted
from symcheck.proof.writing.writer import Entries, Reading, Writer


def proof_with_matrices(statement: Json) -> Json:
    """The proof of a statement about a formula with matrices; raises ``NoProof``, or ``NotAccepted``."""
    field, scope = Field(_scope_of(statement["scope"])), Scope(statement["scope"])
    matrices = {a["name"]: matrix_of(a, a["name"]) for a in statement["arrays"]}
    letters = Letters(field, {name: {((name, 1),): Fraction(1)} for name in field.variables}, scope)
    writer = Writer(field, letters, {name: field.variable(name) for name in scope.parameters})
    tape = WideTape(statement["formula"], scope, None, (), matrices)
    _, hints = writer.read(tape, [*scope.parameters], _MatrixReading(writer, [*scope.parameters], matrices))
    found: Json = {"hints": hints}
    if statement["about"] == "regularizer":
        jet: Any = _FieldJets(tape, field, scope, matrices).result
        found["parts"] = {"*".join(m): letters.product(c) for m, c in jet.items() if degree(m) == 2}
    return accepted(statement, {"letters": letters.given, **found}, check_with_matrices)


def _scope_of(data: Json) -> JudgeScope:
    """The scope of a statement as the judge has it."""
    parameters = []
    for p in data["parameters"]:
        low, high = (None if p["interval"][end] is None else Fraction(p["interval"][end]) for end in ("low", "high"))
        interval = Interval(low, high, low_open=p["interval"]["low_open"], high_open=p["interval"]["high_open"])
        parameters.append(Parameter.of(p["name"], interval))
    return JudgeScope(Classes(data["classes"]["low"], data["classes"]["high"]), tuple(parameters))


class _MatrixReading(Reading):
    """The values of operators, among them products with ``matrices`` of class-vectors whose entries are equal."""

    def __init__(self, writer: Writer, names: Sequence[str], matrices: dict[str, Matrix]) -> None:
        super().__init__(writer, names)
        self.matrices = matrices

    def value(self, n: int, op: str, args: list[Entries | NoProof], data: Any) -> Entries:
        if op not in ("apply", "apply_transposed"):
            return super().value(n, op, args, data)
        matrix, (v,) = self.matrices[data], args
        total = matrix.rows if op == "apply" else matrix.columns
        if isinstance(v, NoProof):
            raise v
        if total is None and not all(c.is_zero for c in v):
            raise NoProof("the sums of a matrix are not declared")
        return [v[0] * self.field.number(total or 0)]


class _FieldJets(MatrixJets):
    """The same polynomials over the judge's field, which needs no hints."""

    def __init__(self, tape: WideTape, field: Field, scope: Scope, matrices: dict[str, Matrix]) -> None:
        self.field = field
        values: Any = [*(field.variable(name) for name in scope.parameters), field.C]
        super().__init__(tape, {}, CheckedLetters(scope, []), values, None, matrices, linear=False)

    def number(self, q: Fraction | int) -> Element:
        return self.field.number(q)

    def plus(self, a: Entry, b: Entry) -> Any:
        found = {m: self.field.zero + a.get(m, 0) + b.get(m, 0) for m in {**a, **b}}
        return {m: c for m, c in found.items() if not c.is_zero}

    def inverse(self, n: int, e: int, x: Any) -> tuple[Any, Any, Any]:  # noqa: ARG002
        v = (self.field.zero + x).reciprocal()
        return v, -v * v, v * v * v

    def log(self, n: int, e: int, x: Any) -> tuple[Any, Any, Any]:
        v, bend, _ = self.inverse(n, e, x)
        return self.field.log(self.field.zero + x), v, bend * Fraction(1, 2)

    def exp(self, n: int, e: int, x: Any) -> tuple[Any, Any, Any]:  # noqa: ARG002
        v = self.field.exp(self.field.zero + x)
        return v, v, v * Fraction(1, 2)
