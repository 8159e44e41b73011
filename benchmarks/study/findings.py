"""What the numbers say, in sentences: each is made from the rows, and left out where its rows are not done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.study.summary import Row, Summary

ASKED = 0.4
"""The rate of noise that the findings are about."""
BOUNDED = ("gce", "mae", "nce_mae", "sce")
"""Losses made for noisy labels that are trained without a penalty."""


def findings(summary: Summary) -> Iterator[str]:
    """The sentences, place by place."""
    for place in summary.places:
        rows = summary.among(place, ASKED)
        plain = summary.row(place, ASKED, "cross_entropy")
        if plain is not None and rows:
            yield " ".join(_of_place(summary, place, rows, plain))


def _of_place(summary: Summary, place: str, rows: Sequence[Row], plain: Row) -> Iterator[str]:
    best, early = max(rows, key=lambda row: row.mean), max(rows, key=lambda row: row.mean_chosen)
    yield (
        f"**{place}**: after the last epoch cross-entropy alone has {_percent(plain.mean)} and the best of all rows, "
        f"{_named(best)}, {_percent(best.mean)}; after the epoch that held-out noisy labels choose it is "
        f"{_percent(plain.mean_chosen)} and, {_named(early)}, {_percent(early.mean_chosen)}."
    )
    for pair in ("cross_entropy + l2", "muh + l2"):
        by_lambda = sorted((row for row in rows if row.pair == pair), key=lambda row: row.lambda_)
        if len(by_lambda) > 1:
            told = ", ".join(f"{_percent(row.mean)} at lambda {row.lambda_:g}" for row in by_lambda)
            yield f"{_spoken(pair)}: {told}."
    robust = max((row for row in rows if row.pair in BOUNDED), key=lambda row: row.mean, default=None)
    strong = [row for row in rows if row.lambda_ >= 10 and row.pair in ("cross_entropy + l2", "muh + l2")]
    if robust is not None and strong:
        strongest = max(strong, key=lambda row: row.mean)
        apart = robust.mean - strongest.mean
        which = "more" if apart > 0 else "less"
        overlap = min(robust.last) <= max(strongest.last) and min(strongest.last) <= max(robust.last)
        seeds = "their seeds overlap" if overlap else "no seed of one reaches one of the other"
        yield (
            f"Of the bounded losses without a penalty, {_named(robust)} has {abs(100 * apart):.1f} points {which} than "
            f"the better of these two at lambda 10 and above; {seeds}."
        )
    yield from _falls(summary, place)


def _falls(summary: Summary, place: str) -> Iterator[str]:
    """How much accuracy noise takes."""
    told = []
    wanted = [
        ("cross_entropy", 0.0),
        ("gce", 0.0),
        ("mae", 0.0),
        *(("cross_entropy + l2", x) for x in (0.1, 1.0, 10.0)),
    ]
    for pair, lambda_ in wanted:
        clean, noisy = (summary.row(place, rho, pair, lambda_) for rho in (0.0, ASKED))
        if clean is not None and noisy is not None:
            told.append(f"{100 * (clean.mean - noisy.mean):.1f} points for {_named(clean)}")
    if told:
        yield f"Noise of rate {ASKED:g} takes {', '.join(told)}."


def is_moderate_best(summary: Summary) -> bool:
    """Whether in every place cross-entropy + l2 is best at a lambda of at most 1, among those that were trained."""
    found = []
    for place in summary.places:
        rows = [row for row in summary.among(place, ASKED) if row.pair == "cross_entropy + l2"]
        if len(rows) > 1:
            found.append(max(rows, key=lambda row: row.mean).lambda_ <= 1)
    return bool(found) and all(found)


def is_bounded_better_than_strong(summary: Summary) -> bool:
    """Whether in every place a bounded loss has more than every square-like pair at lambda 10 and above."""
    found = []
    for place in summary.places:
        rows = summary.among(place, ASKED)
        strong = [row.mean for row in rows if row.lambda_ >= 10 and row.pair in ("cross_entropy + l2", "muh + l2")]
        bounded = [row.mean for row in rows if row.pair in BOUNDED]
        if strong and bounded:
            found.append(max(bounded) > max(strong))
    return bool(found) and all(found)


def _named(row: Row) -> str:
    return _spoken(row.pair) + (f" at lambda {row.lambda_:g}" if row.lambda_ else "")


def _spoken(pair: str) -> str:
    return pair.replace("_", " ")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
