"""When to use which, as far as the numbers carry it: each sentence stands only where its condition holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.study.beside import MOST, PLAIN, always_better, cells_of
from benchmarks.study.choices import by_pair
from benchmarks.study.findings import found_row
from benchmarks.study.plan import FITTED, LIMIT, PAIRS, Pair
from benchmarks.study.plateau import ALL_WEIGHTS, LAST_LAYER, PIXELS
from benchmarks.study.summary import Row, Summary
from benchmarks.study.tables import mean, percent, verdict

STRONG = 10.0
"""From this lambda on a penalty is called strong here."""
NOISY = (0.4, 0.6)


def advice(summary: Summary, places: Sequence[str]) -> list[str]:
    """The sentences that hold, as bullets."""
    parts = (_bounded, _moderate, _strong, _verdicts, _stopping, _few_features)
    return [f"- {sentence}" for part in parts for sentence in part(summary, places)]


def _bounded(summary: Summary, places: Sequence[str]) -> Iterator[str]:
    better = always_better(summary, places)
    if better:
        counts = {name: cells_of(summary, places, pair) for pair in PAIRS if (name := str(pair)) in better}
        cells = len([cell for cell in counts[better[0]] if cell.rho > 0])
        yield (
            "**A network that is trained on noisy labels:** first try what was more accurate in the mean than "
            f"cross-entropy at each of the {cells} places and rates with noise where all pairs are done, and in at "
            f"least {100 * MOST:.0f} % of the seeds: {', '.join(better)}."
        )


def _penalised(summary: Summary, places: Sequence[str], rates: Sequence[float]) -> Iterator[list[Row]]:
    """For each place, rate and pair with l2 the rows by lambda, where there are several."""
    for place in places:
        rows = summary.tuned(place)
        for rho in rates:
            for pair in PAIRS:
                of_one = sorted((r for r in rows if r.pair == pair and r.rho == rho), key=lambda row: row.lambda_)
                if pair.penalty == "l2" and len(of_one) > 1:
                    yield of_one


def _moderate(summary: Summary, places: Sequence[str]) -> Iterator[str]:
    """Where the best lambda of a pair with l2 lies."""
    every = list(_penalised(summary, places, NOISY))
    if not every:
        return
    best = [max(rows, key=lambda row: float(np.mean(row.last))).lambda_ for rows in every]
    if max(best) < STRONG:
        yield (
            f"**A moderate penalty:** of the {len(every)} sweeps over lambda with l2 at rho 0.4 and 0.6 the most "
            f"accurate lambda was at most {max(best):g} in all."
        )
    else:
        strong = sum(one >= STRONG for one in best)
        yield (
            f"**A moderate penalty:** of the {len(every)} sweeps over lambda with l2 at rho 0.4 and 0.6 the most "
            f"accurate lambda was below {STRONG:g} in {len(every) - strong}."
        )


def _strong(summary: Summary, places: Sequence[str]) -> Iterator[str]:
    """What a strong penalty costs beside cross-entropy alone, place by place."""
    told, worst = [], 0.0
    for place in places:
        gaps = []
        for rows in _penalised(summary, [place], NOISY):
            plain = found_row(summary.tuned(place), PLAIN, 0.0, rows[0].rho)
            if plain is not None:
                strong = [row for row in rows if row.lambda_ >= STRONG]
                gaps += [float(np.mean(row.last)) - float(np.mean(plain.last)) for row in strong]
        if gaps:
            weights, scores = FITTED[place]
            worse, worst = sum(gap < 0 for gap in gaps), min(worst, *gaps)
            told.append(f"{worse} of {len(gaps)} on {place} ({weights:,} weights for {scores:,} scores)")
    if told:
        yield (
            f"**A strong penalty:** in the mean over seeds, at rho 0.4 and 0.6, l2 at lambda {STRONG:g} or more was "
            f"less accurate than cross-entropy alone in {'; '.join(told)}; at the worst by {abs(100 * worst):.0f} "
            "points."
        )


def _verdicts(summary: Summary, places: Sequence[str]) -> Iterator[str]:
    """A pair that is REFUTED and better than one that is PROVED, at rho .4."""
    for place in places:
        rows = summary.tuned(place)
        refuted = found_row(rows, Pair("gce"), 0.0, 0.4)
        proved = found_row(rows, LIMIT, 0.0, 0.4)
        if refuted is None or proved is None or (verdict(refuted.pair), verdict(proved.pair)) != ("REFUTED", "PROVED"):
            continue
        if min(refuted.last) > max(proved.last):
            yield (
                "**A verdict is no ranking:** gce alone is REFUTED and square_centred PROVED, and at rho 0.4 on "
                f"{place} they reach {mean(refuted.last)} and {mean(proved.last)} %.  PROVED is about the "
                "expectation over the noise; how far one draw of the labels moves a network is another question.  "
                "Where predictions must not depend on the noise, the guarantee is what counts."
            )
            return


def _stopping(summary: Summary, places: Sequence[str]) -> Iterator[str]:
    """What the epoch that held-out labels choose gives over the last one."""
    gains: dict[str, list[float]] = {}
    for place in places:
        for rho in NOISY:
            for name, row in by_pair(summary.tuned(place), rho).items():
                gains.setdefault(name, []).append(100 * (float(np.mean(row.chosen)) - float(np.mean(row.last))))
    means = {name: float(np.mean(each)) for name, each in gains.items()}
    if len(means) > 1:
        ordered = sorted(means, key=lambda name: means[name])
        yield (
            "**A small learning rate or early stopping, chosen by held-out noisy labels:** no clean ones are needed.  "
            f"Where the rate was chosen for the last epoch, to stop by them as well changed the accuracy by "
            f"{means[ordered[-1]]:+.1f} points for {ordered[-1]} at the most and {means[ordered[0]]:+.1f} for "
            f"{ordered[0]} at the least (rho 0.4 and 0.6, mean)."
        )


def _few_features(summary: Summary, places: Sequence[str]) -> Iterator[str]:
    """What is predicted for a linear model on few features."""
    for place in places:
        found = {one.features: one for one in summary.plateaus if one.place == place}
        if not {PIXELS, LAST_LAYER, ALL_WEIGHTS} <= set(found):
            continue
        few, all_weights = found[PIXELS], found[ALL_WEIGHTS]
        clean, noisy = (few.accuracy[few.rates.index(rho)] for rho in (0.0, 0.4))
        fitted = all_weights.accuracy[all_weights.rates.index(0.4)]
        if few.leverage < 0.1 and noisy > fitted:
            yield (
                "**A linear model or head on few features:** ask `numerics.forecast` before training.  For a linear "
                f"model on the pixels of {place.partition(',')[0]} (rank {few.rank}, leverage {few.leverage:.2f}) the "
                f"plateau at large lambda is predicted at {percent(noisy)} % with rho 0.4 and {percent(clean)} % "
                "without noise: there a strong penalty costs little.  [How much noise](HOW_MUCH_NOISE.md) works such a "
                "case out."
            )
            return
