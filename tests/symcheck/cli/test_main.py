"""The command line as a whole: help, errors, commands of other packages."""

from __future__ import annotations

import subprocess
import sys
import types
from collections.abc import Callable
from importlib.metadata import EntryPoint

import pytest

import symcheck.cli as cli
from symcheck.cli import main
from symcheck.version import VERSION

Output = pytest.CaptureFixture[str]


def test_version(capsys: Output) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"symcheck {VERSION}\n"


@pytest.mark.parametrize("argument", ["--help", "-h", "help"])
def test_help_lists_the_commands_and_the_exit_codes(argument: str, capsys: Output) -> None:
    assert main([argument]) == 0
    out = capsys.readouterr().out
    for line in ("certify decide what holds", "list list the losses", "recheck derive a certificate", "64 bad usage"):
        assert line in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 100


def test_without_a_command_it_says_how_it_is_used(capsys: Output) -> None:
    assert main([]) == 64
    assert capsys.readouterr().out.startswith("usage: symcheck COMMAND")


@pytest.mark.parametrize("command", [*cli.commands.FILES.names])
def test_every_command_has_help(command: str, capsys: Output) -> None:
    assert main([command, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"usage: symcheck {command.replace('_', '-')}")


def test_an_unknown_command(capsys: Output) -> None:
    assert main(["certfy"]) == 64
    message = capsys.readouterr().err
    assert message.startswith("symcheck: there is no command 'certfy'; did you mean certify or verify?; accepted: ")
    assert {"certify", "list", "paper", "recheck", "survey", "verify"} <= set(
        message.partition("accepted: ")[2].strip().split(", ")
    )


def test_nothing_leaks_the_exit_code_2_of_argparse(capsys: Output) -> None:
    for arguments in (["list", "--x"], ["recheck"], ["certify", "--json", "--latex", "a", "b"], ["--x"]):
        assert main(arguments) == 64
        assert capsys.readouterr().err


# commands of other packages


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], types.ModuleType]:
    """Adds the command ``confirm`` with this code as the module that it is in."""
    module = types.ModuleType("symcheck_test_command")

    def add(code: str) -> types.ModuleType:
        exec(code, module.__dict__)  # noqa: S102 - the code stands in the test
        monkeypatch.setitem(sys.modules, module.__name__, module)
        point = EntryPoint("confirm", f"{module.__name__}:confirm", cli.GROUP)
        monkeypatch.setattr(cli, "entry_points", lambda group: (point,) if group == cli.GROUP else ())
        return module

    return add


def test_an_added_command_gets_its_arguments_and_returns_its_code(added: Callable[[str], types.ModuleType]) -> None:
    module = added("def confirm(arguments):\n    global got\n    got = arguments\n    return 2")
    assert main(["confirm", "cross_entropy", "l2", "--data", "digits", "--help"]) == 2
    assert module.got == ["cross_entropy", "l2", "--data", "digits", "--help"]


def test_help_lists_an_added_command_whose_module_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    point = EntryPoint("confirm", "no_such_module_anywhere:confirm", cli.GROUP)
    monkeypatch.setattr(cli, "entry_points", lambda group: (point,))
    assert main(["--help"]) == 0
    assert " confirm (symcheck confirm --help) " in " ".join(capsys.readouterr().out.split())


def test_help_has_a_sentence_for_every_command_and_loads_neither_torch_nor_sympy() -> None:
    code = (
        "import sys; from symcheck.cli import main; main(['--help']); "
        "sys.exit(any(name in sys.modules for name in ('torch', 'numpy', 'sympy', 'matplotlib')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "(symcheck" not in done.stdout


def test_words_of_a_command_may_be_typed_with_either_sign(capsys: Output) -> None:
    for typed in ("noise-rate", "noise_rate", "certify-preference", "certify_preference"):
        assert main([typed, "--help"]) == 0
        assert capsys.readouterr().out.startswith(f"usage: symcheck {typed.replace('_', '-')}")


@pytest.mark.parametrize(
    ("package", "shown"),
    [("torch", "PyTorch"), ("sklearn.datasets", "scikit-learn"), ("numpy", "NumPy"), ("scipy", "SciPy")],
)
def test_a_missing_extra_is_named(
    package: str, shown: str, added: Callable[[str], types.ModuleType], capsys: Output
) -> None:
    added(f"def confirm(arguments):\n    raise ModuleNotFoundError('No module', name='{package}')")
    assert main(["confirm"]) == 64
    assert capsys.readouterr().err == f'symcheck: symcheck confirm needs {shown}: pip install "symcheck[numerics]"\n'


def test_another_missing_module_is_a_bug(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    point = EntryPoint("confirm", "no_such_module_anywhere:confirm", cli.GROUP)
    monkeypatch.setattr(cli, "entry_points", lambda group: (point,))
    assert main(["confirm"]) == 70
    assert "a bug of symcheck" in capsys.readouterr().err


# what goes wrong


def _breaking(error: BaseException) -> Callable[..., object]:
    def run(*_: object, **__: object) -> object:
        raise error

    return run


def test_a_bug_of_ours_is_reported_in_a_line(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setattr("symcheck.commands.list.run", _breaking(ZeroDivisionError("one\ntwo")))
    assert main(["list"]) == 70
    assert capsys.readouterr().err == (
        "symcheck: a bug of symcheck, not of your input: ZeroDivisionError: one\n"
        "please report it, with the command line and what the same command prints with SYMCHECK_TRACEBACK=1\n"
    )
    monkeypatch.setenv("SYMCHECK_TRACEBACK", "1")
    assert main(["list"]) == 70
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_an_interrupt_is_130_wherever_it_comes(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setattr("symcheck.commands.list.run", _breaking(KeyboardInterrupt()))
    assert main(["list"]) == 130
    assert capsys.readouterr().err == "symcheck: interrupted\n"


def test_notes_of_an_error_are_shown(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    error = cli.UsageError("that is wrong")
    error.add_note("in line 3")
    monkeypatch.setattr("symcheck.commands.list.run", _breaking(error))
    assert main(["list"]) == 64
    assert capsys.readouterr().err == "symcheck: that is wrong\nin line 3\n"
