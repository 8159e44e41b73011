"""Training networks: against loops of torch.optim, against the exact solver, and against what is proved."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time

import pytest
import torch
from torch import nn

from numerics import datasets
from numerics.distance import distance
from numerics.errors import CheckpointError, NoiseError, TrainingError
from numerics.formulas.objective import Objective
from numerics.formulas.scaled import ScaledObjective
from numerics.linear.solve import ScaledProblem, minimisers
from numerics.models import mlp
from numerics.models.linear import LinearFamily
from numerics.networks.batches import order_of
from numerics.networks.checkpoints import Checkpoint
from numerics.networks.comparison import compared, comparison_block
from numerics.networks.network_runs import NetworkRun
from numerics.networks.optimisers import LBFGS, SGD, Adam
from numerics.networks.problem import Scaling
from numerics.networks.stopping import Ended
from numerics.networks.train import trained
from numerics.networks.training import Training
from numerics.noise.laws import clean_law, noisy_law
from symcheck.language import functions as sc
from symcheck.language.parameter import Parameter

IRIS = datasets.load("iris")
LABELS = torch.from_numpy(IRIS.labels)
SMALL = mlp.Network(widths=(5,), activation="tanh")


def l2(z, y):
    return sc.total(z**2) / 2


def cross_entropy(z, y):
    return sc.logsumexp(z) - z[y]


def plain(z, law, alpha):
    """F(Z') for CE + l2 in plain torch: CE(alpha Z')/alpha + ||Z'||^2/2, up to a constant."""
    value = torch.nn.functional.cross_entropy(alpha * z, law, reduction="none") / alpha
    return (value + z.square().sum(1) / 2).mean()


def looped(case: NetworkRun, make, steps, batch):
    """One network trained by torch.optim alone, from the start that training gives it."""
    inputs = torch.from_numpy(SMALL.inputs(IRIS))
    module = SMALL.seeded((4,), 3, case.seed).double()
    nn.init.zeros_(module[-1].weight)
    nn.init.zeros_(module[-1].bias)
    law = noisy_law(clean_law(LABELS, 3), case.rho)
    optimiser = make(module.parameters())
    for done in range(steps):
        chosen = torch.arange(150)
        if batch:
            epoch, place = divmod(done, 150 // batch)
            chosen = order_of(case.seed, epoch, 150)[place * batch : (place + 1) * batch]
        optimiser.zero_grad()
        plain(module(inputs[chosen]), law[chosen], case.alpha).backward()
        optimiser.step()
    return torch.cat([p.detach().flatten() for p in module.parameters()])


@pytest.mark.parametrize(
    ("optimiser", "torchs"),
    [
        (SGD(lr=0.05), lambda p: torch.optim.SGD(p, lr=0.05)),
        (SGD(lr=0.02, momentum=0.9), lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9)),
        (Adam(lr=0.01), lambda p: torch.optim.Adam(p, lr=0.01)),
        (Adam(lr=0.02, betas=(0.8, 0.99)), lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.8, 0.99))),
    ],
)
@pytest.mark.parametrize("batch", [None, 32])
def test_many_at_once_end_in_the_weights_of_a_loop_of_torch_optim(ce, optimiser, torchs, batch):
    found = trained(
        ce, SMALL, "iris", alphas=[0.01, 1.0], rhos=[0.4], seeds=[0, 3],
        training=Training(optimiser=optimiser, steps=20, batch=batch),
    )  # fmt: skip
    assert len(found.cases) == 4
    # rounding of sums of 150 terms, 1e-15, over 20 steps; and iris is balanced, so that over all samples the gradient
    # in the last bias is 0 up to u = 1e-16, which Adam makes a step of lr u/eps = 1e-10: 20 of them
    tolerance = 5e-9 if isinstance(optimiser, Adam) and batch is None else 1e-12
    for case, weights in zip(found.cases, found.weights, strict=True):
        torch.testing.assert_close(weights, looped(case, torchs, 20, batch), rtol=0, atol=tolerance)


