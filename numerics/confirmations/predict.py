"""Predictions for the data at hand, each with the accuracy that it can have, before anything is trained.

The limit, the orders and the noise factor come from the claim; the constants of the orders, and how far the
leading term can be off, from the expansion of the minimiser on the data; how exactly the minimiser can be
found, from the rounding of the gradient.  So every tolerance is known in advance.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

import torch
from torch import Tensor

from numerics.confirmations.experiment import Experiment
from numerics.confirmations.limits_check import SMALLEST, check_limits, check_pull
from numerics.errors import ConfirmationError
from numerics.formulas.objective import Smoothed
from numerics.linear.leading import Coefficients, Power, growth
from numerics.linear.minimiser_series import MinimiserSeries
from numerics.linear.solve import ScaledProblem
from numerics.models.linear import LinearFamily, Outputs
from numerics.noise.laws import labels_or_law

HIGHEST_ORDER = 4
"""A distance whose first four orders vanish is taken to be 0."""
ALPHAS = 16
"""How many values of alpha are trained, each half the one before."""
MOST_HALVINGS = 20
"""How far the first alpha is lowered where a kink is near."""
PROBE = 2.0**-26
"""An alpha at which the gradient on the expansion is rounding and nothing else."""
TIED = 1e-9
"""Two limit scores closer than this share of the largest one are a tie."""
LOWEST = -100.0
"""log2 of an s so small that only ties are left."""
BISECTIONS = 40
OTHERS = 200
"""Random samples, at most, on which orders are the generic ones, beside one of each class."""
SAFETY = 10
"""The gradient norm asked of the solver, in units of the gradient's rounding."""


class Curve(Enum):
    """The distances (3) that are measured at each alpha."""

    CLEAN = "clean labels: distance to the limit"
    NOISY = "noisy labels: distance to the limit"
    GAP = "distance of clean to noisy"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Safe:
    """``lambda_``, from which on no predicted class depends on the noise; ``ties`` samples are left out.

    For these several classes share the largest score in the limit, so that nothing follows from it.
    """

    lambda_: float
    ties: int


