"""Correct code is not refuted, in whatever style it is written."""

from __future__ import annotations

import pytest

from numerics import audit_implementation
from symcheck.findings.verdict import Verdict
from tests.numerics.audits.implementations.right import CORRECT, NEAR_MISSES
from tests.numerics.audits.implementations.sample import Correct
from tests.sampled import one_in


@pytest.mark.parametrize("sample", one_in(10, [*CORRECT, *NEAR_MISSES], ids=str))
def test_correct_code_is_not_refuted(sample: Correct) -> None:
    audit = audit_implementation(sample.code, sample.formula, classes=sample.classes, **sample.values)
    assert audit.verdict is not Verdict.REFUTED
    assert audit.difference is None
