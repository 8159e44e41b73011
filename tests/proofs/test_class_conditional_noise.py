"""Class-conditional noise: which T keep the predictions of MUH + quadratic, against brute force over laws."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symcheck as sc
from symcheck.class_conditional.matrices import Noise, PairFlip, UniformNoise, towards
from symcheck.class_conditional.noise_answer import NoiseCondition
from symcheck.class_conditional.score_order import Matrix, Scores, Vector, leaders, needed_lead, uniform_factor
from symcheck.errors import ParameterError, ScopeError
from symcheck.findings.verdict import Verdict

F = Fraction
ANISOTROPIC = ((2, 1, 0), (1, 3, 0), (0, 0, 1))


def corner_condition(noise: Matrix) -> bool:
    """Whether a class that leads eta leads T'eta, alone if it led alone: the condition at the corners, for all i != j.

    T_ii > T_ij and T_ii - T_ij + sum over m != i of min(0, T_mi - T_mj) >= 0.
    """
    places = range(len(noise))
    for i, j in product(places, repeat=2):
        if i != j:
            lead = noise[i][i] - noise[i][j]
            least = lead + sum((min(F(0), noise[m][i] - noise[m][j]) for m in places if m != i), F(0))
            if lead <= 0 or least < 0:
                return False
    return True


@st.composite
def matrices(draw: st.DrawFn, most: int = 4) -> Matrix:
    """Rows of small rational probabilities; some of them uniform noise, some close to it."""
    n = draw(st.integers(2, most))
    if draw(st.booleans()):
        rho = draw(st.fractions(0, 1, max_denominator=12))
        rows = [[1 - rho if i == j else rho / (n - 1) for j in range(n)] for i in range(n)]
        if draw(st.booleans()):
            i, j, k = (draw(st.integers(0, n - 1)) for _ in range(3))
            moved = min(rows[i][j], F(1, draw(st.integers(20, 60))))
            rows[i][j] -= moved
            rows[i][k] += moved
        return tuple(map(tuple, rows))
    weights = [draw(st.lists(st.integers(0, 6), min_size=n, max_size=n).filter(any)) for _ in range(n)]
    return tuple(tuple(F(w, sum(row)) for w in row) for row in weights)


def laws(n: int, fineness: int) -> list[Vector]:
    """Every law with entries that are multiples of 1/fineness."""
    return [tuple(F(k, fineness) for k in c) for c in product(range(fineness + 1), repeat=n) if sum(c) == fineness]


def difference(noise: Matrix, eta: Sequence[Fraction], i: int, j: int) -> Fraction:
    """(T'eta)_i - (T'eta)_j."""
    return sum((eta[m] * (noise[m][i] - noise[m][j]) for m in range(len(noise))), F(0))


@settings(max_examples=60)
@given(noise=matrices())
def test_the_least_difference_is_at_a_corner(noise: Matrix) -> None:
    """Where eta_i is largest, (T'eta)_i - (T'eta)_j over eta_i is at least the least value at the 1_S with i in S.

    And that is the closed form T_ii - T_ij + sum over m != i of min(0, T_mi - T_mj).
    """
    n = len(noise)
    for i, j in product(range(n), repeat=2):
        if i == j:
            continue
        others = [m for m in range(n) if m != i]
        corners = [c for k in range(n) for c in combinations(others, k)]
        at_corners = min(difference(noise, [F(int(m == i or m in c)) for m in range(n)], i, j) for c in corners)
        closed = noise[i][i] - noise[i][j] + sum(min(F(0), noise[m][i] - noise[m][j]) for m in others)
        assert at_corners == closed
        for eta in laws(n, 5):
            if eta[i] == max(eta):
                assert difference(noise, eta, i, j) >= closed * eta[i]


@settings(max_examples=80)
@given(noise=matrices())
def test_the_verdict_is_that_of_brute_force(noise: Matrix) -> None:
    """PROVED: no law of a grid turns, and the corners hold; REFUTED: the witness turns, computed here again."""
    found = sc.noise_condition(noise)
    n = len(noise)
    factor = uniform_factor(noise)
    assert (found.verdict is Verdict.PROVED) == (factor is not None and factor > 0) == corner_condition(noise)
    if found.verdict is Verdict.PROVED:
        assert found.witness is None
        for eta in laws(n, 6):
            noisy = [sum((eta[i] * noise[i][j] for i in range(n)), F(0)) for j in range(n)]
            assert leaders(eta) == leaders(noisy)
    else:
        assert found.verdict is Verdict.REFUTED
        assert found.witness is not None
        eta = found.witness.eta
        assert sum(eta) == 1
        assert min(eta) >= 0
        noisy = [sum((eta[i] * noise[i][j] for i in range(n)), F(0)) for j in range(n)]
        assert leaders(eta) == found.witness.clean
        assert leaders(noisy) == found.witness.noisy
        assert len(found.witness.clean) == 1
        assert found.witness.clean != found.witness.noisy


@settings(max_examples=80)
@given(noise=matrices(3), entries=st.lists(st.integers(-2, 3), min_size=9, max_size=9))
def test_another_hessian_changes_the_witness_and_not_the_verdict(noise: Matrix, entries: list[int]) -> None:
    """H = B'B + I; the scores are solved here by Cramer's rule and not by the engine."""
    n = len(noise)
    b = [[F(x) for x in entries[n * i : n * i + n]] for i in range(n)]
    hessian = tuple(
        tuple(sum(b[k][i] * b[k][j] for k in range(n)) + F(int(i == j)) for j in range(n)) for i in range(n)
    )
    found, plain = sc.noise_condition(noise, hessian), sc.noise_condition(noise)
    assert found.verdict is plain.verdict
    if found.witness is not None:
        eta = found.witness.eta
        law = [sum((eta[i] * noise[i][j] for i in range(n)), F(0)) for j in range(n)]
        before, after = solved(hessian, [x - F(1, n) for x in eta]), solved(hessian, [x - F(1, n) for x in law])
        assert leaders(before) == found.witness.clean
        assert leaders(after) == found.witness.noisy
        assert len(found.witness.clean) == 1
        assert found.witness.clean != found.witness.noisy


def solved(matrix: Matrix, right: Sequence[Fraction]) -> Vector:
    whole = determinant(matrix)
    columns = range(len(right))
    return tuple(
        determinant(tuple(tuple(right[i] if j == k else x for j, x in enumerate(row)) for i, row in enumerate(matrix)))
        / whole
        for k in columns
    )


def determinant(m: Matrix) -> Fraction:
    if len(m) == 1:
        return m[0][0]
    minors = (tuple(row[:j] + row[j + 1 :] for row in m[1:]) for j in range(len(m)))
    return sum((F((-1) ** j) * m[0][j] * determinant(minor) for j, minor in enumerate(minors)), F(0))


def test_the_brute_force_can_find_a_flip() -> None:
    """So that the tests above can fail: pair flip turns a law of the grid, and its corners are negative."""
    noise = ((F(4, 5), F(1, 5), F(0)), (F(0), F(4, 5), F(1, 5)), (F(1, 5), F(0), F(4, 5)))
    turned = [eta for eta in laws(3, 6) if leaders(eta) != leaders(Scores(noise).noisy(eta)) and len(leaders(eta)) == 1]
    assert turned == []  # at this fineness the leads are too large
    finer = [eta for eta in laws(3, 20) if leaders(eta) != leaders(Scores(noise).noisy(eta)) and len(leaders(eta)) == 1]
    assert finer
    assert not corner_condition(noise)


# kinds of noise, symbolic


def test_uniform_noise_is_kept_for_every_rate_and_every_number_of_classes() -> None:
    found = sc.noise_condition(UniformNoise())
    assert found.verdict is Verdict.PROVED
    assert found.scope.classes.low == 2
    assert found.scope.classes.high is None
    assert [p.name for p in found.scope.parameters] == ["a"]


def test_uniform_noise_turns_where_its_rate_reaches_the_bound() -> None:
    """rho < 1/2 is below (C - 1)/C for every C; rho = 1/2 ties at C = 2; rho near 1 turns."""
    below = sc.Parameter("rho", at_least=0, below="1/2")
    assert sc.noise_condition(UniformNoise(below)).verdict is Verdict.PROVED
    tie = sc.noise_condition(UniformNoise("1/2"))
    assert tie.verdict is Verdict.REFUTED
    assert tie.classes == 2
    assert tie.witness is not None
    assert tie.witness.noisy == (1, 2)
    assert sc.noise_condition(UniformNoise("1/2"), classes=(3, 1000)).verdict is Verdict.PROVED
    wide = sc.noise_condition(UniformNoise(sc.Parameter("rho", at_least=0, below=1)))
    assert wide.verdict is Verdict.REFUTED
    assert wide.parameters["rho"] >= F(wide.classes - 1, wide.classes)  # type: ignore[operator]


def test_pair_flip_keeps_predictions_at_two_classes_only() -> None:
    """With C >= 3 it is not uniform for any rate > 0; with C = 2 it is, so a rate below 1/2 is kept."""
    rate = sc.Parameter("r", above=0, below="1/2")
    assert sc.noise_condition(PairFlip(rate), classes=2).verdict is Verdict.PROVED
    found = sc.noise_condition(PairFlip(rate))
    assert found.verdict is Verdict.REFUTED
    assert found.classes == 3
    assert sc.noise_condition(PairFlip(0)).verdict is Verdict.PROVED
    for classes in (3, 4, 7):
        assert sc.noise_condition(PairFlip("1/1000"), classes=classes).verdict is Verdict.REFUTED


def test_pair_flip_keeps_certain_labels_below_one_half() -> None:
    """At eta = e_i the score of i is 1 - r, that of the next class r: kept if and only if r < 1/2."""
    certain = [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    below, up_to = sc.Parameter("r", at_least=0, below="1/2"), sc.Parameter("r", at_least=0, at_most="1/2")
    assert sc.noise_condition(PairFlip(below), laws=certain).verdict is Verdict.PROVED
    found = sc.noise_condition(PairFlip(up_to), laws=certain)
    assert found.verdict is Verdict.REFUTED
    assert found.parameters == {"r": F(1, 2)}


def test_labels_drawn_again_from_a_law_shift_the_scores() -> None:
    """T = (1 - s) I + s 1 q': T'eta - u = (1 - s)(eta - u) + s (q - u), so it is kept iff q is uniform and s < 1.

    Where the leading class leads by more than max (q_j - q_i) s/(1 - s) it is kept: with s = 1/5 and
    q = (1/2, 1/4, 1/4) that is 1/4 * 1/4.
    """
    s = sc.Parameter("s", above=0, below=1)
    assert sc.noise_condition(towards(s, ("1/3", "1/3", "1/3"))).verdict is Verdict.PROVED
    assert sc.noise_condition(towards(s, ("1/2", "1/4", "1/4"))).verdict is Verdict.REFUTED
    closed = sc.Parameter("s", at_least=0, at_most=1)
    at_one = sc.noise_condition(towards(closed, ("1/3", "1/3", "1/3")))
    assert at_one.verdict is Verdict.REFUTED
    assert at_one.parameters == {"s": F(1)}
    assert sc.noise_condition(towards("1/5", ("1/2", "1/4", "1/4"))).lead == F(1, 16)


@settings(max_examples=60)
@given(noise=matrices(3))
def test_a_larger_lead_than_the_one_stated_is_enough_and_that_is_the_least(noise: Matrix) -> None:
    n, lead = len(noise), needed_lead(noise)
    for eta in laws(n, 24):
        (first, second), top = sorted(eta, reverse=True)[:2], leaders(eta)
        if len(top) == 1 and Scores(noise).flip(eta) is not None:
            assert lead is None or first - second <= lead
    if lead is None:
        certain = [Scores(noise).flip([F(int(i == k)) for k in range(n)]) for i in range(n)]
        assert any(f is not None for f in certain)
    elif lead > 0:  # with exactly this lead two scores tie at some g e_i + (1 - g) 1_S/|S|
        places = range(n)
        ties = [
            difference(noise, [lead * (m == i) + (1 - lead) * F(int(m in s), len(s)) for m in places], i, j) == 0
            for i, j in product(places, repeat=2)
            for k in range(1, n + 1)
            for s in combinations(places, k)
            if i in s and i != j
        ]
        assert any(ties)


def test_with_a_general_hessian_uniform_noise_is_kept_and_other_noise_is_not() -> None:
    s = sc.Parameter("s", above=0, below=1)
    assert sc.noise_condition(UniformNoise(), ANISOTROPIC, classes=3).verdict is Verdict.PROVED
    found = sc.noise_condition(towards(s, ("1/2", "1/4", "1/4")), ANISOTROPIC)
    assert found.verdict is Verdict.REFUTED
    assert not found.isotropic


def test_given_laws_are_decided_one_by_one() -> None:
    """T'eta at (3/5, 2/5, 0) is (.48, .44, .08) under pair flip with 1/5, and at (1/2, 9/20, 1/20) class 2 leads."""
    noise = PairFlip("1/5")
    assert sc.noise_condition(noise, laws=[("3/5", "2/5", 0)]).verdict is Verdict.PROVED
    found = sc.noise_condition(noise, laws=[("3/5", "2/5", 0), ("1/2", "9/20", "1/20")])
    assert found.verdict is Verdict.REFUTED
    assert found.witness is not None
    assert found.witness.eta == (F(1, 2), F(9, 20), F(1, 20))
    assert (found.witness.clean, found.witness.noisy) == ((1,), (2,))
    tied = sc.noise_condition(noise, laws=[("1/2", "1/2", 0)])
    assert tied.verdict is Verdict.REFUTED
    assert tied.witness is not None
    assert tied.witness.clean == (1, 2)