@dataclass(frozen=True, eq=False)
class Expected:
    """What an experiment should show; ``clean`` and ``noisy`` are the expansions of its two minimisers.

    ``experiment`` is what is trained.
    """

    experiment: Experiment
    clean: MinimiserSeries
    noisy: MinimiserSeries

    @classmethod
    def of(cls, experiment: Experiment) -> Expected:
        """The expectations for ``experiment``.

        Raises ``ConfirmationError`` if the regularizer has no curvature to speak of on the outputs, or if the
        labels say nothing: then the limit is 0 and has no direction.
        """
        pair = (experiment.family, experiment.claim.objective)
        power = experiment.claim.power
        clean, noisy = (MinimiserSeries(*pair, law, power) for law in (experiment.clean, experiment.noisy))
        name = experiment.claim.name
        check_limits(experiment)
        eigenvalues = torch.linalg.eigvalsh(clean.curvature)
        if not float(eigenvalues[0]) > SMALLEST * float(eigenvalues[-1]):
            raise ConfirmationError(
                f"certificate: the curvature of the regularizer of {name} at 0 has the eigenvalue "
                f"{float(eigenvalues[0]):.1e} on scores in {experiment.family.kind.value}, so there is no limit to "
                "measure; take a regularizer such as l2"
            )
        for expansion in (clean, noisy):
            check_pull(name, experiment.data, float(expansion.term(0).norm()))
        return cls(experiment, clean, noisy)

    @cached_property
    def coefficients(self) -> dict[Curve, Coefficients]:
        """The coefficients of the three distances on this data; drawn labels are not the clean ones shrunk by a."""
        # Drawn labels are not the clean ones shrunk by a: neither a^k nor 1 - a is a factor of their coefficients.
        clean, noisy, a = self.clean, self.noisy, 1.0 if self.experiment.is_sampled else self.experiment.a
        apart = 1.0 if self.experiment.is_sampled else self.smoothing
        return {
            Curve.CLEAN: Coefficients.of(_across(clean), (clean,), HIGHEST_ORDER),
            Curve.NOISY: Coefficients.of(_across(noisy), (noisy,), HIGHEST_ORDER, least=a),
            Curve.GAP: Coefficients.of(
                lambda k: clean.unit(k) - noisy.unit(k), (clean, noisy), HIGHEST_ORDER, factor=apart
            ),
        }

    @cached_property
    def powers(self) -> dict[Curve, Power | None]:
        """The leading term of each distance on this data; None where none of the orders looked at is seen.

        Drawn labels have a limit of their own, so that the distance of clean to noisy has the order 0 there.
        """
        lowest = {Curve.GAP: 0} if self.experiment.is_sampled else {}
        return {curve: found.power(lowest.get(curve, 1)) for curve, found in self.coefficients.items()}

    def claimed_order(self, curve: Curve) -> int | None:
        """The exponent that the certificate states for ``curve``, None if it states none.

        Between clean labels and sampled ones it states none: these have a limit of their own.
        """
        here = self.experiment
        if not isinstance(here.family, LinearFamily):
            return None  # what is stated is about features that the classes share
        order = here.claim.reference_order if here.family.kind is Outputs.REFERENCE else here.claim.order
        if here.claim.power != 1:  # nothing is stated: what the expansion says on these data is tested
            found = self.powers[curve]
            return None if found is None or not found.order else found.order
        if order is None or (curve is Curve.GAP and here.is_sampled):
            return None
        return order.clean_to_noisy if curve is Curve.GAP else order.to_limit

    def named(self, curve: Curve) -> str:
        """What ``curve`` is here: sampled labels have a limit of their own."""
        if not self.experiment.is_sampled or curve is Curve.CLEAN:
            return str(curve)
        return "sampled labels: distance to their limit" if curve is Curve.NOISY else "distance of clean to sampled"

    @cached_property
    def generic(self) -> Expected:
        """The same on random features and labels: the orders there are those that a certificate is about."""
        here, classes = self.experiment, self.experiment.claim.classes
        chance = torch.Generator().manual_seed(0)
        others = min(5 * classes, OTHERS)
        features = torch.randn(classes + others, 4, generator=chance, dtype=torch.float64)
        # Every class once at least, then at random.
        labels = torch.cat([torch.arange(classes), torch.randint(classes, (others,), generator=chance)])
        return Expected.of(Experiment.of(here.claim, "random", features, labels, here.rho, here.family.kind))

    @cached_property
    def factor(self) -> float:
        """The norm of the claimed noisy limit over that of the clean one: a power of a, unless labels are drawn."""
        here = self.experiment
        if not here.is_sampled:
            return float(here.a**here.claim.noise_power)
        return float(here.claimed_limit(here.noisy).norm() / here.claimed_limit(here.clean).norm())

    @cached_property
    def alphas(self) -> tuple[float, ...]:
        """The values of alpha to train at, down from where the expansion begins to hold; their scales are powers of 2.

        That is below 1/4 of its radius, and where its first four terms leave of the gradient what they should: they
        do not beyond a kink.
        """
        rate = growth((self.clean, self.noisy))
        top = math.floor(-math.log2(max(4 * rate, 1.0)))
        top = next((k for k in range(top, top - MOST_HALVINGS, -1) if self._holds(2.0**k, rate)), top)
        # The scales are powers of 2: multiplied and divided by them, numbers are not rounded.
        return tuple(2.0 ** ((top - j) / self.experiment.claim.power) for j in range(ALPHAS))

    def scale(self, alpha: float) -> float:
        """s = alpha^power, the variable of the expansions: alpha itself for a penalty with a curvature at 0."""
        return float(alpha**self.experiment.claim.power)

    def _holds(self, scale: float, rate: float) -> bool:
        """Whether grad F on four terms of the expansion is of the size of the fifth, on both kinds of labels."""
        both = (self.clean, self.noisy)
        weights = torch.stack([sum(scale**k * e.term(k) for k in range(1, 4)) + e.term(0) for e in both])
        alpha = scale ** (1 / self.experiment.claim.power)
        left = self.problem(alpha).gradient(weights).flatten(1).norm(dim=1).tolist()
        sizes = [float(e.curved(e.term(0)).norm()) for e in both]
        return all(x <= SAFETY * (s * (rate * scale) ** 4 + self.goal(alpha)) for x, s in zip(left, sizes, strict=True))

    def problem(self, *alphas: float) -> ScaledProblem:
        """The clean and the noisy problem at each of ``alphas``: clean, noisy, clean, noisy, ..."""
        here = self.experiment
        each = torch.tensor(alphas, dtype=here.clean.dtype, device=here.clean.device).repeat_interleave(2)
        both = torch.stack([here.clean, here.noisy])
        laws = torch.cat([labels_or_law(both) if here.is_sampled else both] * len(alphas))
        return ScaledProblem(here.family, here.claim.objective, each, laws, here.claim.power)

    @property
    def smoothing(self) -> float:
        """r = rho C/(C-1): exact noise acts as this much smoothing of the clean labels; 0 for sampled labels."""
        return 0.0 if self.experiment.is_sampled else 1 - self.experiment.a

    def smoothed_problem(self, alpha: float) -> ScaledProblem:
        """(1-r) l + r ins(l) on the clean labels, which has the minimisers of l on the noisy ones (THEORY 2)."""
        pair, one = self.experiment.claim.objective, self.problem(alpha)
        smooth = Smoothed(pair.loss, pair.regularizer, pair.parameters, smoothing=self.smoothing)
        return replace(one, objective=smooth, alpha=one.alpha[:1], laws=one.laws[:1])

    @cached_property
    def safe(self) -> Safe:
        """Beyond which lambda no predicted class depends on the noise, by the leading orders of the expansion."""
        laws = ((self.experiment.clean, self.clean), (self.experiment.noisy, self.noisy))
        leads = [self._leads(law, expansion) for law, expansion in laws]
        tied = torch.stack([lead.amin(1) <= TIED * scale for lead, _, scale in leads]).any(0)
        low, high = LOWEST, math.log2(self.scale(self.alphas[0]))

        def is_safe(exponent: float) -> bool:
            return all(bool((lead > _moves(terms, 2.0**exponent))[~tied].all()) for lead, terms, _ in leads)

        if not is_safe(high):
            for _ in range(BISECTIONS):
                middle = (low + high) / 2
                low, high = (middle, high) if is_safe(middle) else (low, middle)
            # The end that was seen to be safe.
            high = low
        smallest = 2.0**high
        return Safe(smallest ** (-1 / self.experiment.claim.power), int(tied.sum()))

    @cached_property
    def curves(self) -> tuple[Curve, ...]:
        """The distances worth measuring: without noise there is one."""
        return tuple(Curve) if self.experiment.rho else (Curve.CLEAN,)

    @cached_property
    def _rounding(self) -> tuple[float, float]:
        """The rounding of the gradient is about x + y/alpha; returns (x, y).

        Seen where the expansion leaves nothing but rounding; x is between 2 and 32 units in the last place.
        """
        both = (self.clean, self.noisy)
        weights = torch.stack([e.term(0) + PROBE * e.term(1) + PROBE**2 * e.term(2) for e in both])
        seen = float(self.problem(PROBE ** (1 / self.experiment.claim.power)).gradient(weights).norm())
        size = max(float(e.curved(e.term(0)).norm()) for e in both)
        # What was seen at one point may be small by luck, and large by what the expansion leaves: hence both bounds.
        unit = torch.finfo(weights.dtype).eps * size
        return min(max(seen, 2 * unit), 32 * unit), seen * PROBE

    def goal(self, alpha: float) -> float:
        """The norm of the scaled gradient asked of the solver: ten times what rounding leaves of it."""
        constant, growing = self._rounding
        return SAFETY * (constant + growing / self.scale(alpha))

    def error(self, alpha: float, curve: Curve = Curve.GAP) -> float:
        """How far Z/alpha can be from the minimiser at that gradient norm, relative to its limit.

        The larger one for clean and noisy labels unless ``curve`` is about one of them.  The curvature near 0 is at
        least half of that at 0.
        """
        both = {Curve.CLEAN: (self.clean,), Curve.NOISY: (self.noisy,), Curve.GAP: (self.clean, self.noisy)}
        return max(self.goal(alpha) / (e.stiffness / 2) / float(e.term(0).norm()) for e in both[curve])

    def floor(self, alpha: float, curve: Curve = Curve.GAP) -> float:
        """The distance that two equal directions may seem to have: two errors, each doubled by dividing by the norm."""
        return 4 * self.error(alpha, curve) + 8 * torch.finfo(self.experiment.clean.dtype).eps

    def relative_error(self, curve: Curve, alpha: float) -> float:
        """A bound on |D/(c alpha^p) - 1|: twice the next two orders, and the floor."""
        power = self.powers[curve]
        assert power is not None
        scale = self.scale(alpha)
        return power.remainder(scale) + self.floor(alpha, curve) / power(scale)

    def guaranteed(self, alpha: float) -> Tensor:
        """The samples whose predicted class cannot depend on the noise at ``alpha``, if the claimed limit is right.

        Those whose class leads every other one in the limit direction, clean and noisy, by more than the next three
        orders (twice) and the solver's error can change.  A boolean tensor (n,).
        """
        here, family, scale = self.experiment, self.experiment.family, self.scale(alpha)
        sure = torch.ones(family.samples, dtype=torch.bool, device=here.clean.device)
        both = ((here.clean, self.clean, Curve.CLEAN), (here.noisy, self.noisy, Curve.NOISY))
        for law, expansion, curve in both:
            error = 2 * self.error(alpha, curve) * family.leverage
            lead, terms, _ = self._leads(law, expansion)
            sure &= (lead > _moves(terms, scale) + 2 * error[:, None]).all(1)
        return sure

    def _leads(self, law: Tensor, expansion: MinimiserSeries) -> tuple[Tensor, list[Tensor], float]:
        """By how much the first class leads each other one in the limit direction, and what the next orders do to that.

        Returns the leads (n, C-1), the sizes of their changes of the next three orders, and the largest score.
        """
        known = self._known_leads.get(id(law))
        if known is None:
            known = self._known_leads[id(law)] = self._derived_leads(law, expansion)
        return known

    @cached_property
    def _known_leads(self) -> dict[int, tuple[Tensor, list[Tensor], float]]:
        """The leads by law; both laws live as long as the experiment."""
        return {}

    def _derived_leads(self, law: Tensor, expansion: MinimiserSeries) -> tuple[Tensor, list[Tensor], float]:
        family = self.experiment.family
        limit = self.experiment.claimed_limit(law)
        scores = family.outputs(limit / limit.norm())
        order = scores.argsort(dim=1, descending=True, stable=True)
        lead = -scores.gather(1, order).diff(dim=1).cumsum(1)
        moves = [family.outputs(expansion.unit(k)).gather(1, order) for k in (1, 2, 3)]
        return lead, [(x[:, :1] - x[:, 1:]).abs() for x in moves], float(scores.abs().amax())


def _moves(terms: list[Tensor], scale: float) -> Tensor:
    """Twice what the next orders can do to a lead at s = ``scale``."""
    return 2 * torch.stack([x * scale ** (k + 1) for k, x in enumerate(terms)]).sum(0)


def _across(expansion: MinimiserSeries) -> Callable[[int], Tensor]:
    """The coefficients of the direction minus its limit."""
    return lambda k: expansion.unit(k) if k else torch.zeros_like(expansion.unit(0))
