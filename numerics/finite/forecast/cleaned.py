"""What cleaning a share of the labels buys, as a page: of random ones, and of those that are most in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from numerics.finite.forecast.estimate import Estimate
from numerics.finite.result import Result
from symcheck.render.block import Block, Item, Items, Table, Title

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Strategy:
    """What comes of cleaning the labels that are chosen by ``name``; ``gain`` is in accuracy, draw by draw.

    ``found`` is the share of the wrong labels that are among those looked at.
    """

    name: str
    agreement: Estimate
    accuracy: Estimate
    gain: Estimate
    found: float

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        return {
            "name": self.name, "agreement": self.agreement.to_record(), "accuracy": self.accuracy.to_record(),
            "gain": self.gain.to_record(), "found": self.found,
        }  # fmt: skip


@final
@dataclass(frozen=True, repr=False)
class Cleaned(Result):
    """What cleaning ``share`` of the labels of ``data`` buys at points of one ``kind``, over ``draws`` draws.

    ``none`` is the forecast without cleaning, ``random`` and ``in_doubt`` those with it.

    ``looked_at`` labels are replaced by the clean ones; ``clean_accuracy`` is that of the clean model, and ``setting``
    says what is the same for all three.
    """

    data: str
    kind: str
    setting: str
    share: float
    looked_at: int
    draws: int
    clean_accuracy: float
    none: Strategy
    random: Strategy
    in_doubt: Strategy

    @property
    def rows(self) -> tuple[Strategy, ...]:
        """The three."""
        return self.none, self.random, self.in_doubt

    @property
    def figure(self) -> Figure:
        """The accuracies beside one another."""
        from numerics.finite.forecast.cleaning_figure import cleaning_figure

        return cleaning_figure(
            {s.name: s.accuracy for s in self.rows}, self.clean_accuracy, kind=self.kind, setting=self.setting,
            title=f"Cleaning {self.share:.0%} of the labels of {self.data}",
        )  # fmt: skip

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        return {
            "data": self.data, "kind": self.kind, "setting": self.setting, "share": self.share,
            "looked_at": self.looked_at, "draws": self.draws, "clean_accuracy": self.clean_accuracy,
            "strategies": [s.to_record() for s in self.rows],
        }  # fmt: skip

    def blocks(self) -> Iterator[Block]:
        """A row for each way to choose."""
        yield Title((f"Cleaning {self.share:.0%} of the labels of {self.data}: {self.setting}",))
        yield Table(
            ("labels looked at", "wrong ones found", "agreement", "accuracy", "gain in accuracy"),
            tuple(
                tuple((cell,) for cell in (
                    s.name, f"{s.found:.1%}", s.agreement.text, s.accuracy.text,
                    "" if s is self.none else f"{float(s.gain):+.4f} ± {s.gain.error:.4f}",
                ))
                for s in self.rows
            ),
        )  # fmt: skip
        told = {
            "at": f"{self.kind} points, where the model of the clean labels has the accuracy {self.clean_accuracy:.4f}",
            "errors": f"standard errors of the mean over {self.draws} draws; gains are taken draw by draw",
            "in doubt": (
                "the labels with the smallest lead in the scores at large lambda, their own vote left out: these are "
                "known from the noisy labels alone"
            ),
            "note": self._note,
            "cleaned": f"{self.looked_at} labels are replaced by the clean ones, right or wrong as they were",
        }
        yield Items(tuple(Item(label, (line,)) for label, line in told.items() if line))

    @property
    def _note(self) -> str:
        """That more wrong labels were found and bought less, if it was so."""
        doubt, anywhere = self.in_doubt, self.random
        apart = float(anywhere.gain) - float(doubt.gain) - 2 * (anywhere.gain.error + doubt.gain.error)
        if doubt.found <= anywhere.found or apart <= 0:
            return ""
        return (
            "more wrong labels are found among those in doubt, and they buy less: what is left is not spread over the "
            "samples as the noise was, and so it moves predictions by itself; clean more of them, or random ones"
        )