def test_without_line_search_l_bfgs_is_that_of_torch(ce):
    found = trained(
        ce,
        SMALL,
        "iris",
        alphas=[0.5],
        training=Training(optimiser=LBFGS(lr=0.3, history=7, line_search=False), steps=15),
    )
    inputs, law = torch.from_numpy(SMALL.inputs(IRIS)), clean_law(LABELS, 3)
    module = SMALL.seeded((4,), 3, 0).double()
    nn.init.zeros_(module[-1].weight)
    nn.init.zeros_(module[-1].bias)
    optimiser = torch.optim.LBFGS(
        module.parameters(), lr=0.3, max_iter=15, history_size=7, tolerance_grad=0, tolerance_change=0, max_eval=1000
    )

    def closure():
        optimiser.zero_grad()
        value = plain(module(inputs), law, 0.5)
        value.backward()
        return value

    optimiser.step(closure)
    expected = torch.cat([p.detach().flatten() for p in module.parameters()])
    torch.testing.assert_close(found.weights[0], expected, rtol=0, atol=1e-9)


def test_on_a_linear_family_l_bfgs_ends_where_the_exact_solver_does(ce):
    found = trained(
        ce, "linear", "iris", alphas=[0.0, 0.1, 4.0], rhos=[0, 0.4],
        training=Training(optimiser=LBFGS(), steps=400, gradient_norm=1e-10),
    )  # fmt: skip
    assert set(found.ended) == {Ended.GRADIENT}
    family = LinearFamily.of(torch.from_numpy(IRIS.standardised()), 3)
    for k, case in enumerate(found.cases):
        law = noisy_law(clean_law(LABELS, 3), case.rho)
        if case.alpha == 0:  # the limit of CE + l2: Z* = P onehot*, a times that under noise
            expected = family.outputs(family.pulled_back(law - 1 / 3))
        else:
            problem = ScaledProblem(family, ce, torch.tensor([case.alpha], dtype=torch.float64), law[None])
            expected = family.outputs(minimisers(problem, torch.tensor([1e-12], dtype=torch.float64)).weights[0])
        # F is 1-strongly convex in Z', and the smallest singular value of J/sqrt(n) on iris is .14
        assert float((found.scores[k] - expected).square().sum(1).mean().sqrt()) < 1e-10 / 0.14


def test_a_network_trained_alone_is_the_one_trained_among_others(ce):
    training = Training(optimiser=Adam(), steps=20, batch=50)
    together = trained(ce, SMALL, "iris", alphas=[0.1, 1.0], rhos=[0, 0.3], seeds=[1, 2], training=training)
    for case in together.cases:
        alone = trained(ce, SMALL, "iris", alphas=[case.alpha], rhos=[case.rho], seeds=[case.seed], training=training)
        k = together.index(case.alpha, case.rho, case.seed)
        torch.testing.assert_close(together.weights[k], alone.weights[0], rtol=0, atol=1e-13)


def test_exact_noise_is_label_smoothing_with_clean_labels(ce, recorded):
    # THEORY 2: r = rho C/(C-1); (1-r) CE(y) + r mean_k CE(k), the formula and not the law
    r = 0.3 * 3 / 2
    share = Parameter("r", at_least=0, below=1)

    def smoothing(z, y):
        return (1 - share) * (sc.logsumexp(z) - z[y]) + share * (sc.logsumexp(z) - sc.mean(z))

    smoothed = Objective(recorded(smoothing), ce.regularizer, {"r": r})
    training = Training(optimiser=Adam(), steps=60, batch=30)
    noisy = trained(ce, SMALL, "iris", alphas=[0.5], rhos=[0.3], training=training)
    clean = trained(smoothed, SMALL, "iris", alphas=[0.5], training=training)
    torch.testing.assert_close(noisy.weights, clean.weights, rtol=0, atol=1e-12)


