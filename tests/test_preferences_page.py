"""docs/PREFERENCES.md: the preference losses, what is proved of each, and what flipped pairs do to a ranking.

``make docs`` writes it anew.  What is measured is rounded to three digits, which rounding on another machine leaves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import symcheck as sc
from numerics.confirmations.preferences.claim import preference_claim
from numerics.preferences.generated_pairs import generated_pairs
from symcheck.certificates.preferences.value import PreferenceCertificate
from symcheck.intake.catalogue import names, preference_named
from tests.numerics.preferences.flip_row import FlipCell, flip_row

PAGE = "docs/PREFERENCES.md"
NAMES = names("preference")
RATES = (0.2, 0.3, 0.4)
LAMBDAS = (1e-3, 3.0)
SEEDS = (1, 2, 3, 4, 5)

TITLE = """# Preference losses: what flipped pairs do

Does a preference loss survive pairs in the wrong order?  What is proved, for flips with a probability eps < 1/2 and
every value of the parameters:

"""

HEAD = """
A pair of answers has the scores `chosen` and `rejected`, and `h = chosen - rejected`.  With a probability eps < 1/2
the two are swapped.  The statements are those of [theory](theory.md#17-preference-losses): what is
*symmetric* or *exact* is so at every eps, alone or with the penalty; *limit* is about a penalty whose weight grows;
the *first step* is one of plain gradient descent at the reference, in units of that of DPO with the same beta.  P
is PROVED, R is REFUTED, U is UNDECIDED, and a dash means that there is nothing to ask.  The penalty is `h**2/2` for
a loss of h alone, else `l2`, which sees both scores.  REFUTED is about the statement for some value of the
parameters, and is no proof that a ranking suffers.  An `eps` in a formula is a parameter of the loss.

Made by `make docs`.  `symcheck certify-preference dpo "h**2/2"` shows what is behind a row.

## What is proved

| loss | formula | reference | tier | kappa | symmetric | exact | penalty | exact | limit | first step |
| :-- | :-- | :-: | :-- | :-- | :-: | :-: | :-: | :-: | :-: | :-- |
"""

MEASURED = f"""
## What is measured

Kendall's tau between two rankings of 200 items that no pair has: by a linear reward that was trained on 200
clean pairs, and by one that was trained on the same pairs with flips; five normal features, pairs preferred by
the law of Bradley and Terry, seed 0.  1 means that flips change no place in the ranking, and -1 that they turn
it upside down. *Exact* flips enter by their law; *sampled* ones are drawn, and the mean over {len(SEEDS)} draws is
shown: what is missing there to the exact ones is the chance of a draw, which no loss takes away.  beta = 1
where there is one, and all other parameters are at their defaults.  Where a training reached no minimum, the
cell says *none*, and *flat* where a reward is 0 for all items.  Losses that are not proved convex are trained
from several starts, and the lowest minimum that was reached is taken.  The last columns are taus against the
true reward: what is learned at all.  A symmetric loss with a penalty has under flips the clean minimisers at another
weight, lambda/(1 - 2 eps), so that its ranking may move where lambda is small.

`symcheck confirm-preference dpo "h**2/2" --param beta=1 --rho 0.4` trains one of them, and compares what comes out
with the certificate.
"""

PROMISES = {
    "symmetric": "flips move no minimiser, whatever the model",
    "exact": "flips multiply the minimisers by a number > 0, for linear rewards, and so change no ranking",
    "limit": "clean and flipped pairs tend to one direction as the weight of the penalty grows, for linear rewards",
}

SHORT = {sc.Verdict.PROVED: "P", sc.Verdict.REFUTED: "R", sc.Verdict.UNDECIDED: "U"}


@cache
def certificates(name: str) -> tuple[PreferenceCertificate, PreferenceCertificate, str]:
    """The loss alone, with a penalty, and what the penalty is."""
    entry = preference_named(name)
    alone = sc.certify_preference(entry)
    penalty = "h**2/2" if alone.preference.in_margin else "l2"
    return alone, sc.certify_preference(entry, penalty), penalty


def proved_row(name: str) -> str:
    alone, held, penalty = certificates(name)

    def of(certificate: PreferenceCertificate, question: str) -> str:
        found = {a.name: SHORT[a.verdict] for a in certificate.answers}
        return found.get(question, "-")

    kappa = "" if alone.kappa is None else f"`{alone.kappa}`"
    step = of(alone, "first-step")
    if step == "P":
        step = f"`{first_step(alone)}`"
    cells = [
        f"`{name}`",
        f"`{alone.preference.text}`".replace("|", "\\|"),
        "none" if alone.preference.reference_free else "yes",
        "" if alone.tier is None else alone.tier.name,
        kappa,
        of(alone, "symmetric"),
        of(alone, "exact"),
        f"`{penalty}`",
        of(held, "exact"),
        of(held, "limit"),
        step,
    ]
    return f"| {' | '.join(cells)} |"


def first_step(alone: PreferenceCertificate) -> str:
    """kappa/beta, where the loss has a beta."""
    import sympy

    beta = next((s for s in alone.kappa.free_symbols if s.name == "beta"), sympy.Integer(1))
    ratio = alone.kappa / beta
    forms = (ratio, sympy.factor(ratio), sympy.together(sympy.expand(ratio)))
    return min(map(str, forms), key=len)


def first_promise(name: str) -> str | None:
    """The strongest of ``PROMISES`` that is proved, None if none is."""
    alone, held, _ = certificates(name)
    asked = {"symmetric": alone, "exact": alone, "limit": held}
    return next((q for q in PROMISES if asked[q].answer(q).verdict is sc.Verdict.PROVED), None)


def in_short() -> Iterator[str]:
    """The losses by the strongest promise."""
    for question, told in (*PROMISES.items(), (None, "none of these for every value")):
        found = [f"`{name}`" for name in NAMES if first_promise(name) == question]
        if found:
            yield f"- **{told}:** {', '.join(found)}"


def with_beta(certificate: PreferenceCertificate) -> PreferenceCertificate:
    has_beta = any(p.name == "beta" for p in certificate.scope.parameters)
    return certificate.at(beta=1) if has_beta else certificate


@cache
def measured(name: str) -> tuple[FlipCell, ...]:
    claim = preference_claim(with_beta(certificates(name)[1]))
    return flip_row(claim, generated_pairs(seed=0), RATES, LAMBDAS, SEEDS)


def shown(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "none" if value is None else "flat"
    return f"{round(value, 3) + 0.0:.3f}"


def measured_row(name: str, lambda_: float) -> str:
    cells = [c for c in measured(name) if c.lambda_ == lambda_]
    told = [shown(c.exact) for c in cells] + [shown(c.sampled) for c in cells]
    return f"| `{name}` | {' | '.join(told)} | {shown(cells[0].clean_known)} | {shown(cells[-1].sampled_known)} |"


def top() -> str:
    """What the page says before its first row."""
    return TITLE + "\n".join(in_short()) + "\n" + HEAD.rstrip("\n")


def page() -> Iterator[str]:
    yield top()
    for name in NAMES:
        yield proved_row(name)
    yield MEASURED.rstrip("\n")
    for lambda_ in LAMBDAS:
        yield f"\n### lambda = {lambda_:g}\n"
        rates = [f"{kind} {rate:g}" for kind in ("exact", "sampled") for rate in RATES]
        yield f"| loss | {' | '.join(rates)} | clean, true reward | sampled {RATES[-1]:g}, true reward |"
        yield "| :-- |" + " --: |" * (len(rates) + 2)
        for name in NAMES:
            yield measured_row(name, lambda_)
    yield ""


@pytest.mark.slow
@pytest.mark.generated
def test_the_page_is_what_is_proved_and_measured(generated: Callable[[str, str], None]) -> None:
    generated(PAGE, "\n".join(page()))


def rows_of(text: str) -> set[str]:
    return {line for line in text.splitlines() if line.startswith("| `")}


def test_the_page_begins_with_what_is_promised(checkout: Path) -> None:
    text = (checkout / PAGE).read_text("utf-8")
    assert text.startswith(top())
    assert all(f"`{name}`" in top() for name in NAMES)
    assert MEASURED in text


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_what_is_proved(name: str, checkout: Path) -> None:
    assert proved_row(name) in rows_of((checkout / PAGE).read_text("utf-8"))


@pytest.mark.parametrize("name", ["dpo", "ipo"])
def test_the_page_has_what_is_measured(name: str, checkout: Path) -> None:
    there = rows_of((checkout / PAGE).read_text("utf-8"))
    assert all(measured_row(name, lambda_) in there for lambda_ in LAMBDAS)
