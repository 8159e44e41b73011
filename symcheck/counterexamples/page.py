"""A counterexample as a page: its data, what it states, and the argument for each part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from symcheck.render.block import Block, Function, Item, Items, Line, Paragraph, Section, Strong, Title
from symcheck.render.prose import line_of

if TYPE_CHECKING:
    from symcheck.counterexamples.base import Checked, CheckedLambdaClaim, Counterexample


def page(case: Counterexample, checked: Checked) -> Iterator[Block]:
    """The blocks of ``case`` with what is shown of it."""
    yield Title((Strong(checked.verdict.name), ": ", *line_of(case.title)))
    yield Paragraph(line_of(f"{case.shows[0].upper()}{case.shows[1:]}."))
    yield Section("Data")
    yield Items(tuple(Item(label, line) for label, line in _data(case)))
    yield Section("Predictions")
    yield _claims(checked.claims)
    for title, claims in checked.controls:
        yield Section(f"Control: {title}")
        yield _claims(claims)
    if checked.threshold is not None:
        yield Section("Threshold")
        told = f"at every lambda of the first claim, the prediction turns at rho = {case.flips_above}"
        yield Paragraph((Strong(checked.threshold.verdict.name), ": ", *line_of(f"{told}; {checked.threshold.by}")))


def _data(case: Counterexample) -> Iterator[tuple[str, Line]]:
    yield "minimise", line_of("the mean over the points of l(z, Y) + lambda g(z), with exact noise")
    yield "loss", (f"{case.loss.name}: ", Function(case.loss.recorded))
    yield "penalty", (f"{case.regularizer.name}: ", Function(case.regularizer.recorded))
    yield "classes", line_of(f"C = {case.classes}")
    yield "model", line_of(str(case.family))
    yield "features", (", ".join(map(_vector, case.features)),)
    yield "labels", (", ".join(map(_label, case.labels)),)
    yield "weights", (", ".join(map(str, case.weights)),)
    yield "noise", line_of(f"uniform, rho = {case.rho}")
    yield "source", (f"{case.source}{f', {case.erratum}' if case.erratum else ''}",)


def _claims(claims: Sequence[CheckedLambdaClaim]) -> Items:
    entries = []
    for c in claims:
        for law, winners, shown in (("clean", c.claim.clean, c.clean), ("noisy", c.claim.noisy, c.noisy)):
            classes = f"{'class' if len(winners) == 1 else 'classes'} {', '.join(map(str, winners))}"
            told = (f"{classes} for every ", *line_of(f"lambda in {c.claim.lambdas}"), ": ", Strong(shown.verdict.name))
            entries.append(Item(law, told, (line_of(shown.by),)))
    return Items(tuple(entries))


def _label(law: Sequence[Fraction]) -> str:
    """The class of a label without doubt, else its law."""
    return str(list(law).index(Fraction(1)) + 1) if 1 in law else _vector(law)


def _vector(entries: Sequence[Fraction]) -> str:
    return f"({', '.join(map(str, entries))})"
