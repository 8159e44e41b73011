"""Where something holds, in words: the scope of a certificate, the cases in which it fails, scores 0, the anchor."""

from __future__ import annotations

from fractions import Fraction

from symcheck.certificates.answer import Answer
from symcheck.certificates.by_verdict import verdict_groups
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.language.scope import Scope
from symcheck.render.by_cases import told
from symcheck.render.text import text_line

NOISE = "uniform label noise (each wrong class equally likely, in expectation)"

UNDER_NOISE = "uniform label noise"

LONGEST_SCOPE = 40
"""A sentence names the parameters if that takes at most so many characters; the headline always does."""

SOMEWHERE = "Somewhere in the scope"

BESIDE_THE_POINT = frozenset({Condition.SHIFT_INVARIANT, Condition.MINIMISERS_HELD})
"""Conditions that may fail where the verdict is PROVED."""


def scope_in_words(scope: Scope, *more: str) -> str:
    """``every C >= 2 and every q in (0, 1]``, then ``more``; without each parameter where they are many."""
    names = [f"every {p.name} in {p.interval}" for p in scope.parameters] + [f"every {a}" for a in scope.arrays]
    if len(", ".join(names)) > LONGEST_SCOPE:
        names = ["all values of the parameters"]
    parts = [str(scope.classes), *names, *more]
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def with_the_rate(scope: Scope) -> str:
    """The scope and the rates of noise that are below chance: ``C = 10 and every noise rate below 9/10``."""
    return scope_in_words(scope, f"every noise rate {below_chance(scope)}")


def below_chance(scope: Scope) -> str:
    """``below (C-1)/C``: the rates of noise at which a label is likelier right than any one wrong class."""
    # Without a name for the rate: a loss may have a parameter rho of its own.
    c = scope.classes.fixed
    return f"below {'(C-1)/C' if c is None else Fraction(c - 1, c)}"


def has_anchor(c: Answer) -> bool:
    """Whether the penalty is about the difference of the scores to an anchor."""
    return c.problem.anchor is not None


def at_zero(c: Answer) -> str:
    """The scores at which conditions are stated; those that are all equal are as good where l and g see differences."""
    if has_anchor(c):
        return "at the anchor"
    return "where all scores are equal" if c.quotient else "where all scores are 0"


def near_zero(c: Answer) -> str:
    """What ``at_zero`` is about, as a place that training may be close to."""
    if has_anchor(c):
        return "near the anchor"
    return "near equal scores" if c.quotient else "near the scores 0"


def where_it_fails(c: Answer) -> str:
    """``For every C >= 3`` where the condition fails at each of these points, else ``Somewhere in ...``."""
    if c.scope.classes.fixed is not None and not c.scope.parameters and not c.scope.arrays:
        return f"For {c.scope.classes}"
    groups = dict(verdict_groups(c))
    refuted = groups.get(Verdict.REFUTED, [])
    failing = [f for f in c.findings if f.verdict is not Verdict.PROVED and f.condition not in BESIDE_THE_POINT]
    # Of two conditions each may fail at points where the other holds.
    if not refuted or len(failing) != 1 or not all(case.is_uniform for case in refuted):
        return SOMEWHERE
    if len(groups) > 1:
        return _capital(_told(c, Verdict.REFUTED, is_special=False))
    return f"For {scope_in_words(c.scope)}"


def proved_somewhere(c: Answer) -> str:
    """``for C = 2``: where a certificate that is not PROVED is; "" for nowhere."""
    is_special = c.problem.is_alone
    if not any(verdict is Verdict.PROVED for verdict, _ in verdict_groups(c, is_special=is_special)):
        return ""
    return _told(c, Verdict.PROVED, is_special=is_special)


def _told(c: Answer, verdict: Verdict, *, is_special: bool) -> str:
    cases = dict(verdict_groups(c, is_special=is_special))[verdict]
    return text_line(told(cases, c.scope.classes, [p.name for p in c.scope.parameters]))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
