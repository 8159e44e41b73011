"""audit_implementation: is this code that formula?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from numerics.audits.implementations.asked import AskedFor, Given, asked_of
from numerics.audits.implementations.code_runs import Code
from numerics.audits.implementations.given_code import code_of
from numerics.audits.implementations.implementation_audit import ImplementationAudit
from numerics.audits.implementations.steps import STEPS, Auditing
from numerics.progress import Progress, silent
from symcheck.arguments.public import public
from symcheck.budget import READING, Budget, reading
from symcheck.findings.verdict import Verdict
from symcheck.intake.given import subject_as_read
from symcheck.intake.torch_callables import plain_counts
from symcheck.language.scope import Classes
from symcheck.problem import Subject


@public
def audit_implementation(
    code: str | Code,
    formula: AskedFor,
    *,
    classes: int | Sequence[int] | Classes | None = None,
    budget: float = 10.0,
    progress: Progress = silent,
    **values: Given,
) -> ImplementationAudit:
    """Whether ``code`` is ``formula``: the same values and gradients for every z, label and number of classes.

    Parameters: ``code`` a torch module or a function of logits (N, C) and class numbers (N,), or a text such as
    "losses.py:MyLoss(q=0.7)"; ``formula`` a name of the catalogue, an entry, a formula string, a formula function or a
    certificate, whose loss is meant; ``classes`` one C or a pair of ends; ``budget`` in seconds; ``progress`` is called
    with the steps done, the steps in all, and what is done; ``values`` those of the formula's parameters, without which
    they take their defaults.

    Returns an ``ImplementationAudit``.  Raises ``UnknownNameError``, ``FormulaError``, ``ParameterError``,
    ``NumberError`` or ``ScopeError`` for input that has no meaning.

    >>> import torch
    >>> from numerics import audit_implementation
    >>> print(audit_implementation(torch.nn.CrossEntropyLoss(), "cross_entropy").headline)
    PROVED for every C >= 2: CrossEntropyLoss as cross_entropy

    Source: docs/theory.md, section 3, by whose canonical forms code and formula are compared.
    """
    wanted = Classes.of(classes)
    asked = asked_of(formula, values, wanted)
    Subject(asked.name, asked.free, classes=asked.classes).check(wanted)
    common = wanted.common(asked.classes) or wanted
    given, name = code_of(code)
    whole = Budget(budget)
    progress(0, STEPS, "reading the code")
    with reading(budget):
        subject = subject_as_read(cast(Any, given), "loss", common)
    subject.check(common)
    scope = common.common(subject.classes) or common
    # What is measured is measured in any case; the rest looks at the clock itself.
    found = Auditing(given, subject, asked, scope, Budget(max(whole.left, READING)), progress, name).audit()
    kept = next((n for _, n in plain_counts(given) if n in common), None)
    if found.verdict is not Verdict.REFUTED or classes is not None or kept is None or kept == scope.fixed:
        return found
    # It says itself which C it is for.
    left = max(whole.left, READING)
    here = audit_implementation(code, formula, classes=kept, budget=left, progress=progress, **values)
    return replace(here, notes=(*here.notes, f"the code keeps the number of classes {kept}: it was compared for that"))
