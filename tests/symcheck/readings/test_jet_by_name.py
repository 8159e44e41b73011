"""Jets with classes by name: closed forms with entries at named classes, known sums, bound indices, other readings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from subprocess import CompletedProcess

import pytest

import symcheck as sc
from symcheck.budget import Budget
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.growing import GrowingField, Substitution
from symcheck.field.indexed_field import IndexedField, Placement
from symcheck.intake.catalogue import loss_named, names
from symcheck.language.classwise import ClassParameter, MatrixParameter, quadratic_form
from symcheck.language.formula import Formula, symbols
from symcheck.language.interval import Interval
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Term
from symcheck.readings.expansion import Expansion, Gradient
from symcheck.readings.jet import expansion_at_zero, gradient_at_zero
from symcheck.readings.labelled import labelled_expansion
from symcheck.readings.stops import Kink
from symcheck.reason import Code, Undecided

z, y = symbols()
w = ClassParameter("w", above=0)
u = ClassParameter("u")
pi = ClassParameter("pi", above=0, total=1)
A = MatrixParameter("A", positive_definite=True)
B = MatrixParameter("B")
T = MatrixParameter("T", above=0, rows_sum=1)
D = MatrixParameter("D", doubly_stochastic=True)
q = sc.Parameter("q", above=0, at_most=1)
LOSS = {0: "y", 1: "k"}
OTHER = {0: "k", 1: "l"}


def ce(logits: object) -> Term:
    return -sc.log_softmax(logits)[y]


def field_of(formula: Formula) -> IndexedField:
    return IndexedField(Scope(Classes(), formula.parameters, formula.arrays), Budget(30))


def gradient(term: Term) -> tuple[Gradient[Element], IndexedField]:
    formula = Formula.of(term)
    field = field_of(formula)
    return gradient_at_zero(formula, field), field


def expansion(term: Term) -> tuple[Expansion[Element], IndexedField]:
    formula = Formula.of(term)
    field = field_of(formula)
    return expansion_at_zero(formula, field), field


# (the loss, d l/d z_y, d l/d z_k) at 0, by hand: the gradient of CE is softmax - e_y, of log p_j it is e_j - p
GRADIENTS = {
    "weights": (w[y] * ce(z), "-w[y]*(C - 1)/C", "w[y]/C"),
    "prior": (ce(z + sc.log(pi)), "pi[y] - 1", "pi[k]"),
    "prior of unknown sum": (ce(z + sc.log(w)), "(w[y] - sum_i(w[i]))/sum_i(w[i])", "w[k]/sum_i(w[i])"),
    "forward": (
        -sc.log((T.T @ sc.softmax(z))[y]),
        "(sum_i(T[i,y]) - C*T[y,y])/(C*sum_i(T[i,y]))",
        "(sum_i(T[i,y]) - C*T[k,y])/(C*sum_i(T[i,y]))",
    ),
    "forward, doubly stochastic": (-sc.log((D.T @ sc.softmax(z))[y]), "(1 - C*D[y,y])/C", "(1 - C*D[k,y])/C"),
    "smoothed labels": (-sc.total(D[y] * sc.log_softmax(z)), "(1 - C*D[y,y])/C", "(1 - C*D[y,k])/C"),
    "linear": (sc.total(u * z) - z[y], "u[y] - 1", "u[k]"),
    "a weight times a sum of weights": (sc.total(w) * w[y] * z[y], "w[y]*sum_i(w[i])", "0"),
    "both indices": ((B @ z)[y], "B[y,y]", "B[y,k]"),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients_at_named_classes(name: str) -> None:
    term, diagonal, other = GRADIENTS[name]
    e, field = gradient(term)
    assert field.text(e.g_y, LOSS) == diagonal
    assert field.text(e.g_k, LOSS) == other


# (the regularizer, d^2 g/d z_k^2, d^2 g/d z_k d z_l) at 0
HESSIANS = {
    "form": (quadratic_form(A, z), "2*A[k,k]", "2*A[k,l]"),
    "form that is not symmetric": (quadratic_form(B, z), "2*B[k,k]", "B[k,l] + B[l,k]"),
    "square of an image": (sc.total((B @ z) ** 2), "2*sum_i(B[i,k]**2)", "2*sum_i(B[i,l]*B[i,k])"),
    "weighted squares": (sc.total(w * z**2), "2*w[k]", "0"),
    "square of a weighted sum": (sc.total(w * z) ** 2, "2*w[k]**2", "2*w[k]*w[l]"),
    "image of an image": (sc.total(z * (B @ (B @ z))), "2*sum_i(B[k,i]*B[i,k])", None),
}


@pytest.mark.parametrize("name", HESSIANS)
def test_hessians_at_named_classes(name: str) -> None:
    term, diagonal, other = HESSIANS[name]
    e, field = expansion(term)
    assert e.g_y.is_zero
    assert field.text(e.h_yy, OTHER) == diagonal
    if other is not None:
        assert field.text(e.h_yk, OTHER) == other


def test_a_sum_over_the_labels() -> None:
    e, field = gradient(ce(z + sc.log(pi)))
    over_labels = field.over_classes(e.g_k, 0, {1: field.renamed(e.g_y, {0: 1})})
    assert field.text(over_labels, LOSS) == "C*pi[k] - 1"


# ---------------------------------------------------------------- the field of indexed constants


def field(**kwargs: object) -> IndexedField:
    return IndexedField(Scope(**kwargs), Budget())  # type: ignore[arg-type]


def test_known_sums() -> None:
    f = field()
    p, t, d = pi.array, T.array, D.array
    assert f.summed(f.entry(p, 0), 0) == f.number(1)
    assert f.summed(f.entry(t, 1, 0), 0) == f.number(1)  # a row
    assert f.summed(f.entry(d, 0, 1), 0) == f.number(1)  # a column
    assert f.summed(f.number(3), 0) == f.C * 3
    assert f.summed(f.entry(p, 1), 0) == f.C * f.entry(p, 1)
    column = f.summed(f.entry(t, 0, 1), 0)
    trace = f.summed(f.entry(d, 0, 0), 0)
    square = f.summed(f.entry(p, 0) ** 2, 0)
    assert {f.text(c, LOSS) for c in (column, trace, square)} == {
        "sum_i(T[i,k])", "sum_i(D[i,i])", "sum_i(pi[i]**2)",
    }  # fmt: skip


def test_a_sum_is_taken_apart() -> None:
    f = field(parameters=(q,))
    a, b = f.entry(pi.array, 0), f.entry(w.array, 1)
    c = f.summed((f.C * a + b) / (b + 1) + a * b, 0)
    assert (c - (f.C + f.C * b) / (b + 1) - b).is_zero


def test_bound_indices_are_not_captured() -> None:
    """sum_i (sum_j A_ij w_j) w_i and sum_i (sum_j A_ji w_j) w_i: the inner index is another one than the outer."""
    f = field()
    inner = f.summed(f.entry(B.array, 0, 1) * f.entry(w.array, 1), 1)
    turned = f.summed(f.entry(B.array, 1, 0) * f.entry(w.array, 1), 1)
    assert f.classes_in(inner) == {0}
    assert f.renamed(inner, {0: 5}) == f.summed(f.entry(B.array, 5, 1) * f.entry(w.array, 1), 1)
    both = [f.summed(x * f.entry(w.array, 0), 0) for x in (inner, turned)]
    assert all(not f.classes_in(x) for x in both)
    # at C = 2 with w = (w1, w2): both are sum_ij B_ij w_i w_j
    one = GrowingField(Scope(Classes(2, 2)), Budget())
    values = [placed(x, f, one, {}) for x in (*both, f.renamed(inner, {0: 3}))[:2]]
    assert values[0] == values[1]
    assert values[0].text() == "w[1]**2*B[1,1] + w[1]*w[2]*B[1,2] + w[1]*w[2]*B[2,1] + w[2]**2*B[2,2]"
    assert placed(inner, f, one, {0: 1}).text() == "w[1]*B[2,1] + w[2]*B[2,2]"


def placed(c: Element, source: IndexedField, target: GrowingField, places: Mapping[int, int]) -> Element:
    from symcheck.field.array_entries import ArrayEntries

    return Placement(source, target, ArrayEntries(target), places).of(c)


def test_constants_are_written_the_same_in_every_process(fresh: Callable[..., CompletedProcess[str]]) -> None:
    code = (
        "import symcheck as sc; from symcheck.language.classwise import *; B = MatrixParameter('B');"
        "w = ClassParameter('w', above=0); v = ClassParameter('v', above=0);"
        "g = lambda z: sc.total(z * (B @ (B @ (w * v * z)))) + sc.total((B.T @ (v * z)) * w) ** 2;"
        "f = lambda z, y: sc.total(w * v) * (B @ (B.T @ sc.softmax(z * w * v)))[y] - z[y];"
        "print(sc.certify(f, g, classes=(3, 9)).to_json())"
    )
    found = {fresh("-c", code, environment={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2", "3")}
    assert len(found) == 1
    assert '"schema"' in found.pop()


def test_two_named_classes_may_become_one() -> None:
    f = field()
    c = f.summed(f.entry(B.array, 0, 2) * f.entry(B.array, 1, 2), 2)
    one = f.renamed(c, {1: 0})
    assert f.text(one, LOSS) == "sum_i(B[y,i]**2)"
    assert f.renamed(one, {0: 1}) == f.renamed(c, {0: 1})


def test_names_of_symmetric_entries() -> None:
    f = field()
    assert f.entry(A.array, 1, 0) == f.entry(A.array, 0, 1)
    assert f.entry(B.array, 1, 0) != f.entry(B.array, 0, 1)


def test_names_that_end_alike_are_told_apart() -> None:
    f = field()
    v = ClassParameter("vw")
    assert f.text(f.entry(v.array, 0) + f.entry(w.array, 0), {0: "y"}) == "vw[y] + w[y]"


def test_signs_of_sums() -> None:
    from symcheck.field.signs.sign import Kind

    f = field()
    positive = f.summed(f.entry(w.array, 0) ** 2, 0)
    assert f.sign(positive).kind is Kind.POSITIVE
    assert f.sign(f.summed(f.entry(u.array, 0), 0)).kind is Kind.MIXED
    assert f.sign(f.summed(f.entry(u.array, 0) ** 2, 0)).nonnegative
    S = MatrixParameter("S", at_least=0, rows_sum=1).array
    loops = MatrixParameter("L", at_least=0, rows_sum=1, positive_diagonal=True).array
    assert f.sign(f.summed(f.entry(S, 0, 1), 0)).kind is not Kind.POSITIVE  # a column may be 0
    assert f.sign(f.summed(f.entry(loops, 0, 1), 0)).kind is Kind.POSITIVE


def test_a_field_takes_in_parameters() -> None:
    f = GrowingField(Scope(Classes(3, 3)), Budget())
    everywhere = Interval(None, None, low_open=True, high_open=True)
    a = f.atom("w[1]", Interval(Fraction(0), None, low_open=True, high_open=True))
    logarithm = f.log(a)
    b = f.atom("w[2]", everywhere)
    assert f.atom("w[1]", everywhere) == a
    assert [p.name for p in f.scope.parameters] == ["w[1]", "w[2]"]
    assert Substitution(f, {"w[1]": f.number(2)}).of(logarithm * b) == f.log(f.number(2)) * b
    assert (logarithm + b).ball({"C": 3, "w[1]": 1, "w[2]": Fraction(1, 2)}).overlaps(f.number(Fraction(1, 2)).ball({}))
    with pytest.raises(Undecided):
        f.log(b)


# ---------------------------------------------------------------- against the other readings


FORMULAS = {
    **{name: term for name, (term, _, _) in GRADIENTS.items()},
    "focal": -w[y] * (1 - sc.softmax(z)[y]) ** q * sc.log_softmax(z)[y],
    "margins": ce(z - w * sc.onehot(y)),
    "peer": ce(z) + q * sc.total(pi * sc.log_softmax(z)),
    "target": ce(z) + q * sc.log(1 - sc.total(sc.softmax(z) * pi)),
    "powers of weights": sc.total(sc.softmax(z) ** 2 * w**q) + sc.total(w**2) * z[y],
    "without the label": sc.total(sc.softplus(z * w), but=y) + sc.mean(sc.tanh(z - sc.total(w)), but=y),
    "a branch": sc.total(sc.relu(w + 1 + z)) + sc.maximum(w[y] + 1, z[y]),
    "inside": ce((B @ sc.tanh(z)) * w),
    "twice": ce(T @ (T @ z)),
    "sines": sc.total(sc.sin(w * z) * sc.arctan(z + w)) + sc.erf(w[y] * z[y] + q) * sc.cos(z[y] + sc.total(w)),
    "cosines": sc.total(sc.arccos(sc.softmax(z) / 2) * w) + sc.logsumexp(z * w, but=y),
}


@pytest.mark.parametrize("classes", [2, 3, 4])
@pytest.mark.parametrize("name", FORMULAS)
def test_losses_are_what_they_are_class_by_class(name: str, classes: int) -> None:
    e, field = gradient(FORMULAS[name])
    formula = Formula.of(FORMULAS[name])
    labelled = labelled_expansion(formula, Scope(Classes(classes, classes), formula.parameters), Budget(30), order=1)
    rows = labelled.gradients if len(labelled.gradients) > 1 else labelled.gradients * classes
    for i in range(classes):
        for j in range(classes):
            there = Placement(field, labelled.field, labelled.entries, {0: i, 1: j}).of(e.g_y if i == j else e.g_k)
            assert labelled.entries.reduced(there - rows[i][j]).is_zero, (i, j)


REGULARIZERS = {
    **{name: term for name, (term, _, _) in HESSIANS.items()},
    "kl": sc.total(pi * (sc.log(pi) - sc.log_softmax(z))),
    "log cosh": sc.total(w * sc.log(sc.cosh(z))) + sc.total(sc.exp(B @ z)),
    "mixed": sc.total(sc.softmax(z * w) * (A @ sc.softmax(z))),
    "cubic": sc.total(w * z**3),
}


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", REGULARIZERS)
def test_regularizers_are_what_they_are_class_by_class(name: str, classes: int) -> None:
    e, field = expansion(REGULARIZERS[name])
    labelled = labelled_expansion(Formula.of(REGULARIZERS[name]), Scope(Classes(classes, classes)), Budget(30))
    for i in range(classes):
        for j in range(classes):
            place = Placement(field, labelled.field, labelled.entries, {0: i, 1: j})
            assert labelled.entries.reduced(place.of(e.h_yy if i == j else e.h_yk) - labelled.hessians[0][i][j]).is_zero
            assert labelled.entries.reduced(place.of(e.g_y) - labelled.gradients[0][i]).is_zero


def test_formulas_without_arrays_are_what_they_are_with_classes_alike() -> None:
    compared = 0
    for name in names("loss"):
        of = loss_named(name)
        if of.recorded.arrays or of.classes.fixed is not None:
            continue
        scope = Scope(Classes(3, None), of.parameters)
        try:
            found = expansion_at_zero(of.recorded, IndexedField(scope, Budget(30)))
        except Undecided:
            continue
        expected = expansion_at_zero(of.recorded, Field(scope, Budget(30)))
        assert found.mapped(Element.text) == expected.mapped(Element.text), name
        compared += 1
    assert compared > 40


# ---------------------------------------------------------------- refusals


def test_operators_that_need_to_know_which_entry_is_the_largest_are_refused() -> None:
    for term in (sc.amax(z * w), sc.product(w + z), sc.total(sc.onehot_argmax(w) * z), sc.amax(w, but=y) * z[y]):
        with pytest.raises(Undecided) as stop:
            expansion(term)
        assert stop.value.reason.code is Code.UNMAPPED_OP


def test_kinks_and_unknown_signs() -> None:
    with pytest.raises(Kink):
        gradient(w[y] * sc.relu(-z[y]))
    with pytest.raises(Kink):
        gradient(sc.total(w * sc.abs(z) ** Fraction(3, 2)))
    with pytest.raises(Undecided) as stop:
        gradient(sc.total(sc.relu(w - 1 + z)))
    assert stop.value.reason.where == "relu(w - 1 + z)"
    with pytest.raises(Undecided) as stop:
        gradient(sc.log(u)[y] * z[y])
    assert stop.value.reason.where == "log(u)"