def test_theorem_2_near_the_start_the_scores_tend_to_jv(ce, certified):
    """Z(theta_alpha)/alpha -> Jv, which is found in another way; the error is O(alpha): a tenth for a tenth."""
    from numerics.audits.models.inspection import Inspected
    from numerics.audits.models.linearised import Linearised
    from numerics.formulas.predicted_numbers import predicted_numbers
    from numerics.models.start import Start
    from numerics.networks.train import stack_of

    claim = predicted_numbers(certified("cross_entropy", "l2"), 3, "iris")
    model = mlp.Network(widths=(2,), activation="tanh")
    training = Training(optimiser=LBFGS(history=40), steps=600, gradient_norm=1e-8, scaling=Scaling.WEIGHTS)
    alphas = [1e-2, 1e-3]
    found = trained(claim, model, "iris", alphas=alphas, rhos=[0, 0.4], start="subtracted", training=training)
    stack, inputs = stack_of(model, IRIS, [0], Start.SUBTRACTED, torch.device("cpu"), torch.float64)
    seen = Inspected(claim, Linearised(stack, inputs), clean_law(LABELS, 3), Start.SUBTRACTED)
    a = 1 - 0.4 * 3 / 2
    for rho, limit in ((0.0, seen.limit), (0.4, a * seen.limit)):
        errors = [float((found.scores[found.index(x, rho)] - limit).norm() / limit.norm()) for x in alphas]
        assert errors[0] / errors[1] == pytest.approx(10, rel=0.25)
        assert errors[1] < 0.02
    gaps = [distance(found.scores[found.index(x)], found.scores[found.index(x, 0.4)]) for x in alphas]
    assert gaps[0] / gaps[1] == pytest.approx(10, rel=0.25)


def test_gradients_are_those_of_the_values(recorded):
    """For k = 2 and k = 4, at alpha > 0 and in the limit."""
    chance = torch.Generator().manual_seed(0)
    z = torch.randn(3, 6, 3, dtype=torch.float64, generator=chance, requires_grad=True)
    law = torch.rand(3, 6, 3, dtype=torch.float64, generator=chance).softmax(-1)
    alpha = torch.tensor([0.0, 0.2, 3.0], dtype=torch.float64)
    for degree, g in ((2.0, lambda z, y: sc.total(z**2) / 2 + sc.total(z**4)), (4.0, lambda z, y: sc.total(z**2) ** 2)):
        scaled = ScaledObjective.of(Objective(recorded(cross_entropy), recorded(g)), alpha, 3, degree)
        (expected,) = torch.autograd.grad(scaled.values(z, law).sum() * 6, z)
        torch.testing.assert_close(scaled.gradient(z.detach(), law), expected, rtol=1e-10, atol=1e-12)


def test_a_small_alpha_is_close_to_the_limit_problem(recorded):
    # grad l(s Z') - grad l(0) is at most 1/2 s ||Z'|| for CE; s = alpha for l2, alpha^(1/3) for ||z||^4
    chance = torch.Generator().manual_seed(0)
    z = torch.randn(1, 6, 3, dtype=torch.float64, generator=chance).expand(2, 6, 3)
    law = clean_law(LABELS[:6], 3).expand(2, 6, 3)
    for degree, g, small in ((2.0, l2, 1e-6), (4.0, lambda z, y: sc.total(z**2) ** 2, 1e-18)):
        alpha = torch.tensor([0.0, small], dtype=torch.float64)
        found = ScaledObjective.of(Objective(recorded(cross_entropy), recorded(g)), alpha, 3, degree).gradient(z, law)
        assert 0 < float((found[0] - found[1]).norm()) <= 0.5e-6 * float(z[0].norm())


def test_clean_and_noisy_networks_are_compared(ce):
    found = trained(ce, SMALL, "iris", alphas=[0, 0.1], rhos=[0, 0.4], training=Training(steps=100))
    pairs = compared(found)
    assert [(p.alpha, p.rho) for p in pairs] == [(0, 0.4), (0.1, 0.4)]
    one = pairs[1]
    clean, noisy = found.scores[found.index(0.1)], found.scores[found.index(0.1, 0.4)]
    assert one.distance == pytest.approx(float((clean / clean.norm() - noisy / noisy.norm()).norm()))
    assert one.ratio == pytest.approx(float(noisy.norm() / clean.norm()))
    assert one.agreement == float((clean.argmax(1) == noisy.argmax(1)).double().mean())
    assert one.accuracy[0] == float((clean.argmax(1) == LABELS).double().mean())
    assert pairs[0].to_limit[0] == 0.0
    assert one.to_limit[0] > 0
    shown = comparison_block(pairs)
    assert len(shown.rows) == 2
    assert [*shown.head[:3]] == ["alpha", "rho", "seed"]


