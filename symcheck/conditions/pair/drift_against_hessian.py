"""The drift d = (1/C) sum_k b_k of a loss against the Hessian H of a regularizer (THEORY 6).

On linear families with shared features the limit scores are S = -P(a (b_Y - d) + 1 d')H^(-1), so the drift adds
the same number to all classes, and noise moves no prediction, where d is a multiple of H 1.  Where it is not,
and the b_y - d span the complement of 1, there are data for which a limit prediction turns: so it is for
b_y = -kappa o_y + d with kappa != 0, and for b_y = -kappa_y o_y with all kappa_y > 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from symcheck.conditions.curvature.hessian import Hessian
from symcheck.conditions.curvature.labelled_hessian import LabelledHessian
from symcheck.conditions.curvature.regularizer_report import RegularizerReport
from symcheck.conditions.gradient.drift import Drift
from symcheck.conditions.gradient.gradient_form import GradientForm
from symcheck.conditions.gradient.reports import LossReport
from symcheck.field.element import Element
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict, conjunction


def drift_verdict(loss: LossReport, regularizer: RegularizerReport) -> Verdict | None:
    """Whether the drift of the loss is a multiple of D^2 g(0) 1; None where it is by the symmetry of l and g."""
    hessian = regularizer.apart
    forms = [(r.drift, r.form) for _, r in loss.parts]
    if not loss.is_alike:
        if hessian is None and regularizer.curvature is None:
            return Verdict.UNDECIDED
        return conjunction(Verdict.UNDECIDED if f is None else is_multiple(drift, f, hessian) for drift, f in forms)
    if hessian is None:
        return None
    # A loss that treats all classes alike has d = c 1, so that H 1 has to be parallel to 1.
    if loss.tier is Tier.QUOTIENT:
        return hessian.keeps_ones
    return Verdict.PROVED if loss.tier is not None and loss.tier.meets_condition else Verdict.UNDECIDED


def is_multiple(drift: Drift, form: GradientForm, hessian: Hessian | None) -> Verdict:
    """Whether d is a multiple of H 1 in the whole scope, for a Hessian (None: H = s I + t 11').

    REFUTED: at a point of the scope it is not, and there are data for which noise turns a limit prediction.
    """
    if drift is Drift.NONE:
        return Verdict.PROVED
    if drift is Drift.ALONG_ONES:
        return Verdict.PROVED if hessian is None else hessian.keeps_ones
    # d = mu H 1 with 1'd = 0 would give mu 1'H1 = 0, and so mu = 0 and d = 0.
    if drift is Drift.ORTHOGONAL:  # and 1'H1 > 0
        return Verdict.REFUTED
    if drift is Drift.OTHER or form.common_drift is None:
        return Verdict.UNDECIDED
    numbers = _rational(form.common_drift)
    if hessian is None:
        image = None if numbers is None else [Fraction(1)] * len(numbers)
    else:
        image = _rational(hessian.image_of_ones) if isinstance(hessian, LabelledHessian) else None
    # Only numbers are compared: parameters may make d a multiple at some points and not at others.
    if numbers is None or image is None or not len(numbers) == len(image) > 1:
        return Verdict.UNDECIDED
    pairs = combinations(zip(numbers, image, strict=True), 2)
    return Verdict.REFUTED if any(a * e != b * c for (a, b), (c, e) in pairs) else Verdict.PROVED


def _rational(constants: Sequence[Element]) -> list[Fraction] | None:
    """The constants as numbers, if all of them are."""
    numbers = [c.rational for c in constants]
    found = [x for x in numbers if x is not None]
    return found if len(found) == len(numbers) else None
