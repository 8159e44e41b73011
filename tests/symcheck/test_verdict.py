"""Verdicts are ordered, conjoined by the least, and never true or false."""

from __future__ import annotations

from itertools import product

import pytest

from symcheck.findings.verdict import Verdict, conjunction

ORDER = [Verdict.REFUTED, Verdict.UNDECIDED, Verdict.PROVED]


def test_the_order() -> None:
    for (i, one), (j, other) in product(enumerate(ORDER), repeat=2):
        assert (one < other) is (i < j)
        assert (one <= other) is (i <= j)
        assert (one > other) is (i > j)
        assert (one >= other) is (i >= j)
        assert (one == other) is (i == j)
    assert sorted(reversed(ORDER)) == ORDER


def test_a_conjunction_is_the_least() -> None:
    for one, other in product(ORDER, repeat=2):
        assert conjunction([one, other]) is ORDER[min(ORDER.index(one), ORDER.index(other))]
    assert conjunction([]) is Verdict.PROVED
    assert conjunction(iter([Verdict.PROVED, Verdict.UNDECIDED])) is Verdict.UNDECIDED


@pytest.mark.parametrize("verdict", ORDER)
def test_a_verdict_is_not_true_or_false(verdict: Verdict) -> None:
    with pytest.raises(TypeError) as caught:
        bool(verdict)
    assert str(caught.value) == (
        f"a verdict is not true or false: {verdict.name} is one of PROVED, REFUTED, UNDECIDED; "
        "compare it, as in verdict is Verdict.PROVED"
    )


def test_the_text_is_the_name() -> None:
    assert [str(v) for v in ORDER] == ["REFUTED", "UNDECIDED", "PROVED"]
