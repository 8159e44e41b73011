"""Arithmetic without the terms that change nothing: 1*x, x + 0, x**1."""

from __future__ import annotations

from symcheck.language.term import Term, lift

ONE = lift(1)


def is_number(term: Term, number: int) -> bool:
    """Whether it is this number by its form."""
    return term.op == "number" and term.data == number


def plus(x: Term, y: Term, alpha: Term = ONE) -> Term:
    """x + alpha y."""
    added = times(alpha, y)
    return added if is_number(x, 0) else x if is_number(added, 0) else x + added


def minus(x: Term, y: Term, alpha: Term = ONE) -> Term:
    """x - alpha y."""
    taken = times(alpha, y)
    if x is taken:  # the label's own margin z_y - z_y, whose kink no derivation has to look at
        return lift(0)
    return x if is_number(taken, 0) else x - taken


def times(x: Term, y: Term) -> Term:
    """x y."""
    return y if is_number(x, 1) else x if is_number(y, 1) else x * y


def over(x: Term, y: Term) -> Term:
    """x / y."""
    return x if is_number(y, 1) else x / y


def power(x: Term, y: Term) -> Term:
    """x^y."""
    return x if is_number(y, 1) else x**y
