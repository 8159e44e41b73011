"""The outline of a certificate: what its page says, in which order, whatever it is written in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from symcheck.finding import Condition
from symcheck.language.scope import Scope
from symcheck.reason import Reason
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
from symcheck.render.prose import line_of
from symcheck.render.tex import TOKEN
from symcheck.verdict import Verdict

if TYPE_CHECKING:
    from symcheck.certificate import Certificate
    from symcheck.derivation import Step
    from symcheck.finding import Finding
    from symcheck.prediction import Prediction
    from symcheck.theorems.base import Theorem
    from symcheck.witness import Witness

_ROUTINE = (Condition.LOSS_SMOOTH, Condition.REGULARIZER_SMOOTH, Condition.REGULARIZER_GRADIENT)
"""Conditions whose proofs hold no surprise: a narrow page leaves the steps out."""

_LIMIT_PROBLEM = ", with l_lin(z, y) = b_y'z, g_sq(z) = z'Hz/2 and H = D^2 g(0)"

WHOLE, QUOTIENT = "R^C", "R^C/(1, ..., 1)"
"""The space on which the conditions are stated."""


def outline(certificate: Certificate) -> tuple[Block, ...]:
    """The page of ``certificate``: headline first, then what it rests on, then what it says about training."""
    return tuple(_blocks(certificate))


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
    yield Entries(tuple(_finding(f, names, is_told=f is told) for f in c.findings))
    yield Section("Families of models" + (_LIMIT_PROBLEM if any("l_lin" in f.detail for f in c.families) else ""))
    yield Entries(tuple(Entry(f.verdict.name, line_of(f"{f.name}: {f.detail}", names)) for f in c.families))
    if c.theorems:
        yield Section("Theorems that apply")
        yield Entries(tuple(map(_theorem, c.theorems)), (", ".join(f"{t.name} ({_place(t)})" for t in c.theorems),))
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
        return ("What fails: ", *condition, ". Witness: ", *_witness(finding.witness, names))
    assert finding.reason is not None
    return ("What is open: ", *condition, ". Reason: ", *_reason(finding.reason, names))


def _witness(w: Witness, names: Collection[str]) -> Line:
    place = ", ".join([f"C = {w.classes}", *(f"{n} = {v}" for n, v in sorted(w.parameters.items()))])
    is_exact = w.decimal in ("", w.value) or re.fullmatch(r"-?\d+(/\d+)?", w.value) is not None
    ball: Line = () if is_exact else (", which lies in ", Math(w.decimal))
    return (
        "at ", *line_of(place, [*names, *w.parameters]), ": ", *line_of(w.quantity, names),
        " is ", *value_line(w.value, names), *ball, ", and ", *line_of(w.expected, names), " is needed",
    )  # fmt: skip


def _reason(r: Reason, names: Collection[str]) -> Line:
    where: Line = (" at ", Code(r.where)) if r.where else ()
    return (Strong(r.code.value), *where, ": ", *line_of(r.why, names), "; to settle it: ", *line_of(r.settle, names))


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


def _finding(f: Finding, names: Collection[str], *, is_told: bool) -> Entry:
    steps = tuple(_step(s, names) for s in f.derivation)
    is_routine = f.verdict is Verdict.PROVED and f.condition in _ROUTINE
    below = [] if is_routine else list(steps)
    if not is_told and f.witness is not None:
        below.append(("witness: ", *_witness(f.witness, names)))
    if not is_told and f.reason is not None:
        below.append(_reason(f.reason, names))
    said = f.detail if f.detail.startswith(f.condition.value) else f"{f.condition.value}: {f.detail}"
    line = (*line_of(said, names), f" [{f.trust.value}]")
    return Entry(f.verdict.name, line, tuple(below), steps if is_routine else ())


def _step(s: Step, names: Collection[str]) -> Line:
    name, value = line_of(s.name, names), value_line(s.value, names)
    is_equation = len(name) == len(value) == 1 and isinstance(name[0], Math) and isinstance(value[0], Math)
    step: Line = (Math(f"{s.name} = {s.value}"),) if is_equation else (*name, ": ", *value)
    return (*step, " [", *line_of(s.by, names), "]") if s.by else step


def _theorem(t: Theorem) -> Entry:
    aside = ((Tex(t.statement),), line_of(f"{t.deviation}."))
    return Entry(t.name, line_of(f"{t.concludes} ({_place(t)})"), aside=aside)


def _place(t: Theorem) -> str:
    """Where the theorem stands in the paper, without its own name: ``section 5``."""
    return t.place.removesuffix(f", {t.name}")


def value_line(text: str, names: Collection[str]) -> Line:
    """``text`` as one formula if it is one, else as prose."""
    return (Math(text),) if is_expression(text, names) else line_of(text, names)


def is_expression(text: str, names: Collection[str]) -> bool:
    """Whether ``text`` is made of numbers, C, the parameters ``names``, operators and functions only."""
    words = {"C", "log", "exp", "sqrt", "abs", "tanh", "cosh", *names}
    tokens: Iterable[str] = TOKEN.findall(text)
    return all(t in words or t.isspace() or t[0].isdigit() or t in ("+", "-", "*", "/", "**", "(", ")") for t in tokens)


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
    for order in p.orders:
        classes = line_of(str(order.classes))
        apart: Line = ()
        if order.clean_to_noisy is not None:
            apart = (", ", _power(order.clean_to_noisy), " between clean and noisy")
        yield Entry("order", ("for ", *classes, ": ", _power(order.to_limit), " to the limit", *apart))


def _power(order: int) -> Math:
    return Math(f"O(alpha^{order})" if order != 1 else "O(alpha)")
