"""What is written for the checker: letters, hints, ways to write powers, parts as cuts of the scope."""

from __future__ import annotations

import json
import time
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from symcheck.budget import Budget
from symcheck.certificates.certify import certify
from symcheck.conditions.gradient.loss_report import loss_report
from symcheck.conditions.gradient.reports import LossReport
from symcheck.field.field import Field
from symcheck.intake.catalogue import names
from symcheck.intake.parser import parsed
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes
from symcheck.language.scope import Scope as JudgeScope
from symcheck.proof.certificate import statements
from symcheck.proof.check import Scope, Tape
from symcheck.proof.writing.cuts import Cut, Leaf, Tree, tree_of
from symcheck.proof.writing.free_field import FreeField, ways
from symcheck.proof.writing.letters import Letters, NoProof, Unseen, sum_of_logs
from symcheck.proof.writing.writer import Writer

Q = Parameter("q", above=0, at_most=1)
SCOPE = JudgeScope(Classes(), (Q,))
CHECKED = Scope({
    "classes": {"low": 2, "high": None},
    "parameters": [{"name": "q", "interval": {"low": "0", "high": "1", "low_open": True, "high_open": False}}],
})  # fmt: skip
PLAIN: Any = {name: {((name, 1),): Fraction(1)} for name in ("C", "q")}


def letters(field: Field, **options: Any) -> Letters:
    """Letters of a field of C and q, by their own names."""
    return Letters(field, PLAIN, CHECKED, **options)


def hints(text: str, field: Field) -> tuple[Any, dict[str, Any], list[list[str]]]:
    """The value of a constant text, its hints by operator, and the letters."""
    tape, found = Tape(text, CHECKED, "text"), letters(field)
    writer = Writer(field, found, {"q": field.variable("q")})
    value, by_node = writer.read(tape, ["q"])
    return value[0], {tape.nodes[int(n)][0]: h for n, h in by_node.items()}, found.given


def test_letters_come_after_those_that_occur_in_them() -> None:
    field = Field(SCOPE)
    found = letters(field)
    c = field.exp(field.log(field.log(field.C + 1) + field.variable("q")) * field.variable("q"))
    found.product(c)
    names_before: list[str] = ["C", "q"]
    for name, _, of in found.given:
        tape = Tape(of, CHECKED, "of", names_before)  # refuses names that are not there by now
        assert tape.nodes
        names_before.append(name)
    assert [kind for _, kind, _ in found.given] == ["log", "log", "exp"]


def test_names_that_are_taken() -> None:
    """A parameter called L0 keeps its name."""
    taken = Parameter("L0", above=0)
    field = Field(JudgeScope(Classes(), (taken,)))
    interval = {"low": "0", "high": None, "low_open": True, "high_open": True}
    scope = Scope({"classes": {"low": 2, "high": None}, "parameters": [{"name": "L0", "interval": interval}]})
    found = Letters(field, {n: {((n, 1),): Fraction(1)} for n in ("C", "L0")}, scope)
    assert found.product(field.log(field.variable("L0") + 1)) == "L1"
    assert found.given == [["L1", "log", "1+L0"]] or found.given == [["L1", "log", "(L0+1)"]]


@pytest.mark.parametrize(
    ("text", "operator", "hint", "given"),
    [
        ("1/(C - 1)", "inverse", "(C-1)", []),
        ("log(C)", "log", {"L0": 1}, [["L0", "log", "C"]]),
        ("log(C**2/4)", "log", {"L0": 2, "L1": -2}, [["L0", "log", "C"], ["L1", "log", "2"]]),
        ("exp(-q)", "exp", {"E0": -1}, [["E0", "exp", "q"]]),
        ("C**q", "exp", {"E1": 1}, [["L0", "log", "C"], ["E1", "exp", "q*L0"]]),
        ("log(1)", "log", None, []),
    ],
)
def test_hints(text: str, operator: str, hint: Any, given: list[list[str]]) -> None:
    _, found, kept = hints(text, Field(SCOPE))
    assert found.get(operator) == hint
    assert [[name, kind] for name, kind, _ in kept] == [[name, kind] for name, kind, _ in given]
    assert sorted(of.replace("(", "").replace(")", "") for *_, of in kept) == sorted(of for *_, of in given)


def test_what_has_no_word() -> None:
    field = Field(SCOPE)
    with pytest.raises(NoProof, match="arc cosine"):
        letters(field).product(field.arccos(field.variable("q") / 2))
    with pytest.raises(Unseen, match=r"does not see the sign of C - 3"):
        letters(field).product(field.C - 3)


def test_a_sum_of_logarithms_is_a_letter() -> None:
    """log q - log 2, where log q has no lower end."""
    field = Field(SCOPE)
    total = field.log(field.variable("q") / 2)
    assert sum_of_logs(total) == total
    found = letters(field, sums=[total])
    text = found.product(total)
    assert len(found.given) <= 3
    assert found.checker.sign(text, "text") == -1
    assert sum_of_logs(total * 3 + field.C) is None  # it occurs three times
    assert sum_of_logs(total + field.C * field.log(field.C) - 7) == total
    assert sum_of_logs(field.log(field.C) + 1) is None


