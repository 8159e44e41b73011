"""The finding that a loss is symmetric: its derivation, its witness, and what it says when it cannot tell."""

from __future__ import annotations

from symcheck.budget import Budget
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.everywhere.bend_of_sum import bend_of_sum
from symcheck.conditions.everywhere.everywhere import sum_by_label, values_by_label
from symcheck.conditions.everywhere.symmetric import LONGEST_SHOWN, symmetry_finding
from symcheck.conditions.remembered import forget
from symcheck.field.everywhere_field import EverywhereField
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named, names
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Code
from tests.each import of_each


def loss(text: str) -> Formula:
    return parsed(text, kind="loss")


def test_the_derivation_shows_the_sum() -> None:
    found = symmetry_finding(loss("logsumexp(z) - z[y]"), Scope(), Budget())
    (step,) = found.derivation
    assert (step.name, step.value) == ("sum_y l(z, y)", "C*log(sum_i(exp(z[i]))) - sum_i(z[i])")


def test_two_classes_are_written_out() -> None:
    found = symmetry_finding(loss("softplus(z[y])"), Scope(Classes(2, 2)), Budget())
    assert found.derivation[0].value == "log(exp(z[1]) + 1) + log(exp(z[2]) + 1)"


def test_a_long_sum_is_not_shown() -> None:
    powers = " + ".join(f"z[y]**{k}*exp(z[y]*{k})*total(z**{k})" for k in range(2, 20))
    found = symmetry_finding(loss(powers), Scope(), Budget())
    assert len(found.derivation[0].value) < LONGEST_SHOWN


def test_a_witness_has_two_points_and_a_ball() -> None:
    found = symmetry_finding(loss("z[y]**2"), Scope(Classes(2, 2)), Budget())
    assert found.verdict is Verdict.REFUTED
    assert str(found.witness) == (
        "at C = 2: sum_y l(z, y) at z = (0, 3) less that at z = (-1/3, 1/3) = 8.77777777778, which lies in "
        "[8.77777777778 +/- 2.23e-12], and 0 is needed"
    )


def test_a_sum_that_is_constant_without_looking_so_is_undecided() -> None:
    """sum_k z_k^2 (z_k - z_k) is recognised; arccos x + arccos -x = pi is not, and no point speaks against it."""
    assert symmetry_finding(loss("z[y]**2*(z[y] - z[y])"), Scope(), Budget()).verdict is Verdict.PROVED
    hidden = loss("arccos(tanh(z[y])) + arccos(-tanh(z[y]))")
    found = symmetry_finding(hidden, Scope(), Budget())
    assert found.verdict is Verdict.UNDECIDED
    assert found.reason is not None
    assert found.reason.code is Code.SIGN_UNKNOWN


def test_what_has_no_reading_may_be_refuted_all_the_same() -> None:
    found = symmetry_finding(loss("product(exp(z), but=y)"), Scope(), Budget())
    assert found.verdict is Verdict.REFUTED


def test_what_has_no_value_is_not_symmetric() -> None:
    found = symmetry_finding(loss("log(-1 - z[y]**2) - log(-1 - z[y]**2)"), Scope(), Budget())
    assert found.verdict is Verdict.UNDECIDED


def test_parameters_of_the_scope_that_the_loss_lacks_do_not_matter() -> None:
    gce = loss_named("gce").recorded
    scope = scope_with(Scope(), gce)
    assert symmetry_finding(loss("mean(z) - z[y]"), scope, Budget()).verdict is Verdict.PROVED


def test_a_budget_that_is_spent() -> None:
    forget()
    found = symmetry_finding(loss_named("nfl").recorded, Scope(), Budget(0))
    assert (found.condition, found.verdict) == (Condition.LOSS_SYMMETRIC, Verdict.UNDECIDED)
    assert found.reason is not None
    assert found.reason.code is Code.BUDGET


def test_the_sum_over_the_labels_by_both_ways() -> None:
    """At C = 2 the sum with the classes written out is the general one with z_1 + z_2 for sum_i z_i."""
    formula = loss("logsumexp(z) - z[y]")
    two = EverywhereField(Scope(Classes(2, 2)), Budget())
    text = two.text(sum_by_label(values_by_label(formula, two), two), {})
    assert text == "2*log(exp(z[0]) + exp(z[1])) - z[1] - z[0]"


def test_many_classes_only() -> None:
    """At C = 1000 what holds for every C >= 2 is proved; others are refuted by D^2 of the sum at 0, or at two points.

    log-sum-exp has the second derivative p_k (1 - p_k), once for each of the 1000 labels: 1000 * 1/1000 * 999/1000.
    """
    thousand = Scope(Classes(1000, 1000))
    assert symmetry_finding(loss("1 - softmax(z)[y]"), thousand, Budget()).verdict is Verdict.PROVED
    bent = symmetry_finding(loss("logsumexp(z) - z[y]"), thousand, Budget())
    assert (bent.verdict, bent.witness and (bent.witness.classes, bent.witness.value)) == (
        Verdict.REFUTED, (1000, "999/1000"),
    )  # fmt: skip
    # Near 0 the sum is constant: p_y stays below 1/10.  At z = 12 e_1 it is 1 - 1/10 and not 1 - p_1, about 0.
    flat = symmetry_finding(loss("1 - minimum(softmax(z)[y], 1/10)"), thousand, Budget())
    assert (flat.verdict, flat.witness and flat.witness.classes) == (Verdict.REFUTED, 1000)


@of_each(names("loss"))
def test_large_numbers_of_classes_say_what_small_ones_do(name: str) -> None:
    """No loss of the catalogue is symmetric for 5 classes and not for 100, or the other way round, or is left open.

    The sums that are constant are so for every C (tests/proofs/test_symmetry.py), and no other one is for a large C.
    """
    entry = loss_named(name)
    if entry.recorded.is_classwise or 100 not in entry.classes:
        return
    formula = entry.at(**{p.name: p.default for p in entry.parameters}).recorded
    small, large = (symmetry_finding(formula, Scope(Classes(c, c)), Budget()) for c in (5, 100))
    assert large.verdict is small.verdict
    assert large.verdict is not Verdict.UNDECIDED
    assert large.witness is None or large.witness.classes == 100


def test_a_detached_part_refutes_nothing_at_0() -> None:
    """What autograd derives of a detached part is no derivative of the sum, which is 1 at every z."""
    formula = loss("log_softmax(z)[y] / detach(total(log_softmax(z)))")
    assert bend_of_sum(formula, Scope(Classes(100, 100)), Budget()) is None
    assert symmetry_finding(formula, Scope(Classes(100, 100)), Budget()).verdict is not Verdict.REFUTED
