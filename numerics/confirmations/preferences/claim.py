"""Claims: what a certificate of a preference loss says, as numbers that training a linear reward can contradict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import torch

from numerics.errors import ConfirmationError
from numerics.formulas.objective import Objective
from numerics.formulas.predicted_numbers import PredictedNumbers, number_of
from symcheck.budget import Budget
from symcheck.certificates.preferences.value import PreferenceCertificate
from symcheck.conditions.everywhere.homogeneous import homogeneity
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.problem import NO_PENALTY

POINTS = 64
"""Scores at which a shift of both is seen to change nothing."""


@dataclass(frozen=True, eq=False)
class PreferenceClaim:
    """What is said of the loss called ``name``, with a penalty unless it ``is_alone``, at one value of each parameter.

    ``in_margin``: loss and penalty depend on h alone; ``is_convex``: both are proved to be convex.  Of the answers
    of the certificate those are kept that are PROVED: ``is_symmetric``; ``degree``, the k of an exact pair, else None;
    ``has_limit``; ``has_first_step``, kappa/b times that of DPO with beta = b, which is ``strength``.
    ``assumed`` are the parameters that are trained at their defaults, as texts; ``held`` whether minimisers are held.
    """

    name: str
    objective: Objective
    is_alone: bool
    in_margin: bool
    is_convex: bool
    is_symmetric: bool
    degree: float | None
    has_limit: bool
    power: float
    has_first_step: bool
    kappa: float | None
    strength: float
    held: Verdict | None
    assumed: Mapping[str, str]

    @property
    def claims_anything(self) -> bool:
        """Whether there is a statement that training could contradict."""
        return self.is_symmetric or self.degree is not None or self.has_limit or self.has_first_step

    @property
    def predicted(self) -> PredictedNumbers:
        """What the limit is made of: kappa and the curvature of the penalty."""
        assert self.kappa is not None
        like = torch.zeros(2, dtype=torch.float64)
        return PredictedNumbers(
            name=self.name,
            objective=self.objective,
            classes=2,
            kappa=self.kappa,
            hessian=self.objective.penalty_curvature(like)
            if self.power == 1
            else torch.zeros(2, 2, dtype=torch.float64),
            quotient=self.in_margin,
            noise_power=self.power,
            order=None,
            assumed=self.assumed,
            power=self.power,
            held=self.held,
        )


def preference_claim(certificate: PreferenceCertificate) -> PreferenceClaim:
    """What ``certificate`` says where every parameter that it leaves free has its default.

    Raises ``ConfirmationError`` for code that was not read, detached parts, or a parameter without a default.
    """
    title = certificate.title
    for p in certificate.scope.parameters:
        if p.default is None:
            raise ConfirmationError(
                f"{p.name}: the certificate of {title} leaves it free in {p.interval}, and it has no default to train "
                f"with; give it a value: cert.at({p.name}=...)"
            )
    numbers = {p.name: p.default for p in certificate.scope.parameters if p.default is not None}
    here = certificate.at(**numbers) if numbers else certificate
    unread = here.certificate.problem.unread
    if unread is not None:
        raise ConfirmationError(f"{title}: there is no formula to train with: {unread}")
    loss, penalty = here.preference.loss.formula, (here.penalty or NO_PENALTY).formula
    objective = Objective(loss, penalty)
    if objective.has_detached_parts:
        raise ConfirmationError(
            f"certificate: parts of {title} are detached, so that what is trained is no function with minimisers; "
            "certify it without detach"
        )
    proved = {a.name for a in here.answers if a.verdict is Verdict.PROVED}
    known = {**_values(certificate), **numbers}
    power = _power(here)
    return PreferenceClaim(
        name=title,
        objective=objective,
        is_alone=here.penalty is None,
        in_margin=here.preference.in_margin and (here.penalty is None or _is_shift_invariant(objective)),
        is_convex=_is_convex(here),
        is_symmetric="symmetric" in proved,
        degree=_degree(here) if "exact" in proved else None,
        has_limit="limit" in proved and power is not None,
        power=power or 1.0,
        has_first_step="first-step" in proved,
        kappa=None if here.kappa is None else number_of(here.kappa, {}),
        strength=float(known.get("beta", 1)),
        held=None if (found := here.certificate.finding(Condition.MINIMISERS_HELD)) is None else found.verdict,
        assumed={name: str(value) for name, value in numbers.items()},
    )


def _values(certificate: PreferenceCertificate) -> Mapping[str, Fraction]:
    return {n: v for n, v in certificate.preference.loss.values.items() if isinstance(v, Fraction)}


def _power(certificate: PreferenceCertificate) -> float | None:
    """1/(k-1) for a penalty that is homogeneous of degree k, 1 for one that is only curved; None if k is no number."""
    degree = certificate.certificate.degree
    if degree is None:
        return 1.0
    return 1 / float(degree - 1) if degree.is_Rational and degree > 1 else None


def _degree(certificate: PreferenceCertificate) -> float | None:
    """The k of an exact pair: minimisers are multiplied by (1 - 2 eps)^(1/(k-1))."""
    if certificate.penalty is not None:
        degree = certificate.certificate.degree
        return float(degree) if degree is not None and degree.is_Rational else None
    loss = certificate.preference.loss.formula
    found = homogeneity(loss, certificate.scope.of(loss), Budget()).degree
    return None if found is None else float(found)


def _is_convex(certificate: PreferenceCertificate) -> bool:
    asked = [Condition.LOSS_CONVEX] + ([] if certificate.penalty is None else [Condition.REGULARIZER_CONVEX])
    found = [certificate.certificate.property(condition) for condition in asked]
    return all(f is not None and f.verdict is Verdict.PROVED for f in found)


def _is_shift_invariant(objective: Objective) -> bool:
    """Whether the penalty sees h alone, so that the mean of both scores is left out of what is trained."""
    chance = torch.Generator().manual_seed(0)
    z = 3 * torch.randn(POINTS, 2, generator=chance, dtype=torch.float64)
    slopes = objective.penalty_gradient(z)
    return bool((slopes.sum(1).abs() <= 1e-12 * slopes.abs().sum(1)).all())
