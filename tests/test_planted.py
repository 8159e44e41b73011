"""Small faults that are planted in the field, the readings and the conditions: each is caught by the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.planted.__main__ import main
from benchmarks.planted.faults import Fault

FAULT = Fault("the sign is lost", "symcheck/field/sign.py", "return -x", "return x", "symcheck/field/test_sign.py")


@pytest.mark.slow
def test_every_planted_fault_is_caught_where_it_is_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quick"]) == 0, capsys.readouterr().out


def test_a_fault_is_put_in_the_place_of_its_text(tmp_path: Path) -> None:
    file = tmp_path / FAULT.file
    file.parent.mkdir(parents=True)
    file.write_text("def turned(x):\n    return -x\n", encoding="utf-8")
    FAULT.plant(tmp_path)
    assert file.read_text(encoding="utf-8") == "def turned(x):\n    return x\n"
    assert FAULT.area == "field"


@pytest.mark.parametrize("text", [None, "def turned(x):\n    return x\n", "return -x\nreturn -x\n"])
def test_a_text_that_has_moved_is_named(text: str | None, tmp_path: Path) -> None:
    if text is not None:
        file = tmp_path / FAULT.file
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"symcheck/field/sign.py: [02] times 'return -x', for 'the sign is lost'"):
        FAULT.plant(tmp_path)
