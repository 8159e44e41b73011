"""The page of a command: what it does, its arguments and options, examples, exit codes."""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Iterator
from typing import Any

from docs.site.commands.found import Command
from docs.site.entries.markdown import fenced, table


def summary(command: Command) -> str:
    """What the command does, in a line."""
    told = getattr(command.module, "HELP", None)
    return str(command.module.SUMMARY if told is None else told.summary)


def group(command: Command) -> str:
    """What people want who use it; "" for a command that does not say so."""
    told = getattr(command.module, "HELP", None)
    return "" if told is None else str(told.group.value)


def command_page(command: Command) -> str:
    """The page in MyST: by parts where the command says them, else its help text."""
    told = getattr(command.module, "HELP", None)
    parts = _parts(command, told) if told is not None else _whole(command)
    return "\n\n".join([f"# `symcheck {command.name}`", *parts]) + "\n"


def _whole(command: Command) -> Iterator[str]:
    yield f"{_sentence(summary(command))}"
    yield fenced("text", command.help)


def _parts(command: Command, told: Any) -> Iterator[str]:
    yield _sentence(told.summary)
    yield fenced("text", " ".join(f"symcheck {command.name} {told.takes} [OPTION ...]".split()))
    yield from (
        _text(paragraph) for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(told.text)) if paragraph.strip()
    )
    parser = argparse.ArgumentParser(prog=f"symcheck {command.name}", add_help=False)
    command.module.arguments(parser)
    for block in parser._action_groups:
        actions = [a for a in block._group_actions if a.help is not argparse.SUPPRESS]
        if actions:
            yield f"## {_title(block.title)}"
            yield from [_text(block.description)] if block.description else []
            yield table(["option" if actions[0].option_strings else "argument", "what it does"], map(_row, actions))
    yield "## Examples"
    for example in told.examples:
        yield fenced("console", f"$ {example.line}")
        code = f"exits with {example.code}" if example.code else ""
        yield from (
            [_text(_sentence("; ".join(part for part in (example.said, code) if part)))] if example.said or code else []
        )
    yield "## Exit codes"
    yield table(["code", "means"], ([f"`{code}`", _text(said)] for code, said in told.all_codes.items()))


def _row(action: argparse.Action) -> list[str]:
    said = (action.help or "") % {**vars(action), "prog": "symcheck"}
    return [f"`{_spelled(action)}`", _text(said)]


def _spelled(action: argparse.Action) -> str:
    """The option with what it takes, as it is typed."""
    value = action.metavar if action.metavar is not None else (action.dest.upper() if action.nargs != 0 else "")
    shown = " ".join(value) if isinstance(value, tuple) else str(value)
    if not action.option_strings:
        return f"[{shown}]" if action.nargs in ("?", "*") and not isinstance(value, tuple) else shown
    return f"{', '.join(action.option_strings)} {shown}".strip().replace("|", "\\|")


def _title(title: str | None) -> str:
    names = {"positional arguments": "Arguments", "options": "Options"}
    text = names.get(title or "", title or "Options")
    return text[0].upper() + text[1:]


def _text(text: str) -> str:
    """Prose of a help text: what Markdown would take for itself stays as it is typed."""
    return re.sub(r"([\\`*_<>|$\[\]])", r"\\\1", " ".join(text.split()))


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
