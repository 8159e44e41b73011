"""Losses and regularizers that treat classes differently: the theory's rows, counterexamples and near-misses.

Tiers and kappas are those of the catalogue's facts, worked out by hand from b_y = grad l(0, y): the gradient of
-log p_j at 0 is -(e_j - 1/C).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.errors import FormulaError, ParameterError, ScopeError
from symcheck.field.symbols import C_SYMBOL as C
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.language.classwise import ClassParameter, MatrixParameter, quadratic_form
from symcheck.language.formula import Formula, symbols
from symcheck.language.term import Label, Term, Vec
from symcheck.losses import (  # type: ignore[attr-defined]
    ELR,
    LDAM,
    AlphaBalancedFocal,
    ClassWeightedCE,
    Forward,
    LogitAdjustedCE,
    MixupPrior,
    Peer,
)
from symcheck.reason import Code
from symcheck.regularizers import QuadraticForm  # type: ignore[attr-defined]
from symcheck.theorems.base import CONE, REFERENCE, SHARED

tiny = Fraction(1, 10**12)


def ce(z: Vec, y: Label) -> Term:
    return sc.logsumexp(z) - z[y]


Z, _ = symbols()


def z_form(matrix: MatrixParameter) -> Term:
    return quadratic_form(matrix, Z)


def diagonal(*entries: object) -> tuple[tuple[object, ...], ...]:
    return tuple(tuple(x if i == j else 0 for j in range(len(entries))) for i, x in enumerate(entries))


def flip(classes: int, rho: str) -> list[list[Fraction]]:
    """(1 - rho) I + rho S with S_(i,i+1) = 1."""
    r = Fraction(rho)
    return [
        [(1 - r) * (i == j) + r * ((i + 1) % classes == j) for j in range(classes)] for i in range(classes)
    ]  # fmt: skip


def to_first(classes: int, rho: str) -> list[list[Fraction]]:
    """(1 - rho) I + rho 1 e_1'."""
    r = Fraction(rho)
    return [[(1 - r) * (i == j) + r * (j == 0) for j in range(classes)] for i in range(classes)]


def uniform(classes: int, rho: str) -> list[list[Fraction]]:
    r = Fraction(rho)
    return [[1 - r if i == j else r / (classes - 1) for j in range(classes)] for i in range(classes)]


def family(cert: Certificate, name: str) -> Verdict:
    return next(f.verdict for f in cert.families if f.name == name)


third = ("1/3", "1/3", "1/3")

