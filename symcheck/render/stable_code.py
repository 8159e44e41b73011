"""Formulas written so that code of them neither overflows nor cancels: the same functions, by identities.

logsumexp(v) - v[y] = -log_softmax(v)[y]        log(softmax(v)[y]) = log_softmax(v)[y]
1 - softmax(v)[y] = total(softmax(v), but=y)    softmax(v)[y]**q = exp(q*log_softmax(v)[y])
1 - sigmoid(x) = sigmoid(-x)                    -(-x) = x, and exp(log_softmax(v)[y]) is softmax(v)[y] in these
log(sigmoid(x)) = log_sigmoid(x)
log(1 + exp(x)) = softplus(x)                   log(total(exp(v))) = logsumexp(v)

Where the code of ``rest(p)`` is there, 1 - p for shares p is written with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from symcheck.language.formula import Formula
from symcheck.language.functions import exp, log_sigmoid, log_softmax, logsumexp, sigmoid, softmax, softplus, total
from symcheck.language.node import Node, Symbol
from symcheck.language.term import Label, Pairs, Scalar, Term, Vec, entrywise

_Y = Label()

Identity = Callable[[list[Term]], Term | None]


def stable_code(formula: Formula) -> Formula:
    """The same function, by the identities, and with abs(x)**2 and sqrt(x)**2 joined."""
    return _by(_IDENTITIES, formula)


def stable_value(formula: Formula) -> Formula:
    """The same with rests in it."""
    return _by(_WITH_RESTS, formula)


def stable_derivative(formula: Formula) -> Formula:
    """The same for a derivative, in which powers that may be large stay beside what they are multiplied by."""
    stable = _by(_IN_DERIVATIVES, formula)
    # What stands beside a rest, or is divided by rests, is not to cancel either.
    at_label = any(n.op == "take" and stable.nodes[n.args[0]].op == "rest" for n in stable.nodes)
    return _by({"sub": _residual}, stable) if at_label or divides_by_rests(stable) else stable


def _by(identities: Mapping[str, Identity], formula: Formula) -> Formula:
    # Two passes: what the first one makes may be what an identity of the second one is about.
    for _ in range(2):
        source = formula

        def other(place: int, args: list[Term], source: Formula = source) -> Term | None:
            identity = identities.get(source.nodes[place].op)
            return None if identity is None else identity(args)

        formula = source.replaced(other)
    return formula


def _sub(args: list[Term]) -> Term | None:
    first, second = args
    if second.op == "number" and second.data == 0:
        return first
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


def _rest(args: list[Term]) -> Term | None:
    """1 - p and p - 1 for a share p, or for all of them."""
    first, second = args
    if _is_one(second) and (found := _rest([second, first])) is not None:
        return entrywise("neg", found)
    if not _is_one(first):
        return _sub(args)
    if second.op in ("first", "second") and second.args[0].op == "softmax":
        return Pairs(second.op, Vec("rest", second.args[0]))
    if second.op == "softmax":
        return Vec("rest", second)
    if second.op == "take" and second.args[0].op == "softmax":
        return Scalar("take", Vec("rest", second.args[0]))
    return _sub(args)


def divides_by_rests(formula: Formula) -> bool:
    """Whether it may divide by the rests of all classes: quotients that are large at one of them are subtracted."""
    return any("rest" in _divisors(n, formula.nodes) for n in formula.nodes)


def _divisors(node: Node, tape: Sequence[Node]) -> set[str]:
    """The operators of what the node may divide by: factors, and what is raised to a power."""
    if node.op == "div":
        waiting = [node.args[1]]
    elif node.op == "pow" and not ((exponent := tape[node.args[1]].number) is not None and exponent > 0):
        waiting = [node.args[0]]
    else:
        return set()
    found = set()
    while waiting:
        inside = tape[waiting.pop()]
        found.add(inside.op)
        if inside.op == "mul":
            waiting += inside.args
        elif inside.op in ("pow", "sqrt", "first", "second"):
            waiting.append(inside.args[0])
    return found


def _residual(args: list[Term]) -> Term | None:
    """p - onehot(y) and [j=k] - p_k for shares p, and onehot(y) - p."""
    first, second = args
    if first.op == "softmax" and second.op == "onehot":
        return Vec("residual", first)
    if first.op == "onehot" and second.op == "softmax":
        return entrywise("neg", Vec("residual", second))
    if first.op == "same" and second.op == "second" and second.args[0].op == "softmax":
        return Pairs("centred", second.args[0])
    if first.op == second.op and first.op in ("first", "second"):
        found = _residual([first.args[0], second.args[0]])
        return None if not isinstance(found, Vec) else Pairs(first.op, found)
    return None


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
        return log_sigmoid(x.args[0])
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


def _pow_of_derivative(args: list[Term]) -> Term | None:
    """p**q as it is unless q is plainly not negative: a share has a least value, and exp(-q*1000) may have none."""
    (exponent,) = args[1:]
    if exponent.op == "number":
        is_small = isinstance(exponent.data, Fraction) and exponent.data > 0
    elif exponent.op == "parameter" and isinstance(exponent.data, Symbol):
        low = exponent.data.interval.low
        is_small = isinstance(low, Fraction) and low >= 0
    else:
        is_small = False
    return _pow(args) if is_small else None


def _exp(args: list[Term]) -> Term | None:
    """exp(log_softmax(v)[y]) = softmax(v)[y]."""
    (x,) = args
    if x.op == "log_softmax":
        return Vec("softmax", x.args[0])
    if x.op == "take" and x.args[0].op == "log_softmax":
        return Scalar("take", Vec("softmax", x.args[0].args[0]))
    return None


def _relu(args: list[Term]) -> Term | None:
    return args[0] if args[0].op in ("softmax", "sigmoid", "softplus", "exp") else None


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


_IDENTITIES: dict[str, Identity] = {
    "sub": _sub, "add": _add, "neg": _neg, "log": _log, "pow": _pow, "relu": _relu, "take": _take,
}  # fmt: skip
_WITH_RESTS: dict[str, Identity] = {**_IDENTITIES, "sub": _rest, "exp": _exp}
_IN_DERIVATIVES: dict[str, Identity] = {**_WITH_RESTS, "pow": _pow_of_derivative}
