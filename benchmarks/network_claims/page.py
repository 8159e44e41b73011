"""The page of a campaign: what was said of true and of planted claims, counted and one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.network_claims.steps import Followed
from benchmarks.network_claims.trial import FALSE, Outcome

SAID = ("agrees", "contradicts", "inconclusive")


HEAD = """# Networks: true and planted claims against training

`python -m benchmarks.network_claims --runs {runs} --seed {seed} --followed {followed} --page docs/NETWORK_CLAIMS.md`
writes this page.
Each run draws a pair of the catalogue, data, a network, a rate of noise, a lambda, an optimiser with its steps, and
seeds; mostly something is planted: a claim that is false of what is trained.  Then it is asked what training says.  A
true claim is never to be contradicted, and a false one is never to agree; where training is short or lambda small,
that is to be inconclusive.

**{runs} runs, {wrong} false answers.**  A claim is off by the larger of
max |b_y - kappa (1/C - e_y)|/(|kappa| (1 - 1/C)) and max |D^2 g(0) - H|/max |H| of what was trained; what is off by
{told:g} % or more counts as false.  "Refused" is an error that is raised, with its reason in the table below.

| planted | runs | agrees | contradicts | inconclusive | refused |
| :-- | --: | --: | --: | --: | --: |"""


FOLLOWED = """
## As training goes on

What is said of a true claim after so many steps of the default optimiser, from two seeds, at rho = .4: inconclusive
(`.`), agrees (`A`), contradicts (`C`), refused (`!`).  {pairs} pairs; {steady} of {count} rows never go back from
agrees, nor contradict, and {met} of them agree at the end."""
LETTERS = {"inconclusive": ".", "agrees": "A", "contradicts": "C"}


def page(outcomes: Sequence[Outcome], seed: int, followed: Sequence[Followed] = ()) -> str:
    """The page in Markdown; ``followed`` are the verdicts after more and more steps."""
    wrong = [one for one in outcomes if one.is_false]
    lines = HEAD.format(
        runs=len(outcomes), seed=seed, followed=len(followed), wrong=len(wrong), told=100 * FALSE
    ).splitlines()
    for plant in sorted({one.plant for one in outcomes}, key=lambda name: (name != "nothing", name)):
        lines += [_counted(plant, [one for one in outcomes if one.plant == plant and not one.is_true], outcomes)]
    lines += _followed(followed) if followed else []
    lines += ["", "## Run by run", "", "| | pair | planted | off by | data | network | training | said | s |"]
    lines += ["| --: | :-- | :-- | --: | :-- | :-- | :-- | :-- | --: |"]
    lines += [_row(one) for one in outcomes]
    return "\n".join(lines) + "\n"


def _followed(followed: Sequence[Followed]) -> list[str]:
    """The table of the verdicts after more and more steps."""
    steps = max((one.steps for one in followed), key=len)
    lines = FOLLOWED.format(
        pairs=len({one.pair for one in followed}),
        steady=sum(one.is_steady for one in followed),
        count=len(followed),
        met=sum(one.is_steady and one.verdicts[-1] == "agrees" for one in followed),
    ).splitlines()
    head = ("where", "pair", *map(str, steps), "s")
    lines += ["", f"| {' | '.join(head)} |", "| :-- | :-- |" + " :-: |" * len(steps) + " --: |"]
    for one in followed:
        letters = [LETTERS.get(verdict, "!") for verdict in one.verdicts]
        cells = (one.place, one.pair, *letters, *[""] * (len(steps) - len(letters)), f"{one.seconds:.1f}")
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _counted(plant: str, off: Sequence[Outcome], outcomes: Sequence[Outcome]) -> str:
    """The row of a plant; a claim that was made up and is true at its C counts as one with nothing planted."""
    counted = [one for one in outcomes if one.is_true] if plant == "nothing" else off
    found = Counter(one.verdict if one.verdict in SAID else "refused" for one in counted)
    return f"| {plant} | {len(counted)} | " + " | ".join(str(found[said]) for said in (*SAID, "refused")) + " |"


def _row(one: Outcome) -> str:
    said = f"**{one.verdict}**" if one.is_false else one.verdict
    cells = (one.index, one.pair, one.plant, f"{one.off:.2g}", one.data, one.model, one.settings, said)
    return " | ".join(["|", *map(str, cells), f"{one.seconds:.1f} |"]).replace("| | ", "| ", 1)
