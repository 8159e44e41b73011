"""What is said of every z: it names the z at which a formula exists, unless it is shown to exist at all of them."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symcheck as sc
from symcheck.budget import Budget
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.everywhere.bounded import boundedness_finding
from symcheck.conditions.everywhere.domain import EVERY, WHERE_IT_EXISTS, every_z, exists_everywhere
from symcheck.conditions.everywhere.everywhere import ball_at, classes_tried, logits_tried, points_of
from symcheck.conditions.everywhere.symmetric import symmetry_finding
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.theorems.base import EXIST
from tests.each import of_each

NOT_AT_0 = "log(relu(z[y]))"

PARTIAL = {
    # a loss, and a z at which it has no value for the label 1
    "log(2 - z[y])": (3, 0),
    "log(1 + z[y]) - log(1 + z[y])": (-2, 0),
    "0*log(1 + z[y])": (-2, 0),
    "exp(log(1 + z[y]))": (-2, 0),
    "sqrt(2 - z[y])": (3, 0),
    "(2 - z[y])**(3/2)": (3, 0),
    "1/(1 + z[y])": (-1, 0),
    "(1 - z[y]**2)/(1 - z[y])": (1, 0),
    "(1 + z[y])**-2": (-1, 0),
    "z[y]/sqrt(total(z**2))": (0, 0),
    "arccos(z[y])": (2, 0),
    "tanh(log(2 + z[y]))": (-3, 0),
    "mean(log(2 - z)) - z[y]": (0, 3),
    "total(sqrt(1 + z), but=y)": (0, -2),
    "logsumexp(log(1 + z)) - z[y]": (0, -2),
    "detach(log(1 + z[y])) - z[y]": (-2, 0),
    "branch(z[y], log(1 - z[y]), 0)": (2, 0),
    "maximum(z[y], log(1 + z[y]))": (-2, 0),
    NOT_AT_0: (0, 0),
    "log(1 - tanh(z[y])*2)": (3, 0),
}

TOTAL = (
    "log(1 + exp(z[y]))", "log(softmax(z)[y])", "1/(1 + z[y]**2)", "sqrt(1 + z[y]**2)", "abs(z[y])**(3/2)",
    "sqrt(abs(z[y]))", "arccos(tanh(z[y]))", "softmax(z)[y]**(1/2)", "log(1 + total(z**2))", "1/(2 + sin(z[y]))",
    "(1 + softmax(z)[y])**-3", "log(1 - softmax(z)[y])", "1/(2 - tanh(z[y]))", "1/(-1 - z[y]**2)",
)  # fmt: skip


def loss(text: str) -> Formula:
    return parsed(text, kind="loss")


def shown(formula: Formula, classes: Classes | None = None) -> bool:
    return exists_everywhere(formula, scope_with(Scope(classes or Classes()), formula), Budget(20))


@pytest.mark.parametrize("text", PARTIAL)
def test_a_loss_without_a_value_somewhere_is_not_shown_to_exist(text: str) -> None:
    formula = loss(text)
    point = next(points_of(formula, Scope(Classes(2, 2)), 2, 1))
    ball = ball_at(formula, point, [Fraction(x) for x in PARTIAL[text]], 1)
    assert ball is None or not ball.is_finite()
    assert not shown(formula)
    assert every_z(formula, Scope(), Budget()) == WHERE_IT_EXISTS


@pytest.mark.parametrize("text", TOTAL)
def test_ranges_show_that_a_loss_exists(text: str) -> None:
    assert shown(loss(text))
    assert every_z(loss(text), Scope(), Budget()) == EVERY


@of_each([*names("loss"), *names("regularizer")])
def test_what_is_shown_to_exist_has_a_value_at_points(name: str) -> None:
    entry = loss_named(name) if name in names("loss") else regularizer_named(name)
    formula, scope = entry.recorded, scope_with(Scope(entry.classes), entry.recorded)
    if not exists_everywhere(formula, scope, Budget(20)):
        return
    for classes in [c for c in classes_tried(scope) if c < 5]:
        for point in points_of(formula, scope, classes, 2):
            for z in [[Fraction(0)] * classes, *logits_tried(classes, 3)]:
                assert ball_at(formula, point, z, 1) is not None


@pytest.mark.parametrize("text", [text for text in PARTIAL if text != NOT_AT_0])
def test_certificates_name_the_z(text: str) -> None:
    """l less its mean over the labels is symmetric: its sum is 0 wherever it exists, and so is what follows."""
    assert "it is not shown to exist for every z" in str(sc.decompose(text))
    symmetric = sc.symmetrize(text)
    if shown(symmetric.formula):  # what has no value everywhere was in ins(l), or took itself away
        return
    found = symmetry_finding(symmetric.formula, Scope(), Budget(20))
    if found.verdict is Verdict.PROVED:
        assert found.detail.endswith(WHERE_IT_EXISTS)
    certificate = sc.certify(symmetric.text)
    if certificate.theorems:
        assert EXIST in certificate.assumptions


def test_what_exists_for_every_z_needs_no_such_words() -> None:
    certificate = sc.certify("mae")
    assert EXIST in certificate.theorems[0].assumptions
    assert EXIST not in certificate.assumptions
    assert EXIST not in sc.certify("muh", "l2").full().theorems[0].assumptions
    assert "exist" not in str(sc.decompose("mae"))


def test_a_degree_on_a_cone_names_where_the_loss_exists() -> None:
    """MUH + sum z_k^(3/2) is for z >= 0 only: Theorem 1 speaks of minimisers among those."""
    certificate = sc.certify("-z[y] + mean(z) + total(sqrt(z)**3)")
    assert certificate.theorems[0].name == "Theorem 1 without a penalty"
    assert EXIST in certificate.assumptions


@pytest.mark.parametrize(("text", "ends"), [("arccos(z[y])", ("0", "4")), ("tanh(log(2 + z[y]))", ("-1", "1"))])
def test_bounds_name_the_z(text: str, ends: tuple[str, str]) -> None:
    found = boundedness_finding(loss(text), Scope(), Budget())
    assert found.detail == f"{ends[0]} <= l(z, y) <= {ends[1]} {WHERE_IT_EXISTS}"


def test_two_formulas_are_one_where_both_exist() -> None:
    found = sc.same("(1 - z[y]**2)/(1 - z[y])", "1 + z[y]")
    assert (found.verdict, found.where) == (Verdict.PROVED, "both exist")
    assert "a = b where both exist." in str(found)
    assert "As long as all outputs stay there, what is said of one holds for the other." in str(found)
    assert sc.same("mae", "reverse_cross_entropy").where == "every z"
