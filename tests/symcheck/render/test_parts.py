"""Parts with links to them, columns of numbers and of marks: in every format of a page."""

from __future__ import annotations

from symcheck.render.block import Block, Code, Link, Part, Picture, Section, Table, Title
from symcheck.render.html import html_page
from symcheck.render.latex import latex_page
from symcheck.render.markdown import markdown_page
from symcheck.render.text import text_page

INNER = Part("E1", (Title(("one",)), Section("Line by line"), Part("deep", (Title(("two",)),))))
PAGE: tuple[Block, ...] = (Title(("whole",)), Section("first"), INNER)
MARKS = Table(("loss", "l2", "power_of_p"), ((("gce",), ("P",), ("-",)), (("mae",), ("P",), ("P",))), "lcc")
NUMBERS = Table(("what", "value"), ((("a",), ("1",)), (("b",), ("100",))), "lr")
LINKS = Table(("id", "file"), (((Link(Code("E1"), "#E1"),), (Link("the record", "a&b.json"),)),))


def test_headings_of_a_part_stand_a_level_lower() -> None:
    html = html_page(PAGE)
    for heading in ("<h1>whole</h1>", "<h2>first</h2>", "<h2>one</h2>", "<h3>Line by line</h3>", "<h3>two</h3>"):
        assert heading in html
    assert '<section id="E1">' in html
    assert markdown_page(PAGE) == "# whole\n\n## first\n\n### one\n\n#### Line by line\n\n#### two\n"
    assert latex_page(PAGE).count("subsubsection*{") == 2
    assert r"\paragraph*{two}" in latex_page(PAGE)
    assert text_page(PAGE) == "whole\n\nfirst\n\none\n\nLine by line\n\ntwo"


def test_headings_of_a_page_without_parts_stay_where_they_were() -> None:
    assert markdown_page(PAGE[:2]) == "### whole\n\n#### first\n"


def test_links_lead_to_parts_in_html_and_to_files_in_markdown() -> None:
    assert '<a href="#E1"><code>E1</code></a>' in html_page([LINKS])
    assert '<a href="a&amp;b.json">the record</a>' in html_page([LINKS])
    assert "| `E1` | [the record](a&b.json) |" in markdown_page([LINKS])
    assert "E1  the record" in text_page([LINKS])
    assert r"\texttt{E1} & the record" in latex_page([LINKS])


def test_numbers_stand_to_the_right() -> None:
    assert text_page([NUMBERS]).splitlines()[1:] == ["  a         1", "  b       100"]
    assert "| :-- | --: |" in markdown_page([NUMBERS])
    assert '<td class="number">100</td>' in html_page([NUMBERS])
    assert r"\begin{tabular}{lr}" in latex_page([NUMBERS])


def test_columns_of_marks_have_numbers_where_names_do_not_fit() -> None:
    assert text_page([MARKS]).splitlines() == [
        "  loss  1  2",
        "  gce   P  -",
        "  mae   P  P",
        "",
        "    1  l2",
        "    2  power_of_p",
    ]
    assert r"| loss | l2 | power\_of\_p |" in markdown_page([MARKS])
    assert '<th class="mark"><span>power_of_p</span></th>' in html_page([MARKS])
    assert r"1 l2, 2 power\_of\_p" in latex_page([MARKS])


def test_marks_without_room_are_told_mark_by_mark() -> None:
    """Twenty columns need more than forty characters."""
    names = tuple(f"g{i}" for i in range(20))
    cells = tuple(("P" if i % 2 else "-",) for i in range(20))
    lines = text_page([Table(("loss", *names), ((("gce",), *cells),), "l" + "c" * 20)], 40).splitlines()
    assert max(map(len, lines)) <= 40
    told = " ".join(" ".join(lines).split())
    assert told.startswith("gce -: g0, g2, g4")
    assert told.endswith("P: g1, g3, g5, g7, g9, g11, g13, g15, g17, g19")


def test_a_long_table_goes_on_on_the_next_page_in_latex() -> None:
    prose = "word " * 30
    rows = tuple(((str(i),), (prose,)) for i in range(40))
    tex = latex_page([Table(("n", "said"), rows)])
    assert tex.startswith("% Written by symcheck. Needs the packages amsmath, amssymb and longtable.")
    assert r"\begin{longtable}{lp{" in tex
    assert "longtable" not in latex_page([Table(("n", "said"), rows[:30])])


def test_a_picture_beside_a_page_is_shown_by_markdown() -> None:
    assert markdown_page([Picture("<svg/>", "points", "a.png")]) == "![points](a.png)\n"
    assert markdown_page([Picture("<svg/>", "points")]) == "*points*\n"