def test_entries_may_be_formulas_that_are_equal_without_looking_so() -> None:
    """(p + q)^2 - p^2 - 2 p q is q^2, so all entries off the diagonal are q^2/4."""
    p, q = sc.Parameter("p", above=0, at_most="1/4"), sc.Parameter("q", above=0, at_most="1/4")
    same = ((p + q) ** 2 - p**2 - 2 * p * q) / 4
    rows = [[1 - same - q**2 / 4, same, q**2 / 4], [q**2 / 4, 1 - same - q**2 / 4, same]]
    rows.append([same, q**2 / 4, 1 - same - q**2 / 4])
    assert sc.noise_condition(rows).verdict is Verdict.PROVED
    rows[2] = [same + q / 8, q**2 / 4, 1 - same - q**2 / 4 - q / 8]
    assert sc.noise_condition(rows).verdict is Verdict.REFUTED


def test_a_flip_that_cannot_be_shown_in_rational_numbers_is_undecided() -> None:
    """T_12 = exp(-p)/4 is less than T_21 = 1/3 everywhere, and no rational number at a rational p > 0."""
    flip = sc.exp(-sc.Parameter("p", above=0)) / 4
    found = sc.noise_condition([[1 - flip, flip], ["1/3", "2/3"]])
    assert found.verdict is Verdict.UNDECIDED
    assert found.reason is not None
    assert "is not a rational number at rational parameters" in found.reason.why


