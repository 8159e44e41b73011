"""Trusted predictions beside cleanlab: the same features, labels and draws, each way out of sample.

    python -m benchmarks.trusted > docs/TRUSTED.md

Needs symcheck[compare].  The seconds are processor seconds of this machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from benchmarks.label_errors import DELTA, FOLDS, WAYS, Score, draw_of, mean_of, score_of
from numerics.errors import DataError
from numerics.finite.samples import Samples, samples_of
from numerics.finite.trusted.trusting import trusted
from symcheck.errors import SymcheckError

DATA = ("segment", "vehicle", "digits", "mnist_5k")
RATES = (0.1, 0.2, 0.4)
DRAWS = 3
MOST = 2000
"""Samples of a larger data set that are taken, for cleanlab's sake."""
SHORTEST = 1e-3
"""The clock of the processor may stand still for so many seconds."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """The ways on one data set at one rate, by their names, and the trusted shares and errors of ours.

    ``claims`` are, for the bound and for the normal law, the share of the samples that is trusted, and the share that
    is trusted and not what the clean labels give.
    """

    samples: Samples
    rho: float
    scores: dict[str, Score]
    claims: tuple[tuple[float, float], ...]


def comparison(samples: Samples, rho: float, draws: int = DRAWS) -> Comparison:
    """All ways in the same ``draws`` of noise, and what is trusted in them."""
    clean = trusted(samples, rho=0).predicted
    scores: dict[str, list[Score]] = {name: [] for name in WAYS}
    claims = np.zeros((2, 2))
    for seed in range(draws):
        draw = draw_of(samples, rho, seed)
        for name, way in WAYS.items():
            scores[name].append(score_of(way(draw), draw))
        found = trusted(draw.samples, rho=rho, delta=DELTA)
        differs = found.predicted != clean
        claims += [[mask.mean(), (mask & differs).mean()] for mask in (found.by_bound, found.normal)]
    by_test = tuple((float(share), float(wrong)) for share, wrong in claims / draws)
    return Comparison(samples, rho, {name: mean_of(each) for name, each in scores.items()}, by_test)


def taken(name: str) -> Samples | None:
    """At most ``MOST`` samples of a data set, drawn with the seed 0; None where it is not here."""
    try:
        whole = samples_of(name)
    except SymcheckError:
        return None
    if len(whole) <= MOST:
        return whole
    rows = np.random.default_rng(0).permutation(len(whole))[:MOST]
    part = samples_of((whole.features[rows], whole.labels[rows]))
    return Samples(name, part.features, part.span, part.labels, part.classes, part.label_names)


def rows_of(found: Comparison) -> list[str]:
    """The rows of the table of one comparison; the best F1 and ranking are bold."""
    best_f1 = max(score.f1 for score in found.scores.values() if not math.isnan(score.f1))
    best_ranking = max(score.ranking for score in found.scores.values() if not math.isnan(score.ranking))
    rows = []
    for name, score in found.scores.items():
        f1 = f"**{score.f1:.3f}**" if score.f1 == best_f1 else f"{score.f1:.3f}"
        ranking = "" if math.isnan(score.ranking) else f"{score.ranking:.4f}"
        ranking = f"**{ranking}**" if score.ranking == best_ranking else ranking
        precision = "" if math.isnan(score.precision) else f"{score.precision:.3f}"
        cells = (f"{score.flagged:.3f}", precision, f"{score.recall:.3f}", f1, ranking, f"{score.seconds:.2f}")
        rows.append(" | ".join([f"| {found.samples.name}", f"{found.rho:g}", name, *cells]) + " |")
    return rows


def claims_row(found: Comparison) -> str:
    """The row of what is trusted."""
    (bound, wrong), (normal, wrong_normal) = found.claims
    size = f"{len(found.samples):,} x {found.samples.features.shape[1]}"
    return (
        f"| {found.samples.name} | {size} | {found.samples.classes} | {found.rho:g} | {bound:.3f} | {wrong:.5f} | "
        f"{normal:.3f} | {wrong_normal:.5f} |"
    )


def won(found: list[Comparison]) -> str:
    """By whom what is won, counted."""
    peer, scores, bare = list(WAYS)[:3]
    count = len(found)
    faster, slower = (
        [c.scores[peer].seconds / max(c.scores[name].seconds, SHORTEST) for c in found]
        for name in (bare, "trusted, by the bound")
    )
    f1 = sum(c.scores[peer].f1 > max(s.f1 for n, s in c.scores.items() if "cleanlab" not in n) for c in found)
    ranking = sum(c.scores[peer].ranking > c.scores[bare].ranking for c in found)
    lifted = sum(c.scores[scores].f1 > c.scores[bare].f1 for c in found)
    better = sum(c.scores[scores].f1 > c.scores[peer].f1 for c in found)
    wrong = max(c.claims[0][1] for c in found)
    precision = sum(c.scores["trusted, by the bound"].precision > c.scores[peer].precision for c in found)
    asked = sum(not math.isnan(c.scores["trusted, by the bound"].precision) for c in found)
    numbers = {
        "f1": f1, "count": count, "ranking": ranking, "lifted": lifted, "better": better,
        "score_least": min(faster), "score_most": max(faster), "bound_least": min(slower), "bound_most": max(slower),
        "wrong": wrong, "precision": precision, "asked": asked,
    }  # fmt: skip
    return WON.format(**numbers)


def main() -> None:
    """Print the page."""
    chosen = [(name, taken(name)) for name in DATA]
    found = [comparison(samples, rho) for _, samples in chosen if samples is not None for rho in RATES]
    if not found:
        raise DataError("benchmarks.trusted: none of the data sets is here; install symcheck[compare,mnist]")
    print(PAGE.format(draws=DRAWS, delta=DELTA, folds=FOLDS, most=MOST))
    print(won(found))
    missing = [name for name, samples in chosen if samples is None]
    if missing:
        print(f"\nNot here when this was measured: {', '.join(missing)}.")
    print("\n## What is trusted\n")
    print("| data | samples | C | rho | share, bound | wrong | share, normal law | wrong |")
    print("|---|---|---|---|---|---|---|---|")
    print(*map(claims_row, found), sep="\n")
    print("\n## Finding labels that moved\n")
    print("| data | rho | by | flagged | precision | recall | F1 | ranking (AUROC) | s |")
    print("|---|---|---|---|---|---|---|---|---|")
    print(*(row for c in found for row in rows_of(c)), sep="\n")


PAGE = """# Trusted predictions beside cleanlab

