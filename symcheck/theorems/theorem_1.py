"""Theorem 1 (section 4 of the paper) in its homogeneous form: exact robustness at every lambda on cones."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.conditions.everywhere.scaling import label_dependence, unequal_scaling
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.readings.weight import polynomial_degree
from symcheck.theorems.base import CONE, DOMAIN, EXIST, IS_A_CONE, REFERENCE, SHARED, Facts, Theorem
from symcheck.theorems.premise import Premise

LINEAR = "sym(l)(z, y) = l(z, y) - (1/C) sum_k l(z, k) is linear in z, up to constants"
ONE_DEGREE = "ins(l) - const and g are homogeneous of one degree k > 1: r(tz) = t^k r(z) for t > 0"


def _needs(facts: Facts) -> Iterator[Premise]:
    yield from facts.premises(Condition.LOSS_GRADIENT)
    yield linear_premise(facts)
    yield _homogeneous(facts)


def linear_premise(facts: Facts) -> Premise:
    """Whether what depends on the label is linear in z."""
    loss = facts.problem.loss.formula
    if facts.shape.is_split:
        return Premise(LINEAR, Verdict.PROVED, "what depends on the label in l is linear in z")
    # Looking for a point takes time, and a certificate needs none here: UNDECIDED is enough unless a reader asks.
    witness = label_dependence(loss, facts.problem.scope) if facts.is_asked else None
    why = "the form of l does not show that what depends on the label is linear in z"
    settle = "write l as what is linear in z plus what does not depend on y"
    return Premise.by_form(LINEAR, why, settle, witness, "sym(l) bends")


def _homogeneous(facts: Facts) -> Premise:
    k, shape_degree, shape = facts.degree, facts.shape.degree, facts.shape
    if k is not None and k.is_zero and polynomial_degree(facts.problem.regularizer.formula) is not None:
        # a polynomial of degree 0 in t is constant, and so homogeneous of every degree, up to constants
        if shape.is_linear:
            return Premise(ONE_DEGREE, Verdict.PROVED, "ins(l) and g are constant: noise multiplies the risk by a")
        k = shape_degree
    rational = None if k is None else k.rational
    same_degree = rational is not None and shape_degree is not None and shape_degree.rational == rational
    # With sym(l) alone, ins(l) constant, any degree of g will do.
    same = shape.is_linear or same_degree
    if rational is not None and rational > 1 and same:
        detail = f"k = {rational}: noise multiplies the minimisers by a^(1/(k - 1))"
        return Premise(ONE_DEGREE, Verdict.PROVED, detail)
    if rational is not None and rational <= 1:
        witness = Witness(facts.problem.scope.classes.low, "the k of g(tz) = t^k g(z)", str(rational), "k > 1")
        return Premise(ONE_DEGREE, Verdict.REFUTED, f"g is homogeneous of degree {rational}", witness=witness)
    problem = facts.problem
    formulas = problem.loss.formula, problem.regularizer.formula
    found = unequal_scaling(*formulas, problem.scope) if facts.is_asked else None
    why = "the forms of l and g do not show one degree of homogeneity"
    settle = "write what does not depend on y, and g, as sums of powers of one degree"
    return Premise.by_form(ONE_DEGREE, why, settle, found, "they do not scale by one power of t")


THEOREM = Theorem(
    name="Theorem 1",
    place="section 4, Theorem 1 and Corollary 1",
    statement=(
        r"\mathrm{sym}(l) = \kappa\, l_{MUH},\ \kappa > 0,\ r = \mathrm{ins}(l) + \lambda g - \mathrm{const},\ "
        r"r(tz) = t^k r(z)\ (k > 1),\ \mathcal Z = t \mathcal Z \implies "
        r"\arg\min \bar L_{l + \lambda g} = a^{1/(k-1)} \arg\min L_{l + \lambda g}"
    ),
    concludes="l + lambda g is robust on every cone, for every lambda with minimisers and every rho < (C-1)/C",
    assumptions=(IS_A_CONE, EXIST),
    needs=_needs,
    deviation="the paper has k = 2 and g = z'Az; the displays of its proof have a wrong sign and factor",
    rank=0,
    covers=(CONE, SHARED, REFERENCE),
    discharges=DOMAIN,
)