# (loss, tier, kappa or None): section F of the catalogue's facts, entries given
GIVEN = [
    (ClassWeightedCE(w=(1, 10, 1)), "CLASSWISE", None),  # kappa_y = w_y
    (ClassWeightedCE(w=(1, 10)), "CLASSWISE", None),
    (ClassWeightedCE(w=(2, 2, 2)), "SCALED", 2),
    (ClassWeightedCE(w=(1, 1, 1)), "EXACT", 1),
    (ClassWeightedCE(w=(1, 1, 1 + tiny)), "CLASSWISE", None),
    (ClassWeightedCE(w=(1 + tiny,) * 3), "SCALED", 1 + tiny),
    (AlphaBalancedFocal(alpha=(1, 2), gamma=2), "CLASSWISE", None),
    (AlphaBalancedFocal(alpha=(3, 3), gamma=0), "SCALED", 3),
    (LogitAdjustedCE(pi=("6/10", "1/10", "3/10")), "FAIL", None),  # the drift is pi - 1/C
    (LogitAdjustedCE(pi=("6/10", "4/10")), "CLASSWISE", None),  # kappa_y = 2 (1 - pi_y)
    (LogitAdjustedCE(pi=third), "EXACT", 1),
    (LogitAdjustedCE(pi=("1/2", "1/2")), "EXACT", 1),
    (LogitAdjustedCE(pi=(Fraction(1, 3) + tiny, Fraction(1, 3) - tiny, "1/3")), "FAIL", None),
    (LDAM(m=(1, 2, 3), s=1), "CLASSWISE", None),
    (LDAM(m=(1, 1, 1), s=1), "SCALED", None),  # CosFace
    (LDAM(m=(0, 0, 0), s=1), "EXACT", 1),
    (Forward(T=flip(3, "3/10")), "SYMLIN", None),
    (Forward(T=flip(3, "7/10")), "SYMLIN", None),
    (Forward(T=flip(5, "3/10")), "SYMLIN", None),
    (Forward(T=flip(3, "0")), "EXACT", 1),
    (Forward(T=flip(2, "3/10")), "SCALED", Fraction(2, 5)),  # 1 - 2 rho
    (Forward(T=flip(2, "1/2")), "ZERO", 0),
    (Forward(T=flip(2, "7/10")), "FAIL", Fraction(-2, 5)),
    (Forward(T=to_first(3, "3/10")), "CLASSWISE", None),  # kappa_1 = (7/10)/(16/10), the others 1
    (Forward(T=to_first(2, "3/10")), "CLASSWISE", None),
    (Forward(T=uniform(4, "3/10")), "SCALED", Fraction(3, 5)),  # 1 - rho C/(C - 1)
    (Forward(T=uniform(4, "3/4")), "ZERO", 0),
    (Peer(pi=third, alpha=2), "EXACT", 1),
    (Peer(pi=("1/6", "1/3", "1/2"), alpha=1), "FAIL", None),
    (Peer(pi=("1/6", "1/3", "1/2"), alpha=0), "EXACT", 1),
    (Peer(pi=("1/3", "2/3"), alpha=1), "CLASSWISE", None),  # kappa_y = 1 - alpha (2 pi_y - 1)
    (MixupPrior(pi=("1/6", "1/3", "1/2"), lambda_="7/10"), "FAIL", None),
    (MixupPrior(pi=("1/6", "1/3", "1/2"), lambda_=1), "EXACT", 1),
    (MixupPrior(pi=third, lambda_="7/10"), "SCALED", Fraction(7, 10)),
    (ELR(t=(1, 0, 0), lambda_=3), "FAIL", None),
    (ELR(t=(1, 0), lambda_=3), "CLASSWISE", None),  # kappa_y = 1 + lambda (2 t_y - 1) = (4, -2)
    (ELR(t=third, lambda_=3), "EXACT", 1),
    (ELR(t=(1, 0, 0), lambda_=0), "EXACT", 1),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "tier", "kappa"), GIVEN, ids=[repr(row[0]) for row in GIVEN])
def test_tiers_with_given_entries(loss: object, tier: str, kappa: object) -> None:
    cert = sc.certify(loss, "l2")  # type: ignore[arg-type]
    assert cert.tier is Tier[tier]
    if kappa is not None:
        assert cert.kappa == sp.Rational(str(kappa))
    if tier in ("CLASSWISE", "SYMLIN"):
        assert cert.kappa is None
    # with SYMLIN no one kappa fits, and what is proved is that the gradients add up to 0
    condition = Condition.LOSS_GRADIENT_SUM if tier == "SYMLIN" else Condition.LOSS_GRADIENT
    gradient = cert.finding(condition)
    assert gradient is not None
    assert (Condition.LOSS_GRADIENT.value in str(cert)) is (tier != "SYMLIN")
    assert gradient.verdict is (Verdict.PROVED if Tier[tier].meets_condition else Verdict.REFUTED)
    assert cert.verdict is gradient.verdict
    assert (gradient.witness is None) is Tier[tier].meets_condition
    fixed = cert.scope.classes.fixed
    assert fixed is not None
    assert gradient.witness is None or gradient.witness.classes == fixed


def kappas(cert: Certificate) -> str:
    gradient = cert.finding(Condition.LOSS_GRADIENT)
    assert gradient is not None
    return next(s.value for s in gradient.derivation if s.name.startswith("kappa"))


