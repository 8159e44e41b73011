"""The two scores of a pair of answers, and the loss with two classes that a function of them is.

A preference formula is written in the margin ``h = chosen - rejected``, or in both scores.  With z_y = chosen and the
other entry of z = rejected it is a loss l(z, y) with C = 2; a pair whose order is flipped has the other label.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from symcheck.errors import ParameterError
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import mean, total
from symcheck.language.operators import ENTRYWISE, WITH_LABEL
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes
from symcheck.language.term import Term, entrywise
from symcheck.language.terms_of import term_of_formula

MARGIN: Final = "h"
"""The name of chosen - rejected in a formula."""

SCORES: Final = ("chosen", "rejected")
"""The names of the two scores in a formula."""

NAMES: Final = (MARGIN, *SCORES)
"""No parameter of a preference formula has one of these names."""

BETA: Final = Parameter("beta", above=0, default="1/10")
"""The scale of h: a formula string may use it without saying its interval."""

_OF_CLASSES = WITH_LABEL | {"logits", "classes"}

PAIR: Final = Classes(2, 2)
"""A pair has two classes: which of its answers is preferred."""


def check_name(name: str) -> None:
    """Raise ``ParameterError`` for a parameter that has the name of a score.

    >>> check_name("beta")
    """
    if name in NAMES:
        raise ParameterError(
            f"{name}: {', '.join(NAMES)} are the scores of a pair, and no parameter has such a name; give it another "
            f"one, as {name}_0"
        )


def score_symbols(*names: str) -> tuple[Parameter, ...]:
    """The symbols that a preference formula is recorded in: a number of any sign for each of ``names``.

    >>> score_symbols("h")
    (Parameter h in (-oo, oo),)
    """
    return tuple(Parameter(name) for name in names)


def is_of_margin(formula: Formula) -> bool:
    """Whether ``formula`` is written in the margin, or in neither of the scores."""
    return formula.names.isdisjoint(SCORES)


def swapped(formula: Formula) -> Formula:
    """The same formula for the flipped pair: -h for h, and each score for the other.

    >>> (h,) = score_symbols("h")
    >>> print(swapped(Formula.of(h**2 - h)))
    (-h)**2 - -h
    """
    h, chosen, rejected = score_symbols(*NAMES)
    return formula.with_terms({MARGIN: -h, SCORES[0]: rejected, SCORES[1]: chosen})


def uses_classes(formula: Formula) -> bool:
    """Whether more than the scores of one pair occurs in ``formula``: z, the label, C, a class-vector or a matrix.

    >>> z, y = symbols()
    >>> uses_classes(Formula.of(-z[y])), uses_classes(Formula.of(-score_symbols("h")[0]))
    (True, False)
    """
    return any(n.op in _OF_CLASSES or n.array is not None for n in formula.nodes)


def in_scores(formula: Formula) -> Formula:
    """The same function with chosen - rejected in the place of h.

    >>> (h,) = score_symbols("h")
    >>> print(in_scores(Formula.of(h**2)))
    (chosen - rejected)**2
    """
    chosen, rejected = score_symbols(*SCORES)
    return formula.with_terms({MARGIN: chosen - rejected})


def loss_of_scores(formula: Formula) -> Formula:
    """The loss l(z, y) with C = 2 that the preference ``formula`` is: chosen = z_y, and rejected the other entry.

    >>> (h,) = score_symbols("h")
    >>> print(loss_of_scores(Formula.of(h**2 - h)))
    (z[y] - total(z, but=y))**2 - (z[y] - total(z, but=y))
    """
    z, y = symbols()
    return formula.with_terms(_terms(z[y], total(z, but=y)))


def penalty_of_scores(formula: Formula) -> Formula:
    """The regularizer g(z) with C = 2 that the label-free ``formula`` is: its mean over both orders of the scores.

    >>> (h,) = score_symbols("h")
    >>> print(penalty_of_scores(Formula.of(h**2 / 2)))
    mean((z - (total(z) - z))**2/2)
    """
    z, _ = symbols()
    return Formula.of(mean(term_of_formula(formula.with_terms(_terms(z, total(z) - z)))))


def scores_of_penalty(formula: Formula) -> Formula | None:
    """The formula in h, or in both scores, of which ``formula`` is ``penalty_of_scores``; None if there is none.

    >>> (h,) = score_symbols("h")
    >>> print(scores_of_penalty(penalty_of_scores(Formula.of(h**2 / 2))))
    h**2/2
    """
    nodes, known = formula.nodes, {*ENTRYWISE, "number", "parameter", "logits", "total"}
    if nodes[-1].op != "mean" or any(n.op not in known for n in nodes[:-1]):
        return None
    h, chosen, rejected = score_symbols(*NAMES)
    logits, total_of = ({n for n, node in enumerate(nodes) if node.op == op} for op in ("logits", "total"))

    def is_difference(place: int, first: Collection[int], second: Collection[int]) -> bool:
        node = nodes[place]
        return node.op == "sub" and node.args[0] in first and node.args[1] in second

    other = {n for n in range(len(nodes)) if is_difference(n, total_of, logits)}

    def image(place: int, args: list[Term]) -> Term | None:
        node = nodes[place]
        if place in logits or place in total_of:
            return chosen  # of a sum only what is taken from it is put in terms of the scores
        if place in other:
            return rejected
        if is_difference(place, logits, other):
            return h
        if place == len(nodes) - 1:
            return args[0]
        return entrywise(node.op, *args) if args and node.op in ENTRYWISE else None

    found = formula.replaced(image)
    if MARGIN in found.names and not found.names.isdisjoint(SCORES):
        found = in_scores(found)
    return found if penalty_of_scores(found) == formula else None


def _terms(chosen: Term, rejected: Term) -> Mapping[str, Term]:
    return {MARGIN: chosen - rejected, SCORES[0]: chosen, SCORES[1]: rejected}
