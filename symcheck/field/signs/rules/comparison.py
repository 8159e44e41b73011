"""Signs of differences, by comparing logarithms: a m > b n if log a + log m > log b + log n, and the other way."""

from __future__ import annotations

from symcheck.field.base import AbstractField
from symcheck.field.element import Element, Powers
from symcheck.field.generator import Role
from symcheck.field.signs.box import Box
from symcheck.field.signs.proof import Proof
from symcheck.field.signs.prover import Prover
from symcheck.field.signs.sign import ProvedSign
from symcheck.reason import Undecided

MOST_TERMS = 8
"""Differences with more terms than this are not compared."""

HIGHEST_POWER = 12
"""Multiples of logarithms are compared as powers up to this exponent in all."""


def by_comparison(prover: Prover, f: Element, box: Box, _goal: int) -> Proof | None:
    """The rule that applies to ``f``, if one does."""
    return _of_two_terms(prover, f, box) or _of_logarithms(prover, f, box)


def _of_two_terms(prover: Prover, f: Element, box: Box) -> Proof | None:
    """a m - b n, where m and n are products of powers and a, b have a sign and no powers in them."""
    field = prover.field
    groups: dict[Powers, Element] = {}
    if len(f.parts) > MOST_TERMS:
        return None
    for coefficient, powers in f.parts:
        exponentials = tuple(x for x in powers if field.generators[x[0]].role is Role.EXP)
        rest = tuple(x for x in powers if field.generators[x[0]].role is not Role.EXP)
        groups[exponentials] = groups.get(exponentials, field.zero) + field.monomial(rest) * coefficient
    if len(groups) != 2:
        return None
    premises, logs = [], []
    for exponentials, a in groups.items():
        proof = prover.prove(a, box)
        if proof is None or not proof.proved.is_strict:
            return None
        premises.append(proof)
        logs.append((exponentials, a if proof.proved is ProvedSign.POSITIVE else -a, proof.proved))
    # The positive term first.
    (m, a, up), (n, b, down) = sorted(logs, key=lambda item: item[2] is ProvedSign.NEGATIVE)
    if up is down:
        return None
    try:
        difference = field.log(a) + _exponent(field, m) - field.log(b) - _exponent(field, n)
    except Undecided:
        return None
    if not prover.is_smooth(difference, box):  # at a C that is no whole number a new logarithm may not exist
        return None
    premise = prover.prove(difference, box)
    if premise is None:
        return None
    because = "the logarithm of one term is compared with that of the other"
    return Proof(premise.proved, f, box, because, (*(p for p in premises if p.subject.rational is None), premise))


def _exponent(field: AbstractField, powers: Powers) -> Element:
    """The logarithm of a product of powers."""
    return field.sum(field.generators[place].argument * k for place, k in powers)


def _of_logarithms(prover: Prover, f: Element, box: Box) -> Proof | None:
    """k log a + ... - m log b - ..., compared as a**k ... - b**m ..."""
    field = prover.field
    up, down, size = field.one, field.one, 0
    for coefficient, powers in f.parts:
        if len(powers) != 1 or powers[0][1] != 1:
            return None
        g = field.generators[powers[0][0]]
        size += abs(coefficient)
        if g.role is not Role.LOG or not g.argument.d.is_one() or size > HIGHEST_POWER:
            return None
        if coefficient > 0:
            up = up * g.argument**coefficient
        else:
            down = down * g.argument**-coefficient
    # The logarithm rises, so a product of numbers may be compared in the place of the sum of logarithms.
    premise = prover.prove(up - down, box)
    if premise is None:
        return None
    return Proof(premise.proved, f, box, "the numbers are compared in the place of their logarithms", (premise,))


RULE, RANK = by_comparison, 20
