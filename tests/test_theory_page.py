"""The page of the theory: what is cited is there, sections and errata, links lead somewhere, formulas render."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from symcheck.paper import claims

PLACES = ("symcheck", "numerics", "tests", "benchmarks", "notebooks", "docs")
KINDS = (".py", ".md", ".ipynb")

SECTION = re.compile(r"\bTHEORY (\d+(?:\.\d+)?(?:(?:,| and|, and) \d+(?:\.\d+)?(?![\w.]))*)")
"""A citation by number: THEORY and one section, or several with commas and "and" between them."""

ERRATUM = re.compile(r"(?<![\w.\-+/=])E([1-9]\d?)(?!\w|\.\d|[+/=])")
"""An erratum by its id.  Signs of base64 around it say that it is a piece of a picture."""

NO_ERRATUM = "E31"
"""An id that tests ask the ledger for in vain."""

BEYOND = {"12", "13", "14", "15", "16", "19"}
"""Sections that go beyond the paper and say at their head which files use them."""
LONGEST = 200
"""No line of a page is longer, but for the rows of tables."""

CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def sections_cited(text: str) -> Iterator[str]:
    """The numbers of the sections of the theory that ``text`` cites."""
    for found in SECTION.finditer(text):
        yield from re.findall(r"\d+(?:\.\d+)?", found[1])


def errata_cited(text: str) -> set[str]:
    """The ids of the errata that ``text`` cites."""
    return {f"E{number}" for number in ERRATUM.findall(text)}


def headings(page: str) -> list[str]:
    """The texts of the headings, in their order."""
    return re.findall(r"^#{1,4} (.*)$", CODE.sub("", page), re.MULTILINE)


def sections(page: str) -> set[str]:
    """The numbers with which headings begin: 5 of "5. Order and constant", 5.1 of "5.1 Order"."""
    return {found[1] for h in headings(page) if (found := re.match(r"(\d+(?:\.\d+)?)\.? ", h))}


def errata(page: str) -> set[str]:
    """The headings that are ids of errata."""
    return {h for h in headings(page) if re.fullmatch(r"E\d+", h)}


def anchor(heading: str) -> str:
    """What a link to ``heading`` says after #, as GitHub makes it: lower case, hyphens for blanks, no punctuation."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def prose(page: str) -> str:
    """``page`` without its code and without the targets of its links."""
    return re.sub(r"\]\([^)]*\)", "]", CODE.sub("", page))


@pytest.fixture(scope="module")
def page(checkout: Path) -> str:
    """The page of the theory."""
    return (checkout / "docs" / "theory.md").read_text("utf-8")


@pytest.fixture(scope="module")
def texts(checkout: Path) -> dict[str, str]:
    """What may cite the theory, by its path: everything but this file, whose examples are wrong on purpose."""
    files = [checkout / "README.md", checkout / "CONTRIBUTING.md"]
    files += [file for place in PLACES for file in sorted((checkout / place).rglob("*")) if file.suffix in KINDS]
    return {str(f.relative_to(checkout)): f.read_text("utf-8") for f in files if f != Path(__file__).resolve()}


def test_every_section_that_is_cited_is_there(page: str, texts: dict[str, str]) -> None:
    cited = [(path, number) for path, text in texts.items() for number in sections_cited(text)]
    assert len(cited) > 100
    assert {path.split("/")[0] for path, _ in cited} >= {"symcheck", "numerics", "tests"}
    assert [(path, number) for path, number in cited if number not in sections(page)] == []


def test_every_erratum_that_is_cited_is_there(page: str, texts: dict[str, str]) -> None:
    cited = {(path, id_) for path, text in texts.items() for id_ in errata_cited(text)}
    assert {id_ for _, id_ in cited} >= errata(page)
    unknown = {(path, id_) for path, id_ in cited if id_ not in errata(page)}
    assert {id_ for _, id_ in unknown} == {NO_ERRATUM}
    assert all(path.startswith("tests/") for path, _ in unknown)


def test_the_sections_and_the_errata_are_numbered_without_gaps(page: str) -> None:
    numbers = [h.split(".")[0] for h in headings(page) if re.match(r"\d+\. ", h)]
    assert sorted(numbers, key=int) == [str(n) for n in range(1, 20)]
    assert errata(page) == {f"E{n}" for n in range(1, 30)}


