"""Text in terminals of any width, with colours and without."""

from __future__ import annotations

import io
import re

import pytest

import symcheck as sc
from symcheck.render.block import Item, Items, Paragraph, Section, Table
from symcheck.render.terminal import columns, has_colour
from symcheck.render.text import COLUMNS, LONGEST_LINE, text_page

PAIRS = [("cross_entropy", "l2"), ("one_vs_rest_logistic", "l2"), ("truncated_gce", "l2"), ("mae", "entropy")]
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
@pytest.mark.parametrize(("loss", "regularizer"), PAIRS)
def test_certificates_fit(loss: str, regularizer: str, width: int) -> None:
    found = sc.certify(loss, regularizer)
    page = found.to_text(columns=width)
    # a formula without a blank is as long as it is
    assert [line for line in page.splitlines() if len(line) > width and " " in line.strip()] == []
    assert "".join(page.split()).startswith("".join(found.headline.split()))


def test_narrower_than_the_narrowest_is_the_narrowest() -> None:
    cert = sc.certify("gce", "l2")
    assert cert.to_text(columns=1) == cert.to_text(columns=40) != cert.to_text(columns=41)


@pytest.mark.parametrize("width", ["80", 60.5, True, b"80", [80]], ids=repr)
def test_what_is_no_width(width: object) -> None:
    with pytest.raises(sc.SymcheckError, match=r"^columns: got .*; accepted is a whole number, such as 80, or None"):
        sc.certify("gce", "l2").to_text(columns=width)  # type: ignore[arg-type]


def test_prose_is_never_very_wide_and_tables_may_be() -> None:
    blocks = [Paragraph(("word " * 100,)), Table(("a", "b"), ((("x" * 90,), ("y" * 90,)),))]
    lines = text_page(blocks, 300).splitlines()
    assert max(len(line) for line in lines if "word" in line) <= LONGEST_LINE
    assert max(map(len, lines)) == 2 + 90 + 2 + 90


ROWS = Table(("name", "says"), ((("gce",), ("a sentence of some words",)), (("mae",), ("no",))))


def test_without_a_width_each_row_is_a_line() -> None:
    wide = Table(("name", "says"), ((("gce",), ("word " * 60,)),))
    assert len(text_page([wide]).splitlines()) == 2
    assert max(map(len, text_page([Paragraph(("word " * 60,))]).splitlines())) <= COLUMNS


def test_cells_are_wrapped() -> None:
    narrow = Table(("name", "says"), ((("gce",), ("one two three four five six seven eight",)),))
    assert text_page([narrow], 40) == (
        "  name  says\n  gce   one two three four five six\n        seven eight"
    )  # fmt: skip


def test_rows_without_room_are_records() -> None:
    table = Table(("name", "formula", "note"), ((("x" * 20,), ("y" * 20,), ()), (("a",), ("b",), ("c",))))
    assert text_page([table], 40).splitlines() == [
        "  " + "x" * 20, "    formula: " + "y" * 20, "  a", "    formula: b", "    note: c",
    ]  # fmt: skip


def test_colours_say_nothing_that_words_do_not() -> None:
    for loss, regularizer in PAIRS:
        cert = sc.certify(loss, regularizer)
        coloured = cert.to_text(colour=True)
        assert coloured != cert.to_text()
        assert ESCAPE.sub("", coloured) == cert.to_text()


def test_what_has_a_colour() -> None:
    page = text_page([Section("Head"), Items((Item("REFUTED", ("UNDECIDED",)),)), ROWS], colour=True)
    assert page.startswith("\x1b[1mHead\x1b[0m\n  \x1b[1;31mREFUTED\x1b[0m  \x1b[1;33mUNDECIDED\x1b[0m")


@pytest.mark.parametrize(
    ("named", "found"), [("60", 60), ("200", 200), ("7", 40), ("0", None), ("", None), ("wide", None), ("-5", None)]
)
def test_the_width_of_the_environment(monkeypatch: pytest.MonkeyPatch, named: str, found: int | None) -> None:
    monkeypatch.setenv("COLUMNS", named)
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert columns() == found


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "terminal", "other"),
    [
        ({}, True, False), ({"NO_COLOR": "1"}, False, False), ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True), ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
    ],
)  # fmt: skip
def test_who_shows_colours(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], *, terminal: bool, other: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert has_colour(Terminal()) is terminal
    assert has_colour(io.StringIO()) is other
