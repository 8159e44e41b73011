"""Audits: what is known of each hypothesis of each theorem, as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from symcheck.arguments.public import public
from symcheck.errors import UnknownNameError, did_you_mean, shown
from symcheck.render.block import Block, Item, Items, Section, Strong, Title
from symcheck.render.page import Page
from symcheck.render.prose import line_of


class Answer(Enum):
    """What an audit says of a hypothesis or of a theorem's; the value is the exit code of the command line."""

    HOLDS = 0
    FAILS = 1
    UNKNOWN = 2

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, kw_only=True)
class Hypothesis:
    """One assumption, its ``name``: the ``answer``, the ``number`` that it rests on (or None), and a ``sentence``."""

    name: str
    answer: Answer
    number: float | None
    sentence: str

    @property
    def shown(self) -> str:
        """The number as a table shows it."""
        if self.number is None:
            return "-"
        return f"{self.number:.0f}" if self.number == round(self.number) else f"{self.number:.3g}"


@dataclass(frozen=True, kw_only=True)
class TheoremAudit:
    """``needs`` are the hypotheses of ``theorem`` on model and data; ``besides`` what its use for predictions asks for.

    ``says`` is what follows where they hold.
    """

    theorem: str
    says: str
    needs: tuple[Hypothesis, ...]
    besides: tuple[Hypothesis, ...] = ()

    @property
    def answer(self) -> Answer:
        """FAILS if one of its needs does, else UNKNOWN if one of them is."""
        found = {hypothesis.answer for hypothesis in self.needs}
        return Answer.FAILS if Answer.FAILS in found else Answer.UNKNOWN if Answer.UNKNOWN in found else Answer.HOLDS

    @property
    def sentence(self) -> str:
        """The answer in words."""
        if self.answer is not Answer.HOLDS:
            open_ = [h.name for h in self.needs if h.answer is self.answer]
            verb = "does not apply" if self.answer is Answer.FAILS else "is open"
            return f"{self.theorem} {verb}: {', '.join(open_)}"
        open_ = [h.name for h in self.besides if h.answer is not Answer.HOLDS]
        rest = f"; open for predictions: {', '.join(open_)}" if open_ else ""
        return f"{self.theorem} applies: {self.says}{rest}"


@public
@dataclass(frozen=True)
class Audit(Page):
    """The audit called ``title``: each of the ``theorems`` with its hypotheses, and ``notes``.

    Its ``answer`` is HOLDS if one theorem has all it needs, FAILS if each has a hypothesis that fails.

    >>> import symcheck as sc
    >>> from numerics import audit_model
    >>> found = audit_model(sc.certify("cross_entropy", "l2"), "linear", "iris")
    >>> found.hypothesis("finite sample").answer
    <Answer.HOLDS: 0>

    Source: docs/theory.md, section 4.
    """

    title: str
    theorems: tuple[TheoremAudit, ...]
    notes: tuple[str, ...] = ()

    @property
    def answer(self) -> Answer:
        """The best answer of a theorem."""
        # Of a theorem the worst hypothesis counts, and of an audit the best theorem: one that applies is enough.
        found = {theorem.answer for theorem in self.theorems}
        return Answer.HOLDS if Answer.HOLDS in found else Answer.UNKNOWN if Answer.UNKNOWN in found else Answer.FAILS

    @property
    def exit_code(self) -> int:
        """0 all hypotheses of a theorem hold, 1 each theorem has one that fails, 2 unknown."""
        return self.answer.value

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """Each hypothesis once."""
        return tuple(dict.fromkeys(h for theorem in self.theorems for h in (*theorem.needs, *theorem.besides)))

    def hypothesis(self, name: str) -> Hypothesis:
        """The hypothesis called ``name``; raises ``UnknownNameError`` if there is none."""
        known = {found.name: found for found in self.hypotheses}
        if not isinstance(name, str) or name not in known:
            near = did_you_mean(name, known) if isinstance(name, str) else ""
            raise UnknownNameError(f"name: got {shown(name, 80)}{near}; accepted are {', '.join(known)}")
        return known[name]

    @property
    def rows(self) -> list[dict[str, object]]:
        """A row for each hypothesis of each theorem, as plain values."""
        return [
            {
                "theorem": theorem.theorem,
                "for": "the theorem" if h in theorem.needs else "predictions",
                "hypothesis": h.name,
                "answer": str(h.answer),
                "number": h.number,
                "sentence": h.sentence,
            }
            for theorem in self.theorems
            for h in (*theorem.needs, *theorem.besides)
        ]

    def to_record(self) -> dict[str, object]:
        """The audit as plain values for JSON."""
        answers = {theorem.theorem: str(theorem.answer) for theorem in self.theorems}
        return {
            "title": self.title, "answer": str(self.answer), "theorems": answers, "rows": self.rows,
            "notes": list(self.notes),
        }  # fmt: skip

    def blocks(self) -> Iterator[Block]:
        """What applies, and each hypothesis with its answer, its number and a sentence."""
        yield Title((self.title,))
        yield Items(tuple(Item("", line_of(theorem.sentence)) for theorem in self.theorems))
        yield Section("Hypotheses")
        entries = []
        for h in self.hypotheses:
            of = ", ".join(t.theorem for t in self.theorems if h in (*t.needs, *t.besides))
            number = "" if h.number is None else f", {h.shown}"
            entries.append(Item(h.name, (Strong(str(h.answer)), f"{number} ({of})"), (line_of(h.sentence),)))
        yield Items(tuple(entries))
        if self.notes:
            yield Items(tuple(Item("note", line_of(note)) for note in self.notes))

    def __repr__(self) -> str:
        return f"<Audit: {self.answer}>"
