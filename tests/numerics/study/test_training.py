"""The study trains what the catalogue says, as torch would train one network at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from benchmarks.study.plan import LEARNING_RATES, PAIRS, PLACES, Job, Pair, Place
from benchmarks.study.training import Adam, Samples, _gradient, curves_of, objective_of, tuned
from numerics import torch_loss
from numerics.models.start import Start
from numerics.networks.train import stack_of

RATE = 1e-3
PERCEPTRON, CONVOLUTIONAL = (place for place in PLACES if place.data == "digits")


@pytest.fixture(scope="module")
def places() -> dict[str, Samples]:
    return {place.name: Samples.of(place) for place in (PERCEPTRON, CONVOLUTIONAL)}


def quick(place: Place, pair: Pair, **changed: object) -> Job:
    return replace(Job(replace(place, epochs=1), pair, 0.0 if pair.penalty is None else 0.3, 0.4), **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("place", "pair"),
    [*((PERCEPTRON, pair) for pair in PAIRS), (CONVOLUTIONAL, Pair("gce", "l2")), (CONVOLUTIONAL, Pair("sce"))],
    ids=lambda one: one.name if isinstance(one, Place) else str(one),
)
def test_a_gradient_is_that_of_one_network_with_the_loss_of_the_catalogue(
    place: Place, pair: Pair, places: dict[str, Samples]
) -> None:
    samples, job = places[place.name], quick(place, pair)
    stack, _ = stack_of(place.model, samples.dataset, [0, 1], Start.ZERO_LAST_LAYER, torch.device("cpu"), torch.float32)
    chance = torch.Generator().manual_seed(3)
    weights = stack.start + 0.2 * torch.randn(stack.start.shape, generator=chance)
    batch = torch.randint(len(samples.train), (2, 16), generator=chance)
    labels = torch.randint(10, (2, 16), generator=chance)
    found = _gradient(stack, weights, objective_of(job, samples.dataset), job.lambda_, samples.train[batch], labels)
    criterion = (
        torch_loss(pair.loss)
        if pair.penalty is None
        else torch_loss(pair.loss, regularizer=pair.penalty, weight=job.lambda_)
    )
    for k in range(2):
        module = stack.loaded(weights, k)
        criterion(module(samples.train[batch[k]]), labels[k]).backward()
        one = torch.cat([p.grad.flatten() for p in module.parameters() if p.grad is not None])
        assert float((found[k] - one).norm() / one.norm()) < 1e-4


def test_the_optimiser_is_that_of_torch_for_each_network() -> None:
    start = torch.randn(2, 5, generator=torch.Generator().manual_seed(0))
    stacked = Adam(start.clone(), torch.tensor([1e-3, 1e-2])[:, None])
    single = [start[k].clone().requires_grad_() for k in range(2)]
    optimisers = [torch.optim.Adam([w], lr=rate) for w, rate in zip(single, (1e-3, 1e-2), strict=True)]
    for _ in range(20):
        stacked.step(stacked.weights.sin() * 2)
        for w, optimiser in zip(single, optimisers, strict=True):
            w.grad = w.detach().sin() * 2
            optimiser.step()
    assert torch.allclose(stacked.weights, torch.stack([w.detach() for w in single]), atol=1e-6)


def test_the_learning_rate_does_not_look_at_the_test_part(places: dict[str, Samples]) -> None:
    place = PLACES[0]
    samples, job = places[place.name], quick(place, Pair("gce"))
    turned = replace(samples, test_labels=(samples.test_labels + 1) % 10)
    assert tuned(job, samples) == tuned(job, turned)
    assert list(tuned(job, samples)) == list(LEARNING_RATES)


def test_the_parts_are_apart_and_training_is_repeatable(places: dict[str, Samples]) -> None:
    samples, job = places[PLACES[0].name], quick(PLACES[0], Pair("mae", "l2"))
    assert (len(samples.train), len(samples.test)) == (len(samples.labels), len(samples.test_labels))
    rows = torch.cat([samples.train, samples.test])
    assert len(rows) == 1797
    first, alone = curves_of(job, samples, [0, 1], [RATE, RATE]), curves_of(job, samples, [1], [RATE])
    # A network does not depend on those that are trained beside it, but for rounding.
    assert abs(first.test[1] - alone.test[0]).max() < 0.02
    again = curves_of(job, samples, [0, 1], [RATE, RATE])
    assert (first.test == again.test).all()
    assert (first.validation == again.validation).all()
