"""Runs on a Dask cluster: the same runs, on other processes or other machines, repeated where a worker is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import torch

from numerics.datasets.base import Dataset
from numerics.errors import SweepError
from numerics.formulas.objective import Objective
from numerics.runs.spec import RunSpec
from numerics.sweeps.plan import Plan
from numerics.sweeps.workers import runner
from symcheck.errors import shown

if TYPE_CHECKING:
    from distributed import Client
    from distributed.deploy.cluster import Cluster as DaskCluster

Cluster: TypeAlias = "Client | DaskCluster | str"
"""A client or a cluster of dask.distributed, or the address of a scheduler."""

RETRIES = 3
"""How often a run is repeated that failed on a worker."""
PATIENCE = 20
"""Seconds to wait for a scheduler."""


def on_dask(plans: Sequence[Plan], cluster: Cluster) -> Iterator[str]:
    """The results of ``plans`` as they are done on ``cluster``: a client, a cluster, or the address of a scheduler.

    A data set is sent once for all its runs.  Raises ``SweepError`` without dask.distributed, if no scheduler answers,
    or if a run fails again and again.
    """
    try:
        from distributed import Client, as_completed
    except ModuleNotFoundError as error:
        raise SweepError('cluster: needs dask.distributed: pip install "symcheck[sweep]"') from error
    is_made_here = not isinstance(cluster, Client)
    client: Any = _client(cluster) if is_made_here else cluster
    futures: dict[Any, Plan] = {}
    try:
        # a task, not a scattered value: what a lost worker held can then be made again
        data = {
            key: client.submit(_kept, dataset, key=f"symcheck-data-{dataset.fingerprint}")
            for key, dataset in {id(plan.dataset): plan.dataset for plan in plans}.items()
        }
        for plan in plans:
            held = data[id(plan.dataset)]
            name = f"symcheck-run-{plan.hash}"
            futures[client.submit(_line, plan.spec, plan.objective, held, key=name, retries=RETRIES)] = plan
        for future in as_completed(list(futures), loop=client.loop):  # type: ignore[no-untyped-call]
            line = _result(future, futures[future])
            # A future that is let go frees its result on the cluster.
            del futures[future]
            yield line
    finally:
        if futures:
            client.cancel(list(futures))
        if is_made_here:
            client.close()


def _client(cluster: Any) -> Any:
    """A client of its own for a cluster or an address."""
    from distributed import Client

    try:
        return Client(cluster, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        raise SweepError(
            f"cluster: got {shown(cluster, 80)}, where no Dask scheduler answers ({error}); accepted is a "
            "dask.distributed "
            "Client, a cluster, or the address of a scheduler, such as tcp://10.0.0.5:8786"
        ) from error


def _result(future: Any, plan: Plan) -> str:
    try:
        line: str = future.result()
    except Exception as error:  # whatever a worker raised, its own lack of a package included
        told = f"{type(error).__name__}: {error}".splitlines()[0]
        raise SweepError(
            f"cluster: run {plan.hash} ({plan.spec.title}) failed on a worker again and again: {told}; what was done "
            'is kept; every worker needs pip install "symcheck[sweep]" in the same version, and memory for the run'
        ) from error
    return line


def _kept(dataset: Dataset) -> Dataset:
    return dataset


def _line(spec: RunSpec, objective: Objective, dataset: Dataset) -> str:
    torch.set_num_threads(1)
    return runner().line(Plan(spec, objective, dataset))