def test_the_scores_are_those_of_the_modules(ce):
    found = trained(ce, SMALL, "iris", alphas=[0.3], seeds=[0, 1], training=Training(steps=5))
    inputs = found.problem.inputs
    with torch.no_grad():
        torch.testing.assert_close(found.module(1)(inputs), 0.3 * found.scores[1])
    told = "with which no network was trained; there are"
    again = "pass one of them, or train again with"
    for asked, said in (
        ((0.7,), f"alpha: got 0.7, {told} 0.3; {again} alphas=[...]"),
        ((0.3, 0.2), f"rho: got 0.2, {told} 0.0; {again} rhos=[...]"),
        ((0.3, 0.0, 4), f"seed: got 4, {told} 0, 1; {again} seeds=[...]"),
        (("0.3",), f"alpha: got '0.3', {told} 0.3; {again} alphas=[...]"),
    ):
        with pytest.raises(TrainingError) as error:
            found.index(*asked)
        assert str(error.value) == said
    for k in (2, -1, "0"):
        with pytest.raises(TrainingError) as error:
            found.module(k)
        assert str(error.value) == (
            f"k: got {k!r}; accepted are the networks 0 to 1, in the order of .cases; .index(alpha, rho, seed) says "
            "which is which"
        )


def test_float32_is_the_same_training(ce):
    settings = {"alphas": [0.1], "rhos": [0.4], "training": Training(steps=20, batch=50)}
    single = trained(ce, SMALL, "iris", dtype=torch.float32, **settings)
    assert single.weights.dtype == torch.float32
    double = trained(ce, SMALL, "iris", **settings)
    torch.testing.assert_close(single.weights.double(), double.weights, rtol=0, atol=1e-4)


def test_labels_are_replaced_by_their_laws_or_by_draws(ce):
    settings = {"alphas": [1.0], "rhos": [0.0, 0.4], "seeds": [1, 2], "training": Training(steps=1)}
    exact = trained(ce, SMALL, "iris", **settings).problem
    assert exact.laws.shape[0] == 2  # clean and noisy: exact noise has no seed
    drawn = trained(ce, SMALL, "iris", noise="sampled", **settings).problem
    assert drawn.laws.shape[0] == 3  # clean, and a draw for each seed
    assert set(drawn.laws.unique().tolist()) == {0.0, 1.0}
    uniform = torch.full((150, 3), 1 / 3, dtype=torch.float64)
    problem = trained(ce, SMALL, "iris", noise=lambda labels, c, rho, seed: uniform, **settings).problem
    assert torch.equal(problem.laws[1], uniform)


class TestStopping:
    def test_a_network_stops_at_its_gradient_norm_and_then_stays(self, ce):
        training = Training(optimiser=LBFGS(), steps=300, gradient_norm=1e-6, check_every=5)
        found = trained(ce, "linear", "iris", alphas=[0.01, 100.0], training=training)
        assert set(found.ended) == {Ended.GRADIENT}
        assert found.steps[0] != found.steps[1]
        assert float(found.gradient_norms.max()) <= 1e-6
        first = min(range(2), key=found.steps.__getitem__)
        alone = trained(ce, "linear", "iris", alphas=[found.cases[first].alpha], training=training)
        torch.testing.assert_close(found.weights[first], alone.weights[0], rtol=0, atol=1e-12)
        assert alone.steps[0] == found.steps[first]

    def test_with_a_validation_part_the_best_weights_are_kept(self, ce):
        def run(**settings):
            training = Training(optimiser=Adam(lr=0.05), validation=0.3, **settings)
            return trained(ce, "mlp", "iris", alphas=[50.0], rhos=[0.4], noise="sampled", training=training)

        found = run(steps=400, patience=3, check_every=10)
        assert found.ended == (Ended.VALIDATION,)
        assert found.steps[0] < 400
        problem = found.problem
        held_out = torch.randperm(150, generator=torch.Generator().manual_seed(0))[:45].sort().values
        best = float(problem.values(found.weights, held_out))
        # trained for so many steps and looked at once every 10, no weights met were better; the last ones are worse
        for steps in range(10, found.steps[0] + 1, 10):
            met = run(steps=steps, check_every=steps)
            assert float(problem.values(met.weights, held_out)) >= best
        assert float(problem.values(met.weights, held_out)) > best


