"""Sweeps: what a run is, what it measures, and that a sweep which was stopped loses nothing and repeats nothing."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import tqdm

from numerics import datasets
from numerics.data.given_data import given_data
from numerics.errors import DataError, NoiseError, SweepError
from numerics.noise.laws import clean_law, noisy_law, sampled_labels
from numerics.progress import bar
from numerics.runs.spec import RunSpec
from numerics.sweeps import run
from numerics.sweeps.grid import LAMBDAS, grid
from numerics.sweeps.results import Results, results
from numerics.sweeps.results_file import ResultsFile
from numerics.sweeps.run import Runner
from numerics.sweeps.sweep import SweepInterrupted, _left, sweep
from symcheck.errors import ParameterError, UnknownNameError
from symcheck.intake.catalogue import loss_named

IRIS = datasets.load("iris")
SOME = {"data": "iris", "lambdas": (0.1, 10.0)}


def result(plans):
    """The result of the first of ``plans``."""
    return Runner().result(plans[0])


def lines(path):
    return sorted(Path(path).read_text().splitlines())


# specifications


def test_equal_specifications_have_one_name_and_others_another():
    plans = grid(["cross_entropy", "muh"], ["l2", "entropy"], ["iris", "wine"], [0.1, 0.2], 2, lambdas=(1, 2))
    names = [plan.hash for plan in plans]
    assert len(set(names)) == len(names) == 2 * 2 * 2 * 2 * 2
    assert [plan.hash for plan in grid(["cross_entropy"], "l2", "iris", 0.1, 2, (1, 2))] == names[:2]
    spec = plans[0].spec
    changes = [
        {"transform": "raw"}, {"test": 0.2}, {"split": 1}, {"noise": "exact"}, {"seed": 5}, {"rho": 0.3},
        {"alphas": (1.0,)}, {"device": "cuda"}, {"fingerprint": "0"}, {"transition": ((1.0, 0.0), (0.0, 1.0))},
        {"parameters": (("q", "1/2"),)}, {"model": "mlp"}, {"outputs": "z_C = 0"},
    ]  # fmt: skip
    assert len({spec.hash, *(replace(spec, **change).hash for change in changes)}) == 1 + len(changes)


def test_the_name_of_a_pair_is_for_people_only():
    spec = grid("cross_entropy", **SOME)[0].spec
    other = grid("logsumexp(z) - z[y]", **SOME)[0].spec
    assert (spec.loss_name, other.loss_name) == ("cross_entropy", "formula")
    assert spec.hash == other.hash
    assert spec == other


def test_a_specification_is_read_back_from_json():
    noise = [[0.8, 0.2, 0], [0, 0.9, 0.1], [0.1, 0, 0.9]]
    for plan in grid("class_weighted_ce", data="iris", transition=noise, test=0.3, lambdas=[1, 49]):
        text = json.dumps(plan.spec.to_record())
        again = RunSpec.from_record(json.loads(text))
        assert again == plan.spec
        assert again.hash == plan.hash
        assert again.lambdas == (1.0, 49.0)


def test_everything_that_decides_a_run_is_in_its_specification():
    spec = grid(loss_named("gce", q="1/2"), data="iris", rho="1/5", seeds=[7], test=0.3, split=2, transform="relu(9)",
                lambdas=[0.5])[0].spec  # fmt: skip
    assert spec.loss == "(1 - softmax(z)[y]**(1/2))/(1/2)"
    assert (spec.parameters, spec.loss_name) == ((("q", "1/2"),), "gce(q=1/2)")
    assert (spec.rho, spec.noise, spec.seed, spec.alphas) == (0.2, "sampled", 7, (2.0,))
    assert (spec.transform, spec.test, spec.split) == ("relu(9, seed=0)", 0.3, 2)
    assert (spec.classes, spec.samples, spec.outputs) == (3, 150, "R^C")
    assert spec.title == "gce(q=1/2) + l2 on iris, rho = 0.2, seed 7"


def test_a_penalty_that_does_not_see_a_shift_is_trained_on_scores_with_mean_0():
    spaces = {p.spec.regularizer_name: p.spec.outputs for p in grid("muh", ["l2", "entropy", "js_uniform", "quartic"])}
    centred, full = "R^C, mean score 0", "R^C"
    assert spaces == {"l2": full, "entropy": centred, "js_uniform": centred, "quartic": full}


# grids


def test_a_grid_has_every_combination_and_shares_clean_fits_between_neighbours():
    plans = grid(["muh", "cross_entropy"], "l2", ["iris", "wine"], ["1/10", 0.2], seeds=2)
    assert [p.spec.title for p in plans[:5]] == [
        "muh + l2 on iris, rho = 0.1, seed 0",
        "muh + l2 on iris, rho = 0.1, seed 1",
        "muh + l2 on iris, rho = 0.2, seed 0",
        "muh + l2 on iris, rho = 0.2, seed 1",
        "cross_entropy + l2 on iris, rho = 0.1, seed 0",
    ]
    assert len(plans) == 16
    assert plans[0].spec.lambdas == LAMBDAS


def test_without_seeds_the_noise_is_exact():
    (plan,) = grid(data="iris")
    assert (plan.spec.noise, plan.spec.seed, plan.spec.rho) == ("exact", None, 0.4)
    assert [p.spec.seed for p in grid(data="iris", noise="sampled")] == [0]
    assert [p.spec.seed for p in grid(data="iris", seeds=[3, 5, 3])] == [3, 5]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"rho": 0.7}, NoiseError, "rho: got 0.7; accepted is 0 <= rho < (C-1)/C = 2/3 for C = 3 classes, where the "
            "clean class is still the likeliest label; choose a smaller rate"),
        ({"seeds": 0}, NoiseError, "seeds: got 0; accepted is how many, from 1 on (at most 1000000), or a list of seeds"),  # noqa: E501
        ({"seeds": [1, -2]}, NoiseError, "seed: got -2; accepted is an integer from 0 to 2^63 - 1"),
        ({"seeds": 2, "noise": "exact"}, NoiseError, "seeds: got 2, and exact noise draws nothing; ask for "
            "noise='sampled', or leave it out"),
        ({"noise": "none"}, NoiseError, "noise: got 'none'; accepted is 'exact' (each label is replaced by its law) or "
            "'sampled' (by one draw from it)"),
        ({"noise": "given"}, NoiseError, "noise: iris has no noisy labels beside the clean ones; give them with "
            "given_data(..., noisy=...) or given_frame(..., noisy=...)"),
        ({"noise": "given", "rho": 0.2}, NoiseError, "rho: got 0.2, and noise='given' takes the noisy labels of the "
            "data as they are"),
        ({"transition": [[0.5, 0.5], [0.1, 0.9]]}, NoiseError, "T: got a matrix for 2 classes; iris has C = 3, so "
            "accepted is (3, 3)"),
        ({"transition": np.eye(3), "rho": 0.2}, NoiseError, "transition: got a matrix and rho as well; give one of the "
            "two"),
        ({"lambdas": 0}, SweepError, "lambdas: got 0; accepted are positive numbers: without a penalty a loss such as "
            "cross-entropy has no minimiser on data that a linear model separates; take a small one, such as 1e-6"),
        ({"lambdas": [1, -1]}, SweepError, "lambdas: got -1; accepted are positive numbers"),
        ({"lambdas": [float("inf")]}, SweepError, "lambdas: got inf; accepted are positive numbers"),
        ({"lambdas": []}, SweepError, "lambdas: got none; accepted are positive numbers"),
        ({"model": "mlp"}, SweepError, "model: got 'mlp'; accepted is 'linear'"),
        ({"loss": "binary_cross_entropy(z)"}, Exception, None),
        ({"loss": "gcee"}, UnknownNameError, "loss: there is no loss called 'gcee'; did you mean gce or agce?; "
            "symcheck list losses shows all of them"),
        ({"loss": "logistic_margin"}, SweepError, "data: iris has C = 3 classes, and logistic_margin is about C = 2; "
            "choose data with such a number of classes"),
        ({"test": 1}, DataError, "test: got 1; accepted is the share of the samples to test on, from 0 to below 1"),
        ({"transform": "pca"}, DataError, "transform: got 'pca'; accepted is 'standardised', 'relu(500, seed=0)' "
            "(random ReLU features) or 'raw'"),
        ({"data": "irsi"}, UnknownNameError, None),
        ({"device": "cuda:7"}, Exception, None),
    ],
)  # fmt: skip
def test_what_no_run_could_do_is_refused_before_any_is_begun(arguments, error, message):
    with pytest.raises(error) as raised:
        grid(**{"data": "iris", **arguments})
    if message is not None:
        assert str(raised.value) == message


def test_a_parameter_without_a_value_to_train_with_is_named():
    from symcheck.language.parameter import Parameter

    with pytest.raises(ParameterError) as raised:
        grid(loss_named("gce", q=Parameter("q", above=0, at_most=1)), data="iris")
    assert str(raised.value) == (
        "q: gce leaves it free in (0, 1], and it has no default to train with; give it a value"
    )


# what a run measures


def test_the_agreement_that_training_shows():
    # THEORY 10: iris + bias, CE + l2, rho .6: 86.0, 89.3, 96.7, 100, 100 % at these lambdas; and clean accuracy falls
    # to that of least squares, 84.7 %
    found = result(grid(data="iris", rho=0.6, lambdas=[1e-4, 0.01, 0.1, 1, 10, 1e3]))
    points = found["points"]
    assert [round(100 * p["agreement_train"], 1) for p in points] == [86.0, 89.3, 96.7, 100, 100, 100]
    assert round(100 * points[-1]["accuracy_clean_train"], 1) == 84.7
    assert all(p["solved"] for p in points)
    assert all(max(p["gradient_norms"]) < 1e-11 for p in points)
    # THEORY 5: the distance to the limit falls with the square of 1/lambda, constant .03040, and between clean and
    # noisy with (1 - a) times the same constant, a = 1/10.  At lambda = 10 the next order takes 7.4 % of it, so at
    # 1000 it is below .1 %
    at_10, at_1000 = points[-2], points[-1]
    assert at_10["distance_clean"] == pytest.approx(0.0304e-2, rel=0.1)
    assert at_1000["distance_clean"] == pytest.approx(0.0304e-6, rel=1e-3)
    assert at_1000["distance"] == pytest.approx(0.9 * 0.0304e-6, rel=1e-3)
    assert at_1000["ratio"] == pytest.approx(0.1, rel=1e-3)


def test_a_run_measures_what_a_confirmation_does(expecting):
    from numerics.confirmations.measure import measured
    from numerics.confirmations.predict import Curve

    for loss in ("cross_entropy", "gce"):
        expected = expecting(loss, "l2", "iris")
        found = measured(expected)
        points = result(grid(loss, data="iris", lambdas=[1 / m.alpha for m in found.measurements[:4]]))["points"]
        for point, m in zip(points, found.measurements, strict=False):
            assert point["distance_clean"] == pytest.approx(m.distances[Curve.CLEAN], abs=1e-9)
            assert point["distance"] == pytest.approx(m.distances[Curve.GAP], abs=1e-9)
            assert point["ratio"] == pytest.approx(m.ratio, abs=1e-9)


@pytest.mark.parametrize(("noise", "seeds"), [("exact", None), ("sampled", [4])])
def test_both_parts_by_hand(noise, seeds):
    # MUH + 1/2 ||z||^2: z = P(law - 1/C)/lambda, so the classes are those of least squares on the law, at every lambda
    from numerics.arrays.transforms import Standardised
    from numerics.data.prepared import prepared

    data = prepared(IRIS, Standardised(), 0.3, 1)
    clean = torch.from_numpy(data.train.labels)
    law = clean_law(clean, 3)
    other = noisy_law(law, 0.5) if seeds is None else clean_law(sampled_labels(clean, 3, 0.5, 4), 3)
    fits = [np.linalg.lstsq(data.train.features, x.numpy() - 1 / 3, rcond=None)[0] for x in (law, other)]
    found = result(grid("muh", data="iris", rho=0.5, seeds=seeds, test=0.3, split=1))
    assert (found["train"], found["test"], found["rank"]) == (105, 45, 5)
    for name, part in (("train", data.train), ("test", data.test)):
        first, second = ((part.features @ fit).argmax(1) for fit in fits)
        for point in found["points"]:
            assert point[f"accuracy_clean_{name}"] == (first == part.labels).mean()
            assert point[f"accuracy_noisy_{name}"] == (second == part.labels).mean()
            assert point[f"agreement_{name}"] == (first == second).mean()
    if seeds is None:
        assert all(point["agreement_test"] == 1 for point in found["points"])
        assert (found["expected_rate"], found["realised_rate"]) == (pytest.approx(0.5), None)
    else:
        moved = (sampled_labels(clean, 3, 0.5, 4) != clean).double().mean()
        assert (found["expected_rate"], found["realised_rate"]) == (None, float(moved))


def test_noise_by_a_matrix_and_labels_that_came_with_the_data():
    # uniform noise as a matrix is uniform noise
    uniform = [[0.6, 0.2, 0.2], [0.2, 0.6, 0.2], [0.2, 0.2, 0.6]]
    first, second = (result(grid(**SOME, **noise)) for noise in ({"transition": uniform}, {"rho": 0.4}))
    assert first["expected_rate"] == pytest.approx(0.4)
    for one, other in zip(first["points"], second["points"], strict=True):
        assert one["distance"] == pytest.approx(other["distance"], rel=1e-9)
    # a draw as labels of the data is that draw
    drawn = sampled_labels(torch.from_numpy(IRIS.labels), 3, 0.4, 2).numpy()
    given = given_data((IRIS.features, IRIS.labels), drawn)
    third = result(grid(data=given, noise="given", lambdas=SOME["lambdas"]))
    fourth = result(grid(**SOME, seeds=[2]))
    assert third["points"] == fourth["points"]
    assert third["realised_rate"] == fourth["realised_rate"] == (drawn != IRIS.labels).mean()


def test_the_same_law_gives_the_same_numbers_whatever_ran_before():
    runner = Runner()
    plans = grid(["cross_entropy", "muh"], "l2", "iris", [0.1, 0.5], 2, (0.01, 1.0))
    together = [runner.line(plan) for plan in plans]
    alone = [Runner().line(plan) for plan in reversed(plans)]
    assert together == alone[::-1]


def test_features_that_depend_on_one_another_are_noted():
    doubled = given_data((np.hstack([IRIS.features, IRIS.features[:, :1]]), IRIS.labels))
    found = result(grid(data=doubled, lambdas=SOME["lambdas"]))
    assert found["rank"] == 5
    (note,) = found["notes"]
    assert note.startswith("the 6 features have rank 5")
    # and they change nothing
    for one, other in zip(found["points"], result(grid(**SOME))["points"], strict=True):
        assert one["accuracy_noisy_train"] == other["accuracy_noisy_train"]
        assert one["distance"] == pytest.approx(other["distance"], rel=1e-8)


def test_random_features_and_penalties_of_another_degree_are_trained():
    found = result(grid("cross_entropy", "quartic", "iris", transform="relu(20)", lambdas=[1, 100], test=0.2))
    assert all(p["solved"] for p in found["points"])
    assert all(p["distance_clean"] is None for p in found["points"])  # no curvature at 0, so no such limit


def test_what_the_fast_solver_leaves_is_left_to_newton(monkeypatch):
    arguments = {"regularizer": "entropy", "data": "iris", "rho": 0.2, "lambdas": [1.0, 10.0]}
    fast = result(grid(**arguments))["points"]
    assert all(max(p["gradient_norms"]) < 1.1e-12 and p["solved"] for p in fast)
    real = run.fitted

    def stopped(problem, goal):
        return real(problem, goal, most_steps=3)

    monkeypatch.setattr(run, "fitted", stopped)
    slow = result(grid(**arguments))["points"]
    assert all(p["solved"] for p in slow)
    for one, other in zip(fast, slow, strict=True):
        assert other["distance"] == pytest.approx(one["distance"], abs=1e-9)


def test_a_run_that_cannot_be_done_is_a_result_too(tmp_path):
    plans = grid("cross_entropy", ["l1", "l2"], **SOME)
    found = sweep(plans, tmp_path / "r.jsonl")
    assert found.failed == {
        plans[0].hash: "SweepError: regularizer: l1 has no curvature at 0 that the solver could start from; take one "
        "that has, such as l2"
    }
    assert len(found.rows) == 2
    assert f"run {plans[0].hash} was not done: SweepError: regularizer: l1" in found.to_text()


# tables


def test_results_as_a_data_frame_and_as_a_summary(tmp_path):
    found = sweep(grid(["muh", "cross_entropy"], rho=[0.1, 0.3], seeds=3, test=0.3, **SOME), tmp_path / "r.jsonl")
    frame = found.to_pandas()
    assert frame.shape[0] == 2 * 2 * 3 * 2
    assert {"run", "loss", "rho", "seed", "lambda", "realised_rate", "accuracy_noisy_test", "distance"} <= set(frame)
    grouped = frame.groupby(["loss", "rho", "lambda"])["accuracy_noisy_test"]
    for row in found.summary:
        key = (row["loss"], row["rho"], row["lambda"])
        assert row["runs"] == 3
        assert row["accuracy_noisy"] == pytest.approx(grouped.mean()[key])
        assert row["accuracy_noisy_sd"] == pytest.approx(grouped.std()[key], abs=1e-15)
    assert found.part == "test"
    pd.testing.assert_frame_equal(results(tmp_path / "r.jsonl").to_pandas(), frame)
    assert found.spec(frame["run"][0]).rho == 0.1
    with pytest.raises(SweepError) as raised:
        found.spec("0")
    assert str(raised.value) == "run: there is no run '0' among these 12"


def test_the_summary_as_text_and_markdown(tmp_path):
    found = sweep(grid("muh", rho=0.3, **SOME), tmp_path / "r.jsonl")
    # least squares on iris + bias: 84.7 % (THEORY 10); exact noise changes no class of MUH
    assert found.to_text() == (
        "  loss  regularizer  rho  lambda  runs  accuracy clean  accuracy noisy  agreement  distance (3)\n"
        "  muh   l2           0.3     0.1     1          0.8467          0.8467     1.0000        0.0000\n"
        "  muh   l2           0.3      10     1          0.8467          0.8467     1.0000        0.0000\n"
        "\n"
        "accuracy and agreement on the train part, judged by the clean labels; mean and deviation over runs"
    )
    assert found.to_markdown() == (
        "| loss | regularizer | $\\rho$ | $\\lambda$ | runs "
        "| accuracy clean | accuracy noisy | agreement | distance (3) |\n"
        "| :-- | :-- | --: | --: | --: | --: | --: | --: | --: |\n"
        "| muh | l2 | 0.3 | 0.1 | 1 | 0.8467 | 0.8467 | 1.0000 | 0.0000 |\n"
        "| muh | l2 | 0.3 | 10 | 1 | 0.8467 | 0.8467 | 1.0000 | 0.0000 |\n"
        "\naccuracy and agreement on the train part, judged by the clean labels; mean and deviation over runs\n"
    )
    assert Results(()).to_text().endswith("no runs")


def test_runs_that_differ_in_more_than_the_seed_are_not_averaged(tmp_path):
    # two formulas without a name, and two data sets of one name
    other = given_data((IRIS.features[::2], IRIS.labels[::2]))
    whole = given_data((IRIS.features, IRIS.labels))
    losses = ["-z[y] + mean(z)", "logsumexp(z) - z[y]"]
    found = sweep(grid(losses, data=[whole, other], seeds=2, rho=0.2, lambdas=[1.0]), tmp_path / "r.jsonl")
    assert [row["runs"] for row in found.summary] == [2, 2, 2, 2]
    assert {row["loss"] for row in found.summary} == set(losses)
    assert found.to_pandas()["setting"].nunique() == 4
    # and what differs has a column
    split = [p for s in (0, 1) for p in grid("muh", test=0.3, split=s, lambdas=[1.0], data="iris")]
    shown = sweep(split, tmp_path / "s.jsonl").to_text()
    assert shown.lstrip().startswith("split  loss  regularizer")


def test_without_pandas_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(SweepError) as raised:
        Results(()).to_pandas()
    assert str(raised.value) == 'results: a data frame needs pandas: pip install "symcheck[sweep]"'


# stopped, taken up again


@pytest.fixture
def counted(monkeypatch):
    """The names of the runs that are computed, one after another."""
    asked = []
    line = Runner.line
    monkeypatch.setattr(Runner, "line", lambda self, plan: (asked.append(plan.hash), line(self, plan))[1])
    return asked


PLANS = grid(["muh", "cross_entropy"], rho=[0.1, 0.2], seeds=2, **SOME)


def test_each_run_is_done_once(tmp_path, counted):
    path = tmp_path / "r.jsonl"
    first = sweep([*PLANS[:3], *PLANS[:2]], path)
    assert counted == [p.hash for p in PLANS[:3]]
    second = sweep(PLANS, path)
    assert counted == [p.hash for p in PLANS]
    assert (len(first), len(second)) == (3, 8)
    assert [r["run"] for r in second.records] == counted
    # results of other runs in the file are left alone, and not returned
    assert len(sweep(PLANS[:1], path)) == 1
    assert len(results(path)) == 8
    assert len(counted) == 8


def test_a_torn_last_line_is_computed_again(tmp_path, counted):
    path = tmp_path / "r.jsonl"
    whole = sweep(PLANS, path)
    content = path.read_bytes()
    last = content.rstrip(b"\n").rfind(b"\n") + 1
    for cut in (last + 1, (last + len(content)) // 2, len(content) - 1):
        path.write_bytes(content[:cut])
        assert len(results(path)) == 7  # reading alone leaves it out
        del counted[:]
        again = sweep(PLANS, path)
        assert counted == [PLANS[-1].hash]
        assert again.records == whole.records
        assert path.read_bytes() == content


def test_ctrl_c_keeps_what_was_done_and_says_how_to_go_on(tmp_path, counted):
    path = tmp_path / "r.jsonl"

    def interrupt(done, total, what):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(SweepInterrupted) as raised:
        sweep(PLANS, path, progress=interrupt)
    assert str(raised.value) == (
        f"interrupted: 3 of 8 runs are in {path}; run the same sweep again, and it goes on from there"
    )
    assert isinstance(raised.value, KeyboardInterrupt)
    sweep(PLANS, path)
    assert counted == [p.hash for p in PLANS]


def test_progress_counts_what_was_done_before_and_estimates_by_this_call_alone(tmp_path, monkeypatch):
    path = tmp_path / "r.jsonl"
    sweep(PLANS[:5], path)
    told = []
    times = iter([100.0, 104.0, 108.0, 112.0])
    monkeypatch.setattr("numerics.sweeps.sweep.time.monotonic", lambda: next(times))
    sweep(PLANS, path, progress=lambda *step: told.append(step))
    assert told == [(5, 8, "3 runs to do"), (6, 8, "about 8 s left"), (7, 8, "about 4 s left"), (8, 8, "done")]


@pytest.mark.parametrize(
    ("done", "total", "seconds", "text"),
    [(0, 4, 0, "4 runs to do"), (1, 100, 1, "about 2 min left"), (1, 3, 7200, "about 4.0 h left"), (4, 4, 9, "done")],
)
def test_the_time_left_in_words(done, total, seconds, text):
    assert _left(done, total, seconds) == text


def test_a_bar_begins_with_what_was_done_before(monkeypatch):
    made = []

    class Shown(tqdm.tqdm):
        def __init__(self, **options):
            super().__init__(**{**options, "disable": False, "file": io.StringIO()})
            made.append(self)

    monkeypatch.setattr(tqdm, "tqdm", Shown)
    with bar("sweep") as progress:
        progress(50, 100, "50 runs to do")
        progress(60, 100, "about 40 s left")
    told = made[0].format_dict
    assert (told["initial"], told["n"], told["total"]) == (50, 60, 100)  # tqdm's pace counts n - initial


SCRIPT = """
import os, sys, time
import torch
torch.set_num_threads(1)
from numerics.sweeps.grid import grid
from numerics.sweeps.run import Runner
from numerics.sweeps.sweep import sweep

