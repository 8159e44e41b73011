"""One run: a pair, a claim, data, a network and its training, drawn from a seed and a number, and what came of it."""

from __future__ import annotations

import random
import time
from dataclasses import asdict, dataclass

from benchmarks.network_claims.material import CNN, drawn
from benchmarks.network_claims.pairs import REFUTED, claimable, made_up_claim, off_by, true_claim
from benchmarks.network_claims.plants import PLANTS
from numerics.confirmations.networks.claim_rows import claim_rows
from numerics.confirmations.networks.confirming import confirmed_network
from numerics.confirmations.networks.judged import Judged
from numerics.confirmations.networks.network_confirmation import NetworkConfirmation
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.networks.optimisers import LBFGS, SGD, Adam, Optimiser
from numerics.networks.training import Training
from numerics.runs.agreement import Agreement, Row
from symcheck.errors import SymcheckError

NOTHING, MADE_UP, RATE = "nothing", "a claim of a refuted pair", "another noise rate"
TRUE_SHARE = 0.4
"""Of the runs that have nothing planted."""
SHORT = 200
"""Steps of a convolutional network are slow."""
EXACT, FALSE = 1e-5, 0.045
"""A claim is true if it is off by no more than the first, and false if by no less than the second."""


@dataclass(frozen=True)
class Outcome:
    """What came of run ``index``: what was run, whether the claim is ``true``, the verdict and its rows."""

    seed: int
    index: int
    pair: str
    plant: str
    data: str
    model: str
    settings: str
    off: float
    verdict: str
    rows: tuple[tuple[str, float, float | None, float], ...]
    seconds: float

    @property
    def is_true(self) -> bool:
        """Whether what is claimed is so."""
        return self.off <= EXACT

    @property
    def is_false(self) -> bool:
        """Whether what was said of the claim is false; an error that is none of the house's is as bad."""
        if self.verdict.startswith("crash"):
            return True
        return self.verdict == "contradicts" if self.is_true else self.verdict == "agrees" and self.off >= FALSE

    def to_record(self) -> dict[str, object]:
        """As plain values."""
        return asdict(self)


def outcome_of(seed: int, index: int) -> Outcome:
    """Run ``index`` of the campaign with ``seed``."""
    rng = random.Random(f"{seed}:{index}")
    start = time.process_time()
    data, model_name, model = drawn(rng)
    classes = data.classes
    plant = NOTHING if rng.random() < TRUE_SHARE else rng.choice((*PLANTS, MADE_UP, RATE))
    pair, claim = _claimed(plant, classes, rng)
    if plant in PLANTS:
        claim = PLANTS[plant](claim, rng)
    rho = rng.choice((0.1, 0.3, 0.5, 0.8)) * (classes - 1) / classes
    off = 1.0 if plant == RATE else off_by(claim, claim.objective)
    alpha = rng.choice((None, None, 2.0**-6, 2.0**-12, 1.0))
    optimiser, steps = _training(rng)
    steps = min(steps, SHORT) if model is CNN else steps
    batch = 16 if not isinstance(optimiser, LBFGS) and len(data.labels) >= 50 and rng.random() < 0.1 else None
    training = Training(optimiser=optimiser, steps=steps, batch=batch)
    seeds = [rng.randrange(1000) for _ in range(rng.choice((2, 2, 3)))]
    # only where a layer scales the scores is anything claimed of the rate
    start_at = "subtracted" if rng.random() < 0.1 and plant != RATE else "zero-last-layer"
    rows: tuple[Row, ...] = ()
    try:
        found = confirmed_network(claim, model, data, rho, alpha=alpha, seeds=seeds, training=training, start=start_at)
        agreement = judged_at(found, rho / 2, seeds) if plant == RATE else found.agreement
        verdict, rows = str(agreement.outcome), agreement.rows
    except SymcheckError as error:
        verdict = f"{type(error).__name__}: {error}"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is found here and reported
        verdict = f"crash: {type(error).__name__}: {error}"
    settings = (
        f"rho {rho:.3g}, alpha {'default' if alpha is None else f'{alpha:.2g}'}, {type(optimiser).__name__} {steps}"
        f"{', batches' if batch else ''}, {start_at}, seeds {seeds}"
    )
    told = tuple((row.name, row.predicted, row.measured, row.tolerance) for row in rows)
    seconds = time.process_time() - start
    return Outcome(seed, index, " + ".join(pair), plant, data.name, model_name, settings, off, verdict, told, seconds)


def _claimed(plant: str, classes: int, rng: random.Random) -> tuple[tuple[str, str], PredictedNumbers]:
    """A pair, and what is claimed of it before anything is planted."""
    if plant == MADE_UP:
        pair = rng.choice(REFUTED)
        return pair, made_up_claim(pair, classes)
    pair = rng.choice(claimable(classes))
    return pair, true_claim(pair, classes)


def judged_at(found: NetworkConfirmation, told: float, seeds: list[int]) -> Agreement:
    """What the rows say of the networks of ``found``, had they been trained under noise of the rate ``told``."""
    trained, unique = found.trained, dict.fromkeys(seeds)
    places = {case: place for place, case in enumerate(trained.cases)}
    clean = [place for case, place in places.items() if not case.rho]
    noisy = [place for case, place in places.items() if case.rho]
    assert len(clean) == len(noisy) == len(unique)
    layer = None if trained.until is None else trained.until.layer
    judged = Judged(found.claim, trained, tuple(clean), tuple(noisy), told, layer)
    return Agreement(found.agreement.title, claim_rows(judged))


def _training(rng: random.Random) -> tuple[Optimiser, int]:
    """An optimiser and how many steps it may take: mostly enough, sometimes few."""
    kind = rng.random()
    if kind < 0.5:
        return Adam(), 1000 if rng.random() < 0.8 else rng.choice((1, 10, 100))
    if kind < 0.9:
        return LBFGS(), 400 if rng.random() < 0.8 else rng.choice((1, 10, 100))
    return SGD(lr=0.05, momentum=0.9), 500
