"""Lemma 1 (section 4 of the paper) for any loss: noise divides all but the symmetric part by a."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict
from symcheck.theorems.base import DOMAIN, EXIST, EXPECTATIONS, Facts, Theorem
from symcheck.theorems.premise import Premise


def split_premise(facts: Facts) -> Premise:
    """That l = sym(l) + ins(l), which holds for every function of z and y."""
    del facts
    steps = (
        Step("ins(l)(z)", "(1/C) sum_k l(z, k)"),
        Step("sym(l)(z, y)", "l(z, y) - ins(l)(z)", "so that sum_y sym(l)(z, y) = 0"),
        Step("E[l(z, Ybar) | Y]", "a sym(l)(z, Y) + ins(l)(z)", "a = 1 - rho C/(C - 1)"),
    )
    detail = "an identity: every loss is a part that sums to 0 over the classes, plus a part without the label"
    return Premise("l = sym(l) + ins(l)", Verdict.PROVED, detail, steps)


def _needs(facts: Facts) -> Iterator[Premise]:
    yield split_premise(facts)


THEOREM = Theorem(
    name="Lemma 1",
    place="section 4, Lemma 1",
    statement=(
        r"\arg\min (\bar L_l + G_g) = \arg\min \left( L_{\mathrm{sym}(l)} + \tfrac{1}{a} "
        r"(L_{\mathrm{ins}(l)} + G_g) \right);\quad \sum_y l(z, y) = K \implies "
        r"\arg\min (\bar L_l + G_g) = \arg\min (L_l + \tfrac{1}{a} G_g)"
    ),
    concludes=(
        "the noisy minimisers of l + g are the clean minimisers of sym(l) + (ins(l) + g)/a, on every family and at "
        "every weight of g; for a symmetric l they are those of l + g/a"
    ),
    assumptions=(EXIST, EXPECTATIONS),
    needs=_needs,
    deviation="the paper has an inclusion, for symmetric losses; it is an equality of sets, and holds for any loss",
    rank=110,
    on_request=True,
    discharges=DOMAIN,
)
