"""How long a newcomer takes, from pip install to an answer on a loss of his own: follows README.md literally.

    python -m benchmarks.newcomer [--page README.md] [--demo]

What is run stands in the page, and nowhere else: fenced blocks below a comment such as ``<!-- newcomer: install -->``,
in the order of the page.  Shell blocks run in a fresh clone, and the environment that they leave is kept; Python and
console blocks run in an empty folder, so that nothing but what was installed can answer, and what they show is compared
with the page.  A block below ``<!-- newcomer: file losses.py -->`` is saved there under that name.  Times are of the
clock on the wall, with the downloads of pip.  ``--demo`` also times ``make demo`` in the clone.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
WANTED = 120
"""So many seconds, from pip install, a newcomer may take."""
ANSWERS = (0, 1, 2)
"""What a command of a console block may end with: PROVED, REFUTED and UNDECIDED among them."""

MARKED = re.compile(
    r"^<!-- newcomer: (?P<name>[^\n]+?) -->\n+```(?P<language>\w+)\n(?P<text>.*?)^```$"
    r"(?:\n+```text\n(?P<shown>.*?)^```$)?",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Step:
    """A block of the page: its name, its language, its text, and what the page shows of its output (None: nothing)."""

    name: str
    language: str
    text: str
    shown: str | None

    @property
    def file(self) -> str | None:
        """The name under which the block is saved; None if it is run."""
        return self.name.removeprefix("file ") if self.name.startswith("file ") else None

    @property
    def commands(self) -> tuple[tuple[str, str], ...]:
        """The commands of a console block, each with what the page shows below it."""
        parts = re.split(r"^\$ (.*)\n", self.text, flags=re.MULTILINE)[1:]
        return tuple(zip(parts[::2], parts[1::2], strict=True))


class Differs(Exception):
    """A step fails, or shows something else than the page."""


def steps(page: str) -> list[Step]:
    """The marked blocks of ``page``; raises ``ValueError`` for a mark without a block that can be run or saved."""
    found = [Step(m["name"], m["language"], m["text"], m["shown"]) for m in MARKED.finditer(page)]
    marks = re.findall(r"^<!-- newcomer: (.*) -->$", page, re.MULTILINE)
    if marks != [step.name for step in found]:
        raise ValueError(f"marks {marks}, and blocks below them {[step.name for step in found]}: a block has to follow")
    for step in found:
        if step.file is None and step.language not in ("sh", "python", "console"):
            raise ValueError(f"{step.name}: a block in {step.language} cannot be run; sh, python and console can")
    return found


def fresh_environment(folder: Path) -> dict[str, str]:
    """The variables of a shell in which a new environment, made in ``folder``, is active, and nothing of this one."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV", "MAKE"))}
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, env=environment)
    return environment | {"PATH": f"{folder / 'bin'}{os.pathsep}{environment['PATH']}"}


def followed(found: list[Step], work: Path, clone: Path, environment: dict[str, str]) -> Iterator[tuple[str, float]]:
    """Each step with its seconds, run in ``clone`` (shell) or ``work`` (the rest); raises ``Differs``."""
    for step in found:
        begun = time.monotonic()
        if step.file is not None:
            (work / step.file).write_text(step.text, encoding="utf-8")
        elif step.language == "sh":
            environment = _environment_after(step.text, clone, environment)
        elif step.language == "console":
            for command, shown in step.commands:
                _compare(command, _output(command, work, environment, codes=ANSWERS), shown)
        else:
            _compare(step.name, _output("python -", work, environment, step.text), step.shown)
        yield step.name, time.monotonic() - begun


def _environment_after(script: str, clone: Path, environment: dict[str, str]) -> dict[str, str]:
    """The variables that ``script`` leaves, so that an environment that it activates stays active."""
    kept = clone.parent / "variables"
    _output(f"set -e\n{script}\nenv -0 > {kept}", clone, environment)
    lines = (line.partition("=") for line in kept.read_text("utf-8").split("\0") if line)
    return {name: value for name, _, value in lines}


def _output(
    script: str, folder: Path, environment: dict[str, str], given: str = "", codes: tuple[int, ...] = (0,)
) -> str:
    done = subprocess.run(
        ["sh", "-c", script], cwd=folder, env=environment, input=given, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=1800, check=False,
    )  # fmt: skip
    if done.returncode not in codes:
        raise Differs(f"{script}\nended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def _compare(what: str, output: str, shown: str | None) -> None:
    if shown is not None and output != shown:
        raise Differs(f"{what}\nshows\n{output}\nand on the page stands\n{shown}")


def main() -> int:
    """Print the time of each step; returns 0 if all shows what the page shows within the time, else 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", type=Path, default=CHECKOUT / "README.md")
    parser.add_argument("--demo", action="store_true", help="make demo in the clone as well")
    options = parser.parse_args()
    found, total = steps(options.page.read_text("utf-8")), 0.0
    with tempfile.TemporaryDirectory(prefix="newcomer-") as name:
        folder = Path(name).resolve()
        clone = folder / "clone"
        subprocess.run(["git", "clone", "--quiet", str(CHECKOUT), str(clone)], check=True)
        try:
            environment = fresh_environment(folder / "env")
            (folder / "work").mkdir()
            for what, seconds in followed(found, folder / "work", clone, environment):
                total += seconds
                print(f"{seconds:7.1f} s  {what}", flush=True)
        except Differs as error:
            print(f"not as {options.page.name} says: {error}", file=sys.stderr)
            return 1
        print(f"{total:7.1f} s  in all; {WANTED} s are wanted, and the outputs are those of {options.page.name}")
        if options.demo:
            begun = time.monotonic()
            subprocess.run(["make", "demo"], cwd=clone, check=True, stdout=subprocess.DEVNULL)
            print(f"{time.monotonic() - begun:7.1f} s  make demo, with an environment of its own and torch")
    return 0 if total <= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
