"""Round a kink off: sqrt(x^2 + delta^2) in the place of |x|, and so for relu, maximum, minimum and the norm.

With delta > 0 these are smooth everywhere, and differ from what they replace by at most a multiple of delta.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symcheck.certificates.certificate import Certificate
from symcheck.design.change import Change, Rule, fails, fresh, with_loss, with_nodes, with_regularizer
from symcheck.findings.condition import Condition
from symcheck.language.formula import Formula
from symcheck.language.functions import softplus, sqrt
from symcheck.language.parameter import Parameter
from symcheck.language.term import Term

_MOST_ALONE = 4
"""In a formula with more kinks all of them are rounded off together."""

Rounded = Callable[[list[Term]], Term]


def _changes(certificate: Certificate) -> Iterator[Change]:
    delta = Parameter(fresh("delta", certificate), above=0, default="1/10")
    if fails(certificate, Condition.LOSS_SMOOTH, Condition.LOSS_GRADIENT):
        for changed in _rounded(certificate.loss.formula, delta):
            yield with_loss(certificate, changed, f"another loss: a kink is rounded off within about {delta.name}")
    if fails(certificate, Condition.REGULARIZER_SMOOTH, Condition.REGULARIZER_GRADIENT):
        for changed in _rounded(certificate.regularizer.formula, delta):
            what = f"another penalty: its kink at 0 is rounded off within about {delta.name}"
            yield with_regularizer(certificate, changed, what)


def _rounded(formula: Formula, delta: Parameter) -> Iterator[Term]:
    """The formula with one of its kinks rounded off, and with all of them."""
    smooth = _smooth(delta)
    places = {place: smooth[node.op] for place, node in enumerate(formula.nodes) if node.op in smooth}
    if 1 < len(places) <= _MOST_ALONE:
        for place, rounded in places.items():
            yield with_nodes(formula, {place: rounded})
    if places:
        yield with_nodes(formula, places)


def _smooth(delta: Parameter) -> dict[str, Rounded]:
    """For each operator with a kink what is as smooth as one likes and close to it."""

    def size(x: Term) -> Term:
        return sqrt(x**2 + delta**2)

    return {
        "abs": lambda args: size(args[0]),
        "relu": lambda args: delta * softplus(args[0] / delta),
        "sqrt": lambda args: sqrt(args[0] + delta**2),
        "maximum": lambda args: (args[0] + args[1] + size(args[0] - args[1])) / 2,
        "minimum": lambda args: (args[0] + args[1] - size(args[0] - args[1])) / 2,
    }


RULE = Rule("round the kink off", 28, _changes, completes=True)
