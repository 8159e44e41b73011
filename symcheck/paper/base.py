"""What an entry of the ledger is: a statement of the paper, its proved form, and facts that are computed.

The verdict of an entry is a claim.  Its check computes facts, and they say which verdict is right:

- a fact that *refutes* is a point at which what is printed is violated;
- a fact that *repairs* shows why the words have to change though no statement of the paper is false: a symbol
  without a meaning, a hypothesis that is missing or not needed;
- a fact that *proves* is a step of the statement as proved.

One that refutes makes the verdict "refuted as printed", one that repairs "with a repair", and with none of them
it is "as printed".  A fact that does not come out as stated leaves the entry without a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from functools import cached_property

from symcheck.errors import UnknownNameError
from symcheck.render.block import Block, Code, Item, Items, Line, Paragraph, Section, Strong, Title
from symcheck.render.page import Page
from symcheck.render.plain import tex_line
from symcheck.render.prose import line_of

Values = Mapping[str, Fraction]
"""The numbers of a witness, by their names."""


class Ruling(Enum):
    """What becomes of a printed statement."""

    AS_PRINTED = "as printed"
    REPAIRED = "with a repair"
    REFUTED = "refuted as printed"

    def __str__(self) -> str:
        return self.value


class Role(Enum):
    """What a fact is there for."""

    PROVES = "proves"
    REPAIRS = "repairs"
    REFUTES = "refutes"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """``said``, with LaTeX between dollar signs, ``holds`` or not; ``how`` it was computed, what was ``found``."""

    role: Role
    said: str
    holds: bool
    how: str
    found: str = ""


@dataclass(frozen=True)
class Point:
    """The numbers of a witness; ``shown`` says what they are, with ``%(name)s`` in the places of the numbers.

    >>> print(Point("$p_y = %(p)s$", p=Fraction(1, 5)))
    $p_y = 1/5$
    """

    shown: str
    values: Values

    def __init__(self, shown: str, **values: int | Fraction) -> None:
        object.__setattr__(self, "shown", shown)
        object.__setattr__(self, "values", {name: Fraction(value) for name, value in values.items()})

    def __hash__(self) -> int:
        return hash(self.shown)  # a mapping of values has no hash

    def at(self, **values: int | Fraction) -> Point:
        """The same with other numbers; raises ``UnknownNameError`` for a name that it does not have."""
        unknown = [name for name in values if name not in self.values]
        if unknown:
            raise UnknownNameError(
                f"{unknown[0]}: the witness has no number of that name; it has {', '.join(self.values)}"
            )
        return Point(self.shown, **{**self.values, **values})

    def __str__(self) -> str:
        return self.shown % self.values


@dataclass(frozen=True)
class Checked(Page):
    """What the check of ``claim`` found: its ``facts``, and the ruling that follows from them (None if none does)."""

    claim: Claim
    facts: tuple[Fact, ...]

    @property
    def found(self) -> Ruling | None:
        """The ruling that the facts support: the gravest one, None if a fact does not hold or none was computed."""
        if not self.facts or any(not fact.holds for fact in self.facts):
            return None
        roles = {fact.role for fact in self.facts}
        if Role.REFUTES in roles:
            return Ruling.REFUTED
        return Ruling.REPAIRED if Role.REPAIRS in roles else Ruling.AS_PRINTED

    @property
    def holds(self) -> bool:
        """Whether what was found is what the ledger says."""
        return self.found is self.claim.verdict

    @property
    def failure(self) -> str:
        """What is not as the ledger says, "" if nothing."""
        if self.holds:
            return ""
        if self.found is not None:
            return f"the ledger says {self.claim.verdict}, and the facts computed say {self.found}"
        failed = [fact for fact in self.facts if not fact.holds]
        if not failed:
            return "no fact was computed"
        said = "; ".join(f"{fact.said}{f' (found: {fact.found})' if fact.found else ''}" for fact in failed)
        return f"does not come out: {said}"

    def blocks(self) -> Iterator[Block]:
        """The whole entry: what is printed, what is proved, line by line, and what was computed to say so."""
        claim = self.claim
        yield Title((claim.id, ": ", *printed_line(claim.title)))
        also = (", also under ", *_joined([(Code(name),) for name in claim.other_names])) if claim.other_names else ()
        yield Paragraph((Strong(str(claim.verdict)), f" ({claim.place})", *also))
        if not self.holds:
            yield Paragraph((Strong("Not as the ledger says"), ": ", *printed_line(self.failure)))
        statements = [Item("printed", printed_line(claim.printed)), Item("proved", printed_line(claim.proved))]
        if claim.witness is not None:
            statements.append(Item("witness", printed_line(str(claim.witness))))
        yield Items(tuple(statements))
        yield Section("Line by line")
        yield Items(tuple(Item(f"{n}.", printed_line(step)) for n, step in enumerate(claim.derivation, 1)))
        yield Section("What was computed")
        yield Items(tuple(map(_fact, self.facts)))
        if claim.rests_on:
            yield Section("Rests on")
            yield Paragraph(_joined([(Code(on),) if is_id(on) else printed_line(on) for on in claim.rests_on]))


@dataclass(frozen=True, kw_only=True)
class Claim(Page):
    """One statement of the paper.

    ``id`` and ``place``; ``title``, one line; what is ``printed``, in the words of the paper, and what is ``proved``,
    with LaTeX between dollar signs; the ``verdict``; the ``derivation`` line by line; the ``witness`` of what is
    refuted; what it ``rests_on`` beyond the facts computed: the ids of other entries, or a theorem or reference in
    words; ``other_names`` under which it is found.  ``compute`` yields the facts from the numbers of the witness.
    In ``printed``, ``...`` leaves words out, and words between brackets are not the paper's.
    """

    id: str
    place: str
    title: str
    printed: str
    proved: str
    verdict: Ruling
    derivation: tuple[str, ...]
    compute: Callable[[Values], Iterable[Fact]] = field(repr=False, compare=False)
    witness: Point | None = None
    rests_on: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()

    def check(self) -> Checked:
        """The facts computed anew, and whether they support the verdict."""
        values = {} if self.witness is None else self.witness.values
        return Checked(self, tuple(self.compute(values)))

    @cached_property
    def checked(self) -> Checked:
        """What ``check`` finds, computed once."""
        return self.check()

    def blocks(self) -> Iterable[Block]:
        """The whole entry, with what was computed."""
        return self.checked.blocks()

    def __repr__(self) -> str:
        return f"<Claim {self.id}: {self.verdict}>"


def steps(text: str) -> tuple[str, ...]:
    '''The steps of a derivation, one after each dash at the start of a line.

    >>> steps("""
    ...     - Put $x = 1$.
    ...     - Then $x^2 = 1$,
    ...       as 1 is its square.
    ... """)
    ('Put $x = 1$.', 'Then $x^2 = 1$, as 1 is its square.')
    '''
    found = re.split(r"^\s*- ", text, flags=re.MULTILINE)[1:]
    return tuple(" ".join(line.strip() for line in step.strip().splitlines()) for step in found)


_ROLES = {Role.PROVES: "proved", Role.REPAIRS: "the gap", Role.REFUTES: "refuted"}


def proves(said: str, holds: bool, how: str, found: str = "") -> Fact:
    """A step of the statement as proved."""
    return Fact(role=Role.PROVES, said=said, holds=bool(holds), how=how, found=found)


def repairs(said: str, holds: bool, how: str, found: str = "") -> Fact:
    """A reason why the printed words have to change: a symbol without a meaning, a hypothesis missing or not needed."""
    return Fact(role=Role.REPAIRS, said=said, holds=bool(holds), how=how, found=found)


def refutes(said: str, holds: bool, how: str, found: str = "") -> Fact:
    """A violation of what is printed."""
    return Fact(role=Role.REFUTES, said=said, holds=bool(holds), how=how, found=found)


def is_id(name: str) -> bool:
    """Whether ``name`` is written like the id of an entry, and not like a reference in words."""
    return re.fullmatch(r"E\d+|[a-z]+(?:-[a-z0-9]+)*", name) is not None


def _fact(fact: Fact) -> Item:
    label = _ROLES[fact.role] if fact.holds else f"NOT {_ROLES[fact.role]}"
    found = (": ", *line_of(fact.found)) if fact.found else ()
    return Item(label, (*printed_line(fact.said), *found), (("by ", *line_of(fact.how)),))


def printed_line(text: str) -> Line:
    """A sentence with LaTeX between dollar signs; formulas in plain text between them are found as well."""
    return tuple(part for piece in tex_line(text) for part in (line_of(piece) if isinstance(piece, str) else (piece,)))


def _joined(lines: list[Line]) -> Line:
    """The lines as one, with commas between them."""
    first, *rest = lines
    return (*first, *(piece for line in rest for piece in (", ", *line)))