def test_the_kappas_of_the_classes() -> None:
    assert kappas(sc.certify(ClassWeightedCE(w=(1, 10, 1)), "l2")) == "1, 10, 1"
    assert kappas(sc.certify(Forward(T=to_first(3, "3/10")), "l2")) == "7/16, 1, 1"
    assert kappas(sc.certify(LogitAdjustedCE(pi=("6/10", "4/10")), "l2")) == "4/5, 6/5"
    assert kappas(sc.certify(ELR(t=(1, 0), lambda_=3), "l2")) == "4, -2"
    assert kappas(sc.certify("class_weighted_ce", "l2", classes=(3, 9))) == "w[y]"
    assert kappas(sc.certify(ClassWeightedCE(), "l2", classes=2)) == "w[1], w[2]"


# (loss with free arrays, what holds for which classes and where, worst tier)
FREE = {
    "class_weighted_ce": [("every C >= 2", "", "CLASSWISE"), ("every C >= 2", "w_1 = ... = w_C", "SCALED")],
    "alpha_balanced_focal": [
        ("every C >= 2", "", "CLASSWISE"),
        ("every C >= 2", "alpha_1 = ... = alpha_C", "SCALED"),
    ],
    "ldam": [("every C >= 2", "", "CLASSWISE"), ("every C >= 2", "m_1 = ... = m_C", "SCALED")],
    "logit_adjusted_ce": [
        ("C = 2", "", "CLASSWISE"), ("every C >= 3", "", "FAIL"), ("every C >= 2", "pi_1 = ... = pi_C", "EXACT"),
    ],
    "peer": [
        ("C = 2", "", "CLASSWISE"), ("every C >= 3", "", "FAIL"), ("every C >= 2", "pi_1 = ... = pi_C", "EXACT"),
    ],
    "elr": [("C = 2", "", "CLASSWISE"), ("every C >= 3", "", "FAIL"), ("every C >= 2", "t_1 = ... = t_C", "EXACT")],
    "mixup_prior": [
        ("C = 2", "", "CLASSWISE"), ("every C >= 3", "", "FAIL"), ("every C >= 2", "pi_1 = ... = pi_C", "SCALED"),
    ],
    "forward": [("every C >= 2", "", "FAIL")],
    "forward_pair_flip": [("C = 2", "", "SCALED"), ("every C >= 3", "", "SYMLIN")],
}  # fmt: skip


@pytest.mark.parametrize("name", FREE)
def test_cases_of_free_arrays(name: str) -> None:
    cert = sc.certify(name, "l2")
    found = {(str(c.classes), c.where, None if c.tier is None else c.tier.name) for c in cert.cases}
    assert set(FREE[name]) <= found
    tiers = [Tier[t] for _, where, t in FREE[name] if not where]
    assert cert.tier is max(tiers, key=lambda t: t.rank)


def test_equal_entries_are_the_symmetric_loss() -> None:
    """kappa of the case with equal entries is that of the loss of which the entries are multiples."""
    w, gamma = sp.Symbol("w", positive=True, real=True), sp.Symbol("gamma", nonnegative=True, real=True)
    alpha = sp.Symbol("alpha", positive=True, real=True)
    weighted = next(c for c in sc.certify("class_weighted_ce", "l2").cases if c.where)
    assert weighted.kappa == w
    balanced = next(c for c in sc.certify("alpha_balanced_focal", "l2").cases if c.where)
    focal = sc.certify("focal", "l2").kappa
    at = {C: 5, gamma: sp.Rational(3, 2), alpha: 2, w: 2}
    assert abs(sp.N((balanced.kappa - 2 * focal).subs(at), 40)) < sp.Float(10) ** -35  # type: ignore[operator]


