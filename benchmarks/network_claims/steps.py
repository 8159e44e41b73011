"""Whether a verdict follows training: what is said of a true claim after more and more steps."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

from benchmarks.network_claims.material import first
from benchmarks.network_claims.pairs import certificate, claimable
from numerics import datasets
from numerics.confirmations.networks.confirming import confirmed_network
from numerics.confirmations.networks.default_training import default_training
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.models import cnn, mlp
from numerics.models.base import Model
from symcheck.errors import SymcheckError

STEPS = (1, 3, 10, 30, 100, 300, 1000)
LONGEST = 3000
"""Taken as well where a run is short."""
SEEDS = (0, 1)
RHO = 0.4
PLACES: dict[str, tuple[str, Model]] = {
    "iris, mlp": ("iris", mlp.Network()),
    "digits, mlp": ("digits", mlp.Network()),
    "300 of digits, cnn": ("digits", cnn.Network()),
}
"""Data and networks by what the table calls them."""
PAIRS = tuple(pair for pair in claimable(10) if pair[0] not in ("focal_detached", "multi_margin", "weston_watkins"))[
    :20
]
CASES = tuple((pair, place) for place in PLACES for pair in PAIRS)
"""One after the other."""


@dataclass(frozen=True)
class Followed:
    """The verdicts of ``pair`` at the ``place`` called so, after each of ``steps``."""

    pair: str
    place: str
    steps: tuple[int, ...]
    verdicts: tuple[str, ...]
    seconds: float

    @property
    def is_steady(self) -> bool:
        """Whether it agrees from some number of steps on, is inconclusive before, and nothing else."""
        first = self.verdicts.index("agrees") if "agrees" in self.verdicts else len(self.verdicts)
        before, after = set(self.verdicts[:first]), set(self.verdicts[first:])
        return before <= {"inconclusive"} and after <= {"agrees"}

    def to_record(self) -> dict[str, object]:
        """As plain values."""
        return asdict(self)


def followed(pair: tuple[str, str], place: str) -> Followed:
    """What is said of ``pair`` at ``place``."""
    start = time.process_time()
    name, model = PLACES[place]
    data = datasets.load(name)
    if isinstance(model, cnn.Network):
        data = first(data)
    claim = predicted_numbers(certificate(*pair), data.classes, data.name)
    steps = (*STEPS, LONGEST) if name == "iris" else STEPS
    verdicts = []
    for count in steps:
        try:
            found = confirmed_network(claim, model, data, RHO, seeds=SEEDS, training=default_training(count))
            verdicts.append(str(found.outcome))
        except SymcheckError as error:
            verdicts.append(f"{type(error).__name__}: {error}")
    return Followed(" + ".join(pair), place, steps, tuple(verdicts), time.process_time() - start)
