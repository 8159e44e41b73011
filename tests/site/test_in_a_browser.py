"""Pages of the built site in a real browser: formulas have a size, filters filter, nothing asks for the network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from symcheck.intake.catalogue import names

pytestmark = pytest.mark.site

PAGES = (
    "index", "losses/gce", "losses/index", "penalties/entropy", "preference-losses/dpo", "survey", "paper/index",
    "paper/section-5", "theory", "api/certify", "cli/certify", "notebooks/04_the_paper", "architecture",
)  # fmt: skip


@dataclass
class Reader:
    """A tab on the built site, and what the page that is open asked for and complained of."""

    tab: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tab.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("request", lambda request: self.requests.append(request.url))

    def open(self, address: str, *, width: int = 1200, dark: bool = False) -> None:
        """Load ``address`` and wait until it is there and drawn."""
        self.tab.emulate_media(color_scheme="dark" if dark else "light")
        self.tab.set_viewport_size({"width": width, "height": 900})
        # The same file with another state behind the # would be no new page.
        self.tab.goto("about:blank")
        self.requests.clear()
        self.complaints.clear()
        self.tab.goto(address)
        self.value("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def value(self, expression: str) -> Any:
        """The value of a JavaScript ``expression`` on the page."""
        return self.tab.evaluate(expression)


@pytest.fixture(scope="module")
def reader(window: Browser) -> Iterator[Reader]:
    context = window.new_context()
    yield Reader(context.new_page())
    context.close()


def address(site: Path, page: str, state: str = "") -> str:
    return (site / f"{page}.html").resolve().as_uri() + (f"#{state}" if state else "")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_for_files_alone_and_complains_of_nothing(page: str, site: Path, reader: Reader) -> None:
    reader.open(address(site, page))
    assert [request for request in reader.requests if not request.startswith(("file://", "data:", "about:"))] == []
    assert reader.complaints == []


@pytest.mark.parametrize("page", ["losses/gce", "penalties/entropy", "paper/section-4", "notebooks/04_the_paper"])
def test_formulas_have_a_size(page: str, site: Path, reader: Reader) -> None:
    reader.open(address(site, page))
    heights = reader.value(
        "[...document.querySelectorAll('math')].filter(m => !m.closest('details:not([open])'))"
        ".map(m => m.getBoundingClientRect()).map(b => Math.min(b.width, b.height))"
    )
    assert len(heights) > 5
    assert min(heights) > 3


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [400, 1200])
def test_no_page_is_wider_than_the_window(page: str, width: int, site: Path, reader: Reader) -> None:
    reader.open(address(site, page), width=width)
    assert reader.value("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("page", ["survey", "losses/index", "penalties/index", "preference-losses/index"])
def test_a_table_of_the_catalogue_fits_a_window_of_1200(page: str, site: Path, reader: Reader) -> None:
    reader.open(address(site, page))
    widths = reader.value(
        "[...document.querySelectorAll('.survey, .filtered-rows .table-wrapper, .filtered-rows')]"
        ".map(e => [e.scrollWidth, e.clientWidth])"
    )
    assert widths
    assert all(needed <= there for needed, there in widths), widths


@pytest.mark.parametrize("dark", [False, True])
def test_curves_stand_out_from_the_page(dark: bool, site: Path, reader: Reader) -> None:
    """By the ratio of contrast that is asked of graphics, 3 to 1."""
    reader.open(address(site, "losses/gce"), dark=dark)
    colours = reader.value(
        "[...document.querySelectorAll('svg.plot .curve')].map(c => getComputedStyle(c).stroke)"
        ".concat([getComputedStyle(document.body).backgroundColor])"
    )
    *curves, paper = [luminance(c) for c in colours]
    assert len(curves) >= 2
    assert all((max(c, paper) + 0.05) / (min(c, paper) + 0.05) >= 3 for c in curves), colours


def luminance(colour: str) -> float:
    """That of ``rgb(r, g, b)``, as contrast is measured."""
    parts = [float(p) / 255 for p in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


ROWS = "[...document.querySelectorAll('.survey tbody tr')].filter(r => !r.hidden).map(r => r.dataset.loss)"
CELLS = (
    "[...document.querySelectorAll('.survey td[data-verdict]')].filter(c => c.checkVisibility() "
    "&& !c.classList.contains('out')).map(c => [c.dataset.penalty, c.dataset.verdict, c.dataset.space])"
)


def test_the_survey_filters_by_what_stands_in_its_address(site: Path, reader: Reader) -> None:
    reader.open(address(site, "survey"))
    assert reader.value(ROWS) == list(names("loss"))
    reader.open(address(site, "survey", "loss=gce&verdict=PROVED&space=quotient"))
    assert reader.value(ROWS) == ["gce"]
    cells = reader.value(CELLS)
    assert "entropy" in {penalty for penalty, _, _ in cells}
    assert "l2" not in {penalty for penalty, _, _ in cells}
    assert {(verdict, space) for _, verdict, space in cells} == {("PROVED", "quotient")}
    reader.open(address(site, "survey", "tier=NONDIFF&penalty=l2"))
    assert "mae" not in reader.value(ROWS)
    assert {penalty for penalty, _, _ in reader.value(CELLS)} == {"l2"}


def test_the_survey_is_used_by_the_keyboard_and_keeps_its_state(site: Path, reader: Reader) -> None:
    reader.open(address(site, "survey"))
    reader.value("document.querySelector('.survey-filter input').focus()")
    reader.tab.keyboard.insert_text("zhang gce")
    assert "gce" in reader.value(ROWS)
    assert "square" not in reader.value(ROWS)
    assert reader.value("location.hash") == "#text=zhang+gce"
    reader.tab.keyboard.press("Tab")
    assert reader.value("document.activeElement.dataset.survey") == "loss"
    reader.value("document.querySelector('.survey-filter button').click()")
    assert reader.value("new Promise(done => setTimeout(() => done(location.hash)))") == ""
    assert reader.value(ROWS) == list(names("loss"))


def test_tables_of_entries_filter(site: Path, reader: Reader) -> None:
    reader.open(address(site, "losses/index", "filter=zhang%20sabuncu"))
    shown = reader.value(
        "[...document.querySelectorAll('.filtered-rows tbody tr')].filter(r => !r.hidden)"
        ".map(r => r.querySelector('a').textContent)"
    )
    assert "gce" in shown
    assert "square" not in shown


def test_a_link_to_a_claim_or_a_pair_leads_to_its_place(site: Path, reader: Reader) -> None:
    for page, name in (("paper/section-5", "E10"), ("losses/gce", "with-l2")):
        reader.open(address(site, page, name))
        place = f"document.getElementById('{name}').getBoundingClientRect().top"
        # The page glides there.
        top = reader.value(f"new Promise(done => setTimeout(() => done({place}), 1500))")
        assert -60 <= top < 900
