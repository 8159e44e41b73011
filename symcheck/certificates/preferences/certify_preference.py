"""certify_preference: what flipped pairs do to a preference loss, with a penalty or alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from symcheck.arguments.public import public
from symcheck.budget import SECONDS, Budget, reading
from symcheck.certificates.preferences.answers import answers
from symcheck.certificates.preferences.asked import asked_of
from symcheck.certificates.preferences.gradient_at_reference import gradient_in_words
from symcheck.certificates.preferences.left import left, notes
from symcheck.certificates.preferences.value import PreferenceCertificate, PreferenceOrigin
from symcheck.entry import Entry
from symcheck.errors import FormulaError, ScopeError, shown
from symcheck.field.undefined import Undefined
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import is_name
from symcheck.intake.margin_penalty import margin_penalty_of
from symcheck.intake.preference_given import preference_of
from symcheck.intake.preference_subject import PreferenceSubject, are_equal
from symcheck.intake.subject_name import settled
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.scope import FEWEST
from symcheck.language.scores import scores_of_penalty, swapped
from symcheck.problem import Subject

Given = str | Entry | PreferenceSubject | Callable[..., object]
"""Accepted as a preference loss."""

Penalty = str | Entry | Subject | Callable[..., object]
"""Accepted as a penalty."""


@public
def certify_preference(
    formula: Given,
    penalty: Penalty | None = None,
    *,
    reference: bool | None = None,
    classes: int | None = None,
    budget: float = SECONDS,
) -> PreferenceCertificate:
    """The certificate of a preference loss whose pairs are flipped with a probability eps < 1/2.

    Alone: do flips move its minimisers at all (symmetric, exact)?  With a penalty lambda g, too: have clean and flipped
    pairs one limit direction as lambda -> oo (limit)?  And what is the first step at the reference (first step)?

    Parameters: ``formula`` is a name in the catalogue, an entry such as ``symcheck.preferences.DPO(beta="1/10")``, or a
    formula or a function of h = chosen - rejected, or of the two scores ``chosen`` and ``rejected``; ``penalty`` the
    same without a preference in it, ``"h**2/2"``, or a regularizer of the catalogue, ``"l2"``; ``reference`` whether a
    run starts at a reference where both scores are 0, by default as the entry declares; ``classes`` is 2 if it is given
    at all, as ``certify`` takes it; ``budget`` in seconds, after which what is open is UNDECIDED.

    Returns a ``PreferenceCertificate``.  Raises ``FormulaError``, ``ParameterError`` or ``UnknownNameError`` for input
    that has no meaning, ``FormulaError`` for a reference of a loss that has none, and ``ScopeError`` for other classes
    than 2.

    >>> import symcheck as sc
    >>> found = sc.certify_preference("-log_sigmoid(h)", "h**2/2")
    >>> found.verdict, found.kappa
    (<Verdict.PROVED: 2>, 1)

    Source: docs/theory.md, section 17.
    """
    _check_classes(classes)
    whole = Budget(budget)
    with reading(budget):
        subject = preference_of(formula)
        regularizer = None if penalty is None else margin_penalty_of(penalty)
    typed = " ".join(penalty.split()) if isinstance(penalty, str) else ""
    text = "" if regularizer is None else typed or penalty_text(regularizer)
    return certified(subject, regularizer, text, reference=reference, seconds=budget, whole=whole)


def _check_classes(classes: object) -> None:
    # True is an integer in Python.
    if classes is not None and (type(classes) is not int or classes != FEWEST):
        raise ScopeError(
            f"classes: got {shown(classes)}; a preference is about two answers, C = 2, and there is no third class: "
            "leave classes out, or certify a loss of (z, y) with symcheck.certify"
        )


class _Derived(PreferenceOrigin):
    """Derived within ``seconds``."""

    __slots__ = ("_seconds",)

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __reduce__(self) -> tuple[type[_Derived], tuple[float]]:
        return _Derived, (self._seconds,)

    def at(self, certificate: PreferenceCertificate, values: Mapping[str, Fraction | Array]) -> PreferenceCertificate:
        subject = certificate.preference.at(
            {n: v for n, v in values.items() if isinstance(v, Fraction) and n in certificate.preference.formula.names}
        )
        before = certificate.penalty
        penalty = None if before is None else before.at(values)
        text = certificate.penalty_text if penalty is None or penalty == before else penalty_text(penalty)
        return certified(subject, penalty, text, reference=certificate.reference, seconds=self._seconds)


def certified(
    subject: PreferenceSubject,
    penalty: Subject | None,
    text: str,
    *,
    reference: bool | None,
    seconds: float,
    whole: Budget | None = None,
) -> PreferenceCertificate:
    """The certificate of ``subject`` with ``penalty``, which a reader knows as ``text``, derived within ``seconds``.

    ``whole`` is the budget where it began before, with the reading of what was given.
    """
    # Values that were given later leave the name of the loss to be settled again.
    if subject.loss.defaults is None:
        subject = replace(subject, loss=settled(subject.loss, "loss"))
    starts_there, whole = _starts_there(subject, reference), Budget(seconds) if whole is None else whole
    try:
        asked = asked_of(subject, penalty, starts_there, whole)
    except FormulaError as error:
        raise _in_scores(error, subject, text) from error
    with whole.in_force():
        found = answers(asked)
        is_proved = any(a.decides and a.verdict is Verdict.PROVED for a in found)
        remains = (*notes(asked), *(() if is_proved else left(asked)))
        told = gradient_in_words(asked)
    return PreferenceCertificate(subject, text, reference, found, told, remains, asked.certificate, _Derived(seconds))


def _in_scores(error: FormulaError, subject: PreferenceSubject, penalty: str) -> FormulaError:
    """The same error in the words of a pair, where a formula has no value at scores 0."""
    cause = error.__cause__
    if not isinstance(cause, Undefined):
        return error
    is_loss = str(error).startswith("loss")
    what, text = ("preference", subject.text) if is_loss else ("penalty", penalty)
    return FormulaError(
        f"{what}: {text} is undefined where both scores are 0: {cause.reason.why}; write it so that it has a value "
        "there, or give parameters a narrower range"
    )


def _starts_there(subject: PreferenceSubject, reference: object) -> bool:
    """Whether a run starts where both scores are 0; raises ``FormulaError`` for a reference where there is none."""
    if reference is None or isinstance(reference, bool):
        if reference is True and subject.reference_free:
            raise FormulaError(
                f"reference: got True, and {subject.title} has no reference: its scores are no log ratios, and a run "
                "does not start where they are 0; leave reference out, or write the loss in h as a formula"
            )
        return not subject.reference_free if reference is None else reference
    if subject.reference_free:
        told = f"{subject.title} has no reference; leave reference out"
    else:
        told = "accepted are True, False, and None for what the loss declares"
    raise FormulaError(f"reference: got {type(reference).__name__}; {told}")


def penalty_text(penalty: Subject) -> str:
    """The penalty as a reader knows it that did not type it: by its name, in h or both scores, or as a formula of z."""
    if is_name(penalty.name, "regularizer"):
        return penalty.title
    return str(penalty_in_scores(penalty) or penalty.text)


def penalty_in_scores(penalty: Subject) -> Formula | None:
    """The penalty as a formula in h, or in both scores; None for a regularizer that was not made of one."""
    found = scores_of_penalty(penalty.formula)
    # mean(z**2) is no penalty chosen**2, which would be another one for the flipped pair.
    return found if found is not None and are_equal(found, swapped(found)) else None
