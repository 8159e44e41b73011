"""Noise of one's own in training: functions, matrices, laws and labels, and what is none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from numerics import datasets, trained
from numerics.confirmations.networks.confirming import confirmed_network
from numerics.errors import NoiseError
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.models import mlp
from numerics.networks.optimisers import LBFGS
from numerics.networks.training import Training
from numerics.noise.laws import clean_law

IRIS = datasets.load("iris")
LABELS = torch.from_numpy(IRIS.labels)
SMALL = mlp.Network(widths=(3,))
T = [[0.7, 0.2, 0.1], [0, 0.8, 0.2], [0.3, 0, 0.7]]
LAW = torch.tensor(T, dtype=torch.float64)[LABELS]
RATE = 0.8 / 3
MOVED = (LABELS + (torch.arange(150) % 4 == 0)) % 3


def run(ce, noise, rate=RATE, **settings):
    return trained(ce, SMALL, "iris", alphas=[0.5], rhos=[0, rate], noise=noise, training=Training(steps=1), **settings)


def by_function(labels, classes, rho, seed):
    assert (classes, rho, seed) == (3, RATE, 7)
    return torch.tensor(T)[labels]


FORMS = {
    "a list of rows": (T, LAW, "a matrix T"),
    "an array": (np.array(T), LAW, "a matrix T"),
    "a tensor": (torch.tensor(T), LAW, "a matrix T"),
    "counts": ([[70, 20, 10], [0, 8, 2], [3, 0, 7]], LAW, "a matrix T"),
    "a frame": (pd.DataFrame(T), LAW, "a matrix T"),
    "a law": (LAW, LAW, "a law of each label"),
    "a law in float32": (LAW.float(), LAW, "a law of each label"),
    "a law as an array": (LAW.numpy(), LAW, "a law of each label"),
    "labels": (MOVED, clean_law(MOVED, 3), "given noisy labels"),
    "labels as a list": (MOVED.tolist(), clean_law(MOVED, 3), "given noisy labels"),
    "labels as a series": (pd.Series(MOVED.numpy()), clean_law(MOVED, 3), "given noisy labels"),
    "a function": (by_function, LAW, "the function by_function"),
    "a function to an array": (lambda *_: LAW.numpy(), LAW, "the function <lambda>"),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_the_law_that_is_trained_on(ce, form):
    noise, law, told = FORMS[form]
    found = run(ce, noise, 38 / 150 if "labels" in form else RATE, seeds=[7])
    assert torch.equal(found.problem.laws[0], clean_law(LABELS, 3))
    torch.testing.assert_close(found.problem.laws[1], law, rtol=0, atol=1e-7)
    assert float((found.problem.laws.sum(-1) - 1).abs().max()) < 1e-12
    assert found.noise == told


def test_a_given_law_is_one_for_all_seeds_and_a_function_is_asked_for_each(ce):
    assert run(ce, T, seeds=[1, 2]).problem.laws.shape[0] == 2
    seen = []

    def drawn(labels, classes, rho, seed):
        seen.append(seed)
        return LAW

    assert run(ce, drawn, seeds=[1, 2]).problem.laws.shape[0] == 3
    assert seen == [1, 2]


def test_what_is_held_out_is_left_out_of_a_given_law(ce):
    found = run(ce, LAW, test=0.2)
    assert found.problem.laws.shape == (2, 120, 3)
    torch.testing.assert_close(found.problem.laws[1], torch.tensor(T, dtype=torch.float64)[found.labels])


ACCEPTED = (
    "; accepted is 'exact', 'sampled', a function (labels, C, rho, seed) to a law (n, C), a matrix T (C, C), a law (n, "
    "C), or noisy labels (n,)"
)
NO_LAW = " that is no law of the labels; accepted is one of shape (150, 3) with entries >= 0 and rows that sum to 1"
WHOLE = "; accepted are 150 integers from 0 to C-1 = 2, a noisy label for each sample in the order of the data"
WRONG = {
    "another text": (
        "pairs",
        "noise: got 'pairs'; accepted is 'exact' (each label is replaced by its law) or 'sampled' (by one draw from "
        "it)",
    ),
    "none": (None, "noise: got a NoneType" + ACCEPTED),
    "a number": (0.4, "noise: got a float of shape ()" + ACCEPTED),
    "texts": (["cat", "dog"], "noise: got a list" + ACCEPTED),
    "a mask": (MOVED > 0, "noise: got a Tensor of shape (150,)" + ACCEPTED),
    "three axes": (LAW[None], "noise: got a Tensor of shape (1, 150, 3)" + ACCEPTED),
    "rows that do not sum to 1": (2 * LAW, "noise: got a tensor of shape (150, 3)" + NO_LAW),
    "negative entries": (LAW - 1, "noise: got a tensor of shape (150, 3)" + NO_LAW),
    "nan": (LAW * torch.nan, "noise: got a tensor of shape (150, 3)" + NO_LAW),
    "fewer samples": (LAW[:-1], "noise: got a tensor of shape (149, 3)" + NO_LAW),
    "more classes": (torch.full((150, 4), 0.25), "noise: got a tensor of shape (150, 4)" + NO_LAW),
    "a function to another shape": (
        lambda *_: LAW.T,
        "noise: the function returned a tensor of shape (3, 150)" + NO_LAW,
    ),
    "a function to labels": (lambda *_: MOVED, "noise: the function returned a tensor of shape (150,)" + NO_LAW),
    "a function to nothing": (
        lambda *_: None,
        "noise: the function returned a NoneType; accepted is a law (n, C)",
    ),
    "a function that fails": (
        lambda *_: 1 / 0,
        "noise: the function <lambda> raised ZeroDivisionError when it was called with (labels, C, rho, seed): "
        "division by zero; mend it",
    ),
    "a function of the labels alone": (
        lambda labels: labels,
        "noise: the function <lambda> raised TypeError when it was called with (labels, C, rho, seed): <lambda>() "
        "takes 1 positional argument but 4 were given; mend it",
    ),
    "a matrix whose rows do not sum to 1": (
        [[0.7, 0.2, 0.2], [0, 0.8, 0.2], [0.3, 0, 0.7]],
        "T: row 1 sums to 11/10; accepted are rows that sum to 1, a row for each clean class",
    ),
    "labels of float": (MOVED.double(), "noise: got labels of shape (150,) of torch.float64" + WHOLE),
    "labels from 1": (MOVED + 1, "noise: got labels of shape (150,) of torch.int64" + WHOLE),
    "too few labels": (MOVED[:9], "noise: got labels of shape (9,) of torch.int64" + WHOLE),
    "another rate": (
        [[0.9, 0.1, 0], [0, 0.9, 0.1], [0, 0.1, 0.9]],
        "noise: got a matrix T, by which a label is moved with probability 0.1, beside the rate 0.266667; give 0.1 as "
        "the one rate above 0",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_noise_is_refused(ce, what):
    noise, message = WRONG[what]
    with pytest.raises(NoiseError) as caught:
        run(ce, noise)
    assert str(caught.value) == message


def test_a_table_that_may_be_both_is_refused(ce):
    with pytest.raises(NoiseError) as caught:
        trained(
            ce, SMALL, ([[0.0], [1.0], [2.0]], [0, 1, 2]), alphas=[0.5], rhos=[0, RATE], noise=T,
            training=Training(steps=1),
        )  # fmt: skip
    assert str(caught.value) == (
        "noise: got a table of shape (3, 3), and there are 3 classes and as many samples, so that it may be a matrix "
        "or the law of each label; give a function (labels, C, rho, seed) to the law"
    )


@pytest.mark.parametrize("noise", [np.array(T), LAW, by_function], ids=["matrix", "law", "function"])
def test_a_true_claim_is_not_contradicted_under_it(certified, noise):
    claim = predicted_numbers(certified("cross_entropy", "l2"), 3, "iris")
    law = (lambda *_: LAW) if noise is by_function else noise
    found = confirmed_network(
        claim, SMALL, IRIS, RATE, seeds=[1, 2], noise=law, training=Training(optimiser=LBFGS(), steps=40)
    )
    assert found.outcome.name != "CONTRADICTS"
    assert not any("noise factor" in row.name or "common limit" in row.name for row in found.agreement.rows)