def test_the_errata_are_those_of_the_ledger(page: str) -> None:
    known = {name for c in claims() for name in (c.id, *c.other_names)}
    assert errata(page) == {name for name in known if re.fullmatch(r"E\d+", name)}


def test_sections_beyond_the_paper_say_where_they_are_used(page: str) -> None:
    parts = re.split(r"^## (\d+)\. .*\n\n", page, flags=re.MULTILINE)
    heads = {number: text.split("\n\n")[0] for number, text in zip(parts[1::2], parts[2::2], strict=True)}
    assert {n for n, head in heads.items() if head.startswith("Used by: [")} >= BEYOND


def lost(page: str, folder: Path) -> Iterator[str]:
    """The links of ``page`` that lead nowhere from ``folder``, to a heading of another page as well."""
    for target in re.findall(r"\]\(([^)]+)\)", page):
        if "://" in target:
            continue
        path, _, heading = target.partition("#")
        file = folder / path
        if not file.exists() or (
            heading and heading not in map(anchor, headings(file.read_text("utf-8") if path else page))
        ):
            yield target


def test_the_links_lead_somewhere(page: str, checkout: Path) -> None:
    assert len(re.findall(r"\]\(", page)) > 5
    assert list(lost(page, checkout / "docs")) == []
    wrong = "[a](#no) [b](theory.md#no) [c](no.md)"
    assert list(lost(page + wrong, checkout / "docs")) == ["#no", "theory.md#no", "no.md"]


def test_the_page_lists_its_sections(page: str) -> None:
    assert re.findall(r"^\| \[(\d+)\]\(#", page, re.MULTILINE) == [str(n) for n in range(1, 20)]


def test_no_line_is_too_long_to_read(page: str) -> None:
    assert [line for line in page.splitlines() if len(line) > LONGEST and not line.startswith("|")] == []


def test_formulas_are_code_so_that_no_sign_of_them_is_markup(page: str) -> None:
    """Outside of code an underscore, a tilde, a star or a bar may be markup, and < may begin a tag."""
    assert re.findall(r"[\w)]_[\w(]|\^|~|\$|\|\||<[a-zA-Z/]", prose(page)) == []
    assert page.count("`") % 2 == 0
    for line in page.splitlines():
        assert line.count("`") % 2 == 0, line
        assert re.sub(r"\\\*|\*\*[^*]+\*\*|\*[^*]+\*", "", CODE.sub("code", line)).count("*") == 0, line


def test_the_rows_of_a_table_have_the_cells_of_its_head(page: str) -> None:
    """A bar ends a cell in code as well, unless a backslash stands before it."""
    width = 0
    for line in page.splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not cells or not width or cells == width, line
        width = cells


@pytest.mark.parametrize(
    ("text", "numbers", "ids"),
    [
        ("(THEORY 20)", ["20"], set()),
        ("see THEORY 4 and 6, and E6", ["4", "6"], {"E6"}),
        ("THEORY 5, 6 and 19: E31", ["5", "6", "19"], {"E31"}),
        ("THEORY 10, read by eye; (E18) E1, E2.", ["10"], {"E18", "E1", "E2"}),
        ("THEORY 4.2 and E[J'J], E(x), 1.5E10, +E61/Q, E2.5", ["4.2"], set()),
        ("THEORY[name] THEORY 10: 2 and 3", ["10"], set()),
    ],
)
def test_what_is_taken_as_a_citation(text: str, numbers: list[str], ids: set[str]) -> None:
    assert list(sections_cited(text)) == numbers
    assert errata_cited(text) == ids


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("# T\n\n## 5. Order\n\n### E6\n\n### 5.1 More\n", ({"5", "5.1"}, {"E6"})),
        ("```\n## 6. no heading\n### E7\n```\n", (set(), set())),
        ("see 7. and E8\n", (set(), set())),
    ],
)
def test_what_is_taken_as_a_section(page: str, found: tuple[set[str], set[str]]) -> None:
    assert (sections(page), errata(page)) == found


def test_anchors_are_those_of_github() -> None:
    assert anchor("5. Order and constant: of, the convergence") == "5-order-and-constant-of-the-convergence"
    assert anchor("Theorem 2' (cones)") == "theorem-2-cones"
