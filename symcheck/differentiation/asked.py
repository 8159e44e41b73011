"""derivatives: the gradient and the Hessian of a loss or a regularizer at any z, for every number of classes."""

from __future__ import annotations

from collections.abc import Sequence

from symcheck.arguments.public import public
from symcheck.budget import SECONDS, Budget, reading, stopping
from symcheck.differentiation.derive import derived
from symcheck.differentiation.proof import points_agreed
from symcheck.differentiation.value import Derivatives
from symcheck.entry import Entry
from symcheck.errors import FormulaError
from symcheck.intake.catalogue import is_name, other_names
from symcheck.intake.given import Given, subject_of
from symcheck.intake.signatures import signature_of, takes
from symcheck.language.scope import Classes
from symcheck.problem import Subject, scope_of
from symcheck.reason import Undecided


@public
def derivatives(
    loss: Given, *, classes: int | Sequence[int] | Classes | None = None, budget: float = SECONDS
) -> Derivatives:
    """The gradient and the Hessian by z of ``loss``, at any z and for every number of classes at once.

    Parameters: ``loss`` a name in the catalogue, an entry, a formula string, a function of (z, y), torch code, or a
    regularizer in its place; ``classes`` one C >= 2 or a pair of ends (every C >= 2 unless given); ``budget`` in
    seconds.

    Returns ``Derivatives``: d l/dz_j and d^2 l/dz_j dz_k, as formulas, SymPy, LaTeX and code.  Raises ``FormulaError``
    for a loss with an operator of which no derivative can be written, and what ``certify`` raises for one that it
    cannot read: ``UnknownNameError``, ``FormulaError``, ``ParameterError``, ``NumberError`` or ``ScopeError``.

    >>> import symcheck as sc
    >>> print(sc.derivatives("cross_entropy").gradient_formula)
    softmax(z) - onehot(y)

    Source: docs/theory.md, section 3, which asks for them at z = 0.
    """
    asked = Classes.of(classes)
    whole = Budget(budget)
    with reading(budget):
        subject = _subject(loss, asked)
    scope = scope_of((subject,), asked)
    try:
        with whole.in_force(), stopping():
            found = derived(subject.formula)
            points = points_agreed(subject.formula, found.gradient, found.hessian, scope, whole)
    except Undecided as stop:
        raise FormulaError(f"loss: {subject.name} was not differentiated: {stop.reason}") from None
    return Derivatives(
        subject=subject,
        scope=scope,
        gradient_formula=found.gradient,
        diagonal_formula=found.diagonal,
        hessian_formula=found.hessian,
        where=found.where,
        points=tuple(points),
        seconds=budget,
    )


def _subject(given: Given, asked: Classes) -> Subject:
    """What was given, as the kind that it is; a function of z alone is a regularizer."""
    if isinstance(given, str):
        name = given.strip()
        is_penalty = is_name(name, "regularizer") and not is_name(name, "loss")
        if not is_penalty and not is_name(name, "loss") and name.isidentifier():
            is_penalty = name in other_names("regularizer")
    elif isinstance(given, Entry):
        is_penalty = given.kind == "regularizer"
    else:
        signature = signature_of(given) if callable(given) else None
        is_penalty = signature is not None and takes(signature, 1) and not takes(signature, 2)
    return subject_of(given, "regularizer" if is_penalty else "loss", asked)
