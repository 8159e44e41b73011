"""Theorem 2: the conditions on the pair over the whole catalogue, and the branch that it speaks of."""

from __future__ import annotations

import sympy as sp
from mpmath import mp

import symcheck as sc
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.theorems.base import NO_TIES
from tests.each import of_each
from tests.proofs.table import LOSSES, NOT_C2, REGULARIZERS
from tests.proofs.values import DIGITS, ROUNDING, classes_of, loss_values, random_points

PENALTIES = ("l2", "entropy", "quartic", "label_smoothing_as_printed", "max_squared")


def is_invariant(loss: str) -> bool:
    """Whether l(z + 1, y) = l(z, y) at three points, by the definition of the loss."""
    c = classes_of("loss", loss)
    value = loss_values(loss, c)
    with mp.workdps(DIGITS):
        return all(
            abs(value(z, y) - value([x + 1 for x in z], y)) < ROUNDING for z in random_points(c, 3) for y in range(c)
        )


@of_each(names("loss"))
def test_it_applies_where_the_tables_say_so(loss: str) -> None:
    signal = Tier[LOSSES[loss][0]].meets_condition and loss not in NOT_C2
    for regularizer in PENALTIES:
        kind = REGULARIZERS[regularizer][0]
        expected = signal and (kind == "FULL" or (kind == "QUOT" and is_invariant(loss)))
        applied = sc.certify(loss, regularizer).theorem("Theorem 2")
        assert (applied.verdict is Verdict.PROVED) is expected, regularizer
        failing = applied.failing
        assert (failing is None) is expected
        if failing is not None and failing.verdict is Verdict.REFUTED:
            assert failing.witness is not None


def test_what_it_leaves_open() -> None:
    applied = sc.certify("cross_entropy", "l2").theorem("Theorem 2")
    assert applied.assumptions == applied.theorem.assumptions
    assert NO_TIES in applied.assumptions
    assert "Jv" not in " ".join(applied.assumptions)  # that J v != 0 almost surely is not needed


def test_which_premise_fails_and_where() -> None:
    def failing(loss: str, regularizer: str) -> tuple[Condition | None, int | None]:
        premise = sc.certify(loss, regularizer).theorem("Theorem 2").failing
        assert premise is not None
        return premise.condition, None if premise.witness is None else premise.witness.classes

    assert failing("crammer_singer", "l2") == (Condition.LOSS_SMOOTH, 3)
    assert failing("one_vs_rest_logistic", "l2") == (Condition.LOSS_GRADIENT, 3)
    assert failing("cross_entropy", "z_loss")[0] is Condition.REGULARIZER_GRADIENT
    assert failing("cross_entropy", "quartic")[0] is Condition.REGULARIZER_CURVATURE
    assert failing("square_centred", "entropy")[0] is Condition.REGULARIZER_CURVATURE
    assert failing("cross_entropy", "norm")[0] is Condition.REGULARIZER_SMOOTH


def test_noise_shortens_v_for_every_c() -> None:
    # E[b_Ybar | Y] = a b_Y + (1 - a) d with d = (1/C) sum_k b_k: v becomes a v if and only if d = 0
    C, rho, b_y, rest = sp.symbols("C rho b_y rest", positive=True)
    a = 1 - rho * C / (C - 1)
    noisy = (1 - rho) * b_y + rho / (C - 1) * rest  # rest: the sum of b_k over the other labels
    assert sp.cancel(noisy - (a * b_y + (1 - a) * (b_y + rest) / C)) == 0
    assert sp.cancel(noisy.subs(rest, -b_y) - a * b_y) == 0


def test_the_rank_condition_fails_for_a_zero_last_layer() -> None:
    # Z = w2 w1 x at w2 = 0: dZ/dw1 = w2 x = 0, so E[J'J] has a zero row, whatever the data are
    w1, w2, x = sp.symbols("w1 w2 x")
    jacobian = sp.Matrix([[sp.diff(w2 * w1 * x, w) for w in (w1, w2)]]).subs(w2, 0)
    assert (jacobian.T * jacobian).det() == 0