def test_the_answer_is_shown() -> None:
    found = sc.noise_condition(((0.9, 0.1, 0), (0, 0.9, 0.1), (0.1, 0, 0.9)))
    page = found.to_markdown()
    assert page.startswith("### **REFUTED** for C = 3: noise T keeps the predictions of MUH + quadratic")
    assert r"\arg\max_k\thinspace (T^\top \eta)_k = \arg\max_k\thinspace \eta_k" in page
    assert f"leads by more than {found.lead}." in page
    assert str(found).startswith("REFUTED for C = 3")
    assert "argmax T'eta = argmax eta for every law eta of the clean label" in str(found)
    assert isinstance(found, NoiseCondition)


# errors, word for word


@pytest.mark.parametrize(
    ("noise", "error", "message"),
    [
        (((0.9, 0.2), (0.1, 0.9)), ParameterError,
         "T: row 1 adds up to 11/10; the rows of a noise matrix add up to 1"),
        (((1.1, -0.1), (0, 1)), ParameterError,
         "T[1,2]: got -1/10; the entries of a noise matrix are probabilities"),
        (((1, 0), (0, 1, 0)), ParameterError,
         "T: got 3 entries in row 2 and 2 rows; give as many of both"),
        (((1,),), ParameterError, "T: got 1 rows; give one for each of at least 2 classes"),
        (0.3, ParameterError,
         "T: got float; give rows of numbers such as ((0.9, 0.1), (0.2, 0.8)), UniformNoise() or PairFlip(rate)"),
        (((0.123456789, 0.876543211), (0, 1)), ParameterError,
         "T[1,1]: the float 0.123456789 is rounded, and no simple number is near it; write the exact one, such as "
         "Fraction(1, 3) or '1/3', give counts, or ask numerics.human_labels(T=T), which takes it with its rounding"),
        (UniformNoise("3/2"), ParameterError,
         "the diagonal of T: got -1/2; the entries of a noise matrix are probabilities"),
    ],
)  # fmt: skip
def test_a_matrix_that_is_no_noise_is_refused(noise: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        sc.noise_condition(noise)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"hessian": ((1, 2), (2, 1))}, ParameterError,
         "hessian: got a matrix that is not positive definite; accepted are such"),
        ({"hessian": ((2, 1), (0, 2))}, ParameterError,
         "hessian: got a matrix that is not symmetric; accepted are symmetric ones"),
        ({"hessian": ((1,),)}, ParameterError, "hessian: got 1 rows of 1 entries; T is for 2 classes"),
        ({"laws": [(0.5, 0.6)]}, ParameterError,
         "laws, row 1: got (1/2, 3/5); give the probabilities of 2 classes, with the sum 1"),
        ({"laws": []}, ParameterError,
         "laws: got none; give the law of the clean label at one point or more, a row each"),
        ({"classes": 3}, ScopeError, "classes: got C = 3; T is for C = 2"),
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit_are_refused(
    arguments: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        sc.noise_condition(((0.9, 0.1), (0.2, 0.8)), **arguments)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_a_hessian_for_a_kind_of_noise_needs_the_number_of_classes() -> None:
    with pytest.raises(ScopeError) as caught:
        sc.noise_condition(UniformNoise(), ANISOTROPIC)
    assert str(caught.value) == "hessian: it is for 3 classes, and T for every C >= 2; give classes=3"


def test_kinds_of_noise_are_noise() -> None:
    assert all(isinstance(x, Noise) for x in (UniformNoise(), PairFlip(0), towards(0, (1, 0))))
