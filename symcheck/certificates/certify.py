"""certify: what is proved, refuted or undecided about a loss with an output regularizer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import flint
import sympy

from symcheck.arguments.public import public
from symcheck.budget import SECONDS, Budget, reading
from symcheck.certificates.certificate import Certificate, Origin
from symcheck.certificates.material import Material, in_scope, material_of
from symcheck.certificates.model_families import families
from symcheck.certificates.predicted import at_anchor, prediction_of, reference_orders_of
from symcheck.certificates.remains import anchored, remains_of
from symcheck.certificates.repair import Repairs
from symcheck.conditions.pair.pair_cases import pair_cases
from symcheck.errors import FormulaError
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.prediction import Order, Prediction
from symcheck.findings.verdict import Verdict
from symcheck.intake.given import Given, subject_as_read
from symcheck.language.scope import Classes
from symcheck.problem import NO_PENALTY, Problem, Subject
from symcheck.theorems import theorems
from symcheck.theorems.base import Facts, Theorem
from symcheck.version import VERSION

if TYPE_CHECKING:
    from symcheck.intake.anchor import Anchor
    from symcheck.proof.certificate import Proof, Said


@public
def certify(
    loss: Given,
    regularizer: Given | None = None,
    *,
    anchor: Anchor | None = None,
    classes: int | Sequence[int] | Classes | None = None,
    budget: float = SECONDS,
) -> Certificate:
    """The certificate of ``loss`` + lambda ``regularizer``: does Theorem 2's condition hold, up to scale?

    The condition: b_y = grad l(0, y) = -kappa (e_y - 1/C) with one kappa > 0, grad g(0) = 0, and D^2 g(0) positive
    definite; on R^C/(1, ..., 1) for an l and a g that do not change when all scores move together.  Of the ``loss``
    alone, without a regularizer: does a theorem hold that needs no penalty?

    With an ``anchor`` the penalty is g(z - z_ref(x)), as in distillation or with a reference model: the question is
    asked at z = z_ref, for every value that the entries of the anchor may have.

    Parameters: ``loss`` and ``regularizer`` are names in the catalogue, entries such as
    ``symcheck.losses.GCE(q="7/10")``, formula strings, functions of (z, y) and of (z), or torch code; ``anchor`` is a
    name for free entries, numbers, or a formula such as ``"log(pi)"``; ``classes`` limits the scope to one C >= 2 or to
    a pair of ends (every C >= 2 unless given); ``budget`` in seconds, after which what is open is UNDECIDED.

    Returns a ``Certificate``; of code that cannot be read one that is UNDECIDED, with the reason.  Raises
    ``UnknownNameError`` for a name that the catalogue does not have, ``FormulaError`` for a formula without a meaning
    for every C, or an anchor without a penalty, ``ParameterError`` for a parameter outside its interval,
    ``NumberError`` for a number that is not exact, and ``ScopeError`` for what is no number of classes.

    >>> import symcheck as sc
    >>> sc.certify("cross_entropy", "l2").verdict
    <Verdict.PROVED: 2>
    >>> print(sc.certify("mae").headline)
    PROVED for every C >= 2: mae alone, no penalty
    >>> sc.certify("one_vs_rest_logistic", "l2", anchor="-log(C - 1)").verdict
    <Verdict.PROVED: 2>

    Source: Shoham, Avidor and Israel 2021, Theorem 2; docs/theory.md, sections 3 and 4.
    """
    wanted = Classes.of(classes)
    whole = Budget(budget)
    with reading(budget):
        subject = subject_as_read(loss, "loss", wanted)
    # Reading code may take its own seconds in any case, or a budget of 0 could not even say what it was given.
    with reading(whole.left):
        problem = Problem(subject, _penalty(regularizer, wanted), wanted)
        if anchor is not None:
            problem = _anchored(problem, anchor)
    return _certificate(problem, budget, material_of(problem, budget, whole), whole)


def _anchored(problem: Problem, given: Anchor) -> Problem:
    """``problem`` with an anchor in the place of 0; raises ``FormulaError`` for a loss without a penalty to anchor."""
    from symcheck.intake.anchor import anchor_of  # few certificates have one

    if problem.is_alone:
        raise FormulaError(
            'anchor: there is no penalty to anchor; give a regularizer, as in certify(loss, "l2", anchor="z_ref"), or '
            "leave the anchor out"
        )
    anchor = anchor_of(given, problem.loss, problem.regularizer)
    # Entries are those of a class-vector of this name wherever it occurs, as in a divergence to the anchor.
    entries = {a.name: a for a in anchor.formula.arrays if a.values is not None}
    return replace(problem.at(None, entries), anchor=anchor)


def _penalty(given: Given | None, classes: Classes | None = None) -> Subject:
    """The regularizer, or what stands in its place for a loss alone."""
    return (
        NO_PENALTY
        if given is None or (isinstance(given, Subject) and given == NO_PENALTY)
        else subject_as_read(given, "regularizer", classes)
    )


class _Derived(Origin):
    """Derived from ``problem`` within ``seconds``.

    The material stays in this process; a copy in another one derives it again when something is asked of it.
    """

    __slots__ = ("_material", "_problem", "_seconds")

    def __init__(self, problem: Problem, seconds: float, material: Material | None = None) -> None:
        self._problem, self._seconds, self._material = problem, seconds, material

    def __reduce__(self) -> tuple[type[_Derived], tuple[Problem, float]]:
        return _Derived, (self._problem, self._seconds)

    @property
    def seconds(self) -> float:
        return self._seconds

    @property
    def material(self) -> Material:
        """What the certificate was made from."""
        if self._material is None:
            self._material = material_of(self._problem, self._seconds)
        return self._material

    @property
    def facts(self) -> Facts:
        return self.material.facts

    def prediction(self) -> Prediction | None:
        found = prediction_of(*self._later())
        return found if self._problem.anchor is None or found is None else at_anchor(found, self._problem)

    def reference_orders(self) -> tuple[Order, ...]:
        if self._problem.anchor_varies:  # they are derived for one and the same loss at every sample
            return ()
        return reference_orders_of(*self._later())

    def proof(self, stated: Iterable[Said]) -> Proof:
        from symcheck.proof.proofs import proofs  # loads what writes them, which is asked of JSON and pages alone

        material, _ = self._later()
        return proofs(stated, material.loss, material.regularizer)

    def _later(self) -> tuple[Material, Budget]:
        """What the certificate was made from, and the time for what is derived from it now."""
        budget = Budget(self._seconds)
        self.material.renew(budget)
        return self.material, budget

    def certified(self, problem: Problem) -> Certificate:
        problem, whole = _settled(problem), Budget(self._seconds)
        return _certificate(problem, self._seconds, material_of(problem, self._seconds, whole), whole)

    def repairs(self, certificate: Certificate, times: int) -> Repairs[Certificate]:
        # The one place that knows what stands above it: a reader of a refusal asks what now.
        from symcheck.design.search import repairs_of

        return repairs_of(certificate, times)


def _certificate(problem: Problem, seconds: float, made: Material, whole: Budget) -> Certificate:
    """What ``made`` says, with the theorems that apply."""
    if problem.is_alone:
        return _of_loss_alone(problem, seconds, made, whole)
    facts, verdict = made.facts, made.verdict
    findings: tuple[Finding, ...] = tuple(facts.findings.values())
    # What l and g do far from 0 is no condition of Theorem 2, and costs more than all of them: it is asked only where
    # it
    # says something, of a pair that meets the conditions.
    if verdict is Verdict.PROVED and not facts.detaches:
        findings = (*findings, in_scope(facts.finding(Condition.MINIMISERS_HELD), problem.scope))
    applying = _applying(made, varies=problem.penalty_varies)
    kinds = families(facts, applying)
    cases = pair_cases(made.problem, made.loss, made.space)
    return Certificate(
        problem=problem,
        verdict=verdict,
        tier=made.loss.tier,
        kappa=made.loss.kappa,
        quotient=made.space.quotient,
        cases=cases,
        families=kinds,
        findings=findings,
        theorems=applying,
        remains=anchored(remains_of(facts, verdict, applying, kinds), problem, facts, verdict, cases),
        versions=_versions(),
        origin=_Derived(problem, seconds, made),
    )


def _of_loss_alone(problem: Problem, seconds: float, made: Material, whole: Budget) -> Certificate:
    """What is known without a penalty, with the tier and kappa of the loss at 0."""
    from symcheck.certificates.loss_alone import alone  # loads canonical forms for all z, which a pair does not need

    found = alone(made, whole)
    return Certificate(
        problem=problem,
        verdict=found.verdict,
        tier=made.loss.tier,
        kappa=made.loss.kappa,
        quotient=False,
        cases=found.cases,
        families=found.families,
        findings=tuple(in_scope(finding, problem.scope) for finding in found.findings),
        theorems=found.theorems,
        remains=found.remains,
        versions=_versions(),
        origin=_Derived(problem, seconds, made),
    )


def _versions() -> dict[str, str]:
    return {"symcheck": VERSION, "sympy": sympy.__version__, "python-flint": flint.__version__}


def _applying(made: Material, *, varies: bool = False) -> tuple[Theorem, ...]:
    """The theorems that apply; to a pair that is on the quotient for some classes only, those that do in both."""
    found = tuple(
        t
        for t in theorems()
        if not t.on_request and not (varies and t.needs_one_hessian) and t.applies(made.facts) is Verdict.PROVED
    )
    if not made.space.is_mixed:
        return found
    # facts.quotient is False as soon as one number of classes is on R^C, so the theorem has to apply either way.
    across = replace(made.facts, quotient=True)
    return tuple(t for t in found if t.applies(across) is Verdict.PROVED)


def _settled(problem: Problem) -> Problem:
    """``problem`` under names that are true of it, after values were given to parameters."""
    return replace(problem, loss=subject_as_read(problem.loss, "loss"), regularizer=_penalty(problem.regularizer))
