"""What is decided about a loss alone: whether it is smooth at 0, and which form its gradient there has."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.budget import Budget
from symcheck.calculus.agree import Agreed, agreed_expansion
from symcheck.calculus.gradient import Slope, TierCase, slope_of, tier_cases
from symcheck.calculus.smooth import kink_finding, smooth_finding
from symcheck.calculus.witness import nonzero_point, point_where, witness_at
from symcheck.constants.sign import Kind, Sign
from symcheck.derivation import Derivation, Step
from symcheck.finding import Condition, Finding, Trust
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.jet import Kink
from symcheck.reason import Code, Reason, Undecided
from symcheck.tier import Tier
from symcheck.verdict import Verdict
from symcheck.witness import Witness


@dataclass(frozen=True)
class LossReport:
    """``agreed``, ``slope`` and ``cases`` are None where the readings stopped; ``tier`` is the worst in the scope."""

    findings: tuple[Finding, ...]
    tier: Tier | None
    agreed: Agreed | None = None
    slope: Slope | None = None
    cases: tuple[TierCase, ...] = ()


def loss_report(formula: Formula, scope: Scope, budget: Budget) -> LossReport:
    """The findings on the loss ``formula`` in ``scope``; a stop on the way is a finding with its reason."""
    try:
        agreed = agreed_expansion(formula, scope, budget)
        slope = slope_of(agreed.constants, agreed.field)
        cases = tier_cases(slope, agreed.field)
    except Kink as stop:
        kink = kink_finding(Condition.LOSS_SMOOTH, formula, scope, stop.reason)
        refuted = kink.verdict is Verdict.REFUTED
        gradient = Finding(
            Condition.LOSS_GRADIENT,
            kink.verdict,
            "the gradient at 0 does not exist" if refuted else "the gradient at 0 was not derived",
            witness=kink.witness,
            reason=kink.reason,
        )
        return LossReport((kink, gradient), Tier.NONDIFF if refuted else None)
    except Undecided as stop:
        open_ = (Finding(c, Verdict.UNDECIDED, "not derived", reason=stop.reason) for c in _ABOUT_LOSS)
        return LossReport(tuple(open_), None)
    worst = _worst(cases)
    smooth = smooth_finding(Condition.LOSS_SMOOTH, agreed)
    return LossReport((smooth, _gradient_finding(agreed, slope, cases, worst)), worst, agreed, slope, cases)


_ABOUT_LOSS = (Condition.LOSS_SMOOTH, Condition.LOSS_GRADIENT)


def _worst(cases: tuple[TierCase, ...]) -> Tier | None:
    tiers = [c.tier for c in cases]
    if any(t is None for t in tiers):
        return None
    return max((t for t in tiers if t is not None), key=lambda t: t.rank)


def _gradient_finding(agreed: Agreed, slope: Slope, cases: tuple[TierCase, ...], worst: Tier | None) -> Finding:
    derivation = (
        Step("d l/d z_y at 0", str(agreed.shown.g_y), "orbit and jet readings agree"),
        Step("d l/d z_k at 0, k != y", str(agreed.shown.g_k), "orbit and jet readings agree"),
        Step("kappa", slope.kappa.text(), "d_k l - d_y l"),
        Step("c", slope.drift.text(), "mean of the gradient over the classes"),
        *_sign_steps("kappa", [case.kappa for case in cases]),
    )
    balls = any(not s.exact for case in cases for s in (case.kappa, case.drift))
    trust = Trust.BALL if balls else Trust.EXACT
    if worst is None:
        return _undecided(slope, cases, derivation)
    if worst.meets_condition:
        held = f"kappa = {slope.kappa.text()}" if worst is not Tier.EXACT else "kappa = 1"
        detail = f"tier {worst}: b_y = -kappa o_y with {held}, and kappa > 0 in the whole scope"
        return Finding(Condition.LOSS_GRADIENT, Verdict.PROVED, detail, trust, derivation)
    case = next(c for c in cases if c.tier is worst)
    detail = f"tier {worst} for {case.classes}: {worst.value}"
    return Finding(
        Condition.LOSS_GRADIENT, Verdict.REFUTED, detail, trust, derivation, witness=_gradient_witness(slope, case)
    )


def _sign_steps(name: str, signs: list[Sign]) -> Derivation:
    lines = dict.fromkeys(line for sign in signs for line in sign.steps)
    return tuple(Step(f"sign of {name}", line) for line in lines)


def _undecided(slope: Slope, cases: tuple[TierCase, ...], derivation: Derivation) -> Finding:
    case = next(c for c in cases if c.tier is None)
    name, value = ("kappa", slope.kappa) if case.kappa.kind is Kind.UNKNOWN else ("c", slope.drift)
    reason = Reason(
        Code.SIGN_UNKNOWN,
        f"the sign of {name} = {value.text()} for {case.classes} was not decided",
        "give values to parameters or narrow classes=",
    )
    return Finding(Condition.LOSS_GRADIENT, Verdict.UNDECIDED, reason.why, derivation=derivation, reason=reason)


def _gradient_witness(slope: Slope, case: TierCase) -> Witness:
    """A point of ``case`` at which c = 0 or kappa > 0 fails, with the ball that shows it."""
    drifts = nonzero_point(case.drift)
    if drifts is not None:
        return witness_at(slope.drift, drifts, "c, the mean of grad l(0, y) over the classes", "c = 0")
    return witness_at(slope.kappa, point_where(case.kappa, lambda sign: sign <= 0), "kappa", "kappa > 0")
