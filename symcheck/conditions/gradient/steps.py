"""How findings on a loss that treats classes differently are told: steps, witnesses, the sentence on smoothness."""

from __future__ import annotations

from fractions import Fraction

from symcheck.conditions.agreement.agreed import AgreedIndices
from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.cases.witness_points import shown_value
from symcheck.conditions.gradient.gradient_form import CLASS_NAMES, GradientForm
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.findings.step import Derivation, Step
from symcheck.findings.tier import Tier
from symcheck.findings.witness import Witness
from symcheck.readings.expansion import Gradient
from symcheck.readings.labelled import LabelledExpansion

MOST_SHOWN, MOST_KAPPAS = 5, 12
"""A derivation shows the gradients of up to so many labels, and the kappas of so many."""


def tier_witness(tier: Tier, point: ArrayPoint, form: GradientForm) -> Witness:
    """The quantity of the form at ``point`` that shows the tier not to meet the condition."""
    first = next(((k, c) for k, c in enumerate(form.sums) if form.sign(c).kind not in (Kind.ZERO, Kind.UNKNOWN)), None)
    if tier is Tier.QUOTIENT:
        return _shown(point, "c, the mean of grad l(0, y) over the classes", form.c, "c = 0")
    if tier is Tier.CLASSWISE:
        k = next(k for k, c in enumerate(form.kappa_steps) if form.sign(c).kind in (Kind.POSITIVE, Kind.NEGATIVE))
        name = f"kappa_{k + 2} - kappa_1, where b_y = -kappa_y o_y,"
        return _shown(point, name, form.kappa_steps[k], "one kappa for all classes")
    if tier is Tier.FAIL and first is not None:
        name = f"the sum over y of d l(0, y)/d z_{first[0] + 1}"
        return _shown(point, name, first[1], "0")
    return _shown(point, "kappa", form.kappa, "kappa > 0")


def _shown(point: ArrayPoint, quantity: str, value: Element, expected: str) -> Witness:
    text, decimal = shown_value(value, {"C": Fraction(point.classes)})
    return point.witness(quantity, text, expected, decimal)


def label_steps(e: LabelledExpansion) -> Derivation:
    """The gradients at 0 for the first few labels, entry by entry, as steps."""
    by = "the labelled reading and power series in balls agree"
    rows = e.gradients[:MOST_SHOWN] if len(e.gradients) > 1 else e.gradients
    return tuple(Step(f"grad l(0, {y + 1})", f"({', '.join(c.text() for c in row)})", by) for y, row in enumerate(rows))


def index_steps(agreed: AgreedIndices[Gradient[Element]]) -> Derivation:
    """The entries of grad l(0, y) at y and at another class k as steps."""
    return (
        Step("d l/d z_y at 0", agreed.text("g_y", CLASS_NAMES), agreed.how),
        Step("d l/d z_k at 0, k != y", agreed.text("g_k", CLASS_NAMES), agreed.how),
    )


def form_steps(form: GradientForm) -> Derivation:
    """What the b_y have in common."""
    is_one_c = len(form.kappas) > 1
    if form.all_vanish((*form.bends, *form.drifts)):
        kappas = [form.text(c) for c in form.kappas[:MOST_KAPPAS]]
        name = "kappa" if form.single else f"kappa_1, ..., kappa_{len(form.kappas)}" if is_one_c else "kappa_y"
        many = kappas + ["..."] * (len(form.kappas) > MOST_KAPPAS)
        value = ", ".join(dict.fromkeys(kappas) if form.single else many)
        return (Step(name, value, "b_y = -kappa_y o_y: the entries off y are equal, and each b_y has the mean 0"),)
    if form.all_vanish(form.sums):
        return (Step("sum over y of b_y", "0", "canonical forms"),)
    sums = ", ".join(form.text(c) for c in form.sums[:MOST_SHOWN])
    if len(form.sums) > MOST_SHOWN:
        sums += ", ..."
    name = "sum over y of b_y" if is_one_c else "sum over y of d l/d z_k at 0"
    return (Step(name, f"({sums})" if is_one_c else sums, "noise shrinks the b_y to their mean"),)
