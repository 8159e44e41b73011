"""Confirmation with a network: what can be predicted of any network, and what training it shows.

A certificate speaks of minimisers, and nobody knows whether training a network ends in one.  So two kinds
of statements are looked at, at one small alpha and from several seeds:

* noise multiplies the gradient of the limit problem F by a, whatever the network computes: at the scores Z' that were
  reached, grad F_noisy(a' Z') = a grad F_clean(Z') with a' = a^(1/(k-1)), to rounding.  This row can contradict;
* noisy and clean networks from the same seed are no further apart than clean ones from two seeds: in direction, in
  predicted classes, and in norm, where noise multiplies by a'.  So what is measured on clean labels alone is the
  tolerance.  Networks that are further apart may be in two local minima: that is inconclusive.
"""

from __future__ import annotations

import importlib.metadata
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction

import torch
from torch import Tensor

from numerics.datasets.base import Dataset
from numerics.distance import distance
from numerics.errors import ConfirmationError
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.formulas.scaled import ScaledObjective
from numerics.networks.comparison import Comparison, compared, comparison_table
from numerics.networks.optimisers import LBFGS
from numerics.networks.train import AnyModel, Trained, trained
from numerics.networks.training import Training
from numerics.networks.transfer import transfer_gap
from numerics.noise.laws import checked_rate, clean_law, noise_factor
from numerics.progress import Progress, silent
from numerics.runs.agreement import Agreement, Row
from numerics.runs.confirmed import Confirmed

ALPHA = 2.0**-8
"""alpha = 1/lambda at which networks are compared unless another is given."""
SEEDS = (0, 1, 2)
STEPS = 300
MOST_SPREAD = 0.5
"""Clean networks whose distance (3), share of predicted classes or norm differs by more say nothing about noise."""
ROUNDING = 1e-9
"""Relative rounding of the two sides of the first row, for scores up to about 10^6 times the limit's."""


@dataclass(frozen=True, eq=False, repr=False)
class NetworkConfirmation(Confirmed):
    """The networks that were ``trained`` for a ``claim``, their ``agreement`` with it, and each pair of them."""

    claim: PredictedNumbers
    trained: Trained
    agreement: Agreement
    comparisons: tuple[Comparison, ...]

    def to_json(self) -> str:
        """The record: the run, the agreement, each pair of networks, versions."""
        record = {
            "schema": "symcheck.network-confirmation/1",
            "run": self.trained.name,
            "agreement": self.agreement.to_record(),
            "comparisons": [asdict(pair) for pair in self.comparisons],
            "versions": {name: importlib.metadata.version(name) for name in ("torch", "numpy", "sympy")},
        }
        return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"

    def files(self) -> dict[str, str | bytes]:
        """Report and record by the names of their files."""
        report = [
            f"# {self.agreement.title}: {self.outcome}",
            "",
            self.agreement.to_markdown(),
            "",
            "Each network trained on noisy labels beside the one trained on clean labels from the same seed:",
            "",
            "```text",
            comparison_table(self.comparisons),
            "```",
        ]
        return {"report.md": "\n".join(report) + "\n", "confirmation.json": self.to_json()}


def confirmed_network(
    claim: PredictedNumbers,
    model: AnyModel,
    dataset: Dataset,
    rho: float | Fraction,
    *,
    alpha: float = ALPHA,
    seeds: Sequence[int] = SEEDS,
    training: Training | None = None,
    device: str | torch.device = "cpu",
    progress: Progress = silent,
) -> NetworkConfirmation:
    """Train ``model`` under clean and under noisy labels (their exact law) from each of ``seeds``, and compare.

    Parameters: ``rho`` in (0, (C-1)/C); ``alpha`` > 0; at least two ``seeds``; ``training`` as ``numerics.Training``.
    Raises ``ConfirmationError`` for fewer than two seeds, or no noise.
    """
    rate = checked_rate(rho, claim.classes)
    if len(set(seeds)) < 2:
        raise ConfirmationError(f"seeds: got {list(seeds)}; two or more are needed, to see what depends on the seed")
    if not rate > 0:
        raise ConfirmationError("rho: got 0; without noise there is nothing to compare, take a rate above 0")
    if not alpha > 0:
        raise ConfirmationError(f"alpha: got {alpha}; accepted is a number above 0, such as 2**-8")
    found = trained(
        claim,
        model,
        dataset,
        alphas=[alpha],
        rhos=[0.0, rate],
        seeds=list(seeds),
        training=training or Training(optimiser=LBFGS(), steps=STEPS),
        device=device,
        progress=progress,
    )
    agreement = agreement_of(claim, found, dataset, alpha, rate, seeds)
    return NetworkConfirmation(claim, found, agreement, compared(found, centred=claim.quotient))


