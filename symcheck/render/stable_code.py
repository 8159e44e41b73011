"""Formulas written so that code of them neither overflows nor cancels: the same functions, by identities.

logsumexp(v) - v[y] = -log_softmax(v)[y]        log(softmax(v)[y]) = log_softmax(v)[y]
1 - softmax(v)[y] = total(softmax(v), but=y)    softmax(v)[y]**q = exp(q*log_softmax(v)[y])
1 - sigmoid(x) = sigmoid(-x)                    -(-x) = x, and exp(log_softmax(v)[y]) is softmax(v)[y] in these
log(1 + exp(x)) = softplus(x)                   log(total(exp(v))) = logsumexp(v)
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symcheck.language.formula import Formula
from symcheck.language.functions import exp, log_softmax, logsumexp, sigmoid, softmax, softplus, total
from symcheck.language.term import Label, Scalar, Term, Vec

_Y = Label()

Identity = Callable[[list[Term]], Term | None]


def stable_code(formula: Formula) -> Formula:
    """The same function, by the identities, and with abs(x)**2 and sqrt(x)**2 joined."""
    # Two passes: what the first one makes may be what an identity of the second one is about.
    for _ in range(2):
        source = formula

        def other(place: int, args: list[Term], source: Formula = source) -> Term | None:
            identity = _IDENTITIES.get(source.nodes[place].op)
            return None if identity is None else identity(args)

        formula = source.replaced(other)
    return formula


def _sub(args: list[Term]) -> Term | None:
    first, second = args
    if first.op == "logsumexp" and second.op == "take" and first.args[0] is second.args[0]:
        return -_log_share(first.args[0])
    if not _is_one(first):
        return None
    if second.op == "sigmoid":
        return sigmoid(-second.args[0])
    shares = _shares(second)
    return None if shares is None else total(shares, but=_Y)


def _shares(term: Term) -> Vec | None:
    """softmax(v) if ``term`` is its entry at the label, as it is or as exp(log_softmax(v)[y])."""
    found: Term | None = None
    if term.op == "exp" and term.args[0].op == "take" and term.args[0].args[0].op == "log_softmax":
        found = softmax(term.args[0].args[0].args[0])
    elif term.op == "take" and term.args[0].op == "softmax":
        found = term.args[0]
    return found if isinstance(found, Vec) else None


def _neg(args: list[Term]) -> Term | None:
    return args[0].args[0] if args[0].op == "neg" else None


def _add(args: list[Term]) -> Term | None:
    for one, other in (args, args[::-1]):
        if one.op == "neg":
            found = _sub([other, one.args[0]])
            if found is not None:
                return found
    return None


def _log(args: list[Term]) -> Term | None:
    (x,) = args
    if x.op == "softmax":
        return log_softmax(x.args[0])
    if x.op == "take" and x.args[0].op == "softmax":
        return _log_share(x.args[0].args[0])
    if x.op == "total" and x.args[0].op == "exp":
        inside = x.args[0].args[0]
        return logsumexp(inside) if isinstance(inside, Vec) else None
    if x.op == "add":
        for one, other in (x.args, x.args[::-1]):
            if _is_one(one) and other.op == "exp":
                return softplus(other.args[0])
    if x.op == "sigmoid":
        return -softplus(-x.args[0])
    return None


def _pow(args: list[Term]) -> Term | None:
    base, exponent = args
    if exponent.op == "number" and isinstance(exponent.data, Fraction) and exponent.data.denominator == 1:
        return None
    if base.op == "softmax":
        return exp(exponent * log_softmax(base.args[0]))
    if base.op == "take" and base.args[0].op == "softmax":
        return exp(exponent * _log_share(base.args[0].args[0]))
    return None


def _take(args: list[Term]) -> Term | None:
    """log(softmax(v))[y], and log_softmax(v) as it is."""
    (v,) = args
    return _log_share(v.args[0].args[0]) if v.op == "log" and v.args[0].op == "softmax" else None


def _log_share(v: Term) -> Scalar:
    shares = log_softmax(v)
    assert isinstance(shares, Vec)
    return shares[_Y]


def _is_one(term: Term) -> bool:
    return term.op == "number" and term.data == 1


_IDENTITIES: dict[str, Identity] = {"sub": _sub, "add": _add, "neg": _neg, "log": _log, "pow": _pow, "take": _take}
