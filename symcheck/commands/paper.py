"""``symcheck paper [ID]``."""

from __future__ import annotations

import argparse

from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.completed_names import Named, completes
from symcheck.intake.options import answered, form_arguments, out_path
from symcheck.intake.progress_line import progress

HELP = Help(
    summary="the claims of the paper, each certified, repaired or refuted",
    group=Group.RECORD,
    takes="[NAME]",
    text="""
    Every statement of the paper with what is printed, what is proved and a computation that says so.  NAME is the id of
    an entry, which is shown whole, or a place of the paper, "Theorem 3", "Lemma 1", "section 5": then all entries that
    are about it.  Without NAME it is a table of all; in a file, and as Markdown, each of them
    follows whole.
    """,
    examples=(
        Example("symcheck paper E10", "one entry"),
        Example('symcheck paper "Theorem 3"', "all that is said about Theorem 3"),
    ),
    exit_codes={0: "all is as the ledger says", 1: "something is not"},
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of paper."""
    name = parser.add_argument(
        "id", nargs="?", metavar="NAME", help='an entry, E10, or a place, "Theorem 3" (default: a table of all)'
    )
    completes(name, Named.CLAIM)
    form_arguments(parser, json=True)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """The table or the entry, checked anew, and 0 if all is as the ledger says, 1 if not."""
    import symcheck.paper as ledger
    from symcheck.paper.page import Entries, Ledger

    out = out_path(options, has_json=True)
    wanted = ledger.claims() if options.id is None else ledger.claims_named(options.id)
    found = []
    for done, entry in enumerate(wanted):
        progress(f"check {done + 1}/{len(wanted)} {entry.id}")
        found.append(entry.check())
    progress("")
    page = Ledger(tuple(found)) if options.id is None else Entries(tuple(found))
    return 0 if all(c.holds for c in found) else 1, answered(page, options, out)
