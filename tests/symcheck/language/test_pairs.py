"""Quantities of two classes: what is made of them, how they are written, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from symcheck.errors import FormulaError
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import branch, exp, first, maximum, pair_total, second, softmax, total
from symcheck.language.recording import recorded_code
from symcheck.language.term import Label, Pairs, Scalar, Term, Vec

VECTOR = (
    "the formula puts the class-vector z beside a quantity of two classes: "
    "write first(z) or second(z), its entry at the first or the second class"
)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (lambda z, y: pair_total((first(z) - second(z)) ** 2), "pair_total((first(z) - second(z))**2)"),
        (lambda z, y: pair_total(first(softmax(z)) * z[y] + 1), "pair_total(first(softmax(z))*z[y] + 1)"),
        (
            lambda z, y: pair_total(branch(first(z), maximum(second(z), 2), exp(-first(z)))),
            "pair_total(branch(first(z), maximum(second(z), 2), exp(-first(z))))",
        ),
    ],
)
def test_how_they_are_written_and_read_back(code: Callable[[Vec, Label], Term], text: str) -> None:
    formula = Formula.of(code(*symbols()))
    assert str(formula) == text
    assert parsed(text, kind="loss") == formula
    assert formula.is_scalar
    assert formula.with_values({}) == formula
    assert formula.with_terms({"q": Scalar("number", data=0)}).pairs == formula.pairs


def test_a_formula_knows_its_quantities_of_two_classes() -> None:
    z, _ = symbols()
    pairs = (first(z) - second(z)) ** 2
    assert isinstance(pairs, Pairs)
    assert isinstance(pair_total(pairs), Scalar)
    formula = Formula.of(1 + pair_total(pairs) * total(z))
    assert [formula.part(p) for p in sorted(formula.pairs)] == [
        "first(z)", "second(z)", "first(z) - second(z)", "(first(z) - second(z))**2"
    ]  # fmt: skip
    assert not Formula.of(pairs).is_scalar


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (lambda z, y: first(z) + z, VECTOR),
        (lambda z, y: maximum(z, second(z)), VECTOR),
        (lambda z, y: branch(first(z), 1, z), VECTOR),
        (
            lambda z, y: first(z[y]),
            "first takes a class-vector and got z[y]: pass z, softmax(z), onehot(y) or the like",
        ),
        (
            lambda z, y: second(first(z)),
            "second takes a class-vector and got first(z), a quantity of two classes: sum it with pair_total",
        ),
        (
            lambda z, y: softmax(first(z)),
            "softmax takes a class-vector and got first(z), a quantity of two classes: sum it with pair_total",
        ),
        (
            lambda z, y: pair_total(z),
            "pair_total takes a quantity of two classes and got z: pass (first(z) - second(z))**2 or the like",
        ),
        (
            lambda z, y: first(z)[y],
            "the formula indexes a quantity of two classes with [y]: sum over all pairs with pair_total(...)",
        ),
        (
            lambda z, y: len(first(z)),
            "the formula takes the len of a quantity of two classes: the number of classes is a symbol: write z.C",
        ),
        (
            lambda z, y: max(first(z)),
            "the formula loops over pairs of classes: sum over all of them with pair_total(...)",
        ),
        (
            lambda z, y: first(z) * 2,
            "the loss returned the quantity of two classes first(z)*2 and has to return one number: "
            "sum over all pairs of classes with pair_total(...)",
        ),
    ],
)
def test_what_they_refuse(code: Callable[[Vec, Label], object], message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        recorded_code(code, "loss")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "what", "place", "advice"),
    [
        (
            "pair_total(z)",
            "hands z, which is a class-vector, to pair_total, which takes a quantity of two classes",
            11,
            "pass (first(z) - second(z))**2 or the like",
        ),
        (
            "total(first(z))",
            "hands first(z), which is a quantity of two classes, to total, which takes a class-vector",
            6,
            "pass z, softmax(z), onehot(y) or the like",
        ),
        (
            "first(C)",
            "hands C, which is one number, to first, which takes a class-vector",
            6,
            "pass z, softmax(z), onehot(y) or the like",
        ),
        (
            "z + first(z)",
            "puts a class-vector beside a quantity of two classes",
            2,
            "write first(v) or second(v), the entry of the class-vector v at the first or the second class",
        ),
        (
            "first(z)[y]",
            "takes the entry [y] of first(z), which is a quantity of two classes",
            8,
            "only a class-vector has entries",
        ),
        (
            "2*first(z)",
            "is a quantity of two classes and has to be one number",
            0,
            "sum over all pairs of classes with pair_total(...)",
        ),
    ],
)
def test_formula_strings_show_the_place(text: str, what: str, place: int, advice: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parsed(text, kind="loss")
    assert str(caught.value) == f"the formula {what}\n  {text}\n  {' ' * place}^\n{advice}"