@pytest.mark.parametrize("name", ["class_weighted_ce", "logit_adjusted_ce", "forward", "peer", "elr"])
def test_a_witness_is_evaluated_by_hand(name: str) -> None:
    """The entries of the witness, given to the loss, show what the witness says."""
    cert = sc.certify(name, "l2")
    gradient = cert.finding(Condition.LOSS_GRADIENT)
    assert gradient is not None
    witness = gradient.witness
    assert witness is not None
    arrays: dict[str, list[str]] = {}
    for key, value in witness.parameters.items():
        if "[" in key:
            arrays.setdefault(key.partition("[")[0], []).append(str(value))
    n = witness.classes
    entries = {
        k: v if len(v) == n else [v[i * n : i * n + n] for i in range(n)] for k, v in arrays.items()
    }  # fmt: skip
    numbers = {k: v for k, v in witness.parameters.items() if "[" not in k}
    there = cert.at(C=n, **entries, **{k: str(v) for k, v in numbers.items()})
    assert there.verdict is Verdict.REFUTED
    again = there.finding(Condition.LOSS_GRADIENT)
    assert again is not None
    assert again.witness is not None
    assert (again.witness.quantity, again.witness.value) == (witness.quantity, witness.value)


# ---------------------------------------------------------------- counterexamples of the theory


def tie(z: Vec, y: Label) -> Term:
    """MUH + 1/2 (w_y z_1^2 + z_2^2) with w = (1/2, 1/2, 4)."""
    w = ClassParameter("w", ("1/2", "1/2", 4))
    first, second = ClassParameter("e_1", (1, 0, 0)), ClassParameter("e_2", (0, 1, 0))
    return sc.mean(z) - z[y] + (w[y] * sc.total(first * z) ** 2 + sc.total(second * z) ** 2) / 2


def test_class_weights_are_not_safe() -> None:
    cert = sc.certify(ClassWeightedCE(w=(1, 10, 1)), "l2")
    assert (cert.tier, family(cert, SHARED), family(cert, CONE)) == (Tier.CLASSWISE, Verdict.REFUTED, Verdict.REFUTED)
    assert family(cert, REFERENCE) is Verdict.UNDECIDED


def test_logit_adjustment_is_not_safe() -> None:
    cert = sc.certify(LogitAdjustedCE(pi=("6/10", "1/10", "3/10")), "l2")
    assert (cert.tier, family(cert, SHARED)) == (Tier.FAIL, Verdict.REFUTED)
    assert family(sc.certify("logit_adjusted_ce", "l2"), SHARED) is Verdict.REFUTED


def test_the_tie_is_exact() -> None:
    cert = sc.certify(tie, "l2")
    assert (cert.tier, cert.verdict, cert.scope.classes.fixed) == (Tier.EXACT, Verdict.PROVED, 3)
    assert "no ties in the limit scores (before predictions are compared)" in cert.assumptions


def test_a_drift_is_safe_with_forms_that_keep_it() -> None:
    """One-vs-rest logistic has the drift c 1: 2A = diag(1, 4, 5) turns a prediction, an isotropic one does not."""
    anisotropic = sc.certify("one_vs_rest_logistic", QuadraticForm(Q=diagonal("1/2", 2, "5/2")))
    assert (anisotropic.tier, family(anisotropic, SHARED)) == (Tier.QUOTIENT, Verdict.REFUTED)
    for rows in (diagonal(2, 2, 2), ((2, 1, 1), (1, 2, 1), (1, 1, 2)), ((3, 1, 0), (1, 2, 1), (0, 1, 3))):
        kept = sc.certify("one_vs_rest_logistic", QuadraticForm(Q=rows))  # rows with equal sums
        assert (kept.tier, kept.verdict, family(kept, SHARED)) == (Tier.QUOTIENT, Verdict.REFUTED, Verdict.PROVED)
    nearly = sc.certify("one_vs_rest_logistic", QuadraticForm(Q=diagonal(2, 2, 2 + tiny)))
    assert family(nearly, SHARED) is Verdict.REFUTED
    assert family(sc.certify("one_vs_rest_logistic", "quadratic_form"), SHARED) is Verdict.REFUTED
    assert family(sc.certify("cross_entropy", "quadratic_form"), SHARED) is Verdict.PROVED


