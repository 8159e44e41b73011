"""Repairs: changes of a pair that was not proved, each certified before it is shown (THEORY 16)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, overload

from symcheck.certificates.answer import Answer
from symcheck.certificates.record import Json, claim
from symcheck.certificates.tier_line import is_one_tier, tiers_by_place
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula, symbols
from symcheck.language.label_terms import negative, sum_of
from symcheck.language.terms_of import term_of_formula
from symcheck.problem import Problem
from symcheck.render.block import Block, Code, Item, Items, Line, Paragraph, Section, Strong, Title
from symcheck.render.page import Page
from symcheck.render.prose import line_of
from symcheck.render.torch_code import torch_code

C = TypeVar("C", bound=Answer)
"""The certificates that repairs are made of: a certificate has repairs, and these have certificates."""


@dataclass(frozen=True)
class Repair(Page, Generic[C]):
    """A change of the pair ``before`` after which it is PROVED, as its ``certificate`` says.

    ``rules`` say what was done, in this order, ``changes`` what is another one now, in the same order, and ``lost``
    which properties of l and g held before and do not any more.
    """

    rules: tuple[str, ...]
    before: Problem
    certificate: C
    changes: tuple[str, ...]
    lost: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What to do: ``subtract the drift``."""
        return ", then ".join(self.rules)

    @property
    def problem(self) -> Problem:
        """The pair that is PROVED."""
        return self.certificate.problem

    @property
    def changed(self) -> dict[str, Formula]:
        """The formulas that are others now, by ``loss`` and ``regularizer``, both functions of the logits z."""
        after, before = self.problem, self.before
        found = {} if after.loss.formula == before.loss.formula else {"loss": after.loss.formula}
        penalty = after.regularizer.formula
        if after.anchor is not None and before.anchor is None:
            penalty = _moved(penalty, after.anchor.formula)
        return found if penalty == before.regularizer.formula else {**found, "regularizer": penalty}

    @property
    def text(self) -> str:
        """The changed formula as text, ``l + lambda_*(g)`` of both, the scope where none has changed."""
        if not self.changed:
            return str(self.problem.scope)
        loss, *penalty = map(str, self.changed.values())
        return f"{loss} + lambda_*({penalty[0]})" if penalty else loss

    def torch_code(self) -> str:
        """What was changed as torch functions ``loss`` and ``regularizer``; the loss where no formula has changed.

        Raises ``FormulaError`` for a formula that has no form in torch code.
        """
        written = self.changed or {"loss": self.problem.loss.formula}
        return "\n\n".join(torch_code(formula, name) for name, formula in written.items())

    @property
    def loses(self) -> tuple[str, ...]:
        """What held before and does not any more, and what is not known of minimisers, which are looked at anew."""
        return (*self.lost, *self._of_minimisers())

    def _of_minimisers(self) -> Iterator[str]:
        held = self.certificate.finding(Condition.MINIMISERS_HELD)
        if held is not None and held.verdict is Verdict.REFUTED:
            yield f"minimisers are not held: {held.detail}"
        elif held is not None and held.verdict is Verdict.UNDECIDED:
            yield "whether minimisers are held is open"

    def record(self) -> dict[str, Json]:
        """The repair as plain values, for the record of the certificate that it mends."""
        told: dict[str, tuple[str, ...]] = {"rules": self.rules, "changes": self.changes, "loses": self.loses}
        anchor: dict[str, Json] = {} if self.problem.anchor is None else {"anchor": self.problem.anchor_text}
        lists: dict[str, Json] = {name: list(texts) for name, texts in told.items()}
        return {**lists, **anchor, **_without_defaults(claim(self.certificate))}

    def blocks(self) -> Iterator[Block]:
        """The repair as a page: what to do, the formulas, what changes."""
        yield Title((self.title,))
        yield Items((self.item(),))

    def item(self) -> Item:
        """The repair as an entry of a list."""
        c = self.certificate
        formulas: list[Line] = [(f"{role} ", Code(str(formula))) for role, formula in self.changed.items()]
        names = [p.name for p in c.scope.parameters]
        told = "; ".join((*self.changes, *self.loses))
        return Item(
            c.verdict.name,
            (Strong(self.title), ": ", *_held(c, names)),
            (*formulas, line_of(told, names)),
        )

    def __repr__(self) -> str:
        return f"<Repair: {self.title}: {self.text}>"


def _held(c: Answer, names: list[str]) -> Line:
    """The tier and the scope: ``tier EXACT for every C >= 2``, or by cases where it is not one."""
    scope: Line = ("for ", *line_of(str(c.scope), names))
    if is_one_tier(c):
        return ("tier ", c.cases[0].tier.name if c.cases[0].tier else "", " ", *scope)
    return (*scope, "; tier ", *tiers_by_place(c)) if all(case.tier is not None for case in c.cases) else scope


def _moved(penalty: Formula, anchor: Formula) -> Formula:
    """g(z - z_ref) as a formula in z."""
    z, _ = symbols()
    away = sum_of([z, negative(term_of_formula(anchor))])
    return penalty.replaced(lambda place, _: away if penalty.nodes[place].op == "logits" else None)


def _without_defaults(record: dict[str, Json]) -> dict[str, Json]:
    """``record`` without the values to train with: those of the entry are not those of a formula made of it."""

    def kept(value: Json) -> Json:
        if isinstance(value, dict):
            return {name: kept(v) for name, v in value.items() if name != "default"}
        return [kept(v) for v in value] if isinstance(value, list) else value

    return {name: kept(value) for name, value in record.items()}


@dataclass(frozen=True)
class Repairs(Sequence[Repair[C]], Page, Generic[C]):
    """The changes ``found`` after which a pair is PROVED, the simplest first, and what is ``impossible`` by any.

    ``advice`` is what else there is to do where none was found; ``is_needed``: the pair is not PROVED as it is.
    """

    found: tuple[Repair[C], ...] = ()
    impossible: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    is_needed: bool = True

    @overload
    def __getitem__(self, index: int) -> Repair[C]: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Repair[C], ...]: ...
    def __getitem__(self, index: int | slice) -> Repair[C] | tuple[Repair[C], ...]:
        return self.found[index]

    def __len__(self) -> int:
        return len(self.found)

    def record(self) -> dict[str, Json]:
        """The repairs as plain values: those ``found``, and what is ``impossible``; ``advice`` claims nothing."""
        return {"found": [repair.record() for repair in self.found], "impossible": list(self.impossible)}

    def blocks(self) -> Iterator[Block]:
        """What to do now, as a section of a page."""
        if not self.is_needed:
            yield Paragraph(("Nothing has to be changed: the pair is ", Strong("PROVED"), "."))
            return
        yield Section("What now: changes that are certified")
        if self.found:
            yield Items(tuple(repair.item() for repair in self.found))
        for told in (*self.advice, *self.impossible):
            yield Paragraph(line_of(told))

    def __repr__(self) -> str:
        return f"<Repairs: {', '.join(repair.title for repair in self.found) or 'none'}>"