EIGHT = {"alphas": [0.1, 1.0], "rhos": [0, 0.4], "seeds": [0, 1]}


class Stop(Exception):
    pass


class TestCheckpoints:
    @pytest.mark.parametrize(
        "training",
        [
            Training(optimiser=Adam(), steps=60, batch=20, check_every=10),
            Training(optimiser=SGD(momentum=0.9), steps=60, validation=0.2, patience=2, check_every=10),
            Training(optimiser=LBFGS(), steps=60, gradient_norm=1e-3, check_every=10),
        ],
    )
    def test_an_interrupted_training_ends_in_the_identical_weights(self, ce, tmp_path, training):
        whole = trained(ce, SMALL, "iris", training=training, **EIGHT)
        file = Checkpoint(tmp_path / "run.pt", every=15)

        def interrupt(done, total, what):
            if done >= 40:
                raise Stop

        with pytest.raises(Stop):
            trained(ce, SMALL, "iris", training=training, checkpoint=file, progress=interrupt, **EIGHT)
        seen = []
        again = trained(
            ce,
            SMALL,
            "iris",
            training=training,
            checkpoint=file,
            progress=lambda *told: seen.append(told[0]),
            **EIGHT,
        )
        assert min(seen) == 40  # it went on from step 30
        assert torch.equal(again.weights, whole.weights)
        assert torch.equal(again.scores, whole.scores)
        assert (again.steps, again.ended) == (whole.steps, whole.ended)
        finished = trained(ce, SMALL, "iris", training=training, checkpoint=file, **EIGHT)
        assert torch.equal(finished.weights, whole.weights)

    def test_a_killed_training_ends_in_the_identical_weights(self, ce, tmp_path, checkout):
        code = (
            "import sys, torch; torch.set_num_threads(1)\n"
            "from numerics.networks.checkpoints import Checkpoint; from numerics.models import mlp\n"
            "from numerics.formulas.objective import Objective; from numerics.networks.train import trained\n"
            "from numerics.networks.training import Training\n"
            "from symcheck.language import functions as sc; from symcheck.language.formula import Formula, symbols\n"
            "z, y = symbols()\n"
            "pair = Objective(Formula.of(sc.logsumexp(z) - z[y]), Formula.of(sc.total(z**2) / 2))\n"
            "model = mlp.Network(widths=(5,), activation='tanh')\n"
            "trained(pair, model, 'iris', alphas=[0.1], rhos=[0.4], seeds=[0, 1],\n"
            "    training=Training(steps=STEPS, batch=20), checkpoint=Checkpoint(sys.argv[1], every=25))\n"
        )
        path = tmp_path / "run.pt"
        steps = 100_000_000  # it would never end by itself
        process = subprocess.Popen(
            [sys.executable, "-c", code.replace("STEPS", str(steps)), str(path)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path])}, cwd=checkout,
        )  # fmt: skip
        try:
            end = time.monotonic() + 120
            while not path.exists() and time.monotonic() < end:
                time.sleep(0.02)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        done = torch.load(path, weights_only=True)["done"]
        assert done % 25 == 0
        assert list(tmp_path.glob(".run.pt.*")) in ([], list(tmp_path.glob(".run.pt.*.part")))
        # the same training as a whole, up to the step of the checkpoint
        whole = trained(
            ce, SMALL, "iris", alphas=[0.1], rhos=[0.4], seeds=[0, 1], training=Training(steps=done, batch=20)
        )
        assert torch.equal(torch.load(path, weights_only=True)["tensors"]["weights"], whole.weights)

    def test_what_is_no_checkpoint_is_refused_and_runs_no_code(self, ce, tmp_path):
        class Trap:
            def __reduce__(self):
                return (os.mkdir, (str(tmp_path / "sprung"),))

        for content in (b"no checkpoint", pickle.dumps(Trap(), protocol=2), b""):
            path = tmp_path / "run.pt"
            path.write_bytes(content)
            with pytest.raises(CheckpointError) as raised:
                trained(ce, SMALL, "iris", alphas=[1.0], training=Training(steps=5), checkpoint=Checkpoint(path))
            assert str(raised.value) == (
                f"checkpoint: {path} cannot be read as a checkpoint; name another file, or remove this one to begin "
                "again"
            )
            assert path.read_bytes() == content
        assert not (tmp_path / "sprung").exists()

    def test_a_file_that_cannot_be_written_is_an_error(self, ce, tmp_path):
        path = tmp_path / "missing" / "run.pt"
        with pytest.raises(CheckpointError) as raised:
            trained(ce, SMALL, "iris", alphas=[1.0], training=Training(steps=5), checkpoint=Checkpoint(path, every=5))
        assert str(raised.value) == (
            f"checkpoint: {path} cannot be written: No such file or directory; the checkpoint before it, if there is "
            "one, is whole: make room or name another file, and train again to go on from it"
        )

    def test_a_full_disk_leaves_the_checkpoint_before(self, ce, tmp_path, monkeypatch):
        path = tmp_path / "run.pt"
        settings = {"alphas": [1.0], "training": Training(steps=20, check_every=5)}
        whole = trained(ce, SMALL, "iris", **settings)
        calls = []

        def full(descriptor):
            calls.append(descriptor)
            if len(calls) > 1:
                raise OSError(28, "No space left on device")

        monkeypatch.setattr("symcheck.files.os.fsync", full)
        with pytest.raises(CheckpointError, match="No space left on device"):
            trained(ce, SMALL, "iris", checkpoint=Checkpoint(path, every=5), **settings)
        monkeypatch.undo()
        assert torch.load(path, weights_only=True)["done"] == 5
        assert [p.name for p in tmp_path.iterdir()] == ["run.pt"]
        again = trained(ce, SMALL, "iris", checkpoint=Checkpoint(path, every=5), **settings)
        assert torch.equal(again.weights, whole.weights)