def test_a_drift_along_h_1_is_safe() -> None:
    """CE + <d, z> has the drift d: with 2A = diag(1, 4, 5) it is safe for multiples of (1, 4, 5) and for no others."""
    form = QuadraticForm(Q=diagonal("1/2", 2, "5/2"))

    def shared(*d: object) -> Verdict:
        return family(sc.certify(lambda z, y: ce(z, y) + sc.total(ClassParameter("d", d) * z), form), SHARED)

    assert shared(1, 4, 5) is Verdict.PROVED
    assert shared(-2, -8, -10) is Verdict.PROVED
    assert shared(1, 4, 5 + tiny) is Verdict.REFUTED
    assert shared(1, 1, 1 + tiny) is Verdict.REFUTED


def test_a_symmetric_linear_part_needs_no_isotropy() -> None:
    for regularizer in ("l2", QuadraticForm(Q=diagonal(1, 2, 3)), "entropy"):
        cert = sc.certify(Forward(T=flip(3, "3/10")), regularizer)
        assert cert.verdict is Verdict.PROVED
        assert [family(cert, name) for name in (CONE, SHARED, REFERENCE)] == [Verdict.PROVED] * 3
    assert sc.certify(Forward(T=flip(3, "3/10")), "entropy").quotient


def test_noise_moves_nothing_though_the_worst_class_is_predicted() -> None:
    """A doubly stochastic T: sum_y b_y = 0 for every T, and kappa < 0 for a permutation of two classes."""
    T = MatrixParameter("T", doubly_stochastic=True)
    cert = sc.certify(lambda z, y: -sc.log((T.T @ sc.softmax(z))[y]), "l2")
    assert (cert.tier, cert.verdict) == (Tier.FAIL, Verdict.REFUTED)
    gradient = cert.finding(Condition.LOSS_GRADIENT)
    assert gradient is not None
    assert "sum_y b_y = 0 in the whole scope" in gradient.detail
    assert family(cert, SHARED) is Verdict.PROVED
    broken = [[Fraction(x) for x in row] for row in (("1/2", "1/2", 0), (0, "1/2", "1/2"), ("1/2", 0, "1/2"))]
    assert sc.certify(Forward(T=broken), "l2").tier is Tier.SYMLIN
    broken[0][0] += tiny
    broken[0][1] -= tiny
    assert sc.certify(Forward(T=broken), "l2").tier is Tier.FAIL


# ---------------------------------------------------------------- quadratic forms


FORMS = [
    (diagonal("1/2", 2, "5/2"), Verdict.PROVED),
    (((2, 1), (1, 3)), Verdict.PROVED),
    (((1, 1), (1, 1 + tiny)), Verdict.PROVED),
    (((1, 3), (0, 3)), Verdict.PROVED),  # H = A + A' with determinant 12 - 9
    (((1, 4), (0, 3)), Verdict.REFUTED),  # determinant 12 - 16
    (((1, 1), (1, 1 - tiny)), Verdict.REFUTED),
    (((1, 2), (2, 1 + tiny)), Verdict.REFUTED),
    (((1, 0, 0), (0, 0, 0), (0, 0, 1)), Verdict.REFUTED),
    (((1, 0, 0), (0, -1, 0), (0, 0, 1)), Verdict.REFUTED),
]


@pytest.mark.parametrize(("rows", "verdict"), FORMS, ids=range(len(FORMS)))
def test_definiteness_of_a_given_form(rows: tuple[tuple[object, ...], ...], verdict: Verdict) -> None:
    cert = sc.certify("square_centred", lambda z: quadratic_form(MatrixParameter("A", rows), z))  # type: ignore[arg-type]
    curvature = cert.finding(Condition.REGULARIZER_CURVATURE)
    assert curvature is not None
    assert curvature.verdict is verdict
    assert cert.verdict is verdict
    h = sp.Matrix(rows) + sp.Matrix(rows).T
    assert (h.is_positive_definite is True) is (verdict is Verdict.PROVED)
    if curvature.witness is not None:
        x = sp.Matrix([sp.Rational(t) for t in curvature.witness.quantity.split("(")[-1].rstrip(")").split(", ")])
        assert (x.T * h * x)[0] == sp.Rational(curvature.witness.value) <= 0


