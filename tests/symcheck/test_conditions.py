"""Every condition can be asked of every certificate, and what comes back is about that condition."""

from __future__ import annotations

import pytest

import symcheck as sc

PAIRS = [
    ("cross_entropy", "l2"), ("gce", "entropy"), ("mae", "l1"), ("one_vs_rest_logistic", "l2"), ("muh", "quartic"),
    ("class_weighted_ce", "l2"), ("focal_detached", "l2"), ("hinge", "l2"), ("phuber_ce", "norm"),
    ("cross_entropy", "quadratic_form"), ("ldam", "l2"), ("square", "log_cosh"),
]  # fmt: skip


@pytest.mark.parametrize("condition", list(sc.Condition), ids=str)
@pytest.mark.parametrize(("loss", "regularizer"), PAIRS)
def test_a_property_is_about_the_condition_that_was_asked(loss: str, regularizer: str, condition: sc.Condition) -> None:
    cert = sc.certify(loss, regularizer)
    found = cert.property(condition)
    assert found.condition is condition
    assert (found.reason is not None) or found.verdict is not sc.Verdict.UNDECIDED
    known = cert.finding(condition)
    assert known is None or known == found


@pytest.mark.parametrize(
    ("loss", "verdict"),
    [
        ("cross_entropy", sc.Verdict.PROVED),  # b_y = -o_y, and the o_y add up to 0
        ("gce", sc.Verdict.PROVED),
        ("-z[y]", sc.Verdict.UNDECIDED),  # b_y = -e_y: the sum is -1, which nobody looked at
        ("class_weighted_ce", sc.Verdict.UNDECIDED),  # b_y = -w_y o_y, and the w differ
        ("forward_pair_flip", sc.Verdict.PROVED),  # tier SYMLIN: it is what theorems rest on there
    ],
)
def test_the_sum_of_gradients_follows_where_one_kappa_fits(loss: str, verdict: sc.Verdict) -> None:
    """It came back as the finding on the convexity of g before, under the name of this condition."""
    found = sc.certify(loss, "l2").property(sc.Condition.LOSS_GRADIENT_SUM)
    assert found.verdict is verdict
    assert "convex" not in found.detail


@pytest.mark.parametrize("given", ["loss-convex", "LOSS_CONVEX", 3, None])
def test_what_is_no_condition_is_refused(given: object) -> None:
    with pytest.raises(
        sc.SymcheckError, match=r"condition: got .*; accepted is a symcheck.Condition, one of LOSS_SMOOTH"
    ):
        sc.certify("gce", "l2").property(given)


@pytest.mark.parametrize("name", ["LOSS_CONVX", "NOPE", ""])
def test_an_unknown_condition_names_the_nearest(name: str) -> None:
    with pytest.raises(sc.SymcheckError, match=f"condition: there is none called '{name}'"):
        sc.Condition[name]
    with pytest.raises(sc.SymcheckError, match=r"did you mean LOSS_CONVEX"):
        sc.Condition["LOSS_CONVX"]


def test_a_condition_that_nothing_derives_is_undecided() -> None:
    found = sc.certify("gce", "l2").property(sc.Condition("LOSS_OF_A_TEST", "l is a loss of a test"))
    assert found.verdict is sc.Verdict.UNDECIDED
    assert "symcheck.certificates.properties" in str(found.reason)
