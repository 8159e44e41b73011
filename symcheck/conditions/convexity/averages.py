"""Terms that are at least 0 only together: a soft or hard maximum less an average of what it is taken of.

logsumexp(v) - sum_i w_i v_i,  max_i v_i - sum_i w_i v_i      w_i >= 0, sum_i w_i = 1
max_q (sum_i q_i v_i + H(q)) - sum_i w_i v_i                  q in the simplex, H >= 0 an entropy
softplus(x) - w x,  relu(x) - w x                             0 <= w <= 1
"""

from __future__ import annotations

from symcheck.conditions.convexity.combination import Atom, Combination, moves
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind

MAXIMA = ("lse", "amax", "conjugate")
HALVES = ("softplus", "relu")
SOFT = frozenset({"lse", "softplus"})
"""Those that are larger than each average, and not only as large."""


def without_averages(u: Combination, *, shifted: bool = False) -> tuple[Combination, list[Combination]]:
    """``u`` less its parts of this kind, and the parts, each at least 0 for all z.

    With ``shifted`` v and x may have constants in them, and the parts are at least some constant.
    """
    found: list[Combination] = []
    rest = u
    for a, c in u.terms:
        if not u.field.sign(c).nonnegative or (a.kind not in MAXIMA and a.kind not in HALVES):
            continue
        # logsumexp(v + c) less the average of v is at least an average of c, and that may be negative.
        if not shifted and not all(v.constant.is_zero for v in a.args):
            continue
        part = _less_average(a, c, rest) if a.kind in MAXIMA else _less_share(a, c, rest)
        if part is not None:
            found.append(part)
            rest = rest - part
    return rest, found


def _less_share(a: Atom, c: Element, u: Combination) -> Combination | None:
    """c (softplus(x) - w x), where - c w x with 0 < w <= 1 is there in ``u``."""
    x = a.args[0]
    if not x.terms:
        return None
    lead, slope = x.terms[0]
    at = u.coefficient(lead)
    if at is None or moves(slope) or not _has_sign(slope):
        return None
    share = -at / slope  # c w
    if not (u.field.sign(share).nonnegative and u.field.sign(c - share).nonnegative):
        return None
    part = x.part(x.terms).times(-share)
    there = [(u.coefficient(b), d) for b, d in part.terms]
    if any(coefficient is None or not (coefficient - d).is_zero for coefficient, d in there):
        return None
    return part + Combination.of(u.field, a).times(c)


def _has_sign(c: Element) -> bool:
    return c.field.sign(c).kind in (Kind.POSITIVE, Kind.NEGATIVE)


def _less_average(a: Atom, c: Element, u: Combination) -> Combination | None:
    """c (logsumexp(v) - sum_i w_i v_i) for v_i = s z_i + const with s > 0, where the scores are there in ``u``."""
    label_entry, other = a.args if len(a.args) == 2 else (a.args[0], a.args[0])
    slope = _slope(other)
    if slope is None or (not label_entry.is_constant and _slope(label_entry) is None):
        return None
    field, is_labelled = u.field, label_entry.key != other.key
    taken: list[tuple[Atom, Element]] = []
    at_label, elsewhere = field.zero, field.zero
    for b, d in u.terms:
        if b.kind == "own" and is_labelled:
            at_label = at_label - d / slope
            taken.append((b, d))
        elif b.kind in ("others", "all") and not moves(d):
            inner = b.args[0].only
            if inner is None or inner[0].kind != "entry" or moves(inner[1]):
                continue
            taken.append((b, d))
            elsewhere = elsewhere - d * inner[1] / slope
            if b.kind == "all" and is_labelled:
                at_label = at_label - d * inner[1] / slope
    if not taken:
        return None
    whole = at_label + (field.C - 1) * elsewhere if is_labelled else field.C * elsewhere
    weights = (at_label, elsewhere) if is_labelled else (elsewhere,)
    # The weights have to add up to the coefficient: logsumexp(z) - 2 z_y falls without end.
    if not (whole - c).is_zero or not all(field.sign(w).nonnegative for w in weights):
        return None
    return Combination(field, field.zero, taken) + Combination.of(field, a).times(c)


def _slope(v: Combination) -> Element | None:
    """The s > 0 of v = s z_i + const."""
    only = v.part(v.terms).only
    if only is None or only[0].kind not in ("entry", "own") or moves(only[1]):
        return None
    return only[1] if v.field.sign(only[1]).kind is Kind.POSITIVE else None