line = Runner.line

def counted(self, plan):
    with open(sys.argv[1] + ".count", "a") as file:
        print(plan.hash, file=file)
    time.sleep(0.3)
    return line(self, plan)

Runner.line = counted
plans = grid(["muh", "cross_entropy"], rho=[0.1, 0.2], seeds=2, data="iris", lambdas=(0.1, 10.0))
sweep(plans, sys.argv[1])
"""


def test_a_sweep_that_is_killed_goes_on_where_it_was(tmp_path, checkout, counted):
    path = tmp_path / "r.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(path)], env={**os.environ, "PYTHONPATH": str(checkout)}
    )
    while not (path.exists() and path.read_text().count("\n") >= 3):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    kept = [record["run"] for record in results(path).records]
    before = (tmp_path / "r.jsonl.count").read_text().split()
    assert 3 <= len(kept) < 8
    assert before[: len(kept)] == kept  # begun in order; the last one begun may have been lost
    assert len(before) - len(kept) in (0, 1)
    with path.open("ab") as file:
        file.write(b'{"result": {"poi')  # what a writer killed in the middle of a line leaves
    sweep(PLANS, path)
    assert counted == [p.hash for p in PLANS if p.hash not in kept]  # nothing finished is computed again
    sweep(PLANS, tmp_path / "whole.jsonl")
    assert path.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_a_disk_that_is_full_is_named_and_what_was_done_is_kept(tmp_path, counted):
    # a limit on the size of files takes a part of a line and refuses the rest, as a full disk does
    path = tmp_path / "r.jsonl"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, before[1]))
    try:
        with pytest.raises(SweepError) as raised:
            sweep(PLANS, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    kept = len(results(path))
    assert 1 <= kept < 7
    assert str(raised.value) == (
        f"out: cannot write {path}: File too large; it holds {kept} finished runs; make room and run the same sweep "
        "again: it goes on from there"
    )
    assert path.read_bytes().endswith(b"}\n")
    assert path.stat().st_size < 5000
    del counted[:]
    assert len(sweep(PLANS, path)) == 8
    assert counted == [p.hash for p in PLANS[kept:]]


def test_two_writers_of_one_file(tmp_path):
    path = tmp_path / "r.jsonl"
    with ResultsFile(path):
        with pytest.raises(SweepError) as raised:
            sweep(PLANS, path)
        assert str(raised.value) == (
            f"out: another sweep is writing {path}; wait until it is done, stop it, or name another file"
        )
    assert len(sweep(PLANS[:1], path)) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "out: cannot write {path}: Is a directory; name a file that can be written"),
        (
            "no/r.jsonl",
            "out: cannot write {path}/no/r.jsonl: No such file or directory; name a file that can be written",
        ),
        ("file/r.jsonl", "out: cannot write {path}/file/r.jsonl: Not a directory; name a file that can be written"),
    ],
)
def test_a_path_that_cannot_be_written(tmp_path, counted, name, message):
    (tmp_path / "file").write_text("")
    with pytest.raises(SweepError) as raised:
        sweep(PLANS, tmp_path / name)
    assert str(raised.value) == message.format(path=tmp_path)
    assert counted == []


def test_a_device_is_no_file_of_results(counted):
    with pytest.raises(SweepError) as raised:
        sweep(PLANS, "/dev/null")
    assert str(raised.value) == "out: /dev/null is no file; name a file that can be written, such as results.jsonl"
    assert counted == []


def test_results_that_are_not_there(tmp_path):
    with pytest.raises(SweepError) as raised:
        results(tmp_path / "r.jsonl")
    assert str(raised.value) == (
        f"results: cannot read {tmp_path / 'r.jsonl'}: No such file or directory; name the file of a sweep"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"workers": 0}, "workers: got 0; accepted is the number of processes, from 1 on"),
        ({"workers": 1.5}, "workers: got 1.5; accepted is the number of processes, from 1 on"),
        (
            {"workers": 2, "cluster": "tcp://127.0.0.1:1"},
            "workers: got 2 and a cluster as well, which has its own; leave one of them out",
        ),
    ],
)
def test_what_are_no_workers(tmp_path, arguments, message):
    with pytest.raises(SweepError) as raised:
        sweep(PLANS, tmp_path / "r.jsonl", **arguments)
    assert str(raised.value) == message


# several processes


def test_two_processes_compute_what_one_does_also_if_one_is_killed(tmp_path):
    one = sweep(PLANS, tmp_path / "one.jsonl")
    killed = []

    def kill(done, total, what):
        if done == 2:
            child = multiprocessing.active_children()[0]
            os.kill(child.pid, signal.SIGKILL)
            killed.append(child.pid)

    two = sweep(PLANS, tmp_path / "two.jsonl", workers=2, progress=kill)
    assert len(killed) == 1
    assert two.records == one.records
    assert lines(tmp_path / "two.jsonl") == lines(tmp_path / "one.jsonl")
    assert multiprocessing.active_children() == []


@pytest.mark.cuda
def test_a_cuda_device_measures_what_the_processor_does():
    for loss in ("cross_entropy", "gce"):
        arguments = {"rho": 0.3, "seeds": [1], "test": 0.3, "split": 1, **SOME}
        here, there = (result(grid(loss, device=device, **arguments)) for device in ("cpu", "cuda"))
        for one, other in zip(here["points"], there["points"], strict=True):
            assert other["solved"]
            assert other["distance"] == pytest.approx(one["distance"], abs=1e-9)
            assert other["accuracy_noisy_test"] == one["accuracy_noisy_test"]


def test_draws_at_the_rate_0_are_solved_once(monkeypatch):
    solved = []
    once = run.solved_fits

    def counting(*given):
        solved.append(given[-1])
        return once(*given)

    monkeypatch.setattr(run, "solved_fits", counting)
    runner = run.Runner()
    found = [runner.result(plan) for plan in grid("gce", rho=[0.0, 0.3], seeds=3, noise="sampled", **SOME)]
    # the clean labels, and each draw at the rate 0.3
    assert len(solved) == 4
    assert [each["points"] for each in found[1:3]] == [found[0]["points"]] * 2
    assert all(point["distance"] == 0 for each in found[:3] for point in each["points"])
    assert all(point["distance"] > 0 for each in found[3:] for point in each["points"])