def test_a_form_that_only_the_quotient_makes_definite() -> None:
    path = MatrixParameter("A", ((1, -1, 0), (-1, 2, -1), (0, -1, 1)))
    invariant = sc.certify("cross_entropy", lambda z: quadratic_form(path, z))
    assert (invariant.verdict, invariant.quotient) == (Verdict.PROVED, True)
    moving = sc.certify("square_centred", lambda z: quadratic_form(path, z))
    assert (moving.verdict, moving.quotient) == (Verdict.REFUTED, False)


@pytest.mark.parametrize(
    "higher",
    [
        lambda z, w: sc.total(w * z) ** 4,
        lambda z, w: sc.total(w * z) ** 3,
        lambda z, w: sc.total(w * z**4),
        lambda z, w: sc.total(sc.cosh(w * z)) - sc.total((w * z) ** 2) / 2,
    ],
)
def test_what_is_flat_along_ones_at_0_alone_is_not_on_the_quotient(higher: Callable[[Any, Any], Any]) -> None:
    path, w = MatrixParameter("A", ((1, -1, 0), (-1, 2, -1), (0, -1, 1))), ClassParameter("w", (1, 2, 3))
    cert = sc.certify("cross_entropy", lambda z: quadratic_form(path, z) + higher(z, w))
    assert (cert.verdict, cert.quotient) == (Verdict.REFUTED, False)


def test_free_forms() -> None:
    A, B = MatrixParameter("A", positive_definite=True), MatrixParameter("B", symmetric=True)
    s = sc.Parameter("s", at_least=0)
    w = ClassParameter("w", above=0)
    assert sc.certify("cross_entropy", lambda z: quadratic_form(A, z)).verdict is Verdict.PROVED
    assert (
        sc.certify("cross_entropy", lambda z: quadratic_form(A, z) / 2 + s * sc.total(z**2)).verdict is Verdict.PROVED
    )
    assert sc.certify("cross_entropy", lambda z: quadratic_form(A, z) + s * sc.total(z) ** 2).verdict is Verdict.PROVED
    assert sc.certify("cross_entropy", lambda z: sc.total(w * z**2)).verdict is Verdict.PROVED
    assert sc.certify("cross_entropy", lambda z: quadratic_form(B, z)).verdict is Verdict.REFUTED
    assert sc.certify("cross_entropy", lambda z: s * quadratic_form(A, z)).verdict is Verdict.REFUTED
    assert sc.certify("cross_entropy", lambda z: -quadratic_form(A, z)).verdict is Verdict.REFUTED
    assert sc.certify("cross_entropy", lambda z: quadratic_form(A, z) - sc.total(z) ** 2).verdict is not Verdict.PROVED
    assert sc.certify("cross_entropy", lambda z: sc.total(w * z**2) - sc.mean(z) ** 2).verdict is Verdict.REFUTED


def test_entries_of_one_sign_are_not_enough() -> None:
    """B with entries in [0, 1] may have the eigenvalue -C/2, so that B + 2I is not definite for large C."""
    A = MatrixParameter("A", positive_definite=True)
    B = MatrixParameter("B", at_least=0, at_most=1, symmetric=True)
    for part in (0 * z_form(A), z_form(A)):
        cert = sc.certify("cross_entropy", Formula.of(part + z_form(B) + sc.total(Z**2) * 2))
        assert cert.verdict is not Verdict.PROVED


