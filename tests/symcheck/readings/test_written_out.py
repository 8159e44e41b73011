"""One layout under the readings that write every class out: which entries meet, and what is a ball in a series."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from flint import arb_series

from symcheck.conditions.existence.rational import rational_value
from symcheck.intake.parser import parsed
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import total
from symcheck.language.vector_array import VectorArray
from symcheck.readings.explicit.series import SeriesReading, series_of_length
from symcheck.readings.written_out import WrittenOut, by_entry

Words = tuple[str, ...]


class Written(WrittenOut[str]):
    """Entries as words, so that what is made of which entries, and in which order, can be read."""

    add = by_entry(lambda x, y: f"({x}+{y})")
    mul = by_entry(lambda x, y: f"{x}*{y}")
    div = by_entry(lambda x, y: f"{x}/{y}")
    pow = by_entry(lambda x, y: f"{x}^{y}")

    def constant(self, value: Fraction) -> str:
        return str(value)

    def parameter(self, name: str) -> Words:
        return (name,)

    def logits(self) -> Words:
        return tuple(f"z{i}" for i in range(self.count))

    def summed(self, entries: Sequence[str]) -> str:
        return f"sum[{' '.join(entries)}]"

    def largest(self, entries: Sequence[str]) -> str:
        return f"max[{' '.join(entries)}]"


CASES = [(c, y) for c in (2, 3, 5) for y in range(c)]


@pytest.mark.parametrize(("classes", "y"), CASES)
def test_scalars_stand_at_every_class_and_the_label_is_one_of_them(classes: int, y: int) -> None:
    reading = Written(classes, y)
    z, others = reading.logits(), [f"z{i}" for i in range(classes) if i != y]
    assert reading.classes() == (str(classes),)
    assert reading.onehot() == tuple("1" if i == y else "0" for i in range(classes))
    assert reading.filled(("q",)) == ("q",) * classes
    assert reading.add(("q",), z) == tuple(f"(q+{x})" for x in z)
    assert reading.mul(z, z) == tuple(f"{x}*{x}" for x in z)
    assert reading.pow(("q",), ("2",)) == ("q^2",)
    assert reading.take(z) == (z[y],)
    assert reading.total(z) == (f"sum[{' '.join(z)}]",)
    assert reading.total_others(z) == (f"sum[{' '.join(others)}]",)
    assert reading.amax(z) == (f"max[{' '.join(z)}]",)
    assert reading.amax_others(z) == (f"max[{' '.join(others)}]",)
    assert reading.product(z) == ("*".join(["1", *z]),)
    assert reading.product_others(z) == ("*".join(["1", *others]),)
    # A sum over the classes of what is the same for all of them has C summands.
    assert reading.total(("q",)) == (f"sum[{' '.join(['q'] * classes)}]",)
    assert reading.total_others(("q",)) == (f"sum[{' '.join(['q'] * (classes - 1))}]",)
    assert reading.take(("q",)) == ("q",)


@pytest.mark.parametrize(("classes", "y"), CASES)
def test_quantities_of_two_classes_stand_row_by_row(classes: int, y: int) -> None:
    reading = Written(classes, y)
    z, places = reading.logits(), range(classes)
    pairs = [f"z{i}*z{j}" for i in places for j in places]
    assert reading.mul(reading.first(z), reading.second(z)) == tuple(pairs)
    assert reading.pair_total(tuple(pairs)) == (f"sum[{' '.join(pairs)}]",)
    assert reading.pair_total(("q",)) == (f"sum[{' '.join(['q'] * classes**2)}]",)
    assert reading.first(("q",)) == reading.second(("q",)) == ("q",) * classes**2


@pytest.mark.parametrize(("classes", "y"), CASES)
def test_a_matrix_is_applied_by_its_rows_and_transposed_by_its_columns(classes: int, y: int) -> None:
    reading, places = Written(classes, y), range(classes)
    rows = tuple(tuple(Fraction(10 * i + j) for j in places) for i in places)
    matrix, vector = MatrixParameter("A", rows).array, ClassParameter("w", rows[0]).data
    assert isinstance(vector, VectorArray)
    assert reading.class_parameter(vector) == tuple(str(j) for j in places)
    for transposed in (False, True):
        found = reading.apply(matrix, reading.logits(), transposed=transposed)
        wanted = [[10 * j + i if transposed else 10 * i + j for j in places] for i in places]
        assert found == tuple(f"sum[{' '.join(f'{a}*z{j}' for j, a in enumerate(row))}]" for row in wanted)
        assert reading.apply(matrix, ("q",), transposed=transposed)[0].count("*q") == classes


def test_exact_values_are_those_of_the_definitions() -> None:
    z, y = symbols()
    a = ((1, 2, 0), (0, -1, 3), (5, 0, Fraction(1, 2)))
    at = (Fraction(1, 3), Fraction(-2), Fraction(5))
    applied = [sum(row[j] * at[j] for j in range(3)) for row in a]
    turned = [sum(a[i][j] * at[i] for i in range(3)) for j in range(3)]
    matrix = MatrixParameter("A", a)
    for term, wanted in (
        (total(z * (matrix @ z)), sum(x * v for x, v in zip(at, applied, strict=True))),
        ((matrix.T @ z)[y], turned[0]),
        ((matrix @ z)[y] / total(z), applied[0] / sum(at)),
    ):
        assert rational_value(Formula.of(term), at, {}) == wanted
    assert rational_value(parsed("product(z)*product(z, but=y)"), at, {}) == at[0] * at[1] ** 2 * at[2] ** 2
    assert rational_value(parsed("amax(z, but=y) - amin(z)"), (Fraction(9), *at[1:]), {}) == 7


TEXTS = [
    "total(softmax(z)*z**2)/C + log(C) - arccos(1/C)",
    "branch(z[y], 3, C) + branch(C - 1, 2, 5)*maximum(C, 4) + minimum(z[y], 2)",
    "relu(z[y]) + abs(z[y]) + relu(1 - C) + abs(-2)",
    "amax(z) - amax(z, but=y) + amax(onehot(y))",
    "total(onehot_argmax(z)*z) + onehot_argmax(onehot(y))[y]",
    "total(entmax(z, 3/2)**2) + entmax(onehot(y), 2)[y] + entmax(z, 1)[y]",
    "product(exp(z)) + product(1 + onehot(y), but=y)",
    "detach(z[y])*z[y] + detach(C)",
    "z[y]**3 + 0**(1/2) + 2**(1/3) + (1 + z[y]**2)**(3/2) + C**z[y]",
    "sin(z[y])*cos(1) + arctan(z[y]) + erf(z[y]) + arccos(z[y]/9)",
    "logsumexp(z, but=y) - mean(z, but=y) + total(z*0)",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_an_entry_is_a_series_exactly_where_z_occurs(text: str, order: int) -> None:
    """Along e_1 the other scores do not move, but z occurs in them: a kink there is one all the same."""
    formula = parsed(text)
    moves: list[bool] = []
    for node in formula.nodes:
        moves.append(node.op == "logits" or any(moves[a] for a in node.args))
    point, line = [Fraction(n, 4) for n in (3, -2, 1)], [Fraction(n) for n in (1, 0, 0)]
    with series_of_length(order):
        for y in range(3):
            values = SeriesReading(point, line, {}, y=y, order=order, one_sided=False).read_all(formula)
            for moving, entries in zip(moves, values, strict=True):
                assert {isinstance(x, arb_series) for x in entries} == {moving}
