"""Sizes of which the square counts: the same function at every z, and no rewriting where the sign is seen."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

import symcheck as sc
from symcheck.budget import Budget
from symcheck.certificates import dropped
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.even_size import without_even_sizes
from symcheck.readings.explicit.explicit import value_at
from symcheck.reason import Code

KINKS = {"abs", "relu", "maximum", "minimum"}

EVEN = (
    "relu({x}) + log(1 + exp(-abs({x})))",  # softplus
    "maximum({x}, 0) + log(1 + exp(-abs({x})))",
    "maximum(0, {x}) + log(1 + exp(-abs({x})))",
    "maximum(-({x}), 0) + log(1 + exp(-abs({x})))",
    "log(1 + exp(-abs({x}))) - minimum({x}, 0)",
    "relu({x}) - relu(-({x}))",
    "relu({x})*relu(-({x}))",
    "maximum({x}, 0) + minimum({x}, 0)",
    "relu({x})**2 + relu(-({x}))**2",
    "exp(relu({x})) + exp(-relu({x})) + exp(relu(-({x}))) + exp(-relu(-({x})))",
    "(relu({x}) + relu(-({x})))**2",
)  # fmt: skip

ODD = (
    "relu({x}) + log(1 + exp(-2*abs({x})))",
    "relu({x}) + log(2 + exp(-abs({x})))",
    "relu({x}) + relu(-({x}))",
    "relu({x}) + abs({x})",
    "abs({x}) - relu(2*({x}))",
    "maximum({x}, 1) + log(1 + exp(-abs({x})))",
    "relu({x}) + abs({x})/2",
    "maximum({x}, 0) - minimum({x}, 0)",
)

ENTRIES = ("z", "z - z[y]", "z*onehot(y)", "mean(z) - z", "2*z - 1")
NUMBERS = ("z[y]", "mean(z) - z[y]", "amax(z) - 1/2")


def shown(text: str) -> tuple[Formula, Formula]:
    formula = parsed(text, kind="loss")
    return formula, without_even_sizes(formula, Scope(), Budget())[0]


def _assert_equal(formula: Formula, other: Formula) -> None:
    random = Random(str(formula))
    for classes in (2, 3, 5):
        for _ in range(3):
            z = [Fraction(random.randrange(-300, 300), 100) for _ in range(classes)]
            a, b = value_at(formula, z, {}), value_at(other, z, {})
            assert a.overlaps(b)
            assert float((a - b).rad()) < 1e-20


@pytest.mark.parametrize("text", EVEN)
@pytest.mark.parametrize("x", [*ENTRIES, *NUMBERS])
def test_a_size_of_either_sign_goes(text: str, x: str) -> None:
    part = text.format(x=x)
    formula, other = shown(f"total({part})" if x in ENTRIES else part)
    assert not KINKS & {node.op for node in other.nodes}
    _assert_equal(formula, other)


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("x", [*ENTRIES[:3], NUMBERS[0]])
def test_a_size_whose_sign_is_seen_stays(text: str, x: str) -> None:
    part = text.format(x=x)
    formula, other = shown(f"total({part})" if x in ENTRIES else part)
    assert other == formula


@pytest.mark.parametrize(
    "text",
    [
        "maximum(z[y], mean(z)) + minimum(mean(z), z[y])",
        "maximum(z[y], mean(z))*minimum(mean(z), z[y])",
        "abs(z[y] - mean(z))*(maximum(z[y], mean(z)) - minimum(z[y], mean(z)))",
        "total(maximum(z, mean(z)) + minimum(z, mean(z)))",
        "total(maximum(mean(z), z)*minimum(z, mean(z)))",
    ],
)
def test_two_sides_that_are_both_there_go(text: str) -> None:
    formula, other = shown(text)
    assert not KINKS & {node.op for node in other.nodes}
    _assert_equal(formula, other)


@pytest.mark.parametrize(
    "text",
    [
        # One part is even in the size of the whole vector, and not in that of each entry.
        "total(abs(z))*(total(relu(z)) - total(relu(-z)))",
        "total(relu(z))*total(relu(-z))",
        # A side that is left out may have no value.
        "maximum(z[y], log(z[y])) + minimum(z[y], log(z[y]))",
        # Nor may what the size stands in: sqrt(|x|) has a value, and sqrt(x) has none for x < 0.
        "sqrt(abs(z[y]))**4*(relu(z[y]) - relu(-z[y]))",
        # The maximum of a number and itself has no size.
        "maximum(z[y], z[y]) + relu(z[y])",
        # In a detached part a value and its derivative are two things.
        "detach(relu(z[y]) - relu(-z[y]))*z[y]",
    ],
)
def test_what_is_not_shown_stays(text: str) -> None:
    formula, other = shown(text)
    assert other == formula


@pytest.mark.parametrize("positive", ["relu(z)", "maximum(z, 0)", "maximum(0, z)", "-minimum(-z, 0)"])
def test_binary_cross_entropy_in_its_stable_form_is_itself(positive: str) -> None:
    stable = sc.certify(f"total({positive} - z*onehot(y) + log(1 + exp(-abs(z))))", "l2")
    plain = sc.certify("total(softplus(z) - z*onehot(y))", "l2")
    assert (stable.verdict, stable.tier, stable.kappa) == (plain.verdict, plain.tier, plain.kappa)
    assert [f.verdict for f in stable.findings] == [f.verdict for f in plain.findings]
    told = next(f for f in stable.findings if f.condition is sc.Condition.LOSS_SMOOTH)
    assert told.derivation[0].name == "a size of which the square counts"


def test_where_it_takes_too_long_the_rest_is_decided_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gradient of relu(x) + log(1 + exp(-|x|)) is found with its kinks too, and only smoothness is open then."""
    text = "relu(z[y]) + log(1 + exp(-abs(z[y])))"
    derived = sc.certify(text, "l2")
    monkeypatch.setattr(dropped, "SECONDS", 0.0)
    found = sc.certify(text, "l2", budget=9)
    assert found.tier is derived.tier
    assert found.kappa == derived.kappa
    smooth = [f for f in found.findings if f.condition is Condition.LOSS_SMOOTH]
    assert [f.verdict for f in smooth] == [Verdict.UNDECIDED]
    assert all(f.reason is None or f.reason.code is not Code.BUDGET for f in found.findings)