`python -m benchmarks.trusted` measures this page: the same features, labels and {draws} draws of uniform noise for each
way, everything out of sample, up to {most:,} samples of each data set.  Labels that differ from those of the data set
count as moved; a few of those may have been wrong before.

- `cleanlab` is `find_label_issues` of cleanlab as it comes, on the probabilities of a logistic regression on
  standardised features in {folds} folds, and its label quality for the ranking.  Of three strengths of the regression
  the likeliest is taken, and only its time is counted.  It is told no rate.
- Ours is `numerics.trusted(data, rho=rho, delta={delta})`: predictions of least squares without the sample's own label,
  in closed form.  It is told the rate; `scores` do not depend on it.

That a prediction is trusted, and not what the clean labels would have given, has probability at most delta a sample.
It is **not a verdict on the label**: a linear model may differ from a label that is right.

## By whom what is won
"""

WON = """
- **Finding moved labels**: cleanlab with a logistic regression has a better F1 than each of our own ways in {f1} of
  {count} rows, and ranks better than our scores in {ranking}.  It needs no rate.  What it flags carries no bound on
  errors.
- **Together**: cleanlab takes our scores as they are.  Its F1 on them is above that of our bare prediction in {lifted}
  of {count} rows, and above that of cleanlab with a logistic regression in {better}.
- **Speed**: our scores take {score_least:.1f} to {score_most:.1f} times less processor time than a regression in
  folds with cleanlab.  The bound, which looks at all pairs of samples, takes {bound_least:.1f} to {bound_most:.1f}
  times less.
- **Claims with a bound**: the share of the samples that the bound trusts, and wrongly, is at most {wrong:.5f} in any
  row; cleanlab makes no such claim.  Labels that differ from what the bound trusts had moved more often than those that
  cleanlab flags in {precision} of the {asked} rows that have any, at a smaller recall.
""".strip()


if __name__ == "__main__":
    main()
