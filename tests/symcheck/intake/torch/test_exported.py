"""Code that symbols do not get through is read from the graph that torch.export makes of it."""

from __future__ import annotations

import logging

import pytest
import torch
import torch.nn.functional as F

from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.scope import Classes
from symcheck.reason import Undecided

TEN = Classes(10, 10)


def of_single_samples(z, y):
    sums = torch.func.vmap(lambda scores: scores.exp().sum())(z)
    return sums.log().mean() - z.gather(1, y[:, None]).mean()


def focal_of_single_samples(z, y):
    logs = torch.func.vmap(lambda scores: scores - scores.logsumexp(0))(z).gather(1, y[:, None])
    return (-((1 - logs.exp()) ** 2) * logs).mean()


def with_labels(z, y):
    return torch.func.vmap(lambda scores, label: F.cross_entropy(scores[None], label[None]))(z, y).mean()


@pytest.mark.parametrize(
    ("code", "formula"),
    [
        (of_single_samples, "log(total(exp(z))) - z[y]"),
        (focal_of_single_samples, "-(1 - exp((z - logsumexp(z))[y]))**2*(z - logsumexp(z))[y]"),
    ],
)
def test_vmap_is_read_for_every_number_of_classes(code, formula: str) -> None:
    for classes in (None, TEN):
        found = recorded_torch(code, "loss", classes=classes)
        assert str(found.formula) == formula
        assert found.classes == (classes or Classes())
        assert any("torch.export" in note.what for note in found.notes)


def test_a_graph_for_one_number_of_classes_is_read_where_that_is_asked_for() -> None:
    assert str(recorded_torch(with_labels, "loss", classes=TEN).formula) == "-log_softmax(z)[y]"
    # Torch fixes the classes in this graph: for all of them nothing is said.
    with pytest.raises(Undecided, match="symbols do not get through"):
        recorded_torch(with_labels, "loss")


def test_a_regularizer() -> None:
    found = recorded_torch(lambda z: torch.func.vmap(lambda scores: (scores**2).sum())(z).mean(), "regularizer")
    assert str(found.formula) == "total(z**2)"


def test_what_the_graph_does_not_show_is_no_reading() -> None:
    # The trace keeps the branch of z = 0, and the comparison finds the other one.
    def branches(z, y):
        return torch.func.vmap(lambda scores: scores.exp().sum())(z).log().mean() * (2.0 if float(z.sum()) > 0 else 1.0)

    with pytest.raises(Undecided):
        recorded_torch(branches, "loss")


def test_what_the_caller_logs_is_left_alone() -> None:
    before = logging.root.manager.disable
    logging.disable(logging.INFO)
    try:
        recorded_torch(of_single_samples, "loss")
        assert logging.root.manager.disable == logging.INFO
    finally:
        logging.disable(before)
