"""Forms of a formula: the same function, written as code writes it, so that a mistake in it is one change."""

from __future__ import annotations

from collections.abc import Callable

from symcheck.language.formula import Formula
from symcheck.language.functions import exp, log, sigmoid, softmax, total
from symcheck.language.term import Label, Scalar, Term, Vec, entrywise

_Y = Label()


def forms(formula: Formula) -> tuple[Formula, ...]:
    """``formula`` itself, with softmax for all that is made of it, with exponentials for softmax, and signs outside."""
    with_softmax = formula.replaced(_rule(formula, _of_softmax))
    with_exp = with_softmax.replaced(_rule(with_softmax, _of_exponentials))
    found = (formula, with_softmax, with_exp)
    return tuple(dict.fromkeys((*found, *(f.replaced(_rule(f, _of_signs)) for f in found))))


Rule = Callable[[str, list[Term]], Term | None]


def _rule(formula: Formula, rule: Rule) -> Callable[[int, list[Term]], Term | None]:
    return lambda place, args: rule(formula.nodes[place].op, args)


def _of_softmax(op: str, args: list[Term]) -> Term | None:
    """log_softmax(v) as log(softmax(v)), log_sigmoid the same way, and logsumexp(v) - v[y] as -log(softmax(v)[y])."""
    if op == "log_softmax":
        return log(softmax(args[0]))
    if op == "log_sigmoid":
        return log(sigmoid(args[0]))
    if op == "take" and args[0].op == "log":
        (inner,) = args[0].args
        return log(inner[_Y]) if isinstance(inner, Vec) else None
    if op == "sub" and args[0].op == "logsumexp" and args[1].op == "take" and args[0].args == args[1].args:
        return -log(softmax(args[0].args[0])[_Y])
    return None


def _of_signs(op: str, args: list[Term]) -> Term | None:
    """(-a) b as -(a b), and -a - b as -(a + b): signs outside of products and sums."""
    if op in ("mul", "div") and args[0].op == "neg":
        return -entrywise(op, *args[0].args, args[1])
    if op == "sub" and args[0].op == "neg":
        return -entrywise("add", *args[0].args, args[1])
    return None


def _of_exponentials(op: str, args: list[Term]) -> Term | None:
    """softmax(v) as exp(v)/total(exp(v)), and its entry as that of exp(v), divided."""
    if op == "softmax":
        return exp(args[0]) / total(exp(args[0]))
    if op == "take" and args[0].op == "div":
        above, below = args[0].args
        return above[_Y] / below if isinstance(above, Vec) and isinstance(below, Scalar) else None
    if op == "logsumexp":
        return log(total(exp(args[0])))
    return None
