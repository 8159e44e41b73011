"""Corrections of a loss for noise T, against the definitions: gradients at 0, inverses, laws that noise makes one."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Matrix, Rational

import symcheck as sc
from symcheck.class_conditional.backward import one_law
from symcheck.class_conditional.forward import forward_matrix, length_of
from symcheck.class_conditional.forward_flip import BITS, LONG, ForwardScores, rounded_forward_matrix
from symcheck.class_conditional.matrices import PairFlip, UniformNoise
from symcheck.class_conditional.noise_answer import NoiseCondition
from symcheck.class_conditional.score_order import Scores, needed_lead
from symcheck.errors import ParameterError
from symcheck.findings.verdict import Verdict

F = Fraction
Rows = tuple[tuple[Fraction, ...], ...]


@st.composite
def matrices(draw: st.DrawFn) -> Rows:
    """Rows of small rational probabilities: any, pair flips, uniform noise, and singular ones."""
    n = draw(st.integers(2, 4))
    kind = draw(st.sampled_from(["any", "pair", "uniform", "singular"]))
    rate = draw(st.fractions(0, 1, max_denominator=8))
    if kind == "pair":
        return tuple(tuple((1 - rate) * (i == j) + rate * (j == (i + 1) % n) for j in range(n)) for i in range(n))
    if kind == "uniform":
        return tuple(tuple(1 - rate if i == j else rate / (n - 1) for j in range(n)) for i in range(n))
    weights = [draw(st.lists(st.integers(0, 5), min_size=n, max_size=n).filter(any)) for _ in range(n)]
    if kind == "singular":
        weights[-1] = weights[0]
    return tuple(tuple(F(w, sum(row)) for w in row) for row in weights)


def gradients(noise: Rows) -> Rows:
    """grad of -log (T'softmax(z))_j at 0, by the chain rule: -sum_i T_ij p_i (e_i - p)/(T'p)_j with p = u."""
    n = len(noise)
    found = []
    for j in range(n):
        seen = sum(noise[i][j] for i in range(n)) / n
        inner = [sum(noise[i][j] * F(1, n) * ((i == k) - F(1, n)) for i in range(n)) for k in range(n)]
        found.append(tuple(-x / seen if seen else F(0) for x in inner))
    return tuple(found)


def scores(noise: Rows, eta: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """-sum_ij eta_i T_ij b_j: where the minimiser under a strong penalty points."""
    n, b = len(noise), gradients(noise)
    law = [sum(eta[i] * noise[i][j] for i in range(n)) for j in range(n)]
    return tuple(-sum((law[j] * b[j][k] for j in range(n)), F(0)) for k in range(n))


def leading(values: tuple[Fraction, ...]) -> set[int]:
    return {i for i, x in enumerate(values) if x == max(values)}


def ahead(eta: tuple[Fraction, ...]) -> Fraction:
    first, second = sorted(eta, reverse=True)[:2]
    return first - second


def laws(n: int, fineness: int) -> list[tuple[Fraction, ...]]:
    return [tuple(F(k, fineness) for k in c) for c in product(range(fineness + 1), repeat=n) if sum(c) == fineness]


@settings(max_examples=35)
@given(noise=matrices())
def test_forward_correction_acts_as_another_noise_on_the_unhinged_loss(noise: Rows) -> None:
    n, made = len(noise), forward_matrix(noise)
    assert made == tuple(zip(*made, strict=True))
    assert all(sum(row) == 1 and min(row) >= 0 for row in made)
    for eta in laws(n, 3):
        moved = tuple(sum((eta[i] * made[i][k] for i in range(n)), F(0)) - F(1, n) for k in range(n))
        assert scores(noise, eta) == moved


@settings(max_examples=35)
@given(noise=matrices())
def test_the_verdict_on_forward_correction_is_that_of_brute_force(noise: Rows) -> None:
    found = sc.noise_condition(noise, correction="forward")
    is_singular = Matrix(len(noise), len(noise), lambda i, j: Rational(str(noise[i][j]))).det() == 0
    assert found.is_invertible is not is_singular
    if found.verdict is Verdict.PROVED:
        assert all(leading(scores(noise, eta)) == leading(eta) for eta in laws(len(noise), 6))
        return
    assert found.verdict is Verdict.REFUTED
    assert found.witness is not None
    eta = found.witness.eta
    assert scores(noise, eta) == found.witness.noisy_scores
    assert leading(scores(noise, eta)) != leading(eta)
    if found.lead is not None:
        apart = [eta for eta in laws(len(noise), 6) if ahead(eta) > found.lead]
        assert all(leading(scores(noise, eta)) == leading(eta) for eta in apart)


@settings(max_examples=35)
@given(noise=matrices(), values=st.lists(st.fractions(-3, 3, max_denominator=5), min_size=4, max_size=4))
def test_backward_correction_gives_the_loss_itself_or_two_laws_are_one(noise: Rows, values: list[Fraction]) -> None:
    n, found = len(noise), sc.noise_condition(noise, correction="backward")
    size = Matrix(n, n, lambda i, j: Rational(str(noise[i][j]))).det()
    assert found.verdict is (Verdict.REFUTED if size == 0 else Verdict.PROVED)
    if found.inverse is not None:
        corrected = [sum((found.inverse[j][k] * values[k] for k in range(n)), F(0)) for j in range(n)]
        assert [sum((noise[i][j] * corrected[j] for j in range(n)), F(0)) for i in range(n)] == values[:n]
        assert found.largest == max(abs(x) for row in found.inverse for x in row)
        return
    assert found.witness is not None
    assert one_law(noise) == found.witness
    first, second = found.witness.first, found.witness.second
    for law in (first, second):
        assert sum(law) == 1
        assert min(law) >= 0
        noisy = tuple(sum((law[i] * noise[i][j] for i in range(n)), F(0)) for j in range(n))
        assert noisy == found.witness.noisy
    assert not leading(first) & leading(second)


@settings(max_examples=25)
@given(estimate=matrices(), other=matrices(), share=st.fractions(0, F(1, 6), max_denominator=60))
def test_a_lead_of_twice_the_error_times_the_inverse_is_enough(estimate: Rows, other: Rows, share: Fraction) -> None:
    """Backward correction by an estimate, of MUH: the scores are eta'T times the inverse of the estimate."""
    n = len(estimate)
    found = sc.noise_condition(estimate, correction="backward")
    if found.inverse is None or found.largest is None or len(other) != n:
        return
    true = tuple(
        tuple((1 - share) * a + share * b for a, b in zip(row, moved, strict=True))
        for row, moved in zip(estimate, other, strict=True)
    )
    error = max(sum(abs(a - b) for a, b in zip(x, y, strict=True)) for x, y in zip(true, estimate, strict=True))
    for eta in laws(n, 6):
        law = [sum(eta[i] * true[i][j] for i in range(n)) for j in range(n)]
        moved = tuple(sum((law[j] * found.inverse[j][k] for j in range(n)), F(0)) for k in range(n))
        if ahead(eta) > 2 * error * found.largest:
            assert leading(moved) == leading(eta)


