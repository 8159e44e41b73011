"""The catalogue's table of facts: what the theory gives for every entry, in order of names.

The kappas of losses that treat all classes alike are those of the class symmetry lemma, derived by hand:
kappa = -phi'(1/C)/C for l = phi(p_y), (d_k L - d_y L)(u)/C for l = L(p, y), sums add, normalising divides by
C l(0), and l(z/tau) divides by tau.  A Fenchel-Young loss with an entropy that treats all classes alike has the
gradient s(z) - e_y, s = 1/C at 0.
"""

from __future__ import annotations

import sympy as sp

from symcheck.field.symbols import C_SYMBOL as C

(
    A, M, a, alpha, beta, delta, eps, gamma, gamma_minus, gamma_plus, k, lambda_, m, order, p_min, pi_1, power, q, r, s,
    t, t1, t2, tau, w, zeta,
) = sp.symbols(
    "A M a alpha beta delta eps gamma gamma_minus gamma_plus k lambda_ m order p_min pi_1 power q r s "
    "t t1 t2 tau w zeta",
    real=True,
)  # fmt: skip
L = sp.log(C)
ZERO = sp.Integer(0)

FOCAL = (1 - 1 / C) ** gamma + gamma * (1 - 1 / C) ** (gamma - 1) * L / C
NCE = 1 / (C * L)
B_PLUS = 2 ** (-1 - gamma_plus) * (1 + gamma_plus * sp.log(2))
B_MINUS = 2 ** (-1 - gamma_minus) * (1 + gamma_minus * sp.log(2))
P_0 = sp.exp(-s * m) / (sp.exp(-s * m) + C - 1)
NFL = (1 + gamma * L / (C - 1)) / (C * L)

