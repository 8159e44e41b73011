"""Lemma 2 (appendix of the paper) for any loss: the noisy risk, exactly."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.theorems.base import DOMAIN, EXIST, EXPECTATIONS, Facts, Theorem
from symcheck.theorems.lemma_1 import split_premise
from symcheck.theorems.premise import Premise


def _needs(facts: Facts) -> Iterator[Premise]:
    yield split_premise(facts)


THEOREM = Theorem(
    name="Lemma 2",
    place="appendix, Lemma 2",
    statement=(
        r"\bar L_l = a\, L_{\mathrm{sym}(l)} + L_{\mathrm{ins}(l)} = a\, L_l + (1 - a)\, L_{\mathrm{ins}(l)},\quad "
        r"a = 1 - \tfrac{\rho C}{C - 1}"
    ),
    concludes="noise shrinks the symmetric part of the risk by a and leaves the rest as it is",
    assumptions=(EXIST, EXPECTATIONS),
    needs=_needs,
    deviation=(
        "the paper asks for no symmetry and does not say what K is; for a symmetric l it is sum_y l(z, y), "
        "else ins(l) stands in its place"
    ),
    rank=120,
    on_request=True,
    discharges=DOMAIN,
)