def test_corrections_of_uniform_noise_hold_for_every_number_of_classes() -> None:
    for correction in ("forward", "backward"):
        found = sc.noise_condition(UniformNoise(), correction=correction)
        assert (found.verdict, str(found.scope)) == (Verdict.PROVED, "every C >= 2, every a in (0, 1]")


def test_forward_correction_of_a_uniform_rate_is_scaled_as_its_certificate_says() -> None:
    # M = T T' has the factor a^2: the noise's a, and kappa = a of the certificate of the corrected loss
    kappa = sc.certify("forward_uniform", "l2").kappa
    made = forward_matrix(
        ((F(8, 10), F(1, 10), F(1, 10)), (F(1, 10), F(8, 10), F(1, 10)), (F(1, 10), F(1, 10), F(8, 10)))
    )
    a = F(8, 10) - F(1, 10)
    assert str(kappa) == "a"
    assert made[0][0] - made[0][1] == a * a


@pytest.mark.parametrize(
    ("noise", "classes", "forward", "backward"),
    [
        # complementary labels, of all other classes alike: a = -1/2, M = 1/4 I + ...
        (((0, "1/2", "1/2"), ("1/2", 0, "1/2"), ("1/2", "1/2", 0)), 3, Verdict.PROVED, Verdict.PROVED),
        (((0, 1), (1, 0)), 2, Verdict.PROVED, Verdict.PROVED),  # swapped labels
        # pair flips: T T' = ((1-r)^2 + r^2) I + r (1-r) (P + P'), and P + P' = 11' - I for three classes only
        (PairFlip("1/4"), 3, Verdict.PROVED, Verdict.PROVED),
        (PairFlip("1/4"), 4, Verdict.REFUTED, Verdict.PROVED),
        (PairFlip("1/4"), None, Verdict.REFUTED, Verdict.PROVED),
        (PairFlip("3/4"), None, Verdict.REFUTED, Verdict.PROVED),
        (PairFlip("1/2"), 3, Verdict.PROVED, Verdict.PROVED),
        (PairFlip("1/2"), None, Verdict.REFUTED, Verdict.REFUTED),  # even C: the alternating vector
        (PairFlip("1/4"), (2, 3), Verdict.UNDECIDED, Verdict.PROVED),  # only C = 3 is looked at
        ((("1/2", "1/2", 0), ("1/2", "1/2", 0), ("1/5", "4/5", 0)), 3, Verdict.REFUTED, Verdict.REFUTED),  # no label 3
        (UniformNoise("9/10"), 10, Verdict.REFUTED, Verdict.REFUTED),  # a = 0
        (UniformNoise("19/20"), 10, Verdict.PROVED, Verdict.PROVED),  # a < 0, and a^2 > 0
    ],
)
def test_what_corrections_keep(noise: Any, classes: Any, forward: Verdict, backward: Verdict) -> None:
    assert sc.noise_condition(noise, correction="forward", classes=classes).verdict is forward
    assert sc.noise_condition(noise, correction="backward", classes=classes).verdict is backward