# fmt: off
LOSSES: dict[str, tuple[str, sp.Expr | None, dict[int, str]]] = {
    "adaboost_mr": ("SCALED", C, {}),
    "agce": ("SCALED", (a + 1 / C) ** (q - 1) / C, {}),
    "alpha_balanced_focal": ("CLASSWISE", None, {}),
    "alpha_loss": ("SCALED", C ** (1 / alpha - 1), {}),
    "alpha_loss_below_one": ("SCALED", C ** (1 / alpha - 1), {}),
    "amse": ("SCALED", 2 * a / C**2, {}),
    "anl_ce": ("SCALED", alpha * NCE + beta / (C * (-sp.log(p_min) - L)), {}),
    "asymmetric_loss": ("QUOTIENT", B_PLUS + B_MINUS, {}),
    "aul": ("SCALED", (a - 1 / C) ** (q - 1) / C, {}),
    "backward_uniform": ("SCALED", 1 / a, {}),
    "bce_balanced": ("SCALED", C / 2, {2: "EXACT"}),
    "bce_pos_weight": ("QUOTIENT", (w + 1) / 2, {}),
    "beta_divergence": ("SCALED", (1 + beta) * C**-beta, {}),
    "bi_tempered": ("SCALED", C ** (t1 - t2), {}),
    "bootstrap_hard": ("NONDIFF", None, {}),
    "bootstrap_soft": ("SCALED", beta, {}),
    "brier": ("SCALED", 2 / C, {2: "EXACT"}),
    "carlini_wagner": ("NONDIFF", None, {2: "SCALED"}),
    "class_weighted_ce": ("CLASSWISE", None, {}),
    "confidence_penalty": ("EXACT", sp.Integer(1), {}),
    "cosface": ("SCALED", s * (1 - P_0) * C / (C - 1), {}),
    "cosine": ("NONDIFF", None, {}),
    "crammer_singer": ("NONDIFF", None, {2: "SCALED"}),
    "cross_entropy": ("EXACT", sp.Integer(1), {}),
    "elr": ("FAIL", None, {2: "CLASSWISE"}),
    "entmax": ("EXACT", sp.Integer(1), {}),
    "epsilon_softmax": ("NONDIFF", None, {}),
    "exponential_margin": ("SCALED", sp.Integer(2), {}),
    "focal": ("SCALED", FOCAL, {}),
    "focal_detached": ("SCALED", (1 - 1 / C) ** gamma, {}),
    "forward": ("FAIL", None, {}),
    "forward_pair_flip": ("SYMLIN", None, {2: "SCALED"}),
    "forward_uniform": ("SCALED", a, {}),
    "gce": ("SCALED", C**-q, {}),
    "hinge": ("SCALED", sp.Integer(2), {}),
    "jal_ce": ("SCALED", alpha * NCE + 2 * a * beta / C**2, {}),
    "js_divergence": ("SCALED", -sp.log(1 + pi_1 * C / (1 - pi_1)) / (C * sp.log(1 - pi_1)), {}),
    "l1_on_logits": ("NONDIFF", None, {}),
    "label_smoothing": ("SCALED", 1 - r, {}),
    "ldam": ("CLASSWISE", None, {}),
    "ldr_kl": ("EXACT", sp.Integer(1), {}),
    "lee_lin_wahba": ("QUOTIENT", sp.Integer(1), {}),
    "logistic_margin": ("EXACT", sp.Integer(1), {}),
    "logit_adjusted_ce": ("FAIL", None, {2: "CLASSWISE"}),
    "logit_norm": ("NONDIFF", None, {}),
    "mae": ("SCALED", 2 / C, {2: "EXACT"}),
    "mixup_prior": ("FAIL", None, {2: "CLASSWISE"}),
    "muh": ("EXACT", sp.Integer(1), {}),
    "multi_margin": ("EXACT", sp.Integer(1), {}),
    "multi_margin_squared": ("SCALED", 2 * m, {}),
    "nce": ("SCALED", NCE, {}),
    "nce_agce": ("SCALED", alpha * NCE + beta * (a + 1 / C) ** (q - 1) / C, {}),
    "nce_aul": ("SCALED", alpha * NCE + beta * (a - 1 / C) ** (q - 1) / C, {}),
    "nce_mae": ("SCALED", alpha * NCE + beta / C, {}),
    "nce_rce": ("SCALED", alpha * NCE - beta * A / C, {}),
    "negative_label_smoothing": ("SCALED", 1 - r, {}),
    "nfl": ("SCALED", NFL, {}),
    "nfl_detached": ("SCALED", NCE, {}),
    "nfl_mae": ("SCALED", alpha * NFL + beta / C, {}),
    "nfl_rce": ("SCALED", alpha * NFL - beta * A / C, {}),
    "nmae": ("SCALED", 1 / (C * (C - 1)), {}),
    "one_vs_all_hinge": ("QUOTIENT", sp.Integer(2), {2: "SCALED"}),
    "one_vs_rest_logistic": ("QUOTIENT", sp.Integer(1), {2: "EXACT"}),
    "ova_sigmoid": ("QUOTIENT", sp.Rational(1, 2), {2: "SCALED"}),
    "pairwise_logistic": ("SCALED", C / 2, {2: "EXACT"}),
    "pairwise_sigmoid": ("SCALED", C / 4, {4: "EXACT"}),
    "peer": ("FAIL", None, {2: "CLASSWISE"}),
    "peer_uniform": ("EXACT", sp.Integer(1), {}),
    "perceptron": ("NONDIFF", None, {}),
    "phuber_ce": ("SCALED", sp.Min(1, tau / C), {}),
    "phuber_gce": ("SCALED", sp.Min(C**-q, tau / C), {}),
    "poly_loss": ("SCALED", 1 + eps / C, {}),
    "ramp": ("EXACT", sp.Integer(1), {}),
    "rescaled_square": ("QUOTIENT", 2 * k * M, {}),
    "reverse_cross_entropy": ("SCALED", -A / C, {}),
    "sce": ("SCALED", 1 + lambda_ / C, {}),
    "sigmoid_focal": ("QUOTIENT", 2 ** (-gamma) * (1 + gamma * sp.log(2)), {2: "SCALED"}),
    "sigmoid_margin": ("SCALED", sp.Rational(1, 2), {}),
    "soft_capped_ce": ("SCALED", 1 / (1 + eps * C), {}),
    "sparse_regularization": ("SCALED", 1 / tau, {}),
    "sparsemax": ("EXACT", sp.Integer(1), {}),
    "square": ("QUOTIENT", sp.Integer(1), {}),
    "square_centred": ("EXACT", sp.Integer(1), {}),
    "squared_hinge": ("SCALED", sp.Integer(4), {}),
    "squared_mae": ("SCALED", 2 * (1 - 1 / C) / C, {}),
    "squentropy": ("EXACT", sp.Integer(1), {}),
    "symmetric_cross_entropy": ("SCALED", alpha - beta * A / C, {}),
    "taylor_ce": ("SCALED", 1 - (1 - 1 / C) ** t, {}),
    "taylor_softmax_ce": ("EXACT", sp.Integer(1), {}),
    "temperature_ce": ("SCALED", 1 / tau, {}),
    "tempered_mae": ("SCALED", 1 / C, {}),
    "truncated_gce": ("NONDIFF", None, {}),
    "unhinged_margin": ("SCALED", sp.Integer(2), {}),
    "weston_watkins": ("SCALED", C, {}),
    "z_loss_ce": ("QUOTIENT", sp.Integer(1), {}),
}
"""The worst tier in the scope, kappa, and the numbers of classes with another tier whatever the parameters are."""

