"""Weight the label: w A(z_y) + sum of B(z_k) over the other classes, the gradients at 0 of which add up to 0.

For binary losses of each class against the rest this is ``pos_weight``: w = C - 1 for the logistic one.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from symcheck.budget import Budget
from symcheck.certificates.certificate import Certificate
from symcheck.conditions.gradient.loss_report import loss_report
from symcheck.conditions.remembered import remembered
from symcheck.design.change import Change, Rule, Setting, fails, with_loss
from symcheck.design.plain import plain
from symcheck.field.text import term
from symcheck.findings.condition import Condition
from symcheck.language.formula import Formula
from symcheck.language.label_terms import entrywise_of, filled, over_classes, scaled, sum_of
from symcheck.language.operators import ENTRYWISE
from symcheck.language.term import Scalar, Term, Vec, entrywise, lift
from symcheck.language.terms_of import term_of_formula, terms_of

_OF_ENTRIES = frozenset({*ENTRYWISE, "number", "parameter", "classes", "logits", "onehot", "filled", "take"})

MOST_SUMMANDS = 100
"""A sum of more parts is left as it is."""


def _changes(certificate: Certificate) -> Iterator[Change]:
    formula = certificate.loss.formula
    if formula.is_classwise or not fails(certificate, Condition.LOSS_GRADIENT):
        return
    parts = _parts(formula)
    if parts is None:
        return
    of_label, of_others = parts
    scope = certificate.scope.of(formula)
    report = remembered(loss_report, formula, scope, Budget())
    if report.agreed is None:
        return
    at_label, elsewhere = report.agreed.constants.g_y, report.agreed.constants.g_k
    # w g_y + (C - 1) g_k = 0
    if at_label.is_zero or elsewhere.is_zero:
        return
    weight = -(at_label.field.C - 1) * elsewhere / at_label
    if weight.rational == 1:
        return
    changed = plain(Formula.of(sum_of([term(weight) * of_label, of_others])))
    what = f"another loss: what the label adds to it counts {weight.text()} times as much"
    yield with_loss(certificate, term_of_formula(changed), what)


def _parts(formula: Formula) -> tuple[Term, Term] | None:
    """A(z_y) and the sum of B(z_k) over the other classes, if the formula is a sum of such; None if it is not."""
    terms = terms_of(formula)
    of_label: list[Term] = []
    of_others: list[Term] = []
    # What is added to itself again and again has more summands than anybody could count.
    summands = list(islice(_summands(formula), MOST_SUMMANDS + 1))
    if len(summands) > MOST_SUMMANDS:
        return None
    for factor, place in summands:
        node = formula.nodes[place]
        inside = terms[node.args[0]] if node.args else None
        if node.op in ("total", "mean") and inside is not None and _is_entrywise(formula, node.args[0]):
            at_label, others = _entry(inside, at_label=True), total_others(_entry(inside, at_label=False))
            parts = (at_label, others) if node.op == "total" else (over_classes(at_label), over_classes(others))
            of_label.append(scaled(parts[0], factor))
            of_others.append(scaled(parts[1], factor))
        elif node.op == "total_others" and _is_entrywise(formula, node.args[0]):
            of_others.append(scaled(terms[place], factor))
        elif _is_entrywise(formula, place):
            of_label.append(scaled(terms[place], factor))
        else:
            return None
    return (sum_of(of_label), sum_of(of_others)) if of_label and of_others else None


def _summands(formula: Formula) -> Iterator[tuple[Fraction, int]]:
    """The places of what the formula is a sum of, each with the number that it is multiplied by."""
    stack = [(Fraction(1), len(formula.nodes) - 1)]
    while stack:
        factor, place = stack.pop()
        node = formula.nodes[place]
        numbers = [formula.nodes[a].number for a in node.args]
        if node.op in ("add", "sub"):
            stack += [(factor if node.op == "add" else -factor, node.args[1]), (factor, node.args[0])]
        elif node.op == "neg":
            stack.append((-factor, node.args[0]))
        elif node.op == "mul" and numbers[0] is not None:
            stack.append((factor * numbers[0], node.args[1]))
        elif node.op in ("mul", "div") and numbers[1]:
            stack.append((factor * numbers[1] if node.op == "mul" else factor / numbers[1], node.args[0]))
        else:
            yield factor, place


def _entry(vector: Term, *, at_label: bool) -> Term:
    """The entry at the label, written with z[y], or the class-vector as it is at the other classes."""
    if vector.op == "onehot":
        return lift(1) if at_label else filled(0)
    if vector.op in ENTRYWISE:
        args = [_entry(a, at_label=at_label) for a in vector.args]
        return entrywise(vector.op, *args) if at_label else entrywise_of(vector.op, args)
    if vector.op == "filled" and at_label:
        return vector.args[0]
    return Scalar("take", vector) if at_label and isinstance(vector, Vec) else vector


def total_others(vector: Term) -> Term:
    """The sum of the entries but that at the label."""
    if vector.op == "filled":
        return (Scalar("classes") - 1) * vector.args[0]
    return Scalar("total_others", vector)


def _is_entrywise(formula: Formula, place: int) -> bool:
    """Whether nothing in it mixes the entries of z: of a scalar only z[y] counts, of a class-vector each its own."""
    return all(node.op in _OF_ENTRIES for node in formula.alone(place).nodes)


RULE = Rule("weight the label", 35, _changes, settings=(Setting.PAIR, Setting.ALONE))