def test_a_drift_that_depends_on_the_weights() -> None:
    """CE + (sum w) (sum z) is of tier QUOTIENT: safe on shared features with forms that keep 1, and with no others."""
    w = ClassParameter("w", above=0)

    def loss(z: Vec, y: Label) -> Term:
        return ce(z, y) + sc.total(w) * sc.total(z)

    kept, turned = sc.certify(loss, "l2"), sc.certify(loss, QuadraticForm(Q=diagonal(1, 2, 3)))
    assert kept.tier is turned.tier is Tier.QUOTIENT
    assert (family(kept, SHARED), family(turned, SHARED)) == (Verdict.PROVED, Verdict.REFUTED)
    assert family(sc.certify(loss, QuadraticForm(Q=((2, 1), (1, 2)))), SHARED) is Verdict.PROVED


def test_a_weighted_regularizer_with_a_slope() -> None:
    w = ClassParameter("w", above=0)
    cert = sc.certify("cross_entropy", lambda z: sc.total(z**2) + sc.total(w * z))
    gradient = cert.finding(Condition.REGULARIZER_GRADIENT)
    assert gradient is not None
    assert gradient.verdict is Verdict.REFUTED
    assert gradient.witness is not None


# ---------------------------------------------------------------- kinks, values, scopes


def test_a_weighted_kink_is_refuted() -> None:
    w = ClassParameter("w", above=0)
    cert = sc.certify(lambda z, y: w[y] * sc.relu(-z[y]), "l2")
    assert (cert.tier, cert.verdict) == (Tier.NONDIFF, Verdict.REFUTED)
    cert = sc.certify("cross_entropy", lambda z: sc.total(w * sc.abs(z)))
    assert cert.verdict is Verdict.REFUTED


def test_no_value_at_0_is_an_error() -> None:
    w = ClassParameter("w", above=0)
    with pytest.raises(
        FormulaError, match=r"^loss: log\(total\(w\*z\)\) - z\[y\] is undefined at z = 0: the logarithm of 0"
    ):
        sc.certify(lambda z, y: sc.log(sc.total(w * z)) - z[y], "l2")
    with pytest.raises(FormulaError, match="is undefined at z = 0: the division by 0"):
        sc.certify(lambda z, y: z[y] / ClassParameter("w", (1, 0))[y], "l2")


def test_what_may_have_no_value_is_open() -> None:
    T = MatrixParameter("T", at_least=0, rows_sum=1)  # a column may be 0, and samples do not show it
    cert = sc.certify(
        lambda z, y: -sc.log(1 + (T.T @ sc.softmax(z))[y]) + sc.log(ClassParameter("u")[y] ** 2 + 1), "l2"
    )
    assert cert.verdict is not Verdict.PROVED


def test_given_entries_fix_the_number_of_classes() -> None:
    cert = sc.certify(ClassWeightedCE(w=(2, 2, 2)), "l2")
    assert str(cert.scope) == "C = 3"
    with pytest.raises(ScopeError, match=r"^w: it has entries for 3 classes, and the scope is C = 10; give it one for"):
        sc.certify(ClassWeightedCE(w=(2, 2, 2)), "l2", classes=10)
    with pytest.raises(ScopeError, match=r"^Q: it has entries for 2 classes, and the scope is C = 3; "):
        sc.certify(ClassWeightedCE(w=(2, 2, 2)), QuadraticForm(Q=((1, 0), (0, 1))))


def test_free_arrays_are_in_the_scope() -> None:
    cert = sc.certify("logit_adjusted_ce", "quadratic_form")
    assert str(cert.scope) == (
        "every C >= 2, every Q (symmetric, positive definite), every pi_k in (0, oo) with the sum 1"
    )
    assert str(sc.certify("forward_pair_flip", "l2").scope) == "every C >= 2, every rho in [0, 1/2)"


