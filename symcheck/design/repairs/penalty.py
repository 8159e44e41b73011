"""Add a penalty to a loss alone: l2, with which noise does no harm in the limit of a large weight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symcheck.certificates.certificate import Certificate
from symcheck.design.change import Change, Rule, Setting
from symcheck.intake.given import subject_of


def _changes(certificate: Certificate) -> Iterator[Change]:
    penalty = subject_of("l2", "regularizer")
    what = "the loss with a penalty: what holds is about the limit of a large weight"
    yield Change(replace(certificate.problem, regularizer=penalty), what)


RULE = Rule("add a penalty", 3, _changes, settings=(Setting.ALONE,))
