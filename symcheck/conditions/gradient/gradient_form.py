"""The gradients b_y = grad l(0, y) of all labels, and the tiers that they leave possible (THEORY 3).

With o_y = e_y - 1/C every row of the table is a statement that certain constants vanish:

    b_y = -kappa_y o_y + c_y 1      the entries of b_y off the label are equal: ``bends`` vanish;
    all kappa_y, all c_y are equal  their differences vanish;
    c_y = 0, sum_y b_y = 0          ``drifts``, ``sums`` vanish.

Noise needs sum_y b_y = 0 only; what is predicted is decided by the kappa_y.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.indexed_field import IndexedField
from symcheck.field.signs.sign import Kind, Sign
from symcheck.findings.tier import Tier
from symcheck.readings.expansion import Gradient
from symcheck.readings.labelled import LabelledExpansion

CLASS_NAMES = {0: "y", 1: "k", 2: "l", 3: "m"}
"""What the named classes of a loss are called: the label, and others."""


@dataclass(frozen=True)
class GradientForm:
    """What is known of the b_y, at one C with an entry for each label, or for every C with one for all labels.

    ``kappas`` and ``drifts`` are kappa_y and C c_y where the ``bends`` vanish.  ``leads`` are constants that are
    positive multiples of kappa wherever b_y = -kappa o_y for all y.  ``common_drift`` is d if b_y = -kappa o_y + d
    with one kappa > 0 (for every C, its entry at the class 1).  ``vanishes`` is a proof where it is True.
    """

    field: Field
    vanishes: Callable[[Element], bool]
    bends: tuple[Element, ...]
    kappas: tuple[Element, ...]
    kappa_steps: tuple[Element, ...]
    drifts: tuple[Element, ...]
    drift_steps: tuple[Element, ...]
    sums: tuple[Element, ...]
    leads: tuple[Element, ...]
    common_drift: tuple[Element, ...] | None = None
    named: Callable[[str], str] = str

    @property
    def kappa(self) -> Element:
        """kappa_y of the first label, and of all where there is one for all."""
        return self.kappas[0]

    @cached_property
    def c(self) -> Element:
        """c_y of the first label: the mean of b_y."""
        return self.drifts[0] / self.field.C

    def text(self, c: Element) -> str:
        """``c`` as a reader is shown it: w[y] for the entry of w at the label."""
        return self.named(c.text())

    def all_vanish(self, constants: Iterable[Element]) -> bool:
        """Whether all of ``constants`` are shown to be 0 in the whole scope."""
        return all(self.vanishes(c) for c in constants)

    def sign(self, c: Element) -> Sign:
        """The sign of ``c`` on the scope."""
        return self.field.sign(c)

    @property
    def single(self) -> bool:
        """Whether b_y = -kappa o_y with one kappa, in the whole scope."""
        return self.all_vanish((*self.bends, *self.drifts, *self.kappa_steps))


def alike_form(gradient: Gradient[Element], field: Field) -> GradientForm:
    """The form of a loss that treats all classes alike, where all labels have one kappa and one c."""
    g_y, g_k = gradient.g_y, gradient.g_k
    kappa, drift = (g_k - g_y,), (field.over_classes(g_k, 1, {0: g_y}),)
    return GradientForm(field, lambda c: c.is_zero, (), kappa, (), drift, (), drift, kappa)


def labelled_form(e: LabelledExpansion) -> GradientForm:
    """The form of the gradients at one C."""
    b, n = e.gradients, e.classes
    if len(b) == 1:  # a loss without a label
        b = b * n
    off = [[k for k in range(n) if k != y] for y in range(n)]
    bends = [b[y][k] - b[y][off[y][0]] for y in range(n) for k in off[y][1:]]
    kappas = [b[y][off[y][0]] - b[y][y] for y in range(n)]
    drifts = [e.field.sum(row) for row in b]
    sums = [e.field.sum([b[y][k] for y in range(n)]) for k in range(n)]
    zero = e.field.number(0)
    # Entries with a known sum depend on each other: sum_k w_k - 1 is no canonical 0, and reduced it is one.
    reduced = e.entries.reduced
    at_label = [zero - b[y][y] for y in range(n)]
    return GradientForm(
        field=e.field,
        vanishes=lambda c: c.is_zero or reduced(c).is_zero,
        bends=tuple(bends),
        kappas=tuple(reduced(c) for c in kappas),
        kappa_steps=tuple(c - kappas[0] for c in kappas[1:]),
        drifts=tuple(drifts),
        drift_steps=tuple(c - drifts[0] for c in drifts[1:]),
        sums=tuple(sums),
        # Where b_y = -kappa o_y, the entry of -b_y at y is kappa (C - 1)/C.  The sign procedure may decide such a
        # positive multiple of kappa and not kappa as it is written, or the other way round.
        leads=tuple(c for lead in (e.field.sum(at_label), *at_label, *kappas) for c in (lead, reduced(lead))),
        common_drift=_labelled_drift(e),
    )


def _labelled_drift(e: LabelledExpansion) -> tuple[Element, ...] | None:
    """b_1 + kappa o_1, if b_y - b_1 = -kappa (e_y - e_1) for all y, with one kappa > 0."""
    n, first = e.classes, e.gradients[0]
    # Without a label kappa is 0.
    if len(e.gradients) == 1:
        return None
    kappa = e.gradients[1][0] - first[0]
    for y, row in enumerate(e.gradients[1:], 1):
        for k in range(n):
            expected = kappa if k == 0 else -kappa if k == y else kappa * 0
            difference = row[k] - first[k] - expected
            if not (difference.is_zero or e.entries.reduced(difference).is_zero):
                return None
    if e.field.sign(kappa).kind is not Kind.POSITIVE:
        return None
    share = kappa / n
    return (first[0] + kappa - share, *(c - share for c in first[1:]))


def indexed_form(gradient: Gradient[Element], field: IndexedField) -> GradientForm:
    """The form of the gradients for every C: classes 0 and 1 stand for any two that are different."""
    g_y, g_k = gradient.g_y, gradient.g_k
    kappa = g_k - g_y
    drift = field.over_classes(g_k, 1, {0: g_y})
    sums = field.over_classes(g_k, 0, {1: field.renamed(g_y, {0: 1})})
    trace = field.over_classes(g_y, 0, {})
    return GradientForm(
        field=field,
        vanishes=lambda c: c.is_zero,
        bends=(g_k - field.renamed(g_k, {1: 2}),),
        kappas=(kappa,),
        # Class 2 stands for any other label: the difference vanishes if kappa does not depend on which one it is.
        kappa_steps=(kappa - field.renamed(kappa, {0: 2}),),
        drifts=(drift,),
        drift_steps=(drift - field.renamed(drift, {0: 2}),),
        sums=(sums,),
        leads=(-trace, -g_y, g_k, kappa),
        common_drift=_indexed_drift(gradient, field),
        named=lambda text: field.named(text, CLASS_NAMES),
    )


def _indexed_drift(gradient: Gradient[Element], field: IndexedField) -> tuple[Element, ...] | None:
    """The entry at the class 1 of d, if d l(0, y)/d z_k does not depend on y != k, nor kappa on any class."""
    g_k = gradient.g_k
    kappa = field.renamed(g_k, {1: 0}) - gradient.g_y
    if not (g_k - field.renamed(g_k, {0: 2})).is_zero or field.classes_in(kappa):
        return None
    return (g_k - kappa / field.C,) if field.sign(kappa).kind is Kind.POSITIVE else None


def tier_at_point(form: GradientForm) -> Tier | None:
    """The tier where nothing is free; None where a sign is not settled."""

    def vanish(constants: Iterable[Element]) -> bool:
        """Whether all are 0; with rounded numbers one that is not 0 wherever they lie shows that not all are."""
        kinds = set()
        for c in constants:
            kind = Kind.ZERO if form.vanishes(c) else form.sign(c).kind
            if kind in (Kind.POSITIVE, Kind.NEGATIVE):
                return False
            kinds.add(kind)
        if Kind.UNKNOWN in kinds:
            raise _Unsettled
        return kinds <= {Kind.ZERO}

    try:
        # Bends first: with them there is no kappa, and all that is left to ask is whether the b_y add up to 0.
        if not vanish(form.bends):
            return Tier.SYMLIN if vanish(form.sums) else Tier.FAIL
        one_kappa = vanish(form.kappa_steps)
        if vanish(form.drifts):
            return _of_kappa(form) if one_kappa else Tier.CLASSWISE
        if one_kappa and vanish(form.drift_steps):
            return Tier.QUOTIENT if _of_kappa(form) in (Tier.EXACT, Tier.SCALED) else Tier.FAIL
        return Tier.SYMLIN if vanish(form.sums) else Tier.FAIL
    except _Unsettled:
        return None


class _Unsettled(Exception):
    """A constant is neither shown to be 0 nor to be different from 0."""


def _of_kappa(form: GradientForm) -> Tier:
    kappa = form.kappa
    kind = form.sign(kappa).kind
    if kind is Kind.POSITIVE:
        excess = kappa - form.field.number(1)
        if form.sign(excess).kind is Kind.UNKNOWN:
            raise _Unsettled
        return Tier.EXACT if form.sign(excess).kind is Kind.ZERO else Tier.SCALED
    if kind is Kind.UNKNOWN:
        raise _Unsettled
    return Tier.ZERO if kind is Kind.ZERO else Tier.FAIL


def worst_possible(form: GradientForm) -> Tier:
    """A tier such that no point of the scope has a worse one, by identities and signs that hold in all of it."""
    # At single points of the scope more may vanish than in all of it: where all entries of w are equal, the loss
    # treats all classes alike.  So the tier b_y = -kappa o_y is possible everywhere, with the sign of kappa that is
    # known.
    one = _worst_of_one_kappa(form)
    if form.single:
        return Tier.EXACT if form.vanishes(form.kappa - form.field.number(1)) else one
    if form.all_vanish((*form.bends, *form.drifts)):
        return max(Tier.CLASSWISE, one, key=lambda t: t.rank)
    if form.all_vanish(form.sums):
        return max(Tier.SYMLIN, one, key=lambda t: t.rank)
    if form.all_vanish((*form.bends, *form.kappa_steps, *form.drift_steps)):
        positive = form.sign(form.kappa).kind is Kind.POSITIVE
        return max(Tier.QUOTIENT, one, key=lambda t: t.rank) if positive else Tier.FAIL
    return Tier.FAIL


def _worst_of_one_kappa(form: GradientForm) -> Tier:
    """The worst tier that is possible at the points where b_y = -kappa o_y."""
    worst = Tier.FAIL
    for c in form.leads:
        sign = form.sign(c)
        if sign.kind is Kind.POSITIVE:
            return Tier.SCALED
        if sign.nonnegative:
            worst = Tier.ZERO
    return worst
