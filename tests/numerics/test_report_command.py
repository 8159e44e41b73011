"""symcheck report: the paper, the survey and a confirmation as one page that stands alone."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

import symcheck as sc
import symcheck.paper as ledger
from numerics.commands import report as command
from numerics.report import Report
from symcheck.paper.page import Ledger


class Anchors(HTMLParser):
    """The ids of a page, its links, and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids, self.links, self.loaded = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if tag == "a" else []
        self.loaded += [tag] if tag in ("script", "link", "img", "iframe") else []
        self.loaded += [v for k, v in attrs if k in ("src", "xlink:href") and not v.startswith("#")]


@pytest.fixture(scope="module")
def report(confirmed):
    claims = Ledger(tuple(ledger.claim(name).check() for name in ("E1", "E4")))
    return Report(claims, sc.survey(["gce", "square"], ["l2", "entropy"]), confirmed("cross_entropy", "l2", "iris"))


def test_the_page_stands_alone_and_its_links_lead_somewhere(report):
    html = report.to_html()
    found = Anchors(html)
    assert found.loaded == []
    assert {"#paper", "#survey", "#confirmation", "#control", "#E1", "#E4"} <= set(found.links)
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids)
    assert len(set(found.ids)) == len(found.ids)
    assert '<svg role="img" aria-label="Distances against 1/lambda' in html
    assert "<metadata>" not in html
    assert html.count("<html") == html.count("<main") == 1
    visible = re.sub(r"<(style|math|svg)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    assert "$" not in visible
    assert "\\frac" not in visible


def test_the_parts_are_those_of_their_own_pages(report):
    html = report.to_html()
    for page in (report.ledger, report.survey, report.confirmation):
        table = re.search(r"<table.*?</table>", page.to_html(), re.DOTALL)[0]
        assert table in html
    assert "2 losses with 2 penalties, 4 pairs: " in html


def test_the_false_claim_is_contradicted_and_the_report_holds(report):
    assert str(report.control.outcome) == "contradicts"
    assert report.exit_code == 0
    assert json.loads(report.to_json())["control"]["outcome"] == "contradicts"
    assert Report().exit_code == 0


def test_the_command_writes_one_file_and_says_what_is_in_it(tmp_path, capsys):
    path = tmp_path / "report.html"
    assert command.report(["--parts", "confirmation", "--data", "iris", "--out", str(path)]) == 0
    out = capsys.readouterr().out
    assert "Training beside what is predicted: cross_entropy + l2 on iris" in out
    assert out.endswith(f"written to {path}\n")
    assert path.read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--parts", "papers"], "--parts: got 'papers'; did you mean paper?"),
        (["--parts", ""], "--parts: got ''; accepted are paper, survey, confirmation, as in --parts paper,survey"),
        (["--out", "report.docx"], "whose ending is .docx; accepted are .txt, .md, .html, .tex, .pdf, .json"),
        (["--force"], "--force: got it without --out"),
        (["--data", "digit"], "did you mean digits or pendigits?"),
    ],
)
def test_bad_usage(arguments, told, capsys):
    assert command.report(arguments) == 64
    assert told in " ".join(capsys.readouterr().err.split())
