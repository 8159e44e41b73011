"""The outline of a certificate: what its page says, in which order, whatever it is written in."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from symcheck.finding import Condition
from symcheck.language.scope import Scope
from symcheck.render.block import (
    Block,
    Code,
    Entries,
    Entry,
    Function,
    Line,
    Math,
    Paragraph,
    Section,
    Strong,
    Table,
    Tex,
    Title,
    Value,
)
from symcheck.render.full_page import full_blocks
from symcheck.render.lines import finding_entry, place_of, power_math, reason_line, witness_line
from symcheck.render.prose import line_of
from symcheck.verdict import Verdict

if TYPE_CHECKING:
    from symcheck.certificate import Certificate
    from symcheck.finding import Finding
    from symcheck.prediction import Prediction
    from symcheck.theorems.base import Theorem

_LIMIT_PROBLEM = ", with l_lin(z, y) = b_y'z, g_sq(z) = z'Hz/2 and H = D^2 g(0)"

WHOLE, QUOTIENT = "R^C", "R^C/(1, ..., 1)"
"""The space on which the conditions are stated."""


def outline(certificate: Certificate, *, full: bool = False) -> tuple[Block, ...]:
    """The page of ``certificate``: headline first, then what it rests on, then what it says about training.

    With ``full``, what its full report says stands below.
    """
    added = full_blocks(certificate.full()) if full else ()
    return (*_blocks(certificate), *added)


def headline(certificate: Certificate) -> Line:
    """Verdict, pair, space and scope: ``PROVED for every C >= 2: cross_entropy + l2 on R^C``."""
    pair: Line = (
        Code(certificate.loss.title), " + ", Code(certificate.regularizer.title),
        " on ", Math(QUOTIENT if certificate.quotient else WHOLE),
    )  # fmt: skip
    scope = scope_line(certificate.scope)
    one_point = certificate.scope.classes.fixed is not None and not certificate.scope.parameters
    if certificate.verdict is Verdict.PROVED or one_point:
        return (Strong(certificate.verdict.name), " for ", *scope, ": ", *pair)
    return (Strong(certificate.verdict.name), ": ", *pair, ", asked for ", *scope)


def scope_line(scope: Scope) -> Line:
    """The scope as ``str(scope)`` has it."""
    return line_of(str(scope), [p.name for p in scope.parameters])


def _blocks(c: Certificate) -> Iterator[Block]:
    names = [p.name for p in c.scope.parameters]
    told = _told(c)
    yield Title(headline(c))
    yield Paragraph(_tier_line(c))
    if told is not None:
        yield Paragraph(_why(told, names))
    if c.still_holds:
        yield Paragraph(line_of(c.still_holds, names))
    yield Entries(
        (
            Entry("loss", (Code(c.loss.title), ": ", Function(c.loss.formula))),
            Entry("regularizer", (Code(c.regularizer.title), ": ", Function(c.regularizer.formula))),
            *(Entry("noticed", (note,)) for note in (*c.loss.notes, *c.regularizer.notes)),
        )
    )
    if len(c.cases) > 1 or any(case.where or case.classes != c.scope.classes for case in c.cases):
        yield Section("Cases")
        yield _cases(c, names)
    yield Section("Conditions, with b_y = grad l(0, y) and o_y = e_y - 1/C")
    yield Entries(tuple(finding_entry(f, names, is_told=f is told) for f in c.findings))
    yield Section("Families of models" + (_LIMIT_PROBLEM if any("l_lin" in f.detail for f in c.families) else ""))
    yield Entries(tuple(Entry(f.verdict.name, line_of(f"{f.name}: {f.detail}", names)) for f in c.families))
    if c.theorems:
        yield Section("Theorems that apply")
        yield Entries(tuple(map(_theorem, c.theorems)), (", ".join(f"{t.name} ({place_of(t)})" for t in c.theorems),))
        yield Section(f"Assumptions that stay open, for {c.theorems[0].name}")
        yield Entries(tuple(Entry("", line_of(a)) for a in c.assumptions))
    prediction = c.prediction
    if prediction is not None:
        yield Section("Prediction, on linear families with shared features")
        yield Entries(tuple(_prediction(prediction)))


def _told(c: Certificate) -> Finding | None:
    """The finding that the headline shows: the first that decides the verdict (a gauge that is missing does not)."""
    deciding = [f for f in c.findings if f.verdict is c.verdict and (f.witness or f.reason)]
    needed = [f for f in deciding if c.quotient or f.condition is not Condition.SHIFT_INVARIANT]
    return next(iter(needed or deciding), None)


def _tier_line(c: Certificate) -> Line:
    if c.tier is None:
        return ("tier ", Strong("undecided"))
    form, _, meaning = c.tier.value.partition(": ")
    scale: Line = () if c.kappa is None else (" with ", Value(c.kappa, "kappa"))
    return ("tier ", Strong(c.tier.name), *scale, ": ", *line_of(f"{form} ({meaning})" if meaning else form))


def _why(finding: Finding, names: Collection[str]) -> Line:
    """What the headline shows of the finding that decides it."""
    condition = line_of(finding.condition.value)
    if finding.witness is not None:
        return ("What fails: ", *condition, ". Witness: ", *witness_line(finding.witness, names))
    assert finding.reason is not None
    return ("What is open: ", *condition, ". Reason: ", *reason_line(finding.reason, names))


def _cases(c: Certificate, names: Collection[str]) -> Table:
    columns: list[tuple[str, list[Line]]] = [
        ("classes", [line_of(str(case.classes)) for case in c.cases]),
        ("where", [line_of(case.where, names) for case in c.cases]),
        ("tier", [("undecided" if case.tier is None else case.tier.name,) for case in c.cases]),
        ("kappa", [() if case.kappa is None else (Value(case.kappa),) for case in c.cases]),
        ("verdict", [(case.verdict.name,) for case in c.cases]),
    ]
    kept = [(name, cells) for name, cells in columns if any(cells)]
    return Table(tuple(name for name, _ in kept), tuple(zip(*(cells for _, cells in kept), strict=True)))


def _theorem(t: Theorem) -> Entry:
    aside = ((Tex(t.statement),), line_of(f"{t.deviation}."))
    return Entry(t.name, line_of(f"{t.concludes} ({place_of(t)})"), aside=aside)


def _prediction(p: Prediction) -> Iterator[Entry]:
    where: Line = (" on the quotient",) if p.quotient else ()
    curvature: Line = (
        (Math("H = I"),) if p.curvature == 1 else (Math("H = s I"), *where, " with ", Value(p.curvature, "s"))
    )
    if not p.quotient and p.coupling != 0:
        curvature = (Math("H = s I + t 11'"), " with ", Value(p.curvature, "s"), " and ", Value(p.coupling, "t"))
    if p.hessian is not None:
        curvature = (*line_of("H = D^2 g(0)"), *where)
    yield Entry("limit", (Math("S = kappa P o H^(-1)"), " with ", Value(p.kappa, "kappa"), " and ", *curvature))
    yield Entry("where", line_of("a row is a sample, o has the rows o_y, P projects on the span of the features"))
    power: Line = () if p.noise_power == 1 else (" to the power ", Value(p.noise_power))
    yield Entry("noise", (*line_of("of rate rho multiplies S by a = 1 - rho C/(C - 1)"), *power))
    for order in p.exponents:
        classes = line_of(str(order.classes))
        apart: Line = ()
        if order.clean_to_noisy is not None:
            apart = (", ", power_math(order.clean_to_noisy), " between clean and noisy")
        yield Entry("order", ("for ", *classes, ": ", power_math(order.to_limit), " to the limit", *apart))