NOT_C2 = {"phuber_ce", "phuber_gce"}
"""Losses with such a gradient that are not C^2 at 0 for some values of the parameters: on the seam of two formulas."""

SPECIAL: list[tuple[str, dict[str, int | str], int | None, str]] = [
    ("agce", {"a": "8/3", "q": 2}, 3, "EXACT"),
    ("amse", {"a": 8}, 4, "EXACT"),
    ("asymmetric_loss", {"gamma_plus": 0, "gamma_minus": 0}, 2, "EXACT"),
    ("asymmetric_loss", {"gamma_plus": 2, "gamma_minus": 2}, 2, "SCALED"),
    ("aul", {"a": "10/3", "q": 2}, 3, "EXACT"),
    ("bce_pos_weight", {"w": 1}, 2, "EXACT"),
    ("bce_pos_weight", {"w": 9}, 10, "SCALED"),
    ("beta_divergence", {"beta": 1}, 2, "EXACT"),
    ("bootstrap_soft", {"beta": 1}, None, "EXACT"),
    ("cosface", {"s": 1, "m": 0}, None, "EXACT"),
    ("focal", {"gamma": 0}, None, "EXACT"),
    ("focal_detached", {"gamma": 0}, None, "EXACT"),
    ("label_smoothing", {"r": 0}, None, "EXACT"),
    ("multi_margin_squared", {"m": "1/2"}, None, "EXACT"),
    ("phuber_ce", {"tau": 10}, 5, "EXACT"),
    ("poly_loss", {"eps": 0}, None, "EXACT"),
    ("reverse_cross_entropy", {"A": -5}, 5, "EXACT"),
    ("sce", {"lambda_": 0}, None, "EXACT"),
    ("sigmoid_focal", {"gamma": 0}, 2, "EXACT"),
    ("sigmoid_focal", {}, 2, "SCALED"),
    ("sparse_regularization", {"tau": 1}, None, "EXACT"),
    ("symmetric_cross_entropy", {"alpha": "1/2", "beta": 1, "A": -5}, 10, "EXACT"),  # alpha - beta A/C = 1
    ("temperature_ce", {"tau": 1}, None, "EXACT"),
    ("truncated_gce", {"k": "1/10"}, 3, "SCALED"),
    ("truncated_gce", {"k": "1/2"}, 3, "ZERO"),
]
"""Values of the parameters, and C if it matters, with another tier than the worst in the scope."""

PREFERENCES: dict[str, tuple[str, sp.Expr | None, sp.Expr]] = {
    "apo_down": ("QUOTIENT", beta / 4, beta / 8),  # f_c = beta/4 - beta/4 = 0, f_r = beta/4
    "apo_zero": ("SCALED", beta / 2, ZERO),  # f_c = -beta/4, f_r = beta/4
    # f_c = -beta s(delta), f_r = beta s(-delta), and s(delta) + s(-delta) = 1
    "bco": ("QUOTIENT", beta, -beta * sp.tanh(delta / 2) / 2),
    "cdpo": ("SCALED", beta * (1 - 2 * eps), ZERO),  # phi' = -(1 - eps) beta/2 + eps beta/2
    # phi' = beta ((1 - log 2)/(4 tau) - 1/4 - 1/2): the share moves by 1/(4 tau), from log 2 to 1
    "discopop": ("FAIL", beta * (3 * tau - 1 + sp.log(2)) / (2 * tau), ZERO),
    "dpo": ("SCALED", beta, ZERO),  # phi' = -beta s(0)
    "dpop": ("NONDIFF", None, ZERO),  # f_c = -beta/2 on one side of chosen = 0, -beta (1 + lambda)/2 on the other
    # phi' = beta/4 (log(1/2) - log(1 - eps) - log(1/2) + log(eps))
    "exo": ("SCALED", beta / 2 * sp.log((1 - eps) / eps), ZERO),
    "exponential": ("SCALED", 2 * beta, ZERO),  # phi' = -beta
    "hinge": ("SCALED", 2 * beta, ZERO),  # phi' = -beta: 0 lies on the line, 1 - beta h > 0
    "ipo": ("SCALED", 2 / beta, ZERO),  # phi' = -1/beta
    "nca": ("SCALED", beta / 2, ZERO),  # f_c = -beta/2 + beta/4, f_r = beta/4
    "rdpo": ("SCALED", beta / (1 - 2 * eps), ZERO),  # phi' = (-(1 - eps) beta/2 - eps beta/2)/(1 - 2 eps)
    # phi' = -beta A (1/2 + alpha/4), A = 4 alpha/(1 + alpha)^2
    "ropo": ("SCALED", 2 * alpha * beta * (alpha + 2) / (1 + alpha) ** 2, ZERO),
    "simpo": ("SCALED", 2 * beta * sp.exp(gamma) / (1 + sp.exp(gamma)), ZERO),  # phi' = -beta s(gamma)
    "sppo": ("SCALED", 2 / beta, ZERO),  # f_c = -1/beta, f_r = 1/beta
    "sympo": ("SCALED", beta / 2, ZERO),  # phi' = -beta/4
}
"""Tier, kappa and drift of the loss with two classes: kappa = f_r - f_c and drift = (f_c + f_r)/2 of the derivatives
f_c, f_r at 0 by the two scores, since b_y = -kappa o_y + drift 1 with o_y = (1/2, -1/2); kappa = -2 phi'(0) for phi(h).
"""

