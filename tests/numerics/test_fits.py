"""Many fits at once against the general solver, closed forms, and problems without a minimiser."""

from __future__ import annotations

import pytest
import torch

from numerics import datasets
from numerics.errors import DataError
from numerics.formulas.label_part import degree, linear_in_label
from numerics.formulas.objective import Objective
from numerics.formulas.separated import separated
from numerics.linear import fits
from numerics.linear.evaluation import Evaluation, softmax_in_place
from numerics.linear.fits import FitProblem, fitted
from numerics.linear.solve import ScaledProblem, minimisers
from numerics.models.linear import LinearFamily, Outputs
from numerics.noise.laws import clean_law, labels_or_law, noisy_law, sampled_labels
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.language import functions as sc
from symcheck.language.formula import Formula, symbols

IRIS = datasets.load("iris")
LABELS = torch.from_numpy(IRIS.labels)
FEATURES = torch.from_numpy(IRIS.standardised())
LAWS = torch.stack(
    [
        clean_law(LABELS, 3),
        noisy_law(clean_law(LABELS, 3), 0.4),
        clean_law(sampled_labels(LABELS, 3, 0.4, 1), 3),
        clean_law(sampled_labels(LABELS, 3, 0.6, 2), 3),
    ]
)
LAMBDAS = torch.tensor([1e-2, 0.3, 1.0, 1e4], dtype=torch.float64)
z, y = symbols()
CE, L2 = Formula.of(sc.logsumexp(z) - z[y]), Formula.of(sc.total(z**2) / 2)


def family(kind=Outputs.FULL):
    return LinearFamily.of(FEATURES, 3, kind)


def problem(objective, kind=Outputs.FULL, lambdas=LAMBDAS, laws=LAWS):
    """Every lambda with every law."""
    here = family(kind)
    moments = here.pulled_back(laws - 1 / 3)
    return FitProblem(here, objective, lambdas.repeat_interleave(len(laws)), moments.repeat(len(lambdas), 1, 1))


def by_newton(objective, kind=Outputs.FULL):
    """The same fits by the general solver, as weights of Z."""
    alpha = 1 / LAMBDAS.repeat_interleave(len(LAWS))
    laws = LAWS.repeat(len(LAMBDAS), 1, 1)
    found = minimisers(ScaledProblem(family(kind), objective, alpha, laws), torch.full_like(alpha, 1e-11))
    assert found.solved.all()
    return alpha[:, None, None] * found.weights


PAIRS = {
    "cross-entropy + l2": Objective(CE, L2),
    "cross-entropy as a log of softmax": Objective(Formula.of(-sc.log(sc.softmax(z)[y])), L2),
    "cross-entropy by log_softmax, and z'Az": Objective(
        Formula.of(-sc.log_softmax(z)[y]), Formula.of(sc.total(z**2) / 2 + sc.mean(z) ** 2)
    ),
    "one-vs-rest logistic + l2": Objective(Formula.of(sc.total(sc.softplus(z)) - z[y]), L2),
    "MUH + l2": Objective(Formula.of(sc.mean(z) - z[y]), L2),
    "label smoothing + l2": Objective(loss_named("label_smoothing").recorded, L2, {"eps": 0.1}),
    "cross-entropy + cosh": Objective(CE, Formula.of(sc.total(sc.cosh(z)))),
    "2 CE + 1/2 ||z||^2 + l2": Objective(Formula.of(2 * (sc.logsumexp(z) - z[y]) + sc.total(z**2) / 2), L2),
}


@pytest.mark.parametrize("name", PAIRS)
def test_many_fits_are_those_of_the_general_solver(name):
    objective = PAIRS[name]
    values = {p.name: 0.1 for p in objective.loss.parameters}
    objective = Objective(objective.loss, objective.regularizer, values)
    found = fitted(problem(objective), 1e-11)
    assert found.solved.all()
    expected = by_newton(objective)
    # both gradients are at most 1e-11, and the objective is lambda-convex
    apart = (found.weights - expected).flatten(1).norm(dim=1) * LAMBDAS.repeat_interleave(len(LAWS))
    assert float(apart.max()) <= 2.1e-11


@pytest.mark.parametrize("kind", [Outputs.CENTRED, Outputs.REFERENCE])
def test_other_outputs(kind):
    found = fitted(problem(PAIRS["cross-entropy + l2"], kind), 1e-11)
    expected = by_newton(PAIRS["cross-entropy + l2"], kind)
    apart = (found.weights - expected).flatten(1).norm(dim=1) * LAMBDAS.repeat_interleave(len(LAWS))
    assert found.solved.all()
    assert float(apart.max()) <= 2.1e-11


