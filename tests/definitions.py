"""The definition of every entry of the catalogue, written a second time: numbers to as many digits as mpmath has.

From the papers named in the entries' docstrings, with sums over the classes one by one and no logsumexp, softplus
or log_softmax, so that nothing but the definition is shared with the entries.  One row an entry, in order of names;
z is a list of numbers, y an index from 0, and the parameters are keyword arguments: numbers, for a class-vector a
list of them, for a matrix a list of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

from mpmath import cosh, exp, fsum, log, mp, mpf, sqrt

from symcheck.language.array import Array

Z = Sequence[Any]


def p(z: Z) -> list[Any]:
    """Softmax."""
    raised = [exp(x) for x in z]
    return [e / fsum(raised) for e in raised]


def ce(z: Z) -> list[Any]:
    """The cross entropy of each class as the label: -log p_j."""
    return [-log(q) for q in p(z)]


def s(x: Any) -> Any:
    """The sigmoid."""
    return 1 / (1 + exp(-x))


def blend(share: Any, first: Any, second: Any) -> Any:
    """``share`` of the second, and the rest of the first."""
    return (1 - share) * first + share * second


def others(v: Z, y: int) -> list[Any]:
    """The entries of v at the other classes."""
    return [x for j, x in enumerate(v) if j != y]


def rce(z: Z, y: int, A: Any) -> Any:
    """The reverse cross entropy -sum_j p_j log(onehot_j), with A for log 0."""
    return -fsum(A * q for q in others(p(z), y))


def fl(z: Z, gamma: Any) -> list[Any]:
    """The focal loss of each class as the label."""
    return [fsum(others(p(z), j)) ** gamma * x for j, x in enumerate(ce(z))]


def nce(z: Z, y: int) -> Any:
    """The normalised cross entropy."""
    return ce(z)[y] / fsum(ce(z))


def unlike(z: Z, y: int, p_min: Any) -> Any:
    """The normalised negative cross entropy, log(p_j / p_min) over their sum, with p_j at least p_min."""
    above = [log(max(q, p_min) / p_min) for q in p(z)]
    return above[y] / fsum(above)


def js(z: Z, y: int, weight: Any) -> Any:
    """The Jensen-Shannon divergence of e_y and p with weights ``weight`` and 1 - ``weight``, scaled.

    H(m) - weight H(e_y) - (1 - weight) H(p) with H(e_y) = 0, over -(1 - weight) log(1 - weight).
    """
    label, rest = [mpf(j == y) for j in range(len(z))], 1 - weight
    m = [weight * a + rest * b for a, b in zip(label, p(z), strict=True)]
    return (entropy(m) - weight * entropy(label) - rest * entropy(p(z))) / (-rest * log(rest))


def entropy(q: Z) -> Any:
    """-sum_j q_j log q_j, with 0 log 0 = 0."""
    return -fsum(x * log(x) for x in q if x)


def sparse(z: Z, y: int, weight: Any, r: Any) -> Any:
    """Cross entropy and ``weight`` times sum_j p_j^r."""
    return ce(z)[y] + weight * fsum(q**r for q in p(z))


def norm(z: Z) -> Any:
    """The Euclidean norm."""
    return fsum(map(square, z)) ** mpf("0.5")


def sigma(x: Any) -> Any:
    """The logistic function."""
    return 1 / (1 + exp(-x))


def ova_focal(x: Any, gamma: Any) -> Any:
    """The focal loss of the logistic function at x."""
    return -((1 - sigma(x)) ** gamma) * log(sigma(x))


def huberised(x: Any, q: Any, tau: Any, corner: Any) -> Any:
    """(1 - x^q)/q where x is above the corner, the tangent there below it."""
    return (1 - x**q) / q if x > corner else tau * (corner - x) + (1 - corner**q) / q


def asl(z: Z, y: int, up: Any, down: Any, m: Any) -> Any:
    """The asymmetric loss: focal with ``up`` at the label; with ``down`` and a shift ``m`` at the others."""
    shifted = [max(sigma(x) - m, 0) for x in others(z, y)]
    return ova_focal(z[y], up) - fsum(q**down * log(1 - q) for q in shifted)


def margin(z: Z, y: int) -> Any:
    """z_y less the other logit, for two classes."""
    (other,) = others(z, y)
    return z[y] - other


def uniform(z: Z) -> list[Any]:
    """The uniform distribution."""
    return [mpf(1) / len(z)] * len(z)


def half(z: Z) -> list[Any]:
    """The mean of softmax and the uniform distribution."""
    return [(a + b) / 2 for a, b in zip(p(z), uniform(z), strict=True)]


def kl(a: Z, b: Z) -> Any:
    """The divergence sum_i a_i log(a_i/b_i)."""
    return fsum(x * log(x / w) for x, w in zip(a, b, strict=True))


def held_fl(z: Z, held: Z, gamma: Any) -> list[Any]:
    """The focal loss of each class as the label, with the weights at the logits ``held``."""
    return [fsum(others(p(held), j)) ** gamma * x for j, x in enumerate(ce(z))]


def dot(a: Z, b: Z) -> Any:
    """The inner product."""
    return fsum(x * w for x, w in zip(a, b, strict=True))


def average(v: Z) -> Any:
    """The mean of the entries of v."""
    return fsum(v) / len(v)


def square(x: Any) -> Any:
    """The square of x."""
    return x * x


def shares(z: Z, alpha: Any) -> list[Any]:
    """The alpha-entmax of z: [(alpha - 1) z_k - tau]_+^(1/(alpha - 1)), tau by bisection; softmax for alpha = 1.

    The largest share lies between 1/C and 1, and so tau between two numbers.
    """
    if alpha == 1:
        return p(z)
    rate = alpha - 1
    top = rate * max(z)

    def at(tau: Any) -> list[Any]:
        return [base ** (1 / rate) if (base := rate * x - tau) > 0 else mpf(0) for x in z]

    low, high = top - mpf(len(z)) ** -rate, top - 1
    for _ in range(mp.prec + 20):
        tau = (low + high) / 2
        if fsum(at(tau)) < 1:
            low = tau
        else:
            high = tau
    return at(high)


def fenchel_young(z: Z, y: int, alpha: Any) -> Any:
    """max over the simplex of <q, z> + (1 - sum_k q_k^alpha)/(alpha (alpha - 1)), which is at the entmax, less z_y."""
    s = shares(z, alpha)
    return dot(s, z) + (1 - fsum(q**alpha for q in s)) / (alpha * (alpha - 1)) - z[y]


def bi_tempered(q: Z, y: int, t1: Any) -> Any:
    """sum_k e_k (log_t e_k - log_t q_k) - (e_k^(2 - t) - q_k^(2 - t))/(2 - t) with e = e_y, t = t1."""
    label = [mpf(j == y) for j in range(len(q))]
    logs = [((a ** (1 - t1) if a else 0) - b ** (1 - t1)) / (1 - t1) for a, b in zip(label, q, strict=True)]
    return dot(label, logs) - fsum(a ** (2 - t1) - b ** (2 - t1) for a, b in zip(label, q, strict=True)) / (2 - t1)


# fmt: off
LOSSES: dict[str, Callable[..., Any]] = {
    "adaboost_mr": lambda z, y: fsum(exp(x - z[y]) for x in others(z, y)),
    "agce": lambda z, y, a, q: ((a + 1) ** q - (a + p(z)[y]) ** q) / q,
    "alpha_balanced_focal": lambda z, y, alpha, gamma: alpha[y] * fl(z, gamma)[y],
    "alpha_loss": lambda z, y, alpha: alpha / (alpha - 1) * (1 - p(z)[y] ** (1 - 1 / alpha)),
    "alpha_loss_below_one": lambda z, y, alpha: alpha / (alpha - 1) * (1 - p(z)[y] ** (1 - 1 / alpha)),
    "amse": lambda z, y, a: average([square(q - a * (j == y)) for j, q in enumerate(p(z))]),
    "anl_ce": lambda z, y, alpha, beta, p_min: alpha * nce(z, y) + beta * (1 - unlike(z, y, p_min)),
    "asymmetric_loss": lambda z, y, gamma_plus, gamma_minus, m: asl(z, y, gamma_plus, gamma_minus, m),
    "aul": lambda z, y, a, q: ((a - p(z)[y]) ** q - (a - 1) ** q) / q,
    "backward_uniform": lambda z, y, a: dot([(j == y) / a + (1 - 1 / a) / len(z) for j in range(len(z))], ce(z)),
    "bce_balanced": lambda z, y: (1 - len(z)) * log(sigma(z[y])) - fsum(log(1 - sigma(x)) for x in others(z, y)),
    "bce_pos_weight": lambda z, y, w: -w * log(sigma(z[y])) - fsum(log(1 - sigma(x)) for x in others(z, y)),
    "beta_divergence": lambda z, y, beta: fsum(q ** (1 + beta) for q in p(z)) - (1 + 1 / beta) * p(z)[y] ** beta,
    "bi_tempered": lambda z, y, t1, t2: bi_tempered(shares(z, 2 - t2), y, t1),
    "bootstrap_hard": lambda z, y, beta: beta * ce(z)[y] + (1 - beta) * min(ce(z)),
    "bootstrap_soft": lambda z, y, beta: -fsum((beta * (j == y) + (1 - beta) * q) * log(q) for j, q in enumerate(p(z))),
    "brier": lambda z, y: square(p(z)[y] - 1) + fsum(map(square, others(p(z), y))),
    "carlini_wagner": lambda z, y: -min(z[y] - x for x in others(z, y)),
    "class_weighted_ce": lambda z, y, w: w[y] * ce(z)[y],
    "confidence_penalty": lambda z, y, beta: ce(z)[y] - beta * entropy(p(z)),
    "cosface": lambda z, y, s, m: ce([s * (x - m * (j == y)) for j, x in enumerate(z)])[y],
    "cosine": lambda z, y: 1 - z[y] / norm(z),
    "crammer_singer": lambda z, y: max(0, 1 - min(z[y] - x for x in others(z, y))),
    "cross_entropy": lambda z, y: ce(z)[y],
    "elr": lambda z, y, t, lambda_: ce(z)[y] + lambda_ * log(dot(p(z), [1 - s for s in t])),
    "entmax": lambda z, y, alpha: fenchel_young(z, y, alpha),
    "epsilon_softmax": lambda z, y, m: -log((p(z)[y] + (m if z[y] == max(z) else 0)) / (1 + m)),
    "exponential_margin": lambda z, y: exp(-margin(z, y)),
    "focal": lambda z, y, gamma: fsum(others(p(z), y)) ** gamma * ce(z)[y],
    "focal_detached": lambda z, y, gamma: HELD["focal_detached"](z, y, z, gamma),
    "forward": lambda z, y, T: -log(dot([row[y] for row in T], p(z))),
    "forward_pair_flip": lambda z, y, rho: -log((1 - rho) * p(z)[y] + rho * p(z)[y - 1]),
    "forward_uniform": lambda z, y, a: -log(a * p(z)[y] + (1 - a) / len(z)),
    "gce": lambda z, y, q: (1 - p(z)[y] ** q) / q,
    "hinge": lambda z, y: max(0, 1 - (z[y] - z[1 - y])),
    "jal_ce": lambda z, y, alpha, beta, a: alpha * nce(z, y) + beta * LOSSES["amse"](z, y, a),
    "js_divergence": lambda z, y, pi_1: js(z, y, pi_1),
    "l1_on_logits": lambda z, y: abs(z[y] - 1) + fsum(map(abs, others(z, y))),
    "label_smoothing": lambda z, y, r: fsum(((1 - r) * (j == y) + r / len(z)) * x for j, x in enumerate(ce(z))),
    "ldam": lambda z, y, m, s: ce([s * (x - m[j] * (j == y)) for j, x in enumerate(z)])[y],
    "ldr_kl": lambda z, y, lambda_: lambda_ * log(average([exp((x - z[y]) / lambda_) for x in z])),
    "lee_lin_wahba": lambda z, y: fsum(max(0, x + mpf(1) / (len(z) - 1)) for x in others(z, y)),
    "logistic_margin": lambda z, y: log(1 + exp(-margin(z, y))),
    "logit_adjusted_ce": lambda z, y, pi: log(dot(pi, [exp(x - z[y]) for x in z]) / pi[y]),
    "logit_norm": lambda z, y, tau: ce([x / tau / norm(z) for x in z])[y],
    "mae": lambda z, y: abs(p(z)[y] - 1) + fsum(others(p(z), y)),
    "mixup_prior": lambda z, y, pi, lambda_: lambda_ * ce(z)[y] + (1 - lambda_) * dot(pi, ce(z)),
    "muh": lambda z, y: average(z) - z[y],
    "multi_margin": lambda z, y: fsum(max(0, 1 - (z[y] - x)) for x in others(z, y)) / len(z),
    "multi_margin_squared": lambda z, y, m: fsum(square(max(0, m - (z[y] - x))) for x in others(z, y)) / len(z),
    "nce": lambda z, y: nce(z, y),
    "nce_agce": lambda z, y, alpha, beta, a, q: alpha * nce(z, y) + beta * LOSSES["agce"](z, y, a, q),
    "nce_aul": lambda z, y, alpha, beta, a, q: alpha * nce(z, y) + beta * LOSSES["aul"](z, y, a, q),
    "nce_mae": lambda z, y, alpha, beta: alpha * nce(z, y) + beta * fsum(others(p(z), y)),
    "nce_rce": lambda z, y, alpha, beta, A: alpha * nce(z, y) + beta * rce(z, y, A),
    "negative_label_smoothing": lambda z, y, r: LOSSES["label_smoothing"](z, y, r),
    "nfl": lambda z, y, gamma: fl(z, gamma)[y] / fsum(fl(z, gamma)),
    "nfl_detached": lambda z, y, gamma: HELD["nfl_detached"](z, y, z, gamma),
    "nfl_mae": lambda z, y, alpha, beta, gamma: LOSSES["nfl"](z, y, gamma) * alpha + beta * fsum(others(p(z), y)),
    "nfl_rce": lambda z, y, alpha, beta, gamma, A: LOSSES["nfl"](z, y, gamma) * alpha + beta * rce(z, y, A),
    "nmae": lambda z, y: fsum(others(p(z), y)) / fsum(fsum(others(p(z), k)) for k in range(len(z))),
    "one_vs_all_hinge": lambda z, y: max(0, 1 - z[y]) + fsum(max(0, 1 + x) for x in others(z, y)),
    "one_vs_rest_logistic": lambda z, y: log(1 + exp(-z[y])) + fsum(log(1 + exp(x)) for x in others(z, y)),
    "ova_sigmoid": lambda z, y: sigma(-z[y]) + fsum(sigma(x) for x in others(z, y)),
    "pairwise_logistic": lambda z, y: fsum(log(1 + exp(x - z[y])) for x in others(z, y)),
    "pairwise_sigmoid": lambda z, y: fsum(1 / (1 + exp(z[y] - x)) for x in others(z, y)),
    "peer": lambda z, y, pi, alpha: ce(z)[y] - alpha * dot(pi, ce(z)),
    "peer_uniform": lambda z, y, alpha: ce(z)[y] - alpha * average(ce(z)),
    "perceptron": lambda z, y: max(0, z[1 - y] - z[y]),
    "phuber_ce": lambda z, y, tau: ce(z)[y] if tau * p(z)[y] > 1 else 1 + log(tau) - tau * p(z)[y],
    "phuber_gce": lambda z, y, q, tau: huberised(p(z)[y], q, tau, tau ** (1 / (q - 1))),
    "poly_loss": lambda z, y, eps: ce(z)[y] + eps * fsum(others(p(z), y)),
    "ramp": lambda z, y: min(max(0, 1 - (z[y] - z[1 - y])), 2) / mpf(2),
    "rescaled_square": lambda z, y, k, M: k * square(z[y] - M) + fsum(map(square, others(z, y))),
    "reverse_cross_entropy": lambda z, y, A: rce(z, y, A),
    "sce": lambda z, y, lambda_: ce(z)[y] + lambda_ * fsum(others(p(z), y)),
    "sigmoid_focal": lambda z, y, gamma: ova_focal(z[y], gamma) + fsum(ova_focal(-x, gamma) for x in others(z, y)),
    "sigmoid_margin": lambda z, y: 1 / (1 + exp(margin(z, y))),
    "soft_capped_ce": lambda z, y, eps: -log(p(z)[y] + eps),
    "sparse_regularization": lambda z, y, tau, lambda_, r: sparse([x / tau for x in z], y, lambda_, r),
    "sparsemax": lambda z, y: fenchel_young(z, y, mpf(2)),
    "square": lambda z, y: (square(z[y] - 1) + fsum(map(square, others(z, y)))) / 2,
    "square_centred": lambda z, y: fsum(square(x - (j == y) + mpf(1) / len(z)) for j, x in enumerate(z)) / 2,
    "squared_hinge": lambda z, y: square(max(0, 1 - margin(z, y))),
    "squared_mae": lambda z, y: square(fsum(others(p(z), y))),
    "squentropy": lambda z, y: ce(z)[y] + average([square(x) for x in others(z, y)]),
    "symmetric_cross_entropy": lambda z, y, alpha, beta, A: alpha * ce(z)[y] + beta * rce(z, y, A),
    "taylor_ce": lambda z, y, t: fsum((1 - p(z)[y]) ** i / i for i in range(1, int(t) + 1)),
    "taylor_softmax_ce": lambda z, y: log(fsum(1 + x + x * x / 2 for x in z) / (1 + z[y] + z[y] ** 2 / 2)),
    "temperature_ce": lambda z, y, tau: ce([x / tau for x in z])[y],
    "tempered_mae": lambda z, y, alpha: fsum(others(p([alpha * x for x in z]), y)) / alpha,
    "truncated_gce": lambda z, y, q, k: (1 - max(p(z)[y], k) ** q) / q,
    "unhinged_margin": lambda z, y: 1 - margin(z, y),
    "weston_watkins": lambda z, y, m: fsum(max(0, m - (z[y] - x)) for x in others(z, y)),
    "z_loss_ce": lambda z, y, zeta: ce(z)[y] + zeta * square(log(fsum(exp(x) for x in z))),
}

REGULARIZERS: dict[str, Callable[..., Any]] = {
    "chi_squared": lambda z: fsum(square(q - u) / u for q, u in zip(p(z), uniform(z), strict=True)),
    "cosh_penalty": lambda z: fsum((exp(x) + exp(-x)) / 2 - 1 for x in z),
    "coupling": lambda z: square(fsum(z)) / len(z),
    "cubic": lambda z: fsum(max(x, -x) ** 3 for x in z),
    "elastic_net": lambda z, weight: fsum(map(square, z)) / 2 + weight * fsum(map(abs, z)),
    "entropy": lambda z: fsum(q * log(q) for q in p(z)),
    "entropy_minimization": lambda z: entropy(p(z)),
    "exponential_penalty": lambda z: fsum(exp(x) - x - 1 for x in z),
    "hellinger_uniform": lambda z: fsum(square(sqrt(q) - sqrt(u)) for q, u in zip(p(z), uniform(z), strict=True)) / 2,
    "huber": lambda z, delta: fsum(square(x) / 2 if abs(x) <= delta else delta * (abs(x) - delta / 2) for x in z),
    "js_uniform": lambda z: (kl(p(z), half(z)) + kl(uniform(z), half(z))) / 2,
    "kl_uniform_repaired": lambda z: kl(uniform(z), p(z)) + square(average(z)) / 2,
    "l1": lambda z: fsum(map(abs, z)),
    "l1_5": lambda z: fsum(sqrt(abs(x)) ** 3 for x in z),
    "l2": lambda z: fsum(map(square, z)) / 2,
    "label_smoothing_as_printed": lambda z: fsum(log(q) for q in p(z)),
    "label_smoothing_penalty": lambda z: fsum(log(1 / q / len(z)) / len(z) for q in p(z)),
    "log_cosh": lambda z: fsum(log(cosh(x)) for x in z),
    "logit_squeezing": lambda z: square(norm(z)),
    "logit_variance": lambda z: fsum(square(x - average(z)) for x in z) / 2,
    "max_squared": lambda z: max(map(square, z)),
    "norm": lambda z: sqrt(fsum(map(square, z))),
    "pairwise_differences": lambda z: fsum(square(a - b) for a, b in combinations(z, 2)),
    "power_of_p": lambda z, power: fsum(q**power for q in p(z)),
    "pseudo_huber": lambda z, delta: fsum(square(delta) * (sqrt(1 + square(x / delta)) - 1) for x in z),
    "quadratic_form": lambda z, Q: dot(z, [dot(row, z) for row in Q]),
    "quartic": lambda z: fsum(x**4 for x in z),
    "renyi": lambda z, order: log(fsum(q**order for q in p(z))) / (order - 1),
    "softplus_sum": lambda z: fsum(log(1 + exp(x)) for x in z),
    "symmetric_kl": lambda z: kl(p(z), uniform(z)) + kl(uniform(z), p(z)),
    "tsallis": lambda z, power: (fsum(q**power for q in p(z)) - 1) / (power - 1),
    "z_loss": lambda z: square(log(fsum(exp(x) for x in z))),
}

PREFERENCES: dict[str, Callable[..., Any]] = {
    "apo_down": lambda c, r, beta: s(beta * c) + 1 - s(beta * (c - r)),
    "apo_zero": lambda c, r, beta: 1 - s(beta * c) + s(beta * r),
    "bco": lambda c, r, beta, delta: -log(s(beta * c - delta)) - log(s(delta - beta * r)),
    "cdpo": lambda c, r, beta, eps: -(1 - eps) * log(s(beta * (c - r))) - eps * log(s(beta * (r - c))),
    "discopop": lambda c, r, beta, tau: blend(s(beta * (c - r) / tau), -log(s(beta * (c - r))), exp(beta * (r - c))),
    "dpo": lambda c, r, beta: -log(s(beta * (c - r))),
    "dpop": lambda c, r, beta, lambda_: -log(s(beta * (c - r - lambda_ * max(0, -c)))),
    "exo": lambda c, r, beta, eps: kl((s(beta * (c - r)), s(beta * (r - c))), (1 - eps, eps)),
    "exponential": lambda c, r, beta: exp(beta * r) / exp(beta * c),
    "hinge": lambda c, r, beta: max(0, 1 - beta * (c - r)),
    "ipo": lambda c, r, beta: square(c - r - 1 / (2 * beta)),
    "nca": lambda c, r, beta: -log(s(beta * c)) - log(s(-beta * c)) / 2 - log(s(-beta * r)) / 2,
    "rdpo": lambda c, r, beta, eps: (eps * log(s(beta * (r - c))) - (1 - eps) * log(s(beta * (c - r)))) / (1 - 2 * eps),
    "ropo": lambda c, r, beta, alpha: (4 * alpha * s(beta * (r - c)) * alpha - 4 * alpha * log(s(beta * (c - r))))
    / square(1 + alpha),
    "simpo": lambda c, r, beta, gamma: -log(s(beta * c - beta * r - gamma)),
    "sppo": lambda c, r, beta: square(c - (1 - 1 / mpf(2)) / beta) + square(r - (0 - 1 / mpf(2)) / beta),
    "sympo": lambda c, r, beta: s(beta * (r - c)),
}
"""Of the scores c of the chosen and r of the rejected answer."""

HELD: dict[str, Callable[..., Any]] = {
    "focal_detached": lambda z, y, held, gamma: held_fl(z, held, gamma)[y],
    "nfl_detached": lambda z, y, held, gamma: held_fl(z, held, gamma)[y] / fsum(held_fl(z, held, gamma)),
}
"""Losses with parts that automatic differentiation takes as constant: those parts are at the logits ``held``."""

# fmt: on


def written(arrays: Mapping[str, Array]) -> dict[str, Any]:
    """The entries of given arrays as the definitions take them: a list, or a list of rows."""
    rows = {n: [[mpf(x.numerator) / x.denominator for x in row] for row in a.values or ()] for n, a in arrays.items()}
    return {name: found if len(found) > 1 else found[0] for name, found in rows.items()}


TABLES = {"loss": LOSSES, "regularizer": REGULARIZERS, "preference": PREFERENCES}
