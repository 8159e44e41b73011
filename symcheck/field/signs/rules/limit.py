"""Signs from the limit for C to infinity: what falls towards a limit that is not negative is positive."""

from __future__ import annotations

from collections.abc import Callable

from symcheck.field.element import Element, Parts
from symcheck.field.generator import Generator, Role
from symcheck.field.signs.box import Box
from symcheck.field.signs.proof import Proof
from symcheck.field.signs.prover import Prover
from symcheck.field.signs.sign import ProvedSign
from symcheck.reason import Undecided


def by_limit(prover: Prover, f: Element, box: Box, _goal: int) -> Proof | None:
    """f / C**w is monotone in C, and its limit has the sign that makes it one of f."""
    if "C" not in box.names or box.side("C").high is not None or not prover.is_smooth(f, box):
        return None
    field = prover.field
    C = field.variable("C")
    degree = max(dict(powers).get(C.parts[0][1][0][0], 0) for _, powers in f.parts)
    # f may fall to a limit itself, or grow like C**degree: then f / C**degree tends to its leading coefficient.
    for weight in sorted({0, degree}):
        try:
            limit = _limit(prover, f, weight, box)
            # This has the sign of the derivative of f / C**weight.
            slope = field.derivative(f, "C") * C - f * weight
        except Undecided:
            continue
        if limit is None:
            continue
        premise = prover.prove(limit, box.without("C"))
        rate = prover.prove(slope, box) if premise is not None else None
        if premise is None or rate is None:
            continue
        proved = _joined(premise.proved, rate.proved)
        if proved is not None:
            return Proof(proved, f, box, _because(weight, limit), (rate, premise))
    return None


def _because(weight: int, limit: Element) -> Callable[[], str]:
    divided = f"divided by C**{weight} " if weight else ""
    return lambda: f"{divided}it is monotone in C and tends to {limit.text()}"


def _joined(limit: ProvedSign, slope: ProvedSign) -> ProvedSign | None:
    """What falls (strictly) to a limit >= 0 is >= 0 (> 0), what rises to a limit <= 0 is <= 0 (< 0)."""
    if slope.at_most_zero and limit.at_least_zero:
        return ProvedSign.POSITIVE if slope.is_strict or limit.is_strict else ProvedSign.NONNEGATIVE
    if slope.at_least_zero and limit.at_most_zero:
        return ProvedSign.NEGATIVE if slope.is_strict or limit.is_strict else ProvedSign.NONPOSITIVE
    return None


def _limit(prover: Prover, f: Element, weight: int, box: Box) -> Element | None:
    """The limit of f / C**weight if f is a polynomial in C and logarithms of polynomials in C; else None.

    With b = a C**k (1 + o(1)) and a > 0, log b = k log C + log a + d, where d C**e (log C)**j -> 0 for e <= 0.
    """
    field = prover.field
    C = field.variable("C")
    place = C.parts[0][1][0][0]
    log_place = field.log(C).parts[0][1][0][0]
    leading: dict[tuple[int, int], Element] = {}
    for coefficient, powers in f.parts:
        degree, rest, hidden = -weight, field.number(coefficient), False
        for p, k in powers:
            g = field.generators[p]
            if p == place:
                degree += k
            elif p == log_place or "C" not in g.depends:
                rest = rest * field.generator(p) ** k
            else:
                far = _far(prover, g, box)
                if far is None:
                    return None
                rest, hidden = rest * far**k, True
        if degree < 0:
            continue
        # log b is k log C + log a up to a d -> 0, and C**degree d need not tend to 0.
        if hidden and degree > 0:
            return None
        _collect(leading, rest.parts, degree, log_place, rest)
    if any(not c.is_zero for (degree, logs), c in leading.items() if degree or logs):
        return None
    return leading.get((0, 0), field.zero)


def _far(prover: Prover, g: Generator, box: Box) -> Element | None:
    """k log C + log a for log b with b = a C**k (1 + o(1))."""
    if g.role is not Role.LOG or not g.argument.d.is_one():
        return None
    field, b = prover.field, g.argument
    C = field.variable("C")
    place, log_place = C.parts[0][1][0][0], field.log(C).parts[0][1][0][0]
    degree = max(dict(powers).get(place, 0) for _, powers in b.parts)
    leading = field.zero
    for coefficient, powers in b.parts:
        if any("C" in field.generators[p].depends for p, _ in powers if p not in (place, log_place)):
            return None
        if dict(powers).get(place, 0) == degree:
            if log_place in dict(powers):
                return None
            leading = leading + field.monomial(tuple(x for x in powers if x[0] != place)) * coefficient
    proof = prover.prove(leading, box.without("C"))
    if degree == 0 or proof is None or proof.proved is not ProvedSign.POSITIVE:
        return None
    return field.log(C) * degree + field.log(leading)


def _collect(leading: dict[tuple[int, int], Element], parts: Parts, degree: int, log_place: int, rest: Element) -> None:
    """Add the terms of ``rest`` by their degrees in C and log C."""
    field = rest.field
    denominator = rest.denominator.reciprocal()
    for coefficient, powers in parts:
        logs = dict(powers).get(log_place, 0)
        term = field.monomial(tuple(x for x in powers if x[0] != log_place)) * coefficient * denominator
        leading[degree, logs] = leading.get((degree, logs), field.zero) + term


RULE, RANK = by_limit, 40