@pytest.mark.parametrize("name", PAIRS)
def test_values_and_gradients_are_those_of_the_batch_reading(name):
    # the closed forms of logsumexp and of quadratics are no second formula: they agree with what autograd makes of it
    objective = PAIRS[name]
    objective = Objective(objective.loss, objective.regularizer, {p.name: 0.1 for p in objective.loss.parameters})
    here = family()
    evaluation = Evaluation.of(here, objective)
    assert evaluation is not None
    chance = torch.Generator().manual_seed(0)
    weights = torch.randn(4, here.rank, 3, dtype=torch.float64, generator=chance).requires_grad_()
    scores = here.outputs(weights)
    mean = (objective.losses(scores, LAWS) + LAMBDAS[:, None] * objective.penalties(scores)).mean(1)
    (gradient,) = torch.autograd.grad(mean.sum(), weights)
    zero = torch.zeros_like(weights)
    offset = (
        objective.losses(here.outputs(zero), LAWS) + LAMBDAS[:, None] * objective.penalties(here.outputs(zero))
    ).mean(1)
    with torch.no_grad():
        found, slope = evaluation(weights, LAMBDAS, here.pulled_back(LAWS - 1 / 3))
        start, _ = evaluation(zero, LAMBDAS, here.pulled_back(LAWS - 1 / 3))
    torch.testing.assert_close(found - start, (mean - offset).detach(), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(slope, gradient, rtol=1e-12, atol=1e-12)


def test_the_curvature_matrix_is_that_of_the_objective():
    here = family()
    evaluation = Evaluation.of(here, PAIRS["cross-entropy + l2"])
    chance = torch.Generator().manual_seed(3)
    weights = torch.randn(2, here.rank, 3, dtype=torch.float64, generator=chance)
    moments, lambdas = here.pulled_back(LAWS[:2] - 1 / 3), LAMBDAS[:2]
    found = evaluation.curvature(weights, lambdas)
    assert found is not None
    for i in range(2):
        gradient = lambda w, i=i: evaluation(w[None], lambdas[i : i + 1], moments[i : i + 1])[1][0]  # noqa: E731
        step = 1e-6
        unit = torch.eye(weights[i].numel(), dtype=torch.float64).view(-1, *weights[i].shape)
        rows = [
            (gradient(weights[i] + step * e) - gradient(weights[i] - step * e)).flatten() / (2 * step) for e in unit
        ]
        right = torch.randn(weights[i].shape, dtype=torch.float64, generator=chance)
        expected = torch.linalg.solve(torch.stack(rows), right.flatten()).view_as(right)
        both = torch.stack([right, right])
        torch.testing.assert_close(found.solved(both)[i], expected, rtol=1e-4, atol=1e-4 * float(expected.abs().max()))


def test_where_it_pays_the_curvature_matrix_is_put_in_and_saves_steps():
    # clean labels at a small lambda are far from z = 0, and the curvature there steers badly
    lambdas = torch.full((1,), 1e-5, dtype=torch.float64)
    task = problem(PAIRS["cross-entropy + l2"], lambdas=lambdas, laws=LAWS[:1])
    found = fitted(task, 1e-12)
    assert found.solved.all()
    assert found.factorised >= 1
    plain = Evaluation.cost_of_curvature
    try:
        Evaluation.cost_of_curvature = lambda _: None  # type: ignore[method-assign]
        without = fitted(task, 1e-12)
    finally:
        Evaluation.cost_of_curvature = plain  # type: ignore[method-assign]
    assert without.factorised == 0
    assert int(found.steps.max()) < int(without.steps.max())
    torch.testing.assert_close(found.weights, without.weights, rtol=0, atol=2e-7)  # 2e-12 over lambda


def test_chunks_and_order_do_not_matter():
    task = problem(PAIRS["cross-entropy + l2"])
    whole, one = fitted(task, 1e-12), fitted(task, 1e-12, at_once=1)
    torch.testing.assert_close(whole.weights, one.weights, rtol=0, atol=2.1e-10)
    assert whole.solved.all()
    assert one.solved.all()


def test_large_scores_do_not_overflow():
    large = torch.tensor([[[1e4], [-1e4], [0.0]]], dtype=torch.float64)
    value = softmax_in_place(large)
    assert float(value[0]) == 1e4
    assert large[0, :, 0].tolist() == [1.0, 0.0, 0.0]


def test_a_loss_in_which_the_label_is_not_linear_is_refused():
    gce = Objective(Formula.of((1 - sc.softmax(z)[y] ** 0.7) / 0.7), L2)
    with pytest.raises(ValueError, match="the label does not enter") as raised:
        fitted(problem(gce), 1e-10)
    assert str(raised.value).endswith("use numerics.linear.solve.minimisers with their laws")


def test_what_is_read_as_linear_in_the_label_is_so_over_the_whole_catalogue():
    chance = torch.Generator().manual_seed(0)
    z4 = torch.randn(5, 4, dtype=torch.float64, generator=chance) / 3
    linear = set()
    for name in names("loss"):
        formula = loss_named(name).recorded
        values = {p.name: float(p.default or 1 / 2) for p in formula.parameters}
        if 4 not in loss_named(name).classes or any(a.is_free for a in formula.arrays):
            continue
        found = linear_in_label(formula, 4, values)
        if found is None:
            continue
        linear.add(name)
        objective = Objective(formula, L2, values)
        rest = sum(weight * Objective(part, part, values).penalties(z4) for weight, part in found.parts)
        for label in range(4):
            law = clean_law(torch.full((5,), label), 4)
            expected = objective.losses(z4, law)
            torch.testing.assert_close(found.constant + rest + found.coefficient * z4[:, label], expected)
    assert {"cross_entropy", "muh", "one_vs_rest_logistic", "label_smoothing"} <= linear
    assert not {"gce", "mae", "focal", "nce", "pairwise_logistic"} & linear


@pytest.mark.parametrize(
    ("name", "expected"), [("l2", 2), ("quartic", 4), ("logit_variance", 2), ("entropy", float("inf"))]
)
def test_degrees(name, expected):
    assert degree(regularizer_named(name).recorded) == expected


def test_quadratics_go_into_matrices():
    found = separated(PAIRS["2 CE + 1/2 ||z||^2 + l2"], torch.zeros(3, dtype=torch.float64))
    assert found is not None
    assert found.is_closed
    assert (found.lse, found.label) == (2, -2)
    assert torch.equal(found.loss_form, torch.eye(3, dtype=torch.float64))
    assert torch.equal(found.penalty_form, torch.eye(3, dtype=torch.float64))


# lambda = 0


NONE = (
    "lambda: got 0 for fit {}, and there the loss has no minimiser: along a direction of weights it never rises, as "
    "where the features separate the labels of a class from all others; give a lambda > 0"
)


def without_penalty(laws, objective=None, features=FEATURES):
    here = LinearFamily.of(features, laws.shape[-1])
    lambdas = torch.zeros(len(laws), dtype=torch.float64)
    return FitProblem(
        here, objective or PAIRS["cross-entropy + l2"], lambdas, here.pulled_back(laws - 1 / laws.shape[-1])
    )


def test_a_class_that_is_separated_has_no_minimiser():
    # setosa is separated from the other two species of iris, which are not separated from each other
    with pytest.raises(DataError) as raised:
        fitted(without_penalty(LAWS[:1]), 1e-10)
    assert str(raised.value) == NONE.format(0)


def test_separable_labels_have_no_minimiser():
    x = torch.tensor([[-2.0, 1.0], [-1.0, 1.0], [1.0, 1.0], [2.0, 1.0]], dtype=torch.float64)
    law = clean_law(torch.tensor([0, 0, 1, 1]), 2)[None]
    with pytest.raises(DataError) as raised:
        fitted(without_penalty(law, features=x), 1e-10)
    assert str(raised.value) == NONE.format(0)
    # one label on the other side, and there is one
    law = clean_law(torch.tensor([0, 1, 0, 1]), 2)[None]
    assert fitted(without_penalty(law, features=x), 1e-10).solved.all()


def test_a_loss_without_end_has_no_minimiser():
    with pytest.raises(DataError, match="lambda: got 0"):
        fitted(without_penalty(LAWS[:1], PAIRS["MUH + l2"]), 1e-10, most_steps=50)


@pytest.mark.parametrize("rate", [1e-2, 1e-4, 1e-6, 1e-8, 1e-10])
def test_noise_of_any_rate_holds_separable_labels(rate):
    # z = log((1 - rate)/rate) and 0 would be reached at every sample; with one weight a minimiser is near
    x = torch.tensor([[-2.0, 1.0], [-1.0, 1.0], [1.0, 1.0], [2.0, 1.0]], dtype=torch.float64)
    law = noisy_law(clean_law(torch.tensor([0, 0, 1, 1]), 2)[None], rate)
    found = fitted(without_penalty(law, features=x), 1e-13)
    assert 1 < float(found.weights.abs().max()) < 40


@pytest.mark.parametrize("seed", range(6))
def test_one_class_that_is_separated_among_others_that_are_not(seed):
    chance = torch.Generator().manual_seed(seed)
    x = torch.randn(60, 4, generator=chance, dtype=torch.float64)
    x[:, 3] = 1
    labels = (x @ torch.randn(4, 3, generator=chance, dtype=torch.float64)).argmax(1)
    x[labels == 0, 0] += 6
    mixed = torch.where((labels > 0) & (torch.rand(60, generator=chance) < 0.3), 3 - labels, labels)
    with pytest.raises(DataError) as raised:
        fitted(without_penalty(clean_law(mixed, 3)[None], features=x), 1e-10)
    assert str(raised.value) == NONE.format(0)


def test_noise_brings_the_minimiser_back():
    # with exact noise every label has every class: no direction is free
    found = fitted(without_penalty(LAWS[1:3]), 1e-10)
    assert found.solved.all()


def test_a_negative_lambda():
    with pytest.raises(DataError) as raised:
        fitted(problem(PAIRS["cross-entropy + l2"], lambdas=torch.tensor([-1.0], dtype=torch.float64)), 1e-10)
    assert str(raised.value) == "lambda: got -1; accepted are weights >= 0 of the penalty"


# equal fits, and goals


def test_equal_fits_are_solved_once(monkeypatch):
    task = problem(PAIRS["cross-entropy + l2"])
    twice = FitProblem(task.family, task.objective, task.lambda_.repeat(2), task.moments.repeat(2, 1, 1))
    solved = []
    once = fits._solved

    def counting(evaluation, given, *more):
        solved.append(len(given.lambda_))
        return once(evaluation, given, *more)

    monkeypatch.setattr(fits, "_solved", counting)
    found = fitted(twice, 1e-11)
    assert solved == [len(task.lambda_)]
    assert torch.equal(found.weights[: len(task.lambda_)], found.weights[len(task.lambda_) :])
    torch.testing.assert_close(found.weights[: len(task.lambda_)], fitted(task, 1e-11).weights, rtol=0, atol=0)
    # the last bit makes two of them
    near = FitProblem(task.family, task.objective, task.lambda_[:2], task.moments[:1].repeat(2, 1, 1))
    near.moments[1, 0, 0] = torch.nextafter(near.moments[1, 0, 0], torch.tensor(9.0).double())
    fitted(near, 1e-11)
    assert solved[-1] == 2


def test_each_fit_is_asked_for_its_own_norm():
    task = problem(PAIRS["cross-entropy + l2"])
    goals = torch.logspace(-12, -3, len(task.lambda_)).double()
    found = fitted(task, goals)
    assert bool((found.gradient_norm <= goals).all())
    assert found.solved.all()
    rough, exact = fitted(task, 1e-3), fitted(task, 1e-12)
    assert int(rough.evaluations.sum()) < int(found.evaluations.sum()) < int(exact.evaluations.sum())


@pytest.mark.parametrize("kind", list(Outputs)[:3])
def test_no_products_with_an_identity(kind):
    here = family(kind)
    chance = torch.Generator().manual_seed(0)
    weights = torch.randn(2, *here.size, dtype=torch.float64, generator=chance)
    matrix = torch.randn(3, 3, dtype=torch.float64, generator=chance)
    columns = torch.randn(2, here.rank, 3, dtype=torch.float64, generator=chance)
    torch.testing.assert_close(here.restricted(matrix), here.basis.T @ matrix @ here.basis)
    torch.testing.assert_close(here.spread(weights), weights @ here.basis.T)
    torch.testing.assert_close(here.gathered(columns), columns @ here.basis)


# labels in the place of their laws


@pytest.mark.parametrize("loss", ["cross_entropy", "gce", "mae", "focal"])
def test_labels_are_what_their_laws_are(loss):
    recorded = loss_named(loss).recorded
    objective = Objective(recorded, L2, {p.name: float(p.default) for p in recorded.parameters})
    laws, alpha = LAWS[[0, 2]], torch.tensor([0.5, 2.0], dtype=torch.float64)
    labels = labels_or_law(laws)
    assert labels.shape == laws.shape[:2]
    noisy = LAWS[1]
    assert labels_or_law(noisy) is noisy
    by_law, by_label = (
        minimisers(ScaledProblem(family(), objective, alpha, each), torch.full_like(alpha, 1e-11))
        for each in (laws, labels)
    )
    torch.testing.assert_close(by_law.weights, by_label.weights, rtol=0, atol=1e-9)
    given = [ScaledProblem(family(), objective, alpha, each) for each in (laws, labels)]
    torch.testing.assert_close(given[0].mean_law, given[1].mean_law)
    torch.testing.assert_close(given[0].pull, given[1].pull)
