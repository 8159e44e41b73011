"""Two formulas of one kind as they are handed in, and the scope that they share."""

from __future__ import annotations

from symcheck.entry import Entry
from symcheck.errors import FormulaError, ParameterError, ScopeError, UnknownNameError, did_you_mean, shown
from symcheck.field.element import Element
from symcheck.intake.catalogue import KINDS, kind_named, names, other_names
from symcheck.intake.given import Given, subject_of
from symcheck.intake.parser import parsed
from symcheck.intake.tokens import is_word
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.recording import Kind
from symcheck.language.scope import Classes, Scope
from symcheck.language.terms_of import term_of_formula
from symcheck.problem import Subject, scope_of


def pair_given(a: Given, b: Given, classes: Classes) -> tuple[Subject, Subject]:
    """``a`` and ``b`` as two losses, or as two regularizers.

    Raises what ``certify`` raises for what it cannot read, and ``FormulaError`` for one of each kind.
    """
    first, second = subject_given(a, "a", classes), subject_given(b, "b", classes)
    if first.formula.uses_label is not second.formula.uses_label:
        loss, other = ("a", "b") if first.formula.uses_label else ("b", "a")
        raise FormulaError(
            f"a, b: {loss} is a loss and {other} has no label in it, so they are one nowhere; pass two losses, or two "
            "regularizers"
        )
    return first, second


def subject_given(given: Given, argument: str, classes: Classes) -> Subject:
    """``given`` as a loss, or, if it is none, as a regularizer; errors name the ``argument``."""
    kinds = KINDS
    if isinstance(given, Entry):
        kinds = (given.kind,)
    elif isinstance(given, str) and is_word(given):
        kinds = (_kind_of(given.strip(), argument),)
    errors: list[FormulaError] = []
    for kind in kinds:
        try:
            return subject_of(given, kind, classes)
        except FormulaError as error:
            errors.append(error)
    # The caller has no argument called loss.
    told = str(errors[0]).removeprefix(f"{kinds[0]}: ")
    raise type(errors[0])(f"{argument}: {told}") from errors[-1]


def _kind_of(name: str, argument: str) -> Kind:
    found = kind_named(name)
    if found is None:
        if name in (*names("preference"), *other_names("preference")):
            raise UnknownNameError(
                f"{argument}: {name} is a loss of a pair of answers, and accepted is a loss of the classes' scores, or "
                f"a regularizer; symcheck.certify_preference({name!r}) takes it"
            )
        known = [n for kind in KINDS for n in (*names(kind), *other_names(kind))]
        raise UnknownNameError(
            f"{argument}: no loss and no regularizer is called {shown(name, 80)}{did_you_mean(name, known)}; "
            "symcheck list "
            "shows all of them"
        )
    return found


def shared_scope(first: Subject, second: Subject, classes: Classes) -> Scope:
    """Every C of ``classes`` for which both exist, every value of their free parameters.

    Of one name there is one number.  Raises ``ParameterError`` where it has two ranges, ``ScopeError`` without a C.
    """
    _check_names(first.formula, second.formula)
    common = first.classes.common(second.classes)
    if common is None:
        raise ScopeError(
            f"a, b: {first.title} is about {first.classes} and {second.title} about {second.classes}, which have no "
            "number of classes in common; compare formulas that exist for one C"
        )
    return scope_of((first, second), classes)


def _check_names(first: Formula, second: Formula) -> None:
    for a in _free(first):
        for b in _free(second):
            if a.name == b.name and _range(a) != _range(b):
                raise ParameterError(
                    f"{a.name}: a has it in {_shown(a)} and b in {_shown(b)}, and one name is one number here; give it "
                    f'a value in one of them, or another name, as in .at({a.name}=sc.Parameter("{a.name}2", ...))'
                )


def _free(formula: Formula) -> tuple[Parameter | Array, ...]:
    return (*formula.parameters, *formula.arrays)


def _range(what: Parameter | Array) -> object:
    return what.key() if isinstance(what, Parameter) else what


def _shown(what: Parameter | Array) -> str:
    return str(what.interval) if isinstance(what, Parameter) else str(what)


def with_constant(formula: Formula, parameter: Parameter, value: Element, scope: Scope) -> Formula:
    """``formula`` with a constant in the parameters of ``scope`` in the place of one of them."""
    known = {p.name: p for p in scope.parameters}
    term = term_of_formula(parsed(value.text(), kind="constant", parameters=known))
    return formula.with_terms({parameter.name: term})
