"""What a network confirmation says where there is little to say: hardly trained, or nothing that can be claimed."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from torch import nn

import symcheck as sc
from numerics import Training, confirm
from numerics.errors import ConfirmationError
from numerics.networks.optimisers import LBFGS, SGD, Optimiser
from numerics.runs.agreement import Outcome


def small() -> nn.Module:
    return nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3))


@pytest.mark.parametrize(("steps", "after"), [(1, "after 1 step training"), (5, "after 5 steps training")])
def test_a_network_that_was_hardly_trained_is_not_said_to_be_stuck(steps: int, after: str) -> None:
    found = confirm(sc.certify("cross_entropy", "l2"), data="iris", model=small, seeds=2, steps=steps)
    assert found.outcome is Outcome.INCONCLUSIVE
    told = next(note for note in found.agreement.notes if note.startswith("not trained enough: "))
    assert after in told
    assert told.endswith("; it is too early to say how many steps are to go: take more, such as steps=1000")


def test_no_row_beside_is_without_a_number() -> None:
    """After one step the older scores are the first ones, 0, which have no direction and no norm to be relative to."""
    found = confirm(sc.certify("cross_entropy", "l2"), data="iris", model=small, seeds=2, steps=1)
    beside = found.agreement.beside
    assert [row.name for row in beside] == ["share of predicted classes that differ, clean to noisy, mean over 2 seeds"]
    assert all(row.measured is not None and math.isfinite(row.measured + row.tolerance) for row in beside)
    assert "nan" not in str(found)
    assert "inf" not in str(found)


@pytest.mark.parametrize("kappa", [None, 1])
def test_no_kappa_is_asked_for_where_none_can_be_claimed(kappa: int | None) -> None:
    with pytest.raises(ConfirmationError) as caught:
        confirm(sc.certify("cross_entropy", "l1"), data="iris", model=small, seeds=2, kappa=kappa)
    assert "kappa=1" not in str(caught.value)
    assert str(caught.value).endswith(
        "take a regularizer such as l2" if kappa else "take a pair whose limit is known, such as cross_entropy with l2"
    )


def test_what_is_left_to_do_is_in_the_record(tmp_path: Path) -> None:
    confirm(sc.certify("cross_entropy", "l2"), data="iris", model=small, seeds=2, steps=5, out=tmp_path / "out")
    record = json.loads((tmp_path / "out" / "confirmation.json").read_text())
    assert set(record["steps_to_go"]) == {"run", "done", "left", "asked", "ended", "more"}
    assert (record["steps_to_go"]["done"], record["steps_to_go"]["more"]) == (5, None)


@pytest.mark.parametrize(("optimiser", "other"), [(SGD(lr=1e-6), "LBFGS"), (LBFGS(lr=1e-9, line_search=False), "Adam")])
def test_where_nothing_falls_another_optimiser_is_named(optimiser: Optimiser, other: str) -> None:
    training = Training(optimiser=optimiser, steps=100)
    found = confirm(sc.certify("cross_entropy", "l2"), data="iris", model=small, seeds=2, training=training)
    told = next(note for note in found.agreement.notes if note.startswith("not trained enough: "))
    assert told.endswith(f"it does not fall steadily: take more steps, or Training(optimiser={other}(), steps=...)")
