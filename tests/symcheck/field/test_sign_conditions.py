"""The sign conditions of the field that symcheck works in, each decided as it should be."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symcheck.field.signs.sign import Kind
from symcheck.language.parameter import Parameter

# C >= 2 an integer, q in (0, 1], g > 0, l > 0, e in (0, 1).
PARAMETERS = {
    "q": Parameter("q", above=0, at_most=1),
    "g": Parameter("g", above=0),
    "l": Parameter("l", above=0),
    "e": Parameter("e", above=0, below=1),
}

# The claim is that each is positive; where it is false, at the C named.
CONDITIONS = [
    ("C**(-q)", "q", None),
    ("1 - e", "e", None),
    ("(C - 1)**2 + 2*(C - 1)*log(C)", "", None),
    ("C - 1 + g*log(C)", "g", None),
    ("C*log(C) - C + 1", "", None),
    ("log(C) - 1/2", "", None),  # log 2 = .693 > 1/2
    ("log(C) - 1", "", 2),  # log 2 < 1
    ("1 - C**(-q)", "q", None),
    ("C**q - 1 - q*log(C)", "q", None),  # e^x > 1 + x
    ("C**q - 1 - q*log(C) - (q*log(C))**2/2", "q", None),  # e^x > 1 + x + x^2/2
    ("C - log(C)**2", "", None),
    ("C - 3*log(C) + 1/3", "", None),  # least at C = 3: 3.333 - 3 log 3 = .0375
    ("C - 3*log(C) + 29/100", "", 3),  # 3.29 - 3 log 3 = -.0058
    ("C**2 - 5*C + 7", "", None),  # no real root
    ("C**2 - 5*C + 49/8", "", None),  # negative between 2.146 and 2.854 only
    ("1/C + l - e/C", "le", None),
    ("2**C - C**2 + 2", "", None),  # 2, 1, 2, 9, ...
    ("q*(C - 1) - q*log(C)", "q", None),
    ("C**(1/3) - 1", "", None),
]


@pytest.mark.parametrize(("text", "names", "false_at"), CONDITIONS)
def test_the_condition_is_decided(text, names, false_at, written):
    c = written(text, *(PARAMETERS[n] for n in names))
    sign = c.field.sign(c)
    if false_at is None:
        assert sign.kind is Kind.POSITIVE
        assert sign.nonnegative
        assert not sign.nonpositive
        assert sign.steps
        assert sign.steps[-1].startswith(c.text())
    else:
        assert sign.kind is Kind.MIXED
        witnesses = [s for s in sign.points if s.sign < 0]
        assert [s.values["C"] for s in witnesses] == [Fraction(false_at)]
        assert c.ball(witnesses[0].values) < 0
        assert witnesses[0].value.startswith("[-0.")


@pytest.mark.parametrize(("text", "names", "false_at"), CONDITIONS)
def test_the_negated_condition_is_decided_as_well(text, names, false_at, written):
    c = -written(text, *(PARAMETERS[n] for n in names))
    assert c.field.sign(c).kind is (Kind.NEGATIVE if false_at is None else Kind.MIXED)


@pytest.mark.parametrize(
    ("text", "names", "exact"),
    [
        ("C**(-q)", "q", True),
        ("C - 1 + g*log(C)", "g", True),
        ("1 - C**(-q)", "q", True),
        ("C**2 - 5*C + 7", "", True),
        ("log(C) - 1/2", "", False),  # compares log 2 with 1/2
        ("C - 3*log(C) + 1/3", "", False),
    ],
)
def test_exact_says_whether_a_ball_was_needed(text, names, exact, written):
    c = written(text, *(PARAMETERS[n] for n in names))
    assert c.field.sign(c).exact is exact


def test_the_proof_reads_as_a_proof(written):
    c = written("C*log(C) - C + 1")
    assert c.field.sign(c).steps == (
        "log(C) > 0 for C >= 2: the factors have signs",
        "2*log(2) - 1 > 0: its value is [0.386294 +/- 3.62e-7]",
        "C*log(C) - C + 1 > 0 for C >= 2: its derivative by C is log(C), and at C = 2 it is 2*log(2) - 1",
    )


def test_the_witness_reads_as_a_witness(written):
    c = written("C - 3*log(C) + 29/100", PARAMETERS["q"])
    (above, below) = c.field.sign(c).points
    assert (above.place, above.sign) == ("C = 2, q = 1", 1)
    assert (below.place, below.sign) == ("C = 3, q = 1", -1)
    # 3 + 29/100 - 3 log 3 = 3.29 - 3.29583686600433 (log 3 = 1.09861228866811)
    assert below.value.startswith("[-0.00583686600433 +/- ")
