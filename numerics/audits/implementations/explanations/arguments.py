"""Arguments that are not looked at: the code is the formula at other values of its parameters, or ignores the label."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from numerics.audits.implementations.compared import Compared
from numerics.audits.implementations.evidence import Evidence, Explanation
from numerics.audits.implementations.explanations.fits import fitted
from numerics.audits.implementations.kind import Kind
from numerics.audits.implementations.mutations import changed
from numerics.audits.implementations.numbers import shown
from symcheck.language.parameter import Parameter
from symcheck.language.term import Vec, lift

PLAIN = (0.0, 1.0, 2.0, 0.5, -1.0, 3.0, 1.5, 0.1, 0.25, 4.0, 5.0, 10.0)
"""Values that code has for an argument that it does not look at."""

WIDE = (-100.0, -10.0, 0.01, 100.0)
"""Between these and the plain ones a value is looked for."""

FITTED = "fitted_value"
"""The parameter in the place of a number of the formula."""


def other_values(evidence: Evidence) -> Iterator[Explanation]:
    """One parameter has a plain value, that of another one, or its default; two are swapped."""
    yield from _not_looked_at(evidence)
    free, numbers = evidence.asked.free, evidence.asked.numbers
    defaults = {p.name: float(p.default) for p in free.parameters if p.default is not None}
    for name, value in numbers.items():
        near = [1 - value, 1 + value, -value, 2 * value, value / 2, value**2]
        near += [1 / value] if value else []
        tried = [*([defaults[name]] if name in defaults else []), *PLAIN, *numbers.values(), *near]
        for other in dict.fromkeys(tried):
            if other != value and _is_inside(evidence, name, other) and evidence.explains(free, {name: other}):
                yield Explanation(Kind.IGNORED_ARGUMENT, _sentence(evidence, name, other), free, {name: other})
    for place, node in enumerate(free.nodes):
        if node.op == "class_parameter" and node.array is not None:
            even = changed(free, place, lambda _: Vec("filled", lift(1)))
            if evidence.explains(even):
                sentence = f"the formula with 1 for each entry of {node.array.name}: it does not look at them"
                yield Explanation(Kind.IGNORED_ARGUMENT, sentence, even)
    for one, two in combinations(numbers, 2):
        swapped = {one: numbers[two], two: numbers[one]}
        if numbers[one] != numbers[two] and evidence.explains(free, swapped):
            yield Explanation(Kind.IGNORED_ARGUMENT, f"the formula with {one} and {two} swapped", free, swapped)
    differ = {n: v for n, v in defaults.items() if numbers[n] != v}
    if len(differ) > 1 and evidence.explains(free, differ):
        listed = ", ".join(f"{n} = {shown(v)}" for n, v in differ.items())
        yield Explanation(
            Kind.IGNORED_ARGUMENT, f"the formula at {listed}, its defaults: other values are not looked at"
        )


def _not_looked_at(evidence: Evidence) -> Iterator[Explanation]:
    if all(not c.code.gradients[c.code.gradient_known].any() and _is_constant(c) for c in evidence.compared):
        value = float(evidence.compared[0].code.values[evidence.compared[0].value_known][0])
        yield Explanation(Kind.IGNORED_ARGUMENT, f"the number {shown(value)}: it does not look at the logits")
    if evidence.is_label_free and evidence.asked.free.uses_label:
        yield Explanation(Kind.IGNORED_ARGUMENT, "a function of the logits alone: it does not look at the label")


def fitted_values(evidence: Evidence) -> Iterator[Explanation]:
    """One parameter has any other value."""
    free, numbers = evidence.asked.free, evidence.asked.numbers
    for name, value in numbers.items():
        found = fitted(evidence, free, name, [*PLAIN, *WIDE, value])
        if found is not None and _is_inside(evidence, name, found):
            yield Explanation(
                Kind.IGNORED_ARGUMENT, _sentence(evidence, name, found), free, {name: found}, is_fitted=True
            )


def fitted_numbers(evidence: Evidence) -> Iterator[Explanation]:
    """One number that stands in the formula has any other value."""
    free = evidence.asked.free
    for place, node in enumerate(free.nodes):
        if node.number is None:
            continue
        other = changed(free, place, lambda _: Parameter(FITTED))
        if other is None:
            continue
        found = fitted(evidence, other, FITTED, [*PLAIN, *WIDE, float(node.number)])
        if found is not None:
            sentence = f"the formula with {shown(found)} in the place of {node.number}"
            formula = other.with_values({FITTED: Fraction(str(found))})
            yield Explanation(Kind.IGNORED_ARGUMENT, sentence, formula, is_fitted=True)


def _is_constant(compared: Compared) -> bool:
    known = compared.code.values[compared.value_known]
    return bool((known == known[0]).all())


def _is_inside(evidence: Evidence, name: str, value: float) -> bool:
    """Whether a value lies between the ends of a parameter, these included: code takes a limit for a value."""
    interval = next(p.interval for p in evidence.asked.free.parameters if p.name == name)
    return (interval.low is None or value >= interval.low) and (interval.high is None or value <= interval.high)


def _sentence(evidence: Evidence, name: str, other: float) -> str:
    asked = shown(evidence.asked.numbers[name])
    return f"the formula at {name} = {shown(other)}, where {name} = {asked} is asked for"
