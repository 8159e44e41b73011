"""symcheck completion: what the script for bash completes, in bash."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from symcheck.cli import main
from symcheck.commands.completion import SHELLS, words
from symcheck.intake.completed_names import Named
from symcheck.paper import claims
from symcheck.theorems import theorem_named, theorems

ASK = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
_shtab_symcheck 2> /dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""
"""Prints what bash offers for the words after the script."""

Output = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from symcheck.commands import completion
    from symcheck.intake.command_help import command_parser

    options = command_parser("completion", completion.HELP, completion.arguments).parse_args(["bash"])
    code, text = completion.run(options)
    assert code == 0
    path = tmp_path_factory.mktemp("completion") / "symcheck.bash"
    path.write_text(text, encoding="utf-8")
    return path


def offered(script: Path, *typed: str) -> list[str]:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash")
    done = subprocess.run(
        [bash, "-c", ASK, "bash", str(script), *typed], capture_output=True, text=True, check=True, cwd=script.parent
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (("symcheck", "cert"), {"certify", "certify-preference"}),
        (("symcheck", "certify", "--the"), {"--theorem"}),
        (("symcheck", "certify", "cross_en"), {"cross_entropy"}),
        (("symcheck", "certify", "gce", "quart"), {"quartic"}),
        (("symcheck", "certify", "gce", "l2", "--theorem", "lemma-"), {f"lemma-{n}" for n in range(1, 5)}),
        (("symcheck", "certify-preference", "dp"), {"dpo", "dpop"}),
        (("symcheck", "same", "gce", "mae", "--budg"), {"--budget"}),
        (("symcheck", "survey", "--verdict", "PRO"), {"PROVED"}),
        (("symcheck", "paper", "E1"), {c.id for c in claims() if c.id.startswith("E1")}),
        (("symcheck", "list", "reg"), {"regularizers"}),
        (("symcheck", "completion", "z"), {"zsh"}),
        (("symcheck", "recheck", "symch"), {"symcheck.bash"}),
    ],
    ids=lambda value: " ".join(value[1:]) if isinstance(value, tuple) else "",
)
def test_bash_completes(script: Path, typed: tuple[str, ...], found: set[str]) -> None:
    assert set(offered(script, *typed)) == found


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_has_a_script(shell: str, capsys: Output) -> None:
    assert main(["completion", shell]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert {"certify", "cross_entropy"} <= set(out.replace("'", " ").replace("(", " ").replace(")", " ").split())


def test_a_shell_that_nobody_knows(capsys: Output) -> None:
    assert main(["completion", "cmd"]) == 64
    err = capsys.readouterr().err
    assert "invalid choice: 'cmd'" in err
    assert [shell for shell in SHELLS if shell in err] == list(SHELLS)


def test_a_theorem_is_completed_as_it_is_understood_and_needs_no_quotes() -> None:
    typed = words(Named.THEOREM)
    assert [theorem_named(word) for word in typed] == list(theorems())
    assert not any(set(word) & set(" '\"") for word in typed)
