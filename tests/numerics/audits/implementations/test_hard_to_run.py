"""Code that cannot be compared: the audit ends with a reason or with an error of the house, never in a traceback."""

from __future__ import annotations

import pytest

from numerics import audit_implementation
from symcheck.errors import SymcheckError
from symcheck.findings.verdict import Verdict
from tests.numerics.audits.implementations.near_misses.hard_to_run import CODES
from tests.numerics.audits.implementations.sample import Code


@pytest.mark.parametrize("code", CODES, ids=lambda code: getattr(code, "__name__", type(code).__name__))
def test_what_cannot_be_compared_is_told(code: Code) -> None:
    try:
        audit = audit_implementation(code, "cross_entropy", classes=4)
    except SymcheckError:
        return
    assert audit.verdict is not Verdict.PROVED
    assert audit.notes or audit.difference
