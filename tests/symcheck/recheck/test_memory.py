"""recheck uses nothing that was derived before, and leaves what the process remembers as it was."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest

from symcheck.budget import Budget
from symcheck.certificates.certify import certify
from symcheck.certificates.recheck import recheck
from symcheck.conditions import remembered
from symcheck.conditions.gradient.loss_report import loss_report
from symcheck.conditions.remembered import apart, forget
from symcheck.errors import CertificateError
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.losses import GCE, MAE  # type: ignore[attr-defined]
from symcheck.reason import Undecided


def _kept() -> list[tuple[int, int]]:
    """What is remembered, in its order, object by object."""
    return [(id(key), id(report)) for key, report in remembered._reports.items()]


@pytest.fixture
def texts() -> list[str]:
    forget()
    return [certify(*pair).to_json(full=True) for pair in (("gce", "l2"), ("mae", "entropy"), ("square", "l2"))]


def test_a_read_leaves_the_memory_as_it_was(texts: list[str]) -> None:
    before = _kept()
    assert before
    for text in texts:
        recheck(text)
        assert _kept() == before
    forget()
    recheck(texts[0])
    assert _kept() == []


@pytest.mark.parametrize(
    "broken",
    [
        lambda f: f | {"kappa": "2"},
        lambda f: f | {"kappa": "9**9**9"},
        lambda f: f | {"full": {}},
        lambda f: f | {"versions": {}},
        lambda f: f | {"loss": f["loss"] | {"name": "mine", "formula": "log(z[y])*q"}},
        lambda f: {},
    ],
)
def test_an_error_leaves_it_too(texts: list[str], broken: Any) -> None:
    before = _kept()
    with pytest.raises(CertificateError):
        recheck(json.dumps(broken(json.loads(texts[0]))))
    assert _kept() == before


def test_an_interrupt_leaves_it_too(texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    before = _kept()
    monkeypatch.setattr("symcheck.certificates.recheck.certify", interrupted)
    with pytest.raises(KeyboardInterrupt):
        recheck(texts[0])
    monkeypatch.undo()
    assert _kept() == before
    certify("focal", "logit_variance")
    assert _kept()[: len(before)] == before
    assert len(_kept()) > len(before)


def test_a_wrong_report_in_the_memory_does_not_reach_a_read(texts: list[str]) -> None:
    """The report on the gradient of gce is changed to that of mae."""
    kept = remembered._reports
    right, wrong = (
        next(key for key in kept if key[0] is loss_report and key[1] == entry.recorded) for entry in (GCE(), MAE())
    )
    kept[right] = kept[wrong]
    false = certify("gce", "l2").to_json()
    assert json.loads(false)["kappa"] == "2/C"  # certify believes its memory
    with pytest.raises(CertificateError, match=r"^kappa: the certificate says 2/C, derived is C\*\*\(-q\)$"):
        recheck(false)
    recheck(texts[0])
    assert kept[right] is kept[wrong]
    forget()


def test_what_is_remembered_is_asked_more_within_the_budget_of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The value of a witness is computed when it is shown: long after a report was made it is the same text."""
    forget()
    first = certify("phuber_gce", "power_of_p").to_json()
    now = time.monotonic
    monkeypatch.setattr("symcheck.budget.time.monotonic", lambda: now() + 1000)
    assert certify("phuber_gce", "power_of_p").to_json() == first
    assert recheck(first).to_json() == first
    monkeypatch.undo()
    forget()


def test_a_budget_is_renewed_by_one_that_ends_later() -> None:
    sooner, spent = Budget(0), Budget(1e-9)
    spent.renew(sooner)
    assert spent.seconds == 1e-9
    with pytest.raises(Undecided):
        spent.check()
    spent.renew(Budget(100))
    spent.check()
    assert spent.seconds == 100


def _report(formula: Formula, scope: Scope, budget: Budget) -> object:
    return object()


def _remembered() -> object:
    return remembered.remembered(_report, MAE().recorded, Scope(), Budget(10))


def test_apart_is_empty_nests_and_ends() -> None:
    outside = _remembered()
    with apart():
        inside = _remembered()
        assert inside is not outside
        assert _remembered() is inside
        with apart():
            assert _remembered() is not inside
        assert _remembered() is inside
        forget()  # of what is apart alone
        assert _remembered() is not inside
    assert _remembered() is outside


def test_apart_is_for_one_thread() -> None:
    outside = _remembered()
    found: list[object] = []
    with apart():
        thread = threading.Thread(target=lambda: found.append(_remembered()))
        thread.start()
        thread.join()
        assert _remembered() is not outside
    assert found == [outside]


def test_many_threads_remember_and_forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a memory of three reports they are dropped while others are looked up."""
    monkeypatch.setattr(remembered, "MOST", 3)
    formulas = [GCE(q=f"{k}/10").recorded for k in range(1, 10)]
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for k in range(3000):
                remembered.remembered(_report, formulas[k % 9], Scope(), Budget(10))
                if k % 50 == 0:
                    with apart():
                        remembered.remembered(_report, formulas[k % 9], Scope(), Budget(10))
        except BaseException as error:  # noqa: BLE001 - whatever a thread raises is a fault
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    forget()
