"""The command line in processes of its own: signals, pipes, what is imported."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Fresh = Callable[..., "subprocess.CompletedProcess[str]"]


def test_exit_codes_reach_the_shell(fresh: Fresh) -> None:
    for arguments, code in (
        (["certify", "cross_entropy", "l2"], 0),
        (["certify", "square", "l2"], 1),
        (["certify", "gce", "l2", "--budget", "1e-9"], 2),
        (["certify"], 64),
        (["--version"], 0),
    ):
        assert fresh("-m", "symcheck", *arguments).returncode == code


def test_errors_go_to_standard_error_and_nothing_else_does(fresh: Fresh) -> None:
    done = fresh("-m", "symcheck", "certify", "nonsense", "l2")
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr.startswith("symcheck: loss: there is no loss called 'nonsense'")
    done = fresh("-m", "symcheck", "certify", "gce", "l2", "--json")
    assert (done.returncode, done.stderr) == (0, "")


def test_json_is_utf_8_whatever_the_locale(fresh: Fresh) -> None:
    done = fresh(
        "-m", "symcheck", "certify", "gce", "l2", "--json", environment={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    )
    assert done.returncode == 0, done.stderr


HOSTILE = [
    "\ud800",
    "\udfff\ud800",
    "\u202egce",
    "g\u0441e",
    "\u200b",
    "\x1b[2J",
    "\x00",
    "\U0001f600",
    "\u2028",
    "\x85",
    "é",
]


ENVIRONMENTS = [
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "utf-8"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]


@pytest.mark.parametrize(
    ("environment", "texts"),
    [
        (ENVIRONMENTS[0], HOSTILE),
        *((environment, HOSTILE[::4]) for environment in ENVIRONMENTS[1:]),
        *(pytest.param(environment, HOSTILE, marks=pytest.mark.slow) for environment in ENVIRONMENTS[1:]),
    ],
    ids=["ascii", "utf-8, some", "C, some", "utf-8", "C"],
)
def test_what_does_not_hold_is_said_on_every_terminal(
    fresh: Fresh, tmp_path: Path, environment: dict[str, str], texts: list[str]
) -> None:
    """Values, keys and names that no terminal should show: the message is ASCII, and one line."""
    fields = json.loads(fresh("-m", "symcheck", "certify", "gce", "l2", "--json").stdout)
    code = (
        "import sys; from symcheck.cli import main\n"
        "print(*(main(['recheck', f'{n}.json']) for n in range(int(sys.argv[1]))), file=sys.stderr)"
    )
    changed = []
    for text in texts:
        changed += [
            fields | {"kappa": text}, fields | {text: 1}, fields | {"verdict": text}, fields | {"schema": text},
            fields | {"loss": fields["loss"] | {"name": text}}, fields | {"loss": fields["loss"] | {"formula": text}},
            fields | {"loss": fields["loss"] | {"values": {text: "1"}}}, fields | {"versions": {text: text}},
            fields | {"assumptions": [text]}, fields | {"headline": f"PROVED {text}"},
        ]  # fmt: skip
    for number, other in enumerate(changed):
        (tmp_path / f"{number}.json").write_text(json.dumps(other), encoding="ascii")
    done = fresh("-c", code, str(len(changed)), environment=environment)
    assert done.stderr.split() == ["1"] * len(changed)
    lines = done.stdout.splitlines()
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert sum(line.startswith("does not hold: ") for line in lines) == len(changed)


def test_a_page_that_a_terminal_cannot_show_is_shown_with_escapes(fresh: Fresh) -> None:
    code = "import sys; from symcheck import cli; cli._write('5 \u2264 C\\n')"
    assert fresh("-c", code, environment={"PYTHONIOENCODING": "ascii"}).stdout == "5 \\u2264 C\n"
    assert fresh("-c", code, environment={"PYTHONIOENCODING": "utf-8"}).stdout == "5 \u2264 C\n"


SLEEPER = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
import symcheck.files as files

def fsync(_):
    print("writing", flush=True)
    time.sleep(60)

files.os.fsync = fsync
from symcheck.cli import main
sys.exit(main(["certify", "cross_entropy", "l2", "--out", "cert.json"]))
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupt_while_a_file_is_written_leaves_no_file(tmp_path: Path, checkout: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLEEPER], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(checkout)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "symcheck: interrupted\n"
    assert list(tmp_path.iterdir()) == []


BUSY = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
import symcheck.certificates.catalogue_rows as command

command._listed = lambda *_: (print("row", flush=True), time.sleep(60))
from symcheck.cli import main
sys.exit(main(["list"]))
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupt_while_it_computes(tmp_path: Path, checkout: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(checkout), "SYMCHECK_CACHE": os.devnull},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "row\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "symcheck: interrupted\n")


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_reader_that_goes_away_is_no_error(checkout: Path) -> None:
    """As in symcheck certify ... | head -1: the code is the verdict's, and nothing is said."""
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    command = [sys.executable, "-m", "symcheck", "certify", "square", "l2"]
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(command, env=environment, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


IMPORTED = """
import sys
from symcheck.cli import main
main(["certify", "gce", "l2"])
print(sorted({"torch", "numpy"} & set(sys.modules)))
"""


def test_neither_torch_nor_numpy_is_imported(fresh: Fresh) -> None:
    assert fresh("-c", IMPORTED).stdout.splitlines()[-1] == "[]"
