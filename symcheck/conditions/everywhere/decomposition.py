"""The parts of a loss, l = sym(l) + ins(l), in the canonical form at all z (THEORY 2).

ins(l)(z) = (1/C) sum_k l(z, k) and sym(l) = l - ins(l), whose sum over the labels is 0.  It is read off whether
sym(l) = kappa MUH with one kappa, and which known functions of z the part ins(l) is made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations

from symcheck.budget import Budget
from symcheck.conditions.everywhere.everywhere import sum_by_label, values_by_label
from symcheck.field.element import Element, Powers
from symcheck.field.everywhere_field import EverywhereField
from symcheck.field.generator import Role
from symcheck.field.indexed_field import Sum
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.reason import Undecided

MOST_PARTS = 2
"""ins(l) is recognised as a sum of multiples of at most so many known functions, and a constant."""


@dataclass(frozen=True)
class CanonicalParts:
    """The canonical forms in one field: ``insensitive`` is ins(l), ``kappa`` that of sym(l) = kappa MUH or None."""

    field: EverywhereField
    insensitive: Element
    kappa: Element | None

    @property
    def text(self) -> str:
        """ins(l) as a reader sees it, with sums over the classes written out."""
        names = {0: "1", 1: "2"} if self.field.scope.classes.fixed == 2 else {}
        return self.field.text(self.insensitive, names)


def canonical_parts(formula: Formula, scope: Scope, budget: Budget) -> CanonicalParts:
    """The parts of the loss ``formula``; raises ``Undecided`` where it has no reading at all z."""
    field = EverywhereField(scope, budget)
    values = values_by_label(formula, field)
    insensitive = sum_by_label(values, field) / field.C
    return CanonicalParts(field, insensitive, _kappa(field, [v - insensitive for v in values]))


def _kappa(field: EverywhereField, symmetric: list[Element]) -> Element | None:
    """The kappa with sym(l)(z, y) = kappa (mean(z) - z_y) for every z and y, if there is one."""
    written_out = len(symmetric) > 1
    first = symmetric[0]
    # Without the label's score kappa would be 0, so that sym(l) is to vanish.
    if "z[0]" not in field.depends(first):
        return field.number(0) if all(field.is_zero(s) for s in symmetric) else None
    # sym(l) = kappa (mean(z) - z_y): written out, the derivative by z_y is -kappa (C - 1)/C, with a sum over all
    # classes apart it is -kappa.
    slope = -first.derivative("z[0]")
    kappa = slope * field.C / (field.C - 1) if written_out else slope
    if field.mentions_logits(kappa):
        return None
    n = len(symmetric)
    whole = field.sum(map(field.logit, range(n))) if written_out else field.summed(field.logit(1), 1)
    mean = whole / field.C
    is_multiple = all(field.is_zero(s - kappa * (mean - field.logit(y))) for y, s in enumerate(symmetric))
    return kappa if is_multiple else None


def recognised(
    parts: CanonicalParts, known: Mapping[str, Formula]
) -> tuple[tuple[tuple[Element, str], ...], Element] | None:
    """ins(l) as a sum of multiples of ``known`` functions of z, by name, and a constant; None if it is not seen.

    The fewest functions are taken, in the order of ``known``.
    """
    field = parts.field
    if not field.mentions_logits(parts.insensitive):
        return (), parts.insensitive
    here = _generators(parts.insensitive, field)
    forms: dict[str, Element] = {}
    for name, formula in known.items():
        try:
            form = values_by_label(formula, field)[0]
        except Undecided:
            continue
        # A function with a generator that ins(l) lacks could be in it only if another one took it away again.
        if _generators(form, field) <= here:
            forms[name] = form
    for count in range(1, MOST_PARTS + 1):
        for names in permutations(forms, count):
            field.budget.check()
            found = next(_as_multiples(field, parts.insensitive, [forms[n] for n in names]), None)
            if found is not None:
                *factors, rest = found
                return tuple(zip(factors, names, strict=True)), rest
    return None


def scales_in(parts: CanonicalParts) -> list[Element]:
    """The numbers s other than 1 with a sum over the classes of exp(s z_k) in ins(l)."""
    field, found = parts.field, {}
    for name in sorted(field.depends(parts.insensitive)):
        atom = field.atom_called(name)
        if isinstance(atom, Sum) and len(atom.summand.parts) == 1 and atom.summand.d.is_one():
            (_, powers) = atom.summand.parts[0]
            g = field.generators[powers[0][0]]
            if len(powers) == 1 and powers[0][1] == 1 and g.role is Role.EXP:
                logit = f"z[{atom.bound}]"
                scale = g.argument.derivative(logit) if logit in field.depends(g.argument) else None
                if scale is not None and (g.argument - scale * field.variable(logit)).is_zero:
                    found[scale.key] = scale
    return [s for s in found.values() if s.rational != 1 and not field.mentions_logits(s)]


def _generators(c: Element, field: EverywhereField) -> frozenset[int]:
    """The places of the generators of ``c`` in which z occurs."""
    return frozenset(p for p in c.places if field.mentions_logits(field.generator(p)))


def _as_multiples(field: EverywhereField, c: Element, forms: list[Element]) -> Iterator[list[Element]]:
    """The ways to write ``c`` as multiples of ``forms`` and a constant that are found: factors, then the constant."""
    if not forms:
        if not field.mentions_logits(c):
            yield [c]
        return
    form, *others = forms
    for factor in _factors(field, c, form):
        for rest in _as_multiples(field, c - factor * form, others):
            yield [factor, *rest]


def _factors(field: EverywhereField, c: Element, form: Element) -> list[Element]:
    """The numbers f such that a term of ``form`` in which z occurs is not in c - f ``form``."""
    cleared = c * form.denominator
    if field.mentions_logits(cleared.denominator):
        return []
    below = {powers for powers, _ in terms_in_logits(field, form.denominator)}
    here = dict(terms_in_logits(field, cleared))
    found: dict[str, Element] = {}
    for powers, weight in terms_in_logits(field, form.numerator):
        # A term that the denominator has too would change with the constant that is split off.
        if powers not in below and powers in here:
            factor = here[powers] / weight / cleared.denominator
            found[factor.key] = factor
    return list(found.values())


def terms_in_logits(field: EverywhereField, c: Element) -> Iterator[tuple[Powers, Element]]:
    """The numerator of ``c`` as a polynomial in the generators in which z occurs: monomials with their weights."""
    weights: dict[Powers, Element] = {}
    for coefficient, powers in c.parts:
        inside = tuple((p, e) for p, e in powers if field.mentions_logits(field.generator(p)))
        rest = field.number(coefficient) * field.monomial(tuple(x for x in powers if x not in inside))
        weights[inside] = weights.get(inside, field.number(0)) + rest
    yield from weights.items()
