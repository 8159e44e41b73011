"""Each planted defect is found and named; near misses are not taken for the formula."""

from __future__ import annotations

import pytest

from numerics import audit_implementation
from symcheck.findings.verdict import Verdict
from tests.numerics.audits.implementations.planted import DEFECTS, HIDDEN, NEAR_MISSES
from tests.numerics.audits.implementations.sample import Defect
from tests.sampled import one_in


@pytest.mark.parametrize("sample", one_in(8, DEFECTS, ids=str))
def test_a_defect_is_found_and_named(sample: Defect) -> None:
    audit = audit_implementation(sample.code, sample.formula, classes=sample.classes, **sample.values)
    assert audit.verdict is Verdict.REFUTED
    assert audit.difference.kind.name in sample.kinds
    assert any(word in audit.difference.sentence for word in sample.words)


@pytest.mark.parametrize("sample", one_in(8, NEAR_MISSES, ids=str))
def test_a_near_miss_is_found(sample: Defect) -> None:
    audit = audit_implementation(sample.code, sample.formula, classes=sample.classes, **sample.values)
    assert audit.verdict is Verdict.REFUTED
    assert audit.difference.kind.name in sample.kinds


@pytest.mark.parametrize("sample", HIDDEN, ids=str)
def test_what_no_point_shows_is_not_proved(sample: Defect) -> None:
    audit = audit_implementation(sample.code, sample.formula, classes=sample.classes, **sample.values)
    assert audit.verdict is not Verdict.PROVED
