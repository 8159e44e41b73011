"""The page of a forecast: its numbers, what was left out of them, and what they hold for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from numerics.finite.forecast.at_lambda import MOST_STEPS, AtLambda
from numerics.finite.forecast.large_lambda import LargeLambda
from numerics.finite.forecast.measured import Measured
from numerics.finite.forecast.task import Task
from symcheck.render.block import Block, Item, Items, Line, Table, Title

_TAKEN = (
    "labels that are drawn independently given the clean ones, which are the labels as given; features as given and a "
    "bias; a linear model with an output for each class, none of them fixed"
)
_LIMIT = (
    "lambda -> infinity, for every certified pair of tier EXACT or SCALED with a penalty whose Hessian at 0 is "
    "s 1 + t 11', such as l2"
)


def forecast_blocks(task: Task, kinds: Sequence[Measured]) -> Iterator[Block]:
    """The blocks for the ``kinds`` of points that ``task`` was measured at, the last one first."""
    yield Title((f"Forecast for {task.samples.name}: {task.labels} labels, {task.noise.text}, {task.fit.text}",))
    head = ("points", "agreement", "spread of a draw", "accuracy", "spread of a draw", "clean model")
    shown = kinds[::-1]
    yield Table(head, tuple(map(_row, shown)))
    told = {
        "columns": (
            "agreement: the share of the points predicted as by the clean model, trained on the labels as given; "
            "accuracy: the share predicted as they are labelled"
        ),
        "errors": (
            f"standard errors of the mean over {task.draws} draws; that the points are themselves a sample is not in "
            "them"
            + ("; where it is 0, all of these draws gave the same" if any(map(_is_alike, shown)) else "")
        ),
        "labels": _labels(task),
        "noise": _noise(task, shown[0]),
        "left out": "; ".join(filter(None, map(_left_out, shown))),
        "ties": "; ".join(_share(m.tied, m, "are ties, taken as broken at random") for m in shown if m.tied),
        "not settled": "; ".join(
            _share(m.unsettled, m, "may be others with more steps") for m in shown if m.unsettled
        ),
        "model": _model(task),
        "holds for": _TAKEN,
        "data": "; ".join(task.samples.notes),
        "numbers": "drawn and computed in double precision: an estimate, not a proof",
    }  # fmt: skip
    yield Items(tuple(Item(label, (line,)) for label, line in told.items() if line))


def _row(m: Measured) -> tuple[Line, ...]:
    cells = (
        m.kind, m.agreement.text, f"{m.agreement.spread:.4f}", m.accuracy.text, f"{m.accuracy.spread:.4f}",
        f"{float(m.clean_accuracy):.4f}",
    )  # fmt: skip
    return tuple((cell,) for cell in cells)


def _labels(task: Task) -> str:
    n = len(task.samples)
    if task.is_subset:
        return f"each draw takes {task.labels} of the {n} samples at random; the clean model has the same ones"
    if task.times > 1:
        return f"each of the {n} samples is labelled {task.times} times; new samples would be something else"
    return ""


def _noise(task: Task, at: Measured) -> str:
    """What the noise does by itself, before any draw."""
    is_limit = isinstance(task.fit, LargeLambda)
    if task.noise.is_uniform and is_limit:
        return "uniform: its exact law moves no prediction in the limit, so what is lost is lost to the draw"
    if at.by_law is None:
        return (
            "its exact law may move predictions by itself, which no number of labels mends: the forecast without n "
            "says how many"
        )
    clean = "the limit of training on the labels as given" if is_limit else "trained on the labels as given"
    lost = "; the others are lost however often the samples are labelled" if at.by_law < 1 else ""
    return (
        f"the clean model is {clean}: with the exact law in the place of drawn labels {at.by_law:.4f} of its "
        f"predictions are kept{lost}"
    )


def _model(task: Task) -> str:
    if not isinstance(task.fit, AtLambda):
        return _LIMIT
    return (
        f"{task.fit.text}, where the objective is {task.fit.convexity.strength:.3g}-strongly convex and has one "
        f"minimiser; up to {task.fit.steps} steps for each draw and {MOST_STEPS} for the clean model at the same lambda"
    )


def _left_out(m: Measured) -> str:
    parts = []
    if m.outside and m.kind == "test":
        parts.append(
            f"{m.outside:.2%} of the {m.points} test points have features that are no combination of those of the "
            "samples, so that no output is determined there"
        )
    elif m.outside:
        parts.append(f"{m.outside:.2%} of the {m.points} samples are not in a draw")
    if m.undecided:
        parts.append(
            f"at {m.undecided:.2%} of the {m.kind} points the clean model has no clear lead: left out of the agreement"
        )
    if m.lost:
        parts.append(f"in {m.lost} draws the clean model has no clear lead at any {m.kind} point")
    return "; ".join(parts)


def _share(share: float, m: Measured, what: str) -> str:
    return f"{share:.2%} of the predictions at {m.kind} points {what}"


def _is_alike(measured: Measured) -> bool:
    """Whether all draws gave the same share."""
    return measured.agreement.error == 0 or measured.accuracy.error == 0
