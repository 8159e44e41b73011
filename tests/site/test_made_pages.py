"""What generated pages are made of: groups of names, the ledger by sections, pictures, docstrings, signatures."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import numerics
import symcheck
from docs.site.api.docstring import docstring_page
from docs.site.api.groups import GROUPS, ORDER, group_of
from docs.site.api.public import public
from docs.site.api.signature import signature
from docs.site.entries.curves import along
from docs.site.entries.penalty_page import penalty_page
from docs.site.entries.plot import Curve, plot
from docs.site.floors import with_pictures
from docs.site.kinds import cli
from docs.site.kinds.paper import ledger_entries
from docs.site.kinds.survey import legend
from symcheck.certificates.survey import LEGEND, MARKS
from symcheck.intake.given import subject_as_read
from symcheck.paper import claims


def test_every_public_name_stands_on_one_page_of_the_api() -> None:
    written = [p.written for p in public()]
    for package in (symcheck, numerics):
        wanted = [f"{package.__name__}.{name}" for name in package.__all__ if not name.startswith("_")]
        assert [name for name in wanted if written.count(name) != 1] == []
    assert "Certificate" in written
    assert sorted(ORDER) == sorted(g.name for g in GROUPS)


def test_a_name_of_a_new_folder_has_a_page_as_well() -> None:
    assert group_of("symcheck.something_new").name == "other"
    assert group_of("numerics.finite.choose.choosing").name == "train"
    assert group_of("numerics.finite.forecast.forecast").name == "noise"


def test_the_pages_of_the_paper_have_every_claim_once(checkout: Path) -> None:
    entries = ledger_entries((checkout / "docs" / "PAPER.md").read_text("utf-8"))
    assert sorted(e.id for e in entries) == sorted(c.id for c in claims())
    sections = {e.id: e.section for e in entries}
    assert [sections[i] for i in ("def-noise", "E1", "E5", "lemma-1-proof", "E10", "E29", "E15", "E24")] == [
        2, 3, 4, 4, 5, 5, 6, 7,
    ]  # fmt: skip


def test_a_ledger_whose_table_lacks_a_claim_is_told() -> None:
    text = "| `E1` | section 3 | as printed | x |\n\n### E1: x\n\ny\n\n### E2: x\n\ny\n"
    with pytest.raises(ValueError, match=r"^docs/PAPER\.md: its table and its entries do not have the same claims"):
        ledger_entries(text)


def test_pages_of_the_navigation_have_names_apart(checkout: Path) -> None:
    small = {"on", "the", "a", "of", "every", "all"}
    titles = [path.read_text("utf-8").partition("\n")[0] for path in sorted((checkout / "docs").glob("*.md"))]
    titles += [source.text.partition("\n")[0] for source in cli.sources(checkout, 1) if source.path == "cli/index.md"]
    words = [frozenset(re.findall(r"[a-z]+", title.lower())) - small for title in titles]
    assert [title for title, found in zip(titles, words, strict=True) if words.count(found) > 1] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("l1", "REFUTED, not differentiable at 0: one-sided derivatives differ."),
        ("l1_5", "REFUTED, not twice differentiable at 0: of degree 3/2 and not 0."),
    ],
)
def test_a_penalty_with_a_kink_says_why_nothing_is_known_of_its_hessian(name: str, said: str) -> None:
    text = penalty_page(name).text.partition("## Where all scores are 0")[2].partition("## Along")[0]
    smooth, bend = text.strip().split("\n\n")
    assert smooth.endswith(said)
    assert bend.endswith("UNDECIDED, because $g$ is not twice differentiable at 0.")
    assert "not derived" not in text


def test_the_legend_of_the_survey_says_every_mark_in_its_own_words() -> None:
    assert sorted(mark for mark, _ in legend()) == sorted(MARKS.values())
    assert all(f"{mark} {said}" in LEGEND for mark, said in legend())


def test_a_curve_has_the_values_of_the_formula_at_the_margins() -> None:
    found = along(subject_as_read("cross_entropy", "loss"))
    assert not isinstance(found, str)
    for place in (0, 120, 240):
        m = found.margins[place]
        assert found.by_label[0][place] == pytest.approx(math.log1p(math.exp(-m)))
        assert found.by_label[1][place] == pytest.approx(math.log1p(math.exp(m)))


def test_a_formula_without_a_number_to_draw_it_with_says_why() -> None:
    found = along(subject_as_read(symcheck.losses.GCE(q=symcheck.Parameter("q", above=0, below=1)), "loss"))
    assert isinstance(found, str)
    assert found.startswith("q: it is free in (0, 1)")


def test_a_picture_is_well_formed_with_poles_gaps_and_a_constant() -> None:
    points = [x / 10 for x in range(-20, 21)]
    for values in ([1 / x if x else math.nan for x in points], [2.0] * 41, [math.exp(9 * x) for x in points]):
        svg = plot(points, [Curve("f", values)], across="x", title='a "title" < b')
        ys = [float(y) for line in re.findall(r'points="([^"]*)"', svg) for y in re.findall(r",(-?[\d.]+)", line)]
        assert ys
        assert all(math.isfinite(y) and -1000 < y < 1300 for y in ys)
        assert 'aria-label="a &quot;title&quot; &lt; b"' in svg


def test_boxes_on_floors_stand_where_mermaid_draws_them() -> None:
    text = (
        '```mermaid\nflowchart TB\n    top["<b>top</b><br/>above all"]\n    subgraph floor1 [" "]\n'
        '        a["<b>a</b><br/>one & two"]\n        b["<b>b</b><br/>three"]\n    end\n    top --> floor1\n```\n'
    )
    found = with_pictures(text)
    assert found.count('class="floor"') == 2
    assert "<div><b>a</b><br>one &amp; two</div><div><b>b</b><br>three</div>" in found
    with pytest.raises(ValueError, match=r"^a picture in Mermaid: got one that is not a flowchart of subgraphs"):
        with_pictures("```mermaid\nsequenceDiagram\n    A->>B: hello\n```\n")


def test_a_docstring_keeps_code_links_names_and_sets_formulas() -> None:
    doc = "Whether b_y = 0 in ``certify``.\n\n    Raises ``E`` for x.\n\n    >>> 1 + 1\n    2\n\n    ``a``: one."
    found = docstring_page(doc, lambda name: "c.md#x" if name == "certify" else None)
    assert found.splitlines()[0] == "Whether $b_{y} = 0$ in [`certify`](c.md#x)."
    assert "**Raises** `E` for $x$." in found
    assert "```pycon\n>>> 1 + 1\n2\n```" in found
    assert "- `a`: one." in found


def test_a_signature_is_as_it_is_called() -> None:
    def short(a: int, *, b: str = "it's") -> None: ...

    def wide(
        first_argument: int, *rest: int, second: str = "text", third_argument: float | None = None
    ) -> dict[str, int]: ...

    def told(f: Callable[[float], float] = math.sqrt, kind: type = int, names: Sequence[str] = ()) -> None: ...

    line = "p.told(f: Callable[[float], float] = sqrt, kind: type = int, names: Sequence[str] = ()) -> None"
    assert " ".join(signature("p.told", told).split()).replace("( ", "(").replace(", )", ")") == line
    assert signature("p.short", short) == 'p.short(a: int, *, b: str = "it\'s") -> None'
    assert signature("p.wide", wide).splitlines() == [
        "p.wide(", "    first_argument: int,", "    *rest: int,", "    second: str = 'text',",
        "    third_argument: float | None = None,", ") -> dict[str, int]",
    ]  # fmt: skip
