"""Pairs that are certified, and claims of them: true ones, and made up ones of a pair that is REFUTED."""

from __future__ import annotations

from functools import cache

import torch

from numerics.formulas.claimed_numbers import claimed_numbers
from numerics.formulas.objective import Objective
from numerics.formulas.pair import pair_of
from numerics.formulas.predicted_numbers import PredictedNumbers, predicted_numbers
from symcheck import certify
from symcheck.certificates.certificate import Certificate

PROVED = (
    ("cross_entropy", "l2"), ("gce", "l2"), ("mae", "l2"), ("focal", "l2"), ("nce", "l2"), ("sce", "l2"),
    ("nfl", "l2"), ("label_smoothing", "l2"), ("bootstrap_soft", "l2"), ("poly_loss", "l2"), ("taylor_ce", "l2"),
    ("agce", "l2"), ("brier", "l2"), ("nce_rce", "l2"), ("focal_detached", "l2"), ("phuber_ce", "l2"),
    ("cross_entropy", "huber"), ("cross_entropy", "log_cosh"), ("gce", "pseudo_huber"),
    ("cross_entropy", "entropy"), ("gce", "entropy"), ("mae", "entropy"), ("focal", "logit_variance"),
    ("cross_entropy", "js_uniform"), ("cross_entropy", "tsallis"), ("sparsemax", "l2"), ("multi_margin", "l2"),
    ("bce_balanced", "l2"), ("weston_watkins", "l2"), ("cross_entropy", "quadratic_form"),
    ("cross_entropy", "quartic"), ("gce", "cubic"), ("mae", "l1_5"),
)  # fmt: skip
"""Proved with the defaults of their parameters: on R^C, on R^C/(1, ..., 1), and with homogeneous penalties."""
REFUTED = (
    ("one_vs_rest_logistic", "l2"), ("square", "l2"), ("bce_pos_weight", "l2"),
    ("class_weighted_ce", "l2"), ("logit_adjusted_ce", "l2"), ("sigmoid_focal", "l2"), ("ova_sigmoid", "l2"),
    ("one_vs_all_hinge", "l2"), ("z_loss_ce", "l2"),
)  # fmt: skip
"""Pairs that fail the conditions for some C; whether what is claimed of one is false at a C is seen at that C."""


@cache
def certificate(loss: str, regularizer: str) -> Certificate:
    """The certificate of two entries of the catalogue."""
    return certify(loss, regularizer)


def claimable(classes: int) -> tuple[tuple[str, str], ...]:
    """Those of ``PROVED`` that say something at this C: a parameter may sit on a kink at some C."""
    return tuple(pair for pair in PROVED if pair[0] != "phuber_ce" or classes != 10)


def true_claim(pair: tuple[str, str], classes: int) -> PredictedNumbers:
    """What is proved of ``pair``; raises ``ConfirmationError`` where nothing is."""
    return predicted_numbers(certificate(*pair), classes, "the data")


def made_up_claim(pair: tuple[str, str], classes: int) -> PredictedNumbers:
    """What would be claimed of ``pair``, were it proved: its H, and the kappa that fits it best, to 6 digits."""
    found = pair_of(certificate(*pair), classes, "the data")
    eye = torch.eye(classes, dtype=torch.float64)
    pull, ideal = found.objective.loss_gradient(torch.zeros_like(eye), eye), 1 / classes - eye
    kappa = float((pull * ideal).sum() / ideal.square().sum())
    return claimed_numbers(certificate(*pair), classes, "the data", f"{kappa:.6g}")


def off_by(claim: PredictedNumbers, objective: Objective) -> float:
    """How far ``claim`` is from what holds of ``objective`` at 0, relatively: 0 if it is true.

    The larger one of max |b_y - kappa (1/C - e_y)|/(|kappa| (1 - 1/C)) and max |D^2 g(0) - H|/max |H|; a homogeneous g
    is claimed as it is, and never off.
    """
    eye = torch.eye(claim.classes, dtype=torch.float64)
    pull = objective.loss_gradient(torch.zeros_like(eye), eye) - claim.kappa * (1 / claim.classes - eye)
    of_kappa = float(pull.abs().max()) / abs(claim.kappa) / (1 - 1 / claim.classes)
    if claim.power != 1:
        return of_kappa
    bend = objective.penalty_curvature(torch.zeros_like(eye[0])) - claim.hessian
    return max(of_kappa, float(bend.abs().max() / claim.hessian.abs().max()))