def test_entries_are_given_later() -> None:
    cert = sc.certify("class_weighted_ce", "l2")
    assert cert.at(w=(1, 10, 1)).tier is Tier.CLASSWISE
    assert cert.at(w=(4, 4)).kappa == 4
    assert cert.at(w=(4, 4)).loss.title == "class_weighted_ce(w=(4, 4))"
    with pytest.raises(ParameterError, match=r"^w: got the entry -1; accepted are entries in \(0, oo\)$"):
        cert.at(w=(1, -1))
    with pytest.raises(ParameterError, match=r"^v: no free parameter has this name"):
        cert.at(v=(1, 1))


def test_one_name_is_one_thing() -> None:
    with pytest.raises(ParameterError, match=r"^w: this is the name of a number and of an array; give them different"):
        sc.certify("class_weighted_ce", lambda z: sc.Parameter("w", above=0) * sc.total(z**2))
    with pytest.raises(ParameterError, match=r"^w: the loss has it as w_k in \(0, oo\) and the regularizer as w_k in"):
        sc.certify("class_weighted_ce", lambda z: sc.total(ClassParameter("w", at_least=1) * z**2))


def test_more_classes_than_entries_can_be_told() -> None:
    cert = sc.certify("class_weighted_ce", "l2", classes=100)
    assert cert.tier is Tier.CLASSWISE
    cert = sc.certify(ClassWeightedCE(w=[1 + k % 7 for k in range(40)]), "l2")
    assert cert.tier is Tier.CLASSWISE


def test_a_budget_that_runs_out() -> None:
    rows = [[Fraction(1 + i * j % 7) for j in range(60)] for i in range(60)]
    T = [[x / sum(row) for x in row] for row in rows]
    cert = sc.certify(Forward(T=T), "l2", budget=0.05)
    assert cert.verdict is Verdict.UNDECIDED
    gradient = cert.finding(Condition.LOSS_GRADIENT)
    assert gradient is not None
    assert gradient.reason is not None
    assert gradient.reason.code is Code.BUDGET


ATTACKS = {
    # each is EXACT or SCALED for most entries, and not for all
    "one entry weighs 10^-12 more": lambda z, y: ClassParameter("w", (1, 1, 1, 1 + tiny))[y] * ce(z, y),
    "weights that are equal up to their squares": lambda z, y: ClassParameter("u")[y] ** 2 * ce(z, y),
    "a drift that vanishes for a prior of two classes only": (
        lambda z, y: ce(z, y) + (sc.total(ClassParameter("pi", above=0, total=1)) - 1) * z[y]
        + sc.total((ClassParameter("pi", above=0, total=1) - 1 / z.C) * z) * (z.C - 2)
    ),
    "a matrix with one entry off": (
        lambda z, y: -sc.total(MatrixParameter("S", ((1 - tiny, tiny, 0), (0, 1, 0), (0, 0, 1)))[y] * sc.log_softmax(z))
    ),
    "kappa = 0 where all weights are 1": lambda z, y: (sc.total(ClassParameter("w", above=0)) - z.C) ** 2 * ce(z, y),
    "kappa < 0 for small weights": lambda z, y: (sc.total(ClassParameter("w", above=0)) - 1) * ce(z, y),
    "a sum of weights of both signs": lambda z, y: (1 + sc.total(ClassParameter("u"))) * ce(z, y),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_near_misses_are_not_proved(name: str) -> None:
    cert = sc.certify(ATTACKS[name], "l2")
    assert cert.verdict is Verdict.REFUTED


def test_without_the_bad_corner_they_are_proved() -> None:
    w = ClassParameter("w", above=0)
    assert sc.certify(lambda z, y: (1 + sc.total(w) ** 2) * ce(z, y), "l2").verdict is Verdict.PROVED
    assert sc.certify(lambda z, y: ce(z, y) + (sc.total(ClassParameter("pi", total=1)) - 1) * z[y], "l2").verdict is (
        Verdict.PROVED
    )
    assert sc.certify(lambda z, y: w[y] * ce(z, y) / w[y], "l2").tier is Tier.EXACT
