"""The page of a preference loss: the headline, the answers, what is left, and what nobody promises."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from symcheck.certificates.lines import reason_line, witness_line
from symcheck.certificates.preferences.answer import PreferenceAnswer
from symcheck.certificates.preferences.gradient_at_reference import BACKWARDS
from symcheck.certificates.preferences.in_words import in_words
from symcheck.certificates.preferences.left import PENALTIES, limit_with, proved_where
from symcheck.certificates.preferences.said import PreferenceSaid
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.render.block import Block, Code, Item, Items, Line, Paragraph, Section, Strong, Table, Title
from symcheck.render.by_cases import value_line
from symcheck.render.prose import line_of

_NOT_PROMISED = (
    "what happens at one finite weight lambda, unless the answer exact or symmetric is PROVED",
    "what a finite number of sampled flips does: the answers are about the expectation over flips",
    "flips whose probability depends on the pair, or is 1/2 and more",
    "a reference that moves during training",
    "the path of Adam, or of any training that ends before the minimum",
)


def headline(c: PreferenceSaid) -> Line:
    """What is PROVED and where, or what is not, on one line."""
    what: Line = (Code(c.title), " ", _told(c))
    asked: Line = (", asked for ", *scope_line(c)) if c.scope.parameters else ()
    where = () if c.verdict is Verdict.PROVED else _somewhere(c)
    wrong = ("; its gradient points to the rejected answer",) if c.gradient == BACKWARDS else ()
    promise = (_NO_PROMISE,) if c.verdict is Verdict.REFUTED else ()
    return (Strong(c.verdict.name), ": ", *what, *asked, *promise, *where, *wrong)


def _somewhere(c: PreferenceSaid) -> Line:
    """Where it is PROVED although it is not everywhere, or with which penalty."""
    if c.penalty is None:
        penalty = next((text for text in PENALTIES if limit_with(text) in c.left), None)
        return ("; ", Strong("PROVED"), " with the penalty ", Code(penalty), " in the limit") if penalty else ()
    found = proved_where(c.certificate)
    return ("; ", Strong("PROVED"), " where ", *line_of(" or ".join(found), _names(c))) if found else ()


def _told(c: PreferenceSaid) -> str:
    """What is proved, the strongest first; else what is refuted, or open."""
    decided = [a.name for a in c.answers if a.decides and a.verdict is c.verdict]
    if c.verdict is Verdict.UNDECIDED:
        return f"leaves open whether it {' or '.join(_OPEN[name] for name in decided)}"
    if c.verdict is Verdict.REFUTED:
        return _REFUTED if c.penalty is None else _REFUTED_WITH_A_PENALTY
    if decided[0] == "symmetric" and c.penalty is not None:
        return _SYMMETRIC_WITH_A_PENALTY
    only = _NEAR if decided[0] == "limit" and c.certificate.is_local else ""
    return _PROVED[decided[0]] + only


_REFUTED = "is neither symmetric nor exact"
_REFUTED_WITH_A_PENALTY = f"{_REFUTED}, and fails the condition for one limit direction"
_NO_PROMISE = ": nothing promises that it survives flips"
_OPEN = {"symmetric": "is symmetric", "exact": "is exact", "limit": "has one limit direction"}


_NEAR = ", for one minimum near the point where all scores are 0: further away there need be none"

_SYMMETRIC_WITH_A_PENALTY = "has under flips the minimisers of clean pairs at lambda/(1 - 2 eps), for every model"

_PROVED = {
    "symmetric": "keeps its minimisers under flips, for every model",
    "exact": "keeps its minimisers under flips up to a factor, for linear rewards",
    "limit": "has one limit direction for clean and flipped pairs, as lambda -> oo",
}


def scope_line(c: PreferenceSaid) -> Line:
    """The values of the parameters."""
    return line_of(", ".join(f"every {p.name} in {p.interval}" for p in c.scope.parameters), _names(c))


def _names(c: PreferenceSaid) -> list[str]:
    return ["h", "chosen", "rejected", *(p.name for p in c.scope.parameters)]


def outline(c: PreferenceSaid) -> Iterator[Block]:
    """The page of ``c``."""
    names = _names(c)
    yield Title(headline(c))
    yield Paragraph((Strong("In words:"), " ", *line_of(in_words(c), names)))
    yield Items(tuple(_subjects(c)))
    yield Section("Answers, with flips of a probability eps < 1/2")
    yield Items(tuple(_item(a, names) for a in c.answers))
    if len([case for case in c.certificate.cases if case.where]) > 1:
        yield Section("Cases, at scores 0")
        yield _cases(c, names)
    if c.left:
        yield Section("What is left")
        yield Items(tuple(Item("", line_of(sentence, names)) for sentence in c.left))
    yield Section("What nobody promises")
    yield Items(tuple(Item("", line_of(text, names)) for text in _NOT_PROMISED))


def _subjects(c: PreferenceSaid) -> Iterator[Item]:
    text = Code(c.preference.text)
    yield Item("loss", (text,) if c.preference.title == text.text else (Code(c.preference.title), ": ", text))
    if c.penalty is not None:
        yield Item("penalty", ("lambda times ", Code(c.penalty_text)))
    scores = "h = chosen - rejected" if c.preference.in_margin else "chosen and rejected are the scores of two answers"
    yield Item("scores", line_of(scores, _names(c)))
    yield Item("at scores 0", _tier(c))


def _tier(c: PreferenceSaid) -> Line:
    """The tier in the words of a preference loss, with kappa."""
    tier = "tier undecided" if c.tier is None else f"tier {c.tier.name}"
    scale: Line = () if c.kappa is None else (", ", *value_line(c.kappa, "kappa"))
    slope = "kappa = -2 phi'(0)" if c.preference.in_margin else "kappa = d f/d rejected - d f/d chosen"
    return (tier, *scale, ": ", *line_of(f"{c.gradient}; {slope}", _names(c)))


def _item(a: PreferenceAnswer, names: Collection[str]) -> Item:
    below: list[Line] = [line_of(f"about: {a.about}", names), line_of(a.detail, names)]
    if a.witness is not None:
        below.append(("witness: ", *_witness(a.witness, names)))
    if a.reason is not None:
        below.append(reason_line(a.reason, names))
    below += [("assuming ", *line_of(text, names)) for text in a.assumptions]
    return Item(a.verdict.name, line_of(f"{a.name}: {a.statement}", names), tuple(below))


def _witness(w: Witness, names: Collection[str]) -> Line:
    """The point without its number of classes, which is that of the answers."""
    line = witness_line(w, names)
    place = line_of(", ".join(f"{n} = {v}" for n, v in sorted(w.parameters.items())), [*names, *w.parameters])
    start = next(i for i, piece in enumerate(line) if piece == ": ")
    return (*(("at ", *place, ": ") if w.parameters else ()), *line[start + 1 :])


def _cases(c: PreferenceSaid, names: Collection[str]) -> Table:
    rows = tuple(
        (
            line_of(case.where, names),
            ("undecided" if case.tier is None else case.tier.name,),
            () if case.kappa is None else value_line(case.kappa),
        )
        for case in c.certificate.cases
    )
    return Table(("where", "tier", "kappa"), rows)
