"""The same samples where no formula can be recorded of the code: what is found then rests on what the code returns."""

from __future__ import annotations

import pytest

from numerics import audit_implementation
from symcheck.findings.verdict import Verdict
from tests.numerics.audits.implementations.near_misses.around_the_code import unread
from tests.numerics.audits.implementations.planted import DEFECTS
from tests.numerics.audits.implementations.right import CORRECT
from tests.numerics.audits.implementations.right import NEAR_MISSES as RIGHT
from tests.numerics.audits.implementations.sample import Correct, Defect
from tests.sampled import one_in


@pytest.mark.parametrize("sample", one_in(10, [*CORRECT, *RIGHT], ids=str))
def test_correct_code_is_not_refuted(sample: Correct) -> None:
    audit = audit_implementation(unread(sample.code), sample.formula, classes=sample.classes, **sample.values)
    assert audit.verdict is Verdict.UNDECIDED
    assert audit.difference is None


# What a module says of its reduction is lost by the wrapping.
@pytest.mark.parametrize("sample", one_in(10, [s for s in DEFECTS if not hasattr(s.code, "reduction")], ids=str))
def test_a_defect_is_found(sample: Defect) -> None:
    audit = audit_implementation(unread(sample.code), sample.formula, classes=sample.classes, **sample.values)
    assert audit.verdict is Verdict.REFUTED
