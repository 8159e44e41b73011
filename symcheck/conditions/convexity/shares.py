"""Sums over the classes in which the shares s = entmax(v, alpha) occur: sum_i s_i = 1, and with F and H

    F(v) = max_q <q, v> + H(q),  H(q) = sum_i (q_i - q_i^alpha)/(alpha (alpha - 1)),  q in the simplex, alpha > 1,

    sum_i s_i v_i = F(v) - H(s),

as the maximum is at q = s.  F, the conjugate of the negative Tsallis entropy -H, is convex and rises in each v_i.

Source: Blondel, Martins, Niculae 2020.
"""

from __future__ import annotations

from symcheck.conditions.convexity.building import Builder
from symcheck.conditions.convexity.combination import Atom, Combination, moves
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind

AT_LABEL = " at y"
"""The note of an atom that is the share of the label: its arguments are those of the share of any other class."""

Split = tuple[Combination, Combination, Combination]
"""The summand at the label and at any other class, and what stands outside of the sum."""


def shares_taken_out(build: Builder, at_label: Combination, other: Combination, *, labelled: bool) -> Split:
    """The sum of a summand over all classes, as a sum of another one and what is known without one.

    Unless ``labelled``, the summand at the label is ``other`` too.
    """
    found = at_label, other, build.constant(build.field.zero)
    for a, c in other.terms:
        if a.kind == "product" and not moves(c):
            found = _without_average(build, a, c, found, labelled=labelled)
    for a, c in found[1].terms:
        if a.kind == "entmax" and not moves(c):
            left, right, known = found
            label_share = _at_label(a, labelled=labelled)
            at = left.coefficient(label_share)
            if at is not None and (at - c).is_zero:
                found = left - _alone(build, label_share).times(c), right - _alone(build, a).times(c), known.plus(c)
    return found


def _without_average(build: Builder, product: Atom, c: Element, found: Split, *, labelled: bool) -> Split:
    """``found`` with c sum_i s_i x_i, v = k x + d, written as c (F(v) - H(s) - d)/k."""
    pair = _share_and_factor(product)
    if pair is None:
        return found
    share, x = pair
    label_entry, entry, alpha = share.args[0], share.args[1], share.args[2].constant
    k, field = entry.multiple_of(x), build.field
    if k is None or moves(k) or not build.is_positive(alpha - 1):
        return found
    d = entry.constant - k * x.constant
    if moves(d) or field.sign(k).kind not in (Kind.POSITIVE, Kind.NEGATIVE):
        return found
    at_label, other, known = found
    label_share = _at_label(share, labelled=labelled)
    at_y = (
        build.product(_alone(build, label_share), label_entry.plus(-d).times(1 / k))
        if labelled
        else _alone(build, product)
    )
    there = [(at_label.coefficient(b), e * c) for b, e in at_y.terms]
    if any(have is None or not (have - wanted).is_zero for have, wanted in there):
        return found
    rate = c / (k * alpha * (alpha - 1))

    def entropy(s: Atom) -> Combination:
        alone = _alone(build, s)
        return (alone - build.power(alone, alpha)).times(rate)

    return (
        at_label - at_y.times(c) - entropy(label_share),
        other - _alone(build, product).times(c) - entropy(share),
        known + build.spread("conjugate", label_entry, entry, exponent=alpha).plus(-d).times(c / k),
    )


def _share_and_factor(product: Atom) -> tuple[Atom, Combination] | None:
    """The s_i and x_i of a product s_i x_i."""
    if len(product.args) != 2:
        return None
    for s, x in (product.args, product.args[::-1]):
        only = s.only
        if only is not None and only[0].kind == "entmax" and not only[0].note and only[1].rational == 1:
            return only[0], x
    return None


def _at_label(share: Atom, *, labelled: bool) -> Atom:
    return Atom("entmax", share.args, note=AT_LABEL) if labelled else share


def _alone(build: Builder, a: Atom) -> Combination:
    return Combination.of(build.field, a)