def test_progress_tells_steps_and_the_time_left(ce):
    seen = []
    trained(
        ce, SMALL, "iris", alphas=[1.0], seeds=[0, 1], training=Training(steps=30, check_every=10),
        progress=lambda *told: seen.append(told),
    )  # fmt: skip
    assert [told[:2] for told in seen] == [(10, 30), (20, 30), (30, 30)]
    assert seen[-1][2] == "2 networks, about 0 s left"


def test_a_training_that_diverges_says_what_to_do(ce):
    with pytest.raises(TrainingError) as raised:
        trained(ce, "linear", "iris", alphas=[1.0], training=Training(optimiser=SGD(lr=1e9), steps=60))
    assert str(raised.value) == (
        "optimiser: with SGD(lr=1000000000.0, momentum=0.0) the weights at alpha = 1, rho = 0, seed = 0 are not finite "
        "after 50 steps; take a smaller lr"
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Training(optimiser="adam"),
            "optimiser: got 'adam'; accepted is Adam(), SGD() or LBFGS() of numerics.networks.optimisers",
        ),
        (lambda: Training(steps=0), "steps: got 0; accepted is an integer >= 1"),
        (lambda: Training(batch=2.5), "batch: got 2.5; accepted is an integer >= 1"),
        (lambda: Training(gradient_norm=-1), "gradient_norm: got -1; accepted is a number >= 0; 0 asks for none"),
        (
            lambda: Training(validation=1),
            "validation: got 1; accepted is the share of the samples that is held out, in [0, 1)",
        ),
        (
            lambda: Training(optimiser=LBFGS(), batch=32),
            "batch: got 32, and L-BFGS needs all samples at every step; leave it out, or take Adam()",
        ),
        (lambda: SGD(lr=0), "lr: got 0; accepted is a positive number, such as 0.01"),
        (lambda: SGD(momentum=1), "momentum: got 1; accepted is a number in [0, 1)"),
        (lambda: Adam(betas=(0.9, 1.0)), "betas: got 1.0; accepted is a number in [0, 1)"),
        (lambda: Adam(eps=0), "eps: got 0; accepted is a positive number, such as 1e-8"),
        (lambda: LBFGS(history=0), "history: got 0; accepted is an integer >= 1"),
    ],
)
def test_settings_are_checked(make, message):
    with pytest.raises(TrainingError) as raised:
        make()
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"alphas": []}, "alphas: got none; accepted is at least one"),
        ({"alphas": [-1]}, "alphas: got -1; accepted are numbers 1/lambda >= 0, where 0 is the limit problem"),
        (
            {"alphas": [0], "training": Training(scaling=Scaling.WEIGHTS)},
            "alphas: got 0 with scaling='weights', where theta = theta_0 + alpha theta' does not move; accepted there "
            "is alpha > 0",
        ),
        ({"alphas": 0.1}, "alphas: got 0.1; accepted is a list, such as alphas=[0.01]"),
        ({"alphas": ["1/4"]}, "alphas: got '1/4'; accepted are numbers, no texts, such as 0.01"),
        ({"rhos": 0.4}, "rhos: got 0.4; accepted is a list, such as rhos=[0, 0.4]"),
        ({"seeds": 3}, "seeds: got 3; accepted is a list, such as seeds=[0, 1]"),
        ({"seeds": "0,1"}, "seeds: got '0,1'; accepted is a list, such as seeds=[0, 1]"),
        ({"training": 5}, "training: got 5; accepted is numerics.Training(steps=...)"),
        ({"seeds": [-1]}, "seeds: got -1; accepted are integers from 0 to 2^63 - 1"),
        ({"dtype": torch.int64}, "dtype: got torch.int64; accepted: torch.float64, torch.float32"),
        ({"training": Training(batch=151)}, "batch: got 151; accepted is at most 150, the training samples"),
        (
            {"training": Training(validation=0.001)},
            "validation: got 0.001, which of 150 samples leaves 0 to hold out; accepted is a share that leaves at "
            "least one sample on both sides",
        ),
        (
            {"noise": lambda labels, c, rho, seed: torch.ones(150, 3), "rhos": [0.1]},
            "noise: the function returned a tensor of shape (150, 3) that is no law of the labels; accepted is one of "
            "shape (150, 3) with entries >= 0 and rows that sum to 1",
        ),
        (
            {"noise": "drawn"},
            "noise: got 'drawn'; accepted is 'exact' (each label is replaced by its law) or 'sampled' (by one draw "
            "from it)",
        ),
        (
            {"rhos": [0.7]},
            "rho: got 0.7; accepted is 0 <= rho < (C-1)/C = 2/3 for C = 3 classes, where the clean class is still the "
            "likeliest label; choose a smaller rate",
        ),
    ],
)
def test_what_is_asked_is_checked(ce, settings, message):
    with pytest.raises((TrainingError, NoiseError)) as raised:
        trained(ce, SMALL, "iris", **({"alphas": [1.0], "training": Training(steps=1)} | settings))
    assert str(raised.value) == message


@pytest.mark.cuda
def test_on_a_gpu_training_is_the_same(ce):
    settings = {"alphas": [0.1, 1.0], "rhos": [0, 0.4], "seeds": [0, 1], "training": Training(steps=50, batch=50)}
    there = trained(ce, SMALL, "iris", device="cuda", **settings)
    here = trained(ce, SMALL, "iris", **settings)
    assert there.weights.device.type == "cuda"
    torch.testing.assert_close(there.weights.cpu(), here.weights, rtol=0, atol=1e-10)
