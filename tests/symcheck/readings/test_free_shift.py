"""Shifts that drop out: found where the rest does not change with them, and never where it does."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

import symcheck as sc
from symcheck.field.field import Field
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula, symbols
from symcheck.language.scope import Scope
from symcheck.readings.explicit.explicit import value_at
from symcheck.readings.free_shift import WithoutShifts, without_free_shifts

SHIFTS = (
    "amax(z)",
    "detach(amax(z))",
    "(amax(z) + 1)",
    "amin(z)",
    "maximum(minimum(amax(z), 5), -5)",
    "sqrt(total(z**2))",
    "abs(z[y])",
    "amax(z, but=y)",
    "(amax(z)/2 + relu(mean(z)))",
    "detach(z[y])",
)
"""Numbers with a kink at z = 0, or with a detached part, that exist at every z."""

INVARIANT = (
    "log(total(exp(z - {m}))) - (z - {m})[y]",
    "{m} + log(total(exp(z - {m}))) - z[y]",
    "logsumexp(z - {m}) - z[y] + {m}",
    "-log(exp((z - {m})[y])/total(exp(z - {m})))",
    "-log_softmax(z - {m})[y]",
    "1 - softmax(z - {m})[y]",
    "total((softmax(z - {m}) - onehot(y))**2)",
    "mean(z - {m}) - (z - {m})[y]",
    "-log(softmax((z - {m})/2)[y])",
    "total(relu(1 + (z - {m}) - (z - {m})[y]), but=y)",
    "total(softmax(z - {m})*log(softmax(z - {m}))) - z[y] + mean(z)",
)
"""Losses that do not change when a number is added to z."""

CHANGING = (
    "log(total(exp(z - {m}))) - z[y]",
    "log(total(exp(z - {m}))) - 2*(z - {m})[y]",
    "(z - {m})[y]",
    "total((z - {m})**2)",
    "log(1 + total(exp(z - {m}))) - (z - {m})[y]",
    "softmax(z*{m})[y]",
    "total(sigmoid(z - {m}))",
    "{m}*softmax(z - {m})[y]",
    "relu(z[y] - {m})",
)
"""Losses that do."""


def found(text: str) -> WithoutShifts:
    formula = parsed(text, kind="loss")
    return without_free_shifts(formula, Field(Scope(parameters=formula.parameters)))


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("text", INVARIANT)
def test_a_shift_of_what_is_invariant_drops_out(text: str, shift: str) -> None:
    formula = parsed(text.format(m=shift), kind="loss")
    without = without_free_shifts(formula, Field(Scope()))
    assert without.shifts
    assert not {"amax", "amin", "sqrt", "detach", "amax_others"} & {n.op for n in without.formula.nodes}
    _assert_equal(formula, without.formula)


@pytest.mark.parametrize("shift", ["amax(z)", "detach(amax(z))", "sqrt(total(z**2))", "amax(z, but=y)"])
@pytest.mark.parametrize("text", CHANGING)
def test_a_shift_that_is_seen_stays(text: str, shift: str) -> None:
    assert found(text.format(m=shift)).shifts == ()


def _assert_equal(formula: Formula, other: Formula) -> None:
    """Both have one value at points away from 0: balls of the two overlap, and are narrow."""
    random = Random(str(formula))
    for classes in (2, 3, 5):
        z = [Fraction(random.randrange(-300, 300), 100) for _ in range(classes)]
        a, b = value_at(formula, z, {}), value_at(other, z, {})
        assert a.overlaps(b)
        assert float((a - b).rad()) < 1e-20


def test_what_is_undefined_somewhere_is_not_dropped() -> None:
    # log(amax(z)) has no value for z < 0, and softmax(z) has one.
    assert found("softmax(z - log(amax(z)))[y]").shifts == ()
    assert found("softmax(z - 1/amax(z))[y]").shifts == ()
    assert found("softmax(z - sqrt(amax(z)))[y]").shifts == ()


def test_a_smooth_shift_stays_as_it_is_written() -> None:
    assert found("logsumexp(z - z[y])").shifts == ()


def test_a_detached_part_of_which_the_gradient_depends_stays() -> None:
    # Its value is 0 for every m, and autograd's gradient of (z - m)[y] + detach(m - z[y]) is that of the first part.
    assert found("(z - amax(z))[y] + detach(amax(z) - z[y])").shifts == ()


def test_shifts_of_several_parts_drop_out_one_by_one() -> None:
    text = "-log_softmax(z - amax(z))[y] + total(softmax(z - amin(z))**2)"
    without = found(text)
    assert without.shifts == ("amax(z)", "amin(z)")
    _assert_equal(parsed(text, kind="loss"), without.formula)


def test_a_parameter_may_have_the_name_of_the_number_in_between() -> None:
    z, y = symbols()
    code = Formula.of(-sc.Parameter("shift", above=0) * sc.log_softmax(z - sc.amax(z))[y])
    assert without_free_shifts(code, Field(Scope(parameters=code.parameters))).shifts == ("amax(z)",)


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("text", INVARIANT[:6])
def test_a_certificate_is_that_of_the_loss_without_the_shift(text: str, shift: str) -> None:
    given = sc.certify(text.format(m=shift), "l2")
    # The same loss with the smooth shift 0.
    plain = sc.certify(text.format(m="0"), "l2")
    assert (given.verdict, given.tier, given.kappa) == (plain.verdict, plain.tier, plain.kappa)
    assert [f.verdict for f in given.findings] == [f.verdict for f in plain.findings]
    assert given.theorems == plain.theorems
    told = next(f for f in given.findings if f.condition is sc.Condition.LOSS_SMOOTH)
    assert "a shift that drops out" in {s.name for s in told.derivation}


@pytest.mark.parametrize(
    "text", ["(z - amax(z))[y]", "log(total(exp(z - amax(z)))) - z[y]", "total(sigmoid(z - amax(z)))"]
)
def test_a_shift_that_is_seen_keeps_its_kink(text: str) -> None:
    assert sc.certify(text, "l2").tier is sc.Tier.NONDIFF


def test_a_penalty_may_be_shifted_as_well() -> None:
    shifted = sc.certify("cross_entropy", "total(softmax(z - amax(z))*log_softmax(z - amax(z)))")
    plain = sc.certify("cross_entropy", "entropy")
    assert (shifted.verdict, shifted.quotient) == (plain.verdict, plain.quotient)
