"""What is left where a preference loss was not proved: a penalty, values of a parameter, the drift taken off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.certificates.loss_alone import SPECIAL
from symcheck.certificates.preferences.answers import answer_of
from symcheck.certificates.preferences.answers.limit import on_cones
from symcheck.certificates.preferences.asked import Asked, asked_of
from symcheck.certificates.preferences.counterpoints import not_exact, not_symmetric
from symcheck.errors import FormulaError, SymcheckError
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.margin_penalty import margin_penalty_of
from symcheck.intake.parser import parsed_constant
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import total
from symcheck.language.scope import FEWEST
from symcheck.language.terms_of import term_of_formula
from symcheck.reason import Undecided

PENALTIES = ("h**2/2", "l2")
"""Penalties that are tried: on the margin alone, and on both scores."""

LONGEST_DRIFT = 60
"""A drift is taken off if it can be written in so many characters."""


def left(asked: Asked) -> tuple[str, ...]:
    """Sentences about what holds, each of them certified; for a preference loss whose verdict is not PROVED."""
    if asked.obstacle is not None or asked.budget.is_spent:
        return ()
    found: list[str] = []
    with suppress(Undecided, FormulaError):  # time ran out: what was found until then is true
        for sentences in (_places, _penalties, _without_drift):
            found += sentences(asked)
    return tuple(dict.fromkeys(found))


def _values(asked: Asked) -> Iterator[str]:
    """Values of one parameter at which flips move no minimiser of the loss alone, or only by a factor."""
    for p in asked.loss.formula.parameters:
        if p.rounded:
            continue
        ends = (p.interval.low, p.interval.high)
        for value in dict.fromkeys(v for v in (*ends, *SPECIAL) if v is not None and v in p.interval):
            there = replace(asked, fixed={p.name: value})
            # Points are cheap, and speak against nearly all of them.
            if not_symmetric(there) is not None and not_exact(there) is not None:
                continue
            try:
                found = asked_of(asked.preference.at({p.name: value}), None, asked.starts_there, asked.budget)
            except SymcheckError:  # at an end of its interval a parameter may give the formula no value
                continue
            said = [answer_of(name, found) for name in ("symmetric", "exact")]
            if any(a is not None and a.verdict is Verdict.PROVED for a in said):
                yield f"Without a penalty it is PROVED where {p.name} = {value}."


def notes(asked: Asked) -> tuple[str, ...]:
    """What a reader should know of a loss whatever the verdict is."""
    if asked.obstacle is not None or asked.facts.finding(Condition.LOSS_BOUNDED_BELOW).verdict is not Verdict.REFUTED:
        return ()
    return (_UNBOUNDED,)


_UNBOUNDED = "The loss is unbounded below: without a penalty that grows faster there need not be minimisers."


def _places(asked: Asked) -> Iterator[str]:
    if asked.penalty is None:
        yield from _values(asked)
    else:
        yield from (f"It is PROVED where {where}." for where in proved_where(asked.certificate))


def _penalties(asked: Asked) -> Iterator[str]:
    """The first of the penalties with which it is proved, and those with which it is for some values."""
    for text in PENALTIES:
        found = certify(asked.loss, margin_penalty_of(text), classes=FEWEST, budget=asked.budget.left)
        if asked.penalty is not None and found.regularizer.formula == asked.penalty.formula:
            continue
        if found.verdict is Verdict.PROVED or on_cones(found) is not None:
            yield limit_with(text, is_local=on_cones(found) is None)
            return
        if asked.penalty is None:
            yield from (f"With the penalty {text} it is PROVED where {where}." for where in proved_where(found))


def limit_with(penalty: str, *, is_local: bool = False) -> str:
    """The sentence that says that ``penalty`` makes it PROVED, ``is_local`` near the point of no scores alone."""
    near = ", for one minimum near the point where all scores are 0" if is_local else ""
    return f"With the penalty {penalty} there is one limit direction as lambda -> oo{near}: PROVED."


def proved_where(certificate: Certificate) -> tuple[str, ...]:
    """Where a parameter decides: the values at which the pair is PROVED, in words."""
    found = (case.where for case in certificate.cases if case.verdict is Verdict.PROVED and case.where)
    return tuple(dict.fromkeys(found))


def _without_drift(asked: Asked) -> Iterator[str]:
    form = asked.material.loss.form
    if asked.certificate.tier is not Tier.QUOTIENT or form is None or len(form.c.text()) > LONGEST_DRIFT:
        return
    text = form.c.text()
    drift = term_of_formula(parsed_constant(text, parameters={p.name: p for p in asked.loss.formula.parameters}))
    z, _ = symbols()
    formula = Formula.of(term_of_formula(asked.loss.formula) - drift * total(z))
    loss = replace(asked.loss, name="formula", formula=formula, values={}, defaults=None)
    found = certify(loss, margin_penalty_of(PENALTIES[1]), classes=FEWEST, budget=asked.budget.left)
    if found.verdict is Verdict.PROVED:
        yield (
            f"With ({text})*(chosen + rejected) taken off the loss, and the penalty {PENALTIES[1]}, it is PROVED; the "
            "loss may then be unbounded below."
        )
