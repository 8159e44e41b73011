"""What the tests of the confirmation share: formulas, certificates, and experiments on small data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest
import torch

from numerics import datasets
from numerics.confirmations.confirmation import Confirmation, confirm
from numerics.confirmations.experiment import Experiment
from numerics.confirmations.predict import Expected
from numerics.formulas.objective import Objective
from numerics.formulas.predicted_numbers import predicted_numbers
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import logsumexp, total
from symcheck.language.term import Label, Term, Vec

Recorded = Callable[[Callable[[Vec, Label], Term]], Formula]
Expecting = Callable[..., Expected]


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """One thread for torch, which is faster here and leaves the other cores to the other tests."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def recorded() -> Recorded:
    """The formula that a function of (z, y) leaves."""
    return lambda code: Formula.of(code(*symbols()))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def ce(recorded: Recorded) -> Objective:
    """Cross-entropy + l2, written out."""
    return Objective(recorded(lambda z, y: logsumexp(z) - z[y]), recorded(lambda z, _: total(z**2) / 2))


@cache
def certificate(loss: str, regularizer: str) -> Certificate:
    return certify(loss, regularizer)


@cache
def confirmation(loss: str, regularizer: str, data: str, rho: str = "2/5") -> Confirmation:
    return confirm(certificate(loss, regularizer), data=data, rho=rho)


@cache
def expected(loss: str, regularizer: str, data: str, rho: float = 0.4) -> Expected:
    dataset = datasets.load(data)
    claim = predicted_numbers(certificate(loss, regularizer), dataset.classes, data)
    return Expected.of(Experiment.on(claim, dataset, rho, torch.device("cpu")))


@pytest.fixture(scope="session")
def certified() -> Callable[[str, str], Certificate]:
    """The certificate of two catalogue names, derived once."""
    return certificate


@pytest.fixture(scope="session")
def confirmed() -> Callable[..., Confirmation]:
    """The confirmation of two catalogue names on a data set, trained once."""
    return confirmation


@pytest.fixture(scope="session")
def expecting() -> Expecting:
    """What is expected of two catalogue names on a data set."""
    return expected
