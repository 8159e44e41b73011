"""The drift d = (1/C) sum_k b_k of a loss against the Hessian H of a regularizer (THEORY 6).

On linear families with shared features the limit scores are S = -P(a (b_Y - d) + 1 d')H^(-1), so the drift adds
the same number to all classes, and noise moves no prediction, where d is a multiple of H 1.  Where it is not,
and the b_y - d span the complement of 1, there are data for which a limit prediction turns: so it is for
b_y = -kappa o_y + d with kappa != 0, and for b_y = -kappa_y o_y with all kappa_y > 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from symcheck.calculus.classwise import ClasswiseLossReport, Run
from symcheck.calculus.hessian import Hessian, LabelledHessian
from symcheck.calculus.labels import LabelForm
from symcheck.calculus.loss import LossReport
from symcheck.calculus.regularizer import RegularizerReport
from symcheck.constants.constant import Constant
from symcheck.constants.sign import Kind
from symcheck.tier import Tier
from symcheck.verdict import Verdict, conjunction


def drift_verdict(loss: LossReport, regularizer: RegularizerReport) -> Verdict | None:
    """Whether d is a multiple of H 1 in the whole scope; None where it is by the symmetry of l and g.

    REFUTED: at a point of the scope it is not, and there are data for which noise turns a limit prediction.
    """
    hessian = regularizer.hessian
    if isinstance(loss, ClasswiseLossReport):
        if hessian is None and regularizer.curvature is None:
            return Verdict.UNDECIDED
        return conjunction(_of_run(run, hessian) for run in loss.runs)
    if hessian is None:
        return None
    if loss.tier is None:
        return Verdict.UNDECIDED
    if loss.tier is Tier.QUOTIENT:
        return hessian.keeps_ones
    return Verdict.PROVED if loss.tier.meets_condition else Verdict.UNDECIDED


def _of_run(run: Run, hessian: Hessian | None) -> Verdict:
    form = run.form
    if form is None:
        return Verdict.UNDECIDED
    if form.all_vanish(form.sums):
        return Verdict.PROVED
    if form.all_vanish((*form.bends, *form.kappa_steps, *form.drift_steps)):
        if hessian is None or hessian.keeps_ones is Verdict.PROVED:
            return Verdict.PROVED
        return hessian.keeps_ones if _is_positive(form, form.kappas[:1]) else Verdict.UNDECIDED
    if form.all_vanish((*form.bends, *form.drifts)):  # d is orthogonal to 1, so it is 0 or no multiple of H 1
        return Verdict.REFUTED if run.tier is Tier.CLASSWISE and _is_positive(form, form.kappas) else Verdict.UNDECIDED
    drift = form.common_drift
    if drift is None:
        return Verdict.UNDECIDED
    if form.all_vanish(form.drifts):
        # orthogonal to 1; FAIL was seen at a point, and kappa > 0 everywhere: there d is not 0
        return Verdict.REFUTED if run.tier is Tier.FAIL else Verdict.UNDECIDED
    if isinstance(hessian, LabelledHessian) and len(drift) == len(hessian.rows):
        return _parallel(drift, hessian)
    if hessian is None and len(drift) > 1:  # H 1 is parallel to 1
        steps = [c - drift[0] for c in drift[1:]]
        seen = any(form.sign(c).kind in (Kind.POSITIVE, Kind.NEGATIVE) for c in steps)
        return Verdict.REFUTED if seen else Verdict.UNDECIDED
    return Verdict.UNDECIDED


def _is_positive(form: LabelForm, constants: Sequence[Constant]) -> bool:
    return all(form.sign(c).kind is Kind.POSITIVE for c in constants)


def _parallel(drift: Sequence[Constant], hessian: LabelledHessian) -> Verdict:
    """Whether d is a multiple of H 1, at one C: the two were derived in two fields, whose constants are numbers."""
    image = [c.rational for c in hessian.image_of_ones]
    numbers = [c.rational for c in drift]
    if any(x is None for x in (*image, *numbers)):
        return Verdict.UNDECIDED
    pairs = combinations(zip(numbers, image, strict=True), 2)
    crossed = any(a * e - b * c for (a, b), (c, e) in pairs)  # type: ignore[operator]  # none of them is None
    return Verdict.REFUTED if crossed else Verdict.PROVED
