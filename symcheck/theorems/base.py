"""What a theorem is: a statement with premises that are decided and assumptions that stay open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from symcheck.budget import Budget
from symcheck.conditions.detached import NOTHING_TO_MINIMISE, has_detached
from symcheck.conditions.everywhere.shape import Shape
from symcheck.field.element import Element
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.problem import Problem
from symcheck.reason import Undecided
from symcheck.theorems.premise import Premise

NO_TIES = "no ties in the limit scores (before predictions are compared)"
FINITE_MOMENTS = "a finite sample, or domination so that limits pass under the expectation"
SIGNAL = "E[b_Y phi'] != 0: the gradient of the risk at theta = 0 does not vanish"
EXPECTATIONS = "the expectations of l(Z, k) for every k, and that of g(Z), are finite"
EXIST = "l(Z, k) exists for every class k, and so does g(Z)"
IS_A_CONE = "the family of outputs is a cone: Z in F <=> tZ in F for t > 0"
BOUNDS = (
    "minimisers are held: for every r > 0 there are m, K and c > 0 with inf m > 0, l(z, y) >= l(0, y) - K m(z) and "
    "g(z) >= g(0) + c m(z) for ||z|| >= r, with the norm of the quotient for a pair that is judged there"
)
CONVEX_OR_BOUNDS = "l(., y) and g are convex, or minimisers are held on a finite sample, as Theorem 2' asks"

EVERY = "any family of outputs"
CONE = "any cone of outputs"
SHARED = "linear with features shared by the classes"
REFERENCE = "linear with a reference class z_C = 0"
"""The families of models of which a theorem may say that predictions are kept in the limit, or at every lambda."""

LOCAL = (
    Condition.LOSS_SMOOTH,
    Condition.LOSS_GRADIENT,
    Condition.REGULARIZER_SMOOTH,
    Condition.REGULARIZER_GRADIENT,
    Condition.REGULARIZER_CURVATURE,
)
"""The conditions of Theorem 2: smooth l and g, the gradient condition, and a definite Hessian."""

BESIDES_THE_GRADIENT = tuple(c for c in LOCAL if c is not Condition.LOSS_GRADIENT)
"""Those under which there are limits, for whatever gradient of l."""


@dataclass(frozen=True)
class Facts:
    """What has been decided about a pair (l, g): the material that theorems are applied to.

    ``findings`` by condition, and ``derive`` for the conditions that are derived when they are first asked for;
    ``tier`` the worst in the scope (None if undecided); ``quotient`` whether the pair is judged on
    R^C/(1, ..., 1); ``shape`` the form of l, ``degree`` the k of g(tz) = t^k g(z) if it has one.

    ``drift``: whether d = (1/C) sum_k b_k is a multiple of D^2 g(0) (1, ..., 1), None where the symmetry of l and
    g makes it one; REFUTED means that there are data for which a limit prediction turns.  ``is_asked``: whether a
    reader asked for this theorem, so that witnesses against premises are looked for.
    """

    problem: Problem
    findings: Mapping[Condition, Finding]
    tier: Tier | None
    quotient: bool
    shape: Shape
    degree: Element | None
    drift: Verdict | None
    derive: Callable[[Condition], Finding]
    is_asked: bool = False

    def finding(self, condition: Condition) -> Finding:
        """The finding on ``condition``, derived now if it was not needed before.

        Where no one kappa fits and sum_y b_y = 0 was shown, that is what theorems need of the gradient: they hold with
        the linear part of l in the place of kappa l_MUH.
        """
        found = self.findings.get(condition)
        if found is None and condition is Condition.LOSS_GRADIENT:
            # Tier SYMLIN: sum_y b_y = 0 is all that noise needs.
            found = self.findings.get(Condition.LOSS_GRADIENT_SUM)
        return found or self.derive(condition)

    def verdict(self, *conditions: Condition) -> Verdict:
        """The verdict on all the ``conditions`` together."""
        return conjunction(self.finding(c).verdict for c in conditions)

    def premises(self, *conditions: Condition) -> Iterator[Premise]:
        """Each of the ``conditions`` as a premise, found out when the iterator comes to it."""
        return (Premise.of(self.finding(c)) for c in conditions)

    @property
    def exist_everywhere(self) -> bool:
        """Whether l and g are shown to have a value at every z."""
        from symcheck.conditions.everywhere.domain import exists_everywhere  # loads canonical forms for all z

        given, budget = self.problem, Budget()
        formulas = [given.loss.formula, *([] if given.is_alone else [given.regularizer.formula])]
        return all(exists_everywhere(f, given.scope, budget) for f in formulas)

    @property
    def detaches(self) -> bool:
        """Whether a part of l or g is detached, so that training follows a field that need not be a gradient."""
        return has_detached(self.problem.loss.formula, self.problem.regularizer.formula)


@dataclass(frozen=True)
class Discharge:
    """``assumption`` is replaced by what it ``leaves`` ("" for nothing) where all the conditions ``by`` are PROVED.

    Where ``refuted`` conditions are named, one of them has to be REFUTED as well.
    """

    assumption: str
    by: tuple[Condition, ...] = ()
    leaves: str = ""
    refuted: tuple[Condition, ...] = ()
    where_they_exist: bool = False
    """Whether l and g have to be shown to exist at every z."""

    def fits(self, facts: Facts) -> bool:
        """Whether the conditions are as they have to be."""
        # An assumption is only taken off where what replaces it is PROVED; UNDECIDED leaves it open.
        if any(facts.verdict(c) is not Verdict.PROVED for c in self.by):
            return False
        if self.where_they_exist and not facts.exist_everywhere:
            return False
        return not self.refuted or any(facts.verdict(c) is Verdict.REFUTED for c in self.refuted)


CONVEXITY = (
    Discharge(CONVEX_OR_BOUNDS, (Condition.LOSS_CONVEX, Condition.REGULARIZER_CONVEX)),
    Discharge(CONVEX_OR_BOUNDS, (Condition.MINIMISERS_HELD,), "a finite sample, or convex l(., y) and g"),
    Discharge(
        CONVEX_OR_BOUNDS, (), f"a finite sample, and {BOUNDS}", (Condition.LOSS_CONVEX, Condition.REGULARIZER_CONVEX)
    ),
)
"""For convex l and g, with l differentiable at 0 and D^2 g(0) positive definite, minimisers are held on any data under
domination; else they are on a finite sample where (B') of THEORY 11 was shown."""

DOMAIN = (Discharge(EXIST, where_they_exist=True),)

HELD = (Discharge(BOUNDS, (Condition.MINIMISERS_HELD,)),)


@dataclass(frozen=True, kw_only=True)
class Theorem:
    """A theorem: its ``name``, and its ``place`` in the paper (or "beyond the paper").

    ``statement`` in LaTeX; what it ``concludes`` for a pair it applies to; the ``assumptions`` on model and data that
    stay open; its ``deviation`` from print.  ``needs`` gives the premises on (l, g) one by one.  Stronger theorems have
    a lower ``rank``.  ``discharges`` are tried in their order, and make an assumption a finding on (l, g) where they
    can.
    """

    name: str
    place: str
    statement: str
    concludes: str
    assumptions: tuple[str, ...]
    needs: Callable[[Facts], Iterator[Premise]]
    deviation: str
    rank: int
    covers: tuple[str, ...] = ()
    """The families of models that it speaks of: ``CONE``, ``SHARED``, ``REFERENCE``."""
    about_minimisers: bool = True
    """Whether it speaks of minimisers of l and g, and not only of points where the derivative is 0."""
    on_request: bool = False
    """Whether it is only looked at when it is asked for: it says nothing of limits, or needs what costs time."""
    is_alone: bool = False
    """Whether it says what noise does without any penalty, so that it is looked at for the loss alone."""
    only_alone: bool = False
    """Whether it is looked at only where no other theorem about the loss alone applies, as it costs time."""
    needs_one_hessian: bool = False
    """Whether D^2 g(0) has to be the same at every sample, as it need not be for a penalty with an anchor in it."""
    discharges: tuple[Discharge, ...] = ()

    def premises(self, facts: Facts) -> Iterator[Premise]:
        """What has to hold for l and g, one by one."""
        unread = facts.problem.unread
        if unread is not None:
            yield Premise("l and g are known", Verdict.UNDECIDED, unread.why, reason=unread)
            return
        if self.about_minimisers and facts.detaches:
            yield IS_A_FUNCTION
        # Premises are derived one by one as they are asked for, so a budget may be spent in the middle of them.
        try:
            yield from self.needs(facts)
        except Undecided as stop:
            yield Premise("the other premises", Verdict.UNDECIDED, stop.reason.why, reason=stop.reason)

    def applies(self, facts: Facts) -> Verdict:
        """Whether the premises hold: PROVED only if each of them is; the first that is not settles it."""
        return next((p.verdict for p in self.premises(facts) if p.verdict is not Verdict.PROVED), Verdict.PROVED)


IS_A_FUNCTION = Premise(
    "l and g are functions, with no part detached",
    Verdict.UNDECIDED,
    "with a detached part training follows a field, which is not shown to be the gradient of a function",
    reason=NOTHING_TO_MINIMISE,
)


def local_premises(facts: Facts) -> Iterator[Premise]:
    """The conditions of Theorem 2."""
    return facts.premises(*LOCAL)


def decided_premises(facts: Facts, *conditions: Condition) -> Iterator[Premise]:
    """Those of the ``conditions`` that are decided; what is open stays among the assumptions of a theorem."""
    return (p for p in facts.premises(*conditions) if p.verdict is not Verdict.UNDECIDED)


def global_premises(facts: Facts) -> Iterator[Premise]:
    """The conditions of Theorem 2, and that minimisers exist near 0 where the data do not decide it."""
    yield from local_premises(facts)
    yield from decided_premises(facts, Condition.MINIMISERS_HELD)


def local_conditions(facts: Facts) -> Verdict:
    """The verdict on the conditions of Theorem 2 together."""
    return facts.verdict(*LOCAL)
