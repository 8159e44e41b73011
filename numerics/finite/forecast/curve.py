"""A curve of forecasts against what can be chosen: labels, a rate, features."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, final

from numerics.errors import FiniteError
from numerics.finite.forecast.curve_point import CurvePoint
from numerics.finite.result import Result
from symcheck.render.block import Block, Item, Items, Table, Title

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@final
@dataclass(frozen=True, repr=False)
class Curve(Result):
    """Forecasts on ``data`` against ``axis`` at points of one ``kind``, ``draws`` draws each; ``note`` says of what.

    ``setting`` says what is the same at all ``points`` of the curve, one for each value on the axis.
    """

    data: str
    axis: str
    kind: str
    draws: int
    setting: str
    note: str
    points: tuple[CurvePoint, ...]

    def reached(self, *, accuracy: float | None = None, agreement: float | None = None) -> tuple[float, ...]:
        """The values at which a target is reached, two standard errors included; for labels needed, its least.

        Raises ``FiniteError`` unless one target in (0, 1] is given.
        """
        given = {"accuracy": accuracy, "agreement": agreement}
        asked = {name: x for name, x in given.items() if x is not None}
        if len(asked) != 1 or not all(isinstance(x, Real) and 0 < x <= 1 for x in asked.values()):
            raise FiniteError(f"target: got {asked}; accepted is one of accuracy= and agreement=, in (0, 1]")
        ((name, target),) = asked.items()
        numbers = [(p.value, getattr(p, name)) for p in self.points]
        return tuple(value for value, x in numbers if x - 2 * x.error >= target)

    @property
    def figure(self) -> Figure:
        """Agreement and accuracy against the axis, with the spread of a single draw."""
        from numerics.finite.forecast.curve_figure import curve_figure

        return curve_figure(
            self.points, title=f"Forecast for {self.data}", setting=self.setting, axis=self.axis, kind=self.kind
        )

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        return {
            "data": self.data, "axis": self.axis, "kind": self.kind, "draws": self.draws, "setting": self.setting,
            "note": self.note, "points": [p.to_record() for p in self.points],
        }  # fmt: skip

    def blocks(self) -> Iterator[Block]:
        """A row for each value."""
        yield Title((f"Forecast for {self.data} against {self.axis}: {self.setting}",))
        has_outside = any(p.outside for p in self.points)
        head = (self.axis, "agreement", "accuracy", "spread of a draw", "clean model")
        rows = tuple(
            tuple(
                (cell,)
                for cell in (
                    f"{p.value:g}", p.agreement.text, p.accuracy.text, f"{p.accuracy.spread:.4f}",
                    f"{float(p.clean_accuracy):.4f}", *([f"{p.outside:.2%}"] if has_outside else []),
                )
            )
            for p in self.points
        )  # fmt: skip
        yield Table(head + (("left out",) if has_outside else ()), rows)
        told = {
            "at": f"{self.kind} points",
            "errors": f"standard errors of the mean over {self.draws} draws",
            "values": self.note,
            "left out": self._left_out if has_outside else "",
            "ties": self._lost,
        }
        yield Items(tuple(Item(label, (line,)) for label, line in told.items() if line))

    @property
    def _left_out(self) -> str:
        if self.kind == "training":
            return "samples that are not in a draw"
        return "points that are no combination of the features, so that no output is determined there"

    @property
    def _lost(self) -> str:
        lost = [f"{p.lost} at {p.value:g}" for p in self.points if p.lost]
        if not lost:
            return ""
        return f"draws whose clean model has no clear lead anywhere, left out of the agreement: {', '.join(lost)}"
