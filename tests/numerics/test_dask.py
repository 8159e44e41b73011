"""Sweeps on Dask: the same results as on one process, also where a worker is lost, and errors that say what to do."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from numerics.data.given_data import given_data
from numerics.errors import SweepError
from numerics.sweeps.grid import grid
from numerics.sweeps.run import Runner
from numerics.sweeps.sweep import SweepInterrupted, sweep

PLANS = grid(["muh", "cross_entropy"], data="iris", rho=[0.1, 0.2], seeds=2, lambdas=(0.1, 10.0))


def lines(path):
    return sorted(Path(path).read_text().splitlines())


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A cluster that loses a worker, or is closed, says so on standard error: nothing that a test has to see."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    yield
    logger.setLevel(before)


@pytest.fixture(scope="module")
def inside():
    """A cluster inside of this process: a scheduler and two workers that are threads."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0") as cluster:
        yield cluster


def test_a_cluster_computes_what_one_process_does(tmp_path, inside):
    from distributed import Client

    one = sweep(PLANS, tmp_path / "one.jsonl")
    with Client(inside) as client:
        two = sweep(PLANS, tmp_path / "two.jsonl", cluster=client)
        assert client.status == "running"  # a client of the user's stays open
    assert two.records == one.records
    assert lines(tmp_path / "two.jsonl") == lines(tmp_path / "one.jsonl")
    # by the cluster itself, and by its address
    for name, cluster in (("cluster", inside), ("address", inside.scheduler_address)):
        found = sweep(PLANS[:2], tmp_path / f"{name}.jsonl", cluster=cluster)
        assert found.records == one.records[:2]


def test_only_what_is_missing_is_sent(tmp_path, inside, monkeypatch):
    sweep(PLANS[:5], tmp_path / "r.jsonl")
    asked = []
    line = Runner.line
    monkeypatch.setattr(Runner, "line", lambda self, plan: (asked.append(plan.hash), line(self, plan))[1])
    sweep(PLANS, tmp_path / "r.jsonl", cluster=inside)
    assert sorted(asked) == sorted(p.hash for p in PLANS[5:])


def test_data_of_the_user_and_entries_of_a_loss_travel(tmp_path, inside):
    features, labels = [[0.0], [1.0], [2.5], [4.0]], [0, 0, 1, 1]
    plans = grid("class_weighted_ce", data=given_data((features, labels)), lambdas=[1.0])
    found = sweep(plans, tmp_path / "r.jsonl", cluster=inside)
    assert found.records == sweep(plans, tmp_path / "one.jsonl").records


def test_ctrl_c_keeps_what_was_done(tmp_path, inside):
    path = tmp_path / "r.jsonl"

    def interrupt(done, total, what):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(SweepInterrupted, match=r"^interrupted: 2 of 8 runs are in "):
        sweep(PLANS, path, cluster=inside, progress=interrupt)
    assert len(sweep(PLANS, path, cluster=inside)) == 8


def test_a_run_that_fails_on_a_worker_is_named(tmp_path, inside, monkeypatch):
    def fail(self, plan):
        raise ModuleNotFoundError("No module named 'torch'")

    monkeypatch.setattr(Runner, "line", fail)
    with pytest.raises(SweepError) as raised:
        sweep(PLANS[:1], tmp_path / "r.jsonl", cluster=inside)
    assert str(raised.value) == (
        f"cluster: run {PLANS[0].hash} (muh + l2 on iris, rho = 0.1, seed 0) failed on a worker again and again: "
        "ModuleNotFoundError: No module named 'torch'; what was done is kept; every worker needs pip install "
        '"symcheck[sweep]" in the same version, and memory for the run'
    )


def test_a_scheduler_that_does_not_answer(tmp_path, monkeypatch):
    monkeypatch.setattr("numerics.sweeps.dask_runs.PATIENCE", 0.5)
    with pytest.raises(SweepError) as raised:
        sweep(PLANS, tmp_path / "r.jsonl", cluster="tcp://127.0.0.1:9")
    told = str(raised.value)
    assert told.startswith("cluster: got 'tcp://127.0.0.1:9', where no Dask scheduler answers (")
    assert told.endswith(
        "); accepted is a dask.distributed Client, a cluster, or the address of a scheduler, such as tcp://10.0.0.5:8786"
    )


def test_without_dask_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SweepError) as raised:
        sweep(PLANS, tmp_path / "r.jsonl", cluster="tcp://127.0.0.1:9")
    assert str(raised.value) == 'cluster: needs dask.distributed: pip install "symcheck[sweep]"'


@pytest.mark.slow
def test_a_worker_that_is_killed_in_the_middle_costs_nothing(tmp_path):
    from distributed import Client, LocalCluster

    plans = grid(["muh", "cross_entropy"], data="iris", rho=[0.1, 0.2, 0.3], seeds=5, lambdas=(0.1, 10.0))
    one = sweep(plans, tmp_path / "one.jsonl")
    killed = []
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):

        def kill(done, total, what):
            if done == 3:
                (pid, *_) = client.run(os.getpid).values()
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

        two = sweep(plans, tmp_path / "two.jsonl", cluster=client, progress=kill)
    assert len(killed) == 1
    assert two.records == one.records
    assert lines(tmp_path / "two.jsonl") == lines(tmp_path / "one.jsonl")
