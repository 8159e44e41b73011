"""Changes: what a rule of repair proposes, before it is certified."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from symcheck.certificates.certificate import Certificate
from symcheck.design.plain import plain
from symcheck.field.element import Element
from symcheck.field.text import term
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.intake.subject_name import FORMULA, own_name
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import mean, total
from symcheck.language.label_terms import scaled
from symcheck.language.term import Term
from symcheck.language.terms_of import term_of_formula
from symcheck.problem import Problem, Subject


@dataclass(frozen=True)
class Change:
    """The ``problem`` in the place of the one that was refuted, and ``what`` is another one now, in words."""

    problem: Problem
    what: str


class Setting(Enum):
    """What is asked: most rules read and write derivatives at z = 0, and a loss alone is another question."""

    PAIR = "a loss with a penalty"
    ANCHOR = "a loss with a penalty that has its minimum at an anchor"
    ALONE = "a loss without a penalty"

    @classmethod
    def of(cls, problem: Problem) -> Setting:
        """The setting of ``problem``."""
        if problem.is_alone:
            return cls.ALONE
        return cls.PAIR if problem.anchor is None else cls.ANCHOR


@dataclass(frozen=True)
class Rule:
    """A rule of repair: ``changes`` of a pair that was not proved, which are shown only if they are proved.

    ``name`` says what to do; rules are tried in the order of ``rank``.  A rule that ``completes`` is also tried on
    what the others propose, where that is not proved yet.  Of what a rule proposes the first that is PROVED is shown,
    and all that are of a rule that ``divides`` the scope.  ``keeps`` are properties that stay whatever the pair is, and
    ``settings`` those in which it is tried.
    """

    name: str
    rank: int
    changes: Callable[[Certificate], Iterator[Change]]
    completes: bool = False
    divides: bool = False
    keeps: tuple[Condition, ...] = ()
    settings: tuple[Setting, ...] = (Setting.PAIR,)


def with_loss(certificate: Certificate, term: Term, what: str) -> Change:
    """The pair with the loss ``term``."""
    problem = certificate.problem
    changed = _changed(problem.loss, Formula.of(term))
    # Entries that were given, and are gone now, have fixed C: it stays as it was.
    return Change(replace(problem, loss=changed, classes=certificate.scope.classes), what)


def with_regularizer(certificate: Certificate, term: Term, what: str) -> Change:
    """The pair with the regularizer ``term``."""
    problem = certificate.problem
    changed = _changed(problem.regularizer, Formula.of(term))
    return Change(replace(problem, regularizer=changed, classes=certificate.scope.classes), what)


def fails(certificate: Certificate, *conditions: Condition) -> bool:
    """Whether one of the ``conditions`` is not PROVED of the pair."""
    found = map(certificate.finding, conditions)
    return any(f is not None and f.verdict is not Verdict.PROVED for f in found)


def refutes(certificate: Certificate, condition: Condition) -> bool:
    """Whether ``condition`` is REFUTED of the pair."""
    found = certificate.finding(condition)
    return found is not None and found.verdict is Verdict.REFUTED


def with_nodes(formula: Formula, others: Mapping[int, Callable[[list[Term]], Term]]) -> Term:
    """``formula`` with other terms at some places, each made of the arguments there."""
    changed = formula.replaced(lambda place, args: others[place](args) if place in others else None)
    return term_of_formula(plain(changed))


def less_multiple_of_sum(subject: Formula, factor: Element) -> Term:
    """``subject`` less ``factor`` times the sum of z over the classes, in the shorter one of two ways to write that."""
    z, _ = symbols()
    per_class, per_mean = factor, factor * factor.field.C
    written = []
    for whole, weight in ((total(z), per_class), (mean(z), per_mean)):
        added, taken = term(-weight), term(weight)
        is_added = len(repr(added)) < len(repr(taken))
        value = term_of_formula(subject)
        written.append(value + scaled(whole, added) if is_added else value - scaled(whole, taken))
    return min(written, key=lambda t: len(repr(t)))


def _changed(subject: Subject, formula: Formula) -> Subject:
    # By its name, if it has one of its own, a reader tells the pair from the one before.
    name = FORMULA if subject.name == FORMULA else own_name(f"{subject.name}_repaired")
    return Subject(name, formula, classes=subject.classes)


def fresh(name: str, certificate: Certificate) -> str:
    """``name``, or that with a number behind it where the pair has it already."""
    taken = certificate.loss.formula.names | certificate.regularizer.formula.names
    names = (name, *(f"{name}{k}" for k in range(2, len(taken) + 3)))
    return next(n for n in names if n not in taken)
