"""The audit of hypotheses: each answer against a model and data for which it is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from numerics import audit, datasets
from numerics.audits.models import jacobian, linearised
from numerics.audits.models.audit import Answer
from numerics.audits.models.inspection import Inspected
from numerics.audits.models.jacobian import Decomposition, limit_direction
from numerics.audits.models.kinks import watched
from numerics.audits.models.linearised import Linearised
from numerics.errors import ConfirmationError, DeviceError, TrainingError
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.models import mlp
from numerics.models.given_module import GivenModule
from numerics.models.linear import LinearFamily
from numerics.models.start import Start
from numerics.networks.train import stack_of
from numerics.noise.laws import clean_law
from symcheck.errors import UnknownNameError

IRIS = datasets.load("iris")
LAW = clean_law(torch.from_numpy(IRIS.labels), 3)
SMALL = mlp.Network(widths=(4,), activation="tanh")
HOLDS, FAILS, UNKNOWN = Answer.HOLDS, Answer.FAILS, Answer.UNKNOWN


@pytest.fixture(scope="module")
def cert(certified):
    return certified("cross_entropy", "l2")


def inspected(cert, model, start=Start.SUBTRACTED, dataset=IRIS):
    stack, inputs = stack_of(model, dataset, [0], start, torch.device("cpu"), torch.float64)
    law = clean_law(torch.from_numpy(dataset.labels), dataset.classes)
    return Inspected(predicted_numbers(cert, dataset.classes, dataset.name), Linearised(stack, inputs), law, start)


def whole_jacobian(seen):
    """J, (n C, m), by central differences of all scores: an error of about 1e-9."""
    theta, step = seen.network.theta, 1e-5
    columns = []
    for k in range(len(theta)):
        move = torch.zeros_like(theta)
        move[k] = step
        columns.append((seen.network.scores(theta + move) - seen.network.scores(theta - move)).flatten() / (2 * step))
    return torch.stack(columns, 1)


def answers(found):
    return {theorem.theorem: theorem.answer for theorem in found.theorems}


class TestLinearFamilies:
    def test_all_three_theorems_hold(self, cert):
        found = audit(cert, "linear", "iris")
        assert answers(found) == {"Theorem 2": HOLDS, "Theorem 2'": HOLDS, "Theorem 3": HOLDS}
        assert (found.answer, found.exit_code) == (HOLDS, 0)
        assert {h.answer for h in found.hypotheses} == {HOLDS}

    def test_the_smallest_eigenvalue_is_that_of_the_features(self, cert):
        features = IRIS.standardised()
        expected = np.linalg.eigvalsh(features.T @ features / 150)[0]
        for name in ("E[J'J] > 0", "E[phi phi'] > 0"):
            assert audit(cert, "linear", "iris").hypothesis(name).number == pytest.approx(expected, rel=1e-12)

    def test_the_limit_is_that_of_the_closed_form(self, cert):
        # THEORY 6: S = kappa P o H^-1, with CE + l2 the projection of onehot* on the features
        family = LinearFamily.of(torch.from_numpy(IRIS.standardised()), 3)
        expected = family.outputs(family.pulled_back(LAW - 1 / 3))
        seen = inspected(cert, "linear", Start.ZERO_LAST_LAYER)
        torch.testing.assert_close(seen.limit, expected, rtol=0, atol=1e-13)
        top = expected.topk(2, 1).values
        margin = float((top[:, 0] - top[:, 1]).min() / expected.abs().max())
        assert audit(cert, "linear", "iris").hypothesis("no ties in the limit Jv").number == pytest.approx(margin)

    def test_features_that_depend_on_each_other_fail_theorem_3_and_keep_theorem_2_prime(self, cert):
        x = np.column_stack([IRIS.features, IRIS.features @ [1.0, -2.0, 0.5, 0.0]])
        found = audit(cert, "linear", (x, IRIS.labels))
        assert answers(found) == {"Theorem 2": FAILS, "Theorem 2'": HOLDS, "Theorem 3": FAILS}
        told = found.hypothesis("E[phi phi'] > 0").sentence
        assert told.startswith("its rank is 15 of m = 18; the smallest singular value of J/sqrt(n) is ")
        assert told.endswith(
            "the scores are those of fewer features, which all are combinations of others: leave some out, and the "
            "hypothesis holds"
        )
        assert found.hypothesis("E[phi phi'] > 0").number < 1e-28

    def test_a_nearly_dependent_feature_is_not_called_dependent(self, cert):
        noise = np.random.default_rng(0).standard_normal(150)
        x = np.column_stack([IRIS.features, IRIS.features[:, 0] + 1e-6 * noise])
        found = audit(cert, "linear", (x, IRIS.labels)).hypothesis("E[J'J] > 0")
        assert (found.answer, found.sentence[:24]) == (HOLDS, "its rank is 18 of m = 18")

    def test_labels_that_do_not_depend_on_the_features_fail_all_three(self, cert):
        x, y = np.repeat([[-1.0], [1.0]], 3, 0), [0, 1, 2, 0, 1, 2]
        found = audit(cert, lambda: nn.Linear(1, 3), (x, y))
        assert answers(found) == {"Theorem 2": FAILS, "Theorem 2'": FAILS, "Theorem 3": FAILS}
        assert found.exit_code == 1
        signal = found.hypothesis("grad L(theta_0) != 0")
        assert signal.number < 1e-15
        assert signal.sentence.endswith("to first order no weight says anything about the label")
        assert found.hypothesis("Z* != 0").sentence == (
            "E<b_Y, Z> = 0 for all scores of this linear family, so l_lin + g_sq is smallest at Z* = 0"
        )

    def test_a_tie_in_the_limit_is_found(self, cert):
        # E[o_Y x] = (o_1 + o_2 - 2 o_3)/3 for x = 1, 1, -2: the scores of classes 1 and 2 are equal everywhere
        model = GivenModule(lambda: nn.Linear(1, 3, bias=False), standardised=False)
        found = audit(cert, model, ([[1.0], [1.0], [-2.0]], [0, 1, 2]))
        assert found.hypothesis("no ties in the limit Jv").answer is FAILS
        assert answers(found)["Theorem 3"] is HOLDS  # a tie is in the way of predictions, not of the theorem
        assert found.theorems[2].sentence.endswith("; open for predictions: no ties in the limit Jv")

    def test_a_shift_invariant_pair_is_read_on_the_quotient(self, certified):
        found = audit(certified("cross_entropy", "entropy"), "linear", "iris")
        assert answers(found) == {"Theorem 2": FAILS, "Theorem 2'": HOLDS, "Theorem 3": HOLDS}
        told = found.hypothesis("E[J'J] > 0").sentence
        assert told.startswith("its rank is 10 of m = 15; ")
        assert told.endswith("; some moves of the weights shift all scores together, which counts for nothing")
        assert any("R^C/(1, ..., 1)" in note for note in found.notes)
        # S = P o H^-1 with H = I/C on the quotient (THEORY 4): C P o
        seen = inspected(certified("cross_entropy", "entropy"), "linear", Start.ZERO_LAST_LAYER)
        family = LinearFamily.of(torch.from_numpy(IRIS.standardised()), 3)
        expected = 3 * family.outputs(family.pulled_back(LAW - 1 / 3))
        torch.testing.assert_close(seen.limit, expected, rtol=0, atol=1e-12)


class TestNetworks:
    def test_a_last_layer_of_0_fails_the_rank_and_theorem_2_prime_covers_it(self, cert):
        found = audit(cert, SMALL, "iris")
        assert answers(found) == {"Theorem 2": FAILS, "Theorem 2'": HOLDS, "Theorem 3": FAILS}
        assert found.exit_code == 0
        rank = found.hypothesis("E[J'J] > 0")
        # 4 x 4 weights and 4 biases in the first layer, whose derivatives are 0; 5 x 3 in the last one
        assert rank.sentence == (
            "20 of m = 35 weights move no score to first order: E[J'J] is singular, its rank is 15 of m = 35"
        )
        assert (rank.answer, rank.number) == (FAILS, 0.0)
        assert found.notes == (
            "with a last layer of 0 the other layers do not move the scores to first order, so E[J'J] is singular and "
            "Theorem 2 says nothing",
            "Theorem 2' needs no rank and covers this network; it speaks of minimisers over the whole family, not of "
            "the local minima in which training may end",
        )
        assert found.theorems[0].sentence == "Theorem 2 does not apply: E[J'J] > 0"
        assert found.hypothesis("Z* is unique").answer is UNKNOWN
        assert found.hypothesis("the scores form a cone").sentence.startswith(
            "multiplying the weights of layer 2 by t multiplies the scores by t (at random weights, error "
        )

    def test_subtracting_the_initial_function_gives_theorem_2_and_takes_the_cone(self, cert):
        found = audit(cert, SMALL, "iris", start="subtracted")
        assert answers(found) == {"Theorem 2": HOLDS, "Theorem 2'": UNKNOWN, "Theorem 3": FAILS}
        cone = found.hypothesis("the scores form a cone")
        assert (cone.answer, cone.number > 0.001) == (UNKNOWN, True)

    def test_rank_and_smallest_eigenvalue_are_those_of_the_whole_jacobian(self, cert):
        seen = inspected(cert, SMALL)
        whole = whole_jacobian(seen)
        expected = np.linalg.eigvalsh((whole.T @ whole / 150).numpy())[0]
        found = audit(cert, SMALL, "iris", start="subtracted").hypothesis("E[J'J] > 0")
        # the error of the differences, 1e-9, is relatively 1e-9/sigma_min = 3e-7 in sigma_min
        assert found.number == pytest.approx(expected, rel=1e-5)

    def test_v_solves_its_equation(self, cert):
        seen = inspected(cert, SMALL)
        whole = whole_jacobian(seen)
        gradient = whole.T @ seen.pull.flatten() / 150
        torch.testing.assert_close(seen.gradient, gradient, rtol=0, atol=1e-9)
        v = -torch.linalg.solve(whole.T @ whole / 150, gradient)
        torch.testing.assert_close(seen.limit.flatten(), whole @ v, rtol=0, atol=1e-5)

    def test_more_weights_than_scores(self, cert):
        def rank(step):
            data = IRIS.features[::step], IRIS.labels[::step]
            return audit(cert, SMALL, data, start="subtracted").hypothesis("E[J'J] > 0")

        assert rank(10).answer is HOLDS  # 45 scores, 35 weights
        found = rank(15)
        assert found.answer is FAILS
        assert found.sentence == (
            "m = 35 weights outnumber the n C = 30 scores: the rank is at most 30 < m, so E[J'J] is not positive "
            "definite (its rank is 30 of m = 35)"
        )
        assert found.number == 0.0

    def test_parts_and_conjugate_gradients_give_what_one_decomposition_gives(self, cert, monkeypatch):
        seen = inspected(cert, SMALL)
        whole = Decomposition.of(seen.network, seen.root, seen.active)
        v = limit_direction(seen.network, seen.gradient, seen.root, whole)
        monkeypatch.setattr(linearised, "ENTRIES_AT_ONCE", 7 * 3 * 35)
        parts = Decomposition.of(seen.network, seen.root, seen.active)
        torch.testing.assert_close(parts.singular, whole.singular, rtol=1e-11, atol=0)
        monkeypatch.setattr(jacobian, "MOST_WORK", 1)
        nothing = Decomposition.of(seen.network, seen.root, seen.active)
        assert nothing.singular is None
        assert nothing.spectrum.rank is None
        by_products = limit_direction(seen.network, seen.gradient, seen.root, nothing)
        there, here = seen.network.pushed(by_products), seen.network.pushed(v)
        assert float((there - here).norm() / here.norm()) < 1e-6
        found = audit(cert, SMALL, "iris", start="subtracted")
        assert found.hypothesis("E[J'J] > 0").answer is UNKNOWN
        assert answers(found)["Theorem 2"] is UNKNOWN
        assert found.exit_code == 2

    def test_an_initial_output_that_is_not_0(self, cert):
        found = audit(cert, SMALL, "iris", start="as-is")
        zero = found.hypothesis("Z(theta_0) = 0")
        assert zero.answer is FAILS
        assert zero.number > 0.1
        assert zero.sentence.endswith("start='zero-last-layer' or 'subtracted' arranges 0")
        assert answers(found)["Theorem 2"] is FAILS

    def test_a_network_that_is_linear_in_its_weights_is_known_as_such(self, cert):
        found = audit(cert, "random_features", "iris")
        assert found.hypothesis("Z = theta phi(X)").answer is HOLDS
        assert found.hypothesis("Z is C^2 near theta_0").sentence == "Z is linear in the weights"
        assert audit(cert, SMALL, "iris").hypothesis("Z = theta phi(X)").answer is FAILS


class Scaled(nn.Module):
    """Scores tanh(W x) c with a scale c, which is the only free scale; or with c fixed."""

    def __init__(self, is_free):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.scale.requires_grad_(is_free)
        self.inner = nn.Linear(4, 3)

    def forward(self, x):
        return self.scale * torch.tanh(self.inner(x))


class Cubed(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3, 4))

    def forward(self, x):
        return (x @ self.weight.T) ** 3


class Overflowing(nn.Module):
    """Scores W x as long as ``rate`` ||W||^2 is no exponent of an overflow, and no numbers beyond."""

    def __init__(self, rate):
        super().__init__()
        self.weight, self.rate = nn.Parameter(torch.ones(3, 4)), rate

    def forward(self, x):
        return x @ self.weight.T + 0 * torch.exp(self.rate * self.weight.square().sum())


class TestCones:
    def cone(self, cert, model):
        return audit(cert, model, "iris", start="as-is").hypothesis("the scores form a cone")

    def test_a_scale_of_its_own_is_found(self, cert):
        found = self.cone(cert, Scaled(True))
        assert found.answer is HOLDS
        assert "the weights of the module itself by t" in found.sentence

    @pytest.mark.parametrize("rate", [1.0, 5.0, 20.0])  # e^709 overflows: from t = 30 on, from t = 3 on, at once
    def test_scores_that_overflow_are_not_scaled(self, cert, rate):
        assert self.cone(cert, Overflowing(0.0)).answer is HOLDS
        assert self.cone(cert, Overflowing(rate)).answer is UNKNOWN

    def test_bounded_scores_leave_it_unknown(self, cert):
        found = self.cone(cert, Scaled(False))
        assert found.answer is UNKNOWN  # tanh is at most 1: 3 Z is not reached
        assert found.number > 0.01

    def test_a_root_of_t_scales_as_well(self, cert):
        found = self.cone(cert, Cubed())
        assert found.answer is HOLDS
        assert found.sentence.startswith(
            "multiplying the weights of the module itself by t^(1/3) multiplies the scores by t (at random weights, "
        )


class TestKinks:
    def test_the_nearest_kink(self):
        x = torch.tensor([[-2.0, 0.5, 3.0]])
        assert watched(torch.relu, x).nearest == 0.5
        assert watched(lambda v: torch.nn.functional.leaky_relu(v + 2.25), x).nearest == 0.25
        assert watched(lambda v: torch.tanh(v).exp(), x).nearest == float("inf")

    def test_operations_with_kinks_elsewhere_are_named(self):
        image = torch.rand(1, 1, 4, 4)
        assert watched(nn.MaxPool2d(2), image).unread == {"max_pool2d_with_indices"}
        assert watched(lambda v: v.clamp(0, 1), image).unread == {"clamp"}

    def test_a_function_of_ones_own_hides_no_kink(self):
        class Bent(torch.autograd.Function):
            @staticmethod
            def forward(_, x):
                return torch.relu(2 * x) + 1

            @staticmethod
            def backward(_, slope):
                return slope

        x = torch.tensor([[-2.0, 0.5, 3.0]])
        assert watched(Bent.apply, x).nearest == 1.0
        assert watched(lambda v: torch.div(v, 1, rounding_mode="floor"), x).unread == {"div"}
        assert watched(lambda v: v**1.5, x).unread == {"pow"}
        assert (
            watched(lambda v: (v**3).sum() * (torch.ones(3) > 0), x).unread == set()
        )  # the weights do not reach the mask

    def test_a_sample_on_a_kink_leaves_it_unknown(self, cert):
        # relu at W 0 + b with b = 0: moving b moves it off the kink, so Z has no derivative there
        def model():
            found = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))
            nn.init.zeros_(found[0].bias)
            return found

        x = np.vstack([IRIS.features, np.zeros(4)])
        given = GivenModule(model, standardised=False)
        found = audit(cert, given, (x, [*IRIS.labels, 0]), start="subtracted").hypothesis("Z is C^2 near theta_0")
        assert (found.answer, found.number) == (UNKNOWN, 0.0)
        assert found.sentence == (
            "an entry lies exactly on a kink (of relu, abs and the like): Z has no derivative if weights move it"
        )

    def test_the_audit_tells_the_distance(self, cert):
        found = audit(cert, "mlp", "iris").hypothesis("Z is C^2 near theta_0")
        seen = inspected(cert, "mlp", Start.ZERO_LAST_LAYER)
        weights = seen.network.stack.named(seen.network.theta)
        before = seen.network.inputs @ weights["0.weight"].T + weights["0.bias"]
        assert found.number == pytest.approx(float(before.abs().min()))


class TestTheTable:
    def test_text_markdown_and_rows_say_the_same(self, cert):
        found = audit(cert, SMALL, "iris")
        text, page, rows = str(found), found.to_markdown(), found.rows
        assert " ".join(text.split()).startswith(
            "cross_entropy + l2 with mlp on iris: n = 150 samples, C = 3 classes, m = 35 weights, start zero-last-layer"
        )
        assert page.startswith(r"### cross\_entropy + l2 with mlp on iris")
        for h in found.hypotheses:
            number = "" if h.number is None else f", {h.shown}"
            assert f"** **{h.answer}**{number} (Theorem " in page
            assert h.name in text
            assert " ".join(h.sentence.split()) in " ".join(text.split())
        assert {row["hypothesis"] for row in rows} == {h.name for h in found.hypotheses}
        assert found.to_record()["theorems"] == {"Theorem 2": "fails", "Theorem 2'": "holds", "Theorem 3": "fails"}
        names = ", ".join(h.name for h in found.hypotheses)
        for name, near in (
            ("nothing", ""),
            ("finite sampel", "; did you mean finite sample?"),
            (3, ""),
            (["finite sample"], ""),
        ):
            with pytest.raises(UnknownNameError) as error:
                found.hypothesis(name)
            assert str(error.value) == f"name: got {name!r}{near}; accepted are {names}"

    def test_a_theorem_that_the_certificate_does_not_list_fails(self, cert):
        class Without:
            theorems = tuple(t for t in cert.theorems if t.name != "Theorem 3")

            def __getattr__(self, name):
                return getattr(cert, name)

        found = audit(Without(), "linear", "iris")
        assert answers(found) == {"Theorem 2": HOLDS, "Theorem 2'": HOLDS, "Theorem 3": FAILS}
        assert found.theorems[2].sentence == "Theorem 3 does not apply: the pair meets Theorem 3"

    def test_progress_counts_to_the_end(self, cert):
        seen = []
        audit(cert, "linear", "iris", progress=lambda *told: seen.append(told))
        steps = [told[0] for told in seen]
        assert steps == sorted(steps)
        assert set(steps) == set(range(7))
        assert seen[-1] == (6, 6, "done")

    def test_defaults_are_noted(self, certified):
        found = audit(certified("gce", "l2"), "linear", "iris")
        assert found.notes == ("free parameters of the certificate are taken at their defaults: q = 7/10",)


def test_a_pair_without_a_prediction_cannot_be_audited(certified):
    with pytest.raises(ConfirmationError, match="makes no prediction"):
        audit(certified("one_vs_rest_logistic", "l2"), "linear", "iris")


def test_a_seed_is_checked(cert):
    with pytest.raises(TrainingError) as raised:
        audit(cert, "linear", "iris", seed=-1)
    assert str(raised.value) == "seed: got -1; accepted is an integer from 0 to 2^63 - 1"


@pytest.mark.cuda
def test_on_a_gpu_the_answers_are_the_same(cert):
    here, there = audit(cert, SMALL, "iris"), audit(cert, SMALL, "iris", device="cuda")
    assert answers(here) == answers(there)
    assert [h.answer for h in here.hypotheses] == [h.answer for h in there.hypotheses]


@pytest.mark.parametrize("device", [None, 3, "gpu"])
def test_what_is_no_device_is_refused(cert, device):
    with pytest.raises(DeviceError) as raised:
        audit(cert, "linear", "iris", device=device)
    assert str(raised.value).startswith(f"device: got '{device}', which torch does not know; accepted here: cpu")


def test_data_of_torch_are_those_of_a_table(cert):
    rows = IRIS.standardised()[:, :-1]
    torchs = torch.utils.data.TensorDataset(torch.from_numpy(rows), torch.from_numpy(IRIS.labels))
    there, here = audit(cert, SMALL, torchs, start="subtracted"), audit(cert, SMALL, "iris", start="subtracted")
    assert [h.answer for h in there.hypotheses] == [h.answer for h in here.hypotheses]
    assert there.hypothesis("E[J'J] > 0").number == pytest.approx(here.hypothesis("E[J'J] > 0").number, rel=1e-9)