def test_parameters_stay_free() -> None:
    r = sc.Parameter("r", at_least=0, at_most=1)
    cycle = [[1 - r, r, 0], [0, 1 - r, r], [r, 0, 1 - r]]
    assert sc.noise_condition(cycle, correction="forward").verdict is Verdict.PROVED  # 1 - 3r + 3r^2 > 0
    assert sc.noise_condition(cycle, correction="backward").verdict is Verdict.PROVED  # its determinant
    two = [[1 - r, r], [r, 1 - r]]
    for correction in ("forward", "backward"):
        found = sc.noise_condition(two, correction=correction)
        assert found.verdict is Verdict.REFUTED
        assert dict(found.parameters) == {"r": F(1, 2)}
    one_sided = [[1 - r, r], [0, 1]]
    with pytest.raises(ParameterError) as raised:
        sc.noise_condition(one_sided, correction="forward")
    assert str(raised.value) == (
        "T: the entries of column 1 add up to 1 - r, which is not shown to be > 0, and a label that occurs at some "
        "values of the parameters only has no one correction; narrow their intervals"
    )


def test_the_given_laws_and_another_hessian_are_asked_of_the_noise_that_correction_acts_as() -> None:
    noise = PairFlip("1/4").entries(4)
    rows = tuple(tuple(f.nodes[-1].number for f in row) for row in noise)
    hessian = ((2, 1, 0, 0), (1, 3, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))
    for laws_given in (None, ((1, 0, 0, 0), ("2/5", "1/5", "1/5", "1/5"))):
        corrected = sc.noise_condition(rows, hessian, laws=laws_given, correction="forward")
        as_noise = sc.noise_condition(forward_matrix(rows), hessian, laws=laws_given)
        assert isinstance(corrected, NoiseCondition)
        assert (corrected.verdict, corrected.witness) == (as_noise.verdict, as_noise.witness)


