"""The outline of a certificate: what its page says, in which order, whatever it is written in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from symcheck.certificates.answer import QUOTIENT, WHOLE, Answer
from symcheck.certificates.by_verdict import deciding_finding, verdict_groups
from symcheck.certificates.in_words import in_words
from symcheck.certificates.lines import (
    ALPHA,
    finding_item,
    place_of,
    power_math,
    reason_line,
    subjects_line,
    witness_line,
)
from symcheck.certificates.tier_line import tier_line
from symcheck.findings.case import Case
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.prediction import Prediction
from symcheck.findings.verdict import Verdict
from symcheck.language.scope import Scope
from symcheck.problem import Subject
from symcheck.render.block import (
    Block,
    Code,
    Function,
    Item,
    Items,
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
from symcheck.render.by_cases import told, value_line
from symcheck.render.prose import line_of
from symcheck.theorems.base import CONE, Theorem

_LIMIT_PROBLEM = ", with l_lin(z, y) = b_y'z, g_sq(z) = z'Hz/2 and H = D^2 g(0)"


_SWITCHES = ("maximum(", "minimum(", "relu(", "abs(", "branch(")

LONGEST_SWITCH = 60
"""A headline shows a subexpression of up to so many characters."""


def headline(certificate: Answer) -> Line:
    """Where it is PROVED and where not, for which pair on which space: ``PROVED for C = 2; REFUTED for C = 3: ...``."""
    c = certificate
    alone = c.problem.is_alone
    pair: Line = (*subjects_line(c.problem), *(_only_shared(c) if alone else (" on ", *_space_line(c))))
    scope = scope_line(c.scope)
    groups = verdict_groups(c, is_special=alone)
    if len(groups) > 1:
        found: Line = ()
        for verdict, cases in groups:
            where = told(cases, c.scope.classes, [p.name for p in c.scope.parameters])
            found = (*found, "; " if found else "", Strong(verdict.name), " ", *where, *_switch(verdict, cases))
        return (*found, ": ", *pair, ", asked for ", *scope)
    # REFUTED for a whole scope would read as refuted everywhere in it, and only somewhere is meant.
    one_point = c.scope.classes.fixed is not None and not c.scope.parameters and not c.scope.arrays
    if c.verdict is Verdict.PROVED or one_point:
        return (Strong(c.verdict.name), " for ", *scope, ": ", *pair, *(LOCAL_ONLY if c.is_local else ()))
    return (Strong(c.verdict.name), ": ", *pair, ", asked for ", *scope)


_IN_THE_DIFFERENCE = (
    "Read z as the difference w = z - z_ref(x) to the anchor: l is l(w + z_ref, y) and g is g(w), 0 stands for the "
    "anchor, and models are families of differences.  Predictions that are compared are those of w; as w tends to 0, z "
    "tends to z_ref, and predicts what z_ref does wherever that has one largest entry."
)
"""What everything on the page of a certificate with an anchor is said of."""


LOCAL_ONLY: Line = (", for a local branch alone: minimisers are not held",)

SHARED_ONLY: Line = (", for linear models with features shared by the classes alone",)


def _only_shared(c: Answer) -> Line:
    """Of a loss alone, that what holds in the whole scope speaks of one kind of model."""
    return SHARED_ONLY if c.theorems and not any(CONE in t.covers for t in c.theorems) else ()


def verdict_line(certificate: Answer) -> Line:
    """The verdict, or where it is which: ``PROVED for C = 2; REFUTED for every C >= 3``."""
    groups = verdict_groups(certificate)
    if len(groups) < 2:
        return (certificate.verdict.name,)
    found: Line = ()
    for verdict, cases in groups:
        found = (*found, "; " if found else "", verdict.name, " ", *told(cases, certificate.scope.classes, ()))
    return found


def _switch(verdict: Verdict, cases: list[Case]) -> Line:
    """What acts where it is REFUTED and not elsewhere, if that is a branch of the formula."""
    found = {case.switch for case in cases}
    switch = found.pop() if len(found) == 1 else ""
    if verdict is not Verdict.REFUTED or not switch.startswith(_SWITCHES) or len(switch) > LONGEST_SWITCH:
        return ()
    kind = "the clamp " if switch.startswith(("maximum(", "minimum(")) else ""
    return (f" (there {kind}", Code(switch), " acts)")


def _space_line(c: Answer) -> Line:
    """The space on which the conditions are stated, run by run of the classes where they are not on one."""
    spaces = {case.quotient for case in c.cases}
    if len(spaces) < 2:
        return (Math(QUOTIENT if c.quotient else WHOLE),)
    found: Line = ()
    for quotient in (True, False):
        cases = [case for case in c.cases if case.quotient is quotient]
        where = told(cases, c.scope.classes, [p.name for p in c.scope.parameters])
        found = (*found, " and on " if found else "", Math(QUOTIENT if quotient else WHOLE), " ", *where)
    return found


def scope_line(scope: Scope) -> Line:
    """The scope as ``str(scope)`` has it."""
    return line_of(str(scope), [p.name for p in scope.parameters])


def outline(c: Answer, what_now: Iterable[Block] = (), checked: Collection[Condition] = ()) -> Iterator[Block]:
    """The page of ``c``: headline first, then ``what_now``, what it rests on, and what it says about training.

    Of the conditions that are ``checked`` it says so.
    """
    names = [p.name for p in c.scope.parameters]
    deciding = deciding_finding(c)
    alone = c.problem.is_alone
    yield Title(headline(c))
    yield Paragraph((Strong("In words:"), " ", *line_of(in_words(c), names)))
    if not alone:
        yield Paragraph(tier_line(c))
    if deciding is not None:
        yield Paragraph(_why(deciding, c.findings, names))
    if c.still_holds:
        yield Paragraph(line_of(c.still_holds, names))
    if c.problem.anchor is not None:
        yield Paragraph(line_of(_IN_THE_DIFFERENCE, names))
    if alone:
        yield Paragraph(("At ", Math("z = 0"), ", as for a penalty: ", *tier_line(c)))
    yield Items(
        (
            Item("loss", _formula_line(c.loss)),
            *(() if alone else (Item("regularizer", _formula_line(c.regularizer)),)),
            *(() if c.problem.anchor is None else (Item("anchor", (Code(c.problem.anchor_text),)),)),
            *(Item("noticed", (note,)) for note in (*c.loss.notes, *c.regularizer.notes)),
        )
    )
    yield from what_now
    if len(c.cases) > 1 or any(case.where or case.classes != c.scope.classes for case in c.cases):
        yield Section("Cases")
        yield _cases(c, names)
    yield Section("Conditions, with b_y = grad l(0, y) and o_y = e_y - 1/C")
    yield Items(
        tuple(
            finding_item(f, names, is_told=_is_told(f, deciding), is_checked=f.condition in checked) for f in c.findings
        )
    )
    yield Section("Families of models" + (_LIMIT_PROBLEM if any("l_lin" in f.detail for f in c.families) else ""))
    yield Items(tuple(Item(f.verdict.name, line_of(f"{f.name}: {f.detail}", names)) for f in c.families))
    if c.theorems:
        yield Section("Theorems that apply")
        first = next((t for t in c.theorems if r"\alpha" in t.statement), None)
        yield Items(
            tuple(_theorem(t, is_first=t is first) for t in c.theorems),
            (", ".join(f"{t.name} ({place_of(t)})" for t in c.theorems),),
        )
        yield Section(f"Assumptions that stay open, for {c.theorems[0].name}")
        yield Items(tuple(Item("", line_of(a)) for a in c.assumptions))
    prediction = c.prediction
    if prediction is not None:
        where = "cones" if alone else "linear families with shared features"
        yield Section(f"Prediction, on {where}")
        yield Items(tuple(_alone(prediction) if alone else _prediction(prediction)))


def _formula_line(subject: Subject) -> Line:
    written: Line = ("code that was not read",) if subject.unread is not None else (Function(subject.formula),)
    return (Code(subject.title), ": ", *written)


def _is_told(finding: Finding, deciding: Finding | None) -> bool:
    """Whether the headline tells its witness or reason: of code that was not read every finding has the same reason."""
    return finding is deciding or (
        deciding is not None and finding.reason is not None and finding.reason == deciding.reason
    )


def _why(finding: Finding, findings: Collection[Finding], names: Collection[str]) -> Line:
    """What the headline shows of the finding that decides it, one of all ``findings``."""
    condition = line_of(finding.condition.value)
    if finding.witness is not None:
        return ("What fails: ", *condition, ". Witness: ", *witness_line(finding.witness, names))
    assert finding.reason is not None
    # As of code that was not read.
    if all(f.reason == finding.reason for f in findings):
        condition = ("everything",)
    return ("What is open: ", *condition, ". Reason: ", *reason_line(finding.reason, names))


def _cases(c: Answer, names: Collection[str]) -> Table:
    columns: list[tuple[str, list[Line]]] = [
        ("classes", [line_of(str(case.classes)) for case in c.cases]),
        ("where", [line_of(case.where, names) for case in c.cases]),
        ("tier", [_tier_of(case) for case in c.cases]),
        ("kappa", [() if case.kappa is None else value_line(case.kappa) for case in c.cases]),
        ("space", _spaces(c)),
        ("verdict", [_verdict_of(case) for case in c.cases]),
    ]
    kept = [(name, cells) for name, cells in columns if any(cells)]
    return Table(tuple(name for name, _ in kept), tuple(zip(*(cells for _, cells in kept), strict=True)))


def _spaces(c: Answer) -> list[Line]:
    """The space of each case, nothing if it is the same for all."""
    if len({case.quotient for case in c.cases}) < 2:
        return [() for _ in c.cases]
    return [(Math(QUOTIENT if case.quotient else WHOLE),) for case in c.cases]


def _tier_of(case: Case) -> Line:
    if case.tier is None:
        return ("undecided",)
    return (case.tier.name, *(() if case.is_one_tier else (" at some points",)))


def _verdict_of(case: Case) -> Line:
    is_point = case.verdict is Verdict.REFUTED and not case.is_uniform
    return (case.verdict.name, *([" at some points"] if is_point else ()))


def _theorem(t: Theorem, *, is_first: bool) -> Item:
    """What it says; ``is_first`` of those on the page that are stated with the alpha of the paper."""
    aside = ((Tex(t.statement), *(ALPHA if is_first else ())), line_of(f"{t.deviation}."))
    return Item(t.name, line_of(f"{t.concludes} ({place_of(t)})"), aside=aside)


def _alone(p: Prediction) -> Iterator[Item]:
    """What is predicted of a loss alone: the minimisers themselves, at no limit."""
    power: Line = () if p.noise_power == 1 else (" to the power ", Value(p.noise_power))
    yield Item("noise", (*line_of("of rate rho multiplies the minimisers by a = 1 - rho C/(C - 1)"), *power))
    if p.curvature != 0:
        values: Line = value_line(p.curvature, "s")
        if not p.quotient and p.coupling != 0:
            values = (*values, " and ", *value_line(p.coupling, "t"))
        matrix = Math("H = s I" if p.quotient or p.coupling == 0 else "H = s I + t 11'")
        yield Item(
            "minimiser",
            (Math("S = kappa P o H^(-1)"), " on linear families with shared features, with ",
             *value_line(p.kappa, "kappa"), " and ", matrix, *((" on the quotient",) if p.quotient else ()),
             ", the Hessian of ", Math("ins(l)"), ": ", *values),
        )  # fmt: skip
        yield Item("where", line_of("a row is a sample, o has the rows o_y, P projects on the span of the features"))


def _prediction(p: Prediction) -> Iterator[Item]:
    where: Line = (" on the quotient",) if p.quotient else ()
    curvature: Line = (
        (Math("H = I"),) if p.curvature == 1 else (Math("H = s I"), *where, " with ", *value_line(p.curvature, "s"))
    )
    if not p.quotient and p.coupling != 0:
        values = (*value_line(p.curvature, "s"), " and ", *value_line(p.coupling, "t"))
        curvature = (Math("H = s I + t 11'"), " with ", *values)
    if p.hessian is not None:
        curvature = (*line_of("H = D^2 g(0)"), *where)
    yield Item("limit", (Math("S = kappa P o H^(-1)"), " with ", *value_line(p.kappa, "kappa"), " and ", *curvature))
    yield Item("where", line_of("a row is a sample, o has the rows o_y, P projects on the span of the features"))
    power: Line = () if p.noise_power == 1 else (" to the power ", Value(p.noise_power))
    yield Item("noise", (*line_of("of rate rho multiplies S by a = 1 - rho C/(C - 1)"), *power))
    for order in p.exponents:
        classes = line_of(str(order.classes))
        apart: Line = ()
        if order.clean_to_noisy is not None:
            apart = (", ", power_math(order.clean_to_noisy), " between clean and noisy")
        yield Item("order", ("for ", *classes, ": ", power_math(order.to_limit), " to the limit", *apart))
