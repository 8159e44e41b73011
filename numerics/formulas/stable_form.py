"""Formulas written so that large terms do not cancel: the same functions, by identities of the softmax.

    logsumexp(v) - v[y] = -log(softmax(v)[y])
    logsumexp(v, but=y) - v[y] = log(1 - softmax(v)[y]) - log(softmax(v)[y])
    total(softmax(v), but=y) = 1 - softmax(v)[y]
    1 - total(softmax(v)*t) = total(softmax(v)*(1 - t))
    log_softmax(v) = log(softmax(v))

In float32 a logit of 10^4 is known to 10^-3, and so would be the loss of a sample that is right.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import cast

from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import log, softmax, total
from symcheck.language.term import Term, Vec

_LABEL = symbols()[1]

Identity = Callable[[list[Term]], Term | None]


@lru_cache(maxsize=256)
def smooth_form(formula: Formula) -> Formula:
    """The same function, written so that autograd finds its derivatives at 0: sqrt(total(z**2))**2 is total(z**2)."""
    return formula.with_powers_of_abs()


def stable_form(formula: Formula) -> Formula:
    """The smooth form, by the identities."""
    smooth = smooth_form(formula)

    def other(place: int, args: list[Term]) -> Term | None:
        identity = _IDENTITIES.get(smooth.nodes[place].op)
        return None if identity is None else identity(args)

    return smooth.replaced(other)


def _difference(args: list[Term]) -> Term | None:
    """logsumexp(v) - v[y], the same over the other classes, and 1 - total(softmax(v)*t)."""
    first, second = args
    if second.op == "take" and first.args and first.args[0] is second.args[0]:
        share = _entry_of(softmax(first.args[0]))
        return {"logsumexp": -log(share), "logsumexp_others": log(1 - share) - log(share)}.get(first.op)
    if _is_one(first) and second.op == "total" and second.args[0].op == "mul":
        shares, law = sorted(second.args[0].args, key=lambda term: term.op != "softmax")
        if shares.op == "softmax" and law.op == "class_parameter":
            return total(shares * (1 - law))
    return None


def _sum(args: list[Term]) -> Term | None:
    """-v[y] + logsumexp(v), the difference the other way round."""
    return next((_difference([b, a.args[0]]) for a, b in (args, args[::-1]) if a.op == "neg"), None)


def _entry(args: list[Term]) -> Term | None:
    """log(softmax(v))[y], as the logarithm of the entry."""
    (vector,) = args
    is_log = vector.op == "log" and vector.args[0].op == "softmax"
    return log(_entry_of(vector.args[0])) if is_log else None


def _others(args: list[Term]) -> Term | None:
    """total(softmax(v), but=y)."""
    return 1 - _entry_of(args[0]) if args[0].op == "softmax" else None


def _entry_of(vector: Term) -> Term:
    return cast("Vec", vector)[_LABEL]


def _is_one(term: Term) -> bool:
    return term.op == "number" and term.data == Fraction(1)


_IDENTITIES: dict[str, Identity] = {
    "sub": _difference,
    "add": _sum,
    "take": _entry,
    "total_others": _others,
    "log_softmax": lambda args: log(softmax(args[0])),
}
