"""Starts far away: a confirmation tells a minimiser from a stationary point."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from numerics.confirmations.confirmation import confirm
from numerics.confirmations.judge import agreement_of
from numerics.runs.agreement import Outcome
from symcheck.certificates.certify import certify
from symcheck.findings.verdict import Verdict

ROW = "starts far away that end below the minimiser"
BOUNDED = "total(z**2)/(1 + total(z**2))"


def far_rows(agreement):
    return [row for row in agreement.rows if row.name.startswith(ROW)]


@pytest.mark.parametrize("loss", ["muh", "negative_label_smoothing", "backward_uniform"])
@pytest.mark.parametrize("penalty", ["entropy", "chi_squared"])
def test_an_objective_without_a_lowest_value(loss, penalty):
    """The local branch agrees, and the report says that it is a stationary point alone."""
    found = confirm(certify(loss, penalty), data="iris")
    assert found.outcome is Outcome.AGREES
    assert found.run.far.falls
    assert found.run.far.lower
    assert found.agreement.notes[0].startswith("stationary point; the objective is unbounded below")
    assert not far_rows(found.agreement)
    assert "unbounded below" in found.to_json()


def test_with_a_bounded_penalty_on_the_whole_space():
    found = confirm(certify("muh", BOUNDED), data="iris")
    assert found.outcome is Outcome.AGREES
    assert found.run.far.falls


def test_a_penalty_that_comes_back_to_its_value_at_0():
    """Cross entropy with ||z||^2/(1 + ||z||^4): on labels that the features separate, both fall to 0 along a ray."""
    data = (np.array([[1.0], [2.0], [-1.0], [-3.0]]), np.array([0, 0, 1, 1]))
    found = confirm(certify("cross_entropy", "total(z**2)/(1 + total(z**2)**2)"), data=data)
    assert found.run.far.lower
    assert not found.run.far.falls
    assert found.agreement.notes[0].startswith("stationary point; the objective is lower elsewhere")


def test_data_on_which_a_pair_has_minimisers_all_the_same():
    """The labels of iris are not separated, and cross entropy rises along every ray."""
    found = confirm(certify("cross_entropy", "total(z**2)/(1 + total(z**2)**2)"), data="iris")
    assert found.run.far.lower == 0
    assert found.agreement.notes[0].startswith("stationary point: minimisers need not exist for this pair")


@pytest.mark.parametrize(
    ("loss", "penalty"),
    [("cross_entropy", "l2"), ("cross_entropy", "entropy"), ("gce", "entropy"), ("mae", BOUNDED), ("muh", "huber")],
)
def test_a_minimiser_is_one_from_everywhere(loss, penalty):
    found = confirm(certify(loss, penalty), data="iris")
    (row,) = far_rows(found.agreement)
    assert row.outcome is Outcome.AGREES
    assert found.run.far.lower == 0
    assert not any(note.startswith("stationary point") for note in found.agreement.notes)


def test_a_false_claim_that_minimisers_are_held_is_seen():
    """It is no contradiction, as the claim is about small alpha, but it does not agree."""
    found = confirm(certify("muh", "entropy"), data="iris")
    here = found.expected.experiment
    claimed = replace(found.expected, experiment=replace(here, claim=replace(here.claim, held=Verdict.PROVED)))
    agreement = agreement_of(claimed, found.run)
    (row,) = far_rows(agreement)
    assert row.measured > 0
    assert row.outcome is Outcome.INCONCLUSIVE
    assert agreement.outcome is Outcome.INCONCLUSIVE
