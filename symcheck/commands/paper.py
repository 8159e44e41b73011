"""``symcheck paper [ID]``."""

from __future__ import annotations

import argparse
import json

from symcheck.commands.list import progress

SUMMARY = "the claims of the paper, each certified, repaired or refuted"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of paper."""
    parser.add_argument("id", nargs="?", metavar="ID", help="one entry whole, such as E10 (default: a table of all)")
    parser.add_argument("--json", action="store_true", help="write json")
    parser.add_argument("--markdown", action="store_true", help="write markdown")


def run(options: argparse.Namespace) -> tuple[int, str]:
    """The table or the entry, checked anew, and 0 if all is as the ledger says, 1 if not."""
    import symcheck.paper as ledger
    from symcheck.paper.page import failure_text, ledger_markdown, records, table_text

    wanted = ledger.claims() if options.id is None else (ledger.claim(options.id),)
    found = []
    for done, entry in enumerate(wanted):
        progress(f"check {done + 1}/{len(wanted)} {entry.id}")
        found.append(entry.check())
    progress("")
    code = 0 if all(c.holds for c in found) else 1
    if options.json:
        return code, json.dumps({"claims": records(found)}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if options.markdown:
        return code, ledger_markdown(found) if options.id is None else found[0].to_markdown()
    if options.id is not None:
        return code, found[0].to_text() + "\n"
    failures = [failure_text(c) for c in found if not c.holds]
    return code, "\n".join([table_text(found), *failures, ""])
