"""What is trained: pairs, data with networks, rates of noise and weights of penalties, in the order of the campaign."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace

from numerics.models.base import Model
from numerics.models.cnn import Network as Convolutional
from numerics.models.mlp import Network as Perceptron

LAMBDAS = (0.01, 0.1, 1.0, 10.0, 100.0)
RATES = (0.4, 0.0, 0.6, 0.2)
"""Rates of noise, the one that most people ask about first."""
LEARNING_RATES = (3e-5, 1e-4, 3e-4, 1e-3, 3e-3)
"""Those of Adam that are tried for every pair alike.

Adam's steps do not depend on the scale of the objective, but scores of the size 1/lambda need small ones.
"""
LAST = 3
"""So many epochs at the end, on average, choose the learning rate."""
BATCH = 128
VALIDATION = 0.1
"""The share of the training part whose noisy labels choose learning rate and epoch."""
TEST = 0.2
RATE_BY_RATE = "every learning rate"
"""The part of the study in which no learning rate is chosen."""
LONGER = "ten times as long"
"""The part in which the limit problem itself is trained on."""
TUNED_WITH = 100
"""The seed with which the learning rate is chosen, which none of the reported networks has."""


@dataclass(frozen=True)
class Pair:
    """A loss of the catalogue, with a penalty or none, parameters at their defaults."""

    loss: str
    penalty: str | None = None

    def __str__(self) -> str:
        return self.loss if self.penalty is None else f"{self.loss} + {self.penalty}"


PAIRS = (
    Pair("cross_entropy"),
    Pair("cross_entropy", "l2"),
    Pair("gce"),
    Pair("mae"),
    Pair("muh", "l2"),
    Pair("cross_entropy", "entropy"),
    Pair("gce", "l2"),
    Pair("square_centred"),
    Pair("label_smoothing"),
    Pair("sce"),
    Pair("nce_mae"),
    Pair("focal"),
    Pair("bi_tempered"),
    Pair("mae", "l2"),
)
LIMIT = Pair("square_centred")
"""MUH + l2 at lambda 1: what all certified pairs with l2 tend to at large lambda."""
LONG_RATE, LONG_NOISE = 1e-3, (0.4, 0.0)
"""The learning rate and the rates of noise with which it is trained ten times as long."""


@dataclass(frozen=True)
class Place:
    """Data with a network, how long it is trained, and of what the campaign has how many."""

    data: str
    model: Model
    epochs: int
    seeds: int = 5
    lambdas: tuple[float, ...] = LAMBDAS

    @property
    def name(self) -> str:
        """The data and the model."""
        return f"{self.data}, {self.model.name}"


PLACES = (
    Place("digits", Perceptron(widths=(64,)), 60),
    Place("mnist_5k", Perceptron(widths=(128,)), 25),
    Place("digits", Convolutional(channels=(8, 16)), 40, lambdas=(0.1, 1.0, 10.0)),
    Place("mnist_5k", Convolutional(channels=(4, 8)), 15, seeds=3, lambdas=(0.1, 1.0, 10.0)),
)
FITTED = {
    "digits, mlp": (4618, 12940), "mnist_5k, mlp": (85386, 36000), "digits, cnn": (3818, 12940),
    "mnist_5k, cnn": (16026, 36000),
}  # fmt: skip
"""Of each place the weights of its network and the scores that it is to fit, C for each training sample."""
PREDICTED = PLACES[:2]
"""Those with one hidden layer, for which the plateau is predicted."""
EPOCHS = {place.name: place.epochs for place in PLACES}


@dataclass(frozen=True)
class Job:
    """One pair at one lambda (0 without a penalty) and one rate of noise, trained from several seeds.

    ``rate`` is the learning rate, None for the one that is chosen.
    """

    place: Place
    pair: Pair
    lambda_: float
    rho: float
    rate: float | None = None
    settings: dict[str, object] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        place, model = self.place, self.place.model
        settings = {
            "data": place.data, "model": model.name, "sizes": asdict(model),  # type: ignore[call-overload]
            "epochs": place.epochs, "seeds": place.seeds, "batch": BATCH, "validation": VALIDATION, "test": TEST,
            "learning_rates": LEARNING_RATES, "tuned_on_last": LAST, "loss": self.pair.loss,
            "penalty": self.pair.penalty, "lambda": self.lambda_, "rho": self.rho,
        }  # fmt: skip
        if self.rate is not None:
            settings["learning_rates"] = (self.rate,)
            del settings["tuned_on_last"]
        object.__setattr__(self, "settings", settings)

    @property
    def part(self) -> str:
        """The part of the study that it belongs to."""
        if self.rate is None:
            return self.place.name
        return LONGER if self.place.epochs > EPOCHS[self.place.name] else RATE_BY_RATE

    @property
    def name(self) -> str:
        """A hash of everything that decides what is trained."""
        text = json.dumps(self.settings, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


EVERY_RATE, FIXED_RATES = ("mnist_5k, mlp", 0.4), (3e-4, 1e-3, 3e-3)
"""The place and the rate of noise where no learning rate is chosen, and those that are trained there from all seeds."""


def jobs(places: tuple[Place, ...] = PLACES) -> Iterator[Job]:
    """All of them: rate by rate, and of a rate place by place, so that whole comparisons come early."""
    for rho in RATES:
        for place in places:
            yield from _at(place, rho)
    for place in places:
        if place.name == EVERY_RATE[0]:
            for job in _at(place, EVERY_RATE[1]):
                yield from (replace(job, rate=rate) for rate in FIXED_RATES)
    for place in (one for one in places if one in PREDICTED):
        for rho in LONG_NOISE:
            yield Job(replace(place, epochs=10 * place.epochs), LIMIT, 0.0, rho, LONG_RATE)


def _at(place: Place, rho: float) -> Iterator[Job]:
    """Every pair at each of its lambdas."""
    for pair in PAIRS:
        for lambda_ in (0.0,) if pair.penalty is None else place.lambdas:
            yield Job(place, pair, lambda_, rho)