def test_the_pages_say_what_is_corrected() -> None:
    found = str(sc.noise_condition(PairFlip("1/5"), correction="forward", classes=4))
    words = " ".join(found.split())
    assert "argmax M eta = argmax eta for every law eta of the clean label, M = T S^-1 T'" in words
    assert "Without a penalty, over all functions of x, forward correction has its minimum at p = eta" in words
    found = str(sc.noise_condition(((0.9, 0.1), (0.2, 0.8)), correction="backward"))
    words = " ".join(found.split())
    assert words.startswith("PROVED for C = 2: backward correction of noise T makes clean and noisy objective one")
    # T^-1 = ((.8, -.1), (-.2, .9))/.7
    assert "T^-1 has negative entries: the corrected loss may be neither convex nor bounded below" in words
    assert "stay where a class leads by more than 2 e 9/7" in words
    identity = str(sc.noise_condition(((1, 0), (0, 1)), correction="backward"))
    assert "negative" not in identity


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"correction": "frwd"},
            'correction: got \'frwd\'; accepted is "forward", "backward", or None for a loss that knows no T',
        ),
        (
            {"correction": "backward", "hessian": ((1, 0), (0, 1))},
            "hessian: got some, and backward correction holds for every penalty and every law or fails; leave it out",
        ),
        (
            {"correction": "backward", "laws": ((1, 0),)},
            "laws: got some, and backward correction holds for every penalty and every law or fails; leave it out",
        ),
    ],
)
def test_what_is_no_correction(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as raised:
        sc.noise_condition(((0.9, 0.1), (0.2, 0.8)), **options)
    assert str(raised.value) == message


def test_a_budget_that_is_spent_leaves_both_corrections_open() -> None:
    rows = [[F(1, 997 + i * 31 + j) for j in range(12)] for i in range(12)]
    noise = [[*row[:-1], 1 - sum(row[:-1])] for row in rows]
    for correction in ("forward", "backward"):
        found = sc.noise_condition(noise, correction=correction, budget=1e-9)
        assert found.verdict is Verdict.UNDECIDED
        assert "Open: budget" in str(found)


def counts_of(classes: int, seed: int, kept: int = 60) -> list[list[int]]:
    """Counts whose rows have other sums each, so that no two share a denominator."""
    chance = random.Random(seed)
    totals = [chance.randrange(300, 3000) for _ in range(classes)]
    rows = [[chance.randrange(max(1, total // (3 * classes)) + 1) for _ in range(classes)] for total in totals]
    return [[x + total * kept // 100 * (i == j) for j, x in enumerate(row)] for i, (row, total) in
            enumerate(zip(rows, totals, strict=True))]  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1])
def test_a_law_that_was_found_with_rounded_numbers_turns_in_exact_ones(seed: int) -> None:
    counts = counts_of(14, seed)
    noise = tuple(tuple(F(x, sum(row)) for x in row) for row in counts)
    assert length_of(noise) > LONG
    found = sc.noise_condition(counts, correction="forward")
    assert found.verdict is Verdict.REFUTED
    assert found.witness is not None
    assert found.is_invertible
    exact = forward_matrix(noise)
    assert found.witness == Scores(exact).flip(found.witness.eta)
    least = needed_lead(exact)
    assert found.lead is not None
    assert least is not None
    assert 0 <= found.lead - least < F(1, 10**9)  # a lead that is enough, and hardly more
    hessian = [[(i == j) * (1 + F(i, 7)) + F(1, 9) for j in range(14)] for i in range(14)]
    other = sc.noise_condition(counts, hessian, correction="forward")
    assert other.witness is not None
    assert other.witness == Scores(exact, tuple(map(tuple, hessian))).flip(other.witness.eta)


@settings(max_examples=30)
@given(noise=matrices())
def test_rounded_numbers_are_within_their_reach(noise: Rows) -> None:
    exact, rounded, reach = forward_matrix(noise), rounded_forward_matrix(noise), 3 * len(noise) * F(1, 2**BITS)
    for row, other in zip(exact, rounded, strict=True):
        assert all(0 <= x - y <= reach for x, y in zip(row, other, strict=True))
    for eta in laws(len(noise), 3):
        assert ForwardScores(noise).noisy(eta) == Scores(exact).noisy(eta)


def test_uniform_noise_in_long_numbers_is_not_refuted() -> None:
    # T = a I + (1 - a)/C 11' with a long a: M is uniform, and its numbers are long
    n, rate = 12, F(10**600 + 7, 3 * 10**600)
    noise = [[1 - rate if i == j else rate / (n - 1) for j in range(n)] for i in range(n)]
    assert length_of(tuple(map(tuple, noise))) > LONG
    assert sc.noise_condition(noise, correction="forward").verdict is Verdict.PROVED


def test_counts_of_fifty_classes_are_decided_and_said_shortly() -> None:
    found = sc.noise_condition(counts_of(50, 2), correction="forward")
    assert found.verdict is Verdict.REFUTED
    assert len(str(found)) < 2000
    assert max(map(len, str(found).split())) < 40
