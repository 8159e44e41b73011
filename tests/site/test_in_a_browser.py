"""Pages of the built site in a real browser: formulas have a size, filters filter, nothing asks for the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from symcheck.intake.catalogue import names
from symcheck.render.browser import browser
from tests.site.browser import Browser, driven

pytestmark = pytest.mark.site

PAGES = (
    "index", "losses/gce", "losses/index", "penalties/entropy", "preference-losses/dpo", "survey", "paper/index",
    "paper/section-5", "theory", "api/certify", "cli/certify", "notebooks/04_the_paper", "architecture",
)  # fmt: skip


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    path = browser()
    if path is None:
        pytest.skip("no browser: install Chromium, or name one in SYMCHECK_BROWSER")
    with driven(Path(path)) as found:
        yield found


def address(site: Path, page: str, state: str = "") -> str:
    return (site / f"{page}.html").resolve().as_uri() + (f"#{state}" if state else "")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_for_files_alone_and_complains_of_nothing(page: str, site: Path, window: Browser) -> None:
    window.open(address(site, page))
    assert [request for request in window.requests if not request.startswith(("file://", "data:", "about:"))] == []
    assert window.complaints == []


@pytest.mark.parametrize("page", ["losses/gce", "penalties/entropy", "paper/section-4", "notebooks/04_the_paper"])
def test_formulas_have_a_size(page: str, site: Path, window: Browser) -> None:
    window.open(address(site, page))
    heights = window.value(
        "[...document.querySelectorAll('math')].filter(m => !m.closest('details:not([open])'))"
        ".map(m => m.getBoundingClientRect()).map(b => Math.min(b.width, b.height))"
    )
    assert len(heights) > 5
    assert min(heights) > 3


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [400, 1200])
def test_no_page_is_wider_than_the_window(page: str, width: int, site: Path, window: Browser) -> None:
    window.open(address(site, page), width=width)
    assert window.value("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("dark", [False, True])
def test_curves_stand_out_from_the_page(dark: bool, site: Path, window: Browser) -> None:
    """By the ratio of contrast that is asked of graphics, 3 to 1."""
    window.open(address(site, "losses/gce"), dark=dark)
    colours = window.value(
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


def test_the_survey_filters_by_what_stands_in_its_address(site: Path, window: Browser) -> None:
    window.open(address(site, "survey"))
    assert window.value(ROWS) == list(names("loss"))
    window.open(address(site, "survey", "loss=gce&verdict=PROVED&space=quotient"))
    assert window.value(ROWS) == ["gce"]
    cells = window.value(CELLS)
    assert "entropy" in {penalty for penalty, _, _ in cells}
    assert "l2" not in {penalty for penalty, _, _ in cells}
    assert {(verdict, space) for _, verdict, space in cells} == {("PROVED", "quotient")}
    window.open(address(site, "survey", "tier=NONDIFF&penalty=l2"))
    assert "mae" not in window.value(ROWS)
    assert {penalty for penalty, _, _ in window.value(CELLS)} == {"l2"}


def test_the_survey_is_used_by_the_keyboard_and_keeps_its_state(site: Path, window: Browser) -> None:
    window.open(address(site, "survey"))
    window.value("document.querySelector('.survey-filter input').focus()")
    window.type("zhang gce")
    assert "gce" in window.value(ROWS)
    assert "square" not in window.value(ROWS)
    assert window.value("location.hash") == "#text=zhang+gce"
    window.press("Tab")
    assert window.value("document.activeElement.dataset.survey") == "loss"
    window.value("document.querySelector('.survey-filter button').click()")
    assert window.value("new Promise(done => setTimeout(() => done(location.hash)))") == ""
    assert window.value(ROWS) == list(names("loss"))


def test_tables_of_entries_filter(site: Path, window: Browser) -> None:
    window.open(address(site, "losses/index", "filter=zhang%20sabuncu"))
    shown = window.value(
        "[...document.querySelectorAll('.filtered-rows tbody tr')].filter(r => !r.hidden)"
        ".map(r => r.querySelector('a').textContent)"
    )
    assert "gce" in shown
    assert "square" not in shown


def test_a_link_to_a_claim_or_a_pair_leads_to_its_place(site: Path, window: Browser) -> None:
    for page, name in (("paper/section-5", "E10"), ("losses/gce", "with-l2")):
        window.open(address(site, page, name))
        place = f"document.getElementById('{name}').getBoundingClientRect().top"
        # The page glides there.
        top = window.value(f"new Promise(done => setTimeout(() => done({place}), 1500))")
        assert -60 <= top < 900
