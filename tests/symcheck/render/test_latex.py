"""Certificates as a LaTeX fragment."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.certificates.preferences.certify_preference import certify_preference
from symcheck.intake.catalogue import names
from symcheck.render.block import Code, Item, Items, Strong
from symcheck.render.latex import latex_line, latex_page

PAIRS = [("cross_entropy", "l2"), ("focal", "entropy"), ("one_vs_rest_logistic", "quartic")]


def test_the_headline(gce: Certificate) -> None:
    lines = gce.to_latex().splitlines()
    assert lines[0].startswith("% Written by symcheck. Needs the packages amsmath and amssymb.")
    assert lines[1] == (
        r"\subsection*{\textbf{PROVED} for every $C \ge 2$, every $q \in (0, 1]$: \texttt{gce} + \texttt{l2} "
        r"on $\mathbb{R}^{C}$}"
    )


@pytest.mark.parametrize(("loss", "regularizer"), PAIRS)
def test_environments_and_braces_are_balanced(loss: str, regularizer: str) -> None:
    page = certify(loss, regularizer).to_latex()
    open_environments: list[str] = []
    for what, name in re.findall(r"\\(begin|end)\{(\w+\*?)\}", page):
        if what == "begin":
            open_environments.append(name)
        else:
            assert open_environments.pop() == name
    assert open_environments == []
    bare = re.sub(r"\\[{}]", "", page)
    assert bare.count("{") == bare.count("}")
    assert page.isascii()


@pytest.mark.parametrize(("loss", "regularizer"), PAIRS)
def test_outside_formulas_nothing_is_special(loss: str, regularizer: str) -> None:
    page = "\n".join(certify(loss, regularizer).to_latex().splitlines()[1:])
    prose = re.sub(r"\\[&%$#_{}]", "", re.sub(r"\$[^$]*\$", "", page))
    prose = re.sub(r"\\begin\{tabular\}.*?\\end\{tabular\}", "", prose, flags=re.DOTALL)
    assert not re.search(r"[&%$#_^~<>|]", prose)


def test_names_and_labels_are_written_out() -> None:
    assert latex_line((Code("a_b"), " & ", Strong("50%"))) == r"\texttt{a\_b} \& \textbf{50\%}"


def test_a_bracket_at_the_start_of_an_item_is_no_label() -> None:
    assert r"\item {}[a]" in latex_page([Items((Item("", ("[a]",)),))]).splitlines()


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize(("loss", "regularizer"), PAIRS)
def test_it_compiles(loss: str, regularizer: str, tmp_path: Path) -> None:
    (tmp_path / "page.tex").write_text(
        "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\begin{document}\n"
        + certify(loss, regularizer).to_latex()
        + "\\end{document}\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_every_certificate_of_the_catalogue_is_a_document(tmp_path: Path) -> None:
    """Each loss with l2, cross-entropy with each regularizer, each preference loss alone, as --out x.tex has them."""
    pages = {
        **{loss: certify(loss, "l2") for loss in names("loss")},
        **{regularizer: certify("cross_entropy", regularizer) for regularizer in names("regularizer")},
        **{f"{preference} alone": certify_preference(preference) for preference in names("preference")},
    }
    assert len(pages) >= 124
    refused = {}
    for name, page in pages.items():
        page.save(tmp_path / "page.tex", overwrite=True)
        done = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"],
            cwd=tmp_path, capture_output=True, text=True, errors="replace", timeout=60, check=False,
        )  # fmt: skip
        if done.returncode:
            refused[name] = done.stdout[-300:]
    assert refused == {}
