"""Reports: whole or not at all, and the same each time."""

from __future__ import annotations

import json

import pytest

from numerics.confirmations.confirmation import confirm
from numerics.confirmations.report import FIGURE, RECORD, REPORT, record_text, report_text
from numerics.errors import ConfirmationError
from numerics.figures import as_bytes, convergence
from numerics.folders import made_folder, written_files


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_report_is_figure_table_and_record(confirmed, tmp_path):
    found = confirmed("cross_entropy", "l2", "iris")
    paths = written_files(found.files(), made_folder(tmp_path / "a" / "b"))
    assert [path.name for path in paths] == [FIGURE, REPORT, RECORD]
    assert names(tmp_path / "a" / "b") == sorted([FIGURE, REPORT, RECORD])
    assert paths[0].read_bytes().startswith(b"\x89PNG")
    text = paths[1].read_text()
    assert text.startswith(r"### cross\_entropy + l2 on iris: **agrees**")
    assert found.agreement.to_markdown().partition("\n\n")[2].strip() in text
    assert f"({FIGURE})" in text
    assert found.run.spec.hash in text
    assert "Fisher: Iris, UCI 1936, as in scikit-learn (CC BY 4.0)" in text


def test_the_record_has_all_that_was_measured(confirmed):
    found = confirmed("gce", "l2", "iris")
    record = json.loads(record_text(found))
    assert record["run"] == found.run.spec.hash
    assert record["spec"]["parameters"] == [["q", "7/10"]]
    assert record["agreement"]["outcome"] == "agrees"
    assert [m["alpha"] for m in record["measurements"]] == list(found.run.spec.alphas)
    assert set(record["measurements"][0]["distances"]) == {"clean", "noisy", "gap"}
    assert set(record["versions"]) == {"torch", "numpy", "scikit-learn", "sympy"}


def test_equal_runs_leave_equal_bytes(certified):
    first, second = (confirm(certified("gce", "l2"), data="iris") for _ in range(2))
    assert record_text(first) == record_text(second)
    assert report_text(first) == report_text(second)
    assert as_bytes(convergence(first)) == as_bytes(convergence(second))


def test_a_figure_can_be_had_in_each_kind(confirmed):
    figure = convergence(confirmed("muh", "l2", "iris"))
    for kind, start in {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<?xml"}.items():
        assert as_bytes(figure, kind).startswith(start)


@pytest.mark.parametrize(("loss", "panels", "lines"), [("cross_entropy", 2, 3), ("muh", 1, 0)])
def test_the_figure_has_a_law_for_each_distance_that_has_an_order(confirmed, loss, panels, lines):
    figure = convergence(confirmed(loss, "l2", "iris"))
    assert len(figure.axes) == panels
    drawn = [line for line in figure.axes[0].get_lines() if line.get_linestyle() == "-"]
    assert len(drawn) == lines
    points = [line for line in figure.axes[0].get_lines() if line.get_linestyle() == "None"]
    assert len(points) == 3 * 16


def test_an_interruption_leaves_what_was_there(confirmed, tmp_path, monkeypatch):
    found = confirmed("muh", "l2", "iris")
    (tmp_path / REPORT).write_text("the old report")

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        written_files(found.files(), tmp_path)
    assert names(tmp_path) == [REPORT]
    assert (tmp_path / REPORT).read_text() == "the old report"


def test_a_folder_that_cannot_be_is_refused_before_anything_is_trained(certified, tmp_path):
    (tmp_path / "file").write_text("")
    trained = []
    with pytest.raises(ConfirmationError) as raised:
        confirm(certified("muh", "l2"), data="iris", out=tmp_path / "file", progress=lambda *s: trained.append(s))
    assert trained == []
    assert str(raised.value) == (
        f"out: cannot write {tmp_path / 'file'}: File exists; name a folder that can be written"
    )


def test_a_disk_that_is_full_is_named(confirmed, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ConfirmationError) as raised:
        written_files(confirmed("muh", "l2", "iris").files(), tmp_path)
    assert str(raised.value) == (
        f"out: cannot write {tmp_path}: No space left on device; name a folder that can be written"
    )
    assert names(tmp_path) == []
