"""The torch code on the pages of the catalogue: it runs as it stands, and gives the values of the formula."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from docs.site.entries.entry_page import FOLDERS
from docs.site.entries.preference_code import preference_code
from numerics.formulas.batch import values
from numerics.torch_losses.numbers import numbers_of
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.intake.given import subject_of
from symcheck.intake.preference_given import preference_of
from symcheck.language.scope import Classes
from symcheck.problem import Subject, scope_of

Z = torch.tensor([[0.3, -1.1], [2.0, 0.4], [-0.7, 0.9], [0.0, 0.0]], dtype=torch.float64)


def expected(subject: Subject, z: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, dict[str, object]]:
    """The formula with its parameters at what they have to train with; and these, as code takes them."""
    numbers, arrays = numbers_of(scope_of((subject,), Classes.of(z.shape[1])), {})
    formula = subject.formula.with_arrays(arrays)
    by_rule = {a.name: a.at_default(z.shape[1]) for a in subject.formula.arrays if a.rule is not None}
    # A class-vector is stored as a row.
    given = {n: torch.tensor(a.floats, dtype=torch.float64).squeeze(0) for n, a in {**arrays, **by_rule}.items()}
    return values(formula, z, y if formula.uses_label else None, numbers), {**numbers, **given}


def run(source: str, name: str) -> object:
    space: dict[str, object] = {}
    exec(source, space)  # noqa: S102 - the code that a reader is told to paste
    return space[name]


@pytest.mark.parametrize("name", names("preference"))
def test_a_preference_loss_in_torch_has_the_values_of_its_formula(name: str) -> None:
    subject = preference_of(name)
    wanted, given = expected(subject.loss, Z, torch.zeros(len(Z), dtype=torch.long))
    function = run(preference_code(subject, name), name)
    assert callable(function)
    torch.testing.assert_close(function(Z[:, 0], Z[:, 1], **given), wanted)


@pytest.mark.site
@pytest.mark.parametrize("kind", ["loss", "regularizer"])
def test_the_code_on_every_page_has_the_values_of_the_formula(kind: str, checkout: Path) -> None:
    for name in names(kind):
        entry = loss_named(name) if kind == "loss" else regularizer_named(name)
        classes = entry.classes.fixed or max(3, entry.classes.low)
        z = torch.randn(5, classes, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
        y = torch.arange(5) % classes
        page = (checkout / "build" / "site-source" / FOLDERS[kind] / f"{name}.md").read_text("utf-8")
        (source,) = re.findall(r"^```python\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
        function = run(source, name)
        assert callable(function)
        wanted, given = expected(subject_of(entry, kind, entry.classes), z, y)
        found = function(z, y, **given) if kind == "loss" else function(z, **given)
        torch.testing.assert_close(found, wanted, msg=name)
