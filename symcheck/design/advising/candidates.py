"""What is certified for advice: losses and regularizers with a value for every parameter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from symcheck.budget import SECONDS, reading
from symcheck.design.advising.left_out import Because, LeftOut
from symcheck.errors import ParameterError, shown
from symcheck.intake.catalogue import is_name, loss_named, names, regularizer_named
from symcheck.intake.given import Given, subject_as_read
from symcheck.language.recording import Kind
from symcheck.language.scope import Classes
from symcheck.losses.base import Loss
from symcheck.problem import Subject

PENALTIES = ("l2", "entropy", "label_smoothing_penalty")
"""The regularizers of the paper itself: the square of the logits, and its two confidence penalties."""


@dataclass(frozen=True)
class Candidates:
    """The ``subjects`` that can be certified at one number of classes, and those that are ``left_out``."""

    subjects: tuple[Subject, ...]
    left_out: tuple[LeftOut, ...]


def losses_for(given: Iterable[Given] | None, classes: Classes, factor: Fraction) -> Candidates:
    """The losses ``given``, by default those of the catalogue; one that takes the rate of the noise gets ``factor``.

    Of the catalogue those that treat classes differently by a rule of their own are left out; one that is given is not.
    Raises what ``certify`` raises for what it cannot read, ``ParameterError`` for none at all.
    """
    listed = names("loss") if given is None else _listed(given, "losses")
    return _candidates(listed, "loss", classes, factor, is_catalogue=given is None)


def regularizers_for(given: Iterable[Given] | None, classes: Classes) -> Candidates:
    """The regularizers ``given``, by default ``PENALTIES``; raises as ``losses_for`` does."""
    listed = PENALTIES if given is None else _listed(given, "regularizers")
    return _candidates(listed, "regularizer", classes, Fraction(1), is_catalogue=given is None)


def _listed(given: Iterable[Given], argument: str) -> tuple[Given, ...]:
    example = "gce" if argument == "losses" else "l2"
    # A text is iterable, and its letters are no names.
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ParameterError(
            f'{argument}: got {shown(given)}; accepted is a list of them, as in {argument}=["{example}"]'
        )
    found = tuple(given)
    if not found:
        raise ParameterError(f"{argument}: got none; give one at least, or leave the argument out for the default")
    return found


def _candidates(
    listed: Iterable[Given], kind: Kind, classes: Classes, factor: Fraction, *, is_catalogue: bool
) -> Candidates:
    found: dict[tuple[str, object], Subject] = {}
    left: list[LeftOut] = []
    for given in listed:
        with reading(SECONDS):
            read = subject_as_read(_at_defaults_of_entry(given, kind, factor), kind, classes)
        subject = at_defaults(_with_rate(read, factor))
        because = _because(subject, classes, is_catalogue=is_catalogue)
        if because is None:
            subject = subject_as_read(subject, kind)
            found[subject.title, subject.formula] = subject
        else:
            sides = (subject.title, "") if kind == "loss" else ("", subject.title)
            left.append(LeftOut(because[0], *sides, because[1]))
    return Candidates(tuple(found.values()), tuple(left))


def _at_defaults_of_entry(given: Given, kind: Kind, factor: Fraction) -> Given:
    """The entry that ``given`` names with its defaults, and with ``factor`` in a loss that takes the rate of the noise.

    Its formula is recorded once with them; for anything else they are put into the formula later.
    """
    if not isinstance(given, str) or not is_name(given.strip(), kind):
        return given
    entry = (loss_named if kind == "loss" else regularizer_named)(given.strip())
    values = {p.name: p.default for p in entry.parameters if p.default is not None}
    if isinstance(entry, Loss) and entry.noise_factor:
        values[entry.noise_factor] = factor
    return entry.at(**values)


def at_defaults(subject: Subject) -> Subject:
    """``subject`` with the default of each parameter that has one and is free."""
    return subject.at({p.name: p.default for p in subject.formula.parameters if p.default is not None})


def _with_rate(subject: Subject, factor: Fraction) -> Subject:
    """``subject`` with the noise factor for the parameter that stands for it."""
    if subject.defaults is None or not is_name(subject.name, "loss"):
        return subject
    name = loss_named(subject.name).noise_factor
    free = {p.name for p in subject.formula.parameters}
    return subject.at({name: factor}) if name in free else subject


def _because(subject: Subject, classes: Classes, *, is_catalogue: bool) -> tuple[Because, str] | None:
    """Why the subject is not certified, None if it can be."""
    if classes.common(subject.classes) is None:
        return Because.CLASSES, f"it is about {subject.classes}"
    formula = subject.formula
    fixed = next((a.classes for a in formula.arrays if a.classes not in (None, classes.fixed)), None)
    if fixed is not None:
        return Because.CLASSES, f"its entries are for C = {fixed}"
    free = [a.name for a in formula.arrays if a.is_free]
    if free:
        return Because.ENTRIES, f"without entries: {', '.join(free)}"
    if is_catalogue and formula.is_classwise:
        return Because.OTHER_NOISE, f"by a rule: {', '.join(a.name for a in formula.arrays)}"
    without = [p.name for p in formula.parameters if not p.rounded]
    if without:
        return Because.VALUES, f"free: {', '.join(without)}"
    return None
