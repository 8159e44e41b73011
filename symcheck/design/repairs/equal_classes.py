"""Equal classes: one number in the place of w_1, ..., w_C, and the matrix of uniform noise in that of another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from symcheck.certificates.certificate import Certificate
from symcheck.design.change import Change, Rule, fails, fresh, with_loss, with_nodes
from symcheck.findings.condition import Condition
from symcheck.language.array import Array
from symcheck.language.functions import mean
from symcheck.language.label_terms import filled
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term, lift
from symcheck.language.vector_array import VectorArray


def _changes(certificate: Certificate) -> Iterator[Change]:
    formula = certificate.loss.formula
    if not formula.is_classwise or not fails(certificate, Condition.LOSS_GRADIENT):
        return
    mixing = Parameter(fresh("r", certificate), at_least=0, below=1)
    alike = {place: _alike(node.array, mixing) for place, node in enumerate(formula.nodes) if node.array is not None}
    yield with_loss(
        certificate,
        with_nodes(formula, {place: of for place, of in alike.items() if of is not None}),
        "another loss: all classes count alike, so rare classes are not favoured any more",
    )


def _alike(array: Array, mixing: Parameter) -> Callable[[list[Term]], Term] | None:
    """What stands for ``array`` applied to arguments when classes are alike; None for a matrix that is no mixing."""
    if isinstance(array, VectorArray):
        value = _entry(array)
        return lambda _: value
    if isinstance(array, MatrixArray) and array.rows == 1:
        # (1 - r) I + (r/C) 11' mixes every class with all of them alike.
        return lambda args: (1 - mixing) * args[0] + mixing * mean(args[0])
    return None


def _entry(array: VectorArray) -> Term:
    """The class-vector with one number in every entry: the mean of those that are given."""
    if array.total is not None:
        return filled(lift(array.total) / Scalar("classes"))
    if array.values is not None:
        return filled(lift(sum(array.vector, Fraction(0)) / len(array.vector)))
    return filled(Parameter.of(array.name, array.interval))


RULE = Rule("make the classes equal", 40, _changes)
