"""What numerics returns can be pickled, copied and hashed; certificates travel to the workers of joblib and Dask."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import pytest

import numerics
import symcheck as sc
from numerics.datasets import load
from symcheck.certificates.certificate import Certificate

CLASSES = (2, 3, 10)

MADE: dict[str, Callable[[], object]] = {
    "a confirmation": lambda: numerics.confirm(sc.certify("cross_entropy", "l2"), data="iris"),
    "an audit": lambda: numerics.audit(sc.certify("cross_entropy", "l2"), data="iris", model="linear"),
    "trained counterexamples": lambda: numerics.known_counterexamples("square_on_a_line"),
    "a counterexample": lambda: numerics.counterexample(sc.certify("mae", "l2")),
    "a data set": lambda: load("iris"),
    "how to train": lambda: numerics.Training(),
}


@pytest.mark.parametrize("name", MADE)
def test_a_copy_says_the_same(name: str) -> None:
    value = MADE[name]()
    for other in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert type(other) is type(value)
        assert repr(other) == repr(value)
        assert str(other) == str(value)
    assert isinstance(hash(value), int)


def test_certificates_travel_to_the_processes_of_joblib() -> None:
    joblib = pytest.importorskip("joblib")
    cert = sc.certify("gce", "l2")
    found = joblib.Parallel(n_jobs=2)(joblib.delayed(Certificate.at)(cert, C=c) for c in CLASSES)
    assert found == [cert.at(C=c) for c in CLASSES]
    assert [f.full() for f in found] == [cert.at(C=c).full() for c in CLASSES]


def test_certificates_travel_to_the_processes_of_dask() -> None:
    dask = pytest.importorskip("dask")
    cert = sc.certify("phuber_ce", "l2")
    tasks = [dask.delayed(Certificate.at)(cert, C=c) for c in CLASSES]
    found = dask.compute(*tasks, scheduler="processes", num_workers=2)
    assert list(found) == [cert.at(C=c) for c in CLASSES]
    assert [f.headline for f in found] == [cert.at(C=c).headline for c in CLASSES]
