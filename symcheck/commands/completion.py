"""``symcheck completion SHELL``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType

from symcheck.commands import FILES, GROUP
from symcheck.commands.list import listed_names
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.completed_names import ATTRIBUTE, Named

SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")

HELP = Help(
    summary="write the script with which a shell completes commands, options and names",
    group=Group.LOOK_UP,
    takes="SHELL",
    text="""
    Names of losses, regularizers, preference losses, theorems, data sets and models are completed as well: those that
    are known now, so write the script again after an update.

    How to install it: write it to a file, symcheck completion bash > FILE, and for bash or tcsh source that file in
    ~/.bashrc or ~/.tcshrc; for zsh call it _symcheck and put it into a folder of $fpath, before compinit is called; for
    fish call it symcheck.fish and put it into ~/.config/fish/completions; for powershell dot it in $PROFILE.
    """,
    examples=(
        Example("symcheck completion bash", "for this session: source <(symcheck completion bash)"),
        Example("symcheck completion fish", "for this session: symcheck completion fish | source"),
    ),
    exit_codes={0: "the script was written"},
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of completion."""
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))


def run(options: argparse.Namespace) -> tuple[int, str]:
    """The script, and 0."""
    import shtab  # a help text needs none

    return 0, str(shtab.complete(_whole_parser(), options.shell)).rstrip("\n") + "\n"


def _whole_parser() -> argparse.ArgumentParser:
    """One parser with all commands, in whose arguments names are choices; nothing is ever parsed with it."""
    parser = argparse.ArgumentParser(prog="symcheck", allow_abbrev=False)
    parser.add_argument("--version", action="store_true", help="show the version")
    subparsers = parser.add_subparsers(dest="command")
    for name, module in sorted(_modules()):
        added = subparsers.add_parser(name, help=module.HELP.summary, allow_abbrev=False)
        module.arguments(added)
        for action in added._actions:
            _complete(action)
    return parser


def _modules() -> Iterator[tuple[str, ModuleType]]:
    """The names of commands with the modules that say their arguments; of other packages, those that do."""
    for file in FILES.names:
        yield file.replace("_", "-"), FILES.module(file)
    for point in entry_points(group=GROUP):
        module = import_module(point.module)
        if isinstance(getattr(module, "HELP", None), Help) and hasattr(module, "arguments"):
            yield point.name, module


def _complete(action: argparse.Action) -> None:
    """Write what ``action`` takes in the way in which shtab reads it."""
    import shtab

    kinds: tuple[Named, ...] = getattr(action, ATTRIBUTE, ())
    if Named.FILE in kinds or Named.FOLDER in kinds:
        setattr(action, "complete", shtab.FILE if Named.FILE in kinds else shtab.DIRECTORY)  # noqa: B010
    elif kinds:
        action.choices = [word for kind in kinds for word in words(kind)]


def words(kind: Named) -> list[str]:
    """The words of this ``kind`` that are known now, as they are typed without quotes; none if a package is missing."""
    if kind is Named.CLAIM:
        from symcheck.paper import claims

        return [c.id for c in claims()]
    if kind is Named.THEOREM:
        from symcheck.theorems import theorems

        return [t.name.lower().replace("'", " prime").replace(" ", "-") for t in theorems()]
    return listed_names(kind.value)
