"""The drift d = (1/C) sum_k b_k of a loss: what label noise does not shrink of its gradients (THEORY 6).

With uniform noise b_y becomes a (b_y - d) + d.  What d does to predictions depends on the regularizer.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from symcheck.conditions.gradient.gradient_form import GradientForm
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.findings.tier import Tier


class Drift(Enum):
    """What is known of d in the whole scope."""

    NONE = "d = 0: sum_y b_y = 0"
    ALONG_ONES = "b_y = -kappa o_y + c 1 with kappa > 0"
    ORTHOGONAL = "d is orthogonal to 1, somewhere not 0, and the b_y - d span the complement of 1 there"
    COMMON = "b_y = -kappa o_y + d with kappa > 0"
    OTHER = "nothing that tells"


def drift_of(form: GradientForm, tier: Tier | None) -> Drift:
    """The drift of a loss whose worst tier is ``tier``; a tier that is not SYMLIN or better was seen at a point."""
    if form.all_vanish(form.sums):
        return Drift.NONE
    if form.all_vanish((*form.bends, *form.kappa_steps, *form.drift_steps)):
        return Drift.ALONG_ONES if _is_positive(form, form.kappas[:1]) else Drift.OTHER
    if form.all_vanish((*form.bends, *form.drifts)):
        # sum_y b_y = -sum_y kappa_y o_y is orthogonal to 1, as each o_y is; CLASSWISE was seen at a point, so that
        # the kappa_y differ there and d != 0.
        turned = tier is Tier.CLASSWISE and _is_positive(form, form.kappas)
        return Drift.ORTHOGONAL if turned else Drift.OTHER
    # d is not told apart from the b_y here: no kappa and d with b_y = -kappa o_y + d were found.
    if form.common_drift is None:
        return Drift.OTHER
    if form.all_vanish(form.drifts):
        return Drift.ORTHOGONAL if tier is Tier.FAIL else Drift.OTHER
    return Drift.COMMON


def _is_positive(form: GradientForm, constants: Sequence[Element]) -> bool:
    return all(form.sign(c).kind is Kind.POSITIVE for c in constants)
