"""The labelled reading: equal to the pattern reading where classes are treated alike, by closed forms elsewhere."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symcheck as sc
from symcheck.budget import Budget
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.undefined import Undefined
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.language.classwise import ClassParameter, MatrixParameter, quadratic_form
from symcheck.language.formula import Formula, symbols
from symcheck.language.recording import Kind
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Term
from symcheck.readings.jet import JetReading, expansion_at_zero
from symcheck.readings.labelled import LabelledExpansion, labelled_expansion
from symcheck.readings.stops import Branching, Kink
from symcheck.reason import Code, Undecided

z, y = symbols()
q = sc.Parameter("q", above=0, at_most=1)


def ce(logits: object) -> Term:
    return -sc.log_softmax(logits)[y]


def read(term: Term | Formula, classes: int, *, order: int = 2, seconds: float = 30) -> LabelledExpansion:
    formula = term if isinstance(term, Formula) else Formula.of(term)
    scope = Scope(Classes(classes, classes), formula.parameters, tuple(a for a in formula.arrays if a.is_free))
    return labelled_expansion(formula, scope, Budget(seconds), order=order)


def texts(rows: tuple[tuple[Element, ...], ...]) -> list[list[str]]:
    return [[c.text() for c in row] for row in rows]


SYMMETRIC = {
    "cross entropy": sc.logsumexp(z) - z[y],
    "gce": (1 - sc.softmax(z)[y] ** q) / q,
    "focal": -((1 - sc.softmax(z)[y]) ** 2) * sc.log_softmax(z)[y],
    "nce": sc.log_softmax(z)[y] / sc.total(sc.log_softmax(z)),
    "brier": sc.total((sc.softmax(z) - sc.onehot(y)) ** 2),
    "entropy": sc.total(sc.softmax(z) * sc.log_softmax(z)),
    "quartic": sc.total(z**4),
    "one-vs-rest": sc.total(sc.softplus(z)) - z[y],
    "hinge": sc.total(sc.relu(1 - z[y] + z), but=y),
    "sigmoid": sc.total(sc.sigmoid(z - z[y]), but=y),
    "maximum": sc.total(sc.maximum(z, 1) * sc.minimum(z + 2, 1)),
    "product": sc.product(1 + z * z + sc.exp(z)),
    "product of the others": sc.product(2 + z, but=y),
    "branch": sc.branch(sc.softmax(z)[y] - 2, z[y], sc.exp(z[y])),
    "detached": -((1 - sc.detach(sc.softmax(z)[y])) ** 2) * sc.log_softmax(z)[y],
    "cosh": sc.total(sc.log(sc.cosh(z))) + sc.tanh(z[y]),
    "largest": sc.amax(z + 2 * sc.onehot(y)),
    "largest of the others": sc.amax(sc.exp(z) * 0 + 1, but=y),
    "powers": sc.total((1 + z) ** -3) + z[y] ** 2 + (2 + z[y]) ** z[y],
    "pairs": sc.pair_total((sc.first(z) - sc.second(z)) ** 2) + z[y],
    "pairs of probabilities": sc.pair_total(sc.exp(sc.first(z) * sc.second(sc.softmax(z)))),
    "cosines": sc.total(sc.arccos(sc.softmax(z) / 2)) + sc.arccos(z[y]),
    "sines": sc.total(sc.sin(z) * sc.cos(z + 1)) + sc.cos(sc.arccos(sc.softmax(z)[y]) + q),
    "arc tangents and error functions": sc.total(sc.arctan(1 + z) * sc.erf(z - 1)) + sc.erf(sc.arctan(z[y])),
    "powers of absolute values": sc.total(sc.abs(z) ** 3) + sc.abs(z[y]) ** 4 + sc.abs(1 + z[y]) ** Fraction(1, 2),
    "roots": sc.sqrt(1 + sc.total(z**2)) + (1 + z[y]) ** q,
}


@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("name", SYMMETRIC)
def test_it_equals_the_pattern_reading(name: str, classes: int) -> None:
    agree(Formula.of(SYMMETRIC[name]), classes)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("kind", ["loss", "regularizer"])
def test_it_equals_the_pattern_reading_on_the_catalogue(kind: Kind, classes: int) -> None:
    compared = 0
    for name in names(kind):
        of = loss_named(name) if kind == "loss" else regularizer_named(name)
        of = of.at(**{p.name: p.default for p in of.parameters if p.default is not None})
        if classes not in of.classes or of.recorded.is_classwise:
            continue
        try:
            agree(of.recorded, classes)
        except Undecided:
            continue
        compared += 1
    assert compared > (30 if kind == "loss" else 12)


def agree(formula: Formula, classes: int) -> None:
    """The same values, gradients and Hessians, or the same refusal."""
    formula = formula.with_powers_of_abs()
    try:
        labelled = read(formula, classes)
    except Undecided as stop:
        field = Field(Scope(Classes(classes, classes), formula.parameters), Budget(30))
        with pytest.raises(type(stop)):
            JetReading(field).read(formula)
        return
    reading = JetReading(labelled.field)
    e = reading.expansion_of(reading.read(formula))
    for label, gradient in enumerate(labelled.gradients):
        assert (labelled.values[label] - e.value).is_zero
        for k in range(classes):
            assert (gradient[k] - (e.g_y if k == label else e.g_k)).is_zero, (label, k)
            for m in range(classes):
                found = labelled.hessians[label][k][m]
                assert (found - _bend(e, k == label, m == label, k == m)).is_zero, (label, k, m)


def _bend(e: object, first: bool, second: bool, same: bool) -> Element:
    name = "h_yy" if first and second else "h_yk" if first or second else "h_kk" if same else "h_kl"
    return getattr(e, name)  # type: ignore[no-any-return]


def test_a_wrong_entry_is_told_apart() -> None:
    twice, once = read(ce(2 * z), 3), read(ce(z), 3)
    e = expansion_at_zero(Formula.of(ce(z)), once.field)
    assert once.gradients[0][0].rational == e.g_y.rational
    assert twice.gradients[0][0].rational != e.g_y.rational


# ---------------------------------------------------------------- closed forms


def test_class_weights_multiply_the_gradient() -> None:
    # -w_y o_y with w = (1, 10, 1)
    e = read(ClassParameter("w", (1, 10, 1))[y] * ce(z), 3)
    assert texts(e.gradients) == [
        ["-2/3", "1/3", "1/3"],
        ["10/3", "-20/3", "10/3"],
        ["1/3", "1/3", "-2/3"],
    ]


def test_a_prior_shifts_the_gradient() -> None:
    # pi - e_y with pi = (6/10, 1/10, 3/10), and D^2 l = diag(pi) - pi pi'
    e = read(ce(z + sc.log(ClassParameter("pi", ("6/10", "1/10", "3/10")))), 3)
    assert texts(e.gradients) == [
        ["-2/5", "1/10", "3/10"],
        ["3/5", "-9/10", "3/10"],
        ["3/5", "1/10", "-7/10"],
    ]
    assert texts(e.hessians[0]) == [
        ["6/25", "-3/50", "-9/50"],
        ["-3/50", "9/100", "-3/100"],
        ["-9/50", "-3/100", "21/100"],
    ]


def test_a_transition_matrix() -> None:
    # -(T_iy/s_y - 1/3) with the columns of T = ((7, 3, 0), (0, 7, 3), (3, 0, 7))/10, whose sums are 1
    rows = (("7/10", "3/10", 0), (0, "7/10", "3/10"), ("3/10", 0, "7/10"))
    T = MatrixParameter("T", rows)
    e = read(-sc.log((T.T @ sc.softmax(z))[y]), 3)
    assert texts(e.gradients)[0] == ["-11/30", "1/3", "1/30"]
    assert texts(e.gradients)[1] == ["1/30", "-11/30", "1/3"]


def test_a_quadratic_form_that_is_not_symmetric() -> None:
    # D^2 z'Az = A + A'
    e = read(quadratic_form(MatrixParameter("A", ((1, 3), (0, 2))), z), 2)
    assert texts(e.hessians[0]) == [["2", "3"], ["3", "4"]]


def test_weights_of_pairs() -> None:
    # sum_ij w_i w_j (z_i - z_j)^2 with w = (1, 2): 2 * 1 * 2 (z_1 - z_2)^2, whose Hessian is 8 (1, -1)'(1, -1)
    v = ClassParameter("w", (1, 2))
    e = read(sc.pair_total(sc.first(v) * sc.second(v) * (sc.first(z) - sc.second(z)) ** 2), 2)
    assert texts(e.hessians[0]) == [["8", "-8"], ["-8", "8"]]


def test_a_row_and_a_column_of_the_label() -> None:
    S = MatrixParameter("S", ((1, 2), (3, 4)))
    assert texts(read(sc.total(S[y] * z), 2).gradients) == [["1", "2"], ["3", "4"]]
    assert texts(read(sc.total(S.T[y] * z), 2).gradients) == [["1", "3"], ["2", "4"]]


def test_a_rule_gives_the_entries_of_each_c() -> None:
    S = MatrixParameter("S", rule="cyclic")
    assert texts(read(sc.total(S[y] * z), 2).gradients) == [["0", "1"], ["1", "0"]]
    assert texts(read(sc.total(S[y] * z), 3).gradients) == [["0", "1", "0"], ["0", "0", "1"], ["1", "0", "0"]]


# ---------------------------------------------------------------- free entries


w = ClassParameter("w", above=0)
pi = ClassParameter("pi", above=0, total=1)
T = MatrixParameter("T", at_least=0, rows_sum=1, positive_diagonal=True)
A = MatrixParameter("A", positive_definite=True)
FREE = {
    "weights": w[y] * ce(z),
    "prior": ce(z + sc.log(pi)),
    "forward": -sc.log((T.T @ sc.softmax(z))[y]),
    "margins": ce(z - w * sc.onehot(y)),
    "form": quadratic_form(A, z) + sc.total(w * z**2),
    "powers": sc.total(w**q * sc.softmax(z) ** 2) + sc.log(w)[y] * z[y],
}


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", FREE)
def test_free_entries_are_what_given_ones_are(name: str, classes: int) -> None:
    """The constants in w[1], w[2], ... with numbers put in are those of the formula with these numbers."""
    formula = Formula.of(FREE[name])
    free = read(formula, classes)
    samples = [list(a.samples(classes)) for a in formula.arrays]
    for n in range(3):
        arrays = {a.name: row[n % len(row)] for a, row in zip(formula.arrays, samples, strict=True)}
        at = {"C": classes, "q": Fraction(1, 3), **entries(arrays)}
        given = read(formula.with_arrays(arrays).with_values({"q": Fraction(1, 3)}), classes)
        pairs = [
            *zip(free.values, given.values, strict=True),
            *((a, b) for r, s in zip(free.gradients, given.gradients, strict=True) for a, b in zip(r, s, strict=True)),
            *(
                (a, b)
                for m, n_ in zip(free.hessians, given.hessians, strict=True)
                for r, s in zip(m, n_, strict=True)
                for a, b in zip(r, s, strict=True)
            ),
        ]
        for a, b in pairs:
            assert a.ball(at, 200).overlaps(b.ball({"C": classes}, 200))


def entries(arrays: dict[str, object]) -> dict[str, Fraction]:
    from symcheck.conditions.agreement.points import entries_named

    return entries_named(arrays)  # type: ignore[arg-type]


def test_known_sums_close() -> None:
    # softmax(log pi) = pi only because pi adds up to 1
    assert texts(read(ce(z + sc.log(pi)), 2).gradients) == [["pi[1] - 1", "pi[2]"], ["pi[1]", "pi[2] - 1"]]
    loose = ClassParameter("pi", above=0)
    assert texts(read(ce(z + sc.log(loose)), 2).gradients)[0][1] == "pi[2]/(pi[1] + pi[2])"


def test_a_sum_over_the_labels_vanishes_by_the_known_sums() -> None:
    S = MatrixParameter("S", doubly_stochastic=True)
    e = read(-sc.total(S[y] * sc.log_softmax(z)), 3, order=1)
    sums = [e.gradients[0][k] + e.gradients[1][k] + e.gradients[2][k] for k in range(3)]
    assert not any(c.is_zero for c in sums)
    assert all(e.entries.reduced(c).is_zero for c in sums)
    rows_only = MatrixParameter("S", rows_sum=1)
    e = read(-sc.total(rows_only[y] * sc.log_softmax(z)), 3, order=1)
    assert not e.entries.reduced(e.gradients[0][0] + e.gradients[1][0] + e.gradients[2][0]).is_zero


# ---------------------------------------------------------------- refusals


def test_kinks_and_what_has_no_value() -> None:
    with pytest.raises(Kink) as kink:
        read(w[y] * sc.relu(-z[y]), 2)
    assert kink.value.reason.where == "relu(-z[y])"
    with pytest.raises(Kink, match="two are the largest"):
        read(sc.amax(z), 3)
    with pytest.raises(Undefined) as undefined:
        read(sc.log(sc.total(ClassParameter("w", (1, 2)) * z)), 2)
    assert undefined.value.reason.where == "log(total(w*z))"
    with pytest.raises(Branching, match=r"relu branches on the sign of w\[1\] - 1"):
        read(sc.total(sc.relu(w - 1 + z)), 2)


def test_entries_that_differ_decide_a_branch_each() -> None:
    # relu(w - 2 + z) with w = (1, 3): only the second one is on
    e = read(sc.total(sc.relu(ClassParameter("w", (1, 3)) - 2 + z)), 2)
    assert texts(e.gradients) == [["0", "1"]]
    assert texts(read(sc.amax(ClassParameter("w", (1, 3, 2)) + z), 3).gradients) == [["0", "1", "0"]]
    assert texts(read(sc.total(sc.onehot_argmax(ClassParameter("w", (1, 3, 2))) * z), 3).gradients) == [["0", "1", "0"]]


def test_the_innermost_subexpression_is_named() -> None:
    with pytest.raises(Undecided) as stop:
        read(sc.total(ClassParameter("w", (1, 2)) * sc.sqrt(z)), 2)
    assert stop.value.reason.where == "sqrt(z)"
    assert stop.value.reason.code is Code.KINK


def test_deep_formulas() -> None:
    term: Term = z * ClassParameter("w", (1, 2))
    for _ in range(400):
        term = sc.tanh(term)
    with pytest.raises(Undecided) as stop:
        read(sc.total(term), 2)
    assert stop.value.reason.code is Code.BUDGET
    chain: Term = z[y]
    for _ in range(2000):
        chain = chain + ClassParameter("w", (1, 2))[y]
    assert read(chain, 2).values[1].rational == 4000


def test_the_budget_is_kept() -> None:
    T = MatrixParameter("T", tuple(tuple(Fraction(1, 1 + i + j) for j in range(20)) for i in range(20)))
    with pytest.raises(Undecided) as stop:
        read(-(sc.log((T.T @ sc.softmax(z))[y]) ** 2), 20, seconds=0.05)
    assert stop.value.reason.code is Code.BUDGET


def test_thirty_classes() -> None:
    weights = tuple(Fraction(k) for k in range(1, 31))
    e = read(ClassParameter("w", weights)[y] * ce(z), 30, order=1)
    assert all(
        e.gradients[i][j].rational == weights[i] * (Fraction(1, 30) - (i == j)) for i in range(30) for j in range(30)
    )
