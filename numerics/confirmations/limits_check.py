"""Whether an experiment has limits to measure: labels, clean and noisy, have to say something to first order."""

from __future__ import annotations

from numerics.confirmations.experiment import Experiment
from numerics.errors import ConfirmationError

SMALLEST = 1e-10
"""A relative eigenvalue, or a limit, below this is 0."""


def check_pull(name: str, data: str, size: float) -> None:
    """Raises ``ConfirmationError`` for a limit of ``size`` 0: that of a loss without a slope at 0 on the data."""
    if not size > SMALLEST:
        raise ConfirmationError(
            f"kappa: on {data} the loss of {name} moves no score away from 0 to first order, so there is no limit to "
            "compare a claim with; take another loss or other parameters"
        )


def check_limits(experiment: Experiment) -> None:
    """Raises ``ConfirmationError`` if labels say nothing to first order: then the limit is 0 and has no direction."""
    name, centre = experiment.claim.name, 1 / experiment.claim.classes
    if not float(experiment.family.pulled_back(experiment.clean - centre).norm()) > SMALLEST:
        raise ConfirmationError(
            f"data: in {experiment.data} no feature says anything about the label to first order, so the limit of "
            f"{name} is 0 and has no direction; take other data or other features"
        )
    if float(experiment.family.pulled_back(experiment.noisy - centre).norm()) > SMALLEST:
        return
    if experiment.is_sampled:
        raise ConfirmationError(
            f"seed: in {experiment.data} no feature says anything about the labels that were drawn, so the limit "
            f"of {name} is 0 and has no direction; take another seed or a smaller rho"
        )
    raise ConfirmationError(
        f"rho: got {experiment.rho:.12g}, so near (C-1)/C that noise leaves a = {experiment.a:.1e} of what the labels "
        "say, which double precision cannot tell from nothing; take a smaller rho"
    )
