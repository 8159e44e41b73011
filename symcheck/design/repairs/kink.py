"""Round a kink off: sqrt(x^2 + delta^2) in the place of |x|, and so for relu, maximum, minimum and the norm.

These are smooth everywhere, and differ from what they replace by at most delta.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from symcheck.certificates.certificate import Certificate
from symcheck.design.change import Change, Rule, fails, with_loss, with_nodes, with_regularizer
from symcheck.findings.condition import Condition
from symcheck.language.formula import Formula
from symcheck.language.functions import softplus, sqrt
from symcheck.language.term import Term

_MOST_ALONE = 4
"""In a formula with more kinks all of them are rounded off together."""

DELTA = Fraction(1, 10)
"""A number, and no parameter: with one more symbol a proof may take thirty times as long."""

Rounded = Callable[[list[Term]], Term]


def _changes(certificate: Certificate) -> Iterator[Change]:
    # Where it is proved for some classes or values, a clamp acts at the others: the scope is what to change.
    if certificate.is_proved_somewhere:
        return
    if fails(certificate, Condition.LOSS_SMOOTH):
        for changed in _rounded(certificate.loss.formula):
            yield with_loss(certificate, changed, f"another loss: a kink is rounded off, with the width {DELTA}")
    if fails(certificate, Condition.REGULARIZER_SMOOTH):
        for changed in _rounded(certificate.regularizer.formula):
            what = f"another penalty: its kink at 0 is rounded off, with the width {DELTA}"
            yield with_regularizer(certificate, changed, what)


def _rounded(formula: Formula) -> Iterator[Term]:
    """The formula with one of its kinks rounded off, and with all of them."""
    places = {
        place: SMOOTH[node.op]
        for place, node in enumerate(formula.nodes)
        if node.op in SMOOTH and any(n.op == "logits" for n in formula.alone(place).nodes)
    }
    if 1 < len(places) <= _MOST_ALONE:
        for place, rounded in places.items():
            yield with_nodes(formula, {place: rounded})
    if places:
        yield with_nodes(formula, places)


def _size(x: Term) -> Term:
    return sqrt(x**2 + DELTA**2)


SMOOTH: dict[str, Rounded] = {
    "abs": lambda args: _size(args[0]),
    "relu": lambda args: softplus(args[0] * (1 / DELTA)) * DELTA,
    "sqrt": lambda args: sqrt(args[0] + DELTA**2),
    "maximum": lambda args: (args[0] + args[1] + _size(args[0] - args[1])) / 2,
    "minimum": lambda args: (args[0] + args[1] - _size(args[0] - args[1])) / 2,
}
"""For each operator with a kink what is smooth, and close to it."""


RULE = Rule("round the kink off", 90, _changes, completes=True)
