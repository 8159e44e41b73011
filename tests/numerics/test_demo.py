"""The demonstration: five certificates, a confirmation, two contradictions, a folder, and not too many words."""

from __future__ import annotations

import pytest

from numerics import demo
from numerics.confirmations.controls import class_weights_as_scaled
from numerics.runs.agreement import Outcome


def test_it_shows_everything_and_names_its_folder(capsys, tmp_path):
    folder = tmp_path / "demo"
    assert demo.main([str(folder)]) == 0
    shown = capsys.readouterr().out
    lines = shown.splitlines()
    for loss, regularizer in demo.PAIRS:
        path = folder / f"{loss}_{regularizer}.md"
        assert f"in full: {path}" in lines
        assert f"{loss} + {regularizer} on " in shown
        assert f"`{loss}`" in path.read_text()
    assert "cross_entropy + l2 on digits (C = 10, rho = 0.4): agrees" in lines
    assert shown.count(": contradicts\n") == 2
    assert lines[-3:] == [
        "Certificates: 3 PROVED, 2 REFUTED; each of them for every number of classes C >= 2 at once.",
        "Training: agrees with cross_entropy + l2 in 11 of 11 rows; 2 of 2 false claims are contradicted.",
        f"Certificates, figure, report and record: {folder}",
    ]
    assert len(lines) < 120
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        ["confirmation.json", "convergence.png", "report.md", *("_".join(pair) + ".md" for pair in demo.PAIRS)]
    )


def test_each_certificate_begins_as_it_does_on_its_page(capsys, certified, tmp_path):
    certificates = [certified(*pair) for pair in demo.PAIRS]
    demo.shown_certificates(certificates, tmp_path)
    shown = capsys.readouterr().out
    for certificate in certificates:
        assert str(certificate).partition("\n\n")[0] in shown
        assert certificate.verdict.name in shown


def test_the_five_pairs_have_one_of_each_kind_of_answer(certified):
    verdicts = [str(certified(*pair).verdict) for pair in demo.PAIRS]
    assert verdicts == ["PROVED", "PROVED", "PROVED", "REFUTED", "REFUTED"]


def test_a_control_that_is_not_contradicted_fails_the_demonstration(
    capsys, monkeypatch, tmp_path, certified, confirmed
):
    found = confirmed("cross_entropy", "l2", "iris")
    monkeypatch.setattr(demo, "_confirmation", lambda *_: found)
    monkeypatch.setattr(demo, "turned_order", lambda found: found.agreement)
    assert not demo.shown_confirmation([certified("cross_entropy", "l2")], tmp_path)
    shown = capsys.readouterr().out
    assert "cross_entropy + l2 on iris (C = 3, rho = 0.4): agrees\n\n" in shown
    assert "1 of 2 false claims are contradicted." in shown


def test_a_control_is_shown_by_its_first_contradictions():
    control = class_weights_as_scaled()
    lines = demo._in_short(control).splitlines()
    assert lines[0] == f"{control.title}: contradicts"
    assert lines[1] == "  predicted classes that differ at lambda = 1000: claimed 0, measured 1, tolerance 0"
    left = sum(row.outcome is Outcome.CONTRADICTS for row in control.rows) - demo.MOST_ROWS
    assert lines[-1] == f"  and {left} more rows"
    assert len(lines) == demo.MOST_ROWS + 2


def test_ctrl_c_is_130(capsys, monkeypatch, tmp_path):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "_certificate", interrupt)
    assert demo.main([str(tmp_path)]) == 130
    assert capsys.readouterr().err == "interrupted: nothing is left half written\n"


def test_a_folder_that_cannot_be_is_named_at_once(capsys, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(demo, "_certificate", None)
    assert demo.main([str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err == (
        f"symcheck: out: cannot write {tmp_path / 'file'}: File exists; name a folder that can be written\n"
    )


@pytest.mark.parametrize("name", ["results/demo"])
def test_the_folder_is_ignored_by_git(checkout, name):
    assert name.partition("/")[0] + "/" in (checkout / ".gitignore").read_text().splitlines()