REGULARIZERS: dict[str, tuple[str, sp.Expr | None, sp.Expr | None]] = {
    "chi_squared": ("QUOT", 2 / C, sp.Integer(0)),
    "cosh_penalty": ("FULL", sp.Integer(1), sp.Integer(1)),
    "coupling": ("SING", sp.Integer(0), sp.Integer(2)),
    "cubic": ("SING", sp.Integer(0), sp.Integer(0)),
    "elastic_net": ("NOTC2", None, None),
    "entropy": ("QUOT", 1 / C, sp.Integer(0)),
    "entropy_minimization": ("NOMIN", -1 / C, sp.Integer(0)),
    "exponential_penalty": ("FULL", sp.Integer(1), sp.Integer(1)),
    "hellinger_uniform": ("QUOT", 1 / (4 * C), sp.Integer(0)),
    "huber": ("FULL", sp.Integer(1), sp.Integer(1)),
    "js_uniform": ("QUOT", 1 / (4 * C), sp.Integer(0)),
    "kl_uniform_repaired": ("FULL", 1 / C, 1 / C),
    "l1": ("NOTC2", None, None),
    "l1_5": ("NOTC2", None, None),
    "l2": ("FULL", sp.Integer(1), sp.Integer(1)),
    "label_smoothing_as_printed": ("NOMIN", sp.Integer(-1), sp.Integer(0)),
    "label_smoothing_penalty": ("QUOT", 1 / C, sp.Integer(0)),
    "log_cosh": ("FULL", sp.Integer(1), sp.Integer(1)),
    "logit_squeezing": ("FULL", sp.Integer(2), sp.Integer(2)),
    "logit_variance": ("QUOT", sp.Integer(1), sp.Integer(0)),
    "max_squared": ("NOTC2", None, None),
    "norm": ("NOTC2", None, None),
    "pairwise_differences": ("QUOT", 2 * C, sp.Integer(0)),
    "power_of_p": ("NOMIN", -power * (1 - power) * C**-power, sp.Integer(0)),
    "pseudo_huber": ("FULL", sp.Integer(1), sp.Integer(1)),
    "quadratic_form": ("FULL", None, None),
    "quartic": ("SING", sp.Integer(0), sp.Integer(0)),
    "renyi": ("QUOT", order / C, sp.Integer(0)),
    "softplus_sum": ("NOMIN", sp.Rational(1, 4), sp.Rational(1, 4)),
    "symmetric_kl": ("QUOT", 2 / C, sp.Integer(0)),
    "tsallis": ("QUOT", power * C**-power, sp.Integer(0)),
    "z_loss": ("NOMIN", 2 * L / C, 2 / C),
}
"""The verdict, and the eigenvalues of D^2 g(0) on the complement of (1, ..., 1) and along it.

FULL: grad g(0) = 0 and D^2 g(0) is positive definite; QUOT: so on the quotient by (1, ..., 1), and 0 along it;
SING: a minimum with a Hessian that is singular on the complement; NOTC2: no Hessian at 0; NOMIN: 0 is no minimum.
"""
# fmt: on
