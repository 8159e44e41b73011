"""Which losses, which penalty and which lambda are certified for a number of classes and a rate of label noise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from symcheck.arguments.public import public
from symcheck.budget import SECONDS, Budget
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.design.advising.candidates import at_defaults, losses_for, regularizers_for
from symcheck.design.advising.choice import Choice
from symcheck.design.advising.left_out import Because, LeftOut
from symcheck.design.advising.matched import Reference
from symcheck.design.advising.ranking import ranked
from symcheck.design.advising.value import Advice
from symcheck.design.want import Answered, Want
from symcheck.design.wants import want_named, wants_named
from symcheck.errors import ParameterError, ScopeError, shown
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.intake.given import Given, subject_as_read
from symcheck.language.exact import Number, exact_or_text
from symcheck.language.scope import Classes
from symcheck.problem import Subject

Progress = Callable[[int, int, str], None]
"""Called with the number of losses done, the number of all losses, and the loss that is next."""

ALWAYS = ("convex", "bounded", "symmetric")
"""What every table answers, whatever is wanted."""

OF_THE_LOSS = (Condition.LOSS_SMOOTH, Condition.LOSS_GRADIENT)
"""Conditions on the loss alone: where one of them is not PROVED no penalty makes the pair PROVED."""


@public
def advise(
    classes: int,
    *,
    rho: Number | str = 0,
    wants: str | Iterable[str] = (),
    losses: Iterable[Given] | None = None,
    regularizers: Iterable[Given] | None = None,
    reference: tuple[Given, Given] = ("cross_entropy", "l2"),
    weight: Number | str = 1,
    all: bool = False,  # noqa: A002 - the word of the command line
    budget: float = 6 * SECONDS,
    progress: Progress | None = None,
) -> Advice:
    """The pairs that are PROVED at C = ``classes``, in an order that is decided by what is asked and never by taste.

    Parameters: ``classes`` C >= 2; ``rho`` the rate of uniform noise, the share of labels that became another class, 0
    <= rho < (C - 1)/C; ``wants`` names of files in ``symcheck/design/wants``, as ("convex", "bounded", "symmetric");
    ``losses`` (the catalogue unless given) and ``regularizers`` (l2, entropy and label_smoothing_penalty) as
    ``certify`` takes them, with the defaults of their entries, which rows show, and with ``rho`` for losses that take
    the rate of the noise; ``reference`` the pair whose leading outputs at lambda = ``weight`` > 0 the lambda of each
    row gives; with ``all`` the page has every pair, and not only the first of each loss; ``budget`` in seconds, for all
    of it; ``progress`` is told of each loss before it is certified.

    Returns ``Advice``.  Raises ``ScopeError`` for what is no number of classes, ``ParameterError`` for a rate at which
    labels tell nothing, a reference that is not PROVED, or no losses at all, ``UnknownNameError`` for unknown names,
    and what ``certify`` raises for what it cannot read: ``FormulaError`` and ``NumberError``.

    >>> import symcheck as sc
    >>> found = sc.advise(100, rho=.3, losses=["gce", "cross_entropy"], regularizers=["l2"])
    >>> for choice in found.choices:
    ...     print(choice.loss.title, choice.kappa.short, choice.weight.short)
    cross_entropy 1 1
    gce(q=7/10) 0.0398107 0.0398107

    Source: docs/theory.md, section 16, of kappa/lambda.
    """
    scope = _one(classes)
    rate = _rate(rho, classes)
    asked = wants_named(wants)
    factor = 1 - rate * Fraction(classes, classes - 1)
    target = _reference(reference, weight, scope)
    whole = Budget(budget)
    firsts, seconds = losses_for(losses, scope, factor), regularizers_for(regularizers, scope)
    shown_wants = tuple(dict.fromkeys((*map(want_named, ALWAYS), *asked)))
    questions, choices = _Questions(shown_wants), list[Choice]()
    left = [*firsts.left_out, *seconds.left_out]
    for done, loss in enumerate(firsts.subjects):
        if progress is not None:
            progress(done, len(firsts.subjects), loss.title)
        for penalty in seconds.subjects:
            if whole.is_spent:
                left.append(LeftOut(Because.TIME, loss.title, penalty.title, f"after {budget:g} s"))
                continue
            found = certify(loss, penalty, classes=scope, budget=min(SECONDS, whole.left))
            if found.verdict is Verdict.PROVED:
                choices.append(Choice(found, questions.answered(found), target))
                continue
            left.append(_left(found))
            if not left[-1].regularizer:
                break
    names = tuple(want.name for want in asked)
    order = ranked(choices, names, seconds.subjects)
    return Advice(classes, rate, names, target, order, tuple(dict.fromkeys(left)), shows_all=all)


def _one(classes: int) -> Classes:
    if isinstance(classes, bool) or not isinstance(classes, int) or classes < 2:
        raise ScopeError(
            f"classes: got {shown(classes)}; accepted is one number of classes, an integer C >= 2, as kappa and lambda "
            "are numbers here; symcheck.survey has tables for ranges"
        )
    return Classes.of(classes)


def _rate(rho: Number | str, classes: int) -> Fraction:
    rate = exact_or_text(rho, "rho")
    chance = Fraction(classes - 1, classes)
    if not 0 <= rate < chance:
        why = "a rate is no less" if rate < 0 else "that is chance: there labels tell nothing of the class, or less"
        percent = f"; if that is in percent, write {rate / 100}" if rate > 1 and rate / 100 < chance else ""
        raise ParameterError(
            f"rho: got {rate}; accepted is the share of labels that became another class, 0 <= rho < (C - 1)/C = "
            f"{chance}, as {why}{percent}; labels that are drawn again from all classes with probability eps have "
            "rho = eps (C - 1)/C"
        )
    return rate


def _reference(given: tuple[Given, Given], weight: Number | str, scope: Classes) -> Reference:
    value = exact_or_text(weight, "weight")
    if value <= 0:
        raise ParameterError(f"weight: got {value}; accepted is the lambda of the reference, a number > 0")
    if isinstance(given, str) or not isinstance(given, (tuple, list)) or len(given) != 2:
        raise ParameterError(
            f"reference: got {shown(given)}; accepted is a pair of a loss and a regularizer, such as "
            '("cross_entropy", "l2")'
        )
    pair = (
        at_defaults(subject_as_read(given[0], "loss", scope)),
        at_defaults(subject_as_read(given[1], "regularizer")),
    )
    return Reference(certify(*pair, classes=scope), value)


@dataclass
class _Questions:
    """The ``wants``, each asked once of a loss where it is about the loss alone."""

    wants: tuple[Want, ...]
    known: dict[tuple[Subject, str], Answered] = field(default_factory=dict)

    def answered(self, found: Certificate) -> tuple[Answered, ...]:
        """The answers for the pair of ``found``."""
        return tuple(self._answer(want, found) for want in self.wants)

    def _answer(self, want: Want, found: Certificate) -> Answered:
        if not want.about_loss:
            return want.answered(found)
        key = found.loss, want.name
        if key not in self.known:
            self.known[key] = want.answered(found)
        return self.known[key]


def _left(found: Certificate) -> LeftOut:
    """Why the pair stands in no row: of the loss alone, where that fails or is open whatever the penalty is."""
    of_loss = [f for f in found.findings if f.condition in OF_THE_LOSS and f.verdict is not Verdict.PROVED]
    failing = min(of_loss or [f for f in found.findings if f.verdict is found.verdict], key=lambda f: f.verdict.value)
    because = Because.REFUTED if failing.verdict is Verdict.REFUTED else Because.UNDECIDED
    penalty = "" if of_loss else found.regularizer.title
    return LeftOut(because, found.loss.title, penalty, failing.detail or str(failing.reason))