def test_roots_are_free_where_the_checker_takes_them_for_free() -> None:
    field, free = Field(SCOPE), FreeField(SCOPE)
    half = Fraction(1, 2)
    assert (field.exp(field.log(field.C) * half) ** 2 - field.C).is_zero
    root = free.exp(free.log(free.C) * half)
    assert not (root**2 - free.C).is_zero
    assert (root * free.exp(free.log(free.C) * -half) * free.C - root**2).is_zero  # C**(-1/2) is C**(1/2)/C
    tried = [free.exp(free.log(free.C) * half) for _ in ways(free)]
    assert tried[0] == root
    assert (tried[1] * root - free.C).is_zero  # and C/C**(1/2) in the other way
    assert free.falling == frozenset()


def test_exponentials_share_a_letter_in_the_second_reading() -> None:
    """exp(1/2) and exp(1/3) are powers of exp(1/6)."""
    first = FreeField(SCOPE)
    for k in (2, 3):
        first.exp(first.number(Fraction(1, k)))
    second = FreeField(SCOPE, orders=first.wanted)
    a, b = (second.exp(second.number(Fraction(1, k))) for k in (2, 3))
    assert (a**2 - b**3).is_zero
    assert not (first.exp(first.number(Fraction(1, 2))) ** 2 - first.exp(first.number(Fraction(1, 3))) ** 3).is_zero


FORMULAS = [
    "(logsumexp(z) - z[y])*(abs(tau - 1) + abs(tau - 3))",
    "branch(tau - C, logsumexp(z) - z[y], 2*(logsumexp(z) - z[y]))",
    "(logsumexp(z) - z[y])*relu(C - 3) + (1 - softmax(z)[y])*relu(6 - C)*tau",
    "(logsumexp(z) - z[y])*(abs(2*n - 5) + abs(tau - n))",
]


def report(text: str) -> LossReport:
    """The report on a loss with the parameters tau > 0 and n = 1, 2, ..."""
    parameters = {"tau": Parameter("tau", above=0), "n": Parameter("n", at_least=1, integer=True)}
    formula = parsed(text, parameters=parameters)
    return loss_report(formula, JudgeScope(Classes(), formula.parameters), Budget(20))


def leaves(tree: Tree[Any]) -> list[Leaf[Any]]:
    """The leaves of a tree of cuts."""
    if isinstance(tree, Leaf):
        return [tree]
    return [leaf for side in (tree.below, tree.equal, tree.above) for leaf in leaves(side)]


@pytest.mark.parametrize("text", FORMULAS)
def test_each_part_is_a_leaf(text: str) -> None:
    parts = report(text).parts
    assert len(parts) > 1
    found = leaves(tree_of(parts, Classes()))
    assert {id(leaf.part) for leaf in found} == {id(part) for part, _ in parts}


def test_cuts_are_where_the_parts_meet() -> None:
    """|tau - 1| + |tau - 3| is cut at 1, and above it at 3."""
    tree = tree_of(report(FORMULAS[0]).parts, Classes())
    assert isinstance(tree, Cut)
    assert (tree.name, tree.at) == ("tau", 1)
    assert isinstance(tree.above, Cut)
    assert (tree.above.name, tree.above.at) == ("tau", 3)
    assert isinstance(tree.below, Leaf)


@pytest.mark.parametrize("name", names("loss")[::9])
def test_no_sympy_is_needed_to_write(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it comes from the judge's field: a proof is written where SymPy's classes cannot be called."""
    certificate = certify(name, "l2")
    record = json.loads(certificate.to_json())
    if "loss" not in record["proof"]:
        return

    def none(*_: object, **__: object) -> None:
        raise AssertionError("SymPy was asked")

    monkeypatch.setattr("sympy.core.basic.Basic.__new__", none)
    stated = [s for s in statements(record) if s.key == "loss"]
    assert certificate.origin.proof(stated)["loss"] == record["proof"]["loss"]


def test_a_proof_that_is_asked_for_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """The budget of the certificate is over by then; what is asked later has the same time once more."""
    texts = ["-C**(7/10)*C**(1/5)*log_softmax(z)[y]", "total((sqrt(1 + sqrt(1 + softmax(z))) - onehot(y))**2)"]
    early = [certify(text, "l2", budget=5.0) for text in texts]
    now = SimpleNamespace(monotonic=lambda: time.monotonic() + 1000)
    monkeypatch.setattr("symcheck.budget.time", now)
    late = [json.loads(certificate.to_json()) for certificate in early]
    monkeypatch.undo()
    assert late == [json.loads(certify(text, "l2", budget=5.0).to_json()) for text in texts]
    assert "loss" in late[0]["proof"]
