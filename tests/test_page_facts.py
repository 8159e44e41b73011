"""What the hand-written pages say besides their examples is so: words, tiers, reasons, citations, commands."""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
from pathlib import Path

import pytest

import symcheck as sc
from symcheck.cli import main
from symcheck.reason import Code
from symcheck.version import VERSION
from tests.executed import answered, blocks, prose


def page(checkout: Path, name: str) -> str:
    return (checkout / "docs" / name).read_text("utf-8")


def headings(text: str, level: int) -> list[str]:
    return re.findall(rf"^#{{{level}}} (.*)$", prose(text), re.MULTILINE)


def test_the_vocabulary_is_the_one_that_symcheck_exports(checkout: Path) -> None:
    (listed,) = re.findall(r"`(abs [a-z0-9_\s]+)`", page(checkout, "language.md"))
    exported = [n for n in sc.__all__ if getattr(getattr(sc, n), "__module__", "") == sc.exp.__module__]
    assert listed.split() == sorted(exported)
    assert "softmax" in exported


def test_every_tier_has_a_page_that_the_table_of_refusals_names(checkout: Path) -> None:
    table = page(checkout, "refused/index.md")
    titles = {path.stem: path.read_text("utf-8").splitlines()[0] for path in (checkout / "docs/refused").glob("*.md")}
    for tier in sc.Tier:
        named = [name for name, title in titles.items() if re.search(rf"\b{tier.name}\b", title)]
        assert len(named) == 1, tier
        row = next(r for r in table.splitlines() if r.startswith("| tier") and re.search(rf"\b{tier.name}\b", r))
        assert f"({named[0]}.md)" in row, tier
    assert {f"({name}.md)" for name in titles if name != "index"} <= set(re.findall(r"\(\w+\.md\)", table))


def test_the_tiers_that_are_called_proved_are(checkout: Path) -> None:
    """As theory 3 has it: what noise needs is that the gradients sum to 0, and kappa > 0 where there is one."""
    assert "EXACT, SCALED and SYMLIN are PROVED." in page(checkout, "reading.md")
    for name in ("cross_entropy", "gce", "forward_pair_flip"):
        assert sc.certify(name, "l2").verdict is sc.Verdict.PROVED


def test_every_reason_is_explained(checkout: Path) -> None:
    found = headings(page(checkout, "refused/undecided.md"), 2)
    assert {code.value for code in Code} == {name for name in found if name in {code.value for code in Code}}


def test_the_glossary_is_in_order_and_has_the_tiers(checkout: Path) -> None:
    text = page(checkout, "glossary.md")
    terms = re.findall(r"^\*\*(.+)\*\*$", text, re.MULTILINE)
    assert terms == sorted(terms, key=str.lower)
    assert text.count("\n: ") == len(terms) >= 30
    for tier in sc.Tier:
        assert tier.name in text


def test_there_are_questions_enough_and_each_has_an_answer(checkout: Path) -> None:
    text = page(checkout, "faq.md")
    assert len(headings(text, 3)) >= 20
    assert re.findall(r"^### .*\n\n(?=#)", text, re.MULTILINE) == []


def test_what_is_to_be_cited_is_what_citation_cff_says(checkout: Path) -> None:
    cff = (checkout / "CITATION.cff").read_text("utf-8")
    paper, software = (dict(re.findall(r"^  (\w+) = \{+(.*?)\}+,?$", b.text, re.MULTILINE))
                       for b in blocks(page(checkout, "cite.md")) if b.language == "bibtex")  # fmt: skip
    own = dict(re.findall(r"^([a-z-]+): *\"?(.*?)\"?$", cff, re.MULTILINE))
    assert (software["title"], software["version"], software["license"]) == (own["title"], VERSION, own["license"])
    assert software["author"] == re.findall(r"^  - name: (.*)$", cff, re.MULTILINE)[0]
    theirs = dict(re.findall(r"^    (\w+): (.*)$", cff, re.MULTILINE))
    assert (paper["title"], paper["year"], paper["url"]) == (theirs["title"], theirs["year"], theirs["url"])
    family = re.findall(r"family-names: (.*)$", cff, re.MULTILINE)
    given = re.findall(r"given-names: (.*)$", cff, re.MULTILINE)
    assert paper["author"] == " and ".join(f"{f}, {g}" for f, g in zip(family, given, strict=True))
    assert f"arXiv:{paper['eprint']}" in cff


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("certify cross_entropy l2", 0),
        ("certify one_vs_rest_logistic l2", 1),
        ("certify gce l2 --budget 0.0001", 2),
        ("certify-preference ipo", 0),
        ("same mae reverse_cross_entropy", 0),
        ("same mae gce --param q=1/2", 1),
        ("region truncated_gce l2", 0),
        ("certify no_such_loss l2", 64),
    ],
)
def test_exit_codes_are_those_of_the_table(arguments: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments.split()) == code
    assert capsys.readouterr()


def test_the_set_up_names_extras_and_files_that_exist(checkout: Path) -> None:
    shell = "".join(b.text for b in blocks(page(checkout, "start.md")) if b.language == "sh")
    extras = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    text = page(checkout, "start.md")
    named = set(re.findall(r'"\.\[(\w+)\]"', text))
    assert "numerics" in named
    assert named <= set(extras)
    assert "-c constraints.txt" in shell
    for target in re.findall(r"`make (\w+)`", text):
        assert re.search(rf"^{target}:", (checkout / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert (checkout / "constraints.txt").exists()


def test_the_lines_that_verify_a_certificate_do(checkout: Path, tmp_path: Path) -> None:
    """In a folder beside the one of the checkout, by a copy of one file, in Python's isolated mode."""
    text = page(checkout, "what-proved-rests-on.md")
    (shell,) = (b.text for b in blocks(text) if b.language == "sh" and "check.py" in b.text)
    (tmp_path / "there").mkdir()
    (tmp_path / "symcheck").symlink_to(checkout / "symcheck")
    script = shell.replace("python3", shlex.quote(sys.executable))
    told = answered(f"set -e; {script}", tmp_path).splitlines()
    assert told[0].startswith("PROVED for every C >= 2, every q in (0, 1]: gce + l2")
    assert [line.partition(":")[0] for line in told[-2:]] == ["verified", "verified"]
    file = tmp_path / "there" / "cert.json"
    file.write_text(file.read_text("utf-8").replace('"kappa": "C**(-q)"', '"kappa": "1"'), encoding="utf-8")
    assert "not verified" in answered(script.splitlines()[-1], tmp_path)
    assert len((checkout / "symcheck/proof/check.py").read_text("utf-8").splitlines()) <= 500


def test_the_pages_name_commands_that_exist(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the second package too: they are entry points of this checkout."""
    main(["--help"])
    known = set(re.findall(r"[a-z][a-z-]+", capsys.readouterr().out))
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    known |= set(project["entry-points"]["symcheck.commands"])
    for path in (checkout / "docs").rglob("*.md"):
        if path.name == path.name.lower():
            for name in re.findall(
                r"symcheck ([a-z][a-z-]+)", "\n".join(re.findall(r"`[^`\n]+`", path.read_text("utf-8")))
            ):
                assert name in known, f"{path.name}: symcheck {name}"
