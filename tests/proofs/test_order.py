"""Orders of convergence (THEORY 5): every statement, beside power series of minimisers that are computed apart.

The data are small and in general position: six samples with two features, all classes among the labels.  Where a
certificate states an order, the series has to begin with that power; where it gives the m of 1 - a^m, the constants
at two rates of the noise have to stand in that ratio.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from flint import arb

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.model_families import REFERENCE, SHARED
from symcheck.findings.prediction import Order
from symcheck.language.classwise import ClassParameter
from tests.proofs.series import Data, Dual, Leading, Loss, Penalty, Scores, number, orders, softmax, total

F = Fraction
A_1, A_2 = F(1, 2), F(1, 4)
"""Two rates of the noise, by a = 1 - rho C/(C - 1)."""

FEATURES = ((1, 2), (3, -1), (-2, 1), (1, 1), (2, 5), (-1, 4))
LABELS = {2: (0, 1, 0, 0, 1, 1), 3: (0, 1, 2, 2, 0, 1), 4: (0, 1, 2, 3, 3, 1), 5: (0, 1, 2, 3, 4, 1)}


def data(classes: int, *, reference: bool = False) -> Data:
    return Data(classes=classes, features=FEATURES, labels=LABELS[classes], reference=reference)


def cross_entropy(z: Scores, y: int) -> Dual:
    return -softmax(z)[y].log()


def mean(z: Scores) -> Dual:
    return total(z) / len(z)


LOSSES: dict[str, Loss] = {
    "cross_entropy": cross_entropy,
    "label_smoothing": lambda z, y: cross_entropy(z, y) * F(9, 10) + mean([-p.log() for p in softmax(z)]) * F(1, 10),
    "gce": lambda z, y: (1 - softmax(z)[y] ** F(7, 10)) / F(7, 10),
    "mae": lambda z, y: (1 - softmax(z)[y]) * 2,
    "focal": lambda z, y: (1 - softmax(z)[y]) ** 2 * cross_entropy(z, y),
    "nce": lambda z, y: cross_entropy(z, y) / total([cross_entropy(z, k) for k in range(len(z))]),
    "pairwise_logistic": lambda z, y: total([((z[k] - z[y]).exp() + 1).log() for k in range(len(z)) if k != y]),
    "muh": lambda z, y: mean(z) - z[y],
    "square_centred": lambda z, y: total([(x - (int(k == y) - F(1, len(z)))) ** 2 for k, x in enumerate(z)]) / 2,
}  # fmt: skip

PENALTIES: dict[str, Penalty] = {
    "l2": lambda z: total([x**2 for x in z]) / 2,
    "entropy": lambda z: total([p * p.log() for p in softmax(z)]),
    "label_smoothing_penalty": lambda z: -mean([p.log() for p in softmax(z)]),
    "kl_uniform_repaired": lambda z: -mean([p.log() for p in softmax(z)]) + mean(z) ** 2 / 2,
    "log_cosh": lambda z: total([(x.exp() + (-x).exp()).log() for x in z]),
    "exponential_penalty": lambda z: total([x.exp() - x for x in z]),
}
INVARIANT = {"entropy", "label_smoothing_penalty"}


def stated(cert: Certificate, classes: int, family: str) -> Order | None:
    return next((o for name, o in cert.full().orders if name == family and classes in o.classes), None)


def compare(order: Order | None, found: tuple[Leading, list[Leading]]) -> None:
    """A stated order is the one that the series has; the ratio of the constants is that of 1 - a^m."""
    to_limit, apart = found
    if order is None:
        return
    assert to_limit is not None
    assert to_limit[0] == order.to_limit
    if order.clean_to_noisy is None:
        return
    assert all(x is not None and x[0] == order.clean_to_noisy for x in apart)
    if order.noise_degree is not None:
        m = order.noise_degree
        ratio = apart[0][1] / apart[1][1] - number((1 - A_1**m) / (1 - A_2**m))
        assert abs(ratio) < arb("1e-12")  # other m give 2/3, 4/5 and 8/9, or numbers between them


PAIRS = [
    (loss, penalty, classes)
    for loss in LOSSES
    for penalty in PENALTIES
    for classes in ((2, 3, 4) if (loss, penalty) in (("cross_entropy", "l2"), ("nce", "l2"), ("gce", "l2")) else (2, 3))
    if loss != "square_centred" or penalty not in INVARIANT
    if penalty in ("l2", "entropy") or loss in ("cross_entropy", "nce", "muh")
]


@pytest.mark.parametrize(("loss", "penalty", "classes"), PAIRS, ids=["+".join(map(str, pair)) for pair in PAIRS])
def test_the_orders_on_shared_features(loss: str, penalty: str, classes: int) -> None:
    order = stated(sc.certify(loss, penalty), classes, SHARED)
    found = orders(LOSSES[loss], PENALTIES[penalty], data(classes), (A_1, A_2), gauge=penalty in INVARIANT)
    compare(order, found)
    if order is None:  # then the limit is reached at every alpha, or the order is more than was looked at
        assert found[0] is None or found[0][0] > (3 if classes == 2 else 2)


REFERENCED = [
    (loss, penalty, classes)
    for loss in ("cross_entropy", "gce", "nce", "muh", "square_centred")
    for penalty in ("l2", "log_cosh", "kl_uniform_repaired")
    for classes in (2, 3)
]


@pytest.mark.parametrize(
    ("loss", "penalty", "classes"), REFERENCED, ids=["+".join(map(str, pair)) for pair in REFERENCED]
)
def test_the_orders_with_a_reference_class(loss: str, penalty: str, classes: int) -> None:
    order = stated(sc.certify(loss, penalty), classes, REFERENCE)
    found = orders(LOSSES[loss], PENALTIES[penalty], data(classes, reference=True), (A_1, A_2))
    compare(order, found)
    if order is None:
        assert found[0] is None or found[0][0] > (3 if classes == 2 else 2)


def test_a_reference_class_on_the_quotient_is_the_quotient_in_coordinates() -> None:
    for classes in (2, 3):
        cert = sc.certify("cross_entropy", "entropy")
        assert stated(cert, classes, REFERENCE) == stated(cert, classes, SHARED)
        found = orders(LOSSES["cross_entropy"], PENALTIES["entropy"], data(classes, reference=True), (A_1, A_2))
        compare(stated(cert, classes, REFERENCE), found)


A = [[3, 1, 0], [1, 2, 0], [0, 0, 1]]
"""A quadratic penalty that is anisotropic on the complement of (1, 1, 1)."""


@pytest.mark.parametrize("loss", ["cross_entropy", "nce", "gce", "muh"])
def test_an_anisotropic_quadratic_penalty(loss: str) -> None:
    # CE: D^2 l(0, y) is no multiple of H, and does not depend on y: slope 1 to the limit, 2 from clean to noisy
    penalty = sc.regularizers.QuadraticForm(Q=A)
    order = stated(sc.certify(loss, penalty), 3, SHARED)
    found = orders(LOSSES[loss], form, data(3), (A_1, A_2))
    compare(order, found)
    expected = {"cross_entropy": (1, 2, 1), "nce": (2, 2, 2), "gce": (1, 1, 1), "muh": None}[loss]
    assert (order and (order.to_limit, order.clean_to_noisy, order.noise_degree)) == expected


def squares(z: Scores, weights: tuple[int, ...], middle: Dual | int = 0) -> Dual:
    return total([(x - middle) ** 2 * w for x, w in zip(z, weights, strict=True)]) / 2


def form(z: Scores) -> Dual:
    return total([z[i] * z[j] * A[i][j] for i in range(len(z)) for j in range(len(z)) if A[i][j]])


WEIGHTS = {2: (1, 3), 3: (1, 2, 5)}

APART: dict[str, tuple[Any, Loss]] = {
    **{name: (name, LOSSES[name]) for name in ("cross_entropy", "gce", "nce")},
    "squares": (
        lambda w: lambda z, y: sc.mean(z) - z[y] + sc.total(w * z**2) / 2,
        lambda z, y: mean(z) - z[y] + squares(z, WEIGHTS[len(z)]),
    ),
    "squares_of_differences": (
        lambda w: lambda z, y: sc.mean(z) - z[y] + sc.total(w * (z - sc.mean(z)) ** 2) / 2,
        lambda z, y: mean(z) - z[y] + squares(z, WEIGHTS[len(z)], mean(z)),
    ),
    "squares_by_the_label": (
        lambda w: lambda z, y: sc.mean(z) - z[y] + w[y] * sc.total(z**2) / 2,
        lambda z, y: mean(z) - z[y] + total([x**2 for x in z]) * F(WEIGHTS[len(z)][y], 2),
    ),
}

READ_APART = {
    # The loss or g = z'Az tells classes apart: (to the limit, clean to noisy, m of 1 - a^m), derived by hand.
    # At C = 2 all v with 1'Hv = 0 are multiples of one, and M_y v with 1'M_y = 0 is a multiple of H v.
    ("cross_entropy", "form", 2): (3, 3, 2),  # D^3 l = 0 there, and D^4 l is free of the label
    ("cross_entropy", "form", 3): (1, 2, 1),  # D^2 l is no multiple of H; D^3 l is free of the label, D^4 g = 0
    ("gce", "form", 2): (2, 2, 2),  # D^3 l(0, 2)[v, v] = -D^3 l(0, 1)[v, v], with mean 0
    ("gce", "form", 3): (1, 1, 1),  # D^2 l depends on the label
    ("nce", "form", 2): (2, 2, 2),  # the mean of l over the labels is constant
    ("nce", "form", 3): (2, 2, 2),
    ("squares", "log_cosh", 2): (1, 2, None),  # M v is no multiple of H v and leaves V: m is not derived
    ("squares_of_differences", "log_cosh", 2): (2, 2, 2),  # M v is one, D^4 g is left, and D^3 l = 0
    ("squares_of_differences", "entropy", 2): (2, 2, 2),  # the same on the quotient
    ("squares_of_differences", "log_cosh", 3): (1, 2, 2),  # M v is none, but 1'M v = 0
    ("squares_of_differences", "entropy", 3): (1, 1, 1),  # D^3 g is left
    ("squares_by_the_label", "l2", 2): (1, 1, 1),
}


@pytest.mark.parametrize(("loss", "penalty", "classes"), READ_APART, ids=[f"{a}+{b}+{c}" for a, b, c in READ_APART])
def test_pairs_that_tell_classes_apart(loss: str, penalty: str, classes: int) -> None:
    own, series = APART[loss]
    own = own if isinstance(own, str) else own(ClassParameter("w", WEIGHTS[classes]))
    g = sc.regularizers.QuadraticForm(Q=[row[:classes] for row in A[:classes]]) if penalty == "form" else penalty
    order = stated(sc.certify(own, g, classes=classes), classes, SHARED)
    assert order is not None
    assert (order.to_limit, order.clean_to_noisy, order.noise_degree) == READ_APART[loss, penalty, classes]
    of_penalty = form if penalty == "form" else PENALTIES[penalty]
    compare(order, orders(series, of_penalty, data(classes), (A_1, A_2), gauge=penalty in INVARIANT))


VANISHING: dict[str, tuple[Any, Loss]] = {
    # Terms that vanish on all v with 1'v = 0, as all their derivatives do: with them the limit is reached at every
    # alpha, with shared features.  Without room for other classes, at C = 2, and with it.
    "z_y s^2": (lambda z, y: z[y] * sc.total(z) ** 2, lambda z, y: z[y] * total(z) ** 2),
    "z_y^2 s^2": (lambda z, y: z[y] ** 2 * sc.total(z) ** 2, lambda z, y: z[y] ** 2 * total(z) ** 2),
    "z_y s^3": (lambda z, y: z[y] * sc.total(z) ** 3, lambda z, y: z[y] * total(z) ** 3),
    "s^3": (lambda z, _: sc.total(z) ** 3, lambda z, _: total(z) ** 3),
}


@pytest.mark.parametrize("classes", [2, 3, 4, 5])
@pytest.mark.parametrize("term", VANISHING)
def test_what_vanishes_on_the_scores_that_sum_to_0_is_no_obstacle(term: str, classes: int) -> None:
    own, series = VANISHING[term]
    whole = sc.certify(lambda z, y: sc.mean(z) - z[y] + own(z, y), "l2")
    assert whole.prediction is not None
    assert whole.prediction.orders == ()
    found = orders(lambda z, y: mean(z) - z[y] + series(z, y), PENALTIES["l2"], data(classes), (A_1,))
    assert found == (None, [None])


def powers(z: Any, c: Any = 0) -> list[Any]:
    """0 and sum_i (z_i - c)^k for k = 1, ..., 4, of scores in the language or in series."""
    if isinstance(z, list):
        return [0, *(total([(x - c) ** k for x in z]) for k in range(1, 5))]
    return [0, *(sc.total((z - c) ** k) for k in range(1, 5))]


def centre(z: Any) -> Any:
    return mean(z) if isinstance(z, list) else sc.mean(z)


def cubic_identity(z: Any, y: int) -> Any:
    """0 for three numbers that sum to 0: each of them is a root of x^3 - p_2/2 x - p_3/3."""
    p, v = powers(z, centre(z)), z[y] - centre(z)
    return v**3 - v * p[2] / 2 - p[3] / 3


def quartic_identity(z: Any) -> Any:
    """0 for three numbers that sum to 0, and for two."""
    p = powers(z, centre(z))
    return 2 * p[4] - p[2] ** 2


def products_of_four(z: Any) -> Any:
    """The sum of z_i z_j z_k z_m over i < j < k < m, times 24: of no three scores a power is left where z_C = 0."""
    p = powers(z)
    return p[1] ** 4 - 6 * p[1] ** 2 * p[2] + 3 * p[2] ** 2 + 8 * p[1] * p[3] - 6 * p[4]


FROM_SOME_C_ON: dict[str, tuple[Any, Any, str, int]] = {
    # a term of l, or of g, that is left from this C on: fewer classes are read alone
    "of the loss": (cubic_identity, None, SHARED, 4),
    "of the penalty": (None, quartic_identity, SHARED, 4),
    "of the penalty, with a reference class": (None, products_of_four, REFERENCE, 5),
}


@pytest.mark.parametrize("term", FROM_SOME_C_ON)
def test_what_is_left_from_some_number_of_classes_on(term: str) -> None:
    of_loss, of_penalty, family, first = FROM_SOME_C_ON[term]

    def loss(z: Any, y: int) -> Any:
        return centre(z) - z[y] + (0 if of_loss is None else of_loss(z, y))

    def penalty(z: Any) -> Any:
        return powers(z)[2] / 2 + (0 if of_penalty is None else of_penalty(z))

    cert = sc.certify(loss, penalty)
    for classes in (first - 1, first):
        order = stated(cert, classes, family)
        found = orders(loss, penalty, data(classes, reference=family == REFERENCE), (A_1, A_2))
        assert (None if order is None else order.to_limit) == (None if classes < first else 2)
        assert (None if found[0] is None else found[0][0]) == (None if classes < first else 2)
        compare(order, found)


def test_a_term_that_vanishes_only_once_is_an_obstacle() -> None:
    # D^3 (z_y^2 s)[v, v] = 2 v_y^2 (1, ..., 1), the same for both labels at C = 2; from C = 3 on neither what depends
    # on the label vanishes nor the mean
    cert = sc.certify(lambda z, y: sc.mean(z) - z[y] + z[y] ** 2 * sc.total(z), "l2")
    for classes, degree in ((2, 1), (3, None), (4, None), (5, None)):
        order = stated(cert, classes, SHARED)
        assert order is not None
        assert (order.to_limit, order.clean_to_noisy, order.noise_degree) == (2, 2, degree)
        series = lambda z, y: mean(z) - z[y] + z[y] ** 2 * total(z)  # noqa: E731
        compare(order, orders(series, PENALTIES["l2"], data(classes), (A_1, A_2)))


STATED = {
    # THEORY 5, with shared features: (C = 2), (C >= 3) as to the limit, clean to noisy, m of 1 - a^m
    ("cross_entropy", "l2"): ((3, 3, 2), (2, 2, 1)),  # "the factor (1 - a)", and "order 3 with factor 1 - a^2"
    ("label_smoothing", "l2"): ((3, 3, 2), (2, 2, 1)),  # D^2 l and D^3 l are those of CE
    ("nce", "l2"): ((2, 2, 2), (2, 2, 2)),  # D^2 l(0, y) = 0, and ins(l) = 1/C
    ("nce", "logit_squeezing"): ((2, 2, 2), (2, 2, 2)),  # "with every quadratic g"
    ("gce", "l2"): ((2, 2, 2), (1, 1, 1)),  # D^2 l(0, y) depends on y; C = 2: "order 2 with factor 1 - a^2"
    ("focal", "l2"): ((2, 2, 2), (1, 1, 1)),
    ("mae", "l2"): ((2, 2, 2), (1, 1, 1)),
    ("pairwise_logistic", "l2"): ((3, 3, 2), (1, 1, 1)),  # at C = 2 it is the logistic loss
    ("cross_entropy", "entropy"): ((2, 2, 2), (1, 1, 1)),  # g has a third derivative; at C = 2 it is even
    ("cross_entropy", "label_smoothing_penalty"): ((2, 2, 2), (1, 1, 1)),  # "CE + KL at C = 2: 1 - a^2"
    ("cross_entropy", "exponential_penalty"): ((1, 1, 1), (1, 1, 1)),  # not invariant, with a third derivative
}


@pytest.mark.parametrize(("loss", "regularizer"), STATED, ids=["+".join(pair) for pair in STATED])
def test_the_statements_of_the_theory(loss: str, regularizer: str) -> None:
    cert = sc.certify(loss, regularizer)
    two, more = STATED[loss, regularizer]
    for classes, expected in ((2, two), (3, more), (4, more), (11, more)):
        order = stated(cert, classes, SHARED)
        assert order is not None
        assert (order.to_limit, order.clean_to_noisy, order.noise_degree) == expected, classes


def test_cross_entropy_with_a_reference_class_has_slope_1() -> None:
    order = stated(sc.certify("cross_entropy", "l2"), 7, REFERENCE)
    assert order is not None
    assert (order.to_limit, order.clean_to_noisy, order.noise_degree) == (1, 2, 1)


def test_the_comparison_can_fail() -> None:
    found = orders(LOSSES["cross_entropy"], PENALTIES["l2"], data(3), (A_1, A_2))
    order = stated(sc.certify("cross_entropy", "l2"), 3, SHARED)
    assert order is not None
    for wrong in (replace(order, to_limit=1), replace(order, clean_to_noisy=3), replace(order, noise_degree=2)):
        with pytest.raises(AssertionError):
            compare(wrong, found)


# With g = z'z/2 + |z|^k or ||z||^k, k no even number, a stationary point has lambda (z + k |z|^(k - 1) sign z) = b, so
# that lambda z = b - k |b|^(k - 1) sign(b) lambda^(2 - k) + ...: the order is at most k - 2.  With |z_y|^k in the loss
# the same gives k - 1.
ROUGH = [
    (form, power)
    for form in ("total(abs(z)**({}))", "total(z**2)**(({})/2)")
    for power in ("5/2", "3", "7/2", "9/2", "5")
]
MARGINS = ("sigmoid_margin", "exponential_margin")
"""Losses of the margin, with C = 2, whose orders are the highest."""


@pytest.mark.parametrize("classes", [2, 3, None])
@pytest.mark.parametrize(("form", "power"), ROUGH)
def test_a_penalty_that_is_not_often_differentiable(form: str, power: str, classes: int | None) -> None:
    for loss in ("cross_entropy", "nce", "pairwise_logistic", "gce", *(MARGINS if classes == 2 else ())):
        cert = sc.certify(loss, f"total(z**2)/2 + {form.format(power)}", classes=classes)
        for order in (*(cert.prediction.orders if cert.prediction else ()), *cert.reference_orders):
            assert max(order.to_limit, order.clean_to_noisy or 0) <= F(power) - 2, (loss, order)


@pytest.mark.parametrize("power", ["5/2", "3", "7/2", "9/2"])
@pytest.mark.parametrize("classes", [2, 3])
def test_a_loss_that_is_not_often_differentiable(power: str, classes: int) -> None:
    for loss in ("logsumexp(z) - z[y]", "mean(z) - z[y]", "sigmoid(mean(z) - z[y])"):
        cert = sc.certify(f"{loss} + abs(z[y] - mean(z))**({power})", "l2", classes=classes)
        for order in (*(cert.prediction.orders if cert.prediction else ()), *cert.reference_orders):
            assert max(order.to_limit, order.clean_to_noisy or 0) <= F(power) - 1, (loss, order)


def test_a_penalty_that_is_often_enough_differentiable_keeps_its_order() -> None:
    for loss in MARGINS:
        smooth, rough = (
            sc.certify(loss, f"total(z**2)/2{more}", classes=2) for more in ("", " + total(abs(z)**(13/2))")
        )
        assert smooth.prediction is not None
        assert rough.prediction is not None
        assert rough.prediction.orders == smooth.prediction.orders != ()