def agreement_of(
    claim: PredictedNumbers, found: Trained, dataset: Dataset, alpha: float, rho: float, seeds: Sequence[int]
) -> Agreement:
    """The rows on what was ``found``."""
    scores = found.scores - found.scores.mean(-1, keepdim=True) if claim.quotient else found.scores
    clean, noisy = ([scores[found.index(alpha, r, s)] for s in seeds] for r in (0.0, rho))
    shrunk = noise_factor(rho, claim.classes) ** claim.noise_power
    rows = [_limit_row(claim, found.labels, rho, [*clean, *noisy])]
    rows += [
        _spread_row(f"{name}, clean to noisy, mean over {len(seeds)} seeds", measure, clean, noisy, unit)
        for name, measure, unit in (
            ("distance (3)", distance, 1.0),
            ("share of predicted classes that differ", _differ, 1.0),
            ("norm of noisy over clean, relative to a'", _apart_in_norm, shrunk),
        )
    ]
    notes = [
        f"alpha = {alpha:.3g}; gradient norms left by training: up to {float(found.gradient_norms.max()):.1e}",
        "training may have ended in local minima: networks further apart than the tolerance contradict nothing",
    ]
    if claim.assumed:
        values = ", ".join(f"{name} = {value}" for name, value in sorted(claim.assumed.items()))
        notes.append(f"free parameters of the certificate are trained at their defaults: {values}")
    title = f"{claim.name} on {dataset.name} with a network (C = {claim.classes}, rho = {rho:g})"
    return Agreement(title, tuple(rows), tuple(notes))


def _limit_row(claim: PredictedNumbers, labels: Tensor, rho: float, scores: Sequence[Tensor]) -> Row:
    """The largest R of ``numerics.networks.transfer`` at alpha = 0."""
    law = clean_law(labels, claim.classes)
    zero = torch.zeros(1, dtype=law.dtype, device=law.device)
    scaled = ScaledObjective.of(claim.objective, zero, claim.classes, 1 + 1 / claim.noise_power)
    return Row(
        name="limit problem at the trained scores: grad F_noisy(a' Z') = a grad F_clean(Z'), relative difference",
        predicted=0.0,
        measured=max(transfer_gap(scaled, z.to(law), law, rho) for z in scores),
        tolerance=ROUNDING,
        reason="an identity where the gradient condition holds, whatever the network computes: rounding",
    )


def _spread_row(
    name: str, measure: Callable[[Tensor, Tensor], float], clean: list[Tensor], noisy: list[Tensor], unit: float
) -> Row:
    """The mean of ``measure`` from clean to noisy, against its largest value between clean networks of two seeds.

    ``unit`` is what noise multiplies the norm by, divided out of it before.
    """
    spread = max(measure(x, y) for x, y in itertools.combinations(clean, 2))
    apart = [measure(x, y / unit) for x, y in zip(clean, noisy, strict=True)]
    enough = spread <= MOST_SPREAD
    return Row(
        name=name,
        predicted=0.0,
        measured=sum(apart) / len(apart) if enough else None,
        tolerance=spread,
        reason="the largest value between two networks trained on clean labels from different seeds"
        + ("" if enough else f"; above {MOST_SPREAD:g} it says nothing"),
        is_decisive=False,
    )


def _differ(first: Tensor, second: Tensor) -> float:
    return float((first.argmax(-1) != second.argmax(-1)).double().mean())


def _apart_in_norm(first: Tensor, second: Tensor) -> float:
    return abs(float(second.norm() / first.norm()) - 1)
