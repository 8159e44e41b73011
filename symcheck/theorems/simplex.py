"""Section 6 of the paper: the pure cross entropy -log p_y on the simplex, linearised at the uniform p."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import agreed_expansion
from symcheck.conditions.agreement.agreed import Agreed
from symcheck.conditions.everywhere.scaling import different_value
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import log, log_softmax, logsumexp, softmax
from symcheck.language.scope import Scope
from symcheck.theorems.base import Facts, Theorem
from symcheck.theorems.premise import Premise


@lru_cache(maxsize=1)
def spellings() -> tuple[Formula, ...]:
    """Cross entropy as formulas of the scores; all of them are -log p_y with p = softmax(z)."""
    z, y = symbols()
    return tuple(map(Formula.of, (logsumexp(z) - z[y], -log_softmax(z)[y], -log(softmax(z)[y]))))


def expansion_at_uniform(budget: Budget) -> Agreed:
    """-log p_y at p = (1/C, ..., 1/C) + w, expanded in w for every C."""
    w, y = symbols()
    return agreed_expansion(Formula.of(-log(1 / w.C + w[y])), Scope(), budget)


def _needs(facts: Facts) -> Iterator[Premise]:
    statement = "l(z, y) = -log p_y with p = softmax(z)"
    loss = facts.problem.loss.formula
    if loss not in spellings():
        other = different_value(loss, spellings()[0], facts.problem.scope) if facts.is_asked else None
        why = "the formula of l is not a spelling of cross entropy that is known here"
        settle = "write l as logsumexp(z) - z[y] or -log_softmax(z)[y]"
        yield Premise.by_form(statement, why, settle, other, "l is another function")
        return
    # About p itself and not about scores: the formula is expanded in w = p - u, with no softmax in it.
    e = expansion_at_uniform(Budget()).constants
    total = e.g_y  # on the simplex sum_i l_lin(p, i) = sum_i g_y p_i, where the other entries of the gradient are 0
    holds = e.g_k.is_zero and (total + total.field.C).is_zero
    steps = (
        Step("d(-log p_y)/d p_y at p = (1/C, ..., 1/C)", e.g_y.text(), "orbit and jet readings agree"),
        Step("d(-log p_y)/d p_k, k != y", e.g_k.text(), "orbit and jet readings agree"),
        Step("sum_i l_lin(p, i)", f"({total.text()}) sum_i p_i = {total.text()}", "sum_i p_i = 1"),
    )
    verdict = Verdict.PROVED if holds else Verdict.UNDECIDED
    yield Premise(statement, verdict, "cross entropy, by its formula", steps)


THEOREM = Theorem(
    name="Pure cross entropy",
    place="section 6, pure CE on the simplex",
    statement=r"l(p, y) = -\log p_y,\ l_{lin}(p, i) = \langle \nabla_p l(\tfrac1C \mathbf 1, i), p \rangle \implies "
    r"\sum_i l_{lin}(p, i) = -C \quad \text{on the simplex}",
    concludes="the linear part of pure cross entropy at the uniform p is symmetric on the simplex",
    assumptions=("p ranges over the interior of the simplex",),
    needs=_needs,
    deviation="none; every loss of p that treats all classes alike has such a constant sum",
    rank=150,
    on_request=True,
)
