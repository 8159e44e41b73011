"""The demonstration: five certificates, a confirmation, two contradictions, a folder."""

from __future__ import annotations

import pytest

from numerics import demo


def test_it_shows_everything_and_names_its_folder(capsys, tmp_path):
    assert demo.main([str(tmp_path / "demo")]) == 0
    shown = capsys.readouterr().out
    for loss, regularizer in demo.PAIRS:
        assert f"{loss} + {regularizer}" in shown
    assert "cross_entropy + l2 on digits (C = 10, rho = 0.4): agrees" in shown
    assert shown.count(": contradicts\n") == 2
    assert shown.endswith(f"Figure, report and record: {tmp_path / 'demo'}\n")
    assert sorted(p.name for p in (tmp_path / "demo").iterdir()) == [
        "confirmation.json",
        "convergence.png",
        "report.md",
    ]


def test_the_five_pairs_have_one_of_each_kind_of_answer(certified):
    verdicts = [str(certified(*pair).verdict) for pair in demo.PAIRS]
    assert verdicts == ["PROVED", "PROVED", "PROVED", "REFUTED", "REFUTED"]


def test_a_control_that_is_not_contradicted_fails_the_demonstration(capsys, monkeypatch, tmp_path, confirmed):
    found = confirmed("cross_entropy", "l2", "iris")
    monkeypatch.setattr(demo, "_confirmation", lambda *_: found)
    monkeypatch.setattr(demo, "turned_order", lambda found: found.agreement)
    assert not demo.shown_confirmation(None, tmp_path)
    assert "agrees" in capsys.readouterr().out


def test_ctrl_c_is_130(capsys, monkeypatch, tmp_path):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "_certificate", interrupt)
    assert demo.main([str(tmp_path)]) == 130
    assert capsys.readouterr().err == "interrupted: nothing is left half written\n"


@pytest.mark.parametrize("name", ["results/demo"])
def test_the_folder_is_ignored_by_git(checkout, name):
    assert name.partition("/")[0] + "/" in (checkout / ".gitignore").read_text().splitlines()
