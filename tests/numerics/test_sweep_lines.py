"""Lines of results: what counts, what is set aside and where, and that no line is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings

import pytest

from numerics.errors import SweepError, SweepWarning
from numerics.sweeps import line as lines_of
from numerics.sweeps.grid import grid
from numerics.sweeps.line import BadLine, line_of, record_of, version_objection
from numerics.sweeps.results import results
from numerics.sweeps.results_file import ResultsFile
from numerics.sweeps.run import Runner
from numerics.sweeps.sweep import sweep

PLANS = grid(["muh", "cross_entropy"], data="iris", rho=[0.1, 0.2], lambdas=(0.1, 10.0))


@pytest.fixture
def counted(monkeypatch):
    """The names of the runs that are computed, one after another."""
    asked = []
    line = Runner.line
    monkeypatch.setattr(Runner, "line", lambda self, plan: (asked.append(plan.hash), line(self, plan))[1])
    return asked


@pytest.fixture
def path(tmp_path, counted):
    """A file with the results of all plans."""
    found = tmp_path / "r.jsonl"
    sweep(PLANS, found)
    del counted[:]
    return found


def changed(line, **changes):
    """A line with other values, its checksum as it was."""
    return json.dumps({**json.loads(line), **changes}, sort_keys=True)


def edited_number(line):
    record = json.loads(line)
    record["result"]["points"][0]["accuracy_noisy_train"] += 0.01
    return json.dumps(record, sort_keys=True)


def of_other_versions(line, **versions):
    """A line as another version would have written it, with its own checksum."""
    record = json.loads(line)
    del record["checksum"]
    record["versions"] |= versions
    record["checksum"] = lines_of._checksum(record)
    return json.dumps(record, sort_keys=True)


def without(line, name):
    return json.dumps({key: value for key, value in json.loads(line).items() if key != name}, sort_keys=True)


def signed(line, **changes):
    """A line with other values and the checksum of these."""
    record = json.loads(line) | changes
    del record["checksum"]
    return json.dumps({**record, "checksum": lines_of._checksum(record)}, sort_keys=True)


BAD = {
    "number": (edited_number, "its checksum is not that of what stands in it: it was changed after it was written"),
    "seed": (lambda x: changed(x, run="0" * 16), "its checksum is not that"),
    "versions": (lambda x: changed(x, versions={"symcheck": "9"}), "its checksum is not that"),
    "no checksum": (lambda x: without(x, "checksum"), "its checksum is not that"),
    "null checksum": (lambda x: changed(x, checksum=None), "its checksum is not that"),
    "schema 1": (lambda x: changed(x, schema="symcheck.run/1"), "its schema is 'symcheck.run/1' and not"),
    "no schema": (lambda x: without(x, "schema"), "it is no result of a sweep"),
    "name": (lambda x: signed(x, run="0" * 16), "its name is not that of its specification"),
    "spec": (lambda x: signed(x, spec={"loss": "muh"}), "its specification has other fields"),
    "spec is a list": (lambda x: signed(x, spec=[]), "its specification has other fields"),
    "half": (lambda x: x[: len(x) // 2], "it is not JSON"),
    "text": (lambda x: "not json", "it is not JSON"),
    "list": (lambda x: "[]", "it is no result of a sweep"),
    "number alone": (lambda x: "1", "it is no result of a sweep"),
    "deep": (lambda x: "[" * 100_000, "it is not JSON"),
    "symcheck": (lambda x: of_other_versions(x, symcheck="0.0.1"), "it was computed with symcheck 0.0.1 and not"),
    "torch": (lambda x: of_other_versions(x, torch="1.13.0"), "it was computed with torch 1.13.0 and not"),
    "numpy": (lambda x: of_other_versions(x, numpy="1.0"), "it was computed with numpy 1.0 and not"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_line_that_does_not_count_is_set_aside_and_its_run_computed_again(path, counted, kind):
    make, reason = BAD[kind]
    whole = path.read_text()
    first, second, *rest = whole.splitlines()
    bad = make(second)
    path.write_text("\n".join([first, bad, *rest]) + "\n")
    with pytest.warns(SweepWarning) as told:
        found = sweep(PLANS, path)
    aside = path.with_name("r.jsonl.set-aside")
    (warning,) = told
    assert str(warning.message).startswith(
        f"1 of 4 lines of {path} do not count, and are now in {aside}; their runs are computed again: line 2: {reason}"
    )
    assert counted == [PLANS[1].hash]
    assert aside.read_text() == bad + "\n"
    assert sorted(path.read_text().splitlines()) == sorted(whole.splitlines())
    assert len(found) == 4
    # and then there is nothing more to tell
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sweep(PLANS, path).records == found.records
    assert len(counted) == 1


def test_bytes_that_are_no_text_are_set_aside_as_they_are(path, counted):
    garbage = [b"\xff\xfe\x00\x80", b"\x00" * 50, b'{"schema": "\xc3\x28"}']
    content = path.read_bytes()
    path.write_bytes(b"\n".join(garbage) + b"\n\n  \n" + content)
    with pytest.warns(SweepWarning, match="3 of 7 lines"):
        sweep(PLANS, path)
    assert counted == []
    assert path.with_name("r.jsonl.set-aside").read_bytes() == b"\n".join(garbage) + b"\n"
    assert path.read_bytes() == content


def test_lines_are_added_to_those_that_were_set_aside_before(path):
    for number in range(3):
        with path.open("a") as file:
            file.write(f"garbage {number}\n")
        with pytest.warns(SweepWarning):
            sweep(PLANS, path)
    assert path.with_name("r.jsonl.set-aside").read_text() == "garbage 0\ngarbage 1\ngarbage 2\n"


def test_many_lines_are_told_in_short(path):
    path.write_text("x\n" * 50 + path.read_text())
    with pytest.warns(SweepWarning) as told:
        sweep(PLANS, path)
    assert str(told[0].message).endswith("line 3: it is not JSON; and 47 more")


def test_reading_leaves_out_what_is_no_result_and_changes_nothing(path):
    content = path.read_text() + "garbage\n"
    path.write_text(content)
    with pytest.warns(SweepWarning) as told:
        assert len(results(path)) == 4
    assert str(told[0].message) == f"1 of 5 lines of {path} are no results, and are left out: line 5: it is not JSON"
    assert path.read_text() == content
    assert not path.with_name("r.jsonl.set-aside").exists()


def test_reading_takes_results_of_other_versions_and_says_so(path):
    first, *rest = path.read_text().splitlines()
    path.write_text("\n".join([of_other_versions(first, torch="1.13.0"), *rest]) + "\n")
    found = results(path)
    assert len(found) == 4
    assert len(found.versions) == 2
    assert "the runs were computed with different versions: " in found.to_text()


def test_what_a_library_was_built_for_is_no_other_version(path, counted, monkeypatch):
    real = lines_of.versions()
    monkeypatch.setattr(lines_of, "versions", lambda: {**real, "torch": f"{real['torch'].partition('+')[0]}+cu999"})
    sweep(PLANS, path)
    assert counted == []


def test_a_worker_with_other_versions_is_refused(tmp_path):
    line = Runner().line(PLANS[0])
    with ResultsFile(tmp_path / "r.jsonl") as file:
        with pytest.raises(SweepError) as raised:
            file.append(of_other_versions(line, torch="1.13.0"))
        assert str(raised.value).startswith(
            f"cluster: run {PLANS[0].hash} is not that of this sweep: it was computed with torch 1.13.0 and not "
        )
        assert file.done == set()
        file.append(line)
    assert (tmp_path / "r.jsonl").read_text() == line + "\n"


def test_an_interrupt_while_lines_are_set_aside_loses_none(path, monkeypatch):
    # the moment before the file is replaced by one without them
    content = path.read_text() + "garbage\n"
    path.write_text(content)
    replaced = type(path).replace
    monkeypatch.setattr(type(path), "replace", lambda self, target: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        ResultsFile(path)
    assert path.read_text() == content
    monkeypatch.setattr(type(path), "replace", replaced)
    with pytest.warns(SweepWarning):
        sweep(PLANS, path)
    assert sorted(os.listdir(path.parent)) == ["r.jsonl", "r.jsonl.set-aside"]  # noqa: PTH208 - names alone


WRITER = """
import sys, warnings
from numerics.errors import SweepError, SweepWarning
from numerics.sweeps.grid import grid
from numerics.sweeps.sweep import sweep
warnings.simplefilter("ignore", SweepWarning)
plans = grid(["muh", "cross_entropy"], data="iris", rho=[0.1, 0.2], lambdas=(0.1, 10.0))
while True:
    try:
        sweep(plans, sys.argv[1])
        break
    except SweepError as error:
        assert "another sweep is writing" in str(error), error
"""


@pytest.mark.slow
def test_two_processes_that_open_one_file_with_garbage_at_once(path, checkout):
    whole = path.read_text()
    path.write_text("garbage\n" + "".join(f"{line}\n" for line in whole.splitlines()[:2]))
    both = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path)], env={**os.environ, "PYTHONPATH": str(checkout)})
        for _ in range(2)
    ]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert sorted(path.read_text().splitlines()) == sorted(whole.splitlines())
    assert path.with_name("r.jsonl.set-aside").read_text() == "garbage\n"


def test_a_line_is_read_back():
    record = {"run": PLANS[0].hash, "spec": PLANS[0].spec.to_record(), "result": {"x": 0.1, "name": "ü\u2028"}}
    found = record_of(line_of(record))
    assert {key: found[key] for key in ("run", "result")} == {key: record[key] for key in ("run", "result")}
    assert version_objection(found) is None
    with pytest.raises(BadLine):
        record_of(line_of({**record, "run": "another"}))
