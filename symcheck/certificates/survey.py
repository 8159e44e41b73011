"""survey: one table of all pairs of losses and regularizers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from symcheck.arguments.public import public
from symcheck.budget import SECONDS
from symcheck.certificates.catalogue_rows import kappa_piece
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.certificates.remains import Remains, RemainsKind
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.intake.given import Given, subject_as_read
from symcheck.language.scope import Classes
from symcheck.problem import Subject
from symcheck.render.block import Block, Code, Line, Paragraph, Table
from symcheck.render.expression import value_text
from symcheck.render.page import Page

Progress = Callable[[int, int, str], None]
"""Called with the number of pairs done, the number of all pairs, and the pair that is next."""

MARKS = {
    "proved": "P", "on the quotient": "Q", "locally": "b", "undecided": "?", "refuted": "-", "still": "h",
    "by cases": "p",
}  # fmt: skip
"""Cells of the table."""

LEGEND = (
    f"{MARKS['proved']} PROVED on R^C, {MARKS['on the quotient']} PROVED on the quotient by (1, ..., 1), "
    f"{MARKS['locally']} PROVED, and yet for a local branch alone, as minimisers need not exist, "
    f"{MARKS['still']} REFUTED, and yet linear models with shared features keep their predictions in the limit, "
    f"{MARKS['by cases']} PROVED for some numbers of classes or values of the parameters and REFUTED for others, "
    f"{MARKS['refuted']} REFUTED, {MARKS['undecided']} UNDECIDED"
)


@dataclass(frozen=True)
class Pair:
    """What a certificate says of one pair, ``loss`` and ``regularizer``: ``verdict`` in the whole scope.

    ``headline`` says where it is which, ``remains`` what is left of it; ``tier`` and ``kappa`` are those of the loss,
    and ``quotient`` is whether the conditions are stated on R^C/(1, ..., 1).

    ``is_local``: PROVED of a local branch alone, as minimisers are not held; ``is_proved_somewhere``: in some cases.
    """

    loss: str
    regularizer: str
    verdict: Verdict
    tier: Tier | None
    kappa: str | None
    quotient: bool
    remains: Remains
    headline: str
    is_local: bool = False
    is_proved_somewhere: bool = False

    @property
    def mark(self) -> str:
        """The cell of the table."""
        if self.verdict is Verdict.PROVED and self.is_local:
            return MARKS["locally"]
        if self.verdict is Verdict.PROVED:
            return MARKS["on the quotient"] if self.quotient else MARKS["proved"]
        if self.verdict is Verdict.UNDECIDED:
            return MARKS["undecided"]
        if self.remains.kind is RemainsKind.SHARED_FEATURES:
            return MARKS["still"]
        return MARKS["by cases" if self.is_proved_somewhere else "refuted"]


@dataclass(frozen=True)
class Survey(Page):
    """All ``pairs``, in the order of losses and then of regularizers.

    >>> import symcheck as sc
    >>> found = sc.survey(["gce", "logit_adjusted_ce"], ["l2"])
    >>> [(pair.loss, pair.verdict.name) for pair in found.pairs]
    [('gce', 'PROVED'), ('logit_adjusted_ce', 'REFUTED')]
    >>> found.where(verdict=sc.Verdict.PROVED).losses
    ('gce',)
    """

    pairs: tuple[Pair, ...]

    @property
    def losses(self) -> tuple[str, ...]:
        """The names of the losses, in their order."""
        return tuple(dict.fromkeys(p.loss for p in self.pairs))

    @property
    def regularizers(self) -> tuple[str, ...]:
        """The names of the regularizers, in their order."""
        return tuple(dict.fromkeys(p.regularizer for p in self.pairs))

    def where(
        self, *, verdict: Verdict | None = None, tier: Tier | None = None, quotient: bool | None = None
    ) -> Survey:
        """The pairs with this ``verdict``, this ``tier``, and, by ``quotient``, on this space; None for any."""
        return Survey(
            tuple(
                p
                for p in self.pairs
                if (verdict is None or p.verdict is verdict)
                and (tier is None or p.tier is tier)
                and (quotient is None or p.quotient is quotient)
            )
        )

    def rows(self) -> list[dict[str, object]]:
        """The pairs as plain values, for JSON and data frames."""
        return [
            {
                "loss": p.loss,
                "regularizer": p.regularizer,
                "verdict": p.verdict.name,
                "tier": None if p.tier is None else p.tier.name,
                "kappa": p.kappa,
                "quotient": p.quotient,
                "still_holds": p.remains.sentence,
                "headline": p.headline,
                "local": p.is_local,
            }
            for p in self.pairs
        ]

    def blocks(self) -> Iterator[Block]:
        """A row for each loss with a mark for each regularizer, then what the marks mean."""
        if not self.pairs:
            yield Paragraph(("no pair is like this",))
            return
        rows = []
        for loss, tier, kappa, *marks in self._cells():
            cells: list[Line] = [(Code(loss),), (tier,), (kappa_piece(kappa),), *((mark,) for mark in marks)]
            rows.append(tuple(cells))
        yield Table(("loss", "tier", "kappa", *self.regularizers), tuple(rows), "lll" + "c" * len(self.regularizers))
        yield Paragraph((f"{LEGEND}.",))

    def to_json(self) -> str:
        """The rows as JSON."""
        return json.dumps(self.rows(), ensure_ascii=False, indent=2, sort_keys=True)

    def _cells(self) -> list[list[str]]:
        marks = {(p.loss, p.regularizer): p for p in self.pairs}
        cells = []
        for loss in self.losses:
            pairs = [marks.get((loss, g)) for g in self.regularizers]
            first = next(p for p in pairs if p is not None)
            tier = "?" if first.tier is None else first.tier.name
            cells.append([loss, tier, first.kappa or "", *("" if p is None else p.mark for p in pairs)])
        return cells


@public
def survey(
    losses: Iterable[Given] | None = None,
    regularizers: Iterable[Given] | None = None,
    *,
    classes: int | Sequence[int] | Classes | None = None,
    budget: float = SECONDS,
    progress: Progress | None = None,
) -> Survey:
    """Certify every pair, by default of the whole catalogue; each formula is derived once.

    Parameters: ``losses`` and ``regularizers`` as ``certify`` takes each of them, all of the catalogue unless given;
    ``classes`` one C >= 2 or a pair of ends (every C >= 2 unless given), where pairs that have no number of classes in
    common are left out; ``budget`` in seconds for each pair; ``progress`` is told of each pair before it is certified:
    the number of those done, of all, and the next one.

    Returns a ``Survey``.  Raises what ``certify`` raises: ``UnknownNameError``, ``FormulaError``, ``ParameterError``,
    ``NumberError`` or ``ScopeError``.

    >>> import symcheck as sc
    >>> print(sc.survey(["cross_entropy"], ["l2", "entropy"]).to_markdown().splitlines()[2])
    | `cross_entropy` | EXACT | $1$ | P | Q |

    Source: docs/theory.md, section 4.
    """
    firsts = [subject_as_read(g, "loss") for g in (names("loss") if losses is None else losses)]
    seconds = [
        subject_as_read(g, "regularizer") for g in (names("regularizer") if regularizers is None else regularizers)
    ]
    wanted = Classes.of(classes)
    todo = [(a, b) for a in firsts for b in seconds if _meets(wanted, a, b)]
    found = []
    for done, (loss, regularizer) in enumerate(todo):
        if progress is not None:
            progress(done, len(todo), f"{loss.title} + {regularizer.title}")
        found.append(_pair(certify(loss, regularizer, classes=wanted, budget=budget)))
    return Survey(tuple(found))


def _meets(wanted: Classes, *subjects: Subject) -> bool:
    """Whether the classes that are wanted and those of the subjects have a number in common."""
    common: Classes | None = wanted
    for subject in subjects:
        common = None if common is None else common.common(subject.classes)
    return common is not None


def _pair(certificate: Certificate) -> Pair:
    kappa = certificate.kappa
    return Pair(
        certificate.loss.title,
        certificate.regularizer.title,
        certificate.verdict,
        certificate.tier,
        None if kappa is None else value_text(kappa),
        certificate.quotient,
        certificate.remains,
        certificate.headline,
        certificate.is_local,
        certificate.is_proved_somewhere,
    )


def _code(text: str) -> str:
    return f"`{text}`" if text else ""
