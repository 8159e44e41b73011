"""Long lines of generated code: broken where Python takes a line feed, so that the code is the same."""

from __future__ import annotations

import ast

import pytest

from symcheck.intake.catalogue import names
from symcheck.intake.given import subject_of
from symcheck.language.scope import Classes
from symcheck.render.long_lines import LONGEST, broken
from symcheck.render.torch_code import torch_code

LINES = [
    "return (-alpha*log_p.gather(1, target[:, None]) - " + "beta*p.gather(1, target[:, None]) - " * 3 + "a).squeeze(1)",
    "t1 = p.sum(1, keepdim=True) ** gamma * " + "log_p.gather(1, target[:, None]) * " * 3 + "q",
    "return torch.where(" + "p.gather(1, target[:, None]) > 0, " * 3 + "p.gather(1, target[:, None]))",
    'x = torch.einsum("nc, cd -> nd", ' + "torch.exp(-logits), " * 5 + "A)",
    "    return " + "f(" * 9 + "a_rather_long_name[:, None], another_rather_long_name[:, None], one_more" + ")" * 9,
    "t1 = (a_rather_long_name[:, None] - another_long_name)" + ".masked_fill(at_label, 0.0)" * 3,
    "t1 = torch.where(z > 0, " + "alpha*p.gather(1, target[:, None]) + " * 4 + "beta, z)",
    "    return torch.maximum(z, f(" + "alpha*p.gather(1, target[:, None]) * " * 5 + "beta))",
]


@pytest.mark.parametrize("line", LINES, ids=[line.split("(")[0] for line in LINES])
def test_a_long_line_is_the_same_code_in_shorter_ones(line: str) -> None:
    found = broken(line)
    assert len(found) > 1
    assert [part for part in found if len(part) > LONGEST] == []
    code = [f"def whole():\n    {text}" for text in (line.strip(), "\n".join(found).strip())]
    first, second = (ast.dump(ast.parse(text)) for text in code)
    assert first == second


@pytest.mark.parametrize("line", ["", "    p = torch.softmax(logits, dim=1)", f"x = {'a' * 200}", f"f(x).{'b' * 99}"])
def test_a_line_that_is_short_or_has_no_brackets_stays(line: str) -> None:
    assert broken(line) == [line]


def test_torch_code_of_the_catalogue_has_no_long_line() -> None:
    long = [
        (name, line)
        for kind in ("loss", "regularizer")
        for name in names(kind)
        for line in torch_code(subject_of(name, kind, Classes()).formula).splitlines()
        if len(line) > LONGEST
    ]
    assert long == []
